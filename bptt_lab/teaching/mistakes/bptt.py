"""Mistakes of notebook 03: wrong backward passes."""

import numpy as np

from .mistake import Mistake
from .parts import (
    back,
    collect,
    from_parts,
    logits_of,
    over_time,
    read_out,
    softmax,
    through_tanh,
    walk,
)


def sums(**other):
    """Return a wrong BPTT where some sums over time are replaced by functions of X, h and dz."""
    return from_parts(
        collect=lambda X, h, dz: collect(X, h, dz) | {k: f(X, h, dz) for k, f in other.items()}
    )


def scaled(factor):
    """Return a wrong BPTT whose gradients are all multiplied by factor(N), a function of the batch size."""
    return from_parts(given=lambda params, X, h, d_logits: (X, h, d_logits * factor(len(d_logits))))


class NeverReset:
    """A backward that adds its gradients to those of the calls before."""

    def __init__(self):
        self.store = None

    def __call__(self, params, X, h, d_logits):
        grads = from_parts()["backward"](params, X, h, d_logits)
        if self.store is not None and all(self.store[k].shape == g.shape for k, g in grads.items()):
            grads = {k: self.store[k] + g for k, g in grads.items()}
        self.store = grads
        return grads


def tanh_of_a_diagonal_matrix(dh, h, t):
    z = np.arctanh(h[t])
    return np.stack([dh[n] @ (1 - np.tanh(np.diag(z[n])) ** 2) for n in range(len(z))])


def unit_from_its_own_sample(dh, h, t):
    N, H = h[t].shape
    return dh * np.array([1 - h[t][j % N, j] ** 2 for j in range(H)])


def elementwise_jacobians(params, h, dh, parts):
    """Multiply the Jacobians of successive steps entry by entry, where a matrix product belongs."""
    dz, jacobian = np.empty_like(h[1:]), 1.0
    for t in range(len(dz), 0, -1):
        dz[t - 1] = (dh if t == len(dz) else np.einsum("nk,nkj->nj", dh, jacobian)) * (
            1 - h[t] ** 2
        )
        jacobian = jacobian * ((1 - h[t] ** 2)[:, :, None] * params["W_hh"].T)
    return dz, np.einsum("nk,nkj->nj", dh, jacobian)


def no_recurrence(params, h, dh, parts):
    dz = np.zeros_like(h[1:])
    dz[-1] = through_tanh(dh, h, len(dz))
    return dz, np.zeros_like(dh)


def stops_early(params, h, dh, parts):
    dz, _ = walk(params, h, dh, parts)
    dz[0] = 0
    return dz, np.zeros_like(dh)


def tanh_first(params, h, dh, parts):
    """Apply tanh' of the earlier step before W_hh^T, where it belongs after."""
    dz = np.empty_like(h[1:])
    dz[-1] = through_tanh(dh, h, len(dz))
    for t in range(len(dz) - 1, 0, -1):
        dz[t - 1] = back(through_tanh(dz[t], h, t), params["W_hh"])
    return dz, back(dz[0], params["W_hh"])


def slope_of_the_state_before(params, h, dh, parts):
    return walk(params, h, dh, parts | {"through_tanh": lambda dh, h, t: dh * (1 - h[t - 1] ** 2)})


def no_slope_at_the_end(params, h, dh, parts):
    return walk(
        params,
        h,
        dh,
        parts
        | {"through_tanh": lambda dh, h, t: dh if t == len(h) - 1 else through_tanh(dh, h, t)},
    )


def stored_backwards(params, h, dh, parts):
    dz, dh0 = walk(params, h, dh, parts)
    return dz[::-1], dh0


def never_handed_on(params, h, dh, parts):
    dz = np.stack([through_tanh(dh, h, t) for t in range(1, len(h))])
    return dz, back(dz[0], params["W_hh"])


def read_out_at_every_step(params, h, dh, parts):
    return walk(params, h, dh, parts | {"back": lambda dz, W_hh: back(dz, W_hh) + dh})


def stored_before_the_tanh(params, h, dh, parts):
    dz, dh0 = walk(params, h, dh, parts)
    return np.stack([*(back(d, params["W_hh"]) for d in dz[1:]), dh]), dh0


