"""The figures of the notebooks, in one style: Okabe-Ito colours, and line styles or markers beside them.

Every function draws on the axes it is given, or on new ones, and returns what it drew on; `plt.show()`
is left to the caller.
"""

import matplotlib.pyplot as plt
import numpy as np

from ._common import drawing

# Okabe and Ito 2008, https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000")
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE)
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))

INIT_STYLES = {     # one colour for each, in every figure
    "uniform": (BLUE, "-"), "normal": (PURPLE, LINES[4]), "orthogonal": (GREEN, "--"), "identity": (ORANGE, "-."),
    "uniform01": (VERMILION, ":")}
OTHER_STYLE = BLACK, LINES[4]

STYLE = {
    "figure.figsize": (7.5, 3.2), "figure.dpi": 100, "savefig.dpi": 100, "figure.constrained_layout.use": True,
    "font.size": 10, "axes.titlesize": 10, "axes.grid": True, "grid.alpha": 0.3,
    "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.8,
    "axes.prop_cycle": plt.cycler(color=COLOURS) + plt.cycler(linestyle=LINES),
}


def use_style():
    """Set the lab's style for the figures that follow; each notebook calls it once."""
    plt.rcParams.update(STYLE)


@drawing
def mark_source(figure, source):
    """Write below `figure` that its data are synthetic, where `source`, as of `load_ecg5000`, says so."""
    if source == "synthetic":
        figure.supxlabel("synthetic beats, not for medical use", fontsize=8, x=0.99, ha="right", color="0.4")


# Notebook 01: data

HATCHES = ("", "////", "....", "xxxx", "----")
BESIDE = {"R": (3, 3, "left"), "S end": (6, -2, "left"), "next Q": (-5, -5, "right"), "next R": (4, 8, "right"),
          "next S": (2, -4, "right")}


@drawing
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
    ax.plot(np.full(X.shape[1], t), X[t - 1, :, 0], color=VERMILION, linestyle="none", marker="o", markersize=5)
    ax.annotate(f"X[:, {n}]: one beat, every step", (60, X[59, n, 0]), (42, -2.2), color=BLUE,
                arrowprops={"arrowstyle": "-", "color": BLUE})
    ax.annotate(f"X[{t} - 1]: every beat, step {t}", (t, X[t - 1, :, 0].max()), (t - 6, 2.9), color=VERMILION, ha="right",
                arrowprops={"arrowstyle": "-", "color": VERMILION})
    ax.set(xlabel="time t (samples)", ylabel="signal (standard deviations)", xlim=(0, len(X) + 1), ylim=(-5.5, 3.4))
    mark_source(figure, source)
    return figure


