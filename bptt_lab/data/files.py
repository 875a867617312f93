"""Find and read the files of ECG5000 under the names and in the formats in which they are found.

What is no such file is refused, and a message says what it is instead.
"""

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
# Of the same tables with their rows in ascending order: equal if beats were only shuffled.
SORTED_SHA256 = {
    "TRAIN": "aa8f178b9017690bff17bf6f30840c743a4d802fdb229e7929a6a8f08ae4922d",
    "TEST": "a9a1885577431f8e2f1d7ad8611196e14fed5110bb3b627106e81eae9d83ef3e",
}
SUFFIXES = (".txt", ".tsv", ".csv", ".ts", ".arff")
# None in the archive's edition of 2015; the whole archive holds a folder for each data set.
ENDINGS = tuple(suffix + packed for packed in ("", ".gz") for suffix in (*SUFFIXES, ""))
PLACES = ("", "ECG5000", "UCRArchive_2018/ECG5000", "UCR_TS_Archive_2015/ECG5000")
# What a file may cost before it is refused; the largest official one has 11 million bytes, in
# 4500 lines of 2257.
LARGEST, MOST_LINES, LONGEST_LINE = 50_000_000, 20_000, 20_000


def choose(names, split):
    """Return which of the names of files is that of the "TRAIN" or "TEST" file, or None."""
    folded = {name.lower(): name for name in sorted(names, reverse=True)}
    for ending in ENDINGS:
        name = f"ECG5000_{split}{ending}"
        if name in names:  # as published, rather than the same in lower case beside it
            return name
        if name.lower() in folded:
            return folded[name.lower()]
    return None


def find(folder, split):
    """Return the path of the "TRAIN" or "TEST" file in `folder` or in ECG5000 below, or None."""
    for place in PLACES:
        files = _names(Path(folder) / place)
        if name := choose(files, split):
            return Path(folder) / place / name
    return None


def _names(folder):
    """Return the names of the files in a folder; none where there is no folder."""
    if not folder.is_dir():
        return []
    return [path.name for path in folder.iterdir() if path.is_file()]


def explain_missing(folder, split):
    """Return a message: why `folder` has no file of the "TRAIN" or "TEST" split, and what helps."""
    import difflib

    asked, folder = str(folder), Path(folder).absolute()
    fill, names = folder, _names(folder)
    lower = [name.lower() for name in names]
    other = find(folder, {"TRAIN": "TEST", "TEST": "TRAIN"}[split])
    zips = [name for name in names if name.lower().endswith(".zip")]
    bare = asked.strip("\"' ")
    if folder.is_file():
        fill = folder.parent
        why = "it is a file; name the folder that holds both files"
        if folder.suffix.lower() == ".zip":
            why = f"it is an archive; {_unpack(folder, fill)}"
        elif find(fill, "TRAIN") and find(fill, "TEST"):
            why = f'it is a file; name its folder, "{fill}"'
    elif not folder.exists():
        why = "there is no such folder"
        above = [parent / asked for parent in Path.cwd().parents]
        if bare != asked and bare:
            fill = Path(bare).expanduser().absolute()
            why += f'; quotation marks or blanks are part of its name: did you mean "{fill}"?'
        elif near := difflib.get_close_matches(asked.lower(), ("auto", "synthetic"), 1, 0.7):
            why += f'; did you mean "{near[0]}"?'
        elif not Path(asked).is_absolute():
            why += f'; "{asked}" was looked for in "{Path.cwd()}", where Python runs'
            if right := next((path for path in above if find(path, split)), None):
                fill, why = right, f'{why}; did you mean "{right}"?'
    elif other:
        why = f"of the two files it has {other.name} only"
    elif merged := [name for name in names if name.lower().startswith("ecg5000_all")]:
        why = f"{merged[0]} is both files in one, and which beats are for training is lost in it"
    elif "ecg.csv" in lower:
        why = "its ecg.csv, from the TensorFlow tutorials, has two classes and no official split"
    elif zips:
        right = next((name for name in zips if "ecg5000" in name.lower()), zips[0])
        why = f"it has {right}; {_unpack(folder / right, folder)}"
    else:
        why = "it is empty" if not names and not any(folder.iterdir()) else "it has other files"
    found = f"{folder} has no ECG5000_{split} ({', '.join(SUFFIXES)}, or .gz of these)"
    return f'{found}: {why}; `python -m bptt_lab.data "{fill}"` fetches both files'


def _unpack(archive, folder):
    return f'`python -m zipfile -e "{archive}" "{folder}"` unpacks it'


def read_official(folder, split):
    """Return samples (N, 140) and labels (N,) of the official "TRAIN" or "TEST" file in `folder`.

    Raises FileNotFoundError, or ValueError saying what differs from the official content.
    """
    path = find(folder, split)
    if path is None:
        raise FileNotFoundError(explain_missing(folder, split))
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

    The content decides, not the extension of the name: white space, tabs or commas, with the label
    first or last, with or without a line of column names; .ts, label after the colon; .arff, label
    last; any of these packed by gzip.

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
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(content, name)
    if kind := _other_kind(content[:1000]):
        raise ValueError(f"{name} is {kind}")
    rows, numbers, names, header, label_last = [], [], False, False, False
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
            elif line.count(";") >= SAMPLES:
                raise ValueError(
                    f"{name}, line {number}: fields separated by ';', as by a spreadsheet that "
                    "writes decimal commas; expected decimal points, and ',' between fields"
                )
            else:
                rows.append(_row(fields, f"{name}, line {number}"))
                numbers.append(number)
    if not rows:
        raise ValueError(f"{name} holds no beats: an empty file, or one cut off")
    return _label_first(np.array(rows), numbers, name)


