"""Random trials of the loader: files and archives that are not quite the official ones, and fetches
that go wrong.

`BPTT_LAB_FUZZ` says how many files are tried; `make matrix` tries more.
"""

import bz2
import gzip
import os
import random
import struct
import subprocess
import sys
import tempfile
import threading
import time
import warnings
import zlib

import numpy as np
import pytest
from problems import TRIALS, in_time
from test_data import FORMATS, official, rows, txt  # noqa: F401 (official is a fixture)
from test_fetch import archive, check, good, loaded, server  # noqa: F401 (two are fixtures)

from bptt_lab.data import __main__ as fetching
from bptt_lab.data import files
from bptt_lab.data.__main__ import fetch, main

ARCHIVES = TRIALS * 15 // 100
FILES = TRIALS - ARCHIVES
SLICES = 5
MEMORY, SECONDS = 500e6, 5

# --- The loader: mutated files

STRANGE = (
    "1e999",
    "-1e999",
    "nan",
    "-inf",
    "Infinity",
    "9" * 10_000,
    "0." + "3" * 10_000,
    "1" + "0" * 400,
    "1e-999",
    "-0.0",
    "1_0",
    "0x1p3",
    "１",
    "٣",
    "1e",
    "--1",
    "1,5",
    "1e+",
    "?",
    "",
    "''",
    "'1'",
    '"',
    "1\0",
    "\0",
    "None",
    "True",
    "1+2j",
    "1d0",
    "=1/0",
    "{1}",
    "@data",
    "#",
    "%",
    ":",
    "1:2",
    "\ufeff",
    "\ufffd",
    "\U0001f493",
    "%s%n",
    "../../x",
    "5.0000000e+00",
    "1.0",
    "2",
)
SEPARATORS = (
    " ",
    "   ",
    "\t",
    ",",
    " , ",
    ";",
    ":",
    "|",
    ",,",
    "\v",
    "\f",
    "\x1c",
    "\x85",
    "\xa0",
    "\u2028",
    "\u3000",
    "\0",
    "",
)
LINE_ENDS = (
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\r\r\n",
    "\n\r",
    "\f",
    "\u2028",
    " \n",
    ",\n",
    "\0\n",
    " ",
)
NOTES = (
    "# a note",
    "% a note",
    "@",
    "@data",
    "@DATA ",
    "@attribute x numeric",
    "@relation",
    "@end",
    "",
    "   ",
    ",".join(["t"] * 141),
    ",".join(map(str, range(141))),
    " ".join(["1"] * 141),
    " ".join(["1"] * 140),
    "1 2 3",
    "\ufeff",
    "label",
    "<html>",
    "\0",
    "sep=;",
)


def text(mutate):
    """Return a mutation of bytes from one of text, which leaves alone what is no longer text."""

    def changed(content, rng):
        try:
            return mutate(content.decode("utf-8"), rng).encode("utf-8")
        except UnicodeDecodeError:
            return content

    return changed


def of_lines(mutate):
    def changed(string, rng):
        lines = string.split("\n")
        mutate(lines, rng)
        return "\n".join(lines)

    return text(changed)


def place(content, rng):
    return rng.randrange(len(content) + 1)


def piece(content, rng, longest=3000):
    start = place(content, rng)
    return start, min(len(content), start + rng.choice((1, 2, 10, 300, longest)))


def cut_out(content, rng):
    start, end = piece(content, rng)
    return content[:start] + content[end:]


def repeated(content, rng):
    start, end = piece(content, rng)
    return content[:end] + content[start:end] + content[end:]


def moved(content, rng):
    start, end = piece(content, rng)
    rest = content[:start] + content[end:]
    to = place(rest, rng)
    return rest[:to] + content[start:end] + rest[to:]


def flipped(content, rng):
    content = bytearray(content)
    for _ in range(rng.choice((1, 1, 3, 30)) if content else 0):
        content[rng.randrange(len(content))] ^= rng.choice(
            (1 << rng.randrange(8), rng.randrange(1, 256))
        )
    return bytes(content)


def inserted(content, rng):
    at = place(content, rng)
    return (
        content[:at]
        + rng.choice((b"\0", b"\0" * 100, b"\xff\xfe", b"\x1a", b"\x89PNG", rng.randbytes(20)))
        + content[at:]
    )


