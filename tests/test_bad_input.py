"""Bad and odd arguments: it works rightly, or says which argument, what it was, what is expected.

Where functions share a check, all that it refuses is tried on one of them, or on the check itself,
and one thing on each other: what is wrong must reach it. The errors are ValueError or TypeError, if
an entry names no other. Nothing may hang, warn from inside NumPy, draw from the global generator,
write to its arguments or leave a file behind.
"""

import contextlib
import copy
import dataclasses
import inspect
import re
import warnings

import numpy as np
import pytest
from cells import TwoStates
from problems import in_time
from test_project import PUBLIC

from bptt_lab import (
    GRU,
    LSTM,
    SGD,
    Adam,
    Recurrent,
    VanillaRNN,
    accuracy,
    balanced_accuracy,
    check_gradients,
    clip_by_global_norm,
    confusion_matrix,
    cross_entropy,
    gaussian_nll,
    generate,
    global_norm,
    load,
    load_ecg5000,
    minibatches,
    mse,
    numerical_gradient,
    one_hot,
    relative_error,
    save,
    streams,
    sweep,
    train,
    windows,
)
from bptt_lab.arguments import (
    as_arrays,
    as_dtype,
    as_generator,
    as_number,
    as_numbers,
    as_pair,
    as_positive_integer,
    call_loss,
    match_gradients,
    match_targets,
    require_attributes,
    require_callable,
    require_one_of,
    shaped,
)
from bptt_lab.data.synthetic import beats, make_ecg
from bptt_lab.network import Cache
from bptt_lab.teaching import check, examine, solution
from bptt_lab.teaching.mistakes import BACKWARD, FaultyRNN, found_by

T, N, I, H, C = 6, 4, 2, 5, 3
rng = np.random.default_rng(0)
X, Y, h0 = rng.normal(size=(T, N, I)), np.eye(C)[[0, 1, 2, 1]], rng.normal(size=(N, H))
LABELS, ONE = Y.argmax(axis=1), rng.normal(size=(T, N, 1))
logits = rng.normal(size=(N, C))
STEPS = np.stack([logits] * T)
NAN = np.where(np.arange(N * C).reshape(N, C) == 5, np.nan, logits)
A, RANDOM = np.ones(2), np.random.RandomState(0)


def model(**options):
    return VanillaRNN(I, H, C, **options)


def cache(**options):
    return model().forward(X, **options)[1]


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


def fit(model, X, Y, **changed):
    options = {"optimizer": SGD(0.1), "epochs": 1, "batch_size": 2, "progress": False}
    return train(model, X, Y, **options | changed)


def batches(*arguments):
    return list(minibatches(*arguments))


def square(x):
    with np.errstate(over="ignore"):
        return (x**2).sum()


def used(optimizer, shape):
    """Return the optimizer after a step on a parameter "a" of some shape."""
    optimizer.step({"a": np.ones(shape)}, {"a": np.ones(shape)})
    return optimizer


ENTRIES, LATER = [], (ValueError, TypeError)


def refused(function, *arguments, said, error=LATER, **options):
    """Add a call to the table: its error must say each of the texts."""
    said = said if isinstance(said, (list, tuple)) else [said]
    ENTRIES.append((function, arguments, options, error, said))


# The checks themselves: the name and the value are said.
for bad in (0, -1, 2.5, 2.0, "3", None, True, np.nan, [1], np.array([1])):
    refused(as_positive_integer, "n", bad, said=["n is", repr(bad)])
for bad in (-0.1, np.nan, np.inf, -np.inf, "0.1", None, [0.1], np.ones(1), 1j):
    refused(as_number, "n", bad, said=["n is", repr(bad)])
for bad in (0, 0.0, -1, "a"):
    refused(as_number, "n", bad, zero=False, said=["n is", repr(bad), "above 0"])
for bad in (1, 1.5, np.float64(1)):
    refused(as_number, "n", bad, below=1, said=["n is", repr(bad), "below 1"])
for bad in (int, "float16", "nonsense", np.complex64, 3):
    refused(as_dtype, "n", bad, said=["n is", repr(bad), "float32"])
for bad in (None, -1, "a", 1.5, np.nan):
    refused(as_generator, "n", bad, said=["n is", repr(bad)])
for bad in ("forward", "", None, ["a"]):
    refused(require_one_of, "n", bad, ("a", "b"), said=["n is", repr(bad), "a, b"])
for bad in (None, "mse", 3):
    refused(require_callable, "n", bad, said=["n is", repr(bad)])
for bad in (None, {"params": 1}, "adam"):
    refused(require_attributes, "n", bad, "params", "forward", said=["n is", "params, forward"])
for bad in (None, X, [X]):
    refused(as_arrays, "n", bad, said=["n is", type(bad).__name__])
