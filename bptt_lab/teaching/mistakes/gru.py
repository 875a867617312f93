"""Mistakes of notebook 09 with the GRU: a step forward, and the whole backward pass.

As in `lstm`, all are made from lines that can be replaced one by one. The step back is an exercise
that is done alone, so that its mistakes are named nowhere; `GRU_BACKWARD` is for `found_by` and
`FaultyRNN` with ``cell=GRU``.
"""

from types import SimpleNamespace

import numpy as np

from ..answers import sigmoid
from .mistake import Mistake

# A step forward


def values_of(params, x, h, lines):
    """Return what a step computes: r, u, m = h W_hn + b_hn, n, and the new state."""
    W_in, W_hh, b_h, b_hn = (params[k] for k in ("W_in", "W_hh", "b_h", "b_hn"))
    H = h.shape[-1]
    a = x @ W_in + b_h
    s = SimpleNamespace(x=x, h_before=h, W_hn=W_hh[:, 2 * H :], b_hn=b_hn, a_n=a[..., 2 * H :])
    z = (a + h @ W_hh)[..., : 2 * H]
    for k, block in zip(lines["order"], (z[..., :H], z[..., H:])):
        setattr(s, k, lines[k](block))
    s.m = lines["m"](s)
    s.n = np.tanh(lines["z_n"](s))
    s.h = lines["h"](s)
    return s


FORWARD = {
    "order": "ru",
    "r": sigmoid,
    "u": sigmoid,
    "m": lambda s: s.h_before @ s.W_hn + s.b_hn,
    "z_n": lambda s: s.a_n + s.r * s.m,
    "h": lambda s: (1 - s.u) * s.n + s.u * s.h_before,
}


def step_by(change=None, **other):
    """Return a wrong gru_step, made with other lines, or with other arguments."""
    lines = FORWARD | other

    def gru_step(params, x, h):
        return values_of(*(change(params, x, h) if change else (params, x, h)), lines).h

    return {"gru_step": gru_step}


