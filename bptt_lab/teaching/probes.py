"""Further calls of an attempt: a worked number, the points at which f is called, proportion.

Each probe returns a sentence, or nothing: what stops with an error here has been told already.
"""

from typing import NamedTuple

import numpy as np

from .attempts import called
from .comparing import equal, numbers_of
from .exercises import EXERCISES
from .limits import given_up
from .problems import Problem
from .problems_truncation import piece_of

SECONDS = 1.0  # that further calls may take: an attempt may be slow on tiny arguments alone


def called_on(name, function, calls):
    """Return the results of a function for each tuple of arguments, None where it has none."""
    results = []

    def work():
        for given in calls:
            results.append(called(function, Problem(given, {}), EXERCISES[name]).results)

    with np.errstate(all="ignore"):
        given_up(work, SECONDS)
    return results + [None] * (len(calls) - len(results))


# A worked number


class Worked(NamedTuple):
    """Tiny arguments, and how to speak of them."""

    words: str
    arguments: tuple


def array(*numbers, shape=None):
    numbers = np.array(numbers, float)
    return numbers if shape is None else numbers.reshape(shape)


def params(**other):
    given = {"W_in": [[0.5]], "W_hh": [[3.0]], "b_h": [0.25], "W_out": [[2.0]], "b_out": [0.0]}
    return {k: np.array(v, float) for k, v in (given | other).items()}


def unit(a):
    """Return the derivative of a sum of cubes in words that a probe can use as f."""
    return (a * a * a).sum()


CROSSED = array(0, 1, 0, 0, shape=(2, 2))
SIGNAL_1 = (params(), array(0.25, 0.5, shape=(2, 1, 1)), array(1, shape=(1, 1)))
SIGNAL_2 = (params(), array(0.25, 0.5, 0.5, shape=(3, 1, 1)), array(1, shape=(1, 1)))
READ_3 = (params(), array(0.25, 0.5, 0.75, shape=(3, 1, 1)), array(1, shape=(1, 1)))
FIRST = np.array([0])
SMALL = "T = {T} and N = I = H = C = 1, W_hh = 3, W_out = 2, h = {h}"
BACK_1 = (params(), array(2, shape=(1, 1, 1)), *SIGNAL_1[1:])
BACK_2 = (params(), array(2, 4, shape=(2, 1, 1)), *SIGNAL_2[1:])
H_1, H_2 = "[0.25, 0.5]", "[0.25, 0.5, 0.5]"


def row(*b_h):
    """Return the weights of a gated cell with I = H = 1, zeros but for the biases, if given."""
    if len(b_h) == 1:
        b_h = np.zeros(b_h)
    return {"W_in": np.zeros((1, len(b_h))), "W_hh": np.zeros((1, len(b_h))), "b_h": array(*b_h)}


ONE = np.ones((1, 1))
LSTM_ROW = (row(3, 2, 1, 0), ONE, ONE, 2 * ONE)
NO_B_HN = {"b_hn": np.zeros(1)}
GRU_ROW = (row(2, 1, 0) | {"b_hn": np.ones(1)}, ONE, 2 * ONE)
HALVES = (*4 * [0.5 * ONE], 2 * ONE, 1.25 * ONE)

