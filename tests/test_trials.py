"""Typed predictions, the exercise that designs a test, and the one that is done alone."""

import inspect
import re

import nbformat
import numpy as np
import pytest
from execute import NOTEBOOKS

from bptt_lab import VanillaRNN
from bptt_lab.teaching import check, examine, predict, predictions, solution, trials
from bptt_lab.teaching.mistakes import BACKWARD

# Predictions


@pytest.mark.parametrize("name", predictions.PREDICTIONS)
def test_nothing_is_said_before_a_guess_and_the_distance_after_it(name, capsys, monkeypatch):
    prediction = predictions.PREDICTIONS[name]
    predict(name, ...)
    before = capsys.readouterr().out
    assert before.startswith(prediction.question) and before.count("\n") == 1
    truth = float(prediction.truth())
    assert np.isfinite(truth) and predictions.shown(truth, prediction.kind) not in before
    computed_once = prediction._replace(truth=lambda: truth)  # that takes seconds
    monkeypatch.setitem(predictions.PREDICTIONS, name, computed_once)
    predict(name, truth)
    said = capsys.readouterr().out
    assert said.startswith("You said ") and said.count("\n") == 1
    assert any(word in said for word in ("Exactly", "no difference", "right power of ten"))
    predict(name, {"share": 0.4, "count": truth + 2, "size": 0.3, "many": 0.3}[prediction.kind])
    said = capsys.readouterr().out
    assert any(word in said for word in ("off by", "many", "power"))


def test_truths_are_those_of_the_notebooks():
    truth = {name: p.truth() for name, p in predictions.PREDICTIONS.items() if p.kind == "count"}
    assert truth["entries_not_zero"] == 20 and truth["different_answers"] == 2
    one_step = predictions.found_by(T=1)
    assert truth["escapes_at_one_step"] == sum(not seen for seen in one_step.values()) > 5
    assert predictions.PREDICTIONS["gradient_when_saturated"].truth() == 0


@pytest.mark.parametrize(
    "value, said",
    (
        ("0.5", "this is a str"),
        (None, "this is a NoneType"),
        (True, "this is a bool"),
        (np.ones(3), "this is a ndarray"),
        (1j, "this is a complex"),
        (float("nan"), "this is nan"),
        (90, "for 90 % write 0.9"),
        (np.float32(0.5), "You said 0.5"),
    ),
)
def test_a_guess_is_a_number(value, said):
    assert said in predictions.answer("majority_balanced", value)


def test_every_prediction_is_asked_for_in_a_notebook_without_a_guess():
    asked = []
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and cell.source.startswith("predict("):
                asked += re.findall(r'^predict\("(\w+)", \.\.\.\)$', cell.source)
                said = "".join(output.text for output in cell.outputs)
                assert "Put your guess in place of the ...," in said, cell.source
    assert sorted(asked) == sorted(predictions.PREDICTIONS)


def test_unknown_predictions_are_refused():
    with pytest.raises(ValueError, match="expected one of majority_accuracy, "):
        predict("majority", 0.5)


def test_sizes_are_compared_by_powers_of_ten():
    assert "too large by about 6 powers" in predictions.answer("factor_at_first_sample", 0.5)
    assert "too small by about 3 powers" in predictions.answer("factor_at_first_sample", 4e-10)
    assert "That is too large: zero" in predictions.answer("gradient_when_saturated", 1e-3)
    assert "That is nearly right: zero" in predictions.answer("gradient_when_saturated", -1e-9)
    assert "No power of ten" in predictions.answer("factor_at_first_sample", 0)
    assert "No power of ten" in predictions.answer("factor_at_first_sample", -1e-6)
    assert "Exactly" in predictions.answer("gradient_when_saturated", 0)


# The designed test


def designed(**changes):
    return lambda: solution("test_problem")() | changes


def test_the_solution_finds_all_with_few_entries():
    report = examine("test_problem", solution("test_problem"))
    assert report.ok and "No cheaper one is known." in str(report)
    assert str(report).startswith(f"test_problem: right. It finds {len(BACKWARD)} of")


def test_what_escapes_is_named():
    report = examine("test_problem", designed(h0=0))
    assert not report.ok and "the first state h_0 is left out of dW_hh" in str(report)
    report = examine("test_problem", designed(calls=1))
    assert not report.ok and f"{len(BACKWARD) - 1} of {len(BACKWARD)}" in str(report)


def test_cost_counts():
    dear = examine("test_problem", lambda: dict(trials.RECOMMENDED))
    assert not dear.ok and "None escapes. But 126 entries, or fewer, are enough." in str(dear)
    fair = examine("test_problem", designed(H=3))
    assert fair.ok and "It can be done with 60." in str(fair)
    assert "too many" in str(examine("test_problem", designed(T=1000)))


