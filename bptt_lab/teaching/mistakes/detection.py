"""Networks that make a mistake, and which gradient check finds which."""

import copy
from functools import partial

import numpy as np

from ...arguments import (
    as_generator,
    as_number,
    as_positive_integer,
    require_one_of,
)
from ...gradcheck import numerical_gradient, relative_error
from ...losses import cross_entropy
from ...rnn import VanillaRNN
from .bptt import BACKWARD
from .mistake import Mistake


class FaultyRNN:
    """A network whose forward pass is right, and whose backward pass is that of a mistake.

    Parameters
    ----------
    mistake : Mistake with a wrong ``"backward"``
        Called with the parameters, X, the states of all steps (T + 1, N, S), and d_logits.
    I, H, C, **options
        As for the cell.
    cell : subclass of Recurrent
        What the network would be without its mistake; kept as `model`.
    """

    def __init__(self, mistake, I, H, C, *, cell=VanillaRNN, **options):
        if not isinstance(mistake, Mistake):
            raise TypeError(f"mistake is {mistake!r}: expected a Mistake, as in BACKWARD")
        self.model, self.STATE = cell(I, H, C, **options), cell.STATE
        self.wrong_backward = mistake.function("backward")

    @property
    def params(self):
        """The parameters, those of `model`."""
        return self.model.params

    @params.setter
    def params(self, params):
        self.model.params = params

    def sizes(self):
        """Return the sizes I, H, C."""
        return self.model.sizes()

    def __call__(self, X, h0=None, every_step=False):
        """Return the logits of `forward`."""
        return self.model(X, h0, every_step)

    def forward(self, X, h0=None, every_step=False):
        """Return logits and cache, as the cell does."""
        return self.model.forward(X, h0, every_step)

    def backward(self, cache, d_logits):
        """Return the wrong gradients, with the names and shapes of the right ones."""
        return self.wrong_backward(self.params, cache.X, cache.states, d_logits)


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
    cell=VanillaRNN,
    T=6,
    N=4,
    I=2,
    H=5,
    C=3,
    h0=0.5,
    W_hh="random",
    calls=2,
    threshold=1e-10,
    seed=7,
):
    """Say which mistakes a gradient check of the given size finds.

    The witness is the complex step, which sees gradients that a difference cannot; what the cell's
    own gradient fails as well does not count. The witness takes nearly all the time, so ask for all
    mistakes at once.

    Parameters
    ----------
    mistakes : list of Mistake, with a wrong ``"backward"`` each
    cell : subclass of Recurrent, what the mistakes are made in; it must take complex arrays
    T, N, I, H, C : int, sizes of the test problem
    h0 : float, standard deviation of the initial state
    W_hh : {"random", "symmetric", "identity"}, each H x H block of it
    calls : int, how often `backward` is called, each time with other parameters of the same kind
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
    sizes = {"T": T, "N": N, "I": I, "H": H, "C": C, "calls": calls}
    for name, size in sizes.items():
        as_positive_integer(name, size)
    require_one_of("W_hh", W_hh, BLOCKS)
    threshold, rng = as_number("threshold", threshold, zero=False), as_generator("seed", seed)
    X, spread = rng.normal(size=(T, N, I)), as_number("h0", h0)
    h0 = spread * rng.normal(size=(N, cell.STATE * H))
    Y = np.eye(C)[rng.integers(0, C, N)]
    functions = {mistake.id: mistake.function("backward") for mistake in mistakes}
    found = {id: set() for id in functions}
    for _ in range(calls):
        model = random_network(cell, I, H, C, W_hh, rng)
        right = numerical_gradients(model, X, h0, Y)
        logits, cache = model.forward(X, h0)
        d_logits = cross_entropy(logits, Y)[1]
        own = model.backward(cache, d_logits)
        seen = [k for k in right if relative_error(own[k], right[k]) < threshold]
        for id, backward in functions.items():
            grads = backward(model.params, X, cache.states, d_logits)
            found[id] |= {k for k in seen if not relative_error(grads[k], right[k]) < threshold}
    return {id: [k for k in right if k in wrong] for id, wrong in found.items()}


# What W_hh is made of, from a random block W
BLOCKS = {
    "random": lambda W: W,
    "symmetric": lambda W: (W + W.T) / 2,
    "identity": lambda W: np.eye(len(W)),
}


def random_network(cell, I, H, C, W_hh, rng):
    """Return a network without zeros among its parameters, so that nothing is hidden by one."""
    model = cell(I, H, C, init="normal", input_scale=1, seed=rng)
    for k, w in model.params.items():
        if w.ndim == 1:
            model.params[k] = 0.5 * rng.normal(size=w.shape)
    # A gated cell has several H x H blocks side by side, each a recurrence of its own.
    blocks = np.split(model.params["W_hh"], model.params["W_hh"].shape[1] // H, axis=1)
    model.params["W_hh"] = np.concatenate([BLOCKS[W_hh](W) for W in blocks], axis=1)
    return model


def numerical_gradients(model, X, h0, Y):
    """Return the numerical gradient of the loss for each parameter, h0 and X."""
    values, moved = model.params | {"h0": h0, "X": X}, copy.copy(model)

    def loss_at(name, value):
        at = values | {name: value}
        moved.params = {k: at[k] for k in model.params}
        return cross_entropy(moved.forward(at["X"], at["h0"])[0], Y)[0]

    return {
        k: numerical_gradient(partial(loss_at, k), value, "complex") for k, value in values.items()
    }