def stored_too_early(params, h, dh, parts):
    dz, dh0 = walk(params, h, dh, parts)
    return np.roll(dz, -1, axis=0), dh0


def one_round_too_far(params, h, dh, parts):
    dz, dh0 = walk(params, h, dh, parts)
    dz[-1] = through_tanh(dh0, h, 0)
    return dz, dh0


def without_the_slope_on_the_way(params, h, dh, parts):
    dz = np.empty_like(h[1:])
    for t in range(len(dz), 0, -1):
        dz[t - 1] = through_tanh(dh, h, t)
        dh = back(dh, params["W_hh"])
    return dz, dh


def slope_of_the_state_after(params, h, dh, parts):
    return walk(
        params,
        h,
        dh,
        parts | {"through_tanh": lambda dh, h, t: through_tanh(dh, h, min(t + 1, len(h) - 1))},
    )


def clipped_inside(params, h, dh, parts):
    return walk(
        params, h, dh, parts | {"back": lambda dz, W_hh: np.clip(back(dz, W_hh), -0.01, 0.01)}
    )


def other_h0(params, X, h, d_logits):
    h = h.copy()
    h[0] = 0.5 * np.random.default_rng(1234).normal(size=h[0].shape)
    return X, h, d_logits


OUT_RIGHT = "W_in, W_hh, b_h, h0 and X are wrong, W_out and b_out are right"

LOOP = "the line that leads from δ_t to dh_{t-1}"

TANH = "the line that takes dh_t through the tanh to δ_t"

