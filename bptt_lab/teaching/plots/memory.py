"""The figures of notebook 07: streams of beats, and who remembers what of them."""

import matplotlib.pyplot as plt
import numpy as np

from .style import (
    BLACK,
    BLUE,
    INIT_STYLES,
    SKY,
    VERMILION,
    mark_source,
)

PER_BEAT = 7  # windows of 20 samples


def signal_of(X, n):
    """Return all samples of a stream, without its mark, and how many there are in a window."""
    w = X.shape[2] - X.shape[2] % 2
    return X[:, n, :w].ravel(), w


def band(ax, X, n, w):
    """Shade the marked beat."""
    steps = np.flatnonzero(X[:, n, -1])
    ax.axvspan(steps[0] * w, (steps[-1] + 1) * w, color=SKY, alpha=0.35, linewidth=0)


def beat_borders(ax, T, w):
    ax.set_xticks(np.arange(0, T + 1, PER_BEAT) * w)
    ax.set_xlim(0, T * w)
    ax.grid(axis="y", visible=False)


def plot_streams(X, Y, source):
    """Draw streams of beats, one below the other, with the mark and the answer; return the figure.

    Parameters
    ----------
    X : array of shape (T, N, w + 1)
        As of `bptt_lab.streams` with ``"marked"``, in windows of 20.
    Y : array of shape (N, 2)
    source : str, as of `load_ecg5000`
    """
    T, N, _ = X.shape
    figure, axes = plt.subplots(N, 1, sharex=True, sharey=True, figsize=(7.5, 1.2 + 1.1 * N))
    for n, ax in enumerate(np.atleast_1d(axes)):
        samples, w = signal_of(X, n)
        band(ax, X, n, w)
        ax.plot(np.arange(len(samples)) + 0.5, samples, color=BLACK, linestyle="-", linewidth=1)
        ax.set_ylabel(
            "answer\n" + ("yes" if Y[n, 1] else "no"), rotation=0, ha="right", va="center"
        )
        beat_borders(ax, T, w)
    ax.set_xlabel("time (samples); a line where a beat begins, shaded: the marked beat")
    mark_source(figure, source)
    return figure


def plot_scales(scales, accuracies, scale, trained, chance, source):
    """Draw the accuracy of untrained networks against the scale of the inputs; return the figure.

    Parameters
    ----------
    scales : sequence of S numbers
    accuracies : dict of arrays of shape (S, seeds), by the start of W_hh
    scale : float, that of the trained networks
    trained : sequence of their accuracies
    chance : float
    source : str, as of `load_ecg5000`
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.2))
    for (init, values), marker in zip(accuracies.items(), "os"):
        colour, line = INIT_STYLES[init]
        values = np.asarray(values)
        ax.plot(scales, values.mean(axis=1), color=colour, linestyle=line)
        style = {"color": colour, "marker": marker, "linestyle": "", "markersize": 4, "alpha": 0.7}
        ax.plot(scales, values, **style)
        place = scales[0] * 1.05, values[0].mean() - 0.035
        ax.annotate(f"untrained, {init}", place, color=colour, ha="left", va="top")
    style = {"color": VERMILION, "marker": "D", "linestyle": "", "markersize": 6}
    ax.plot([scale] * len(trained), trained, **style)
    ax.annotate("trained", (1.15 * scale, np.mean(trained)), color=VERMILION, va="center")
    ax.axhline(chance, color="0.45", linestyle=":", linewidth=1.2)
    ax.annotate("guessing", (scales[0] * 1.05, chance + 0.01), color="0.3")
    ax.set(
        xscale="log", xlabel=r"input scale $s$ (standard deviation of $x_tW_{in}$ for unit inputs)"
    )
    ax.set(ylabel="test accuracy", ylim=(chance - 0.06, 1.02))
    mark_source(figure, source)
    return figure


def plot_methods(accuracies, chances, source):
    """Draw the test accuracies of several methods, a panel for each task; return the figure.

    Parameters
    ----------
    accuracies : dict of dicts of sequences, by task and by method
    chances : dict, by task, of what guessing gives
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, len(accuracies), sharey=True, figsize=(7.5, 2.9))
    for ax, (task, methods) in zip(np.atleast_1d(axes), accuracies.items()):
        ax.axvline(chances[task], color="0.45", linestyle=":", linewidth=1.2)
        for row, values in enumerate(methods.values()):
            last = row == len(methods) - 1
            colour, marker = (VERMILION, "D") if last else (BLUE, "o")
            style = {"color": colour, "marker": marker, "linestyle": "", "alpha": 0.6}
            ax.plot(values, [row] * len(values), **style)
            median = np.median(values)
            bar = {"color": BLACK, "linestyle": "-", "linewidth": 1.5}
            ax.plot([median, median], [row - 0.25, row + 0.25], **bar)
        style = {"rotation": 90, "color": "0.3", "fontsize": 9, "ha": "right", "va": "center"}
        ax.text(chances[task] - 0.02, len(methods) - 1.4, "guessing", **style)
        ax.set(title=task, xlabel="test accuracy", xlim=(0, 1.02))
        ax.set_ylim(len(methods) - 0.5, -0.5)
        ax.set_yticks(range(len(methods)), methods)
        ax.grid(axis="y", visible=False)
    mark_source(figure, source)
    return figure


