"""When the Makefile makes its environment anew, and what it says if it cannot."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="no make")

# Stands in for a Python, and for those of the environments that it makes: it writes down its calls.
PYTHON = """#!/bin/sh
echo "{name} $*" >>"{log}"
case "$*" in
-VV) echo "Python {name}" ;;
*ensurepip*) test "$FAULT" != ensurepip ;;
"-m venv"*) test "$FAULT" != venv && mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
"-m pip"*) test "$FAULT" != pip ;;
esac
"""


class Lab:
    """A folder with the Makefile, and two Pythons that only write down what they are called for."""

    def __init__(self, folder):
        self.place, self.log = folder / "a lab", folder / "log"
        self.place.mkdir()
        for name in ("Makefile", "requirements.txt", "pyproject.toml"):
            shutil.copyfile(ROOT / name, self.place / name)
        for name in ("python3", "python3.99"):
            path = folder / "bin" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(PYTHON.format(name=name, log=self.log))
            path.chmod(0o755)
        path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self.environment = {"PATH": path, "HOME": str(folder)}

    def make(self, *arguments, **variables):
        """Return whether `make data` went well, what it printed, and what it has done."""
        self.log.write_text("")
        run = subprocess.run(
            ["make", "data", *arguments],
            cwd=self.place,
            env=self.environment | variables,
            capture_output=True,
            text=True,
        )
        words = {"-m venv": "made anew", "-m pip": "installed", "-m bptt_lab.data": "ran"}
        calls = self.log.read_text().splitlines()
        done = [word for call in calls for start, word in words.items() if f" {start}" in call]
        return not run.returncode, run.stdout + run.stderr, done


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path)


def test_the_environment_is_made_once_and_filled_again_when_the_requirements_change(lab):
    passed, said, done = lab.make()
    assert passed and done == ["made anew", "installed", "ran"] and said.count("\n") == 1, said
    assert lab.make() == (True, "", ["ran"])
    later = (lab.place / ".venv" / ".ready").stat().st_mtime + 2
    os.utime(lab.place / "requirements.txt", (later, later))
    assert lab.make()[2] == ["installed", "ran"]


def test_a_folder_that_was_moved_or_copied_gets_an_environment_of_its_own(lab):
    lab.make()
    lab.place = lab.place.rename(lab.place.with_name("übungen"))
    assert lab.make()[2] == ["made anew", "installed", "ran"] and lab.make()[2] == ["ran"]
    lab.place = Path(shutil.copytree(lab.place, lab.place.with_name("copy")))
    assert lab.make()[2] == ["made anew", "installed", "ran"] and lab.make()[2] == ["ran"]


def test_another_python_is_taken_when_it_is_asked_for_and_kept(lab):
    lab.make()
    for arguments, variables in (([], {"PYTHON": "python3.99"}), (["PYTHON=python3"], {})):
        assert lab.make(*arguments, **variables)[2] == ["made anew", "installed", "ran"]
        assert lab.make(*arguments, **variables)[2] == lab.make()[2] == ["ran"]


@pytest.mark.parametrize(
    "fault, words, steps",
    (
        ("ensurepip", "the package python3-venv is needed", []),
        ("venv", "is there room on the disk?", ["made anew"]),
        ("pip", "If the network is missing or breaks off, the same command", ["made anew"]),
    ),
)
def test_what_goes_wrong_is_blamed_on_what_is_wrong(lab, fault, words, steps):
    passed, said, done = lab.make(FAULT=fault)
    assert not passed and words in said and done[:1] == steps
    blames = ("python3-venv", "room on the disk", "the network")
    assert sum(blame in said for blame in blames) == 1
    assert lab.make()[2] == ["made anew", "installed", "ran"]  # the same command goes on


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write")
def test_a_read_only_folder_is_named(lab):
    lab.place.chmod(0o555)
    passed, said, done = lab.make()
    lab.place.chmod(0o755)
    assert not passed and f"{lab.place} cannot be written to" in said and not done
