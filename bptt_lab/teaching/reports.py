"""The answers of `check`, each a function that returns a `Report`."""

import textwrap

import numpy as np

from .attempts import SECONDS, problems_of, rights_of
from .comparing import numbers_of
from .diagnosis import narrowed, recognised
from .errors import first_line, own_line, tips
from .exercises import EXERCISES
from .mistakes import BACKWARD
from .source import numbers_from_notebook
from .wording import arguments_in_words, described, letters_for, oddity

WIDTH, HEIGHT = 110, 8  # of an answer


class Report:
    """What `examine` found: `ok`, and the lines that `check` prints."""

    def __init__(self, ok, *lines):
        self.ok = ok
        wrapped = (textwrap.wrap(line, WIDTH, subsequent_indent="  ") for line in lines)
        self.lines = sum(wrapped, [])[:HEIGHT]

    def __str__(self):
        return "\n".join(self.lines)


# An attempt that is none yet, or comes to nothing


def not_written(name):
    """Report on a stub."""
    return Report(
        False,
        f"{EXERCISES[name].signature} is not written yet.",
        "Write it in the cell above in place of the ..., run that cell, then this one. Hints are "
        "folded below.",
    )


def no_function(name, attempt):
    """Report on something else in place of the function."""
    return Report(
        False,
        f"{name}: this is {described(attempt)}, where the function itself is expected: "
        f"check({name!r}, {name}), without arguments or brackets after the name.",
    )


def too_slow(name, outcomes):
    """Report on an attempt that was given up."""
    where = f", on problem {len(outcomes) + 1} of {len(problems_of(name))}" if outcomes else ""
    return Report(
        False,
        f"{name}: still running after {SECONDS:.0f} seconds{where}, so the check gave up.",
        "The problems are tiny. Is there a loop that never ends: a while whose condition stays "
        "true, a list that grows while it is read?",
    )


def returns_nothing(name, outcomes):
    """Report on an attempt whose last outcome is None."""
    when = problems_of(name)[len(outcomes) - 1].when if len(outcomes) > 2 else ""
    return Report(
        False,
        f"{name} returns nothing (None){' ' * bool(when)}{when}: is a line with `return` still "
        "missing?",
    )


def not_readable(name, error):
    """Report on an attempt with an object of its own kind, which stops the check with an error."""
    return Report(
        False,
        f"{name} could not be judged: what it returns cannot be read ({type(error).__name__}).",
        "Does it return NumPy arrays and numbers, and nothing else?",
    )


def calls_wrong(name, other):
    """Report on an attempt that relies on another exercise, which is not right either."""
    return Report(
        False,
        f"{name} is not right yet, and it calls {other}, which is not right either.",
        f"First run check({other!r}, {other}), and mend that.",
    )


# An attempt that can be judged


def reading(attempt):
    """Return a line if the attempt takes numbers from the notebook."""
    names = ", ".join(numbers_from_notebook(attempt))
    said = (
        f"It reads {names} from the notebook. Take everything from the arguments: the check uses "
        "other sizes and numbers."
    )
    return [said] if names else []


def right(name, outcomes):
    """Report on an attempt whose numbers are right: is all the rest right, too?"""
    problems, shapes = problems_of(name), EXERCISES[name].shapes
    wrote = sorted({argument for outcome in outcomes for argument in outcome.wrote})
    if wrote:
        both = " and ".join(wrote)
        return Report(
            False,
            f"{name}: the numbers are right, but it writes into its argument {both}.",
            "Whoever calls it still needs that array. Work on a copy, or on an array of your own.",
        )
    single = False
    for outcome, expected, problem in zip(outcomes, rights_of(name), problems):
        for k, value in (outcome.results or {}).items():
            shape = letters_for(shapes[k], expected.results[k])
            if odd := oddity(value, expected.results[k], shape, problem):
                return Report(False, f"{name}: the numbers are right, but {k} {odd}.")
            single = single or numbers_of(value).dtype in (np.float32, np.float16)
    special = ", ".join(p.when for p in problems if p.when and "call" not in p.when)
    lines = [
        f"{name}: right, on {len(problems)} random problems, the first of them twice"
        + (f"; also {special}." if special else ".")
    ]
    if single:
        lines.append("(Right within the rounding of float32; the arguments were float64.)")
    return Report(True, *lines)


def stopped(name, attempt, outcomes):
    """Report on the first error that an attempt should not raise; None if there is none to tell."""
    exercise, problems, hint = EXERCISES[name], problems_of(name), reading(attempt)
    pairs = [pair for pair in zip(outcomes, problems) if not pair[1].raises]
    outcome, problem = next((pair for pair in pairs if pair[0].error is not None), (None, None))
    if outcome is None:
        return None
    runs = any(o.error is None for o in outcomes)
    if runs and recognised(name, outcomes)[0]:
        return None
    error, when = outcome.error, problem.when
    refuses = isinstance(error, ValueError) and any(p.raises for p in problems)
    if refuses and not tips(error):
        hint.insert(0, "It refuses good arguments: only those that the exercise names are bad.")
    if any(o.error is None for o, _ in pairs) and not when:
        hint.append(
            "Earlier calls went through: is something fixed to one size, or kept from call to "
            "call, as by a default argument [] or {}?"
        )
    where = own_line(error, attempt)
    return Report(
        False,
        f"{name} stops with {type(error).__name__}{' ' * bool(when)}{when}: {first_line(error)}",
        *([f"This happened {where}."] if where else []),
        f"It was called with {arguments_in_words(exercise, problem)}.",
        *tips(error),
        *hint,
    )


def wrong(name, attempt, outcomes):
    """Report on an attempt that returns something wrong."""
    kinds = [o.kind for o in outcomes if o.kind][:1]
    mistakes, unexplained = recognised(name, outcomes)
    if mistakes and not kinds:
        more = narrowed(name, outcomes, unexplained) if unexplained else []
        return Report(False, *named(name, mistakes), *more)
    return Report(
        False,
        f"{name} is not right yet.",
        *kinds,
        *not_refused(name, outcomes),
        *narrowed(name, outcomes),
        *reading(attempt),
    )


def named(name, mistakes):
    """Return lines on the mistakes that an attempt makes."""
    lines = [f"{name} is not right yet."]
    whole = not mistakes[0][1]
    if whole:
        usual = mistakes[0][1] is None
        likeness = "On ordinary problems it does" if usual else "It does exactly"
        lines = [f"{lines[0]} {likeness} what this mistake does:"]
    for mistake, results in mistakes[:3]:
        told = mistake not in BACKWARD or name == "backward"  # it speaks of backward's results
        seen = f" Seen from outside: {mistake.seen}." if told else ""
        lines.append(
            f"{mistake.name}.{seen}" if whole else f"{', '.join(results)}: {mistake.name}."
        )
        lines.append(f"Look at {mistake.look}{'' if mistake.look.endswith('?') else '.'}")
    return lines


def not_refused(name, outcomes):
    """Return a line for each bad argument that does not raise the error that it should."""
    lines = []
    for outcome, problem in zip(outcomes, problems_of(name)):
        if problem.raises and not isinstance(outcome.error, problem.raises):
            raised = f"raises {type(outcome.error).__name__}"
            done = "returns something" if outcome.error is None else raised
            when, expected = problem.when, problem.raises[0].__name__
            lines.append(f"{when[0].upper()}{when[1:]} it {done}: expected a {expected}.")
    return lines
