"""What notebook 10 looks at in a stream, dreamt or not: its beats, and how near they come to known
ones; and the answers of its predictions, on whatever data is at hand."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

REACH, DEEP = 20, -1.8  # a beat's trough: deepest within so many samples on either side, and below
BEFORE, AFTER = 2, 50  # samples of a beat, around its trough


def normal_beats(X, Y):
    """Return the beats of class 0, every second of their first 136 samples, (68, n, 1)."""
    return X[:136:2, Y[:, 0] == 1].astype(np.float32)


def beats_of(S):
    """Return the beats in streams (T, N, 1), cut out around their troughs, and their distances.

    Returns
    -------
    beats : array of shape (n, 52)
    gaps : array of shape (k,), samples from one trough to the next in the same stream
    """
    beats, gaps = [np.empty((0, BEFORE + AFTER))], [np.empty(0, int)]
    for x in S[..., 0].T:
        near = sliding_window_view(x, 2 * REACH + 1).min(axis=1)
        t = REACH + np.flatnonzero((x[REACH : len(x) - REACH] == near) & (near < DEEP))
        gaps.append(np.diff(t))
        beats += [x[None, k - BEFORE : k + AFTER] for k in t if k + AFTER <= len(x)]
    return np.concatenate(beats), np.concatenate(gaps)


def nearest(beats, known):
    """Return for each beat the root mean square distance to the nearest of the known ones."""
    squares = (beats**2).sum(axis=1)[:, None] - 2 * beats @ known.T + (known**2).sum(axis=1)
    return np.sqrt(np.maximum(squares.min(axis=1), 0) / known.shape[1])


def auc(scores, odd):
    """Return how often an odd beat has a higher score than one that is not, of all such pairs."""
    rank = np.empty(len(scores))
    rank[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    pairs = odd.sum() * (~odd).sum()
    return (rank[odd].sum() - odd.sum() * (odd.sum() + 1) / 2) / pairs


def left_by_a_line(data, p=10):
    """Return the squared error of a line through p samples, relative to that of the last sample."""
    squares = []
    for X, Y in ((data.X_train, data.Y_train), (data.X_test, data.Y_test)):
        beats = normal_beats(X, Y)
        drawn = np.random.default_rng(len(squares)).integers(0, beats.shape[1], (6, 60))
        S = beats[:, drawn, 0].swapaxes(0, 1).reshape(-1, 60)
        rows = sliding_window_view(S, p + 1, axis=0).reshape(-1, p + 1).astype(float)
        squares.append((np.c_[rows[:, :-1], np.ones(len(rows))], rows[:, -1]))
    (A, y), (B, z) = squares
    error = B @ np.linalg.lstsq(A, y, rcond=None)[0] - z
    return (error**2).mean() / ((B[:, -2] - z) ** 2).mean()


def alarm_of_the_mean(data):
    """Return the AUC of the distance to the mean of the normal training beats."""
    mean = normal_beats(data.X_train, data.Y_train).mean(axis=1)
    return auc(((data.X_test[:136:2, :, 0] - mean) ** 2).sum(axis=0), data.Y_test[:, 0] == 0)
