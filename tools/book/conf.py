"""Sphinx's configuration of the book, which `make site` builds from README.md and notebooks/.

The sources are read as they are, and changed on their way into Sphinx only: nothing is copied, and
no notebook is run, for its stored outputs are what the tests compare. Nothing in a page asks
another host for anything: mathematics becomes MathML, which browsers draw themselves.
"""

import json
import re
import shutil
import sys
from inspect import getdoc, getmodule, isclass
from pathlib import Path

from docutils.nodes import SkipNode
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
exclude_patterns = ["**/.*"]
root_doc = "README"

nb_execution_mode = "off"
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
    "use_download_button": False,
    "use_fullscreen_button": False,
    "footer_content_items": ["extra-footer"],
    "extra_footer": "Code BSD-3-Clause, text and figures CC BY 4.0.",
}
html_math_renderer = "mathml"
html_static_path = ["book.css"]
html_css_files = ["book.css"]
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


def with_links_inside(text, up):
    """Return Markdown in which each link to a file leads to its page, or else is its text alone.

    `up` is the way from the page to the top of the book. Modules of the package have a page with
    their source.
    """

    def link(found):
        text, target = found.groups()
        if re.fullmatch(r"(\.\./)*(notebooks/)?\w+\.(ipynb|md)|(\.\./)?\w+/README\.md", target):
            return found[0]
        if module := re.fullmatch(r"(?:\.\./)*(bptt_lab/\w+)\.py", target):
            return f'<a href="{up}_modules/{module[1]}.html">{text}</a>'
        return text

    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)\s]+)\)", link, text)


def first_sentence(caption):
    """Return the first sentence of a figure's caption in plain words: its alternative text."""
    plain = re.sub(r"[*`$\\{}]|^\*Figure: ", "", caption.split("\n\n")[0].replace("\n", " "))
    return re.split(r"(?<=[.?!]) (?=[A-Z(])", plain)[0]


def of_notebook(text, name):
    """Return a notebook with its solutions folded, and with words for its figures and controls."""
    notebook = json.loads(text)
    cells = notebook["cells"]
    for cell, after in zip(cells, [*cells[1:], {"source": ""}]):
        source, below = "".join(cell["source"]), "".join(after["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = with_links_inside(source, "../")
            continue
        about = cell["metadata"].setdefault("mystnb", {})
        if below.startswith("*Figure: "):
            about["image"] = {"alt": first_sentence(below)}
        if "solution" in cell["metadata"].get("tags", []):
            cell["metadata"]["tags"].append("hide-input")
            title = source.splitlines()[0].lstrip("# ")
            about["code_prompt_show"] = about["code_prompt_hide"] = title
        for output in cell["outputs"]:
            if re.match(r"\w+\(", "".join(output.get("data", {}).get("text/plain", ""))):
                link = f'<a href="../{LAB}?path={Path(name).name}.ipynb">in the lab</a>'
                output["data"] = {
                    "text/html": f'<p class="controls">This figure has controls {link}.</p>'
                }
    return json.dumps(notebook)


def api():
    """Yield the lines of the page of what `bptt_lab` and `bptt_lab.teaching` export, by module."""
    for package in (bptt_lab, teaching):
        modules = {}
        for name in package.__all__:
            value = getattr(package, name)
            if callable(value):
                modules.setdefault(getmodule(value), []).append(name)
        for module, names in modules.items():
            yield f"## {getdoc(module).splitlines()[0].rstrip('.')}\n"
            for name in names:
                kind = "autoclass" if isclass(getattr(package, name)) else "autofunction"
                members = ":members:\n" if kind == "autoclass" else ""
                yield f"```{{eval-rst}}\n.. {kind}:: {package.__name__}.{name}\n   {members}```\n"


def read(app, name, content):
    """Change a source on its way into Sphinx."""
    if name == root_doc:
        content[0] = with_links_inside(content[0], "") + CONTENTS
    elif name.endswith("/api"):
        content[0] += "\n".join(api())
    elif app.env.doc2path(name).suffix == ".ipynb":
        content[0] = of_notebook(content[0], name)
    else:
        content[0] = with_links_inside(content[0], "../" * name.count("/"))


def math(display):
    """Return the visitor that writes a formula as MathML."""

    def visit(translator, node):
        translator.body.append(convert(node.astext(), display=display))
        raise SkipNode

    return visit, None


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
    app.add_html_math_renderer("mathml", math("inline"), math("block"))
