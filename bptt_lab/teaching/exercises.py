"""The list of exercises: what each is to do, and the problems that it is tried on."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import bptt_lab

from . import answers
from .mistakes import from_parts
from .problems import (
    H0,
    N1,
    T1,
    central_problems,
    complex_problems,
    error_problems,
    for_backward,
    for_clip,
    for_error_signals,
    for_logits,
    for_momentum,
    for_states,
    for_step,
    for_step_back,
    labels_problems,
    predicted_problems,
    variants,
)


class Exercise(NamedTuple):
    """What `check` needs to know of an exercise."""

    signature: str
    right: Callable
    problems: Callable  # rng -> list of Problem
    shapes: dict  # the letters of each result by name
    arguments: str  # the letters of the arguments, for the learner
    changes: tuple = ()  # names of the arguments that the function is meant to change


BPTT = from_parts()
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
        answers.time_major,
        variants(lambda rng, T, N, **_: (rng.normal(size=(N, T)),), N1),
        {"the result": "TN1"},
        "table (N, T)",
    ),
    "one_hot": Exercise(
        "one_hot(labels, C)",
        bptt_lab.one_hot,
        labels_problems,
        {"the result": "NC"},
        "labels (N,), integers, and C",
    ),
    "balanced_accuracy": Exercise(
        "balanced_accuracy(predicted, labels, C)",
        answers.balanced_accuracy,
        predicted_problems,
        {"the result": ""},
        "predicted (N,) and labels (N,), integers, and C",
    ),
    "step": Exercise(
        "step(params, x, h)",
        answers.step,
        variants(
            for_step, N1, ({"single": True}, "for a single row, x (I,) and h (H,)", "for a batch")
        ),
        {"the result": "NH"},
        "x (N, I) and h (N, H)",
    ),
    "states": Exercise(
        "states(params, X, h0)",
        answers.states,
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
        answers.tanh_slope,
        variants(lambda rng, N, H, **_: (np.tanh(rng.normal(size=(N, H))),)),
        {"the result": "NH"},
        "h (N, H), the result of a tanh",
    ),
    "mse": Exercise(
        "mse(logits, Y)",
        bptt_lab.mse,
        variants(for_logits, N1),
        {"loss": "", "d_logits": "NC"},
        "logits (N, C) and Y (N, C)",
    ),
    "cross_entropy": Exercise(
        "cross_entropy(logits, Y)",
        bptt_lab.cross_entropy,
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
        BPTT["step_back"],
        variants(for_step_back, N1),
        {"the result": "NH"},
        "dz (N, H), h_before (N, H) and W_hh (H, H)",
    ),
    "error_signals": Exercise(
        "error_signals(params, h, d_logits)",
        BPTT["error_signals"],
        variants(for_error_signals, N1, T1),
        {"the result": "TNH"},
        "h (T + 1, N, H) and d_logits (N, C)",
    ),
    "backward": Exercise(
        "backward(params, X, h, d_logits)",
        BPTT["backward"],
        variants(for_backward, N1, T1, H0),
        GRADS,
        "X (T, N, I), h (T + 1, N, H) and d_logits (N, C)",
    ),
    "numerical_gradient": Exercise(
        "numerical_gradient(f, x, eps=1e-5)",
        answers.numerical_gradient,
        central_problems,
        {"the result": "x"},
        "f, which returns a number, and x, an array of any shape",
    ),
    "relative_error": Exercise(
        "relative_error(a, b)",
        bptt_lab.relative_error,
        error_problems,
        {"the result": ""},
        "a and b, arrays of one shape",
    ),
    "complex_step_gradient": Exercise(
        "complex_step_gradient(f, x, eps=1e-30)",
        answers.complex_step_gradient,
        complex_problems,
        {"the result": "x"},
        "f, which returns a number, and x, a real array of any shape",
    ),
    "clip": Exercise(
        "clip(grads, max_norm)",
        answers.clip,
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
        answers.momentum_step,
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
