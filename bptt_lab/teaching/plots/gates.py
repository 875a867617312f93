"""Figures of notebook 09."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLACK, BLUE, GREEN, ORANGE, PURPLE, VERMILION, mark_source, write_beside

CELL_STYLES = {"LSTM": (BLUE, "-", "o"), "GRU": (ORANGE, "--", "s"), "vanilla": (GREEN, "-.", "^")}


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
    """Draw the test accuracy against the bias that a gate starts from.

    Parameters
    ----------
    scores : dict of dicts of lists, by cell and bias
    chance : float
    source : str, as of `load_ecg5000`
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.2))
    for name, by_bias in scores.items():
        colour, line, marker = CELL_STYLES[name]
        means = [np.mean(values) for values in by_bias.values()]
        ax.plot(list(by_bias), means, color=colour, linestyle=line, label=name)
        for bias, values in by_bias.items():
            ax.plot(
                [bias + 0.03 * (name == "LSTM")] * len(values),
                values,
                marker,
                color=colour,
                markersize=6,
            )
    ax.axhline(chance, color="0.45", linestyle=":", linewidth=1.2)
    biases = sorted({bias for by_bias in scores.values() for bias in by_bias})
    ax.set_xticks(biases, [f"{b:g}" for b in biases])
    ax.text(0.4, chance + 0.012, "guessing", color="0.35")
    ax.set(xlabel="bias that the gate starts from", ylabel="test accuracy", ylim=(0.45, 1.02))
    ax.legend(loc="center left")
    mark_source(figure, source)
    return figure


def plot_replaced(panels, m, source):
    """Draw, step by step, how much a gate lets go where it is the marked beat, and elsewhere.

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
    axes[0, 0].set(ylabel="share of the state\nthat is replaced", ylim=(0, 1))
    axes[0, -1].legend(title="marked is", loc="upper right")
    mark_source(figure, source)
    return figure


def plot_two_tasks(easy, memory, names, source):
    """Draw what networks with a wrong backward pass reach, on an easy task and on one for memory.

    Parameters
    ----------
    easy, memory : dict of floats, accuracies by the id of the mistake; the right one is "right"
    names : dict of str, what to write beside each
    source : str, as of `load_ecg5000`
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.7), sharey=True)
    places = np.arange(len(names))[::-1]
    for ax, scores, low, title in (
        (left, easy, 0.5, "beats, one at a time"),
        (right, memory, 0.45, "the marked beat"),
    ):
        for place, id in zip(places, names):
            colour, marker = (GREEN, "o") if id == "right" else (VERMILION, "X")
            ax.plot([low, scores[id]], [place, place], color=colour, linestyle="-", linewidth=1)
            ax.plot(scores[id], place, marker, color=colour, markersize=8)
        ax.set(title=title, xlabel="test accuracy", xlim=(low, 1.02))
        ax.set_ylim(-0.6, len(names) - 0.4)
        ax.grid(axis="y", visible=False)
    left.set_yticks(places, list(names.values()))
    mark_source(figure, source)
    return figure
