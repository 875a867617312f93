"""One style for all figures: Okabe-Ito colours, and line styles or markers beside them."""

import matplotlib.pyplot as plt

# Okabe and Ito 2008, https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, BLACK = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#F0E442",
    "#000000",
)

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
    """Write below `figure` that its data are synthetic, where `source`, as of `load_ecg5000`, says so."""
    if source == "synthetic":
        figure.supxlabel(
            "synthetic beats, not for medical use", fontsize=8, x=0.99, ha="right", color="0.4"
        )


def box(ax, x, y, text):
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        linespacing=1.5,
        zorder=3,
        bbox={
            "boxstyle": "round,pad=0.35",
            "facecolor": "white",
            "edgecolor": BLACK,
            "linewidth": 1.2,
        },
    )


def arrow(ax, start, end, colour, style="-"):
    ax.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.25,head_length=0.5",
            "color": colour,
            "linewidth": 1.8,
            "linestyle": style,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
