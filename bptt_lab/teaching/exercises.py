"""The list of exercises: what each is to do, and the problems that it is tried on."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .. import data, gradcheck, losses, metrics, training
from .mistakes import from_parts
from .problems import (
    H0,
    N1,
    T1,
    central_problems,
    complex_problems,
    error_problems,
    for_clip,
    for_logits,
    for_momentum,
    for_states,
    for_step,
    labels_problems,
    model_with,
    predicted_problems,
    run_of_a_network,
    variants,
)


class Exercise(NamedTuple):
    """What `check` needs to know of an exercise; `shapes` has the letters of each result by name."""

    signature: str
    right: Callable
    problems: Callable  # rng -> list of Problem
    shapes: dict
    arguments: str  # the letters of the arguments, for the learner
    changes: tuple = ()  # names of the arguments that the function is meant to change


def right_states(params, X, h0):
    h = (
        model_with(params)
        .forward(X.reshape(len(X), -1, X.shape[-1]), h0.reshape(-1, h0.shape[-1]))[1]
        .h
    )
    return h.reshape(len(X) + 1, *h0.shape)


def right_balanced_accuracy(predicted, labels, C):
    return metrics.balanced_accuracy(np.eye(C)[predicted], np.eye(C)[labels])


def right_momentum_step(params, grads, v, lr, momentum, weight_decay):
    optimizer = training.SGD(lr, momentum, weight_decay)
    optimizer.v = v
    optimizer.step(params, grads)
    v.update(optimizer.v)


GRADS = {
    "W_in": "IH",
    "W_hh": "HH",
    "b_h": "H",
    "W_out": "HC",
    "b_out": "C",
    "h0": "NH",
    "X": "TNI",
}

EXERCISES = {
    "time_major": Exercise(
        "time_major(table)",
        lambda table: table.T[:, :, None],
        variants(lambda rng, T, N, **_: (rng.normal(size=(N, T)),), N1),
        {"the result": "TN1"},
        "table (N, T)",
    ),
    "one_hot": Exercise(
        "one_hot(labels, C)",
        data.one_hot,
        labels_problems,
        {"the result": "NC"},
        "labels (N,), integers, and C",
    ),
    "balanced_accuracy": Exercise(
        "balanced_accuracy(predicted, labels, C)",
        right_balanced_accuracy,
        predicted_problems,
        {"the result": ""},
        "predicted (N,) and labels (N,), integers, and C",
    ),
    "step": Exercise(
        "step(params, x, h)",
        lambda params, x, h: np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]),
        variants(
            for_step, N1, ({"single": True}, "for a single row, x (I,) and h (H,)", "for a batch")
        ),
        {"the result": "NH"},
        "x (N, I) and h (N, H)",
    ),
    "states": Exercise(
        "states(params, X, h0)",
        right_states,
        variants(
            for_states,
            N1,
            T1,
            H0,
            ({"single": True}, "for a single sequence, X (T, I) and h0 (H,)", "for a batch"),
        ),
        {"the result": "SNH"},
        "X (T, N, I) and h0 (N, H)",
    ),
    "tanh_slope": Exercise(
        "tanh_slope(h)",
        lambda h: 1 - h**2,
        variants(lambda rng, N, H, **_: (np.tanh(rng.normal(size=(N, H))),)),
        {"the result": "NH"},
        "h (N, H), the result of a tanh",
    ),
    "mse": Exercise(
        "mse(logits, Y)",
        losses.mse,
        variants(for_logits, N1),
        {"loss": "", "d_logits": "NC"},
        "logits (N, C) and Y (N, C)",
    ),
    "cross_entropy": Exercise(
        "cross_entropy(logits, Y)",
        losses.cross_entropy,
        variants(
            for_logits,
            N1,
            ({"size": 1000.0}, "for logits as large as 1000", "for logits of ordinary size"),
        ),
        {"loss": "", "d_logits": "NC"},
        "logits (N, C) and Y (N, C)",
    ),
    "step_back": Exercise(
        "step_back(dz, h_before, W_hh)",
        from_parts()["step_back"],
        variants(
            lambda rng, N, H, **_: (
                rng.normal(size=(N, H)),
                np.tanh(rng.normal(size=(N, H))),
                rng.normal(size=(H, H)),
            ),
            N1,
        ),
        {"the result": "NH"},
        "dz (N, H), h_before (N, H) and W_hh (H, H)",
    ),
    "error_signals": Exercise(
        "error_signals(params, h, d_logits)",
        from_parts()["error_signals"],
        variants(
            lambda rng, **sizes: (lambda params, X, h, d_logits: (params, h, d_logits))(
                *run_of_a_network(rng, **sizes)
            ),
            N1,
            T1,
        ),
        {"the result": "TNH"},
        "h (T + 1, N, H) and d_logits (N, C)",
    ),
    "backward": Exercise(
        "backward(params, X, h, d_logits)",
        from_parts()["backward"],
        variants(run_of_a_network, N1, T1, H0),
        GRADS,
        "X (T, N, I), h (T + 1, N, H) and d_logits (N, C)",
    ),
    "numerical_gradient": Exercise(
        "numerical_gradient(f, x, eps=1e-5)",
        lambda f, x, eps: gradcheck.numerical_gradient(f, x, eps=eps),
        central_problems,
        {"the result": "x"},
        "f, which returns a number, and x, an array of any shape",
    ),
    "relative_error": Exercise(
        "relative_error(a, b)",
        gradcheck.relative_error,
        error_problems,
        {"the result": ""},
        "a and b, arrays of one shape",
    ),
    "complex_step_gradient": Exercise(
        "complex_step_gradient(f, x, eps=1e-30)",
        lambda f, x: gradcheck.numerical_gradient(f, x, "complex"),
        complex_problems,
        {"the result": "x"},
        "f, which returns a number, and x, a real array of any shape",
    ),
    "clip": Exercise(
        "clip(grads, max_norm)",
        training.clip_by_global_norm,
        variants(
            for_clip,
            ({"size": 0.05}, "when the norm is below max_norm", "when the norm is above max_norm"),
            ({"size": 0.0}, "when all gradients are zero", "when the gradients are not zero"),
        ),
        {"a": "x", "b": "x"},
        "grads, a dict of arrays, and max_norm, a number",
    ),
    "momentum_step": Exercise(
        "momentum_step(params, grads, v, lr, momentum, weight_decay)",
        right_momentum_step,
        variants(
            for_momentum,
            ({"v": 0}, "when v is zero", "when v is not zero"),
            ({"weight_decay": 0}, "when weight_decay is 0", "when weight_decay is not 0"),
        ),
        {"params['a']": "x", "params['b']": "x", "v['a']": "x", "v['b']": "x"},
        "params, grads and v, dicts of arrays with the same names",
        ("params", "v"),
    ),
}


def names_of(exercise):
    """Return the names of the arguments."""
    return [name.split("=")[0] for name in exercise.signature.split("(")[1].rstrip(")").split(", ")]
