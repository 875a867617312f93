"""Mistakes of notebook 08: in the place where the error is cut, and in what is cut.

Those in the joining of pieces stand in `pieces`, those of padding in `padding`. A mistake of
notebook 03 can be made here, too: the ones made of parts come with the loop that cuts, or that
masks, in place of the right one.
"""

import numpy as np

from .bptt import BACKWARD
from .mistake import Mistake
from .padding import ERROR_WRONG, MASKED, SUMS_WRONG, grads_from, masked_by
from .parts import PARTS, back, collect, start, through_tanh
from .pieces import PIECES

# The error goes back k steps


def steps_of(walk, T, k):
    """Return a walk through the last k of T steps; before these all δ are zero."""

    def cut(params, h, dh, parts):
        reach = max(0, min(k, T))
        dz = np.zeros_like(h[1:])
        dz[T - reach :], dh0 = walk(params, h[T - reach :], dh, parts)
        return dz, dh0 if reach == T else np.zeros_like(dh0)

    return cut


def truncated_by(reach=lambda T, k: k, **other):
    """Return a backward_truncated whose error goes back reach(T, k) steps, with other parts."""
    parts = PARTS | other

    def backward_truncated(params, X, h, d_logits, k):
        X, h, d_logits = parts["given"](params, X, h, d_logits)
        T, dh = len(X), parts["start"](params, h, d_logits)
        dz, dh0 = steps_of(parts["walk"], T, reach(T, k))(params, h, dh, parts)
        return grads_from(params, X, h, d_logits, dz, dh0, parts)

    return {"backward_truncated": backward_truncated}


def truncated_with(change):
    """Return a backward_truncated, the right dz and dh0 changed by change(T, k, h, whole, cut).

    `whole` and `cut` are pairs of dz and dh0: those of notebook 03, and the right ones.
    """

    def backward_truncated(params, X, h, d_logits, k):
        T, dh = len(X), start(params, h, d_logits)
        whole = PARTS["walk"](params, h, dh, PARTS)
        cut = steps_of(PARTS["walk"], T, k)(params, h, dh, PARTS)
        return grads_from(params, X, h, d_logits, *change(T, k, h, whole, cut))

    return {"backward_truncated": backward_truncated}


def sums_times(factor):
    """Return a backward_truncated whose sums over time are multiplied by factor(T, k)."""

    def backward_truncated(params, X, h, d_logits, k):
        right = truncated_by()["backward_truncated"](params, X, h, d_logits, k)
        return right | {n: factor(len(X), k) * right[n] for n in ("W_in", "W_hh", "b_h")}

    return {"backward_truncated": backward_truncated}


def dX_whole(params, X, h, d_logits, k):
    right = truncated_by()["backward_truncated"](params, X, h, d_logits, k)
    dz = PARTS["walk"](params, h, start(params, h, d_logits), PARTS)[0]
    return right | {"X": dz @ params["W_in"].T}


def sums_cut(params, X, h, d_logits, k):
    T = len(X)
    dz, dh0 = PARTS["walk"](params, h, start(params, h, d_logits), PARTS)
    right = grads_from(params, X, h, d_logits, dz, dh0)
    return right | collect(X, h, dz, slice(max(0, T - k), None))


def state_cut(params, X, h, d_logits, k):
    h = h.copy()
    h[max(0, len(X) - k)] = 0
    return truncated_by()["backward_truncated"](params, X, h, d_logits, k)


def from_a_fresh_state(params, X, h, d_logits, k):
    """Let the network begin at zeros k steps before the end, and return that gradient."""
    T = len(X)
    reach = min(k, T)
    states = [np.zeros_like(h[0])]
    for x in X[T - reach :]:
        z = x @ params["W_in"] + states[-1] @ params["W_hh"] + params["b_h"]
        states.append(np.tanh(z))
    h = np.concatenate([h[: T - reach], states])
    return truncated_by()["backward_truncated"](params, X, h, d_logits, k)


def h0_of_the_cut(params, X, h, d_logits, k):
    right = truncated_by()["backward_truncated"](params, X, h, d_logits, k)
    piece = h[max(0, len(X) - k) :]
    return right | {"h0": PARTS["walk"](params, piece, start(params, h, d_logits), PARTS)[1]}


def goes_on_before_the_start(params, X, h, d_logits, k):
    """Go k rounds, whatever T is: an index below 0 counts from the end."""
    T, dz, dh = len(X), np.zeros_like(h[1:]), start(params, h, d_logits)
    for t in range(T, max(T - k, -T), -1):
        dz[t - 1] = through_tanh(dh, h, t)
        dh = back(dz[t - 1], params["W_hh"])
    return grads_from(params, X, h, d_logits, dz, dh if k >= T else 0 * dh)


def last_steps_by_a_slice(params, X, h, d_logits, k):
    """Take X[T - k:]: where k is larger than T, this begins far behind the start."""
    T = len(X)
    reach = k if k <= T else max(0, k - T) if k < 2 * T else T
    return truncated_by(lambda T, k: reach)["backward_truncated"](params, X, h, d_logits, k)


