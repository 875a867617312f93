"""The arrangement of the data for a network: one-hot targets, windows and shuffled batches."""

import numpy as np

from ..arguments import as_generator, as_numbers, as_pair, as_positive_integer


def one_hot(labels, C):
    """Return the one-hot rows, of shape (N, C), of integer labels 0..C-1, of shape (N,).

    C is given, not read off the labels: a split without the last class would get narrower rows, and
    numbering only the classes that are present would shift them.

    Raises
    ------
    ValueError
        If a label is not an integer in 0..C-1.
    """
    labels, C = as_numbers("labels", labels, real=True), as_positive_integer("C", C)
    if labels.ndim != 1:
        raise ValueError(f"labels has shape {labels.shape}: expected (N,)")
    strange = [label for label in labels.tolist() if label not in range(C)]
    if strange:
        hint = "; did you mean labels - 1?" if set(strange) == {C} and labels.min() > 0 else ""
        raise ValueError(
            f"labels holds {strange[0]}: expected integers from 0 to C - 1 = {C - 1}{hint}"
        )
    return np.eye(C)[labels.astype(int)]


def minibatches(X, Y, batch_size, rng):
    """Return an iterator over (X, Y) in shuffled batches that hold every sequence once.

    Parameters
    ----------
    X : array of shape (T, N, I)
    Y : array of shape (N, C) or (T, N, C)
    batch_size : int
    rng : numpy.random.Generator or int

    Returns
    -------
    iterator
        Over pairs of arrays of shape (T, n, I) and (n, C), with n = batch_size, or fewer in the
        last.

    Raises
    ------
    ValueError
        If X and Y do not hold the same number of sequences; at the call, not at the first batch.
    """
    X, Y = as_pair(X, Y)
    rng, batch_size = as_generator("rng", rng), as_positive_integer("batch_size", batch_size)

    N = X.shape[1]

    def shuffled():
        order = rng.permutation(N)
        for start in range(0, N, batch_size):
            chosen = order[start : start + batch_size]
            yield X[:, chosen], Y[chosen] if Y.ndim == 2 else Y[:, chosen]

    return shuffled()


def windows(X, w):
    """Return sequences of one sample per step as sequences of `w` samples per step.

    Parameters
    ----------
    X : array of shape (T, N, 1)
    w : int
        Samples in a window; divides T.

    Returns
    -------
    array of shape (T // w, N, w)

    Raises
    ------
    ValueError
        If the shape does not fit, or w does not divide T, so that samples would be lost.
    """
    X, w = as_numbers("X", X), as_positive_integer("w", w)
    if X.ndim != 3 or X.shape[2] != 1:
        raise ValueError(f"X has shape {X.shape}: expected (T, N, 1), time first")
    T, N, _ = X.shape
    if T % w:
        raise ValueError(
            f"w is {w}: expected a divisor of T = {T}; the last {T % w} samples would be lost"
        )
    return X.reshape(T // w, w, N).swapaxes(1, 2).copy()
