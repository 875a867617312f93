"""Mistakes of notebook 03 in a formula of back-propagation through time.

Those in its loops and sums, over steps, sequences and calls, stand in `bptt_loops`.
"""

import numpy as np

from .bptt_loops import LOOPS
from .mistake import Mistake
from .parts import back, from_parts, over_time, through_tanh
from .wrong_parts import (
    LOOP,
    OUT_RIGHT,
    TANH,
    jacobians_entry_by_entry,
    no_recurrence,
    no_slope_at_the_end,
    step_back_with,
    sums,
    tanh_first,
    tanh_of_a_diagonal_matrix,
    unit_from_its_own_sample,
    walk_with,
)

FORMULAS = [
    Mistake(
        "no-recurrence",
        "no error goes back through time",
        from_parts(walk=no_recurrence),
        OUT_RIGHT + "; the δ of all steps but the last are zero",
        LOOP + ": is its result used in the next round, and does the loop run at all?",
    ),
    Mistake(
        "W_hh-not-transposed",
        "W_hh is not transposed on the way back",
        from_parts(back=lambda dz, W_hh: dz @ W_hh),
        OUT_RIGHT + "; the last δ is right",
        LOOP + ": over which index of W_hh is the sum?",
        ("H = 1", "W_hh symmetric", "W_hh = identity"),
    ),
    Mistake(
        "dW_hh-transposed",
        "dW_hh is transposed",
        sums(W_hh=lambda X, h, dz: over_time(dz, h[:-1])),
        "only W_hh is wrong, and it is the right one transposed",
        "the order in the product for W_hh: input transposed times signal",
        ("H = 1",),
    ),
    Mistake(
        "dW_hh-of-state-after",
        "h_t where h_{t-1} belongs in dW_hh",
        sums(W_hh=lambda X, h, dz: over_time(h[1:], dz)),
        "only W_hh is wrong",
        "the slice of h in the sum for W_hh: which state did W_hh multiply at step t?",
    ),
    Mistake(
        "dW_hh-without-h0",
        "the first state h_0 is left out of dW_hh",
        sums(W_hh=lambda X, h, dz: over_time(h[1:-1], dz[1:])),
        "only W_hh is wrong, and only if h0 is not zero",
        "the slice of h in the sum for W_hh: where does it begin?",
        ("h0 = 0",),
    ),
    Mistake(
        "dW_in-late",
        "x is one step late in dW_in",
        sums(W_in=lambda X, h, dz: over_time(X[:-1], dz[1:])),
        "only W_in is wrong",
        "the slices in the sum for W_in: x_t sits in X[t-1], and δ_t in dz[t-1]",
    ),
    Mistake(
        "slope-before-W_hh",
        "tanh' is applied before W_hh^T, not after",
        from_parts(walk=tanh_first)
        | {"step_back": lambda dz, h_before, W_hh: back(through_tanh(dz, [h_before], 0), W_hh)},
        OUT_RIGHT + "; the last δ is right",
        "the order of the loop: first back through W_hh^T, then through the tanh of the earlier "
        "step",
        ("T = 1", "H = 1", "W_hh = identity"),
    ),
    Mistake(
        "slope-of-state-before",
        "the slope is 1 - h_{t-1}², of the state before",
        walk_with(through_tanh=lambda dh, h, t: dh * (1 - h[t - 1] ** 2)),
        OUT_RIGHT,
        TANH + ": the index of h",
    ),
    Mistake(
        "slope-of-tanh-h",
        "the slope is 1 - tanh(h)²: the tanh is taken twice",
        from_parts(through_tanh=lambda dh, h, t: dh * (1 - np.tanh(h[t]) ** 2)),
        OUT_RIGHT,
        TANH + ": h is tanh z already",
    ),
    Mistake(
        "slope-of-z",
        "the slope is 1 - z², without a tanh",
        from_parts(through_tanh=lambda dh, h, t: dh * (1 - np.arctanh(h[t]) ** 2)),
        OUT_RIGHT + "; entries can have the wrong sign",
        TANH + ": which letter is squared?",
    ),
    Mistake(
        "slope-missing",
        "the slope of the tanh is missing",
        from_parts(through_tanh=lambda dh, h, t: dh),
        OUT_RIGHT + ", and mostly too large",
        TANH,
    ),
    Mistake(
        "slope-missing-at-last-step",
        "the slope of the tanh is missing at the last step",
        walk_with(through_tanh=no_slope_at_the_end),
        OUT_RIGHT,
        "δ_T: the read-out gives dh_T, and the tanh of the last step is still to come",
    ),
    Mistake(
        "slope-averaged",
        "the slope is averaged over the batch",
        from_parts(through_tanh=lambda dh, h, t: dh * (1 - h[t] ** 2).mean(axis=0)),
        OUT_RIGHT + ", unless N = 1",
        TANH + ": each sequence has slopes of its own",
        ("N = 1",),
    ),
    Mistake(
        "slope-of-diagonal-matrix",
        "tanh' of a diagonal matrix: its zeros became ones",
        from_parts(through_tanh=tanh_of_a_diagonal_matrix),
        OUT_RIGHT,
        TANH + ": 1 - tanh(0)² is 1, not 0; multiply entry by entry instead",
        ("H = 1",),
    ),
    Mistake(
        "slope-of-other-sample",
        "the slope of unit j is read from sample j",
        from_parts(through_tanh=unit_from_its_own_sample),
        OUT_RIGHT + ", unless N = 1",
        TANH + ": a diagonal was taken of an (N, H) array; multiply entry by entry",
        ("N = 1",),
    ),
    Mistake(
        "jacobians-entry-by-entry",
        "Jacobians are multiplied with * where @ belongs",
        from_parts(walk=jacobians_entry_by_entry),
        OUT_RIGHT + "; the last two δ are right",
        "the product over steps: * multiplies entries, the chain rule needs a matrix product",
        ("T = 1", "H = 1", "W_hh = identity"),
    ),
    Mistake(
        "recurrence-negated",
        "the recurrent part has the wrong sign",
        from_parts(back=lambda dz, W_hh: -dz @ W_hh.T),
        OUT_RIGHT + " (h0 only if T is odd); every second δ has the wrong sign",
        LOOP + ": a minus sign",
    ),
]

BACKWARD = FORMULAS + LOOPS

# Those of a single step that no whole backward pass has been seen to make
STEP_BACK = [
    Mistake(
        "step_back-without-brackets",
        "brackets are missing around the slope",
        {"step_back": lambda dz, h_before, W_hh: back(dz, W_hh) * 1 - h_before**2},
        "a square is subtracted from the product",
        "what is multiplied with what: Python takes * before -",
    ),
    Mistake(
        "step_back-slope-of-dz",
        "the slope is made of δ",
        step_back_with(lambda h, dz: 1 - dz**2),
        "the result depends on δ_t in more than proportion",
        "which letter is squared: the slope is that of the forward pass",
    ),
]
