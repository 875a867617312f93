"""The explorable of notebook 11."""

import numpy as np

from ..plots.style import BLACK, BLUE, ORANGE, VERMILION, write_beside
from .controls import choice, display_controls, log_scale, panels

PROCESSORS = 2 ** np.arange(0, 25)  # numbers that are worked on at a time


def loop_time(T, W, price, P):
    """Return the time of h_t = a_t h_{t-1} + b_t, step by step: a product and a sum in each.

    Every call costs its price, and each P of its numbers one unit more.
    """
    return T * 2 * (price + np.ceil(W / P))


def scan_time(T, W, price, P):
    """Return the time of the scan: in each of log2 T rounds three calls, for all steps at once."""
    reaches = 2 ** np.arange(int(np.ceil(np.log2(T))))
    return sum(3 * (price + np.ceil((T - reach) * W / P)) for reach in reaches)


def scan_or_loop():
    """Choose a problem and the price of a call: from how many processors on does a scan pay?"""

    def draw(T, W, price):
        loop, scan = loop_time(T, W, price, PROCESSORS), scan_time(T, W, price, PROCESSORS)
        figure, ax = panels(3.2, left=0.8)
        curves = (("loop", loop, BLUE, "-", 8, 7), ("scan", scan, VERMILION, "--", 3, -16))
        for name, values, colour, line, k, up in curves:
            ax.plot(PROCESSORS, values, color=colour, linestyle=line)
            write_beside(ax, name, (PROCESSORS[k], values[k]), (0, up), color=colour)
        ahead = PROCESSORS[scan < loop]
        if len(ahead):
            ax.axvline(ahead[0], color=ORANGE, linestyle=":")
        ax.axvline(1, color=BLACK, linewidth=0.8, linestyle="-")
        log_scale(ax.xaxis, ax.yaxis)
        ax.set(xlabel="numbers that are worked on at a time", ylabel="time, in units")
        first = f"from {ahead[0]} at a time on" if len(ahead) else "never here"
        rounds = int(np.ceil(np.log2(T)))
        return (
            figure,
            f"{T} steps of {W}, price {price}: the scan is ahead {first}.",
            f"One at a time: loop {loop[0]:.1e} units, scan {scan[0]:.1e}.",
            f"All at once: {loop[-1]:.1e} in {T} steps, {scan[-1]:.1e} in {rounds} rounds.",
        )

    display_controls(
        draw,
        T=choice("steps T", [140, 1000, 4000, 100_000], 4000),
        W=choice("numbers, N H", [4, 64, 1024, 16_000, 50_000], 4),
        price=choice("price of a call", [0, 100, 1000, 10_000], 0),
    )
