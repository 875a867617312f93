"""Wrong answers that the catalogue does not have: what they do is found by fits and probes.

Each is a right answer with one or two slips of its own; the report says what comes of them.
"""

import itertools
import random

import numpy as np
import pytest

from bptt_lab.teaching import attempts, diagnosis, examine, fits
from bptt_lab.teaching.attempts import Outcome
from bptt_lab.teaching.comparing import like
from bptt_lab.teaching.diagnosis import Finding, recognised
from bptt_lab.teaching.exercises import EXERCISES
from bptt_lab.teaching.fits import two_at_once, usual_places
from bptt_lab.teaching.mistakes import BACKWARD, clipping, from_parts
from bptt_lab.teaching.mistakes.parts import joined
from bptt_lab.teaching.probes import worked_number
from bptt_lab.teaching.reports import Report


def right(name):
    return EXERCISES[name].right


def text_of(name, attempt):
    report = examine(name, attempt)
    assert not report.ok and len(report.lines) <= 8
    assert all(len(line) <= 120 for line in report.lines)
    return " ".join(line.strip() for line in report.lines)


def z_of(params, x, h):
    return x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]


def states_with(step):
    def states(params, X, h0):
        h = [h0]
        for x in X:
            h.append(step(params, x, h[-1]))
        return np.stack(h)

    return states


def signals_with(slope=lambda h: 1 - h**2, start=1.0):
    def error_signals(params, h, d_logits):
        dz, dh = np.zeros_like(h[1:]), start * d_logits @ params["W_out"].T
        for t in range(len(dz), 0, -1):
            dz[t - 1] = dh * slope(h[t])
            dh = dz[t - 1] @ params["W_hh"].T
        return dz

    return error_signals


def momentum(velocity, move=lambda w, v, lr: w - lr * v):
    def momentum_step(params, grads, v, lr, momentum, weight_decay):
        for k in params:
            v[k] = velocity(v[k], grads[k], params[k], lr, momentum, weight_decay)
            params[k] = move(params[k], v[k], lr)

    return momentum_step


def difference(below, divided_by):
    def numerical_gradient(f, x, eps=1e-5):
        gradient = np.zeros(x.shape)
        for k in np.ndindex(x.shape):
            e = np.zeros(x.shape)
            e[k] = eps
            gradient[k] = (f(x + e) - f(x + below * e)) / (divided_by * eps)
        return gradient

    return numerical_gradient


def clipped_if(condition):
    def clip(grads, max_norm):
        norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
        factor = max_norm / norm if condition(norm, max_norm) else 1
        return {k: g * factor for k, g in grads.items()}

    return clip


def backward_with(slope):
    return from_parts(through_tanh=lambda dh, h, t: dh * slope(h[t]))["backward"]


def recalls(predicted, labels, C):
    return [(predicted[labels == k] == k).mean() for k in range(C) if (labels == k).any()]


