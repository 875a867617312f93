"""Mistakes of notebooks 02 and 03 in a loss: the squared error, the cross-entropy."""

import numpy as np

from ...losses import cross_entropy, mse
from .mistake import Mistake
from .parts import softmax


def log_softmax(logits, axis=-1):
    logits = logits - logits.max(axis=axis, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=axis, keepdims=True))


def cross_entropy_but(d):
    """Return a cross-entropy whose gradient is d(logits, p, Y) / N."""
    return lambda logits, Y: (cross_entropy(logits, Y)[0], d(logits, softmax(logits), Y) / len(Y))


def from_log_p(log_p, Y):
    """Return the cross-entropy and its gradient for a log p, right or wrong."""
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


def from_p(p, Y, more=0):
    """Return the same for a p, of which the logarithm is taken, and of a little more."""
    return -(Y * np.log(p + more)).sum() / len(Y), (p - Y) / len(Y)


def one_maximum(logits, Y):
    z = logits - logits.max()
    return from_log_p(z - np.log(np.exp(z).sum(axis=1, keepdims=True)), Y)


def nothing_subtracted(logits, Y):
    return from_log_p(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), Y)


def overflows(logits, Y):
    return from_p(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), Y)


def times(right, loss=1, d_logits=1):
    """Return a loss function whose two results are multiplied by numbers, or functions of N, C."""

    def wrong(logits, Y):
        factors = [f(*logits.shape) if callable(f) else f for f in (loss, d_logits)]
        return tuple(value * factor for value, factor in zip(right(logits, Y), factors))

    return wrong


