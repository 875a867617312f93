"""What a run of a notebook cannot show: the state of its file, and that its code is the package's.

nbval, in the same run, executes each notebook and compares its text with that in the file, and
`conftest.py` its figures. Both stay green when a cell was never run, an output was removed, a skip
tag was added, or cells were swapped: not so this file.
"""

import base64
import copy
import io
import re

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from execute import NOTEBOOKS, code_sha256, real_data
from figures import assert_same, images
from problems import random_problem

import bptt_lab
from bptt_lab import (
    Adam,
    VanillaRNN,
    cross_entropy,
    load_ecg5000,
    minibatches,
    mse,
    one_hot,
    windows,
)

TAGS = {"developed", "results", "exercise", "check", "solution", "varies"}
IDS = [path.stem for path in NOTEBOOKS]
FILES = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def plain(output):
    """Return what of an output is text."""
    return {
        key: value
        for key, value in {**output, **output.get("data", {})}.items()
        if key not in ("data", "image/png", "metadata")
    }


def test_there_are_notebooks():
    assert IDS[:5] == ["01_data", "02_forward_pass", "03_bptt", "04_gradient_check", "05_training"]


@pytest.mark.parametrize("name", IDS)
def test_the_file_is_as_the_runner_wrote_it(name):
    """Every cell was run, once, in order, without an error; nothing of this machine, no noise."""
    notebook = FILES[name]
    assert set(notebook.metadata) == {"kernelspec", "language_info", "outputs_of"}
    assert notebook.metadata["outputs_of"] == code_sha256(notebook), (
        "code was edited after the run: `make notebooks`"
    )
    assert [cell.execution_count for cell in code_cells(notebook)] == list(
        range(1, len(code_cells(notebook)) + 1)
    )
    for cell in notebook.cells:
        where = f"{name}, cell {cell.id}: {cell.source[:60]!r}"
        assert (
            set(cell.metadata) <= {"tags", "jupyter"} and set(cell.metadata.get("tags", [])) <= TAGS
        ), where
        assert cell.source.strip(), where
        if cell.cell_type == "code":
            assert not re.search(r"^\s*[%!]|;\s*$", cell.source, re.M), (
                f"{where}: a magic, a shell line or a final ;"
            )
            draws = "plt.show()" in cell.source or re.match(r"(\w+ = )?explore\.\w+\(", cell.source)
            assert bool(draws) == bool(images(cell.outputs)), (
                f"{where}: plt.show() goes with a figure"
            )
            for output in cell.outputs:
                assert output.output_type in ("stream", "display_data", "execute_result"), (
                    f"{where}: {output.output_type}"
                )
                assert output.get("name") != "stderr", f"{where}: writes to stderr"
                text = str(plain(output))
                assert not re.search(
                    r"object at 0x|Warning|/home/|/root/|/tmp/|/Users/|np\.float|\d\.\d{7}", text
                ), where
    assert nbformat.writes(notebook) + "\n" == dict(zip(IDS, NOTEBOOKS))[name].read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("name", IDS)
def test_every_picture_has_words(name):
    """A figure is followed by its caption; a picture in Markdown has alternative text."""
    cells = FILES[name].cells
    for cell, after in zip(cells, [*cells[1:], None]):
        if cell.cell_type == "code" and images(cell.outputs):
            assert after is not None and after.source.startswith("*Figure: "), cell.source
        if cell.cell_type == "markdown":
            assert not re.search(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]+\")", cell.source), (
                cell.source
            )


@pytest.mark.parametrize("name", IDS)
def test_links_lead_somewhere(name):
    folder = NOTEBOOKS[0].parent
    for cell in FILES[name].cells:
        if cell.cell_type == "markdown":
            for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", cell.source):
                assert (folder / link.split("#")[0]).exists(), link


def minutes(notebook):
    """Return how long a notebook takes: 120 words or 8 lines a minute, and what exercises state."""
    text = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    words = sum(len(source.split()) for source in text)
    lines = sum(bool(line.strip()) for c in code_cells(notebook) for line in c.source.split("\n"))
    exercises = re.findall(r"About (\d+) minutes", "\n".join(text[1:]))
    return words / 120 + lines / 8 + sum(map(int, exercises))