def plot_slopes(X, dX, source):
    """Draw streams over the size of the gradient at each of their samples; return the figure.

    Parameters
    ----------
    X : array of shape (T, N, w + 1)
    dX : array of the same shape
        The gradient of the answer at each input.
    source : str, as of `load_ecg5000`
    """
    T, N, _ = X.shape
    figure, axes = plt.subplots(N, 1, sharex=True, sharey=True, figsize=(7.5, 1.4 + 1.1 * N))
    for n, ax in enumerate(np.atleast_1d(axes)):
        samples, w = signal_of(X, n)
        size = np.abs(dX[:, n, :w]).ravel()
        low, high = samples.min() - 0.5, samples.max() + 1.6
        picture = ax.imshow(
            (size / size.max())[None],
            extent=(0, T * w, low, high),
            cmap="Oranges",
            vmin=0,
            vmax=1,
            aspect="auto",
        )
        ax.plot(np.arange(len(samples)) + 0.5, samples, color=BLACK, linestyle="-", linewidth=0.9)
        steps = np.flatnonzero(X[:, n, -1])
        ends = [steps[0] * w, (steps[-1] + 1) * w]
        ax.plot(ends, [high - 0.5] * 2, color=BLUE, linestyle="-", linewidth=4)
        ax.text(np.mean(ends), high - 0.8, "marked", color=BLUE, ha="center", va="top", fontsize=9)
        beat_borders(ax, T, w)
        ax.set_yticks([])
    ax.set_xlabel("time (samples); a tick where a beat begins")
    figure.colorbar(picture, ax=axes, label="size of the gradient,\nshare of the largest", pad=0.01)
    mark_source(figure, source)
    return figure


