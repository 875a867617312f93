"""What several modules share: the checks of arguments, and the progress bar."""

import os

import numpy as np


def numbers(name, value):
    """Return `value` as a numeric array; raise TypeError naming the argument if it holds none."""
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"{name} holds {array.dtype}: expected numbers")
    return array


def positive_integer(name, value):
    """Return `value` as an int; raise ValueError naming the argument if it is not one, or below 1."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} is {value!r}: expected a positive integer")
    return int(value)


def non_negative(name, value, below=np.inf):
    """Return `value`; raise ValueError naming the argument if it is not a number in [0, below)."""
    if not (np.isscalar(value) and np.isreal(value) and 0 <= value < below):
        raise ValueError(f"{name} is {value!r}: expected a number of at least 0 and below {below}")
    return value


def positive(name, value):
    """Return `value`; raise ValueError naming the argument if it is not a finite number above 0."""
    if non_negative(name, value) == 0:
        raise ValueError(f"{name} is {value!r}: expected a number above 0")
    return value


def sequences(X, h0, params):
    """Return X (T, N, I) and h0 (N, H) in the type of the computation, or say what is wrong with them."""
    X, (I, H) = numbers("X", X), params["W_in"].shape
    if X.ndim != 3 or X.shape[2] != I or X.size == 0:
        hint = "; did you mean X.T[:, :, None]?" if X.ndim == 2 and I == 1 else ""
        raise ValueError(f"X has shape {X.shape}: expected (T, N, I) with I = {I}, time first{hint}")
    h0 = np.zeros((X.shape[1], H)) if h0 is None else numbers("h0", h0)
    if h0.shape != (X.shape[1], H):
        raise ValueError(f"h0 has shape {h0.shape}: expected (N, H) = {(X.shape[1], H)}")
    # Real arguments follow the parameters; a complex one (the complex step) makes everything complex.
    dtype = np.result_type(*params.values(), *(a for a in (X, h0) if np.iscomplexobj(a)))
    return X.astype(dtype, copy=False), h0.astype(dtype, copy=False)


def predictions(logits, Y):
    """Return logits and targets as arrays of one shape and type, or say why they do not fit."""
    logits, Y = numbers("logits", logits), numbers("Y", Y)
    if logits.ndim not in (2, 3) or logits.size == 0:
        raise ValueError(f"logits has shape {logits.shape}: expected (N, C) or (T, N, C)")
    if Y.shape != logits.shape:
        hint = f"; did you mean one_hot(Y, {logits.shape[-1]})?" if Y.shape == logits.shape[:-1] else ""
        raise ValueError(f"Y has shape {Y.shape}: expected {logits.shape}, that of the logits{hint}")
    dtype = logits.dtype if logits.dtype.kind in "fc" else np.float64
    return logits.astype(dtype, copy=False), Y.astype(dtype, copy=False)


def progress_bar(iterable, *, disable=False, **kwargs):
    """Return `iterable` in a tqdm bar; without one where ``BPTT_LAB_PROGRESS=off`` is set, as the tests do."""
    from tqdm.auto import tqdm
    return tqdm(iterable, disable=disable or os.environ.get("BPTT_LAB_PROGRESS") == "off", **kwargs)