@drawing
def plot_reshaped(right, wrong, n, source):
    """Draw one sequence of an array that was transposed, and of one that was reshaped instead; return the figure.

    Parameters
    ----------
    right, wrong : arrays of shape (T, N, 1)
    n : int, the sequence
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(2, 1, figsize=(7.5, 3.8), sharex=True)
    for ax, X, colour, name in ((axes[0], right, BLUE, "transposed"), (axes[1], wrong, VERMILION, "reshaped")):
        ax.plot(np.arange(1, len(X) + 1), X[:, n, 0], color=colour, linestyle="-", linewidth=1.4)
        ax.set_title(f"{name}: X[:, {n}]", loc="left")
    axes[1].set(xlabel="time t (samples)", xlim=(0, len(right) + 1))
    figure.supylabel("signal (standard deviations)", fontsize=10)
    mark_source(figure, source)
    return figure


@drawing
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
        above.annotate(name, (steps[peak], wave[peak]), (right, up), textcoords="offset points", color=colour, ha=side,
                       va="bottom" if wave[peak] > 0 else "top")
    above.set(ylabel="amplitude (arbitrary)", ylim=(-5.7, 3), xlim=(0, len(model) + 1))
    above.set_title("the waves, one by one", loc="left")
    below.plot(steps, mean, color=BLUE, linestyle="-")
    below.plot(steps, model, color=VERMILION, linestyle="--")
    low = mean.argmin()
    below.annotate("their sum, standardised", (13, model[12]), (24, -2.4), color=VERMILION,
                   arrowprops={"arrowstyle": "-", "color": VERMILION})
    below.annotate("mean of the beats of class 1", (steps[low], mean[low]), (24, -3.8), color=BLUE, va="center",
                   arrowprops={"arrowstyle": "-", "color": BLUE})
    below.set(xlabel="time t (samples)", ylabel="signal\n(standard deviations)")
    below.set_title("what they add up to", loc="left")
    if source == "synthetic":
        mark_source(figure, source)
    else:
        figure.supxlabel("synthetic waves, recorded mean; not for medical use", fontsize=8, x=0.99, ha="right", color="0.4")
    return figure


@drawing
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
    for k, ax in enumerate(axes.flat[:Y.shape[1]]):
        own = X[:, Y[:, k] == 1, 0]
        mean, spread = own.mean(axis=1), own.std(axis=1)
        ax.fill_between(steps, mean - spread, mean + spread, color=COLOURS[k], alpha=0.3, linewidth=0)
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


@drawing
def plot_class_counts(Y_train, Y_test, source):
    """Draw how the beats are shared out among the classes; return the figure.

    Parameters
    ----------
    Y_train, Y_test : one-hot arrays of shape (N, C)
    source : str, as of `load_ecg5000`
    """
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 2.6), sharey=True)
    for ax, Y, name, colour in ((axes[0], Y_train, "training set", BLUE), (axes[1], Y_test, "test set", ORANGE)):
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


@drawing
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
        batches = [labels[k:k + batch_size] for k in range(0, len(labels), batch_size)]
        counts = np.array([np.bincount(batch, minlength=C) for batch in batches])
        bottom = np.zeros(len(batches))
        for k in range(C):
            ax.bar(np.arange(1, len(batches) + 1), counts[:, k], 0.9, bottom, color=COLOURS[k], hatch=HATCHES[k],
                   edgecolor="white", linewidth=0, label=f"class {k + 1}")
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


# Notebook 02: forward pass


def _box(ax, x, y, text):
    ax.text(x, y, text, ha="center", va="center", linespacing=1.5, zorder=3,
            bbox={"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": BLACK, "linewidth": 1.2})


def _arrow(ax, start, end, colour, style="-"):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>,head_width=0.25,head_length=0.5", "color": colour,
                                            "linewidth": 1.8, "linestyle": style, "shrinkA": 0, "shrinkB": 0})


def plot_unrolled():
    """Draw the network unrolled over time, with the shape of everything; return the figure."""
    figure, ax = plt.subplots(figsize=(7.5, 3.6))
    ax.set(xlim=(-0.75, 8.95), ylim=(-0.5, 3.55))
    ax.axis("off")

    _box(ax, 0, 1.5, "$h_0$\n(N, H)")
    for x, t in ((2, "1"), (4.4, "2"), (8, "T")):
        _box(ax, x, 0, f"$x_{t}$\n(N, I)")
        _box(ax, x, 1.5, f"$h_{t}$\n(N, H)")
        _arrow(ax, (x, 0.42), (x, 1.08), GREEN)
        ax.text(x + 0.1, 0.75, r"$W_{in}$ (I, H)" if t == "1" else r"$W_{in}$", color=GREEN, va="center")
    for start, end in ((0.52, 1.48), (2.52, 3.88), (4.92, 5.75), (6.65, 7.48)):
        _arrow(ax, (start, 1.5), (end, 1.5), VERMILION)
        ax.text((start + end) / 2, 1.62, r"$W_{hh}$", color=VERMILION, ha="center", va="bottom")
    ax.text(1, 1.38, "(H, H)", color=VERMILION, ha="center", va="top")
    for y in (0, 1.5):
        ax.text(6.2, y, "· · ·", ha="center", va="center", fontsize=14)
    _box(ax, 8, 3, "$\\hat{y}$\n(N, C)")
    _arrow(ax, (8, 1.92), (8, 2.58), BLUE)
    ax.text(8.1, 2.25, r"$W_{out}$", color=BLUE, va="center")
    ax.text(7.9, 2.25, "(H, C)", color=BLUE, va="center", ha="right")
    ax.text(-0.5, 2.9, r"$z_t = x_t W_{in} + h_{t-1} W_{hh} + b_h, \quad h_t = \tanh z_t$" "\n"
            r"$\hat{y} = h_T W_{out} + b_{out}$" "\n" r"the same $W_{in}$, $W_{hh}$ and $b_h$ at every step",
            va="center", linespacing=1.8, fontsize=11)
    return figure


@drawing
def plot_states(x, states):
    """Draw a beat, and below it on the same time axis the states of one or more networks that read it.

    Parameters
    ----------
    x : array of shape (T,)
        The beat, in standard deviations.
    states : dict of arrays of shape (T + 1, H)
        For each title the states. Units that rise with the beat are above those that fall when it rises;
        among them, those that answer at once are outermost, and the later ones further in.

    Returns
    -------
    figure
    """
    def place(unit):
        match = [np.corrcoef(x[:len(x) - delay], unit[delay + 1:])[0, 1] for delay in range(20)]
        delay = int(np.argmax(np.abs(match)))
        return np.sign(match[delay]) * (20 - delay + unit.std())        # the spread, below 1, decides a tie

    figure, axes = plt.subplots(len(states) + 1, 1, sharex=True, figsize=(7.5, 1.6 + 2.3 * len(states)),
                                gridspec_kw={"height_ratios": [1] + [2] * len(states)})
    axes[0].plot(np.arange(1, len(x) + 1), x)
    axes[0].set(ylabel="$x_t$ (st. dev.)", title="the beat")
    for ax, (title, h) in zip(axes[1:], states.items()):
        order = np.argsort([place(unit) for unit in h.T], kind="stable")[::-1]
        image = ax.imshow(h.T[order], aspect="auto", cmap="PuOr", vmin=-1, vmax=1, interpolation="nearest",
                          extent=(-0.5, len(x) + 0.5, len(order), 0))
        ax.set(ylabel="units, sorted", title=title, yticks=())
        ax.grid(False)
    axes[-1].set_xlabel("step t (one sample each)")
    figure.colorbar(image, ax=axes[1:], label="state $h_t$", aspect=30, pad=0.01)
    return figure


@drawing
def plot_state_sizes(sizes):
    """Draw where the states of networks lie between 0 and 1, and the slope of tanh there; return the figure.

    Parameters
    ----------
    sizes : dict of arrays of any shape
        For each initialisation the absolute values of the states.
    """
    figure, ax = plt.subplots(figsize=(7.5, 2.8))
    for row, (name, size) in enumerate(sizes.items()):
        low, median, high = np.quantile(size, (0.05, 0.5, 0.95))
        colour, _ = INIT_STYLES.get(name, OTHER_STYLE)
        ax.plot((low, high), (row, row), color=colour, linestyle="-", linewidth=6, alpha=0.45, solid_capstyle="butt")
        ax.plot(median, row, "o", color=colour, clip_on=False, zorder=3)
    ax.set(xlim=(0, 1), ylim=(len(sizes) - 0.5, -0.5),
           xlabel="size of a state, |h|: bar from 5 % to 95 %, dot at the median")
    ax.set_yticks(range(len(sizes)), list(sizes))
    ax.grid(axis="y", visible=False)
    top, ticks = ax.secondary_xaxis("top"), np.array((0, 0.25, 0.5, 0.75, 0.9, 1))
    top.set_xticks(ticks, [f"{1 - h * h:.2g}" for h in ticks])
    top.set_xlabel("slope of tanh there, 1 − h²")
    return figure


@drawing
def plot_saturation(sizes, shares):
    """Draw the share of saturated states against the number of hidden units; return the figure.

    Parameters
    ----------
    sizes : sequence of K ints
        Numbers of hidden units H.
    shares : array of shape (K, S)
        Share of states with |h| > 0.99, for each H and each of S seeds.
    """
    figure, ax = plt.subplots(figsize=(7.5, 2.8))
    ax.fill_between(sizes, shares.min(axis=1), shares.max(axis=1), color=VERMILION, alpha=0.2, linewidth=0)
    ax.plot(sizes, shares.mean(axis=1), "o-", color=VERMILION)
    ax.set(xscale="log", ylim=(0, 1.03), xlabel="hidden units H", ylabel="share of |h| > 0.99")
    ax.set_xticks(sizes, [str(H) for H in sizes])
    ax.minorticks_off()
    return figure


@drawing
def plot_memory(distances, floor=1e-9):
    """Draw how the distance of two states evolves, relative to what it was after the first step; return the figure.

    Parameters
    ----------
    distances : dict of arrays of shape (T,)
        For each network the distance after steps 1 to T, in relation to that after step 1.
    floor : float
        A curve ends where it falls below; what is smaller comes near to rounding.
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.6))
    T, label_at = len(next(iter(distances.values()))), 0.0
    for name, distance in sorted(distances.items(), key=lambda item: item[1][-1]):
        colour, line = INIT_STYLES.get(name, OTHER_STYLE)
        below = np.flatnonzero(distance < floor)
        end = below[0] if below.size else T - 1
        curve = np.maximum(distance[:end + 1], floor)
        ax.plot(np.arange(1, end + 2), curve, color=colour, linestyle=line)
        if below.size:
            ax.plot(end + 1, floor, "v", color=colour, clip_on=False)
            ax.text(end + 4, 2 * floor, name, color=colour)
        else:
            label_at = max(curve[-1], 5 * label_at)         # not on top of the label before
            ax.text(T + 2, label_at, name, color=colour, va="center")
    ax.set(xlim=(0, 1.22 * T), yscale="log", ylim=(floor, None), xlabel="step t (one sample each)",
           ylabel="distance of the two states\n(after step 1: 1)")
    ax.set_xticks(range(0, T + 1, 20))
    return figure