refused(as_arrays, "n", {"a": "text"}, said=["n['a']", "<U4"])
for bad, said in (
    ("beats", "<U5"),
    (None, "object"),
    ({"a": X}, "object"),
    (X.astype(str), "<U"),
    (X.astype("M8[s]"), "datetime64"),
    ([[1.0], [2.0, 3.0]], "different lengths"),
):
    refused(as_numbers, "n", bad, said=["n ", said])
refused(as_numbers, "n", 1j * X, True, said=["n ", "complex", "real"])
for bad in (X[0], X[None], X[:0], X[..., :1], X.transpose(2, 0, 1), 1.0, []):
    said = ["n has shape", str(np.shape(bad)), "(T, N, I) with I = 2"]
    refused(shaped, "n", bad, "TNI", {"I": I}, said=said)
refused(shaped, "n", np.ones((2, 7)), "H3H", {}, said=["(2, 7)", "(H, 3H)"])
refused(shaped, "n", np.ones((2, 9)), "H3H", {}, said=["(2, 9)", "(H, 3H)"])
refused(shaped, "n", np.ones((2, 2)), "H", {}, said=["(2, 2)", "(H,)"])
for bad in (logits, (logits, logits), (1.0,), None, 1.0, (1.0, logits, 2)):
    refused(call_loss, lambda *_, bad=bad: bad, logits, Y, said=["loss", "pair"])

# The network
for k in range(3):
    sizes = [I, H, C]
    sizes[k] = 0
    refused(VanillaRNN, *sizes, said=[f"{'IHC'[k]} is 0"])
for name, bad in (("init", "xavier"), ("input_scale", -1), ("dtype", int), ("seed", None)):
    refused(TwoStates, I, H, C, **{name: bad}, said=[f"{name} is", repr(bad)])
for cell, name in ((LSTM, "forget_bias"), (GRU, "update_bias")):
    for bad in ("one", np.ones(H + 1), 1j, None):
        refused(cell, I, H, C, **{name: bad}, said=name)
for call in (model().forward, model()):
    refused(call, X[..., 0], said=["X", "(6, 4)"])
    refused(call, X, h0.T, said=["h0", "(5, 4)", "(N, S) with N = 4, S = 5"])
    for bad in (h0[0], h0[:2], 0, "zero"):
        refused(call, X, bad, said="h0")
refused(TwoStates(I, H, C).forward, X, h0, said=["h0", "S = 10"])
for bad in (logits.T, logits[0], 1.0, None, STEPS):
    refused(model().backward, cache(), bad, said="d_logits")
refused(model().backward, cache(every_step=True), logits, said=["d_logits", "(4, 3)", "(T, N, C)"])
for bad in (X, None, tuple(cache())):
    refused(model().backward, bad, logits, said=["cache", type(bad).__name__])
refused(VanillaRNN(I, H + 1, C).backward, cache(), logits, said=["(6, 3)", "H = 5"])
for bad in (h0.T, h0[0], None, 1, 0.5, "a"):
    refused(model().backward, cache(), logits, bad, said="d_state")

# Losses and measures
for bad, target, said in (
    (logits, Y.T, ["Y", "(3, 4)", "(4, 3)"]),
    (logits, LABELS, ["Y", "(4,)"]),
    (logits[0], Y[0], ["logits", "(3,)"]),
    (logits[:0], Y[:0], ["logits", "(0, 3)"]),
    (logits[None, None], Y[None, None], ["logits", "(1, 1, 4, 3)"]),
    (logits[:1], Y, ["Y", "(4, 3)", "(1, 3)"]),
    (logits, None, ["Y", "object"]),
    (logits, 1j * Y, ["Y", "complex"]),
    ("a", Y, ["logits", "<U1"]),
):
    refused(match_targets, bad, target, said=said)
for f in (mse, cross_entropy, accuracy, balanced_accuracy, confusion_matrix):
    refused(f, logits, Y.T, said=["Y", "(3, 4)", "(4, 3)"])
    refused(f, STEPS, Y, said=["Y", "(4, 3)", "(6, 4, 3)"])
for bad in (2 * Y, Y - 1, np.array([[2, -1, 0]] * N), NAN):
    refused(cross_entropy, logits, bad, said=["Y", "distribution"])
for f in (accuracy, balanced_accuracy, confusion_matrix):
    refused(f, NAN, Y, said=["logits", "NaN", "1 of 4 rows"])
    for bad in (0.5 * Y, 1 - Y, 0 * Y, NAN):
        refused(f, logits, bad, said=["Y", "one-hot"])

