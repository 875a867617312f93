"""The lab in a real browser: JupyterLab, through which Chromium is driven, and screenshots of it.

``make browser`` runs it; not part of ``make test``, because it needs Debian's ``chromium`` and the
packages of ``tools/requirements-extra.txt``.
"""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from execute import NOTEBOOKS
from playwright.sync_api import expect
from screens import barriers, shot

ROOT = Path(__file__).resolve().parents[2]
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

    def run_all(self, seconds=600):
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


def text_of(cell):
    """Return what the cell printed, without the labels and read-outs of its controls."""
    return "\n".join(cell.locator(".jp-OutputArea-output pre").all_inner_texts())


def changed(cell, before, seconds=15):
    """Wait until what a cell shows is another text than before, and return it."""
    limit = time.monotonic() + seconds
    while (after := text_of(cell)) == before and time.monotonic() < limit:
        time.sleep(0.05)
    return after


ROLES = {
    "combobox": "select",
    "spinbutton": "input[type=number]",
    "checkbox": "input[type=checkbox]",
}


def assert_no_barriers(lab, cell, name):
    """Ask axe-core about what a cell shows; the rest of the page is JupyterLab's."""
    cell.evaluate("cell => { cell.dataset.tested = 'now'; }")
    found = barriers(lab.page, within="[data-tested] .jp-Cell-outputWrapper")
    cell.evaluate("cell => { delete cell.dataset.tested; }")
    assert not found, f"{name}: {found}"


def controls_of(cell, name):
    """Return role, name and element of every control of a cell; each is named by its label."""
    controls = []
    for label in cell.locator(".widget-label:visible, .widget-label-basic:visible").all():
        words = label.inner_text().strip()
        if label.evaluate("e => e.parentElement.querySelector('[role=progressbar], .progress')"):
            continue
        assert label.evaluate("e => !e.clientWidth || e.scrollWidth <= e.clientWidth"), (
            f"{name}: {words!r} is cut"
        )
        named = {role: cell.get_by_role(role, name=words, exact=True) for role in ROLES}
        found = [(role, words, one) for role, one in named.items() if one.count()]
        assert len(found) == 1 and found[0][2].count() == 1, f"{name}: whose name is {words!r}?"
        controls += found
    # None is without a name, and none is a slider of ipywidgets, which has neither name nor value.
    assert len(controls) == cell.locator(", ".join(ROLES.values())).count() > 0, name
    assert cell.locator("[role=slider]").count() == 0, name
    return controls


def value_of(role, control):
    """Return what a control says it is set to."""
    if role == "checkbox":
        return "yes" if control.is_checked() else "no"
    if role == "combobox":
        return control.evaluate("e => e.selectedOptions[0].textContent").replace("\xa0", " ")
    return f"{float(control.input_value()):g}"


def move(page, role, control):
    """Move the control that has the focus, by keys alone."""
    if role == "checkbox":
        page.keyboard.press("Space")
    elif role == "combobox":
        last = control.evaluate("e => e.selectedIndex == e.options.length - 1")
        for key in ("Space", "ArrowUp" if last else "ArrowDown", "Enter"):
            page.keyboard.press(key)
    else:
        up = control.evaluate("e => Number(e.value) < Number(e.max)")
        page.keyboard.press("ArrowUp" if up else "ArrowDown")


def check_explorable(lab, cell, name):
    """Move every control by keyboard: the numbers and the figure must follow.

    Without an error, and without stacked figures; the figure says what the controls say.
    """
    pictures = cell.locator(".jp-Cell-outputWrapper img")
    expect(pictures.first).to_be_visible(timeout=20000)
    assert pictures.count() == 1, f"{name}: more than one figure"
    shot(cell, f"{name}_before")
    assert_no_barriers(lab, cell, name)
    controls, cells = controls_of(cell, name), lab.notebook("notebook.model.cells.length")
    controls[0][2].focus()
    for k, (role, label, control) in enumerate(controls):
        if k > 0:
            lab.page.keyboard.press("Tab")
        expect(control).to_be_focused()
        before, text = value_of(role, control), text_of(cell)
        move(lab.page, role, control)
        limit = time.monotonic() + 15
        while pictures.count() != 1 or text_of(cell) in ("", text):
            assert time.monotonic() < limit, f"{name}: {label} changes nothing"
            time.sleep(0.05)
        assert "Traceback" not in text_of(cell)
        assert value_of(role, control) != before
        for role, label, control in controls:
            says = f"{label}: {value_of(role, control)}"
            assert says in pictures.first.get_attribute("alt"), says
    for button in reversed(cell.locator(".jp-Cell-outputWrapper button").all()):
        text = text_of(cell)
        button.focus()
        lab.page.keyboard.press("Enter")
        assert changed(cell, text) != text, f"{name}: {button.inner_text()} changes nothing"
    assert lab.notebook("notebook.model.cells.length") == cells  # no key was JupyterLab's
    lab.page.wait_for_timeout(300)
    assert_no_barriers(lab, cell, name)
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
    shot(cell, f"{name}_before")
    assert_no_barriers(lab, cell, name)
    controls = controls_of(cell, name)
    first = epochs()
    train, stop = cell.get_by_role("button", name="Train"), cell.get_by_role("button", name="Stop")
    role, _, samples = controls[0]
    samples.focus()
    move(lab.page, role, samples)  # one sample per step: slow enough to be stopped
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
    assert "samples per step: 1," in cell.locator("img").get_attribute("alt")
    assert_no_barriers(lab, cell, name)
    shot(cell, name)
