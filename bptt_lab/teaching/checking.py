"""`check`: run a learner's function on small random problems and say what is true of it.

An answer is right if it agrees with the package's own function. A wrong one is compared with the
catalogue of `mistakes`: if it returns what a mistake returns, on every problem, it makes that
mistake. If it makes none of them, the check narrows down: which of the results, which entries, by
which factor, and under which circumstances.
"""

import numpy as np

from ..arguments import require_one_of
from . import attempts
from .attempts import problems_of, rights_of, tried
from .comparing import digits_of
from .diagnosis import is_right
from .exercises import EXERCISES, names_of
from .limits import given_up, swallowed
from .probes import no_complex_step
from .record import note
from .reports import HEIGHT, Report, in_short, right, wrong
from .source import globals_of, is_stub, takes
from .trials import ANSWERED, TRIALS, said_once, tried_out
from .unjudged import (
    calls_check,
    calls_wrong,
    no_function,
    not_readable,
    not_written,
    remarks,
    returns_nothing,
    rough,
    stopped,
    too_slow,
)

EXTRA = 1.5  # seconds that reading a result may take, if it is an object of the learner's own


class Running:
    """Whether a check runs `now`, and whether `check` was called `again` meanwhile."""

    now = again = False


def check(name, attempt):
    """Check a learner's function and print what is true of it, in at most eight lines.

    Parameters
    ----------
    name : str, the name of the exercise; a ValueError if there is none
    attempt : callable, the learner's function, not its result
    """
    report = examine(name, attempt)
    counts = report.ok and name not in ANSWERED
    print(said_once(name, report))
    if counts:
        note(name, attempt, solution(name))


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
    require_one_of("name", name, [*EXERCISES, *TRIALS])
    if Running.now:  # an attempt calls it, which whoever checks the attempt will say
        Running.again = True
        return calls_check(name)
    Running.now, Running.again = True, False
    try:
        return examined(name, attempt)
    except Exception as error:  # of a learner's own class: the check must answer all the same
        return not_readable(name, error)
    finally:
        Running.now = False


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
    require_one_of("name", name, [*EXERCISES, *TRIALS])
    return TRIALS[name][1] if name in TRIALS else EXERCISES[name].right


def examined(name, attempt):
    """Run and judge an attempt; neither takes for ever."""
    if name in TRIALS:
        return tried_out(name, attempt, attempts.SECONDS)
    if attempt is None or attempt is Ellipsis or is_stub(attempt):
        return not_written(name)
    if not callable(attempt):
        return no_function(name, attempt)
    outcomes, printed, late = tried(name, attempt, attempts.SECONDS)
    if Running.again:
        return calls_check(name)
    reports = [too_slow(name, outcomes, late)] if late else []
    if not late:
        with swallowed():  # a learner's object can do anything when it is read
            seconds = 2 * attempts.SECONDS + EXTRA
            given_up(lambda: reports.append(judged(name, attempt, outcomes)), seconds)
            if not reports:  # on a busy machine, the search for a cause can be too long
                seconds = None if only_numbers(outcomes) else EXTRA
                given_up(lambda: reports.append(in_short(name, outcomes)), seconds)
    report = reports[0] if reports else not_readable(name, TimeoutError())
    if not report.ok and (other := wrongly_called(name, attempt)):
        return calls_wrong(name, other)
    stub = outcomes and isinstance(outcomes[-1].error, NotImplementedError)
    if printed and not stub and len(report.lines) < HEIGHT:
        report.lines.append("(It prints as well; what it prints during the check is not shown.)")
    return report


def only_numbers(outcomes):
    """Say whether all that came out is arrays and numbers, which can be read in no time."""
    values = [value for outcome in outcomes for value in (outcome.results or {}).values()]
    return all(type(v) in (np.ndarray, float, int) or isinstance(v, np.number) for v in values)


def judged(name, attempt, outcomes):
    """Report on what an attempt did on the problems."""
    if isinstance(outcomes[-1].error, NotImplementedError):
        return not_written(name)
    if outcomes[-1].kind == "nothing":
        full = outcomes + outcomes[-1:] * (len(problems_of(name)) - len(outcomes))
        crashed = any(o.error is not None for o in outcomes)  # which comes first
        report = stopped(name, attempt, full, rights_of(name)) if crashed else None
        return report or returns_nothing(name, outcomes)
    if is_right(name, outcomes):
        if besides := next((o.besides for o in outcomes if o.besides), ""):
            return Report(False, f"{name}: the numbers are right, but {besides}.")
        precision = EXERCISES[name].precision
        digits, single = digits_of(outcomes, rights_of(name), precision)
        if digits:
            return rough(name, digits, single)
        if lost := no_complex_step(name, attempt):
            return Report(False, f"{name}: the numbers are right, but {lost}.")
        report = right(name, outcomes)
        aside = next((o.aside for o in outcomes if o.aside), "")
        return Report(report.ok, *report.lines, aside) if report.ok and aside else report
    if report := stopped(name, attempt, outcomes, rights_of(name)):
        return report
    report = wrong(name, attempt, outcomes)
    more = Report(False, *remarks(outcomes, problems_of(name))).lines
    report.lines = (report.lines + more)[:HEIGHT]
    return report


def wrongly_called(name, attempt):
    """Return the name of another exercise whose function this one calls and is not right, or ""."""
    for other, function in globals_of(attempt).items():
        if other == name or other not in EXERCISES or not callable(function):
            continue
        if function is attempt or not takes(function, names_of(EXERCISES[other])):
            continue  # a helper that has the name by chance has other arguments
        if not is_right(other, tried(other, function, attempts.SECONDS)[0]):
            return other
    return ""
