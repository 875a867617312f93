"""BPTT in parts, to be replaced one at a time.

A wrong BPTT is the right one with one of its parts replaced. The parts, with the letters of
notebook 03:

    start(params, h, d_logits)     dh_T, what the loss says to the last state
    through_tanh(dh, h, t)         δ_t from dh_t
    back(dz, W_hh)                 dh_{t-1} from δ_t
    walk(params, h, dh, parts)     every δ_t, and dh_0
    collect(X, h, dz)              the sums over time, for W_in, W_hh and b_h
    read_out(h, d_logits)          the gradients of W_out and b_out
    given(params, X, h, d_logits)  the arguments as they arrive
"""

import numpy as np

from ...arguments import require_callable, require_one_of


def start(params, h, d_logits):
    return d_logits @ params["W_out"].T


def through_tanh(dh, h, t):
    return dh * (1 - h[t] ** 2)


def back(dz, W_hh):
    return dz @ W_hh.T


def walk(params, h, dh, parts):
    dz = np.empty_like(h[1:])
    for t in range(len(dz), 0, -1):
        dz[t - 1] = parts["through_tanh"](dh, h, t)
        dh = parts["back"](dz[t - 1], params["W_hh"])
    return dz, dh


def over_time(a, dz):
    """Return the sum over steps and sequences of a_t^T δ_t, for a of shape (T, N, K)."""
    return np.tensordot(a, dz, axes=((0, 1), (0, 1)))


def collect(X, h, dz, steps=slice(None)):
    X, h, dz = X[steps], h[:-1][steps], dz[steps]
    return {"W_in": over_time(X, dz), "W_hh": over_time(h, dz), "b_h": dz.sum(axis=(0, 1))}


def read_out(h, d_logits):
    return {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}


def given(params, X, h, d_logits):
    return X, h, d_logits


PARTS = {f.__name__: f for f in (start, through_tanh, back, walk, collect, read_out, given)}
PARTS["inner"] = walk  # the loop that another one goes on from


def from_parts(**other):
    """Return, by exercise, the functions of notebook 03 that the parts `other` make wrong.

    Each of them replaces the part of its name. Without any, all functions are there, and right.
    """
    parts = PARTS | {
        require_one_of("a part of BPTT", name, PARTS): require_callable(name, part)
        for name, part in other.items()
    }

    def backward(params, X, h, d_logits):
        X, h, d_logits = parts["given"](params, X, h, d_logits)
        dz, dh0 = parts["walk"](params, h, parts["start"](params, h, d_logits), parts)
        return {
            **parts["collect"](X, h, dz),
            **parts["read_out"](h, d_logits),
            "h0": dh0,
            "X": dz @ params["W_in"].T,
        }

    def error_signals(params, h, d_logits):
        return parts["walk"](params, h, parts["start"](params, h, d_logits), parts)[0]

    def step_back(dz, h_before, W_hh):
        return parts["through_tanh"](parts["back"](dz, W_hh), [h_before], 0)

    functions = {"backward": backward}
    if not other or set(other) & {"start", "through_tanh", "back", "walk"}:
        functions["error_signals"] = error_signals
    if not other or set(other) & {"through_tanh", "back"}:
        functions["step_back"] = step_back
    for function in functions.values():
        function.parts = other  # so that two mistakes can be joined
    return functions


def joined(a, b):
    """Return the parts of two mistakes at once, a after b where both replace the same part.

    Two loops can be joined if `a` goes on from the right one, as those made by `after_walk` do.
    """
    both = a | b
    for name in a.keys() & b.keys():
        both[name] = JOINS[name](a[name], b[name])
    return both


def walk_after_walk(a, b):
    def inner(params, h, dh, parts):
        return b(params, h, dh, parts | {"inner": walk})

    return lambda params, h, dh, parts: a(params, h, dh, parts | {"inner": inner})


def given_after_given(a, b):
    return lambda params, *arguments: a(params, *b(params, *arguments))


def sums_and_sums(a, b):
    """Return sums over time (or of the read-out), each wrong as in `a`, or else as in `b`."""

    def both(*arguments):
        right = (collect if len(arguments) == 3 else read_out)(*arguments)
        first, second = a(*arguments), b(*arguments)
        return {k: second[k] if np.array_equal(first[k], right[k]) else first[k] for k in right}

    return both


JOINS = {
    "walk": walk_after_walk,
    "given": given_after_given,
    "collect": sums_and_sums,
    "read_out": sums_and_sums,
    "through_tanh": lambda a, b: a,
    "back": lambda a, b: a,
    "start": lambda a, b: a,
}


def softmax(logits):
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def logits_of(params, h):
    return h[-1] @ params["W_out"] + params["b_out"]
