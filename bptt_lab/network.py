"""What every recurrent network of the lab shares: its parameters, its read-out, its two calls.

T time steps, N sequences in the batch, I inputs per step, H hidden units, C classes. Time comes
first, and every row is one sequence. A cell is a subclass of `Recurrent`: it names its weights
(`SHAPES`), says how many vectors of H numbers its state has (`STATE`; S = STATE·H), and has two
loops over time:

    run(X, h0)                         the `Cache` of all steps, for X (T, N, I) and h0 (N, S)
    run_back(cache, d_read, d_state)   the gradients of the weights of `SHAPES`, of h0 and X

where d_read (steps read out, N, H) is what the loss says to the states that were read out, and
d_state (N, S) arrives at the last state from what comes after.
"""

import functools
from typing import NamedTuple

import numpy as np

from .arguments import (
    as_dtype,
    as_generator,
    as_number,
    as_positive_integer,
    read_axes,
    require_one_of,
    shaped,
    silence,
)

INITS = ("orthogonal", "identity", "normal", "uniform", "uniform01")
READ_OUT = {"W_out": "HC", "b_out": "C"}


class Cache(NamedTuple):
    """What `forward` keeps for `backward`; its arrays cannot be written to."""

    X: np.ndarray  # (T, N, I) inputs
    states: np.ndarray  # (T + 1, N, S); states[0] is the initial one, the next piece starts at [-1]
    h: np.ndarray  # (T + 1, N, H), the part of the state that is read out
    kept: tuple = ()  # the arrays that `run_back` needs beside these
    every_step: bool = False  # whether each step was read out, or only the last


