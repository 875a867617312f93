"""The explorables of notebook 04."""

import copy

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

from ...gradcheck import relative_error
from ...rnn import VanillaRNN
from ..mistakes import BACKWARD, found_by
from ..plots.style import BLACK, BLUE, COLOURS, LINES, VERMILION
from .controls import choice, display_controls, slider


def step_error():
    """Choose the step of a numerical derivative: why does its error grow on both sides?"""
    labels = {
        "one-sided": (2e-7, 4e-6),
        "central": (2e-11, 1e-7),
        "central, float32": (2e-4, 1e-1),
        "complex step": (1e-13, 4e-15),
    }
    eps = 10.0 ** -np.arange(1, 15)
    errors = measured_errors(eps)

    def draw(method, k):
        figure, ax = plt.subplots(figsize=(7.5, 3.6))
        for (name, curve), colour, line, marker in zip(errors.items(), COLOURS, LINES, "os^D"):
            chosen = name == method
            alpha, linewidth = (1, 2) if chosen else (0.35, 1)
            style = {"linestyle": line, "marker": marker, "markersize": 4, "linewidth": linewidth}
            ax.loglog(eps, curve, color=colour, alpha=alpha, **style)
            if chosen:
                ring = {"markersize": 11, "markerfacecolor": "none", "markeredgewidth": 2}
                ax.plot(eps[k - 1], curve[k - 1], "o", color=BLACK, **ring)
            ax.annotate(name, labels[name], color=colour, alpha=1 if chosen else 0.5, ha="center")
        ax.set(xlabel=r"step $\varepsilon$", ylabel="relative error", ylim=(3e-16, 3), title=method)
        plt.show()
        error = errors[method][k - 1]
        about = f"about {10.0 ** np.round(np.log10(error)):.0e}"
        said = about if error > 1e-14 else "in the last digits only"
        print(f"{method}, step {eps[k - 1]:.0e}: error {said}")

    display_controls(
        draw,
        method=choice("method", labels, "central"),
        k=slider("step: 10 to the minus", 5, 1, 14),
    )


def measured_errors(eps):
    """Return for each method its errors at the steps `eps`, in one entry of 2000 states h0."""
    rng, N = np.random.default_rng(7), 2000
    model = VanillaRNN(2, 5, 3, init="normal", input_scale=1.0, seed=rng)
    X, Y = rng.normal(size=(4, N, 2)), np.eye(3)[rng.integers(0, 3, N)]
    h0 = 0.5 * rng.normal(size=(N, 5))

    def losses(u, dtype=np.float64):
        net = copy.copy(model)
        net.params = {k: w.astype(dtype) for k, w in model.params.items()}
        logits = net.forward(X.astype(dtype), np.column_stack([u, h0[:, 1:].astype(dtype)]))[0]
        return np.log(np.exp(logits).sum(axis=1)) - (logits * Y).sum(axis=1)

    u, u32 = h0[:, 0], h0[:, 0].astype(np.float32)
    exact = losses(u + 1e-30j).imag / 1e-30

    def derivatives(e):
        e32 = np.float32(e)
        ahead, back = losses(u32 + e32, np.float32), losses(u32 - e32, np.float32)
        return {
            "one-sided": (losses(u + e) - losses(u)) / e,
            "central": (losses(u + e) - losses(u - e)) / (2 * e),
            "central, float32": (ahead - back) / (2 * e32),
            "complex step": losses(u + 1j * e).imag / e,
        }

    found = [derivatives(e) for e in eps]
    smallest = 1e-15  # what is smaller is drawn at the edge
    return {
        name: [max(relative_error(values[name], exact), smallest) for values in found]
        for name in found[0]
    }


def test_sizes():
    """Choose the sizes of a gradient check: which mistakes does it find, and which escape?"""

    def draw(T, N, H, h0, W_hh):
        found = found_by(T=T, N=N, H=H, h0=0.5 * h0, W_hh=W_hh)
        rows = -(-len(found) // 2)
        figure, ax = plt.subplots(figsize=(7.5, 0.5 + 0.16 * rows))
        for k, mistake in enumerate(BACKWARD):
            wrong, (column, row) = found[mistake.id], divmod(k, rows)
            marker, colour, grey, weight = (
                ("o", BLUE, "0.35", "normal") if wrong else ("X", VERMILION, VERMILION, "bold")
            )
            ax.plot(column, row, marker, color=colour, markersize=8, linestyle="none")
            text = {"va": "center", "fontsize": 7.5, "color": grey, "fontweight": weight}
            ax.text(column + 0.03, row, mistake.name, **text)
        ax.set(xlim=(-0.03, 2), ylim=(rows - 0.4, -0.8), title="circles: found; crosses: missed")
        ax.axis("off")
        plt.show()
        caught = sum(map(bool, found.values()))
        print(f"T = {T}, N = {N}, H = {H}: {caught} of {len(found)} mistakes found")

    display_controls(
        draw,
        T=slider("steps T", 6, 1, 8),
        N=slider("sequences N", 4, 1, 6),
        H=slider("units H", 5, 1, 6),
        h0=widgets.Checkbox(True, description="h0 is not zero"),
        W_hh=choice("W_hh", ("random", "symmetric", "identity")),
    )


test_sizes.__test__ = False  # no test for pytest, whatever its name
