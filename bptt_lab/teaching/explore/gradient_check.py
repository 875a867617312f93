"""The explorables of notebook 04."""

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

from ...gradcheck import relative_error
from ...rnn import VanillaRNN
from ..mistakes import found_by
from ..plots.style import BLACK, BLUE, COLOURS, LINES, VERMILION
from .controls import choice, display_controls, slider


def step_error():
    """Choose the step of a numerical derivative: where is the error smallest, and why does it grow on both sides?"""
    rng = np.random.default_rng(7)
    methods = ("one-sided", "central", "central, float32", "complex step")
    labels = {
        "one-sided": (2e-7, 4e-6),
        "central": (2e-11, 1e-7),
        "central, float32": (2e-4, 1e-1),
        "complex step": (1e-13, 4e-15),
    }
    eps = 10.0 ** -np.arange(1, 15)
    errors = {name: [] for name in methods}
    model = VanillaRNN(2, 5, 3, init="normal", input_scale=1.0, seed=rng)
    X, Y, h0 = (
        rng.normal(size=(4, 2000, 2)),
        np.eye(3)[rng.integers(0, 3, 2000)],
        0.5 * rng.normal(size=(2000, 5)),
    )

    def losses(u, dtype):
        net = VanillaRNN(2, 5, 3, dtype=dtype)
        net.params = {k: w.astype(dtype) for k, w in model.params.items()}
        logits = net.forward(X.astype(dtype), np.column_stack([u, h0[:, 1:].astype(dtype)]))[0]
        return np.log(np.exp(logits).sum(axis=1)) - (logits * Y).sum(axis=1)

    u, single = h0[:, 0], h0[:, 0].astype(np.float32)
    exact = losses(u + 1e-30j, np.float64).imag / 1e-30
    for e in eps:
        e32 = np.float32(e)
        values = (
            (losses(u + e, np.float64) - losses(u, np.float64)) / e,
            (losses(u + e, np.float64) - losses(u - e, np.float64)) / (2 * e),
            (losses(single + e32, np.float32) - losses(single - e32, np.float32)) / (2 * e32),
            losses(u + 1j * e, np.float64).imag / e,
        )
        for name, value in zip(methods, values):
            errors[name].append(
                max(relative_error(value, exact), 1e-15)
            )  # what is smaller is drawn at the edge

    def draw(method, k):
        figure, ax = plt.subplots(figsize=(7.5, 3.6))
        for (name, curve), colour, line, marker in zip(errors.items(), COLOURS, LINES, "os^D"):
            strong = name == method
            ax.loglog(
                eps,
                curve,
                color=colour,
                linestyle=line,
                marker=marker,
                markersize=4,
                alpha=1 if strong else 0.35,
                linewidth=2 if strong else 1,
            )
            if strong:
                ax.plot(
                    eps[k - 1],
                    curve[k - 1],
                    "o",
                    color=BLACK,
                    markersize=11,
                    markerfacecolor="none",
                    markeredgewidth=2,
                )
            ax.annotate(name, labels[name], color=colour, alpha=1 if strong else 0.5, ha="center")
        ax.set(xlabel=r"step $\varepsilon$", ylabel="relative error", ylim=(3e-16, 3), title=method)
        plt.show()
        error = errors[method][k - 1]
        print(
            f"{method}, step {eps[k - 1]:.0e}: error "
            + (
                f"about {10.0 ** np.round(np.log10(error)):.0e}"
                if error > 1e-14
                else "in the last digits only"
            )
        )

    display_controls(
        draw,
        method=choice("method", methods, "central"),
        k=slider("step: 10 to the minus", 5, 1, 14),
    )


def test_sizes():
    """Choose the sizes of a gradient check: which mistakes does it find, and which escape?"""

    def draw(T, N, H, h0, W_hh):
        found = found_by(T=T, N=N, H=H, h0=0.5 * h0, W_hh=W_hh)
        missed = [name for name, wrong in found.items() if not wrong]
        rows = -(-len(found) // 2)
        figure, ax = plt.subplots(figsize=(7.5, 0.5 + 0.16 * rows))
        for k, (name, wrong) in enumerate(found.items()):
            column, row = divmod(k, rows)
            ax.plot(
                column,
                row,
                marker="o" if wrong else "X",
                markersize=8,
                color=BLUE if wrong else VERMILION,
                linestyle="none",
            )
            ax.text(
                column + 0.03,
                row,
                name,
                va="center",
                fontsize=7.5,
                color="0.35" if wrong else VERMILION,
                fontweight="normal" if wrong else "bold",
            )
        ax.set(xlim=(-0.03, 2), ylim=(rows - 0.4, -0.8), title="circles: found; crosses: missed")
        ax.axis("off")
        plt.show()
        print(
            f"T = {T}, N = {N}, H = {H}: {len(found) - len(missed)} of {len(found)} mistakes found"
        )

    display_controls(
        draw,
        T=slider("steps T", 6, 1, 8),
        N=slider("sequences N", 4, 1, 6),
        H=slider("units H", 5, 1, 6),
        h0=widgets.Checkbox(True, description="h0 is not zero"),
        W_hh=choice("W_hh", ("random", "symmetric", "identity")),
    )


test_sizes.__test__ = False  # no test for pytest, whatever its name
