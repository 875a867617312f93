"""The loader: every format it reads, everything it refuses, and the arrangement of the arrays."""

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import bptt_lab.data
from bptt_lab import load_ecg5000, minibatches, one_hot, windows
from bptt_lab.data import files, synthetic
from bptt_lab.data.synthetic import FORMS, beats, make_ecg


@pytest.fixture
def official(monkeypatch):
    """Take some synthetic beats for the official ones; return their tables, label first."""
    tables = {}
    for split, n in (("TRAIN", 50), ("TEST", 90)):
        samples, labels = make_ecg()[split]
        tables[split] = np.c_[labels, samples][:n]
        counts = tuple(int((labels[:n] == label).sum()) for label in range(1, 6))
        monkeypatch.setitem(files.CLASS_COUNTS, split, counts)
        monkeypatch.setitem(files.SHA256, split, files.sha256(tables[split]))
        monkeypatch.setitem(files.SORTED_SHA256, split, files.sorted_sha256(tables[split]))
    return tables


def rows(table, separator, label=lambda k: f"{k:.7e}"):
    return [separator.join([label(row[0]), *map(repr, row[1:])]) for row in table.tolist()]


def txt(table):
    return "".join(f"   {line}\n" for line in rows(table, "   "))


def tsv(table):
    return "\n".join(rows(table, "\t", lambda k: str(int(k)))) + "\n"


def csv(table):
    return "\n".join(rows(table, ",", lambda k: str(int(k)))) + "\n"


def csv_with_names(table):
    return ",".join(["label", *(f"t{k}" for k in range(140))]) + "\n" + csv(table)


def csv_with_numbers_for_names(table):
    return ",".join(map(str, range(141))) + "\n" + csv(table)


def csv_with_a_count(table):
    return ",".join(map(str, range(1, 142))) + "\n" + csv(table)


def csv_with_a_name_and_numbers(table):
    return ",".join(["label", *map(str, range(140))]) + "\n" + csv(table)


def csv_label_last(table):
    return "\n".join(",".join([*map(repr, row[1:]), str(int(row[0]))]) for row in table.tolist())


def csv_label_last_with_names(table):
    return ",".join([*map(str, range(140)), "target"]) + "\n" + csv_label_last(table)


def ts(table):
    header = (
        "# a comment\n@problemName ECG5000\n@timeStamps false\n@univariate true\n"
        "@classLabel true 1 2 3 4 5\n@data\n"
    )
    return header + "".join(
        f"{','.join(map(repr, row[1:]))}:{int(row[0])}\n" for row in table.tolist()
    )


def arff(table):
    header = "% a comment\n@RELATION ECG5000\n\n" + "".join(
        f"@attribute att{k} numeric\n" for k in range(140)
    )
    header += "@attribute target {1,2,3,4,5}\n\n@DATA\n"
    return header + "".join(
        ",".join([*map(repr, row[1:]), str(int(row[0]))]) + "\n" for row in table.tolist()
    )


