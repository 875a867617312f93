"""Run a learner's function on the problems, and the right one and the known mistakes, too."""

import contextlib
import copy
import ctypes
import functools
import io
import threading
import warnings
from typing import NamedTuple

import numpy as np

from .comparing import numbers_of, same
from .exercises import EXERCISES, names_of
from .mistakes import CATALOGUE
from .wording import described

SECONDS = 10.0  # that a check may take


class TooSlow(BaseException):
    """Raised inside an attempt that is given up; `except Exception` lets it pass."""


class Outcome(NamedTuple):
    """What a function did on one problem."""

    results: dict | None  # by name
    error: BaseException | None = None
    wrote: tuple = ()  # names of the arguments that it wrote to
    kind: str = ""  # what is odd about the results as a whole, in words for the learner


# One call


def called(function, problem, exercise):
    """Call the function on copies of the arguments, and return its Outcome."""
    arguments = copy.deepcopy(problem.arguments)
    try:
        result = function(*arguments)
    except TooSlow:
        raise
    except BaseException as error:  # SystemExit, too: it must not end the lab
        return Outcome(None, error)
    try:
        return looked_at(result, arguments, problem, exercise)
    except Exception as error:  # of a learner's own class, which anything may be wrong with
        unread = f"It returns {described(result)}, which cannot be read ({type(error).__name__})."
        return Outcome(None, kind=unread)


def looked_at(result, arguments, problem, exercise):
    """Return the Outcome of a call that returned `result` and left the `arguments` as they are."""
    names, changes = names_of(exercise), exercise.changes
    before, after = dict(zip(names, problem.arguments)), dict(zip(names, arguments))
    changed = [name for name in after if not same(before[name], after[name])]
    wrote = tuple(name for name in changed if name not in changes)
    if changes:
        kind = "" if set(changed) & set(changes) else unchanged(result, changes)
        left = {f"{name}['{k}']": v for name in changes for k, v in after[name].items()}
        return Outcome(
            {k: array_of(left[k]) for k in exercise.shapes if k in left}, None, wrote, kind
        )
    if result is None or result is Ellipsis or result is NotImplemented:
        return Outcome(None, None, wrote, "nothing")
    results, kind = by_name(result, exercise.shapes)
    return Outcome(results and {k: kept(v) for k, v in results.items()}, None, wrote, kind)


def unchanged(result, changes):
    """Return what to say of a function that should change its arguments and did not."""
    both = " and ".join(changes)
    if result is not None:
        return f"It returns {described(result)}; it should change {both} and return nothing."
    return (
        f"{both} are as they were before the call: the new values have to be stored in them, "
        "under the same names."
    )


def by_name(result, shapes):
    """Return the results as a dict, and what is odd about them as a whole."""
    if list(shapes) == ["the result"]:
        return {"the result": result}, ""
    if "loss" in shapes:
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            return None, f"It returns {described(result)}: expected two things, loss and d_logits."
        return dict(zip(shapes, result)), ""
    if not isinstance(result, dict):
        expected = f"expected a dict with the names {', '.join(shapes)}"
        return None, f"It returns {described(result)}: {expected}."
    lacks, has = ", ".join(k for k in shapes if k not in result), ", ".join(map(str, result))
    kind = f"The dict lacks {lacks}; it has {has}." if lacks else ""
    return {k: result[k] for k in shapes if k in result}, kind


def kept(value):
    """Return a copy, since the attempt may write to its results later; or what has no copies."""
    try:
        return copy.deepcopy(value)
    except Exception:  # a generator, a lock, a module: no numbers in any case
        return value


def array_of(value):
    """Return a copy as an array; or the value as it is, if it holds no numbers."""
    return value if numbers_of(value) is None else np.array(value)


# All problems


def run(function, problems, exercise, seconds=None):
    """Return Outcomes, whether the function printed, and whether it took longer than allowed.

    There are fewer Outcomes than problems if it is given up, or has nothing to show. It runs in a
    thread of its own, so that one that never ends can be given up.
    """
    outcomes, printed = [], io.StringIO()

    def work():
        with contextlib.suppress(TooSlow), np.errstate(all="ignore"):
            for problem in problems:
                last = called(function, problem, exercise)
                outcomes.append(last)
                if isinstance(last.error, NotImplementedError) or last.kind == "nothing":
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
            thread.join(seconds)
        finally:  # also when the stop button is pressed meanwhile
            slow = thread.is_alive()
            if slow:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread.ident), ctypes.py_object(TooSlow)
                )
                thread.join(1)
    return outcomes, bool(printed.getvalue()), slow


def tried(name, attempt):
    """Return what `run` does of a learner's function, which is given up after `SECONDS`."""
    return run(attempt, problems_of(name), EXERCISES[name], SECONDS)


# What is the same at every check of an exercise is found out at the first


@functools.cache
def problems_of(name):
    """Return the problems of an exercise; they are the same at every check."""
    return EXERCISES[name].problems(np.random.default_rng(0))


@functools.cache
def rights_of(name):
    """Return the Outcomes of the right function."""
    return run(EXERCISES[name].right, problems_of(name), EXERCISES[name])[0]


@functools.cache
def mistakes_of(name):
    """Return the mistakes that can be made in an exercise, each with its Outcomes."""
    return [
        (mistake, run(mistake.function(name), problems_of(name), EXERCISES[name])[0])
        for mistake in CATALOGUE
        if name in mistake.wrong
    ]
