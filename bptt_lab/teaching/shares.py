"""Fits made for one exercise: of what, and in which shares, a wrong result is put together.

Each function takes the cases of an exercise, the ordinary problems with what came out, and returns
a sentence, or nothing where the form does not fit. The shares found are those of the attempt.
"""

from typing import NamedTuple

import numpy as np

from .answers import states, step
from .changes import softmax
from .comparing import equal
from .formulas import clip_factor, error_formula, loss_formula, mean_formula
from .least_squares import polynomial, same_shares, shares_of
from .mistakes import from_parts
from .shares_memory import mix_of_logits, windows_and_mark
from .shares_speed import bound_below, products_off
from .shares_truncation import handed_on, steps_back
from .updates import momentum_form


class Case(NamedTuple):
    """The arguments of a problem, what an attempt returned, and what is right, by result."""

    arguments: tuple
    results: dict
    right: dict


def put_together(name, cases):
    """Return a sentence on how the results are put together, or nothing."""
    with np.errstate(all="ignore"):
        try:
            return FORMS[name](cases) if name in FORMS and cases else ""
        except (ValueError, TypeError, IndexError, KeyError, np.linalg.LinAlgError):
            return ""  # results of other shapes or kinds, which are told elsewhere


# The tanh and its slope


def slope(cases):
    words = polynomial([c.results["the result"] for c in cases], [c.arguments[0] for c in cases])
    return f"As a function of h, it comes to {words}." if words else ""


def slope_of_step_back(cases):
    """Return which slope a step back uses, on its way through W_hh, or its transpose."""
    for words, matrix in (("", lambda W: W.T), (" W_hh was not transposed, and", lambda W: W)):
        ratios = [
            c.results["the result"] / (c.arguments[0] @ matrix(c.arguments[2])) for c in cases
        ]
        found = polynomial(ratios, [c.arguments[1] for c in cases])
        if found:
            fine = polynomial(
                [1 - c.arguments[1] ** 2 for c in cases], [c.arguments[1] for c in cases]
            )
            if found == fine and not words:
                return ""
            return (
                f"Taken apart:{words} the slope of the tanh comes to {found}, with h for h_before."
            )
    return ""


def chain_of_signals(cases):
    """Return where the chain of error signals breaks: at its start, or on the way."""
    right = from_parts()
    starts, ways, slopes = [], [], []
    for c in cases:
        (params, h, d_logits), dz = c.arguments, c.results["the result"]
        dh = d_logits @ params["W_out"].T
        starts.append(equal(dz[-1], dh * (1 - h[-1] ** 2)))
        slopes.append(dz[-1] / dh)
        ways.append(
            [
                equal(dz[t - 1], right["step_back"](dz[t], h[t], params["W_hh"]))
                for t in range(1, len(dz))
            ]
        )
    said = []
    if not any(starts):
        words = polynomial(slopes, [c.arguments[1][-1] for c in cases])
        said.append(
            "the last signal, δ_T, is wrong" + (f": its slope comes to {words}" if words else "")
        )
    elif all(starts):
        said.append("the last signal, δ_T, is right")
    if all(all(way) for way in ways):
        said.append("each other one follows rightly from the one after it")
    elif not any(any(way) for way in ways):
        said.append(
            "no other one follows rightly from the one after it: look at a single step back"
        )
    else:
        t = [k + 1 for k, good in enumerate(ways[0]) if not good]
        if t:
            said.append(f"the steps back to δ_t go wrong for t = {run_of(t)}")
    return joined_words(said)


def run_of(t):
    return (
        f"{t[0]} to {t[-1]}"
        if len(t) > 2 and t[-1] - t[0] == len(t) - 1
        else ", ".join(map(str, t))
    )


def low(words):
    return words[0].lower() + words[1:]


def joined_words(said):
    both = ", and ".join(said)
    return f"{both[0].upper()}{both[1:]}." if both else ""


# A step and the states

PIECES = ("the input", "the old state through W_hh", "the bias")


