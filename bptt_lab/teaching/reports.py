"""The answers of `check` on attempts that can be judged: each function returns a `Report`."""

import textwrap

from .attempts import problems_of, rights_of
from .comparing import numbers_of
from .diagnosis import (
    Finding,
    across_calls,
    first_wrong,
    is_right,
    narrowed,
    recognised,
    several,
    wrong_results,
)
from .errors import first_line
from .exercises import EXERCISES
from .mistakes import BACKWARD
from .probes import not_used, out_of_proportion, points_of, worked_number
from .shares import Case, put_together, slope_of_one_step
from .source import numbers_from_notebook
from .wording import letters_for, oddity

WIDTH, HEIGHT = 110, 8  # of an answer


class Report:
    """What `examine` found: `ok`, and the lines that `check` prints.

    Where there is no room for all that was found, whole findings are left out, the least worth
    first; what names the cause stays.
    """

    final = False  # whether it is the one judgement of an exercise that is judged once

    def __init__(self, ok, *findings):
        self.ok = ok
        found = [f if isinstance(f, Finding) else Finding(f) for f in findings if f]
        wrapped = [textwrap.wrap(f.text, WIDTH, subsequent_indent="  ") for f in found]
        while sum(map(len, wrapped)) > HEIGHT and max(f.rank for f in found) > 0:
            worst = max(f.rank for f in found)
            last = max(k for k, f in enumerate(found) if f.rank == worst)
            del found[last], wrapped[last]
        self.lines = sum(wrapped, [])[:HEIGHT]

    def __str__(self):
        return "\n".join(self.lines)


def reading(attempt):
    """Return a line if the attempt takes numbers from the notebook."""
    names = ", ".join(numbers_from_notebook(attempt))
    said = (
        f"It reads {names} from the notebook. Take everything from the arguments: the check uses "
        "other sizes and numbers."
    )
    return [said] if names else []


def written_to(outcomes):
    """Return in words the arguments that an attempt wrote to, or nothing."""
    names = sorted({argument for outcome in outcomes for argument in outcome.wrote})
    if len(names) < 2:
        return f"argument {names[0]}" if names else ""
    return f"arguments {', '.join(names[:-1])} and {names[-1]}"


def right(name, outcomes):
    """Report on an attempt whose numbers are right: is all the rest right, too?"""
    problems, shapes = problems_of(name), EXERCISES[name].shapes
    if both := written_to(outcomes):
        return Report(
            False,
            f"{name}: the numbers are right, but it writes into its {both}.",
            "Whoever calls it still needs what was there: work on a copy, or on your own array.",
        )
    single = False
    for outcome, expected, problem in zip(outcomes, rights_of(name), problems):
        for k, value in (outcome.results or {}).items():
            shape = letters_for(shapes[k], expected.results[k])
            if odd := oddity(value, expected.results[k], shape, problem):
                return Report(False, f"{name}: the numbers are right, but {k} {odd}.")
            given = numbers_of(value).dtype
            single = single or given.kind == "f" and given.itemsize < 8
    special = ", ".join(dict.fromkeys(p.when for p in problems if p.when and "call" not in p.when))
    lines = [
        f"{name}: right, on {len(problems)} random problems, the first of them twice"
        + (f"; also {special}." if special else ".")
    ]
    if single:
        lines.append("(Right within the rounding of float32; the arguments were float64.)")
    return Report(True, *lines)


def wrong(name, attempt, outcomes):
    """Report on an attempt that returns something wrong."""
    kinds = [Finding(o.kind, 0) for o in outcomes if o.kind][:1]
    mistakes, unexplained = recognised(name, outcomes)
    if one := not kinds and one_array(name, attempt, outcomes):
        both = written_to(outcomes)
        more = (
            f"It writes into its {both}: whoever calls it still needs what was there."
            if both
            else ""
        )
        return Report(False, Finding(f"{name} is not right yet.", 0), *one, more)
    if unexplained and name == "backward_truncated" and put_together(name, cases(name, outcomes)):
        mistakes = []  # how far the error goes explains more than a mistake in a part
    if mistakes and not kinds:
        known = [mistake for mistake, _ in mistakes]
        found = named(name, mistakes)
        if unexplained:
            found += narrowed(name, attempt, outcomes, unexplained, known)
    else:
        found = [
            Finding(f"{name} is not right yet.", 0),
            *kinds,
            *not_refused(name, outcomes),
            *unknown(name, attempt, outcomes, kinds),
        ]
    both = written_to(outcomes)
    more = [f"It writes into its {both}: whoever calls it still needs what was there."]
    return Report(False, *found, *map(Finding, reading(attempt)), *map(Finding, more * bool(both)))


def in_short(name, outcomes):
    """Report on an attempt without a search for the cause."""
    if is_right(name, outcomes):
        return right(name, outcomes)
    found, how = [o.kind for o in outcomes if o.kind][:1], {}
    for outcome, problem in zip(outcomes, problems_of(name)):
        if outcome.error is not None and not problem.raises:
            found.append(
                f"It stops with {type(outcome.error).__name__}{' ' * bool(problem.when)}"
                f"{problem.when}: {first_line(outcome.error)}"
            )
            break
    for k in EXERCISES[name].shapes:
        if words := first_wrong(name, outcomes, k):
            how.setdefault(words, []).append("The result" if k == "the result" else k)
    found += [f"{several(names, words)}." for words, names in how.items()]
    return Report(
        False,
        f"{name} is not right yet.",
        *found,
        "(The search for the cause took too long and was given up: the machine seems to be busy. "
        "The same check may say more later.)",
    )


