"""The book that `make site` builds, read in Chromium: pages, search, links, print, and the lab."""

import functools
import http.server
import re
import subprocess
import threading
from urllib.parse import urljoin, urlsplit

import pytest
from execute import NOTEBOOKS
from playwright.sync_api import expect
from screens import ROOT, barriers, shot

expect.set_options(timeout=20_000)
SITE = ROOT / "build" / "site"
CHAPTERS = [f"notebooks/{path.stem}" for path in NOTEBOOKS]
PAGES = ["index", *CHAPTERS, "notebooks/teaching", "data/README", "tools/book/lab"]
PAGES += ["tools/book/api", "_modules/bptt_lab/rnn", "genindex", "search"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A handler that does not write a line for every request."""

    def log_message(self, *_):
        """Write nothing."""


@pytest.fixture(scope="session")
def site():
    """Build the site, serve it, and yield its address."""
    built = subprocess.run(["make", "site"], cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "WARNING" not in built.stdout + built.stderr
    handler = functools.partial(Quiet, directory=SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_port}"
        web.shutdown()


@pytest.fixture
def page(site, browser):
    """Open a page that writes down what goes wrong, and what it asks others for."""
    page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
    page.wrong = []
    page.on("console", lambda said: said.type in ("error", "warning") and note(said.text))
    page.on("pageerror", lambda error: note(str(error)))
    page.on("requestfailed", lambda request: note(f"failed: {request.url}"))
    page.on("response", lambda answer: answer.status >= 400 and note(f"missing: {answer.url}"))
    page.on(
        "request",
        lambda request: request.url.startswith((site, "data:")) or note(f"foreign: {request.url}"),
    )
    note = page.wrong.append
    yield page
    page.context.close()


def thin_out(page):
    """Take the thousands of pieces out of most formulas and listings: axe-core looks at each one.

    The first twenty of each stay, a listing keeps its text, and a formula in a line of its own all.
    """
    page.evaluate("""() => {
        const rest = chosen => [...document.querySelectorAll(chosen)].slice(20);
        rest(".formula math").forEach(formula => formula.replaceChildren("x"));
        rest("pre").forEach(listing => { listing.textContent = listing.textContent; });
    }""")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_complete_by_itself_and_bars_nobody(site, page, name):
    """Wide and light, narrow and dark, folds closed and open."""
    page.goto(f"{site}/{name}.html")
    assert page.locator("h1:visible").count() == 1
    assert page.locator(".bd-article details[open]").count() == 0
    shot(page, f"site_{name.replace('/', '_')}")
    text = "\n".join(page.locator(".bd-article").locator("p, li, td, summary").all_inner_texts())
    assert "$" not in text and "\\" not in text.replace(".venv\\Scripts", "")
    assert not page.locator(".bd-article merror").count()
    for picture in page.locator(".bd-article img").all():
        assert len(picture.get_attribute("alt")) > 20
        assert picture.evaluate("e => e.complete && e.naturalWidth > 0")

    thin_out(page)
    if name not in CHAPTERS[1:]:  # the colours of one chapter are those of all
        assert not barriers(page)
    page.set_viewport_size({"width": 420, "height": 900})
    page.emulate_media(color_scheme="dark")
    for fold in page.locator(".bd-article details").all():
        fold.evaluate("fold => { fold.open = true; }")
    page.wait_for_timeout(500)  # until the theme has looked for what overflows
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    shot(page, f"site_{name.replace('/', '_')}_narrow")
    assert not barriers(page)
    assert not page.wrong


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_folds_what_its_notebook_folds(site, page, name):
    """Solutions and answers are there, closed, and open with a key."""
    page.goto(f"{site}/{name}.html")
    (path,) = (path for path in NOTEBOOKS if name.endswith(path.stem))
    source = path.read_text(encoding="utf-8")
    for folded, mark in (("above-input", '"solution"'), ("below-input", '"outputs_hidden": true')):
        folds = page.locator(f"details.hide.{folded}")
        assert folds.count() == source.count(mark), folded
    assert page.locator("math").count() > 5
    figures = source.count('"*Figure: ')
    assert page.locator(".cell_output img").count() == figures
    assert "interactive(" not in page.locator(".bd-article").text_content()
    fold = page.locator("details", has_text="A solution of exercise 1").first
    code = fold.locator("pre").first
    expect(code).to_be_hidden()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(code).to_be_visible()


def test_a_figure_is_named_by_the_first_sentence_of_its_caption(site, page):
    page.goto(f"{site}/notebooks/01_data.html")
    captions = page.locator("p > em", has_text="Figure: ").all_inner_texts()
    names = [img.get_attribute("alt") for img in page.locator(".cell_output img").all()]
    assert len(captions) == len(names) > 5
    for caption, name in zip(captions, names):
        assert caption.removeprefix("Figure: ").casefold().startswith(name.casefold()), caption
        assert name.endswith(".") and name[0].isupper()


def test_one_reads_on_by_the_links_at_the_end_and_each_page_is_in_the_contents(site, page):
    page.goto(f"{site}/index.html")
    contents = page.locator(".bd-links a.internal").evaluate_all("all => all.map(a => a.href)")
    seen = [urlsplit(page.url).path]
    while page.locator("a.right-next").count():
        page.locator("a.right-next").click()
        seen.append(urlsplit(page.url).path)
        expect(page.locator("a.left-prev")).to_be_visible()
    assert len(seen) == len(set(seen))
    assert seen[1 : len(CHAPTERS) + 1] == [f"/{name}.html" for name in CHAPTERS]
    assert {urljoin(site, path) for path in seen[1:]} <= set(contents)
    assert not page.wrong


def test_the_search_finds_what_stands_deep_in_a_chapter(site, page):
    page.goto(f"{site}/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("subnormal")
    page.keyboard.press("Enter")
    found = page.locator("#search-results li a")
    expect(found.first).to_be_visible(timeout=20000)
    expect(page.locator("#search-results")).to_contain_text("matching the search query")
    paths = {urlsplit(link.get_attribute("href")).path for link in found.all()}
    assert not barriers(page) and not page.wrong
    for path in paths:
        page.goto(f"{site}/{path}")
        assert "subnormal" in page.locator(".bd-article").text_content()


def test_every_link_leads_somewhere(site, page):
    """Those inside to a page, and to a place in it; those outside are well formed."""
    places, links = {}, set()
    for path in sorted(SITE.rglob("*.html")):
        if (inside := path.relative_to(SITE)).parts[0] in ("lite", "_static"):
            continue
        page.goto(f"{site}/{inside.as_posix()}")
        address = page.url
        places[address] = set(
            page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        )
        hrefs = page.evaluate(
            "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
        )
        links |= {(address, urljoin(address, href)) for href in hrefs}
    assert len(places) > len(PAGES)
    for address, link in sorted(links):
        parts = urlsplit(link)
        if not link.startswith(site):
            assert re.fullmatch(r"https?", parts.scheme) and "." in parts.netloc, (address, link)
            assert not re.search(r"[\s<>\"]", link), (address, link)
            continue
        assert (SITE / parts.path.lstrip("/")).is_file(), (address, link)
        target = link.partition("#")[0].partition("?")[0]
        if parts.fragment and target in places:
            assert parts.fragment in places[target], (address, link)


def test_paper_is_white_and_has_the_open_folds_and_all_of_the_code(site, page):
    """Also when the screen is dark."""
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/notebooks/03_bptt.html")
    open_fold, closed = (page.locator("details.hide").nth(k) for k in (0, 1))
    open_fold.locator("summary").click()
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 700, "height": 1000})
    assert page.locator("html").get_attribute("data-theme") == "light"
    expect(open_fold.locator("pre, img").first).to_be_visible()
    expect(closed).to_be_hidden()
    expect(page.locator(".bd-sidebar-primary")).to_be_hidden()
    cut = page.locator("pre").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
    )
    assert not cut
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_page_of_the_package_has_every_exported_name(site, page):
    import bptt_lab

    page.goto(f"{site}/tools/book/api.html")
    for name in bptt_lab.__all__:
        assert page.locator(f"[id='bptt_lab.{name}']").count() == 1, name
    assert page.locator("[id='bptt_lab.teaching.check']").count() == 1
    assert page.locator("dt", has_text="Parameters").count() > 10


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
    page.goto(f"{site}/notebooks/03_bptt.html")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open in the lab").click()
    page = opened.value
    expect(page.locator(".jp-Notebook")).to_be_visible(timeout=60000)
    expect(page.locator(".jp-Notebook h1").first).to_contain_text(
        "Derive back-propagation through time"
    )
    listed = page.request.get(f"{site}/lite/api/contents/all.json").json()["content"]
    assert {item["name"] for item in listed} == {path.name for path in NOTEBOOKS}
    text = page.request.get(f"{site}/lite/files/03_bptt.ipynb").text()
    assert "A solution of exercise" not in text and "%pip install" in text
    assert not [
        url for url in missing if not re.search(r"/api/(drive|translations|contents|kernel)", url)
    ], missing
    shot(page, "site_lite")
    page.close()