# Notebook 03: derivation


@drawing
def plot_factors(weights, T):
    """Draw the powers of each of the numbers in the list `weights` from 0 to T - 1, an int, in log scale; return the figure."""
    figure, ax = plt.subplots()
    back = np.arange(T)
    for k, w in enumerate(weights):
        ax.plot(back, float(w) ** back, color=COLOURS[k], linestyle=LINES[k])
        ax.annotate(f"w = {w}", (T - 1, float(w) ** (T - 1)), (6, 0), textcoords="offset points", color=COLOURS[k], va="center")
    ax.set(yscale="log", xlim=(0, T + 14), xlabel="steps back from the end, T - t", ylabel=r"factor $w^{\,T-t}$")
    return figure


def plot_error_flow():
    """Draw how the error signal runs back through the unrolled network, with the shape of everything; return the figure."""
    figure, ax = plt.subplots(figsize=(7.5, 4.7))
    ax.set(xlim=(-0.6, 9.1), ylim=(-1.65, 3.95))
    ax.axis("off")

    _box(ax, 0, 1.7, "$dh_0$\n(N, H)")
    for x, t, before in ((2.15, "1", "0"), (4.65, "2", "1"), (8.05, "T", "T-1")):
        _box(ax, x, 1.7, rf"$\delta_{t}$  (N, H)" "\n" rf"$=dh_{t}\odot(1-h_{t}^2)$")
        _box(ax, x, 0.1, f"$dx_{t}$\n(N, I)")
        _arrow(ax, (x, 1.28), (x, 0.52), GREEN)
        ax.text(x - 0.1, 0.9, r"$W_{in}^{\top}$ (H, I)" if t == "1" else r"$W_{in}^{\top}$", color=GREEN, va="center", ha="right")
        _arrow(ax, (x + 0.62, 1.28), (x + 0.62, -1.02), BLACK, ":")
        ax.text(x + 0.7, 0.1, rf"$h_{{{before}}}^{{\top}}\delta_{t}$", va="center")
    for start, end in ((1.33, 0.42), (3.83, 2.97), (6.07, 5.47), (7.23, 6.63)):
        _arrow(ax, (start, 1.7), (end, 1.7), VERMILION)
        ax.text((start + end) / 2, 1.82, r"$W_{hh}^{\top}$", color=VERMILION, ha="center", va="bottom")
    for x, text in ((0.875, "(H, H)"), (3.4, "$dh_1$")):
        ax.text(x, 1.58, text, color=VERMILION, ha="center", va="top")
    for y in (0.1, 1.7):
        ax.text(6.35, y, "· · ·", ha="center", va="center", fontsize=14)
    _box(ax, 8.05, 3.5, r"$d\hat{y} = (p - Y)\,/\,N$" "\n(N, C)")
    _arrow(ax, (8.05, 3.08), (8.05, 2.12), BLUE)
    ax.text(8.15, 2.6, r"$W_{out}^{\top}$ (C, H)", color=BLUE, va="center")
    ax.text(7.95, 2.6, r"$dh_T$", color=BLUE, va="center", ha="right")
    _box(ax, 5.72, -1.35, r"sum over the steps:    $dW_{hh} \;=\; h_0^{\top}\delta_1 + h_1^{\top}\delta_2 + \cdots + h_{T-1}^{\top}\delta_T$    (H, H)")
    ax.text(-0.4, 3.5, "read from the right: every arrow of the\nforward pass, reversed and transposed", va="center", linespacing=1.6)
    return figure