@pytest.mark.parametrize(
    "attempt, line",
    (
        (lambda: print(), "returns nothing"),
        (lambda: [6, 4], "it returns a list: expected a dict"),
        (lambda: {"T": 6}, "the dict lacks N, I, H, C"),
        (designed(T=0), "T is 0: expected a whole number from 1 on"),
        (designed(H=2.5), "H is 2.5: expected a whole number"),
        (designed(h0=-1), "h0 is -1: expected"),
        (designed(W_hh="diagonal"), "W_hh is 'diagonal': expected"),
        (designed(W_hh=np.eye(2)), "W_hh is an array of shape (2, 2): expected 'random'"),
        (designed(h0=np.zeros((2, 2))), "h0 is an array of shape (2, 2): expected the spread"),
        (designed(h0=float("nan")), "h0 is nan: expected the spread"),
        (designed(T=True), "T is True: expected a whole number"),
        (designed(K=1), "the dict has 'K': expected only"),
        (lambda: 1 / 0, "it stops with ZeroDivisionError"),
        (lambda rng: {}, "it stops with TypeError"),
        (None, "test_problem() is not written yet."),
        ({"T": 6}, "where the function itself is expected"),
    ),
)
def test_every_design_gets_an_answer(attempt, line):
    report = examine("test_problem", attempt)
    text = " ".join(each.strip() for each in report.lines)
    assert not report.ok and line in text, text


# Alone

right = solution("backward_every_step")


def test_it_is_the_packages_gradient():
    model, rng = VanillaRNN(2, 5, 3, init="normal", input_scale=1), np.random.default_rng(0)
    X, h0 = rng.normal(size=(6, 4, 2)), rng.normal(size=(4, 5))
    logits, cache = model.forward(X, h0, every_step=True)
    d_logits = rng.normal(size=logits.shape)
    ours = right(model.params, X, cache.h, d_logits)
    for name, g in model.backward(cache, d_logits).items():
        np.testing.assert_allclose(ours[name], g, rtol=1e-12, atol=1e-13)
    assert list(inspect.signature(right).parameters) == ["params", "X", "h", "d_logits"]


def wrong(kind):
    """Return a backward pass that is wrong in one respect."""

    def backward(params, X, h, d_logits):
        grads = right(params, X, h, d_logits)
        if kind == "crash":
            return grads["none"]
        if kind == "nothing":
            return None
        if kind == "a list":
            return list(grads.values())
        if kind == "shape":
            return grads | {"b_h": grads["b_h"][None]}
        if kind == "last step":
            last = right(params, X, h, d_logits * (np.arange(len(X)) == len(X) - 1)[:, None, None])
            return grads | {"W_out": last["W_out"]}
        if kind == "writes":
            d_logits[:] = 0
        if kind == "first step":
            grads["W_in"] = grads["W_in"] - X[0].T @ (grads["X"][0] @ params["W_in"])
        return grads if kind != "lacks X" else {k: g for k, g in grads.items() if k != "X"}

    return backward


@pytest.mark.parametrize("kind", ("last step", "writes", "first step"))
def test_only_right_or_not_right_is_said(kind):
    assert str(examine("backward_every_step", right)) == "backward_every_step: right."
    assert str(examine("backward_every_step", wrong(kind))) == "backward_every_step: not right."


@pytest.mark.parametrize(
    "kind, said",
    (
        ("crash", "backward_every_step stops with KeyError: 'none'."),
        ("nothing", "returns nothing (None)"),
        ("a list", "It returns a list: expected a dict with the names"),
        ("lacks X", "The dict lacks X; it has"),
        ("shape", "b_h has the shape (1, 5)"),
    ),
)
def test_what_cannot_be_judged_is_said_and_does_not_count(kind, said, monkeypatch, capsys):
    monkeypatch.setattr(trials, "ANSWERED", {})
    for _ in range(2):
        check("backward_every_step", wrong(kind))
        text = capsys.readouterr().out
        assert said in " ".join(text.split()) and "not right" not in text, text
        assert "does not count as the one answer." in text
    check("backward_every_step", "a text")
    assert "where the function itself is expected" in capsys.readouterr().out
    check("backward_every_step", right)
    assert capsys.readouterr().out == "backward_every_step: right.\n"
    check("backward_every_step", wrong(kind))
    assert said in " ".join(capsys.readouterr().out.split())


def of_the_notebook(tag):
    """Return what the last exercise of notebook 06 defines in its cell, or in its solution."""
    path = next(path for path in NOTEBOOKS if path.stem == "06_bug_hunt")
    cells = nbformat.read(path, as_version=4).cells
    cell = [c for c in cells if tag in c.metadata.get("tags", [])][-1]
    namespace = {"np": np}
    exec(cell.source, namespace)
    return namespace["backward_every_step"]


def test_the_notebook_holds_the_wrong_function_and_a_right_one():
    said = str(examine("backward_every_step", of_the_notebook("exercise")))
    assert said.startswith(f"backward_every_step {trials.UNTOUCHED}")
    assert examine("backward_every_step", of_the_notebook("solution")).ok


@pytest.mark.parametrize("part", ("W_in", "b_h"))
def test_one_fault_of_two_repaired_is_not_right(part):
    def half(*arguments):
        return trials.as_given(*arguments) | {part: right(*arguments)[part]}

    assert str(examine("backward_every_step", half)) == "backward_every_step: not right."


def test_the_answer_is_given_once(monkeypatch, capsys):
    monkeypatch.setattr(trials, "ANSWERED", {})
    check("backward_every_step", ...)
    assert "is not written yet" in capsys.readouterr().out
    check("backward_every_step", trials.as_given)
    assert "This one answers once." in capsys.readouterr().out
    check("backward_every_step", wrong("first step"))
    assert capsys.readouterr().out == "backward_every_step: not right.\n"
    check("backward_every_step", right)
    said = capsys.readouterr().out
    assert "this check answers once, and it has. (It said: not right.)" in said
