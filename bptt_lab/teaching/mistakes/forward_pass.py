"""Mistakes of notebook 02."""

import numpy as np

from ...losses import cross_entropy, mse
from .mistake import Mistake
from .parts import back


def faulty_step(params, x, h, *, act=np.tanh, W_hh=lambda W: W, bias=1):
    return act(x @ params["W_in"] + h @ W_hh(params["W_hh"]) + bias * params["b_h"])


def faulty_states(params, X, h0, *, x=lambda X, t: X[t - 1], before=lambda h, t: h[t - 1], first=1):
    h = np.zeros((len(X) + 1, *np.shape(h0)))
    h[0] = first * h0
    for t in range(1, len(X) + 1):
        h[t] = faulty_step(params, x(X, t), before(h, t))
    return h


def overwritten_h0(params, X, h0):
    h = np.zeros((len(X) + 1, *np.shape(h0)))
    h[0] = h0
    for t in range(len(X)):
        h[t] = faulty_step(params, X[t], h[t - 1])
    return h


def only_the_first(params, X, h0):
    h = faulty_states(params, X, h0)
    h[2:] = 0
    return h


def first_step_left_out(params, X, h0):
    h = np.zeros((len(X) + 1, *np.shape(h0)))
    h[0] = h0
    for t in range(2, len(X) + 1):
        h[t] = faulty_step(params, X[t - 1], h[t - 1])
    return h


def one_state_short(params, X, h0):
    h = faulty_states(params, X, h0)
    h[-1] = 0
    return h


def losses(right, loss=1, d_logits=1):
    """Return a loss function whose two results are multiplied by numbers, or functions of (N, C)."""

    def wrong(logits, Y):
        factors = [
            factor(*logits.shape) if callable(factor) else factor for factor in (loss, d_logits)
        ]
        return tuple(value * factor for value, factor in zip(right(logits, Y), factors))

    return wrong


SUM = "the sum over the batch: the loss is a mean, and has a 1/N"


def step_back_with(slope):
    """Return a wrong step_back whose slope is slope(h_before, dz)."""
    return {"step_back": lambda dz, h_before, W_hh: back(dz, W_hh) * slope(h_before, dz)}


