"""The small random problems of notebook 10: a loss that admits doubt, two sources, a dream.

Drawn as those in `problems`.
"""

import numpy as np

from .answers import states
from .problems import FLAT, H0, LONG, LOUD, N1, T1, for_states, params_for, variants

# A Gaussian's negative log density


def for_gaussian(rng, N, T, size=1.0, doubt=0.0, hit=False, every_step=False, **_):
    """Draw means, log variances and targets; doubt is added to the logarithms."""
    shape = (T, N) if every_step else (N,)
    Y = size * rng.normal(size=(*shape, 1))
    mean = Y.copy() if hit else size * rng.normal(size=Y.shape)
    return np.concatenate([mean, doubt + rng.normal(size=Y.shape)], axis=-1), Y


gaussian_problems = variants(
    for_gaussian,
    N1,
    (
        {"every_step": True},
        "for outputs of shape (T, N, 2), every step read out",
        "for outputs of shape (N, 2)",
    ),
    ({"doubt": -6.0}, "when the variance is small, near 0.002", "when the variance is near 1"),
    ({"doubt": 6.0}, "when the variance is large, near 400", "when the variance is near 1"),
    ({"hit": True}, "when every mean is what came", "when means differ from what came"),
    ({"size": 50.0}, "for samples as large as 100", "for samples near 1"),
)


# An error signal that has two sources


def for_signals(rng, flat=False, size=None, h0=0.5, loud=1.0, **sizes):
    """Draw states and a gradient for each of their read-outs."""
    params, X, h_0 = for_states(rng, **sizes, h0=h0, loud=loud)
    if flat:
        params["b_h"][[2, -1]] = 40, -40
    h = states(params, X, h_0)
    return params, h, (size or 0.3) * rng.normal(size=(*X.shape[:2], sizes["C"]))


signals_problems = variants(for_signals, N1, T1, LONG, H0, FLAT, LOUD)


# A dream


def step_of(params):
    """Return `step`, which takes a sample and a state and returns outputs and the next state."""
    H = len(params["W_hh"])

    def step(x, state):
        if np.ndim(x) != 2 or np.shape(x)[1] != 1:
            raise ValueError(f"x has shape {np.shape(x)}: expected (N, 1)")
        if np.shape(state) != (len(x), H):
            raise ValueError(f"state has shape {np.shape(state)}: expected {(len(x), H)}")
        h = np.tanh(x @ params["W_in"] + state @ params["W_hh"] + params["b_h"])
        return h @ params["W_out"] + params["b_out"], h

    return step


def for_dream(rng, T, N, H, temperature=0.7, **_):
    params = params_for(rng, 1, H, 2)
    x, state = rng.normal(size=(N, 1)), np.tanh(rng.normal(size=(N, H)))
    return step_of(params), x, state, rng.normal(size=(T, N, 1)), temperature


dream_problems = variants(
    for_dream,
    ({"temperature": 1.6}, "when the temperature is above 1", "when it is at most 1"),
    ({"temperature": 1.0}, "when the temperature is 1", "when it is another"),
    ({"temperature": 0.0}, "when the temperature is 0", "when it is above 0"),
    N1,
    ({"T": 1}, "for a single step", "for several steps"),
)
