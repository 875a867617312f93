"""Bad and odd arguments of every public function: it works rightly, or says which argument, what was given and what was expected.

Each entry is one call. `fails` names what the message must contain: the argument and something of what was given; None means that the
call must work, and give what plain arrays (float64, in the order of C) of the same numbers give. The errors are ValueError or TypeError, unless an
entry names another one first. Nothing may hang, warn from inside NumPy, or change its arguments. Below the table, what can be wrong with any
array, and with any dict of parameters, is tried on each function that takes one.
"""

import contextlib
import copy
import dataclasses
import inspect
import re
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from problems import in_time
from test_project import PUBLIC

from bptt_lab import (
    SGD,
    Adam,
    VanillaRNN,
    accuracy,
    balanced_accuracy,
    check_gradients,
    clip_by_global_norm,
    confusion_matrix,
    cross_entropy,
    global_norm,
    load,
    load_ecg5000,
    minibatches,
    mse,
    numerical_gradient,
    one_hot,
    relative_error,
    save,
    sweep,
    train,
    windows,
)
from bptt_lab.data.synthetic import beats, make_ecg
from bptt_lab.network import Cache
from bptt_lab.teaching import check, examine
from bptt_lab.teaching.mistakes import BACKWARD, FaultyRNN, found_by, from_parts

T, N, I, H, C = 6, 4, 2, 5, 3
rng = np.random.default_rng(0)
X, Y, h0 = rng.normal(size=(T, N, I)), np.eye(C)[[0, 1, 2, 1]], rng.normal(size=(N, H))
logits = rng.normal(size=(N, C))
NAN = np.where(np.arange(N * C).reshape(N, C) == 5, np.nan, logits)


def model(**options):
    return VanillaRNN(I, H, C, **options)


def cache():
    return model().forward(X)[1]


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


def fit(**changed):
    arguments = {
        "model": model(),
        "X": X,
        "Y": Y,
        "optimizer": SGD(0.1),
        "epochs": 1,
        "batch_size": 2,
        "progress": False,
    } | changed
    return train(arguments.pop("model"), arguments.pop("X"), arguments.pop("Y"), **arguments)


def square(x):
    with np.errstate(over="ignore"):
        return (x**2).sum()


def other_model():
    return VanillaRNN(I, H + 1, C)


def used(optimizer, shape):
    """Return the optimizer after a step on a parameter "a" of some shape."""
    optimizer.step({"a": np.ones(shape)}, {"a": np.ones(shape)})
    return optimizer


