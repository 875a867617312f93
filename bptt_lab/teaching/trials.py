"""Exercises with a judge of their own: one designs a test, one saves memory, two are done alone.

`test_problem` is judged by the mistakes that a gradient check of the designed problem finds, and by
its cost; `slope_into` also by the arrays that it makes, in `in_place`. Those of ALONE are to be
written with nothing but one's own checker, so that `check` says no more than right or not right,
and that only once. What cannot be judged, since it stops with an error or does not return the
arrays asked for, does not count as this one answer.
"""

import functools
import textwrap

import numpy as np

from . import answers, in_place
from .attempts import run
from .comparing import agrees, digits_of
from .exercises import GRADS, Exercise, letters_of
from .mistakes import BACKWARD, found_by
from .problems import FLAT, H0, I1, LONG, N1, T1, for_states, variants
from .problems_gates import gru_step_back_problems
from .reports import Report
from .source import is_stub
from .unjudged import no_function, not_written, rough
from .wording import described, letters_for, misfit

# Write the test

SEEDS = range(5)  # of the draws in each of which every mistake has to be found
LETTERS = ("T", "N", "I", "H", "C")
RECOMMENDED = {"T": 6, "N": 4, "I": 2, "H": 5, "C": 3, "calls": 2}
DEAR = 1000  # entries that the check is willing to differentiate


def test_problem():
    """Return a problem in which a gradient check finds every mistake of the catalogue, cheaply."""
    return {"T": 6, "N": 2, "I": 1, "H": 2, "C": 2, "h0": 0.5, "W_hh": "random", "calls": 2}


test_problem.__test__ = False  # for pytest, which takes it for one of its own


def cost_of(T, N, I, H, C, calls, **_):
    """Return how many entries a gradient check differentiates, in all calls together."""
    return calls * (I * H + H * H + H + H * C + C + N * H + T * N * I)


def designed(outcome):
    """Return the problem that an attempt designs, complete, or what is wrong with it."""
    if outcome.error is not None:
        return None, f"it stops with {type(outcome.error).__name__}: {outcome.error}"
    given = (outcome.results or {}).get("the result")
    if not isinstance(given, dict):
        return None, f"it returns {described(given)}: expected a dict"
    known = (*LETTERS, "h0", "W_hh", "calls")
    if strange := [k for k in given if k not in known]:
        return None, f"the dict has {strange[0]!r}: expected only {', '.join(known)}"
    if lacks := [k for k in LETTERS if k not in given]:
        return None, f"the dict lacks {', '.join(lacks)}"
    problem = {"h0": 0.5, "W_hh": "random", "calls": 1} | given
    for k in (*LETTERS, "calls"):
        size = problem[k]
        if not isinstance(size, (int, np.integer)) or isinstance(size, bool) or size < 1:
            return None, f"{k} is {shortly(size)}: expected a whole number from 1 on"
        problem[k] = int(size)
    h0, W_hh = problem["h0"], problem["W_hh"]
    if not isinstance(h0, (int, float, np.number)) or not 0 <= h0 < np.inf:
        said = "expected the spread of h_0, a number that is not negative"
        return None, f"h0 is {shortly(h0)}: {said}"
    if not isinstance(W_hh, str) or W_hh not in ("random", "symmetric", "identity"):
        return None, f"W_hh is {shortly(W_hh)}: expected 'random', 'symmetric' or 'identity'"
    return problem, ""


def shortly(value):
    """Return a value as Python writes it, or what it is where that is long."""
    return repr(value) if isinstance(value, (int, float, str, np.number)) else described(value)


def judge_design(name, attempt, seconds):
    """Report which mistakes the designed problem finds, and what it costs."""
    design = Exercise("test_problem()", test_problem, None, {"the result": "x"}, "")
    problem = type("Problem", (), {"arguments": (), "calls": 1})
    outcomes, _, late = run(attempt, [problem], design, seconds)
    if late or not outcomes:
        return Report(False, f"{name} takes too long: it has only to return a dict.")
    if outcomes[0].kind == "nothing":
        return Report(False, f"{name} returns nothing (None): is a `return` missing?")
    chosen, odd = designed(outcomes[0])
    if odd:
        return Report(False, f"{name}: {odd}.")
    cost, usual = cost_of(**chosen), cost_of(**RECOMMENDED)
    if cost > DEAR:
        return Report(False, f"{name}: {cost} entries are too many; {usual} have been enough.")
    with np.errstate(all="ignore"):  # a large h_0 saturates the network
        draws = [found_by(seed=seed, **chosen) for seed in SEEDS]
    escaped = [m for m in BACKWARD if not all(found[m.id] for found in draws)]
    caught = f"{len(BACKWARD) - len(escaped)} of {len(BACKWARD)} mistakes"
    price = f"{cost} entries to differentiate (the recommended problem has {usual})"
    said = f"It finds {caught} in each of {len(SEEDS)} draws, with {price}."
    if escaped:
        more = f"; and {len(escaped) - 5} more" if len(escaped) > 5 else ""
        names = "; ".join(mistake.name for mistake in escaped[:5])
        return Report(False, f"{name} is not right yet. {said}", f"These escape: {names}{more}.")
    least = cost_of(**test_problem())
    if 2 * cost > usual:
        few = f"None escapes. But {usual // 2} entries, or fewer, are enough."
        return Report(False, f"{name} is not right yet. {said}", few)
    more = f"It can be done with {least}." if cost > least else "No cheaper one is known."
    return Report(True, f"{name}: right. {said}", more)


# Alone


