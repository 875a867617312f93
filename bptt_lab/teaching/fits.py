"""Fits: a wrong result is the right one after one or two changes, of arguments or of the result.

What is found is said as what it is: the same result comes out if this is changed. Two changes may
be a known mistake and one more.
"""

import functools

import numpy as np

from .attempts import Outcome, called, mistakes_of, problems_of, rights_of
from .changes import argument_changes, result_changes
from .comparing import agrees, equal, factor, how_far, numbers_of
from .exercises import EXERCISES, names_of
from .wording import factor_in_words, letters_for

MOST = 4000  # pairs that are tried: a number, so that each call ends at the same one
# Where too little comes out, so that too much agrees with it; or where others know better
NO_PAIRS = ("time_major", "one_hot", "tanh_slope", "clip", "momentum_step")
NO_PAIRS += ("error_signals", "backward", "backward_truncated", "join", "masked")
NO_PAIRS += ("signals_every_step",)
TAKEN_APART = ("multiplications", "subnormals")  # by what `shares` has for counts, and more truly


def fitted(name, outcomes, k, deep=True):
    """Return a sentence on which change explains the result k on all ordinary problems, or "".

    Where the ordinary problems are all right, or show no result, there is nothing to say.
    """
    places = usual_places(name)
    if name in TAKEN_APART:
        return ""
    if right_on_all(name, outcomes, places):
        return of_an_argument(name, outcomes, k, every_place(name))
    values = [result_of(outcomes[p], k) for p in places]
    rights = [result_of(rights_of(name)[p], k) for p in places]
    if any(v is None for v in values) or all(map(equal, values, rights)):
        return ""
    letters = EXERCISES[name].shapes[k]
    if not any(v.any() for v in values) or len({v.tobytes() for v in values}) < len(values):
        return ""  # zeros, or the same for all, can come about in too many ways
    if any(v.shape != r.shape for v, r in zip(values, rights)):
        return of_another_shape(values, rights)
    return (
        of_the_result(values, rights, letters)
        or (of_some_steps(places, values, k) if name == "backward" else "")
        or of_an_argument(name, outcomes, k, places)
        or of_one_mistake(name, values, rights, k)
        or (two_at_once(name, values, rights, k) if deep else "")
    )


def usual_places(name):
    """Return the places of the ordinary problems, each once."""
    return [p for p in every_place(name) if not problems_of(name)[p].when]


def every_place(name):
    """Return the places of the problems that should give a result."""
    return [p for p, problem in enumerate(problems_of(name)) if not problem.raises]


def right_on_all(name, outcomes, places):
    """Say whether an attempt is right on all problems of these places."""
    return all(agrees(outcomes[p], rights_of(name)[p], problems_of(name)[p]) for p in places)


def result_of(outcome, k):
    """Return a result as an array of real numbers, or None."""
    value = numbers_of((outcome.results or {}).get(k)) if outcome is not None else None
    return None if value is None or value.dtype.kind == "c" else value.astype(float)


# What was done to the right result


def of_the_result(values, rights, letters):
    """Return a sentence if the values are the right ones after one change."""
    if not values[0].ndim and len(values) < 3:
        return ""
    words = changed_result(values, rights, letters)
    return f"is {words}" if words else ""


def changed_result(values, rights, letters):
    """Return in words the change of some results that leads to all values, or nothing."""
    letters = letters_for(letters, rights[0])
    with np.errstate(all="ignore"):
        plain = same_factor(values, rights)
        for words, first in result_changes(rights[0], letters):
            c = factor(values[0], first)
            if c is None or abs(c) < 1e-9 or not (abs(c - 1) < 2e-6 or values[0].ndim):
                continue  # most changes are ruled out by the first problem
            changed = [dict(result_changes(r, letters)).get(words) for r in rights]
            if matches(values, changed):
                return words
            c = None if plain or "sum" in words else same_factor(values, changed)
            if c:
                return f"{c:.3g} times {words}"
        for c in (np.abs(v).max(initial=0) for v in values):
            if c and all(equal(w, np.clip(q, -c, c)) for w, q in zip(values, rights)):
                return f"the right one cut to between -{c:.3g} and {c:.3g}"
    return ""


def same_factor(values, bases):
    """Return the number by which all values are a multiple of these, or None."""
    if not values[0].ndim or any(b is None for b in bases):
        return None
    factors = [factor(v, b) for v, b in zip(values, bases)]
    if None in factors or np.ptp(factors) > 1e-6 * abs(factors[0]):
        return None
    return factors[0]


def of_another_shape(values, rights):
    """Return a sentence if the values hold the right numbers in another shape."""
    for words, same in OTHER_SHAPES.items():
        if all(same(v, r) for v, r in zip(values, rights)):
            return f"holds {words}"
    for words, place in (("behind one entry too many", 0), ("with one entry too many behind", -1)):
        for axis in range(rights[0].ndim):
            if all(
                v.ndim == r.ndim and v.shape[axis] and equal(np.delete(v, place, axis), r)
                for v, r in zip(values, rights)
            ):
                return f"holds the right numbers {words} along axis {axis}"
    for words, of in FEWER.items():
        for axis in range(rights[0].ndim):
            if all(r.ndim > axis and equal(v, of(r, axis)) for v, r in zip(values, rights)):
                return f"holds {words} axis {axis}"
    return ""