ACTIVATIONS = {
    "an arctan": np.arctan,
    "a sine": np.sin,
    "a cosine": np.cos,
    "an exponential": np.exp,
    "a sinh": np.sinh,
    "a sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "a ReLU, the maximum with 0": lambda z: np.maximum(z, 0),
    "a leaky ReLU": lambda z: np.where(z > 0, z, 0.01 * z),
    "a softplus": lambda z: np.logaddexp(0, z),
    "a softsign": lambda z: z / (1 + np.abs(z)),
    "a cut to between -1 and 1": lambda z: np.clip(z, -1, 1),
    "the sign": np.sign,
    "a square": np.square,
    "the tanh of a tanh": lambda z: np.tanh(np.tanh(z)),
    "the slope of the tanh": lambda z: 1 - np.tanh(z) ** 2,
    "the square of a tanh": lambda z: np.tanh(z) ** 2,
    "a softmax over the units": softmax,
}


def pieces(params, x, h):
    return [x @ params["W_in"], h @ params["W_hh"], np.broadcast_to(params["b_h"], h.shape)]


def step_form(cases):
    return form_of_step([(*c.arguments, c.results["the result"]) for c in cases])


def form_of_step(steps):
    """Return in which shares the pieces enter, for (params, x, h, state) of some steps."""
    values = [v for *_, v in steps]
    outer = [h for *_, h, _ in steps]
    inside = [pieces(*given) for *given, _ in steps]
    if all((np.abs(v) < 1).all() for v in values):
        z = [np.arctanh(v) for v in values]
        for more, terms in (
            ([], inside),
            (["the old state itself"], [[*p, h] for p, h in zip(inside, outer)]),
            (["a number"], [[*p, np.ones_like(h)] for p, h in zip(inside, outer)]),
            (
                ["the old state through W_hh transposed"],
                [[*p, g[2] @ g[0]["W_hh"].T] for p, g in zip(inside, steps)],
            ),
        ):
            c = same_shares(z, terms)
            if c is not None:
                return said_shares("Inside the tanh", c, [*PIECES, *more], (1, 1, 1, 0))
    for words, function in ACTIVATIONS.items():
        if all(equal(v, function(sum(p))) for v, p in zip(values, inside)):
            return f"Around the sum of three terms stands {words}."
    full = [np.tanh(sum(p)) for p in inside]
    for where, terms, names, right in (
        ("Without a tanh", inside, PIECES, (None,) * 3),
        (
            "Around the tanh",
            [[f, h] for f, h in zip(full, outer)],
            ("the right state", "the old state"),
            (1, 0),
        ),
        (
            "After the tanh",
            [[f, p[2]] for f, p in zip(full, inside)],
            ("the right state", "the bias"),
            (1, 0),
        ),
        ("After the tanh", [[f, 1] for f in full], ("the right state", "a number"), (1, 0)),
    ):
        c = same_shares(values, terms)
        if c is not None:
            return said_shares(where, c, names, right)
    return ""


def said_shares(where, c, names, right):
    wrong = [
        f"{name} counts {share + 0.0:.4g} times"
        for share, name, good in zip(c, names, right)
        if good is None or abs(share - good) > 1e-5
    ]
    return f"{where}, {', '.join(wrong)}." if wrong else ""


def chain_of_states(cases):
    """Return where the chain of states breaks, each judged by the attempt's own state before."""
    firsts, ways, steps = [], [], []
    for c in cases:
        (params, X, h0), h = c.arguments, c.results["the result"]
        if h.shape != states(params, X, h0).shape:
            return ""
        firsts.append(equal(h[0], h0))
        ways.append([equal(h[t], step(params, X[t - 1], h[t - 1])) for t in range(1, len(h))])
        steps += [(params, X[t - 1], h[t - 1], h[t]) for t in range(1, len(h))]
    said = [] if all(firsts) else ["h[0] is not h0"]
    if all(all(way) for way in ways):
        said.append("each other state follows rightly from the one before")
    elif not any(any(way) for way in ways):
        if form := form_of_step(steps[: len(ways[0])]):
            return " ".join([*map(joined_words, [said] * bool(said)), f"In each step, {low(form)}"])
        said.append("no state follows rightly from the one before and its input")
    else:
        bad = [k + 1 for k, good in enumerate(ways[0]) if not good]
        if bad:
            said.append(f"the step to h[t] goes wrong for t = {run_of(bad)}, the others are right")
    return joined_words(said)


