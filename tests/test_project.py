"""The promises of the README and the project's own rules."""

import contextlib
import inspect
import io
import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import matplotlib
import numpy as np
import picture
import pytest
import six_seeds
from execute import NOTEBOOKS
from PIL import Image, ImageChops

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


def test_the_moving_picture_is_what_the_walk_draws_now():
    with Image.open(picture.FILE) as file:
        drawn = picture.frames()
        assert file.n_frames == len(drawn)
        if file.info["comment"].decode().split(".")[:2] != matplotlib.__version__.split(".")[:2]:
            pytest.skip("every release of matplotlib draws a little differently")
        for k, frame in enumerate(drawn):
            file.seek(k)
            apart = ImageChops.difference(file.convert("RGB"), frame)
            assert np.mean(np.asarray(apart)) < 1, f"python tools/picture.py draws step {k} anew"


def test_six_seeds_are_those_of_the_cells_and_of_the_readme():
    *before, last = six_seeds.cells()
    counts = "\n".join(last.splitlines()[:2])
    found = {}
    exec(counts, found)
    assert set(found["seeds"].values()) == {6} and "six\nseeds" in README
    assert last.splitlines()[2].startswith("settings = ") and "make seeds" in README
    for source in before:
        compile(source, "07", "exec")
        assert not source.startswith(("check(", "%"))


def test_the_readme_names_the_make_targets_and_make_help_lists_them():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):.*## ", makefile, re.M)
    for target in ("lab", "test", "notebooks", "data", "real", "release", "browser", "site"):
        assert target in targets and f"make {target}" in README


def test_the_requirements_are_those_of_the_package_and_its_extras():
    """Lower bounds alone, but for what lays out the code and what builds the package."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    editable, *lines = (line for line in text.splitlines() if line and line[0] != "#")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert editable == "-e ."  # first: it alone knows which Python is needed
    assert sorted(lines) == sorted([*project["dependencies"], *extras["lab"], *extras["test"]])
    bounded = {"ruff", "flit_core"}
    for name, bounds in (re.fullmatch(r"([\w-]+)(>=.*)", line).groups() for line in lines):
        assert re.fullmatch(r">=[\d.]+" + r",<[\d.]+" * (name in bounded), bounds), name
    assert project["dynamic"] == ["version"] and "version" not in project  # one source


# Every module of the helper package; of the teaching layer what its packages show.
MODULES = [
    module.name
    for module in pkgutil.walk_packages(bptt_lab.__path__, "bptt_lab.")
    if "teaching" not in module.name or module.ispkg
]


def public():
    for module in map(import_module, MODULES):
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


@pytest.mark.parametrize("name", sorted({*bptt_lab.__all__} - {"load", "sweep"}))
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


def test_importing_the_package_does_not_load_what_it_does_not_need_yet():
    late = ("matplotlib", "IPython", "ipywidgets", "pooch", "tqdm", "joblib", "hashlib", "zipfile")
    code = f"""
import sys, numpy
given = set(sys.modules)
import bptt_lab
print(sorted((set(sys.modules) - given) & set({late})))
"""
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
            and not name.endswith((".png", ".gif"))
        ):
            assert not re.search(
                r"/home/|/root/|/work/|/tmp/", (ROOT / name).read_text(encoding="utf-8")
            ), name
