"""The lab elsewhere: on Windows, in the browser, in a Python to come, and as a lone notebook.

GitHub, nbviewer, Colab and VS Code show a notebook without the lab around it.
"""

import dis
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from execute import NOTEBOOKS, SECONDS

from bptt_lab import arguments
from bptt_lab.teaching import source

ROOT = Path(__file__).resolve().parent.parent

# What Windows has not, taken away after others have been imported, and before the lab is.
WINDOWS = """
import os, signal, sys
import IPython, ipywidgets, joblib.externals.loky.backend.reduction, matplotlib.pyplot
import numpy.testing, tqdm.auto
import numpy as np
for name in ("fork", "forkpty", "geteuid", "getuid", "uname", "wait", "waitpid", "kill", "mkfifo"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGKILL", "SIGUSR1", "alarm", "setitimer", "getitimer", "pthread_kill"):
    delattr(signal, name)
for name in ("resource", "fcntl", "pwd", "grp", "termios"):
    sys.modules[name] = None
sys.platform = "win32"  # os.name would change what pathlib is already

import bptt_lab
from bptt_lab.teaching import attempts, check, examine, limits, solution

assert limits.resource is None
attempts.SECONDS = 0.5
print(examine("step", lambda params, x, h: x).ok, examine("step", solution("step")).ok)

def step(params, x, h):
    while True:
        pass

check("step", step)
data = bptt_lab.load_ecg5000("synthetic")
X, Y = bptt_lab.windows(data.X_train, 20)[:, :32], data.Y_train[:32]
model = bptt_lab.VanillaRNN(20, 4, 5)
bptt_lab.train(model, X, Y, optimizer=bptt_lab.Adam(1e-3), epochs=1, progress=False)
bptt_lab.save("a.npz", model)
np.testing.assert_array_equal(model(X), bptt_lab.load("a.npz").model(X))
runs = bptt_lab.sweep(lambda seed: seed, [{"seed": k} for k in range(3)], n_jobs=1, progress=False)
print([run.error or run.result for run in runs])
"""


def test_without_signals_fork_and_what_else_windows_lacks(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", WINDOWS],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )
    assert not run.returncode, run.stderr
    lines = run.stdout.splitlines()
    assert lines[0] == "False True" and lines[1].startswith("step: still running after")
    assert lines[-1] == "[0, 1, 2]"


@pytest.mark.parametrize("platform, seconds", (("emscripten", 0), ("wasi", 0), (sys.platform, 10)))
def test_the_bar_needs_no_thread_where_there_is_none(platform, seconds, monkeypatch):
    from tqdm.auto import tqdm

    monkeypatch.setattr(tqdm, "monitor_interval", 10)
    monkeypatch.setattr(sys, "platform", platform)
    arguments.progress_bar(disable=True)
    assert tqdm.monitor_interval == seconds


def test_instructions_may_have_any_names(monkeypatch):
    real = dis.get_instructions

    def renamed(code):
        return [SimpleNamespace(opname="NEW_" + s.opname, argval=s.argval) for s in real(code)]

    monkeypatch.setattr(dis, "get_instructions", renamed)
    try:
        new = importlib.reload(source)
        assert new.READING == {"NEW_LOAD_GLOBAL", "NEW_LOAD_NAME"}
        assert new.is_stub(new.idle) and not new.is_stub(renamed)
        assert list(new.globals_of(renamed)) == ["SimpleNamespace"]
    finally:
        monkeypatch.undo()
        importlib.reload(source)


def test_the_limits_of_a_slow_machine_are_one_variable(request):
    option = request.config.option
    assert option.nbval_cell_timeout == option.nbval_kernel_startup_timeout == SECONDS


def cells_of(path, kind):
    return [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == kind]


ALONE = """
import sys

class Nowhere:
    def find_spec(name, path, target=None):
        if name == {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Nowhere)
try:
    exec({start!r})
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize("missing", ("bptt_lab", "matplotlib", "ipywidgets"))
def test_a_notebook_without_the_lab_says_in_two_lines_what_to_run(missing):
    """Its first cell begins with that, before any other import."""
    (start,) = {cells_of(path, "code")[0].partition(" from None\n")[0] for path in NOTEBOOKS}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = project.get("urls", {}).get("Repository")
    where = f"bptt_lab[lab] @ git+{address}" if address else "..[lab]"
    code = ALONE.format(missing=missing, start=start)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, second = run.stdout.splitlines()
    assert first.startswith(f"{missing} is missing. Run") and second == f'%pip install "{where}"'


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_can_be_shown_by_others(path):
    """Its links stay in its folder, which `make lab` serves; it is small enough for GitHub."""
    for text in cells_of(path, "markdown"):
        for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)|(?:src|href)=\"(?!https?:|#)", text):
            assert re.fullmatch(r"[\w.]+\.(ipynb|png)(#.*)?", link), link
        # What is folded needs an empty line before mathematics and Markdown, or is shown as it is.
        for summary in re.findall(r"</summary>(.*\n.*)\n", text):
            assert summary.strip() == "", text
        assert text.count("<details>") == text.count("</details>")
        for display in re.findall(r"[^\n]*\$\$.*?\$\$[^\n]*", text, re.S):
            assert re.fullmatch(r"\s*\$\$.*\$\$\s*", display, re.S), display
    assert path.stat().st_size < 1_000_000  # GitHub gives up on larger ones now and then


def test_the_notes_for_teachers_stay_in_the_folder_that_the_lab_serves():
    text = (NOTEBOOKS[0].parent / "teaching.md").read_text(encoding="utf-8")
    assert not re.findall(r"\]\((?:\.\.|/)", text)


def test_the_readmes_know_where_there_is_no_python_and_where_nothing_folds():
    """Debian has only `python3`, Windows only `py`; VS Code never folds a solution."""
    for name in ("README.md", "tools/student.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        start = re.search(r"^    python3 -m venv .*\(on Windows: py -m venv", text, re.M)
        assert start and "python" not in "".join(re.findall(r"^    .*\n", text[: start.start()]))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(
        r"VS Code, .* show them open[^#]*the\s+students' copy", " ".join(readme.split())
    )


def test_no_file_of_the_project_is_large():
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    sizes = {name: (ROOT / name).stat().st_size for name in tracked.stdout.splitlines()}
    assert {name: size for name, size in sizes.items() if size > 1_000_000} == {}
    assert sum(sizes.values()) < 20_000_000