def one_array(name, attempt, outcomes):
    """Return findings if results that should differ lie in the same memory."""
    shared = [
        k
        for k in EXERCISES[name].shapes
        if all(k in o.shared for o, _ in judged_on(name, outcomes))
    ]
    bad = wrong_results(name, outcomes)
    if not set(shared) & set(bad):
        return []
    both = " and ".join(filter(None, [", ".join(shared[:-1]), shared[-1]]))
    others = [k for k in bad if k not in shared]
    return [
        Finding(
            f"{both} are one and the same array: what is stored in one of them is in the other.",
            0,
        ),
        Finding(
            "Another name makes no other array, as in a = b, and *=, out= and [:] = write into "
            "the one there is: let each have an array of its own, as a = b.copy() does."
        ),
        *(narrowed(name, attempt, outcomes, others) if others else ()),
    ]


def unknown(name, attempt, outcomes, kinds):
    """Return findings on an attempt that makes no known mistake."""
    if kinds and EXERCISES[name].changes:
        return []  # what should have been changed was not
    found = narrowed(name, attempt, outcomes, deep=False)
    if kinds or any(o.error is not None and not p.raises for o, p in judged_on(name, outcomes)):
        return found
    if across_calls(name, outcomes):
        return found  # further calls would show other things
    told = any(f.rank == 0 for f in found)
    problem = problems_of(name)[0]
    more = []
    if not told:
        more.append(put_together(name, cases(name, outcomes)))
        if name == "backward":
            more.append(slope_seen(name, outcomes))
        if name in ("numerical_gradient", "complex_step_gradient"):
            more.append(points_of(name, attempt))
        if not any(more):
            found = narrowed(name, attempt, outcomes)
            told = any(f.rank == 0 for f in found)
    found += [Finding(text, 0) for text in more if text]
    if not told:
        found.append(Finding(out_of_proportion(name, attempt, problem), 1))
        found.append(Finding(not_used(name, attempt), 1))
    found.append(Finding(worked_number(name, attempt), 4 if told or any(more) else 1))
    return [f for f in found if f.text]


def slope_seen(name, outcomes):
    """Return a sentence on the slope in a backward pass, where it can be seen."""
    for outcome, right_one, problem in zip(outcomes, rights_of(name), problems_of(name)):
        if problem.when == "when T = 1" and outcome.results:
            values = {k: numbers_of(v) for k, v in outcome.results.items()}
            if all(
                k in values and values[k] is not None and values[k].shape == v.shape
                for k, v in right_one.results.items()
            ):
                return slope_of_one_step(problem.arguments, values)
    return ""


def judged_on(name, outcomes):
    """Return the outcomes of the ordinary problems, each with its problem."""
    return [(o, p) for o, p in zip(outcomes, problems_of(name)) if not p.when]


def cases(name, outcomes):
    """Return the ordinary problems with what came out, or nothing if all of it is right."""
    problems, rights = problems_of(name), rights_of(name)
    found = []
    for outcome, right_one, problem in zip(outcomes, rights, problems):
        if problem.when or problem.raises:
            continue
        values = {k: numbers_of(v) for k, v in (outcome.results or {}).items()}
        if any(v is None for v in values.values()) or set(values) != set(right_one.results):
            return []
        found.append(Case(problem.arguments, values, right_one.results))
    return found


def named(name, mistakes):
    """Return findings on the mistakes that an attempt makes."""
    whole = not mistakes[0][1]
    heading = f"{name} is not right yet."
    if whole:
        usual = mistakes[0][1] is None
        when = "On ordinary problems it" if usual else "It"
        heading += f" {when} returns what this mistake returns:"
    elif mistakes[0][1] == "both":
        heading += " It returns what these two mistakes return together:"
    found = [Finding(heading, 0)]
    for mistake, results in mistakes[:3]:
        told = whole and (mistake not in BACKWARD or name == "backward")  # of backward's results
        seen = f" Seen from outside: {mistake.seen}." if told else ""
        whose = "" if whole or results == "both" else f"{', '.join(results)}: "
        found.append(Finding(f"{whose}{mistake.name}.{seen}", 0))
        found.append(Finding(f"Look at {mistake.look}{'' if mistake.look.endswith('?') else '.'}"))
    return found


def is_error(value):
    """Say whether a value is an exception, or a class of exceptions."""
    kind = value if isinstance(value, type) else type(value)
    return issubclass(kind, BaseException)


def not_refused(name, outcomes):
    """Return a finding for each bad argument that does not raise the error that it should."""
    found = []
    for outcome, problem in zip(outcomes, problems_of(name)):
        if problem.raises and not isinstance(outcome.error, problem.raises):
            raised = f"raises {type(outcome.error).__name__}"
            done = "returns something" if outcome.error is None else raised
            if is_error((outcome.results or {}).get("the result")):
                done = "returns an error (`raise` would raise it)"
            when, expected = problem.when, problem.raises[0].__name__
            words = f"{when[0].upper()}{when[1:]} it {done}: expected a {expected}."
            found.append(Finding(words, 0))
    return found