WORKED = {
    "time_major": [Worked("the table [[1, 2, 3], [4, 5, 6]]", (array(range(1, 7), shape=(2, 3)),))],
    "one_hot": [
        Worked("the labels [1, 0] and C = 3", (np.array([1, 0]), 3)),
        Worked("the labels [0, 2, 2] and C = 4", (np.array([0, 2, 2]), 4)),
    ],
    "balanced_accuracy": [
        Worked(
            "predicted = [0, 0, 1, 1], labels = [0, 0, 0, 1] and C = 2",
            (np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), 2),
        ),
        Worked(
            "predicted = [0, 2, 2], labels = [0, 0, 2] and C = 3",
            (np.array([0, 2, 2]), np.array([0, 0, 2]), 3),
        ),
    ],
    "step": [
        Worked(
            "x = 1, h = 0 with the weights W_in = 0.5, W_hh = 3 and b_h = 0.25",
            (params(), array(1, shape=(1, 1)), array(0, shape=(1, 1))),
        ),
        Worked(
            "x = 1, h = -0.5 with the weights W_in = 0.5, W_hh = 3 and b_h = 0.25",
            (params(), array(1, shape=(1, 1)), array(-0.5, shape=(1, 1))),
        ),
        Worked(
            "x = 0, h = [0, 1] with W_hh = [[0, 1], [0, 0]] and b_h = 0",
            (
                params(W_in=[[0.5, 0.5]], W_hh=CROSSED, b_h=[0, 0]),
                array(0, shape=(1, 1)),
                array(0, 1, shape=(1, 2)),
            ),
        ),
    ],
    "states": [
        Worked(
            "T = N = I = H = 1 with x = 1, h0 = 0, W_in = 0.5, W_hh = 3 and b_h = 0.25",
            (params(), array(1, shape=(1, 1, 1)), array(0, shape=(1, 1))),
        ),
        Worked(
            "T = 2 and N = I = H = 1 with X = [1, -1], h0 = 0.5, W_in = 0.5, W_hh = 3, b_h = 0.25",
            (params(), array(1, -1, shape=(2, 1, 1)), array(0.5, shape=(1, 1))),
        ),
    ],
    "tanh_slope": [
        Worked(f"h = {h:g}", (array(h, shape=(1, 1)),)) for h in (0.5, 0.0, -0.5, 1.0, 0.1)
    ],
    "mse": [
        Worked("logits [[3, 1]] and Y [[1, 0]]", (array(3, 1, shape=(1, 2)), np.eye(2)[[0]])),
        Worked(
            "logits [[3, 1], [0, 0]] and Y [[1, 0], [0, 1]]",
            (array(3, 1, 0, 0, shape=(2, 2)), np.eye(2)),
        ),
    ],
    "cross_entropy": [
        Worked("logits [[0, 0]] and Y [[1, 0]]", (array(0, 0, shape=(1, 2)), np.eye(2)[[0]])),
        Worked(
            "logits [[1, 0], [0, 0]] and Y [[1, 0], [0, 1]]",
            (array(1, 0, 0, 0, shape=(2, 2)), np.eye(2)),
        ),
    ],
    "step_back": [
        Worked(
            "dz = 2, h_before = 0.5 and W_hh = 3",
            tuple(array(a, shape=(1, 1)) for a in (2, 0.5, 3)),
        ),
        Worked(
            "dz = [0, 1], h_before = [0, 0] and W_hh = [[0, 1], [0, 0]]",
            (array(0, 1, shape=(1, 2)), np.zeros((1, 2)), CROSSED),
        ),
    ],
    "error_signals": [
        Worked(SMALL.format(T=1, h=H_1) + " and d_logits = 1", SIGNAL_1),
        Worked(SMALL.format(T=2, h=H_2) + " and d_logits = 1", SIGNAL_2),
    ],
    "backward": [
        Worked(SMALL.format(T=1, h=H_1) + ", W_in = 0.5, X = 2 and d_logits = 1", BACK_1),
        Worked(SMALL.format(T=2, h=H_2) + ", W_in = 0.5, X = [2, 4] and d_logits = 1", BACK_2),
    ],
    "make_stream": [
        Worked(
            "the beats [1, 2, 3, 4] and [5, 6, 7, 8] of one stream, marked = [1] and w = 2",
            (array(range(1, 9), shape=(2, 1, 4)), np.array([1]), 2),
        ),
    ],
    "read_out_alone": [
        Worked(SMALL.format(T=1, h=H_1) + " and d_logits = 1", SIGNAL_1),
        Worked(SMALL.format(T=2, h="[0.25, 0.5, 0.75]") + " and d_logits = 1", READ_3),
    ],
    "saliency": [
        Worked(SMALL.format(T=1, h=H_1) + ", W_in = 0.5 and k = [0]", (*SIGNAL_1[:2], FIRST)),
        Worked(SMALL.format(T=2, h=H_2) + ", W_in = 0.5 and k = [0]", (*SIGNAL_2[:2], FIRST)),
    ],
    "backward_truncated": [
        Worked(SMALL.format(T=2, h=H_2) + ", X = [2, 4], d_logits = 1 and k = 1", (*BACK_2, 1)),
        Worked(SMALL.format(T=2, h=H_2) + ", X = [2, 4], d_logits = 1 and k = 2", (*BACK_2, 2)),
    ],
    "join": [
        Worked(
            SMALL.format(T=2, h=H_2) + ", X = [2, 4], d_logits = [1, 1] and s = 1",
            (piece_of(params(), 2), *BACK_2[1:3], np.ones((2, 1, 1)), 1),
        ),
    ],
    "lstm_step": [
        Worked("x = 1, h = 1, c = 2 and all weights 0", (row(4), ONE, ONE, 2 * ONE)),
        Worked("x = 1, h = 1, c = 2, b_h = [3, 2, 1, 0], W_in = W_hh = 0", LSTM_ROW),
    ],
    "lstm_step_back": [
        Worked(
            "i = f = g = o = 0.5, c_before = 2, c = 1.25, dh = 0 and dc = 1",
            (*HALVES, 0 * ONE, ONE),
        ),
        Worked(
            "i = f = g = o = 0.5, c_before = 2, c = 1.25, dh = 1 and dc = 0",
            (*HALVES, ONE, 0 * ONE),
        ),
    ],
    "gru_step": [
        Worked("x = 1, h = 2 and all weights 0", (row(3) | NO_B_HN, ONE, 2 * ONE)),
        Worked("x = 1, h = 2, b_h = [2, 1, 0], b_hn = 1, W_in = W_hh = 0", GRU_ROW),
    ],
    "masked": [
        Worked(
            SMALL.format(T=2, h=H_2) + ", X = [2, 4], d_logits = 1 and mask = [True, False]",
            (*BACK_2, array(1, 0, shape=(2, 1)).astype(bool)),
        ),
    ],
    "numerical_gradient": [
        Worked("the sum of cubes as f, x = [2] and eps = 1", (unit, array(2, shape=(1,)), 1.0)),
        Worked("the sum of cubes as f, x = [1, 2] and eps = 0.5", (unit, array(1, 2), 0.5)),
    ],
    "relative_error": [
        Worked("a = [3] and b = [1]", (array(3, shape=(1,)), array(1, shape=(1,)))),
        Worked("a = [1, 0] and b = [0, 1]", (array(1, 0), array(0, 1))),
        Worked("a = [3, 4] and b = [0, 0]", (array(3, 4), array(0, 0))),
    ],
    "complex_step_gradient": [
        Worked("the sum of cubes as f and x = [2]", (unit, array(2, shape=(1,)))),
        Worked("the sum of cubes as f and x = [1, 2]", (unit, array(1, 2))),
    ],
    "clip": [
        Worked(
            "grads {'a': [3], 'b': [4]} and max_norm = 1",
            ({"a": array(3, shape=(1,)), "b": array(4, shape=(1,))}, 1.0),
        ),
        Worked(
            "grads {'a': [3], 'b': [4]} and max_norm = 10",
            ({"a": array(3, shape=(1,)), "b": array(4, shape=(1,))}, 10.0),
        ),
    ],
    "momentum_step": [
        Worked(
            "one parameter 1, gradient 2, v = 3, lr = 0.1, momentum = 0.5, weight_decay = 0.25",
            (*({"a": array(n, shape=(1,))} for n in (1, 2, 3)), 0.1, 0.5, 0.25),
        ),
    ],
}
DIGITS = 4


