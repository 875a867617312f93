"""The explorables without a browser: what their controls do, and that nothing is left running.

`make browser` moves them for real.
"""

import threading
import time

import ipywidgets
import matplotlib
import numpy as np
import pytest

from bptt_lab import GRU, VanillaRNN, load_ecg5000, mse
from bptt_lab.teaching import explore
from bptt_lab.teaching.mistakes import BACKWARD

matplotlib.use("agg")
DATA = load_ecg5000("synthetic")


@pytest.fixture
def shown(monkeypatch):
    """Return what an explorable hands to `interact`: the function that draws, and its controls."""
    calls = []
    monkeypatch.setattr(
        ipywidgets, "interact", lambda draw, **controls: calls.append((draw, controls))
    )
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: matplotlib.pyplot.close("all"))
    return calls


EXPLORABLES = {
    "beats": lambda: explore.beats(DATA),
    "steps": lambda: explore.steps(DATA),
    "error_signal": lambda: explore.error_signal(DATA),
    "step_error": explore.step_error,
    "test_sizes": explore.test_sizes,
    "patients": explore.patients,
    "reservoir": lambda: explore.reservoir(DATA, {"marked": 0.98, "first": 0.98, "count": 0.9}),
    "cut_error": explore.cut_error,
    "roads": lambda: explore.roads(DATA),
    "gates": lambda: explore.gates(GRU(21, 6, 2, input_scale=0.3, dtype=np.float32), DATA),
}


def values_of(control):
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    if isinstance(control, ipywidgets.Checkbox):
        return [False, True]
    return sorted({control.min, control.value, control.max})


@pytest.mark.parametrize("name", EXPLORABLES)
def test_every_value_of_every_control_gives_one_figure_and_a_line(name, shown, capsys):
    EXPLORABLES[name]()
    (draw, controls), figures = shown[0], matplotlib.pyplot.get_fignums()
    first = {key: control.value for key, control in controls.items()}
    draw(**first)
    default = capsys.readouterr().out
    assert default.strip() and len(default.splitlines()) <= 3
    for key, control in controls.items():
        assert control.description and getattr(control, "continuous_update", False) is False
        said = set()
        for value in values_of(control):
            draw(**first | {key: value})
            said.add(capsys.readouterr().out)
        assert len(said) > 1, f"{key} changes nothing in the text"
    assert matplotlib.pyplot.get_fignums() == figures  # every figure was shown and closed


def test_the_beats_slider_follows_the_class(shown):
    explore.beats(DATA)
    controls = shown[0][1]
    controls["k"].value = 4
    assert controls["n"].max == int(DATA.Y_train[:, 4].sum()) and controls["n"].value == 1


def test_what_test_sizes_says_is_what_the_check_finds(shown, capsys):
    explore.test_sizes()
    draw = shown[0][0]
    draw(T=6, N=4, H=5, h0=True, W_hh="random")
    assert f"{len(BACKWARD)} of {len(BACKWARD)} mistakes found" in capsys.readouterr().out
    draw(T=1, N=1, H=1, h0=False, W_hh="random")
    assert f"{len(BACKWARD)} of" not in capsys.readouterr().out


class Cell(VanillaRNN):
    """A network of the reader's own."""

    made = 0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        Cell.made += 1


def test_steps_and_training_take_another_cell(shown, monkeypatch):
    monkeypatch.setattr(Cell, "made", 0)
    explore.steps(DATA, cell=Cell)
    assert Cell.made == 1
    explorable = explore.training(DATA, first=1, cell=Cell)
    assert isinstance(explorable.model, Cell) and len(explorable.history.loss) == 2


@pytest.fixture
def training():
    explorable = explore.Training(DATA, epochs=50)
    yield explorable
    explorable.stop()


def wait(condition, seconds=30):
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.01)
    assert condition()


def test_stop_keeps_what_was_learnt_and_train_goes_on(training):
    training.controls["samples"].value = 1  # slow
    training.train_button.click()
    assert training.train_button.disabled and not training.stop_button.disabled
    wait(lambda: len(training.history.loss) >= 2)
    training.stop_button.click()
    wait(lambda: not training.train_button.disabled)
    learnt = {k: w.copy() for k, w in training.model.params.items()}
    epochs = len(training.history.loss)
    assert "stopped after" in training.said and training.stop_button.disabled
    time.sleep(0.2)
    assert not training.thread.is_alive() and len(training.history.loss) == epochs
    training.train_button.click()
    wait(lambda: len(training.history.loss) > epochs)
    training.stop()
    assert any((training.model.params[k] != w).any() for k, w in learnt.items())
    # One curve from the first epoch on, where every class is as likely.
    assert training.history.loss[0] == pytest.approx(np.log(5), abs=0.5)


def test_a_new_explorable_stops_the_one_before(training):
    training.controls["samples"].value = 1
    training.start()
    other = explore.Training(DATA)
    assert not training.thread.is_alive()
    other.start()
    other.reset()
    assert not other.thread.is_alive()
    assert other.history.loss == [] and other.said == "not trained yet"


def test_settings_take_effect_and_a_diverging_run_says_so(training):
    training.controls["init"].value = "uniform01"
    training.controls["loss"].value = mse
    training.controls["clip"].value = 0.0
    training.controls["lr"].value = 10.0
    training.start()
    wait(lambda: not training.train_button.disabled)
    assert "the loss is" in training.said or "norm of the gradient" in training.said
    assert training.said in printed(training)


def test_an_error_in_the_thread_is_shown(training, monkeypatch):
    def broken():
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(training, "_epoch", broken)
    training.start()
    wait(lambda: not training.train_button.disabled)
    assert "broken on purpose" in printed(training)


def printed(training):
    return "".join(output.get("text", "") for output in training.output.outputs)


def test_the_stop_button_of_the_notebook_stops_what_trains_without_a_thread(training, monkeypatch):
    training._epoch()

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_epoch", interrupted)
    training._work()
    assert printed(training).startswith("stopped after 1 epochs")
    assert not training.train_button.disabled and training.stop_button.disabled


def test_a_setting_made_while_a_thread_draws_stays(training, monkeypatch):
    drawing, changed = threading.Event(), threading.Event()

    def last_step_of_the_figure(*args):
        drawing.set()
        assert changed.wait(30)

    monkeypatch.setattr(explore.live_training, "mark_source", last_step_of_the_figure)
    thread = threading.Thread(target=training.figure)
    with matplotlib.rc_context():
        thread.start()
        assert drawing.wait(30)
        matplotlib.rcParams["lines.linewidth"] = 7.0
        changed.set()
        thread.join()
        assert matplotlib.rcParams["lines.linewidth"] == 7.0
