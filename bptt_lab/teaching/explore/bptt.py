"""The explorables of notebook 03."""

import functools

import numpy as np

from ...gradcheck import relative_error
from ...losses import cross_entropy
from ...rnn import VanillaRNN
from ..mistakes import from_parts
from ..plots.style import BLACK, BLUE, VERMILION, mark_source
from .controls import choice, display_controls, log_scale, number, panels

INITS = ("identity", "orthogonal", "uniform")
FLOOR = 1e-12  # what is smaller, relative to the last step, is not drawn


def error_signal(data):
    """Follow the error back in time: how much of dW_hh is collected when it reaches step t?

    Parameters
    ----------
    data : ECG5000
        With ``X_train`` of shape (T, N, 1).
    """
    chosen = np.random.default_rng(0).permutation(len(data.Y_train))[:20]
    X, Y = data.X_train[:, chosen], data.Y_train[chosen]
    T, steps = len(X), np.arange(1, len(X) + 1)
    own = {name: spectral_radius(network(name, Y).params["W_hh"]) for name in INITS}
    start = choice("start of W_hh", INITS)
    radius = number("spectral radius", 1.0, 0.01, 2.0, 0.01)

    def take_its_own(change):
        radius.value = round(own[change["new"]], 2)

    start.observe(take_its_own, "value")

    @functools.lru_cache(maxsize=8)
    def run(init, rho):
        """Return the norms of all error signals and shares, and how much is missing before each."""
        model = network(init, Y)
        model.params["W_hh"] = rho / own[init] * model.params["W_hh"]
        logits, cache = model.forward(X)
        d_logits = cross_entropy(logits, Y)[1]
        dz = from_parts()["error_signals"](model.params, cache.h, d_logits)
        shares = np.swapaxes(cache.h[:-1], 1, 2) @ dz  # (T, H, H): one for each untied copy
        collected = shares[::-1].cumsum(axis=0)[::-1]  # those of step t and all after it
        total = model.backward(cache, d_logits)["W_hh"]
        missing = np.array([relative_error(some, total) for some in collected])
        return np.linalg.norm(dz, axis=(1, 2)), np.linalg.norm(shares, axis=(1, 2)), missing

    def draw(t, init, rho):
        norms, shares, missing = run(init, rho)
        figure, (above, middle, below) = panels(5.6, 3, sharex=True, left=0.95)
        reached, last = steps[t - 1 :], norms[-1]
        above.plot(reached, norms[t - 1 :], color=VERMILION, linestyle="-")
        above.plot(t, norms[t - 1], "o", color=VERMILION)
        above.plot(steps, last * rho ** (T - steps), color="0.5", linestyle=":", linewidth=1.2)
        above.text(
            0.01,
            0.06,
            "dotted: ρ for each step",
            transform=above.transAxes,
            color="0.35",
            fontsize=9,
        )
        log_scale(above.yaxis, below.yaxis)
        lowest, highest = max(norms.min(), FLOOR * last), min(norms.max(), last / FLOOR)
        above.set_ylim(10 ** np.floor(np.log10(lowest)), 10 ** np.ceil(np.log10(highest)))
        above.set_ylabel(r"norm of $\delta_t$")
        middle.fill_between(reached, shares[t - 1 :], step="mid", color=BLUE, linewidth=0)
        middle.set(ylim=(0, 1.05 * shares.max()))
        middle.set_ylabel("norm of the share\n" r"$h_{t-1}^\top\delta_t$")
        below.plot(reached, np.maximum(missing[t - 1 :], 1e-16), color=BLACK, linestyle="-")
        below.plot(t, max(missing[t - 1], 1e-16), "o", color=BLACK)
        below.axhline(0.01, color="0.45", linestyle="--", linewidth=1.2)
        below.text(1, 0.012, "one per cent", color="0.3", fontsize=9, va="bottom")
        below.set(xlabel="step t (samples)", xlim=(0, T + 1), ylim=(1e-4, 2))
        below.set_ylabel("missing\nin the sum")
        for ax in figure.axes:
            ax.yaxis.set_label_coords(-0.08, 0.5)  # searching for a place takes time
        mark_source(figure, data.source)
        return (
            figure,
            f"{init}, spectral radius {rho:.2f}, back to step {t}:",
            f"the signal is {norms[t - 1] / last:.1g} times as large as at the end,",
            f"and {missing[t - 1]:.1g} of dW_hh is missing in the sum of the shares so far",
        )

    display_controls(draw, t=number("back to step t", 100, 1, T), init=start, rho=radius)


def network(init, Y):
    return VanillaRNN(1, 32, Y.shape[1], init=init, seed=0)


def spectral_radius(W):
    return float(np.abs(np.linalg.eigvals(W)).max())
