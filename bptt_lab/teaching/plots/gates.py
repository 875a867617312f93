"""Figures of notebook 09."""

import matplotlib.pyplot as plt
import numpy as np

from .style import (
    BLACK,
    BLUE,
    GREEN,
    LINES,
    ORANGE,
    PURPLE,
    VERMILION,
    mark_source,
    write_beside,
)


def plot_roads(panels, source=None):
    """Draw how much of the error arrives at each step, against two forecasts.

    Parameters
    ----------
    panels : dict of dicts, by title
        Of arrays of shape (T,), by what they are: "measured", "the gate alone", "both roads".
    source : str, optional, as of `load_ecg5000`
    """
    styles = {"measured": (BLACK, "-"), "the gate alone": (VERMILION, ":")}
    styles["both roads"] = (BLUE, "--")
    figure, axes = plt.subplots(1, len(panels), figsize=(7.5, 3.3), sharey=True)
    for ax, (title, curves) in zip(axes, panels.items()):
        for name, values in curves.items():
            colour, line = styles[name]
            ax.semilogy(np.arange(1, len(values) + 1), values, color=colour, linestyle=line)
        ax.set(title=title, xlabel="step t")
    for name, t, offset in (("measured", 60, (-4, 12)), ("the gate alone", 75, (-6, -26))):
        curve = next(iter(panels.values()))[name]
        side = "right" if name == "measured" else "left"
        write_beside(axes[0], name, (t, curve[t - 1]), offset, color=styles[name][0], ha=side)
    curve = next(iter(panels.values()))["both roads"]
    write_beside(axes[0], "both roads", (95, curve[94]), (-8, 16), color=BLUE, ha="right")
    axes[0].set_ylabel("error at step t,\nrelative to the last step")
    if source:
        mark_source(figure, source)
    return figure


def plot_biases(scores, chance, source):
    """Draw the test accuracy over the distance, a panel for each cell.

    Parameters
    ----------
    scores : dict of dicts of dicts of lists
        By cell, by what it starts from, and by the steps that are to be bridged: one a seed.
    chance : float
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, len(scores), figsize=(7.5, 3.2), sharey=True)
    styles = list(zip((BLACK, VERMILION, ORANGE, BLUE, GREEN), "Dvso^", LINES))
    names = list(dict.fromkeys(start for starts in scores.values() for start in starts))
    for ax, (cell, starts) in zip(axes, scores.items()):
        for k, (start, by_distance) in enumerate(starts.items()):
            colour, marker, line = styles[names.index(start)]
            # Side by side: most of them are at the top or at the bottom, all at one height.
            where = np.array(list(by_distance)) + 1.5 * (k - (len(starts) - 1) / 2)
            means = [np.mean(values) for values in by_distance.values()]
            ax.plot(where, means, color=colour, linestyle=line, linewidth=0.8)
            ax.plot(where, list(by_distance.values()), marker, color=colour, markersize=6)
        ax.axhline(chance, color="0.45", linestyle=":", linewidth=1.2)
        ax.set_xticks(sorted(by_distance))
        ax.set(title=cell, xlabel="steps to be bridged", ylim=(0.42, 1.03))
    handles = [
        plt.Line2D([], [], color=colour, marker=marker, linestyle=line, linewidth=0.8, label=name)
        for name, (colour, marker, line) in zip(names, styles)
    ]
    figure.legend(handles=handles, title="starts from", loc="outside right upper")
    axes[0].set_ylabel("test accuracy")
    mark_source(figure, source)
    return figure


def plot_replaced(panels, m, source):
    """Draw, step by step, how much a gate lets go, or in, at the marked beat and elsewhere.

    Parameters
    ----------
    panels : dict of dicts of arrays of shape (T,)
        By title, and by the number of the marked beat, from 0.
    m : int, beats in a stream
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(7.5, 3.4), sharey=True, squeeze=False)
    for ax, (title, curves) in zip(axes[0], panels.items()):
        for (marked, values), (colour, line) in zip(
            curves.items(), ((BLUE, "-"), (ORANGE, "--"), (PURPLE, "-."))
        ):
            steps = np.arange(1, len(values) + 1)
            ax.plot(steps, values, color=colour, ls=line, lw=1, label=f"beat {marked + 1}")
            per_beat = len(values) // m
            ax.axvspan(
                marked * per_beat + 0.5, (marked + 1) * per_beat + 0.5, color=colour, alpha=0.1
            )
        ax.set(title=title, xlabel="step t, seven for each beat")
        ax.set_xticks(np.arange(0, len(values) + 1, 2 * per_beat))
    # Fixed, with room: training ends a little differently on every processor.
    axes[0, 0].set(ylabel="share that is replaced,\nor let in", ylim=(0, 0.4))
    axes[0, -1].legend(title="marked is", loc="upper right")
    mark_source(figure, source)
    return figure


def plot_tasks(panels, names, source):
    """Draw what networks with a right and with a wrong backward pass reach.

    Parameters
    ----------
    panels : dict of dicts of floats
        By title, the accuracies by the id of the mistake; a right one's id ends in "right".
    names : dict of str, what to write beside each
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(7.5, 3.2), sharey=True)
    low, places = 0.42, np.arange(len(names))[::-1]
    for ax, (title, scores) in zip(axes, panels.items()):
        for place, id in zip(places, names):
            if id in scores:
                colour, marker = (GREEN, "o") if id.endswith("right") else (VERMILION, "X")
                ax.plot([low, scores[id]], [place, place], color=colour, ls="-", lw=1)
                ax.plot(scores[id], place, marker, color=colour, markersize=8)
        ax.set(title=title, xlabel="test accuracy", xlim=(low, 1.03))
        ax.set_ylim(-0.6, len(names) - 0.4)
        ax.grid(axis="y", visible=False)
    axes[0].set_yticks(places, list(names.values()))
    mark_source(figure, source)
    return figure