SEEN = "the result is wrong in every entry"
STEPS = [
    ("u-and-r-exchanged", "reset gate and update gate are exchanged", {"order": "ur"},
     "the blocks of columns: r, u, n"),
    ("u-turned", "u and 1 - u are exchanged",
     {"h": lambda s: s.u * s.n + (1 - s.u) * s.h_before},
     "the average: here u is the share of the old state that stays (other authors turn it round)"),
    ("textbook", "r multiplies h before the matrix, as in the textbook's GRU",
     {"z_n": lambda s: s.a_n + (s.r * s.h_before) @ s.W_hn + s.b_hn},
     "the reset gate: here it multiplies h W_hn + b_hn, behind the matrix"),
    ("textbook-with-b_hn-inside", "r multiplies h before the matrix, and b_hn behind it",
     {"z_n": lambda s: s.a_n + (s.r * s.h_before) @ s.W_hn + s.r * s.b_hn},
     "the reset gate: here it multiplies h W_hn + b_hn, behind the matrix"),
    ("b_hn-outside", "b_hn stands outside the bracket that r multiplies",
     {"z_n": lambda s: s.a_n + s.r * (s.h_before @ s.W_hn) + s.b_hn},
     "the bracket: r (h W_hn + b_hn)"),
    ("no-b_hn", "b_hn is left out", {"m": lambda s: s.h_before @ s.W_hn},
     "the bracket: r (h W_hn + b_hn)"),
    ("no-reset-gate", "the reset gate is left out", {"z_n": lambda s: s.a_n + s.m},
     "what goes into n: the part that comes from h is multiplied by r"),
    ("reset-gate-of-all", "the reset gate multiplies what comes from x, too",
     {"z_n": lambda s: s.r * (s.a_n + s.m)},
     "what goes into n: r multiplies only the part that comes from h"),
    ("no-old-state-in-n", "n does not see the old state", {"z_n": lambda s: s.a_n},
     "what goes into n: x W_n + b_n + r (h W_hn + b_hn)"),
    ("u-for-r", "u stands where the reset gate belongs",
     {"z_n": lambda s: s.a_n + s.u * s.m}, "what goes into n: r multiplies the part from h"),
    ("no-update-gate", "n is returned, without the average", {"h": lambda s: s.n},
     "the new state: an average of n and of the old one"),
    ("no-one-minus-u", "n counts fully, and u times the old state is added",
     {"h": lambda s: s.n + s.u * s.h_before}, "the average: the shares 1 - u and u"),
    ("old-state-fully", "the old state counts fully",
     {"h": lambda s: (1 - s.u) * s.n + s.h_before}, "the average: the shares 1 - u and u"),
    ("tanh-of-all", "the average goes through a tanh",
     {"h": lambda s: np.tanh((1 - s.u) * s.n + s.u * s.h_before)},
     "the average: nothing comes after it"),
    ("gates-with-tanh", "the gates go through the tanh", {"r": np.tanh, "u": np.tanh},
     "the two gates: a share between 0 and 1, from the sigmoid"),
    ("sigmoid-turned", "the sigmoid falls: 1 / (1 + exp(z))",
     {k: lambda z: sigmoid(-z) for k in "ru"}, "the sign in the sigmoid: 1 / (1 + exp(-z))"),
    ("sigmoid-too-steep", "the sigmoid is (1 + tanh z) / 2, without halving z",
     {k: lambda z: (1 + np.tanh(z)) / 2 for k in "ru"},
     "the sigmoid written with a tanh: (1 + tanh(z / 2)) / 2"),
    ("no-b_h", "b_h is left out", {"change": lambda p, x, h: (p | {"b_h": 0 * p["b_h"]}, x, h)},
     "what goes into the columns: x W_in and b_h"),
    ("no-input", "the input x is left out", {"change": lambda p, x, h: (p, 0 * x, h)},
     "what goes into the columns: x W_in and b_h"),
    ("no-old-state-in-the-gates", "the gates do not see the old state",
     {"change": lambda p, x, h: (without_gates(p), x, h)},
     "what goes into r and u: h W_hh as well, its first two blocks"),
]  # fmt: skip


def without_gates(params):
    W = params["W_hh"].copy()
    W[:, : 2 * len(W)] = 0
    return params | {"W_hh": W}


def n_through_sigmoid(params, x, h):
    s = values_of(params, x, h, FORWARD)
    return (1 - s.u) * sigmoid(FORWARD["z_n"](s)) + s.u * h


# The whole way back

BACK = {
    "n": lambda s, dh: dh * (1 - s.u) * (1 - s.n**2),
    "u": lambda s, dh: dh * (s.h_before - s.n) * s.u * (1 - s.u),
    "r": lambda s, dh: s.dn * s.m * s.r * (1 - s.r),
    "m": lambda s, dh: s.dn * s.r,
    "straight": lambda s, dh: dh * s.u,
    "through": lambda W_hh, to_h: to_h @ W_hh.T,
    "row": lambda s: s.h_before,
    "dW_hn": lambda s: s.h_before.T @ s.dm,
    "b_hn": lambda s: s.dm.sum(axis=0),
    "ru": lambda s: [s.dr, s.du],
    "dx": lambda s, to_x: to_x,
}


