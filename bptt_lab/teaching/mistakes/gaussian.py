"""Mistakes of notebook 10 in a loss that admits doubt, a Gaussian's negative log density."""

import numpy as np

from ...losses import gaussian_nll
from .losses import times
from .mistake import Mistake


def gaussian_by(
    loss=lambda e, s: (s + e**2 * np.exp(-s) + np.log(2 * np.pi)) / 2,
    d_mean=lambda e, s: e * np.exp(-s),
    d_s=lambda e, s: (1 - e**2 * np.exp(-s)) / 2,
):
    """Return a gaussian_nll with other terms, made of e = μ - y and s = log σ²."""

    def gaussian(outputs, Y):
        mean, s = outputs[..., :1], outputs[..., 1:]
        e, N = mean - Y, mean.size
        d = np.concatenate([d_mean(e, s) + 0 * e, d_s(e, s) + 0 * e], axis=-1)
        return loss(e, s).sum() / N, d / N

    return {"gaussian_nll": gaussian}


def every_pair(outputs, Y):
    """Return what comes of (N,) minus (N, 1), a table of all means and all targets."""
    mean, s = outputs[..., 0], outputs[..., 1]
    e = mean - Y
    loss = np.mean((s + e**2 * np.exp(-s) + np.log(2 * np.pi)) / 2)
    d = [(e * np.exp(-s)).mean(axis=-2), ((1 - e**2 * np.exp(-s)) / 2).mean(axis=-2)]
    return loss, np.stack(d, axis=-1) / outputs[..., 0].size


def columns_exchanged(outputs, Y):
    loss, d = gaussian_nll(outputs[..., ::-1], Y)
    return loss, d[..., ::-1]


RIGHT_LOSS = "the loss is right, the gradient is not"

