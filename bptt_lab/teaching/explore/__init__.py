"""Explorables: figures with controls, each for one question of a notebook.

Call one as the last line of a cell. Every control has a label and can be reached and moved with the
keyboard alone. Where no kernel runs (on a static page) the figure and the numbers for the first
values stay in the notebook.
"""

from .bptt import error_signal
from .bug_hunt import PATIENTS, patients
from .data import beats
from .forward_pass import steps
from .gating import gates, roads
from .generate import dreams
from .gradient_check import step_error, test_sizes
from .live_training import Training, training
from .memory import reservoir
from .speed import scan_or_loop
from .there_and_back import walk
from .truncation import cut_error

__all__ = [
    "PATIENTS",
    "Training",
    "beats",
    "cut_error",
    "dreams",
    "error_signal",
    "gates",
    "patients",
    "reservoir",
    "roads",
    "scan_or_loop",
    "step_error",
    "steps",
    "test_sizes",
    "training",
    "walk",
]
