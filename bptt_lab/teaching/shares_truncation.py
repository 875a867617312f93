"""Fits for the exercises of notebook 08: how far the error goes, and how much is handed on.

As in `shares`, each function takes the cases of an exercise and returns a sentence, or nothing.
"""

import numpy as np

from .answers import backward_truncated, join
from .comparing import equal, factor


def steps_back(cases):
    """Return how many steps the error goes back, where all is right but for this number."""
    said = []
    for c in cases:
        *arguments, k = c.arguments
        heard = np.flatnonzero(np.abs(c.results["X"]).max(axis=(1, 2)))
        T = len(c.results["X"])
        n = T - heard[0] if heard.size else 0
        other = backward_truncated(*arguments, n)
        if not all(equal(c.results[name], value) for name, value in other.items()):
            return ""
        said.append(f"{n} step{'s' * (n != 1)} where k = {k} and T = {T}")
    return f"All is right but for how far the error goes back: {', '.join(dict.fromkeys(said))}."


def without_the_error(back):
    return lambda X, h, d_logits, d_state: back(X, h, d_logits, 0)


def handed_on(cases):
    """Return how often the error counts that is handed from the later piece to the earlier."""
    counts = []
    for c in cases:
        back, *arguments = c.arguments
        right = join(back, *arguments)
        alone = join(without_the_error(back), *arguments)
        times = [factor(c.results[k] - alone[k], right[k] - alone[k]) for k in ("h0", "W_hh")]
        if None in times or abs(times[0] - times[1]) > 1e-6:
            return ""
        for k in right:
            made = alone[k] + times[0] * (right[k] - alone[k])
            if not equal(c.results[k], made):
                return ""
        counts.append(times[0])
    if np.ptp(counts) > 1e-6:
        return ""
    return f"What the later piece hands to the earlier counts {counts[0]:.3g} times."
