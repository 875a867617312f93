"""What notebook 10 brings along: beats found in a stream, distances, an alarm's area, figures."""

import contextlib
import io
import re
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

from bptt_lab import GRU, LSTM, VanillaRNN, gaussian_nll, load_ecg5000
from bptt_lab.teaching import plots, solution
from bptt_lab.teaching.attempts import mistakes_of
from bptt_lab.teaching.dreams import (
    alarm_of_the_mean,
    auc,
    beats_of,
    left_by_a_line,
    nearest,
    normal_beats,
)
from bptt_lab.teaching.mistakes.generate import GENERATE
from bptt_lab.teaching.predictions import PREDICTIONS, answer

matplotlib.use("agg")
DATA = load_ecg5000("synthetic")
NOTEBOOK = Path(__file__).resolve().parent.parent / "notebooks" / "10_generate.ipynb"
BEATS = normal_beats(DATA.X_train, DATA.Y_train)


def joined(m, N, seed=0):
    drawn = np.random.default_rng(seed).integers(0, BEATS.shape[1], (m, N))
    return BEATS[:, drawn].swapaxes(0, 1).reshape(-1, N, 1)


# Beats in a stream


def test_the_beats_of_a_stream_are_found_one_for_each_and_a_beat_apart():
    S = joined(10, 20)
    beats, gaps = beats_of(S)
    assert beats.shape[1] == 52 and len(beats) >= 0.97 * 9 * 20  # not the one at the edge
    assert np.median(gaps) == 68 and (np.abs(gaps - 68) < 4).mean() > 0.97
    assert (beats.argmin(axis=1)[beats.min(axis=1) < -1.8] == 2).mean() > 0.95


def test_where_nothing_is_deep_there_is_no_beat():
    beats, gaps = beats_of(np.sin(np.arange(300) / 5)[:, None, None])
    assert beats.shape == (0, 52) and gaps.shape == (0,)


def test_a_planted_trough_is_cut_out_where_it_is():
    S = np.zeros((200, 2, 1))
    S[[50, 120], 0], S[90, 1], S[195, 1] = -3, -4, -5  # the last has no room behind it
    beats, gaps = beats_of(S)
    assert gaps.tolist() == [70] and beats.shape == (3, 52)
    assert beats[:, 2].tolist() == [-3, -3, -4] and np.abs(beats).sum() == 10


def test_the_distance_to_the_nearest_is_that_of_a_loop():
    rng = np.random.default_rng(0)
    beats, known = rng.normal(size=(5, 52)), rng.normal(size=(7, 52))
    by_hand = [min(np.sqrt(((a - b) ** 2).mean()) for b in known) for a in beats]
    np.testing.assert_allclose(nearest(beats, known), by_hand)
    np.testing.assert_allclose(nearest(known, known), 0, atol=1e-6)


def test_the_area_counts_pairs():
    rng = np.random.default_rng(1)
    scores, odd = rng.normal(size=60), rng.random(60) < 0.4
    pairs = scores[odd][:, None] > scores[~odd]
    assert auc(scores, odd) == pytest.approx(pairs.mean())
    assert auc(odd + 0.0, odd) == 1 and auc(1.0 - odd, odd) == 0


# What the text says, on both data sets, where it needs no training


def test_the_shape_of_the_stream_is_what_the_notebook_makes():
    assert BEATS.shape == (68, 292, 1) and BEATS.dtype == np.float32


@pytest.mark.parametrize("source", ("synthetic", "auto"))
def test_the_predictions_that_need_no_training(source, monkeypatch):
    data = load_ecg5000(source)
    assert 0.4 < left_by_a_line(data) < 0.75
    assert 0.9 < alarm_of_the_mean(data) < 0.999


def cells_of(space, *beginnings):
    """Run the cells of the notebook that begin so, in order, and return what they print."""
    sources = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for beginning in beginnings:
            (source,) = (source for source in sources if source.startswith(beginning))
            exec(source.partition("\njoined = ")[0].partition("\nbefore = ")[0], space)
    return said.getvalue()


@pytest.mark.parametrize("source", ("synthetic", "auto"))
def test_the_predictions_are_what_the_cells_print(source):
    data = load_ecg5000(source)
    space = {"data": data, "np": np, "auc": auc, "nearest": nearest}
    said = cells_of(space, "normal, new_normal", "known_beats, new", "def lagged", "chosen = ")
    (share,) = re.findall(r"lazy error \(here (\S+)\)", said)
    assert f"{left_by_a_line(data):.3f}" == share
    area = auc(space["alarms"]["distance to the mean beat"], space["odd"])
    assert alarm_of_the_mean(data) == pytest.approx(area, abs=1e-12)
    assert {len(space[name]) for name in ("beats", "healthy", "rest")} == {66}