@drawing
def plot_norms(norms, ylabel, floor, labels, source):
    """Draw norms over the steps of a network, in log scale; return the figure.

    Parameters
    ----------
    norms : dict of arrays of shape (T,)
        For each name, a norm at steps 1 to T.
    ylabel : str
    floor : float
        What is smaller is not drawn.
    labels : dict of (int, float)
        For each name, the step and the height at which to write it.
    source : str
        As of `load_ecg5000`.
    """
    figure, ax = plt.subplots()
    for name, values in norms.items():
        colour, line = INIT_STYLES.get(name, OTHER_STYLE)
        ax.plot(np.arange(1, len(values) + 1), np.where(values < floor, np.nan, values), color=colour, linestyle=line)
        ax.annotate(name, labels[name], color=colour, ha="center", va="center")
    ax.set(yscale="log", xlabel="step t", ylabel=ylabel, xlim=(0, len(values) + 1))
    ax.set_ylim(bottom=floor)
    mark_source(figure, source)
    return figure


@drawing
def plot_saliency(x, dx, source):
    """Draw a beat and, below it, the derivative of the loss by each of its samples; return the figure.

    Parameters
    ----------
    x, dx : arrays of shape (T,)
    source : str
        As of `load_ecg5000`.
    """
    figure, (above, below) = plt.subplots(2, 1, figsize=(7.5, 4), sharex=True)
    steps = np.arange(1, len(x) + 1)
    above.plot(steps, x, color=BLACK, linestyle="-")
    above.set(ylabel="signal $x_t$\n(standard deviations)", xlim=(0, len(x) + 1))
    up = dx > 0
    below.bar(steps[up], dx[up], 0.8, color=VERMILION)
    below.bar(steps[~up], dx[~up], 0.8, color=BLUE, hatch="////", edgecolor="white", linewidth=0)
    below.axhline(0, color=BLACK, linestyle="-", linewidth=0.8)
    below.set(xlabel="step t (samples)", ylabel=r"$\partial L/\partial x_t$")
    figure.align_ylabels()
    mark_source(figure, source)
    return figure