FORECAST, SAMPLES = rng.normal(size=(T, N, 2)), rng.normal(size=(T, N, 1))
for bad, target, said in (
    (STEPS, SAMPLES, ["outputs", "(6, 4, 3)", "(T, N, 2)"]),
    (SAMPLES, SAMPLES, ["outputs", "(6, 4, 1)", "C = 2"]),
    (FORECAST[0, 0], SAMPLES[0, 0], ["outputs", "(2,)"]),
    (FORECAST[:0], SAMPLES[:0], ["outputs", "(0, 4, 2)"]),
    (FORECAST, SAMPLES[..., 0], ["Y", "(6, 4)", "Y[..., None]"]),
    (FORECAST, SAMPLES[0], ["Y", "(4, 1)", "(6, 4, 1)"]),
    (FORECAST, FORECAST, ["Y", "(6, 4, 2)"]),
    (FORECAST, None, ["Y", "object"]),
    (FORECAST, 1j * SAMPLES, ["Y", "complex"]),
    ("a", SAMPLES, ["outputs", "<U1"]),
):
    refused(gaussian_nll, bad, target, said=said)

# Dreams
refused(generate, None, SAMPLES, 3, said=["model", "None"])
refused(generate, model(), X, 3, said=["I = 2 and C = 3", "gaussian_nll"])
for changed, said in (
    ({"start": SAMPLES[..., 0]}, ["start", "(6, 4)"]),
    ({"start": X}, ["start", "(6, 4, 2)"]),
    ({"start": SAMPLES[:0]}, ["start", "(0, 4, 1)"]),
    ({"steps": 0}, ["steps", "0"]),
    ({"steps": 2.5}, ["steps", "2.5"]),
    ({"temperature": -1}, ["temperature", "-1"]),
    ({"temperature": np.nan}, ["temperature", "nan"]),
    ({"rng": None}, ["rng", "None"]),
):
    given = {"start": SAMPLES, "steps": 3, "temperature": 1.0, "rng": 0}
    refused(generate, VanillaRNN(1, H, 2), **given | changed, said=said)

# The gradient check
refused(numerical_gradient, square, X, "forward", said=["method", "'forward'", "central"])
refused(numerical_gradient, square, X, eps=0, said=["eps", "0"])
refused(numerical_gradient, square, 1e12 * X, said=["x", "eps"])
refused(numerical_gradient, square, np.array([1, np.inf]), said=["x", "inf"])
refused(numerical_gradient, square, 1j * X, said=["x", "complex"])
refused(numerical_gradient, None, X, said=["f is None"])
refused(numerical_gradient, lambda x: x**2, X, said=["f", "(6, 4, 2)", "one number"])
refused(numerical_gradient, lambda x: None, X, said=["f(x)", "object"])
refused(numerical_gradient, lambda x: cross_entropy(x, Y), logits, said="f")
refused(numerical_gradient, lambda x: float(abs(x).sum()), X, "complex", said=["f", "complex"])
refused(relative_error, X, X[0], said=["a and b", "(6, 4, 2)", "(4, 2)"])
refused(relative_error, X, 1.0, said=["a and b", "()"])
refused(relative_error, X, None, said=["b ", "object"])
for name, bad in (
    ("h0", h0[0]),
    ("method", "exact"),
    ("threshold", -1.0),
    ("loss", "mse"),
    ("loss", lambda logits, Y: None),
    ("eps", -1.0),
    ("seed", None),
):
    refused(check_gradients, model(), X, Y, **{name: bad}, said=name)
refused(check_gradients, model(), X[0], Y, said=["X", "(4, 2)"])
refused(check_gradients, model(), X, Y[:2], said=["Y", "(2, 3)"])
refused(check_gradients, None, X, Y, said=["model", "None"])

# Data
for bad, said in (
    ([0, 3], "3"),
    ([-1, 0], "-1"),
    ([0.5, 1], "0.5"),
    ([np.nan], "nan"),
    ([[0, 1]], "(1, 2)"),
    (["0"], "<U1"),
):
    refused(one_hot, bad, C, said=["labels", said])
refused(one_hot, [0, 1], None, said=["C", "None"])
for bad in (0, 4):
    refused(windows, ONE, bad, said=["w is", str(bad)])
for bad in (X, X[0], ONE[..., 0]):
    refused(windows, bad, 2, said=["X", str(bad.shape)])
for bad, target, said in (
    (X, Y[:2], ["X", "(6, 4, 2)", "N = 2"]),
    (X, LABELS, ["Y", "(4,)"]),
    (X, STEPS[:2], ["X", "(6, 4, 2)", "T = 2"]),
    (X, [[1.0], [2.0, 3.0]], ["Y", "different lengths"]),
    (X, None, ["Y", "object"]),
    (1j * X, Y, ["X", "complex"]),
    (X[0], Y, ["X", "(4, 2)"]),
):
    refused(as_pair, bad, target, said=said)
# Not iterated over: it is refused at the call.
refused(minibatches, X, Y[:2], 2, 0, said=["X", "N = 2"])
refused(minibatches, X, Y, 0, 0, said="batch_size is 0")
refused(minibatches, X, Y, 2, None, said="rng is None")
refused(streams, ONE, LABELS, 0, "marked", 0, said="m is 0")  # test_streams.py has the others
refused(load_ecg5000, "sythetic", error=FileNotFoundError, said="sythetic has no ECG5000_TRAIN")
for bad in ("", b"data", None, 3):
    refused(load_ecg5000, bad, said=["source", repr(bad)])
