"""Find the files of ECG5000 under the names they have in the wild, or say why none is there."""

import difflib
from pathlib import Path

SUFFIXES = (".txt", ".tsv", ".csv", ".ts", ".arff")
# None in the archive's edition of 2015; the whole archive holds a folder for each data set.
ENDINGS = tuple(suffix + packed for packed in ("", ".gz") for suffix in (*SUFFIXES, ""))
PLACES = ("", "ECG5000", "UCRArchive_2018/ECG5000", "UCR_TS_Archive_2015/ECG5000")


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