def backward_by(**other):
    """Return a whole backward pass of a GRU, made with other lines."""
    lines = BACK | other

    def backward(params, X, states, d_logits):
        rows, W_hh = len(X) * X.shape[1], params["W_hh"]
        every = vars(values_of(params, X, states[:-1], FORWARD))
        every = {k: v for k, v in every.items() if k not in ("W_hn", "b_hn")}
        every |= {k: np.empty_like(every["n"]) for k in ("dr", "du", "dn", "dm")}
        dh = d_logits @ params["W_out"].T
        for t in range(len(X) - 1, -1, -1):
            s = SimpleNamespace(b_hn=params["b_hn"], **{k: v[t] for k, v in every.items()})
            s.dn[:] = lines["n"](s, dh)
            s.du[:], s.dr[:], s.dm[:] = lines["u"](s, dh), lines["r"](s, dh), lines["m"](s, dh)
            through = lines["through"](W_hh, np.concatenate([*lines["ru"](s), s.dm], axis=1))
            dh = lines["straight"](s, dh) + through
        # The sums, over the steps as over the batch: one product each, not one a step.
        s = SimpleNamespace(**{k: v.reshape(rows, -1) for k, v in every.items()})
        d_ru = np.concatenate(lines["ru"](s), axis=1)
        to_x = np.concatenate([d_ru, s.dn], axis=1)
        return {
            "W_in": s.x.T @ to_x,
            "W_hh": np.concatenate([lines["row"](s).T @ d_ru, lines["dW_hn"](s)], axis=1),
            "b_h": to_x.sum(axis=0),
            "b_hn": lines["b_hn"](s),
            "W_out": states[-1].T @ d_logits,
            "b_out": d_logits.sum(axis=0),
            "h0": dh,
            "X": (lines["dx"](s, to_x) @ params["W_in"].T).reshape(X.shape),
        }

    return {"backward": backward}


def not_transposed(W_hh, to_h):
    H = len(W_hh)
    return sum(to_h[:, k : k + H] @ W_hh[:, k : k + H] for k in range(0, 3 * H, H))


