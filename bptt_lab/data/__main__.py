"""Fetch the real ECG5000: ``python -m bptt_lab.data [folder]``, by default into `DATA_FOLDER`."""

import argparse
import io
import os
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from . import DATA_FOLDER
from .files import CLASS_COUNTS, LARGEST, check_official, choose, find, parse, read_official

# Tried in this order: an archive of both files, then the loose files.
SOURCES = (
    ("https://timeseriesclassification.com/aeon-toolkit/ECG5000.zip",),
    (
        "https://zenodo.org/api/records/11186692/files/ECG5000_TRAIN.ts/content",
        "https://zenodo.org/api/records/11186692/files/ECG5000_TEST.ts/content",
    ),
)

MOST_MEMBERS = 1000  # of an archive; those of ECG5000 have less than ten


def fetch(folder=DATA_FOLDER, sources=SOURCES, timeout=30, retries=2):
    """Fetch the official files into `folder`, unless they are there.

    Nothing is written before both files are complete and have the official content; they are then
    written under other names, and put in place when both are on the disk.

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
        If no source has the files, or they cannot be written; says why.
    ModuleNotFoundError
        If pooch, which fetches them, is not installed; says how to install it.
    """
    folder = Path(folder)
    try:
        for split in CLASS_COUNTS:
            read_official(folder, split)
        return folder
    except (OSError, ValueError):
        pass
    try:
        import pooch  # noqa: F401 (the package itself does without)
    except ImportError:
        raise ModuleNotFoundError(
            'pooch, which fetches ECG5000, is not installed: `pip install "bptt_lab[lab]"`',
            name="pooch",
        ) from None
    problems = []
    for addresses in sources:
        try:
            with tempfile.TemporaryDirectory() as scratch:
                contents = [_download(address, scratch, timeout, retries) for address in addresses]
            tables = (
                _from_zip(contents[0])
                if len(addresses) == 1
                else {
                    split: parse(content, f"ECG5000_{split}")
                    for split, content in zip(CLASS_COUNTS, contents)
                }
            )
            for split, table in tables.items():
                check_official(table, split, f"ECG5000_{split}")
        except Exception as problem:  # whatever is wrong with it, the next source may be right
            problems.append(f"{addresses[0]}: {problem}")
        else:
            _write(tables, folder)
            return folder
    raise OSError("\n  ".join(["ECG5000 could not be fetched:", *problems]))


def _download(address, scratch, timeout, retries):
    import pooch

    pooch.get_logger().setLevel("ERROR")
    http = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=timeout)

    def download(url, path, store):
        with _Limited(path, "wb") as file:
            http(url, file, store)

    name = "download"
    store = pooch.create(
        scratch, base_url="", registry={name: None}, urls={name: address}, retry_if_failed=retries
    )
    path = Path(store.fetch(name, downloader=download))
    content = path.read_bytes()
    path.unlink()
    return content


class _Limited(io.BufferedWriter):
    """A file that refuses to grow beyond LARGEST: an endless answer must not fill the disk."""

    def __init__(self, path, mode):
        super().__init__(io.FileIO(path, mode))

    def write(self, data):
        if self.tell() + len(data) > LARGEST:
            raise OSError(f"more than {LARGEST} bytes")
        return super().write(data)


def _from_zip(content):
    """Return the tables of an archive's files by split; nothing is unpacked to disk."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        page = content.lstrip()[:1] == b"<"
        raise ValueError("not a zip archive" + (", but a web page" if page else ", or one cut off"))
    if content.count(b"PK\1\2") > MOST_MEMBERS:  # the signature of an entry in the directory
        raise ValueError(f"the archive has more than {MOST_MEMBERS} members")
    tables = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {PurePosixPath(info.filename).name: info for info in archive.infolist()}
        for split in CLASS_COUNTS:
            name = choose(members, split)
            if name is None:
                raise ValueError(f"the archive has no ECG5000_{split}.txt")
            tables[split] = parse(_unpack(archive, members[name], name), name)
    return tables


def _unpack(archive, info, name):
    if info.file_size > LARGEST:
        raise ValueError(f"{name} unpacks to more than {LARGEST} bytes")
    # Of other methods a little can take gigabytes.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(
            f"{name} is compressed by method {info.compress_type} of zip; expected 0 or 8"
        )
    try:
        with archive.open(info) as member:
            # With a number, no more is unpacked, whatever the claim hides.
            return member.read(info.file_size)
    except Exception as problem:  # zipfile lets through several kinds, some without a text
        raise ValueError(
            f"{name} cannot be unpacked: {str(problem) or type(problem).__name__}"
        ) from None


def _write(tables, folder):
    parts = {split: folder / f".ECG5000_{split}.txt.{os.getpid()}" for split in tables}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for split, part in parts.items():
                with open(part, "w", encoding="ascii", newline="\n") as file:
                    for row in tables[split].tolist():
                        file.write(" ".join(map(repr, row)) + "\n")
            for split, part in parts.items():
                os.replace(part, folder / f"ECG5000_{split}.txt")
        finally:
            for part in parts.values():
                part.unlink(missing_ok=True)
    except OSError as problem:
        raise OSError(
            f"ECG5000 could not be written into {folder}: {problem.strerror or problem}"
        ) from None


def main(folder=DATA_FOLDER):
    """Fetch into `folder` and say where the files are, or how to get them by hand."""
    folder = Path(folder).absolute()
    try:
        fetch(folder)
    except (OSError, ModuleNotFoundError) as problem:
        sys.exit(
            f"{problem}\nBy hand: put ECG5000_TRAIN and ECG5000_TEST "
            f"(.txt, .tsv, .csv, .ts or .arff) into {folder}."
        )
    print(f"ECG5000, as published: {find(folder, 'TRAIN')} and {find(folder, 'TEST')}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bptt_lab.data", description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA_FOLDER)
    main(parser.parse_args().folder)