TRUNCATED = [
    Mistake(
        "truncated-not-cut",
        "the error is not cut: k changes nothing",
        truncated_by(lambda T, k: T),
        ERROR_WRONG,
        "the loop: at which t does it notice that k steps have been made?",
    ),
    Mistake(
        "truncated-one-step-more",
        "the error goes back k + 1 steps",
        truncated_by(lambda T, k: k + 1),
        ERROR_WRONG,
        "the border: the last step that still hears the error is T - k + 1",
    ),
    Mistake(
        "truncated-one-step-less",
        "the error goes back k - 1 steps",
        truncated_by(lambda T, k: k - 1),
        ERROR_WRONG,
        "the border: the last step that still hears the error is T - k + 1",
    ),
    Mistake(
        "truncated-counted-from-the-start",
        "the cut is at step k, counted from the start",
        truncated_by(lambda T, k: T - min(k, T)),
        ERROR_WRONG,
        "from which end k counts: the error comes from step T",
    ),
    Mistake(
        "truncated-counted-from-the-start-late",
        "the cut is counted from the start, and one step late",
        truncated_by(lambda T, k: T + 1 - min(k, T)),
        ERROR_WRONG,
        "from which end k counts: the error comes from step T",
    ),
    Mistake(
        "truncated-counted-from-the-start-later",
        "the cut is counted from the start, and two steps late",
        truncated_by(lambda T, k: T + 2 - min(k, T)),
        ERROR_WRONG,
        "from which end k counts: the error comes from step T",
    ),
    Mistake(
        "truncated-first-steps-kept",
        "the first k steps are kept, where the last k should be",
        truncated_with(
            lambda T, k, h, whole, cut: (
                np.concatenate([whole[0][:k], np.zeros_like(whole[0][k:])]),
                whole[1],
            )
        ),
        ERROR_WRONG,
        "which end of the δ is set to zero: the error comes from step T",
    ),
    Mistake(
        "truncated-at-multiples",
        "the error is cut at a multiple of k, counted from the start",
        truncated_by(lambda T, k: (T - 1) % k + 1),
        ERROR_WRONG,
        "the place of the cut: k steps before the end, wherever the end is",
    ),
    Mistake(
        "truncated-sums-only",
        "the sums are cut, the error is not",
        {"backward_truncated": sums_cut},
        "W_in, W_hh and b_h are right, X and h0 are those of the whole",
        "what is cut: not the sums, but the error that runs on; X and h0 hear it, too",
    ),
    Mistake(
        "truncated-dX-whole",
        "dX is made from the whole error",
        {"backward_truncated": dX_whole},
        "only X is wrong",
        "the δ that dX is made of: no x before the cut hears anything",
    ),
    Mistake(
        "truncated-h0-of-the-cut",
        "h0 gets what arrives at the cut",
        {"backward_truncated": h0_of_the_cut},
        "only h0 is wrong",
        "what is left after the loop: h_0 hears it only if no cut lies between",
    ),
    Mistake(
        "truncated-h0-whole",
        "h0 gets the whole error",
        truncated_with(lambda T, k, h, whole, cut: (cut[0], whole[1])),
        "only h0 is wrong",
        "what is left after the loop: nothing arrives at h_0 if there is a cut on the way",
    ),
    Mistake(
        "truncated-h0-always-zero",
        "h0 gets nothing, even where no cut lies between",
        truncated_with(lambda T, k, h, whole, cut: (cut[0], 0 * cut[1])),
        "only h0 is wrong, and only if k is T or more",
        "what is left after the loop: for k = T nothing is cut, and all is as in notebook 03",
    ),
    Mistake(
        "truncated-state-cut",
        "the state is set to zero, not the error",
        {"backward_truncated": state_cut},
        "only W_hh is wrong",
        "what the cut sets to zero: the state goes on, and h_{T-k} keeps its value",
    ),
    Mistake(
        "truncated-fresh-state",
        "the last k steps begin from a state of zeros",
        {"backward_truncated": from_a_fresh_state},
        "nearly everything is wrong",
        "the states: use those of h, which remember what came before the cut",
    ),
    Mistake(
        "truncated-mean-over-k",
        "the sums over time are divided by k",
        sums_times(lambda T, k: 1 / k),
        SUMS_WRONG + ", the right ones divided by k",
        "the sums over time: a sum, no mean, however few its terms are",
    ),
    Mistake(
        "truncated-scaled-up",
        "the sums over time are scaled up by T / k",
        sums_times(lambda T, k: T / k),
        SUMS_WRONG + ", the right ones times T / k",
        "the sums over time: what was cut is lost, and no factor brings it back",
    ),
    Mistake(
        "truncated-before-the-start",
        "the loop makes k rounds, even beyond the first step",
        {"backward_truncated": goes_on_before_the_start},
        "wrong only where k is larger than T",
        "the end of the loop: max(T - k, 0), or h[-1] is taken for a state before the first",
    ),
    Mistake(
        "truncated-slice-before-the-start",
        "a slice from T - k on counts from the end where k is larger than T",
        {"backward_truncated": last_steps_by_a_slice},
        "wrong only where k is larger than T",
        "the slices: T - k below 0 is read from the end; max(T - k, 0) is meant",
    ),
]


# The mistakes of notebook 03 with another loop


def goes_through(walk):
    """Say whether a walk goes on from another one, which can be replaced by one with a mask."""
    called = []

    def inner(params, h, dh, parts):
        called.append(True)
        return np.zeros_like(h[1:]), np.zeros_like(h[0])

    h, W = np.zeros((3, 1, 1)), np.zeros((1, 1))
    walk({"W_hh": W}, h, h[0], PARTS | {"inner": inner})
    return bool(called)


def of_notebook_03():
    """Return the mistakes of a backward pass as mistakes of one that is cut, and of one masked."""
    made = []
    for mistake in BACKWARD:
        parts = getattr(mistake.wrong["backward"], "parts", None)
        if parts is None:
            continue
        wrong = truncated_by(**parts)
        if "walk" not in parts or goes_through(parts["walk"]):
            wrong |= masked_by(**parts)
        for exercise, function in wrong.items():
            short = exercise.removeprefix("backward_")
            made.append(
                mistake._replace(id=f"{mistake.id}-{short}", wrong={exercise: function}, missed=())
            )
    return made


TRUNCATION = TRUNCATED + PIECES + MASKED + of_notebook_03()
