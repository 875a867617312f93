"""The figures of notebook 02."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, GREEN, INIT_STYLES, OTHER_STYLE, VERMILION, arrow, box


def plot_unrolled():
    """Draw the network unrolled over time, with shapes; return the figure."""
    figure, ax = plt.subplots(figsize=(7.5, 3.6))
    ax.set(xlim=(-0.75, 8.95), ylim=(-0.5, 3.55))
    ax.axis("off")

    box(ax, 0, 1.5, "$h_0$\n(N, H)")
    for x, t in ((2, "1"), (4.4, "2"), (8, "T")):
        box(ax, x, 0, f"$x_{t}$\n(N, I)")
        box(ax, x, 1.5, f"$h_{t}$\n(N, H)")
        arrow(ax, (x, 0.42), (x, 1.08), GREEN)
        shape = " (I, H)" if t == "1" else ""
        ax.text(x + 0.1, 0.75, r"$W_{in}$" + shape, color=GREEN, va="center")
    for start, end in ((0.52, 1.48), (2.52, 3.88), (4.92, 5.75), (6.65, 7.48)):
        arrow(ax, (start, 1.5), (end, 1.5), VERMILION)
        ax.text((start + end) / 2, 1.62, r"$W_{hh}$", color=VERMILION, ha="center", va="bottom")
    ax.text(1, 1.38, "(H, H)", color=VERMILION, ha="center", va="top")
    for y in (0, 1.5):
        ax.text(6.2, y, "· · ·", ha="center", va="center", fontsize=14)
    box(ax, 8, 3, "$\\hat{y}$\n(N, C)")
    arrow(ax, (8, 1.92), (8, 2.58), BLUE)
    ax.text(8.1, 2.25, r"$W_{out}$", color=BLUE, va="center")
    ax.text(7.9, 2.25, "(H, C)", color=BLUE, va="center", ha="right")
    lines = (
        r"$z_t = x_t W_{in} + h_{t-1} W_{hh} + b_h, \quad h_t = \tanh z_t$",
        r"$\hat{y} = h_T W_{out} + b_{out}$",
        r"the same $W_{in}$, $W_{hh}$ and $b_h$ at every step",
    )
    ax.text(-0.5, 2.9, "\n".join(lines), va="center", linespacing=1.8, fontsize=11)
    return figure


def plot_states(x, states):
    """Draw a beat, and below it the states of networks that read it; return the figure.

    Parameters
    ----------
    x : array of shape (T,)
        The beat, in standard deviations.
    states : dict of arrays of shape (T + 1, H)
        For each title the states. Units that rise with the beat are above those that fall when it
        rises; among them, those that answer at once are outermost, and the later ones further in.
    """

    def place(unit):
        match = [np.corrcoef(x[: len(x) - delay], unit[delay + 1 :])[0, 1] for delay in range(20)]
        delay = int(np.argmax(np.abs(match)))
        spread = unit.std()  # below 1: it decides a tie
        return np.sign(match[delay]) * (20 - delay + spread)

    n = len(states)
    figure, axes = plt.subplots(
        n + 1, 1, sharex=True, figsize=(7.5, 1.6 + 2.3 * n), height_ratios=[1] + [2] * n
    )
    axes[0].plot(np.arange(1, len(x) + 1), x)
    axes[0].set(ylabel="$x_t$ (st. dev.)", title="the beat")
    for ax, (title, h) in zip(axes[1:], states.items()):
        order = np.argsort([place(unit) for unit in h.T], kind="stable")[::-1]
        image = draw_states(ax, h.T[order], (-0.5, len(x) + 0.5, len(order), 0))
        ax.set(ylabel="units, sorted", title=title, yticks=())
        ax.grid(False)
    axes[-1].set_xlabel("step t (one sample each)")
    figure.colorbar(image, ax=axes[1:], label="state $h_t$", aspect=30, pad=0.01)
    return figure


def draw_states(ax, states, extent):
    """Draw states between -1 and 1 as colours, a row for each unit; return the image."""
    style = {"aspect": "auto", "interpolation": "nearest", "cmap": "PuOr", "vmin": -1, "vmax": 1}
    return ax.imshow(states, extent=extent, **style)


def plot_state_sizes(sizes):
    """Draw the sizes of networks' states, and the slope of tanh there; return the figure.

    Parameters
    ----------
    sizes : dict of arrays of any shape
        For each initialisation the absolute values of the states.
    """
    figure, ax = plt.subplots(figsize=(7.5, 2.8))
    for row, (name, size) in enumerate(sizes.items()):
        low, median, high = np.quantile(size, (0.05, 0.5, 0.95))
        colour, _ = INIT_STYLES.get(name, OTHER_STYLE)
        bar = {"linestyle": "-", "linewidth": 6, "solid_capstyle": "butt", "alpha": 0.45}
        ax.plot((low, high), (row, row), color=colour, **bar)
        ax.plot(median, row, "o", color=colour, clip_on=False, zorder=3)
    ax.set(xlim=(0, 1), ylim=(len(sizes) - 0.5, -0.5))
    ax.set_xlabel("size of a state, |h|: bar from 5 % to 95 %, dot at the median")
    ax.set_yticks(range(len(sizes)), list(sizes))
    ax.grid(axis="y", visible=False)
    top, ticks = ax.secondary_xaxis("top"), np.array((0, 0.25, 0.5, 0.75, 0.9, 1))
    top.set_xticks(ticks, [f"{1 - h * h:.2g}" for h in ticks])
    top.set_xlabel("slope of tanh there, 1 − h²")
    return figure


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
    low, high = shares.min(axis=1), shares.max(axis=1)
    ax.fill_between(sizes, low, high, color=VERMILION, alpha=0.2, linewidth=0)
    ax.plot(sizes, shares.mean(axis=1), "o-", color=VERMILION)
    ax.set(xscale="log", ylim=(0, 1.03), xlabel="hidden units H", ylabel="share of |h| > 0.99")
    ax.set_xticks(sizes, [str(H) for H in sizes])
    ax.minorticks_off()
    return figure


def plot_memory(distances, floor=1e-9):
    """Draw the distance of two states, relative to that after the first step; return the figure.

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
        curve = np.maximum(distance[: end + 1], floor)
        ax.plot(np.arange(1, end + 2), curve, color=colour, linestyle=line)
        if below.size:
            ax.plot(end + 1, floor, "v", color=colour, clip_on=False)
            ax.text(end + 4, 2 * floor, name, color=colour)
        else:
            label_at = max(curve[-1], 5 * label_at)  # not on top of the label before
            ax.text(T + 2, label_at, name, color=colour, va="center")
    ax.set(xlim=(0, 1.22 * T), xlabel="step t (one sample each)")
    ax.set(yscale="log", ylim=(floor, None))
    ax.set_ylabel("distance of the two states\n(after step 1: 1)")
    ax.set_xticks(range(0, T + 1, 20))
    return figure
