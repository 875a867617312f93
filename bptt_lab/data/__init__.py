"""ECG5000, real or synthetic, and its arrangement for a recurrent network.

Load it with `load_ecg5000`; ``python -m bptt_lab.data`` fetches the real files. The data are those of
Dau et al. 2018 (arXiv:1810.07758), after Chen et al. 2015 (doi 10.1007/s10618-014-0388-4), cut from
record chf07 of the BIDMC database, Goldberger et al. 2000 (doi 10.1161/01.CIR.101.23.e215).
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._common import generator, numbers, pairs, positive_integer
from .files import CLASS_COUNTS, find, read_official

DATA_FOLDER = Path(__file__).resolve().parents[2] / "data"
_said = set()


class ECG5000(NamedTuple):
    """The official split: sequences of shape (T, N, 1), time first, and one-hot targets (N, 5)."""

    X_train: np.ndarray  # (140, 500, 1)
    Y_train: np.ndarray  # (500, 5)
    X_test: np.ndarray  # (140, 4500, 1)
    Y_test: np.ndarray  # (4500, 5)
    source: str  # "synthetic", or the folder of the real files


def load_ecg5000(source="auto"):
    """Load ECG5000, or its synthetic stand-in.

    Parameters
    ----------
    source : str or path
        ``"synthetic"``; a folder with the real files; or ``"auto"``: what the environment variable
        ``BPTT_LAB_DATA`` names (``synthetic`` or a folder), otherwise the real files in the lab's
        folder ``data``, otherwise the synthetic beats.

    Returns
    -------
    ECG5000
        ``X_train`` of shape (140, 500, 1), ``Y_train`` (500, 5), ``X_test`` (140, 4500, 1),
        ``Y_test`` (4500, 5), all float64 and in units of each beat's standard deviation, and
        ``source``. Class k of the files is column k - 1.

    Raises
    ------
    FileNotFoundError
        If the folder that was asked for lacks the files.
    ValueError
        If a file is not the official one; names the line, or what differs.
    """
    if not isinstance(source, (str, os.PathLike)) or source == "":
        raise TypeError(f'source is {source!r}: expected "auto", "synthetic" or a folder')
    asked = os.environ.get("BPTT_LAB_DATA", "") if str(source) == "auto" else str(source)
    if asked == "synthetic" or (
        not asked and not any(find(DATA_FOLDER, split) for split in CLASS_COUNTS)
    ):
        from .synthetic import make_ecg

        splits, source = make_ecg(), "synthetic"
        if "synthetic" not in _said:
            _said.add("synthetic")
            print(
                "These beats are synthetic, not recorded, and not for medical use; `make data` fetches the real ones."
            )
    else:
        folder = Path(asked).expanduser() if asked else DATA_FOLDER
        splits, source = (
            {split: read_official(folder, split) for split in CLASS_COUNTS},
            str(folder),
        )
    arrays = []
    for split in ("TRAIN", "TEST"):
        samples, labels = splits[split]
        arrays += [samples.T[:, :, None].copy(), one_hot(labels - 1, len(CLASS_COUNTS[split]))]
    return ECG5000(*arrays, source)


def one_hot(labels, C):
    """Return the one-hot rows, of shape (N, C), of integer labels 0..C-1, of shape (N,).

    C is given, not read off the labels: a split without the last class would get narrower rows, and
    numbering only the classes that are present would shift them.

    Raises
    ------
    ValueError
        If a label is not an integer in 0..C-1.
    """
    labels, C = numbers("labels", labels, real=True), positive_integer("C", C)
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
    """Yield (X, Y) in shuffled batches that hold every sequence once; the last can be smaller.

    Parameters
    ----------
    X : array of shape (T, N, I)
    Y : array of shape (N, C)
    batch_size : int
    rng : numpy.random.Generator or int

    Yields
    ------
    arrays of shape (T, n, I) and (n, C), with n ≤ batch_size

    Raises
    ------
    ValueError
        If X and Y do not hold the same number of sequences.
    """
    (X, Y), rng, batch_size = (
        pairs(X, Y),
        generator("rng", rng),
        positive_integer("batch_size", batch_size),
    )
    order = rng.permutation(len(Y))
    for start in range(0, len(Y), batch_size):
        chosen = order[start : start + batch_size]
        yield X[:, chosen], Y[chosen]


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
    X, w = numbers("X", X), positive_integer("w", w)
    if X.ndim != 3 or X.shape[2] != 1:
        raise ValueError(f"X has shape {X.shape}: expected (T, N, 1), time first")
    T, N, _ = X.shape
    if T % w:
        raise ValueError(
            f"w is {w}: expected a divisor of T = {T}; the last {T % w} samples would be lost"
        )
    return X.reshape(T // w, w, N).swapaxes(1, 2).copy()
