"""Write the notebooks as static pages into ``build/site``: nothing to install for the reader.

Nothing is loaded from elsewhere. Mathematics becomes MathML, which browsers render themselves;
solutions and hints are folded; each figure has its caption as alternative text. Any web server can
serve the folder, and the pages also open from the disk.
"""

import argparse
import html
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter
from release import release

ROOT = Path(__file__).resolve().parent.parent
# An environment with JupyterLite, made by `make site`.
LITE = ROOT / "build" / "lite" / "bin" / "python"

STYLE = """
:root { color-scheme: light; }
body { font: 17px/1.6 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff;
  max-width: 54rem; margin: 0 auto; padding: 1rem; }
p, li { max-width: 46rem; }
h1, h2, h3 { font-family: "Helvetica Neue", Arial, sans-serif; line-height: 1.25;
  margin-top: 2rem; }
h1 a, h2 a, h3 a { display: none; }
a { color: #0050a0; }
pre { font: 13.5px/1.45 "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-x: auto;
  margin: 0; padding: .6rem .8rem; }
code { font: .85em "DejaVu Sans Mono", Menlo, Consolas, monospace; background: #f4f4f4;
  padding: 0 .2em; }
.code { background: #f6f6f6; border-left: 3px solid #0072B2; margin: 1rem 0 0; }
.output { border-left: 3px solid #ccc; margin: 0 0 1rem; }
img { max-width: 100%; height: auto; display: block; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .7rem; text-align: left;
  vertical-align: top; }
details { border: 1px solid #ddd; border-radius: 4px; padding: .3rem .8rem; margin: .6rem 0; }
summary { cursor: pointer; font-family: "Helvetica Neue", Arial, sans-serif; font-size: .95em; }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", math; }
math[display="block"] { margin: 1rem 0; overflow-x: auto; overflow-y: hidden; }
nav { font-family: "Helvetica Neue", Arial, sans-serif; font-size: .9em;
  border-bottom: 1px solid #ddd; padding-bottom: .5rem; }
@media print { details { display: none; } body { max-width: none; } }
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
</head>
<body>
<nav><a href="index.html">BPTT Lab</a> ·
<a href="lite/lab/index.html">the lab in this browser</a></nav>
<main>
{body}
</main>
</body>
</html>
"""


class Renderer(IPythonRenderer):
    """Markdown to HTML, with MathML for the mathematics."""

    def inline_math(self, body):
        """Return a formula within a line."""
        return convert(body)

    def block_math(self, body):
        """Return a formula in a line of its own."""
        return convert(body, display="block")


def rendered(markdown):
    """Return Markdown as HTML; links to notebooks lead to their pages."""
    page = MarkdownWithMath(renderer=Renderer(escape=False)).render(markdown)
    page = re.sub(r'href="(?:notebooks/)?(\w+)\.ipynb', r'href="\1.html', page)
    page = re.sub(r'href="(?:\.\./)?README\.md', 'href="index.html', page)
    return re.sub(r'src="notebooks/', 'src="', page)


def in_code(source):
    return f'<div class="code">{Highlight2HTML()(source)}</div>'


def outputs(cell, caption):
    """Return the outputs of a cell; its figure gets the caption as alternative text."""
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data:
            image, alt = data["image/png"].strip(), html.escape(caption, quote=True)
            yield f'<img src="data:image/png;base64,{image}" alt="{alt}">'
        elif text := output.get("text", data.get("text/plain", "")):
            yield f'<div class="output"><pre>{html.escape(text)}</pre></div>'


def body_of(notebook):
    """Yield the HTML of one cell after another."""
    cells = notebook.cells
    for cell, after in zip(cells, [*cells[1:], None]):
        if cell.cell_type == "markdown":
            yield rendered(cell.source)
            continue
        caption = (
            re.sub(r"[*`$\\]|Figure: ", "", after.source.split("\n\n")[0])
            if after is not None and after.cell_type == "markdown"
            else ""
        )
        folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        code = in_code(cell.source)
        title = html.escape(cell.source.splitlines()[0].lstrip("# "))
        yield f"<details><summary>{title}</summary>\n{code}\n</details>" if folded else code
        yield from outputs(cell, caption)


def write(folder):
    """Write the site into `folder`, which is made anew."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / "style.css").write_text(
        STYLE + HtmlFormatter(style="default").get_style_defs(".highlight"), encoding="utf-8"
    )
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        title = re.search(r"^# (.*)", notebook.cells[0].source, re.M)[1]
        (folder / f"{path.stem}.html").write_text(
            PAGE.format(title=html.escape(title), body="\n".join(body_of(notebook))),
            encoding="utf-8",
        )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shutil.copyfile(ROOT / "notebooks" / "lab.png", folder / "lab.png")
    # Files of the project that are no pages are named, not linked: the site stands alone.
    readme = re.sub(
        r"\[([^\]]+)\]\((?!https?:|notebooks/\w+\.ipynb|notebooks/lab\.png|#)[^)]+\)", r"\1", readme
    )
    (folder / "index.html").write_text(
        PAGE.format(title="BPTT Lab", body=rendered(readme)), encoding="utf-8"
    )


INSTALL = """%pip install -q bptt_lab matplotlib ipywidgets joblib
# In the browser, the packages are fetched when this cell runs; it takes a minute, once."""


def write_lite(folder):
    """Build JupyterLite with the students' notebooks into `folder`: the lab, in a browser.

    The pages are complete, but the Python that they start (Pyodide) and its NumPy come from a
    network, at the reader's.
    """
    with tempfile.TemporaryDirectory() as temporary:
        temporary = Path(temporary)
        release(temporary)
        for path in (temporary / "student" / "notebooks").glob("*.ipynb"):
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.insert(1, nbformat.v4.new_code_cell(INSTALL))
            nbformat.write(notebook, path)
        subprocess.run(
            [
                LITE,
                "-m",
                "pip",
                "wheel",
                "-q",
                "--no-deps",
                "--disable-pip-version-check",
                "-w",
                temporary / "wheels",
                ROOT,
            ],
            check=True,
        )
        wheel = next((temporary / "wheels").glob("*.whl"))
        subprocess.run(
            [
                LITE,
                "-m",
                "jupyter",
                "lite",
                "build",
                "--contents",
                temporary / "student" / "notebooks",
                "--output-dir",
                folder,
                "--piplite-wheels",
                wheel,
                "--no-unused-shared-packages",
            ],
            cwd=temporary,
            check=True,
            capture_output=True,
        )


def main():
    """Write the site and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "site")
    folder = parser.parse_args().folder
    write(folder)
    write_lite(folder / "lite")
    print(f"{folder / 'index.html'}: open it, or serve the folder:")
    print(f"python -m http.server -d {folder}")


if __name__ == "__main__":
    main()
