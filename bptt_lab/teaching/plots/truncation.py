"""The figures of notebook 08."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLACK, BLUE, GREEN, INIT_STYLES, ORANGE, VERMILION, mark_source, write_beside


def plot_staircase(panels, source, border=14):
    """Draw accuracies against the steps that the error goes back; return the figure.

    Parameters
    ----------
    panels : dict of dicts
        For each title, by the number of steps, the accuracies of several seeds.
    source : str, as of `load_ecg5000`
    border : int
        The steps that reach the distractors only, in the first panel.
    """
    figure, axes = plt.subplots(
        1, len(panels), figsize=(7.5, 3.4), sharey=True, gridspec_kw={"width_ratios": [3, 2]}
    )
    for ax, (title, scores) in zip(axes, panels.items()):
        places = np.arange(len(scores))
        ax.plot(places, [np.mean(s) for s in scores.values()], color=BLUE, linestyle="-")
        for place, values in zip(places, scores.values()):
            x = place + np.linspace(-0.12, 0.12, len(values))
            ax.plot(x, values, "o", color=BLUE, alpha=0.6, markersize=5)
        ax.axhline(0.5, color="0.45", linestyle=":", linewidth=1.2)
        ax.set_xticks(places, [str(k) for k in scores])
        ax.set_xlim(-0.5, len(scores) - 0.5)
        ax.set(title=title, xlabel="steps k that the error goes back", ylim=(0.45, 1.02))
        ax.grid(axis="x", visible=False)
    first, scores = axes[0], list(next(iter(panels.values())))
    x = sum(k <= border for k in scores) - 0.5
    first.axvline(x, color=VERMILION, linestyle="--", linewidth=1.4)
    first.text(x - 0.1, 0.99, "the distractors only", color=VERMILION, ha="right", va="top")
    first.text(x + 0.1, 0.52, "the marked beat", color=VERMILION, ha="left")
    axes[-1].text(axes[-1].get_xlim()[1], 0.51, "guessing", color="0.35", ha="right")
    first.set_ylabel("test accuracy")
    mark_source(figure, source)
    return figure


def plot_bias(errors, ks, source):
    """Draw the relative error of truncated gradients against k, for several starts.

    Parameters
    ----------
    errors : dict of dicts of arrays of shape (len(ks),)
        For each title, by the start of W_hh, the relative errors.
    ks : sequence of int
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, len(errors), figsize=(7.5, 3.3), sharey=True)
    for ax, (title, by_init) in zip(axes, errors.items()):
        for init, values in by_init.items():
            colour, line = INIT_STYLES[init]
            ax.plot(ks, values, color=colour, linestyle=line, marker="o", markersize=4, label=init)
        ax.axhline(1, color="0.45", linestyle=":", linewidth=1.2)
        ax.set(xscale="log", title=title, xlabel="steps k that the error goes back")
        ax.set_xticks(ks, [str(k) for k in ks])
        ax.minorticks_off()
        ax.set_ylim(-0.03, 1.3)
    axes[0].set_ylabel("relative error of the gradient")
    axes[0].legend(loc="upper right", title="start of $W_{hh}$")
    axes[1].text(ks[-1], 1.02, "as far off as zero", color="0.35", ha="right", va="bottom")
    mark_source(figure, source)
    return figure


def plot_balance(slopes, losses):
    """Draw the derivative over the last k steps, and what comes of training with it.

    Parameters
    ----------
    slopes : array of shape (K,)
        The derivative of the output by the parameter, over 1 to K steps.
    losses : dict of floats, by the length of the pieces
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.3))
    left.plot(np.arange(1, len(slopes) + 1), slopes, color=BLUE, linestyle="-")
    left.axhline(slopes[-1], color=GREEN, linestyle="--")
    left.text(2, slopes[-1] - 0.6, "exact", color=GREEN, va="top")
    left.axhline(0, color=BLACK, linestyle="-", linewidth=0.8)
    left.set(xlabel="steps k that are counted", ylim=(slopes[-1] - 4, None))
    left.set_ylabel(r"derivative of the output by $\theta$")
    places = np.arange(len(losses))
    worse = np.array(list(losses.values())) > 0.5
    for chosen, colour, hatch in ((worse, VERMILION, "////"), (~worse, GREEN, "")):
        values = np.array(list(losses.values()))[chosen]
        right.bar(
            places[chosen], np.log10(values), 0.7, color=colour, hatch=hatch, edgecolor="white"
        )
    right.axhline(0, color=BLACK, linestyle="-", linewidth=0.8)
    right.set_xticks(places, [str(k) for k in losses])
    right.yaxis.set_major_formatter(lambda y, _: f"$10^{{{y:.0f}}}$")
    right.set(xlabel="length of the pieces", ylabel="loss at the end")
    right.grid(axis="x", visible=False)
    return figure


def plot_pieces(errors, x, source):
    """Draw the relative error of gradients in pieces against their length, and a beat.

    Parameters
    ----------
    errors : dict of floats, by the length of the pieces
    x : array of shape (T,), a beat
    source : str, as of `load_ecg5000`
    """
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(7.5, 4), sharex=True, gridspec_kw={"height_ratios": [3, 2]}
    )
    above.plot(list(errors), list(errors.values()), color=BLUE, linestyle="-")
    above.plot(list(errors), list(errors.values()), "o", color=BLUE, markersize=4)
    above.set(ylabel="relative error\nof the gradient", ylim=(0, None))
    for k, offset, side in ((70, (4, 10), "left"), (138, (-8, 0), "right")):
        above.plot(k, errors[k], "o", color=VERMILION, markersize=8)
        write_beside(above, f"k = {k}", (k, errors[k]), offset, color=VERMILION, ha=side)
    below.plot(np.arange(1, len(x) + 1), x, color=BLACK, linestyle="-")
    below.set(ylabel="one of the beats", xlabel="length k of the pieces; step t (samples)")
    below.set_xlim(0, len(x) + 1)
    figure.align_ylabels()
    mark_source(figure, source)
    return figure


def plot_lots(costs, bias, spread, noise, source):
    """Draw bias and spread of two gradients that cost the same; return the figure.

    Parameters
    ----------
    costs : array, the mean number of steps back
    bias : dict of arrays, relative to the length of the exact gradient, by the start of W_hh
    spread : dict of arrays, as `bias`
    noise : dict of floats, the spread from batch to batch
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, len(bias), figsize=(7.5, 3.2), sharey=True)
    for ax, init in zip(axes, bias):
        ax.loglog(costs, spread[init], color=ORANGE, linestyle="--", marker="s", markersize=4)
        ax.loglog(costs, bias[init], color=BLUE, linestyle="-", marker="o", markersize=4)
        ax.axhline(noise[init], color="0.45", linestyle=":", linewidth=1.2)
        ax.set(title=init, xlabel="steps back, on average")
        ax.set_xticks(costs, [f"{c:.0f}" for c in costs])
        ax.minorticks_off()
    write_beside(axes[0], "spread, by lot", (costs[1], spread[init][1]), (8, 20), color=ORANGE)
    write_beside(axes[0], "bias, cut", (costs[0], bias[init][0]), (0, -26), color=BLUE)
    axes[0].text(
        costs[0], 1.1 * noise[next(iter(bias))], "noise of a batch", color="0.35", fontsize=8
    )
    axes[0].set_ylabel("relative to the exact gradient")
    mark_source(figure, source)
    return figure
