"""What notebook 10 looks at in a stream, dreamt or not: its beats, and how near they come to known
ones; and the answers of its predictions, on whatever data is at hand."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

REACH, DEEP = 20, -1.8  # a beat's trough: deepest within so many samples on either side, and below
BEFORE, AFTER = 2, 50  # samples of a beat, around its trough
SEAM = 2  # first samples of a beat that no forecast can know, and that no alarm is judged on


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


def left_by_a_line(data, p=10, first=70):
    """Return the squared error of a line through p samples, relative to that of the last sample.

    The streams are those that the notebook draws, so that it prints the same number.
    """
    streams = []
    for X, Y, N, seed in ((data.X_train, data.Y_train, 100, 1), (data.X_test, data.Y_test, 200, 2)):
        beats = normal_beats(X, Y)
        drawn = np.random.default_rng(seed).integers(0, beats.shape[1], (6, N))
        streams.append(beats[:, drawn, 0].swapaxes(0, 1).reshape(-1, N).astype(float))
    old, new = streams
    (A, y), (B, z) = (lagged(S, p) for S in (old, new[first - p :]))
    error = B @ np.linalg.lstsq(A, y, rcond=None)[0] - z
    return (error**2).mean() / ((new[first:] - new[first - 1 : -1]) ** 2).mean()


def lagged(S, p):
    """Return p samples and a 1 in each row, and the sample that follows them, from (T, N)."""
    rows = sliding_window_view(S, p + 1, axis=0).reshape(-1, p + 1)
    return np.c_[rows[:, :-1], np.ones(len(rows))], rows[:, -1]


def alarm_of_the_mean(data):
    """Return the AUC of the distance to the mean normal beat, for the notebook's 2000 test beats.

    Compared is what the network of the notebook can be judged on: every sample but the first two.
    """
    mean = normal_beats(data.X_train, data.Y_train)[SEAM:].mean(axis=1, dtype=float)
    chosen = np.random.default_rng(12).permutation(data.X_test.shape[1])[:2000]
    beats = data.X_test[:136:2, chosen, 0][SEAM:]
    return auc(((beats - mean) ** 2).sum(axis=0), data.Y_test[chosen, 0] == 0)
