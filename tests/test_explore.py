"""The explorables without a browser: what their controls do, and that nothing is left running.

`make browser` moves them for real.
"""

import gc
import re
import threading
import time

import IPython.display
import ipywidgets
import matplotlib
import numpy as np
import pytest

from bptt_lab import GRU, VanillaRNN, load_ecg5000, mse
from bptt_lab.teaching import explore
from bptt_lab.teaching.explore import controls
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
    return calls


@pytest.fixture
def displayed(monkeypatch):
    """Return the media types that are displayed."""
    everything = []
    monkeypatch.setattr(IPython.display, "display", lambda *media, **_: everything.extend(media))
    return everything


BEATS = DATA.X_train[:136:2, DATA.Y_train[:, 0] == 1].astype(np.float32)
DREAMS = (  # untrained networks: one dreams noise, the other next to nothing
    {"one": GRU(1, 6, 2, dtype=np.float32), "other": VanillaRNN(1, 6, 2, dtype=np.float32)},
    BEATS[:, :4],
    np.zeros((1, 52)),
    "synthetic",
)
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
    "walk": explore.walk,
    "scan_or_loop": explore.scan_or_loop,
    "dreams": lambda: explore.dreams(*DREAMS),
    "gates": lambda: explore.gates(GRU(21, 6, 2, input_scale=0.3, dtype=np.float32), DATA),
}


def values_of(control):
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    if isinstance(control, ipywidgets.Checkbox):
        return [False, True]
    return sorted({control.min, control.value, control.max})


def seconds(function):
    """Return the processor's seconds that a call takes: of two, where the first was disturbed."""
    taken = []
    while len(taken) < 2 and (not taken or taken[0] > 0.5):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("name", EXPLORABLES)
def test_every_value_of_every_control_gives_one_figure_and_lines(name, shown, displayed, capsys):
    figures = matplotlib.pyplot.get_fignums()
    start = time.process_time()
    EXPLORABLES[name]()
    draw, controls = shown[0]
    first = {key: control.value for key, control in controls.items()}
    draw(**first)
    assert time.process_time() - start < 2  # meant are 1, and 0.25 for each move
    assert lines_of(capsys)
    for key, control in controls.items():
        assert control.description and getattr(control, "continuous_update", False) is False
        said = set()
        for value in values_of(control):
            displayed.clear()
            draw(**first | {key: value})
            said.add("\n".join(lines_of(capsys)))
            assert_says(picture_in(displayed), controls, first | {key: value})
        assert len(said) > 1, f"{key} changes nothing in the text"
    last = first | {key: values_of(control)[0]}
    assert seconds(lambda: (draw(**first), draw(**last))) < 1
    assert matplotlib.pyplot.get_fignums() == figures == []  # none is left with pyplot


def lines_of(capsys):
    """Return the lines printed since, none of which is too long for a narrow window."""
    lines = capsys.readouterr().out.strip().splitlines()
    assert all(len(line) <= 72 for line in lines), lines
    return lines


def picture_in(displayed):
    """Return the one picture among what was displayed."""
    (picture,) = [m for m in displayed if isinstance(m, dict) and "image/png" in m]
    return picture


def assert_says(picture, controls, values):
    """Assert that a picture names each control and its value: it may be older than they are."""
    for key, control in controls.items():
        value = values[key]
        if isinstance(control, ipywidgets.Dropdown):
            pairs = [o if isinstance(o, tuple) else (str(o), o) for o in control.options]
            value = {v: text for text, v in pairs}[value]
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        else:
            value = f"{value:g}"
        assert f"{control.description}: {value}" in picture["text/plain"]


def test_a_picture_has_words_and_stored_outputs_have_the_picture_alone(monkeypatch):
    def picture():
        return controls.picture(controls.panels(2)[0], "width: 1 < 2")

    monkeypatch.delenv("BPTT_LAB_PROGRESS", raising=False)
    shown = picture()
    assert '<img alt="Figure for width: 1 &lt; 2" src="data:image/png;base64,' in shown["text/html"]
    assert shown["image/png"] in shown["text/html"]
    monkeypatch.setenv("BPTT_LAB_PROGRESS", "off")
    assert set(picture()) == {"image/png", "text/plain"}


def test_the_words_are_drawn_into_the_figure():
    blank, figure = controls.panels(2)[0], controls.panels(2)[0]
    assert controls.picture(blank, "")["image/png"] != controls.picture(figure, "a")["image/png"]


