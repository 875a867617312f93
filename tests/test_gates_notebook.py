"""What notebook 09 brings along: mistakes with gates, where they hide, and the gates of a cell."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest
from problems import TRIALS

from bptt_lab import GRU, LSTM, check_gradients, cross_entropy, numerical_gradient
from bptt_lab.teaching import examine, plots, solution
from bptt_lab.teaching.gate_values import gates_of
from bptt_lab.teaching.mistakes import GRU_BACKWARD, LSTM_BACKWARD, SETTINGS, FaultyRNN, found_by
from bptt_lab.teaching.mistakes import gru as gru_mistakes
from bptt_lab.teaching.mistakes import lstm as lstm_mistakes
from bptt_lab.teaching.mistakes.mistake import Mistake

FAULTS = {LSTM: LSTM_BACKWARD, GRU: GRU_BACKWARD}
RIGHT = {
    LSTM: Mistake("right", "no mistake", lstm_mistakes.backward_by(), "", ""),
    GRU: Mistake("right", "no mistake", gru_mistakes.backward_by(), "", ""),
}


def specimen(cell, mistake, seed=3, T=6, N=4, I=2, H=5, C=3):
    rng = np.random.default_rng(seed)
    model = FaultyRNN(mistake, I, H, C, cell=cell, init="normal", input_scale=1, seed=rng)
    for k, w in model.params.items():
        if w.ndim == 1:
            model.params[k] = 0.5 * rng.normal(size=w.shape)
    return model, rng.normal(size=(T, N, I)), np.eye(C)[rng.integers(0, C, N)]


@pytest.mark.parametrize("cell", FAULTS)
def test_there_are_many_and_each_is_complete(cell):
    faults = FAULTS[cell]
    assert len(faults) >= 20 and len({m.id for m in faults}) == len({m.name for m in faults})
    assert len({m.id for m in faults}) == len(faults)
    for mistake in faults:
        assert mistake.seen and mistake.look and set(mistake.missed) <= set(SETTINGS), mistake.id


@pytest.mark.parametrize("cell", FAULTS)
def test_without_a_fault_it_is_the_packages_gradient(cell):
    model, X, Y = specimen(cell, RIGHT[cell])
    h0 = np.random.default_rng(0).normal(size=(4, cell.STATE * 5))
    logits, cache = model.forward(X, h0)
    d_logits = cross_entropy(logits, Y)[1]
    ours, right = model.backward(cache, d_logits), model.model.backward(cache, d_logits)
    assert set(ours) == set(right)
    for k, g in right.items():
        np.testing.assert_allclose(ours[k], g, rtol=1e-11, atol=1e-14)
    assert check_gradients(model, X, Y).ok


@pytest.mark.parametrize("cell", FAULTS)
def test_check_gradients_finds_every_one(cell):
    for mistake in FAULTS[cell]:
        assert not check_gradients(*specimen(cell, mistake)).ok, mistake.id


@pytest.mark.parametrize("cell", FAULTS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_what_a_setting_misses_is_what_the_catalogue_says(cell, setting):
    faults = [*FAULTS[cell], RIGHT[cell]]
    expected = {m.id for m in faults if setting in m.missed} | {"right"}
    for seed in range(10 if TRIALS > 300 else 1):
        found = found_by(faults, cell=cell, seed=seed, **SETTINGS[setting])
        assert {id for id, wrong in found.items() if not wrong} == expected, seed


@pytest.mark.parametrize("cell", FAULTS)
def test_what_is_seen_names_the_wrong_tensors(cell):
    found = found_by(FAULTS[cell], cell=cell)
    for mistake in FAULTS[cell]:
        words = mistake.seen.replace(" and ", " ").replace(",", "").removeprefix("only ").split()
        assert set(found[mistake.id]) == set(words[:-2]), mistake.id


def test_one_step_and_the_parameters_alone_miss_what_goes_back():
    for cell, least in ((LSTM, 8), (GRU, 5)):
        found = found_by(FAULTS[cell], cell=cell, T=1)
        assert sum(not set(wrong) - {"h0", "X"} for wrong in found.values()) >= least


# The step that is written alone


def test_the_step_back_of_the_gru_is_right():
    back, step = solution("gru_step_back"), solution("gru_step")
    rng = np.random.default_rng(0)
    model, X, _ = specimen(GRU, RIGHT[GRU])
    h, dh = rng.normal(size=(2, 4, 5))
    at = {k: w for k, w in model.params.items() if not k.endswith("out")} | {"h": h, "x": X[0]}

    def said(k, value):
        v = at | {k: value}
        return (dh * step(v, v["x"], v["h"])).sum()

    grads = back(at, X[0], h, dh)
    assert set(grads) == set(at)
    for k in at:
        right = numerical_gradient(lambda v, k=k: said(k, v), at[k], "complex")
        np.testing.assert_allclose(grads[k], right, rtol=1e-11, atol=1e-13)
    assert list(inspect.signature(back).parameters) == ["params", "x", "h", "dh"]


@pytest.mark.parametrize("k", ("W_in", "W_hh", "b_h", "b_hn", "h", "x"))
def test_it_says_right_or_not_right_alone(k):
    right = solution("gru_step_back")
    assert str(examine("gru_step_back", right)) == "gru_step_back: right."

    def wrong(*arguments):
        grads = right(*arguments)
        return grads | {k: 1.01 * grads[k]}

    assert str(examine("gru_step_back", wrong)) == "gru_step_back: not right."


@pytest.mark.parametrize(
    "attempt, words",
    (
        (lambda params, x, h, dh: {}["W"], "stops with KeyError"),
        (lambda params, x, h, dh: print(), "returns nothing (None)"),
        (lambda params, x, h, dh: {"h": dh}, "cannot be judged. The dict lacks W_in"),
        (lambda *given: solution("gru_step_back")(*given) | {"x": given[2]}, "judged: x has the"),
        (lambda params, x, h, dh: None, "is not written yet"),
    ),
)
def test_what_cannot_be_judged_is_no_answer(attempt, words):
    report = examine("gru_step_back", attempt)
    said = " ".join(str(report).split())
    assert not report.ok and words in said and not getattr(report, "final", False), said


def test_the_gates_are_those_of_the_run():
    for cell, letters in ((LSTM, "ifo"), (GRU, "ru")):
        model, X, _ = specimen(cell, RIGHT[cell])
        model, gates = model.model, gates_of(model.model, X)
        assert set(gates) == set(letters)
        states = model.forward(X)[1].states
        if cell is GRU:
            H, h = 5, states[:-1]
            bracket = h @ model.params["W_hh"][:, 2 * H :] + model.params["b_hn"]
            z = X @ model.params["W_in"] + model.params["b_h"]
            n = np.tanh(z[:, :, 2 * H :] + gates["r"] * bracket)
            np.testing.assert_allclose((1 - gates["u"]) * n + gates["u"] * h, states[1:])
        else:
            out = gates["o"] * np.tanh(states[1:, :, 5:])
            np.testing.assert_allclose(out, states[1:, :, :5])


# What the prose of 09 says of chrono initialisation, and its figures


@pytest.mark.parametrize("bias", (1.0, 2.0, 3.0))
def test_an_input_gate_that_is_shut_as_f_is_open_makes_the_lstm_as_gentle_as_the_gru(bias):
    share, factors = 1 / (1 + np.exp(-bias)), {}
    for shut in (False, True):
        net = LSTM(8, 32, 1, forget_bias=np.full(32, bias), seed=0)
        if shut:
            net.params["b_h"][:32] = -net.params["b_h"][32:64]
        cache = net.forward(np.zeros((140, 1, 8)))[1]
        norms = np.linalg.norm(net.backward(cache, np.ones((1, 1)))["X"], axis=(1, 2))
        factors[shut] = (norms[0] / norms[-1]) ** (1 / 139)
    assert factors[True] == pytest.approx(share + (1 - share) / 2, rel=0.05)
    assert factors[True] < 1 and (factors[False] > 1) == (bias > 1)


def test_a_fault_that_beats_the_right_one_carries_the_error_further():
    """With a forget bias of 0 the right error vanishes over 21 steps; without f it does not."""
    (fault,) = (m for m in LSTM_BACKWARD if m.id == "lstm-no-f-on-the-way-back")
    arrives = {}
    for mistake in (RIGHT[LSTM], fault):
        net = FaultyRNN(mistake, 21, 32, 2, cell=LSTM, forget_bias=0, input_scale=0.1, seed=0)
        X = np.random.default_rng(0).normal(size=(35, 4, 21))
        logits, cache = net.forward(X)
        dX = net.backward(cache, cross_entropy(logits, np.eye(2)[[0, 1, 0, 1]])[1])["X"]
        arrives[mistake.id] = np.linalg.norm(dX[13]) / np.linalg.norm(dX[-1])
    assert arrives["right"] < 0.02 and arrives[fault.id] > 0.1


def test_the_figures_show_every_run_and_every_patient():
    scores = {"GRU": {"bias 0": {7: [0.9, 0.8], 49: [0.5, 0.5]}, "chrono": {7: [1.0], 49: [0.9]}}}
    scores = {"vanilla": {"orthogonal": {7: [0.9], 49: [0.5]}}} | scores
    figure = plots.plot_biases(scores, 0.5, "synthetic")
    assert [ax.get_title() for ax in figure.axes] == ["vanilla", "GRU"]
    (legend,) = figure.legends
    assert [t.get_text() for t in legend.get_texts()] == ["orthogonal", "bias 0", "chrono"]
    drawn = np.concatenate([line.get_ydata() for line in figure.axes[1].lines])
    assert {0.9, 0.8, 0.5, 1.0} <= set(drawn)
    names = {"gru-right": "GRU, right", "a": "a fault"}
    figure = plots.plot_tasks({"one": dict.fromkeys(names, 0.9), "two": {"a": 0.6}}, names, "real")
    assert [len(ax.lines) for ax in figure.axes] == [4, 2]
    plt.close("all")


def lstm_in_one_array(params, x, h, c):
    h_new, c_new = solution("lstm_step")(params, x, h, c)
    c_new[:] = h_new
    return c_new, c_new


def back_in_one_array(*given):
    grads = solution("lstm_step_back")(*given)
    grads["z_f"] = grads["z_i"]
    return grads | {"z_o": 3 * grads["z_o"]}


def test_results_that_lie_in_one_array_are_called_so():
    text = str(examine("lstm_step", lstm_in_one_array))
    assert "h and c are one and the same array" in text and "mistake" not in text
    text = str(examine("lstm_step_back", back_in_one_array))
    assert "z_i and z_f are one and the same array" in text
    assert "z_o is 3 times the right one" in text

    def side_by_side(params, x, h, c):  # two halves of one array share nothing
        both = np.concatenate(solution("lstm_step")(params, x, h, c), axis=-1)
        return both[..., : h.shape[-1]], both[..., h.shape[-1] :]

    assert examine("lstm_step", side_by_side).ok


def test_the_alone_exercise_asks_for_all_digits_and_does_not_count_fewer():
    right = solution("gru_step_back")

    def single(*given):
        return {k: v.astype(np.float32) for k, v in right(*given).items()}

    def nearly(*given):
        return {k: v * (1 + 1e-6) for k, v in right(*given).items()}

    for attempt in (single, nearly):
        report = examine("gru_step_back", attempt)
        text = " ".join(str(report).split())
        assert not report.ok and not report.final and "does not count" in text
        assert "right to some" in text
    report = examine("gru_step_back", lambda *given: right(*given) | {"n": given[1]})
    assert not report.final and "the dict has n besides" in str(report)


def test_what_a_check_says_is_said_in_whole_sentences():
    assert "it has none." in str(examine("lstm_step_back", lambda *given: {}))
    assert "this is an int, where" in str(examine("lstm_step", 3))
    assert "this is a str, where" in str(examine("lstm_step", "h"))
    both = solution("lstm_step")
    assert examine("lstm_step", lambda *given: np.array(both(*given))).ok

    def written(params, x, h, c):
        params["b_h"] = 1 + params["b_h"]
        return both(params | {"b_h": params["b_h"] - 1}, x, h, c)

    assert "still needs what was there" in " ".join(str(examine("lstm_step", written)).split())

    def along_one(params, x, h):
        np.split(x, 1, axis=1)
        return solution("gru_step")(params, x, h)

    assert "axis=-1" in " ".join(str(examine("gru_step", along_one)).split())
