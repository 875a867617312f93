"""The lab in a real browser: JupyterLab, through which Chromium is driven, and screenshots of it.

``make browser`` runs it; not part of ``make test``, because it needs Debian's ``chromium`` and the
packages of ``tools/requirements-extra.txt``.
"""

import functools
import http.server
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pages
import pytest
from execute import NOTEBOOKS
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path),
    None,
)
SCREENSHOTS = ROOT / "build" / "screenshots"
IDS = [path.stem for path in NOTEBOOKS]

# Messages in the browser's console that are no fault of the lab.
KNOWN = (
    # Asked for while a kernel starts or ends.
    r"Failed to load resource.*(favicon|/lsp/|/api/(kernels|sessions|me))",
    r"Failed to load resource: .* status of 404 \(Not Found\).*custom\.css",
    r"WebSocket connection to .* failed",  # the kernel of a notebook that has just been closed
)

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {
        "windowingMode": "none"
    },  # every cell is in the page, seen or not
    "docmanager-extension/plugin": {"autosave": False},
}


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Start JupyterLab on a copy of the notebooks, with a configuration of its own.

    Yields the address and the token.
    """
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copyfile(ROOT / "README.md", folder / "README.md")
    for name, settings in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = os.environ | {
        "BPTT_LAB_DATA": "synthetic",
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        **{
            name: str(folder / name)
            for name in (
                "JUPYTER_CONFIG_DIR",
                "JUPYTERLAB_WORKSPACES_DIR",
                "IPYTHONDIR",
                "JUPYTER_RUNTIME_DIR",
            )
        },
    }
    environment.pop("BPTT_LAB_PROGRESS", None)
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--expose-app-in-browser",
            "--ip=127.0.0.1",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={token}",
            f"--ServerApp.root_dir={folder / 'notebooks'}",
        ],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.fail(f"JupyterLab did not start:\n{(folder / 'log').read_text()[-2000:]}")
        yield f"http://127.0.0.1:{port}", token
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Start Chromium, so that it asks nobody but the lab."""
    if CHROMIUM is None:
        pytest.exit("no Chromium: on Debian and Ubuntu, `apt-get install chromium`", returncode=1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()


class Lab:
    """A page with one notebook open, and what one does there."""

    def __init__(self, page, address, token, name):
        self.page, self.errors = page, []
        page.on(
            "console",
            lambda message: (
                message.type == "error"
                and self.errors.append(f"{message.text} {message.location.get('url', '')}")
            ),
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{address}/lab/workspaces/{name}/tree/{name}.ipynb?token={token}&reset")
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.content?.model?.cells?.length > 3",
            timeout=60000,
        )
        page.wait_for_function(
            "window.jupyterapp.shell.currentWidget"
            ".sessionContext.session?.kernel?.status == 'idle'",
            timeout=60000,
        )

    def notebook(self, expression):
        """Return the value of a JavaScript expression of `notebook`, the content of the tab."""
        return self.page.evaluate(
            "() => { const panel = window.jupyterapp.shell.currentWidget; "
            f"const notebook = panel.content; return {expression}; }}"
        )

    def cells(self):
        """Return for every cell its type, source, tags, execution count and the outputs."""
        return self.notebook("""Array.from(notebook.model.cells, cell => ({
            type: cell.type,
            source: cell.sharedModel.getSource(),
            tags: cell.getMetadata('tags') || [],
            count: cell.executionCount,
            outputs: cell.outputs ? cell.outputs.toJSON() : []}))""")

    def run_all(self, seconds=180):
        """Run all cells, and wait until the last has run."""
        before = self.notebook("panel.sessionContext.session.kernel.id")
        self.page.evaluate(
            "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
        )
        limit = time.monotonic() + seconds
        while (
            self.notebook("panel.sessionContext.session.kernel.status") != "idle"
            and time.monotonic() < limit
        ):
            time.sleep(0.3)
        assert self.notebook("panel.sessionContext.session.kernel.id") == before

    def cell(self, index):
        """Return the cell's element, scrolled into view."""
        element = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").nth(index)
        element.scroll_into_view_if_needed()
        return element

    def unknown_errors(self):
        return [
            error
            for error in self.errors
            if not any(re.search(known, error, re.S) for known in KNOWN)
        ]


@pytest.fixture
def lab(server, browser, request):
    """Open the notebook of the test's parameter; shut its kernel down afterwards."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    lab = Lab(page, *server, request.param)
    yield lab
    page.evaluate(
        "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }"
    )
    context.close()


def shot(target, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    target.screenshot(path=SCREENSHOTS / f"{name}.png")


def text_of(cell):
    """Return what the cell printed, without the labels and read-outs of its controls."""
    return "\n".join(cell.locator(".jp-OutputArea-output pre").all_inner_texts())


def changed(cell, before, seconds=15):
    """Wait until what a cell shows is another text than before, and return it."""
    limit = time.monotonic() + seconds
    while (after := text_of(cell)) == before and time.monotonic() < limit:
        time.sleep(0.05)
    return after


def check_explorable(lab, cell, name):
    """Move every control by keyboard: the numbers or the figure must follow.

    Without an error, and without stacked figures.
    """
    pictures = cell.locator(".jp-Cell-outputWrapper img")
    expect(pictures.first).to_be_visible(timeout=20000)
    assert pictures.count() == 1, f"{name}: more than one figure"
    labels = cell.locator(".widget-label")
    assert all(text.strip() for text in labels.all_inner_texts()), (
        f"{name}: a control without a label"
    )
    controls = [
        (kind, k)
        for kind in (".noUi-handle", "input[type=checkbox]")
        for k in range(cell.locator(kind).count())
    ]
    assert controls, f"{name}: no controls"
    for kind, k in controls:
        control = cell.locator(kind).nth(k)
        before = text_of(cell)
        control.focus()
        if kind == ".noUi-handle":
            at_the_start = control.get_attribute("aria-valuenow") == control.get_attribute(
                "aria-valuemin"
            )
            lab.page.keyboard.press("ArrowRight" if at_the_start else "ArrowLeft")
        else:
            lab.page.keyboard.press("Space")
        limit = time.monotonic() + 15
        while pictures.count() != 1 or text_of(cell) in ("", before):
            assert time.monotonic() < limit, f"{name}: {kind} number {k + 1} changes nothing"
            time.sleep(0.05)
        assert "Traceback" not in text_of(cell)
    lab.page.wait_for_timeout(300)
    shot(cell, name)


@pytest.mark.parametrize("lab", IDS, indirect=True)
def test_a_notebook_runs_and_its_explorables_answer(lab, request):
    name = request.node.callspec.params["lab"]
    shot(lab.page, f"{name}_top")

    cells = lab.cells()
    for k, cell in enumerate(cells):  # folded solutions are closed, and open with a click
        if "solution" in cell["tags"]:
            folded = lab.cell(k)
            expect(folded.locator(".jp-InputArea-editor")).to_have_count(0)
            folded.locator(".jp-Placeholder-content").first.click()
            expect(folded.locator(".jp-InputArea-editor")).to_be_visible()
            break
    details = lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) details")
    if details.count():
        first = details.first
        first.scroll_into_view_if_needed()
        assert first.get_attribute("open") is None
        first.locator("summary").click()
        assert first.get_attribute("open") is not None

    lab.run_all()
    for cell in lab.cells():
        if cell["type"] == "code":
            assert cell["count"], cell["source"]
            assert not any(output["output_type"] == "error" for output in cell["outputs"]), cell[
                "source"
            ]

    for k, cell in enumerate(cells):
        found = re.search(r"^(?:\w+ = )?explore\.(\w+)\(", cell["source"], re.M)
        if found and found[1] == "training":
            check_training(lab, lab.cell(k), f"{name}_{found[1]}")
        elif found:
            check_explorable(lab, lab.cell(k), f"{name}_{found[1]}")
    assert not lab.unknown_errors()


def check_training(lab, cell, name):
    """Train, stop, go on: what was learnt is kept, and afterwards nothing runs."""

    def epochs():
        return int(re.search(r"after (\d+) epochs", text_of(cell))[1])

    expect(cell.locator(".jp-Cell-outputWrapper img").first).to_be_visible(timeout=20000)
    first = epochs()
    train, stop = cell.get_by_role("button", name="Train"), cell.get_by_role("button", name="Stop")
    cell.locator(".noUi-handle").first.focus()
    lab.page.keyboard.press("ArrowRight")  # one sample per step: slow enough to be stopped
    changed(cell, text_of(cell), 3)
    train.focus()
    lab.page.keyboard.press("Enter")
    limit = time.monotonic() + 60
    while not re.search(r"after [2-9] epochs", text_of(cell)) and time.monotonic() < limit:
        time.sleep(0.1)
    stop.focus()
    lab.page.keyboard.press("Enter")
    expect(train).to_be_enabled(timeout=30000)
    stopped = epochs()
    assert "stopped" in text_of(cell) and 0 < stopped < 40 and first > 0
    time.sleep(1)
    assert epochs() == stopped, "it went on after Stop"
    train.focus()
    lab.page.keyboard.press("Enter")
    limit = time.monotonic() + 60
    while epochs() <= stopped and time.monotonic() < limit:
        time.sleep(0.1)
    assert epochs() > stopped, "what was learnt is lost"
    stop.click()
    expect(train).to_be_enabled(timeout=30000)
    assert cell.locator(".jp-Cell-outputWrapper img").count() == 1
    shot(cell, name)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A handler that does not write a line for every request."""

    def log_message(self, *_):
        """Write nothing."""


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Write the static pages, serve them, and yield their address."""
    folder = tmp_path_factory.mktemp("site") / "pages"
    pages.write(folder)
    pages.write_lite(folder / "lite")
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_port}"
        web.shutdown()


@pytest.mark.parametrize("name", ["index", *IDS])
def test_a_page_is_complete_by_itself(site, browser, name):
    """Nothing is missing or asked for elsewhere.

    Pictures have words, mathematics is rendered, folds are closed and open.
    """
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    errors, requests = [], []
    page.on(
        "console",
        lambda message: message.type in ("error", "warning") and errors.append(message.text),
    )
    page.on("requestfailed", lambda request: errors.append(request.url))
    page.on("request", lambda request: requests.append(request.url))
    page.on(
        "response",
        lambda response: (
            response.status >= 400 and errors.append(f"{response.status} {response.url}")
        ),
    )
    page.goto(f"{site}/{name}.html")
    assert not errors and all(url.startswith((site, "data:")) for url in requests)
    for picture in page.locator("img").all():
        assert picture.get_attribute("alt") and picture.evaluate("e => e.naturalWidth") > 0
    text = "\n".join(page.locator("p, li, td, summary").all_inner_texts())
    assert "$" not in text and "\\" not in text.replace(".venv\\Scripts", "")
    for link in page.locator("a[href*='.html']:not([href^='http'])").all():
        assert page.request.get(f"{site}/{link.get_attribute('href').split('#')[0]}").ok
    if name != "index":
        assert page.locator("math").count() > 5
        fold = page.locator("details").first
        assert page.locator("details[open]").count() == 0
        fold.locator("summary").click()
        assert fold.get_attribute("open") is not None
    shot(page, f"site_{name}")
    page.close()


def test_the_lab_in_the_browser_has_all_its_own_files(site, browser):
    """JupyterLite opens on the students' notebooks; nothing of the site is missing.

    Python itself comes from a network.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    missing = []
    page.on(
        "response",
        lambda response: (
            response.url.startswith(site)
            and response.status >= 400
            and missing.append(response.url)
        ),
    )
    page.goto(f"{site}/lite/lab/index.html?path=03_bptt.ipynb")
    expect(page.locator(".jp-Notebook")).to_be_visible(timeout=60000)
    expect(page.locator(".jp-Notebook h1").first).to_contain_text(
        "Derive back-propagation through time"
    )
    listed = page.request.get(f"{site}/lite/api/contents/all.json").json()["content"]
    assert {item["name"] for item in listed} >= {path.name for path in NOTEBOOKS}
    assert not [
        url for url in missing if not re.search(r"/api/(drive|translations|contents|kernel)", url)
    ], missing
    shot(page, "site_lite")
    page.close()