@pytest.mark.parametrize("name", IDS)
def test_the_minutes_stated_are_those_it_takes(name):
    """Within a fifth; and the README states the same."""
    (stated,) = re.findall(r"(?i)\babout (\d+) minutes", FILES[name].cells[0].source)
    assert abs(int(stated) - minutes(FILES[name])) < int(stated) / 5, minutes(FILES[name])
    readme = (NOTEBOOKS[0].parent.parent / "README.md").read_text(encoding="utf-8")
    assert re.findall(rf"^\| .*notebooks/{name}\.ipynb.* \| (\d+) \|$", readme, re.M) == [stated]


def sections(notebook):
    """Return each section's title and how long it takes, and its exercise if it is one."""
    titles, times = [], []
    for k, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            times[-1] += sum(bool(line.strip()) for line in cell.source.split("\n")) / 8
            continue
        for part in re.split(r"(?m)^(?=#+ )", cell.source):
            if title := re.match(r"#+ (.*)", part):
                titles.append(title[1])
                times.append(0)
            if part:
                stated = re.findall(r"About (\d+) minutes", part) if k else []
                times[-1] += len(part.split()) / 120 + sum(map(int, stated))
    return titles, times


def test_the_sections_are_the_whole():
    for notebook in FILES.values():
        assert abs(sum(sections(notebook)[1]) - minutes(notebook)) < 1e-9


def test_the_routes_of_the_readme_take_as_long_as_they_say():
    """And no route wastes a sixth of its time. A route: `03, from its beginning to *title*`."""
    readme = (NOTEBOOKS[0].parent.parent / "README.md").read_text(encoding="utf-8")
    routes = re.findall(r"^\| (\d+) \| (\d\d, .*) \|$", readme, re.M)
    assert [int(stated) for stated, _ in routes] == [50, 90, 180]
    for stated, route in routes:
        takes = 0
        for part in route.split("; "):
            number, whole, last, left_out = re.fullmatch(
                r"(\d\d), (from its beginning to )?\*(.+?)\*(?:, without exercises? (.+))?", part
            ).groups()
            (name,) = (name for name in IDS if name.startswith(number))
            titles, times = sections(FILES[name])
            end = titles.index(last)
            for title, time in list(zip(titles, times))[0 if whole else end : end + 1]:
                exercise = re.match(r"Exercise (\d+)", title)
                takes += time * (not (exercise and left_out and exercise[1] in left_out))
        assert int(stated) * 5 / 6 < takes <= int(stated), (stated, takes)


def drawn(shift=0, version="9.9"):
    """Return the outputs of a cell that prints a line and draws a beat's worth of samples."""
    figure, ax = plt.subplots(figsize=(7.5, 3.2), dpi=100)
    ax.plot(np.sin(np.arange(140) / 9 + shift))
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": f"Matplotlib version{version}"})
    plt.close(figure)
    image = base64.b64encode(buffer.getvalue()).decode()
    return [
        {"output_type": "stream", "name": "stdout", "text": "a line"},
        {"output_type": "display_data", "data": {"image/png": image}},
    ]


def test_a_changed_figure_is_seen():
    """A line that moves by a hundredth of its range is told from one that stays."""
    plt.switch_backend("agg")
    old = drawn()
    assert_same(old, drawn())
    for new, message in (
        (drawn(0.03), "figure 1 is not"),
        (old[:1], "order"),
        (old[::-1], "order"),
        (old + old[1:], "2 figures, not 1"),
    ):
        with pytest.raises(AssertionError, match=message):
            assert_same(old, new)
    with pytest.warns(UserWarning, match="figures not compared"):
        assert_same(old, drawn(0.03, version="9.10"))


def test_a_figure_that_varies_may_move_but_not_be_empty():
    plt.switch_backend("agg")
    old = drawn()
    assert_same(old, drawn(0.2), varies=True)
    with pytest.raises(AssertionError, match="more in it, or less"):
        assert_same(old, drawn(np.nan), varies=True)


def developed(name):
    """Return what the cells of a notebook define that develop a function of the package."""
    namespace = {"np": np, **{key: getattr(bptt_lab, key) for key in bptt_lab.__all__}}
    given = set(namespace)
    cells = [
        cell for cell in code_cells(FILES[name]) if "developed" in cell.metadata.get("tags", [])
    ]
    assert cells, f"{name} has no cell with the tag developed"
    own = {}
    for cell in cells:
        exec(compile(cell.source, f"{name}, cell {cell.id}", "exec"), namespace)
        own.update(
            {key: namespace[key] for key in re.findall(r"^(?:def|class) (\w+)", cell.source, re.M)}
        )
    assert given & set(own) <= {
        "mse",
        "cross_entropy",
        "balanced_accuracy",
        "one_hot",
        "minibatches",
        "numerical_gradient",
        "relative_error",
        "clip_by_global_norm",
        "SGD",
    }
    return own