def worked_number(name, function):
    """Return a sentence on the first tiny example that comes out wrong."""
    examples = WORKED[name]
    theirs = called_on(name, function, [w.arguments for w in examples])
    right = called_on(name, EXERCISES[name].right, [w.arguments for w in examples])
    for worked, found, good in zip(examples, theirs, right):
        for k in good or ():
            value = numbers_of((found or {}).get(k))
            if value is None or value.shape != np.shape(good[k]) or equal(value, good[k]):
                continue
            what = "" if k == "the result" else f"{k} = "
            return (
                f"For example: for {worked.words} it returns {what}{written(value)}; "
                f"right is {written(good[k])}."
            )
    return ""


def written(value):
    """Return a few numbers as in Python, rounded."""
    value = np.asarray(value)
    if not value.ndim:
        return f"{value[()]:.{DIGITS}g}"
    if value.size == 1:
        return f"{value.ravel()[0]:.{DIGITS}g}"
    return f"[{', '.join(written(v) for v in value)}]"


# Proportion: a backward pass doubles what it returns if what arrives is doubled


def out_of_proportion(name, function, problem):
    """Return a sentence if more of the error that arrives does not give so much more of all."""
    place = {"step_back": 0, "error_signals": 2, "backward": 3, "read_out_alone": 2}.get(name)
    place = 3 if name in ("backward_truncated", "join", "masked") else place
    if place is None:
        return ""
    factors = (1.0, 1e3, 1e-3)
    calls = [
        tuple(c * a if i == place else a for i, a in enumerate(problem.arguments)) for c in factors
    ]
    first, *others = called_on(name, function, calls)
    for c, other in zip(factors[1:], others):
        for k in first or ():
            small, large = numbers_of(first[k]), numbers_of((other or {}).get(k))
            if small is None or large is None or not np.isfinite(small).all():
                return ""
            if not equal(c * small, large):
                arrives = "dz" if name == "step_back" else "d_logits"
                said = "the result is" if k == "the result" else f"{k} is"
                return (
                    f"With {c:g} times the {arrives}, {said} not {c:g} times as large: is "
                    f"something clipped or rounded, or is {arrives} not used, added to, or squared?"
                )
    return ""


