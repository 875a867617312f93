"""The copies to hand out: no solution is left in them, and with the solutions everything passes."""

import ast
import os
import re

import nbformat
import pytest
from execute import NOTEBOOKS, PlainClient
from release import NOT_FOR_STUDENTS, release

from bptt_lab.teaching import examine
from bptt_lab.teaching.exercises import EXERCISES
from bptt_lab.teaching.mistakes import CATALOGUE
from bptt_lab.teaching.trials import ONCE, TRIALS, UNTOUCHED

WITH_EXERCISES = [path for path in NOTEBOOKS if "check(" in path.read_text(encoding="utf-8")]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def name_of(check):
    return re.fullmatch(r'check\("(\w+)", (\w+)\)', check.source).groups()


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("build")
    release(folder)
    return folder


def run(notebook, folder):
    """Run a notebook in a copy of the lab; raise CellExecutionError if a cell does."""
    PlainClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder / "notebooks")}},
    ).execute(env={**os.environ, "PYTHONPATH": str(folder)})
    return notebook


def defined(cell):
    """Return the names that a cell defines at its top."""
    return {getattr(node, "name", type(node).__name__) for node in ast.parse(cell.source).body}


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def test_every_exercise_is_in_a_notebook_with_stub_hints_check_and_solution():
    found = []
    for path in WITH_EXERCISES:
        cells = nbformat.read(path, as_version=4).cells
        for k, cell in enumerate(cells):
            if "check" in cell.metadata.get("tags", []):
                exercise, name = name_of(cell)
                found.append(exercise)
                if exercise in ONCE:  # no hints, and a cell for one's own check
                    text, stub, own, solution = *cells[k - 3 : k], cells[k + 1]
                    assert own.source == "# Your own check" and not own.outputs
                else:
                    text, stub, hints, solution = *cells[k - 2 : k], *cells[k + 1 : k + 3]
                    three = [f"<summary>Hint {n}: " in hints.source for n in (1, 2, 3)]
                    assert all(three), hints.source
                    assert hints.source.count("<details>") == hints.source.count("</details>") == 3
                assert re.search(r"^### Exercise \d · ", text.source, re.M), cell.source
                assert re.search(r"About \d+ minutes\b", text.source), text.source
                # A learner's answer takes the place of the solution: the rest needs no more.
                assert defined(solution) <= defined(stub), solution.source
                assert stub.metadata.tags == ["exercise"] and f"def {name}(" in stub.source, (
                    stub.source
                )
                assert re.search(rf'^# .*\bsolution\("{exercise}"\)', stub.source, re.M), (
                    stub.source
                )
                assert (
                    set(solution.metadata.tags) == {"developed", "solution"}
                    and solution.metadata.jupyter.source_hidden
                )
                assert (
                    re.match(r"# A solution of exercise \d", solution.source)
                    and f"def {name}(" in solution.source
                )
    assert set(found) == {*EXERCISES, *TRIALS}
    for path in NOTEBOOKS[:5]:
        assert 2 <= len(tagged(nbformat.read(path, as_version=4), "check")) <= 4, path.name


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_the_untouched_check_says_what_to_do(path):
    for cell in tagged(nbformat.read(path, as_version=4), "check"):
        exercise, name = name_of(cell)
        if exercise in ONCE:
            assert UNTOUCHED in printed(cell) or "is not written yet" in printed(cell)
        elif name == exercise:  # in the bug hunt something is there already, and it is wrong
            signature = TRIALS[name][0] if name in TRIALS else EXERCISES[name].signature
            assert f"{signature} is not written yet." in printed(cell)
        else:
            assert f"{exercise} is not right yet." in printed(cell)


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_the_solutions_pass_their_own_checks(path):
    """The solutions need nothing but the package and the solutions before them."""
    import numpy as np

    import bptt_lab

    namespace = {"np": np, **{name: getattr(bptt_lab, name) for name in bptt_lab.__all__}}
    notebook = nbformat.read(path, as_version=4)
    for check, solution in zip(
        tagged(notebook, "check"), tagged(notebook, "solution"), strict=True
    ):
        exec(compile(solution.source, f"{path.stem}, {solution.id}", "exec"), namespace)
        exercise, name = name_of(check)
        assert examine(exercise, namespace[name]).ok, solution.source


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_the_students_copy_has_no_solution_and_no_answer(copies, path):
    notebook, full = (
        nbformat.read(folder / path.name, as_version=4)
        for folder in (copies / "student" / "notebooks", path.parent)
    )
    assert not tagged(notebook, "solution") and len(tagged(notebook, "exercise")) == len(
        tagged(full, "exercise")
    )
    assert not any(
        cell.outputs for cell in tagged(notebook, "check") + tagged(notebook, "exercise")
    )
    text = "\n".join(cell.source for cell in notebook.cells)
    for solution in tagged(full, "solution"):
        body = [
            line.strip()
            for line in solution.source.splitlines()
            if line.startswith("    ") and "=" in line or "return" in line
        ]
        assert not all(line in text for line in body), (
            f"the solution can be read elsewhere:\n{solution.source}"
        )


