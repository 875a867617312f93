"""`check`: run a learner's function on small random problems and say what is true of it.

An answer is right if it agrees with the package's own function. A wrong one is compared with the catalogue of
`mistakes`: if it returns what a mistake returns, on every problem, it makes that mistake. If it makes none of them,
the check narrows down: which of the results, which entries, by which factor, and under which circumstances. All problems
have sizes that differ from each other, so that a wrong axis shows.
"""

import contextlib
import copy
import ctypes
import dis
import io
import linecache
import textwrap
import threading
import traceback
import warnings
from typing import Callable, NamedTuple

import numpy as np

from . import data, gradcheck, losses, metrics, training
from ._common import one_of
from .mistakes import BACKWARD, CATALOGUE, bptt
from .rnn import VanillaRNN

__all__ = ["EXERCISES", "Exercise", "Problem", "Report", "check", "examine"]

SECONDS = 10.0      # that a check may take
WIDTH = 110         # of a line of the answer


class Problem(NamedTuple):
    """Arguments for an attempt, their sizes by letter, and the circumstance that they test."""

    arguments: tuple
    sizes: dict
    when: str = ""              # as in "wrong only when N > 1": what is special about this problem
    usual: str = ""             # and what is not, if every other problem has it
    raises: tuple = ()          # the errors of which one must be raised


class Exercise(NamedTuple):
    """What `check` needs to know of an exercise; `shapes` has the letters of each result by name."""

    signature: str
    right: Callable
    problems: Callable          # rng -> list of Problem
    shapes: dict
    arguments: str              # the letters of the arguments, for the learner
    changes: tuple = ()         # names of the arguments that the function is meant to change


class Report:
    """What `examine` found: `ok`, and the lines that `check` prints."""

    def __init__(self, ok, *lines):
        self.ok, self.lines = ok, [short for line in lines for short in textwrap.wrap(line, WIDTH, subsequent_indent="  ")][:8]

    def __str__(self):
        return "\n".join(self.lines)


# The problems. `sizes` are T, N, I, H, C: all different.

def params_for(rng, I, H, C):
    return {"W_in": rng.normal(size=(I, H)), "W_hh": rng.normal(size=(H, H)) / np.sqrt(H), "b_h": 0.5 * rng.normal(size=H),
            "W_out": rng.normal(size=(H, C)), "b_out": 0.5 * rng.normal(size=C)}


def model_with(params):
    model = VanillaRNN(*params["W_in"].shape, params["W_out"].shape[1])
    model.params = params
    return model


SIZES = {"T": 8, "N": 4, "I": 2, "H": 5, "C": 3}
OTHER = {"T": 7, "N": 6, "I": 3, "H": 4, "C": 5}


def variants(make, *special):
    """Return a function of rng that makes the usual problems, and a problem for each (changed sizes, when, usual).

    The first problem comes twice, to see whether something is kept between calls.
    """
    def problems(rng):
        first = make(rng, **SIZES)
        return [Problem(first, SIZES), Problem(first, SIZES, "at the second call with the same arguments", "at the first call"),
                Problem(make(rng, **SIZES), SIZES), Problem(make(rng, **OTHER), OTHER),
                *(Problem(make(rng, **SIZES | changed), {**SIZES, **{k: v for k, v in changed.items() if k in SIZES}}, when, usual)
                  for changed, when, usual in special)]
    return problems


N1 = ({"N": 1}, "when N = 1", "when N > 1")
T1 = ({"T": 1}, "when T = 1", "when T > 1")
H0 = ({"h0": 0}, "when h0 = 0", "when h0 is not 0")


def run_of_a_network(rng, T, N, I, H, C, h0=0.5):
    """Return params, X, h, d_logits of a random network."""
    params, X = params_for(rng, I, H, C), rng.normal(size=(T, N, I))
    logits, cache = model_with(params).forward(X, h0 * rng.normal(size=(N, H)))
    return params, X, cache.h.copy(), losses.cross_entropy(logits, np.eye(C)[rng.integers(0, C, N)])[1]


def for_states(rng, T, N, I, H, C, h0=0.5, single=False):
    params, X, h0 = params_for(rng, I, H, C), rng.normal(size=(T, N, I)), h0 * rng.normal(size=(N, H))
    return (params, X[:, 0], h0[0]) if single else (params, X, h0)


def for_step(rng, T, N, I, H, C, single=False):
    params, X, h = for_states(rng, T, N, I, H, C, single=single)
    return params, X[0], h


def for_logits(rng, N, C, size=1.0, **_):
    return size * rng.normal(size=(N, C)), np.eye(C)[rng.integers(0, C, N)]


def labels_problems(rng):
    usual = [Problem((np.r_[:C, rng.integers(0, C, N)], C), {"N": C + N, "C": C}) for C, N in ((5, 6), (4, 9))]
    return [usual[0], usual[0]._replace(when="at the second call with the same arguments", usual="at the first call"), usual[1],
            Problem((np.array([3, 0, 2, 2, 3, 0, 2]), 5), {"N": 7, "C": 5}, "when some classes are absent", "when every class is present"),
            Problem((np.array([1, -1, 0]), 4), {"N": 3, "C": 4}, "for the label -1", "for good labels", (ValueError,)),
            Problem((np.array([1, 4, 0]), 4), {"N": 3, "C": 4}, "for a label that is C or larger", "for good labels", (ValueError,))]