# The points at which a numerical gradient looks


def points_of(name, function):
    """Return at which points f is called for one derivative, and what is made of its values.

    The values of f are drawn at random here, so that what becomes of each of them shows.
    """
    eps, x, rng = 2.0**-10, array(0.5, 0.25), np.random.default_rng(0)
    is_complex = name == "complex_step_gradient"
    rows, made, kinds = [], [], set()
    for _ in range(12):
        values = {}

        def f(p, values=values):
            key = tuple(np.round((np.asarray(p) - x).ravel() / eps, 6).tolist())
            if key not in values:
                values[key] = rng.normal() + (1j * rng.normal() if is_complex else 0)
            return values[key]

        result = (called_on(name, function, [(f, x.copy(), eps)])[0] or {}).get("the result")
        result = numbers_of(result)
        if result is None or result.shape != x.shape or result.dtype.kind == "c":
            return ""
        kinds.add(tuple(values))
        rows.append([part for v in values.values() for part in parts_of(v, is_complex)])
        made.append(result)
    if len(kinds) != 1 or len(rows[0]) > 10:
        return ""
    keys = kinds.pop()
    if not keys:
        return "It never calls f."
    names = [n for key in keys for n in names_of_point(key, is_complex)]
    said, by_eps = [], " / eps"
    for entry in range(2):
        there = np.array(made)[:, entry]
        weights = np.linalg.lstsq(np.array(rows), there * eps, rcond=None)[0]
        if not np.allclose(np.array(rows) @ weights / eps, there, rtol=1e-6, atol=1e-12):
            return ""
        if 0 < np.abs(weights).max(initial=0) < 0.01:  # it was not divided by eps
            weights, by_eps = weights / eps, ""
        terms = [
            f"{'- ' if w < 0 else '+ '}{'' if np.isclose(abs(w), 1) else f'{abs(w):.4g} '}{n}"
            for w, n in zip(weights, names)
            if abs(w) > 1e-9
        ]
        said.append(" ".join(terms).removeprefix("+ ") or "0")
    if said == ["0", "0"]:
        points = " and ".join(point_in_words(key, is_complex) for key in keys)
        return f"With x of two entries, it calls f at {points}, and what it makes of that is 0."
    return (
        f"With x of two entries, the derivative by the first is computed as ({said[0]}){by_eps}, "
        f"that by the second as ({said[1]}){by_eps}."
    )


def parts_of(value, is_complex):
    return (value.real, value.imag) if is_complex else (value,)


def names_of_point(key, is_complex):
    """Return the words for the value of f at a point, given its distance from x in units of eps."""
    where = point_in_words(key, is_complex)
    return (f"Re f({where})", f"Im f({where})") if is_complex else (f"f({where})",)


def point_in_words(key, is_complex):
    """Return in words the point at some distance from x, given in units of eps."""
    return f"x + ({', '.join(map(step_in_words, key))})" if any(key) else "x"


def step_in_words(c):
    """Return a step, in units of eps, in words."""
    if not c:
        return "0"
    real, imag = np.real(c), np.imag(c)
    if real and imag:
        return f"({real:g} + {imag:g}i) eps"
    size, unit = (imag, "i eps") if imag else (real, "eps")
    return f"{'-' if size < 0 else ''}{'' if abs(size) == 1 else f'{abs(size):g} '}{unit}"
