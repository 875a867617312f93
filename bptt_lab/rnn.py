"""The vanilla recurrent network and its gradient by back-propagation through time.

Letters and shapes are those of the notebooks: T time steps, N sequences in the batch, I inputs
per step, H hidden units, C classes. Time comes first, and every row is one sequence:

    z_t = x_t W_in + h_{t-1} W_hh + b_h        h_t = tanh z_t        logits = h_T W_out + b_out
"""

from typing import NamedTuple

import numpy as np

from ._common import (
    backward_arguments,
    floating,
    generator,
    non_negative,
    one_of,
    positive_integer,
    sequences,
    silent,
)

INITS = ("orthogonal", "identity", "normal", "uniform", "uniform01")


class Cache(NamedTuple):
    """What `VanillaRNN.forward` keeps for `VanillaRNN.backward`."""

    X: np.ndarray  # (T, N, I) inputs
    h: np.ndarray  # (T + 1, N, H) states; h[0] is the initial one
    s: (
        np.ndarray
    )  # (T + 1, N, H + I + 1) rows [h_{t-1}, x_t, 1] in s[t - 1]; X and h are views of it
    every_step: bool  # whether each step was read out, or only the last


class VanillaRNN:
    """Recurrent network with one tanh layer and a linear read-out.

    Parameters
    ----------
    I, H, C : int
        Inputs per time step, hidden units, classes.
    init : {"orthogonal", "identity", "normal", "uniform", "uniform01"}
        How ``W_hh`` starts: a random orthogonal matrix; the identity (Le, Jaitly and Hinton 2015,
        arXiv:1504.00941); normal with variance 1/H; uniform in ±1/√H. ``"uniform01"`` draws every
        weight, not only these, from [0, 1), as first attempts do: notebook 02 shows what is wrong with it.
    input_scale : float
        Standard deviation of ``W_in`` (not with ``"uniform01"``); ``W_out`` has variance 1/H.
    seed : int or numpy.random.Generator
        Source of the weights. Inits other than ``"uniform01"`` share ``W_in`` and ``W_out``.
    dtype : {float32, float64, complex128}
        Type of the parameters, and so of the computation.

    Attributes
    ----------
    params : dict
        ``W_in`` of shape (I, H), ``W_hh`` (H, H), ``b_h`` (H,), ``W_out`` (H, C), ``b_out`` (C,).
    """

    def __init__(self, I, H, C, *, init="orthogonal", input_scale=0.1, seed=0, dtype=np.float64):
        for name, size in (("I", I), ("H", H), ("C", C)):
            positive_integer(name, size)
        one_of("init", init, INITS)
        dtype, rng = floating("dtype", dtype), generator("seed", seed)
        if init == "uniform01":
            W_in, W_out, W_hh = rng.random((I, H)), rng.random((H, C)), rng.random((H, H))
        else:
            W_in = rng.normal(size=(I, H)) * non_negative("input_scale", input_scale)
            W_out = rng.normal(size=(H, C)) / np.sqrt(H)
            W_hh = _recurrent_weights(init, H, rng)
        params = {
            "W_in": W_in,
            "W_hh": W_hh,
            "b_h": np.zeros(H),
            "W_out": W_out,
            "b_out": np.zeros(C),
        }
        self.params = {name: value.astype(dtype) for name, value in params.items()}

    def __call__(self, X):
        """Return the logits, of shape (N, C), for inputs of shape (T, N, I)."""
        return self.forward(X)[0]

    @silent
    def forward(self, X, h0=None, every_step=False):
        """Run the network over a batch of sequences.

        Parameters
        ----------
        X : array of shape (T, N, I)
            Inputs, time first; cast to the type of the parameters. A ValueError if the shape does not fit.
        h0 : array of shape (N, H), optional
            State before the first step; zeros if not given.
        every_step : bool
            Read out every step, not only the last.

        Returns
        -------
        logits : array of shape (N, C), or (T, N, C) with `every_step`
        cache : Cache
            What `backward` needs; the states are ``cache.h``, of shape (T + 1, N, H).
        """
        X, h0 = sequences(X, h0, self.params)
        W_in, W_hh, b_h, W_out, b_out = (
            self.params[k] for k in ("W_in", "W_hh", "b_h", "W_out", "b_out")
        )
        (T, N, I), H = X.shape, len(W_hh)

        W = np.concatenate(
            [W_hh, W_in, b_h[None]]
        )  # z_t = s_t W with s_t = [h_{t-1}, x_t, 1]: one product
        s = np.empty((T + 1, H + I + 1, N), h0.dtype).swapaxes(
            1, 2
        )  # (T + 1, N, ...), but the batch last in memory:
        z = np.empty((H, N), h0.dtype).T  # so a step is one block with long rows
        s[0, :, :H], s[:T, :, H:-1], s[:, :, -1] = h0, X, 1
        X, h = s[:T, :, H:-1], s[:, :, :H]
        for t in range(1, T + 1):
            np.matmul(s[t - 1], W, out=z)
            np.tanh(z, out=h[t])

        logits = (h[1:] if every_step else h[T]) @ W_out + b_out
        return logits, Cache(X, h, s, every_step)

    @silent
    def backward(self, cache, d_logits):
        """Return the gradient of the loss, by back-propagation through time (derived in notebook 03).

        Parameters
        ----------
        cache : Cache
            From `forward` with the same parameters; not changed.
        d_logits : array of the shape of the logits: (N, C), or (T, N, C) with `every_step`
            Gradient of the loss with respect to them; not changed; a ValueError if the shape is another.

        Returns
        -------
        dict
            The gradient for each parameter, of its shape, and for ``h0`` (N, H) and ``X`` (T, N, I). An error signal
            that has vanished, below 1e-31 in float32 and 1e-292 in float64, counts as 0.
        """
        h, s, d_logits = backward_arguments(cache, d_logits, self.params)
        W, W_out = np.concatenate([self.params["W_hh"], self.params["W_in"]]), self.params["W_out"]
        (T, N, I), H, dtype = cache.X.shape, len(W_out), np.result_type(s, d_logits)

        read = h[1:] if cache.every_step else h[T:]  # the states that were read out
        d_read = d_logits @ W_out.T  # what the loss says to each of them
        dW, dX, ds = (
            np.zeros((H + I + 1, H), dtype),
            np.empty((T, N, I), dtype),
            np.empty((H + I, N), dtype).T,
        )
        dh, dz, vanished = (
            ds[:, :H],
            np.empty((H, N), dtype).T,
            np.finfo(dtype).tiny / np.finfo(dtype).eps,
        )
        dh[:] = d_read[-1]
        for t in range(T, 0, -1):
            np.subtract(
                1, np.square(h[t], out=dz), out=dz
            )  # tanh'(z) = 1 - tanh(z)²; in place, one array stays in the cache
            dz *= dh  # δ_t = ∂L/∂z_t
            dW += s[t - 1].T @ dz  # this step's share in W_hh, W_in and b_h
            np.matmul(dz, W.T, out=ds)  # [dh_{t-1}, dx_t]
            dX[t - 1] = ds[:, H:]
            if cache.every_step and t > 1:
                dh += d_read[t - 2]
            if t % 8 == 0:
                dh[np.abs(dh) < vanished] = (
                    0  # or subnormal numbers make the rest ten times as slow
                )
        dW_out, db_out = (read.swapaxes(1, 2) @ d_logits).sum(axis=0), d_logits.sum(axis=(0, 1))
        return {
            "W_in": dW[H:-1],
            "W_hh": dW[:H],
            "b_h": dW[-1],
            "W_out": dW_out,
            "b_out": db_out,
            "h0": dh.copy(),
            "X": dX,
        }


def _recurrent_weights(init, H, rng):
    if init == "identity":
        return np.eye(H)
    if init == "uniform":
        return rng.uniform(-1, 1, (H, H)) / np.sqrt(H)
    A = rng.normal(size=(H, H))
    if init == "normal":
        return A / np.sqrt(H)
    Q, R = np.linalg.qr(A)
    return Q * np.sign(
        np.diag(R)
    )  # without the signs Q would not be uniform over the orthogonal matrices
