"""Two mistakes at once in a backward pass: both are named if together they explain everything."""

import functools
import itertools

import numpy as np

from .attempts import Outcome, called, mistakes_of, problems_of, rights_of
from .comparing import equal, like, numbers_of
from .exercises import EXERCISES
from .mistakes import from_parts
from .mistakes.parts import joined

SUMS = {"collect", "read_out"}  # parts that do not change what other results are made of


def two_mistakes(name, outcomes):
    """Return two mistakes that together do the same on every ordinary problem, or nothing."""
    problems = problems_of(name)
    places = [p for p, problem in enumerate(problems) if not problem.when]
    shown = outcomes[places[0]].results or {}
    values = {k: numbers_of(v) for k, v in shown.items()}
    right = rights_of(name)[places[0]].results
    if name not in ("backward", "error_signals") or set(values) != set(right):
        return []
    if any(v is None for v in values.values()):
        return []
    wrong = {k for k, v in values.items() if not equal(v, right[k])}
    candidates = [each for each in joinable(name) if each[1] <= wrong]
    for a, b in itertools.islice(could_be(candidates, values, wrong, name), MOST):
        for first, second in ((a, b), (b, a)):
            both = from_parts(**joined(parts_of(first, name), parts_of(second, name)))
            if same_everywhere(both.get(name), name, outcomes, places):
                return [a[0], b[0]]
            if not parts_of(a, name).keys() & parts_of(b, name).keys():
                break  # no order
    return []


def parts_of(candidate, name):
    return candidate[0].wrong[name].parts


@functools.cache
def joinable(name):
    """Return mistakes that are made of parts, what each spoils of the first problem, and makes."""
    right, found = rights_of(name)[0].results, []
    for mistake, theirs in mistakes_of(name):
        made = theirs[0].results
        if hasattr(mistake.wrong[name], "parts") and made:
            found.append((mistake, {k for k in made if not equal(made[k], right[k])}, made))
    return found


def could_be(candidates, values, wrong, name):
    """Yield pairs of candidates that may explain the wrong results of the first problem."""
    agree = {
        id(each[2]): {k for k in values if equal(values[k], each[2][k])} for each in candidates
    }
    for i, a in enumerate(candidates):
        for b in candidates[:i]:
            if a[1] | b[1] != wrong:
                continue
            names = [set(parts_of(each, name)) for each in (a, b)]
            # What the sums of one do not touch is as the other makes it.
            if names[1] <= SUMS and not values.keys() - b[1] <= agree[id(a[2])]:
                continue
            if names[0] <= SUMS and not values.keys() - a[1] <= agree[id(b[2])]:
                continue
            yield a, b


MOST = 1000  # pairs that are tried: a number, so that each call ends at the same one


def same_everywhere(function, name, outcomes, places):
    """Say whether a function does the same as an attempt on the problems of these places."""
    if function is None:
        return False
    with np.errstate(all="ignore"):
        first = function(*problems_of(name)[places[0]].arguments)  # it writes to none of them
        first = first if isinstance(first, dict) else {"the result": first}
        return like(outcomes[places[0]], Outcome(first)) and all(
            like(outcomes[p], called(function, problems_of(name)[p], EXERCISES[name]))
            for p in places
        )