def test_the_predictions_answer():
    for name in ("left_by_a_line", "alarm_of_the_mean"):
        assert PREDICTIONS[name].question in answer(name, ...)
        assert "You said 0.5; it is 0." in answer(name, 0.5)


@pytest.mark.parametrize("seed", range(6))
def test_a_beat_of_140_samples_falls_twice_at_its_seam_and_one_of_136_once(seed):
    normal = DATA.X_train[:, DATA.Y_train[:, 0] == 1]
    drawn = np.random.default_rng(seed).integers(0, normal.shape[1], (2, 200))
    falls = {}
    for S in (136, 140):
        ends = normal[:S, drawn[0], 0]
        falls[S] = (ends[-1] < ends[-8:].max(axis=0) - 1).mean()
    assert falls[140] > 0.5 > 2 * falls[136]


# The exercises


def test_the_signals_are_those_of_the_package_and_of_one_read_out_at_a_time():
    rng = np.random.default_rng(2)
    model = VanillaRNN(2, 5, 3, init="normal", input_scale=1, seed=rng)
    outputs, cache = model.forward(rng.normal(size=(6, 4, 2)), every_step=True)
    d = rng.normal(size=outputs.shape)
    dz = solution("signals_every_step")(model.params, cache.h, d)
    np.testing.assert_allclose(dz @ model.params["W_in"].T, model.backward(cache, d)["X"])
    single = sum(
        np.pad(
            solution("error_signals")(model.params, cache.h[: t + 1], d[t - 1]),
            ((0, 6 - t), (0, 0), (0, 0)),
        )
        for t in range(1, 7)
    )
    np.testing.assert_allclose(dz, single)


@pytest.mark.parametrize("cell", (VanillaRNN, GRU, LSTM))
def test_the_dream_of_the_exercise_hears_what_it_has_drawn(cell):
    rng = np.random.default_rng(3)
    model = cell(1, 5, 2, init="normal", input_scale=1, seed=rng)

    def step(x, state):
        outputs, cache = model.forward(x[None], state)
        return outputs, cache.states[-1]

    x, state = rng.normal(size=(4, 1)), rng.normal(size=(4, 5 * cell.STATE)) / 3
    noise = rng.normal(size=(9, 4, 1))
    samples = solution("dream")(step, x, state, noise, 0.6)
    outputs = model(np.concatenate([x[None], samples])[:-1], state, every_step=True)
    expected = outputs[..., :1] + 0.6 * np.exp(outputs[..., 1:] / 2) * noise
    np.testing.assert_allclose(samples, expected, rtol=1e-11)


def test_a_balanced_log_variance_has_no_gradient():
    errors = np.array([[1.0], [-3.0], [2.0]])
    s = np.full_like(errors, np.log((errors**2).mean()))
    d = gaussian_nll(np.concatenate([0 * errors, s], axis=1), errors)[1]
    assert abs(d[:, 1].sum()) < 1e-14


def test_the_mistakes_are_named_apart():
    assert len(GENERATE) > 100
    names = {}
    for mistake in GENERATE:
        for exercise in mistake.wrong:
            names.setdefault(exercise, []).append(mistake.name)
    assert set(names) == {"gaussian_nll", "signals_every_step", "dream"}
    for exercise, said in names.items():
        assert len(set(said)) == len(said), exercise


def test_no_mistake_in_the_signals_stops_on_its_own():
    for mistake, outcomes in mistakes_of("signals_every_step"):
        assert all(outcome.error is None for outcome in outcomes), mistake.id


# The figures


def figures():
    x = joined(4, 1)[:, 0, 0]
    beats = beats_of(joined(8, 20))[0]
    states = np.random.default_rng(4).normal(size=(50, 6))
    levels = np.sort(x)
    yield plots.plot_joined({"one": x, "other": x}, "synthetic"), 2
    yield plots.plot_dreams({"one": x, "other": x, "third": x}, 136, "synthetic"), 3
    yield plots.plot_dreams({"one": x}, 136, "synthetic"), 1
    yield plots.plot_orbit(x, states[:20], states, "synthetic"), 2
    yield plots.plot_likeness(beats, beats, (levels, levels), "synthetic"), 3
    yield plots.plot_drift(np.full(136, 1.5), 0.3, 0.8, 68, "synthetic"), 1


def test_the_figures_have_their_axes_labels_and_source():
    for figure, panels in figures():
        assert len(figure.axes) == panels
        assert figure.axes[-1].get_xlabel()
        assert "synthetic beats" in figure.get_supxlabel()
        figure.canvas.draw()
        plt.close(figure)


def test_the_axes_do_not_move_with_what_is_dreamt():
    for wild in (1, 50):
        x = wild * joined(4, 1)[:, 0, 0]
        figure = plots.plot_dreams({"one": x}, 136, "synthetic")
        assert figure.axes[0].get_ylim() == (-6.5, 4.5)
        plt.close(figure)
