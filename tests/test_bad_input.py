"""Bad and odd arguments of every public function: it works rightly, or says which argument, what was given and what was expected.

Each entry is one call. `fails` names what the message must contain: the argument and something of what was given; None means that the
call must work. Nothing may hang, warn from inside NumPy, or change its arguments.
"""

import copy
import warnings

import numpy as np
import pytest

from bptt_lab import (
    SGD, Adam, VanillaRNN, accuracy, balanced_accuracy, check_gradients, clip_by_global_norm, confusion_matrix, cross_entropy, global_norm,
    load_ecg5000, minibatches, mse, numerical_gradient, one_hot, relative_error, train, windows)
from bptt_lab.exercises import examine

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
    arguments = {"model": model(), "X": X, "Y": Y, "optimizer": SGD(0.1), "epochs": 1, "batch_size": 2, "progress": False} | changed
    return train(arguments.pop("model"), arguments.pop("X"), arguments.pop("Y"), **arguments)


def square(x):
    return (x**2).sum()


W = 0.5
ENTRIES = [
    # VanillaRNN
    *[(VanillaRNN, sizes, {}, [name, repr(bad)]) for bad in (0, -1, 2.5, "3", None, True, np.nan)
      for name, sizes in (("I", (bad, H, C)), ("H", (I, bad, C)), ("C", (I, H, bad)))],
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
    *[(model().forward, (bad,), {}, ["X", said]) for bad, said in (
        (X[0], "(4, 2)"), (X[..., 0], "(6, 4)"), (X.transpose(2, 0, 1), "(2, 6, 4)"), (X[:0], "(0, 4, 2)"), (X[:, :0], "(6, 0, 2)"), (X[..., :1], "(6, 4, 1)"),
        (X[None], "(1, 6, 4, 2)"), (3.0, "()"), ([], "(0,)"), ("beats", "<U5"), (X.astype(str), "<U"), (X.astype(object), "object"), (None, "object"),
        ([[1, 2], [3]], "rows"))],
    *[(model().forward, (good,), {}, None) for good in (
        X[:1], X[:, :1], X.astype(int), X.astype(np.float32), np.asfortranarray(X), X[::-1], X[:, ::2], read_only(X), X.tolist(), X.astype(bool), X * np.nan)],
    *[(model().forward, (X, bad), {}, ["h0", said]) for bad, said in (
        (h0[0], "(5,)"), (h0.T, "(5, 4)"), (h0[:2], "(2, 5)"), (h0[None], "(1, 4, 5)"), ("zero", "<U4"), (0, "()"))],
    *[(model().forward, (X, good), {}, None) for good in (h0.astype(np.float32), read_only(h0), np.asfortranarray(h0), h0.tolist(), None, h0.astype(int))],
    (VanillaRNN(1, H, C), (np.zeros((500, 140)),), {}, ["X", "(500, 140)", "did you mean X.T[:, :, None]?"]),
    (model(), (X[0],), {}, ["X", "(4, 2)"]),
    # backward
    *[(model().backward, (cache(), bad), {}, ["d_logits", said]) for bad, said in (
        (logits.T, "(3, 4)"), (logits[0], "(3,)"), (logits[None], "(1, 4, 3)"), (1.0, "()"), ("a", "<U1"), (None, "object"), (logits.astype(object), "object"))],
    *[(model().backward, (cache(), good), {}, None) for good in (
        logits.astype(np.float32), read_only(logits), np.asfortranarray(logits), logits.tolist(), logits[::-1], 0 * logits, logits.astype(int))],
    (model().backward, (model().forward(X, every_step=True)[1], logits), {}, ["d_logits", "(4, 3)", "(6, 4, 3)"]),
    (model().backward, (X, logits), {}, ["cache"]),
    (model().backward, (None, logits), {}, ["cache"]),
    (model().backward, (VanillaRNN(I, H + 1, C).forward(X)[1], logits), {}, ["cache", "(7, 4, 6)"]),
    # losses and metrics
    *[(f, (bad, target), {}, said) for f in (mse, cross_entropy) for bad, target, said in (
        (logits, Y.T, ["Y", "(3, 4)", "(4, 3)"]), (logits, Y.argmax(1), ["Y", "(4,)", "did you mean one_hot(Y, 3)?"]), (logits[0], Y[0], ["logits", "(3,)"]),
        (logits[:0], Y[:0], ["logits", "(0, 3)"]), ("a", Y, ["logits", "<U1"]), (logits, "a", ["Y", "<U1"]), (logits.astype(object), Y, ["logits", "object"]),
        (logits, None, ["Y", "object"]), (logits[:1], Y, ["Y", "(4, 3)", "(1, 3)"]), (logits[None, None], Y[None, None], ["logits", "(1, 1, 4, 3)"]))],
    *[(f, (good, target), {}, None) for f in (mse, cross_entropy) for good, target in (
        (logits[:1], Y[:1]), (logits.astype(int), Y.astype(int)), (logits.astype(np.float32), Y), (np.asfortranarray(logits), Y), (read_only(logits), read_only(Y)),
        (logits.tolist(), Y.tolist()), (1e4 * logits, Y), (0 * logits, Y), (logits[:, :1], np.ones((N, 1))), (np.stack([logits] * 2), np.stack([Y] * 2)))],
    (cross_entropy, (logits, 2 * Y), {}, ["Y", "sum to 1"]),
    (cross_entropy, (logits, Y - 1), {}, ["Y", "sum to 1"]),
    *[(f, (bad, target), {}, said) for f in (accuracy, balanced_accuracy, confusion_matrix) for bad, target, said in (
        (NAN, Y, ["logits", "NaN", "1 of 4 rows"]), (logits, 0.5 * Y, ["Y", "one-hot"]), (logits, Y.argmax(1), ["Y", "(4,)"]), (logits[:0], Y[:0], ["logits", "(0, 3)"]),
        (np.stack([logits] * 2), np.stack([Y] * 2), ["logits", "(2, 4, 3)"]), ("a", Y, ["logits", "<U1"]), (logits, 1 - Y, ["Y", "one-hot"]))],
    *[(f, (good, Y), {}, None) for f in (accuracy, balanced_accuracy, confusion_matrix) for good in (Y, logits.astype(int), np.where(logits > 0, np.inf, logits), read_only(logits))],
    # gradcheck
    (numerical_gradient, (square, X, "forward"), {}, ["method", "'forward'", "central"]),
    *[(numerical_gradient, (square, X), {"eps": bad}, ["eps", repr(bad)]) for bad in (-1e-5, np.nan, np.inf, "small")],
    (numerical_gradient, (lambda x: x**2, X), {}, ["f", "(6, 4, 2)", "one number"]),
    (numerical_gradient, (lambda x: None, X), {}, ["f(x)", "object"]),
    (numerical_gradient, (lambda x: cross_entropy(x, Y), logits), {}, ["f"]),
    (numerical_gradient, (lambda x: float(abs(x).sum()), X, "complex"), {}, ["f", "complex"]),
    (numerical_gradient, (square, "a"), {}, ["x", "<U1"]),
    (numerical_gradient, (square, X.astype(object)), {}, ["x", "object"]),
    (numerical_gradient, (None, X), {}, ["f", "None"]),
    *[(numerical_gradient, (square, good), {}, None) for good in (X.astype(int), 2.0, X[:0], np.asfortranarray(X), X[::2], read_only(X), X.tolist(), X.astype(np.float32))],
    (relative_error, (X, X[0]), {}, ["a and b", "(6, 4, 2)", "(4, 2)"]),
    (relative_error, (X, 1.0), {}, ["a and b", "()"]),
    (relative_error, ("a", X), {}, ["a ", "<U1"]),
    (relative_error, (X, None), {}, ["b ", "object"]),
    *[(relative_error, pair, {}, None) for pair in ((0, 0), (X[:0], X[:0]), (X * np.nan, X), (1e300 * X, -1e300 * X), (1e-300 * X, X), (X.tolist(), X.astype(int)), (np.inf * X, X))],
    (check_gradients, (model(), X[0], Y), {}, ["X", "(4, 2)"]),
    (check_gradients, (model(), X, Y[:2]), {}, ["Y", "(2, 3)"]),
    (check_gradients, (model(), X, Y), {"h0": h0[0]}, ["h0", "(5,)"]),
    (check_gradients, (model(), X, Y), {"method": "exact"}, ["method", "'exact'"]),
    (check_gradients, (model(), X, Y), {"threshold": -1.0}, ["threshold", "-1.0"]),
    (check_gradients, (model(), X, Y), {"loss": "mse"}, ["loss", "'mse'"]),
    (check_gradients, (model(), "X", Y), {}, ["X", "<U1"]),
    (check_gradients, (model(), X.astype(int), Y), {}, None),
    (check_gradients, (VanillaRNN(1, 1, 1), X[:1, :1, :1], np.ones((1, 1))), {}, None),
    # data
    *[(one_hot, (bad, C), {}, ["labels", said]) for bad, said in (
        ([0, 3], "3"), ([-1, 0], "-1"), ([0.5, 1], "0.5"), ("abc", "<U3"), ([[0, 1]], "(1, 2)"), ([np.nan], "nan"), ([None], "object"), (["0"], "<U1"))],
    *[(one_hot, ([0, 1], bad), {}, ["C", repr(bad)]) for bad in (0, -1, 2.5, "3", None)],
    *[(one_hot, (good, C), {}, None) for good in ([], [0, 2], np.array([1.0, 2.0]), np.array([1], np.uint8), read_only(np.array([0, 1])))],
    *[(windows, (X[..., :1], bad), {}, ["w", repr(bad)]) for bad in (0, -1, 4, 2.0, "3", None)],
    (windows, (X[0], 2), {}, ["X", "(4, 2)"]),
    (windows, (X, 2), {}, ["X", "(6, 4, 2)"]),
    (windows, (X[..., :1], 3), {}, None),
    (windows, (X[..., :1], 6), {}, None),
    *[(lambda *a: list(minibatches(*a)), (X, Y, bad, 0), {}, ["batch_size", repr(bad)]) for bad in (0, -3, 1.5, "all")],
    (lambda *a: list(minibatches(*a)), (X, Y[:2], 2, 0), {}, ["Y", "2", "4"]),
    (lambda *a: list(minibatches(*a)), (X, Y, 2, "seed"), {}, ["rng", "'seed'"]),
    *[(lambda *a: list(minibatches(*a)), (X, Y, good, 0), {}, None) for good in (1, 3, 4, 100, np.int32(2))],
    (load_ecg5000, ("sythetic",), {}, ["sythetic has no ECG5000_TRAIN"]),
    (load_ecg5000, (None,), {}, ["source", "None"]),
    (load_ecg5000, (3,), {}, ["source", "3"]),
    # training
    *[(SGD, (bad,), {}, ["lr", repr(bad)]) for bad in (-0.1, np.nan, np.inf, "0.1", None, [0.1])],
    *[(SGD, (0.1,), {name: bad}, [name, repr(bad)]) for name, bads in (("momentum", (-0.1, 1, 1.5, np.nan, "a")), ("weight_decay", (-1, np.nan, None))) for bad in bads],
    *[(Adam, (0.1,), {name: bad}, [name, repr(bad)]) for name, bads in (("beta1", (1, -0.1)), ("beta2", (1.0, np.nan)), ("eps", (0, -1e-8)), ("weight_decay", (-1,)))
      for bad in bads],
    (Adam, ("a",), {}, ["lr", "'a'"]),
    *[(optimizer(0.1).step, ({"a": np.ones(2)}, {"b": np.ones(2)}), {}, ["grads", "'a'"]) for optimizer in (SGD, Adam)],
    *[(optimizer(0.1).step, ({"a": np.ones(2)}, {"a": np.ones(3)}), {}, ["grads", "'a'", "(3,)", "(2,)"]) for optimizer in (SGD, Adam)],
    *[(clip_by_global_norm, ({"a": X}, bad), {}, ["max_norm", repr(bad)]) for bad in (0, -1.0, np.nan, "1", None)],
    (clip_by_global_norm, ({}, 1.0), {}, None),
    (clip_by_global_norm, (X, 1.0), {}, ["grads", "ndarray"]),
    (global_norm, (X,), {}, ["grads", "ndarray"]),
    (global_norm, ({"a": "text"},), {}, ["grads", "<U4"]),
    *[(clip_by_global_norm, ({"a": good}, 1.0), {}, None) for good in (0 * X, X.astype(np.float32), read_only(X), 1e200 * X, 1e-200 * X, X[:0])],
    *[(fit, (), {name: bad}, [name, repr(bad)]) for name, bads in (
        ("epochs", (0, -1, 1.5, "3", None)), ("batch_size", (-1, 2.5, "all")), ("clip_norm", (0, -1.0, np.nan, "a")), ("input_noise", (-1, np.nan, "a")), ("loss", ("mse", None)),
        ("optimizer", (None, "adam")), ("rng", (-1, "a"))) for bad in bads],
    (fit, (), {"X": X[0]}, ["X", "(4, 2)"]),
    (fit, (), {"X": X.transpose(1, 0, 2)}, ["Y", "4", "6"]),
    (fit, (), {"X": X * np.nan}, ["the loss is nan before the first step"]),
    (fit, (), {"Y": Y[:2]}, ["Y", "2", "4"]),
    (fit, (), {"Y": Y.argmax(1)}, ["Y", "(4,)"]),
    (fit, (), {"Y": 0.5 * Y}, ["Y"]),
    (fit, (), {"validation": X}, ["validation"]),
    (fit, (), {"validation": (X, Y[:1])}, ["Y", "(1, 3)"]),
    (fit, (), {"model": None}, ["model", "None"]),
    *[(fit, (), good, None) for good in ({"batch_size": None}, {"batch_size": 100}, {"X": X.astype(np.float32)}, {"X": read_only(X)}, {"validation": (X, Y)},
                                         {"X": X[:1]}, {"X": X[:, :1], "Y": Y[:1]}, {"rng": np.random.default_rng(0)}, {"X": X.astype(int)}, {"Y": Y.astype(int)})],
    # exercises
    (examine, ("nothing", square), {}, ["'nothing'", "time_major"]),
    (examine, (None, square), {}, ["None", "time_major"]),
]