FORMATS = {
    "txt": txt,
    "tsv": tsv,
    "csv": csv,
    "csv with names": csv_with_names,
    "csv with numbers": csv_with_numbers_for_names,
    "csv with a count": csv_with_a_count,
    "csv with a name and numbers": csv_with_a_name_and_numbers,
    "csv, label last": csv_label_last,
    "csv, label last, with names": csv_label_last_with_names,
    "ts": ts,
    "arff": arff,
}
VARIANTS = {
    "plain": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "blank lines": lambda text: text + "\n  \n\n",
    "no last line end": lambda text: text.rstrip("\n"),
    "byte order mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_table(kind, variant):
    table = np.c_[make_ecg()["TRAIN"][1], make_ecg()["TRAIN"][0]][:7]
    content = VARIANTS[variant](FORMATS[kind](table)).encode()
    np.testing.assert_array_equal(files.parse(content, "file"), table)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("suffix", files.SUFFIXES)
def test_files_are_found_and_the_extension_may_lie(tmp_path, official, kind, suffix):
    folder = tmp_path / "ECG5000" if suffix == ".ts" else tmp_path
    folder.mkdir(exist_ok=True)
    path = folder / f"ECG5000_TRAIN{suffix}"
    path.write_text(FORMATS[kind](official["TRAIN"]))
    samples, labels = files.read_official(tmp_path, "TRAIN")
    np.testing.assert_array_equal(np.c_[labels, samples], official["TRAIN"])


NAMES = ("ecg5000_train.TXT", "ECG5000_TRAIN", "Ecg5000_Train.csv.GZ", "ecg5000_TRAIN.gz")


@pytest.mark.parametrize("place", files.PLACES)
@pytest.mark.parametrize("name", NAMES)
def test_files_are_found_in_any_case_without_extension_packed_and_in_the_archive(
    tmp_path, official, name, place
):
    content, pack = txt(official["TRAIN"]).encode(), name.lower().endswith(".gz")
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    (tmp_path / place / name).write_bytes(gzip.compress(content) if pack else content)
    samples, labels = files.read_official(tmp_path, "TRAIN")
    np.testing.assert_array_equal(np.c_[labels, samples], official["TRAIN"])


def test_the_published_name_goes_before_the_same_in_lower_case():
    assert files.choose(["ecg5000_test.txt", "ECG5000_TEST.txt"], "TEST") == "ECG5000_TEST.txt"
    assert files.choose(["ECG5000_TEST", "ecg5000_test.txt"], "TEST") == "ecg5000_test.txt"
    assert files.choose(["ECG5000_TEST.txt.bak", "xECG5000_TEST.txt"], "TEST") is None


@pytest.fixture
def folder(tmp_path, official):
    for split, table in official.items():
        (tmp_path / f"ECG5000_{split}.txt").write_text(txt(table))
    return tmp_path


def test_the_environment_and_the_argument_say_where_the_data_are(folder, official, monkeypatch):
    data = load_ecg5000(folder)
    assert data.source == str(folder) and load_ecg5000("synthetic").source == "synthetic"
    for X, Y, table in (
        (data.X_train, data.Y_train, official["TRAIN"]),
        (data.X_test, data.Y_test, official["TEST"]),
    ):
        np.testing.assert_array_equal(X[:, :, 0].T, table[:, 1:])
        np.testing.assert_array_equal(Y, np.eye(5)[table[:, 0].astype(int) - 1])
    monkeypatch.setenv("BPTT_LAB_DATA", str(folder))
    assert load_ecg5000().source == str(folder)
    monkeypatch.delenv("BPTT_LAB_DATA")
    monkeypatch.setattr(bptt_lab.data, "DATA_FOLDER", folder)
    assert load_ecg5000().source == str(folder)
    monkeypatch.setattr(bptt_lab.data, "DATA_FOLDER", folder / "empty")
    assert load_ecg5000().source == "synthetic"
    (
        folder / "ECG5000_TEST.txt"
    ).unlink()  # one file of two is a mistake, not a reason for other data
    monkeypatch.setattr(bptt_lab.data, "DATA_FOLDER", folder)
    with pytest.raises(FileNotFoundError, match="no ECG5000_TEST"):
        load_ecg5000()


def test_that_the_data_are_synthetic_is_said_once(monkeypatch, capsys):
    monkeypatch.setattr(bptt_lab.data, "_said", set())
    load_ecg5000()
    assert "synthetic" in capsys.readouterr().out
    load_ecg5000()
    assert capsys.readouterr().out == ""


def changed(table, row, column, value):
    table = table.copy()
    table[row, column] = value
    return table


REFUSALS = {
    "a row too few": (lambda t: txt(t[:-1]), r"holds 49 beats, by class .*expected 50"),
    "the other split": (
        lambda t: txt(np.c_[make_ecg()["TEST"][1], make_ecg()["TEST"][0]][:90]),
        "this is the TEST split",
    ),
    "both splits in one": (
        lambda t: txt(
            np.concatenate([t, np.c_[make_ecg()["TEST"][1], make_ecg()["TEST"][0]][:90]])
        ),
        "both splits in one",
    ),
    "a changed value": (lambda t: txt(changed(t, 40, 50, 0.12345)), "were rounded or changed"),
    "rounded": (lambda t: csv(np.round(t, 3)), "were rounded or changed"),
    "another order": (lambda t: txt(t[::-1]), "in another order .*: was it shuffled"),
    "another order, label last": (lambda t: csv_label_last(t[::-1]), "in another order"),
    "scaled": (
        lambda t: txt(np.c_[t[:, 0], (t[:, 1:] - t[:, 1:].min()) / np.ptp(t[:, 1:])]),
        "all are from 0 to 1, so they were scaled",
    ),
    "scaled in another way": (
        lambda t: txt(np.c_[t[:, 0], 3 * t[:, 1:]]),
        "not each beat has mean 0",
    ),
    "labels from 0": (lambda t: csv(t - np.eye(141)[0]), "label is 0.*from 0 to 4: add 1 to each"),
    "labels from 0, last": (
        lambda t: csv_label_last(t - np.eye(141)[0]),
        "label is 0.*from 0 to 4: add 1 to each",
    ),
    "decimal commas": (
        lambda t: csv(t).replace(",", ";").replace(".", ","),
        "line 1: fields separated by ';'.*decimal commas",
    ),
    "a pointer": (
        lambda t: "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 10156500\n",
        "a pointer of Git LFS, .*`git lfs pull`",
    ),
    "a label of another class": (lambda t: txt(changed(t, 3, 0, 3 - t[3, 0] % 2)), "by class"),
    "an unknown label": (
        lambda t: txt(changed(t, 3, 0, 6)),
        r"ECG5000_TRAIN\.txt, line 4: the label is 6",
    ),
    "a fractional label": (lambda t: txt(changed(t, 3, 0, 1.5)), "line 4: the label is 1.5"),
    "NaN": (lambda t: txt(changed(t, 9, 10, np.nan)), r"line 10: 'nan' in field 11"),
    "infinity": (lambda t: csv(changed(t, 9, 10, np.inf)), r"line 10: 'inf' in field 11"),
    "a missing value": (
        lambda t: arff(t).replace("@DATA\n", "@DATA\n" + ",".join(["?"] * 140) + ",1\n"),
        r"line 147: '\?' in field 2",
    ),
    "text": (lambda t: txt(t).replace("e+00   ", "e+00   oops ", 1), "142 fields"),
    "a word for a number": (lambda t: csv(t[:5]) + csv(t[5:]).replace(",", ",x", 1), "line 6: 'x"),
    "a line cut off": (lambda t: txt(t)[:-700], r"line 50: \d+ fields"),
    "nothing": (lambda t: "", "no beats"),
    "a header alone": (lambda t: ts(t[:0]), "no beats"),
    "a web page": (
        lambda t: "<!DOCTYPE html>\n<html><body>Error</body></html>",
        "is a web page",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_not_the_official_file_is_refused(tmp_path, official, case):
    make, message = REFUSALS[case]
    (tmp_path / "ECG5000_TRAIN.txt").write_text(make(official["TRAIN"]))
    with pytest.raises(ValueError, match=message):
        files.read_official(tmp_path, "TRAIN")


def test_bytes_are_refused(tmp_path):
    (tmp_path / "ECG5000_TRAIN.txt").write_bytes(b"\x89PNG\r\n\xff\xfe\x00")
    with pytest.raises(ValueError, match="not a text file"):
        files.read_official(tmp_path, "TRAIN")


@pytest.mark.parametrize("encoding", ("utf-16", "utf-16-le", "utf-16-be"))
def test_text_in_utf_16_is_named(tmp_path, official, encoding):
    (tmp_path / "ECG5000_TRAIN.txt").write_bytes(txt(official["TRAIN"]).encode(encoding))
    with pytest.raises(ValueError, match=r"ECG5000_TRAIN\.txt is text in UTF-16.*as UTF-8"):
        files.read_official(tmp_path, "TRAIN")


def test_packed_files_are_read_whole_or_refused(tmp_path, official, monkeypatch):
    packed = gzip.compress(txt(official["TRAIN"]).encode())
    path = tmp_path / "ECG5000_TRAIN.txt.gz"
    path.write_bytes(packed)
    samples, labels = files.read_official(tmp_path, "TRAIN")
    np.testing.assert_array_equal(np.c_[labels, samples], official["TRAIN"])
    for content in (packed[:-20], packed[:5], packed[:500] + b"x" * 50 + packed[550:]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="packed by gzip, but cut off or damaged"):
            files.read_official(tmp_path, "TRAIN")
    path.write_bytes(packed)
    monkeypatch.setattr(files, "LARGEST", len(packed) + 1)
    with pytest.raises(ValueError, match="unpacks to more than"):
        files.read_official(tmp_path, "TRAIN")


def test_a_file_far_too_large_is_refused_unread(tmp_path):
    with open(tmp_path / "ECG5000_TRAIN.txt", "wb") as file:
        file.truncate(files.LARGEST + 1)
    with pytest.raises(ValueError, match="expected 11 million"):
        files.read_official(tmp_path, "TRAIN")


def test_the_two_class_ecg_csv_is_refused(tmp_path):
    line = ",".join(["-0.1"] * 140 + ["1.0"])
    (tmp_path / "ecg.csv").write_text(f"{line}\n" * 10)
    with pytest.raises(FileNotFoundError, match="ecg.csv, from the TensorFlow tutorials"):
        load_ecg5000(tmp_path)
    (tmp_path / "ecg.csv").rename(tmp_path / "ECG5000_TRAIN.csv")
    with pytest.raises(ValueError, match="line 1: the label is -0.1.*TensorFlow"):
        load_ecg5000(tmp_path)
    (tmp_path / "ECG5000_TRAIN.csv").write_text(f"{line}\n" * 10 + line.replace("1.0", "0.0"))
    with pytest.raises(ValueError, match="line 1: the label is -0.1.*TensorFlow"):
        load_ecg5000(tmp_path)


def test_an_empty_folder_is_refused_when_asked_for(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m bptt_lab.data"):
        load_ecg5000(tmp_path)


def test_the_arrays_are_time_major_and_paired():
    data = load_ecg5000("synthetic")
    shapes = [array.shape for array in data[:4]]
    assert shapes == [(140, 500, 1), (500, 5), (140, 4500, 1), (4500, 5)]
    for split, X, Y in (("TRAIN", data.X_train, data.Y_train), ("TEST", data.X_test, data.Y_test)):
        samples, labels = make_ecg()[split]
        np.testing.assert_array_equal(X[:, :, 0].T, samples)
        np.testing.assert_array_equal(Y.argmax(axis=1) + 1, labels)
        assert tuple(Y.sum(axis=0).astype(int)) == files.CLASS_COUNTS[split]
        np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-5)
        np.testing.assert_allclose(X.std(axis=0, ddof=1), 1, atol=1e-4)
    data.X_train[:] = 0  # a copy: the next load is not spoilt
    assert load_ecg5000("synthetic").X_train.any()


# The synthetic beats. The hash pins their bytes: committed outputs of all notebooks depend on them.
def test_every_machine_gets_the_same_synthetic_beats():
    tables = [files.sha256(np.c_[labels, samples]) for samples, labels in make_ecg().values()]
    assert tables == [
        "e9dbaddb63680e11c977ff7f4e12c7e9c3be2e758ccd47bdcf5d4f556223e3ad",
        "8334165f9a97f65d9ef256bc11bd9e71eb5aeff7b18d867b748d7dd7d99227b9",
    ]


def test_the_synthetic_values_are_rounded_far_above_what_two_machines_differ_by():
    # To 5 decimals; exp and sin of two machines differ by some 1e-15 here.
    rng = np.random.RandomState(0)
    x = beats("sinus", 200, rng)
    assert np.isfinite(x).all() and x.shape == (200, 140)
    for samples, _ in make_ecg().values():
        np.testing.assert_array_equal(samples, np.round(samples, 5))


def test_synthetic_beats_depend_on_the_seed_alone():
    before = np.random.get_state()
    a, b = synthetic._make_ecg.__wrapped__(3), synthetic._make_ecg.__wrapped__(3)
    after = np.random.get_state()
    np.testing.assert_array_equal(a["TEST"][0], b["TEST"][0])
    assert not np.array_equal(a["TEST"][0], make_ecg()["TEST"][0])
    assert (before[1] == after[1]).all() and before[2:] == after[2:]


def test_beats_of_many_seeds_are_not_kept():
    for seed in range(3, 6):
        make_ecg(seed)
    assert synthetic._make_ecg.cache_info().currsize == 1


def test_the_first_beats_of_a_split_are_not_of_one_class():
    for _, labels in make_ecg().values():
        assert set(labels[:10]) > {1}


@pytest.mark.parametrize("form", FORMS)
def test_the_waves_of_a_form_can_be_found_in_its_mean_beat(form):
    mean = beats(form, 2000, np.random.RandomState(0)).mean(axis=0)
    t = np.arange(140)
    drawn = sum(
        w.amplitude * np.exp(-0.5 * ((t - w.centre) / w.width) ** 2) for w in FORMS[form].values()
    )
    assert np.corrcoef(mean, drawn)[0, 1] > 0.8


def test_one_hot():
    np.testing.assert_array_equal(one_hot(np.array([1, 0, 2]), 4), np.eye(4)[[1, 0, 2]])
    np.testing.assert_array_equal(one_hot([1.0, 0.0], 2), [[0, 1], [1, 0]])
    for labels, message in (
        ([1, 2, 3], "labels - 1"),
        ([0, 3], "holds 3"),
        ([-1], "holds -1"),
        ([0.5], "holds 0.5"),
        ([[0, 1]], r"shape \(1, 2\)"),
        (["a"], "labels holds"),
        ([np.nan], "holds nan"),
    ):
        with pytest.raises((ValueError, TypeError), match=message):
            one_hot(labels, 3)
    with pytest.raises(ValueError, match="C is 0"):
        one_hot([0], 0)


def test_minibatches_complains_at_the_call():
    X, Y = np.zeros((3, 4, 1)), np.zeros((4, 2))
    for arguments, message in (
        ((X, Y, 0, 0), "batch_size is 0"),
        ((X, Y[:3], 2, 0), "3"),
        ((X, Y, 2, "a"), "rng is 'a'"),
    ):
        with pytest.raises(ValueError, match=message):
            minibatches(*arguments)


def test_windows():
    X = np.arange(24.0).reshape(12, 2, 1)
    W = windows(X, 3)
    assert W.shape == (4, 2, 3)
    for t in range(4):
        for n in range(2):
            np.testing.assert_array_equal(W[t, n], X[3 * t : 3 * t + 3, n, 0])
    np.testing.assert_array_equal(windows(X, 1), X)
    for bad, w, message in (
        (X, 5, "last 2 samples would be lost"),
        (X[:, :, 0], 3, "shape"),
        (X, 0, "w is 0"),
        (W, 2, r"\(T, N, 1\)"),
    ):
        with pytest.raises(ValueError, match=message):
            windows(bad, w)


def test_the_command_says_how_to_get_the_data_by_hand_and_fails_without_a_network(tmp_path):
    code = (
        "import bptt_lab.data.__main__ as m; m.SOURCES = (('http://127.0.0.1:9/x.zip',),); "
        "m.fetch.__defaults__ = (m.fetch.__defaults__[0], m.SOURCES, 1, 0); "
        f"m.main({str(tmp_path / 'new')!r})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert run.returncode == 1 and "could not be fetched" in run.stderr and "By hand" in run.stderr
    assert not (tmp_path / "new").exists() or not list(Path(tmp_path / "new").iterdir())


@pytest.mark.parametrize("argument", ("--help", "--folder"))
def test_an_option_is_not_taken_for_a_folder(argument, tmp_path):
    command = [sys.executable, "-m", "bptt_lab.data", argument]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "usage: python -m bptt_lab.data" in run.stdout + run.stderr
    assert not list(tmp_path.iterdir())
