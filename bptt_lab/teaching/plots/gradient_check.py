"""The figures of notebook 04."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, COLOURS, GREEN, LINES, ORANGE, VERMILION, mark_source, write_beside


def plot_line_up(losses, accuracies, baselines, source):
    """Draw loss curves beside test accuracies, a letter for each network; return the figure.

    Parameters
    ----------
    losses : dict of sequences of floats
        For each network, by its letter, the training loss before the first epoch and after each.
    accuracies : dict of floats
        For each network its share of right answers on the test set.
    baselines : dict of floats
        The same share for what needs no training, by its description; drawn as lines across.
    source : str
        As of `load_ecg5000`.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.4))
    draw_runs(left, right, losses, accuracies, "o" * len(accuracies), 9)
    for (name, share), line in zip(baselines.items(), ("-", "--")):
        right.axhline(share, color="0.4", linestyle=line, linewidth=1.2)
        write_beside(right, name, (-0.5, share), (2, -4), va="top", fontsize=9, color="0.3")
    mark_source(figure, source)
    return figure


def draw_runs(left, right, losses, accuracies, markers, size):
    """Draw losses on the axes to the left, and accuracies as markers on those to the right."""
    for (name, curve), colour, line in zip(losses.items(), COLOURS, LINES):
        left.plot(curve, color=colour, linestyle=line, label=name)
    left.set(yscale="log", xlabel="epoch", ylabel="training loss (nats)")
    left.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    left.minorticks_off()
    left.legend(frameon=False, ncols=2)
    for k, (name, share) in enumerate(accuracies.items()):
        right.plot(k, share, markers[k], color=COLOURS[k], markersize=size)
        write_beside(right, name, (k, share), (0, 9), ha="center", fontweight="bold")
    right.set(xlim=(-0.5, len(accuracies) - 0.5), ylim=(0.5, 1.02))
    right.set_ylabel("accuracy on the test set")
    right.set_xticks([])


def plot_step_errors(eps, errors, theory, labels, floor=1e-15):
    """Draw the error of numerical derivatives against the step, in log scale; return the figure.

    The measured values are markers only: their rounding differs a little between computers.

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
    faces, sizes = (BLUE, ORANGE, GREEN, "none"), (5, 5, 5, 8)
    for name, colour, line, marker, face, size in zip(errors, COLOURS, LINES, "os^D", faces, sizes):
        expected, seen = np.maximum(theory[name](fine), floor), np.maximum(errors[name], floor)
        ax.plot(fine, expected, color=colour, linestyle=line, linewidth=1)
        ax.plot(eps, seen, marker, color=colour, markerfacecolor=face, markersize=size)
        ax.text(*labels[name], name, color=colour)
    ax.set(xscale="log", xlabel=r"step $\varepsilon$")
    ax.set(yscale="log", ylabel="relative error", ylim=(floor / 3, 5))
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
    partly = "found only in dh[0] or dX"
    draw_findings(ax, found, np.arange(len(faults)), (110, 110, 110), 1.8, partly)
    ax.set_xticks(range(len(settings)), settings, fontsize=9)
    ax.set_yticks(range(len(faults)), faults)
    ax.set(xlim=(-0.5, len(settings) - 0.5), ylim=(len(faults) - 0.4, -0.6))
    ax.axvspan(len(settings) - 1.5, len(settings) - 0.5, color="0.93", zorder=0)
    draw_as_table(ax)
    handles, names = ax.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower right", ncols=3, frameon=False)
    return figure


def draw_findings(ax, found, y, sizes, linewidth, partly):
    """Draw a marker for each row, at the height y, and column: found, found partly, or missed."""
    faces, edges = (BLUE, "white", VERMILION), (BLUE, BLUE, VERMILION)
    names = ("found", partly, "missed")
    for level, marker, face, edge, size, name in zip((2, 1, 0), "ooX", faces, edges, sizes, names):
        rows, columns = np.nonzero(found == level)
        style = {"facecolor": face, "edgecolor": edge, "linewidth": linewidth, "label": name}
        ax.scatter(columns, y[rows], s=size, marker=marker, **style)


def draw_as_table(ax):
    """Write the names of the columns above them, and leave the frame away."""
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(axis="x", visible=False)


def plot_small_gradients(exact, by_complex_step, noise, source):
    """Draw the size of dL/dx_t against t beside its complex-step values; return the figure.

    Parameters
    ----------
    exact, by_complex_step : arrays of shape (T,)
        dL/dx_t for one sequence with one input per step; every fifth complex-step value is drawn.
    noise : float
        Below this size a finite difference is rounding.
    source : str
        As of `load_ecg5000`.
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.4))
    T, exact, by_complex_step = len(exact), np.abs(exact), np.abs(by_complex_step)
    steps = np.arange(1, T + 1)
    ax.plot(steps, exact, color=BLUE)
    circle = {"color": ORANGE, "markerfacecolor": "none", "markeredgewidth": 1.5}
    ax.plot(steps[4::5], by_complex_step[4::5], "o", **circle)
    bottom = 10.0 ** np.floor(np.log10(exact.min()) - 1)
    ax.axhspan(bottom, noise, color="0.9", zorder=0)
    ax.text(T, 1e3 * bottom, "a finite difference is rounding here", ha="right", color="0.3")
    names = "back-propagation (line)\ncomplex step (circles)"
    ax.annotate(names, (0.03, 0.9), xycoords="axes fraction", va="top")
    ax.set(xlim=(0, T + 2), xlabel="step t (one sample each)")
    ax.set(yscale="log", ylim=(bottom, 10), ylabel=r"size of $\partial L/\partial x_t$")
    ax.set_yticks(10.0 ** np.arange(0, np.log10(bottom), -10))
    mark_source(figure, source)
    return figure