def frozen(value):
    """Return a copy that can be compared later."""
    return copy.deepcopy(value) if isinstance(value, (np.ndarray, list, dict, tuple)) else value


def unchanged(before, after):
    if isinstance(before, dict):
        return all(unchanged(before[k], after[k]) for k in before)
    if isinstance(before, np.ndarray):
        return before.dtype == after.dtype and (before.dtype == object or np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"))
    return True


def test_there_are_many():
    assert sum(fails is not None for *_, fails in ENTRIES) >= 150


@pytest.mark.parametrize("function, arguments, options, fails", ENTRIES,
                         ids=[f"{k} {getattr(f, '__qualname__', type(f).__name__)} {fails or 'works'}" for k, (f, _, _, fails) in enumerate(ENTRIES)])
def test_it_works_or_says_what_is_wrong(function, arguments, options, fails):
    before, before_options = frozen(arguments), frozen(options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if fails is None:
            function(*arguments, **options)
        else:
            with pytest.raises((ValueError, TypeError, FileNotFoundError, FloatingPointError)) as caught:
                function(*arguments, **options)
            for part in fails:
                assert part in str(caught.value), str(caught.value)
    if not (arguments and isinstance(arguments[0], dict) and "step" in getattr(function, "__name__", "")):
        assert all(unchanged(a, b) for a, b in zip(before, arguments)) and unchanged(before_options, options)