def test_one_hot_and_minibatches_of_01_are_the_packages():
    own = developed("01_data")
    labels = np.random.default_rng(0).integers(0, 4, 30)
    np.testing.assert_array_equal(own["one_hot"](labels, 6), one_hot(labels, 6))
    X, Y = np.random.default_rng(1).normal(size=(5, 30, 2)), one_hot(labels, 4)
    ours, theirs = (
        list(f(X, Y, 7, np.random.default_rng(2))) for f in (own["minibatches"], minibatches)
    )
    assert len(ours) == len(theirs) == 5
    for a, b in zip(ours, theirs):
        np.testing.assert_array_equal(a[0], b[0])
        np.testing.assert_array_equal(a[1], b[1])


@pytest.mark.parametrize("seed", range(3))
def test_forward_of_02_is_the_packages(seed):
    own = developed("02_forward_pass")
    model, X, _, h0 = random_problem(seed)
    logits, h = own["forward"](model.params, X, h0)
    expected, cache = model.forward(X, h0)
    np.testing.assert_allclose(logits, expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(h, cache.h, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_backward_of_03_is_the_packages(seed):
    own = developed("03_bptt")
    model, X, Y, h0 = random_problem(seed)
    logits, cache = model.forward(X, h0)
    d_logits = cross_entropy(logits, Y)[1]
    grads, expected = (
        own["backward"](model.params, X, cache.h, d_logits),
        model.backward(cache, d_logits),
    )
    assert set(grads) == set(expected)
    for key in expected:
        np.testing.assert_allclose(grads[key], expected[key], rtol=1e-12, atol=1e-15)


def test_the_checks_of_04_are_the_packages():
    own = developed("04_gradient_check")
    model, X, Y, h0 = random_problem(0)

    def f(W):
        other = VanillaRNN(*model.params["W_in"].shape, Y.shape[1])
        other.params = {**model.params, "W_hh": W}
        return mse(other.forward(X, h0)[0], Y)[0]

    W = model.params["W_hh"]
    np.testing.assert_allclose(
        own["numerical_gradient"](f, W, eps=1e-5),
        bptt_lab.numerical_gradient(f, W, eps=1e-5),
        atol=1e-10,
    )
    np.testing.assert_allclose(
        own["complex_step_gradient"](f, W),
        bptt_lab.numerical_gradient(f, W, "complex"),
        rtol=1e-14,
    )
    a, b = W, W + 0.1
    for pair in ((a, b), (a, -a), (a, a), (0 * a, 0 * a)):
        assert own["relative_error"](*pair) == pytest.approx(
            bptt_lab.relative_error(*pair), rel=1e-12, abs=1e-15
        )


def test_the_clip_and_the_momentum_step_of_05_are_the_packages():
    own, rng = developed("05_training"), np.random.default_rng(0)
    params, v, sgd = (
        {"a": rng.normal(size=(3, 2)), "b": rng.normal(size=4)},
        {"a": 0, "b": 0},
        bptt_lab.SGD(0.1, 0.8, 0.01),
    )
    theirs = dict(params)
    for size in (1e-3, 1.0, 1e3):
        grads = {name: size * rng.normal(size=value.shape) for name, value in params.items()}
        for name, clipped in bptt_lab.clip_by_global_norm(grads, 0.7).items():
            np.testing.assert_allclose(own["clip"](grads, 0.7)[name], clipped, rtol=1e-12)
        own["momentum_step"](params, grads, v, 0.1, 0.8, 0.01)
        sgd.step(theirs, grads)
        for name in params:
            np.testing.assert_allclose(params[name], theirs[name], rtol=1e-12)


@pytest.mark.parametrize("optimizer", (bptt_lab.SGD(0.05, momentum=0.9), Adam(3e-3)))
def test_the_training_loop_of_05_is_the_packages(optimizer):
    own = developed("05_training")
    data = load_ecg5000("synthetic")
    X, Y = windows(data.X_train, 20)[:, :50], data.Y_train[:50]
    ours, theirs = (VanillaRNN(20, 8, 5, seed=3) for _ in range(2))
    losses = own["fit"](ours, X, Y, mse, copy.deepcopy(optimizer), 3, 16, np.random.default_rng(4))
    history = bptt_lab.train(
        theirs,
        X,
        Y,
        loss=mse,
        optimizer=copy.deepcopy(optimizer),
        epochs=3,
        batch_size=16,
        rng=np.random.default_rng(4),
        progress=False,
    )
    assert len(losses) == len(history.grad_norm) == 12
    for key in ours.params:
        np.testing.assert_allclose(ours.params[key], theirs.params[key], rtol=1e-12, atol=1e-15)


def test_where_there_is_no_real_data_the_command_is_named_that_brings_it(monkeypatch, tmp_path):
    monkeypatch.setenv("BPTT_LAB_DATA", str(tmp_path / "my data"))
    with pytest.raises(SystemExit, match=r'`python -m bptt_lab.data ".*my data"`'):
        real_data()
    monkeypatch.setattr(bptt_lab.data, "DATA_FOLDER", tmp_path)
    for value in ("", "synthetic"):
        monkeypatch.setenv("BPTT_LAB_DATA", value)
        with pytest.raises(SystemExit, match="`make data`"):
            real_data()


def test_the_streams_and_the_gradients_of_07_are_the_packages():
    own, data = developed("07_memory"), load_ecg5000("synthetic")
    X, Y = bptt_lab.streams(data.X_train, data.Y_train, 4, "marked", 0, N=9, w=28, a=3)
    beats = X[:, :, :28].reshape(4, 5, 9, 28).swapaxes(1, 2).reshape(4, 9, 140)
    np.testing.assert_array_equal(own["make_stream"](beats, X[::5, :, 28].argmax(axis=0), 28), X)
    net = VanillaRNN(29, 6, 2, seed=1)
    logits, cache = net.forward(X)
    k = logits.argmin(axis=1)
    whole = net.backward(cache, one_hot(k, 2))
    np.testing.assert_allclose(
        own["saliency"](net.params, cache.h, k), whole["X"], rtol=1e-10, atol=1e-14
    )
    alone = own["read_out_alone"](net.params, cache.h, cross_entropy(logits, Y)[1])
    whole = net.backward(cache, cross_entropy(logits, Y)[1])
    for name in net.params:
        expected = whole[name] if name.endswith("out") else 0 * whole[name]
        np.testing.assert_allclose(alone[name], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradients_of_08_are_the_packages(seed):
    own = developed("08_truncation")
    model, X, Y, h0 = random_problem(seed)
    T, N, _ = X.shape
    logits, cache = model.forward(X, h0)
    d_logits, mask = cross_entropy(logits, Y)[1], np.arange(T)[:, None] < T - np.arange(N) % T

    for k in (1, T - 1, T, T + 3):
        grads = own["backward_truncated"](model.params, X, cache.h, d_logits, k)
        start = max(T - k, 0)
        expected = model.backward(model.forward(X[start:], cache.states[start])[1], d_logits)
        for key in model.params:
            np.testing.assert_allclose(grads[key], expected[key], rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(grads["h0"], expected["h0"] * (start == 0), atol=1e-14)
        np.testing.assert_allclose(grads["X"][start:], expected["X"], rtol=1e-11, atol=1e-14)
        assert not grads["X"][:start].any()

    def back(X, h, d_logits, d_state):
        piece = model.forward(X, h[0], every_step=True)[1]
        return model.backward(piece, d_logits, np.zeros_like(h[0]) + d_state)

    d_all = np.random.default_rng(seed).normal(size=(T, *d_logits.shape))
    expected = model.backward(model.forward(X, h0, every_step=True)[1], d_all)
    grads = own["join"](back, X, cache.h, d_all, T // 2)
    for key in expected:
        np.testing.assert_allclose(grads[key], expected[key], rtol=1e-11, atol=1e-14)

    h = [h0]
    for x, real in zip(X, mask):
        h.append(np.where(real[:, None], model.forward(x[None], h[-1])[1].h[-1], h[-1]))
    grads = own["masked"](model.params, X, np.stack(h), d_logits, mask)
    alone = []
    for n, length in enumerate(mask.sum(axis=0)):
        piece = model.forward(X[:length, [n]], h0[[n]])[1]
        alone.append(model.backward(piece, d_logits[[n]]))
        np.testing.assert_allclose(grads["X"][:length, [n]], alone[-1]["X"], rtol=1e-11, atol=1e-14)
    for key in model.params:
        total = sum(one[key] for one in alone)
        np.testing.assert_allclose(grads[key], total, rtol=1e-11, atol=1e-14)
