"""The list of exercises: what each is to do, and the problems that it is tried on."""

from collections.abc import Callable
from typing import NamedTuple

import bptt_lab

from . import answers
from .mistakes import from_parts
from .problems import (
    ALIKE,
    FLAT,
    H0,
    I1,
    LONG,
    LOUD,
    N1,
    T1,
    central_problems,
    clip_problems,
    complex_problems,
    error_problems,
    for_backward,
    for_error_signals,
    for_logits,
    for_states,
    for_step,
    for_step_back,
    labels_problems,
    momentum_problems,
    predicted_problems,
    slope_problems,
    variants,
)
from .problems_gates import gru_step_problems, lstm_step_back_problems, lstm_step_problems
from .problems_generate import dream_problems, gaussian_problems, signals_problems
from .problems_memory import read_out_problems, saliency_problems, stream_problems
from .problems_speed import product_problems, sizes_problems, subnormals_problems
from .problems_truncation import join_problems, masked_problems, truncated_problems


class Exercise(NamedTuple):
    """What `check` needs to know of an exercise."""

    signature: str
    right: Callable
    problems: Callable  # rng -> list of Problem
    shapes: dict  # the letters of each result by name
    arguments: str  # the letters of the arguments, for the learner
    letters: dict = {}  # the same by name, of those that are arrays
    precision: float = 1e-9  # the relative difference that the next cells of the notebook allow
    changes: tuple = ()  # names of the arguments that the function is meant to change
    only: bool = False  # whether a result too many stops the next cells


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
SINGLE = {"single": True}