# Notebook 04: gradient check


@drawing
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
        right.annotate(name, (k, share), (0, 9), textcoords="offset points", ha="center", fontweight="bold")
    for (name, share), line in zip(baselines.items(), ("-", "--")):
        right.axhline(share, color="0.4", linestyle=line, linewidth=1.2)
        right.annotate(name, (-0.5, share), (2, -4), textcoords="offset points", va="top", fontsize=9, color="0.3")
    right.set(xlim=(-0.5, len(accuracies) - 0.5), ylim=(0.5, 1.02), ylabel="accuracy on the test set")
    right.set_xticks([])
    mark_source(figure, source)
    return figure


@drawing
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
    for name, colour, line, marker, face in zip(errors, COLOURS, LINES, "os^D", (BLUE, ORANGE, GREEN, "none")):
        ax.plot(fine, np.maximum(theory[name](fine), floor), color=colour, linestyle=line, linewidth=1)
        ax.plot(eps, np.maximum(errors[name], floor), marker, color=colour, markerfacecolor=face,
                markersize=8 if face == "none" else 5)
        ax.text(*labels[name], name, color=colour)
    ax.set(xscale="log", yscale="log", xlabel=r"step $\varepsilon$", ylabel="relative error", ylim=(floor / 3, 5))
    ax.set_yticks(10.0 ** np.arange(-15, 1, 3))
    return figure


