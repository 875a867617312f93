"""Parts of BPTT with a fault in them, for the lists in `bptt` and `bptt_loops`.

The right ones stand in `parts`, under the same letters. What fits into one line stands in the
lists themselves.
"""

import numpy as np

from .parts import back, collect, from_parts, logits_of, read_out, softmax, through_tanh

# Where a mistake sits and what it spoils, in words that many entries share
OUT_RIGHT = "W_in, W_hh, b_h, h0 and X are wrong, W_out and b_out are right"
LOOP = "the line that leads from δ_t to dh_{t-1}"
TANH = "the line that takes dh_t through the tanh to δ_t"


def sums(**other):
    """Return a wrong BPTT where some sums over time are replaced by functions of X, h and dz."""
    return from_parts(
        collect=lambda X, h, dz: collect(X, h, dz) | {k: f(X, h, dz) for k, f in other.items()}
    )


def sums_of(steps):
    """Return a wrong BPTT whose sums over time have only some of the steps."""
    return from_parts(collect=lambda X, h, dz: collect(X, h, dz, steps))


def start_with(d_logits):
    """Return a wrong BPTT that starts from d_logits(params, h, d_logits)."""
    return from_parts(given=lambda params, X, h, d: (X, h, d_logits(params, h, d)))


def scaled(factor):
    """Return a wrong BPTT whose gradients are all multiplied by factor(N)."""
    return start_with(lambda params, h, d_logits: d_logits * factor(len(d_logits)))


def after_walk(change):
    """Return a wrong BPTT whose loop ends with change(params, h, dz, dh0).

    It returns another dz and another dh0.
    """

    def wrong(params, h, dh, parts):
        return change(params, h, *parts["inner"](params, h, dh, parts))

    return from_parts(walk=wrong)


def end_with(dh0):
    """Return a wrong BPTT where dh0 alone is wrong, a function of params, h and δ_1."""
    wrong = after_walk(lambda params, h, dz, _: (dz, dh0(params, h, dz[0])))
    return {"backward": wrong["backward"]}


def walk_with(**other):
    """Return a wrong BPTT whose loop has other parts: its single step back may still be right."""
    return from_parts(
        walk=lambda params, h, dh, parts: parts["inner"](params, h, dh, parts | other)
    )


def stored(store):
    """Return a wrong BPTT that hands on the right δ, but stores the array store(dz)."""
    return after_walk(lambda params, h, dz, dh0: (store(dz), dh0))


def step_back_with(slope):
    """Return a wrong step_back whose slope is slope(h_before, dz)."""
    return {"step_back": lambda dz, h_before, W_hh: back(dz, W_hh) * slope(h_before, dz)}


def tanh_of_a_diagonal_matrix(dh, h, t):
    z = np.arctanh(h[t])
    return np.stack([dh[n] @ (1 - np.tanh(np.diag(z[n])) ** 2) for n in range(len(z))])


def unit_from_its_own_sample(dh, h, t):
    N, H = h[t].shape
    return dh * np.array([1 - h[t][j % N, j] ** 2 for j in range(H)])


def jacobians_entry_by_entry(params, h, dh, parts):
    """Multiply the Jacobians of successive steps entry by entry, where @ belongs."""
    dz, jacobian = np.empty_like(h[1:]), 1.0
    for t in range(len(dz), 0, -1):
        slope = 1 - h[t] ** 2
        dz[t - 1] = (dh if t == len(dz) else np.einsum("nk,nkj->nj", dh, jacobian)) * slope
        jacobian = jacobian * (slope[:, :, None] * params["W_hh"].T)
    return dz, np.einsum("nk,nkj->nj", dh, jacobian)


def no_recurrence(params, h, dh, parts):
    dz = np.zeros_like(h[1:])
    dz[-1] = parts["through_tanh"](dh, h, len(dz))
    return dz, np.zeros_like(dh)


def tanh_first(params, h, dh, parts):
    """Apply tanh' of the earlier step before W_hh^T, where it belongs after."""
    dz = np.empty_like(h[1:])
    through_tanh, back = parts["through_tanh"], parts["back"]
    dz[-1] = through_tanh(dh, h, len(dz))
    for t in range(len(dz) - 1, 0, -1):
        dz[t - 1] = back(through_tanh(dz[t], h, t), params["W_hh"])
    return dz, back(dz[0], params["W_hh"])


def no_slope_at_the_end(dh, h, t):
    return dh if t == len(h) - 1 else through_tanh(dh, h, t)


def slope_of_the_state_after(dh, h, t):
    return through_tanh(dh, h, min(t + 1, len(h) - 1))


def stops_early(params, h, dh, parts):
    dz, _ = parts["inner"](params, h, dh, parts)
    dz[0] = 0
    return dz, np.zeros_like(dh)


def never_handed_on(params, h, dh, parts):
    dz = np.stack([parts["through_tanh"](dh, h, t) for t in range(1, len(h))])
    return dz, parts["back"](dz[0], params["W_hh"])


def read_out_at_every_step(params, h, dh, parts):
    one = parts["back"]
    return parts["inner"](params, h, dh, parts | {"back": lambda dz, W_hh: one(dz, W_hh) + dh})


def stored_before_the_tanh(params, h, dh, parts):
    dz, dh0 = parts["inner"](params, h, dh, parts)
    return np.stack([*(parts["back"](d, params["W_hh"]) for d in dz[1:]), dh]), dh0


def one_round_too_far(params, h, dh, parts):
    dz, dh0 = parts["inner"](params, h, dh, parts)
    dz[-1] = parts["through_tanh"](dh0, h, 0)
    return dz, dh0


def without_the_slope_on_the_way(params, h, dh, parts):
    dz = np.empty_like(h[1:])
    for t in range(len(dz), 0, -1):
        dz[t - 1] = parts["through_tanh"](dh, h, t)
        dh = parts["back"](dh, params["W_hh"])
    return dz, dh


def softmax_twice(params, h, d_logits):
    p = softmax(logits_of(params, h))
    return d_logits * p * (1 - p)


def logits_for_p(params, h, d_logits):
    logits = logits_of(params, h)
    return d_logits + (logits - softmax(logits)) / len(d_logits)


def other_h0(params, X, h, d_logits):
    h = h.copy()
    h[0] = 0.5 * np.random.default_rng(1234).normal(size=h[0].shape)
    return X, h, d_logits


def clipped_at_each_step(X, h, dz):
    shares = [collect(X, h, dz, slice(t, t + 1)) for t in range(len(dz))]
    return {k: sum(np.clip(share[k], -0.01, 0.01) for share in shares) for k in shares[0]}


def divided_sums():
    """Return a wrong BPTT that divides by N where it sums for a parameter."""

    def divided(grads, N):
        return {k: g / N for k, g in grads.items()}

    return from_parts(
        collect=lambda X, h, dz: divided(collect(X, h, dz), X.shape[1]),
        read_out=lambda h, d_logits: divided(read_out(h, d_logits), len(d_logits)),
    )


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
