"""One style for all figures: Okabe-Ito colours, and line styles or markers beside them."""

import matplotlib.pyplot as plt

# Okabe and Ito 2008, https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, BLACK = "#CC79A7", "#56B4E9", "#F0E442", "#000000"

COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE)

LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))

INIT_STYLES = {  # one colour for each, in every figure
    "uniform": (BLUE, "-"),
    "normal": (PURPLE, LINES[4]),
    "orthogonal": (GREEN, "--"),
    "identity": (ORANGE, "-."),
    "uniform01": (VERMILION, ":"),
}

OTHER_STYLE = BLACK, LINES[4]

STYLE = {
    "figure.figsize": (7.5, 3.2),
    "figure.dpi": 100,
    "savefig.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.8,
    "axes.prop_cycle": plt.cycler(color=COLOURS) + plt.cycler(linestyle=LINES),
}


def use_style():
    """Set the lab's style for the figures that follow; each notebook calls it once."""
    plt.rcParams.update(STYLE)


def mark_source(figure, source):
    """Write below `figure` that its data are synthetic, if `source` is that of synthetic data.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    source : str, as of `load_ecg5000`
    """
    if source == "synthetic":
        write_below(figure, "synthetic beats, not for medical use")


def write_below(figure, text):
    figure.supxlabel(text, fontsize=8, x=0.99, ha="right", color="0.4")


def write_beside(ax, text, point, offset, **style):
    """Write a text at some distance from a point of the data, in printer's points."""
    ax.annotate(text, point, offset, textcoords="offset points", **style)


def box(ax, x, y, text):
    frame = {"boxstyle": "round,pad=0.35", "facecolor": "white"}
    frame |= {"edgecolor": BLACK, "linewidth": 1.2}
    ax.text(x, y, text, ha="center", va="center", linespacing=1.5, zorder=3, bbox=frame)


def arrow(ax, start, end, colour, style="-"):
    line = {"color": colour, "linewidth": 1.8, "linestyle": style, "shrinkA": 0, "shrinkB": 0}
    head = {"arrowstyle": "-|>,head_width=0.25,head_length=0.5"}
    ax.annotate("", end, start, arrowprops=line | head)
