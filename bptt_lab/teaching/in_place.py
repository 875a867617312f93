"""The judge of `slope_into`, notebook 11: right numbers, in the array that is given, and no other.

NumPy tells tracemalloc of each array that it makes, so that one that was made on the way shows.
"""

import tracemalloc

import numpy as np

from .answers import slope_into
from .attempts import run
from .comparing import equal
from .exercises import Exercise
from .problems import Problem
from .reports import Report

SIGNATURE = "slope_into(h, dh, out)"
EXERCISE = Exercise(
    SIGNATURE, slope_into, None, {"out": "NH", "peak": ""}, "h, dh and out, (N, H) each"
)
SIZES = ((3, 4), (5, 2), (200, 400))  # the last is looked at for arrays that are made

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
    "out is as it was. `out = ...` gives the name to a new array, and the caller's stays as it is; "
    "`np.multiply(h, h, out=out)` or `out *= dh` write into it."
)


def drawn():
    """Return the problems; what stands in `out` before does not matter."""
    rng = np.random.default_rng(0)
    return [
        Problem((np.tanh(rng.normal(size=s)), *rng.normal(size=(2, *s))), dict(zip("NH", s)))
        for s in SIZES
    ]


def watched(attempt):
    """Return a function that calls an attempt, and returns what is in `out` and what was made."""

    def call(h, dh, out):
        given = out.copy()
        traced = tracemalloc.is_tracing()
        if not traced:
            tracemalloc.start()
        try:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            attempt(h, dh, out)
            peak = tracemalloc.get_traced_memory()[1] - before
        finally:
            if not traced:
                tracemalloc.stop()
        return {"out": out, "peak": peak, "given": given}

    return call


def judge(name, attempt, seconds):
    """Report whether the numbers are right, and how many arrays were made on the way."""
    problems = drawn()
    outcomes, _, late = run(watched(attempt), problems, EXERCISE, seconds)
    if late:
        return Report(False, f"{name} takes too long: three lines without a loop are enough.")
    for outcome in outcomes:
        if (error := outcome.error) is not None:
            return Report(
                False,
                f"{name} stops with {type(error).__name__}: {str(error)[:200]}.",
                "It is called with three arrays of one shape, and writes into the last of them.",
            )
    spoilt = sorted({k for outcome in outcomes for k in outcome.wrote} - {"out"})
    if spoilt:
        both = " and ".join(spoilt)
        return Report(
            False,
            f"{name} writes into {both} as well; only out is to change.",
            "On the way back, h is still needed for dW_hh, and dh by who called.",
        )
    shape = np.shape(problems[0].arguments[2])
    found = [o.results["out"] for o in outcomes]
    right = [p.arguments[1] * (1 - p.arguments[0] ** 2) for p in problems]
    if not all(map(equal, found, right)):
        said = f"{name} is not right yet: out, of shape {shape}, has not what it should have."
        return Report(False, said, left_behind(found, problems))
    arrays = outcomes[-1].results["peak"] / right[-1].nbytes
    if arrays > 0.5:
        count = f"{arrays:.0f} arrays" if arrays > 1.5 else "one array"
        return Report(
            False,
            f"{name}: the numbers are right, but {count} of the size of out existed on the way.",
            "Each +, -, * and ** makes a new one. `np.subtract(1, out, out=out)` makes none.",
        )
    return Report(True, f"{name}: right, and no array was made on the way.")


def left_behind(found, problems):
    """Return what the numbers in `out` are, if that is known."""
    if all(np.array_equal(f, p.arguments[2]) for f, p in zip(found, problems)):
        return AS_IT_WAS
    for words, made in LEFT.items():
        if all(equal(f, made(*p.arguments)) for f, p in zip(found, problems)):
            return words
    (h, dh, _), wrong = problems[0].arguments, found[0]
    return (
        f"For example: for h = {h[0, 0]:.4g} and dh = {dh[0, 0]:.4g} there is {wrong[0, 0]:.4g}; "
        f"right is {dh[0, 0] * (1 - h[0, 0] ** 2):.4g}."
    )