def strange_number(string, rng):
    """Replace a number by something like one."""
    start = rng.randrange(len(string)) if string else 0
    start = max(string.rfind(c, 0, start) for c in " ,\t\n:") + 1
    end = next((k for k in range(start, len(string)) if string[k] in " ,\t\n:"), len(string))
    return string[:start] + rng.choice(STRANGE) + string[end:]


def other_separators(string, rng):
    old, share, news = (
        rng.choice((" ", "\t", ",")),
        rng.choice((0.001, 0.5, 1)),
        rng.sample(SEPARATORS, rng.choice((1, 1, 3))),
    )
    return "".join(rng.choice(news) if c == old and rng.random() < share else c for c in string)


def other_line_ends(string, rng):
    share, news = rng.choice((0.05, 1)), rng.sample(LINE_ENDS, rng.choice((1, 1, 2)))
    return "".join(rng.choice(news) if c == "\n" and rng.random() < share else c for c in string)


def swap_lines(lines, rng):
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]


def drop_line(lines, rng):
    del lines[rng.randrange(len(lines))]


def double_line(lines, rng):
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))


def note(lines, rng):
    lines.insert(rng.choice((0, rng.randrange(len(lines) + 1))), rng.choice(NOTES))


def join_lines(lines, rng):
    i = rng.randrange(len(lines))
    lines[i : i + 2] = [rng.choice(("", " ", ",")).join(lines[i : i + 2])]


def recoded(content, rng):
    try:
        return content.decode("utf-8").encode(
            rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037")), "replace"
        )
    except UnicodeDecodeError:
        return content


MUTATIONS = (
    lambda content, rng: content[: place(content, rng)],
    lambda content, rng: content[place(content, rng) :],
    cut_out,
    repeated,
    moved,
    flipped,
    flipped,
    inserted,
    text(strange_number),
    text(strange_number),
    text(other_separators),
    text(other_separators),
    text(other_line_ends),
    of_lines(swap_lines),
    of_lines(drop_line),
    of_lines(double_line),
    of_lines(note),
    of_lines(note),
    of_lines(join_lines),
    recoded,
    text(
        lambda string, rng: rng.choice(
            (str.upper, str.lower, str.title, str.strip, lambda s: s[::-1], lambda s: "\ufeff" + s)
        )(string)
    ),
    lambda content, rng: rng.choice(
        (
            gzip.compress(content, 1),
            archive({"ECG5000_TRAIN.txt": content}),
            rng.randbytes(5000),
            b"",
            content * 2,
        )
    ),
)


def exactly(folder, split, table):
    """Return whether the file of a split was read; assert that it gives the table or is refused."""
    path = files.find(folder, split)
    try:
        samples, labels = files.read_official(folder, split)
    except ValueError as problem:
        assert (
            type(problem) is ValueError
            and str(path) in str(problem)
            and len(str(problem)) < 500 + len(str(path))
        )
        return False
    assert samples.dtype == np.float64 and labels.dtype.kind == "i"
    np.testing.assert_array_equal(np.c_[labels, samples], table)
    return True


