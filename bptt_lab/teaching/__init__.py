"""The machinery around the text: checks of exercises, mistakes, figures, explorables."""

from . import explore, mistakes, plots
from .checking import check, examine, solution
from .predictions import predict
from .record import progress

__all__ = ["check", "examine", "explore", "mistakes", "plots", "predict", "progress", "solution"]