FORWARD_PASS = [
    Mistake(
        "W_hh is transposed",
        {
            "step": lambda params, x, h: faulty_step(params, x, h, W_hh=np.transpose),
            "states": lambda params, X, h0: faulty_states(
                params | {"W_hh": params["W_hh"].T}, X, h0
            ),
        },
        "the shape is right, for W_hh is square",
        "the product with W_hh: which of its two indices belongs to the old state?",
    ),
    Mistake(
        "the bias is missing",
        {
            "step": lambda params, x, h: faulty_step(params, x, h, bias=0),
            "states": lambda params, X, h0: faulty_states(
                params | {"b_h": 0 * params["b_h"]}, X, h0
            ),
        },
        "right only where b_h is zero",
        "the sum inside the tanh: it has three terms",
    ),
    Mistake(
        "the tanh is missing, or not returned",
        {"step": lambda params, x, h: faulty_step(params, x, h, act=lambda z: z)},
        "entries beyond 1 and -1",
        "the last thing that happens to z",
    ),
    Mistake(
        "the old state is missing",
        {"step": lambda params, x, h: np.tanh(x @ params["W_in"] + params["b_h"])},
        "the state depends on the present input alone",
        "the sum inside the tanh: it has three terms",
    ),
    Mistake(
        "a sigmoid where the tanh belongs",
        {
            "step": lambda params, x, h: faulty_step(
                params, x, h, act=lambda z: 1 / (1 + np.exp(-z))
            )
        },
        "every entry lies between 0 and 1",
        "the function around z",
    ),
    Mistake(
        "the tanh covers only a part of the sum",
        {
            "step": lambda params, x, h: (
                np.tanh(x @ params["W_in"]) + h @ params["W_hh"] + params["b_h"]
            )
        },
        "entries beyond 1 and -1",
        "the brackets: the tanh is taken of the whole sum",
    ),
    Mistake(
        "the bias stands outside the tanh",
        {
            "step": lambda params, x, h: (
                np.tanh(x @ params["W_in"] + h @ params["W_hh"]) + params["b_h"]
            )
        },
        "entries beyond 1 and -1",
        "the brackets: what belongs into the tanh?",
    ),
    Mistake(
        "each part has a tanh of its own",
        {
            "step": lambda params, x, h: (
                np.tanh(x @ params["W_in"]) + np.tanh(h @ params["W_hh"]) + params["b_h"]
            )
        },
        "entries beyond 1 and -1",
        "the order: first the whole sum, then one tanh",
    ),
    Mistake(
        "each of the three terms has a tanh of its own",
        {
            "step": lambda params, x, h: (
                np.tanh(x @ params["W_in"]) + np.tanh(h @ params["W_hh"]) + np.tanh(params["b_h"])
            )
        },
        "entries beyond 1 and -1",
        "the order: first the whole sum, then one tanh",
    ),
    Mistake(
        "the old state is added after the tanh",
        {"step": lambda params, x, h: h + faulty_step(params, x, h)},
        "the state grows from step to step",
        "what is left of the old state: it enters through W_hh only",
    ),
    Mistake(
        "h0 is not used",
        {"states": lambda params, X, h0: faulty_states(params, X, h0, first=0)},
        "right only if h0 is zero; h[0] is wrong already",
        "h[0], before the loop",
    ),
    Mistake(
        "the loop stops one step early",
        {"states": one_state_short},
        "the last state was never computed",
        "the end of the range: range(1, T) ends at T - 1",
    ),
    Mistake(
        "every step starts from h_0",
        {"states": lambda params, X, h0: faulty_states(params, X, h0, before=lambda h, t: h[0])},
        "h_1 is right and all later states are wrong",
        "the state that goes into the step: that of the step before",
    ),
    Mistake(
        "only the first step is taken",
        {"states": only_the_first},
        "h_1 is right, and all places after it are empty",
        "where the return stands: inside the loop?",
    ),
    Mistake(
        "the state itself goes into its own step",
        {"states": lambda params, X, h0: faulty_states(params, X, h0, before=lambda h, t: h[t])},
        "nothing is handed from step to step",
        "the index of the state that goes into the step",
    ),
    Mistake(
        "the first step is left out",
        {"states": first_step_left_out},
        "h_1 was never computed",
        "the beginning of the range: the first step leads from h_0 to h_1",
    ),
    Mistake(
        "x is read one step late",
        {
            "states": lambda params, X, h0: faulty_states(
                params, X, h0, x=lambda X, t: X[min(t, len(X) - 1)]
            )
        },
        "h_1 is wrong already",
        "the index of X: x_t sits in X[t-1]",
    ),
    Mistake(
        "h_t is stored one place too early",
        {"states": overwritten_h0},
        "h[0] is no longer h0, and the last place stays empty",
        "the index on the left of the =: X[t] leads to h[t+1]",
    ),
    Mistake(
        "all stored states are the last one",
        {
            "states": lambda params, X, h0: (
                0 * faulty_states(params, X, h0) + faulty_states(params, X, h0)[-1]
            )
        },
        "every h[t] is the same",
        "how the states are stored: is it one array under T + 1 names, changed in place?",
    ),
    Mistake(
        "h_0 is missing from the result",
        {"states": lambda params, X, h0: faulty_states(params, X, h0)[1:]},
        "T states, where T + 1 are expected",
        "the first place: h[0] should be h_0, so that h[t] is h_t",
    ),
    Mistake(
        "the tanh is taken twice",
        {"tanh_slope": lambda h: 1 - np.tanh(h) ** 2},
        "too large wherever h is not 0",
        "the argument: is h a z, or a tanh of z already?",
    ),
    Mistake(
        "the square is missing",
        {"tanh_slope": lambda h: 1 - h, **step_back_with(lambda h, dz: 1 - h)},
        "values above 1 where h is negative",
        "the powers in the quotient rule, before anything is divided",
    ),
    Mistake(
        "the bracket is squared",
        {"tanh_slope": lambda h: (1 - h) ** 2, **step_back_with(lambda h, dz: (1 - h) ** 2)},
        "values above 1 where h is negative",
        "the brackets: what is squared, and what is not?",
    ),
    Mistake(
        "this is the slope of the sigmoid",
        {"tanh_slope": lambda h: h * (1 - h)},
        "negative where h is negative",
        "the function whose slope this is: that of 1 / (1 + exp(-z))",
    ),
    Mistake(
        "the root of the slope",
        {"tanh_slope": lambda h: np.sqrt(1 - h**2)},
        "too large wherever h is not 0",
        "the power of the cosh: this is 1/cosh",
    ),
    Mistake(
        "the reciprocal",
        {"tanh_slope": lambda h: 1 / (1 - h**2), **step_back_with(lambda h, dz: 1 / (1 - h**2))},
        "never below 1, though a saturated unit has no slope",
        "which of the two was differentiated: this is dz/dh",
    ),
    Mistake(
        "the slope of the slope's formula",
        {"tanh_slope": lambda h: -2 * h},
        "0 where the tanh is steepest",
        "what was differentiated: tanh z by z, once",
    ),
    Mistake(
        "a plus where a minus belongs",
        {"tanh_slope": lambda h: 1 + h**2, **step_back_with(lambda h, dz: 1 + h**2)},
        "never below 1, though a saturated unit has no slope",
        "the sign in the quotient rule",
    ),
    Mistake(
        "the half is missing",
        {"mse": losses(mse, 2, 2)},
        "loss and gradient are twice the right ones",
        "the 1/2 in front of the sum",
    ),
    Mistake(
        "the half is missing in the gradient",
        {"mse": losses(mse, 1, 2)},
        "the loss is right, the gradient twice the right one",
        "the half of the loss: what does it do to the 2 of the square?",
    ),
    Mistake(
        "the half is missing in the loss",
        {"mse": losses(mse, 2, 1)},
        "the gradient is right, the loss twice the right one",
        "the 1/2 in front of the sum",
    ),
    Mistake(
        "absolute differences",
        {"mse": lambda logits, Y: (np.abs(logits - Y).sum() / (2 * len(Y)), (logits - Y) / len(Y))},
        "the loss grows only in proportion to the error",
        "the power: squared error",
    ),
    Mistake(
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
        "the gradient is squared, too",
        {"mse": lambda logits, Y: (mse(logits, Y)[0], (logits - Y) ** 2 / len(Y))},
        "the gradient is never negative",
        "what differentiation does to a square",
    ),
    Mistake(
        "a sum over the batch, not a mean",
        {
            "mse": losses(mse, lambda N, C: N, lambda N, C: N),
            "cross_entropy": losses(cross_entropy, lambda N, C: N, lambda N, C: N),
        },
        "loss and gradient are N times the right ones",
        SUM,
    ),
    Mistake(
        "a mean over the classes too",
        {
            "mse": losses(mse, lambda N, C: 1 / C, lambda N, C: 1 / C),
            "cross_entropy": losses(cross_entropy, lambda N, C: 1 / C, lambda N, C: 1 / C),
        },
        "loss and gradient are the right ones divided by C",
        "the mean: np.mean of an (N, C) array divides by N·C, and the loss has only a 1/N",
    ),
    Mistake(
        "the 1/N is missing in the gradient",
        {
            "mse": losses(mse, 1, lambda N, C: N),
            "cross_entropy": losses(cross_entropy, 1, lambda N, C: N),
        },
        "the loss is right, the gradient N times the right one",
        "the 1/N of the loss: it is a factor of its gradient, too",
    ),
    Mistake(
        "the gradient is divided by N twice",
        {
            "mse": losses(mse, 1, lambda N, C: 1 / N),
            "cross_entropy": losses(cross_entropy, 1, lambda N, C: 1 / N),
        },
        "the loss is right, the gradient the right one divided by N",
        "every 1/N in the gradient: one is enough",
    ),
    Mistake(
        "the gradient has the wrong sign",
        {"mse": losses(mse, 1, -1), "cross_entropy": losses(cross_entropy, 1, -1)},
        "the gradient is the right one times -1",
        "the order of the difference: what was said, and what should have been said",
    ),
]