def predicted_problems(rng):
    def pair(N, C, classes):
        labels = rng.permutation(np.r_[classes, classes, rng.choice(classes, N, p=np.linspace(2, 1, len(classes)) / np.linspace(2, 1, len(classes)).sum())])
        return np.where(rng.random(len(labels)) < 0.6, labels, rng.integers(0, C, len(labels))), labels, C
    return [*variants(lambda rng, N, C, **_: pair(9 * N, C + 2, np.arange(C + 2)))(rng),
            Problem(pair(30, 5, np.array([0, 1, 4])), {"N": 36, "C": 5}, "when a class has no members", "when every class has members")]


def gradient_problems(rng):
    A = rng.normal(size=(3, 4))

    def polynomial(x):
        return (A * x**3).sum() + (x[0] * x[1] * x[2]).sum() + 2.0

    def wave(x):
        return np.sin(x).sum() * np.cos(2 * x[..., -1]).sum() + 1.0
    first = (polynomial, rng.normal(size=(3, 4)))
    return [Problem(first, {}), Problem(first, {}, "at the second call with the same arguments", "at the first call"),
            Problem((polynomial, rng.normal(size=(3, 4))), {}), Problem((wave, rng.normal(size=(2, 5))), {}),
            Problem((wave, rng.normal(size=4)), {}, "for a vector x", "for a matrix x")]


def central_problems(rng):
    problems = [p._replace(arguments=(*p.arguments, 1e-4)) for p in gradient_problems(rng)]
    return [*problems, problems[0]._replace(arguments=(*problems[0].arguments[:2], 1e-2), when="for another eps", usual="for eps = 1e-4")]


def complex_problems(rng):
    def fast(x):
        return np.sin(3e4 * x).sum()        # a step that is real, or not tiny, is lost in it
    return [*gradient_problems(rng), Problem((fast, rng.normal(size=(2, 3))), {}, "for a function that changes fast", "for slow functions")]


def error_problems(rng):
    a, b = rng.normal(size=(2, 3, 4))
    far = 3 * rng.normal(size=5)
    return [Problem((a, b), {}), Problem((a, b), {}, "at the second call with the same arguments", "at the first call"),
            Problem((far, far + 0.1 * rng.normal(size=5)), {}), Problem((a, -3 * a), {}), Problem((2 * b, a), {}),
            Problem((np.zeros((2, 3)), rng.normal(size=(2, 3))), {}, "when one array is zero", "for arrays that are not zero"),
            Problem((1e-15 * a, 1e-15 * b), {}, "when both arrays are tiny", "for arrays of ordinary size"),
            Problem((a, a.copy()), {}, "for equal arrays", "for arrays that differ"),
            Problem((np.zeros((2, 3)), np.zeros((2, 3))), {}, "for two arrays of zeros", "for arrays that are not zero")]


def for_clip(rng, size=3.0, max_norm=0.8, **_):
    return {"a": size * rng.normal(size=(3, 2)), "b": size * rng.normal(size=4)}, max_norm


def for_momentum(rng, v=1.0, momentum=0.7, weight_decay=0.2, **_):
    params, grads, velocities = ({"a": s * rng.normal(size=(3, 2)), "b": s * rng.normal(size=4)} for s in (1, 1, v))
    return params, grads, velocities, 0.3, momentum, weight_decay


def right_states(params, X, h0):
    h = model_with(params).forward(X.reshape(len(X), -1, X.shape[-1]), h0.reshape(-1, h0.shape[-1]))[1].h
    return h.reshape(len(X) + 1, *h0.shape)


def right_balanced_accuracy(predicted, labels, C):
    return metrics.balanced_accuracy(np.eye(C)[predicted], np.eye(C)[labels])


def right_momentum_step(params, grads, v, lr, momentum, weight_decay):
    optimizer = training.SGD(lr, momentum, weight_decay)
    optimizer.v = v
    optimizer.step(params, grads)
    v.update(optimizer.v)


GRADS = {"W_in": "IH", "W_hh": "HH", "b_h": "H", "W_out": "HC", "b_out": "C", "h0": "NH", "X": "TNI"}