def most_memory():
    """Return the most bytes that this process has had so far; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def within_bounds(trial, *arguments):
    """Return the result of a trial that needs little time and memory, and warns of nothing."""
    memory, start = most_memory(), time.process_time()  # the time is not that of other processes
    with warnings.catch_warnings(), in_time():
        warnings.simplefilter("error")
        result = trial(*arguments)
    assert time.process_time() - start < SECONDS
    assert most_memory() - memory < MEMORY
    return result


@pytest.mark.parametrize("seed", range(SLICES))
def test_a_mutated_file_gives_the_right_data_or_is_refused(seed, official, tmp_path):
    table, read = official["TRAIN"], 0
    contents = [make(table).encode() for make in FORMATS.values()]
    for k in range(seed, FILES, SLICES):
        rng = random.Random(k)
        content = rng.choice(contents)
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            content = rng.choice(MUTATIONS)(content, rng)
        path = tmp_path / f"ECG5000_TRAIN{rng.choice(files.SUFFIXES)}"
        path.write_bytes(content)
        read += within_bounds(exactly, tmp_path, "TRAIN", table)
        path.unlink()
    # The trials show something: some files are still right, most are not.
    assert 0 < read < FILES / SLICES / 2


@pytest.mark.parametrize("seed", range(3))
def test_mixed_separators_line_ends_and_notes_do_no_harm(seed, official, tmp_path):
    rng = random.Random(seed)
    mixed = ""
    for line in rows(official["TRAIN"], "!"):
        mixed += "".join(
            rng.choice((" ", "   ", "\t", ",", " , ", ",\t")) if c == "!" else c for c in line
        )
        mixed += rng.choice(("\n", "\r\n", "\n\n", "  \r\n", "\n# a note\n", "\r", "\n% a note\r"))
    (tmp_path / "ECG5000_TRAIN.csv").write_bytes(mixed.encode())
    assert exactly(tmp_path, "TRAIN", official["TRAIN"])


SIZE = 45_000_000  # just below what is read at all
MONSTERS = {
    "one line of numbers": (b"1 " * 500_000, "line 1: more than"),
    "one line of words": ("1\U0001f493,".encode() * 100_000, "line 1: more than"),
    "one number": (b"9" * 1_000_000, "line 1: more than"),
    "one long space": (b" " * 1_000_000, "line 1: more than"),
    "NUL bytes": (b"\0" * 1_000_000, "line 1: more than"),
    "empty lines": (b"\n" * 1_000_000, "more than 20000 lines"),
    "carriage returns": (b"\r" * 1_000_000, "more than 20000 lines"),
    "separators of lines in Unicode": (
        "\u2028\v\f\x1c\x85".encode() * 100_000,
        "line 1: more than",
    ),
    "short lines": (b"#\n" * 500_000, "more than 20000 lines"),
    "rows of ones": ((b" ".join([b"1"] * 141) + b"\n") * 3000, "more than 20000 lines"),
    "rows of long numbers": ((b" ".join([b"1" * 120] * 140) + b" 7\n") * 50, "the label is"),
    "rows of long fractions": ((b" ".join([b"1." + b"0" * 120] * 141) + b"\n") * 50, "by class"),
    "column names": ((b",".join([b"t"] * 141) + b"\n") * 3000, "line 2"),
    "a header": (b"@attribute x\n" * 70_000, "more than 20000 lines"),
    "long lines of notes": ((b"#" * 19_000 + b"\n") * 50, "no beats"),
    "long empty lines": ((b" " * 19_000 + b"\n") * 50, "no beats"),
    "garbage": (random.Random(0).randbytes(1_000_000), "not a text file"),
}


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_refused_in_little_time_and_memory(name, tmp_path):
    block, message = MONSTERS[name]
    path = tmp_path / "ECG5000_TRAIN.txt"
    with open(path, "wb") as file:
        for _ in range(SIZE // len(block)):
            file.write(block)

    def refused():
        with pytest.raises(ValueError, match=message) as caught:
            files.read_official(tmp_path, "TRAIN")
        assert str(path) in str(caught.value) and len(str(caught.value)) < 500 + len(str(path))

    try:
        within_bounds(refused)
    finally:
        path.unlink()


# --- The fetch: mutated archives


def member(
    name, content, *, method=None, size=None, packed=None, flags=0, crc=None, in_directory=None
):
    """Return a member of a zip, and its entry in the directory, less the offset; both may lie."""
    name = name if isinstance(name, bytes) else name.encode()
    if packed is None:
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
    fields = (
        20,
        flags,
        8 if method is None else method,
        0,
        33,
        zlib.crc32(content) if crc is None else crc,
        len(packed),
        len(content) if size is None else size,
        len(name),
        0,
    )
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name + packed
    return local, (
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *fields, 0, 0, 0, 0, 0),
        in_directory or name,
    )


def assembled(members, *, entries=None, times=1, comment=b""):
    """Return a zip of such members, with the directory several times over."""
    body, directory = b"", b""
    for local, (entry, name) in members:
        directory += entry[:42] + struct.pack("<L", len(body)) + name
        body += local
    directory, n = directory * times, len(members) if entries is None else entries
    return (
        body
        + directory
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, n, n, len(directory), len(body), len(comment))
        + comment
    )


def bomb(gigabytes):
    """Return a few megabytes of zeros' deflated form that unpack to gigabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (gigabytes << 10) + packer.flush()


