"""The small random problems of notebook 08: an error that is cut, two pieces, padding.

Drawn as those in `problems`, from the same sizes.
"""

import numpy as np

import bptt_lab

from .answers import backward_of_piece
from .problems import FLAT, H0, I1, LONG, LOUD, N1, for_backward, for_states, variants

# An error that goes back k steps


def for_truncated(rng, k=None, **sizes):
    """Draw a backward pass and a k, which is none of the sizes and not half of the steps."""
    return *for_backward(rng, **sizes), k or (6 * sizes["T"] + 5) // 8


truncated_problems = variants(
    for_truncated,
    ({"k": 2}, "", ""),
    ({"k": 1}, "when k = 1", "when k > 1"),
    ({"k": 8}, "when k = T", "when k < T"),
    ({"k": 11}, "when k is larger than T", "when k < T"),
    N1,
    ({"T": 1, "I": 6, "k": 1}, "when T = k = 1", "when T > 1"),
    I1,
    LONG,
    H0,
    FLAT,
    LOUD,
)


# Two pieces


def piece_of(params, whole):
    """Return `back`, the backward pass of a piece whose steps are all read out."""

    def back(X, h, d_logits, d_state):
        T = len(X)
        if T >= whole:
            raise ValueError(f"X has {T} steps, the whole sequence: back takes a piece of it")
        if len(h) != T + 1 or len(d_logits) != T:
            raise ValueError(
                f"X has {T} steps, h {len(h)} states and d_logits {len(d_logits)} steps: expected "
                f"{T + 1} states, the one before the first step among them, and {T} steps"
            )
        if np.shape(d_state) not in ((), h[0].shape):
            raise ValueError(f"d_state has shape {np.shape(d_state)}: expected {h[0].shape}, or 0")
        return backward_of_piece(params, X, h, d_logits, d_state)

    return back


def for_join(rng, s=None, last=False, **sizes):
    """Draw a sequence that is read out at every step, or whose last step alone counts."""
    params, X, h, _ = for_backward(rng, **sizes)
    d_logits = rng.normal(size=(*X.shape[:2], sizes["C"]))
    if last:
        d_logits[:-1] = 0
    return piece_of(params, len(X)), X, h, d_logits, s or (5 * len(X) + 3) // 8


join_problems = variants(
    for_join,
    ({"s": 2}, "", ""),
    ({"s": 1}, "when s = 1", "when s > 1"),
    ({"s": 7}, "when s = T - 1", "when s < T - 1"),
    N1,
    I1,
    ({"last": True}, "when d_logits is 0 but for the last step", "when no d_logits is 0"),
    H0,
)


# Padding


def masked_states(params, X, h0, mask):
    """Return h0 and the states after it; where the mask is False, a state stays as it is."""
    h = [h0]
    for x, real in zip(X, mask):
        z = x @ params["W_in"] + h[-1] @ params["W_hh"] + params["b_h"]
        h.append(np.where(real[:, None], np.tanh(z), h[-1]))
    return np.stack(h)


def for_masked(rng, padded="everywhere", size=None, flat=False, **sizes):
    params, X, h0 = for_states(rng, **sizes)
    if flat:
        params["b_h"][[2, -1]] = 40, -40
    T, N = X.shape[:2]
    t, real = np.arange(T)[:, None], T - (4 * np.arange(N) + 2) % (T - 1)  # steps, for each of N
    mask = {
        "everywhere": lambda: rng.random((T, N)) < 0.6,
        "nowhere": lambda: np.ones((T, N), bool),
        "behind": lambda: t < real,
        "in front": lambda: t >= T - real,
        "all but one": lambda: t == rng.integers(0, T, N),
    }[padded]()
    h = masked_states(params, X, h0, mask)
    logits, Y = h[-1] @ params["W_out"] + params["b_out"], np.eye(sizes["C"])
    d_logits = bptt_lab.cross_entropy(logits, Y[rng.integers(0, sizes["C"], N)])[1]
    if size:
        d_logits = size * rng.normal(size=d_logits.shape)
    return params, X, h, d_logits, mask


def masked_problems(rng):
    """Return the problems: padding behind the sequences in the usual ones, then elsewhere."""

    def usual(rng, **sizes):
        return for_masked(rng, **{"padded": "behind"} | sizes)

    def padded(where, when):
        return {"padded": where}, when, "when padding stands behind the sequences"

    return variants(
        usual,
        padded("nowhere", "when nothing is padded"),
        padded("in front", "when padding stands in front of the sequences"),
        padded("everywhere", "when padding stands anywhere"),
        padded("all but one", "when each sequence has one step that is no padding"),
        N1,
        I1,
        LONG,
        H0,
        FLAT,
        LOUD,
    )(rng)
