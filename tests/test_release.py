"""The copies to hand out: no solution is left in them, and with the solutions everything passes."""

import ast
import copy
import os
import re
import shutil
import subprocess
import tomllib
import zipfile

import nbformat
import pytest
from execute import NOTEBOOKS, SECONDS, PlainClient
from release import everything, pack, release

from bptt_lab import __version__
from bptt_lab.teaching import examine
from bptt_lab.teaching.exercises import EXERCISES
from bptt_lab.teaching.mistakes import CATALOGUE
from bptt_lab.teaching.record import FILE
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
        timeout=SECONDS,
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
    for cell in notebook.cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None
        assert not {"source_hidden", "outputs_hidden"} & set(cell.metadata.get("jupyter", {}))
    text = "\n".join(cell.source for cell in notebook.cells)
    assert not re.search(r"stored output|three dots|copies of the lab|a folded solution", text)
    for solution in tagged(full, "solution"):
        body = [
            line.strip()
            for line in solution.source.splitlines()
            if line.startswith("    ") and "=" in line or "return" in line
        ]
        assert not all(line in text for line in body), (
            f"the solution can be read elsewhere:\n{solution.source}"
        )


def test_the_instructors_copy_leaves_out_what_was_built(monkeypatch, tmp_path):
    for name in (".ci", ".git", "__pycache__", "build", "data", "notebooks"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("release.ROOT", tmp_path)
    assert sorted(everything()) == [".ci", "data/README.md", "notebooks"]


def test_the_copies_have_what_they_need(copies):
    student, instructor = copies / "student", copies / "instructor"
    for folder in (student, instructor):
        assert (folder / "requirements.txt").exists() and (folder / "bptt_lab" / "rnn.py").exists()
        assert not list(folder.rglob("__pycache__")) and not list((folder / "data").glob("ECG*"))
        assert not list(folder.rglob(FILE))
    for path in NOTEBOOKS:
        assert (instructor / "notebooks" / path.name).read_bytes() == path.read_bytes()
        nbformat.validate(nbformat.read(student / "notebooks" / path.name, as_version=4))
    assert (instructor / "notebooks" / "teaching.md").exists()
    assert {path.name for path in student.iterdir()} == {
        *("notebooks", "bptt_lab", "data", "README.md", "LICENSE"),
        *("Makefile", "pyproject.toml", "requirements.txt"),
    }
    assert {path.suffix for path in (student / "notebooks").iterdir()} == {".ipynb"}
    asked = (student / "requirements.txt").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((student / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["lab"],
    ]
    assert [line for line in asked if line[0] not in "#-"] == needed
    assert project["dependency-groups"] == {"dev": ["bptt_lab[lab]"]}
    assert set(project["tool"]) == {"flit"}


def documents(folder):
    """Yield path and text of what is read in a copy: documents, and the text of notebooks."""
    for path in (*folder.glob("*.md"), *folder.glob("data/*.md"), *folder.glob("notebooks/*.md")):
        yield path, path.read_text(encoding="utf-8")
    for path in sorted((folder / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        yield path, "\n\n".join(c.source for c in cells if c.cell_type == "markdown")


@pytest.mark.parametrize("name", ("student", "instructor"))
def test_every_target_and_every_file_that_a_copy_names_is_in_it(copies, name):
    folder = copies / name
    makefile = (folder / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    for path, text in documents(folder):
        for target in re.findall(r"(?:`|^    )make ([a-z]+)", text, re.M):
            assert target in targets, f"{path}: make {target}"
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)\s]+)\)", text):
            assert (path.parent / link.split("#")[0]).exists(), f"{path}: {link}"
        for file in re.findall(r"`((?:\w[\w.-]*/)+[\w.-]*)`", text):
            if not re.match(r"build/|UCRArchive|notebooks/\.", file):  # made later, or elsewhere
                assert (folder / file).exists(), f"{path}: {file}"
    for path in (folder / "bptt_lab").rglob("*.py"):
        for target in re.findall(r"[`\"]make ([a-z]+)", path.read_text(encoding="utf-8")):
            assert target in targets, f"{path}: make {target}"
    for file in re.findall(r"\b(?:tools|tests)/[\w./-]+", makefile):
        assert (folder / file).exists(), file


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
def test_the_students_makefile_opens_the_lab_fetches_the_data_and_helps(copies):
    def make(*arguments):
        return subprocess.run(
            ["make", *arguments], cwd=copies / "student", capture_output=True, text=True, check=True
        ).stdout

    targets = re.findall(r"^make (\w+) ", make(), re.M)
    assert targets == ["help", "lab", "data"]
    for target, command in (("lab", "jupyter-lab"), ("data", "-m bptt_lab.data")):
        said = make("--dry-run", target)
        assert command in said and "pip install" in said and "extra" not in said


@pytest.mark.parametrize("name", ("student", "instructor"))
def test_a_copy_is_packed_under_a_name_with_the_version(copies, name):
    archive = pack(copies / name)
    assert archive == copies / f"bptt_lab-{__version__}-{name}.zip"
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        readme = packed.read(f"{archive.stem}/README.md")
    files = [path for path in (copies / name).rglob("*") if path.is_file()]
    assert sorted(names) == sorted(
        f"{archive.stem}/{path.relative_to(copies / name).as_posix()}" for path in files
    )
    assert readme == (copies / name / "README.md").read_bytes()


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        (WITH_EXERCISES[0], False),
        *(pytest.param(path, True, marks=pytest.mark.slow) for path in WITH_EXERCISES),
    ],
)
def test_the_students_copy_runs_to_its_first_exercise_and_with_solutions_on(copies, path, whole):
    """In a kernel, in its folder, with its package; as the stubs say, `name = solution("name")`.

    The slow test runs every cell, the other one what stands before the first exercise, and then
    the exercises alone.
    """
    notebook = nbformat.read(copies / "student" / "notebooks" / path.name, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    stubs, checks = tagged(notebook, "exercise"), tagged(notebook, "check")
    asked = [name_of(cell) for cell in checks]
    first = copy.deepcopy([stubs[0], checks[0]])
    for stub, (exercise, name) in zip(stubs, asked, strict=True):
        stub.source = f'{name} = solution("{exercise}")'
    start = cells.index(stubs[0])
    rest = [
        c for c in cells[start:] if whole or {"exercise", "check"} & {*c.metadata.get("tags", [])}
    ]
    end = nbformat.v4.new_code_cell("import bptt_lab\nprint(bptt_lab.__file__)")
    notebook.cells = [*cells[:start], *first, *rest, end]
    run(notebook, copies / "student")
    exercise, name = asked[0]
    missing = "is not written yet" if name == exercise else "is not right yet"
    assert printed(first[1]).startswith(exercise) and missing in printed(first[1])
    for cell, (exercise, _) in zip(checks, asked):
        assert f"{exercise}: right" in printed(cell)
    assert printed(end).strip() == str(copies / "student" / "bptt_lab" / "__init__.py")
    assert not (copies / "student" / "notebooks" / FILE).exists()


@pytest.mark.slow
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
