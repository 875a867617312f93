"""The figures of notebook 01."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, COLOURS, LINES, ORANGE, VERMILION, mark_source, write_below, write_beside

HATCHES = ("", "////", "....", "xxxx", "----")

BESIDE = {  # where the name of a wave is written, from its peak
    "R": (3, 3, "left"),
    "S end": (6, -2, "left"),
    "next Q": (-5, -5, "right"),
    "next R": (4, 8, "right"),
    "next S": (2, -4, "right"),
}


def plot_cuts(X, n, t, source):
    """Draw a batch, one of its sequences in colour, and all values at one step; return the figure.

    Parameters
    ----------
    X : array of shape (T, N, 1)
    n : int
        The sequence to show, ``X[:, n]``.
    t : int
        The step to show, from 1 to T: ``X[t - 1]``.
    source : str
        As of `load_ecg5000`.
    """
    figure, ax = plt.subplots()
    steps = np.arange(1, len(X) + 1)
    ax.plot(steps, X[:, :, 0], color="0.75", linestyle="-", linewidth=0.8)
    ax.plot(steps, X[:, n, 0], color=BLUE, linestyle="-", linewidth=2.2)
    at_t = X[t - 1, :, 0]
    ax.plot([t] * len(at_t), at_t, "o", color=VERMILION, linestyle="none", markersize=5)
    point_at(ax, f"X[:, {n}]: one beat, every step", (60, X[59, n, 0]), (42, -2.2), BLUE)
    text = f"X[{t} - 1]: every beat, step {t}"
    point_at(ax, text, (t, at_t.max()), (t - 6, 2.9), VERMILION, ha="right")
    ax.set(xlabel="time t (samples)", xlim=(0, len(X) + 1))
    ax.set(ylabel="signal (standard deviations)", ylim=(-5.5, 3.4))
    mark_source(figure, source)
    return figure


def point_at(ax, text, point, place, colour, **style):
    line = {"arrowstyle": "-", "color": colour}
    ax.annotate(text, point, place, color=colour, arrowprops=line, **style)


def plot_reshaped(right, wrong, n, source):
    """Draw a sequence of a transposed array, and of one that was reshaped; return the figure.

    Parameters
    ----------
    right, wrong : arrays of shape (T, N, 1)
    n : int
        The sequence, ``right[:, n]``.
    source : str
        As of `load_ecg5000`.
    """
    figure, axes = plt.subplots(2, 1, figsize=(7.5, 3.8), sharex=True)
    pictures = (right, BLUE, "transposed"), (wrong, VERMILION, "reshaped")
    for ax, (X, colour, name) in zip(axes, pictures):
        ax.plot(np.arange(1, len(X) + 1), X[:, n, 0], color=colour, linestyle="-", linewidth=1.4)
        ax.set_title(f"{name}: X[:, {n}]", loc="left")
    axes[1].set(xlabel="time t (samples)", xlim=(0, len(right) + 1))
    figure.supylabel("signal (standard deviations)", fontsize=10)
    mark_source(figure, source)
    return figure


def plot_waves(waves, names, model, mean, source):
    """Draw the waves of a synthetic beat, and their sum beside a mean beat; return the figure.

    Parameters
    ----------
    waves : array of shape (K, T)
    names : sequence of K str
    model : array of shape (T,)
        The sum, standardised.
    mean : array of shape (T,)
        A mean beat.
    source : str
        Of the mean beat, as of `load_ecg5000`.
    """
    figure, (above, below) = plt.subplots(2, 1, figsize=(7.5, 5.2), sharex=True)
    steps = np.arange(1, len(model) + 1)
    for k, (wave, name) in enumerate(zip(waves, names)):
        colour, peak, seen = COLOURS[k % 5], np.abs(wave).argmax(), np.abs(wave) > 0.01
        above.plot(steps[seen], wave[seen], color=colour, linestyle=LINES[k % 5])
        right, up, side = BESIDE.get(name, (0, np.sign(wave[peak]) * 4, "center"))
        style = {"color": colour, "ha": side, "va": "bottom" if wave[peak] > 0 else "top"}
        write_beside(above, name, (steps[peak], wave[peak]), (right, up), **style)
    above.set(ylabel="amplitude (arbitrary)", ylim=(-5.7, 3), xlim=(0, len(model) + 1))
    above.set_title("the waves, one by one", loc="left")
    below.plot(steps, mean, color=BLUE, linestyle="-")
    below.plot(steps, model, color=VERMILION, linestyle="--")
    low = mean.argmin()
    point_at(below, "their sum, standardised", (13, model[12]), (24, -2.4), VERMILION)
    text = "mean of the beats of class 1"
    point_at(below, text, (steps[low], mean[low]), (24, -3.8), BLUE, va="center")
    below.set(xlabel="time t (samples)", ylabel="signal\n(standard deviations)")
    below.set_title("what they add up to", loc="left")
    if source == "synthetic":
        mark_source(figure, source)
    else:
        write_below(figure, "synthetic waves, recorded mean; not for medical use")
    return figure


def plot_classes(X, Y, source):
    """Draw each class's mean beat, one standard deviation to either side; return the figure.

    Parameters
    ----------
    X : array of shape (T, N, 1)
    Y : array of shape (N, C), one-hot, C at most 5
    source : str
        As of `load_ecg5000`.
    """
    figure, axes = plt.subplots(2, 3, figsize=(7.5, 4.4), sharex=True, sharey=True)
    steps, together = np.arange(1, len(X) + 1), axes.flat[-1]
    for k, (ax, colour, line) in enumerate(zip(axes.flat[: Y.shape[1]], COLOURS, LINES)):
        own = X[:, Y[:, k] == 1, 0]
        mean, spread = own.mean(axis=1), own.std(axis=1)
        ax.fill_between(steps, mean - spread, mean + spread, color=colour, alpha=0.3, linewidth=0)
        ax.plot(steps, mean, color=colour, linestyle=line)
        together.plot(steps, mean, color=colour, linestyle=line, linewidth=1.4)
        ax.set_title(f"class {k + 1}: {own.shape[1]} beats", loc="left")
    together.set_title("the means together", loc="left")
    together.set(xlim=(0, len(X) + 1), xticks=(1, 35, 70, 105, 140))
    figure.supylabel("signal (standard deviations)", fontsize=10)
    for ax in axes[1]:
        ax.set_xlabel("time t (samples)")
    mark_source(figure, source)
    return figure


def plot_class_counts(Y_train, Y_test, source):
    """Draw how the beats are shared out among the classes; return the figure.

    Parameters
    ----------
    Y_train, Y_test : arrays of shape (N, C), one-hot
    source : str
        As of `load_ecg5000`.
    """
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 2.6), sharey=True)
    sets = (Y_train, "training set", BLUE), (Y_test, "test set", ORANGE)
    for ax, (Y, name, colour) in zip(axes, sets):
        counts = Y.sum(axis=0).astype(int)
        bars = ax.barh(np.arange(1, len(counts) + 1), 100 * counts / counts.sum(), color=colour)
        ax.bar_label(bars, counts, padding=4)
        ax.set(xlabel="share of the beats (%)", xlim=(0, 72))
        ax.set_title(f"{name}, {counts.sum()} beats", loc="left")
        ax.grid(axis="y", visible=False)
        ax.set_axisbelow(True)
    axes[0].set(ylabel="class", yticks=np.arange(1, len(counts) + 1))
    axes[0].invert_yaxis()
    mark_source(figure, source)
    return figure


def plot_batches(orders, batch_size, C, source):
    """Draw the classes in successive mini-batches, for several orders; return the figure.

    Parameters
    ----------
    orders : dict of int arrays of shape (N,)
        For each name, the labels 0..C-1 in that order.
    batch_size : int
    C : int
        At most 5.
    source : str
        As of `load_ecg5000`.
    """
    figure, axes = plt.subplots(1, len(orders), figsize=(7.5, 3.2), sharey=True)
    for ax, (name, labels) in zip(axes, orders.items()):
        batches = [labels[k : k + batch_size] for k in range(0, len(labels), batch_size)]
        counts = np.array([np.bincount(batch, minlength=C) for batch in batches])
        numbers, bottom = np.arange(1, len(batches) + 1), np.zeros(len(batches))
        for k in range(C):
            style = {"color": COLOURS[k], "hatch": HATCHES[k], "edgecolor": "white", "linewidth": 0}
            ax.bar(numbers, counts[:, k], 0.9, bottom, label=f"class {k + 1}", **style)
            bottom += counts[:, k]
        ax.set(xlabel="mini-batch", xticks=numbers[::3])
        ax.set_title(name, loc="left")
        ax.grid(axis="x", visible=False)
        ax.set_axisbelow(True)
    axes[0].set_ylabel("beats in the mini-batch")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles[::-1], names[::-1], loc="outside right center", frameon=False)
    mark_source(figure, source)
    return figure
