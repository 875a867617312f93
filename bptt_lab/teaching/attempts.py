"""Run a learner's function on the problems, and the right one and the known mistakes, too."""

import copy
import functools
import itertools
import warnings
from typing import NamedTuple

import numpy as np

from .comparing import same
from .exercises import EXERCISES, letters_of, names_of
from .limits import TooSlow, given_up, swallowed
from .mistakes import CATALOGUE
from .wording import described, misfit

SECONDS = 10.0  # that a check may take
PAIRS = (("loss", "d_logits"), ("loss", "d_outputs"), ("h", "c"))  # what is returned as a pair


class Outcome(NamedTuple):
    """What a function did on one problem."""

    results: dict | None  # by name
    error: BaseException | None = None
    wrote: tuple = ()  # names of the arguments that it wrote to
    kind: str = ""  # what is odd about the results as a whole, in words for the learner
    besides: str = ""  # what is wrong even if the numbers are right, in words, too
    held: tuple = ()  # what it returned itself, not a copy, until the next call was seen
    aside: str = ""  # what to say of an answer that is accepted
    shared: tuple = ()  # names of results that lie in the memory of another


# One call


def called(function, problem, exercise):
    """Call the function on copies of the arguments, and return its Outcome."""
    arguments = copy.deepcopy(problem.arguments)
    try:
        for _ in range(problem.calls):
            result = function(*arguments)
    except TooSlow:
        raise
    except BaseException as error:  # SystemExit, too: it must not end the lab
        return Outcome(None, error)
    try:
        return looked_at(result, arguments, problem, exercise)
    except TooSlow:
        raise
    except BaseException as error:  # of a learner's own class, which anything may be wrong with
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
        results, odd = by_array({k: after[k] for k in changes}, before, problem)
        besides = narrower({k: after[k] for k in changes}, before)
        held = holders([after[k] for k in changes])[len(changes) :]  # the dicts are the caller's
        return Outcome(results, None, wrote, kind or odd, besides, held, returned(result, changes))
    if result is None or result is Ellipsis or result is NotImplemented:
        return Outcome(None, None, wrote, "nothing")
    if list(exercise.shapes.values()) == ["e"]:
        results, kind = by_array({"the result": result}, {"the result": arguments[0]}, problem)
    else:
        results, kind = by_name(result, exercise.shapes)
    copies = results and {k: kept(v) for k, v in results.items()}
    besides = too_many(result, exercise.shapes) if exercise.only else ""
    shared = in_one_place(results or {})
    return Outcome(copies, None, wrote, kind, besides, holders([result]), "", shared)


def too_many(result, shapes):
    """Return what to say of a dict with more names than expected, or nothing."""
    if not isinstance(result, dict) or not set(shapes) < set(result):
        return ""
    more, expected = ", ".join(str(k) for k in result if k not in shapes), ", ".join(shapes)
    return f"the dict has {more} besides; expected are {expected} alone"


def in_one_place(results):
    """Return the names of arrays that overlap with another in memory."""
    arrays = {k: v for k, v in results.items() if isinstance(v, np.ndarray)}
    pairs = itertools.combinations(arrays, 2)
    return tuple({k for pair in pairs if overlap(*(arrays[k] for k in pair)) for k in pair})


def overlap(a, b):
    """Say whether two arrays share entries; where that is hard to find out, they do not."""
    try:
        return np.shares_memory(a, b, max_work=10_000)
    except (ValueError, np.exceptions.TooHardError):
        return False


def returned(result, changes):
    """Return what to say of a function that should return nothing and does, or nothing."""
    if result is None:
        return ""
    both = " and ".join(changes)
    return (
        f"(It returns {described(result)} as well. Nothing is to be returned: what it stores in "
        f"{both} is enough.)"
    )


def narrower(dicts, before):
    """Return what to say if an array has fewer digits than the one it replaces, or nothing."""
    for name, given in dicts.items():
        for k, array in before[name].items():
            now = getattr(given.get(k), "dtype", array.dtype)
            if now.kind == "f" and now.itemsize < array.dtype.itemsize:
                return f"{name}[{k!r}] is now {now}, and was {array.dtype}: the type must be kept"
    return ""


