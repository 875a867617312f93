"""The judge of `slope_into`, notebook 11: right numbers, in the array that is given, and no other.

NumPy tells tracemalloc of each array that it makes, so that one that was made on the way shows.
"""

import tracemalloc

import numpy as np

from .answers import slope_into
from .attempts import run
from .comparing import equal
from .errors import first_line, own_line
from .exercises import Exercise
from .problems import Problem
from .reports import Report
from .unjudged import not_written

SIGNATURE = "slope_into(h, dh, out)"
EXERCISE = Exercise(
    SIGNATURE,
    slope_into,
    None,
    {"out": "x", "peak": "", "returned": "x"},
    "h, dh and out, three arrays of one shape",
)
# Of the two large ones, the arrays that are made are counted: along an axis of length 1, what a
# loop takes at once has the size of all. (Not of a shape (1, n): np.ndindex has so many numbers in
# tuples, which are no array.) float32 is the rung after this one
SHAPES = (((3, 4), float), ((5, 2), float), ((7,), float), ((2, 3, 4), float))
SHAPES += (((6, 3), np.float32), ((4, 6), float))
SHAPES += (((1, 200, 400), float), ((200, 400), float), ((), float))
TRANSPOSED, ROW, LARGE, NUMBER = range(len(SHAPES) - 4, len(SHAPES))
DIGITS = {"float64": 1e-13, "float32": 1e-5}  # of the largest number, what may be off
ROUGH = 1e-3  # the same, where it is not wrong but rounded

# What is in `out` in the end, for slips that leave their trace there, from h, dh and what was there
LEFT = {
    "out holds 1 - h², without dh.": lambda h, dh, out: 1 - h**2,
    "out holds h², so far.": lambda h, dh, out: h**2,
    "out holds dh h²: the 1 from which h² is taken is missing.": lambda h, dh, out: dh * h**2,
    "out has the wrong sign: h² - 1, not 1 - h².": lambda h, dh, out: dh * (h**2 - 1),
    "out holds dh - h²: a product comes after the bracket.": lambda h, dh, out: dh - h**2,
    "out holds 1 - dh h²: dh multiplies the whole bracket.": lambda h, dh, out: 1 - dh * h**2,
    "out holds the slope of tanh(h): h is a tanh already.": lambda h, dh, out: (
        dh * (1 - np.tanh(h) ** 2)
    ),
    "The result is added to what stood in out: it is to be replaced.": lambda h, dh, out: (
        out + dh * (1 - h**2)
    ),
    "out is multiplied with what stood there: its old numbers are not to matter.": (
        lambda h, dh, out: out * (1 - h**2)
    ),
}
AS_IT_WAS = (
    "out is as it was: `np.multiply(h, h, out=out)` or `out[...] = ...` write into it; "
    "`out = ...` only gives the name to another array."
)
RETURNED = (
    "out is as it was: the right numbers are returned, but in another array. Whoever calls looks "
    "into the one that was given; `np.multiply(h, h, out=out)` writes there."
)
IN_A_COPY = (
    "This is so only where out is the transpose of an array: there, `out.ravel()` and "
    "`out.reshape(-1)` make a copy, and what is written goes there. The functions of NumPy take "
    "arrays of any shape as they are."
)
ANOTHER = (
    "An array was made besides. If it got the name out, as by `out = out * dh`, what came after "
    "went there, and not into the caller's array; `out *= dh` writes into the one that is given."
)


def drawn():
    """Return the problems; what stands in `out` before does not matter."""
    rng, problems = np.random.default_rng(7), []  # the single number that comes is not small
    for place, (shape, kind) in enumerate(SHAPES):
        drawn_as = shape[::-1] if place == TRANSPOSED else shape
        given = np.tanh(rng.normal(size=drawn_as)), *rng.normal(size=(2, *drawn_as))
        given = (np.asarray(a, kind).reshape(drawn_as) for a in given)
        problems.append(Problem(tuple(a.T if place == TRANSPOSED else a for a in given), {}))
    return problems


def watched(attempt):
    """Return a function that calls an attempt, and returns what is in `out` and what was made."""

    def call(h, dh, out):
        traced = tracemalloc.is_tracing()
        if not traced:
            tracemalloc.start()
        try:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            returned = attempt(h, dh, out)
            peak = tracemalloc.get_traced_memory()[1] - before
        finally:
            if not traced:
                tracemalloc.stop()
        return {"out": out, "peak": peak, "returned": returned}

    return call