class Recurrent:
    """Base of the cells: a recurrent network with a linear read-out.

    Parameters
    ----------
    I, H, C : int, inputs per time step, hidden units, classes
    init : {"orthogonal", "identity", "normal", "uniform", "uniform01"}
        How ``W_hh`` starts, each of its H x H blocks by itself: a random orthogonal matrix; the
        identity (Le, Jaitly and Hinton 2015, arXiv:1504.00941); normal with variance 1/H; uniform
        in ±1/√H. ``"uniform01"`` draws every weight, not only these, from [0, 1), as first
        attempts do: notebook 02 shows what is wrong with it.
    input_scale : float
        Standard deviation of ``W_in`` (not with ``"uniform01"``); ``W_out`` has variance 1/H.
    seed : int or numpy.random.Generator
        Source of the weights. Inits other than ``"uniform01"`` share ``W_in`` and ``W_out``.
    dtype : {float32, float64, complex128}, of the parameters, and so of the computation

    Attributes
    ----------
    params : dict of arrays
        Those of `SHAPES`, and the read-out ``W_out`` of shape (H, C) and ``b_out`` (C,).
    """

    SHAPES = {}  # the letters of each weight's axes: "IH" is (I, H), "H3H" is (H, 3·H)
    STATE = 1

    def __init__(self, I, H, C, *, init="orthogonal", input_scale=0.1, seed=0, dtype=np.float64):
        sizes = {name: as_positive_integer(name, n) for name, n in zip("IHC", (I, H, C))}
        require_one_of("init", init, INITS)
        dtype, rng = as_dtype("dtype", dtype), as_generator("seed", seed)
        params, shapes = {}, {}
        for k, letters in (self.SHAPES | READ_OUT).items():
            shapes[k] = [n * sizes[letter] for n, letter in read_axes(letters)]
            params[k] = np.zeros(shapes[k])
        if init == "uniform01":
            params |= {k: rng.random(shapes[k]) for k in ("W_in", "W_out")}
        else:
            input_scale = as_number("input_scale", input_scale)
            params["W_in"] = rng.normal(size=shapes["W_in"]) * input_scale
            params["W_out"] = rng.normal(size=shapes["W_out"]) / np.sqrt(H)
        blocks = [_square(init, H, rng) for _ in range(shapes["W_hh"][1] // H)]
        params["W_hh"] = np.concatenate(blocks, axis=1)
        self.params = {k: w.astype(dtype) for k, w in params.items()}

    def sizes(self):
        """Return the sizes I, H, C, or say which parameter is missing or does not fit."""
        given = self.params.items() if isinstance(self.params, dict) else ()
        shapes = tuple([(k, w.shape) for k, w in given if isinstance(w, np.ndarray)])
        return dict(_fit(type(self), shapes))

    def _start(self, X, h0):
        """Return X and h0 in the type of the computation: that of the parameters."""
        sizes, dtype = self.sizes(), np.result_type(*self.params.values())
        X, sizes["S"] = shaped("X", X, "TNI", sizes), self.STATE * sizes["H"]
        if h0 is None:
            h0 = np.zeros((sizes["N"], sizes["S"]), dtype)
        else:
            h0 = shaped("h0", h0, "NS", sizes)
        if X.dtype.kind == "c" or h0.dtype.kind == "c":  # the complex step makes all complex
            dtype = np.result_type(dtype, np.complex128)
        if dtype.char not in "fdD":
            as_dtype("the type of params", dtype)
        # A view: the caller's own array stays writeable when the cache's no longer is.
        return X.astype(dtype, copy=False).view(), h0.astype(dtype, copy=False)

    def _read(self, h):
        return h @ self.params["W_out"] + self.params["b_out"]

    @silence
    def __call__(self, X, h0=None, every_step=False):
        """Return the logits of `forward`, in the memory of a few steps: no state is kept."""
        if type(self).forward is not Recurrent.forward:  # whoever changes forward means this, too
            given = {"h0": h0, "every_step": every_step}
            given = {k: v for k, v in given.items() if v is not None and v is not False}
            return self.forward(X, **given)[0]
        X, state = self._start(X, h0)
        k = max(1, 2**18 // state.size)  # steps at a time, in a megabyte or two
        logits = []
        for t in range(0, len(X), k):
            cache = self.run(X[t : t + k], state)
            state = cache.states[-1]
            if every_step:
                logits.append(self._read(cache.h[1:]))
        return np.concatenate(logits) if every_step else self._read(cache.h[-1])

    @silence
    def forward(self, X, h0=None, every_step=False):
        """Run the network over a batch of sequences.

        Parameters
        ----------
        X : array of shape (T, N, I), time first; cast to the type of the parameters
        h0 : array of shape (N, S), optional
            State before the first step, zeros if not given; ``cache.states[-1]`` of the piece
            before, where a long sequence is worked through in pieces.
        every_step : bool, whether to read out every step, not only the last

        Returns
        -------
        logits : array of shape (N, C), or (T, N, C) with `every_step`
        cache : Cache, what `backward` needs; the states are ``cache.h``, of shape (T + 1, N, H)
        """
        cache = self.run(*self._start(X, h0))
        if every_step:
            cache = cache._replace(every_step=True)
        for array in (cache.X, cache.states, cache.h, *cache.kept):
            array.flags.writeable = False
        return self._read(cache.h[1:] if every_step else cache.h[-1]), cache

    @silence
    def backward(self, cache, d_logits, d_state=0):
        """Return the gradient of the loss, by back-propagation through time.

        Parameters
        ----------
        cache : Cache, from `forward` with the same parameters
        d_logits : array of the shape of the logits: the gradient of the loss by them
        d_state : array of shape (N, S), optional
            Gradient that arrives at the last state from what comes after: the ``"h0"`` of the next
            piece. Two pieces so joined give the whole gradient.

        Returns
        -------
        dict
            The gradient for each parameter, and for ``h0`` (N, S) and ``X`` (T, N, I).
        """
        if not isinstance(cache, Cache):
            kind = type(cache).__name__
            raise TypeError(f"cache is of type {kind}: expected the second result of forward")
        W_out, (T, N, _), (_, _, S) = self.params["W_out"], cache.X.shape, cache.states.shape
        sizes = {"T": T, "N": N, "S": S, "H": cache.h.shape[2]}
        shaped("params['W_out']", W_out, "HC", sizes)  # another model's cache has another H
        d_logits = shaped("d_logits", d_logits, "TNC" if cache.every_step else "NC", sizes)
        if d_logits.dtype.kind != "c":
            d_logits = d_logits.astype(cache.h.dtype, copy=False)
        if isinstance(d_state, int) and d_state == 0:
            d_state = np.zeros((N, S), d_logits.dtype)
        else:
            d_state = shaped("d_state", d_state, "NS", sizes, real=d_logits.dtype.kind != "c")
        if cache.every_step:
            dW_out = (cache.h[1:].swapaxes(1, 2) @ d_logits).sum(axis=0)
            db_out, d_read = d_logits.sum(axis=(0, 1)), d_logits @ W_out.T
        else:
            dW_out = cache.h[-1].T @ d_logits
            db_out, d_read = d_logits.sum(axis=0), (d_logits @ W_out.T)[None]
        grads = self.run_back(cache, d_read, d_state)
        dh0, dX = grads.pop("h0"), grads.pop("X")
        return grads | {"W_out": dW_out, "b_out": db_out, "h0": dh0, "X": dX}


@functools.lru_cache(maxsize=64)
def _fit(cell, shapes):
    """Return the sizes of a cell's parameters: checked once for all arrays of their shapes."""
    shapes, sizes, needed = dict(shapes), {}, cell.SHAPES | READ_OUT
    for k, letters in needed.items():
        if k not in shapes:
            raise ValueError(f"params has no array {k!r}: expected {', '.join(needed)}")
        shaped(f"params[{k!r}]", np.broadcast_to(0, shapes[k]), letters, sizes)
    return sizes


def _square(init, H, rng):
    """Return one H x H block of ``W_hh``."""
    if init == "uniform01":
        return rng.random((H, H))
    if init == "identity":
        return np.eye(H)
    if init == "uniform":
        return rng.uniform(-1, 1, (H, H)) / np.sqrt(H)
    A = rng.normal(size=(H, H))
    if init == "normal":
        return A / np.sqrt(H)
    Q, R = np.linalg.qr(A)
    return Q * np.sign(np.diag(R))  # or Q would not be uniform over the orthogonal matrices
