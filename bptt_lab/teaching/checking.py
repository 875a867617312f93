"""`check`: run a learner's function on small random problems and say what is true of it.

An answer is right if it agrees with the package's own function. A wrong one is compared with the
catalogue of `mistakes`: if it returns what a mistake returns, on every problem, it makes that
mistake. If it makes none of them, the check narrows down: which of the results, which entries, by
which factor, and under which circumstances.
"""

from ..arguments import require_one_of
from .attempts import tried
from .diagnosis import is_right
from .exercises import EXERCISES
from .reports import (
    HEIGHT,
    calls_wrong,
    no_function,
    not_readable,
    not_written,
    returns_nothing,
    right,
    stopped,
    too_slow,
    wrong,
)
from .source import globals_of, is_stub


def check(name, attempt):
    """Check a learner's function and print what is true of it, in at most eight lines.

    Parameters
    ----------
    name : str, the name of the exercise; a ValueError if there is none
    attempt : callable, the learner's function, not its result
    """
    print(examine(name, attempt))


def examine(name, attempt):
    """Return a `Report` on a learner's function; `check` prints it.

    Parameters
    ----------
    name : str, the name of the exercise; a ValueError if there is none
    attempt : callable, the learner's function, with the arguments that the exercise states

    Returns
    -------
    Report
        `ok` says whether the function is right. The attempt sees copies of all arguments, and is
        given up after ten seconds.
    """
    require_one_of("name", name, EXERCISES)
    if attempt is None or attempt is Ellipsis or is_stub(attempt):
        return not_written(name)
    if not callable(attempt):
        return no_function(name, attempt)
    outcomes, printed, late = tried(name, attempt)
    if late:
        return too_slow(name, outcomes)
    try:
        return judged(name, attempt, outcomes, printed)
    except Exception as error:  # of a learner's own class: the check must answer all the same
        return not_readable(name, error)


def solution(name):
    """Return the right function for an exercise, with the arguments that the exercise states.

    It can stand in for the learner's own in the rest of a notebook.

    Parameters
    ----------
    name : str, the name of the exercise; a ValueError if there is none

    Returns
    -------
    callable
    """
    return EXERCISES[require_one_of("name", name, EXERCISES)].right


def judged(name, attempt, outcomes, printed):
    """Report on what an attempt did on the problems."""
    written = not isinstance(outcomes[-1].error, NotImplementedError)
    if not written:
        report = not_written(name)
    elif outcomes[-1].kind == "nothing":
        report = returns_nothing(name, outcomes)
    elif is_right(name, outcomes):
        report = right(name, outcomes)
    else:
        report = stopped(name, attempt, outcomes) or wrong(name, attempt, outcomes)
    if not report.ok and (others := calls_wrongly(name, attempt)):
        return calls_wrong(name, others[0])
    if printed and written and len(report.lines) < HEIGHT:
        report.lines.append("(It prints as well; what it prints during the check is not shown.)")
    return report


def calls_wrongly(name, attempt):
    """Return the names of other exercises whose functions this one calls and are not right."""
    return [
        other
        for other, function in globals_of(attempt).items()
        if other in EXERCISES
        and other != name
        and callable(function)
        and function is not attempt
        and not is_right(other, tried(other, function)[0])
    ]
