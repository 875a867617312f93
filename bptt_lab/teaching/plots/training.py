"""The figures of notebook 05."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator

from .style import BLUE, COLOURS, LINES, ORANGE, VERMILION


def plot_history(history):
    """Draw the loss (log scale) and the accuracy against the epoch; return the figure.

    Parameters
    ----------
    history : History
    """
    figure, (left, right) = plt.subplots(1, 2)
    marker = "." if len(history.loss) < 3 else None
    draw_history(left, right, history, ("training", "validation"), marker=marker)
    left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter("{x:g}")
    left.yaxis.set_minor_formatter("")
    left.legend(frameon=False)
    return figure


def draw_history(left, right, history, names, **style):
    """Draw losses on the axes to the left and accuracies to the right, without a legend."""
    for ax, measure in ((left, "loss"), (right, "accuracy")):
        curves = getattr(history, measure), getattr(history, f"val_{measure}")
        for name, curve, colour, line in zip(names, curves, COLOURS, LINES):
            if None not in curve:  # there is a validation set
                ax.plot(curve, color=colour, linestyle=line, label=name, **style)
        ax.set(xlabel="epoch", ylabel=measure)
        ax.xaxis.get_major_locator().set_params(integer=True)
    left.set_yscale("log")
    right.set_ylim(0, 1.02)


def plot_ladder(ladder, yardsticks, numbers=True):
    """Draw the test accuracy of one run after another, from top to bottom; return the figure.

    Parameters
    ----------
    ladder : dict
        Name and accuracy of each run, in order; NaN for a run that ended in NaN.
    yardsticks : dict
        Names and accuracies to compare with, drawn as vertical lines.
    numbers : bool
        Whether to write each accuracy beside its line.
    """
    figure, ax = plt.subplots(figsize=(7.5, 0.6 + 0.34 * len(ladder)))
    for (name, value), line in zip(yardsticks.items(), LINES[1:]):
        ax.axvline(value, color="0.45", linestyle=line, linewidth=1.2, zorder=1)
        ax.text(value, -0.75, name, ha="right", va="bottom", fontsize=9, color="0.3")
    for row, value in enumerate(ladder.values()):
        if np.isnan(value):
            ax.text(0.01, row, "NaN", va="center", color=VERMILION, fontweight="bold")
        else:
            ax.plot([0, value], [row, row], color=BLUE, linestyle="-")
            ax.plot(value, row, color=BLUE, marker="o")
            if numbers:
                ax.text(1.13, row, f"{100 * value:.1f} %", ha="right", va="center", fontsize=9)
    ax.set(xlim=(0, 1.14 if numbers else 1.02), xlabel="test accuracy")
    ax.set_ylim(len(ladder) - 0.5, -0.7)
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.set_yticks(range(len(ladder)), ladder)
    ax.grid(axis="y", visible=False)
    return figure


def plot_confusion(counts):
    """Draw a confusion matrix with the shares of each true class; return the figure.

    Parameters
    ----------
    counts : int array of shape (C, C)
        As of `confusion_matrix`.
    """
    members = counts.sum(axis=1)
    shares = counts / members[:, None]
    figure, ax = plt.subplots(figsize=(5.2, 3.8))
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (i, j), share in np.ndenumerate(shares):
        colour = "white" if share > 0.6 else "black"
        weight = "bold" if i == j else "normal"
        style = {"color": colour, "fontweight": weight, "ha": "center", "va": "center"}
        ax.text(j, i, f"{share:.2f}", **style)
    classes = range(len(counts))
    ax.set_xticks(classes, [str(k + 1) for k in classes])
    ax.set_yticks(classes, [f"{k + 1}  ({n} beats)" for k, n in enumerate(members)])
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(visible=False)
    return figure


def plot_seeds(accuracies, balanced, yardstick, standard_error):
    """Draw the accuracies, plain and balanced, of runs that differ in the seed; return the figure.

    Parameters
    ----------
    accuracies, balanced : dicts
        For each of at most two recipes, by name, the values of its runs.
    yardstick : tuple
        Name, accuracy and balanced accuracy of something to compare with.
    standard_error : float
        Sampling error of one test accuracy, drawn at the mean.
    """
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.5, 2.6))
    for ax, runs, value in zip(axes, (accuracies, balanced), yardstick[1:]):
        ax.axvline(value, color="0.45", linestyle="--", linewidth=1.2)
        ax.text(value, -0.68, yardstick[0], ha="center", va="bottom", fontsize=9, color="0.3")
        for row, (values, colour, marker) in enumerate(zip(runs.values(), (BLUE, VERMILION), "os")):
            mean = np.mean(values)
            if ax is axes[0]:
                interval = [mean - standard_error, mean + standard_error]
                ax.plot(interval, [row + 0.2] * 2, color=ORANGE, linestyle="-", linewidth=3)
            dots = {"marker": marker, "linestyle": "", "alpha": 0.6}
            ax.plot(values, [row] * len(values), color=colour, **dots)
            bar = [row - 0.2, row + 0.2]
            ax.plot([mean, mean], bar, color="black", linestyle="-", linewidth=1.5)
        ax.set_ylim(len(runs) - 0.5, -0.65)
        ax.set_yticks(range(len(runs)), runs)
        ax.grid(axis="y", visible=False)
    axes[0].set(xlabel="test accuracy", xlim=(0.91, 0.96))
    axes[1].set(xlabel="balanced test accuracy", xlim=(0.35, 0.7))
    return figure
