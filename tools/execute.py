"""Run the notebooks: ``--write`` puts the outputs back into the files, ``--real`` looks for errors.

The outputs are written in the one form that nbval can compare on another machine: no timings, no
widget state, no progress bars, and what a widget's callback prints kept as ordinary output.
"""

import argparse
import hashlib
import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

# That a cell may take, and a kernel to start; more on a very slow machine.
SECONDS = int(os.environ.get("BPTT_LAB_SECONDS", 600))
NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))


class PlainClient(NotebookClient):
    """A client that ignores widgets, so that the output of `interact` stays in its cell."""

    def handle_comm_msg(self, outs, msg, cell_index):
        """Ignore the message: no widget state is kept."""

    def clear_output(self, outs, msg, cell_index):
        """Ignore the message: nbval does the same."""


def execute(path, data):
    """Return the notebook at `path`, run from top to bottom on the `data` named.

    Raises CellExecutionError if a cell raises an error, or takes longer than SECONDS.
    """
    os.environ.update(BPTT_LAB_DATA=data, BPTT_LAB_PROGRESS="off")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products gain nothing from more
    os.environ.pop("MPLBACKEND", None)  # figures go into the notebook, whatever the shell says
    notebook = nbformat.read(path, as_version=4)
    PlainClient(
        notebook,
        timeout=SECONDS,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
        cell.metadata = {
            key: cell.metadata[key] for key in ("tags", "jupyter") if key in cell.metadata
        }
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
        # A cell edited after the run is found out by the tests.
        "outputs_of": code_sha256(notebook),
    }
    return notebook


def code_sha256(notebook):
    """Return the SHA-256 of the source of all code cells, in hexadecimal."""
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()


def real_data():
    """Return the folder of the real data, or end with a message."""
    from bptt_lab.data import DATA_FOLDER
    from bptt_lab.data.files import find

    given = os.environ.get("BPTT_LAB_DATA", "")
    given = "" if given == "synthetic" else given
    folder = Path(given or DATA_FOLDER).resolve()
    if not find(folder, "TRAIN"):
        command = f'python -m bptt_lab.data "{folder}"' if given else "make data"
        sys.exit(
            f"No real ECG5000 in {folder}: `{command}` fetches it into this folder, "
            f"or BPTT_LAB_DATA names {'another' if given else 'the one where it is'}."
        )
    return str(folder)


def main():
    """Run all notebooks, or those named, and print the seconds that each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, default=NOTEBOOKS)
    parser.add_argument("--write", action="store_true", help="write the outputs into the notebooks")
    parser.add_argument("--real", action="store_true", help="run on the real data")
    options = parser.parse_args()
    if options.real and options.write:
        parser.error(
            "the outputs in the files are those of the synthetic data: "
            "--real does not go with --write"
        )
    data = real_data() if options.real else "synthetic"
    for path in options.notebooks:
        start = time.monotonic()
        notebook = execute(path.resolve(), data)
        print(f"{path.name:<28}{time.monotonic() - start:5.0f} s", flush=True)
        if options.write:
            nbformat.validate(notebook)
            nbformat.write(notebook, path)
        for cell in notebook.cells:
            if options.real and "results" in cell.metadata.get("tags", []):
                print("".join(output.get("text", "") for output in cell.outputs))


if __name__ == "__main__":
    main()