def _unpacked(content, name):
    import gzip
    import zlib

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            content = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        raise ValueError(f"{name} is packed by gzip, but cut off or damaged") from None
    if len(content) > LARGEST:
        raise ValueError(f"{name} unpacks to more than {LARGEST} bytes: expected 11 million")
    return content


def _other_kind(head):
    """Return what a file is that begins like this and is no table, or None."""
    # Every second byte of such text is 0, where it is plain English or numbers.
    even, odd = (head[start::2].count(0) / max(1, len(head[start::2])) for start in (0, 1))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or abs(even - odd) > 0.9:
        return "text in UTF-16, as some Windows programs write it; save it as UTF-8"
    if head.startswith(b"version https://git-lfs"):
        return "a pointer of Git LFS, not the file; `git lfs pull` in its checkout fetches the file"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return "a web page, not the file; save what the page links to"
    if head.startswith(b"PK\3\4"):
        return "a zip archive; expected the file that is in it"
    return None


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
    """Names are words, or count from 0 or 1; a word may stand for the label beside such numbers."""
    if len(fields) != SAMPLES + 1:
        return False
    numbers = [field.strip("'\"") for field in fields if _numbers([field]) is not None]
    counted = (list(map(str, range(start, start + len(numbers)))) for start in (0, 1))
    return not numbers or len(numbers) >= SAMPLES and numbers in counted


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
    if {row[0], row[-1]}.isdisjoint(range(6)):  # at once, however long the rest is
        raise ValueError(
            f"{where}: the label is {row[0]:g}; expected 1 to 5, in the first field or the last"
        )
    return row


def _label_first(table, numbers, name):
    """Return the table with its labels in front, or say in which line there is none.

    Labels behind the samples are those of a public copy; `check_official` proves it right.
    """
    first, last = (np.isin(table[:, k], (1, 2, 3, 4, 5)) for k in (0, -1))
    two_classes = np.isin(table[:, -1], (0, 1)).all()
    if last.sum() > first.sum() and not two_classes:
        table, first = np.roll(table, 1, axis=1), last
    if first.all():
        return table
    hint, labels = "", table[:, 0]
    if np.isin(labels, (0, 1, 2, 3, 4)).all():
        hint = "; all are from 0 to 4: add 1 to each"
    elif two_classes:
        hint = (
            "; is this ecg.csv of the TensorFlow tutorials? "
            "It has two classes, label last, and no official split"
        )
    k = first.argmin()
    raise ValueError(
        f"{name}, line {numbers[k]}: the label is {labels[k]:g}; expected 1 to 5{hint}"
    )


def _numbers(fields):
    try:
        return np.array([field.strip("'\"") for field in fields], dtype=float)
    except ValueError:
        return None


def sha256(table):
    """Return the SHA-256 of a table's numbers, in hexadecimal."""
    import hashlib  # not with the package: it takes longer to load than the rest of it

    return hashlib.sha256(np.ascontiguousarray(table + 0.0, dtype="<f8").tobytes()).hexdigest()


def sorted_sha256(table):
    """Return the SHA-256 of a table's rows in ascending order."""
    return sha256(table[np.lexsort(table.T[::-1])])


def check_official(table, split, name):
    """Raise a ValueError saying how `table`, from the file `name`, differs from the official."""
    counts = tuple(int((table[:, 0] == label).sum()) for label in (1, 2, 3, 4, 5))
    if counts != CLASS_COUNTS[split]:
        other, hint = {"TRAIN": "TEST", "TEST": "TRAIN"}[split], ""
        if counts == CLASS_COUNTS[other]:
            hint = f"; this is the {other} split"
        elif counts == tuple(map(sum, zip(*CLASS_COUNTS.values()))):
            hint = "; these are both splits in one, and which beats are for training is lost"
        raise ValueError(
            f"{name} holds {len(table)} beats, by class {counts}: "
            f"expected {sum(CLASS_COUNTS[split])}, by class {CLASS_COUNTS[split]}{hint}"
        )
    if sha256(table) != SHA256[split]:
        raise ValueError(
            f"{name} has the right number of beats of each class, "
            f"but {_difference(table, split)} "
            f"(SHA-256 {sha256(table)[:12]}…, expected {SHA256[split][:12]}…)"
        )


def _difference(table, split):
    if sorted_sha256(table) == SORTED_SHA256[split]:
        return f"in another order than the official {split} file: was it shuffled?"
    values, samples = f"other values than the official {split} file", table[:, 1:]
    if samples.min() >= 0 and samples.max() <= 1:
        return f"{values}: all are from 0 to 1, so they were scaled"
    # Wide enough for values of two decimals, and for a standard deviation of either ddof.
    if max(abs(samples.mean(axis=1)).max(), abs(samples.std(axis=1) - 1).max()) < 0.05:
        return (
            f"{values}: each beat has mean 0 and standard deviation 1, as there, "
            "so they were rounded or changed, or are of another edition"
        )
    return f"{values}: not each beat has mean 0 and standard deviation 1, as there"