WRONG = {
    "reversed in time": (
        "time_major",
        lambda table: right("time_major")(table)[::-1],
        "the right one read backwards along t",
    ),
    "axes exchanged": (
        "time_major",
        lambda table: table[:, :, None],
        "It holds the right numbers, with the axes in another order.",
    ),
    "a sine": (
        "step",
        lambda params, x, h: np.sin(z_of(params, x, h)),
        "Around the sum of three terms stands a sine.",
    ),
    "h without its weights": (
        "step",
        lambda params, x, h: np.tanh(x @ params["W_in"] + h + params["b_h"]),
        "the old state through W_hh counts 0 times, the old state itself counts 1 times.",
    ),
    "half of the old state stays": (
        "step",
        lambda params, x, h: 0.5 * h + 0.5 * np.tanh(z_of(params, x, h)),
        "the right state counts 0.5 times, the old state counts 0.5 times",
    ),
    "a sign in a step": (
        "step",
        lambda params, x, h: np.tanh(x @ params["W_in"] - h @ params["W_hh"] + params["b_h"]),
        "what comes out if",
    ),
    "two faults in a step": (
        "step",
        lambda params, x, h: np.tanh(x @ params["W_in"] + h @ params["W_hh"].T),
        "the bias counts 0 times, the old state through W_hh transposed counts 1 times.",
    ),
    "a sine in the states": (
        "states",
        states_with(lambda params, x, h: np.sin(z_of(params, x, h))),
        "In each step, around the sum of three terms stands a sine.",
    ),
    "X from the end": (
        "states",
        lambda params, X, h0: right("states")(params, X[::-1], h0),
        "what comes out if X is read backwards along axis 0",
    ),
    "a slope as a polynomial": (
        "tanh_slope",
        lambda h: 1 - h + 0.25 * h**2,
        "As a function of h, it comes to 1 - h + 0.25 h².",
    ),
    "a worked number": (
        "tanh_slope",
        lambda h: 1 - np.abs(h) ** 1.7,
        "For example: for h = 0.5 it returns 0.6922; right is 0.75.",
    ),
    "rounded": (
        "tanh_slope",
        lambda h: np.round(1 - h**2, 3),
        "the right one rounded to 3 digits behind the point",
    ),
    "another slope in a step back": (
        "step_back",
        lambda dz, h, W: dz @ W.T * (2 - h**2),
        "the slope of the tanh comes to 2 - h²",
    ),
    "another slope on the way": (
        "error_signals",
        signals_with(lambda h: 1 - h**3),
        "its slope comes to 1 - h³",
    ),
    "another slope in backward": (
        "backward",
        backward_with(lambda h: 1 - h**3),
        "With one step only, the slope of the tanh, seen from the results, comes to 1 - h³.",
    ),
    "a reciprocal slope in backward": (
        "backward",
        backward_with(lambda h: 1 / (1 - h**2)),
        "in the slope of the tanh, the reciprocal",
    ),
    "a slope with the wrong sign": (
        "backward",
        backward_with(lambda h: h**2 - 1),
        "the slope has the wrong sign",
    ),
    "cubes": (
        "mse",
        lambda logits, Y: (((logits - Y) ** 3).sum() / (2 * len(Y)), (logits - Y) / len(Y)),
        "a sum of cubed differences, halved and averaged over the batch",
    ),
    "logarithms to the base 2": (
        "cross_entropy",
        lambda logits, Y: (
            right("cross_entropy")(logits, Y)[0] / np.log(2),
            right("cross_entropy")(logits, Y)[1],
        ),
        "loss is 1.44 times the right one, in each problem",
    ),
    "all log p": (
        "cross_entropy",
        lambda logits, Y: (
            -np.log(np.exp(logits) / np.exp(logits).sum(1, keepdims=True)).sum() / len(Y),
            right("cross_entropy")(logits, Y)[1],
        ),
        "a sum of log p of all classes, averaged over the batch",
    ),
    "dampening and lr": (
        "momentum_step",
        momentum(lambda v, g, w, lr, m, d: m * v + (1 - m) * g + lr * d * w),
        "the gradient counts 1 - momentum times, the parameter counts lr·weight_decay times",
    ),
    "a number added": (
        "momentum_step",
        momentum(lambda v, g, w, lr, m, d: m + v + g + d * w),
        "In v, the same number is added to every entry.",
    ),
    "decay from the parameter": (
        "momentum_step",
        momentum(lambda v, g, w, lr, m, d: m * v + g + d * w, lambda w, v, lr: 0.9 * w - lr * v),
        "that is not the move by this new v",
    ),
    "the second point is x": (
        "numerical_gradient",
        difference(0, 3),
        "the derivative by the first is computed as (0.3333 f(x + (eps, 0)) - 0.3333 f(x)) / eps",
    ),
    "the same point twice": (
        "numerical_gradient",
        difference(1, 2),
        "it calls f at x + (eps, 0) and x + (0, eps), and what it makes of that is 0",
    ),
    "the smaller norm": (
        "relative_error",
        lambda a, b: np.linalg.norm(a - b) / max(min(np.linalg.norm(a), np.linalg.norm(b)), 1e-300),
        "the norm of the difference, divided by the smaller norm",
    ),
    "one number for each class, and their median": (
        "balanced_accuracy",
        lambda *arguments: np.median(recalls(*arguments)),
        "the median of one number per class: the recalls",
    ),
    "the norm against 1": (
        "clip",
        clipped_if(lambda norm, max_norm: norm > 1),
        "Some gradients that are longer than the limit come back as they were",
    ),
    "the limit squared": (
        "clip",
        lambda grads, max_norm: right("clip")(grads, max_norm**2),
        "what comes out if max_norm is squared",
    ),
    "labels from their smallest": (
        "one_hot",
        lambda labels, C: right("one_hot")(labels, C)[:, ::-1],
        "the right one read backwards along class",
    ),
}


@pytest.mark.parametrize("name, attempt, said", WRONG.values(), ids=WRONG)
def test_an_invention_is_told_what_it_does(name, attempt, said):
    text = text_of(name, attempt)
    assert said in text, text