def orders(r):
    return (np.transpose(r, order) for order in np.ndindex(*[r.ndim] * r.ndim) if is_order(order))


def is_order(order):
    return len(set(order)) == len(order)


OTHER_SHAPES = {
    "the right numbers, with the axes in another order": lambda v, r: (
        v.ndim == r.ndim and any(equal(v, t) for t in orders(r))
    ),
    "the right numbers, cut up into other axes": lambda v, r: (
        v.size == r.size and equal(v.ravel(), r.ravel())
    ),
    "the right numbers in another order": lambda v, r: (
        v.size == r.size and equal(np.sort(v, axis=None), np.sort(r, axis=None))
    ),
}
FEWER = {
    "the right numbers summed over": lambda r, axis: r.sum(axis),
    "the right numbers averaged over": lambda r, axis: r.mean(axis),
    "the right numbers but for the first entry along": lambda r, axis: np.delete(r, 0, axis),
    "the right numbers but for the last entry along": lambda r, axis: np.delete(r, -1, axis),
    "of the right numbers only the first entry along": lambda r, axis: np.take(r, 0, axis),
    "of the right numbers only the last entry along": lambda r, axis: np.take(r, -1, axis),
}


# Which steps were summed over


def of_some_steps(places, values, k):
    """Return a sentence if only some of the steps are in a sum over time."""
    if k not in ("W_in", "W_hh", "b_h"):
        return ""
    shares = []
    for p in places:
        params, X, h, d_logits = problems_of("backward")[p].arguments
        dz = EXERCISES["error_signals"].right(params, h, d_logits)
        by_step = {
            "W_in": lambda X=X, dz=dz: np.einsum("tni,tnh->tih", X, dz),
            "W_hh": lambda h=h, dz=dz: np.einsum("tnj,tnh->tjh", h[:-1], dz),
            "b_h": lambda dz=dz: dz.sum(axis=1),
        }
        shares.append(by_step[k]())
    for words, some in SOME_STEPS.items():
        if all(equal(v, some(s)) for v, s in zip(values, shares)):
            return words
    return ""


SOME_STEPS = {
    "is the share of the last step alone: where is the sum over the steps?": lambda s: s[-1],
    "is the share of the first step alone: where is the sum over the steps?": lambda s: s[0],
    "is the sum over all steps but the first": lambda s: s[1:].sum(axis=0),
    "is the sum over all steps but the last": lambda s: s[:-1].sum(axis=0),
    "is the sum over every second step": lambda s: s[::2].sum(axis=0),
    "has the last step twice in the sum over the steps": lambda s: s.sum(axis=0) + s[-1],
    "has the first step twice in the sum over the steps": lambda s: s.sum(axis=0) + s[0],
}


# What was done to an argument


def of_an_argument(name, outcomes, k, places):
    """Return a sentence if the values come out of the right function for changed arguments."""
    values = [result_of(outcomes[p], k) for p in places]
    if any(v is None for v in values):
        return ""
    found = [
        words
        for words, others in changed_arguments(name, tuple(places))
        if matches(values, [result_of(other, k) for other in others])
    ]
    if not found:
        return ""
    argument = found[0].split()[0]
    if len(found) > 1 and all(words.split()[0] == argument for words in found):
        return (
            f"is what comes out for another {argument}: is the given one used, each time, as it is?"
        )
    return f"is what comes out if {found[0]}: look at each use of {argument}"


def matches(values, results):
    return all(r is not None and equal(v, r) for v, r in zip(values, results))


@functools.cache
def changed_arguments(name, places):
    """Return each change of one argument in words, with what the right function does with it."""
    return with_changes(name, EXERCISES[name].right, places)


def with_changes(name, function, places):
    """Return each change of one argument in words, with what a function does on some problems.

    A special problem that lacks the argument is left as it is.
    """
    exercise, problems = EXERCISES[name], [problems_of(name)[p] for p in places]
    changed = [dict(all_changes(names_of(exercise), problem.arguments)) for problem in problems]
    made = []
    with np.errstate(all="ignore"):
        for words in changed[0]:
            if all(words in c or p.when for c, p in zip(changed, problems)):
                tried = [
                    problem._replace(arguments=c.get(words, problem.arguments))
                    for problem, c in zip(problems, changed)
                ]
                made.append((words, [called(function, problem, exercise) for problem in tried]))
    return made