def judge(name, attempt, seconds):
    """Report whether the numbers are right, and how many arrays were made on the way."""
    problems = drawn()
    outcomes, _, late = run(watched(attempt), problems, EXERCISE, seconds)
    if late:
        return Report(False, f"{name} takes too long: three lines without a loop are enough.")
    for outcome, problem in zip(outcomes[:NUMBER], problems):
        if outcome.error is not None:
            return stopped(name, attempt, outcome.error, problem)
    if (error := outcomes[NUMBER].error) is not None:
        problem = problems.pop()
        if all(equal(o.results["out"], rightly(p)) for o, p in zip(outcomes, problems)):
            return stopped(name, attempt, error, problem)
        outcomes = outcomes[:NUMBER]  # NumPy makes numbers of arrays of shape (): a trap of its own
    spoilt = sorted({k for outcome in outcomes for k in outcome.wrote} - {"out"})
    if spoilt:
        both = " and ".join(spoilt)
        return Report(
            False,
            f"{name} writes into {both} as well; only out is to change.",
            "On the way back, h is still needed for dW_hh, and dh by who called.",
        )
    found = [o.results["out"] for o in outcomes]
    right = [rightly(p) for p in problems]
    row, arrays = (outcomes[k].results["peak"] / right[k].nbytes for k in (ROW, LARGE))
    wrong = [k for k, (f, r) in enumerate(zip(found, right)) if not equal(f, r)]
    if wrong and max(map(off, found, right)) > ROUGH:
        one = found[wrong[0]]
        only = f", for arrays of shape {one.shape} in {one.dtype}" if wrong[0] else ""
        said = f"{name} is not right yet: out has not what it should have{only}."
        chosen = [(found[k], problems[k]) for k in (wrong if wrong[0] else range(len(problems)))]
        left = left_behind(chosen, outcomes[LARGE], right[LARGE], arrays)
        if wrong == [TRANSPOSED]:
            left = ["out is as it was." if untouched(chosen) else left[0], IN_A_COPY]
        return Report(False, said, *left)
    if rough := [k for k, f in enumerate(found) if off(f, right[k]) > DIGITS[right[k].dtype.name]]:
        return imprecise(name, max(off(found[k], right[k]) for k in rough))
    if max(arrays, row) > 0.5:
        most = max(arrays, row)
        more = f"{most:.1f} times the memory of out" if most > 1.5 else "as much as out has"
        if arrays < 0.5:
            return Report(
                False,
                f"{name}: the numbers are right, but memory was asked for on the way where the "
                f"first axis has length 1, as in the shape {SHAPES[ROW][0]}: at one moment {more}, "
                "besides the three arrays given.",
                "A loop over the first axis makes arrays of the size of a row, and there, the one "
                "row is all.",
            )
        return Report(
            False,
            f"{name}: the numbers are right, but memory was asked for on the way: at one moment "
            f"{more}, besides the three arrays given.",
            "An array of that size is made by each operator such as * or **, but also by .copy(), "
            ".astype(...) and np.zeros_like; a list of its numbers takes more than an array. "
            "`np.subtract(1, out, out=out)` makes none.",
        )
    return Report(True, f"{name}: right, and no array of that size was made on the way.")


def rightly(problem):
    """Return what is to be in `out`."""
    h, dh, _ = problem.arguments
    return dh * (1 - h**2)


def off(found, right):
    """Return the largest difference, relative to the largest number."""
    with np.errstate(all="ignore"):  # of what was left in `out`, anything may be infinite
        return np.nan_to_num(np.abs(found - right).max() / np.abs(right).max(), nan=np.inf)


def stopped(name, attempt, error, problem):
    """Report on an attempt that stops with an error, or is not written."""
    if isinstance(error, NotImplementedError):
        return not_written(name, SIGNATURE)
    h = problem.arguments[0]
    where = own_line(error, attempt)
    colon = isinstance(error, IndexError) and not h.ndim
    return Report(
        False,
        f"{name} stops with {type(error).__name__}: {first_line(error)[:200]}",
        f"This happened {where}." if where else "",
        f"It was called with three arrays of shape {h.shape}, {h.dtype}; any shape may come."
        + " `out[...] = ...` writes into each, `out[:] = ...` needs an axis." * colon,
    )


def imprecise(name, worst):
    """Report on numbers that are right to a few digits."""
    digits = -np.log10(worst)
    single = 6 < digits < 8.5
    return Report(
        False,
        f"{name}: the numbers are right to some {digits:.0f} digits only, where all three arrays "
        "are float64, which has 16.",
        "That is as many as float32 has: is something computed in float32 on the way, by "
        "dtype=np.float32 or astype?"
        if single
        else "Is something rounded on the way, or is a small number added?",
    )


def untouched(chosen):
    """Say whether all is as it was, of pairs of out and problem."""
    return all(np.array_equal(f, p.arguments[2]) for f, p in chosen)


def left_behind(chosen, large, right, arrays):
    """Return what the numbers in `out` are, if that is known, from pairs of out and problem."""
    if untouched(chosen):
        returned = large.results["returned"]
        return [RETURNED if returned is not None and equal(returned, right) else AS_IT_WAS]
    besides = [ANOTHER] * (arrays > 0.5)
    for words, made in LEFT.items():
        if all(equal(f, made(*p.arguments)) for f, p in chosen):
            return [words, *besides]
    wrong, problem = chosen[0]
    h, dh, _ = problem.arguments
    place = np.unravel_index(np.abs(wrong - rightly(problem)).argmax(), h.shape)
    return [
        f"For example: for h = {h[place]:.4g} and dh = {dh[place]:.4g} there is "
        f"{wrong[place]:.4g}; right is {rightly(problem)[place]:.4g}.",
        *besides,
    ]