def plot_attention(slopes, changes, source):
    """Draw where the gradient is, and which exchanged beat changes the answer; return the figure.

    Parameters
    ----------
    slopes, changes : arrays of shape (a, m)
        For streams whose marked beat is the row's, the share that falls to each beat.
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.5, 2.5))
    titles = ("share of the gradient at this beat", "answers changed if this beat is exchanged")
    for ax, shares, title in zip(axes, (slopes, changes), titles):
        ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (i, j), share in np.ndenumerate(shares):
            style = {"color": "white" if share > 0.6 else "black", "ha": "center", "va": "center"}
            ax.text(j, i, f"{share:.2f}", fontweight="bold" if i == j else "normal", **style)
        ax.set_xticks(range(shares.shape[1]), range(1, shares.shape[1] + 1))
        ax.set_yticks(range(len(shares)), range(1, len(shares) + 1))
        ax.set(xlabel="beat", title=title)
        ax.grid(visible=False)
    axes[0].set_ylabel("marked beat")
    mark_source(figure, source)
    return figure


def plot_distances(distances, source):
    """Draw how far apart two streams that differ in one beat keep the states; return the figure.

    Parameters
    ----------
    distances : dict of dicts of arrays of shape (T + 1,)
        By network, and by what is said of the exchanged beat.
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, len(distances), sharey=True, figsize=(7.5, 3))
    for ax, (name, curves) in zip(axes, distances.items()):
        ax.axvspan(0, PER_BEAT, color=SKY, alpha=0.35, linewidth=0)
        for (label, curve), colour, line in zip(curves.items(), (VERMILION, BLUE), ("-", "--")):
            ax.plot(np.arange(len(curve)), curve, color=colour, linestyle=line, label=label)
        ax.set(title=name, xlabel="step t", xlim=(0, len(curve) - 1))
        ax.set_xticks(np.arange(0, len(curve), PER_BEAT))
    top = max(curve.max() for curves in distances.values() for curve in curves.values())
    axes[0].set_ylim(0, 1.05 * top)
    axes[0].set_ylabel("distance of the states\n(1: that of two unlike streams)")
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False
    )
    mark_source(figure, source)
    return figure


def plot_path(shares, scores, slopes, source):
    """Draw an answer's score, and its slope, while a beat turns into another; return the figure.

    Parameters
    ----------
    shares : array of shape (K,), of the other beat, from 0 to 1
    scores, slopes : arrays of shape (K, N)
        Of N streams, the score of what is the answer in the end, and the size of its slope. They
        are laid over each other where the score is 0.
    source : str, as of `load_ecg5000`
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.9))
    after, streams = np.maximum((scores > 0).argmax(axis=0), 1), np.arange(scores.shape[1])
    low, high = scores[after - 1, streams], scores[after, streams]
    turns = shares[after] - (shares[1] - shares[0]) * high / (high - low)
    grid = np.linspace(-0.3, 0.3, 121)
    for ax, values, colour in (
        (left, scores, BLUE),
        (right, slopes / slopes.max(axis=0), VERMILION),
    ):
        outside = {"left": np.nan, "right": np.nan}
        laid = [np.interp(grid + t, shares, v, **outside) for t, v in zip(turns, values.T)]
        low, middle, high = np.nanpercentile(laid, (10, 50, 90), axis=0)
        ax.fill_between(grid, low, high, color=colour, alpha=0.25, linewidth=0)
        ax.plot(grid, middle, color=colour, linestyle="-")
        ax.set(xlabel="share of the other beat, from the turn on", xlim=(-0.3, 0.3))
    left.axhline(0, color="0.45", linewidth=1, linestyle=":")
    left.set(ylabel="score of the answer in the end")
    right.set(ylabel="size of its slope,\nshare of the peak", ylim=(0, None))
    mark_source(figure, source)
    return figure


def plot_cliff(accuracies, chance, source):
    """Draw accuracies against the beats between the last candidate and the end; return the figure.

    Parameters
    ----------
    accuracies : dict of dicts of sequences
        By the start of W_hh, and by the number of beats after the candidates.
    chance : float
    source : str, as of `load_ecg5000`
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.2))
    for k, ((init, by_gap), marker) in enumerate(zip(accuracies.items(), "osD")):
        steps = [PER_BEAT * gap + (k - 1) * 0.6 for gap, values in by_gap.items() for _ in values]
        values = [value for values in by_gap.values() for value in values]
        dots = {"color": INIT_STYLES[init][0], "marker": marker, "linestyle": "", "markersize": 8}
        ax.plot(steps, values, **dots, alpha=0.7, label=init)
    ax.axhline(chance, color="0.45", linestyle=":", linewidth=1.2)
    ax.set(xlabel="steps from the last candidate's end to the read-out", ylabel="test accuracy")
    ax.set(ylim=(0.42, 1.02))
    ax.set_xticks(sorted({gap * PER_BEAT for by in accuracies.values() for gap in by}))
    ax.legend(title="start of $W_{hh}$", loc="center", bbox_to_anchor=(0.6, 0.55), frameon=False)
    mark_source(figure, source)
    return figure
