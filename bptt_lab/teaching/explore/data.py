"""The explorables of notebook 01."""

import matplotlib.pyplot as plt
import numpy as np

from ..plots.style import BLACK, BLUE, SKY, mark_source
from .controls import choice, display_controls, slider


def beats(data):
    """Show any training beat over the mean of its class: how well does it stand for its class?

    Parameters
    ----------
    data : ECG5000, with ``X_train`` of shape (T, N, 1)
    """
    labels, C = data.Y_train.argmax(axis=1), data.Y_train.shape[1]
    members = [np.flatnonzero(labels == k) for k in range(C)]
    means = np.stack([data.X_train[:, m, 0].mean(axis=1) for m in members])  # (C, T)
    which, number = (
        choice("class", [(str(k + 1), k) for k in range(C)]),
        slider("beat of this class", 1, 1, len(members[0])),
    )

    def fit_range(change):
        number.value, number.max = 1, len(members[change["new"]])

    which.observe(fit_range, "value")

    def draw(k, n):
        x = data.X_train[:, members[k][min(n, len(members[k])) - 1], 0]
        distances = np.linalg.norm(means - x, axis=1)
        nearest = distances.argmin()
        figure, ax = plt.subplots()
        steps, spread = np.arange(1, len(x) + 1), data.X_train[:, members[k], 0].std(axis=1)
        ax.fill_between(
            steps, means[k] - spread, means[k] + spread, color=SKY, alpha=0.35, linewidth=0
        )
        ax.plot(steps, means[k], color=BLUE, linestyle="--")
        ax.plot(steps, x, color=BLACK, linestyle="-")
        ax.annotate(
            f"mean of class {k + 1} and spread (dashed, band)\nthis beat (solid)",
            (0.5, 0.04),
            xycoords="axes fraction",
            ha="center",
        )
        ax.set(
            xlabel="time t (samples)",
            ylabel="signal (standard deviations)",
            xlim=(0, len(x) + 1),
            ylim=(-5.5, 3.5),
        )
        mark_source(figure, data.source)
        plt.show()
        print(
            f"class {k + 1}, beat {n} of {len(members[k])}: distance to the mean of its class {distances[k]:.1f}; "
            f"the nearest mean is that of class {nearest + 1}, at {distances[nearest]:.1f}"
        )

    display_controls(draw, k=which, n=number)