GAUSSIAN = [
    Mistake(
        "gaussian-log-deviation",
        "s is taken for the logarithm of the deviation, not of the variance",
        gaussian_by(
            lambda e, s: s + e**2 * np.exp(-2 * s) / 2 + np.log(2 * np.pi) / 2,
            lambda e, s: e * np.exp(-2 * s),
            lambda e, s: 1 - e**2 * np.exp(-2 * s),
        ),
        "loss and gradient are wrong",
        "what s is the logarithm of: s = log σ², so that σ² = exp(s)",
    ),
    Mistake(
        "gaussian-variance-for-s",
        "s is taken for the variance itself, not for its logarithm",
        gaussian_by(
            lambda e, s: (np.log(np.abs(s)) + e**2 / s + np.log(2 * np.pi)) / 2,
            lambda e, s: e / s,
            lambda e, s: (1 / s - e**2 / s**2) / 2,
        ),
        "loss and gradient are wrong",
        "what s is: s = log σ², so that σ² = exp(s)",
    ),
    Mistake(
        "gaussian-multiplied-by-variance",
        "the squared error is multiplied by the variance, not divided",
        gaussian_by(
            lambda e, s: (s + e**2 * np.exp(s) + np.log(2 * np.pi)) / 2,
            lambda e, s: e * np.exp(s),
            lambda e, s: (1 + e**2 * np.exp(s)) / 2,
        ),
        "loss and gradient are wrong",
        "the sign in exp(-s): an error counts less where much doubt was admitted",
    ),
    Mistake(
        "gaussian-gradient-multiplied-by-variance",
        "in the gradient, the error is multiplied by the variance, not divided",
        gaussian_by(d_mean=lambda e, s: e * np.exp(s), d_s=lambda e, s: (1 - e**2 * np.exp(s)) / 2),
        RIGHT_LOSS,
        "the sign in exp(-s): an error counts less where much doubt was admitted",
    ),
    Mistake(
        "gaussian-without-s",
        "the term s is missing: doubt costs nothing",
        gaussian_by(
            lambda e, s: (e**2 * np.exp(-s) + np.log(2 * np.pi)) / 2,
            d_s=lambda e, s: -(e**2) * np.exp(-s) / 2,
        ),
        "loss and gradient by s are wrong, the gradient by the mean is right",
        "the term s in the loss: it is what admitting doubt costs",
    ),
    Mistake(
        "gaussian-loss-without-s",
        "the term s is missing in the loss",
        gaussian_by(lambda e, s: (e**2 * np.exp(-s) + np.log(2 * np.pi)) / 2),
        "the gradient is right, the loss is not",
        "the term s in the loss: it is what admitting doubt costs",
    ),
    Mistake(
        "gaussian-gradient-without-1",
        "in the gradient by s, the 1 is missing",
        gaussian_by(d_s=lambda e, s: -(e**2) * np.exp(-s) / 2),
        RIGHT_LOSS,
        "the gradient by s: the loss has two terms with s in them",
    ),
    Mistake(
        "gaussian-gradient-of-s-alone",
        "in the gradient by s, the squared error is missing",
        gaussian_by(d_s=lambda e, s: 0.5),
        RIGHT_LOSS,
        "the gradient by s: the loss has two terms with s in them",
    ),
    Mistake(
        "gaussian-sign-by-s",
        "the gradient by s has the wrong sign",
        gaussian_by(d_s=lambda e, s: (e**2 * np.exp(-s) - 1) / 2),
        RIGHT_LOSS,
        "the derivative of exp(-s) by s",
    ),
    Mistake(
        "gaussian-plus-by-s",
        "in the gradient by s, the squared error is added, not subtracted",
        gaussian_by(d_s=lambda e, s: (1 + e**2 * np.exp(-s)) / 2),
        RIGHT_LOSS,
        "the derivative of exp(-s) by s",
    ),
    Mistake(
        "gaussian-sign-by-mean",
        "the gradient by the mean has the wrong sign",
        gaussian_by(d_mean=lambda e, s: -e * np.exp(-s)),
        RIGHT_LOSS,
        "the order of the difference: what was said, and what came",
    ),
    Mistake(
        "gaussian-mean-without-variance",
        "the gradient by the mean is not divided by the variance",
        gaussian_by(d_mean=lambda e, s: e),
        RIGHT_LOSS,
        "the gradient by the mean: exp(-s) is a factor of the squared error, so of its slope",
    ),
    Mistake(
        "gaussian-mean-by-deviation",
        "the gradient by the mean is divided by the deviation, not by the variance",
        gaussian_by(d_mean=lambda e, s: e * np.exp(-s / 2)),
        RIGHT_LOSS,
        "the gradient by the mean: the square has been differentiated, the variance has not",
    ),
    Mistake(
        "gaussian-half-by-mean",
        "in the gradient by the mean, a half is left over",
        gaussian_by(d_mean=lambda e, s: e * np.exp(-s) / 2),
        RIGHT_LOSS,
        "the half of the loss: what does it do to the 2 of the square?",
    ),
    Mistake(
        "gaussian-twice-by-mean",
        "in the gradient by the mean, the half is missing",
        gaussian_by(d_mean=lambda e, s: 2 * e * np.exp(-s)),
        RIGHT_LOSS,
        "the half of the loss: what does it do to the 2 of the square?",
    ),
    Mistake(
        "gaussian-twice-by-s",
        "in the gradient by s, the half is missing",
        gaussian_by(d_s=lambda e, s: 1 - e**2 * np.exp(-s)),
        RIGHT_LOSS,
        "the half in front of both terms: there is no square to take it up",
    ),
    Mistake(
        "gaussian-error-not-squared",
        "in the gradient by s, the error is not squared",
        gaussian_by(d_s=lambda e, s: (1 - e * np.exp(-s)) / 2),
        RIGHT_LOSS,
        "the gradient by s: the square is not differentiated there",
    ),
    Mistake(
        "gaussian-without-half",
        "the half is missing",
        {"gaussian_nll": times(gaussian_nll, 2, 2)},
        "loss and gradient are twice the right ones",
        "the 1/2 in front of the sum",
    ),
    Mistake(
        "gaussian-loss-without-half",
        "the half is missing in the loss",
        {"gaussian_nll": times(gaussian_nll, 2, 1)},
        "the gradient is right, the loss twice the right one",
        "the 1/2 in front of the sum",
    ),
    Mistake(
        "gaussian-without-constant",
        "log 2π is missing",
        gaussian_by(lambda e, s: (s + e**2 * np.exp(-s)) / 2),
        "the gradient is right, the loss is off by the same number",
        "the term that is no function of the outputs: without it the loss is no log density",
    ),
    Mistake(
        "gaussian-constant-not-halved",
        "log 2π is there in full, not half of it",
        gaussian_by(lambda e, s: (s + e**2 * np.exp(-s)) / 2 + np.log(2 * np.pi)),
        "the gradient is right, the loss is off by the same number",
        "the brackets: the half stands in front of all three terms",
    ),
    Mistake(
        "gaussian-density",
        "the sign of the whole is wrong: the log density itself, not its negative",
        {"gaussian_nll": times(gaussian_nll, -1, -1)},
        "loss and gradient have the wrong sign",
        "the word negative: a loss is to fall",
    ),
    Mistake(
        "gaussian-summed",
        "a sum over the batch, not a mean",
        {
            "gaussian_nll": lambda outputs, Y: tuple(
                outputs[..., 0].size * value for value in gaussian_nll(outputs, Y)
            )
        },
        "loss and gradient are N times the right ones",
        "the 1/N: the loss is a mean",
    ),
    Mistake(
        "gaussian-gradient-times-N",
        "the 1/N is missing in the gradient",
        {
            "gaussian_nll": lambda outputs, Y: (
                gaussian_nll(outputs, Y)[0],
                outputs[..., 0].size * gaussian_nll(outputs, Y)[1],
            )
        },
        "the loss is right, the gradient N times the right one",
        "the 1/N of the loss: it is a factor of its gradient, too",
    ),
    Mistake(
        "gaussian-divided-by-entries",
        "divided by 2 N: by all entries of the outputs, of which each forecast has two",
        {"gaussian_nll": times(gaussian_nll, 0.5, 0.5)},
        "loss and gradient are half the right ones",
        "the mean: over forecasts, of which each has two outputs",
    ),
    Mistake(
        "gaussian-gradient-divided-by-entries",
        "the gradient is divided by 2 N: by all entries of the outputs",
        {"gaussian_nll": times(gaussian_nll, 1, 0.5)},
        "the loss is right, the gradient half the right one",
        "the mean: over forecasts, of which each has two outputs",
    ),
    Mistake(
        "gaussian-every-pair",
        "every mean is compared with every target",
        {"gaussian_nll": every_pair},
        "loss and gradient are wrong, unless there is one sequence",
        "the shapes: (N,) minus (N, 1) is a table (N, N); take outputs[..., :1]",
    ),
    Mistake(
        "gaussian-columns-exchanged",
        "mean and log variance change places",
        {"gaussian_nll": columns_exchanged},
        "loss and gradient are wrong",
        "the columns of the outputs: the mean first",
    ),
    Mistake(
        "gaussian-gradients-exchanged",
        "the two columns of the gradient change places",
        gaussian_by(
            d_mean=lambda e, s: (1 - e**2 * np.exp(-s)) / 2, d_s=lambda e, s: e * np.exp(-s)
        ),
        RIGHT_LOSS,
        "the order in which the two gradients are put together: the mean first",
    ),
]

