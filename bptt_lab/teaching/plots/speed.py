"""The figures of notebook 11."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLACK, BLUE, GREEN, ORANGE, VERMILION, mark_source, write_below, write_beside


def plot_rungs(times):
    """Draw how long each rung takes, relative to the last, for several sizes; return the figure.

    Times differ from machine to machine, and pictures of them are compared: so dots are small,
    axes fixed, and no number is written beside a dot.

    Parameters
    ----------
    times : dict of dicts of floats, by the size in words, and by the name of the rung
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.4))
    names = list(next(iter(times.values())))
    places = np.arange(len(names))[::-1]
    for (size, by_name), (colour, marker, up) in zip(
        times.items(), ((BLUE, "o", 0.1), (ORANGE, "s", -0.1))
    ):
        values = np.array(list(by_name.values()))
        values = np.clip(values / values[-1], 0.12, 2e4)
        ax.plot(values, places + up, marker, color=colour, markersize=5, label=size)
    ax.axvline(1, color=BLACK, linestyle="-", linewidth=0.8)
    ax.set(xscale="log", xlim=(0.1, 2.5e4), ylim=(-0.6, len(names) - 0.4))
    ax.set_xticks([0.1, 1, 10, 100, 1000, 1e4], ["0.1", "1", "10", "100", "1000", "10 000"])
    ax.minorticks_off()
    ax.set_yticks(places, names)
    ax.set_xlabel("time, relative to the last rung")
    ax.legend(loc="lower right")
    write_below(figure, "measured when this notebook was run")
    return figure


def plot_subnormals(shares, source):
    """Draw which share of the error is normal, subnormal and zero, on its way back.

    Parameters
    ----------
    shares : dict of arrays of shape (T,), by "normal", "subnormal" and "zero", for steps 1 to T
    source : str, as of `load_ecg5000`
    """
    figure, ax = plt.subplots(figsize=(7.5, 3))
    styles = {"normal": (GREEN, "--"), "subnormal": (VERMILION, "-"), "zero": (BLACK, ":")}
    for name, values in shares.items():
        colour, line = styles[name]
        steps = np.arange(1, len(values) + 1)
        ax.plot(steps, values, color=colour, linestyle=line)
        middle = np.average(steps, weights=values)
        if name == "subnormal":  # its band is narrow
            ax.text(steps[values > 0.5].max() + 5, 0.5, name, color=colour)
        else:
            ax.text(middle, 0.9, name, color=colour, ha="center")
    ax.set(xlabel="step t; the error comes from the right", ylabel="share of the numbers in $dh_t$")
    ax.set(ylim=(-0.03, 1.03), xlim=(0, len(values) + 1))
    mark_source(figure, source)
    return figure


def plot_rounds(errors, source):
    """Draw the largest error of all states after each of the first rounds of Newton's method.

    What has not converged is chaotic, and differs from machine to machine: it is drawn as 1.

    Parameters
    ----------
    errors : dict of arrays, by the factor of W_hh
    source : str, as of `load_ecg5000`
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.2))
    styles = ((GREEN, "--", "s"), (BLUE, "-", "o"), (VERMILION, ":", "^"))
    for (factor, values), (colour, line, marker) in zip(errors.items(), styles):
        values = np.clip(values, 1e-11, 1)[:60]
        rounds = np.arange(1, len(values) + 1)
        ax.semilogy(rounds, values, color=colour, linestyle=line, marker=marker, markersize=3)
        offset = (-60, -16) if values[-1] == 1 else (8, 2)
        point = (len(values), values[-1])
        write_beside(ax, f"$W_{{hh}}$ times {factor:g}", point, offset, color=colour)
    ax.set(xlabel="rounds", ylabel="largest error of a state", ylim=(2e-12, 5), xlim=(0, 61))
    mark_source(figure, source)
    return figure
