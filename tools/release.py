"""Write the copies to hand out, ``build/student`` and ``build/instructor``, and a zip file of each.

The students' copy has the stubs, hints and checks; it lacks the solutions, all stored outputs, so
that nothing is answered before it is asked, the tests and the tools. Its README is
``tools/student.md``. Both copies have what they need to run from their own folder.
"""

import argparse
import re
import shutil
import zipfile
from pathlib import Path

import nbformat

from bptt_lab import __version__

ROOT = Path(__file__).resolve().parent.parent
STUDENT = (
    "notebooks",
    "bptt_lab",
    "data/README.md",
    "requirements.txt",
    "pyproject.toml",
    "Makefile",
    "LICENSE",
)
KEPT_RULES = ("help", "lab", "data", "$(READY)")
KEPT_TABLES = (
    "build-system",
    "project",
    "project.optional-dependencies",
    "dependency-groups",
    "tool.flit.module",
)
# What the notebooks say of stored outputs, folded solutions and tools; and what takes its place.
LACKING = {
    r" In JupyterLab and Notebook 7 the stored output below such a question [^.]*\.": "",
    r" Outputs that answer a question are folded away[^.]*\.": "",
    r", and in some copies of the lab a folded solution; with it, [^.]*(?=\.)": "",
    r"(?m)^`make bench`": "The lab's benchmark",
    r"`make bench`": "the lab's benchmark",
}


def everything():
    """Return the names of the files and folders of the instructor's copy."""
    left = ("build", "data", "dist", "__pycache__")  # the last is that of conftest.py
    names = [path.name for path in ROOT.iterdir() if path.name not in left]
    hidden = (".ci", ".gitignore")
    return [*(n for n in names if n[0] != "." or n in hidden), "data/README.md"]


def copy(names, folder):
    """Copy the files and folders named into `folder`, which is made anew."""
    if folder.exists():
        shutil.rmtree(folder)
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copyfile(ROOT / name, target)
    for path in folder.rglob("*"):  # a copy of a read-only checkout can be worked in
        path.chmod(path.stat().st_mode | 0o200)


def without_answers(notebook):
    """Return the notebook as a student gets it."""
    notebook.cells = [
        cell for cell in notebook.cells if "solution" not in cell.metadata.get("tags", [])
    ]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("jupyter", None)  # no output to fold: the next one is the student's
        else:
            for words, others in LACKING.items():
                cell.source = re.sub(words, others, cell.source)
    notebook.metadata.pop("outputs_of", None)
    return notebook


def makefile_for_students(text):
    """Return what of the Makefile opens the lab and fetches the data."""
    head, *rules = text.split("\n\n")
    head = "".join(line for line in head.splitlines(True) if not line.startswith("EXTRA "))
    kept = [rule for rule in rules if rule.startswith(tuple(f"{name}:" for name in KEPT_RULES))]
    goals = ".DEFAULT_GOAL := help\n.PHONY: help lab data anew"
    return "\n\n".join([head, goals, *kept]).rstrip() + "\n"


def project_for_students(text):
    """Return what of pyproject.toml installs the package and the lab."""
    tables = re.split(r"^(?=\[)", text, flags=re.M)
    kept = "".join(t for t in tables if t[1 : t.find("]")] in KEPT_TABLES)
    kept = re.sub(r"^test = \[.*?^\]\n", "", kept, flags=re.M | re.S).replace(",test]", "]")
    return re.sub(r"^#.*\n", "", kept, flags=re.M).rstrip() + "\n"


def readme_for_students(template, readme):
    """Return the students' README, with the table of the notebooks from the lab's."""
    tables = re.findall(r"(?:^\|.*\n)+", readme, flags=re.M)
    (table,) = (table for table in tables if "(notebooks/01_data.ipynb)" in table)
    return template.replace("TABLE\n", table)


def release(folder):
    """Write both copies into `folder`."""
    copy(everything(), folder / "instructor")
    student = folder / "student"
    copy(STUDENT, student)
    for path in (student / "notebooks").iterdir():
        if path.suffix == ".ipynb":
            nbformat.write(without_answers(nbformat.read(path, as_version=4)), path)
        else:
            path.unlink()

    def read(name):
        return (ROOT / name).read_text(encoding="utf-8")

    requirements = read("requirements.txt").partition("# The tests.")[0]
    for name, text in (
        ("README.md", readme_for_students(read("tools/student.md"), read("README.md"))),
        ("Makefile", makefile_for_students(read("Makefile"))),
        ("pyproject.toml", project_for_students(read("pyproject.toml"))),
        ("requirements.txt", requirements),
    ):
        (student / name).write_text(text, encoding="utf-8")


def pack(folder):
    """Write a copy as a zip file beside it, and return its path; the version is in the names."""
    name = f"bptt_lab-{__version__}-{folder.name}"
    target = folder.with_name(f"{name}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, Path(name, path.relative_to(folder)))
    return target


def main():
    """Write the copies and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build")
    folder = parser.parse_args().folder
    release(folder)
    for name, what in (
        ("student", "without solutions and outputs, to hand out"),
        ("instructor", "everything"),
    ):
        print(f"{folder / name}: {what}; packed as {pack(folder / name).name}")


if __name__ == "__main__":
    main()