def all_changes(names, arguments):
    """Yield in words each change of one argument, with all arguments after it."""
    arrays = {}
    for i, (name, value) in enumerate(zip(names, arguments)):
        inner = value.items() if isinstance(value, dict) else [(None, value)]
        for key, array in inner:
            said = name if key is None else key if name == "params" else f"{name}[{key!r}]"

            def put(new, i=i, key=key, value=value):
                new = new if key is None else value | {key: new}
                return (*arguments[:i], new, *arguments[i + 1 :])

            if isinstance(array, np.ndarray):
                arrays[said] = (array, i, key)
            for words, new in argument_changes(array):
                yield f"{said} {words}", put(new)
    for a, (x, i, key) in arrays.items():
        for b, (y, j, other) in arrays.items():
            if a < b and x.shape == y.shape and x.dtype == y.dtype and key is other is None:
                both = list(arguments)
                both[i], both[j] = y, x
                yield f"{a} and {b} change places", tuple(both)
                both[i] = both[j] = x
                yield f"{b} is replaced by {a}", tuple(both)
                both[i] = both[j] = y
                yield f"{a} is replaced by {b}", tuple(both)


# A known mistake, in this result alone


def of_one_mistake(name, values, rights, k):
    """Return a sentence if a mistake that can spoil others, too, explains this result alone."""
    places = usual_places(name)
    for mistake, theirs in mistakes_of(name):
        made = [result_of(theirs[p], k) for p in places]
        if matches(values, made) and not matches(rights, made):
            return f"is what one mistake makes of it: {mistake.name}"
    return ""


# Two at once


def two_at_once(name, values, rights, k):
    """Return a sentence if two changes explain the values, one of which may be a known mistake.

    After so many pairs the search is given up: most of what can be found is found early.
    """
    places = tuple(usual_places(name))
    if not values[0].ndim or name in NO_PAIRS:
        return ""
    if how_far(zip(values, rights)) < 1e-2:
        return ""  # a fault and its opposite come to no more than the right one
    known = mistakes_of(name)
    few = MOST // max(1, len(changed_arguments(name, places)))
    for mistake, _ in known[:few]:
        for words, first in first_of_mistake(name, mistake.id):
            result = result_of(first, k)
            if result is not None and equal(values[0], result):
                others = with_change(name, mistake.function(name), places, words)
                if matches(values, [result_of(other, k) for other in others]):
                    return f"has two faults: {mistake.name}; and it is as if {were(words)}"
    known = [(f"{m.name}, and", [theirs[p] for p in places]) for m, theirs in known]
    changed = [(f"it is as if {were(w)}, and", them) for w, them in changed_arguments(name, places)]
    turned = ""
    for words, others in known + changed:
        base = [result_of(other, k) for other in others]
        if any(b is None or b.shape != v.shape for b, v in zip(base, values)):
            continue
        if not matches(rights, base) and (more := times(name, values, base)):
            if "other sign" in words and more.startswith("-1 times"):
                continue  # a minus in a place that nobody would find by these words
            more = more.replace("the right one", "what would come out otherwise")
            said = f"has two faults: {words} then it is {more}"
            if not more.startswith("-"):
                return said
            turned = turned or said  # or it is the sign of the rest that is wrong
    return turned


def were(words):
    """Return the words of a change as what is only imagined: "b is halved", "b were halved"."""
    for one, other in VERBS.items():
        if f" {one} " in words:
            return words.replace(f" {one} ", f" {other} ", 1)
    return words


VERBS = {"is": "were", "has": "had", "counts": "counted", "goes": "went", "begins": "began"}
VERBS |= {"change": "changed"}


def on_top(name, values, base, letters):
    """Return in words the one change that leads from other results to the values, or nothing."""
    words = times(name, values, base) or changed_result(values, base, letters)
    return words.replace("the right one", "what would come out otherwise")


def times(name, values, base):
    """Return a factor in words, or nothing."""
    problems = [problems_of(name)[p] for p in usual_places(name)]
    triples = [(v, b, p.sizes) for v, b, p in zip(values, base, problems)]
    words = factor_in_words(triples, EXERCISES[name].arguments)
    good = words and not words.startswith(("is zero", "is 0", "is a multiple"))
    return (
        words.removeprefix("is ").replace(
            "has the wrong sign, and is right otherwise", "-1 times the right one"
        )
        if good
        else ""
    )


@functools.cache
def first_of_mistake(name, id):
    """Return what `changed_arguments` does on the first problem, of a mistake instead."""
    mistake = next(mistake for mistake, _ in mistakes_of(name) if mistake.id == id)
    made = with_changes(name, mistake.function(name), usual_places(name)[:1])
    return [(words, others[0]) for words, others in made]


def with_change(name, function, places, words):
    """Return what a function does on some problems with one change of an argument."""
    exercise, problems = EXERCISES[name], [problems_of(name)[p] for p in places]
    changed = [dict(all_changes(names_of(exercise), p.arguments)).get(words) for p in problems]
    if any(arguments is None for arguments in changed):
        return [Outcome(None)] * len(places)
    with np.errstate(all="ignore"):
        return [
            called(function, problem._replace(arguments=arguments), exercise)
            for problem, arguments in zip(problems, changed)
        ]
