"""Run the tests under many conditions and print a table: ``make matrix``, or some rows of it.

``make matrix ROWS=oldest`` runs one row. Rows that need another Python or other packages get an
environment of their own in ``build/matrix``, which is kept.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "matrix"
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
# Old and new processors: the names of NumPy's switches changed, so both generations are given.
PC = {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"}
OLD_PC = {
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
}


# What is tried on a few draws in `make test`, and here on a thousand networks, or fifty of each
MANY_SEEDS = tuple(f"tests/test_{name}.py" for name in ("gradcheck", "mistakes", "bank"))


def find_python(version):
    """Return the path of a Python of that version, or None."""
    candidates = [
        shutil.which(f"python{version}"),
        *sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")),
    ]
    for candidate in filter(None, candidates):
        said = subprocess.run(
            [candidate, "-c", "import sys, ensurepip; print(sys.version)"],
            capture_output=True,
            text=True,
        )
        if said.returncode == 0 and said.stdout.startswith(version + "."):
            return str(candidate)
    return None


def environment(name, python, oldest=False):
    """Return the Python of an environment with the newest, or the oldest, requirements allowed."""
    folder = BUILD / name
    if not (folder / "ready").exists():
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        lines = [
            line
            for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
            if line and not line.startswith(("#", "-e"))
        ]
        if oldest:
            lines = [line.replace(">=", "==") for line in lines]
        subprocess.run(
            [
                folder / "bin" / "python",
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                *lines,
                "-e",
                ROOT,
            ],
            check=True,
        )
        (folder / "ready").touch()
    return str(folder / "bin" / "python")


def suite(python=sys.executable, folder=ROOT, options=(), **variables):
    """Run the tests in a folder; return whether they passed and their last line."""
    environment = (
        os.environ
        | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "BPTT_LAB_FUZZ": "2000"}
        | variables
    )
    run = subprocess.run(
        [python, "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    lines = run.stdout.strip().splitlines() or run.stderr.strip().splitlines() or ["no output"]
    failed = [
        line.split(" - ")[0].removeprefix("FAILED ")
        for line in lines
        if line.startswith(("FAILED", "ERROR"))
    ]
    return run.returncode == 0, re.sub(r"=+", "", lines[-1]).strip() + (
        "; " + "; ".join(failed[:4]) if failed else ""
    )


def elsewhere(name):
    """Return a copy of the project, with what is not yet committed, in a folder of that name."""
    folder = Path(tempfile.mkdtemp()) / name
    shutil.copytree(
        ROOT,
        folder,
        ignore=shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", "ECG5000*"),
    )
    return folder


def anyones_python():
    """Return the Python of an environment made from the system's, which all may use, or None."""
    if (
        not Path("/usr/bin/python3").exists()
        or subprocess.run(
            [
                "/usr/bin/python3",
                "-c",
                "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))",
            ],
            capture_output=True,
        ).returncode
    ):
        return None
    return environment("system", "/usr/bin/python3")


def read_only():
    """Run the tests in a folder that cannot be written to; root could, so root becomes nobody."""
    folder = elsewhere("read-only")
    subprocess.run(["chmod", "-R", "a-w,a+rX", folder], check=True)
    folder.parent.chmod(0o755)
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        return None, "root may write everywhere, and setpriv is missing"
    as_nobody = (
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    )
    # Asked from a shell: the first program that setpriv starts may still do what root may.
    python = next(
        (
            python
            for python in (sys.executable, anyones_python())
            if python
            and not subprocess.run(
                [*as_nobody, "sh", "-c", f"{python} -c 'import numpy, nbval'"], capture_output=True
            ).returncode
        ),
        None,
    )
    if python is None:
        return None, "no Python here can be used by other users"
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o777)
        run = subprocess.run(
            [*as_nobody, python, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            cwd=folder,
            capture_output=True,
            text=True,
            env=os.environ
            | {
                "HOME": home,
                "PYTHONPATH": str(folder),
                "PYTHONDONTWRITEBYTECODE": "1",
                "TMPDIR": home,
            },
        )
    lines = run.stdout.strip().splitlines() or ["no output"]
    return run.returncode == 0, lines[-1]


def real_data():
    """Run the notebooks on the real data, where it is; nothing is compared."""
    run = subprocess.run(
        [sys.executable, "tools/execute.py", "--real"], cwd=ROOT, capture_output=True, text=True
    )
    if "No real ECG5000" in run.stderr:
        return None, "no real data in data/ or BPTT_LAB_DATA"
    return (
        run.returncode == 0,
        "all notebooks run" if run.returncode == 0 else run.stderr.strip().splitlines()[-1],
    )


def far_away():
    """Run the tests where it is tomorrow, with a decimal comma, no capital i, one byte a letter."""
    name, folder = "tr_TR.ISO-8859-9", BUILD / "locale"
    folder.mkdir(parents=True, exist_ok=True)
    made = (
        shutil.which("localedef")
        and not subprocess.run(
            ["localedef", "-i", "tr_TR", "-f", "ISO-8859-9", folder / name], capture_output=True
        ).returncode
    )
    passed, said = suite(TZ="LINT-14", LC_ALL=name, LANG=name, PYTHONUTF8="0", LOCPATH=str(folder))
    return passed, said if made else f"{said}; without localedef the locale is C"


def rows():
    """Return by name what each row runs: a function that returns (passed, what was said).

    `passed` is None if it could not be tried.
    """
    table = {
        "1 thread": lambda: suite(OPENBLAS_NUM_THREADS="1"),
        "2 threads": lambda: suite(OPENBLAS_NUM_THREADS="2"),
        "an ordinary PC, 1 thread": lambda: suite(OPENBLAS_NUM_THREADS="1", **PC),
        "an ordinary PC, 2 threads": lambda: suite(OPENBLAS_NUM_THREADS="2", **PC),
        "an old PC, 1 thread": lambda: suite(OPENBLAS_NUM_THREADS="1", **OLD_PC),
        "an old PC, 2 threads": lambda: suite(OPENBLAS_NUM_THREADS="2", **OLD_PC),
        "oldest requirements": lambda: suite(
            environment("oldest", find_python("3.11") or sys.executable, oldest=True)
        ),
        "real data": real_data,
        "a path with a space and an umlaut": lambda: suite(folder=elsewhere("übungen im ordner")),
        "read-only": read_only,
        "warnings as errors": lambda: suite(
            options=("-W", "error:::bptt_lab", "tests"), PYTHONWARNINGS="error:::bptt_lab"
        ),
        "far away": far_away,
        "many seeds": lambda: suite(options=MANY_SEEDS, BPTT_LAB_FUZZ="20000"),
    }
    for version in PYTHONS:
        python = find_python(version)
        table[f"newest requirements, Python {version}"] = lambda version=version, python=python: (
            suite(environment(f"python{version}", python))
            if python
            else (None, "this machine has none")
        )
    return table


def main():
    """Run the rows asked for, and print the table; fail if a row does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "only", nargs="*", help="words of the names of the rows to run; all, if there are none"
    )
    only, results = parser.parse_args().only, []
    for name, run in rows().items():
        if not only or any(word in name for word in only):
            start = time.monotonic()
            passed, said = run()
            results.append(passed)
            mark = {True: "pass", False: "FAIL", None: "not tried"}[passed]
            print(f"{name:<36}{mark:<11}{time.monotonic() - start:5.0f} s   {said}", flush=True)
    sys.exit(any(passed is False for passed in results))


if __name__ == "__main__":
    main()
