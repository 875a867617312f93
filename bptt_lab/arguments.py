"""What an argument must be: each function returns it ready for use, or says what is wrong."""

import functools
import os
import re
import sys

import numpy as np


def silence(function):
    """Return the function without NumPy's warnings: what is not finite gives what is not finite."""

    @functools.wraps(function)
    def inner(*args, **kwargs):
        with np.errstate(over="ignore", invalid="ignore"):
            return function(*args, **kwargs)

    return inner


def as_numbers(name, value, real=False):
    """Return `value` as a numeric array, or raise a TypeError or ValueError that names it."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths: expected an array") from None
    if array.dtype.kind not in ("biuf" if real else "biufc"):
        raise TypeError(f"{name} holds {array.dtype}: expected {'real ' * real}numbers")
    return array


@functools.cache
def read_axes(letters):
    """Return the axes of, for instance, "I3H": ((1, "I"), (3, "H"))."""
    return tuple((int(n or 1), letter) for n, letter in re.findall(r"(\d*)(\w)", letters))


def shaped(name, value, letters, sizes, real=False):
    """Return `value` as an array whose axes have the sizes of the letters, or raise a ValueError.

    "TNI" stands for an array of shape (T, N, I), "H3H" for one with 3·H columns. Letters that the
    dict `sizes` does not have yet are learnt from the array; no size may be zero.
    """
    array, axes, before = as_numbers(name, value, real), read_axes(letters), len(sizes)
    if array.ndim == len(axes):
        for (n, letter), size in zip(axes, array.shape):
            if not size or sizes.setdefault(letter, size // n) * n != size:
                break
        else:
            return array
    for letter in list(sizes)[before:]:
        del sizes[letter]
    known = ", ".join(f"{letter} = {sizes[letter]}" for _, letter in axes if letter in sizes)
    words = ", ".join(f"{n}{letter}" if n > 1 else letter for n, letter in axes)
    raise ValueError(
        f"{name} has shape {array.shape}: expected ({words}{',' * (len(axes) == 1)})"
        + f" with {known}" * bool(known)
        + _likely_slip(name, array, letters, sizes)
    )


def _likely_slip(name, array, letters, sizes):
    if name == "X" and array.ndim == 2 and sizes.get("I", 1) == 1:
        hint = "did you mean X[:, :, None], or X.T[:, :, None] if a row is a sequence?"
        return f", time first; {hint}"
    if name == "X" and array.ndim == 3 and array.shape[0] == sizes.get("N"):
        return ", time first; did you mean X.swapaxes(0, 1)?"
    if name == "Y" and array.ndim == len(letters) - 1:
        return f"; did you mean one_hot(Y, {sizes.get('C', 'C')})?"
    return ""


def as_pair(X, Y):
    """Return real inputs (T, N, I) and targets (N, C) or (T, N, C), or say what does not fit."""
    sizes, X, Y = {}, as_numbers("X", X, real=True), as_numbers("Y", Y)
    if Y.ndim == 2 and Y.shape == X.shape[:2] and len(Y) != X.shape[1]:
        said = "expected (N, C) or (T, N, C); did you mean np.eye(C)[Y]?"
        raise ValueError(f"Y has shape {Y.shape}, that of X's steps: {said}")
    Y = shaped("Y", Y, "TNC" if Y.ndim == 3 else "NC", sizes, real=True)
    return shaped("X", X, "TNI", sizes, real=True), Y


def as_positive_integer(name, value):
    """Return `value` as an int, or raise a ValueError if it is not one, or below 1."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} is {value!r}: expected a positive integer")
    return int(value)


def as_number(name, value, *, zero=True, below=np.inf):
    """Return `value` as a float (a float64 would widen float32 arrays), or raise a ValueError.

    It must be below `below` and at least 0; above 0, where `zero` is False.
    """
    if not (np.isscalar(value) and np.isreal(value) and 0 <= value < below) or not (value or zero):
        least = "of at least 0" if zero else "above 0"
        raise ValueError(f"{name} is {value!r}: expected a number {least} and below {below}")
    return float(value)


def as_dtype(name, value):
    """Return `value` as one of the types that the lab computes in, or raise a ValueError."""
    try:
        dtype = np.dtype(value)
    except TypeError:
        dtype = None
    if dtype not in (np.float32, np.float64, np.complex128):
        raise ValueError(f"{name} is {value!r}: expected float32, float64 or complex128")
    return dtype


