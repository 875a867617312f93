"""What `progress` says, and what is kept of it: of one learner, never of a run of the tests."""

import json
import linecache
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from execute import NOTEBOOKS, PlainClient

from bptt_lab.teaching import check, progress, record, solution
from bptt_lab.teaching.trials import ANSWERED

ROOT = Path(__file__).resolve().parent.parent


def named(function, name):
    """Return another function that does the same, under a name."""

    def own(*args, **kwargs):
        return function(*args, **kwargs)

    own.__name__ = name
    return own


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """Run as in a notebook in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BPTT_LAB_PROGRESS")
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: object()))
    return tmp_path


def solve(name, called=None):
    check(name, named(solution(name), called or name))


def said(capsys):
    capsys.readouterr()
    progress()
    return capsys.readouterr().out


def test_the_exercises_are_those_of_the_notebooks_in_their_order():
    asked = {}
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        checks = [c.source for c in cells if "check" in c.metadata.get("tags", [])]
        asked[path.stem.lower()] = tuple(s.partition(", ")[2].strip(")") for s in checks)
    assert {k.replace(" ", "_").lower(): names for k, names in record.NOTEBOOKS.items()} == asked


def test_what_is_done_and_what_is_next(learner, capsys):
    total = len(record.ORDER)
    assert said(capsys) == f"0 of {total} exercises done, next: time_major in 01 data.\n"
    solve("step")
    solve("time_major")
    lines = said(capsys).splitlines()
    assert lines[0] == f"2 of {total} exercises done, next: one_hot in 01 data."
    assert lines[1:3] == [
        "  01 data             1 of 3   open: one_hot, balanced_accuracy",
        "  02 forward pass     1 of 4   open: states, mse, tanh_slope",
    ]
    assert lines[3] == "  03 BPTT             0 of 4" and len(lines) == 1 + len(record.NOTEBOOKS)
    assert max(map(len, lines)) <= 72
    solve("step")  # once more counts once; the last one says where the learner is
    assert said(capsys).startswith(f"2 of {total} exercises done, next: states in 02")
    assert json.loads((learner / record.FILE).read_text()) == ["time_major", "step"]
    assert [path.name for path in learner.iterdir()] == [record.FILE]


def test_after_the_last_comes_what_was_left_out_and_then_nothing(learner, capsys):
    names = list(record.ORDER)
    Path(record.FILE).write_text(json.dumps([*names[:2], *names[3:]]))
    assert f"next: {names[2]} in " in said(capsys)
    Path(record.FILE).write_text(json.dumps(names))
    assert said(capsys) == f"All {len(names)} exercises are done.\n"
    Path(record.FILE).write_text(json.dumps(names[:1] + names[4:]))
    assert max(map(len, said(capsys).splitlines())) <= 72


def test_a_repair_in_the_bug_hunt_is_no_backward_of_03(learner, capsys):
    solve("backward", "repaired_2")
    assert "next: repaired_3 in 06" in said(capsys)
    assert record.done() == ["repaired_2"]


def test_what_is_not_the_learners_own_does_not_count(learner, capsys):
    check("step", solution("step"))
    check("step", lambda params, x, h: None)
    path = next(path for path in NOTEBOOKS if path.stem == "01_data")
    cells = nbformat.read(path, as_version=4).cells
    source = next(c.source for c in cells if "solution" in c.metadata.get("tags", []))
    linecache.cache["<folded>"] = (len(source), None, source.splitlines(True), "<folded>")
    namespace = {}
    exec(compile(source, "<folded>", "exec"), namespace)
    check("time_major", namespace["time_major"])
    assert "time_major: right" in capsys.readouterr().out
    assert said(capsys).startswith("0 of ") and not list(learner.iterdir())


def test_only_the_first_answer_to_an_exercise_done_alone_counts(learner, monkeypatch, capsys):
    name = "backward_every_step"
    monkeypatch.setitem(ANSWERED, name, "It said: not right.")
    solve(name)
    assert not record.done()
    monkeypatch.delitem(ANSWERED, name)
    solve(name)
    assert record.done() == [name]


@pytest.mark.parametrize(
    "content", ("", "{", "[1, null, []]", '{"step": 1}', "\udc00", "[" * 99999)
)
def test_a_damaged_file_is_as_good_as_none(learner, content, capsys):
    Path(record.FILE).write_bytes(content.encode("utf-8", "surrogatepass"))
    assert said(capsys).startswith("0 of ")
    solve("step")
    assert record.done() == ["step"]


def test_a_file_that_cannot_be_written_does_not_disturb(learner, capsys):
    Path(record.FILE).mkdir()
    Path(record.FILE, "in the way").touch()
    solve("step")
    assert "step: right" in capsys.readouterr().out
    assert said(capsys).startswith("0 of ") and len(list(learner.iterdir())) == 1


@pytest.mark.parametrize("how", ("a script", "the tests"))
def test_scripts_and_tests_leave_no_trace(learner, how, monkeypatch, capsys):
    if how == "a script":
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    else:
        monkeypatch.setenv("BPTT_LAB_PROGRESS", "off")
    solve("step")
    assert "step: right" in capsys.readouterr().out and not list(learner.iterdir())


def test_a_kernel_keeps_it_beside_the_notebook(tmp_path):
    """And no longer than a learner runs it: the kernels of the tests and tools are told so."""
    cells = (
        "from bptt_lab.teaching import check, progress, solution",
        "def time_major(table):\n    return table.T[:, :, None]\ncheck('time_major', time_major)",
        "# A solution of exercise 2\ndef one_hot(*given):\n    return solution('one_hot')(*given)",
        "check('one_hot', one_hot)",
        "progress()",
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    environment = {k: v for k, v in os.environ.items() if k != "BPTT_LAB_PROGRESS"}
    PlainClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute(env={**environment, "PYTHONPATH": str(ROOT)})
    assert notebook.cells[-2].outputs[0].text.startswith("one_hot: right")
    assert notebook.cells[-1].outputs[0].text.startswith("1 of ")
    assert [path.name for path in tmp_path.iterdir()] == [record.FILE]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert record.FILE + "*" in ignored
