"""What several modules share: the checks of arguments, and the progress bar."""

import functools
import os

import numpy as np


def silent(function):
    """Return the function without NumPy's warnings: what is not finite gives what is not finite, and the caller sees that."""

    @functools.wraps(function)
    def inner(*args, **kwargs):
        with np.errstate(over="ignore", invalid="ignore"):
            return function(*args, **kwargs)

    return inner


def numbers(name, value, real=False):
    """Return `value` as a numeric array; raise TypeError or ValueError naming the argument if it is none."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} has rows of different lengths: expected an array of numbers"
        ) from None
    if array.dtype.kind not in ("biuf" if real else "biufc"):
        raise TypeError(f"{name} holds {array.dtype}: expected {'real ' * real}numbers")
    return array


def positive_integer(name, value):
    """Return `value` as an int; raise ValueError naming the argument if it is not one, or below 1."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} is {value!r}: expected a positive integer")
    return int(value)


def non_negative(name, value, below=np.inf):
    """Return `value` as a float, or raise a ValueError naming the argument if it is not a number in [0, below).

    A float64 of NumPy in its place would make float32 arrays float64.
    """
    if not (np.isscalar(value) and np.isreal(value) and 0 <= value < below):
        raise ValueError(f"{name} is {value!r}: expected a number of at least 0 and below {below}")
    return float(value)


def positive(name, value):
    """Return `value` as a float, or raise a ValueError naming the argument if it is not a finite number above 0."""
    if non_negative(name, value) == 0:
        raise ValueError(f"{name} is {value!r}: expected a number above 0")
    return float(value)


def one_of(name, value, known):
    """Return `value`; raise ValueError naming the argument if it is not one of the strings `known`."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} is {value!r}: expected one of {', '.join(known)}")
    return value


def function(name, value):
    """Return `value`; raise TypeError naming the argument if it cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} is {value!r}: expected a function")
    return value


def floating(name, value):
    """Return `value` as one of the types that the lab computes in, or raise a ValueError naming the argument."""
    try:
        dtype = np.dtype(value)
    except TypeError:
        dtype = None
    if dtype not in (np.float32, np.float64, np.complex128):
        raise ValueError(f"{name} is {value!r}: expected float32, float64 or complex128")
    return dtype


def generator(name, seed):
    """Return a numpy.random.Generator made from `seed`, or raise an error naming the argument."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} is {seed!r}: expected a numpy.random.Generator or an int of at least 0"
        ) from None


def arrays(name, value):
    """Return the dict `value`; raise TypeError naming the argument if it is not a dict of numeric arrays."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} is of type {type(value).__name__}: expected a dict of arrays")
    return {k: numbers(f"{name}[{k!r}]", a) for k, a in value.items()}


PARAMETERS = {"W_in": "IH", "W_hh": "HH", "b_h": "H", "W_out": "HC", "b_out": "C"}


def parameters(params):
    """Return the sizes I, H, C of the parameters of a network, or say which is missing, is no array or does not fit."""
    if not isinstance(params, dict):
        raise TypeError(f"params is of type {type(params).__name__}: expected a dict of arrays")
    missing, sizes = [k for k in PARAMETERS if k not in params], {}
    if missing:
        raise ValueError(f"params has no {missing[0]!r}: expected {', '.join(PARAMETERS)}")
    for k, letters in PARAMETERS.items():
        if not isinstance(params[k], np.ndarray):
            raise TypeError(
                f"params[{k!r}] is of type {type(params[k]).__name__}: expected an array"
            )
        shape = numbers(f"params[{k!r}]", params[k]).shape
        if (
            len(shape) != len(letters)
            or 0 in shape
            or any(sizes.setdefault(letter, n) != n for letter, n in zip(letters, shape))
        ):
            known = ", ".join(f"{letter} = {n}" for letter, n in sizes.items() if letter in letters)
            raise ValueError(
                f"params[{k!r}] has shape {shape}: expected ({', '.join(letters)})"
                + f" with {known}" * bool(known)
            )
    floating("the type of params", np.result_type(*(params[k] for k in PARAMETERS)))
    return sizes["I"], sizes["H"], sizes["C"]


def gradients(params, grads, *memories):
    """Return the gradients of `params`, or say which is missing or has another shape; further ones are left alone.

    `memories` are what an optimizer keeps for each parameter: another shape would be broadcast without a word.
    """
    given, params = params, arrays("params", params)
    missing = [k for k in params if not isinstance(grads, dict) or k not in grads]
    if missing:
        raise ValueError(
            f"grads has no {missing[0]!r}: expected a dict with a gradient for each of {', '.join(map(repr, params))}"
        )
    if listed := [k for k, w in given.items() if isinstance(w, (list, tuple))]:
        raise TypeError(
            f"params[{listed[0]!r}] is of type {type(given[listed[0]]).__name__}: expected an array"
        )
    grads = arrays("grads", {k: grads[k] for k in params})
    for k, w in params.items():
        if grads[k].shape != w.shape:
            raise ValueError(
                f"grads[{k!r}] has shape {grads[k].shape}: expected {w.shape}, that of the parameter"
            )
        for kept in memories:
            if np.shape(kept.get(k, w)) != w.shape:
                raise ValueError(
                    f"params[{k!r}] has shape {w.shape}: expected {np.shape(kept[k])}, as in the steps before; "
                    "another model needs an optimizer of its own"
                )
    return grads


def inputs(X):
    """Return X as a real array of shape (T, N, I), or say what is wrong with it."""
    X = numbers("X", X, real=True)
    if X.ndim != 3:
        hint = "; did you mean X.T[:, :, None]?" if X.ndim == 2 else ""
        raise ValueError(f"X has shape {X.shape}: expected (T, N, I), time first{hint}")
    return X


