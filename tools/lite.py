"""Build JupyterLite with the students' notebooks: the lab itself, in the reader's browser.

Its files are complete, but the Python that they start (Pyodide) and its NumPy come from a network,
at the reader's.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from tools.release import ROOT, without_answers

INSTALL = """%pip install -q bptt_lab matplotlib ipywidgets joblib
# In the browser, the packages are fetched when this cell runs; it takes a minute, once."""


def build(folder):
    """Build the lab into `folder`."""
    with tempfile.TemporaryDirectory() as temporary:
        temporary = Path(temporary)
        (temporary / "notebooks").mkdir()
        for path in (ROOT / "notebooks").glob("*.ipynb"):
            notebook = without_answers(nbformat.read(path, as_version=4))
            notebook.cells.insert(1, nbformat.v4.new_code_cell(INSTALL))
            nbformat.write(notebook, temporary / "notebooks" / path.name)

        def run(*arguments):
            done = subprocess.run(
                [sys.executable, "-m", *arguments], cwd=temporary, capture_output=True, text=True
            )
            if done.returncode:
                sys.exit(done.stdout + done.stderr)

        run("pip", "wheel", "--no-deps", "--wheel-dir", "wheels", str(ROOT))
        (wheel,) = (temporary / "wheels").glob("*.whl")
        options = ["--no-unused-shared-packages", "--piplite-wheels", str(wheel)]
        options += ["--contents", "notebooks", "--output-dir", str(folder.resolve())]
        run("jupyterlite_core", "build", *options)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