ENTRIES = [
    # VanillaRNN
    *[
        (VanillaRNN, sizes, {}, [name, repr(bad)])
        for bad in (0, -1, 2.5, "3", None, True, np.nan)
        for name, sizes in (("I", (bad, H, C)), ("H", (I, bad, C)), ("C", (I, H, bad)))
    ],
    (VanillaRNN, (I, H, C), {"init": "xavier"}, ["init", "'xavier'", "orthogonal"]),
    (VanillaRNN, (I, H, C), {"init": None}, ["init", "None"]),
    (VanillaRNN, (I, H, C), {"input_scale": -1}, ["input_scale", "-1"]),
    (VanillaRNN, (I, H, C), {"input_scale": np.nan}, ["input_scale", "nan"]),
    (VanillaRNN, (I, H, C), {"input_scale": "large"}, ["input_scale", "'large'"]),
    (VanillaRNN, (I, H, C), {"dtype": int}, ["dtype", "int"]),
    (VanillaRNN, (I, H, C), {"dtype": "float16"}, ["dtype", "float16"]),
    (VanillaRNN, (I, H, C), {"dtype": "nonsense"}, ["dtype", "nonsense"]),
    (VanillaRNN, (I, H, C), {"seed": -1}, ["seed", "-1"]),
    (VanillaRNN, (I, H, C), {"seed": "a"}, ["seed", "'a'"]),
    (VanillaRNN, (np.int64(I), H, C), {"seed": np.random.default_rng(0)}, None),
    (VanillaRNN, (1, 1, 1), {}, None),
    # forward
    *[
        (model().forward, (bad,), {}, ["X", said])
        for bad, said in (
            (X[0], "(4, 2)"),
            (X[..., 0], "(6, 4)"),
            (X.transpose(2, 0, 1), "(2, 6, 4)"),
            (X[:0], "(0, 4, 2)"),
            (X[:, :0], "(6, 0, 2)"),
            (X[..., :1], "(6, 4, 1)"),
            (X[None], "(1, 6, 4, 2)"),
            (3.0, "()"),
            ([], "(0,)"),
            ("beats", "<U5"),
            (X.astype(str), "<U"),
            (X.astype(object), "object"),
            (None, "object"),
            ([[1, 2], [3]], "rows"),
        )
    ],
    *[
        (model().forward, (good,), {}, None)
        for good in (
            X[:1],
            X[:, :1],
            X.astype(int),
            X.astype(np.float32),
            np.asfortranarray(X),
            X[::-1],
            X[:, ::2],
            read_only(X),
            X.tolist(),
            X.astype(bool),
            X * np.nan,
        )
    ],
    *[
        (model().forward, (X, bad), {}, ["h0", said])
        for bad, said in (
            (h0[0], "(5,)"),
            (h0.T, "(5, 4)"),
            (h0[:2], "(2, 5)"),
            (h0[None], "(1, 4, 5)"),
            ("zero", "<U4"),
            (0, "()"),
        )
    ],
    *[
        (model().forward, (X, good), {}, None)
        for good in (
            h0.astype(np.float32),
            read_only(h0),
            np.asfortranarray(h0),
            h0.tolist(),
            None,
            h0.astype(int),
        )
    ],
    (
        VanillaRNN(1, H, C),
        (np.zeros((500, 140)),),
        {},
        ["X", "(500, 140)", "did you mean X.T[:, :, None]?"],
    ),
    (model(), (X[0],), {}, ["X", "(4, 2)"]),
    # backward
    *[
        (model().backward, (cache(), bad), {}, ["d_logits", said])
        for bad, said in (
            (logits.T, "(3, 4)"),
            (logits[0], "(3,)"),
            (logits[None], "(1, 4, 3)"),
            (1.0, "()"),
            ("a", "<U1"),
            (None, "object"),
            (logits.astype(object), "object"),
        )
    ],
    *[
        (model().backward, (cache(), good), {}, None)
        for good in (
            logits.astype(np.float32),
            read_only(logits),
            np.asfortranarray(logits),
            logits.tolist(),
            logits[::-1],
            0 * logits,
            logits.astype(int),
        )
    ],
    (
        model().backward,
        (model().forward(X, every_step=True)[1], logits),
        {},
        ["d_logits", "(4, 3)", "(6, 4, 3)"],
    ),
    (model().backward, (X, logits), {}, ["cache"]),
    (model().backward, (None, logits), {}, ["cache"]),
    (model().backward, (VanillaRNN(I, H + 1, C).forward(X)[1], logits), {}, ["cache", "(7, 4, 6)"]),
    # losses and metrics
    *[
        (f, (bad, target), {}, said)
        for f in (mse, cross_entropy)
        for bad, target, said in (
            (logits, Y.T, ["Y", "(3, 4)", "(4, 3)"]),
            (logits, Y.argmax(1), ["Y", "(4,)", "did you mean one_hot(Y, 3)?"]),
            (logits[0], Y[0], ["logits", "(3,)"]),
            (logits[:0], Y[:0], ["logits", "(0, 3)"]),
            ("a", Y, ["logits", "<U1"]),
            (logits, "a", ["Y", "<U1"]),
            (logits.astype(object), Y, ["logits", "object"]),
            (logits, None, ["Y", "object"]),
            (logits[:1], Y, ["Y", "(4, 3)", "(1, 3)"]),
            (logits[None, None], Y[None, None], ["logits", "(1, 1, 4, 3)"]),
        )
    ],
    *[
        (f, (good, target), {}, None)
        for f in (mse, cross_entropy)
        for good, target in (
            (logits[:1], Y[:1]),
            (logits.astype(int), Y.astype(int)),
            (logits.astype(np.float32), Y),
            (np.asfortranarray(logits), Y),
            (read_only(logits), read_only(Y)),
            (logits.tolist(), Y.tolist()),
            (1e4 * logits, Y),
            (0 * logits, Y),
            (logits[:, :1], np.ones((N, 1))),
            (np.stack([logits] * 2), np.stack([Y] * 2)),
        )
    ],
    (cross_entropy, (logits, 2 * Y), {}, ["Y", "sum to 1"]),
    (cross_entropy, (logits, Y - 1), {}, ["Y", "sum to 1"]),
    *[
        (f, (bad, target), {}, said)
        for f in (accuracy, balanced_accuracy, confusion_matrix)
        for bad, target, said in (
            (NAN, Y, ["logits", "NaN", "1 of 4 rows"]),
            (logits, 0.5 * Y, ["Y", "one-hot"]),
            (logits, Y.argmax(1), ["Y", "(4,)"]),
            (logits[:0], Y[:0], ["logits", "(0, 3)"]),
            (np.stack([logits] * 2), np.stack([Y] * 2), ["logits", "(2, 4, 3)"]),
            ("a", Y, ["logits", "<U1"]),
            (logits, 1 - Y, ["Y", "one-hot"]),
        )
    ],
    *[
        (f, (good, Y), {}, None)
        for f in (accuracy, balanced_accuracy, confusion_matrix)
        for good in (Y, logits.astype(int), np.where(logits > 0, np.inf, logits), read_only(logits))
    ],
    # gradcheck
    (numerical_gradient, (square, X, "forward"), {}, ["method", "'forward'", "central"]),
    *[
        (numerical_gradient, (square, X), {"eps": bad}, ["eps", repr(bad)])
        for bad in (-1e-5, 0, np.nan, np.inf, "small")
    ],
    *[
        (numerical_gradient, (square, bad), {}, ["x", said])
        for bad, said in ((1e12 * X, "eps"), (np.array([1, np.inf]), "inf"), (1j * X, "complex"))
    ],
    (numerical_gradient, (lambda x: x**2, X), {}, ["f", "(6, 4, 2)", "one number"]),
    (numerical_gradient, (lambda x: None, X), {}, ["f(x)", "object"]),
    (numerical_gradient, (lambda x: cross_entropy(x, Y), logits), {}, ["f"]),
    (numerical_gradient, (lambda x: float(abs(x).sum()), X, "complex"), {}, ["f", "complex"]),
    (numerical_gradient, (square, "a"), {}, ["x", "<U1"]),
    (numerical_gradient, (square, X.astype(object)), {}, ["x", "object"]),
    (numerical_gradient, (None, X), {}, ["f", "None"]),
    *[
        (numerical_gradient, (square, good), {}, None)
        for good in (
            X.astype(int),
            2.0,
            X[:0],
            np.asfortranarray(X),
            X[::2],
            read_only(X),
            X.tolist(),
            X.astype(np.float32),
        )
    ],
    (relative_error, (X, X[0]), {}, ["a and b", "(6, 4, 2)", "(4, 2)"]),
    (relative_error, (X, 1.0), {}, ["a and b", "()"]),
    (relative_error, ("a", X), {}, ["a ", "<U1"]),
    (relative_error, (X, None), {}, ["b ", "object"]),
    *[
        (relative_error, pair, {}, None)
        for pair in (
            (0, 0),
            (X[:0], X[:0]),
            (X * np.nan, X),
            (1e300 * X, -1e300 * X),
            (1e-300 * X, X),
            (X.tolist(), X.astype(int)),
            (np.inf * X, X),
        )
    ],
    (check_gradients, (model(), X[0], Y), {}, ["X", "(4, 2)"]),
    (check_gradients, (model(), X, Y[:2]), {}, ["Y", "(2, 3)"]),
    (check_gradients, (model(), X, Y), {"h0": h0[0]}, ["h0", "(5,)"]),
    (check_gradients, (model(), X, Y), {"method": "exact"}, ["method", "'exact'"]),
    (check_gradients, (model(), X, Y), {"threshold": -1.0}, ["threshold", "-1.0"]),
    (check_gradients, (model(), X, Y), {"loss": "mse"}, ["loss", "'mse'"]),
    (check_gradients, (model(), "X", Y), {}, ["X", "<U1"]),
    (check_gradients, (None, X, Y), {}, ["model", "None"]),
    (check_gradients, ({"W_in": X}, X, Y), {}, ["model", "W_in"]),
    (check_gradients, (model(), X, Y), {"eps": 0}, ["eps", "0"]),
    (check_gradients, (model(), X, Y), {"seed": -1}, ["seed", "-1"]),
    (check_gradients, (model(), X, Y), {"loss": lambda logits, Y: None}, ["loss", "NoneType"]),
    (check_gradients, (model(), X.astype(int), Y), {}, None),
    (check_gradients, (VanillaRNN(1, 1, 1), X[:1, :1, :1], np.ones((1, 1))), {}, None),
    # data
    *[
        (one_hot, (bad, C), {}, ["labels", said])
        for bad, said in (
            ([0, 3], "3"),
            ([-1, 0], "-1"),
            ([0.5, 1], "0.5"),
            ("abc", "<U3"),
            ([[0, 1]], "(1, 2)"),
            ([np.nan], "nan"),
            ([None], "object"),
            (["0"], "<U1"),
        )
    ],
    *[(one_hot, ([0, 1], bad), {}, ["C", repr(bad)]) for bad in (0, -1, 2.5, "3", None)],
    *[
        (one_hot, (good, C), {}, None)
        for good in (
            [],
            [0, 2],
            np.array([1.0, 2.0]),
            np.array([1], np.uint8),
            read_only(np.array([0, 1])),
        )
    ],
    *[(windows, (X[..., :1], bad), {}, ["w", repr(bad)]) for bad in (0, -1, 4, 2.0, "3", None)],
    (windows, (X[0], 2), {}, ["X", "(4, 2)"]),
    (windows, (X, 2), {}, ["X", "(6, 4, 2)"]),
    (windows, (X[..., :1], 3), {}, None),
    (windows, (X[..., :1], 6), {}, None),
    *[
        (lambda *a: list(minibatches(*a)), (X, Y, bad, 0), {}, ["batch_size", repr(bad)])
        for bad in (0, -3, 1.5, "all")
    ],
    (lambda *a: list(minibatches(*a)), (X, Y[:2], 2, 0), {}, ["Y", "2", "4"]),
    (lambda *a: list(minibatches(*a)), (X, Y, 2, "seed"), {}, ["rng", "'seed'"]),
    *[
        (lambda *a: list(minibatches(*a)), (X, Y, good, 0), {}, None)
        for good in (1, 3, 4, 100, np.int32(2))
    ],
    (load_ecg5000, ("sythetic",), {}, [FileNotFoundError, "sythetic has no ECG5000_TRAIN"]),
    (load_ecg5000, ("",), {}, ["source", "''"]),
    (load_ecg5000, (b"data",), {}, ["source", "b'data'"]),
    *[(make_ecg, (bad,), {}, ["seed", repr(bad)]) for bad in (-1, 2**32, 1.5, "0", None, [0])],
    (beats, ("sinus", 0, np.random.RandomState(0)), {}, ["n ", "0"]),
    (beats, ("sinus", 2.0, np.random.RandomState(0)), {}, ["n ", "2.0"]),
    (beats, ("Sinus", 2, np.random.RandomState(0)), {}, ["form", "'Sinus'", "R on T"]),
    (beats, ("sinus", 2, np.random.default_rng(0)), {}, ["rng", "Generator", "RandomState"]),
    (beats, ("sinus", 1, np.random.RandomState(0)), {}, None),
    (load_ecg5000, (None,), {}, ["source", "None"]),
    (load_ecg5000, (3,), {}, ["source", "3"]),
    # training
    *[(SGD, (bad,), {}, ["lr", repr(bad)]) for bad in (-0.1, np.nan, np.inf, "0.1", None, [0.1])],
    *[
        (SGD, (0.1,), {name: bad}, [name, repr(bad)])
        for name, bads in (
            ("momentum", (-0.1, 1, 1.5, np.nan, "a")),
            ("weight_decay", (-1, np.nan, None)),
        )
        for bad in bads
    ],
    *[
        (Adam, (0.1,), {name: bad}, [name, repr(bad)])
        for name, bads in (
            ("beta1", (1, -0.1)),
            ("beta2", (1.0, np.nan)),
            ("eps", (0, -1e-8)),
            ("weight_decay", (-1,)),
        )
        for bad in bads
    ],
    (Adam, ("a",), {}, ["lr", "'a'"]),
    *[
        (optimizer(0.1).step, ({"a": np.ones(2)}, {"b": np.ones(2)}), {}, ["grads", "'a'"])
        for optimizer in (SGD, Adam)
    ],
    *[
        (
            optimizer(0.1).step,
            ({"a": np.ones(2)}, {"a": np.ones(3)}),
            {},
            ["grads", "'a'", "(3,)", "(2,)"],
        )
        for optimizer in (SGD, Adam)
    ],
    *[
        (optimizer(0.1).step, ({"a": np.ones(2)}, {"a": np.ones(2)}, bad), {}, ["lr", repr(bad)])
        for optimizer in (SGD, Adam)
        for bad in (-1, np.nan, np.inf, "0.1", np.ones(2))
    ],
    *[
        (optimizer(0.1).step, arguments, {}, said)
        for optimizer in (SGD, Adam)
        for arguments, said in (
            ((None, {}), ["params", "NoneType"]),
            (({"a": "w"}, {"a": 1.0}), ["params", "<U1"]),
            (({"a": np.ones(2)}, None), ["grads", "'a'"]),
            (({"a": np.ones(2)}, [np.ones(2)]), ["grads", "'a'"]),
            (({"a": np.ones(2)}, {"a": None}), ["grads", "'a'", "object"]),
            (
                (model().params, other_model().backward(other_model().forward(X)[1], logits)),
                ["grads", "'W_in'", "(2, 6)", "(2, 5)"],
            ),
            ((model().params, {"h0": h0}), ["grads", "'W_in'"]),
        )
    ],
    *[
        (
            used(optimizer(0.1), kept).step,
            ({"a": np.ones(shape)}, {"a": np.ones(shape)}),
            {},
            ["params", "'a'", str(kept), str(shape)],
        )
        for optimizer in (SGD, Adam)
        for kept, shape in (((2,), (3,)), ((2,), (3, 2)), ((1,), (4,)))
    ],  # the last two would be broadcast
    *[
        (optimizer(0.1).step, ({"a": good}, {"a": good}), {}, None)
        for optimizer in (SGD, Adam)
        for good in (
            X,
            read_only(X),
            np.asfortranarray(X),
            X[::-1],
            X[:0],
            X.astype(np.float32),
            np.array([np.nan, np.inf, 1e300, 0]),
        )
    ],
    *[
        (clip_by_global_norm, ({"a": X}, bad), {}, ["max_norm", repr(bad)])
        for bad in (0, -1.0, np.nan, "1", None)
    ],
    (clip_by_global_norm, ({}, 1.0), {}, None),
    (clip_by_global_norm, (X, 1.0), {}, ["grads", "ndarray"]),
    (global_norm, (X,), {}, ["grads", "ndarray"]),
    (global_norm, ({"a": "text"},), {}, ["grads", "<U4"]),
    *[
        (f, ({"a": np.array([1.0, bad])}, *more), {}, None)
        for bad in (np.nan, np.inf, 1e308, 3j)
        for f, more in ((global_norm, ()), (clip_by_global_norm, (1.0,)))
    ],
    *[
        (clip_by_global_norm, ({"a": good}, 1.0), {}, None)
        for good in (0 * X, X.astype(np.float32), read_only(X), 1e200 * X, 1e-200 * X, X[:0])
    ],
    *[
        (fit, (), {name: bad}, [name, repr(bad)])
        for name, bads in (
            ("epochs", (0, -1, 1.5, "3", None)),
            ("batch_size", (0, -1, 2.5, "all", False)),
            ("clip_norm", (0, -1.0, np.nan, "a")),
            ("input_noise", (-1, np.nan, "a")),
            ("loss", ("mse", None)),
            ("optimizer", (None, "adam")),
            ("rng", (-1, "a")),
        )
        for bad in bads
    ],
    (fit, (), {"X": X[0]}, ["X", "(4, 2)"]),
    (fit, (), {"X": X.transpose(1, 0, 2)}, ["Y", "4", "6"]),
    (fit, (), {"X": X * np.nan}, [FloatingPointError, "the loss is nan before the first step"]),
    (
        fit,
        (),
        {"validation": (X * np.nan, Y)},
        [FloatingPointError, "the loss is nan before the first step"],
    ),
    (fit, (), {"X": np.where(X > 1, np.inf, X)}, [FloatingPointError, "the loss is nan"]),
    (fit, (), {"optimizer": SGD(1e308)}, [FloatingPointError, "in epoch 1, batch 2 of 2"]),
    (fit, (), {"X": 1j * X}, ["X", "complex"]),
    (fit, (), {"loss": lambda logits, Y: mse(logits, Y)[0]}, ["loss", "float", "pair"]),
    (fit, (), {"loss": lambda logits, Y: (logits, logits)}, ["loss", "array", "number"]),
    (fit, (), {"optimizer": used(SGD(0.1, 0.9), (H,))}, None),
    (fit, (), {"X": X.tolist()}, None),
    (fit, (), {"Y": Y.tolist()}, None),
    (fit, (), {"batch_size": N + 1, "clip_norm": 1e-3}, None),
    (fit, (), {"Y": Y[:2]}, ["Y", "2", "4"]),
    (fit, (), {"Y": Y.argmax(1)}, ["Y", "(4,)"]),
    (fit, (), {"Y": 0.5 * Y}, ["Y"]),
    (fit, (), {"validation": X}, ["validation"]),
    (fit, (), {"validation": (X, Y[:1])}, ["Y", "(1, 3)"]),
    (fit, (), {"model": None}, ["model", "None"]),
    (fit, (), {"model": model(dtype=complex)}, ["model", "complex", "float64"]),
    *[
        (fit, (), good, None)
        for good in (
            {"batch_size": None},
            {"batch_size": 100},
            {"X": X.astype(np.float32)},
            {"X": read_only(X)},
            {"validation": (X, Y)},
            {"X": X[:1]},
            {"X": X[:, :1], "Y": Y[:1]},
            {"rng": np.random.default_rng(0)},
            {"X": X.astype(int)},
            {"Y": Y.astype(int)},
        )
    ],
    # exercises and mistakes
    *[
        (f, (bad, square), {}, ["name", repr(bad), "time_major"])
        for f in (examine, check)
        for bad in ("nothing", None, ["one_hot"])
    ],
    *[
        (BACKWARD[0].function, (bad,), {}, ["exercise", repr(bad), "backward"])
        for bad in ("forward", None, [])
    ],
    (from_parts, (), {"strat": square}, ["'strat'", "start"]),
    (from_parts, (), {"start": 3}, ["start", "3"]),
    (FaultyRNN, (None, I, H, C), {}, ["mistake", "None"]),
    (FaultyRNN, (BACKWARD[0], I, 0, C), {}, ["H", "0"]),
    *[
        (found_by, (BACKWARD[:1],), {name: bad}, [name, repr(bad)])
        for name, bads in (
            *((size, (0, -1, 2.5, "3", None)) for size in ("T", "N", "I", "H", "C", "calls")),
            ("h0", (-1, np.nan, "a", None)),
            ("W_hh", ("orthogonal", None, [])),
            ("threshold", (0, -1e-6, np.nan, "a")),
            ("seed", (-1, "a")),
        )
        for bad in bads
    ],
    *[
        (found_by, (bad,), {}, ["mistakes", repr(bad)])
        for bad in (None, "all", ["no error goes back through time"], BACKWARD[0].name)
    ],
    *[
        (found_by, (BACKWARD[:1],), good, None)
        for good in (
            {"T": 1},
            {"N": 1, "I": 1, "H": 1, "C": 1},
            {"h0": 0},
            {"T": np.int64(3), "seed": np.random.default_rng(0)},
        )
    ],
    # runs; what save refuses of a model is below, more of it in test_runs.py
    *[
        (f, (bad, *more), {}, ["path", repr(bad)])
        for f, more in ((save, (model(),)), (load, ()))
        for bad in (None, 3, "", ["a"])
    ],
    (load, ("no such file",), {}, [FileNotFoundError, "no such file.npz"]),
    (save, ("a", None), {}, ["model", "NoneType"]),
    (save, ("a", model(), "adam"), {}, ["optimizer", "str"]),
    (save, ("a", model(), None, 0), {}, ["rng", "0"]),
    (sweep, (None, []), {}, ["fn", "None"]),
    *[(sweep, (square, bad), {}, ["settings", repr(bad)]) for bad in (None, 3)],
    *[
        (sweep, (square, bad), {}, ["settings[0]", repr(bad[0])])
        for bad in (["seed"], [{1: 2}], [[("seed", 1)]])
    ],
    (sweep, (square, [{"x": X}], "threads"), {}, ["executor", "'threads'"]),
    (sweep, (square, []), {"progress": False}, None),
    (
        sweep,
        (square, [{"x": X}, {"x": read_only(X)}], ThreadPoolExecutor(1)),
        {"progress": False},
        None,
    ),
]