def holders(values):
    """Return the arrays and dicts among some values, and those in them."""
    found = []
    for value in values:
        if isinstance(value, (np.ndarray, dict)):
            found.append(value)
        if isinstance(value, (dict, list, tuple)):
            inner = value.values() if isinstance(value, dict) else value
            found += [a for a in inner if isinstance(a, np.ndarray)]
    return tuple(found)


def overwrites(now, earlier):
    """Return what to say if a result is stored where that of the call before was, or nothing."""
    for a in now:
        for b in earlier:
            if a is b if isinstance(a, dict) else isinstance(b, np.ndarray) and memory(a, b):
                what = "dict" if isinstance(a, dict) else "array"
                return (
                    f"it returns the same {what} at each call: the second call overwrites the "
                    "first result"
                )
    return ""


def memory(a, b):
    """Say whether two arrays share memory that can be written to."""
    return (a.flags.writeable or b.flags.writeable) and np.may_share_memory(a, b)


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
    if tuple(shapes) in PAIRS:
        pair = isinstance(result, np.ndarray) and result.ndim > 1
        if not (pair or isinstance(result, (tuple, list))) or len(result) != 2:
            both = " and ".join(shapes)
            return None, f"It returns {described(result)}: expected two things, {both}."
        return dict(zip(shapes, result)), ""
    if not isinstance(result, dict):
        expected = f"expected a dict with the names {', '.join(shapes)}"
        return None, f"It returns {described(result)}: {expected}."
    lacks = ", ".join(k for k in shapes if k not in result)
    has = ", ".join(map(str, result)) or "none"
    kind = f"The dict lacks {lacks}; it has {has}." if lacks else ""
    return {k: result[k] for k in shapes if k in result}, kind


def by_array(dicts, like, problem):
    """Return the arrays of each dict end to end, and what is odd about one of them.

    They should have the names and shapes of the arrays in `like`.
    """
    vectors = {}
    for name, given in dicts.items():
        wanted, whose = like[name], "The dict" if name == "the result" else name
        if not isinstance(given, dict):
            expected = f"expected a dict with the names {', '.join(wanted)}"
            return None, f"It returns {described(given)}: {expected}."
        if lacks := ", ".join(k for k in wanted if k not in given):
            has = ", ".join(map(str, given)) or "none"
            return None, f"{whose} lacks {lacks}; it has {has}. (Names differ from call to call.)"
        if more := ", ".join(str(k) for k in given if k not in wanted):
            return None, f"{whose} has {more} besides; expected are {', '.join(wanted)} alone."
        for k, array in wanted.items():
            if odd := misfit(given[k], array, "x", problem):
                return None, f"{'result' if name == 'the result' else name}[{k!r}] {odd}."
        vectors[name] = np.concatenate([np.ravel(given[k]) for k in wanted])
    return vectors, ""


def kept(value):
    """Return a copy, since the attempt may write to its results later; or what has no copies."""
    try:
        return copy.deepcopy(value)
    except Exception:  # a generator, a lock, a module: no numbers in any case
        return value


# All problems


def run(function, problems, exercise, seconds=None):
    """Return Outcomes, whether the function printed, and what it was given up for, if it was.

    There are fewer Outcomes than problems if it is given up, or has nothing to show.
    """
    outcomes, held = [], []

    def work():
        with np.errstate(all="ignore"):
            for problem in problems:
                last = called(function, problem, exercise)
                held.append(last.held)  # as long as it is held, its memory is not used again
                besides = last.besides or overwrites(*held[:-3:-1]) if held[1:] else last.besides
                outcomes.append(last._replace(besides=besides, held=()))
                del held[:-1]
                if isinstance(last.error, NotImplementedError) or last.kind == "nothing":
                    break

    with swallowed() as output, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        late = given_up(work, seconds)
    return outcomes, output.used, late


def tried(name, attempt, seconds=SECONDS):
    """Return what `run` does of a learner's function, which is given up after some seconds."""
    return run(attempt, problems_of(name), EXERCISES[name], seconds)


# What is the same at every check of an exercise is found out at the first


@functools.cache
def problems_of(name):
    """Return the problems of an exercise; they are the same at every check."""
    exercise = EXERCISES[name]
    return [
        problem._replace(sizes=letters_of(exercise, problem.sizes))
        for problem in exercise.problems(np.random.default_rng(0))
    ]


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