# The backward pass


def slope_of_one_step(arguments, results):
    """Return a sentence on the slope that a backward pass uses, from a problem with one step.

    There the gradient by h0 is δ_1 after one more product with W_hh^T, which can be undone.
    """
    params, X, h, d_logits = arguments
    if len(X) != 1:
        return ""
    with np.errstate(all="ignore"):
        dz = np.linalg.solve(params["W_hh"], results["h0"].T).T
        dh = d_logits @ params["W_out"].T
        if equal(dz, dh * (1 - h[1] ** 2)):
            return ""
        words = polynomial([dz / dh], [h[1]])
        held = equal(results["b_h"], dz.sum(axis=0)) and equal(
            results["X"][0], dz @ params["W_in"].T
        )
    if not words or not held:
        return ""
    return f"With one step only, the slope of the tanh, seen from the results, comes to {words}."


# Losses


def in_sizes(shares, shapes):
    """Return a share in words: a number, or one made of N and C."""
    for words, f in (
        (f"{np.round(shares[0], 6):.4g}", lambda N, C: np.round(shares[0], 6)),
        ("N", lambda N, C: N),
        ("1/N", lambda N, C: 1 / N),
        ("C", lambda N, C: C),
        ("1/C", lambda N, C: 1 / C),
    ):
        for sign in (1, -1):
            if np.allclose(shares, [sign * f(*s) for s in shapes], rtol=1e-5, atol=1e-6):
                return words if sign == 1 else f"-{words}"
    return "another number each time"


def loss_forms(kind):
    """Return a function that names the shares in the gradient of a loss."""

    def form(cases):
        values, terms = [], []
        for c in cases:
            logits, Y = c.arguments
            values.append(np.asarray(c.results["d_logits"]) * len(Y))
            p = softmax(logits)
            log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
            terms.append(
                {"the logits": logits, "the targets": Y}
                if kind == "mse"
                else {"p": p, "the targets": Y, "the logits": logits, "log p": log_p, "p²": p**2}
            )
        right = (
            {"the logits": 1, "the targets": -1} if kind == "mse" else {"p": 1, "the targets": -1}
        )
        for names in (["the logits", "the targets"], list(right), list(terms[0])):
            found = [shares_of(v, [t[k] for k in names]) for v, t in zip(values, terms)]
            if not any(c is None for c in found):
                shapes = [c.arguments[0].shape for c in cases]
                shares = {k: in_sizes([c[j] for c in found], shapes) for j, k in enumerate(names)}
                wrong = any(share != f"{right.get(k, 0):.4g}" for k, share in shares.items())
                said = [f"{share} times {k}" for k, share in shares.items() if share != "0"]
                if wrong and said:
                    return f"N times d_logits is made of {', '.join(said)}."
                break
        return loss_formula(kind, cases)

    return form


FORMS = {
    "tanh_slope": slope,
    "step": step_form,
    "states": chain_of_states,
    "step_back": slope_of_step_back,
    "error_signals": chain_of_signals,
    "mse": loss_forms("mse"),
    "cross_entropy": loss_forms("cross_entropy"),
    "momentum_step": momentum_form,
    "relative_error": error_formula,
    "balanced_accuracy": mean_formula,
    "clip": clip_factor,
    "make_stream": windows_and_mark,
    "saliency": mix_of_logits,
    "backward_truncated": steps_back,
    "join": handed_on,
    "multiplications": products_off,
    "subnormals": bound_below,
}
