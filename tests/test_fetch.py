"""Fetching the data from a server on this machine that behaves well and badly."""

import io
import struct
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from test_data import arff, official, ts, txt  # noqa: F401 (official is a fixture)

from bptt_lab.data import files
from bptt_lab.data.__main__ import SOURCES, fetch, main


def archive(members):
    """Return the bytes of a zip with the members named."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


class Server:
    """Serves what `pages` holds: bytes, or a function that is given the request handler."""

    def __init__(self):
        pages, requested = self.pages, self.requested = {}, []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                requested.append(self.path)
                page = pages[self.path.strip("/")]
                if callable(page):
                    page(self)
                else:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(page)))
                    self.end_headers()
                    self.wfile.write(page)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # Asked to stop, it does so within the poll interval.
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def address(self, name):
        return f"http://127.0.0.1:{self.server.server_port}/{name}"


def reset(handler):
    """Break the connection off after half of what was announced."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b"x" * 1000)
    handler.wfile.flush()
    handler.connection.setsockopt(
        1, 13, struct.pack("ii", 1, 0)
    )  # SO_LINGER 0: a reset, not an orderly end
    handler.connection.close()


def slow(handler):
    """Answer after longer than the client waits."""
    time.sleep(3)
    handler.send_response(200)
    handler.end_headers()


def missing(handler):
    handler.send_error(404)


@pytest.fixture
def server():
    server = Server()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def good(official):
    return archive(
        {
            "ECG5000.txt": "About the data.",
            **{f"ECG5000_{split}.txt": txt(table) for split, table in official.items()},
            **{f"ECG5000_{split}.arff": arff(table) for split, table in official.items()},
        }
    )


def loaded(folder):
    return {split: np.c_[files.read_official(folder, split)[::-1]] for split in ("TRAIN", "TEST")}


def check(folder, official):
    """Assert that the folder holds the two files with the right content and nothing else."""
    assert sorted(path.name for path in folder.iterdir()) == [
        "ECG5000_TEST.txt",
        "ECG5000_TRAIN.txt",
    ]
    for split, table in loaded(folder).items():
        np.testing.assert_array_equal(table, official[split])


def test_a_good_archive(server, good, official, tmp_path):
    server.pages["good"] = good
    folder = tmp_path / "data"
    assert fetch(folder, [(server.address("good"),)]) == folder
    check(folder, official)
    fetch(folder, [("http://127.0.0.1:9/none",)])  # they are there: nothing is asked of any server
    assert server.requested == ["/good"]


BAD = {
    "truncated": lambda good: good[: len(good) // 2],
    "page": lambda good: b"<!DOCTYPE html><html><body>Not found, but status 200</body></html>",
    "empty": lambda good: b"",
    "wrong file": lambda good: archive({"ECG200_TRAIN.txt": "1 2 3"}),
    "wrong content": lambda good: archive(
        {f"ECG5000_{s}.txt": "1 2 3\n" for s in ("TRAIN", "TEST")}
    ),
    "bytes flipped": lambda good: (
        good[:5000] + bytes(255 - b for b in good[5000:5100]) + good[5100:]
    ),
    "only one file": lambda good: archive(
        {"ECG5000_TRAIN.txt": zipfile.ZipFile(io.BytesIO(good)).read("ECG5000_TRAIN.txt")}
    ),
    "a bomb": lambda good: archive(
        {f"ECG5000_{s}.txt": b"0" * (files.LARGEST + 1) for s in ("TRAIN", "TEST")}
    ),
    "reset": lambda good: reset,
    "slow": lambda good: slow,
    "missing": lambda good: missing,
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_source_leaves_nothing_behind_and_the_next_one_is_tried(
    server, good, official, tmp_path, kind
):
    server.pages.update({"bad": BAD[kind](good), "good": good})
    folder = tmp_path / "data"
    with pytest.raises(OSError, match="could not be fetched") as caught:
        fetch(folder, [(server.address("bad"),)], timeout=1, retries=0)
    assert server.address("bad") in str(caught.value)
    assert not folder.exists()
    fetch(folder, [(server.address("bad"),), (server.address("good"),)], timeout=1, retries=0)
    check(folder, official)


def test_a_page_is_called_a_page(server, tmp_path):
    server.pages["bad"] = BAD["page"](b"")
    with pytest.raises(OSError, match="not a zip archive, but a web page"):
        fetch(tmp_path, [(server.address("bad"),)], retries=0)


def test_members_with_a_path_outside_land_inside_or_nowhere(server, official, tmp_path):
    server.pages["evil"] = archive(
        {"../../evil.txt": "x", **{f"../../ECG5000_{s}.txt": txt(t) for s, t in official.items()}}
    )
    folder = tmp_path / "a" / "b" / "data"
    fetch(folder, [(server.address("evil"),)])
    check(folder, official)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()].count("evil.txt") == 0
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_loose_files(server, official, tmp_path):
    server.pages.update({split: ts(table).encode() for split, table in official.items()})
    fetch(tmp_path / "data", [(server.address("TRAIN"), server.address("TEST"))])
    check(tmp_path / "data", official)
    server.pages["TEST"] = server.pages["TRAIN"]
    with pytest.raises(OSError, match="this is the TRAIN split"):
        fetch(tmp_path / "other", [(server.address("TRAIN"), server.address("TEST"))], retries=0)


def test_a_failed_attempt_is_repeated(server, good, official, tmp_path):
    def unreliable(handler):
        server.pages["source"] = good
        missing(handler)

    server.pages["source"] = unreliable
    fetch(tmp_path / "data", [(server.address("source"),)], retries=1)
    check(tmp_path / "data", official)
    assert len(server.requested) == 2


def test_a_wrong_file_in_the_folder_is_replaced(server, good, official, tmp_path):
    (tmp_path / "ECG5000_TRAIN.txt").write_text("1 2 3\n")
    (tmp_path / "ECG5000_TEST.arff").write_text("@data\n")
    server.pages["good"] = good
    fetch(tmp_path, [(server.address("good"),)])
    for split, table in loaded(tmp_path).items():
        np.testing.assert_array_equal(table, official[split])


def test_the_command_prints_where_the_files_are(server, good, tmp_path, monkeypatch, capsys):
    server.pages["good"] = good
    monkeypatch.setattr(fetch, "__defaults__", (None, [(server.address("good"),)], 30, 0))
    main(tmp_path)
    assert "ECG5000_TRAIN.txt" in capsys.readouterr().out


def test_the_sources_are_those_of_the_readme():
    assert [source[0].split("/")[2] for source in SOURCES] == [
        "timeseriesclassification.com",
        "zenodo.org",
    ]
    assert all("11186692" in address for address in SOURCES[1])
