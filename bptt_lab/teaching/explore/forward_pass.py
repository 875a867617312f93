"""The explorables of notebook 02."""

import functools

import numpy as np

from ...rnn import VanillaRNN
from ..plots.forward_pass import draw_states
from ..plots.style import BLACK, VERMILION, mark_source
from .controls import choice, display_controls, number, panels


def steps(data, cell=VanillaRNN):
    """Walk through a beat step by step beside the states of a network: when do they saturate?

    Parameters
    ----------
    data : ECG5000
        With ``X_train`` of shape (T, N, 1).
    cell : class
        Of the network, with the arguments of `VanillaRNN`.
    """
    X = data.X_train[:, np.flatnonzero(data.Y_train[:, 0])[:1]]
    T, H = len(X), 32
    model = cell(1, H, 5, init="normal", input_scale=1.0, seed=3)
    start = model.params

    @functools.cache
    def states(width):
        # The weights of the cell, not its biases; whatever reads the state out has no part in it.
        model.params = {name: width * w if w.ndim == 2 else w for name, w in start.items()}
        return model.forward(X)[1].h[1:, 0]  # (T, H)

    def draw(t, width):
        h = states(width)
        figure, (above, below) = panels(4.6, 2, right=0.9, sharex=True, height_ratios=(1, 1.4))
        above.plot(np.arange(1, T + 1), X[:, 0, 0], color="0.7", linestyle="-")
        above.plot(np.arange(1, t + 1), X[:t, 0, 0], color=BLACK, linestyle="-")
        above.plot(t, X[t - 1, 0, 0], "o", color=VERMILION)
        above.set(ylabel="signal $x_t$\n(standard deviations)")
        seen = np.where(np.arange(T)[:, None] < t, h, np.nan)
        image = draw_states(below, seen.T, (0.5, T + 0.5, H + 0.5, 0.5))
        place = below.get_position()
        beside = figure.add_axes((place.x1 + 0.015, place.y0, 0.02, place.height))
        figure.colorbar(image, cax=beside, label="state")
        below.axvline(t + 0.5, color=VERMILION, linestyle="-")
        below.set(xlabel="step t (samples)", ylabel="unit", xlim=(0, T + 1))
        below.grid(visible=False)
        mark_source(figure, data.source)
        saturated = np.abs(h) > 0.99
        return (
            figure,
            f"share of |h| > 0.99 among the {H} units after step {t}: "
            f"{saturated[t - 1].mean():.2f}",
            f"over all steps so far: {saturated[:t].mean():.2f}",
        )

    display_controls(
        draw,
        t=number("step t", 70, 1, T),
        width=choice("width of the weights", (0.25, 0.5, 1.0, 2.0, 4.0, 8.0), 1.0),
    )