for bad in (-1, 2**32, 1.5, "0", None, [0]):
    refused(make_ecg, bad, said=["seed", repr(bad)])
refused(beats, "sinus", 0, RANDOM, said=["n ", "0"])
refused(beats, "Sinus", 2, RANDOM, said=["form", "'Sinus'", "R on T"])
refused(beats, "sinus", 2, np.random.default_rng(0), said=["rng", "Generator", "RandomState"])

# Optimizers
for kind, names in (
    (SGD, ("momentum", "weight_decay")),
    (Adam, ("beta1", "beta2", "weight_decay")),
):
    refused(kind, "a", said="lr is 'a'")
    for name in names:
        refused(kind, 0.1, **{name: -0.1}, said=[name, "-0.1"])
        if name != "weight_decay":
            refused(kind, 0.1, **{name: 1}, said=[name, "1"])
    refused(kind(0.1).step, {"a": A}, {"a": A}, np.ones(2), said=["lr", "array"])
    refused(kind(0.1).step, {"a": A}, {"b": A}, said=["grads", "'a'"])
    refused(used(kind(0.1), 2).step, {"a": np.ones(3)}, {"a": np.ones(3)}, said=["(3,)", "(2,)"])
refused(Adam, 0.1, eps=0, said=["eps", "0"])
for params, grads, said in (
    (None, {}, ["params", "NoneType"]),
    ({"a": "w"}, {"a": 1.0}, ["params", "<U1"]),
    ({"a": A}, None, ["grads", "'a'"]),
    ({"a": A}, [A], ["grads", "'a'"]),
    ({"a": A}, {"a": None}, ["grads", "'a'", "object"]),
    ({"a": A}, {"a": np.ones(3)}, ["grads", "'a'", "(3,)", "(2,)"]),
    ({"a": [1.0, 2.0]}, {"a": A}, ["params", "'a'", "list"]),
    ({"a": 1.0}, {"a": 1.0}, ["params", "'a'", "float"]),
):
    refused(match_gradients, params, grads, said=said)
for kept, shape in (((2,), (3,)), ((2,), (3, 2)), ((1,), (4,))):  # two would be broadcast
    said = ["params", "'a'", str(kept), str(shape)]
    grads = {"a": np.ones(shape)}
    refused(match_gradients, grads, grads, {"a": np.ones(kept)}, said=said)
refused(clip_by_global_norm, {"a": X}, 0, said=["max_norm", "0"])
refused(clip_by_global_norm, X, 1.0, said=["grads", "ndarray"])
refused(global_norm, X, said=["grads", "ndarray"])

# Training
for name, bad in (
    ("epochs", 0),
    ("batch_size", 0),
    ("clip_norm", 0),
    ("clip_norm", "a"),
    ("input_noise", -1),
    ("loss", None),
    ("optimizer", None),
    ("optimizer", SGD),
    ("rng", None),
    ("validation", X),
):
    refused(fit, model(), X, Y, **{name: bad}, said=name)
for bad, target, said in (
    (X[0], Y, ["X", "(4, 2)"]),
    (X, Y[:2], ["X", "N = 2"]),
    (X, 0.5 * Y, ["Y"]),
    (X, STEPS, ["Y"]),
):
    refused(fit, model(), bad, target, said=said)
    refused(fit, model(), X, Y, validation=(bad, target), said=said)
refused(fit, model(), X, np.eye(2)[[0, 1, 1, 0]], said=["Y", "(4, 2)", "(4, 3)"])
refused(fit, model(), X, Y, loss=lambda a, b: mse(a, b)[0], said=["loss", "pair"])
refused(fit, None, X, Y, said=["model", "None"])
refused(fit, model(dtype=complex), X, Y, said=["model", "complex", "float64"])
for options in ({}, {"validation": (X, Y)}):
    bad = np.where(X > 1, np.inf, X * np.nan)
    arguments = (model(), X, Y) if options else (model(), bad, Y)
    options = {"validation": (bad, Y)} if options else {}
    said = "the loss is nan before the first step"
    refused(fit, *arguments, **options, error=FloatingPointError, said=said)
said = "in epoch 1, batch 2 of 2"
refused(fit, model(), X, Y, optimizer=SGD(1e308), error=FloatingPointError, said=said)

# Runs; more in test_saving.py and test_sweeps.py
for f, more in ((save, (model(),)), (load, ())):
    for bad in (None, 3, ["a"]):
        refused(f, bad, *more, said=[type(bad).__name__])
refused(load, "no such file", error=FileNotFoundError, said="no such file.npz")
refused(save, "a", None, said=["model", "None"])
refused(save, "a", model(), "adam", said=["optimizer", "'adam'"])
refused(save, "a", model(), None, 0, said=["rng", "0"])
refused(sweep, None, [], said=["fn", "None"])
refused(sweep, square, [{"x": X}, 3], said=["settings[1]", "3"])