RIGHT_GRADIENT = "the gradient is right, the loss is not"

GAUSSIAN += [
    Mistake(
        "gaussian-by-variance",
        "the gradient by s is that by the variance",
        gaussian_by(d_s=lambda e, s: (1 - e**2 * np.exp(-s)) * np.exp(-s) / 2),
        RIGHT_LOSS,
        "what is differentiated by: s = log σ², and dσ²/ds = σ² is one more factor",
    ),
    Mistake(
        "gaussian-by-deviation",
        "the gradient by s is that by the deviation",
        gaussian_by(d_s=lambda e, s: (1 - e**2 * np.exp(-s)) * np.exp(-s / 2)),
        RIGHT_LOSS,
        "what is differentiated by: s = log σ², and dσ/ds = σ/2 is one more factor",
    ),
    Mistake(
        "gaussian-s-without-variance",
        "in the gradient by s, the squared error is not divided by the variance",
        gaussian_by(d_s=lambda e, s: (1 - e**2) / 2),
        RIGHT_LOSS,
        "the derivative of exp(-s) by s: it is still there",
    ),
    Mistake(
        "gaussian-s-multiplied",
        "in the gradient by s, the squared error is multiplied by the variance",
        gaussian_by(d_s=lambda e, s: (1 - e**2 * np.exp(s)) / 2),
        RIGHT_LOSS,
        "the sign in exp(-s)",
    ),
    Mistake(
        "gaussian-mean-multiplied",
        "the gradient by the mean is multiplied by the variance, not divided",
        gaussian_by(d_mean=lambda e, s: e * np.exp(s)),
        RIGHT_LOSS,
        "the sign in exp(-s)",
    ),
    Mistake(
        "gaussian-mean-squared",
        "in the gradient by the mean, the error is still squared",
        gaussian_by(d_mean=lambda e, s: e**2 * np.exp(-s)),
        RIGHT_LOSS,
        "the derivative of a square",
    ),
    Mistake(
        "gaussian-both-signs-by-s",
        "in the gradient by s, both terms have a minus",
        gaussian_by(d_s=lambda e, s: (-1 - e**2 * np.exp(-s)) / 2),
        RIGHT_LOSS,
        "the term s of the loss: its derivative is +1",
    ),
    Mistake(
        "gaussian-half-of-one-by-s",
        "in the gradient by s, the half stands at the squared error alone, not at the 1",
        gaussian_by(d_s=lambda e, s: 1 - e**2 * np.exp(-s) / 2),
        RIGHT_LOSS,
        "the brackets: the half stands in front of both terms",
    ),
    Mistake(
        "gaussian-half-of-the-1-by-s",
        "in the gradient by s, the half stands at the 1 alone, not at the squared error",
        gaussian_by(d_s=lambda e, s: 0.5 - e**2 * np.exp(-s)),
        RIGHT_LOSS,
        "the brackets: the half stands in front of both terms",
    ),
    Mistake(
        "gaussian-loss-s-in-full",
        "in the loss, s is there in full, not half of it",
        gaussian_by(lambda e, s: s + (e**2 * np.exp(-s) + np.log(2 * np.pi)) / 2),
        RIGHT_GRADIENT,
        "the logarithm of σ, which is half of that of σ²",
    ),
    Mistake(
        "gaussian-loss-error-in-full",
        "in the loss, the squared error is there in full, not half of it",
        gaussian_by(lambda e, s: (s + np.log(2 * np.pi)) / 2 + e**2 * np.exp(-s)),
        RIGHT_GRADIENT,
        "the brackets: the half stands in front of all three terms",
    ),
    Mistake(
        "gaussian-loss-by-deviation",
        "in the loss, the squared error is divided by the deviation, not by the variance",
        gaussian_by(lambda e, s: (s + e**2 * np.exp(-s / 2) + np.log(2 * np.pi)) / 2),
        RIGHT_GRADIENT,
        "exp(-s) in the loss: s is the logarithm of the variance",
    ),
    Mistake(
        "gaussian-loss-not-squared",
        "in the loss, the error is not squared",
        gaussian_by(lambda e, s: (s + e * np.exp(-s) + np.log(2 * np.pi)) / 2),
        RIGHT_GRADIENT,
        "the square in the loss",
    ),
    Mistake(
        "gaussian-loss-multiplied",
        "in the loss, the squared error is multiplied by the variance, not divided",
        gaussian_by(lambda e, s: (s + e**2 * np.exp(s) + np.log(2 * np.pi)) / 2),
        RIGHT_GRADIENT,
        "the sign in exp(-s)",
    ),
    Mistake(
        "gaussian-variance-squared",
        "the squared error is divided by the square of the variance",
        gaussian_by(
            lambda e, s: (s + e**2 * np.exp(-2 * s) + np.log(2 * np.pi)) / 2,
            lambda e, s: e * np.exp(-2 * s),
            lambda e, s: (1 - e**2 * np.exp(-2 * s)) / 2,
        ),
        "loss and gradient are wrong",
        "the exponent: exp(s) is the variance already, and not the deviation",
    ),
]
