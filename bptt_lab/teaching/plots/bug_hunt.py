"""The figures of notebook 06."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLACK, BLUE, COLOURS, LINES, VERMILION, mark_source


def plot_patients(runs, healthy, majority, source):
    """Draw the loss curves of wrong networks and a right one, beside their accuracies on the test set; return the figure.

    Parameters
    ----------
    runs : dict of pairs
        For each wrong network, by its letter, the training losses before the first epoch and after each, and the accuracy.
    healthy : pair, the same for the right network
    majority : float, the share of the majority class
    source : str
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.4))
    left.plot(healthy[0], color="0.8", linestyle="-", linewidth=5, label="healthy")
    for (share, name), line in zip(
        ((healthy[1], "the healthy network"), (majority, "the majority class")), ("-", "--")
    ):
        right.axhline(share, color="0.4", linestyle=line, linewidth=1.2)
        right.annotate(
            name,
            (2, share),
            (0, -13),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=9,
            color="0.3",
        )
    for k, (letter, (losses, share)) in enumerate(runs.items()):
        left.plot(losses, color=COLOURS[k], linestyle=LINES[k], label=letter)
        right.plot(k, share, "os^Dv"[k], color=COLOURS[k], markersize=8)
        right.annotate(
            letter, (k, share), (0, 9), textcoords="offset points", ha="center", fontweight="bold"
        )
    left.set(yscale="log", xlabel="epoch", ylabel="training loss (nats)")
    left.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    left.minorticks_off()
    left.legend(frameon=False, ncols=2)
    right.set(xlim=(-0.5, len(runs) - 0.5), ylim=(0.5, 1.02), ylabel="accuracy on the test set")
    right.set_xticks([])
    mark_source(figure, source)
    return figure


def plot_two_bits(shares, chance):
    """Draw the test accuracies of the seeds of each network, a row of markers for each letter; return the figure.

    Parameters
    ----------
    shares : dict of sequences of floats
        For each network, by its name, the share of right answers of each seed; "healthy" is drawn apart.
    chance : float
        The share that guessing gets, drawn as a line across.
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.5))
    ax.axhline(chance, color="0.4", linestyle="--", linewidth=1.2)
    ax.annotate(
        "guessing",
        (len(shares) - 0.5, chance),
        (-2, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=9,
        color="0.3",
    )
    for k, (name, values) in enumerate(shares.items()):
        colour, marker = (BLUE, "o") if name == "healthy" else (VERMILION, "s")
        x = k + 0.09 * (np.arange(len(values)) - (len(values) - 1) / 2)
        ax.plot(x, np.sort(values), linestyle="", marker=marker, color=colour, markersize=3.2)
    ax.set_xticks(range(len(shares)), shares)
    ax.set(
        xlim=(-0.5, len(shares) - 0.5), ylim=(0.35, 1.04), xlabel="network", ylabel="test accuracy"
    )
    ax.grid(
        axis="x", visible=False
    )  # the markers are small: which seed fails differs between processors
    return figure


def plot_detector(groups, settings, found=None, predicted=None):
    """Draw a row for each mistake and a column for each setting of a check: which finds which; return the figure.

    Parameters
    ----------
    groups : dict of lists of str
        The names of the mistakes, by the name of their group. Rows are numbered from 1, through all groups.
    settings : sequence of str; the first is shaded
    found : int array of shape (number of mistakes, number of settings), optional
        2: found in the gradient of a parameter; 1: only in that of h0 or X; 0: missed. Without it the fields stay empty.
    predicted : set of (int, int), optional
        Row (from 0) and column of what was expected to be missed; framed.
    """
    names = [name for group in groups.values() for name in group]
    figure, ax = plt.subplots(figsize=(7.5, 0.18 * (len(names) + 1.2 * len(groups)) + 1.1))
    y, ticks, top = np.empty(len(names)), [], 0.0
    for group, members in groups.items():
        ax.text(
            -0.02,
            top,
            group,
            transform=ax.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=9,
            fontweight="bold",
        )
        ax.axhline(top - 0.6, color="0.6", linestyle="-", linewidth=0.8)
        for k in range(len(members)):
            y[len(ticks)] = top + 1 + k
            ticks.append(f"{members[k]}  {len(ticks) + 1:2d}")
        top += len(members) + 1.2
    ax.axvspan(-0.5, 0.5, color="0.93", zorder=0)
    if found is None:
        ax.scatter(
            np.tile(np.arange(len(settings)), len(names)),
            np.repeat(y, len(settings)),
            s=4,
            marker="o",
            color="0.6",
        )
    else:
        for level, marker, face, edge, size, meaning in (
            (2, "o", BLUE, BLUE, 14, "found"),
            (1, "o", "white", BLUE, 30, "found only in dh0 or dX"),
            (0, "X", VERMILION, VERMILION, 70, "missed"),
        ):
            rows, columns = np.nonzero(found == level)
            ax.scatter(
                columns,
                y[rows],
                s=size,
                marker=marker,
                facecolor=face,
                edgecolor=edge,
                linewidth=1,
                label=meaning,
            )
    if predicted:
        rows, columns = np.array(sorted(predicted)).T
        ax.scatter(
            columns,
            y[rows],
            s=170,
            marker="s",
            facecolor="none",
            edgecolor=BLACK,
            linewidth=1.4,
            label="your prediction",
        )
    shorter = {
        "recommended": "recom-\nmended",
        "W_hh symmetric": "W_hh\nsymm.",
        "W_hh = identity": "W_hh\nident.",
        "one call": "one\ncall",
    }
    ax.set_xticks(
        range(len(settings)), [shorter.get(setting, setting) for setting in settings], fontsize=8.5
    )
    ax.set_yticks(y, ticks, fontsize=8)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set(xlim=(-0.5, len(settings) - 0.5), ylim=(top - 0.6, -0.7))
    ax.spines[:].set_visible(False)
    ax.grid(axis="x", visible=False)
    if ax.get_legend_handles_labels()[0]:
        figure.legend(
            *ax.get_legend_handles_labels(),
            loc="outside lower right",
            ncols=4,
            frameon=False,
            fontsize=9,
        )
    return figure


def plot_repairs(repairs, path, subsets):
    """Draw the error of a gradient while its faults are repaired one after another; return the figure.

    Parameters
    ----------
    repairs : sequence of K str, the faults in the order of their repair
    path : sequence of K + 1 floats
        The error before the first repair and after each.
    subsets : sequence of (int, float)
        For every choice of faults, how many of them are repaired, and the error.
    """
    figure, ax = plt.subplots(figsize=(7.5, 4.2))
    done, errors = np.array(subsets).T
    ax.plot(
        done,
        errors,
        linestyle="",
        marker="o",
        markersize=4,
        color="0.7",
        label="every choice of repairs",
    )
    ax.plot(
        path,
        color=VERMILION,
        linestyle="-",
        marker="s",
        markersize=7,
        label="repaired in this order",
    )
    ax.axhline(0, color=BLACK, linestyle="-", linewidth=0.8)
    ax.set_xticks(
        range(len(path)),
        ["nothing\nrepaired", *(f"+ {name}" for name in repairs)],
        fontsize=8.5,
        rotation=35,
        ha="right",
        rotation_mode="anchor",
    )
    ax.set(ylim=(-0.04, 1.05), ylabel="relative error, worst tensor")
    ax.grid(axis="x", visible=False)
    ax.legend(frameon=False, loc="lower left")
    return figure