EXERCISES = {
    "time_major": Exercise(
        "time_major(table)", lambda table: table.T[:, :, None], variants(lambda rng, T, N, **_: (rng.normal(size=(N, T)),), N1),
        {"the result": "TN1"}, "table (N, T)"),
    "one_hot": Exercise("one_hot(labels, C)", data.one_hot, labels_problems, {"the result": "NC"}, "labels (N,), integers, and C"),
    "balanced_accuracy": Exercise(
        "balanced_accuracy(predicted, labels, C)", right_balanced_accuracy, predicted_problems, {"the result": ""},
        "predicted (N,) and labels (N,), integers, and C"),
    "step": Exercise(
        "step(params, x, h)", lambda params, x, h: np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]),
        variants(for_step, N1, ({"single": True}, "for a single row, x (I,) and h (H,)", "for a batch")),
        {"the result": "NH"}, "x (N, I) and h (N, H)"),
    "states": Exercise(
        "states(params, X, h0)", right_states,
        variants(for_states, N1, T1, H0, ({"single": True}, "for a single sequence, X (T, I) and h0 (H,)", "for a batch")),
        {"the result": "SNH"}, "X (T, N, I) and h0 (N, H)"),
    "tanh_slope": Exercise(
        "tanh_slope(h)", lambda h: 1 - h**2, variants(lambda rng, N, H, **_: (np.tanh(rng.normal(size=(N, H))),)),
        {"the result": "NH"}, "h (N, H), the result of a tanh"),
    "mse": Exercise("mse(logits, Y)", losses.mse, variants(for_logits, N1), {"loss": "", "d_logits": "NC"}, "logits (N, C) and Y (N, C)"),
    "cross_entropy": Exercise(
        "cross_entropy(logits, Y)", losses.cross_entropy,
        variants(for_logits, N1, ({"size": 1000.0}, "for logits as large as 1000", "for logits of ordinary size")),
        {"loss": "", "d_logits": "NC"}, "logits (N, C) and Y (N, C)"),
    "step_back": Exercise(
        "step_back(dz, h_before, W_hh)", bptt()["step_back"],
        variants(lambda rng, N, H, **_: (rng.normal(size=(N, H)), np.tanh(rng.normal(size=(N, H))), rng.normal(size=(H, H))), N1),
        {"the result": "NH"}, "dz (N, H), h_before (N, H) and W_hh (H, H)"),
    "error_signals": Exercise(
        "error_signals(params, h, d_logits)", bptt()["error_signals"],
        variants(lambda rng, **sizes: (lambda params, X, h, d_logits: (params, h, d_logits))(*run_of_a_network(rng, **sizes)), N1, T1),
        {"the result": "TNH"}, "h (T + 1, N, H) and d_logits (N, C)"),
    "backward": Exercise(
        "backward(params, X, h, d_logits)", bptt()["backward"], variants(run_of_a_network, N1, T1, H0), GRADS,
        "X (T, N, I), h (T + 1, N, H) and d_logits (N, C)"),
    "numerical_gradient": Exercise(
        "numerical_gradient(f, x, eps=1e-5)", lambda f, x, eps: gradcheck.numerical_gradient(f, x, eps=eps), central_problems,
        {"the result": "x"}, "f, which returns a number, and x, an array of any shape"),
    "relative_error": Exercise(
        "relative_error(a, b)", gradcheck.relative_error, error_problems, {"the result": ""}, "a and b, arrays of one shape"),
    "complex_step_gradient": Exercise(
        "complex_step_gradient(f, x, eps=1e-30)", lambda f, x: gradcheck.numerical_gradient(f, x, "complex"), complex_problems,
        {"the result": "x"}, "f, which returns a number, and x, a real array of any shape"),
    "clip": Exercise(
        "clip(grads, max_norm)", training.clip_by_global_norm,
        variants(for_clip, ({"size": 0.05}, "when the norm is below max_norm", "when the norm is above max_norm"),
                 ({"size": 0.0}, "when all gradients are zero", "when the gradients are not zero")),
        {"a": "x", "b": "x"}, "grads, a dict of arrays, and max_norm, a number"),
    "momentum_step": Exercise(
        "momentum_step(params, grads, v, lr, momentum, weight_decay)", right_momentum_step,
        variants(for_momentum, ({"v": 0}, "when v is zero", "when v is not zero"), ({"weight_decay": 0}, "when weight_decay is 0", "when weight_decay is not 0")),
        {"params['a']": "x", "params['b']": "x", "v['a']": "x", "v['b']": "x"}, "params, grads and v, dicts of arrays with the same names",
        ("params", "v")),
}


# Running an attempt

class TooSlow(BaseException):
    """Raised inside an attempt that is given up; no Exception, so that `except Exception` lets it pass."""


class Outcome(NamedTuple):
    """What a function did on one problem: its results by name, or an error; the names of arguments it wrote to."""

    results: dict | None
    error: BaseException | None = None
    wrote: tuple = ()
    kind: str = ""              # what is odd about the result as a whole, in words for the learner


def names_of(exercise):
    """Return the names of the arguments."""
    return [name.split("=")[0] for name in exercise.signature.split("(")[1].rstrip(")").split(", ")]