def hostile(rng, tables):
    """Return an archive of the files in which one thing is as it must not be."""
    contents = {f"ECG5000_{split}.txt": txt(table).encode() for split, table in tables.items()}
    victim = rng.choice(list(contents))
    members = {name: [name, content, {}] for name, content in contents.items()}
    lies = members[victim][2]
    kind = rng.randrange(12)
    if kind == 0:
        members[victim][0] = (
            rng.choice(
                (
                    "../../",
                    "/",
                    "C:/",
                    "..\\..\\",
                    "a/../../../",
                    "//host/",
                    "./",
                    "~/",
                    "/etc/cron.d/",
                    "\0",
                )
            )
            + victim
        )
    elif kind == 1:
        members[victim][0] = rng.choice(
            (
                victim + "/",
                victim + "\0.exe",
                victim.upper(),
                "",
                "\xff" * 300,
                b"\xff\xfe",
                "x" * 60_000,
                victim + " ",
            )
        )
    elif kind == 2:
        lies["size"] = rng.choice(
            (
                0,
                1,
                len(contents[victim]) - 1,
                len(contents[victim]) + 1,
                49_999_999,
                50_000_001,
                2**31,
                2**32 - 2,
                2**32 - 1,
            )
        )
    elif kind == 3:
        lies["method"] = rng.choice((0, 1, 6, 9, 12, 14, 93, 95, 97, 99, 65535))
    elif kind == 4:
        lies["flags"] = rng.choice((1, 0x20, 0x40, 0x41, 0x800, 0x2000, 0xFFFF))
    elif kind == 5:
        lies["crc"] = rng.choice((0, rng.randrange(2**32)))
    elif kind == 6:
        lies["packed"] = rng.choice((b"", b"\0", b"\x07" * 50, rng.randbytes(1000), b"\x03\x00"))
    elif kind == 7:
        lies["in_directory"] = rng.choice(
            (b"../x", b"other", b"ECG5000_TRAIN.ts", b"../" + victim.encode())
        )
    elif kind == 8:
        members[victim][1] = rng.choice(MUTATIONS)(contents[victim], rng)
    elif kind == 9:
        members["more"] = [
            rng.choice(("../../evil.txt", victim, "/evil.txt", "..\\evil.txt", "evil.txt/")),
            rng.choice((b"x", contents[victim])),
            {},
        ]
    whole = [member(name, content, **more) for name, content, more in members.values()]
    end = (
        {"entries": rng.choice((0, 1, 60_000))}
        if kind == 10
        else {"comment": rng.choice((b"PK\5\6", b"PK\1\2", bytes(22), b"x" * 65_535))}
        if kind == 11
        else {}
    )
    return assembled(whole, **end)


def fetched(folder, tables, monkeypatch, content):
    """Return whether an archive was fetched; assert that the files are right or nothing is left."""
    monkeypatch.setattr(fetching, "_download", lambda *_: content)
    try:
        fetch(folder, [("http://source/zip",)])
    except OSError as problem:
        said = str(problem).split("http://source/zip: ")
        assert (
            type(problem) is OSError
            and "could not be fetched" in said[0]
            and 5 < len(said[1]) < 1000
            and said[1].strip()[-1] != ":"
        )
        assert not folder.exists()
        return False
    check(folder, tables)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    return True


@pytest.mark.parametrize("seed", range(SLICES))
def test_a_mutated_archive_is_fetched_rightly_or_leaves_nothing(
    seed, official, tmp_path, monkeypatch
):
    read = 0
    contents = {f"ECG5000_{split}.txt": txt(table) for split, table in official.items()}
    for k in range(seed, ARCHIVES, SLICES):
        rng = random.Random(k)
        content = hostile(rng, official) if k % 3 else archive(contents)
        if k % 3 != 1:
            content = rng.choice(
                (MUTATIONS[0], MUTATIONS[1], cut_out, repeated, moved, flipped, flipped, inserted)
            )(content, rng)
        read += within_bounds(fetched, tmp_path / "a" / "b" / "c", official, monkeypatch, content)
    assert read < ARCHIVES / SLICES
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_the_mutations_are_made_of_is_good(official, tmp_path, monkeypatch):
    for make in FORMATS.values():
        (tmp_path / "ECG5000_TRAIN.txt").write_text(make(official["TRAIN"]))
        assert exactly(tmp_path, "TRAIN", official["TRAIN"])
    content = assembled(
        [member(f"ECG5000_{split}.txt", txt(table).encode()) for split, table in official.items()]
    )
    assert fetched(tmp_path / "data", official, monkeypatch, content)


