"""The package as pip installs it: complete, with NumPy and tqdm alone, away from the lab."""

import email
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from flit_core.sdist import SdistBuilder

import bptt_lab

ROOT = Path(__file__).resolve().parent.parent

# Everything that the requirements bring but numpy and tqdm: as if it were not there.
ALONE = """
import sys
for name in ("matplotlib", "IPython", "ipywidgets", "pooch", "joblib", "pytest", "nbformat"):
    sys.modules[name] = None
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the wheel, as pip does but without a network, and unpack it into a folder."""
    folder = tmp_path_factory.mktemp("installed")
    build = "import sys, flit_core.buildapi as flit; flit.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, folder], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site, folder, *arguments):
    """Run Python with the installed package, in an empty folder that is the user's home as well."""
    environment = {**os.environ, "HOME": str(folder), "PYTHONPATH": str(site)}
    for name in ("BPTT_LAB_DATA", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_the_installed_package_needs_numpy_and_tqdm_alone(site, tmp_path):
    code = (
        ALONE
        + """
from bptt_lab import Adam, VanillaRNN, check_gradients, load_ecg5000, train, windows
data = load_ecg5000()
X, Y = windows(data.X_train, 20)[:, :64], data.Y_train[:64]
model = VanillaRNN(20, 8, 5, seed=0)
train(model, X, Y, optimizer=Adam(3e-3), epochs=1)
assert check_gradients(model, X[:, :4], Y[:4]).ok
print(data.source, sys.modules["bptt_lab"].__file__)
"""
    )
    done = run(site, tmp_path, "-c", code)
    assert not done.returncode, done.stderr
    assert done.stdout.split()[-2:] == ["synthetic", str(site / "bptt_lab" / "__init__.py")]
    assert "`python -m bptt_lab.data` fetches the real ones" in done.stdout


@pytest.mark.parametrize("variable", ("HOME", "XDG_CACHE_HOME"))
def test_the_data_folder_of_an_installed_package_is_the_users(site, tmp_path, variable):
    code = f"""
import os
os.environ[{variable!r}] = os.path.abspath("user")
from bptt_lab.data import DATA_FOLDER
print(DATA_FOLDER)
"""
    done = run(site, tmp_path, "-c", code)
    cache = tmp_path / "user" / (".cache" if variable == "HOME" else "") / "bptt_lab"
    assert done.stdout.strip() == str(cache), done.stderr


def test_the_data_folder_of_the_lab_is_its_own():
    from bptt_lab.data import DATA_FOLDER

    assert DATA_FOLDER == ROOT / "data"


def test_the_installed_package_says_what_it_is(site):
    (metadata,) = site.glob("*.dist-info/METADATA")
    told = email.message_from_string(metadata.read_text(encoding="utf-8"))
    assert told["License-Expression"] == "BSD-3-Clause AND CC-BY-4.0"
    assert list(metadata.parent.rglob("LICENSE"))
    needed = [line for line in told.get_all("Requires-Dist") if "extra ==" not in line]
    assert sorted(line.split(">")[0].strip() for line in needed) == ["numpy", "tqdm"]
    assert set(told.get_all("Provides-Extra")) == {"lab", "test"}


def test_asking_for_help_fetches_nothing(site, tmp_path):
    done = run(site, tmp_path, "-m", "bptt_lab.data", "--help")
    assert not done.returncode and "usage: python -m bptt_lab.data [-h] [folder]" in done.stdout
    assert not list(tmp_path.iterdir())


def test_the_source_archive_holds_the_lab():
    builder = SdistBuilder.from_ini_path(ROOT / "pyproject.toml")
    assert builder.metadata.version == bptt_lab.__version__
    names = set(builder.apply_includes_excludes(builder.select_files()))
    assert {"Makefile", "requirements.txt", "conftest.py", "data/README.md"} <= names
    for folder in ("notebooks", "tests", "tools"):
        files = [path for path in (ROOT / folder).rglob("*.*") if path.is_file()]
        kept = [path for path in files if not {"__pycache__", ".ipynb_checkpoints"} & {*path.parts}]
        kept = [str(path.relative_to(ROOT)) for path in kept if path.name[0] != "."]
        assert names >= set(kept)
    assert not [name for name in names if "__pycache__" in name or "/." in name or "ECG" in name]


def test_the_group_that_uv_installs_is_the_lab_and_its_tests():
    """`uv sync` installs the group dev."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["dependency-groups"] == {"dev": ["bptt_lab[lab,test]"]}
    assert set(project["project"]["optional-dependencies"]) == {"lab", "test"}