def same(a, b):
    """Say whether two arguments are equal to the last bit."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a is b or callable(a) or (np.shape(a) == np.shape(b) and np.array_equal(a, b))


def by_name(result, exercise):
    """Return the results as a dict, and what is odd about them as a whole."""
    shapes = exercise.shapes
    if list(shapes) == ["the result"]:
        return {"the result": result}, ""
    if "loss" in shapes:
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            return None, f"It returns {described(result)}: expected two things, loss and d_logits."
        return dict(zip(shapes, result)), ""
    if not isinstance(result, dict):
        return None, f"It returns {described(result)}: expected a dict with the names {', '.join(shapes)}."
    missing = [name for name in shapes if name not in result]
    return {k: result[k] for k in shapes if k in result}, f"The dict lacks {', '.join(missing)}; it has {', '.join(map(str, result))}." if missing else ""


def described(value):
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "a tuple of " + str(len(value)) if isinstance(value, tuple) else f"a {type(value).__name__}"


def called(function, problem, exercise):
    """Call the function on copies of the arguments, and return its Outcome."""
    arguments = copy.deepcopy(problem.arguments)
    try:
        result = function(*arguments)
    except TooSlow:
        raise
    except BaseException as error:      # SystemExit, too: it must not end the lab
        return Outcome(None, error)
    changes, names = exercise.changes, names_of(exercise)
    wrote = tuple(name for name, before, after in zip(names, problem.arguments, arguments) if name not in changes and not same(before, after))
    if changes:
        changed = {f"{name}['{k}']": value for name, argument in zip(names, arguments) if name in changes for k, value in argument.items()}
        said = f"{' and '.join(changes)} are as they were before the call: the new values have to be stored in them, under the same names."
        if result is not None:
            said = f"It returns {described(result)}; it should change {' and '.join(changes)} and return nothing."
        kind = said if all(same(a, b) for name, a, b in zip(names, arguments, problem.arguments) if name in changes) else ""
        return Outcome({k: np.copy(v) for k, v in changed.items() if k in exercise.shapes}, None, wrote, kind)
    if result is None or result is Ellipsis or result is NotImplemented:
        return Outcome(None, None, wrote, "nothing")
    results, kind = by_name(result, exercise)
    return Outcome(copy.deepcopy(results), None, wrote, kind)


def run(function, problems, exercise):
    """Return the Outcomes of an attempt (fewer than there are problems if it is given up), whether it printed, and whether it was too slow.

    The attempt runs in a thread of its own, so that one that never ends can be given up.
    """
    outcomes, printed = [], io.StringIO()

    def work():
        with contextlib.suppress(TooSlow), np.errstate(all="ignore"):
            for problem in problems:
                outcomes.append(called(function, problem, exercise))
                if isinstance(outcomes[-1].error, NotImplementedError) or outcomes[-1].kind == "nothing":
                    break

    thread = threading.Thread(target=work, daemon=True)
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            thread.start()
        except RuntimeError:        # in the browser, Python has no threads, and so no time limit
            work()
            return outcomes, bool(printed.getvalue()), False
        try:
            thread.join(SECONDS)
        finally:        # also when the stop button is pressed meanwhile
            slow = thread.is_alive()
            if slow:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TooSlow))
                thread.join(1)
    return outcomes, bool(printed.getvalue()), slow


# Comparing

def numbers_of(value):
    """Return a result as an array of numbers, or None if it holds anything else."""
    try:
        array = np.asarray(value)
    except ValueError:          # rows of different lengths
        return None
    return array if array.dtype.kind in "iufc" else None


def tolerance(*arrays):
    return 1e-4 if any(a.dtype in (np.float32, np.float16, np.complex64) for a in arrays) else 2e-6


def equal(a, b):
    """Say whether two results agree within the rounding of their type."""
    a, b = numbers_of(a), numbers_of(b)
    if a is None or b is None or a.shape != b.shape:
        return False
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return False
    scale = max(np.abs(a[finite]).max(initial=0), np.abs(b[finite]).max(initial=0))
    return bool(np.abs(a[finite] - b[finite]).max(initial=0) <= tolerance(a, b) * scale)


def agrees(outcome, right, problem, names=None):
    """Say whether an attempt did the right thing on a problem, in the results named (all, if none are)."""
    if problem.raises or right.error is not None:
        expected = problem.raises or type(right.error)
        return isinstance(outcome.error, expected)
    return outcome.results is not None and all(
        k in outcome.results and equal(outcome.results[k], right.results[k]) for k in names or right.results)


def like(outcome, other, names=None):
    """Say whether two functions, one of them wrong, did the same on a problem."""
    if other.error is not None or outcome.error is not None:
        return other.error is not None and outcome.error is not None
    if outcome.results is None or other.results is None:
        return False
    return all(k in outcome.results and k in other.results and equal(outcome.results[k], other.results[k]) for k in names or other.results)


def recognised(name, problems, outcomes, rights):
    """Return the mistakes that explain the attempt, each with the results that it explains, and the results left unexplained.

    One mistake that does the same on every problem explains all (an empty list of results), or that does so on every ordinary
    problem (None). Otherwise several may each explain a part: a mistake counts if none of the results that it would spoil is right.
    """
    def wrong_in(outs):
        return [k for k in EXERCISES[name].shapes if not all(agrees(o, r, p, [k]) for o, r, p in zip(outs, rights, problems))]

    candidates = [(mistake, run(mistake.function(name), problems, EXERCISES[name])[0]) for mistake in CATALOGUE if name in mistake.wrong]
    for mistake, theirs in candidates:
        if all(map(like, outcomes, theirs)):
            return [(mistake, [])], []
    usual = [k for k, problem in enumerate(problems) if not problem.when]
    for mistake, theirs in candidates:
        if all(like(outcomes[k], theirs[k]) for k in usual) and not all(agrees(theirs[k], rights[k], problems[k]) for k in usual):
            return [(mistake, None)], []

    def shows(theirs, k):
        """Say whether a mistake has a wrong and finite result k somewhere: two NaN are equal for many reasons."""
        return any(t.results and np.isfinite(numbers_of(t.results[k])).all() and not agrees(t, r, p, [k]) for t, r, p in zip(theirs, rights, problems))

    explained, wrong = {}, wrong_in(outcomes)
    candidates = [(mistake, theirs, spoilt) for mistake, theirs in candidates if set(spoilt := wrong_in(theirs)) <= set(wrong)]
    for k in wrong if len(EXERCISES[name].shapes) > 1 else ():
        for mistake, theirs, spoilt in candidates:
            if k in spoilt and shows(theirs, k) and all(like(o, t, [k]) for o, t in zip(outcomes, theirs)):
                explained.setdefault(mistake.name, (mistake, []))[1].append(k)
                break
    return list(explained.values()), [k for k in wrong if not any(k in ks for _, ks in explained.values())]


# Saying what is true

def letters(shape, sizes):
    """Return a shape in letters and in numbers, as in "(N, H) = (4, 5)"."""
    if not shape:
        return "a single number"
    words = ["T + 1" if k == "S" else k for k in shape]
    values = [sizes["T"] + 1 if k == "S" else 1 if k == "1" else sizes[k] for k in shape]
    comma = "," if len(words) == 1 else ""
    return f"({', '.join(words)}{comma}) = ({', '.join(map(str, values))}{comma})"


def letters_for(shape, right):
    """Return the letters of a result; without N where the problem is a single sequence."""
    return shape.replace("N", "") if shape != "x" and len(shape) > np.ndim(right) else shape


def in_letters(shape, sizes):
    """Return the letters of the sizes found, where each belongs to one letter, or nothing."""
    named = {**{v: k for k, v in sizes.items()}, **({sizes["T"] + 1: "T + 1"} if "T" in sizes else {}), 1: "1"}
    return f" = ({', '.join(named[n] for n in shape)}{',' * (len(shape) == 1)})" if shape and all(n in named for n in shape) and sizes else ""


def own_line(error, attempt):
    """Return where in the learner's own code an error arose: "line 3, `z = x @ W`", or nothing."""
    file = attempt.__code__.co_filename if hasattr(attempt, "__code__") else None
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == file:
            source = (frame.line or linecache.getline(file, frame.lineno)).strip()
            return f"in line {frame.lineno} of its cell" + (f", `{source[:70]}`" if source else "")
    return ""


