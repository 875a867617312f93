"""Loss functions; each returns the loss and its gradient with respect to the logits.

The mean over the batch is part of the loss, so that `d_logits` carries the factor 1/N and no other
line of the lab needs one. Logits of shape (T, N, C), one row for each step, count as T·N predictions.
"""

import numpy as np

from ._common import predictions, silent


@silent
def mse(logits, Y):
    """Return half the mean squared distance to the targets, and its gradient.

    L = 1/(2N) Σ (ŷ - y)², summed over classes and batch;   ∂L/∂ŷ = (ŷ - y)/N

    Parameters
    ----------
    logits, Y : arrays of shape (N, C) or (T, N, C); a ValueError if they differ in shape

    Returns
    -------
    loss : scalar
    d_logits : array of the shape of `logits`
    """
    logits, Y = predictions(logits, Y)
    N, error = logits[..., 0].size, logits - Y
    return (error * error / (2 * N)).sum(), error / N


@silent
def cross_entropy(logits, Y):
    """Return the mean cross-entropy between softmax(logits) and the targets, in nats, and its gradient.

    p = exp(ŷ) / Σ exp(ŷ);   L = -1/N Σ y log p;   ∂L/∂ŷ = (p - y)/N

    Parameters, returns and errors are those of `mse`, arrays of shape (N, C) or (T, N, C). Each row
    of `Y` is a distribution, usually one-hot: a ValueError if it does not sum to 1.
    """
    logits, Y = predictions(logits, Y)
    N = logits[..., 0].size
    if not np.allclose(Y.sum(axis=-1), 1):
        raise ValueError(
            "Y has rows that do not sum to 1: expected one distribution a row, as from one_hot"
        )
    logits = logits - logits.real.max(
        axis=-1, keepdims=True
    )  # p stays the same, exp cannot overflow
    log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return -(Y * log_p / N).sum(), (np.exp(log_p) - Y) / N
