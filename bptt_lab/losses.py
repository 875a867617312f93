"""Loss functions; each returns the loss and its gradient with respect to the logits.

The mean over the batch is part of the loss, so that `d_logits` carries the factor 1/N and no other
line of the lab needs one. Logits (T, N, C), one row for each step, count as T·N predictions.
"""

import math

import numpy as np

from .arguments import as_numbers, match_targets, silence


@silence
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
    logits, Y = match_targets(logits, Y)
    N, error = logits[..., 0].size, logits - Y
    return (error * error / (2 * N)).sum(), error / N


@silence
def cross_entropy(logits, Y):
    """Return the mean cross-entropy of softmax(logits) and the targets, in nats, and its gradient.

    p = exp(ŷ) / Σ exp(ŷ);   L = -1/N Σ y log p;   ∂L/∂ŷ = (p - y)/N

    Parameters, returns and errors are those of `mse`, arrays of shape (N, C) or (T, N, C). Each row
    of `Y` is a distribution, usually one-hot: a ValueError if it is none.
    """
    logits, Y = match_targets(logits, Y)
    N = logits[..., 0].size
    if np.abs(Y.sum(axis=-1) - 1).max() > 1e-5 or (Y.real < 0).any():
        raise ValueError(
            "Y has rows that are no distribution: expected no entry below 0, and 1 as each row's "
            "sum, as from one_hot"
        )
    # p stays the same, and exp cannot overflow.
    logits = logits - logits.real.max(axis=-1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    kept = np.where(Y == 0, 0, log_p)  # 0 · log 0 is 0
    return -(Y * kept / N).sum(), (np.exp(log_p) - Y) / N


@silence
def gaussian_nll(outputs, Y):
    """Return the mean negative log density of Y under Gaussians, in nats, and its gradient.

    With the two outputs μ, the mean, and s = log σ², the logarithm of the variance:

    L = 1/(2N) Σ (s + (y - μ)² exp(-s) + log 2π)
    ∂L/∂μ = (μ - y) exp(-s) / N;   ∂L/∂s = (1 - (y - μ)² exp(-s)) / (2N)

    Parameters
    ----------
    outputs : array of shape (N, 2) or (T, N, 2), μ and s
    Y : array of shape (N, 1) or (T, N, 1); a ValueError if it does not fit

    Returns
    -------
    loss : scalar
    d_outputs : array of the shape of `outputs`
    """
    outputs = as_numbers("outputs", outputs)
    Y = as_numbers("Y", Y, real=not np.iscomplexobj(outputs))
    if outputs.ndim not in (2, 3) or outputs.shape[-1] != 2 or outputs.size == 0:
        hint = "; did you mean a network with C = 2?" if outputs.shape[-1:] == (1,) else ""
        raise ValueError(
            f"outputs has shape {outputs.shape}: expected (N, 2) or (T, N, 2), mean and log "
            f"variance{hint}"
        )
    if Y.shape != (shape := (*outputs.shape[:-1], 1)):
        hint = "; did you mean Y[..., None]?" if Y.shape == shape[:-1] else ""
        raise ValueError(f"Y has shape {Y.shape}: expected {shape}, one number for each row{hint}")
    dtype = outputs.dtype if outputs.dtype.kind in "fc" else np.float64
    outputs, Y = outputs.astype(dtype, copy=False), Y.astype(dtype, copy=False)
    mean, s = outputs[..., :1], outputs[..., 1:]
    N, error = mean.size, mean - Y
    scaled = error * np.exp(-s)
    loss = ((s + error * scaled + math.log(2 * math.pi)) / 2).mean()
    return loss, np.concatenate([scaled, (1 - error * scaled) / 2], axis=-1) / N
