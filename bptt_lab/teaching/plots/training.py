"""The figures of notebook 05."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, COLOURS, LINES, ORANGE, VERMILION


def plot_history(history):
    """Draw the loss (log scale) and the accuracy of `history`, a `History`, against the epoch; return the figure."""
    figure, (left, right) = plt.subplots(1, 2)
    for ax, name, values in (
        (left, "loss", (history.loss, history.val_loss)),
        (right, "accuracy", (history.accuracy, history.val_accuracy)),
    ):
        for k, (label, curve) in enumerate(zip(("training", "validation"), values)):
            if curve and curve[0] is not None:
                ax.plot(
                    curve,
                    color=COLOURS[k],
                    linestyle=LINES[k],
                    marker="." if len(curve) < 3 else None,
                    label=label,
                )
        ax.set(xlabel="epoch", ylabel=name)
        ax.xaxis.get_major_locator().set_params(integer=True)
    left.set_yscale("log")
    left.yaxis.set_major_locator(plt.matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter("{x:g}")
    left.yaxis.set_minor_formatter("")
    right.set_ylim(0, 1.02)
    left.legend(frameon=False)
    return figure


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
    ax.set(
        xlim=(0, 1.14 if numbers else 1.02), ylim=(len(ladder) - 0.5, -0.7), xlabel="test accuracy"
    )
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.set_yticks(range(len(ladder)), ladder)
    ax.grid(axis="y", visible=False)
    return figure


def plot_confusion(counts):
    """Draw a confusion matrix, `counts` of shape (C, C), with the shares of each true class; return the figure."""
    members = counts.sum(axis=1)
    shares = counts / members[:, None]
    figure, ax = plt.subplots(figsize=(5.2, 3.8))
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (i, j), share in np.ndenumerate(shares):
        ax.text(
            j,
            i,
            f"{share:.2f}",
            ha="center",
            va="center",
            color="white" if share > 0.6 else "black",
            fontweight="bold" if i == j else "normal",
        )
    classes = range(len(counts))
    ax.set_xticks(classes, [str(k + 1) for k in classes])
    ax.set_yticks(classes, [f"{k + 1}  ({n} beats)" for k, n in enumerate(members)])
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(visible=False)
    return figure


def plot_seeds(accuracies, balanced, yardstick, standard_error):
    """Draw the accuracy and the balanced accuracy of runs that differ in the seed; return the figure.

    Parameters
    ----------
    accuracies, balanced : dicts
        For each recipe, by name, the values of its runs.
    yardstick : tuple
        Name, accuracy and balanced accuracy of something to compare with.
    standard_error : float
        Sampling error of one test accuracy, drawn at the mean.
    """
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.5, 2.6))
    for ax, name, runs, line in zip(
        axes, ("test accuracy", "balanced test accuracy"), (accuracies, balanced), yardstick[1:]
    ):
        ax.axvline(line, color="0.45", linestyle="--", linewidth=1.2)
        ax.text(line, -0.68, yardstick[0], ha="center", va="bottom", fontsize=9, color="0.3")
        for row, values in enumerate(runs.values()):
            mean = np.mean(values)
            if ax is axes[0]:
                ax.plot(
                    [mean - standard_error, mean + standard_error],
                    [row + 0.2] * 2,
                    color=ORANGE,
                    linestyle="-",
                    linewidth=3,
                )
            ax.plot(
                values,
                [row] * len(values),
                color=(BLUE, VERMILION)[row],
                marker="os"[row],
                linestyle="",
                alpha=0.6,
            )
            ax.plot(
                [mean, mean], [row - 0.2, row + 0.2], color="black", linestyle="-", linewidth=1.5
            )
        ax.set(xlabel=name, ylim=(len(runs) - 0.5, -0.65))
        ax.set_yticks(range(len(runs)), runs)
        ax.grid(axis="y", visible=False)
    axes[0].set_xlim(0.91, 0.96)
    axes[1].set_xlim(0.4, 0.7)
    return figure