def test_the_copies_have_what_they_need(copies):
    student, instructor = copies / "student", copies / "instructor"
    for folder in (student, instructor):
        assert (folder / "requirements.txt").exists() and (folder / "bptt_lab" / "rnn.py").exists()
        assert not list(folder.rglob("__pycache__")) and not list((folder / "data").glob("ECG*"))
    for path in NOTEBOOKS:
        assert (instructor / "notebooks" / path.name).read_bytes() == path.read_bytes()
        nbformat.validate(nbformat.read(student / "notebooks" / path.name, as_version=4))
    assert (instructor / "notebooks" / "teaching.md").exists() and not (
        student / "notebooks" / "teaching.md"
    ).exists()
    readme = (student / "README.md").read_text(encoding="utf-8")
    assert not any(f"## {title}" in readme for title in NOT_FOR_STUDENTS) and "make lab" in readme
    makefile = (student / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert targets == {"help", "lab", "data", "clean"}
    assert set(re.findall(r"(?:`|^    )make ([a-z]+)", readme, re.M)) <= targets
    for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", readme):
        assert (student / link.split("#")[0]).exists(), link


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_the_students_copy_runs_with_solution_in_place_of_every_stub(copies, path):
    """In a kernel, in its folder, with its package; as the stubs say, `name = solution("name")`.

    Every cell is run up to the last that uses such a function. What comes after runs in the full
    notebook, after the same definitions.
    """
    notebook = nbformat.read(copies / "student" / "notebooks" / path.name, as_version=4)
    asked = [name_of(cell) for cell in tagged(notebook, "check")]
    for stub, (exercise, name) in zip(tagged(notebook, "exercise"), asked, strict=True):
        stub.source = f'{name} = solution("{exercise}")'
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    names = "|".join(name for exercise, name in asked if exercise not in ONCE)
    last = max(k for k, c in enumerate(cells) if re.search(rf"(?<![.\w])({names})\b", c.source))
    rest = [c for c in cells[last + 1 :] if {"exercise", "check"} & set(c.metadata.get("tags", []))]
    end = nbformat.v4.new_code_cell("import bptt_lab\nprint(bptt_lab.__file__)")
    notebook.cells = [*cells[: last + 1], *rest, end]
    run(notebook, copies / "student")
    for cell in tagged(notebook, "check"):
        assert f"{name_of(cell)[0]}: right" in printed(cell)
    assert printed(end).strip() == str(copies / "student" / "bptt_lab" / "__init__.py")


def test_wrong_answers_do_not_stop_a_notebook(copies):
    """Each stub makes a known mistake; the check names it, and the solution repairs it."""
    path = next(path for path in WITH_EXERCISES if path.stem == "03_bptt")
    notebook, expected = nbformat.read(path, as_version=4), []
    for stub, check in zip(tagged(notebook, "exercise"), tagged(notebook, "check"), strict=True):
        exercise, name = name_of(check)
        k = next(k for k, mistake in enumerate(CATALOGUE) if exercise in mistake.wrong)
        stub.source = (
            "from bptt_lab.teaching.mistakes import CATALOGUE\n"
            f"{name} = CATALOGUE[{k}].function({exercise!r})"
        )
        expected.append(CATALOGUE[k].name)
    run(notebook, copies / "instructor")
    for cell, mistake in zip(tagged(notebook, "check"), expected):
        assert mistake in printed(cell)