def pairs(X, Y):
    """Return real inputs (T, N, I) and targets (N, C) as arrays, or say which of them does not fit."""
    X, Y = inputs(X), numbers("Y", Y, real=True)
    if Y.ndim != 2:
        hint = "; did you mean one_hot(Y, C)?" if Y.ndim == 1 else ""
        raise ValueError(f"Y has shape {Y.shape}: expected (N, C){hint}")
    if len(Y) != X.shape[1]:
        raise ValueError(
            f"X and Y have shapes {X.shape} and {Y.shape}: expected (T, N, I) and (N, C), with the same N"
        )
    return X, Y


def network(model):
    """Return `model`; raise TypeError if it lacks what every network of the lab has."""
    return has("model", model, "params", "forward", "backward")


def has(name, value, *needed):
    """Return `value`; raise TypeError naming the argument if it lacks one of the attributes."""
    if not all(hasattr(value, attribute) for attribute in needed):
        raise TypeError(f"{name} is {value!r}: expected an object with {', '.join(needed)}")
    return value


def measured(loss, logits, Y):
    """Return the loss and its gradient, as the function `loss` of a caller gives them; or say what it returned instead."""
    pair = loss(logits, Y)
    if not (isinstance(pair, (tuple, list)) and len(pair) == 2):
        raise TypeError(
            f"loss returned {type(pair).__name__}: expected a pair, the loss and its gradient d_logits"
        )
    if np.ndim(pair[0]):
        raise TypeError(
            f"loss returned an array of shape {np.shape(pair[0])} for the loss: expected one number"
        )
    return pair


def trainable(model, loss, optimizer, clip_norm, validation):
    """Return `validation` as a pair of arrays or None, or say which argument of `train` cannot be one."""
    function("loss", loss)
    if any(map(np.iscomplexobj, arrays("model.params", network(model).params).values())):
        raise TypeError("model has complex parameters: expected float32 or float64")
    has("optimizer", optimizer, "step", "lr")
    if clip_norm is not None:
        positive("clip_norm", clip_norm)
    if validation is not None and not (
        isinstance(validation, (tuple, list)) and len(validation) == 2
    ):
        raise TypeError(
            f"validation is of type {type(validation).__name__}: expected a pair of arrays, another X and Y"
        )
    return validation and pairs(*validation)


def sequences(X, h0, params):
    """Return X (T, N, I) and h0 (N, H) in the type of the computation, or say what is wrong with them."""
    (I, H, _), X = parameters(params), numbers("X", X)
    if X.ndim != 3 or X.shape[2] != I or X.size == 0:
        hint = "; did you mean X.T[:, :, None]?" if X.ndim == 2 and I == 1 else ""
        raise ValueError(
            f"X has shape {X.shape}: expected (T, N, I) with I = {I}, time first{hint}"
        )
    h0 = np.zeros((X.shape[1], H)) if h0 is None else numbers("h0", h0)
    if h0.shape != (X.shape[1], H):
        raise ValueError(f"h0 has shape {h0.shape}: expected (N, H) = {(X.shape[1], H)}")
    # Real arguments follow the parameters; a complex one (the complex step) makes everything complex.
    dtype = np.result_type(*params.values(), *(a for a in (X, h0) if np.iscomplexobj(a)))
    return X.astype(dtype, copy=False), h0.astype(dtype, copy=False)


def backward_arguments(cache, d_logits, params):
    """Return h, s and d_logits of shape (steps read out, N, C) in the type of the computation; or say what does not fit."""
    if not (isinstance(cache, tuple) and hasattr(cache, "every_step")):
        raise TypeError(
            f"cache is of type {type(cache).__name__}: expected the second result of forward"
        )
    (X, h, s, every_step), (_, H, C), d_logits = (
        cache,
        parameters(params),
        numbers("d_logits", d_logits),
    )
    if h.shape[2] != H:
        raise ValueError(
            f"cache has states of shape {h.shape}: expected (T + 1, N, H) with H = {H}; is it another model's?"
        )
    expected = (*X.shape[:2], C) if every_step else (X.shape[1], C)
    if d_logits.shape != expected:
        raise ValueError(
            f"d_logits has shape {d_logits.shape}: expected {expected}, that of the logits"
        )
    if not np.iscomplexobj(d_logits):
        d_logits = d_logits.astype(h.dtype, copy=False)
    return h, s, d_logits if every_step else d_logits[None]


@silent
def predictions(logits, Y):
    """Return logits and targets as arrays of one shape and type, or say why they do not fit."""
    logits = numbers("logits", logits)
    Y = numbers("Y", Y, real=not np.iscomplexobj(logits))
    if logits.ndim not in (2, 3) or logits.size == 0:
        raise ValueError(f"logits has shape {logits.shape}: expected (N, C) or (T, N, C)")
    if Y.shape != logits.shape:
        hint = (
            f"; did you mean one_hot(Y, {logits.shape[-1]})?"
            if Y.shape == logits.shape[:-1]
            else ""
        )
        raise ValueError(
            f"Y has shape {Y.shape}: expected {logits.shape}, that of the logits{hint}"
        )
    dtype = logits.dtype if logits.dtype.kind in "fc" else np.float64
    return logits.astype(dtype, copy=False), Y.astype(dtype, copy=False)


def progress_bar(iterable, *, disable=False, **kwargs):
    """Return `iterable` in a tqdm bar; without one where ``BPTT_LAB_PROGRESS=off`` is set, as the tests do."""
    from tqdm.auto import tqdm

    return tqdm(iterable, disable=disable or os.environ.get("BPTT_LAB_PROGRESS") == "off", **kwargs)
