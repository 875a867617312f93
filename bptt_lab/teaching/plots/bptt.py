"""The figures of notebook 03."""

import matplotlib.pyplot as plt
import numpy as np

from .style import (
    BLACK,
    BLUE,
    COLOURS,
    GREEN,
    INIT_STYLES,
    LINES,
    OTHER_STYLE,
    VERMILION,
    arrow,
    box,
    mark_source,
    write_beside,
)


def plot_factors(weights, T):
    """Draw the powers 0 to T - 1 of numbers, in log scale; return the figure.

    Parameters
    ----------
    weights : sequence of at most 5 numbers
    T : int
    """
    figure, ax = plt.subplots()
    back = np.arange(T)
    for w, colour, line in zip(weights, COLOURS, LINES):
        powers = float(w) ** back
        ax.plot(back, powers, color=colour, linestyle=line)
        write_beside(ax, f"w = {w}", (T - 1, powers[-1]), (6, 0), color=colour, va="center")
    ax.set(xlim=(0, T + 14), xlabel="steps back from the end, T - t")
    ax.set(yscale="log", ylabel=r"factor $w^{\,T-t}$")
    return figure


def plot_error_flow():
    """Draw how the error runs back through the unrolled network, with shapes; return the figure."""
    figure, ax = plt.subplots(figsize=(7.5, 4.7))
    ax.set(xlim=(-0.6, 9.1), ylim=(-1.65, 3.95))
    ax.axis("off")

    box(ax, 0, 1.7, "$dh_0$\n(N, H)")
    for x, t, before in ((2.15, "1", "0"), (4.65, "2", "1"), (8.05, "T", "T-1")):
        box(ax, x, 1.7, rf"$\delta_{t}$  (N, H)" "\n" rf"$=dh_{t}\odot(1-h_{t}^2)$")
        box(ax, x, 0.1, f"$dx_{t}$\n(N, I)")
        arrow(ax, (x, 1.28), (x, 0.52), GREEN)
        shape = " (H, I)" if t == "1" else ""
        ax.text(x - 0.1, 0.9, r"$W_{in}^{\top}$" + shape, color=GREEN, va="center", ha="right")
        arrow(ax, (x + 0.62, 1.28), (x + 0.62, -1.02), BLACK, ":")
        ax.text(x + 0.7, 0.1, rf"$h_{{{before}}}^{{\top}}\delta_{t}$", va="center")
    thin = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 0.8, "linestyle": "--"}
    for x, t in ((2.15, "1"), (4.65, "2")):  # where every step is read out
        label = rf"$d\hat{{y}}_{t}\,W_{{out}}^{{\top}}$"
        ax.annotate(label, (x, 2.12), (x, 2.8), color=BLUE, ha="center", arrowprops=thin)
    ax.text(5.25, 2.8, "if every step is read out", color=BLUE, fontsize=8)
    for start, end in ((1.33, 0.42), (3.83, 2.97), (6.07, 5.47), (7.23, 6.63)):
        arrow(ax, (start, 1.7), (end, 1.7), VERMILION)
        middle = (start + end) / 2
        ax.text(middle, 1.82, r"$W_{hh}^{\top}$", color=VERMILION, ha="center", va="bottom")
    for x, text in ((0.875, "(H, H)"), (3.4, "$dh_1$")):
        ax.text(x, 1.58, text, color=VERMILION, ha="center", va="top")
    for y in (0.1, 1.7):
        ax.text(6.35, y, "· · ·", ha="center", va="center", fontsize=14)
    box(ax, 8.05, 3.5, r"$d\hat{y} = (p - Y)\,/\,N$" "\n(N, C)")
    arrow(ax, (8.05, 3.08), (8.05, 2.12), BLUE)
    ax.text(8.15, 2.6, r"$W_{out}^{\top}$ (C, H)", color=BLUE, va="center")
    ax.text(7.95, 2.6, r"$dh_T$", color=BLUE, va="center", ha="right")
    shares = r"h_0^{\top}\delta_1 + h_1^{\top}\delta_2 + \cdots + h_{T-1}^{\top}\delta_T"
    box(ax, 5.72, -1.35, rf"sum over the steps:    $dW_{{hh}} \;=\; {shares}$    (H, H)")
    ax.text(
        -0.4,
        3.5,
        "read from the right: every arrow of the\nforward pass, reversed and transposed",
        va="center",
        linespacing=1.6,
    )
    return figure


def plot_norms(norms, ylabel, floor, labels, source):
    """Draw norms over the steps of a network, in log scale; return the figure.

    Parameters
    ----------
    norms : dict of arrays of shape (T,)
        For each name, a norm at steps 1 to T.
    ylabel : str
    floor : float
        What is smaller is not drawn.
    labels : dict of (int, float)
        For each name, the step and the height at which to write it.
    source : str
        As of `load_ecg5000`.
    """
    figure, ax = plt.subplots()
    for name, values in norms.items():
        colour, line = INIT_STYLES.get(name, OTHER_STYLE)
        steps, seen = np.arange(1, len(values) + 1), np.where(values < floor, np.nan, values)
        ax.plot(steps, seen, color=colour, linestyle=line)
        ax.annotate(name, labels[name], color=colour, ha="center", va="center")
    ax.set(yscale="log", xlabel="step t", ylabel=ylabel, xlim=(0, len(values) + 1))
    ax.set_ylim(bottom=floor)
    mark_source(figure, source)
    return figure


def plot_saliency(x, dx, source):
    """Draw a beat and, below, the derivative of the loss by each sample; return the figure.

    Parameters
    ----------
    x, dx : arrays of shape (T,)
    source : str
        As of `load_ecg5000`.
    """
    figure, (above, below) = plt.subplots(2, 1, figsize=(7.5, 4), sharex=True)
    steps = np.arange(1, len(x) + 1)
    above.plot(steps, x, color=BLACK, linestyle="-")
    above.set(ylabel="signal $x_t$\n(standard deviations)", xlim=(0, len(x) + 1))
    up = dx > 0
    below.bar(steps[up], dx[up], 0.8, color=VERMILION)
    below.bar(steps[~up], dx[~up], 0.8, color=BLUE, hatch="////", edgecolor="white", linewidth=0)
    below.axhline(0, color=BLACK, linestyle="-", linewidth=0.8)
    below.set(xlabel="step t (samples)", ylabel=r"$\partial L/\partial x_t$")
    figure.align_ylabels()
    mark_source(figure, source)
    return figure
