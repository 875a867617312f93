"""Untrained networks with a linear read-out, for the predictions and the explorable of 07."""

import numpy as np

from ..metrics import accuracy
from ..rnn import VanillaRNN

RIDGE, PIECE = 1e-3, 250  # per stream; streams at a time, whose states stay in the processor


def reservoir(I, C, scale, *, init="orthogonal", H=32, seed=0):
    """Return an untrained network in float32 whose inputs are scaled by `scale` / √I."""
    kind = {"init": init, "input_scale": scale / np.sqrt(I), "seed": seed, "dtype": np.float32}
    return VanillaRNN(I, H, C, **kind)


def last_states(model, X):
    """Return the last states, of shape (N, H)."""
    pieces = range(0, X.shape[1], PIECE)
    h = [model.forward(X[:, n : n + PIECE])[1].h[-1] for n in pieces]
    return np.concatenate(h).astype(float)


def untrained(model, known, new):
    """Return the accuracy on new pairs (X, Y) of the best linear read-out of the last state.

    It is fitted to the known pairs by ridge regression, on states of mean 0 and deviation 1.
    """
    h, h_new = (last_states(model, X) for X, _ in (known, new))
    mean, spread = h.mean(axis=0), h.std(axis=0) + 1e-12
    A, B = (np.column_stack([(a - mean) / spread, np.ones(len(a))]) for a in (h, h_new))
    W = np.linalg.solve(A.T @ A + RIDGE * len(A) * np.eye(A.shape[1]), A.T @ known[1])
    return accuracy(B @ W, new[1])