@pytest.mark.parametrize("limit", (0.5, 1, 3.3, 5, 10))
@pytest.mark.parametrize("name", ("error_signals", "backward"))
def test_clipping_is_named_wherever_it_stands(name, limit):
    for mistake in clipping(limit):
        if name in mistake.wrong and (limit in (0.5, 1, 5, 10) or name == "error_signals"):
            text = text_of(name, mistake.function(name))
            assert "is clipped" in text or "are clipped" in text, (mistake.id, text)
            assert f"between -{limit:g} and {limit:g}" in text, (mistake.id, text)


def test_two_mistakes_of_a_backward_pass_are_both_named():
    made_of_parts = [m for m in BACKWARD if hasattr(m.wrong["backward"], "parts")]
    assert len(made_of_parts) == len(BACKWARD) - 1  # all but the one that remembers its calls
    pairs = list(itertools.combinations(made_of_parts, 2))
    alone = [outcomes for _, outcomes in attempts.mistakes_of("backward")]
    usual = [k for k, p in enumerate(attempts.problems_of("backward")) if not p.when]
    tried = named = 0
    for a, b in random.Random(0).sample(pairs, 60):
        both = from_parts(**joined(a.wrong["backward"].parts, b.wrong["backward"].parts))
        outcomes = attempts.tried("backward", both["backward"])[0]
        others = [attempts.rights_of("backward"), *alone]
        if any(all(like(outcomes[k], other[k]) for k in usual) for other in others):
            continue  # one hides the other
        tried += 1
        text = text_of("backward", both["backward"])
        named += a.name in text and b.name in text
    assert tried > 40 and named >= 0.9 * tried


def test_whole_findings_are_left_out_and_the_cause_stays():
    long = "word " * 60
    report = Report(
        False,
        Finding("heading", 0),
        Finding(f"b {long}", 4),
        Finding(f"c {long}", 2),
        "d",
        "e " * 200,
    )
    assert len(report.lines) <= 8 and report.lines[0] == "heading"
    text = str(report)
    assert "b word" not in text and "d" in report.lines
    many = Report(False, *[Finding(f"{k} {long}", 0) for k in range(5)])
    assert len(many.lines) == 8


# What is said must be true of more than the problems that happened to be drawn


def test_two_that_stop_are_alike_only_if_the_error_is_of_one_kind():
    stopped = {kind: Outcome(None, kind("words")) for kind in (ValueError, IndexError, KeyError)}
    for a, b in itertools.product(stopped, repeat=2):
        assert like(stopped[a], stopped[b]) == (a is b)
    fine = Outcome({"the result": np.ones(2)})
    assert like(fine, fine) and not like(fine, stopped[KeyError])
    assert not like(stopped[KeyError], fine)


def test_an_attempt_that_stops_for_another_reason_is_not_taken_for_a_mistake():
    def every_pair(outputs, Y):
        if outputs.ndim == 3:
            raise KeyError("for a reason of its own")
        e = outputs[..., 0] - Y
        mean, s = outputs[..., 0], outputs[..., 1]
        loss = np.mean((s + e**2 * np.exp(-s) + np.log(2 * np.pi)) / 2)
        d = [(e * np.exp(-s)).mean(axis=-2), ((1 - e**2 * np.exp(-s)) / 2).mean(axis=-2)]
        return loss, np.stack(d, axis=-1) / mean.size

    outcomes = attempts.tried("gaussian_nll", every_pair)[0]
    ((mistake, explained),), _ = recognised("gaussian_nll", outcomes)
    assert mistake.id == "gaussian-every-pair" and explained is None  # of ordinary problems only


def test_a_mistake_that_only_stops_is_named_for_no_attempt_that_stops(monkeypatch):
    def stops(outputs, Y):
        if outputs.ndim == 3:
            raise ValueError("for one reason or another")
        return right("gaussian_nll")(outputs, Y)

    outcomes = attempts.tried("gaussian_nll", stops)[0]
    only_stops = BACKWARD[0]._replace(id="only-stops", wrong={"gaussian_nll": stops})
    monkeypatch.setattr(diagnosis, "mistakes_of", lambda name: [(only_stops, outcomes)])
    monkeypatch.setattr(diagnosis, "spoilt_in", diagnosis.spoilt_in.__wrapped__)
    assert recognised("gaussian_nll", outcomes)[0] == []


