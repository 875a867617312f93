"""Streams of beats and a question about them, which needs a memory: the tasks of notebook 07."""

import numpy as np

from ..arguments import as_generator, as_numbers, as_positive_integer, require_one_of, shaped
from .batches import one_hot, windows

KINDS = ("marked", "count", "first", "any")


def streams(beats, labels, m, kind, rng, *, N=32, w=20, a=None):
    """Join drawn beats to streams of `m` beats in windows of `w` samples, and ask about them.

    A beat is abnormal if it is not of class 0. The questions, by their `kind`:

    - ``"marked"``: was the marked beat abnormal? One of the first `a` beats is marked: a further
      input is 1 in each of its windows, and 0 in all others.
    - ``"count"``: how many of the `m` beats are abnormal? From 0 to m, each as often.
    - ``"first"``: was the first beat abnormal?
    - ``"any"``: is any beat abnormal? In half of the streams one is.

    For ``"marked"`` and ``"first"`` each beat is abnormal with probability 1/2. So who guesses is
    right in 1 of m + 1 cases for ``"count"``, and in 1 of 2 for the others.

    Parameters
    ----------
    beats : array of shape (S, n, 1)
        Of S samples each. Give those of the training set or those of the test set: a stream never
        mixes them.
    labels : array of shape (n, C), one-hot, or of n integers
    m : int, beats in a stream
    kind : {"marked", "count", "first", "any"}
    rng : numpy.random.Generator or int
        A number gives the same streams at each call, a Generator new ones.
    N : int, streams
    w : int, samples in a window; divides S
    a : int, optional; from how many beats the marked one is drawn, all m if not given

    Returns
    -------
    X : array of shape (m · S / w, N, w), or (…, N, w + 1) where one beat is marked
    Y : array of shape (N, 2), one-hot: no, yes; or (N, m + 1) where abnormal beats are counted

    Raises
    ------
    ValueError
        If an argument does not fit, or there is no normal beat, or no abnormal one.
    """
    kind, rng = require_one_of("kind", kind, KINDS), as_generator("rng", rng)
    m, N = as_positive_integer("m", m), as_positive_integer("N", N)
    if a is not None and kind != "marked":
        raise ValueError(f"a is {a!r}: expected none, as nothing is marked for {kind!r}")
    if (a := m if a is None else as_positive_integer("a", a)) > m:
        raise ValueError(f"a is {a}: expected at most m = {m}, the beats in a stream")
    beats = shaped("beats", beats, "SnI", sizes := {"I": 1}, real=True)
    odd = _is_odd(labels, sizes)

    abnormal, marked, C = rng.random((m, N)) < 0.5, rng.integers(0, a, N), 2
    if kind == "count":
        y, C = rng.integers(0, m + 1, N), m + 1
        abnormal = rng.random((m, N)).argsort(axis=0) < y
    elif kind == "any":
        y = rng.integers(0, 2, N)
        abnormal = (np.arange(m)[:, None] == rng.integers(0, m, N)) & (y == 1)
    else:
        y = abnormal[marked if kind == "marked" else 0, np.arange(N)].astype(int)
    drawn = np.where(abnormal, *(rng.choice(np.flatnonzero(odd == o), (m, N)) for o in (1, 0)))
    pieces = windows(beats[:, drawn.ravel()], w)  # (S / w, m · N, w)
    X = pieces.reshape(-1, m, N, w).swapaxes(0, 1).reshape(-1, N, w)
    if kind == "marked":
        mark = np.repeat(np.arange(m)[:, None] == marked, len(pieces), axis=0)
        X = np.concatenate([X, mark[:, :, None].astype(X.dtype)], axis=2)
    return X, one_hot(y, C)


def _is_odd(labels, sizes):
    """Return for each of n beats whether it is abnormal, or say what is wrong with the labels."""
    labels = as_numbers("labels", labels, real=True)
    labels = shaped("labels", labels, "nC" if labels.ndim == 2 else "n", sizes)
    if labels.ndim == 2:
        if not ((labels * labels == labels).all() and (labels.sum(axis=1) == 1).all()):
            raise ValueError("labels has rows that are not one-hot: expected one 1 in each")
        labels = labels.argmax(axis=1)
    elif (strange := labels[(labels < 0) | (labels != np.trunc(labels))]).size:
        raise ValueError(f"labels holds {strange[0]}: expected integers from 0 on")
    odd = labels != 0
    if odd.all() or not odd.any():
        hint = "; did you mean labels - 1?" if labels.min() == 1 else ""
        missing = "normal beat, of class 0" if odd.all() else "abnormal beat, of a class above 0"
        raise ValueError(f"labels has no {missing}: expected both kinds among the {len(odd)}{hint}")
    return odd