@contextlib.contextmanager
def harmless():
    """See that something hangs as little as it warns or changes how NumPy warns and draws; print-outs do not matter."""
    state, errors = np.random.get_state(), np.geterr()
    with warnings.catch_warnings(), in_time():
        warnings.simplefilter("error")
        yield
    assert np.geterr() == errors and all(
        np.array_equal(a, b) for a, b in zip(state, np.random.get_state())
    )


def arrays_in(value):
    """Yield the arrays in a value, however deep, those of networks and optimizers too."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(part)
    elif isinstance(value, (VanillaRNN, SGD, Adam)):
        yield from arrays_in(vars(value))


def keys_in(value):
    """Return what a value consists of apart from its arrays."""
    if isinstance(value, (list, tuple)):
        return [keys_in(part) for part in value]
    if isinstance(value, dict):
        return {k: keys_in(part) for k, part in value.items()}
    return (
        keys_in(vars(value))
        if isinstance(value, (VanillaRNN, SGD, Adam))
        else None
        if isinstance(value, np.ndarray)
        else repr(value)
    )


@contextlib.contextmanager
def unchanged(*values, keys=True):
    """See that no array in the values is written to and, if `keys`, that none is replaced."""
    held, structure = list(arrays_in(values)), keys_in(values)
    before = [a.copy() for a in held]
    yield
    for was, now in zip(before, held):
        assert (
            was.dtype == now.dtype and was.shape == now.shape and was.tobytes() == now.tobytes()
            if was.dtype != object
            else (was == now).all()
        )
    if keys:
        assert keys_in(values) == structure and all(
            a is b for a, b in zip(held, arrays_in(values), strict=True)
        )


def plain(value):
    """Return the value with each array and list of numbers as a float64 array, writeable and in the order of C, or complex where it must be."""
    if (
        isinstance(value, np.ndarray)
        or isinstance(value, list)
        and all(isinstance(part, (list, int, float)) for part in value)
    ):
        return np.array(value, np.result_type(np.asarray(value).dtype, np.float64), order="C")
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(map(plain, value))
    return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def alike(a, b, tolerance=1e-9):
    """Assert that two results say the same, up to rounding; arrays may have the type of their arguments."""
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
        assert a == b or repr(a) == repr(b)


def tolerance_for(*values):
    """Return how near the results are that come from such arguments: those of differences in float32 are no nearer."""
    return 1e-2 if any(a.dtype == np.float32 for a in arrays_in(values)) else 1e-9


def test_there_are_many():
    assert sum(fails is not None for *_, fails in ENTRIES) >= 350


@pytest.mark.parametrize(
    "function, arguments, options, fails",
    ENTRIES,
    ids=[
        f"{k} {getattr(f, '__qualname__', type(f).__name__)} {fails or 'works'}"
        for k, (f, _, _, fails) in enumerate(ENTRIES)
    ],
)
def test_it_works_or_says_what_is_wrong(function, arguments, options, fails, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if function is fit:
        options = {"model": model()} | options
    steps, owner = (
        getattr(function, "__name__", "") == "step" or function is fit,
        getattr(function, "__self__", None),
    )
    if fails is None:
        again, its_arguments, its_options = (
            copy.deepcopy(function),
            plain(copy_of(arguments)),
            plain(copy_of(options)),
        )
        with harmless(), unchanged(arguments, options, owner, keys=not steps):
            result = function(*arguments, **options)
        with np.errstate(all="ignore"):
            expected = again(*its_arguments, **its_options)
        if not isinstance(result, VanillaRNN):
            alike(result, expected, tolerance_for(arguments, options))
        if steps:  # what it returns is not all that it does
            done, due = (
                list(
                    arrays_in(
                        [
                            v
                            for v in (*a, *o.values(), s)
                            if isinstance(v, (dict, VanillaRNN, SGD, Adam))
                        ]
                    )
                )
                for a, o, s in (
                    (arguments, options, owner),
                    (its_arguments, its_options, getattr(again, "__self__", None)),
                )
            )
            alike(done, due, tolerance_for(arguments, options))
    else:
        kinds, parts = (
            ([fails[0]], fails[1:])
            if isinstance(fails[0], type)
            else ([ValueError, TypeError], fails)
        )
        with (
            unchanged(arguments, options, owner, keys=FloatingPointError not in kinds),
            pytest.raises(tuple(kinds)) as caught,
            harmless(),
        ):
            function(*arguments, **options)
        said = str(caught.value)
        assert all(part in said for part in parts), said
        assert kinds != [ValueError, TypeError] or re.search("expected|did you mean", said), said
    assert list(tmp_path.iterdir()) == []


def copy_of(value):
    """Return a copy, generators too, that shares nothing; what cannot be copied, as a pool of threads, stands for itself."""
    try:
        return copy.deepcopy(value)
    except TypeError:
        return tuple(map(copy_of, value)) if type(value) is tuple else value


# ---- What can be wrong with any array

CALLS = {  # the arrays that a function takes, with the function of them
    "VanillaRNN.forward": (lambda X, h0: model().forward(X, h0)[0], {"X": X, "h0": h0}),
    "VanillaRNN.__call__": (lambda X: model()(X), {"X": X}),
    "VanillaRNN.backward": (
        lambda d_logits: model().backward(cache(), d_logits),
        {"d_logits": logits},
    ),
    "check_gradients of a FaultyRNN": (
        lambda X, Y: check_gradients(FaultyRNN(BACKWARD[0], I, H, C), X, Y, mse).ok,
        {"X": X, "Y": Y},
    ),
    **{
        f.__name__: (f, {"logits": logits, "Y": Y})
        for f in (mse, cross_entropy, accuracy, balanced_accuracy, confusion_matrix)
    },
    "numerical_gradient": (lambda x: numerical_gradient(square, x), {"x": X}),
    "relative_error": (relative_error, {"a": X, "b": X + 1}),
    "check_gradients": (
        lambda X, Y, h0: check_gradients(model(), X, Y, mse, h0=h0).ok,
        {"X": X, "Y": Y, "h0": h0},
    ),
    "one_hot": (lambda labels: one_hot(labels, C), {"labels": np.array([0, 2, 1, 1])}),
    "minibatches": (lambda X, Y: list(minibatches(X, Y, 3, 0)), {"X": X, "Y": Y}),
    "windows": (lambda X: windows(X, 2), {"X": X[..., :1]}),
    "train": (lambda X, Y: fit(X=X, Y=Y), {"X": X, "Y": Y}),
    "train, validation": (lambda X, Y: fit(validation=(X, Y)), {"X": X, "Y": Y}),
    **{
        f"{optimizer.__name__}.step": (
            lambda params, grads, optimizer=optimizer: optimizer(0.1).step(
                {"a": params}, {"a": grads}
            ),
            {"params": X, "grads": X + 1},
        )
        for optimizer in (SGD, Adam)
    },
    "global_norm": (lambda grads: global_norm({"a": grads}), {"grads": X}),
    "clip_by_global_norm": (lambda grads: clip_by_global_norm({"a": grads}, 1.0), {"grads": X}),
}


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
    "transposed": lambda a: np.ascontiguousarray(a.T).T,
    "broadcast": lambda a: np.broadcast_to(a[:1], a.shape),
    "float32": lambda a: a.astype(np.float32),
    "integers": lambda a: a.astype(int),
    "big-endian": lambda a: a.astype(">f8"),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_and_type_of_an_array_change_nothing(name, layout):
    do, arrays = CALLS[name]
    given = {k: LAYOUTS[layout](a) for k, a in arrays.items()}
    if layout == "broadcast":
        given |= {k: arrays[k] for k in given if k in ("Y", "labels")}
    if layout == "list":
        given |= {
            k: arrays[k] for k in given if k == "params"
        }  # a list would not be replaced by one
    with harmless(), unchanged(given):
        result = do(**given)
    with np.errstate(all="ignore"):
        alike(result, do(**plain(given)), tolerance_for(given))


def with_one(bad):
    return lambda a: np.where(np.arange(a.size).reshape(a.shape) == 1, bad, a)


KINDS = ("None", "text", "array of text", "objects", "ragged", "dict", "dates")
ANY_SHAPE = ("numerical_gradient", "global_norm", "clip_by_global_norm")
# What can be put in the place of an array, and which functions take it.
WRONG = {
    "None": (lambda a: None, ("h0",)),
    "text": (lambda a: "beats", ()),
    "array of text": (lambda a: a.astype(str), ()),
    "objects": (lambda a: a.astype(object), ()),
    "ragged": (lambda a: [[1.0], [2.0, 3.0]], ()),
    "dict": (lambda a: {"a": a}, ()),
    "dates": (lambda a: a.astype("M8[s]"), ()),
    "a number": (lambda a: 1.0, ANY_SHAPE),
    "empty": (lambda a: a[:0], (*ANY_SHAPE, "one_hot", "minibatches", "windows")),
    "no rows": (lambda a: [], (*ANY_SHAPE, "one_hot")),
    "one axis less": (lambda a: a[0], ANY_SHAPE),
    "one axis more": (lambda a: a[None], ANY_SHAPE),
    "one row less": (
        lambda a: a[:, :-1] if a.ndim > 2 else a[:-1],
        (*ANY_SHAPE, "one_hot", "windows", "VanillaRNN.__call__"),
    ),
    "NaN": (with_one(np.nan), None),
    "inf": (with_one(np.inf), None),
    "-inf": (with_one(-np.inf), None),
    "huge": (with_one(1e308), None),
    "tiny": (with_one(1e-320), None),
    "complex": (lambda a: a + 0j, None),
}


@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, argument) for name, (_, arrays) in CALLS.items() for argument in arrays],
)
@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_an_array_is_said(name, argument, wrong):
    (do, arrays), (spoil, fine) = CALLS[name], WRONG[wrong]
    given = arrays | {argument: spoil(arrays[argument])}
    with unchanged(given):
        try:
            with harmless():
                do(**given)
        except (ValueError, TypeError) as error:
            # Where two do not fit together, either may be blamed.
            assert re.search(
                rf"\b({argument if fine is None or wrong in KINDS else '|'.join(arrays)})\b",
                str(error),
            ) and "expected" in str(error), error
        except FloatingPointError as error:
            assert (
                name.startswith("train")
                and fine is None
                and "is nan" in str(error)
                or "is inf" in str(error)
            )
        else:
            assert fine is None or name in fine or argument in fine, "it took it"


# ---- What can be wrong with the parameters of a network


def foreign(replace=None, **changed):
    network = model()
    network.params = network.params | changed if replace is None else replace(network.params)
    return network


FOREIGN = {  # a network, and what is said of it; None if it is usable
    **{
        f"no {k}": (
            foreign(lambda params, k=k: {j: w for j, w in params.items() if j != k}),
            [repr(k)],
        )
        for k in model().params
    },
    "no dict": (foreign(list), ["list"]),
    "None": (foreign(lambda params: None), ["NoneType"]),
    "nothing": (foreign(lambda params: {}), ["'W_in'"]),
    **{
        f"{k} of another": (
            foreign(**{k: other_model().params[k]}),
            [str(model().params[k].shape[-1] + (k != "W_out"))],
        )
        for k in ("W_in", "W_hh", "b_h", "W_out")
    },
    "b_out of another": (foreign(b_out=np.zeros(C + 1)), ["b_out", "(4,)"]),
    "b_out that broadcasts": (foreign(b_out=np.zeros(1)), ["b_out", "(1,)"]),
    "b_h a row": (foreign(b_h=np.zeros((1, H))), ["b_h", "(1, 5)"]),
    "b_h a number": (foreign(b_h=0.0), ["b_h", "float"]),
    "b_h a list": (foreign(b_h=[0.0] * H), ["b_h", "list"]),
    "b_h None": (foreign(b_h=None), ["'b_h'"]),
    "b_h text": (foreign(b_h=np.array(["a"] * H)), ["b_h", "<U1"]),
    "objects": (foreign(W_hh=np.zeros((H, H), object)), ["W_hh", "object"]),
    "empty": (foreign(W_in=np.zeros((0, H))), ["W_in", "(0, 5)"]),
    "integers": (
        foreign(lambda params: {k: np.ones(w.shape, int) for k, w in params.items()}),
        ["int64"],
    ),
    "float16": (
        foreign(lambda params: {k: w.astype(np.float16) for k, w in params.items()}),
        ["float16"],
    ),
    "one of float32": (foreign(W_hh=model().params["W_hh"].astype(np.float32)), None),
    "all of another": (foreign(lambda params: other_model().params), None),
    "another order": (foreign(lambda params: dict(sorted(params.items()))), None),
}
USERS = {
    "forward": lambda network, folder: np.isfinite(network.forward(X)[0]).all(),
    "backward": lambda network, folder: np.isfinite(
        network.backward(
            VanillaRNN(I, len(network.params["W_hh"]), C).forward(X)[1]
            if isinstance(network.params, dict) and np.ndim(network.params.get("W_hh")) == 2
            else cache(),
            logits,
        )["W_hh"]
    ).all(),
    "train": lambda network, folder: fit(model=network).loss,
    "check_gradients": lambda network, folder: check_gradients(network, X, Y).ok,
    "save": lambda network, folder: load(save(folder / "a", network)),
}


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("kind", FOREIGN)
def test_foreign_parameters_are_used_rightly_or_named(user, kind, tmp_path):
    network, said = FOREIGN[kind]
    with unchanged(network, keys=user != "train"):
        if said is None:
            with harmless():
                assert USERS[user](network, tmp_path)
        else:
            with pytest.raises((ValueError, TypeError), match="expected") as caught, harmless():
                USERS[user](network, tmp_path)
            assert "params" in str(caught.value) and all(
                part in str(caught.value) for part in said
            ), caught.value
    assert said is None or list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("user", [user for user in USERS if user in ("check_gradients", "train")])
def test_a_further_parameter_without_a_gradient_is_named(user, tmp_path):
    network = foreign(U=np.zeros(3))
    with unchanged(network), pytest.raises(ValueError, match="grads has no 'U'"):
        USERS[user](network, tmp_path)


# ---- Is that all?

CONTAINERS = {  # they hold what they are given
    "ECG5000",
    "History",
    "Cache",
    "GradientReport",
    "Saved",
    "Run",
    "Mistake",
    "Wave",
    "Problem",
    "Exercise",
    "Report",
}
ELSEWHERE = {
    "data.files",  # their bad arguments are files (test_data.py, test_fuzz.py)
    "data.__main__",
    "teaching.plots",  # what cannot be drawn is matplotlib's to say
    "teaching.explore",
}


def test_every_public_function_is_in_a_table():
    called = (
        {getattr(f, "__qualname__", "") for f, *_ in ENTRIES} | set(CALLS) | {"FaultyRNN.backward"}
    )
    called |= {
        value.__qualname__
        for _, value in PUBLIC
        if inspect.isfunction(value) and not inspect.signature(value).parameters
    }
    missing = []
    for name, value in PUBLIC:
        module, _, name = (
            name.removeprefix("bptt_lab.").rpartition(".")
            if not isinstance(value, type(re))
            else ("", "", "")
        )
        outer = module.rpartition(".")[2]
        if (
            name
            and not any(part in ELSEWHERE for part in (module, module.rpartition(".")[0]))
            and not {name, outer} & CONTAINERS
        ):
            missing += [value.__qualname__] * (value.__qualname__ not in called)
    assert missing == []
