"""The answers of `check` on attempts that there is nothing to judge of yet.

They are not written, no function, too slow, return nothing, stop with an error, or cannot be read.
"""

from .attempts import SECONDS, problems_of
from .comparing import agrees
from .diagnosis import recognised
from .errors import first_line, own_line, tips
from .exercises import EXERCISES
from .reports import Report, reading
from .wording import arguments_in_words, described


def not_written(name, signature="", hints=True):
    """Report on a stub."""
    return Report(
        False,
        f"{signature or EXERCISES[name].signature} is not written yet.",
        "Write it in the cell above in place of the ..., run that cell, then this one."
        + " Hints are folded below." * hints,
        f'Stuck? solution("{name}") gives a right one to go on with: {name} = solution("{name}").',
    )


def no_function(name, attempt):
    """Report on something else in place of the function."""
    return Report(
        False,
        f"{name}: this is {described(attempt)}, where the function itself is expected: "
        f"check({name!r}, {name}), without arguments or brackets after the name.",
    )


def calls_check(name):
    """Report on an attempt that calls `check`."""
    return Report(
        False,
        f"{name} calls check, which would call it again, and so on without end.",
        "Is the line with check(...) indented, so that it belongs to the function? Take it out.",
    )


def too_slow(name, outcomes, late):
    """Report on an attempt that was given up."""
    number = len(outcomes) + 1
    where = f", on problem {number} of {len(problems_of(name))}" if number > 1 else ""
    if late == "memory":
        return Report(
            False,
            f"{name} took more than a gigabyte of memory{where}, so the check gave up.",
            "The problems are tiny. Is there a list that grows without end, or an array with too "
            "many axes?",
        )
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
        f"{name} could not be judged: reading what it returns, or the function itself, ended in "
        f"{type(error).__name__}.",
        "Is it an ordinary function, and does it return NumPy arrays and numbers, nothing else?",
    )


def calls_wrong(name, other):
    """Report on an attempt that relies on another exercise, which is not right either."""
    return Report(
        False,
        f"{name} is not right yet, and it calls {other}, which is not right either.",
        f"First run check({other!r}, {other}), and mend that.",
    )


def rough(name, digits, single):
    """Report on numbers that are right to a few digits only, in single precision or not."""
    causes = (
        "It returns float32: dtype=float, NumPy's default, keeps the 16 digits of the arguments."
        if single
        else "Is something computed in float32 on the way, or rounded, or is there a small number "
        "for safety, such as 1e-8, added or as a lower limit?"
    )
    return Report(
        False,
        f"{name}: the numbers are right to some {digits:.0f} digits; the next cells need more.",
        causes,
    )


# An attempt that stops with an error


def stopped(name, attempt, outcomes, rights):
    """Report on an error that an attempt should not raise; None if there is more to tell.

    An ordinary problem comes before a special one; an error on a special one alone is no more than
    a remark where ordinary ones are wrong.
    """
    problems = problems_of(name)
    pairs = [pair for pair in zip(outcomes, problems) if not pair[1].raises]
    failed = [pair for pair in pairs if pair[0].error is not None]
    if not failed or (any(o.error is None for o in outcomes) and recognised(name, outcomes)[0]):
        return None
    # The second call with the same arguments is as ordinary as the first
    usual = [pair for pair in failed if not pair[1].when or pair[1] is problems[1]]
    ordinary_wrong = not all(
        agrees(o, r, p) for o, r, p in zip(outcomes, rights, problems) if not p.when
    )
    if not usual and ordinary_wrong:
        return None
    outcome, problem = (usual or failed)[0]
    error, when = outcome.error, problem.when
    heading = f"{name} stops with {type(error).__name__}{' ' * bool(when)}{when}"
    where = own_line(error, attempt)
    return Report(
        False,
        f"{heading}: {first_line(error)}",
        *([f"This happened {where}."] if where else []),
        f"It was called with {arguments_in_words(EXERCISES[name], problem)}.",
        *tips(error, name),
        *refuses(name, error),
        *earlier(problem, problems, outcomes),
        *reading(attempt),
    )


def refuses(name, error):
    """Return a line on a ValueError of the learner's own in an exercise that asks for one."""
    own = isinstance(error, ValueError) and not tips(error, name)
    if own and any(p.raises for p in problems_of(name)):
        return ["It refuses good arguments: only those that the exercise names are bad."]
    return []


def earlier(problem, problems, outcomes):
    """Return a line if calls before this one went through, with what that may mean."""
    index = next(k for k, p in enumerate(problems) if p is problem)
    if not index or problem.when and index != 1:
        return []
    if any(outcome.error is not None for outcome in outcomes[:index]):
        return []
    if index == 1:
        return [
            "The first call with the same arguments went through: something is kept from one call "
            "to the next, as by a default argument [] or {}."
        ]
    return [
        "Earlier calls, with other arguments, went through: is a size or a name written in, or "
        "something kept from call to call, as by a default argument [] or {}?"
    ]


def remarks(outcomes, problems):
    """Return a line for the first special problem on which an attempt stops with an error."""
    for outcome, problem in zip(outcomes, problems):
        if outcome.error is not None and problem.when and not problem.raises:
            said = f"{type(outcome.error).__name__}: {first_line(outcome.error)}"
            return [f"Besides, {problem.when} it stops with {said[:150]}"]
    return []