def first_line(error):
    return str(error).splitlines()[0] if str(error) else "(no message)"


def arguments_in_words(exercise, problem):
    """Return the arrays among the arguments with their shapes, in letters and in numbers."""
    said = []
    for name, argument in zip(names_of(exercise), problem.arguments):
        if isinstance(argument, np.ndarray):
            said.append(f"{name} of shape {argument.shape}{in_letters(argument.shape, problem.sizes)}")
        elif isinstance(argument, (int, float)):
            said.append(f"{name} = {argument}")
        else:
            said.append(name)
    return ", ".join(said)


TIPS = {
    "matmul": "In a product with @ the inner sizes must meet; states that are rows stand on the left of the weights. Entry by entry it is *.",
    "not aligned": "In a product the inner sizes must meet; rows, one for each sequence, stand on the left of the weights.",
    "could not be broadcast": "With + - * / the shapes must agree, from the last axis on. The matrix product is @.",
    "bitwise_xor": "A power is written **.",
    "ellipsis": "A ... is still in that line.",
    "is not defined": "A function of another notebook does not exist in this one: write it out here.",
    "out of bounds": "Count from 0: x_t sits in X[t - 1] and h_t in h[t], so X has T entries and h has T + 1.",
    "must be of integer": "A loop over an array gives its entries, not their numbers: range(...) gives numbers.",
    "'int' object has no attribute": "A sum over nothing is the int 0: reversed, zip and generators can be run through only once.",
    "NoneType": "Something in that line is None: does a function that it calls not return anything yet?",
}


def tips(error):
    """Return what usually causes an error, for those that NumPy words for experts."""
    said = [tip for part, tip in TIPS.items() if part in str(error)]
    if isinstance(error, KeyError):
        said.append("The names in params are W_in, W_hh, b_h, W_out and b_out.")
    return said[:1]


