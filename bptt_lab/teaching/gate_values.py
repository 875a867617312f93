"""The gates of a cell on its way over a batch, for a figure and an explorable of notebook 09."""

import numpy as np

from ..gates import LSTM
from .answers import sigmoid


def gates_of(model, X):
    """Return the gates at each step, by their letters, of shape (T, N, H) each.

    Parameters
    ----------
    model : LSTM or GRU
    X : array of shape (T, N, I)
    """
    h, params = model.forward(X)[1].h[:-1], model.params
    letters = "ifgo" if isinstance(model, LSTM) else "run"
    z = X @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    blocks = dict(zip(letters, np.split(z, len(letters), axis=2)))
    return {k: sigmoid(v) for k, v in blocks.items() if k not in "gn"}
