"""Which shares of velocity, gradient and parameter a step with momentum takes."""

import numpy as np

from .least_squares import shares_of

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
            made = np.asarray(c.results[name], float)
            shares = shares_of(made, terms)
            if shares is None:
                if shares_of(made, [*terms, np.ones_like(terms[0])]) is not None:
                    return f"In {name}, the same number is added to every entry."
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
