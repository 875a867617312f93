"""What is wrong with an attempt: a known mistake, or which results, which entries, and when."""

import numpy as np

from .attempts import mistakes_of, problems_of, rights_of
from .comparing import agrees, like, numbers_of
from .exercises import EXERCISES
from .wording import factor_in_words, letters_for, oddity, where_wrong


def is_right(name, outcomes):
    """Say whether an attempt did the right thing on every problem."""
    problems = problems_of(name)
    return len(outcomes) == len(problems) and all(map(agrees, outcomes, rights_of(name), problems))


def wrong_results(name, outcomes):
    """Return the names of the results that are wrong on some problem."""
    triples = list(zip(outcomes, rights_of(name), problems_of(name)))
    return [k for k in EXERCISES[name].shapes if not all(agrees(*each, [k]) for each in triples)]


# A known mistake


def recognised(name, outcomes):
    """Return mistakes, each with the results that it explains, and the results left unexplained.

    One mistake that does the same on every problem explains all (an empty list of results), or one
    that does so on every ordinary problem (None). Otherwise several may each explain a part.
    """
    for mistake, theirs in mistakes_of(name):
        if all(map(like, outcomes, theirs)):
            return [(mistake, [])], []
    problems, rights = problems_of(name), rights_of(name)
    usual = [k for k, problem in enumerate(problems) if not problem.when]
    for mistake, theirs in mistakes_of(name):
        if all(like(outcomes[k], theirs[k]) for k in usual) and not all(
            agrees(theirs[k], rights[k], problems[k]) for k in usual
        ):
            return [(mistake, None)], []
    return in_parts(name, outcomes)


def in_parts(name, outcomes):
    """Return the mistakes that explain some of the wrong results, and the results left over.

    A mistake counts if none of the results that it would spoil is right.
    """
    wrong, groups = wrong_results(name, outcomes), {}
    if len(EXERCISES[name].shapes) == 1:
        return [], wrong
    candidates = [
        (mistake, theirs)
        for mistake, theirs in mistakes_of(name)
        if set(wrong_results(name, theirs)) <= set(wrong)
    ]
    left = []
    for k in wrong:
        for mistake, theirs in candidates:
            if shows(name, theirs, k) and all(like(o, t, [k]) for o, t in zip(outcomes, theirs)):
                groups.setdefault(mistake.id, (mistake, []))[1].append(k)
                break
        else:
            left.append(k)
    return list(groups.values()), left


def shows(name, theirs, k):
    """Say whether a mistake has a wrong, finite result k: two NaN are equal for many reasons."""
    return any(
        t.results and np.isfinite(numbers_of(t.results[k])).all() and not agrees(t, r, p, [k])
        for t, r, p in zip(theirs, rights_of(name), problems_of(name))
    )


# An unknown one


def narrowed(name, outcomes, only=None):
    """Return lines that say which results (all, or those named) are wrong, how, and when."""
    lines = []
    for k in only or EXERCISES[name].shapes:
        how = how_wrong(name, outcomes, k)
        if how:
            lines.append(f"{'The result' if k == 'the result' else k} {how}.")
    return [
        *lines,
        *when_wrong(name, outcomes),
        *across_calls(name, outcomes),
        *rightly(name, outcomes),
    ]


def how_wrong(name, outcomes, k):
    """Return what is wrong with result k, or nothing."""
    exercise = EXERCISES[name]
    bad = [
        (o.results[k], r.results[k], p)
        for o, r, p in zip(outcomes, rights_of(name), problems_of(name))
        if o.results and k in o.results and r.results and not agrees(o, r, p, [k])
    ]
    bad = [each for each in bad if not each[2].when] or bad  # on ordinary problems, if on any
    if not bad:
        return ""
    shape = exercise.shapes[k]
    for value, right, problem in bad:
        if odd := oddity(value, right, letters_for(shape, right), problem):
            return odd
    value, right, _ = bad[0]
    return factor_in_words(
        [(value, right, problem.sizes) for value, right, problem in bad], exercise.arguments
    ) or where_wrong(value, right, letters_for(shape, right))


def when_wrong(name, outcomes):
    """Return lines that name the circumstances on which it depends whether all is right."""
    problems, rights = problems_of(name), rights_of(name)
    fine = list(map(agrees, outcomes, rights, problems))
    ordinary = [f for p, f in zip(problems, fine) if not p.when]
    wrong = [p for p, f in zip(problems, fine) if p.when and not f]
    if all(ordinary) and wrong:
        when = ", and ".join(dict.fromkeys(p.when for p in wrong))
        remembers = "second call" in wrong[0].when
        return [
            f"This happens only {when}; {wrong[0].usual} all is right."
            + (" Something is kept from one call to the next." if remembers else "")
        ]
    if any(ordinary):
        return []
    return [
        f"It is right {p.when}, and wrong {p.usual}."
        for p, f, right in zip(problems, fine, rights)
        if p.when and f and p.usual != "at the first call" and not trivial(right)
    ]


def trivial(right):
    """Say whether a problem is no proof of anything: it is easy to be right about 0."""
    return right.results is None or not any(map(np.any, right.results.values()))


def across_calls(name, outcomes):
    """Return a line if something seems to be kept from call to call."""
    first, second, third = outcomes[:3]
    fine = list(map(agrees, outcomes[:3], rights_of(name), problems_of(name)))
    comparable = all(
        o.results and not any(numbers_of(v) is None for v in o.results.values())
        for o in (first, second)
    )
    if comparable and not (fine[0] and fine[1]) and not like(first, second):
        return [
            "Two calls with the same arguments give different results: is something drawn at "
            "random, kept from call to call, or read from an np.empty before it was filled?"
        ]
    if fine[0] and like(first, third) and not fine[2]:
        return [
            "Every call returns the result of the first: is something kept from call to call, or "
            "an argument not used?"
        ]
    return []


def rightly(name, outcomes):
    """Return a line that names the results that are right, where there are many."""
    shapes, wrong = EXERCISES[name].shapes, wrong_results(name, outcomes)
    right = [k for k in shapes if k not in wrong]
    return ["Right are " + ", ".join(right) + "."] if right and len(shapes) > 2 else []
