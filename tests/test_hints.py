# ruff: noqa: F401, F811 (a fixture is imported)
"""Whoever does what the loader's messages say gets the right data.

The hints about arrays are tried in `test_bad_input`.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_data import csv, csv_label_last, official, txt
from test_fetch import archive

import bptt_lab.data
from bptt_lab import load_ecg5000
from bptt_lab.data import __main__ as fetching


def fill(folder, tables):
    folder.mkdir(parents=True, exist_ok=True)
    for split, table in tables.items():
        (folder / f"ECG5000_{split}.txt").write_text(txt(table))


def refusal(source, error=FileNotFoundError):
    with pytest.raises(error) as caught:
        load_ecg5000(source)
    return str(caught.value)


def check(source, tables):
    data = load_ecg5000(source)
    np.testing.assert_array_equal(data.X_train[:, :, 0].T, tables["TRAIN"][:, 1:])
    np.testing.assert_array_equal(data.X_test[:, :, 0].T, tables["TEST"][:, 1:])


def commands(message):
    return [shlex.split(command) for command in re.findall("`(python [^`]+)`", message)]


def filled(message):
    """Return the folder that the command in a message fills; it is absolute."""
    (folder,) = (c[3] for c in commands(message) if c[1:3] == ["-m", "bptt_lab.data"])
    assert Path(folder).is_absolute()
    return Path(folder)


@pytest.fixture
def fetch_by_command(official, monkeypatch):
    """Return a function that does what `python -m bptt_lab.data FOLDER` does, without a network."""
    content = archive({f"ECG5000_{split}.txt": txt(t) for split, t in official.items()})
    monkeypatch.setattr(fetching, "_download", lambda *arguments: content)
    return fetching.main


# How a folder comes to lack a file, with what `load_ecg5000` is then given and says.
def nothing(folder):
    return folder / "no" / "such", "there is no such folder"


def quoted(folder):
    return f'"{folder}"', "quotation marks or blanks are part of its name"


def a_blank_behind(folder):
    return f"{folder} ", "quotation marks or blanks are part of its name"


def a_file(folder):
    folder.mkdir()
    (folder / "notes.txt").write_text("x")
    return folder / "notes.txt", "it is a file"


def empty(folder):
    folder.mkdir()
    return folder, "it is empty"


def other_files(folder):
    folder.mkdir()
    (folder / "ECG200_TRAIN.txt").write_text("x")
    return folder, "it has other files"


def merged(folder):
    folder.mkdir()
    (folder / "ECG5000_ALL.csv").write_text("x")
    return folder, "ECG5000_ALL.csv is both files in one"


def tensorflow(folder):
    folder.mkdir()
    (folder / "ecg.csv").write_text("x")
    return folder, "its ecg.csv, from the TensorFlow tutorials"


def one_of_two(folder):
    folder.mkdir()
    (folder / "ecg5000_test").write_text("x")
    return folder, "of the two files it has ecg5000_test only"


CASES = nothing, quoted, a_blank_behind, a_file, empty, other_files, merged, tensorflow, one_of_two


@pytest.mark.parametrize("case", CASES)
def test_the_command_that_is_named_fills_the_folder_that_is_meant(
    case,
    tmp_path,
    official,
    fetch_by_command,
):
    source, why = case(tmp_path / "da ta")
    message = refusal(source)
    assert why in message and " has no ECG5000_TRAIN" in message
    fetch_by_command(filled(message))
    if case in (quoted, a_blank_behind, a_file):  # then it is another that is meant
        source = re.findall('"([^"]+)"', refusal(source).split("`")[0])[-1]
    check(source, official)


def test_the_other_of_two_is_named(tmp_path, official):
    fill(tmp_path, official)
    (tmp_path / "ECG5000_TEST.txt").unlink()
    message = refusal(tmp_path)
    assert "has no ECG5000_TEST" in message and "it has ECG5000_TRAIN.txt only" in message


@pytest.mark.parametrize("named", (True, False))
def test_an_archive_is_unpacked_by_the_command_that_is_named(named, tmp_path, official):
    path = tmp_path / "ECG5000.zip"
    path.write_bytes(archive({f"ECG5000_{split}.txt": txt(t) for split, t in official.items()}))
    message = refusal(path if named else tmp_path)
    (command,) = (c for c in commands(message) if c[2] == "zipfile")
    subprocess.run([sys.executable, *command[1:]], check=True)
    check(tmp_path, official)


def test_a_file_of_the_right_folder_names_the_folder(tmp_path, official):
    fill(tmp_path, official)
    message = refusal(tmp_path / "ECG5000_TRAIN.txt")
    check(re.search('name its folder, "([^"]+)"', message)[1], official)


def test_a_relative_folder_is_found_above_the_notebooks(tmp_path, official, monkeypatch):
    fill(tmp_path / "my data", official)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.setenv("BPTT_LAB_DATA", "my data")
    message = refusal("auto")
    assert f'looked for in "{tmp_path / "notebooks"}", where Python runs' in message
    check(re.search('did you mean "([^"]+)"', message)[1], official)
    assert filled(message) == tmp_path / "my data"
    assert "did you mean" not in refusal("my date")


@pytest.mark.parametrize("slip", ("sythetic", "Synthetic", "synthetic "))
def test_a_slip_in_synthetic_is_mended(slip):
    meant = re.findall('did you mean "([^"]+)"', refusal(slip))[0]
    assert Path(meant).name == "synthetic"
    assert load_ecg5000(Path(meant).name).source == "synthetic"


@pytest.mark.parametrize("write", (csv, csv_label_last))
def test_one_added_to_labels_from_0_is_right(write, tmp_path, official):
    fill(tmp_path, official)
    lower = official["TRAIN"] - np.eye(141)[0]
    (tmp_path / "ECG5000_TRAIN.txt").write_text(write(lower))
    assert "add 1 to each" in refusal(tmp_path, ValueError)
    (tmp_path / "ECG5000_TRAIN.txt").write_text(write(lower + np.eye(141)[0]))
    check(tmp_path, official)


def test_utf_16_saved_as_utf_8_and_decimal_points_are_right(tmp_path, official):
    fill(tmp_path, official)
    path, text = tmp_path / "ECG5000_TEST.txt", csv(official["TEST"])
    path.write_text(text, encoding="utf-16")
    assert "save it as UTF-8" in refusal(tmp_path, ValueError)
    path.write_text(path.read_text(encoding="utf-16"), encoding="utf-8-sig")
    check(tmp_path, official)
    path.write_text(text.replace(",", ";").replace(".", ","))
    assert "decimal points, and ',' between fields" in refusal(tmp_path, ValueError)
    path.write_text(path.read_text().replace(",", ".").replace(";", ","))
    check(tmp_path, official)


def test_what_the_notice_names_fills_the_folder_of_auto(
    tmp_path,
    official,
    fetch_by_command,
    monkeypatch,
    capsys,
):
    monkeypatch.delenv("BPTT_LAB_DATA", raising=False)
    monkeypatch.setattr(bptt_lab.data, "DATA_FOLDER", tmp_path / "data")
    monkeypatch.setattr(bptt_lab.data, "_said", set())
    fetch_by_command(tmp_path / "data")
    check("auto", official)
    assert "as published" in capsys.readouterr().out


def test_without_pooch_the_command_says_how_to_install_it(tmp_path):
    # A module that is None in sys.modules cannot be imported, as if it were not installed.
    code = "import runpy, sys; sys.modules['pooch'] = None; sys.argv[1:] = ['new']; " + (
        "runpy.run_module('bptt_lab.data', run_name='__main__', alter_sys=True)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 1 and "Traceback" not in run.stderr
    extra = re.search(r'`pip install "bptt_lab\[(\w+)\]"`', run.stderr)[1]
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"pooch' in re.search(rf"^{extra} = \[(.*?)^\]", project, re.M | re.S)[1]
    assert f"into {tmp_path / 'new'}." in run.stderr and not (tmp_path / "new").exists()