def test_garbage_is_searched_for_when_a_figure_is_there_or_failed(shown, displayed):
    def draw(n):
        assert not gc.isenabled()
        return controls.panels(2)[0], str(1 / n)

    controls.display_controls(draw, n=controls.number("n", 1, 0, 3))
    shown[0][0](n=1)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        shown[0][0](n=0)
    assert gc.isenabled()


def test_moves_that_come_twice_are_drawn_once(shown, displayed):
    drawn = []

    def draw(n):
        drawn.append(n)
        return controls.panels(2)[0], "a line"

    controls.display_controls(draw, n=controls.number("n", 1, 1, 3))
    for n in (1, 1, 2):
        shown[0][0](n=n)
    assert drawn == [1, 2] and len(displayed) == 3


def test_the_beats_follow_the_class(shown):
    explore.beats(DATA)
    own = shown[0][1]
    own["k"].value = 4
    assert own["n"].max == int(DATA.Y_train[:, 4].sum()) and own["n"].value == 1


def test_each_start_has_its_own_spectral_radius(shown, displayed, capsys):
    explore.error_signal(DATA)
    draw, own = shown[0]
    assert own["rho"].value == 1
    own["init"].value = "uniform"
    assert 0.4 < own["rho"].value < 0.7
    draw(t=1, init="uniform", rho=own["rho"].value)
    assert "and 0 of dW_hh is missing" in capsys.readouterr().out
    draw(t=140, init="uniform", rho=own["rho"].value)
    assert "and 0 of dW_hh is missing" not in capsys.readouterr().out


def test_the_error_of_a_step_is_seen_only_where_it_was_tried(shown, displayed, monkeypatch):
    explore.step_error()
    draw, seen = shown[0][0], []
    monkeypatch.setattr(controls, "picture", lambda figure, words: seen.append(figure) or {})
    for k in (5, 6):
        draw(method="central", k=k)
    points = [figure.axes[1].lines[0].get_xdata() for figure in seen]
    np.testing.assert_allclose(points[0], [1e-5])
    np.testing.assert_allclose(points[1], [1e-5, 1e-6])


def test_what_test_sizes_says_is_what_the_check_finds(shown, displayed, capsys):
    explore.test_sizes()
    draw = shown[0][0]
    draw(T=6, N=4, H=5, h0=True, W_hh="random")
    assert f"{len(BACKWARD)} of {len(BACKWARD)} mistakes found" in capsys.readouterr().out
    assert "none" in displayed[-1]["text/html"] and "<tr>" not in displayed[-1]["text/html"]
    draw(T=1, N=1, H=1, h0=False, W_hh="random")
    caught = int(re.search(r": (\d+) of", capsys.readouterr().out)[1])
    assert caught < len(BACKWARD)
    assert displayed[-1]["text/html"].count('scope="row"') == len(BACKWARD) - caught


def test_the_walk_goes_there_and_back_by_buttons(shown, displayed, capsys):
    explore.walk()
    draw, (place,) = shown[0][0], shown[0][1].values()
    start, back, forward = displayed[0].children
    back.click()
    assert place.value == 0
    said = []
    for _ in range(place.max + 2):
        forward.click()
        draw(k=place.value)
        said.append(capsys.readouterr().out)
    assert place.value == place.max and "the whole gradient" in said[-1]
    assert sum("collected in dW_hh" in text for text in said) == 3
    assert ["off by" in text for text in said].count(True) == 2
    start.click()
    assert place.value == 0


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


def test_a_new_choice_discards_what_was_learnt_and_keeps_it_in_grey(training):
    training._epoch()
    learnt = training.history
    (warning,) = [w.value for w in training.box.children if isinstance(w, ipywidgets.HTML)]
    assert "discarded" in warning
    training.controls["init"].value = "identity"
    assert training.history.loss == [] and training.before is learnt
    left = training.figure().axes[0]
    assert list(left.lines[0].get_ydata()) == learnt.loss and left.lines[0].get_color() == "0.8"
    training.controls["init"].value = "normal"
    assert training.before is learnt  # a network that was never trained leaves no curve
    assert "start of W_hh: normal" in training.output.outputs[0]["data"]["text/plain"]


def test_settings_take_effect_and_a_diverging_run_says_so(training):
    training.controls["init"].value = "uniform01"
    training.controls["loss"].value = mse
    training.controls["clip"].value = 0.0
    training.controls["lr"].value = 10.0
    training.start()
    wait(lambda: not training.train_button.disabled)
    assert "the loss is" in training.said or "norm of the gradient" in training.said
    assert training.said in printed(training)
    assert all(len(line) <= 72 for line in printed(training).splitlines())


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