BACKWARD = [
    Mistake(
        "no error goes back through time",
        from_parts(walk=no_recurrence),
        OUT_RIGHT + "; the δ of all steps but the last are zero",
        LOOP + ": is its result used in the next round, and does the loop run at all?",
    ),
    Mistake(
        "W_hh is not transposed on the way back",
        from_parts(back=lambda dz, W_hh: dz @ W_hh),
        OUT_RIGHT + "; the last δ is right",
        LOOP + ": over which index of W_hh is the sum?",
        ("H = 1", "W_hh symmetric", "W_hh = identity"),
    ),
    Mistake(
        "dW_hh is transposed",
        sums(W_hh=lambda X, h, dz: over_time(dz, h[:-1])),
        "only W_hh is wrong, and it is the right one transposed",
        "the order in the product for W_hh: input transposed times signal",
        ("H = 1",),
    ),
    Mistake(
        "h_t where h_{t-1} belongs in dW_hh",
        sums(W_hh=lambda X, h, dz: over_time(h[1:], dz)),
        "only W_hh is wrong",
        "the slice of h in the sum for W_hh: which state did W_hh multiply at step t?",
    ),
    Mistake(
        "the first state h_0 is left out of dW_hh",
        sums(W_hh=lambda X, h, dz: over_time(h[1:-1], dz[1:])),
        "only W_hh is wrong, and only if h0 is not zero",
        "the slice of h in the sum for W_hh: where does it begin?",
        ("h0 = 0",),
    ),
    Mistake(
        "x is one step late in dW_in",
        sums(W_in=lambda X, h, dz: over_time(X[:-1], dz[1:])),
        "only W_in is wrong",
        "the slices in the sum for W_in: x_t sits in X[t-1], and δ_t in dz[t-1]",
    ),
    Mistake(
        "tanh' is applied before W_hh^T, not after",
        from_parts(walk=tanh_first)
        | {"step_back": lambda dz, h_before, W_hh: back(through_tanh(dz, [h_before], 0), W_hh)},
        OUT_RIGHT + "; the last δ is right",
        "the order of the loop: first back through W_hh^T, then through the tanh of the earlier step",
        ("T = 1", "H = 1", "W_hh = identity"),
    ),
    Mistake(
        "the slope is 1 - h_{t-1}², of the state before",
        from_parts(walk=slope_of_the_state_before),
        OUT_RIGHT,
        TANH + ": the index of h",
    ),
    Mistake(
        "the slope is 1 - tanh(h)²: the tanh is taken twice",
        from_parts(through_tanh=lambda dh, h, t: dh * (1 - np.tanh(h[t]) ** 2)),
        OUT_RIGHT,
        TANH + ": h is tanh z already",
    ),
    Mistake(
        "the slope is 1 - z², without a tanh",
        from_parts(through_tanh=lambda dh, h, t: dh * (1 - np.arctanh(h[t]) ** 2)),
        OUT_RIGHT + "; entries can have the wrong sign",
        TANH + ": which letter is squared?",
    ),
    Mistake(
        "the slope of the tanh is missing",
        from_parts(through_tanh=lambda dh, h, t: dh),
        OUT_RIGHT + ", and mostly too large",
        TANH,
    ),
    Mistake(
        "the slope of the tanh is missing at the last step",
        from_parts(walk=no_slope_at_the_end),
        OUT_RIGHT,
        "δ_T: the read-out gives dh_T, and the tanh of the last step is still to come",
    ),
    Mistake(
        "the slope is averaged over the batch",
        from_parts(through_tanh=lambda dh, h, t: dh * (1 - h[t] ** 2).mean(axis=0)),
        OUT_RIGHT + ", unless N = 1",
        TANH + ": each sequence has slopes of its own",
        ("N = 1",),
    ),
    Mistake(
        "tanh' of a diagonal matrix: its zeros became ones",
        from_parts(through_tanh=tanh_of_a_diagonal_matrix),
        OUT_RIGHT,
        TANH + ": 1 - tanh(0)² is 1, not 0; multiply entry by entry instead",
        ("H = 1",),
    ),
    Mistake(
        "the slope of unit j is read from sample j",
        from_parts(through_tanh=unit_from_its_own_sample),
        OUT_RIGHT + ", unless N = 1",
        TANH + ": a diagonal was taken of an (N, H) array; multiply entry by entry",
        ("N = 1",),
    ),
    Mistake(
        "Jacobians are multiplied with * where @ belongs",
        from_parts(walk=elementwise_jacobians),
        OUT_RIGHT + "; the last two δ are right",
        "the product over steps: * multiplies entries, the chain rule needs a matrix product",
        ("T = 1", "H = 1", "W_hh = identity"),
    ),
    Mistake(
        "the recurrent part has the wrong sign",
        from_parts(back=lambda dz, W_hh: -dz @ W_hh.T),
        OUT_RIGHT + " (h0 only if T is odd); every second δ has the wrong sign",
        LOOP + ": a minus sign",
    ),
    Mistake(
        "the sums over time leave out the first step",
        from_parts(collect=lambda X, h, dz: collect(X[1:], h[1:], dz[1:])),
        "W_in, W_hh and b_h are a little off, h0 and X are right",
        "where the sums begin: range(1, T) has only T - 1 steps",
    ),
    Mistake(
        "the loop back stops one step early",
        from_parts(walk=stops_early),
        "the δ of step 1 and dh0 are zero; W_in, W_hh and b_h are a little off",
        "the last round of the loop: which t is it, and which place does it fill?",
    ),
    Mistake(
        "the δ are stored in the wrong order",
        from_parts(walk=stored_backwards),
        "W_in, W_hh and X are wrong, b_h and h0 are right",
        "where each δ is stored: the loop meets the last step first, dz[0] is that of step 1",
        ("T = 1",),
    ),
    Mistake(
        "only the last 5 steps count",
        from_parts(collect=lambda X, h, dz: collect(X[-5:], h[-6:], dz[-5:])),
        "W_in, W_hh and b_h are a little off from 6 steps on, h0 and X are right",
        "where the sums begin: is the error truncated?",
        ("T = 1", "T = 5"),
    ),
    Mistake(
        "all stored states are the last one",
        from_parts(given=lambda params, X, h, d_logits: (X, 0 * h + h[-1], d_logits)),
        OUT_RIGHT,
        "how the states are stored: is it one array under T + 1 names, changed in place?",
    ),
    Mistake(
        "another random h_0 in the backward pass",
        from_parts(given=other_h0),
        "only W_hh is wrong",
        "where h_0 comes from: backward must use the one that forward used",
    ),
    Mistake(
        "db_h is a mean over the batch",
        sums(b_h=lambda X, h, dz: dz.mean(axis=1).sum(axis=0)),
        "only b_h is wrong, the right value divided by N",
        "the sum for b_h: the 1/N is in d_logits already",
        ("N = 1",),
    ),
    Mistake(
        "db_h is taken from the last step only",
        sums(b_h=lambda X, h, dz: dz[-1].sum(axis=0)),
        "only b_h is wrong",
        "the sum for b_h: over all steps, as for the weights",
        ("T = 1",),
    ),
    Mistake(
        "db_out is a mean over the batch",
        from_parts(
            read_out=lambda h, d_logits: read_out(h, d_logits) | {"b_out": d_logits.mean(axis=0)}
        ),
        "only b_out is wrong, the right value divided by N",
        "the sum for b_out: the 1/N is in d_logits already",
        ("N = 1",),
    ),
    Mistake(
        "dW_out is made with h_{T-1}",
        from_parts(
            read_out=lambda h, d_logits: (
                read_out(h[:-1], d_logits) | {"b_out": d_logits.sum(axis=0)}
            )
        ),
        "only W_out is wrong",
        "the state in the product for W_out: which one was read out?",
    ),
    Mistake(
        "dh0 is δ_1, not yet through W_hh^T",
        {
            "backward": lambda params, X, h, d_logits: (
                from_parts()["backward"](params, X, h, d_logits)
                | {"h0": from_parts()["error_signals"](params, h, d_logits)[0]}
            )
        },
        "only h0 is wrong",
        "what is left after the loop: h_0 reaches z_1 through W_hh",
        ("W_hh = identity",),
    ),
    Mistake(
        "everything is divided by N once more",
        scaled(lambda N: 1 / N),
        "every gradient is the right one divided by N",
        "every 1/N and every mean: the loss has the only one",
        ("N = 1",),
    ),
    Mistake(
        "the 1/N of the loss is missing",
        scaled(lambda N: N),
        "every gradient is N times the right one",
        "d_logits: the mean over the batch belongs to the loss",
        ("N = 1",),
    ),
    Mistake(
        "the gradient of another loss: off by N²/2",
        scaled(lambda N: N**2 / 2),
        "every gradient is N²/2 times the right one",
        "`S / 2 * N` in Python is S·N/2: the brackets of the loss",
    ),
    Mistake(
        "p(1 - p) once more after the softmax",
        from_parts(
            given=lambda params, X, h, d_logits: (
                X,
                h,
                d_logits * softmax(logits_of(params, h)) * (1 - softmax(logits_of(params, h))),
            )
        ),
        "every gradient is wrong, W_out and b_out too",
        "d_logits: the slope of the softmax is in p - Y already",
    ),
    Mistake(
        "logits - Y where p - Y belongs",
        from_parts(
            given=lambda params, X, h, d_logits: (
                X,
                h,
                d_logits + (logits_of(params, h) - softmax(logits_of(params, h))) / len(d_logits),
            )
        ),
        "every gradient is wrong, W_out and b_out too",
        "d_logits: with cross-entropy the softmax belongs in it",
    ),
    Mistake(
        "the error is clipped inside the loop",
        from_parts(walk=clipped_inside),
        OUT_RIGHT + ", where the error is large",
        LOOP + ": clip the gradient once, after it is complete",
    ),
    Mistake(
        "each step's share is clipped before the sum",
        from_parts(
            collect=lambda X, h, dz: {
                k: sum(
                    np.clip(collect(X[t : t + 1], h[t : t + 2], dz[t : t + 1])[k], -0.01, 0.01)
                    for t in range(len(dz))
                )
                for k in ("W_in", "W_hh", "b_h")
            }
        ),
        "W_in, W_hh and b_h are wrong where they are large, h0 and X are right",
        "where the clip stands: after the sums, on all gradients at once",
    ),
    Mistake(
        "the gradients of earlier calls are still there",
        {"backward": NeverReset},
        "the first call is right, the second is not",
        "what outlives the call: a list, an attribute, a default argument",
        ("one call",),
    ),
    Mistake(
        "a second 1/N, in the sums for the parameters",
        from_parts(
            collect=lambda X, h, dz: {k: g / X.shape[1] for k, g in collect(X, h, dz).items()},
            read_out=lambda h, d_logits: {
                k: g / len(d_logits) for k, g in read_out(h, d_logits).items()
            },
        ),
        "the gradients of all parameters are the right ones divided by N, h0 and X are right",
        "every mean and every 1/N in the sums: d_logits has it already",
        ("N = 1",),
    ),
    Mistake(
        "the sums over time leave out the last step",
        from_parts(collect=lambda X, h, dz: collect(X[:-1], h[:-1], dz[:-1])),
        "W_in, W_hh and b_h are wrong, h0 and X are right",
        "where the sums end: range(1, T) has only T - 1 steps",
    ),
    Mistake(
        "only the last step counts in the sums",
        from_parts(collect=lambda X, h, dz: collect(X[-1:], h[-2:], dz[-1:])),
        "W_in, W_hh and b_h are wrong, h0 and X are right",
        "the sums over time: is there one?",
        ("T = 1",),
    ),
    Mistake(
        "only step 1 is left in the sums",
        from_parts(collect=lambda X, h, dz: collect(X[:1], h[:2], dz[:1])),
        "W_in, W_hh and b_h are wrong, h0 and X are right",
        "what is kept from one round of the loop to the next: = where += belongs?",
        ("T = 1",),
    ),
    Mistake(
        "dh0 has gone through one tanh too many",
        {
            "backward": lambda params, X, h, d_logits: (
                (grads := from_parts()["backward"](params, X, h, d_logits))
                | {"h0": through_tanh(grads["h0"], h, 0)}
            )
        },
        "only h0 is wrong, and only if h0 is not zero",
        "what is left after the loop: h_0 is given, it is no tanh of anything",
        ("h0 = 0",),
    ),
    Mistake(
        "the signal of the last step is used at every step",
        from_parts(walk=never_handed_on),
        OUT_RIGHT + "; the last δ is right",
        LOOP + ": is its result used in the next round?",
        ("T = 1",),
    ),
    Mistake(
        "the read-out speaks at every step",
        from_parts(walk=read_out_at_every_step),
        OUT_RIGHT + "; the last δ is right",
        "the start of the loop: only the last state is read out, so d_logits enters once",
    ),
    Mistake(
        "the loop goes one round too far",
        from_parts(walk=one_round_too_far),
        "W_in, W_hh, b_h and X are wrong, h0 is right; only the last δ is wrong",
        "the last round of the loop: an index of -1 is the last place, not one before the first",
    ),
    Mistake(
        "the signal is handed on without the slope",
        from_parts(walk=without_the_slope_on_the_way),
        OUT_RIGHT + "; the last δ is right",
        LOOP + ": what goes back through W_hh^T, dh_t or δ_t?",
    ),
    Mistake(
        "the slope is that of the state after",
        from_parts(walk=slope_of_the_state_after),
        OUT_RIGHT + "; the last δ is right",
        TANH + ": the index of h",
        ("T = 1",),
    ),
    Mistake(
        "dh0 went through W_hh, not its transpose",
        {
            "backward": lambda params, X, h, d_logits: (
                from_parts()["backward"](params, X, h, d_logits)
                | {"h0": from_parts()["error_signals"](params, h, d_logits)[0] @ params["W_hh"]}
            )
        },
        "only h0 is wrong",
        "what is left after the loop: it is one more step back",
        ("H = 1", "W_hh symmetric", "W_hh = identity"),
    ),
    Mistake(
        "dh_t is stored where δ_t belongs",
        from_parts(walk=stored_before_the_tanh),
        "W_in, W_hh, b_h and X are wrong, h0 is right",
        "what is stored: before or after the tanh?",
    ),
    Mistake(
        "each δ is stored one place too early",
        from_parts(walk=stored_too_early),
        "W_in, W_hh and X are wrong, b_h and h0 are right; the last place has δ_1",
        "the index of the store: δ_t sits in dz[t-1]",
        ("T = 1",),
    ),
]
