"""The explorable of notebook 07."""

import functools

import numpy as np

from ...data import streams
from ..plots.style import BLUE, VERMILION, mark_source
from ..reservoirs import reservoir as drawn_network
from ..reservoirs import untrained
from .controls import choice, display_controls, log_scale, number, panels

SCALES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
TRAINED_ON = {"marked": 5, "first": 3, "count": 5}  # beats: the questions, as notebook 07 trains
KNOWN, NEW = 1000, 1000  # streams, to fit the read-out and to test it


def drawn(data, question, m):
    """Return streams of training beats, and of test beats.

    One of the first three beats is marked, or of fewer, if there are fewer.
    """
    options = {"a": min(3, m)} if question == "marked" else {}
    sets = (data.X_train, data.Y_train), (data.X_test, data.Y_test)
    return [
        streams(X.astype(np.float32), Y, m, question, seed, N=N, **options)
        for seed, ((X, Y), N) in enumerate(zip(sets, (KNOWN, NEW)))
    ]


def reservoir_accuracy(sets, scale, H, init):
    """Return the test accuracy of an untrained network with a linear read-out, and that of chance.

    `sets` are streams to fit the read-out to, and others to test it.
    """
    known, new = sets
    model = drawn_network(known[0].shape[2], known[1].shape[1], scale, init=init, H=H)
    return untrained(model, known, new), 1 / known[1].shape[1]


def reservoir(data, trained):
    """Tune an untrained network by hand: what does it remember, and what can be read out of it?

    Parameters
    ----------
    data : ECG5000
        With ``X_train`` of shape (140, n, 1) and ``X_test``.
    trained : dict of floats
        For each question, ``"marked"``, ``"first"`` and ``"count"``, the accuracy of trained
        networks, to be drawn as a line at the number of beats that they were trained on.
    """
    sets = functools.cache(lambda question, m: drawn(data, question, m))
    tried = {}  # by question and number of beats, what was looked at before

    def draw(question, m, scale, H, init):
        value, chance = reservoir_accuracy(sets(question, m), scale, H, init)
        before = tried.setdefault((question, m), {})
        figure, ax = panels(3.3)
        for (other, *_), there in before.items():
            ax.plot(other, there, "o", color="0.7", markersize=5)
        ax.plot(scale, value, "o", color=BLUE, markersize=11)
        ax.annotate(f"{value:.2f}", (scale, value + 0.045), color=BLUE, ha="center")
        if m == TRAINED_ON[question]:
            ax.axhline(trained[question], color=VERMILION, linestyle="--")
            ax.text(0.0075, trained[question] + 0.03, "trained", color=VERMILION)
        ax.axhline(chance, color="0.45", linestyle=":", linewidth=1.2)
        ax.text(3.9, chance + 0.012, "guessing", color="0.3", ha="right")
        log_scale(ax.xaxis)
        ax.set(xlim=(0.007, 4.3), ylim=(0, 1.12))
        ax.set(xlabel="input scale s", ylabel="test accuracy")
        ax.text(3.9, 0.03, "grey: tried before", color="0.4", ha="right", fontsize=9)
        mark_source(figure, data.source)
        before[scale, H, init] = value
        best = max(before.values())
        return (
            figure,
            f"{question}, {m} beats, s = {scale:g}, {H} units, {init}: accuracy {value:.2f}",
            f"(guessing {chance:.2f}; best of {len(before)} tried: {best:.2f})",
        )

    display_controls(
        draw,
        question=choice("question", tuple(TRAINED_ON)),
        m=number("beats in a stream", 5, 1, 8),
        scale=choice("input scale", SCALES, 0.3),
        H=choice("units", (8, 32, 128), 32),
        init=choice("start of W_hh", ("orthogonal", "identity")),
    )
