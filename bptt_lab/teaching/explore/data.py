"""The explorables of notebook 01."""

import numpy as np

from ..plots.style import BLACK, BLUE, SKY, mark_source
from .controls import choice, display_controls, number, panels


def beats(data):
    """Show any training beat over the mean of its class: how well does it stand for its class?

    Parameters
    ----------
    data : ECG5000
        With ``X_train`` of shape (T, N, 1).
    """
    X, labels, C = data.X_train[:, :, 0], data.Y_train.argmax(axis=1), data.Y_train.shape[1]
    members = [np.flatnonzero(labels == k) for k in range(C)]
    means = np.stack([X[:, own].mean(axis=1) for own in members])  # (C, T)
    which = choice("class", [(str(k + 1), k) for k in range(C)])
    beat = number("beat of this class", 1, 1, len(members[0]))

    def fit_range(change):
        beat.value, beat.max = 1, len(members[change["new"]])

    which.observe(fit_range, "value")

    def draw(k, n):
        own = members[k]
        n = min(n, len(own))
        x, mean, spread = X[:, own[n - 1]], means[k], X[:, own].std(axis=1)
        steps = np.arange(1, len(x) + 1)
        figure, ax = panels(3.4)
        ax.fill_between(steps, mean - spread, mean + spread, color=SKY, alpha=0.35, linewidth=0)
        ax.plot(steps, mean, color=BLUE, linestyle="--")
        ax.plot(steps, x, color=BLACK, linestyle="-")
        text = f"mean of class {k + 1} and spread (dashed, band)\nthis beat (solid)"
        ax.annotate(text, (0.5, 0.04), xycoords="axes fraction", ha="center")
        ax.set(xlabel="time t (samples)", xlim=(0, len(x) + 1))
        ax.set(ylabel="signal (standard deviations)", ylim=(-5.5, 3.5))
        mark_source(figure, data.source)
        distances = np.linalg.norm(means - x, axis=1)
        nearest = distances.argmin()
        return (
            figure,
            f"class {k + 1}, beat {n} of {len(own)}: "
            f"distance to the mean of its class {distances[k]:.1f}",
            f"the nearest mean is that of class {nearest + 1}, at {distances[nearest]:.1f}",
        )

    display_controls(draw, k=which, n=beat)