LOSSES = [
    Mistake(
        "mse-without-half",
        "the half is missing",
        {"mse": times(mse, 2, 2)},
        "loss and gradient are twice the right ones",
        "the 1/2 in front of the sum",
    ),
    Mistake(
        "mse-gradient-without-half",
        "the half is missing in the gradient",
        {"mse": times(mse, 1, 2)},
        "the loss is right, the gradient twice the right one",
        "the half of the loss: what does it do to the 2 of the square?",
    ),
    Mistake(
        "mse-loss-without-half",
        "the half is missing in the loss",
        {"mse": times(mse, 2, 1)},
        "the gradient is right, the loss twice the right one",
        "the 1/2 in front of the sum",
    ),
    Mistake(
        "mse-absolute",
        "absolute differences",
        {"mse": lambda logits, Y: (np.abs(logits - Y).sum() / (2 * len(Y)), (logits - Y) / len(Y))},
        "the loss grows only in proportion to the error",
        "the power: squared error",
    ),
    Mistake(
        "mse-root",
        "a root too many",
        {
            "mse": lambda logits, Y: (
                np.sqrt(((logits - Y) ** 2).sum()) / (2 * len(Y)),
                (logits - Y) / len(Y),
            )
        },
        "the loss grows only in proportion to the error",
        "the root: a norm has one, half the squared norm has none",
    ),
    Mistake(
        "mse-gradient-squared",
        "the gradient is squared, too",
        {"mse": lambda logits, Y: (mse(logits, Y)[0], (logits - Y) ** 2 / len(Y))},
        "the gradient is never negative",
        "what differentiation does to a square",
    ),
    Mistake(
        "loss-summed-over-batch",
        "a sum over the batch, not a mean",
        {
            "mse": times(mse, lambda N, C: N, lambda N, C: N),
            "cross_entropy": times(cross_entropy, lambda N, C: N, lambda N, C: N),
        },
        "loss and gradient are N times the right ones",
        "the sum over the batch: the loss is a mean, and has a 1/N",
    ),
    Mistake(
        "loss-averaged-over-classes",
        "a mean over the classes too",
        {
            "mse": times(mse, lambda N, C: 1 / C, lambda N, C: 1 / C),
            "cross_entropy": times(cross_entropy, lambda N, C: 1 / C, lambda N, C: 1 / C),
        },
        "loss and gradient are the right ones divided by C",
        "the mean: np.mean of an (N, C) array divides by N·C, and the loss has only a 1/N",
    ),
    Mistake(
        "loss-gradient-times-N",
        "the 1/N is missing in the gradient",
        {
            "mse": times(mse, 1, lambda N, C: N),
            "cross_entropy": times(cross_entropy, 1, lambda N, C: N),
        },
        "the loss is right, the gradient N times the right one",
        "the 1/N of the loss: it is a factor of its gradient, too",
    ),
    Mistake(
        "loss-gradient-divided-twice",
        "the gradient is divided by N twice",
        {
            "mse": times(mse, 1, lambda N, C: 1 / N),
            "cross_entropy": times(cross_entropy, 1, lambda N, C: 1 / N),
        },
        "the loss is right, the gradient the right one divided by N",
        "every 1/N in the gradient: one is enough",
    ),
    Mistake(
        "loss-gradient-negated",
        "the gradient has the wrong sign",
        {"mse": times(mse, 1, -1), "cross_entropy": times(cross_entropy, 1, -1)},
        "the gradient is the right one times -1",
        "the order of the difference: what was said, and what should have been said",
    ),
    Mistake(
        "cross_entropy-negated",
        "the minus is missing",
        {"cross_entropy": times(cross_entropy, -1, 1)},
        "the loss is negative",
        "the sign of the logarithm: log p is below 0",
    ),
    Mistake(
        "cross_entropy-logits-for-p",
        "logits - Y where p - Y belongs",
        {"cross_entropy": cross_entropy_but(lambda logits, p, Y: logits - Y)},
        "the loss is right, the gradient is not",
        "what the softmax does to the logits: the gradient has p",
    ),
    Mistake(
        "cross_entropy-softmax-differentiated-twice",
        "p(1 - p) once more",
        {"cross_entropy": cross_entropy_but(lambda logits, p, Y: (p - Y) * p * (1 - p))},
        "the loss is right, the gradient too small",
        "the slope of the softmax is in p - Y already",
    ),
    Mistake(
        "cross_entropy-softmax-over-batch",
        "the softmax runs over the batch",
        {"cross_entropy": lambda logits, Y: from_log_p(log_softmax(logits, axis=0), Y)},
        "columns sum to 1, where rows should",
        "the axis of the sum: over the classes of one sequence",
    ),
    Mistake(
        "cross_entropy-one-maximum",
        "one maximum for the whole batch",
        {"cross_entropy": one_maximum},
        "right for small logits; for large ones a row without the largest logit is lost",
        "what is subtracted: the largest logit of each row",
    ),
    Mistake(
        "cross_entropy-nothing-subtracted",
        "nothing is subtracted before exp",
        {"cross_entropy": nothing_subtracted},
        "right for small logits; for large ones not finite",
        "exp of a large logit: notebook 02 shows a way around it",
    ),
    Mistake(
        "cross_entropy-log-of-0",
        "the logarithm of a p that was rounded to 0",
        {"cross_entropy": lambda logits, Y: from_p(softmax(logits), Y)},
        "right for small logits; for large ones the loss is NaN or infinite",
        "the order: log p can be computed without p, as notebook 02 shows",
    ),
    Mistake(
        "cross_entropy-log-of-p-and-more",
        "the logarithm of p and a little more",
        {"cross_entropy": lambda logits, Y: from_p(softmax(logits), Y, more=1e-12)},
        "right for small logits; for large ones the loss stops growing",
        "the order: log p can be computed without p, as notebook 02 shows",
    ),
    Mistake(
        "cross_entropy-one-softmax",
        "one softmax for the whole batch",
        {"cross_entropy": lambda logits, Y: from_log_p(log_softmax(logits, axis=None), Y)},
        "all of p sums to 1, where each row should",
        "the axis of the sum: over the classes of one sequence",
    ),
    Mistake(
        "cross_entropy-gradient-with-log-p",
        "log p where p belongs",
        {"cross_entropy": cross_entropy_but(lambda logits, p, Y: log_softmax(logits) - Y)},
        "the loss is right, the gradient negative",
        "which of the two is in the gradient: the logarithm, or what it was taken of?",
    ),
    Mistake(
        "cross_entropy-gradient-by-p",
        "the softmax was not differentiated",
        {"cross_entropy": cross_entropy_but(lambda logits, p, Y: -Y / p)},
        "the loss is right, the gradient zero but for the right class",
        "the chain: -Y/p is the slope by p, and p depends on all logits of its row",
    ),
    Mistake(
        "cross_entropy-overflows",
        "the exponential overflows",
        {"cross_entropy": overflows},
        "right for small logits, NaN for large ones",
        "exp of a large logit: notebook 02 shows a way around it, and around the logarithm of 0",
    ),
]
