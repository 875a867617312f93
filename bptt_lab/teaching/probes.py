"""Further calls of an attempt: a worked number, the points at which f is called, proportion.

Each probe returns a sentence, or nothing: what stops with an error here has been told already.
"""

import re
import warnings

import numpy as np

from .attempts import called, problems_of
from .comparing import equal, numbers_of
from .exercises import EXERCISES, names_of
from .limits import given_up
from .problems import Problem
from .worked import WORKED, array

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


# More problems of one kind

DRAWS = range(1, 5)  # further seeds


def right_again(name, function, when):
    """Say whether a function is right on more problems of one kind, ordinary ones if it is "".

    Among them are the worked ones that are of that kind, by their sizes.
    """
    exercise, given = EXERCISES[name], []
    for seed in DRAWS:
        drawn = exercise.problems(np.random.default_rng(seed))
        given += [p.arguments for p in drawn if p.when == when]
    size = re.fullmatch(r"when ([A-Z]) = (\d+)", when)
    for worked in WORKED[name] if size else ():
        if sizes_of(exercise, worked.arguments).get(size[1]) == int(size[2]):
            given.append(worked.arguments)
    theirs = called_on(name, function, given)
    right = called_on(name, exercise.right, given)
    return all(
        found and all(k in found and equal(found[k], good[k]) for k in good)
        for found, good in zip(theirs, right)
    )


def sizes_of(exercise, arguments):
    """Return the sizes of arguments by letter."""
    sizes = {}
    for name, value in zip(names_of(exercise), arguments):
        letters = exercise.letters.get(name, "")
        if isinstance(value, np.ndarray) and len(letters) == value.ndim:
            sizes |= dict(zip(letters, value.shape))
    return sizes | ({"T": sizes["S"] - 1} if "S" in sizes else {})


# A worked number

DIGITS = range(4, 13)  # as few of them as show a difference


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
            both = ((written(value, digits), written(good[k], digits)) for digits in DIGITS)
            found, expected = next((pair for pair in both if pair[0] != pair[1]), ("", ""))
            if found:
                return (
                    f"For example: for {worked.words} it returns {what}{found}; "
                    f"right is {expected}."
                )
    return ""


def written(value, digits):
    """Return a few numbers as in Python, rounded."""
    value = np.asarray(value)
    if not value.ndim:
        return f"{value[()]:.{digits}g}"
    if value.size == 1:
        return f"{value.ravel()[0]:.{digits}g}"
    return f"[{', '.join(written(v, digits) for v in value)}]"


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


# Arguments that nothing depends on


def not_used(name, function):
    """Return a sentence if no result depends on an argument that it should depend on.

    It is tried on all ordinary problems: on one alone, another number may be right by chance.
    """
    exercise = EXERCISES[name]
    usual = [p.arguments for p in problems_of(name) if not p.when]
    for i, argument in enumerate(names_of(exercise)):
        if not isinstance(usual[0][i], (float, np.ndarray)):
            continue
        changes = (1.0, 0.0), (0.5, 0.125), (0.0, 0.0)  # times, plus
        calls = [
            (*given[:i], c * given[i] + plus if c != 1 else given[i], *given[i + 1 :])
            for given in usual
            for c, plus in changes
        ]
        theirs, right = (called_on(name, f, calls) for f in (function, exercise.right))
        if None in theirs or None in right:
            continue
        if not any(depends(theirs[k : k + 3]) for k in range(0, len(calls), 3)) and any(
            depends(right[k : k + 3]) for k in range(0, len(calls), 3)
        ):
            whose = "the numbers in " * isinstance(usual[0][i], np.ndarray) + argument
            return f"It does not depend on {whose}: is something else used in its place?"
    return ""


def depends(results):
    """Say whether some of these results differ from the first."""
    return not all(equal(results[0][k], other[k]) for other in results[1:] for k in results[0])


# A loss of which the next cells take the complex step


def no_complex_step(name, function):
    """Return a sentence if a loss loses the imaginary part that the complex step looks at."""
    if name != "gaussian_nll":
        return ""
    (outputs, Y), *_ = (p.arguments for p in EXERCISES[name].problems(np.random.default_rng(0)))
    calls = [(outputs + 0.5j * outputs[::-1], Y)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's own remark on a part that is lost
        found, good = (called_on(name, f, calls)[0] for f in (function, EXERCISES[name].right))
    loss = numbers_of((found or {}).get("loss"))
    if loss is not None and loss.dtype.kind == "c" and equal(loss, good["loss"]):
        return ""
    return (
        "the loss is not right for complex outputs, with which the complex step of the next cells "
        "calls it: float, abs, .real and arrays of floats lose the imaginary part"
    )


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