BOMBS = {
    "claims what it is": (
        lambda: assembled([member("ECG5000_TRAIN.txt", b"", packed=bomb(3), size=3 << 30)]),
        "unpacks to more than",
    ),
    "claims a little": (
        lambda: assembled([member("ECG5000_TRAIN.txt", b"", packed=bomb(3), size=1000)]),
        "cannot be unpacked",
    ),
    "claims as much as may be": (
        lambda: assembled([member("ECG5000_TRAIN.txt", b"", packed=bomb(3), size=files.LARGEST)]),
        "cannot be unpacked",
    ),
    "bzip2": (
        lambda: assembled(
            [
                member(
                    "ECG5000_TRAIN.txt",
                    b"",
                    packed=bz2.compress(bytes(20 << 20)),
                    size=1000,
                    method=12,
                )
            ]
        ),
        "method 12",
    ),
    "zeros to the limit": (
        lambda: assembled([member("ECG5000_TRAIN.txt", bytes(files.LARGEST))]),
        "line 1: more than",
    ),
    "a million members": (
        lambda: assembled([member("x", b"")], times=1_000_000),
        "more than 1000 members",
    ),
    "in another archive": (
        lambda: archive(
            {"ECG5000_TRAIN.txt": assembled([member("x", b"", packed=bomb(3), size=3 << 30)])}
        ),
        "is a zip archive",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_zip_bomb_is_not_unpacked(name, tmp_path, monkeypatch):
    make, message = BOMBS[name]
    content = make()
    assert len(content) < files.LARGEST
    monkeypatch.setattr(fetching, "_download", lambda *_: content)

    def refused():
        with pytest.raises(OSError, match=message):
            fetch(tmp_path / "data", [("http://source/zip",)])

    within_bounds(refused)
    assert not (tmp_path / "data").exists()


def endless(handler):
    """Answer without an end, as a compressed page that unpacks a thousandfold."""
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    try:
        for _ in range(200):
            handler.wfile.write(packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH))
    except OSError:
        pass


def test_an_answer_without_an_end_is_broken_off(server, tmp_path, monkeypatch):
    server.pages["endless"] = endless
    monkeypatch.setattr(files, "LARGEST", 3_000_000)
    monkeypatch.setattr(fetching, "LARGEST", 3_000_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def refused():
        with pytest.raises(OSError, match="more than 3000000 bytes"):
            fetch(tmp_path / "data", [(server.address("endless"),)], retries=3)

    within_bounds(refused)
    assert server.requested == ["/endless"] and list(tmp_path.iterdir()) == []


# --- The fetch: two at once, killed, on a full disk


def child(address, folder, scratch, before=""):
    """Start a process that fetches into the folder, with the official beats of this one."""
    code = (
        "import os, time\n"
        "from bptt_lab.data import files\n"
        "from bptt_lab.data.__main__ import fetch\n"
        f"files.CLASS_COUNTS.update({files.CLASS_COUNTS!r})\n"
        f"files.SHA256.update({files.SHA256!r})\n"
        f"{before}\n"
        f"fetch({str(folder)!r}, [({address!r},)])\n"
    )
    scratch.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)},
    )


