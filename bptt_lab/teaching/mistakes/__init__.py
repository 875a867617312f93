"""The catalogue of mistakes: wrong versions of what the lab teaches, each with one fault.

`checking.check` recognises a learner's mistake by comparing with these, notebook 06 hides some of them in networks
that train well, and the tests prove that `check_gradients` finds each one at the sizes that notebook 04 recommends.
All are collected from first attempts, course solutions and published code. Adding a mistake is adding one entry.
"""

from .bptt import BACKWARD
from .data import DATA
from .detection import SETTINGS, FaultyRNN, found_by
from .forward_pass import FORWARD_PASS
from .gradient_check import GRADIENT_CHECK
from .losses import LOSSES
from .mistake import Mistake
from .parts import from_parts
from .training import TRAINING

__all__ = ["BACKWARD", "CATALOGUE", "SETTINGS", "FaultyRNN", "Mistake", "found_by", "from_parts"]

CATALOGUE = BACKWARD + DATA + FORWARD_PASS + LOSSES + GRADIENT_CHECK + TRAINING