@drawing
def plot_findings(found, faults, settings):
    """Draw which fault is found in which setting; return the figure.

    Parameters
    ----------
    found : int array of shape (number of faults, number of settings)
        2: found in the gradient of a parameter; 1: only in that of h0 or X; 0: missed.
    faults, settings : sequences of str
    """
    figure, ax = plt.subplots(figsize=(7.5, 4.6))
    for level, marker, face, edge, meaning in ((2, "o", BLUE, BLUE, "found"), (1, "o", "white", BLUE, "found only in dh[0] or dX"),
                                               (0, "X", VERMILION, VERMILION, "missed")):
        rows, columns = np.nonzero(found == level)
        ax.scatter(columns, rows, s=110, marker=marker, facecolor=face, edgecolor=edge, linewidth=1.8, label=meaning)
    ax.set_xticks(range(len(settings)), settings, fontsize=9)
    ax.set_yticks(range(len(faults)), faults)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set(xlim=(-0.5, len(settings) - 0.5), ylim=(len(faults) - 0.4, -0.6))
    ax.axvspan(len(settings) - 1.5, len(settings) - 0.5, color="0.93", zorder=0)
    ax.spines[:].set_visible(False)
    ax.grid(axis="x", visible=False)
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower right", ncols=3, frameon=False)
    return figure


@drawing
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
    ax.plot(steps[4::5], np.abs(by_complex_step[4::5]), "o", color=ORANGE, markerfacecolor="none", markeredgewidth=1.5)
    bottom = 10.0 ** np.floor(np.log10(np.abs(exact).min()) - 1)
    ax.axhspan(bottom, noise, color="0.9", zorder=0)
    ax.text(len(exact), 1e3 * bottom, "a finite difference is rounding here", ha="right", color="0.3")
    ax.annotate("back-propagation (line)\ncomplex step (circles)", (0.03, 0.9), xycoords="axes fraction", va="top")
    ax.set(yscale="log", ylim=(bottom, 10), xlim=(0, len(exact) + 2), xlabel="step t (one sample each)",
           ylabel=r"size of $\partial L/\partial x_t$")
    ax.set_yticks(10.0 ** np.arange(0, np.log10(bottom), -10))
    mark_source(figure, source)
    return figure


# Notebook 05: training


