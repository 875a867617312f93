"""The machinery around the text of the notebooks: checks of exercises, the catalogue of mistakes, figures, explorables."""

from . import explore, mistakes, plots
from .checking import check, examine

__all__ = ["check", "examine", "explore", "mistakes", "plots"]
