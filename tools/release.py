"""Write the copies to hand out: ``build/student`` without solutions, ``build/instructor`` with all.

In the student's notebooks the cells with the tag `solution` are gone, the stubs stand in place, and
the outputs of the stubs and their checks are cleared. Both copies have what they need to run from
their own folder.
"""

import argparse
import re
import shutil
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
STUDENT = (
    "notebooks",
    "bptt_lab",
    "data/README.md",
    "requirements.txt",
    "pyproject.toml",
    "Makefile",
    "README.md",
    "LICENSE",
)
INSTRUCTOR = (*STUDENT, "tests", "tools", "conftest.py", ".ci", ".gitignore")
# Sections of the README.
NOT_FOR_STUDENTS = ("For teachers", "Contributing", "Speed, and the same everywhere", "Layout")


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


def without_solutions(notebook):
    """Return the notebook as a student gets it."""
    notebook.cells = [
        cell for cell in notebook.cells if "solution" not in cell.metadata.get("tags", [])
    ]
    for cell in notebook.cells:
        if {"exercise", "check"} & set(cell.metadata.get("tags", [])):
            cell.outputs, cell.execution_count = [], None
    notebook.metadata.pop("outputs_of", None)  # they are no longer the outputs of this code
    return notebook


def without_targets(makefile, readme):
    """Return Makefile and README without what needs the folders that students do not get."""
    rules = makefile.split("\n\n")
    gone = [rule for rule in rules if "tools/" in rule or "pytest" in rule]
    targets = "|".join(re.findall(r"^([a-z]+):", "\n".join(gone), flags=re.M))
    paragraphs = [p for p in readme.split("\n\n") if not re.search(rf"`make ({targets})`", p)]
    kept = "\n\n".join(rule for rule in rules if rule not in gone)
    return kept.rstrip() + "\n", "\n\n".join(paragraphs)


def release(folder):
    """Write both copies into `folder`."""
    copy(INSTRUCTOR, folder / "instructor")
    student = folder / "student"
    copy(STUDENT, student)
    (student / "notebooks" / "teaching.md").unlink()
    for path in (student / "notebooks").glob("*.ipynb"):
        nbformat.write(without_solutions(nbformat.read(path, as_version=4)), path)
    readme = (student / "README.md").read_text(encoding="utf-8")
    for title in NOT_FOR_STUDENTS:
        readme = re.sub(rf"^## {title}\n.*?(?=^## |\Z)", "", readme, flags=re.M | re.S)
    readme = readme.replace("Hints and solutions are folded away.", "Hints are folded away.")
    readme = "".join(
        line
        for line in readme.splitlines(keepends=True)
        if "make test" not in line and "pytest" not in line
    )
    makefile = (student / "Makefile").read_text(encoding="utf-8")
    makefile, readme = without_targets(makefile, readme)
    (student / "Makefile").write_text(makefile, encoding="utf-8")
    (student / "README.md").write_text(readme, encoding="utf-8")


def main():
    """Write the copies and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build")
    folder = parser.parse_args().folder
    release(folder)
    print(f"{folder / 'student'}: without the solutions, to hand out")
    print(f"{folder / 'instructor'}: everything")


if __name__ == "__main__":
    main()
