"""Fetch the real ECG5000: ``python -m bptt_lab.data [folder]``, by default into the lab's folder data."""

import io
import os
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from . import DATA_FOLDER
from .files import CLASS_COUNTS, LARGEST, SUFFIXES, check_official, find, parse, read_official

# Tried in this order: an archive of both files, then the loose files.
SOURCES = (
    ("https://timeseriesclassification.com/aeon-toolkit/ECG5000.zip",),
    ("https://zenodo.org/api/records/11186692/files/ECG5000_TRAIN.ts/content",
     "https://zenodo.org/api/records/11186692/files/ECG5000_TEST.ts/content"),
)


def fetch(folder=DATA_FOLDER, sources=SOURCES, timeout=30, retries=2):
    """Fetch the official files into `folder`, unless they are there.

    Nothing is written before both files are complete and have the official content; each is then
    put in place in one step.

    Parameters
    ----------
    folder : path
    sources : sequence of tuples of str
        Each the address of one zip archive, or the addresses of the TRAIN and the TEST file.
    timeout : float
        Seconds without an answer after which a server is given up.
    retries : int
        Further attempts at an address that fails.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OSError
        If no source has the files; says for each why.
    """
    folder = Path(folder)
    try:
        for split in CLASS_COUNTS:
            read_official(folder, split)
        return folder
    except (OSError, ValueError):
        pass
    problems = []
    for addresses in sources:
        try:
            with tempfile.TemporaryDirectory() as scratch:
                contents = [_download(address, scratch, timeout, retries) for address in addresses]
            tables = _from_zip(contents[0]) if len(addresses) == 1 else {
                split: parse(content, f"ECG5000_{split}") for split, content in zip(CLASS_COUNTS, contents)}
            for split, table in tables.items():
                check_official(table, split, f"ECG5000_{split}")
        except Exception as problem:            # whatever is wrong with this source, the next one may be right
            problems.append(f"{addresses[0]}: {problem}")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for split, table in tables.items():
                _write(table, folder / f"ECG5000_{split}.txt")
            return folder
    raise OSError("\n  ".join(["ECG5000 could not be fetched:", *problems]))


def _download(address, scratch, timeout, retries):
    import pooch
    pooch.get_logger().setLevel("ERROR")
    name = "download"
    store = pooch.create(scratch, base_url="", registry={name: None}, urls={name: address}, retry_if_failed=retries)
    bar = sys.stderr.isatty()
    path = Path(store.fetch(name, downloader=pooch.HTTPDownloader(progressbar=bar, timeout=timeout)))
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{size} bytes; expected 11 million at the most")
    content = path.read_bytes()
    path.unlink()
    return content


def _from_zip(content):
    """Return the tables of an archive's files by split; nothing is unpacked to disk."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        page = content.lstrip()[:1] == b"<"
        raise ValueError("not a zip archive" + (", but a web page" if page else ", or one cut off"))
    tables = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {PurePosixPath(info.filename).name: info for info in archive.infolist()}
        for split in CLASS_COUNTS:
            names = [f"ECG5000_{split}{suffix}" for suffix in SUFFIXES]
            name = next((name for name in names if name in members), None)
            if name is None:
                raise ValueError(f"the archive has no {names[0]}")
            with archive.open(members[name]) as member:
                content = member.read(LARGEST + 1)
            if len(content) > LARGEST:
                raise ValueError(f"{name} unpacks to more than {LARGEST} bytes")
            tables[split] = parse(content, name)
    return tables


def _write(table, path):
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(part, "w", encoding="ascii", newline="\n") as file:
            for row in table.tolist():
                file.write(" ".join(map(repr, row)) + "\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def main(folder=DATA_FOLDER):
    """Fetch into `folder` and say where the files are, or end with a message on how to get them by hand."""
    try:
        fetch(folder)
    except OSError as problem:
        sys.exit(f"{problem}\nBy hand: put ECG5000_TRAIN and ECG5000_TEST (.txt, .tsv, .csv, .ts or .arff) into {folder}.")
    print(f"ECG5000, as published: {find(folder, 'TRAIN')} and {find(folder, 'TEST')}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
