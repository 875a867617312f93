"""Worked numbers: for each exercise arguments so small that one can follow them by hand."""

from typing import NamedTuple

import numpy as np

from .problems_generate import step_of
from .problems_truncation import piece_of


class Worked(NamedTuple):
    """Tiny arguments, and how to speak of them."""

    words: str
    arguments: tuple


def array(*numbers, shape=None):
    numbers = np.array(numbers, float)
    return numbers if shape is None else numbers.reshape(shape)


def params(**other):
    given = {"W_in": [[0.5]], "W_hh": [[3.0]], "b_h": [0.25], "W_out": [[2.0]], "b_out": [0.0]}
    return {k: np.array(v, float) for k, v in (given | other).items()}


def unit(a):
    """Return the derivative of a sum of cubes in words that a probe can use as f."""
    return (a * a * a).sum()


CROSSED = array(0, 1, 0, 0, shape=(2, 2))
SIGNAL_1 = (params(), array(0.25, 0.5, shape=(2, 1, 1)), array(1, shape=(1, 1)))
SIGNAL_2 = (params(), array(0.25, 0.5, 0.5, shape=(3, 1, 1)), array(1, shape=(1, 1)))
READ_3 = (params(), array(0.25, 0.5, 0.75, shape=(3, 1, 1)), array(1, shape=(1, 1)))
FIRST = np.array([0])
SMALL = "T = {T} and N = I = H = C = 1, W_hh = 3, W_out = 2, h = {h}"
BACK_1 = (params(), array(2, shape=(1, 1, 1)), *SIGNAL_1[1:])
BACK_2 = (params(), array(2, 4, shape=(2, 1, 1)), *SIGNAL_2[1:])
H_1, H_2 = "[0.25, 0.5]", "[0.25, 0.5, 0.5]"


def row(*b_h):
    """Return the weights of a gated cell with I = H = 1, zeros but for the biases, if given."""
    if len(b_h) == 1:
        b_h = np.zeros(b_h)
    return {"W_in": np.zeros((1, len(b_h))), "W_hh": np.zeros((1, len(b_h))), "b_h": array(*b_h)}


ONE = np.ones((1, 1))
LSTM_ROW = (row(3, 2, 1, 0), ONE, ONE, 2 * ONE)
NO_B_HN = {"b_hn": np.zeros(1)}
GRU_ROW = (row(2, 1, 0) | {"b_hn": np.ones(1)}, ONE, 2 * ONE)
UNMOVED = params(W_out=[[0.0, 0.0]], b_out=[0.0, 2.0])
HALVES = (*4 * [0.5 * ONE], 2 * ONE, 1.25 * ONE)

