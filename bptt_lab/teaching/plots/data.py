"""The figures of notebook 01."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, COLOURS, LINES, ORANGE, VERMILION, mark_source

HATCHES = ("", "////", "....", "xxxx", "----")

BESIDE = {
    "R": (3, 3, "left"),
    "S end": (6, -2, "left"),
    "next Q": (-5, -5, "right"),
    "next R": (4, 8, "right"),
    "next S": (2, -4, "right"),
}


def plot_cuts(X, n, t, source):
    """Draw a batch of sequences, one of them in colour, and all their values at one step; return the figure.

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
    ax.plot(
        np.full(X.shape[1], t),
        X[t - 1, :, 0],
        color=VERMILION,
        linestyle="none",
        marker="o",
        markersize=5,
    )
    ax.annotate(
        f"X[:, {n}]: one beat, every step",
        (60, X[59, n, 0]),
        (42, -2.2),
        color=BLUE,
        arrowprops={"arrowstyle": "-", "color": BLUE},
    )
    ax.annotate(
        f"X[{t} - 1]: every beat, step {t}",
        (t, X[t - 1, :, 0].max()),
        (t - 6, 2.9),
        color=VERMILION,
        ha="right",
        arrowprops={"arrowstyle": "-", "color": VERMILION},
    )
    ax.set(
        xlabel="time t (samples)",
        ylabel="signal (standard deviations)",
        xlim=(0, len(X) + 1),
        ylim=(-5.5, 3.4),
    )
    mark_source(figure, source)
    return figure


def plot_reshaped(right, wrong, n, source):
    """Draw one sequence of an array that was transposed, and of one that was reshaped instead; return the figure.

    Parameters
    ----------
    right, wrong : arrays of shape (T, N, 1)
    n : int, the sequence
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(2, 1, figsize=(7.5, 3.8), sharex=True)
    for ax, X, colour, name in (
        (axes[0], right, BLUE, "transposed"),
        (axes[1], wrong, VERMILION, "reshaped"),
    ):
        ax.plot(np.arange(1, len(X) + 1), X[:, n, 0], color=colour, linestyle="-", linewidth=1.4)
        ax.set_title(f"{name}: X[:, {n}]", loc="left")
    axes[1].set(xlabel="time t (samples)", xlim=(0, len(right) + 1))
    figure.supylabel("signal (standard deviations)", fontsize=10)
    mark_source(figure, source)
    return figure


def plot_waves(waves, names, model, mean, source):
    """Draw the waves that a synthetic beat is the sum of, and their standardised sum beside a mean beat; return the figure.

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
        colour, peak = COLOURS[k % 5], np.abs(wave).argmax()
        seen = np.abs(wave) > 0.01
        above.plot(steps[seen], wave[seen], color=colour, linestyle=LINES[k % 5])
        right, up, side = BESIDE.get(name, (0, np.sign(wave[peak]) * 4, "center"))
        above.annotate(
            name,
            (steps[peak], wave[peak]),
            (right, up),
            textcoords="offset points",
            color=colour,
            ha=side,
            va="bottom" if wave[peak] > 0 else "top",
        )
    above.set(ylabel="amplitude (arbitrary)", ylim=(-5.7, 3), xlim=(0, len(model) + 1))
    above.set_title("the waves, one by one", loc="left")
    below.plot(steps, mean, color=BLUE, linestyle="-")
    below.plot(steps, model, color=VERMILION, linestyle="--")
    low = mean.argmin()
    below.annotate(
        "their sum, standardised",
        (13, model[12]),
        (24, -2.4),
        color=VERMILION,
        arrowprops={"arrowstyle": "-", "color": VERMILION},
    )
    below.annotate(
        "mean of the beats of class 1",
        (steps[low], mean[low]),
        (24, -3.8),
        color=BLUE,
        va="center",
        arrowprops={"arrowstyle": "-", "color": BLUE},
    )
    below.set(xlabel="time t (samples)", ylabel="signal\n(standard deviations)")
    below.set_title("what they add up to", loc="left")
    if source == "synthetic":
        mark_source(figure, source)
    else:
        figure.supxlabel(
            "synthetic waves, recorded mean; not for medical use",
            fontsize=8,
            x=0.99,
            ha="right",
            color="0.4",
        )
    return figure


def plot_classes(X, Y, source):
    """Draw each class's mean beat with a band of one standard deviation to either side; return the figure.

    Parameters
    ----------
    X : array of shape (T, N, 1)
    Y : array of shape (N, C), one-hot, C at most 5
    source : str
        As of `load_ecg5000`.
    """
    figure, axes = plt.subplots(2, 3, figsize=(7.5, 4.4), sharex=True, sharey=True)
    steps, together = np.arange(1, len(X) + 1), axes.flat[-1]
    for k, ax in enumerate(axes.flat[: Y.shape[1]]):
        own = X[:, Y[:, k] == 1, 0]
        mean, spread = own.mean(axis=1), own.std(axis=1)
        ax.fill_between(
            steps, mean - spread, mean + spread, color=COLOURS[k], alpha=0.3, linewidth=0
        )
        ax.plot(steps, mean, color=COLOURS[k], linestyle=LINES[k])
        together.plot(steps, mean, color=COLOURS[k], linestyle=LINES[k], linewidth=1.4)
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
    Y_train, Y_test : one-hot arrays of shape (N, C)
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 2.6), sharey=True)
    for ax, Y, name, colour in (
        (axes[0], Y_train, "training set", BLUE),
        (axes[1], Y_test, "test set", ORANGE),
    ):
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
    """Draw which classes the successive mini-batches hold, for several orders of the same beats; return the figure.

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
        bottom = np.zeros(len(batches))
        for k in range(C):
            ax.bar(
                np.arange(1, len(batches) + 1),
                counts[:, k],
                0.9,
                bottom,
                color=COLOURS[k],
                hatch=HATCHES[k],
                edgecolor="white",
                linewidth=0,
                label=f"class {k + 1}",
            )
            bottom += counts[:, k]
        ax.set(xlabel="mini-batch", xticks=np.arange(1, len(batches) + 1, 3))
        ax.set_title(name, loc="left")
        ax.grid(axis="x", visible=False)
        ax.set_axisbelow(True)
    axes[0].set_ylabel("beats in the mini-batch")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles[::-1], names[::-1], loc="outside right center", frameon=False)
    mark_source(figure, source)
    return figure
