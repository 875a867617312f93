"""The explorable of notebook 10."""

import numpy as np

from ...generation import generate
from ..dreams import beats_of, nearest
from ..plots.generate import LIMITS
from ..plots.style import BLUE, ORANGE, mark_source
from .controls import choice, display_controls, number, panels

TEMPERATURES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
STEPS, SEEN = 680, 408  # samples of a dream, and of those that are drawn


def dreams(models, start, known, source):
    """Let networks dream: which training, and which temperature, make a heart?

    Parameters
    ----------
    models : dict of Recurrent, by the words for their training
    start : array of shape (T, N, 1), what they hear first; the first stream is drawn
    known : array of shape (n, 52), beats that a dreamt one is compared with
    source : str, as of `load_ecg5000`
    """
    heard = len(start)

    def draw(training, temperature, noise):
        dreamt = generate(models[training], start, STEPS, temperature, noise)
        figure, ax = panels(2.9, left=0.6)
        x = np.concatenate([start, dreamt[:SEEN]])[:, 0, 0]
        ax.axvspan(0, heard, color=ORANGE, alpha=0.15)
        ax.plot(np.arange(1, len(x) + 1), x, color=BLUE, linestyle="-", linewidth=1)
        ax.set(xlabel="sample; shaded: heard, not dreamt", xlim=(0, len(x)), ylim=LIMITS)
        mark_source(figure, source)
        beats, gaps = beats_of(dreamt)
        return (
            figure,
            f"Trained in pieces of {training}, temperature {temperature:g}:",
            f"  beats in ten beats' time (here {len(beats) / start.shape[1]:.1f})",
            f"  samples from beat to beat, median (here {np.median(gaps):.0f})"
            if len(gaps)
            else "  samples from beat to beat (here no two beats)",
            f"  distance to the nearest known beat (here {np.median(nearest(beats, known)):.2f})"
            if len(beats)
            else "  distance to the nearest known beat (here no beat)",
        )

    display_controls(
        draw,
        training=choice("pieces of", models),
        temperature=choice("temperature", TEMPERATURES, 0.75),
        noise=number("noise, by number", 0, 0, 99),
    )
