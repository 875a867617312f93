"""The figures of notebook 10."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLACK, BLUE, GREEN, ORANGE, VERMILION, mark_source, write_beside

LIMITS = -6.5, 4.5  # of the amplitudes: a dream may leave them, the figure does not


def plot_joined(streams, source):
    """Draw streams that differ in how their beats were cut; return the figure.

    Parameters
    ----------
    streams : dict of arrays of shape (T,), by a title
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(len(streams), 1, figsize=(7.5, 3.4), sharey=True)
    for ax, (title, x) in zip(axes, streams.items()):
        ax.plot(np.arange(1, len(x) + 1), x, color=BLUE, linestyle="-", linewidth=1.2)
        ax.set(title=title, ylim=LIMITS, xlim=(0, len(x)))
    axes[-1].set_xlabel("sample")
    mark_source(figure, source)
    return figure


def plot_dreams(rows, heard, source):
    """Draw streams below each other; return the figure.

    Parameters
    ----------
    rows : dict of arrays of shape (T,), by a title
    heard : int, how many samples of each were not dreamt
    source : str, as of `load_ecg5000`
    """
    size = (7.5, 0.6 + 1.15 * len(rows))
    figure, axes = plt.subplots(len(rows), 1, figsize=size, sharex=True, squeeze=False)
    for ax, (title, x) in zip(axes[:, 0], rows.items()):
        ax.axvspan(0, heard, color=ORANGE, alpha=0.15)
        ax.plot(np.arange(1, len(x) + 1), x, color=BLUE, linestyle="-", linewidth=1)
        ax.set(title=title, ylim=LIMITS, xlim=(0, len(x)))
    axes[-1, 0].set_xlabel("sample")
    mark_source(figure, source)
    return figure


def plot_orbit(dream, orbit, states, source):
    """Draw the end of a dream without noise, and the way of its state; return the figure.

    Parameters
    ----------
    dream : array of shape (T,)
    orbit, states : arrays of shape (T, H), of the dream and under beats that were not dreamt
    source : str, as of `load_ecg5000`
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.3))
    left.plot(np.arange(1, len(dream) + 1), dream, color=BLUE, linestyle="-", linewidth=1.2)
    left.set(xlabel="sample", ylim=LIMITS)
    centre = states.mean(axis=0)
    plane = np.linalg.svd(states - centre, full_matrices=False)[2][:2]
    plane *= np.sign(plane.sum(axis=1))[:, None]
    for points, style in (
        (states, {"color": "0.75", "linestyle": "none", "marker": ".", "markersize": 2}),
        (orbit, {"color": VERMILION, "linestyle": "-", "linewidth": 1.4}),
    ):
        right.plot(*((points - centre) @ plane.T).T, **style)
    right.set(xlabel="first direction of the state", ylabel="second", xlim=(-5, 5), ylim=(-5, 5))
    right.set_aspect("equal")
    mark_source(figure, source)
    return figure


def plot_likeness(known, dreamt, quantiles, source):
    """Draw beats over each other, of the heart and of a dream, and quantiles of the samples.

    Parameters
    ----------
    known, dreamt : arrays of shape (n, S), beats that were cut out around their troughs
    quantiles : pair of arrays, of the samples of new streams and of dreams
    source : str, as of `load_ecg5000`
    """
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(7.5, 3.1))
    for ax, beats, title in ((left, known, "new beats"), (middle, dreamt, "dreamt beats")):
        ax.plot(beats[:40].T, color=BLUE, linestyle="-", linewidth=0.7, alpha=0.25)
        ax.plot(np.median(beats, axis=0), color=BLACK, linestyle="-", linewidth=1.4)
        ax.set(title=title, xlabel="sample", ylim=LIMITS)
    right.plot(LIMITS, LIMITS, color="0.45", linestyle=":", linewidth=1.2)
    right.plot(*quantiles, color=BLUE, linestyle="-")
    right.set(title="quantiles", xlabel="new streams", ylabel="dreams", xlim=LIMITS, ylim=LIMITS)
    mark_source(figure, source)
    return figure


def plot_drift(free, forced, other, period, source):
    """Draw the error of a forecast that feeds on itself; return the figure.

    Parameters
    ----------
    free : array of shape (T,), the error after 1, 2, ... samples
    forced : float, that of forecasts of the next sample, which hear everything before it
    other : float, that of another stream, taken as a forecast
    period : int, samples in a beat
    source : str, as of `load_ecg5000`
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.1))
    beats = np.arange(1, len(free) + 1) / period
    ax.plot(beats, free, color="0.75", linestyle="-", linewidth=1)
    means = [np.sqrt((free[k : k + period] ** 2).mean()) for k in range(0, len(free), period)]
    ax.step(np.arange(len(means) + 1), [means[0], *means], color=BLUE, linestyle="-")
    ax.axhline(forced, color=GREEN, linestyle="--")
    ax.axhline(other, color=VERMILION, linestyle="-.")
    behind = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1}
    for name, value, up, colour in (
        ("the next sample only", forced, -12, GREEN),
        ("another stream", other, 6, VERMILION),
    ):
        at = (len(means), value)
        write_beside(ax, name, at, (0, up), color=colour, ha="right", bbox=behind)
    ax.set(xlabel="beats since the last sample heard", ylabel="error (root mean square)")
    ax.set(xlim=(0, len(means)), ylim=(0, 2.5))
    mark_source(figure, source)
    return figure
