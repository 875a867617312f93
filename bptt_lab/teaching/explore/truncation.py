"""The explorable of notebook 08."""

import numpy as np

from ..plots.style import BLACK, BLUE, GREEN, VERMILION
from .controls import choice, display_controls, log_scale, name, number, panels

T, STEPS, RATE = 20, 30, 1e-3
INPUTS = np.where(np.arange(T)[:, None] < 15, (-1.0, 0.5), (1.0, 0.5))  # (T, 2)
START, TARGET = np.array([0.1, 0.1]), 1.0


def descend(exact, used):
    """Return the losses of a descent whose gradient is a multiple of `used`, not of `exact`."""
    u, losses = START, []
    for _ in range(STEPS + 1):
        error = u @ exact - TARGET
        losses.append(error**2 / 2)
        u = u - RATE * error * used
    return np.array(losses)


def cut_error():
    """Cut the error after k steps: where does the arrow point, and what comes of following it?

    The network is linear, h_t = w h_{t-1} + u·x_t with two inputs and L = (h_T - 1)²/2, so that its
    gradient by u is an arrow in the plane.
    """

    def draw(k, w):
        shares = w ** np.arange(T - 1, -1, -1)[:, None] * INPUTS  # of dh_T/du, one for each step
        exact, used = shares.sum(axis=0), shares[T - k :].sum(axis=0)
        lengths = np.linalg.norm(exact), np.linalg.norm(used)
        cosines = []
        for j in range(1, T + 1):
            other = shares[T - j :].sum(axis=0)
            cosines.append(other @ exact / np.linalg.norm(other) / lengths[0])

        figure, (arrows, middle, right) = panels(3.2, 1, 3, left=0.3, top=0.65, bottom=0.55)
        for vector, colour, line in ((exact, GREEN, "-"), (used, VERMILION, "--")):
            style = {"arrowstyle": "-|>,head_width=0.3,head_length=0.6", "color": colour}
            end = vector / lengths[0]
            arrows.annotate("", end, (0, 0), arrowprops=style | {"linestyle": line, "linewidth": 2})
            label = "exact" if colour == GREEN else f"k = {k}"
            arrows.annotate(label, end, 4 * np.sign(end), textcoords="offset points", color=colour)
        arrows.plot(0, 0, "o", color=BLACK, markersize=3)
        arrows.set_aspect("equal", adjustable="box")
        arrows.set(xlim=(-1.1, 1.1), ylim=(-0.7, 1.5))
        arrows.set(xticks=[], yticks=[])
        name(arrows, "gradient by $u_1$, $u_2$")

        middle.plot(np.arange(1, T + 1), cosines, color=BLUE, linestyle="-")
        middle.plot(k, cosines[k - 1], "o", color=VERMILION, markersize=9)
        middle.axhline(0, color=BLACK, linestyle="-", linewidth=0.8)
        middle.set(xlabel="k", ylim=(-1.05, 1.1))
        name(middle, "cosine of the two")

        paths = descend(exact, exact), descend(exact, used)
        right.plot(paths[0], color=GREEN, linestyle="-")
        right.plot(paths[1], color=VERMILION, linestyle="--")
        log_scale(right.yaxis)
        right.set(xlabel="steps of descent")
        name(right, "loss, following each")
        return (
            figure,
            f"k = {k} of {T}, w = {w:g}: cosine {cosines[k - 1]:.2f}, "
            f"length {lengths[1] / lengths[0]:.2f} of the exact one",
            f"loss {paths[0][0]:.2g}; after {STEPS} steps along the exact one "
            f"{paths[0][-1]:.1g}, the other {paths[1][-1]:.1g}",
        )

    display_controls(
        draw,
        k=number("steps k", 6, 1, T),
        w=choice("weight w", [1.0, 0.98, 0.95, 0.9, 0.8]),
    )