@drawing
def plot_history(history):
    """Draw the loss (log scale) and the accuracy of `history`, a `History`, against the epoch; return the figure."""
    figure, (left, right) = plt.subplots(1, 2)
    for ax, name, values in ((left, "loss", (history.loss, history.val_loss)),
                             (right, "accuracy", (history.accuracy, history.val_accuracy))):
        for k, (label, curve) in enumerate(zip(("training", "validation"), values)):
            if curve and curve[0] is not None:
                ax.plot(curve, color=COLOURS[k], linestyle=LINES[k], marker="." if len(curve) < 3 else None, label=label)
        ax.set(xlabel="epoch", ylabel=name)
        ax.xaxis.get_major_locator().set_params(integer=True)
    left.set_yscale("log")
    left.yaxis.set_major_locator(plt.matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter("{x:g}")
    left.yaxis.set_minor_formatter("")
    right.set_ylim(0, 1.02)
    left.legend(frameon=False)
    return figure


@drawing
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
    ax.set(xlim=(0, 1.14 if numbers else 1.02), ylim=(len(ladder) - 0.5, -0.7), xlabel="test accuracy")
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.set_yticks(range(len(ladder)), ladder)
    ax.grid(axis="y", visible=False)
    return figure


@drawing
def plot_confusion(counts):
    """Draw a confusion matrix, `counts` of shape (C, C), with the shares of each true class; return the figure."""
    members = counts.sum(axis=1)
    shares = counts / members[:, None]
    figure, ax = plt.subplots(figsize=(5.2, 3.8))
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (i, j), share in np.ndenumerate(shares):
        ax.text(j, i, f"{share:.2f}", ha="center", va="center", color="white" if share > 0.6 else "black",
                fontweight="bold" if i == j else "normal")
    classes = range(len(counts))
    ax.set_xticks(classes, [str(k + 1) for k in classes])
    ax.set_yticks(classes, [f"{k + 1}  ({n} beats)" for k, n in enumerate(members)])
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(visible=False)
    return figure


@drawing
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
    for ax, name, runs, line in zip(axes, ("test accuracy", "balanced test accuracy"), (accuracies, balanced), yardstick[1:]):
        ax.axvline(line, color="0.45", linestyle="--", linewidth=1.2)
        ax.text(line, -0.68, yardstick[0], ha="center", va="bottom", fontsize=9, color="0.3")
        for row, values in enumerate(runs.values()):
            mean = np.mean(values)
            if ax is axes[0]:
                ax.plot([mean - standard_error, mean + standard_error], [row + 0.2] * 2, color=ORANGE, linestyle="-", linewidth=3)
            ax.plot(values, [row] * len(values), color=(BLUE, VERMILION)[row], marker="os"[row], linestyle="", alpha=0.6)
            ax.plot([mean, mean], [row - 0.2, row + 0.2], color="black", linestyle="-", linewidth=1.5)
        ax.set(xlabel=name, ylim=(len(runs) - 0.5, -0.65))
        ax.set_yticks(range(len(runs)), runs)
        ax.grid(axis="y", visible=False)
    axes[0].set_xlim(0.91, 0.96)
    axes[1].set_xlim(0.4, 0.7)
    return figure


# Notebook 06: bug hunt


@drawing
def plot_patients(runs, healthy, majority, source):
    """Draw the loss curves of wrong networks and a right one, beside their accuracies on the test set; return the figure.

    Parameters
    ----------
    runs : dict of pairs
        For each wrong network, by its letter, the training losses before the first epoch and after each, and the accuracy.
    healthy : pair, the same for the right network
    majority : float, the share of the majority class
    source : str
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.4))
    left.plot(healthy[0], color="0.8", linestyle="-", linewidth=5, label="healthy")
    for (share, name), line in zip(((healthy[1], "the healthy network"), (majority, "the majority class")), ("-", "--")):
        right.axhline(share, color="0.4", linestyle=line, linewidth=1.2)
        right.annotate(name, (2, share), (0, -13), textcoords="offset points", ha="center", va="top", fontsize=9, color="0.3")
    for k, (letter, (losses, share)) in enumerate(runs.items()):
        left.plot(losses, color=COLOURS[k], linestyle=LINES[k], label=letter)
        right.plot(k, share, "os^Dv"[k], color=COLOURS[k], markersize=8)
        right.annotate(letter, (k, share), (0, 9), textcoords="offset points", ha="center", fontweight="bold")
    left.set(yscale="log", xlabel="epoch", ylabel="training loss (nats)")
    left.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    left.minorticks_off()
    left.legend(frameon=False, ncols=2)
    right.set(xlim=(-0.5, len(runs) - 0.5), ylim=(0.5, 1.02), ylabel="accuracy on the test set")
    right.set_xticks([])
    mark_source(figure, source)
    return figure


@drawing
def plot_two_bits(shares, chance):
    """Draw the test accuracies of the seeds of each network, a row of markers for each letter; return the figure.

    Parameters
    ----------
    shares : dict of sequences of floats
        For each network, by its name, the share of right answers of each seed; "healthy" is drawn apart.
    chance : float
        The share that guessing gets, drawn as a line across.
    """
    figure, ax = plt.subplots(figsize=(7.5, 3.5))
    ax.axhline(chance, color="0.4", linestyle="--", linewidth=1.2)
    ax.annotate("guessing", (len(shares) - 0.5, chance), (-2, -4), textcoords="offset points", ha="right", va="top", fontsize=9, color="0.3")
    for k, (name, values) in enumerate(shares.items()):
        colour, marker = (BLUE, "o") if name == "healthy" else (VERMILION, "s")
        x = k + 0.09 * (np.arange(len(values)) - (len(values) - 1) / 2)
        ax.plot(x, np.sort(values), linestyle="", marker=marker, color=colour, markersize=3.2)
    ax.set_xticks(range(len(shares)), shares)
    ax.set(xlim=(-0.5, len(shares) - 0.5), ylim=(0.35, 1.04), xlabel="network", ylabel="test accuracy")
    ax.grid(axis="x", visible=False)     # the markers are small: which seed fails differs between processors
    return figure


@drawing
def plot_detector(groups, settings, found=None, predicted=None):
    """Draw a row for each mistake and a column for each setting of a check: which finds which; return the figure.

    Parameters
    ----------
    groups : dict of lists of str
        The names of the mistakes, by the name of their group. Rows are numbered from 1, through all groups.
    settings : sequence of str; the first is shaded
    found : int array of shape (number of mistakes, number of settings), optional
        2: found in the gradient of a parameter; 1: only in that of h0 or X; 0: missed. Without it the fields stay empty.
    predicted : set of (int, int), optional
        Row (from 0) and column of what was expected to be missed; framed.
    """
    names = [name for group in groups.values() for name in group]
    figure, ax = plt.subplots(figsize=(7.5, 0.18 * (len(names) + 1.2 * len(groups)) + 1.1))
    y, ticks, top = np.empty(len(names)), [], 0.0
    for group, members in groups.items():
        ax.text(-0.02, top, group, transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=9, fontweight="bold")
        ax.axhline(top - 0.6, color="0.6", linestyle="-", linewidth=0.8)
        for k in range(len(members)):
            y[len(ticks)] = top + 1 + k
            ticks.append(f"{members[k]}  {len(ticks) + 1:2d}")
        top += len(members) + 1.2
    ax.axvspan(-0.5, 0.5, color="0.93", zorder=0)
    if found is None:
        ax.scatter(np.tile(np.arange(len(settings)), len(names)), np.repeat(y, len(settings)), s=4, marker="o", color="0.6")
    else:
        for level, marker, face, edge, size, meaning in ((2, "o", BLUE, BLUE, 14, "found"), (1, "o", "white", BLUE, 30, "found only in dh0 or dX"),
                                                         (0, "X", VERMILION, VERMILION, 70, "missed")):
            rows, columns = np.nonzero(found == level)
            ax.scatter(columns, y[rows], s=size, marker=marker, facecolor=face, edgecolor=edge, linewidth=1, label=meaning)
    if predicted:
        rows, columns = np.array(sorted(predicted)).T
        ax.scatter(columns, y[rows], s=170, marker="s", facecolor="none", edgecolor=BLACK, linewidth=1.4, label="your prediction")
    shorter = {"recommended": "recom-\nmended", "W_hh symmetric": "W_hh\nsymm.", "W_hh = identity": "W_hh\nident.", "one call": "one\ncall"}
    ax.set_xticks(range(len(settings)), [shorter.get(setting, setting) for setting in settings], fontsize=8.5)
    ax.set_yticks(y, ticks, fontsize=8)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set(xlim=(-0.5, len(settings) - 0.5), ylim=(top - 0.6, -0.7))
    ax.spines[:].set_visible(False)
    ax.grid(axis="x", visible=False)
    if ax.get_legend_handles_labels()[0]:
        figure.legend(*ax.get_legend_handles_labels(), loc="outside lower right", ncols=4, frameon=False, fontsize=9)
    return figure


@drawing
def plot_repairs(repairs, path, subsets):
    """Draw the error of a gradient while its faults are repaired one after another; return the figure.

    Parameters
    ----------
    repairs : sequence of K str, the faults in the order of their repair
    path : sequence of K + 1 floats
        The error before the first repair and after each.
    subsets : sequence of (int, float)
        For every choice of faults, how many of them are repaired, and the error.
    """
    figure, ax = plt.subplots(figsize=(7.5, 4.2))
    done, errors = np.array(subsets).T
    ax.plot(done, errors, linestyle="", marker="o", markersize=4, color="0.7", label="every choice of repairs")
    ax.plot(path, color=VERMILION, linestyle="-", marker="s", markersize=7, label="repaired in this order")
    ax.axhline(0, color=BLACK, linestyle="-", linewidth=0.8)
    ax.set_xticks(range(len(path)), ["nothing\nrepaired", *(f"+ {name}" for name in repairs)], fontsize=8.5, rotation=35, ha="right", rotation_mode="anchor")
    ax.set(ylim=(-0.04, 1.05), ylabel="relative error, worst tensor")
    ax.grid(axis="x", visible=False)
    ax.legend(frameon=False, loc="lower left")
    return figure