EXERCISES = {
    "time_major": Exercise(
        "time_major(table)",
        answers.time_major,
        variants(
            lambda rng, T, N, **_: (rng.normal(size=(N, T)),),
            N1,
            T1,
            ({"T": 13}, "when T is larger than N", "when T and N are others"),
        ),
        {"the result": "TN1"},
        "table (N, T)",
        {"table": "NT"},
        0,
    ),
    "one_hot": Exercise(
        "one_hot(labels, C)",
        bptt_lab.one_hot,
        labels_problems,
        {"the result": "NC"},
        "labels (N,), integers, and C",
        {"labels": "N"},
        0,
    ),
    "balanced_accuracy": Exercise(
        "balanced_accuracy(predicted, labels, C)",
        answers.balanced_accuracy,
        predicted_problems,
        {"the result": ""},
        "predicted (N,) and labels (N,), integers, and C",
        {"predicted": "N", "labels": "N"},
    ),
    "step": Exercise(
        "step(params, x, h)",
        answers.step,
        variants(for_step, N1, I1, (SINGLE, "for a single row, x (I,) and h (H,)", "for a batch")),
        {"the result": "NH"},
        "x (N, I) and h (N, H)",
        {"x": "NI", "h": "NH"},
    ),
    "states": Exercise(
        "states(params, X, h0)",
        answers.states,
        variants(
            for_states,
            N1,
            T1,
            I1,
            LONG,
            H0,
            ALIKE,
            (SINGLE, "for a single sequence, X (T, I) and h0 (H,)", "for a batch"),
        ),
        {"the result": "SNH"},
        "X (T, N, I) and h0 (N, H)",
        {"X": "TNI", "h0": "NH"},
    ),
    "tanh_slope": Exercise(
        "tanh_slope(h)",
        answers.tanh_slope,
        slope_problems,
        {"the result": "NH"},
        "h (N, H), the result of a tanh",
        {"h": "NH"},
    ),
    "mse": Exercise(
        "mse(logits, Y)",
        bptt_lab.mse,
        variants(for_logits, N1),
        {"loss": "", "d_logits": "NC"},
        "logits (N, C) and Y (N, C)",
        {"logits": "NC", "Y": "NC"},
    ),
    "cross_entropy": Exercise(
        "cross_entropy(logits, Y)",
        bptt_lab.cross_entropy,
        variants(
            for_logits,
            N1,
            ({"size": 1000.0}, "for logits as large as 1000", "for logits of ordinary size"),
            ({"size": 30.0}, "for logits as large as 30", "for logits of ordinary size"),
            (
                {"shift": -1000.0},
                "for logits that all lie near -1000",
                "for logits of ordinary size",
            ),
        ),
        {"loss": "", "d_logits": "NC"},
        "logits (N, C) and Y (N, C)",
        {"logits": "NC", "Y": "NC"},
    ),
    "step_back": Exercise(
        "step_back(dz, h_before, W_hh)",
        BPTT["step_back"],
        variants(
            for_step_back,
            N1,
            FLAT,
            ({"size": 90.0}, "for a dz as large as 100", "for a dz of ordinary size"),
        ),
        {"the result": "NH"},
        "dz (N, H), h_before (N, H) and W_hh (H, H)",
        {"dz": "NH", "h_before": "NH", "W_hh": "HH"},
    ),
    "error_signals": Exercise(
        "error_signals(params, h, d_logits)",
        BPTT["error_signals"],
        variants(for_error_signals, N1, T1, LONG, FLAT, LOUD),
        {"the result": "TNH"},
        "h (T + 1, N, H) and d_logits (N, C)",
        {"h": "SNH", "d_logits": "NC"},
    ),
    "backward": Exercise(
        "backward(params, X, h, d_logits)",
        BPTT["backward"],
        variants(for_backward, N1, T1, I1, LONG, H0, FLAT, LOUD),
        GRADS,
        "X (T, N, I), h (T + 1, N, H) and d_logits (N, C)",
        {"X": "TNI", "h": "SNH", "d_logits": "NC"},
    ),
    "numerical_gradient": Exercise(
        "numerical_gradient(f, x, eps=1e-5)",
        answers.numerical_gradient,
        central_problems,
        {"the result": "x"},
        "f, which returns a number, and x, an array of any shape",
        precision=1e-7,  # rounding costs an ordinary difference some 1e-11
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
        clip_problems,
        {"the result": "e"},
        "grads, a dict of arrays, and max_norm, a number",
        precision=1e-4,
    ),
    "momentum_step": Exercise(
        "momentum_step(params, grads, v, lr, momentum, weight_decay)",
        answers.momentum_step,
        momentum_problems,
        {"params": "e", "v": "e"},
        "params, grads and v, dicts of arrays with the same names",
        precision=1e-4,
        changes=("params", "v"),
    ),
    "make_stream": Exercise(
        "make_stream(beats, marked, w)",
        answers.make_stream,
        stream_problems,
        {"the result": "TNI"},
        "beats (m, N, S), marked (N,), whole numbers, and w, a number of samples",
        {},
        1e-6,
    ),
    "read_out_alone": Exercise(
        "read_out_alone(params, h, d_logits)",
        answers.read_out_alone,
        read_out_problems,
        {k: GRADS[k] for k in ("W_in", "W_hh", "b_h", "W_out", "b_out")},
        "h (T + 1, N, H) and d_logits (N, C)",
        {"h": "SNH", "d_logits": "NC"},
    ),
    "saliency": Exercise(
        "saliency(params, h, k)",
        answers.saliency,
        saliency_problems,
        {"the result": "TNI"},
        "h (T + 1, N, H) and k (N,), a class for each sequence",
        {"h": "SNH", "k": "N"},
    ),
    "backward_truncated": Exercise(
        "backward_truncated(params, X, h, d_logits, k)",
        answers.backward_truncated,
        truncated_problems,
        GRADS,
        "X (T, N, I), h (T + 1, N, H), d_logits (N, C) and k, a number of steps",
        {"X": "TNI", "h": "SNH", "d_logits": "NC"},
    ),
    "join": Exercise(
        "join(back, X, h, d_logits, s)",
        answers.join,
        join_problems,
        GRADS,
        "back, a function, X (T, N, I), h (T + 1, N, H), d_logits (T, N, C) and s, a step",
        {"X": "TNI", "h": "SNH", "d_logits": "TNC"},
    ),
    "masked": Exercise(
        "masked(params, X, h, d_logits, mask)",
        answers.masked,
        masked_problems,
        GRADS,
        "X (T, N, I), h (T + 1, N, H), d_logits (N, C) and mask (T, N), True or False",
        {"X": "TNI", "h": "SNH", "d_logits": "NC", "mask": "TN"},
    ),
    "lstm_step": Exercise(
        "lstm_step(params, x, h, c)",
        answers.lstm_step,
        lstm_step_problems,
        {"h": "NH", "c": "NH"},
        "x (N, I), h (N, H) and c (N, H)",
        {"x": "NI", "h": "NH", "c": "NH"},
    ),
    "lstm_step_back": Exercise(
        "lstm_step_back(i, f, g, o, c_before, c, dh, dc)",
        answers.lstm_step_back,
        lstm_step_back_problems,
        dict.fromkeys(("z_i", "z_f", "z_g", "z_o", "c_before"), "NH"),
        "eight arrays (N, H)",
        dict.fromkeys(("i", "f", "g", "o", "c_before", "c", "dh", "dc"), "NH"),
        only=True,
    ),
    "gru_step": Exercise(
        "gru_step(params, x, h)",
        answers.gru_step,
        gru_step_problems,
        {"the result": "NH"},
        "x (N, I) and h (N, H)",
        {"x": "NI", "h": "NH"},
    ),
    "gaussian_nll": Exercise(
        "gaussian_nll(outputs, Y)",
        bptt_lab.gaussian_nll,
        gaussian_problems,
        {"loss": "", "d_outputs": "N2"},
        "outputs (N, 2) and Y (N, 1)",
        {"outputs": "N2", "Y": "N1"},
    ),
    "signals_every_step": Exercise(
        "signals_every_step(params, h, d_logits)",
        answers.signals_every_step,
        signals_problems,
        {"the result": "TNH"},
        "h (T + 1, N, H) and d_logits (T, N, C)",
        {"h": "SNH", "d_logits": "TNC"},
    ),
    "dream": Exercise(
        "dream(step, x, state, noise, temperature)",
        answers.dream,
        dream_problems,
        {"the result": "TN1"},
        "step, a function, x (N, 1), state (N, H), noise (T, N, 1) and temperature, a number",
        {"x": "N1", "state": "NH", "noise": "TN1"},
        1e-4,
    ),
    "multiplications": Exercise(
        "multiplications(T, N, I, H, C)",
        answers.multiplications,
        sizes_problems,
        {"forward": "", "backward": ""},
        "five sizes, whole numbers",
    ),
    "subnormals": Exercise(
        "subnormals(a)",
        answers.subnormals,
        subnormals_problems,
        {"the result": ""},
        "a, an array of float32 or float64",
    ),
    "product_back": Exercise(
        "product_back(a, b, g)",
        answers.product_back,
        product_problems,
        {"a": "x", "b": "x"},
        "a and b, which NumPy can multiply, and g, of the shape of a * b",
    ),
}


def names_of(exercise):
    """Return the names of the arguments."""
    return [name.split("=")[0] for name in exercise.signature.split("(")[1].rstrip(")").split(", ")]


def letters_of(exercise, sizes):
    """Return the sizes that an exercise speaks of, S for T + 1 among them."""
    spoken = "".join([*exercise.letters.values(), *exercise.shapes.values()])
    spoken += "T" * ("S" in spoken)
    sizes = sizes | ({"S": sizes["T"] + 1} if "T" in sizes else {})
    return {k: size for k, size in sizes.items() if k in spoken}
