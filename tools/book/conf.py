"""Sphinx's configuration of the book, which `make site` builds from README.md and notebooks/.

The sources are read as they are, and changed on their way into Sphinx only: nothing is copied, and
no notebook is run, for its stored outputs are what the tests compare. Nothing in a page asks
another host for anything: mathematics becomes MathML, which browsers draw themselves.
"""

import json
import re
import shutil
import sys
from inspect import getdoc, isclass
from pathlib import Path
from posixpath import dirname, join, normpath, splitext

from docutils import nodes
from latex2mathml.converter import convert

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import bptt_lab  # noqa: E402
from bptt_lab import teaching  # noqa: E402

project = html_title = "BPTT Lab"
author = "the authors of BPTT Lab"
version = release = bptt_lab.__version__
language = "en"
extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
include_patterns = ["README.md", "notebooks/*", "data/README.md", "tools/book/*.md"]
exclude_patterns = ["build", ".*", "**/.*"]
root_doc = "README"

nb_execution_mode = "off"
nb_code_prompt_show, nb_code_prompt_hide = "Guess first, then open", "What came out"
nb_ipywidgets_js = {}  # a stored figure needs no scripts
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
numpydoc_show_class_members = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say more

html_theme = "sphinx_book_theme"
html_theme_options = {
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "navbar_persistent": [],
    "use_download_button": False,
    "use_fullscreen_button": False,
    "footer_content_items": ["extra-footer"],
    "extra_footer": "Code BSD-3-Clause, text and figures CC BY 4.0.",
}
html_context = {"default_mode": "auto"}
html_math_renderer = "mathml"
html_static_path = ["book.css", "book.js"]
html_css_files = ["book.css"]
html_js_files = ["book.js"]
html_favicon = "favicon.svg"
html_copy_source = False
copybutton_selector = "div.cell_input pre, div.highlight-python pre"

CONTENTS = """

```{toctree}
:hidden:
:glob:

notebooks/[0-9]*
notebooks/teaching
data/README
tools/book/lab
tools/book/api
```
"""
# Where the lab is that tools/lite.py adds to the book.
LAB = "lite/lab/index.html"


def with_links_inside(app, name, text):
    """Return Markdown in which each link to a file leads to its page, or else is its text alone.

    A module of the package has a page with its source.
    """

    def link(found):
        text, target = found.groups()
        path = normpath(join(dirname(name), target.split("#")[0]))
        if splitext(path)[0] in app.env.found_docs:
            return found[0]
        if re.fullmatch(r"bptt_lab/\w+\.py", path):
            to = "../" * name.count("/") + f"_modules/{splitext(path)[0]}.html"
            return f'<a href="{to}">{text}</a>'
        return text

    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)\s]+)\)", link, text)


def first_sentence(caption):
    """Return the first sentence of a figure's caption in plain words: its alternative text."""
    plain = re.sub(r"[*`$\\{}]", "", caption.split("\n\n")[0].removeprefix("*Figure: "))
    sentence = re.split(r"(?<=[.?!])\s+(?=[A-Z(])", plain)[0]
    return sentence[0].upper() + " ".join(sentence[1:].split())


def is_control(output):
    """Return whether an output is what is left of controls without a kernel: their repr."""
    return re.match(r"\w+\(", "".join(output.get("data", {}).get("text/plain", "")))


def of_notebook(app, name, text):
    """Return a notebook with words for its figures, and folded what the notebook folds."""
    notebook = json.loads(text)
    cells = notebook["cells"]
    for cell, after in zip(cells, [*cells[1:], {"source": ""}]):
        source, below = "".join(cell["source"]), "".join(after["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = with_links_inside(app, name, source)
            continue
        tags = cell["metadata"].setdefault("tags", [])
        shown = cell["metadata"].setdefault("mystnb", {})
        if cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
            tags.append("hide-output")
        if "solution" in tags:
            tags.append("hide-input")
            title = source.splitlines()[0].lstrip("# ")
            shown["code_prompt_show"] = shown["code_prompt_hide"] = title
        if below.startswith("*Figure: "):
            shown["image"] = {"alt": first_sentence(below)}
            if any(map(is_control, cell["outputs"])):
                link = f"../{LAB}?path={Path(name).name}.ipynb"
                after["source"] = f'{below} <a href="{link}">Move its controls in the lab.</a>'
        cell["outputs"] = [output for output in cell["outputs"] if not is_control(output)]
    return json.dumps(notebook)


def api():
    """Yield what `bptt_lab` and `bptt_lab.teaching` export, module by module."""
    for package in (bptt_lab, teaching):
        modules = {}
        for name in package.__all__:
            if callable(value := getattr(package, name)):
                module = ".".join(value.__module__.split(".")[:2])
                modules.setdefault(module, []).append(name)
        for module, names in modules.items():
            yield f"## {module}\n\n{getdoc(sys.modules[module]).splitlines()[0]}\n"
            for name in names:
                value = getattr(package, name)
                lines = [f".. autofunction:: {package.__name__}.{name}"]
                if isclass(value):
                    lines = [f".. autoclass:: {package.__name__}.{name}"]
                    lines += ["   :members:"] * (not issubclass(value, tuple))
                yield "\n".join(["```{eval-rst}", *lines, "```\n"])


def read(app, name, content):
    """Change a source on its way into Sphinx."""
    if app.env.doc2path(name).suffix == ".ipynb":
        content[0] = of_notebook(app, name, content[0])
    else:
        content[0] = with_links_inside(app, name, content[0])
    if name == root_doc:
        content[0] += CONTENTS
    elif name.endswith("/api"):
        content[0] += "\n".join(api())


def keep_together(app, doctree, name):
    """Let no line break come between a formula and the comma after it, or the bracket before."""
    for node in list(doctree.findall(nodes.math)):
        for beside, pattern in ((-1, r"\(+$"), (1, r"^[,.;:?!)]+")):
            k = node.parent.index(node) + beside
            text = node.parent[k] if 0 <= k < len(node.parent) else None
            if isinstance(text, nodes.Text) and (found := re.search(pattern, text)):
                node["before" if beside < 0 else "after"] = found[0]
                node.parent[k] = nodes.Text(re.sub(pattern, "", text))


def inline_math(translator, node):
    """Write a formula within a line as MathML."""
    body = node.get("before", "") + convert(node.astext()) + node.get("after", "")
    translator.body.append(f'<span class="formula">{body}</span>')
    raise nodes.SkipNode


def block_math(translator, node):
    """Write a formula in a line of its own as MathML; the theme lets it be scrolled by keyboard."""
    formula = convert(node.astext(), display="block")
    translator.body.append(f'<div class="pst-scrollable-table-container">{formula}</div>')
    raise nodes.SkipNode


def add_button(app, name, template, context, doctree):
    """Put a button on each notebook's page that opens it in the lab."""
    if name.startswith("notebooks/") and context.get("page_source_suffix") == ".ipynb":
        context["header_buttons"].insert(
            0,
            {
                "type": "link",
                "url": f"{context['pathto'](LAB, 1)}?path={Path(name).name}.ipynb",
                "text": "Open in the lab",
                "tooltip": "Run this notebook in the browser",
            },
        )


def finish(app, error):
    """Let the book open with its first page."""
    if error is None and app.builder.name == "html":
        shutil.copyfile(app.outdir / f"{root_doc}.html", app.outdir / "index.html")


def setup(app):
    """Connect what stands above."""
    app.connect("source-read", read)
    app.connect("html-page-context", add_button, priority=502)  # after the theme's own
    app.connect("build-finished", finish)
    app.connect("doctree-resolved", keep_together)
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
