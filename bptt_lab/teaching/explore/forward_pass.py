"""The explorables of notebook 02."""

import matplotlib.pyplot as plt
import numpy as np

from ...rnn import VanillaRNN
from ..plots.style import BLACK, VERMILION, mark_source
from .controls import choice, display_controls, slider


def steps(data):
    """Walk through a beat step by step beside the states of a network: when do they saturate?

    Parameters
    ----------
    data : ECG5000, with ``X_train`` of shape (T, N, 1)
    """
    X = data.X_train[:, np.flatnonzero(data.Y_train[:, 0])[:1]]
    T, H = len(X), 32
    start = VanillaRNN(1, H, 5, init="normal", input_scale=1.0, seed=3)

    def draw(t, width):
        model = VanillaRNN(1, H, 5)
        model.params = start.params | {
            "W_in": width * start.params["W_in"],
            "W_hh": width * start.params["W_hh"],
        }
        h = model.forward(X)[1].h[1:, 0]  # (T, H)
        figure, (above, middle) = plt.subplots(
            2, 1, figsize=(7.5, 4.4), sharex=True, height_ratios=(1, 1.4)
        )
        above.plot(np.arange(1, T + 1), X[:, 0, 0], color="0.7", linestyle="-")
        above.plot(np.arange(1, t + 1), X[:t, 0, 0], color=BLACK, linestyle="-")
        above.plot(t, X[t - 1, 0, 0], "o", color=VERMILION)
        above.set(ylabel="signal $x_t$\n(standard deviations)")
        seen = np.where(np.arange(T)[:, None] < t, h, np.nan)
        picture = middle.imshow(
            seen.T,
            aspect="auto",
            cmap="PuOr",
            vmin=-1,
            vmax=1,
            extent=(0.5, T + 0.5, H + 0.5, 0.5),
            interpolation="nearest",
        )
        figure.colorbar(picture, ax=middle, label="state", pad=0.01)
        middle.axvline(t + 0.5, color=VERMILION, linestyle="-")
        middle.set(xlabel="step t (samples)", ylabel="unit", xlim=(0, T + 1))
        middle.grid(visible=False)
        mark_source(figure, data.source)
        plt.show()
        print(
            f"after step {t}: share of |h| > 0.99 among the {H} units {(np.abs(h[t - 1]) > 0.99).mean():.2f}, "
            f"over all steps so far {(np.abs(h[:t]) > 0.99).mean():.2f}"
        )

    display_controls(
        draw,
        t=slider("step t", 70, 1, T),
        width=choice("width of the weights", (0.25, 0.5, 1.0, 2.0, 4.0, 8.0), 1.0),
    )
