"""`check`: run a learner's function on small random problems and say what is true of it.

An answer is right if it agrees with the package's own function. A wrong one is compared with the
catalogue of `mistakes`: if it returns what a mistake returns, on every problem, it makes that
mistake. If it makes none of them, the check narrows down: which of the results, which entries, by
which factor, and under which circumstances.
"""

import time

import numpy as np

from ..arguments import require_one_of
from . import attempts
from .attempts import problems_of, rights_of, tried
from .comparing import numbers_of
from .diagnosis import is_right
from .exercises import EXERCISES, names_of
from .limits import given_up, swallowed
from .record import note
from .reports import HEIGHT, Report, right, wrong
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

EXTRA = 1.5  # seconds that judging may take beyond those of the attempt


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
    """Run and judge an attempt, all within the time of one check."""
    end = time.monotonic() + attempts.SECONDS
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
            seconds = end - time.monotonic() + EXTRA
            given_up(lambda: reports.append(judged(name, attempt, outcomes)), seconds)
    report = reports[0] if reports else not_readable(name, TimeoutError())
    if not report.ok and (other := wrongly_called(name, attempt, end)):
        return calls_wrong(name, other)
    stub = outcomes and isinstance(outcomes[-1].error, NotImplementedError)
    if printed and not stub and len(report.lines) < HEIGHT:
        report.lines.append("(It prints as well; what it prints during the check is not shown.)")
    return report


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
        digits, single = digits_of(name, outcomes)
        if digits:
            return rough(name, digits, single)
        report = right(name, outcomes)
        aside = next((o.aside for o in outcomes if o.aside), "")
        return Report(report.ok, *report.lines, aside) if report.ok and aside else report
    if report := stopped(name, attempt, outcomes, rights_of(name)):
        return report
    report = wrong(name, attempt, outcomes)
    more = Report(False, *remarks(outcomes, problems_of(name))).lines
    report.lines = (report.lines + more)[:HEIGHT]
    return report


def digits_of(name, outcomes):
    """Return to how many digits the results are right, 0 if to all that are needed; if float32."""
    off, single = 0.0, False
    for outcome, expected in zip(outcomes, rights_of(name)):
        for k, value in (expected.results or {}).items():
            value, given = numbers_of(value), numbers_of(outcome.results[k])
            single = single or given.dtype.itemsize < 8 and given.dtype.kind in "fc"
            finite = np.isfinite(value)
            scale = np.abs(value[finite]).max(initial=0)
            if scale and value.shape == given.shape:
                off = max(off, np.abs(given - value)[finite].max(initial=0) / scale)
    return (-np.log10(off) if off > EXERCISES[name].precision else 0), single


def wrongly_called(name, attempt, end):
    """Return the name of another exercise whose function this one calls and is not right, or ""."""
    for other, function in globals_of(attempt).items():
        if other == name or other not in EXERCISES or not callable(function):
            continue
        if function is attempt or not takes(function, names_of(EXERCISES[other])):
            continue  # a helper that has the name by chance has other arguments
        left = end + EXTRA - time.monotonic()
        if left > 0 and not is_right(other, tried(other, function, left)[0]):
            return other
    return ""
