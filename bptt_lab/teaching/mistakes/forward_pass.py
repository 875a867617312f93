"""Mistakes of notebook 02 in a step, the states and the slope; `losses` has those of the loss."""

import numpy as np

from .mistake import Mistake
from .wrong_parts import step_back_with


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


FORWARD_PASS = [
    Mistake(
        "step-W_hh-transposed",
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
        "step-without-bias",
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
        "step-without-tanh",
        "the tanh is missing, or not returned",
        {"step": lambda params, x, h: faulty_step(params, x, h, act=lambda z: z)},
        "entries beyond 1 and -1",
        "the last thing that happens to z",
    ),
    Mistake(
        "step-without-old-state",
        "the old state is missing",
        {"step": lambda params, x, h: np.tanh(x @ params["W_in"] + params["b_h"])},
        "the state depends on the present input alone",
        "the sum inside the tanh: it has three terms",
    ),
    Mistake(
        "step-with-sigmoid",
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
        "step-tanh-of-a-part",
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
        "step-bias-outside-tanh",
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
        "step-two-tanh",
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
        "step-three-tanh",
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
        "step-added-to-old-state",
        "the old state is added after the tanh",
        {"step": lambda params, x, h: h + faulty_step(params, x, h)},
        "the state grows from step to step",
        "what is left of the old state: it enters through W_hh only",
    ),
    Mistake(
        "states-without-h0",
        "h0 is not used",
        {"states": lambda params, X, h0: faulty_states(params, X, h0, first=0)},
        "right only if h0 is zero; h[0] is wrong already",
        "h[0], before the loop",
    ),
    Mistake(
        "states-stop-early",
        "the loop stops one step early",
        {"states": one_state_short},
        "the last state was never computed",
        "the end of the range: range(1, T) ends at T - 1",
    ),
    Mistake(
        "states-all-from-h0",
        "every step starts from h_0",
        {"states": lambda params, X, h0: faulty_states(params, X, h0, before=lambda h, t: h[0])},
        "h_1 is right and all later states are wrong",
        "the state that goes into the step: that of the step before",
    ),
    Mistake(
        "states-first-only",
        "only the first step is taken",
        {"states": only_the_first},
        "h_1 is right, and all places after it are empty",
        "where the return stands: inside the loop?",
    ),
    Mistake(
        "states-from-themselves",
        "the state before does not enter",
        {"states": lambda params, X, h0: faulty_states(params, X, h0, before=lambda h, t: h[t])},
        "nothing is handed from step to step",
        "the step, whether it uses h; and the index of h there: an h[t] that is still empty?",
    ),
    Mistake(
        "states-without-first-step",
        "the first step is left out",
        {"states": first_step_left_out},
        "h_1 was never computed",
        "the beginning of the range: the first step leads from h_0 to h_1",
    ),
    Mistake(
        "states-x-late",
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
        "states-stored-early",
        "h_t is stored one place too early",
        {"states": overwritten_h0},
        "h[0] is no longer h0, and the last place stays empty",
        "the index on the left of the =: X[t] leads to h[t+1]",
    ),
    Mistake(
        "states-all-the-last",
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
        "states-h0-left-out",
        "h_0 is missing from the result",
        {"states": lambda params, X, h0: faulty_states(params, X, h0)[1:]},
        "T states, where T + 1 are expected",
        "the first place: h[0] should be h_0, so that h[t] is h_t",
    ),
    Mistake(
        "tanh_slope-of-tanh-h",
        "the tanh is taken twice",
        {"tanh_slope": lambda h: 1 - np.tanh(h) ** 2},
        "too large wherever h is not 0",
        "the argument: is h a z, or a tanh of z already?",
    ),
    Mistake(
        "tanh_slope-without-square",
        "the square is missing",
        {"tanh_slope": lambda h: 1 - h, **step_back_with(lambda h, dz: 1 - h)},
        "values above 1 where h is negative",
        "the powers in the quotient rule, before anything is divided",
    ),
    Mistake(
        "tanh_slope-bracket-squared",
        "the bracket is squared",
        {"tanh_slope": lambda h: (1 - h) ** 2, **step_back_with(lambda h, dz: (1 - h) ** 2)},
        "values above 1 where h is negative",
        "the brackets: what is squared, and what is not?",
    ),
    Mistake(
        "tanh_slope-of-sigmoid",
        "this is the slope of the sigmoid",
        {"tanh_slope": lambda h: h * (1 - h)},
        "negative where h is negative",
        "the function whose slope this is: that of 1 / (1 + exp(-z))",
    ),
    Mistake(
        "tanh_slope-root",
        "the root of the slope",
        {"tanh_slope": lambda h: np.sqrt(1 - h**2)},
        "too large wherever h is not 0",
        "the power of the cosh: this is 1/cosh",
    ),
    Mistake(
        "tanh_slope-reciprocal",
        "the reciprocal",
        {"tanh_slope": lambda h: 1 / (1 - h**2), **step_back_with(lambda h, dz: 1 / (1 - h**2))},
        "never below 1, though a saturated unit has no slope",
        "which of the two was differentiated: this is dz/dh",
    ),
    Mistake(
        "tanh_slope-differentiated-again",
        "the slope of the slope's formula",
        {"tanh_slope": lambda h: -2 * h},
        "0 where the tanh is steepest",
        "what was differentiated: tanh z by z, once",
    ),
    Mistake(
        "tanh_slope-plus",
        "a plus where a minus belongs",
        {"tanh_slope": lambda h: 1 + h**2, **step_back_with(lambda h, dz: 1 + h**2)},
        "never below 1, though a saturated unit has no slope",
        "the sign in the quotient rule",
    ),
]
