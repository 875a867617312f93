"""The catalogue of mistakes: wrong versions of what the lab teaches, each with one fault.

`checking.check` recognises a learner's mistake by comparing with these, notebook 06 hides some of
them in networks that train well, and the tests prove that `check_gradients` finds each wrong
backward pass at the sizes that notebook 04 recommends. They are slips that beginners make, or that
are easily made. Adding a mistake is adding one entry to the list of its file:

    data                notebook 01: axes, one-hot, balanced accuracy
    forward_pass        notebook 02: a step, the states, the slope of the tanh
    losses              notebooks 02 and 03: squared error, cross-entropy
    bptt, bptt_loops    notebook 03: a formula of the backward pass; its loops and sums
    gradient_check      notebook 04: numerical gradients, relative error
    training            notebook 05: clipping, momentum
    memory, stream      notebook 07: a read-out alone, a gradient at the inputs; streams of beats
    truncation, pieces, padding
                        notebook 08: an error that is cut; two pieces, joined; masks
    lstm, gru           notebook 09: steps of cells with gates; their whole backward passes, which
                        are no answers to an exercise and stand in lists of their own
    gated_steps             notebook 09: more mistakes in its three exercises with a step
    gaussian, forecasts     notebook 10: a loss with a variance; its constant, and its mean
    signals, generate       notebook 10: two sources of an error; a dream, and all of notebook 10
    counting, speed         notebook 11: counts of multiplications; subnormal numbers, a product

    composed                made from the lists above: the mistakes of a part in what contains it

`parts` is BPTT in pieces that are right, `wrong_parts` has the wrong ones; `detection` says which
gradient check finds which mistake.
"""

from .bptt import BACKWARD, STEP_BACK
from .composed import clipping, made_of_parts
from .data import DATA
from .detection import SETTINGS, FaultyRNN, found_by
from .forward_pass import FORWARD_PASS
from .gated_steps import GATED_STEPS
from .generate import GENERATE
from .gradient_check import GRADIENT_CHECK
from .gru import GRU_BACKWARD, GRU_STEPS
from .losses import LOSSES
from .lstm import LSTM_BACKWARD, LSTM_STEPS
from .memory import MEMORY
from .mistake import Mistake
from .parts import from_parts
from .speed import SPEED
from .training import TRAINING
from .truncation import TRUNCATION

__all__ = [
    "BACKWARD",
    "CATALOGUE",
    "GRU_BACKWARD",
    "LSTM_BACKWARD",
    "SETTINGS",
    "FaultyRNN",
    "Mistake",
    "clipping",
    "found_by",
    "from_parts",
]

CATALOGUE = BACKWARD + DATA + FORWARD_PASS + STEP_BACK + LOSSES + GRADIENT_CHECK + TRAINING
CATALOGUE = CATALOGUE + made_of_parts(FORWARD_PASS) + MEMORY + TRUNCATION
CATALOGUE = CATALOGUE + LSTM_STEPS + GRU_STEPS + GATED_STEPS + GENERATE + SPEED
