"""The promises of the README and the project's own rules."""

import contextlib
import inspect
import io
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from execute import NOTEBOOKS

import bptt_lab

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_of_the_readme_prints_its_number():
    example = re.search(r"```python\n(.*?)```", README, re.S)[1]
    said = re.search(r"print\(.*\)\s*# (\S+)\s*$", example.strip())[1]
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(example, {})
    assert output.getvalue().strip().splitlines()[-1] == said
    assert len([line for line in example.splitlines() if line.strip()]) <= 10


def test_the_readme_names_every_notebook_and_every_link_leads_somewhere():
    for path in NOTEBOOKS:
        assert f"notebooks/{path.name}" in README
    documents = [
        ROOT / "README.md",
        ROOT / "data" / "README.md",
        ROOT / "notebooks" / "teaching.md",
    ]
    for document, folder in ((path.read_text(encoding="utf-8"), path.parent) for path in documents):
        for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", document):
            assert (folder / link.split("#")[0]).exists(), link
        assert not re.search(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]+\")", document)


def test_the_readme_names_the_make_targets_and_make_help_lists_them():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):.*## ", makefile, re.M)
    for target in ("lab", "test", "notebooks", "data", "real", "release", "browser", "site"):
        assert target in targets and f"make {target}" in README


def test_the_requirements_are_lower_bounds_and_agree_with_the_package():
    lines = [
        line
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line and line[0] != "#"
    ]
    assert lines[-1] == "-e ." and all(re.fullmatch(r"[\w-]+>=[\d.]+", line) for line in lines[:-1])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["dependencies"]) <= set(lines)
    assert project["version"] == bptt_lab.__version__


MODULES = [
    "data",
    "data.files",
    "data.__main__",
    "data.synthetic",
    "rnn",
    "losses",
    "metrics",
    "gradcheck",
    "training",
    "runs",
    "teaching",
    "teaching.mistakes",
    "teaching.explore",
    "teaching.plots",
]


def public():
    for module in map(import_module, (f"bptt_lab.{name}" for name in MODULES)):
        yield module.__name__, module
        for name, value in vars(module).items():
            shown = (
                name in module.__all__ if hasattr(module, "__all__") else not name.startswith("_")
            )
            if (
                (inspect.getmodule(value) is module or "teaching" in module.__name__)
                and callable(value)
                and shown
            ):
                yield f"{module.__name__}.{name}", value
                if inspect.isclass(value):
                    yield from (
                        (f"{module.__name__}.{name}.{key}", member)
                        for key, member in vars(value).items()
                        if not key.startswith("_") and inspect.isfunction(member)
                    )


PUBLIC = list(public())


@pytest.mark.parametrize(("name", "value"), PUBLIC, ids=[name for name, _ in PUBLIC])
def test_everything_public_has_a_docstring(name, value):
    assert value.__doc__ and re.match(r"[A-Z\"`].*[.?]$", value.__doc__.strip().splitlines()[0]), (
        name
    )


@pytest.mark.parametrize("name", [name for name in bptt_lab.__all__])
def test_the_docstrings_of_the_exported_names_give_shapes(name):
    value = getattr(bptt_lab, name)
    members = (
        [m for key, m in vars(value).items() if not key.startswith("_") and inspect.isfunction(m)]
        if inspect.isclass(value)
        else []
    )
    assert re.search(
        r"shape|of length|\(N, C\)", " ".join(inspect.getdoc(v) or "" for v in (value, *members))
    ), name


def test_the_core_can_be_read_in_one_sitting():
    core = ("rnn", "losses", "metrics", "gradcheck", "training")
    assert (
        sum(
            len((ROOT / "bptt_lab" / f"{name}.py").read_text(encoding="utf-8").splitlines())
            for name in core
        )
        < 600
    )


def test_importing_the_package_does_not_load_what_it_does_not_need_yet():
    code = "import sys, bptt_lab; print([m for m in ('matplotlib', 'ipywidgets', 'pooch', 'tqdm') if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]" and run.stderr == ""


def test_nothing_in_the_project_names_a_path_of_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in tracked.stdout.split():
        if (
            name != "tests/test_project.py"
            and name != "tests/test_notebooks.py"
            and not name.endswith(".png")
        ):
            assert not re.search(
                r"/home/|/root/|/work/|/tmp/", (ROOT / name).read_text(encoding="utf-8")
            ), name