WORKED = {
    "time_major": [Worked("the table [[1, 2, 3], [4, 5, 6]]", (array(range(1, 7), shape=(2, 3)),))],
    "one_hot": [
        Worked("the labels [1, 0] and C = 3", (np.array([1, 0]), 3)),
        Worked("the labels [0, 2, 2] and C = 4", (np.array([0, 2, 2]), 4)),
    ],
    "balanced_accuracy": [
        Worked(
            "predicted = [0, 0, 1, 1], labels = [0, 0, 0, 1] and C = 2",
            (np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), 2),
        ),
        Worked(
            "predicted = [0, 2, 2], labels = [0, 0, 2] and C = 3",
            (np.array([0, 2, 2]), np.array([0, 0, 2]), 3),
        ),
    ],
    "step": [
        Worked(
            "x = 1, h = 0 with the weights W_in = 0.5, W_hh = 3 and b_h = 0.25",
            (params(), array(1, shape=(1, 1)), array(0, shape=(1, 1))),
        ),
        Worked(
            "x = 1, h = -0.5 with the weights W_in = 0.5, W_hh = 3 and b_h = 0.25",
            (params(), array(1, shape=(1, 1)), array(-0.5, shape=(1, 1))),
        ),
        Worked(
            "x = 0, h = [0, 1] with W_hh = [[0, 1], [0, 0]] and b_h = 0",
            (
                params(W_in=[[0.5, 0.5]], W_hh=CROSSED, b_h=[0, 0]),
                array(0, shape=(1, 1)),
                array(0, 1, shape=(1, 2)),
            ),
        ),
    ],
    "states": [
        Worked(
            "T = N = I = H = 1 with x = 1, h0 = 0, W_in = 0.5, W_hh = 3 and b_h = 0.25",
            (params(), array(1, shape=(1, 1, 1)), array(0, shape=(1, 1))),
        ),
        Worked(
            "T = 2 and N = I = H = 1 with X = [1, -1], h0 = 0.5, W_in = 0.5, W_hh = 3, b_h = 0.25",
            (params(), array(1, -1, shape=(2, 1, 1)), array(0.5, shape=(1, 1))),
        ),
    ],
    "tanh_slope": [
        Worked(f"h = {h:g}", (array(h, shape=(1, 1)),)) for h in (0.5, 0.0, -0.5, 1.0, 0.1)
    ],
    "mse": [
        Worked("logits [[3, 1]] and Y [[1, 0]]", (array(3, 1, shape=(1, 2)), np.eye(2)[[0]])),
        Worked(
            "logits [[3, 1], [0, 0]] and Y [[1, 0], [0, 1]]",
            (array(3, 1, 0, 0, shape=(2, 2)), np.eye(2)),
        ),
    ],
    "cross_entropy": [
        Worked("logits [[0, 0]] and Y [[1, 0]]", (array(0, 0, shape=(1, 2)), np.eye(2)[[0]])),
        Worked(
            "logits [[1, 0], [0, 0]] and Y [[1, 0], [0, 1]]",
            (array(1, 0, 0, 0, shape=(2, 2)), np.eye(2)),
        ),
    ],
    "step_back": [
        Worked(
            "dz = 2, h_before = 0.5 and W_hh = 3",
            tuple(array(a, shape=(1, 1)) for a in (2, 0.5, 3)),
        ),
        Worked(
            "dz = [0, 1], h_before = [0, 0] and W_hh = [[0, 1], [0, 0]]",
            (array(0, 1, shape=(1, 2)), np.zeros((1, 2)), CROSSED),
        ),
    ],
    "error_signals": [
        Worked(SMALL.format(T=1, h=H_1) + " and d_logits = 1", SIGNAL_1),
        Worked(SMALL.format(T=2, h=H_2) + " and d_logits = 1", SIGNAL_2),
    ],
    "backward": [
        Worked(SMALL.format(T=1, h=H_1) + ", W_in = 0.5, X = 2 and d_logits = 1", BACK_1),
        Worked(SMALL.format(T=2, h=H_2) + ", W_in = 0.5, X = [2, 4] and d_logits = 1", BACK_2),
    ],
    "make_stream": [
        Worked(
            "the beats [1, 2, 3, 4] and [5, 6, 7, 8] of one stream, marked = [1] and w = 2",
            (array(range(1, 9), shape=(2, 1, 4)), np.array([1]), 2),
        ),
    ],
    "read_out_alone": [
        Worked(SMALL.format(T=1, h=H_1) + " and d_logits = 1", SIGNAL_1),
        Worked(SMALL.format(T=2, h="[0.25, 0.5, 0.75]") + " and d_logits = 1", READ_3),
    ],
    "saliency": [
        Worked(SMALL.format(T=1, h=H_1) + ", W_in = 0.5 and k = [0]", (*SIGNAL_1[:2], FIRST)),
        Worked(SMALL.format(T=2, h=H_2) + ", W_in = 0.5 and k = [0]", (*SIGNAL_2[:2], FIRST)),
    ],
    "backward_truncated": [
        Worked(SMALL.format(T=2, h=H_2) + ", X = [2, 4], d_logits = 1 and k = 1", (*BACK_2, 1)),
        Worked(SMALL.format(T=2, h=H_2) + ", X = [2, 4], d_logits = 1 and k = 2", (*BACK_2, 2)),
    ],
    "join": [
        Worked(
            SMALL.format(T=2, h=H_2) + ", X = [2, 4], d_logits = [1, 1] and s = 1",
            (piece_of(params(), 2), *BACK_2[1:3], np.ones((2, 1, 1)), 1),
        ),
    ],
    "lstm_step": [
        Worked("x = 1, h = 1, c = 2 and all weights 0", (row(4), ONE, ONE, 2 * ONE)),
        Worked("x = 1, h = 1, c = 2, b_h = [3, 2, 1, 0], W_in = W_hh = 0", LSTM_ROW),
    ],
    "lstm_step_back": [
        Worked(
            "i = f = g = o = 0.5, c_before = 2, c = 1.25, dh = 0 and dc = 1",
            (*HALVES, 0 * ONE, ONE),
        ),
        Worked(
            "i = f = g = o = 0.5, c_before = 2, c = 1.25, dh = 1 and dc = 0",
            (*HALVES, ONE, 0 * ONE),
        ),
    ],
    "gru_step": [
        Worked("x = 1, h = 2 and all weights 0", (row(3) | NO_B_HN, ONE, 2 * ONE)),
        Worked("x = 1, h = 2, b_h = [2, 1, 0], b_hn = 1, W_in = W_hh = 0", GRU_ROW),
    ],
    "gaussian_nll": [
        Worked("outputs = [[2, 0]] and Y = [[1]]", (array(2, 0, shape=(1, 2)), ONE)),
        Worked("outputs = [[3, 2]] and Y = [[1]]", (array(3, 2, shape=(1, 2)), ONE)),
    ],
    "signals_every_step": [
        Worked(
            SMALL.format(T=2, h=H_2) + " and d_logits = [1, 0]",
            (*SIGNAL_2[:2], array(1, 0, shape=(2, 1, 1))),
        ),
        Worked(
            SMALL.format(T=2, h=H_2) + " and d_logits = [1, 1]",
            (*SIGNAL_2[:2], np.ones((2, 1, 1))),
        ),
    ],
    "dream": [
        Worked(
            "x = state = 0, two steps of noise [1, 1], temperature 0.5, and a step that returns "
            "the outputs [0, 2] whatever it hears",
            (step_of(UNMOVED), 0 * ONE, 0 * ONE, np.ones((2, 1, 1)), 0.5),
        ),
        Worked(
            "x = 1, state = 0, one step of noise 3, temperature 2, and a step that returns the "
            "outputs [0, 2] whatever it hears",
            (step_of(UNMOVED), ONE, 0 * ONE, 3 * np.ones((1, 1, 1)), 2.0),
        ),
    ],
    "masked": [
        Worked(
            SMALL.format(T=2, h=H_2) + ", X = [2, 4], d_logits = 1 and mask = [True, False]",
            (*BACK_2, array(1, 0, shape=(2, 1)).astype(bool)),
        ),
    ],
    "numerical_gradient": [
        Worked("the sum of cubes as f, x = [2] and eps = 1", (unit, array(2, shape=(1,)), 1.0)),
        Worked("the sum of cubes as f, x = [1, 2] and eps = 0.5", (unit, array(1, 2), 0.5)),
    ],
    "relative_error": [
        Worked("a = [3] and b = [1]", (array(3, shape=(1,)), array(1, shape=(1,)))),
        Worked("a = [1, 0] and b = [0, 1]", (array(1, 0), array(0, 1))),
        Worked("a = [3, 4] and b = [0, 0]", (array(3, 4), array(0, 0))),
    ],
    "complex_step_gradient": [
        Worked("the sum of cubes as f and x = [2]", (unit, array(2, shape=(1,)))),
        Worked("the sum of cubes as f and x = [1, 2]", (unit, array(1, 2))),
    ],
    "clip": [
        Worked(
            "grads {'a': [3], 'b': [4]} and max_norm = 1",
            ({"a": array(3, shape=(1,)), "b": array(4, shape=(1,))}, 1.0),
        ),
        Worked(
            "grads {'a': [3], 'b': [4]} and max_norm = 10",
            ({"a": array(3, shape=(1,)), "b": array(4, shape=(1,))}, 10.0),
        ),
    ],
    "momentum_step": [
        Worked(
            "one parameter 1, gradient 2, v = 3, lr = 0.1, momentum = 0.5, weight_decay = 0.25",
            (*({"a": array(n, shape=(1,))} for n in (1, 2, 3)), 0.1, 0.5, 0.25),
        ),
    ],
    "multiplications": [
        Worked("T = N = I = C = 1 and H = 2", (1, 1, 1, 2, 1)),
        Worked("T = 3, N = 2, I = 1, H = 2 and C = 5", (3, 2, 1, 2, 5)),
    ],
    "subnormals": [
        Worked("a = [1, 0, 1e-40], float32", (np.array([1, 0, 1e-40], np.float32),)),
        Worked("a = [-1, -1e-40], float32", (np.array([-1, -1e-40], np.float32),)),
    ],
    "product_back": [
        Worked("a = [2, 3], b = [5, 7] and g = [1, 1]", (array(2, 3), array(5, 7), array(1, 1))),
        Worked("a = [2, 3], b = 5 and g = [1, 1]", (array(2, 3), np.array(5.0), array(1, 1))),
    ],
}
