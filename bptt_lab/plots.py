"""The figures of the notebooks, in one style: Okabe-Ito colours, and line styles or markers beside them.

Every function draws on the axes it is given, or on new ones, and returns what it drew on; `plt.show()`
is left to the caller.
"""

import matplotlib.pyplot as plt
import numpy as np

# Okabe and Ito 2008, https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000")
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE)
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))

STYLE = {
    "figure.figsize": (7.5, 3.2), "figure.dpi": 100, "savefig.dpi": 100, "figure.constrained_layout.use": True,
    "font.size": 10, "axes.titlesize": 10, "axes.grid": True, "grid.alpha": 0.3,
    "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.8,
    "axes.prop_cycle": plt.cycler(color=COLOURS) + plt.cycler(linestyle=LINES),
}


def use_style():
    """Set the lab's style for the figures that follow; each notebook calls it once."""
    plt.rcParams.update(STYLE)


def mark_source(figure, source):
    """Write below `figure` that its data are synthetic, where `source`, as of `load_ecg5000`, says so."""
    if source == "synthetic":
        figure.supxlabel("synthetic beats, not for medical use", fontsize=8, x=0.99, ha="right", color="0.4")


def plot_history(history):
    """Draw the loss (log scale) and the accuracy of a `History` against the epoch; return the figure."""
    figure, (left, right) = plt.subplots(1, 2)
    for ax, name, values in ((left, "loss", (history.loss, history.val_loss)),
                             (right, "accuracy", (history.accuracy, history.val_accuracy))):
        for k, (label, curve) in enumerate(zip(("training", "validation"), values)):
            if curve and curve[0] is not None:
                ax.plot(curve, color=COLOURS[k], linestyle=LINES[k], marker="." if len(curve) < 3 else None, label=label)
        ax.set(xlabel="epoch", ylabel=name)
        ax.xaxis.get_major_locator().set_params(integer=True)
    left.set_yscale("log")
    right.set_ylim(0, 1.02)
    left.legend(frameon=False)
    return figure
