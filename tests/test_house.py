"""The house, read off the code itself: what may import what, how long a file may be, its format."""

import ast
import graphlib
import re
import subprocess
import sys
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / name for name in ("bptt_lab", "tests", "tools")]


def name_of(path):
    """Return the dotted name of a module of the project."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {name_of(path): path for path in sorted(FOLDERS[0].rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in PATHS.items()}


def of_teaching(name):
    return name.startswith("bptt_lab.teaching")


def imported_by(name):
    """Return what of the project a module imports, at its top or within a function."""
    found = set()
    package = name if PATHS[name].stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            inner = {f"{base}.{alias.name}" for alias in node.names}
            # `from package import module` imports the module, `from module import name` no more.
            found |= inner & set(PATHS) or {base}
    return found & set(PATHS) - {name}


def test_the_helper_package_never_imports_teaching():
    for name in PATHS:
        if not of_teaching(name):
            assert not [other for other in imported_by(name) if of_teaching(other)], name
            for node in ast.walk(TREES[name]):  # nor by a name in a string
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert not re.fullmatch(r"[\w.]*\bteaching(\.\w+)*", node.value), name


def test_no_imports_run_in_a_circle():
    try:
        graphlib.TopologicalSorter({name: imported_by(name) for name in PATHS}).prepare()
    except graphlib.CycleError as circle:
        pytest.fail(" <- ".join(circle.args[1]))


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_no_file_of_the_package_is_longer_than_400_lines():
    assert {name: n for name, path in PATHS.items() if (n := len(lines(path))) > 400} == {}


def test_no_line_is_wider_than_100_columns():
    paths = [path for folder in FOLDERS for path in folder.rglob("*.py")]
    wide = {name_of(path): max(map(len, lines(path)), default=0) for path in paths}
    assert {name: columns for name, columns in wide.items() if columns > 100} == {}


def test_the_helper_package_can_be_read_in_one_sitting():
    """Its loader apart, which stands in a folder of its own."""
    helper = [name for name in PATHS if not re.match(r"bptt_lab\.(teaching|data)\b", name)]
    assert sum(len(lines(PATHS[name])) for name in helper) <= 1840


def test_no_module_is_named_like_a_function_beside_it():
    """Otherwise `from package import name` gives the one or the other, by the order of imports."""
    for name in PATHS:
        package, _, own = name.rpartition(".")
        beside = [
            other for other in PATHS if other == package or other.rpartition(".")[0] == package
        ]
        functions = {
            node.name
            for other in beside
            for node in TREES[other].body
            if isinstance(node, ast.FunctionDef)
        }
        assert own not in functions, name


@pytest.mark.parametrize("command", (("check",), ("format", "--check")), ids=" ".join)
def test_ruff_finds_nothing(command):
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "--quiet"]
    found = subprocess.run(
        [*ruff, *FOLDERS, ROOT / "conftest.py"], cwd=ROOT, capture_output=True, text=True
    )
    assert not found.returncode, found.stdout + found.stderr
