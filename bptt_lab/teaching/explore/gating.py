"""The explorables of notebook 09."""

import numpy as np

from ...data import streams
from ...gates import GRU, LSTM
from ..gate_values import gates_of
from ..plots.style import BLACK, BLUE, ORANGE, VERMILION, mark_source, write_beside
from .controls import choice, display_controls, log_scale, number, panels

T, H = 140, 32
BIASES = (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)
BEATS, FIRST, SCALE = 10, 3, 0.1


def error_over_time(cell, bias, init, X):
    """Return the size of the error at each step, relative to the last, before any training."""
    name = "forget_bias" if cell is LSTM else "update_bias"
    model = cell(X.shape[2], H, 1, init=init, input_scale=SCALE, seed=0, **{name: bias})
    cache = model.forward(X)[1]
    norms = np.linalg.norm(model.backward(cache, np.ones((X.shape[1], 1)))["X"], axis=(1, 2))
    return norms / norms[-1]


def roads(data):
    """Move the bias: how much of the error arrives, and along which road?

    Parameters
    ----------
    data : ECG5000, of which 16 training beats come in, one sample a step
    """
    X = data.X_train[:, np.random.default_rng(0).permutation(data.X_train.shape[1])[:16]]
    inputs = {"none": np.zeros((T, 1, 8)), "beats": X}
    steps = np.arange(T, 0, -1) - 1.0  # from step t to the last

    def draw(cell, bias, init, given):
        kind, gate = (LSTM, GRU)[cell == "GRU"], 1 / (1 + np.exp(-bias))
        rate = gate + 0.25 if kind is LSTM else gate + (1 - gate) / 2
        measured = error_over_time(kind, bias, init, inputs[given])
        figure, ax = panels(3.4, left=1.0)
        curves = (
            ("measured", measured, BLACK, "-", 20, -14),
            ("the gate alone", gate**steps, VERMILION, ":", 50, -14),
            ("both roads", rate**steps, BLUE, "--", 85, 6),
        )
        for name, values, colour, line, t, up in curves:
            ax.plot(np.arange(1, T + 1), values, color=colour, linestyle=line)
            write_beside(ax, name, (t, values[t - 1]), (0, up), color=colour)
        ax.axhline(1, color="0.45", linewidth=0.8, linestyle="-")
        log_scale(ax.yaxis)
        ax.set(xlabel="step t", ylabel="error at step t,\nrelative to the last step")
        if given == "beats":
            mark_source(figure, data.source)
        return (
            figure,
            f"{cell}, bias {bias:g}, {init} blocks, inputs: {given}.",
            f"At the first step arrives {measured[0]:.0e};",
            f"the gate alone says {gate ** (T - 1):.0e}, both roads {rate ** (T - 1):.0e}.",
        )

    display_controls(
        draw,
        cell=choice("cell", ["LSTM", "GRU"]),
        bias=choice("bias", BIASES, 1.0),
        init=choice("start of W_hh", ["orthogonal", "uniform"]),
        given=choice("inputs", ["none", "beats"]),
    )


def gates(model, data):
    """Look into a trained cell: when does it keep its state, and when does it replace it?

    Parameters
    ----------
    model : LSTM or GRU, trained on streams of ten beats of which one of the first three is marked
    data : ECG5000
    """
    beats = data.X_test.astype(np.float32), data.Y_test
    X, _ = streams(*beats, BEATS, "marked", 4, N=120, a=FIRST)
    marked = X[::7, :, -1].argmax(axis=0)
    name, stays = ("f", "c") if isinstance(model, LSTM) else ("u", "h")
    kept = gates_of(model, X)[name]
    in_mark = X[:, :, -1:] > 0

    def draw(beat, unit):
        chosen = marked == beat - 1
        mine = kept[:, chosen].mean(axis=2) if unit == 0 else kept[:, chosen, unit - 1]
        there = in_mark[:, chosen, 0]
        figure, (above, below) = panels(4.0, 2, sharex=True)
        first = np.flatnonzero(chosen)[0]
        x = X[:, first, :-1].reshape(-1)
        above.plot(np.arange(len(x)) / 20 + 0.5, x, color=BLACK, linestyle="-", linewidth=1)
        above.set_ylabel("one stream")
        below.plot(np.arange(1, len(mine) + 1), mine[:, :20], color=BLUE, linestyle="-", alpha=0.2)
        below.plot(np.arange(1, len(mine) + 1), mine.mean(axis=1), color=ORANGE, linestyle="-")
        who = "mean of all units" if unit == 0 else f"unit {unit}"
        below.set(ylabel=f"{name}, {who}", xlabel="step t, seven for each beat", ylim=(-0.03, 1.03))
        for ax in (above, below):
            ax.axvspan(7 * beat - 6.5, 7 * beat + 0.5, color=ORANGE, alpha=0.15)
        mark_source(figure, data.source)
        at, elsewhere = mine[there].mean(), mine[~there].mean()
        return (
            figure,
            f"Beat {beat} is marked; share of {stays} that stays, {who}:",
            f"  at the mark and elsewhere (here {at:.2f} and {elsewhere:.2f})",
        )

    display_controls(
        draw,
        beat=number("marked beat", 1, 1, FIRST),
        unit=number("unit (0: all)", 0, 0, kept.shape[2]),
    )
