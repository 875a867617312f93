"""Networks that make a mistake, and which gradient check finds which."""

import numpy as np

from ..._common import generator, non_negative, one_of, positive, positive_integer
from ...gradcheck import numerical_gradient, relative_error
from ...losses import cross_entropy
from ...rnn import VanillaRNN
from .bptt import BACKWARD
from .mistake import Mistake


class FaultyRNN(VanillaRNN):
    """A `VanillaRNN` whose backward pass is that of a mistake; other parameters as there."""

    def __init__(self, mistake, I, H, C, **options):
        if not isinstance(mistake, Mistake):
            raise TypeError(f"mistake is {mistake!r}: expected a Mistake, as in BACKWARD")
        super().__init__(I, H, C, **options)
        self.wrong_backward = mistake.function("backward")

    def backward(self, cache, d_logits):
        """Return the wrong gradients, with the names and shapes of `VanillaRNN.backward`."""
        return self.wrong_backward(self.params, cache.X, cache.h, d_logits)


# Settings of a gradient check: the recommended one, with one thing spoilt
SETTINGS = {
    "recommended": {},
    "T = 1": {"T": 1},
    "T = 5": {"T": 5},
    "N = 1": {"N": 1},
    "H = 1": {"H": 1},
    "h0 = 0": {"h0": 0},
    "W_hh symmetric": {"W_hh": "symmetric"},
    "W_hh = identity": {"W_hh": "identity"},
    "one call": {"calls": 1},
}


def found_by(
    mistakes=BACKWARD,
    *,
    T=6,
    N=4,
    I=2,
    H=5,
    C=3,
    h0=0.5,
    W_hh="random",
    calls=2,
    threshold=1e-6,
    seed=7,
):
    """Say which mistakes a gradient check of the given size finds.

    Parameters
    ----------
    mistakes : list of Mistake, with a wrong ``"backward"`` each
    T, N, I, H, C : int, sizes of the test problem
    h0 : float, standard deviation of the initial state
    W_hh : {"random", "symmetric", "identity"}
    calls : int, how often `backward` is called, each time with other parameters (of the same kind)
    threshold : float, the relative error from which a gradient fails
    seed : int or numpy.random.Generator

    Returns
    -------
    dict
        By id of the mistake, the list of the gradients that fail in any of the calls; empty if it
        is missed.
    """
    if not (
        isinstance(mistakes, (list, tuple))
        and all(isinstance(mistake, Mistake) for mistake in mistakes)
    ):
        raise TypeError(f"mistakes is {mistakes!r}: expected a list of Mistake")
    T, N, I, H, C, calls = (
        positive_integer(name, n)
        for name, n in zip(("T", "N", "I", "H", "C", "calls"), (T, N, I, H, C, calls))
    )
    one_of("W_hh", W_hh, ("random", "symmetric", "identity"))
    threshold, rng, found = (
        positive("threshold", threshold),
        generator("seed", seed),
        {mistake.id: set() for mistake in mistakes},
    )
    functions = [mistake.function("backward") for mistake in mistakes]
    X, h0 = rng.normal(size=(T, N, I)), non_negative("h0", h0) * rng.normal(size=(N, H))
    Y = np.eye(C)[rng.integers(0, C, N)]
    for _ in range(calls):
        model = VanillaRNN(I, H, C, init="normal", input_scale=1, seed=rng)
        W = model.params["W_hh"]
        model.params.update(
            b_h=0.5 * rng.normal(size=H),
            b_out=0.5 * rng.normal(size=C),
            W_hh={"random": W, "symmetric": (W + W.T) / 2, "identity": np.eye(H)}[W_hh],
        )
        values = model.params | {"h0": h0, "X": X}

        def loss_with(**changed):
            other, moved = VanillaRNN(I, H, C), values | changed
            other.params = {k: moved[k] for k in model.params}
            return cross_entropy(other.forward(moved["X"], moved["h0"])[0], Y)[0]

        logits, cache = model.forward(X, h0)
        d_logits = cross_entropy(logits, Y)[1]
        numerical = {
            k: numerical_gradient(lambda v: loss_with(**{k: v}), values[k]) for k in values
        }
        for mistake, function in zip(mistakes, functions):
            grads = function(model.params, X, cache.h, d_logits)
            found[mistake.id] |= {
                k for k in values if not relative_error(grads[k], numerical[k]) < threshold
            }
    return {id: [k for k in values if k in wrong] for id, wrong in found.items()}
