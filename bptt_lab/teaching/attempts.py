"""Run a learner's function on the problems, and compare what it did with what is right and with known mistakes."""

import contextlib
import copy
import ctypes
import io
import threading
import warnings
from typing import NamedTuple

import numpy as np

from .exercises import EXERCISES, names_of
from .mistakes import CATALOGUE

SECONDS = 10.0  # that a check may take


class TooSlow(BaseException):
    """Raised inside an attempt that is given up; no Exception, so that `except Exception` lets it pass."""


class Outcome(NamedTuple):
    """What a function did on one problem: its results by name, or an error; the names of arguments it wrote to."""

    results: dict | None
    error: BaseException | None = None
    wrote: tuple = ()
    kind: str = ""  # what is odd about the result as a whole, in words for the learner


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
        return (
            None,
            f"It returns {described(result)}: expected a dict with the names {', '.join(shapes)}.",
        )
    missing = [name for name in shapes if name not in result]
    return (
        {k: result[k] for k in shapes if k in result},
        f"The dict lacks {', '.join(missing)}; it has {', '.join(map(str, result))}."
        if missing
        else "",
    )


def described(value):
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return (
        "a tuple of " + str(len(value)) if isinstance(value, tuple) else f"a {type(value).__name__}"
    )


def called(function, problem, exercise):
    """Call the function on copies of the arguments, and return its Outcome."""
    arguments = copy.deepcopy(problem.arguments)
    try:
        result = function(*arguments)
    except TooSlow:
        raise
    except BaseException as error:  # SystemExit, too: it must not end the lab
        return Outcome(None, error)
    changes, names = exercise.changes, names_of(exercise)
    wrote = tuple(
        name
        for name, before, after in zip(names, problem.arguments, arguments)
        if name not in changes and not same(before, after)
    )
    if changes:
        changed = {
            f"{name}['{k}']": value
            for name, argument in zip(names, arguments)
            if name in changes
            for k, value in argument.items()
        }
        said = f"{' and '.join(changes)} are as they were before the call: the new values have to be stored in them, under the same names."
        if result is not None:
            said = f"It returns {described(result)}; it should change {' and '.join(changes)} and return nothing."
        kind = (
            said
            if all(
                same(a, b)
                for name, a, b in zip(names, arguments, problem.arguments)
                if name in changes
            )
            else ""
        )
        return Outcome(
            {k: np.copy(v) for k, v in changed.items() if k in exercise.shapes}, None, wrote, kind
        )
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
                if (
                    isinstance(outcomes[-1].error, NotImplementedError)
                    or outcomes[-1].kind == "nothing"
                ):
                    break

    thread = threading.Thread(target=work, daemon=True)
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            thread.start()
        except RuntimeError:  # in the browser, Python has no threads, and so no time limit
            work()
            return outcomes, bool(printed.getvalue()), False
        try:
            thread.join(SECONDS)
        finally:  # also when the stop button is pressed meanwhile
            slow = thread.is_alive()
            if slow:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread.ident), ctypes.py_object(TooSlow)
                )
                thread.join(1)
    return outcomes, bool(printed.getvalue()), slow


def numbers_of(value):
    """Return a result as an array of numbers, or None if it holds anything else."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
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
        k in outcome.results and equal(outcome.results[k], right.results[k])
        for k in names or right.results
    )


def like(outcome, other, names=None):
    """Say whether two functions, one of them wrong, did the same on a problem."""
    if other.error is not None or outcome.error is not None:
        return other.error is not None and outcome.error is not None
    if outcome.results is None or other.results is None:
        return False
    return all(
        k in outcome.results and k in other.results and equal(outcome.results[k], other.results[k])
        for k in names or other.results
    )


def recognised(name, problems, outcomes, rights):
    """Return the mistakes that explain the attempt, each with the results that it explains, and the results left unexplained.

    One mistake that does the same on every problem explains all (an empty list of results), or that does so on every ordinary
    problem (None). Otherwise several may each explain a part: a mistake counts if none of the results that it would spoil is right.
    """

    def wrong_in(outs):
        return [
            k
            for k in EXERCISES[name].shapes
            if not all(agrees(o, r, p, [k]) for o, r, p in zip(outs, rights, problems))
        ]

    candidates = [
        (mistake, run(mistake.function(name), problems, EXERCISES[name])[0])
        for mistake in CATALOGUE
        if name in mistake.wrong
    ]
    for mistake, theirs in candidates:
        if all(map(like, outcomes, theirs)):
            return [(mistake, [])], []
    usual = [k for k, problem in enumerate(problems) if not problem.when]
    for mistake, theirs in candidates:
        if all(like(outcomes[k], theirs[k]) for k in usual) and not all(
            agrees(theirs[k], rights[k], problems[k]) for k in usual
        ):
            return [(mistake, None)], []

    def shows(theirs, k):
        """Say whether a mistake has a wrong and finite result k somewhere: two NaN are equal for many reasons."""
        return any(
            t.results and np.isfinite(numbers_of(t.results[k])).all() and not agrees(t, r, p, [k])
            for t, r, p in zip(theirs, rights, problems)
        )

    explained, wrong = {}, wrong_in(outcomes)
    candidates = [
        (mistake, theirs, spoilt)
        for mistake, theirs in candidates
        if set(spoilt := wrong_in(theirs)) <= set(wrong)
    ]
    for k in wrong if len(EXERCISES[name].shapes) > 1 else ():
        for mistake, theirs, spoilt in candidates:
            if (
                k in spoilt
                and shows(theirs, k)
                and all(like(o, t, [k]) for o, t in zip(outcomes, theirs))
            ):
                explained.setdefault(mistake.name, (mistake, []))[1].append(k)
                break
    return list(explained.values()), [
        k for k in wrong if not any(k in ks for _, ks in explained.values())
    ]


def factor(a, b):
    """Return the number c for which a = c b, or None."""
    a, b = np.asarray(a, float).ravel(), np.asarray(b, float).ravel()
    if not b.any():
        return None
    c = (a @ b) / (b @ b)
    return c if np.abs(a - c * b).max() <= 1e-6 * max(np.abs(a).max(), np.abs(b).max()) else None
