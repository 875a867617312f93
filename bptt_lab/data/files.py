"""Read the files of ECG5000 in the formats in which they are found, and refuse any others."""

import io
import re
from pathlib import Path

import numpy as np

SAMPLES = 140
# Beats of the classes 1 to 5.
CLASS_COUNTS = {"TRAIN": (292, 177, 10, 19, 2), "TEST": (2627, 1590, 86, 175, 22)}
# Of the table (label, 140 samples), in the official order, as little-endian float64.
SHA256 = {
    "TRAIN": "123917cea06fe6e10ff4fadd2bd7f80b6b1d1b23962e5476e12ca7df1df147a1",
    "TEST": "31a5df1aec3d842252f13e76e866ade2933f372f30ee9608fc463691e06f3d58",
}
SUFFIXES = (".txt", ".tsv", ".csv", ".ts", ".arff")
# What a file may cost before it is refused; the largest official one has 11 million bytes, in
# 4500 lines of 2257.
LARGEST, MOST_LINES, LONGEST_LINE = 50_000_000, 20_000, 20_000


def find(folder, split):
    """Return the path of the "TRAIN" or "TEST" file in `folder` or in ECG5000 below, or None."""
    for place in (Path(folder), Path(folder) / "ECG5000"):
        for suffix in SUFFIXES:
            path = place / f"ECG5000_{split}{suffix}"
            if path.is_file():
                return path
    return None


def read_official(folder, split):
    """Return samples (N, 140) and labels (N,) of the official "TRAIN" or "TEST" file in `folder`.

    Raises FileNotFoundError, or ValueError saying what differs from the official content.
    """
    path = find(folder, split)
    if path is None:
        hint, folder = "", Path(folder).absolute()
        if (folder / "ecg.csv").exists():
            hint = (
                "; its ecg.csv, from the TensorFlow tutorials, has two classes "
                "and no official split"
            )
        raise FileNotFoundError(
            f"{folder} has no ECG5000_{split} ({', '.join(SUFFIXES)}){hint}; "
            f'`python -m bptt_lab.data "{folder}"` fetches it'
        )
    table = read(path)
    check_official(table, split, path)
    return table[:, 1:], table[:, 0].astype(int)


def read(path):
    """Return the rows of the file at `path` as in `parse`; a ValueError if it is far too large."""
    size = Path(path).stat().st_size
    if size > LARGEST:
        raise ValueError(f"{path} has {size} bytes: expected 11 million at the most")
    return parse(Path(path).read_bytes(), path)


def parse(content, name):
    """Return the rows of a file of ECG5000 as a table.

    The content decides, not the extension of the name: white space, tabs or commas with the label
    first, with or without a line of column names; .ts, label after the colon; .arff, label last.

    Parameters
    ----------
    content : bytes
    name : str or path
        For messages.

    Returns
    -------
    float64 array of shape (N, 141): the label, 1 to 5, and the samples.

    Raises
    ------
    ValueError
        If a line is not a label with 140 finite numbers; names the line.
    """
    rows, names, header, label_last = [], False, False, False
    for number, line in enumerate(_lines(content, name), start=1):
        line = line.strip()
        if line.startswith("@"):  # the header of .ts and .arff ends with @data
            header = line.lower() != "@data"
            label_last |= line.lower().startswith("@attribute")
        elif line and not header and line[0] not in "#%":
            values, colon, label = line.rpartition(":")
            fields = re.split(r"\s*,\s*|\s+", values if colon else line)
            if colon:
                fields.insert(0, label)
            elif label_last:
                fields.insert(0, fields.pop())
            if not rows and not names and _are_column_names(fields):
                names = True
            else:
                rows.append(_row(fields, f"{name}, line {number}"))
    if not rows:
        raise ValueError(f"{name} holds no beats: an empty file, or one cut off")
    return np.array(rows)


def _lines(content, name):
    """Yield the lines one by one, so that no file costs much more memory than it has bytes."""
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig")
    for number in range(1, MOST_LINES + 2):
        try:
            line = text.readline(LONGEST_LINE + 1)
        except UnicodeDecodeError:
            raise ValueError(f"{name} is not a text file") from None
        if not line:
            return
        if number > MOST_LINES:
            raise ValueError(
                f"{name} has more than {MOST_LINES} lines: expected 4500 beats at the most"
            )
        if len(line) > LONGEST_LINE:
            raise ValueError(
                f"{name}, line {number}: more than {LONGEST_LINE} characters; "
                f"expected a label and {SAMPLES} samples"
            )
        yield line


def _are_column_names(fields):
    if len(fields) != SAMPLES + 1:
        return False
    return all(_numbers([field]) is None for field in fields) or fields == [
        str(k) for k in range(SAMPLES + 1)
    ]


def _row(fields, where):
    if len(fields) != SAMPLES + 1:
        raise ValueError(
            f"{where}: {len(fields)} fields; expected {SAMPLES + 1}, a label and {SAMPLES} samples"
        )
    row = _numbers(fields)
    if row is None or not np.isfinite(row).all():
        k = next(
            k
            for k, field in enumerate(fields)
            if _numbers([field]) is None or not np.isfinite(_numbers([field]))
        )
        raise ValueError(f"{where}: {fields[k][:20]!r} in field {k + 1}; expected a finite number")
    if row[0] not in (1, 2, 3, 4, 5):
        hint = ""
        if row[-1] in (0, 1):
            hint = (
                "; is this ecg.csv of the TensorFlow tutorials? "
                "It has two classes, label last, and no official split"
            )
        raise ValueError(f"{where}: the label is {fields[0][:20]}; expected 1 to 5{hint}")
    return row


def _numbers(fields):
    try:
        return np.array([field.strip("'\"") for field in fields], dtype=float)
    except ValueError:
        return None


def sha256(table):
    """Return the SHA-256 of a table's numbers, in hexadecimal."""
    import hashlib  # not with the package: it takes longer to load than the rest of it

    return hashlib.sha256(np.ascontiguousarray(table + 0.0, dtype="<f8").tobytes()).hexdigest()


def check_official(table, split, name):
    """Raise a ValueError saying how `table`, from the file `name`, differs from the official."""
    counts = tuple(int((table[:, 0] == label).sum()) for label in (1, 2, 3, 4, 5))
    if counts != CLASS_COUNTS[split]:
        other = {"TRAIN": "TEST", "TEST": "TRAIN"}[split]
        hint = f"; this is the {other} split" if counts == CLASS_COUNTS[other] else ""
        raise ValueError(
            f"{name} holds {len(table)} beats, by class {counts}: "
            f"expected {sum(CLASS_COUNTS[split])}, by class {CLASS_COUNTS[split]}{hint}"
        )
    if sha256(table) != SHA256[split]:
        raise ValueError(
            f"{name} has the right number of beats of each class, "
            f"but other values or another order than the official {split} file "
            f"(SHA-256 {sha256(table)[:12]}…, expected {SHA256[split][:12]}…)"
        )
