"""The exercise of notebook 09 that is done alone: a step of the GRU, back.

`check` says of it right or not right, once. What cannot be judged does not count as this answer.
"""

import functools

import numpy as np

from .attempts import run
from .comparing import agrees
from .exercises import Exercise
from .problems_gates import GATED_ALONE
from .reports import Report
from .wording import misfit

NAME, ALONE = "gru_step_back", Exercise(*GATED_ALONE)


@functools.cache
def drawn():
    """Return the problems, and the Outcomes of the right function."""
    problems = ALONE.problems(np.random.default_rng(0))
    return problems, run(ALONE.right, problems, ALONE)[0]


def not_to_be_judged(outcomes, late):
    """Return why an attempt has no gradients that could be right or not right, or nothing."""
    if late:
        return "takes too long."
    for outcome, right, problem in zip(outcomes, drawn()[1], drawn()[0]):
        if outcome.error is not None:
            return f"stops with {type(outcome.error).__name__}: {str(outcome.error)[:200]}"
        if outcome.kind:
            nothing = "returns nothing (None): is a `return` missing?"
            return nothing if outcome.kind == "nothing" else f"cannot be judged. {outcome.kind}"
        for k, value in right.results.items():
            if odd := misfit(outcome.results[k], value, "x", problem):
                odd = odd.removesuffix(", that of the argument")
                return f"cannot be judged: {k} {odd}."
    return ""


def judge(name, attempt, seconds):
    """Report whether all that a step contributes is right, and nothing else."""
    problems, rights = drawn()
    outcomes, _, late = run(attempt, problems, ALONE, seconds)
    if why := not_to_be_judged(outcomes, late):
        return Report(False, f"{name} {why}")
    same = len(outcomes) == len(rights) and all(map(agrees, outcomes, rights, problems))
    ok = same and not any(outcome.wrote for outcome in outcomes)
    report = Report(ok, f"{name}: {'right' if ok else 'not right'}.")
    report.final = True
    return report


GATED_TRIALS = {NAME: (ALONE.signature, ALONE.right, judge)}
