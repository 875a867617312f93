"""What is wrong with an attempt: a known mistake, or which results, which entries, and when.

What is found are `Finding`s, sentences with a rank; `reports` prints as many as there is room for.
"""

import functools
from typing import NamedTuple

import numpy as np

from .attempts import mistakes_of, problems_of, rights_of
from .comparing import agrees, how_far, like, numbers_of
from .exercises import EXERCISES
from .fits import fitted, on_top, result_of, usual_places
from .mistakes import clipping
from .pairs import two_mistakes
from .probes import right_again
from .wording import factor_in_words, is_cut_off, letters_for, oddity, where_wrong


class Finding(NamedTuple):
    """A sentence, or a few, and how much it is worth: those of the highest rank are left out first.

    0 the cause, 1 where to look, 2 what is wrong, 3 when, 4 an example, 5 what is right.
    """

    text: str
    rank: int = 1


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
    that does so on every ordinary problem (None). Otherwise several may each explain a part, or two
    together all (their results are the word "both").
    """
    for mistake, theirs in mistakes_of(name):
        if all(map(like, outcomes, theirs)) and shows_itself(name, theirs):
            return [(mistake, [])], []
    if clip := clipped(name, outcomes):
        return [(clip, [])], []
    problems, rights = problems_of(name), rights_of(name)
    usual = [k for k, problem in enumerate(problems) if not problem.when]
    for mistake, theirs in mistakes_of(name):
        if all(like(outcomes[k], theirs[k]) for k in usual) and not all(
            agrees(theirs[k], rights[k], problems[k]) for k in usual
        ):
            return [(mistake, None)], []
    if cut_off(name, outcomes):
        return [], wrong_results(name, outcomes)
    groups, left = in_parts(name, outcomes)
    if left or len(groups) > 2:
        if both := two_mistakes(name, outcomes):
            return [(mistake, "both") for mistake in both], []
    return groups, left


def shows_itself(name, theirs):
    """Say whether a mistake returns something wrong: to stop, too, is no proof of the same slip."""
    each = zip(theirs, rights_of(name), problems_of(name))
    return any(t.error is None and not agrees(t, r, p) for t, r, p in each)


def cut_off(name, outcomes):
    """Say whether a result was cut to whole numbers, which looks like many a mistake."""
    pairs = [
        (numbers_of(o.results[k]), np.asarray(value))
        for o, r in zip(outcomes, rights_of(name))
        for k, value in (r.results or {}).items()
        if o.results and k in o.results
    ]
    return any(v is not None and v.shape == r.shape and is_cut_off(v, r) for v, r in pairs)


def clipped(name, outcomes):
    """Return the mistake of clipping somewhere on the way back, at a limit read off the results."""
    if name not in ("error_signals", "backward"):
        return None
    right = rights_of(name)
    for place in range(len(outcomes) - 1, -1, -1):  # where the error is large stands last
        if outcomes[place].results and not like(outcomes[place], right[place]):
            break
    else:
        return None
    for limit in limits_of(name, problems_of(name)[place], outcomes[place]):
        for mistake in clipping(limit):
            if name not in mistake.wrong:
                continue
            function = mistake.function(name)
            if all(
                like_clipped(function, problem, outcome, name)
                for problem, outcome in zip(problems_of(name), outcomes)
            ):
                return mistake
    return None


def like_clipped(function, problem, outcome, name):
    theirs = function(*problem.arguments)
    theirs = theirs if isinstance(theirs, dict) else {"the result": theirs}
    return outcome.results is not None and all(
        k in outcome.results and agrees_with(outcome.results[k], v) for k, v in theirs.items()
    )


def agrees_with(value, other):
    value = numbers_of(value)
    return value is not None and value.shape == other.shape and np.allclose(value, other, 1e-6)


def limits_of(name, problem, outcome):
    """Return limits at which the results may have been clipped: round ones, and their largest."""
    limits = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 20, 25, 50, 100]
    for value in map(numbers_of, outcome.results.values()):
        if value is not None and value.dtype.kind == "f" and value.size:
            limits.append(np.abs(value).max())
            if name == "error_signals" and value.shape == problem.arguments[1][1:].shape:
                slopes = 1 - problem.arguments[1][1:] ** 2
                known = slopes > 1e-9
                ratios = np.abs(np.where(known, value, 0) / np.where(known, slopes, 1))
                limits += [ratios.max(initial=0), ratios[:-1].max(initial=0)]
    return [c for c in limits if np.isfinite(c) and c > 0]


def in_parts(name, outcomes):
    """Return the mistakes that explain some of the wrong results, and the results left over.

    A mistake counts if none of the results that it would spoil is right, and if it explains at
    least half of them. Of two, the one counts that leaves less of what it would spoil unexplained.
    """
    wrong, groups = wrong_results(name, outcomes), {}
    if len(EXERCISES[name].shapes) == 1:
        return [], wrong
    candidates = []
    for (mistake, theirs), spoilt in zip(mistakes_of(name), spoilt_in(name)):
        if set(spoilt) <= set(wrong):
            same = [k for k in spoilt if all(like(o, t, [k]) for o, t in zip(outcomes, theirs))]
            if 2 * len(same) >= len(spoilt) and same:
                candidates.append((len(spoilt) - len(same), mistake, same))
    candidates.sort(key=lambda each: each[0])
    left = []
    for k in wrong:
        for _, mistake, same in candidates:
            if k in same:
                groups.setdefault(mistake.id, (mistake, []))[1].append(k)
                break
        else:
            left.append(k)
    return list(groups.values()), left


@functools.cache
def spoilt_in(name):
    """Return the results that each mistake of an exercise spoils visibly."""
    return [
        [k for k in wrong_results(name, theirs) if shows(name, theirs, k)]
        for _, theirs in mistakes_of(name)
    ]


def shows(name, theirs, k):
    """Say whether a mistake has a wrong, finite result k: two NaN are equal for many reasons."""
    return any(
        t.results and np.isfinite(numbers_of(t.results[k])).all() and not agrees(t, r, p, [k])
        for t, r, p in zip(theirs, rights_of(name), problems_of(name))
    )


# An unknown one


def narrowed(name, attempt, outcomes, only=None, mistakes=(), deep=True):
    """Return findings that say which results (all, or those named) are wrong, how, and when.

    `mistakes` are known to have been made; a `deep` search is for two faults at once, too.
    """
    how = {}
    for k in only or EXERCISES[name].shapes:
        words, rank = how_wrong(name, outcomes, k, mistakes, deep)
        if words:
            how.setdefault((words, rank), []).append("The result" if k == "the result" else k)
    rounded = any("rounded" in words for words, _ in how)  # and then right where it happens to be
    return [
        *(Finding(ended(several(names, words)), rank) for (words, rank), names in how.items()),
        *(f for f in when_wrong(name, attempt, outcomes) if f.rank < 2 or not rounded),
        *across_calls(name, outcomes),
        *rightly(name, outcomes),
    ]


def ended(sentence):
    return sentence if sentence.endswith("?") else f"{sentence}."


def several(names, words):
    """Return a sentence on one result, or on several that have the same fault."""
    if len(names) == 1:
        return f"{names[0]} {words}"
    for one, many in (("is", "are"), ("has", "have"), ("holds", "hold")):
        if words.startswith((f"{one} ", f"{one},")):
            words = many + words.removeprefix(one)
        words = words.replace(f" and {one} ", f" and {many} ")
    return f"{', '.join(names[:-1])} and {names[-1]} {words}"


def how_wrong(name, outcomes, k, mistakes=(), deep=True):
    """Return what is wrong with result k, or nothing, and the rank of this finding."""
    exercise = EXERCISES[name]
    bad = [
        (o.results[k], r.results[k], p)
        for o, r, p in zip(outcomes, rights_of(name), problems_of(name))
        if o.results and k in o.results and r.results and not agrees(o, r, p, [k])
    ]
    bad = [each for each in bad if not each[2].when] or bad  # on ordinary problems, if on any
    if not bad:
        return "", 2
    shape = exercise.shapes[k]
    for value, right, problem in bad:
        if odd := oddity(value, right, letters_for(shape, right), problem):
            more = fitted(name, outcomes, k) if "shape" in odd else ""
            return (f"{odd}. It {more}" if more else odd), 0
    value, right, _ = bad[0]
    pairs = [(numbers_of(value), np.asarray(right)) for value, right, _ in bad]
    counted = all(a.dtype.kind in "iu" for pair in pairs for a in pair)
    off = how_far(pairs)
    if off < NEARLY and not counted:  # and so nearly the double of the half, and other things
        return fitted(name, outcomes, k, deep=False) or rough_in_words(off), 0
    words = factor_in_words(
        [(value, right, problem.sizes) for value, right, problem in bad], exercise.arguments
    )
    if words and "another factor" not in words:
        if words in ("is 0", "is zero everywhere"):
            return words, 2
        if (
            not bad[0][2].when
            and factor_in_words(pairs_of(name, outcomes, k), exercise.arguments) != words
        ):
            words += " (on ordinary problems; on others it is not so)"
        return words, 0
    where = where_wrong(value, right, letters_for(shape, right))
    if where.startswith(("is off by the same", "has the right size")):
        return where, 0
    if more := besides(name, outcomes, k, mistakes) or fitted(name, outcomes, k, deep):
        return more, 0
    return words or where, 2


def pairs_of(name, outcomes, k):
    """Return what can be compared by a factor: (result k, the right one, sizes) of all problems."""
    triples = [
        (result_of(o, k), result_of(r, k), p.sizes)
        for o, r, p in zip(outcomes, rights_of(name), problems_of(name))
    ]
    return [
        (value, right, sizes)
        for value, right, sizes in triples
        if value is not None and right is not None and value.shape == right.shape
        if right.any() and np.isfinite(right).all()
    ]


NEARLY = 1e-3  # as far as that from the right one, a result has no slip of a formula


def rough_in_words(off):
    """Return what to say of a result that is off by so little."""
    return (
        f"is right to some {-np.log10(off):.0f} digits, and off behind them: is something rounded, "
        "or is there a small number for safety, added or as a lower limit?"
    )


def first_wrong(name, outcomes, k):
    """Return what is wrong with result k on the first problem where it is, without a cause."""
    shape = EXERCISES[name].shapes[k]
    for o, r, p in zip(outcomes, rights_of(name), problems_of(name)):
        if o.results and k in o.results and r.results and not agrees(o, r, p, [k]):
            value, right = o.results[k], r.results[k]
            letters = letters_for(shape, right)
            words = oddity(value, right, letters, p) or where_wrong(value, right, letters)
            return words + f", {p.when}" * bool(p.when)
    return ""


def besides(name, outcomes, k, mistakes):
    """Return how result k differs from what the mistakes that explain others make of it."""
    places = usual_places(name)
    values = [result_of(outcomes[p], k) for p in places]
    for mistake in mistakes:
        theirs = next(theirs for other, theirs in mistakes_of(name) if other.id == mistake.id)
        base = [result_of(theirs[p], k) for p in places]
        if any(v is None for v in (*values, *base)):
            continue
        if any(v.shape != b.shape for v, b in zip(values, base)):
            continue
        if words := on_top(name, values, base, EXERCISES[name].shapes[k]):
            return f"is, besides, {words}"
    return ""


SHOWN = 4  # circumstances, of however many


def when_wrong(name, attempt, outcomes):
    """Return findings that name the circumstances on which it depends whether all is right.

    That it is right under one is said only if more problems of that kind, and the worked ones,
    come out right: one may be right by luck.
    """
    problems, rights = problems_of(name), rights_of(name)
    fine = list(map(agrees, outcomes, rights, problems))
    ordinary = [f for p, f in zip(problems, fine) if not p.when]
    wrong = [p for p, f in zip(problems, fine) if p.when and not f]
    if all(ordinary) and wrong:
        circumstances = list(dict.fromkeys(p.when for p in wrong))
        when = ", or ".join(circumstances[:SHOWN])
        if len(circumstances) > SHOWN:
            when += ", or in other cases"
        if not right_again(name, attempt, ""):
            return [Finding(f"It shows {when}; where else it can be seen is a matter of luck.", 1)]
        alone = len(circumstances) == 1 and wrong[0].usual
        usual = f"{alone or 'otherwise'} all is right"
        remembers = "second call" in wrong[0].when
        return [
            Finding(
                f"This happens only {when}; {usual}."
                + (" Something is kept from one call to the next." if remembers else ""),
                0,
            )
        ]
    if any(ordinary):
        return []
    return [
        Finding(f"It is right {p.when}, and not always {p.usual}.", 2)
        for p, f, right in zip(problems, fine, rights)
        if p.when
        and f
        and p.usual != "at the first call"
        and not trivial(right)
        and right_again(name, attempt, p.when)
        # to be right where it is hard, and wrong otherwise, is chance
        and not any(word in p.when for word in ("large", "exactly", "row", "near", "not tiny"))
    ]


def trivial(right):
    """Say whether a problem is no proof of anything: it is easy to be right about 0."""
    return right.results is None or not any(map(np.any, right.results.values()))


def across_calls(name, outcomes):
    """Return a finding if something seems to be kept from call to call."""
    first, second, third = outcomes[:3]
    fine = list(map(agrees, outcomes[:3], rights_of(name), problems_of(name)))
    comparable = all(
        o.results and not any(numbers_of(v) is None for v in o.results.values())
        for o in (first, second)
    )
    if comparable and not (fine[0] and fine[1]) and not like(first, second):
        return [
            Finding(
                "Two calls with the same arguments give different results: is something drawn at "
                "random, kept from call to call, or read from an np.empty before it was filled?",
                0,
            )
        ]
    if fine[0] and like(first, third) and not fine[2]:
        return [
            Finding(
                "Every call returns the result of the first: is something kept from call to call, "
                "or an argument not used?",
                0,
            )
        ]
    return []


def rightly(name, outcomes):
    """Return a finding that names the results that are right, where there are many."""
    shapes, wrong = EXERCISES[name].shapes, wrong_results(name, outcomes)
    right = [k for k in shapes if k not in wrong]
    said = "Right are " + ", ".join(right) + "."
    return [Finding(said, 3)] if right and len(shapes) > 2 else []