def for_every_step(rng, **sizes):
    """Draw a backward pass whose loss is read at every step."""
    flat = sizes.pop("flat", False)
    C, (params, X, h0) = sizes["C"], for_states(rng, **sizes)
    if flat:
        params["b_h"][[2, -1]] = 40, -40
    h = answers.states(params, X, h0)
    return params, X, h, rng.normal(size=(*h[1:].shape[:2], C))


ALONE = {
    "backward_every_step": Exercise(
        "backward_every_step(params, X, h, d_logits)",
        answers.backward_every_step,
        variants(for_every_step, N1, T1, I1, LONG, H0, FLAT),
        GRADS,
        "X (T, N, I), h (T + 1, N, H) and d_logits (T, N, C)",
    ),
    "gru_step_back": Exercise(
        "gru_step_back(params, x, h, dh)",
        answers.gru_step_back,
        gru_step_back_problems,
        dict.fromkeys(("W_in", "W_hh", "b_h", "b_hn", "h", "x"), "x"),
        "x (N, I), h (N, H) and dh (N, H)",
        only=True,
        precision=1e-11,  # formulas reach 15 digits, central differences 10
    ),
}


def as_given(params, X, h, d_logits):
    """Return what the function of notebook 06 returns before its two faults are repaired."""
    dz, dh = d_logits @ params["W_out"].T, np.zeros_like(h[0])  # without the slope of the tanh
    for t in range(len(dz), 0, -1):
        dz[t - 1] += dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    grads = answers.gradients(params, X, h, d_logits[-1], dz, dh)
    read_out = answers.backward_every_step(params, X, h, d_logits)
    grads |= {name: read_out[name] for name in ("W_out", "b_out")}
    return grads | {"b_h": dz[0].sum(axis=0)}  # of the first step, instead of the sum


AS_GIVEN = {"backward_every_step": as_given}


@functools.cache
def drawn(name):
    """Return the problems of an exercise that is done alone."""
    return ALONE[name].problems(np.random.default_rng(0))


@functools.cache
def rights_alone(name):
    """Return the Outcomes of the right function."""
    return run(ALONE[name].right, drawn(name), ALONE[name])[0]


def not_to_be_judged(name, outcomes, late):
    """Return why an attempt has no gradients that could be right or not right, or nothing."""
    if late:
        return "takes too long."
    for outcome, right, problem in zip(outcomes, rights_alone(name), drawn(name)):
        if outcome.error is not None:
            said = str(outcome.error)
            return f"stops with {type(outcome.error).__name__}{': ' * bool(said)}{said[:200]}."
        if outcome.kind == "nothing":
            return "returns nothing (None): is a `return` missing?"
        if outcome.besides:
            return f"cannot be judged: {outcome.besides}."
        if outcome.kind:
            return f"cannot be judged. {outcome.kind}"
        sizes = letters_of(ALONE[name], problem.sizes)
        for k, value in right.results.items():
            shape = letters_for(ALONE[name].shapes[k], value)
            if odd := misfit(outcome.results[k], value, shape, problem._replace(sizes=sizes)):
                return f"cannot be judged: {k} {odd.removesuffix(', that of the argument')}."
    return ""


def judge_alone(name, attempt, seconds):
    """Report whether all gradients are right, and nothing else."""
    problems, rights = drawn(name), rights_alone(name)
    outcomes, _, late = run(attempt, problems, ALONE[name], seconds)
    if why := not_to_be_judged(name, outcomes, late):
        return Report(
            False, f"{name} {why}", "This is no judgement, and does not count as the one answer."
        )

    def like(others):
        return len(outcomes) == len(others) and all(map(agrees, outcomes, others, problems))

    if name in AS_GIVEN and like(run(AS_GIVEN[name], problems, ALONE[name])[0]):
        return Report(
            False,
            f"{name} {UNTOUCHED}",
            "Repair it, and convince yourself with a check of your own. This one answers once.",
        )
    digits, single = digits_of(outcomes, rights, ALONE[name].precision)
    if like(rights) and digits:
        return Report(
            False,
            *rough(name, digits, single).lines,
            "This is no judgement, and does not count as the one answer.",
        )
    ok = like(rights) and not any(o.wrote for o in outcomes)
    report = Report(ok, f"{name}: {'right' if ok else 'not right'}.")
    report.final = True
    return report


# All of them

TRIALS = {
    "test_problem": ("test_problem()", test_problem, judge_design),
    "slope_into": (in_place.SIGNATURE, answers.slope_into, in_place.judge),
    **{name: (alone.signature, alone.right, judge_alone) for name, alone in ALONE.items()},
}
ONCE = tuple(ALONE)
UNTOUCHED = "still returns what it returned at first."
ANSWERED = {}  # what has been said once


def tried_out(name, attempt, seconds):
    """Report on an attempt at one of the TRIALS."""
    signature, _, judge = TRIALS[name]
    if attempt is None or attempt is Ellipsis or is_stub(attempt):
        return not_written(name, signature, hints=name not in ONCE)
    if not callable(attempt):
        return no_function(name, attempt)
    return judge(name, attempt, seconds)


def said_once(name, report):
    """Return what to print of a report; of some exercises, only the first judgement counts."""
    if name not in ONCE or not report.final:
        return str(report)
    if name in ANSWERED:
        said = (
            f"{name}: this check answers once, and it has. ({ANSWERED[name]}) Your own checker "
            "answers as often as you like; restarting the kernel gives you another try here."
        )
        return "\n".join(textwrap.wrap(said, 110))
    ANSWERED[name] = "It said: " + str(report).partition(": ")[2]
    return str(report)
