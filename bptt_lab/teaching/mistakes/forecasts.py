"""Mistakes of notebook 10 in a Gaussian's negative log density: its constant, and its mean."""

import numpy as np

from ...losses import gaussian_nll
from .gaussian import RIGHT_GRADIENT
from .losses import times
from .mistake import Mistake


def divided_by_len(outputs, Y):
    loss, d = gaussian_nll(outputs, Y)
    factor = outputs[..., 0].size / len(outputs)
    return factor * loss, factor * d


def divided_by_sequences(outputs, Y):
    loss, d = gaussian_nll(outputs, Y)
    factor = outputs[..., 0].size / outputs.shape[-2]
    return factor * loss, factor * d


def one_of(loss=gaussian_nll, gradient=gaussian_nll):
    """Return a gaussian_nll that takes its loss from one function, its gradient from another."""
    return {"gaussian_nll": lambda outputs, Y: (loss(outputs, Y)[0], gradient(outputs, Y)[1])}


def constant(of_all):
    """Return a gaussian_nll whose constant term is another one, a function of the number N."""

    def gaussian(outputs, Y):
        loss, d = gaussian_nll(outputs, Y)
        return loss + (of_all(Y.size) - np.log(2 * np.pi)) / 2, d

    return {"gaussian_nll": gaussian}


NUMBER = "the number that is divided by: T · N forecasts where every step is read out"
LATER = "wrong only where every step is read out"
CONSTANT = "the constant: log(2π), once for each forecast, and half of it"

FORECASTS = [
    Mistake(
        "gaussian-divided-by-steps",
        "divided by the length of the first axis alone, so by T where every step is read out",
        {"gaussian_nll": divided_by_len},
        "wrong only where every step is read out",
        "the number that is divided by: T · N forecasts where every step is read out",
    ),
    Mistake(
        "gaussian-log-pi",
        "the constant is log π, without the 2",
        constant(lambda N: np.log(np.pi)),
        RIGHT_GRADIENT,
        CONSTANT,
    ),
    Mistake(
        "gaussian-log-2-times-pi",
        "the constant is π log 2: the brackets of the logarithm close too early",
        constant(lambda N: np.log(2) * np.pi),
        RIGHT_GRADIENT,
        CONSTANT,
    ),
    Mistake(
        "gaussian-2-pi",
        "the constant is 2π itself, not its logarithm",
        constant(lambda N: 2 * np.pi),
        RIGHT_GRADIENT,
        CONSTANT,
    ),
    Mistake(
        "gaussian-log10",
        "the constant is a logarithm to the base 10",
        constant(lambda N: np.log10(2 * np.pi)),
        RIGHT_GRADIENT,
        "the logarithm: np.log is the natural one, np.log10 is not",
    ),
    Mistake(
        "gaussian-constant-once",
        "log 2π is added once to the sum over all forecasts, and then divided by N with it",
        constant(lambda N: np.log(2 * np.pi) / N),
        "the gradient is right, and the loss where there is one forecast",
        CONSTANT,
    ),
    Mistake(
        "gaussian-loss-summed",
        "the loss is a sum over the forecasts, not a mean",
        one_of(loss=lambda *given: times(gaussian_nll, given[1].size, 1)(*given)),
        "the gradient is right, the loss N times the right one",
        "the 1/N: the loss is a mean",
    ),
    Mistake(
        "gaussian-divided-by-sequences",
        "divided by the number of sequences alone, where every step is read out",
        {"gaussian_nll": divided_by_sequences},
        LATER,
        NUMBER,
    ),
    Mistake(
        "gaussian-loss-divided-by-sequences",
        "the loss is divided by the number of sequences alone",
        one_of(loss=divided_by_sequences),
        LATER,
        NUMBER,
    ),
    Mistake(
        "gaussian-gradient-divided-by-sequences",
        "the gradient is divided by the number of sequences alone",
        one_of(gradient=divided_by_sequences),
        LATER,
        NUMBER,
    ),
    Mistake(
        "gaussian-loss-divided-by-steps",
        "the loss is divided by the length of the first axis alone",
        one_of(loss=divided_by_len),
        LATER,
        NUMBER,
    ),
    Mistake(
        "gaussian-gradient-divided-by-steps",
        "the gradient is divided by the length of the first axis alone",
        one_of(gradient=divided_by_len),
        LATER,
        NUMBER,
    ),
]
