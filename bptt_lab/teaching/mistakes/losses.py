"""Mistakes of notebook 03 in the loss and in one step back."""

import numpy as np

from ...losses import cross_entropy
from .forward_pass import losses, step_back_with
from .mistake import Mistake
from .parts import back, softmax


def log_softmax(logits, axis=-1):
    logits = logits - logits.max(axis=axis, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=axis, keepdims=True))


def cross_entropy_but(d):
    """Return a cross-entropy whose gradient is d(logits, p, Y) / N."""
    return lambda logits, Y: (cross_entropy(logits, Y)[0], d(logits, softmax(logits), Y) / len(Y))


def from_log_p(log_p, Y):
    """Return the cross-entropy and its gradient for a log p, right or wrong."""
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


def softmax_over_the_batch(logits, Y):
    return from_log_p(log_softmax(logits, axis=0), Y)


def one_maximum(logits, Y):
    z = logits - logits.max()
    return from_log_p(z - np.log(np.exp(z).sum(axis=1, keepdims=True)), Y)


def nothing_subtracted(logits, Y):
    return from_log_p(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), Y)


def log_of_zero(logits, Y):
    p = softmax(logits)
    return -(Y * np.log(p)).sum() / len(Y), (p - Y) / len(Y)


def log_of_a_little_more(logits, Y):
    p = softmax(logits)
    return -(Y * np.log(p + 1e-12)).sum() / len(Y), (p - Y) / len(Y)


def softmax_of_all(logits, Y):
    p = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    return -(Y * (logits - logits.max() - np.log(np.exp(logits - logits.max()).sum()))).sum() / len(
        Y
    ), (p - Y) / len(Y)


def overflows(logits, Y):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -(Y * np.log(p)).sum() / len(Y), (p - Y) / len(Y)


LOSSES = [
    Mistake(
        "brackets are missing around the slope",
        {"step_back": lambda dz, h_before, W_hh: back(dz, W_hh) * 1 - h_before**2},
        "a square is subtracted from the product",
        "what is multiplied with what: Python takes * before -",
    ),
    Mistake(
        "the slope is made of δ",
        step_back_with(lambda h, dz: 1 - dz**2),
        "the result depends on δ_t in more than proportion",
        "which letter is squared: the slope is that of the forward pass",
    ),
    Mistake(
        "the minus is missing",
        {"cross_entropy": losses(cross_entropy, -1, 1)},
        "the loss is negative",
        "the sign of the logarithm: log p is below 0",
    ),
    Mistake(
        "logits - Y where p - Y belongs",
        {"cross_entropy": cross_entropy_but(lambda logits, p, Y: logits - Y)},
        "the loss is right, the gradient is not",
        "what the softmax does to the logits: the gradient has p",
    ),
    Mistake(
        "p(1 - p) once more",
        {"cross_entropy": cross_entropy_but(lambda logits, p, Y: (p - Y) * p * (1 - p))},
        "the loss is right, the gradient too small",
        "the slope of the softmax is in p - Y already",
    ),
    Mistake(
        "the softmax runs over the batch",
        {"cross_entropy": softmax_over_the_batch},
        "columns sum to 1, where rows should",
        "the axis of the sum: over the classes of one sequence",
    ),
    Mistake(
        "one maximum for the whole batch",
        {"cross_entropy": one_maximum},
        "right for small logits; for large ones a row without the largest logit is lost",
        "what is subtracted: the largest logit of each row",
    ),
    Mistake(
        "nothing is subtracted before exp",
        {"cross_entropy": nothing_subtracted},
        "right for small logits; for large ones not finite",
        "exp of a large logit: notebook 02 shows a way around it",
    ),
    Mistake(
        "the logarithm of a p that was rounded to 0",
        {"cross_entropy": log_of_zero},
        "right for small logits; for large ones the loss is NaN or infinite",
        "the order: log p can be computed without p, as notebook 02 shows",
    ),
    Mistake(
        "the logarithm of p and a little more",
        {"cross_entropy": log_of_a_little_more},
        "right for small logits; for large ones the loss stops growing",
        "the order: log p can be computed without p, as notebook 02 shows",
    ),
    Mistake(
        "one softmax for the whole batch",
        {"cross_entropy": softmax_of_all},
        "all of p sums to 1, where each row should",
        "the axis of the sum: over the classes of one sequence",
    ),
    Mistake(
        "log p where p belongs",
        {"cross_entropy": cross_entropy_but(lambda logits, p, Y: log_softmax(logits) - Y)},
        "the loss is right, the gradient negative",
        "which of the two is in the gradient: the logarithm, or what it was taken of?",
    ),
    Mistake(
        "the softmax was not differentiated",
        {"cross_entropy": cross_entropy_but(lambda logits, p, Y: -Y / p)},
        "the loss is right, the gradient zero but for the right class",
        "the chain: -Y/p is the slope by p, and p depends on all logits of its row",
    ),
    Mistake(
        "the exponential overflows",
        {"cross_entropy": overflows},
        "right for small logits, NaN for large ones",
        "exp of a large logit: notebook 02 shows a way around it, and around the logarithm of 0",
    ),
]
