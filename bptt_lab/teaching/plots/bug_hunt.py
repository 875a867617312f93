"""The figures of notebook 06."""

import matplotlib.pyplot as plt
import numpy as np

from .gradient_check import draw_as_table, draw_findings, draw_runs
from .style import BLACK, BLUE, VERMILION, mark_source, write_beside

SHORTER = {  # names of settings, in two lines
    "recommended": "recom-\nmended",
    "W_hh symmetric": "W_hh\nsymm.",
    "W_hh = identity": "W_hh\nident.",
    "one call": "one\ncall",
}


def plot_patients(runs, healthy, majority, source):
    """Draw the losses of wrong networks and a right one beside their accuracies; return the figure.

    Parameters
    ----------
    runs : dict of pairs
        For each wrong network, by its letter, the training losses before the first epoch and after
        each, and the accuracy on the test set.
    healthy : pair
        The same for the right network.
    majority : float
        The share of the majority class.
    source : str
        As of `load_ecg5000`.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.4))
    left.plot(healthy[0], color="0.8", linestyle="-", linewidth=5, label="healthy")
    text = {"ha": "center", "va": "top", "fontsize": 9, "color": "0.3"}
    lines = (healthy[1], "the healthy network", "-"), (majority, "the majority class", "--")
    for share, name, line in lines:
        right.axhline(share, color="0.4", linestyle=line, linewidth=1.2)
        write_beside(right, name, (2, share), (0, -13), **text)
    losses = {letter: run[0] for letter, run in runs.items()}
    accuracies = {letter: run[1] for letter, run in runs.items()}
    draw_runs(left, right, losses, accuracies, "os^Dv", 8)
    mark_source(figure, source)
    return figure


def plot_two_bits(shares, chance):
    """Draw the test accuracies of each network's seeds, a row of markers each; return the figure.

    Parameters
    ----------
    shares : dict of sequences of floats
        For each network, by its name, the share of right answers of each seed; "healthy" is drawn
        apart.
    chance : float
        The share that guessing gets, drawn as a line across.
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.5))
    ax.axhline(chance, color="0.4", linestyle="--", linewidth=1.2)
    text = {"ha": "right", "va": "top", "fontsize": 9, "color": "0.3"}
    write_beside(ax, "guessing", (len(shares) - 0.5, chance), (-2, -4), **text)
    for k, (name, values) in enumerate(shares.items()):
        colour, marker = (BLUE, "o") if name == "healthy" else (VERMILION, "s")
        x = k + 0.09 * (np.arange(len(values)) - (len(values) - 1) / 2)
        # Small and in order of size: which seed fails differs between processors.
        ax.plot(x, np.sort(values), linestyle="", marker=marker, color=colour, markersize=3.2)
    ax.set_xticks(range(len(shares)), shares)
    ax.set(xlim=(-0.5, len(shares) - 0.5), xlabel="network")
    ax.set(ylim=(0.35, 1.04), ylabel="test accuracy")
    ax.grid(axis="x", visible=False)
    return figure


def plot_detector(groups, settings, found=None, predicted=None):
    """Draw which mistakes (rows) which settings of a check (columns) find; return the figure.

    Parameters
    ----------
    groups : dict of lists of str
        The names of the mistakes, by the name of their group. Rows are numbered from 1, through
        all groups.
    settings : sequence of str
        The first is shaded.
    found : int array of shape (number of mistakes, number of settings), optional
        2: found in the gradient of a parameter; 1: only in that of h0 or X; 0: missed. Without it
        the fields stay empty.
    predicted : set of (int, int), optional
        Row (from 0) and column of what was expected to be missed; framed.
    """
    rows = sum(map(len, groups.values()))
    figure, ax = plt.subplots(figsize=(7.5, 0.18 * (rows + 1.2 * len(groups)) + 1.1))
    y, names, top = [], [], 0.0
    title = {"ha": "right", "va": "center", "fontsize": 9, "fontweight": "bold"}
    for group, members in groups.items():
        ax.text(-0.02, top, group, transform=ax.get_yaxis_transform(), **title)
        ax.axhline(top - 0.6, color="0.6", linestyle="-", linewidth=0.8)
        for k, name in enumerate(members):
            y.append(top + 1 + k)
            names.append(f"{name}  {len(y):2d}")
        top += len(members) + 1.2
    y = np.array(y)
    ax.axvspan(-0.5, 0.5, color="0.93", zorder=0)
    if found is None:
        columns, heights = np.meshgrid(np.arange(len(settings)), y)
        ax.scatter(columns, heights, s=4, marker="o", color="0.6")
    else:
        draw_findings(ax, found, y, (14, 30, 70), 1, "found only in dh0 or dX")
    if predicted:
        rows, columns = np.array(sorted(predicted)).T
        frame = {"facecolor": "none", "edgecolor": BLACK, "linewidth": 1.4}
        ax.scatter(columns, y[rows], s=170, marker="s", label="your prediction", **frame)
    labels = [SHORTER.get(setting, setting) for setting in settings]
    ax.set_xticks(range(len(settings)), labels, fontsize=8.5)
    ax.set_yticks(y, names, fontsize=8)
    ax.set(xlim=(-0.5, len(settings) - 0.5), ylim=(top - 0.6, -0.7))
    draw_as_table(ax)
    handles, names = ax.get_legend_handles_labels()
    if handles:
        below = {"loc": "outside lower right", "ncols": 4, "frameon": False}
        figure.legend(handles, names, fontsize=9, **below)
    return figure


def plot_repairs(repairs, path, subsets):
    """Draw a gradient's error while its faults are repaired one by one; return the figure.

    Parameters
    ----------
    repairs : sequence of K str
        The faults in the order of their repair.
    path : sequence of K + 1 floats
        The error before the first repair and after each.
    subsets : sequence of (int, float)
        For every choice of faults, how many of them are repaired, and the error.
    """
    figure, ax = plt.subplots(figsize=(7.5, 4.2))
    done, errors = np.array(subsets).T
    dots = {"linestyle": "", "marker": "o", "markersize": 4, "color": "0.7"}
    line = {"linestyle": "-", "marker": "s", "markersize": 7, "color": VERMILION}
    ax.plot(done, errors, label="every choice of repairs", **dots)
    ax.plot(path, label="repaired in this order", **line)
    ax.axhline(0, color=BLACK, linestyle="-", linewidth=0.8)
    names = ["nothing\nrepaired", *(f"+ {name}" for name in repairs)]
    slanted = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(range(len(path)), names, fontsize=8.5, **slanted)
    ax.set(ylim=(-0.04, 1.05), ylabel="relative error, worst tensor")
    ax.grid(axis="x", visible=False)
    ax.legend(frameon=False, loc="lower left")
    return figure
