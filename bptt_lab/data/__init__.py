"""ECG5000, real or synthetic, and its arrangement for a recurrent network.

Load it with `load_ecg5000`; ``python -m bptt_lab.data`` fetches the real files. The data are those
of Dau et al. 2018 (arXiv:1810.07758), after Chen et al. 2015 (doi 10.1007/s10618-014-0388-4), cut
from record chf07 of the BIDMC database, Goldberger et al. 2000 (doi 10.1161/01.CIR.101.23.e215).
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .batches import minibatches, one_hot, windows
from .files import CLASS_COUNTS, find, read_official
from .stream import streams

__all__ = ["ECG5000", "load_ecg5000", "minibatches", "one_hot", "streams", "windows"]

ROOT = Path(__file__).resolve().parents[2]
if (ROOT / "pyproject.toml").is_file():
    DATA_FOLDER, FETCH = ROOT / "data", "make data"
else:  # installed: site-packages is no place for data
    CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    DATA_FOLDER, FETCH = Path(CACHE) / "bptt_lab", "python -m bptt_lab.data"
_said = set()


class ECG5000(NamedTuple):
    """The official split: sequences of shape (T, N, 1), time first, and one-hot targets (N, 5)."""

    X_train: np.ndarray  # (140, 500, 1)
    Y_train: np.ndarray  # (500, 5)
    X_test: np.ndarray  # (140, 4500, 1)
    Y_test: np.ndarray  # (4500, 5)
    source: str  # "synthetic", or the folder of the real files


def load_ecg5000(source="auto"):
    """Load ECG5000, or its synthetic stand-in.

    Parameters
    ----------
    source : str or path
        ``"synthetic"``; a folder with the real files; or ``"auto"``: what the environment variable
        ``BPTT_LAB_DATA`` names (``synthetic`` or a folder), otherwise the real files in
        `DATA_FOLDER` (the lab's folder ``data``, or ``~/.cache/bptt_lab`` where the package is
        installed without the lab), otherwise the synthetic beats.

    Returns
    -------
    ECG5000
        ``X_train`` of shape (140, 500, 1), ``Y_train`` (500, 5), ``X_test`` (140, 4500, 1),
        ``Y_test`` (4500, 5), all float64 and in units of each beat's standard deviation, and
        ``source``. Class k of the files is column k - 1.

    Raises
    ------
    FileNotFoundError
        If the folder that was asked for lacks the files.
    ValueError
        If a file is not the official one; names the line, or what differs.
    """
    if not isinstance(source, (str, os.PathLike)) or source == "":
        raise TypeError(f'source is {source!r}: expected "auto", "synthetic" or a folder')
    asked = os.environ.get("BPTT_LAB_DATA", "") if str(source) == "auto" else str(source)
    if asked == "synthetic" or (
        not asked and not any(find(DATA_FOLDER, split) for split in CLASS_COUNTS)
    ):
        from .synthetic import make_ecg

        splits, source = make_ecg(), "synthetic"
        if "synthetic" not in _said:
            _said.add("synthetic")
            print(
                "These beats are synthetic, not recorded, and not for medical use; "
                f"`{FETCH}` fetches the real ones."
            )
    else:
        folder = Path(asked).expanduser() if asked else DATA_FOLDER
        splits, source = (
            {split: read_official(folder, split) for split in CLASS_COUNTS},
            str(folder),
        )
    arrays = []
    for split in ("TRAIN", "TEST"):
        samples, labels = splits[split]
        arrays += [samples.T[:, :, None].copy(), one_hot(labels - 1, len(CLASS_COUNTS[split]))]
    return ECG5000(*arrays, source)
