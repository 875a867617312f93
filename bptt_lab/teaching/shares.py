"""Fits made for one exercise: of what, and in which shares, a wrong result is put together.

Each function takes the cases of an exercise, the ordinary problems with what came out, and returns
a sentence, or nothing where the form does not fit. The shares found are those of the attempt.
"""

from typing import NamedTuple

import numpy as np

from .answers import states, step
from .changes import softmax
from .comparing import equal
from .formulas import clip_factor, error_formula, mean_formula
from .mistakes import from_parts


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


# Least squares


def shares_of(value, terms):
    """Return the numbers c for which value = Σ c_j terms_j, or None if there are none."""
    A = np.stack([np.broadcast_to(t, value.shape).ravel() for t in terms], axis=1)
    b = value.ravel()
    if not np.isfinite(A).all() or not np.isfinite(b).all() or len(b) <= A.shape[1]:
        return None
    sizes = np.linalg.norm(A, axis=0)
    if not sizes.all():
        return None
    c, _, rank, _ = np.linalg.lstsq(A / sizes, b, rcond=1e-10)
    if rank < A.shape[1] or np.abs(A @ (c / sizes) - b).max() > 1e-7 * np.abs(b).max(
        initial=1e-300
    ):
        return None
    return np.round(c / sizes, 7)


def same_shares(values, terms):
    """Return the shares that are the same in all problems, or None."""
    found = [shares_of(v, t) for v, t in zip(values, terms)]
    if any(c is None for c in found) or np.ptp(found, axis=0).max() > 1e-5:
        return None
    return found[0]


def polynomial(values, points):
    """Return in words the polynomial in h that has these values, up to the fourth power."""
    for degree in (1, 2, 4):
        c = same_shares(values, [[h**k for k in range(degree + 1)] for h in points])
        if c is not None:
            return poly_in_words(c)
    return ""


def poly_in_words(c):
    powers = ["", " h", " h²", " h³", " h⁴"]
    said = ""
    for share, power in zip(c, powers):
        if abs(share) > 1e-6:
            number = f"{abs(share):.4g}" if abs(abs(share) - 1) > 1e-6 or not power else ""
            sign = " - " if share < 0 else " + "
            said += sign + (number + power).strip()
    return said.strip().removeprefix("+ ").replace("- ", "-", 1) if said[:2] == " -" else said[3:]


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


def joined_words(said):
    both = ", and ".join(said)
    return f"{both[0].upper()}{both[1:]}." if both else ""


# A step and the states

PIECES = ("the input", "the old state through W_hh", "the bias")


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
        f"{name} counts {share:.4g} times"
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
            return joined_words(said) + (" " if said else "") + f"In each step: {form}"
        said.append("no state follows rightly from the one before and its input")
    else:
        bad = [k + 1 for k, good in enumerate(ways[0]) if not good]
        if bad:
            said.append(f"the step to h[t] goes wrong for t = {run_of(bad)}, the others are right")
    return joined_words(said)


# Losses


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
            c = same_shares(values, [[t[k] for k in names] for t in terms])
            if c is not None:
                wrong = any(abs(share - right.get(k, 0)) > 1e-5 for k, share in zip(names, c))
                said = [f"{share:.4g} times {k}" for k, share in zip(names, c) if abs(share) > 1e-5]
                return f"N times d_logits is made of {', '.join(said)}." if wrong and said else ""
        return ""

    return form


# Momentum

NUMBERS = {
    "0": lambda lr, m, d: 0,
    "1": lambda lr, m, d: 1,
    "2": lambda lr, m, d: 2,
    "1/2": lambda lr, m, d: 0.5,
    "momentum": lambda lr, m, d: m,
    "momentum²": lambda lr, m, d: m**2,
    "weight_decay": lambda lr, m, d: d,
    "weight_decay²": lambda lr, m, d: d**2,
    "2·weight_decay": lambda lr, m, d: 2 * d,
    "weight_decay/2": lambda lr, m, d: d / 2,
    "lr": lambda lr, m, d: lr,
    "lr²": lambda lr, m, d: lr**2,
    "1 - momentum": lambda lr, m, d: 1 - m,
    "1 + momentum": lambda lr, m, d: 1 + m,
    "1 - weight_decay": lambda lr, m, d: 1 - d,
    "1 - lr": lambda lr, m, d: 1 - lr,
    "lr·momentum": lambda lr, m, d: lr * m,
    "lr·weight_decay": lambda lr, m, d: lr * d,
    "lr·momentum·weight_decay": lambda lr, m, d: lr * m * d,
    "momentum·weight_decay": lambda lr, m, d: m * d,
    "1 - lr·weight_decay": lambda lr, m, d: 1 - lr * d,
    "lr·(1 - momentum)": lambda lr, m, d: lr * (1 - m),
    "(1 - momentum)·weight_decay": lambda lr, m, d: (1 - m) * d,
    "momentum - weight_decay": lambda lr, m, d: m - d,
    "momentum + weight_decay": lambda lr, m, d: m + d,
    "momentum - 1": lambda lr, m, d: m - 1,
    "1/momentum": lambda lr, m, d: 1 / m,
    "1/lr": lambda lr, m, d: 1 / lr,
    "lr/(1 - momentum)": lambda lr, m, d: lr / (1 - m),
}


def number_in_words(shares, settings):
    """Return the expression that a share is in all problems, or the number that it is."""
    for sign in (1, -1):
        for words, f in NUMBERS.items():
            if np.allclose(shares, [sign * f(*s) for s in settings], rtol=1e-6, atol=1e-9):
                return words if sign == 1 else f"-({words})" if " " in words else f"-{words}"
    return f"{shares[0]:.4g}" if np.ptp(shares) < 1e-6 else "another number in each problem"


def momentum_form(cases):
    """Return the shares of the old velocity, the gradient and the parameter that are not right."""
    of_v, of_w, settings = [], [], []
    for c in cases:
        params, grads, v, *numbers = c.arguments
        settings.append(numbers)
        terms = [np.concatenate([a[k].ravel() for k in params]) for a in (v, grads, params)]
        for found, name in ((of_v, "v"), (of_w, "params")):
            shares = shares_of(np.asarray(c.results[name], float), terms)
            if shares is None:
                return ""
            found.append(shares)
    of_v, of_w = np.array(of_v), np.array(of_w)
    names = ("the old v", "the gradient", "the parameter")
    right = [("momentum", "1", "weight_decay"), None]
    said = [
        f"{name} counts {words} times"
        for j, name in enumerate(names)
        if (words := number_in_words(of_v[:, j], settings)) != right[0][j]
    ]
    lines = [f"In the new v, {', '.join(said)}."] if said else []
    lr = np.array([s[0] for s in settings])[:, None]
    own = np.eye(3)[2] - lr * of_v
    if not np.allclose(of_w, own, rtol=1e-6, atol=1e-7):
        moves = [number_in_words(of_w[:, j], settings) for j in range(3)]
        each = ", ".join(f"{n} {words} times" for n, words in zip(names, moves))
        lines.append(f"The new parameters take {each}: that is not the move by this new v.")
    elif said:
        lines.append("The move by this v is right.")
    return " ".join(lines)


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
}