ALL = "W_in, W_hh, b_h, b_hn, h0 and X are wrong"
UNTURNED = ("H = 1", "W_hh symmetric", "W_hh = identity")
FAULTS = [
    ("straight-road-forgotten", "the straight road is left out: dh goes back through n alone",
     {"straight": lambda s, dh: 0 * dh}, ALL, "the old state: u of it is in the new one", ()),
    ("straight-road-without-u", "the straight road lacks the factor u",
     {"straight": lambda s, dh: dh}, ALL, "the old state: u of it is in the new one", ()),
    ("straight-road-with-1-u", "the straight road has the factor 1 - u",
     {"straight": lambda s, dh: dh * (1 - s.u)}, ALL, "the old state: u of it is in the new one",
     ()),
    ("straight-road-only", "nothing goes back through the three blocks",
     {"through": lambda W, to_h: 0 * to_h[:, : len(W)]}, ALL,
     "the old state: it went into all three blocks", ()),
    ("u-for-1-u", "n gets u where 1 - u belongs",
     {"n": lambda s, dh: dh * s.u * (1 - s.n**2)}, ALL, "n: its share in the new state is 1 - u",
     ()),
    ("no-slope-of-n", "the slope of the tanh is left out",
     {"n": lambda s, dh: dh * (1 - s.u)}, ALL, "the slope of n: 1 - n²", ()),
    ("no-factor-for-n", "n gets dh without a factor",
     {"n": lambda s, dh: dh * (1 - s.n**2)}, ALL, "n: its share in the new state is 1 - u", ()),
    ("u-with-wrong-sign", "the update gate gets the wrong sign",
     {"u": lambda s, dh: dh * (s.n - s.h_before) * s.u * (1 - s.u)}, ALL,
     "the update gate: it takes from n and gives to the old state", ()),
    ("new-state-in-u", "the update gate gets h_t where h_{t-1} belongs",
     {"u": lambda s, dh: dh * (s.h - s.n) * s.u * (1 - s.u)}, ALL,
     "the update gate: it multiplied the old state", ()),
    ("no-n-in-u", "the update gate gets the old state, without n",
     {"u": lambda s, dh: dh * s.h_before * s.u * (1 - s.u)}, ALL,
     "the update gate: it stands twice in the average", ()),
    ("no-old-state-in-u", "the update gate gets -n, without the old state",
     {"u": lambda s, dh: -dh * s.n * s.u * (1 - s.u)}, ALL,
     "the update gate: it stands twice in the average", ()),
    ("no-slope-of-u", "the slope of the update gate is left out",
     {"u": lambda s, dh: dh * (s.h_before - s.n)}, ALL, "the slope of a sigmoid: u (1 - u)", ()),
    ("u-with-slope-of-tanh", "the update gate has the slope of a tanh",
     {"u": lambda s, dh: dh * (s.h_before - s.n) * (1 - s.u**2)}, ALL,
     "the slope of a sigmoid: u (1 - u)", ()),
    ("no-road-through-u", "no error goes through the update gate",
     {"u": lambda s, dh: 0 * dh}, ALL, "the update gate: it depends on weights as well", ()),
    ("no-slope-of-r", "the slope of the reset gate is left out",
     {"r": lambda s, dh: s.dn * s.m}, ALL, "the slope of a sigmoid: r (1 - r)", ()),
    ("h-in-r", "the reset gate gets h where h W_hn + b_hn belongs",
     {"r": lambda s, dh: s.dn * s.h_before * s.r * (1 - s.r)}, ALL,
     "the reset gate: what it multiplied is h W_hn + b_hn", ()),
    ("no-b_hn-in-r", "the reset gate gets h W_hn, without b_hn",
     {"r": lambda s, dh: s.dn * (s.m - s.b_hn) * s.r * (1 - s.r)}, ALL,
     "the reset gate: what it multiplied is h W_hn + b_hn", ()),
    ("no-road-through-r", "no error goes through the reset gate",
     {"r": lambda s, dh: 0 * dh}, ALL, "the reset gate: it depends on weights as well", ()),
    ("no-r-on-the-way-to-h", "the reset gate is left out on the way to h W_hn + b_hn",
     {"m": lambda s, dh: s.dn}, ALL, "the bracket: r is its factor", ()),
    ("r-and-u-exchanged", "what r hears and what u hears are exchanged",
     {"ru": lambda s: [s.du, s.dr]}, ALL, "the order of the columns: r, u, n", ()),
    ("W_hn-of-the-textbook", "dW_hn is made as in the textbook's GRU, (r h)ᵀ dn",
     {"dW_hn": lambda s: (s.r * s.h_before).T @ s.dn}, "only W_hh is wrong",
     "the third block of W_hh: it multiplied h, and r came after it", ("H = 1",)),
    ("b_hn-without-r", "db_hn is made without r", {"b_hn": lambda s: s.dn.sum(axis=0)},
     "only b_hn is wrong", "b_hn: it stands in the bracket that r multiplies", ()),
    ("blocks-not-transposed", "the blocks of W_hh are not transposed on the way back",
     {"through": not_transposed}, ALL, "the way back: times the transpose of W_hh", UNTURNED),
    ("W_hh-with-the-new-state", "dW_hh is made with h_t in place of h_{t-1}",
     {"row": lambda s: s.h, "dW_hn": lambda s: s.h.T @ s.dm}, "only W_hh is wrong",
     "what W_hh multiplied: the old state", ()),
    ("dX-without-n", "the input hears r and u, and not n",
     {"dx": lambda s, to_x: np.concatenate([s.dr, s.du, 0 * s.dn], axis=1)},
     "only X is wrong", "the input: it went into all three blocks", ()),
    ("r-on-the-way-to-x", "r multiplies what goes back to the input, too",
     {"dx": lambda s, to_x: np.concatenate([s.dr, s.du, s.dm], axis=1)},
     "only X is wrong", "the input: r does not multiply it", ()),
]  # fmt: skip

GRU_STEPS = [
    Mistake(f"gru-step-{id}", name, step_by(**lines), SEEN, look) for id, name, lines, look in STEPS
]
GRU_STEPS += [
    Mistake(
        "gru-step-n-through-sigmoid",
        "n goes through the sigmoid",
        {"gru_step": n_through_sigmoid},
        SEEN,
        "n, the one that is no gate: a tanh, which can also be negative",
    )
]
GRU_BACKWARD = [
    Mistake(f"gru-{id}", name, backward_by(**lines), seen, look, missed)
    for id, name, lines, seen, look, missed in FAULTS
]