def globals_of(attempt):
    """Return by name what a function takes from the notebook; None for what is not there."""
    if not hasattr(attempt, "__code__"):
        return {}
    names = (step.argval for step in dis.get_instructions(attempt) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    return {name: attempt.__globals__.get(name) for name in names}


def is_right(name, attempt):
    """Say whether an attempt does the right thing on all problems, without a word on what it does otherwise."""
    problems = EXERCISES[name].problems(np.random.default_rng(0))
    outcomes, _, slow = run(attempt, problems, EXERCISES[name])
    rights = run(EXERCISES[name].right, problems, EXERCISES[name])[0]
    return not slow and len(outcomes) == len(problems) and all(map(agrees, outcomes, rights, problems))


def calls_wrongly(name, attempt):
    """Return the names of other exercises whose functions this one calls although they are not right yet."""
    return [other for other, function in globals_of(attempt).items()
            if other in EXERCISES and other != name and callable(function) and function is not attempt and not is_right(other, function)]


def reads_globals(attempt):
    """Return which numbers and arrays a function takes from the notebook, and not from its arguments."""
    return [name for name, value in globals_of(attempt).items() if isinstance(value, (np.ndarray, np.generic, int, float, dict))]


def is_stub(attempt):
    """Say whether a function has no body but a docstring or an ellipsis."""
    if not hasattr(attempt, "__code__"):
        return False
    steps = [(step.opname, step.argval) for step in dis.get_instructions(attempt) if step.opname not in ("RESUME", "NOP")]
    return steps in ([("LOAD_CONST", None), ("RETURN_VALUE", None)], [("RETURN_CONST", None)])


def oddity(value, right, shape, problem):
    """Return what is wrong with the kind, the type or the shape of a result, or nothing."""
    array, right = None if isinstance(value, tuple) else numbers_of(value), np.asarray(right)
    if isinstance(value, tuple):
        return f"is a tuple of {len(value)}: expected " + ("one array" if right.ndim else "one number")
    if array is None:
        if value is Ellipsis:
            return "is still ..."
        kind = value.dtype if isinstance(value, (np.ndarray, np.generic)) else f"a {type(value).__name__}"
        return f"holds {kind}: expected numbers; astype(float) makes numbers of it" if kind == bool else f"holds {kind}, where numbers are expected"
    if isinstance(value, list) and right.ndim:
        return "is a list: expected an array; np.array(…) makes one of it"
    if array.shape != right.shape:
        expected = f"{right.shape}, that of {'x' if shape == 'x' else 'the argument'}" if shape == "x" else letters(shape, problem.sizes)
        found = "a single number" if array.shape == () else f"the shape {array.shape}{in_letters(array.shape, problem.sizes)}"
        if right.ndim and not array.ndim:
            return f"is {found}: expected {expected}"
        hint = " (transposed?)" if array.shape == right.shape[::-1] else ""
        return f"has {found}: expected {expected}{hint}"
    if array.dtype.kind == "c" and right.dtype.kind != "c":
        return "is complex: expected real numbers (take .real, or .imag)"
    if array.dtype.kind in "iu" and (right != np.round(right)).any():
        return "holds whole numbers only: an array made with dtype=int, or of integers, cuts off what is behind the point"
    bad = ~np.isfinite(array)
    if bad.any() and np.isfinite(right).all():
        what = "NaN" if np.isnan(array).any() else "inf"
        return f"is {what}" if not array.ndim else f"holds {what} in {bad.sum()} of {array.size} entries"
    return ""


def factor(a, b):
    """Return the number c for which a = c b, or None."""
    a, b = np.asarray(a, float).ravel(), np.asarray(b, float).ravel()
    if not b.any():
        return None
    c = (a @ b) / (b @ b)
    return c if np.abs(a - c * b).max() <= 1e-6 * max(np.abs(a).max(), np.abs(b).max()) else None


def factor_in_words(pairs, letters):
    """Return in words by which factor a result differs from the right one, in all of some problems, or nothing.

    Only sizes with one of the `letters` are named: the others have nothing to do with the function.
    """
    factors = [factor(value, right) for value, right, _ in pairs]
    if not factors or any(c is None for c in factors):
        return ""
    if not any(np.any(value) for value, *_ in pairs):
        return "is zero everywhere" if np.shape(pairs[0][0]) else "is 0"
    words = {"-1": lambda s: -1, "2": lambda s: 2, "1/2": lambda s: 0.5, "-2": lambda s: -2, "-1/2": lambda s: -0.5}
    for k in "NTHCI":
        if k in letters and all(k in sizes for *_, sizes in pairs):
            words |= {k: lambda s, k=k: s[k], f"1/{k}": lambda s, k=k: 1 / s[k], f"-{k}": lambda s, k=k: -s[k], f"-1/{k}": lambda s, k=k: -1 / s[k],
                      f"{k}²": lambda s, k=k: s[k] ** 2, f"1/{k}²": lambda s, k=k: 1 / s[k] ** 2, f"2/{k}": lambda s, k=k: 2 / s[k],
                      f"{k}/2": lambda s, k=k: s[k] / 2}
    for j, k in (("N", "C"), ("T", "N"), ("N", "H")):
        if j in letters and k in letters and all(j in sizes and k in sizes for *_, sizes in pairs):
            words |= {f"{j}/{k}": lambda s, j=j, k=k: s[j] / s[k], f"{k}/{j}": lambda s, j=j, k=k: s[k] / s[j], f"1/({j}·{k})": lambda s, j=j, k=k: 1 / (s[j] * s[k]),
                      f"2/({j}·{k})": lambda s, j=j, k=k: 2 / (s[j] * s[k]), f"{j}·{k}": lambda s, j=j, k=k: s[j] * s[k]}
    for word, f in words.items():
        if all(abs(c / f(sizes) - 1) < 1e-5 for c, (*_, sizes) in zip(factors, pairs)):
            return "has the wrong sign, and is right otherwise" if word == "-1" else f"is {word} times the right one"
    if len(factors) > 1 and np.ptp(factors) < 1e-5 * abs(factors[0]):
        return f"is {factors[0]:.3g} times the right one, in each problem"
    if len(factors) == 1 or not np.shape(pairs[0][0]):      # one number is always a multiple of another
        return ""
    return "is a multiple of the right one, with another factor in each problem"


AXES = {"T": "t", "S": "t", "N": "sequence n", "I": "input", "H": "unit", "C": "class", "1": "", "x": "index"}


def where_wrong(value, right, shape):
    """Return in words which entries of a result are wrong, if they are not all over the place."""
    value, right = np.asarray(value, float), np.asarray(right, float)
    wrong = ~(np.abs(value - right) <= 2e-6 * np.abs(right).max(initial=0))
    said = []
    for axis, k in enumerate(shape if shape != "x" else "x" * right.ndim):
        others = tuple(a for a in range(right.ndim) if a != axis)
        along = wrong.any(axis=others)
        if not along.all():
            first = 1 if k == "T" else 0        # steps are counted from 1, everything else as in Python
            indices = np.flatnonzero(along) + first
            run = f"{indices[0]} to {indices[-1]}" if len(indices) > 1 and np.ptp(indices) == len(indices) - 1 else ", ".join(map(str, indices))
            said.append(f"{AXES[k]} = {run}" + (f" (of {first} to {len(along) - 1 + first})"))
    if said:
        return "is wrong only for " + " and ".join(said)
    if right.ndim == 2 and right.shape[0] == right.shape[1] and equal(value.T, right):
        return "is the right one transposed"
    if equal(np.abs(value), np.abs(right)):
        return "has the right size everywhere, but the wrong sign in some entries"
    if right.ndim and np.ptp(value - right) <= 1e-6 * np.abs(value - right).max():
        return "is off by the same number in every entry"
    if wrong.all() or right.ndim == 0:
        return "is wrong" if right.ndim == 0 else "is wrong in every entry"
    return f"is wrong in {wrong.sum()} of {wrong.size} entries"


def narrowed(name, problems, outcomes, rights, only=None):
    """Return lines that say which results (all, or only those named) are wrong, how, and when."""
    exercise, lines = EXERCISES[name], []
    fine = [agrees(o, r, p) for o, r, p in zip(outcomes, rights, problems)]
    for k in only or exercise.shapes:
        shape = exercise.shapes[k]
        bad = [(o.results[k], r.results[k], p) for o, r, p in zip(outcomes, rights, problems)
               if o.results and k in o.results and r.results and not agrees(o, r, p, [k])]
        if not bad:
            continue
        bad = [triple for triple in bad if not triple[2].when] or bad       # what is wrong on ordinary problems, if anything is
        odd = next(filter(None, (oddity(value, right, letters_for(shape, right), p) for value, right, p in bad)), "")
        sized, (value, right, _) = [(value, right, p.sizes) for value, right, p in bad], bad[0]
        text = odd or factor_in_words(sized, exercise.arguments) or where_wrong(value, right, letters_for(shape, right))
        lines.append(f"{k if k != 'the result' else 'The result'} {text}.")
    wrong_when = [p for p, f in zip(problems, fine) if p.when and not f]
    ordinary = [f for p, f in zip(problems, fine) if not p.when]
    if all(ordinary) and wrong_when:
        lines.append("This happens only " + ", and ".join(dict.fromkeys(p.when for p in wrong_when)) + f"; {wrong_when[0].usual} all is right."
                     + (" Something is kept from one call to the next." if "second call" in wrong_when[0].when else ""))
    elif not any(ordinary):
        for p, f, right in zip(problems, fine, rights):
            trivial = right.results is None or not any(map(np.any, right.results.values()))      # it is easy to be right about 0
            if p.when and f and not trivial and p.usual != "at the first call":
                lines.append(f"It is right {p.when}, and wrong {p.usual}.")
    comparable = all(o.results and not any(numbers_of(v) is None for v in o.results.values()) for o in outcomes[:2])
    if comparable and not (fine[0] and fine[1]) and not like(outcomes[0], outcomes[1]):
        lines.append("Two calls with the same arguments give different results: is something drawn at random, kept from call to call, or read from an np.empty before it was filled?")
    elif fine[0] and like(outcomes[0], outcomes[2]) and not fine[2]:
        lines.append("Every call returns the result of the first: is something kept from call to call, or an argument not used?")
    rightly = [k for k in exercise.shapes if all(agrees(o, r, p, [k]) for o, r, p in zip(outcomes, rights, problems))]
    if rightly and len(exercise.shapes) > 2:
        lines.append("Right are " + ", ".join(rightly) + ".")
    return lines


def examine(name, attempt):
    """Return a `Report` on a learner's function; `check` prints it.

    Parameters
    ----------
    name : str, one of `EXERCISES`; a ValueError otherwise
    attempt : callable, the learner's function; its arguments are those of ``EXERCISES[name].signature``

    Returns
    -------
    Report
        `ok` says whether the function is right. The attempt sees copies of all arguments, and is given up after ten seconds.
    """
    exercise = EXERCISES[one_of("name", name, EXERCISES)]
    todo = f"{exercise.signature} is not written yet."
    steps = "Write it in the cell above in place of the ..., run that cell, then this one. Hints are folded below."
    if attempt is None or attempt is Ellipsis or is_stub(attempt):
        return Report(False, todo, steps)
    if not callable(attempt):
        return Report(False, f"{name}: this is {described(attempt)}, where the function itself is expected: check({name!r}, {name}), "
                             "without arguments or brackets after the name.")
    problems = exercise.problems(np.random.default_rng(0))
    outcomes, printed, late = run(attempt, problems, exercise)
    said = _judged(name, attempt, problems, outcomes, late, todo, steps)
    if not said.ok and not late and (others := calls_wrongly(name, attempt)):
        other = others[0]
        return Report(False, f"{name} is not right yet, and it calls {other}, which is not right either.", f"First run check({other!r}, {other}), and mend that.")
    if printed and len(said.lines) < 8 and said.lines[0] != todo:
        said.lines.append("(It prints as well; what it prints during the check is not shown.)")
    return said


def _judged(name, attempt, problems, outcomes, late, todo, steps):
    exercise = EXERCISES[name]
    if late:
        where = f", on problem {len(outcomes) + 1} of {len(problems)}" if outcomes else ""
        return Report(False, f"{name}: still running after {SECONDS:.0f} seconds{where}, so the check gave up.",
                      "The problems are tiny. Is there a loop that never ends: a while whose condition stays true, a list that grows while it is read?")
    last = outcomes[-1]
    if isinstance(last.error, NotImplementedError):
        return Report(False, todo, steps)
    if last.kind == "nothing":
        when = problems[len(outcomes) - 1].when
        return Report(False, f"{name} returns nothing (None){' ' + when if when and len(outcomes) > 2 else ''}: is a line with `return` still missing?")
    rights = run(exercise.right, problems, exercise)[0]
    reads = reads_globals(attempt)
    hint = [f"It reads {', '.join(reads)} from the notebook. Take everything from the arguments: the check uses other sizes and numbers."] if reads else []
    for outcome, right, problem in zip(outcomes, rights, problems):
        if outcome.error is not None and not problem.raises:
            if any(o.error is None for o in outcomes) and recognised(name, problems, outcomes, rights)[0]:
                break
            error = outcome.error
            if isinstance(error, ValueError) and any(p.raises for p in problems) and not tips(error):
                hint.insert(0, "It refuses good arguments: only those that the exercise names are bad.")
            if any(o.error is None and not p.raises for o, p in zip(outcomes, problems)) and not problem.when:
                hint.append("Earlier calls went through: is something fixed to one size, or kept from call to call, as by a default argument [] or {}?")
            where = own_line(error, attempt)
            return Report(False, f"{name} stops with {type(error).__name__}{' ' + problem.when if problem.when else ''}: {first_line(error)}",
                          *([f"This happened {where}."] if where else []), f"It was called with {arguments_in_words(exercise, problem)}.", *tips(error), *hint)
    if all(map(agrees, outcomes, rights, problems)):
        return _right(name, problems, outcomes, rights)
    kinds = [o.kind for o in outcomes if o.kind][:1]
    mistakes, unexplained = recognised(name, problems, outcomes, rights)
    if mistakes and not kinds:
        whole = not mistakes[0][1]
        likeness = "On ordinary problems it does" if mistakes[0][1] is None else "It does exactly"
        lines = [f"{name} is not right yet." + (f" {likeness} what this mistake does:" if whole else "")]
        for mistake, results in mistakes[:3]:
            seen = f" Seen from outside: {mistake.seen}." if mistake not in BACKWARD or name == "backward" else ""     # it speaks of backward's results
            lines.append(f"{mistake.name}.{seen}" if whole else f"{', '.join(results)}: {mistake.name}.")
            lines.append(f"Look at {mistake.look}" + ("" if mistake.look.endswith("?") else "."))
        return Report(False, *lines, *(narrowed(name, problems, outcomes, rights, unexplained) if unexplained else []))
    lines = [f"{name} is not right yet.", *kinds]
    for outcome, problem in zip(outcomes, problems):
        if problem.raises and not isinstance(outcome.error, problem.raises):
            done = f"raises {type(outcome.error).__name__}" if outcome.error is not None else "returns something"
            lines.append(f"{problem.when[0].upper()}{problem.when[1:]} it {done}: expected a {problem.raises[0].__name__}.")
    return Report(False, *lines, *narrowed(name, problems, outcomes, rights), *hint)


def _right(name, problems, outcomes, rights):
    """Report on an attempt whose numbers are right: is all the rest right, too?"""
    exercise = EXERCISES[name]
    wrote = sorted({argument for outcome in outcomes for argument in outcome.wrote})
    if wrote:
        return Report(False, f"{name}: the numbers are right, but it writes into its argument {' and '.join(wrote)}.",
                      "Whoever calls it still needs that array. Work on a copy, or on an array of your own.")
    for outcome, right, problem in zip(outcomes, rights, problems):
        for k, value in (outcome.results or {}).items():
            odd = oddity(value, right.results[k], letters_for(exercise.shapes[k], right.results[k]), problem)
            if odd:
                return Report(False, f"{name}: the numbers are right, but {k} {odd}.")
    single = any(numbers_of(v).dtype in (np.float32, np.float16) for o in outcomes for v in (o.results or {}).values())
    circumstances = [p.when for p in problems if p.when and "call" not in p.when]
    return Report(True, f"{name}: right, on {len(problems)} random problems, the first of them twice"
                        + (f"; also {', '.join(circumstances)}." if circumstances else "."),
                  *(["(Right within the rounding of float32; the arguments were float64.)"] if single else []))


def check(name, attempt):
    """Check a learner's function and print what is true of it, in at most eight lines.

    Parameters
    ----------
    name : str, the name of the exercise; a ValueError if there is none
    attempt : callable, the learner's function, not its result
    """
    print(examine(name, attempt))