def held_back(content, half, go):
    """Return a page that says when half of it has been sent, and sends the rest when it may."""

    def page(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        try:
            handler.wfile.write(content[: len(content) // 2])
            handler.wfile.flush()
            half.release()
            go.wait(60)
            handler.wfile.write(content[len(content) // 2 :])
        except OSError:
            pass

    return page


def test_two_processes_that_fetch_at_once_both_succeed(server, good, official, tmp_path):
    half, go = threading.Semaphore(0), threading.Event()
    server.pages["good"] = held_back(good, half, go)
    folder = tmp_path / "data"
    children = [child(server.address("good"), folder, tmp_path / "scratch") for _ in range(2)]
    try:
        # Both have half; neither found the files of the other.
        assert all(half.acquire(timeout=60) for _ in children)
        go.set()
        for process in children:
            assert process.communicate(timeout=60)[1] == "" and process.returncode == 0
    finally:
        for process in children:
            process.kill()
    check(folder, official)
    assert list((tmp_path / "scratch").iterdir()) == []


def refused_or_absent(folder, official):
    """Return how many of the two files are read; assert that none of them is half a file."""
    read = 0
    for split, table in official.items():
        try:
            read += exactly(folder, split, table)
        except FileNotFoundError as problem:
            assert f"no ECG5000_{split}" in str(problem)
    return read


def test_a_fetch_that_is_killed_half_way_through_the_answer_leaves_nothing(
    server, good, official, tmp_path
):
    half, go, folder = threading.Semaphore(0), threading.Event(), tmp_path / "data"
    server.pages["slow"] = held_back(good, half, go)
    process = child(server.address("slow"), folder, tmp_path / "scratch")
    try:
        assert half.acquire(timeout=60)
        time.sleep(0.2)
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
        go.set()
    assert not folder.exists() and refused_or_absent(folder, official) == 0
    server.pages["good"] = good
    fetch(folder, [(server.address("good"),)])
    check(folder, official)


# What stops the process at once, as SIGKILL does, and how many of the files are there then.
KILLED = {
    "before the second file is written": (
        """
import bptt_lab.data.__main__ as m
count, real = [0], open
def open_(*a, **k):
    count[0] += 1
    return real(*a, **k) if count[0] < 2 else os._exit(9)
m.open = open_
""",
        0,
    ),
    "in the middle of a file": (
        """
import bptt_lab.data.__main__ as m, builtins
count = [0]
def repr_(x):
    count[0] += 1
    return builtins.repr(x) if count[0] < 5000 else os._exit(9)
m.repr = repr_
""",
        0,
    ),
    "before the first is put in place": ("os.replace = lambda *a: os._exit(9)", 0),
    "between the two": (
        """
count, real = [0], os.replace
def replace(*a):
    count[0] += 1
    return real(*a) if count[0] < 2 else os._exit(9)
os.replace = replace
""",
        1,
    ),
}


@pytest.mark.parametrize("moment", KILLED)
def test_a_fetch_that_is_killed_while_it_writes_leaves_no_half_of_a_file(
    server, good, official, tmp_path, moment
):
    server.pages["good"] = good
    before, there = KILLED[moment]
    process = child(server.address("good"), tmp_path / "data", tmp_path / "scratch", before)
    assert process.communicate(timeout=60)[1] == "" and process.returncode == 9
    assert refused_or_absent(tmp_path / "data", official) == there
    process = child(server.address("good"), tmp_path / "data", tmp_path / "scratch")
    assert process.communicate(timeout=60)[1] == "" and process.returncode == 0
    for split, table in loaded(tmp_path / "data").items():
        np.testing.assert_array_equal(table, official[split])
    assert not any(
        path.name in ("ECG5000_TRAIN.txt", "ECG5000_TEST.txt")
        for path in (tmp_path / "scratch").iterdir()
    )


@pytest.fixture
def small_disk(tmp_path):
    """Yield a disk of a megabyte that has room for the TRAIN file alone, and what fills it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() or sys.platform != "linux":
        pytest.skip("only root on Linux can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        filler = disk / "filler"
        filler.write_bytes(bytes((1 << 20) - 100_000))
        yield disk, filler
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_named_and_nothing_half_written_stays_on_it(
    server, good, official, small_disk, monkeypatch, capsys
):
    disk, filler = small_disk
    server.pages["good"] = good
    folder = disk / "data"
    needed = {
        split: len("".join(f"{line}\n" for line in rows(table, " ", str)))
        for split, table in official.items()
    }
    assert needed["TRAIN"] < 90_000 < needed["TRAIN"] + needed["TEST"]
    monkeypatch.setattr(fetch, "__defaults__", (None, [(server.address("good"),)], 30, 0))
    with pytest.raises(SystemExit) as ended:
        main(folder)
    assert f"could not be written into {folder}: No space left on device\nBy hand: " in str(
        ended.value
    )
    assert list(folder.iterdir()) == [] and refused_or_absent(folder, official) == 0
    filler.unlink()
    main(folder)
    check(folder, official)
    assert "as published" in capsys.readouterr().out


def test_a_full_disk_for_the_download_is_named_and_left_as_it_was(
    server, good, official, small_disk, tmp_path, monkeypatch
):
    disk, filler = small_disk
    server.pages["good"] = good
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    with filler.open("ab") as file:
        file.write(bytes(90_000))
    with pytest.raises(OSError, match="good: .*No space left on device"):
        fetch(tmp_path / "data", [(server.address("good"),)])
    assert not (tmp_path / "data").exists() and list(disk.iterdir()) == [filler]
    filler.unlink()
    fetch(tmp_path / "data", [(server.address("good"),)])
    check(tmp_path / "data", official)


def test_a_folder_that_cannot_be_made_is_named(server, good, tmp_path):
    server.pages["good"] = good
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "data"):
        with pytest.raises(OSError, match="could not be written into .*file"):
            fetch(folder, [(server.address("good"),)])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
