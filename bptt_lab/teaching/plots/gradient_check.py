"""The figures of notebook 04."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, COLOURS, GREEN, LINES, ORANGE, VERMILION, mark_source


def plot_line_up(losses, accuracies, baselines, source):
    """Draw loss curves beside accuracies on the test set, one letter for each network; return the figure.

    Parameters
    ----------
    losses : dict of sequences of floats
        For each network, by its letter, the training loss before the first epoch and after each.
    accuracies : dict of floats
        For each network its share of right answers on the test set.
    baselines : dict of floats
        The same share for what needs no training, by its description; drawn as lines across.
    source : str
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.4))
    for (name, curve), colour, line in zip(losses.items(), COLOURS, LINES):
        left.plot(curve, color=colour, linestyle=line, label=name)
    left.set(yscale="log", xlabel="epoch", ylabel="training loss (nats)")
    left.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    left.minorticks_off()
    left.legend(frameon=False, ncols=2)
    for k, (name, share) in enumerate(accuracies.items()):
        right.plot(k, share, "o", color=COLOURS[k], markersize=9)
        right.annotate(
            name, (k, share), (0, 9), textcoords="offset points", ha="center", fontweight="bold"
        )
    for (name, share), line in zip(baselines.items(), ("-", "--")):
        right.axhline(share, color="0.4", linestyle=line, linewidth=1.2)
        right.annotate(
            name,
            (-0.5, share),
            (2, -4),
            textcoords="offset points",
            va="top",
            fontsize=9,
            color="0.3",
        )
    right.set(
        xlim=(-0.5, len(accuracies) - 0.5), ylim=(0.5, 1.02), ylabel="accuracy on the test set"
    )
    right.set_xticks([])
    mark_source(figure, source)
    return figure


def plot_step_errors(eps, errors, theory, labels, floor=1e-15):
    """Draw the error of numerical derivatives against the step, both on logarithmic scales; return the figure.

    The measured values are markers only: they contain rounding, which differs a little between computers.

    Parameters
    ----------
    eps : array of shape (K,)
    errors : dict of arrays of shape (K,)
        For each method its relative errors; what is below `floor` is drawn there.
    theory : dict of functions
        For each method the expected error as a function of the step, drawn as a line.
    labels : dict of pairs
        For each method where on the axes its name is written.
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.8))
    fine = np.geomspace(eps.min(), eps.max(), 200)
    for name, colour, line, marker, face in zip(
        errors, COLOURS, LINES, "os^D", (BLUE, ORANGE, GREEN, "none")
    ):
        ax.plot(
            fine, np.maximum(theory[name](fine), floor), color=colour, linestyle=line, linewidth=1
        )
        ax.plot(
            eps,
            np.maximum(errors[name], floor),
            marker,
            color=colour,
            markerfacecolor=face,
            markersize=8 if face == "none" else 5,
        )
        ax.text(*labels[name], name, color=colour)
    ax.set(
        xscale="log",
        yscale="log",
        xlabel=r"step $\varepsilon$",
        ylabel="relative error",
        ylim=(floor / 3, 5),
    )
    ax.set_yticks(10.0 ** np.arange(-15, 1, 3))
    return figure


def plot_findings(found, faults, settings):
    """Draw which fault is found in which setting; return the figure.

    Parameters
    ----------
    found : int array of shape (number of faults, number of settings)
        2: found in the gradient of a parameter; 1: only in that of h0 or X; 0: missed.
    faults, settings : sequences of str
    """
    figure, ax = plt.subplots(figsize=(7.5, 4.6))
    for level, marker, face, edge, meaning in (
        (2, "o", BLUE, BLUE, "found"),
        (1, "o", "white", BLUE, "found only in dh[0] or dX"),
        (0, "X", VERMILION, VERMILION, "missed"),
    ):
        rows, columns = np.nonzero(found == level)
        ax.scatter(
            columns,
            rows,
            s=110,
            marker=marker,
            facecolor=face,
            edgecolor=edge,
            linewidth=1.8,
            label=meaning,
        )
    ax.set_xticks(range(len(settings)), settings, fontsize=9)
    ax.set_yticks(range(len(faults)), faults)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set(xlim=(-0.5, len(settings) - 0.5), ylim=(len(faults) - 0.4, -0.6))
    ax.axvspan(len(settings) - 1.5, len(settings) - 0.5, color="0.93", zorder=0)
    ax.spines[:].set_visible(False)
    ax.grid(axis="x", visible=False)
    figure.legend(
        *ax.get_legend_handles_labels(), loc="outside lower right", ncols=3, frameon=False
    )
    return figure


def plot_small_gradients(exact, by_complex_step, noise, source):
    """Draw the size of dL/dx_t against t beside its complex-step values; return the figure.

    Parameters
    ----------
    exact, by_complex_step : arrays of shape (T,)
        dL/dx_t for one sequence with one input per step; every fifth complex-step value is drawn.
    noise : float
        Below this size a finite difference is rounding.
    source : str
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.4))
    steps = np.arange(1, len(exact) + 1)
    ax.plot(steps, np.abs(exact), color=BLUE)
    ax.plot(
        steps[4::5],
        np.abs(by_complex_step[4::5]),
        "o",
        color=ORANGE,
        markerfacecolor="none",
        markeredgewidth=1.5,
    )
    bottom = 10.0 ** np.floor(np.log10(np.abs(exact).min()) - 1)
    ax.axhspan(bottom, noise, color="0.9", zorder=0)
    ax.text(
        len(exact), 1e3 * bottom, "a finite difference is rounding here", ha="right", color="0.3"
    )
    ax.annotate(
        "back-propagation (line)\ncomplex step (circles)",
        (0.03, 0.9),
        xycoords="axes fraction",
        va="top",
    )
    ax.set(
        yscale="log",
        ylim=(bottom, 10),
        xlim=(0, len(exact) + 2),
        xlabel="step t (one sample each)",
        ylabel=r"size of $\partial L/\partial x_t$",
    )
    ax.set_yticks(10.0 ** np.arange(0, np.log10(bottom), -10))
    mark_source(figure, source)
    return figure