def as_generator(name, seed):
    """Return a numpy.random.Generator made from `seed`, or raise a ValueError; None is no seed."""
    try:
        return np.random.default_rng(seed if seed is not None else "none")
    except (TypeError, ValueError):
        kinds = "a numpy.random.Generator or an int of at least 0"
        raise ValueError(f"{name} is {seed!r}: expected {kinds}") from None


def as_arrays(name, value):
    """Return the dict `value` with numeric arrays, or raise a TypeError if it is no such dict."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} is of type {type(value).__name__}: expected a dict of arrays")
    return {k: as_numbers(f"{name}[{k!r}]", a) for k, a in value.items()}


def require_one_of(name, value, known):
    """Return `value`, or raise a ValueError if it is not one of the strings `known`."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} is {value!r}: expected one of {', '.join(known)}")
    return value


def require_callable(name, value):
    """Return `value`, or raise a TypeError if it cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} is {value!r}: expected a function")
    return value


def require_attributes(name, value, *needed):
    """Return `value`, or raise a TypeError if it lacks one of the attributes."""
    if not all(hasattr(value, attribute) for attribute in needed):
        raise TypeError(f"{name} is {value!r}: expected an object with {', '.join(needed)}")
    return value


def match_gradients(params, grads, *memories):
    """Return the gradients of `params`, or say which is missing or has another shape.

    `memories` are what an optimizer keeps for each parameter: of another shape, it would be
    broadcast without a word. Further gradients are left alone.
    """
    given = as_arrays("params", params)
    if missing := [k for k in given if not isinstance(grads, dict) or k not in grads]:
        names = ", ".join(given)
        raise ValueError(f"grads has no {missing[0]!r}: expected one for each of {names}")
    grads = as_arrays("grads", {k: grads[k] for k in given})
    for k, w in given.items():
        if not isinstance(params[k], (np.ndarray, np.generic)):
            raise TypeError(f"params[{k!r}] is a {type(params[k]).__name__}: expected an array")
        if grads[k].shape != w.shape:
            raise ValueError(f"grads[{k!r}] has shape {grads[k].shape}: expected {w.shape}")
        for kept in memories:
            if k in kept and np.shape(kept[k]) != w.shape:
                raise ValueError(
                    f"params[{k!r}] has shape {w.shape}: expected {np.shape(kept[k])}, as in the "
                    "steps before; another model needs an optimizer of its own"
                )
    return grads


def call_loss(loss, logits, Y):
    """Return the loss and its gradient d_logits, or say what `loss` returned instead."""
    pair = loss(logits, Y)
    if not (isinstance(pair, (tuple, list)) and len(pair) == 2) or np.ndim(pair[0]):
        kind = type(pair).__name__
        raise TypeError(f"loss returned {kind}: expected a pair, one number and its gradient")
    return pair


@silence
def match_targets(logits, Y):
    """Return logits and targets as arrays of one shape and type, or say why they do not fit."""
    logits = as_numbers("logits", logits)
    Y = as_numbers("Y", Y, real=not np.iscomplexobj(logits))
    if logits.ndim not in (2, 3) or logits.size == 0:
        raise ValueError(f"logits has shape {logits.shape}: expected (N, C) or (T, N, C)")
    if (shape := logits.shape) != Y.shape:
        hint = f"; did you mean one_hot(Y, {shape[-1]})?" if Y.shape == shape[:-1] else ""
        raise ValueError(f"Y has shape {Y.shape}: expected {shape}, that of the logits{hint}")
    dtype = logits.dtype if logits.dtype.kind in "fc" else np.float64
    return logits.astype(dtype, copy=False), Y.astype(dtype, copy=False)


def progress_bar(*, disable, **kwargs):
    """Return a tqdm bar; none is shown where ``BPTT_LAB_PROGRESS=off`` is set, as the tests do."""
    from tqdm.auto import tqdm

    if sys.platform in ("emscripten", "wasi"):  # the bar's monitor needs a thread, and would warn
        tqdm.monitor_interval = 0
    return tqdm(disable=disable or os.environ.get("BPTT_LAB_PROGRESS") == "off", **kwargs)