def test_right_once_by_luck_is_not_called_right():
    def clipped(params, h, d_logits):
        return np.clip(right("signals_every_step")(params, h, d_logits), -1, 1)

    outcomes = attempts.tried("signals_every_step", clipped)[0]
    kinds = [p.when for p in attempts.problems_of("signals_every_step")]
    rights = attempts.rights_of("signals_every_step")
    assert like(outcomes[kinds.index("when N = 1")], rights[kinds.index("when N = 1")])  # by luck
    assert "It is right" not in text_of("signals_every_step", clipped)


def test_right_each_time_is_called_right():
    def divided(params, h, d_logits):
        return right("signals_every_step")(params, h, d_logits) / h.shape[1]

    assert "It is right when N = 1, and not always when N > 1." in text_of(
        "signals_every_step", divided
    )


@pytest.mark.parametrize("safety", (1e-3, 1e-4, 1e-5, 1e-6, 1e-8))
def test_a_small_number_for_safety_is_not_two_faults_that_cancel(safety):
    def gaussian_nll(outputs, Y):
        mean, s, N = outputs[..., :1], outputs[..., 1:], Y.size
        e, v = mean - Y, np.exp(s) + safety
        loss = (np.log(v) + e**2 / v + np.log(2 * np.pi)).sum() / (2 * N)
        return loss, np.concatenate([e / v, (1 - e**2 / v) / 2], axis=-1) / N

    said = text_of("gaussian_nll", gaussian_nll)
    assert "two faults" not in said and " 1 times" not in said
    assert "a small number for safety" in said


def test_no_two_faults_are_found_that_come_to_the_right_result():
    places = usual_places("gaussian_nll")
    rights = [attempts.rights_of("gaussian_nll")[p].results["d_outputs"] for p in places]
    nearly = [1.000003 * right for right in rights]
    assert two_at_once("gaussian_nll", nearly, rights, "d_outputs") == ""


@pytest.mark.parametrize("digits", (2, 3, 4))
def test_a_worked_number_differs_from_the_right_one_in_what_is_shown(digits):
    def dream(step, x, state, noise, temperature):
        return np.round(right("dream")(step, x, state, noise, temperature), digits)

    found = worked_number("dream", dream)
    wrong, expected = found.split("it returns ")[-1].removesuffix(".").split("; right is ")
    assert wrong != expected


def test_a_wrong_column_is_named_and_a_shape_of_ones_is_said_once():
    def one_column(outputs, Y):
        loss, d = right("gaussian_nll")(outputs, Y)
        return loss, np.stack([d[..., 0] ** 2, d[..., 1]], axis=-1)

    def in_a_row(outputs, Y):
        loss, d = right("gaussian_nll")(outputs, Y)
        return np.array([loss]), d

    assert "d_outputs is wrong only for column 0 (of 0 to 1)." in text_of(
        "gaussian_nll", one_column
    )
    assert "loss has the shape (1,): expected a single number." in text_of("gaussian_nll", in_a_row)


def test_a_factor_on_ordinary_problems_alone_is_said_to_be_one():
    def turned(outputs, Y, further=lambda d: d):
        loss, d = EXERCISES["gaussian_nll"].right(outputs, Y)
        return loss, -d if outputs.ndim == 2 else further(-d)

    everywhere = text_of("gaussian_nll", turned)
    assert "d_outputs has the wrong sign, and is right otherwise." in everywhere
    some = text_of("gaussian_nll", lambda outputs, Y: turned(outputs, Y, lambda d: 2 * d))
    assert "and is right otherwise (on ordinary problems; on others it is not so)." in some


def test_a_count_is_right_to_the_last_digit():
    right = EXERCISES["multiplications"].right

    def nearly(T, N, I, H, C):
        return {k: n - (n > 10**5) for k, n in right(T, N, I, H, C).items()}

    text = text_of("multiplications", nearly)
    assert "right to some" not in text and not examine("multiplications", nearly).ok


def test_what_is_only_imagined_is_in_the_subjunctive():
    assert fits.were("b is halved") == "b were halved"
    assert fits.were("a and b change places") == "a and b changed places"
    assert fits.were("b has the other sign") == "b had the other sign"


def test_of_two_ways_to_say_it_the_one_without_a_second_minus_is_taken():
    def turned(outputs, Y):
        loss, d = EXERCISES["gaussian_nll"].right(outputs, Y)
        return loss, d * Y.size * np.array([-1, 1])

    text = text_of("gaussian_nll", turned)
    assert "the gradient by the mean has the wrong sign, and then it is N times" in text