# What teaches
for f, more in ((examine, [square]), (check, [square]), (solution, [])):
    for bad in ("nothing", None):
        refused(f, bad, *more, said=["name", repr(bad), "time_major"])
refused(BACKWARD[0].function, "forward", said=["exercise", "'forward'", "backward"])
refused(FaultyRNN, None, I, H, C, said=["mistake", "None"])
refused(FaultyRNN, BACKWARD[0], I, 0, C, said=["H", "0"])
for name in ("T", "N", "I", "H", "C", "calls", "h0", "W_hh", "threshold", "seed"):
    refused(found_by, BACKWARD[:1], **{name: -1}, said=[name, "-1"])
for bad in (None, "all", ["no error goes back through time"]):
    refused(found_by, bad, said=["mistakes", repr(bad)])


@contextlib.contextmanager
def harmless():
    """See that nothing hangs, warns, or changes how NumPy warns and draws."""
    state, errors = np.random.get_state(), np.geterr()
    with warnings.catch_warnings(), in_time():
        warnings.simplefilter("error")
        yield
    assert np.geterr() == errors
    assert all(np.array_equal(a, b) for a, b in zip(state, np.random.get_state()))


def arrays_in(value):
    """Yield the arrays in a value, however deep, those of networks and optimizers too."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(part)
    elif isinstance(value, (Recurrent, SGD, Adam)):
        yield from arrays_in(vars(value))


def keys_in(value):
    """Return what a value consists of apart from its arrays."""
    if isinstance(value, (list, tuple)):
        return [keys_in(part) for part in value]
    if isinstance(value, (Recurrent, SGD, Adam)):
        value = vars(value)
    if isinstance(value, dict):
        return {k: keys_in(part) for k, part in value.items()}
    return None if isinstance(value, np.ndarray) else repr(value)


@contextlib.contextmanager
def unchanged(*values, keys=True):
    """See that no array in the values is written to and, if `keys`, that none is replaced."""
    held, structure = list(arrays_in(values)), keys_in(values)
    before = [a.copy() for a in held]
    yield
    for was, now in zip(before, held):
        assert was.dtype == now.dtype and was.shape == now.shape
        assert was.dtype == object or was.tobytes() == now.tobytes()
    if keys:
        assert keys_in(values) == structure
        assert all(a is b for a, b in zip(held, arrays_in(values), strict=True))


@pytest.mark.parametrize("function", {f: None for f, *_ in ENTRIES}, ids=lambda f: name_of(f))
def test_it_says_what_is_wrong(function, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _, arguments, options, kinds, said in (e for e in ENTRIES if e[0] is function):
        owner = getattr(function, "__self__", None)
        with (
            unchanged(arguments, options, owner, keys=kinds is not FloatingPointError),
            pytest.raises(kinds) as caught,
            harmless(),
        ):
            function(*arguments, **options)
        message = str(caught.value)
        assert all(part in message for part in said), (message, said)
        assert kinds is not LATER or re.search("expected|pass measure", message), message
        assert list(tmp_path.iterdir()) == []


def name_of(function):
    return getattr(function, "__qualname__", type(function).__name__)


def test_there_are_many():
    assert len(ENTRIES) >= 250


# ---- What can be wrong with any array, and what is only unusual

SMALL = VanillaRNN(1, 2, 3), rng.normal(size=(3, 2, 1)), Y[:2], h0[:2, :2]
CALLS = {  # the arrays that a function takes, with the function of them
    "forward": (lambda X, h0: model().forward(X, h0)[0], {"X": X, "h0": h0}),
    "__call__": (lambda X: model()(X), {"X": X}),
    "backward": (
        lambda d_logits, d_state: model().backward(cache(), d_logits, d_state),
        {"d_logits": logits, "d_state": h0},
    ),
    **{
        f.__name__: (f, {"logits": logits, "Y": Y})
        for f in (mse, cross_entropy, accuracy, balanced_accuracy, confusion_matrix)
    },
    "numerical_gradient": (lambda x: numerical_gradient(square, x), {"x": SMALL[1]}),
    "relative_error": (relative_error, {"a": X, "b": X + 1}),
    "check_gradients": (
        lambda X, Y, h0: check_gradients(SMALL[0], X, Y, mse, h0=h0).ok,
        dict(zip(("X", "Y", "h0"), SMALL[1:])),
    ),
    "one_hot": (lambda labels: one_hot(labels, C), {"labels": LABELS}),
    "minibatches": (lambda X, Y: batches(X, Y, 3, 0), {"X": X, "Y": Y}),
    "windows": (lambda X: windows(X, 2), {"X": ONE}),
    "streams": (
        lambda beats, labels: streams(beats, labels, 3, "marked", 0, w=2),
        {"beats": ONE, "labels": LABELS},
    ),
    "train": (lambda X, Y: fit(model(), X, Y), {"X": X, "Y": Y}),
    "train, validation": (lambda X, Y: fit(model(), *PAIR, validation=(X, Y)), {"X": X, "Y": Y}),
    **{
        f"{kind.__name__}.step": (
            lambda params, grads, kind=kind: kind(0.1).step({"a": params}, {"a": grads}),
            {"params": X, "grads": X + 1},
        )
        for kind in (SGD, Adam)
    },
    "global_norm": (lambda grads: global_norm({"a": grads}), {"grads": X}),
    "clip_by_global_norm": (lambda grads: clip_by_global_norm({"a": grads}, 1.0), {"grads": X}),
}
PAIR = X, Y


def view(a, step):
    """Return an array of the same numbers whose memory goes by `step`."""
    spread = np.full([abs(step) * n for n in a.shape], 77, a.dtype)
    part = spread[tuple(slice(None, None, step) for _ in a.shape)]
    part[...] = a
    return part


LAYOUTS = {
    "Fortran": np.asfortranarray,
    "every second": lambda a: view(a, 2),
    "backwards": lambda a: view(a, -1),
    "read-only": read_only,
    "list": np.ndarray.tolist,
    "broadcast": lambda a: np.broadcast_to(a[:1], a.shape),
    "float32": lambda a: a.astype(np.float32),
    "integers": lambda a: a.astype(int),
    "big-endian": lambda a: a.astype(">f8"),
}


def plain(value):
    """Return arrays and lists of numbers as float64 arrays (or complex), in the order of C."""
    return {k: np.array(a, np.result_type(np.asarray(a).dtype, float)) for k, a in value.items()}


def alike(a, b, tolerance):
    """Assert that two results say the same, up to rounding."""
    if isinstance(a, Cache):
        a, b = a[:2], b[:2]  # what is between them in memory does not matter
    if dataclasses.is_dataclass(a):
        a, b = vars(a), vars(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
        a, b = list(a.values()), list(b.values())
    if isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for x, y in zip(a, b):
            alike(x, y, tolerance)
    elif isinstance(a, (np.ndarray, np.generic, float)):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
    else:
        assert a == b


@pytest.mark.parametrize("name", CALLS)
def test_the_layout_and_type_of_an_array_change_nothing(name):
    do, arrays = CALLS[name]
    slow = name == "check_gradients"
    for layout in ("backwards", "list", "integers") if slow else LAYOUTS:
        given = {k: LAYOUTS[layout](a) for k, a in arrays.items()}
        if layout == "broadcast":
            given |= {k: arrays[k] for k in given if k in ("Y", "labels")}
        if layout == "list":  # a list of parameters would not be replaced by one
            given |= {k: arrays[k] for k in given if k == "params"}
        with harmless(), unchanged(given):
            result = do(**given)
        with np.errstate(all="ignore"):
            expected = do(**plain(given))
        # Differences in float32 are no nearer.
        alike(result, expected, 1e-2 if layout == "float32" else 1e-9)


def with_one(bad):
    return lambda a: np.where(np.arange(a.size).reshape(a.shape) == 1, bad, a)


ANY_SHAPE = ("numerical_gradient", "global_norm", "clip_by_global_norm")
# What can be put in the place of an array, and which functions take it: None for most.
WRONG = {
    "None": (lambda a: None, ("h0",)),
    "text": (lambda a: "beats", ()),
    "objects": (lambda a: a.astype(object), ()),
    "ragged": (lambda a: [[1.0], [2.0, 3.0]], ()),
    "a number": (lambda a: 1.0, ANY_SHAPE),
    "empty": (lambda a: a[:0], (*ANY_SHAPE, "one_hot", "windows")),
    "one axis less": (lambda a: a[0], ANY_SHAPE),
    "one axis more": (lambda a: a[None], ANY_SHAPE),
    "one row less": (
        lambda a: a[:, :-1] if a.ndim > 2 else a[:-1],
        (*ANY_SHAPE, "one_hot", "windows", "__call__"),
    ),
    "NaN": (with_one(np.nan), None),
    "inf": (with_one(np.inf), None),
    "huge": (with_one(1e308), None),
    "tiny": (with_one(1e-320), None),
    "complex": (lambda a: a + 0j, None),
}
KINDS = ("None", "text", "objects", "ragged")  # wrong by themselves: the argument is named


@pytest.mark.parametrize(("name", "argument"), [(n, a) for n, (_, d) in CALLS.items() for a in d])
def test_what_is_wrong_with_an_array_is_said(name, argument):
    do, arrays = CALLS[name]
    for wrong, (spoil, fine) in WRONG.items():
        given = arrays | {argument: spoil(arrays[argument])}
        # Where two do not fit together, either may be blamed.
        named = argument if fine is None or wrong in KINDS else "|".join(arrays)
        with unchanged(given):
            try:
                with harmless():
                    do(**given)
            except (ValueError, TypeError) as error:
                assert re.search(rf"\b({named})\b", str(error)), (wrong, error)
                assert re.search("expected|pass measure", str(error)), (wrong, error)
            except FloatingPointError as error:
                assert name.startswith("train") and fine is None, wrong
                assert re.search("is (nan|inf)", str(error)), wrong
            else:
                assert fine is None or name in fine or argument in fine, f"it took {wrong}"


def test_what_is_odd_and_right():
    """Logits of -inf, every step read out, sizes of one, integers of NumPy."""
    for spoilt in ([[0, -np.inf, 1]], [[-np.inf, 0, -np.inf]]):
        loss, d_logits = cross_entropy(
            np.array(spoilt),
            np.array([[0.0, 0, 0]]) + np.isfinite(spoilt) / np.isfinite(spoilt).sum(),
        )
        assert np.isfinite(loss) and np.isfinite(d_logits).all()
    assert cross_entropy([[0, -np.inf, 1]], [[0, 1, 0]])[0] == np.inf
    steps, targets = np.stack([logits, -logits]), np.stack([Y, Y])
    flat = steps.reshape(-1, C), targets.reshape(-1, C)
    for f in (accuracy, balanced_accuracy, confusion_matrix):
        np.testing.assert_array_equal(f(steps, targets), f(*flat))
    for f in (mse, cross_entropy):
        assert f(steps, targets)[0] == pytest.approx(f(*flat)[0], rel=1e-14)
    one = VanillaRNN(np.int64(1), 1, 1, seed=np.random.default_rng(0))
    assert check_gradients(one, ONE[:1, :1], np.ones((1, 1)), mse).ok
    assert np.isnan(relative_error(X * np.nan, X)) and relative_error(0, 0) == 0
    assert one_hot([], C).shape == (0, C) and windows(ONE, T).shape == (1, N, T)
    assert len(fit(model(), X, Y, batch_size=100, clip_norm=1e-3).grad_norm) == 1
    assert len(fit(model(), X, Y, optimizer=used(SGD(0.1, 0.9), (H,))).grad_norm) == 2
    for bad in (np.nan, np.inf):
        clipped = clip_by_global_norm({"a": np.array([1.0, bad])}, 1.0)
        np.testing.assert_array_equal(clipped["a"], [1.0, bad])
    assert clip_by_global_norm({}, 1.0) == {} and global_norm({"a": X[:0]}) == 0


# ---- Whoever does what a hint says gets the right thing


def hints(function, *arguments):
    """Return what an error proposes, one expression after another."""
    with pytest.raises((ValueError, TypeError)) as caught:
        function(*arguments)
    said = re.search(r"did you mean (.*)\?", str(caught.value))
    assert said, caught.value
    return [re.sub(r"^or | if .*", "", part) for part in re.split(r", (?=or )", said[1])]


def obeyed(hint, **names):
    return eval(hint, {"one_hot": one_hot, "np": np}, names)


def test_of_a_flat_table_of_samples_both_readings_are_said_and_each_is_right():
    network = VanillaRNN(1, H, C)
    columns, rows = ONE[:, :, 0], ONE[:, :, 0].T
    for call in (network, network.forward, lambda X: fit(network, X, Y)):
        first, second = hints(call, columns)
        np.testing.assert_array_equal(obeyed(first, X=columns), ONE)
        np.testing.assert_array_equal(obeyed(second, X=rows), ONE)
    assert network(obeyed(second, X=rows)).shape == (N, C)


def test_of_sequences_first_the_axes_are_exchanged():
    for call in (batches, lambda X, Y, *_: fit(model(), X, Y)):
        (hint,) = hints(call, X.swapaxes(0, 1), Y, 2, 0)
        np.testing.assert_array_equal(obeyed(hint, X=X.swapaxes(0, 1)), X)


def test_of_labels_the_rows_are_right():
    for call in (
        lambda Y: fit(model(), X, Y),
        *(lambda Y, f=f: f(logits, Y) for f in (mse, accuracy)),
    ):
        (hint,) = hints(call, LABELS)
        np.testing.assert_array_equal(obeyed(hint, Y=LABELS, C=C), Y)
    every = np.arange(X.shape[0] * X.shape[1]).reshape(X.shape[:2]) % C
    (hint,) = hints(lambda: train(VanillaRNN(1, 2, C), X, every, optimizer=SGD(0.1), epochs=1))
    assert obeyed(hint, Y=every, C=C).shape == (*every.shape, C)
    (hint,) = hints(accuracy, logits, 0.5 * Y)
    np.testing.assert_array_equal(obeyed(hint, labels=LABELS, C=C), Y)
    (hint,) = hints(one_hot, LABELS + 1, C)
    np.testing.assert_array_equal(one_hot(obeyed(hint, labels=LABELS + 1), C), Y)


def test_a_hint_that_would_be_wrong_is_not_given():
    for function, arguments in (
        (model(), (X[0],)),  # two inputs per step: no table of samples
        (one_hot, ([0, 3], C)),
        (fit, (model(), X, Y[:2])),
        (mse, (logits, Y.T)),
    ):
        with pytest.raises(ValueError) as caught:
            function(*arguments)
        assert "did you mean" not in str(caught.value)


# ---- What can be wrong with the parameters of a network


def foreign(replace=None, **changed):
    network = model()
    network.params = network.params | changed if replace is None else replace(network.params)
    return network


def halves(params):
    return {k: w.astype(np.float16) for k, w in params.items()}


def whole_numbers(params):
    return {k: np.random.default_rng(1).integers(-1, 2, w.shape) for k, w in params.items()}


OTHER = VanillaRNN(I, H + 1, C).params
FOREIGN = {  # a network, and what is said of it; None if it is usable
    **{
        f"no {k}": (foreign(lambda p, k=k: {j: w for j, w in p.items() if j != k}), repr(k))
        for k in model().params
    },
    "no dict": (foreign(list), "params has no"),
    "None": (foreign(lambda params: None), "params has no"),
    "nothing": (foreign(lambda params: {}), "'W_in'"),
    **{f"{k} of another": (foreign(**{k: OTHER[k]}), "params") for k in OTHER if k != "b_out"},
    "b_out of another": (foreign(b_out=np.zeros(C + 1)), "(4,)"),
    "b_out that broadcasts": (foreign(b_out=np.zeros(1)), "(1,)"),
    "b_h a row": (foreign(b_h=np.zeros((1, H))), "(1, 5)"),
    "b_h a number": (foreign(b_h=0.0), "'b_h'"),
    "b_h a list": (foreign(b_h=[0.0] * H), "'b_h'"),
    "b_h text": (foreign(b_h=np.array(["a"] * H)), "<U"),
    "objects": (foreign(W_hh=np.zeros((H, H), object)), "'O'"),
    "empty": (foreign(W_in=np.zeros((0, H))), "(0, 5)"),
    "integers": (foreign(whole_numbers), "int"),
    "float16": (foreign(halves), "float16"),
    "one of float32": (foreign(W_hh=model().params["W_hh"].astype(np.float32)), None),
    "all of another": (foreign(lambda params: OTHER), None),
    "another order": (foreign(lambda params: dict(sorted(params.items()))), None),
}
USERS = {
    "forward": lambda network: np.isfinite(network.forward(X)[0]).all(),
    "call": lambda network: np.isfinite(network(X)).all(),
    "train": lambda network: fit(network, X, Y).loss,
    "check_gradients": lambda network: check_gradients(network, X, Y).ok,
}


@pytest.mark.parametrize("user", USERS)
def test_foreign_parameters_are_used_rightly_or_named(user):
    for kind, (network, said) in FOREIGN.items():
        network = copy.deepcopy(network)
        with unchanged(network, keys=user != "train"):
            # The check computes in float64, whatever the parameters are.
            if said is None or user == "check_gradients" and kind in ("integers", "float16"):
                with harmless():
                    assert USERS[user](network), kind
            else:
                with pytest.raises((ValueError, TypeError), match="expected") as caught:
                    with harmless():
                        USERS[user](network)
                message = str(caught.value)
                assert "params" in message and (said in message or user != "call"), message


@pytest.mark.parametrize("user", ("check_gradients", "train"))
def test_a_further_parameter_without_a_gradient_is_named(user):
    network = foreign(U=np.zeros(3))
    with unchanged(network), pytest.raises(ValueError, match="grads has no 'U'"):
        USERS[user](network)


# ---- Is that all?

CELLS = ("VanillaRNN", "LSTM", "GRU")

CONTAINERS = {  # they hold what they are given
    *("ECG5000", "History", "Cache", "GradientReport", "Saved", "Run", "Wave"),
}
ELSEWHERE = {  # their bad arguments are files (test_data.py, test_fuzz.py), or learners' answers
    *("data.files", "data.__main__"),
    *("silence", "read_axes", "progress_bar"),  # given by the package alone
    *("Recurrent.run", "Recurrent.run_back", "Recurrent.sizes"),  # what a cell fills in
}


def test_every_public_function_of_the_helper_package_is_in_a_table():
    called = {name_of(f).replace("TwoStates", "Recurrent") for f, *_ in ENTRIES}
    called |= {"train", "Recurrent.__call__"}
    called |= {f"{cell}.{run}" for cell in CELLS for run in ("run", "run_back")}
    missing = []
    for name, value in PUBLIC:
        if not inspect.ismodule(value) and "teaching" not in name:
            name = value.__qualname__
            module = value.__module__.removeprefix("bptt_lab.")
            if not {module, name} & ELSEWHERE and name.split(".")[0] not in CONTAINERS:
                if inspect.signature(value).parameters:
                    missing += [name] * (name not in called)
    assert missing == []
