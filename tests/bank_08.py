"""Answers to the exercises of notebook 08, as learners write them: right ones, and wrong ones."""
# ruff: noqa: B006, F811

import numpy as np
from bank import bank

ANSWERS, right, wrong = bank()


def backward(params, X, h, d_logits):
    """Return the gradients of notebook 03."""
    return from_signals(params, X, h, d_logits, *signals(params, h, d_logits))


def signals(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(dz), 0, -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz, dh


def from_signals(params, X, h, d_logits, dz, dh):
    (T, N, I), H = X.shape, h.shape[2]
    Delta = dz.reshape(T * N, H)
    return {
        "W_in": X.reshape(T * N, I).T @ Delta,
        "W_hh": h[:-1].reshape(T * N, H).T @ Delta,
        "b_h": Delta.sum(axis=0),
        "W_out": h[T].T @ d_logits,
        "b_out": d_logits.sum(axis=0),
        "h0": dh,
        "X": dz @ params["W_in"].T,
    }


SHARED = ("W_in", "W_hh", "b_h", "W_out", "b_out")

# ---------------------------------------------------------------------------------------------
# backward_truncated(params, X, h, d_logits, k)
# ---------------------------------------------------------------------------------------------


@right("backward_truncated", "one line more: zero the error at step T - k")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        if t == T - k:
            dh = np.zeros_like(dh)
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@right("backward_truncated", "a shorter loop over zeros")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, max(T - k, 0), -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh if k >= T else 0 * dh)


@right("backward_truncated", "the backward of 03 on the last piece")
def backward_truncated(params, X, h, d_logits, k):
    start = max(len(X) - k, 0)
    grads = backward(params, X[start:], h[start:], d_logits)
    dX = np.zeros(X.shape)
    dX[start:] = grads["X"]
    return grads | {"X": dX, "h0": grads["h0"] * (start == 0)}


@right("backward_truncated", "all signals first, then zeros in front")
def backward_truncated(params, X, h, d_logits, k):
    T = len(X)
    dz, dh = signals(params, h, d_logits)
    if k < T:
        dz[: T - k], dh = 0.0, np.zeros_like(dh)
    return from_signals(params, X, h, d_logits, dz, dh)


@right("backward_truncated", "a mask over time")
def backward_truncated(params, X, h, d_logits, k):
    T = X.shape[0]
    heard = (np.arange(1, T + 1) > T - k).astype(float)
    dz, dh = signals(params, h, d_logits)
    dz = dz * heard[:, None, None]
    return from_signals(params, X, h, d_logits, dz, dh * heard[0])


@right("backward_truncated", "sums step by step, counting the rounds, leaving with break")
def backward_truncated(params, X, h, d_logits, k):
    grads = {n: np.zeros_like(w) for n, w in params.items()}
    grads["W_out"], grads["b_out"] = h[-1].T @ d_logits, d_logits.sum(axis=0)
    grads["X"], grads["h0"] = np.zeros_like(X), np.zeros_like(h[0])
    dh, rounds = d_logits @ params["W_out"].T, 0
    for t in reversed(range(len(X))):
        if rounds == k:
            break
        dz = dh * (1 - h[t + 1] * h[t + 1])
        grads["W_in"] += X[t].T @ dz
        grads["W_hh"] += h[t].T @ dz
        grads["b_h"] += dz.sum(axis=0)
        grads["X"][t] = dz @ params["W_in"].T
        dh, rounds = dz @ params["W_hh"].T, rounds + 1
    else:
        grads["h0"] = dh
    return grads


@right("backward_truncated", "recursion from the end")
def backward_truncated(params, X, h, d_logits, k):
    def go(t, dh, left):
        if t == 0:
            return [], dh
        dz = left * 0 * dh if left <= 0 else dh * (1 - h[t] ** 2)
        before, dh0 = go(t - 1, dz @ params["W_hh"].T, left - 1)
        return [*before, dz], dh0

    dz, dh0 = go(len(X), d_logits @ params["W_out"].T, k)
    return from_signals(params, X, h, d_logits, np.array(dz), dh0)


@wrong("backward_truncated", "k is not used", r"not cut", r"k changes nothing")
def backward_truncated(params, X, h, d_logits, k):
    return backward(params, X, h, d_logits)


@wrong("backward_truncated", "the cut comes one step late", r"k \+ 1 steps", "one larger")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, max(T - k - 1, 0), -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh if k >= T - 1 else 0 * dh)


@wrong("backward_truncated", "the cut comes one step early", r"k - 1 steps", "one smaller")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        dh = dh * (t != T - k + 1)
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "the cut is at t = k", "counted from the start")
def backward_truncated(params, X, h, d_logits, k):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        if t == k:
            dh = 0 * dh
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "dz[k:] is set to zero: the first k are kept", "first k steps")
def backward_truncated(params, X, h, d_logits, k):
    dz, dh = signals(params, h, d_logits)
    dz[k:] = 0
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "the sums are cut, the error is not", "sums are cut", "sums")
def backward_truncated(params, X, h, d_logits, k):
    dz, dh = signals(params, h, d_logits)
    start = max(len(X) - k, 0)
    grads = from_signals(params, X, h, d_logits, dz, dh)
    last = from_signals(params, X[start:], h[start:], d_logits, dz[start:], dh)
    return grads | {n: last[n] for n in ("W_in", "W_hh", "b_h")}


@wrong("backward_truncated", "the state is zeroed, not the error", "state is set to zero")
def backward_truncated(params, X, h, d_logits, k):
    start = max(len(X) - k, 0)
    h = h.copy()
    h[start] = 0
    grads = backward(params, X[start:], h[start:], d_logits)
    dX = np.zeros(X.shape)
    dX[start:] = grads["X"]
    return grads | {"X": dX, "h0": grads["h0"] * (start == 0)}


@wrong("backward_truncated", "the last steps are run anew from zeros", "state of zeros")
def backward_truncated(params, X, h, d_logits, k):
    start = max(len(X) - k, 0)
    states = [0 * h[0]]
    for x in X[start:]:
        states.append(np.tanh(x @ params["W_in"] + states[-1] @ params["W_hh"] + params["b_h"]))
    grads = backward(params, X[start:], np.array(states), d_logits)
    dX = np.zeros(X.shape)
    dX[start:] = grads["X"]
    return grads | {"X": dX, "h0": grads["h0"] * (start == 0)}


@wrong("backward_truncated", "h0 gets what arrives at the cut", "what arrives at the cut")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, max(T - k, 0), -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "dX has k rows only", r"X has the shape", r"\(T, N, I\)")
def backward_truncated(params, X, h, d_logits, k):
    start = max(len(X) - k, 0)
    grads = backward(params, X[start:], h[start:], d_logits)
    return grads | {"h0": grads["h0"] * (start == 0)}


@wrong("backward_truncated", "X[-k:] is fine, h[-k:] lacks a state", "stops|raises|shape|mismatch")
def backward_truncated(params, X, h, d_logits, k):
    grads = backward(params, X[-k:], h[-k:], d_logits)
    dX = np.zeros(X.shape)
    dX[-k:] = grads["X"]
    return grads | {"X": dX, "h0": grads["h0"] * (k >= len(X))}


@wrong("backward_truncated", "T - k below zero counts from the end", "larger than T")
def backward_truncated(params, X, h, d_logits, k):
    start = len(X) - k
    grads = backward(params, X[start:], h[start:], d_logits)
    dX = np.zeros(X.shape)
    dX[start:] = grads["X"]
    return grads | {"X": dX, "h0": grads["h0"] * (k >= len(X))}


@wrong("backward_truncated", "the loop goes below step 1", "larger than T")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, T - k, -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh if k >= T else 0 * dh)


@wrong("backward_truncated", "cut at every multiple of k", "multiple of k")
def backward_truncated(params, X, h, d_logits, k):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        if t % k == 0 and t < len(X):
            dh = np.zeros_like(dh)
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "the sums are averaged over k steps", "divided by k")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        dh = dh * (t != T - k)
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    grads = from_signals(params, X, h, d_logits, dz, dh)
    return grads | {n: grads[n] / k for n in ("W_in", "W_hh", "b_h")}


@wrong("backward_truncated", "W_hh not transposed, and cut rightly", "not transposed")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        dh = dh * (t != T - k)
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"]
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong(
    "backward_truncated", "the error fades by one k-th a step, instead of a cut", "right when k = 1"
)
def backward_truncated(params, X, h, d_logits, k):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T * (1 - 1 / k)
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "it writes the zeros into h", "argument h", "writes")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        if t == T - k:
            dh *= 0
            h[t] = 0
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "half of the steps", "2 steps where k = 5")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        dh = dh * (t != T - k // 2)
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "three steps, whatever k is", "3 steps where k = 5")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        dh = dh * (t != T - 3)
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("backward_truncated", "twice the steps", "doubled", "2 k|2·k|k is")
def backward_truncated(params, X, h, d_logits, k):
    T, dz, dh = len(X), np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        dh = dh * (t != T - 2 * k)
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


# ---------------------------------------------------------------------------------------------
# join(back, X, h, d_logits, s)
# ---------------------------------------------------------------------------------------------


@right("join", "the later piece first, a loop over the names")
def join(back, X, h, d_logits, s):
    after = back(X[s:], h[s:], d_logits[s:], 0)
    before = back(X[:s], h[: s + 1], d_logits[:s], after["h0"])
    grads = {n: before[n] + after[n] for n in before if n not in ("X", "h0")}
    grads["h0"] = before["h0"]
    grads["X"] = np.concatenate((before["X"], after["X"]), axis=0)
    return grads


@right("join", "zeros for the last d_state, in-place sums on the dict returned")
def join(back, X, h, d_logits, s):
    later = back(X[s:], h[s:], d_logits[s:], np.zeros_like(h[0]))
    grads = back(X[:s], h[: s + 1], d_logits[:s], later["h0"])
    for n in SHARED:
        grads[n] += later[n]
    grads["X"] = np.vstack([grads["X"], later["X"]])
    return grads


@right("join", "the error of the earlier piece alone, by linearity, added to its own")
def join(back, X, h, d_logits, s):
    two = back(X[s:], h[s:], d_logits[s:], 0)
    own = back(X[:s], h[: s + 1], d_logits[:s], 0)
    across = back(X[:s], h[: s + 1], np.zeros_like(d_logits[:s]), two["h0"])
    grads = {n: own[n] + across[n] + two[n] for n in SHARED}
    return grads | {
        "h0": own["h0"] + across["h0"],
        "X": np.append(own["X"] + across["X"], two["X"], axis=0),
    }


@right("join", "step by step: every piece has one step")
def join(back, X, h, d_logits, s):
    dh, total, dX = 0, {}, []
    for t in reversed(range(len(X))):
        one = back(X[t : t + 1], h[t : t + 2], d_logits[t : t + 1], dh)
        dh = one["h0"]
        total = {n: total.get(n, 0) + one[n] for n in SHARED}
        dX.insert(0, one["X"][0])
    return {**total, "h0": dh, "X": np.stack(dX)}


@right("join", "np.split of the arrays")
def join(back, X, h, d_logits, s):
    (X1, X2), (d1, d2) = np.split(X, [s]), np.split(d_logits, [s])
    g2 = back(X2, h[-len(X2) - 1 :], d2, 0)
    g1 = back(X1, h[: len(X1) + 1], d1, g2["h0"])
    out = {"X": np.concatenate([g1["X"], g2["X"]]), "h0": g1["h0"]}
    out.update((n, g1[n] + g2[n]) for n in SHARED)
    return out


def join_with(hand_on, combine=lambda a, b: a + b):
    def join(back, X, h, d_logits, s):
        later = back(X[s:], h[s:], d_logits[s:], 0)
        earlier = back(X[:s], h[: s + 1], d_logits[:s], hand_on(later, h, s))
        grads = {n: combine(earlier[n], later[n]) for n in SHARED}
        return grads | {
            "h0": earlier["h0"],
            "X": np.concatenate([earlier["X"], later["X"]]),
        }

    return join


wrong("join", "nothing is handed on", "nothing is handed on")(join_with(lambda g, h, s: 0))
wrong("join", "the state h_s is handed back", "state is handed back")(
    join_with(lambda g, h, s: h[s])
)
wrong("join", "the sums are averaged", "averaged", "1/2 times")(
    join_with(lambda g, h, s: g["h0"], lambda a, b: (a + b) / 2)
)
wrong("join", "the weights of the later piece overwrite", "later piece alone")(
    join_with(lambda g, h, s: g["h0"], lambda a, b: b)
)
wrong("join", "the weights are multiplied", "squared")(
    join_with(lambda g, h, s: g["h0"], lambda a, b: a * b)
)
wrong("join", "the error is clipped where it is handed on", "clipped")(
    join_with(lambda g, h, s: np.clip(g["h0"], -0.1, 0.1))
)
wrong("join", "the mean error of the batch is handed on", "right when N = 1")(
    join_with(lambda g, h, s: 0 * g["h0"] + g["h0"].mean(axis=0))
)
wrong("join", "half of it is handed on", "counts 0.5 times")(join_with(lambda g, h, s: g["h0"] / 2))
wrong("join", "handed on twice", "twice")(join_with(lambda g, h, s: 2 * g["h0"]))
wrong("join", "it goes through the tanh of h_s once more", "tanh")(
    join_with(lambda g, h, s: g["h0"] * (1 - h[s] ** 2))
)


@wrong("join", "the dicts are merged with |", "later piece alone")
def join(back, X, h, d_logits, s):
    later = back(X[s:], h[s:], d_logits[s:], 0)
    earlier = back(X[:s], h[: s + 1], d_logits[:s], later["h0"])
    return earlier | later | {"X": np.concatenate([earlier["X"], later["X"]]), "h0": earlier["h0"]}


@wrong("join", "h0 is merged over as well", "h0")
def join(back, X, h, d_logits, s):
    later = back(X[s:], h[s:], d_logits[s:], 0)
    earlier = back(X[:s], h[: s + 1], d_logits[:s], later["h0"])
    grads = {n: earlier[n] + later[n] for n in SHARED}
    return grads | {"h0": later["h0"], "X": np.concatenate([earlier["X"], later["X"]])}


@wrong("join", "everything is added, h0 too", "h0 are added", "two h0")
def join(back, X, h, d_logits, s):
    later = back(X[s:], h[s:], d_logits[s:], 0)
    earlier = back(X[:s], h[: s + 1], d_logits[:s], later["h0"])
    grads = {n: earlier[n] + later[n] for n in (*SHARED, "h0")}
    return grads | {"X": np.concatenate([earlier["X"], later["X"]])}


@wrong("join", "the pieces of X are joined as they were computed, the later one first", "X")
def join(back, X, h, d_logits, s):
    later = back(X[s:], h[s:], d_logits[s:], 0)
    earlier = back(X[:s], h[: s + 1], d_logits[:s], later["h0"])
    grads = {n: earlier[n] + later[n] for n in SHARED}
    return grads | {"h0": earlier["h0"], "X": np.concatenate([later["X"], earlier["X"]])}


@wrong("join", "the earlier piece first, its h0 to the later one", "direction of time")
def join(back, X, h, d_logits, s):
    a = back(X[:s], h[: s + 1], d_logits[:s], 0)
    b = back(X[s:], h[s:], d_logits[s:], a["h0"])
    grads = {n: a[n] + b[n] for n in SHARED}
    return grads | {"h0": a["h0"], "X": np.concatenate([a["X"], b["X"]])}


@wrong("join", "h[:s]: the last state of the first piece is missing", "states")
def join(back, X, h, d_logits, s):
    later = back(X[s:], h[s:], d_logits[s:], 0)
    earlier = back(X[:s], h[:s], d_logits[:s], later["h0"])
    grads = {n: earlier[n] + later[n] for n in SHARED}
    return grads | {"h0": earlier["h0"], "X": np.concatenate([earlier["X"], later["X"]])}


@wrong("join", "the whole at once", "whole sequence")
def join(back, X, h, d_logits, s):
    return back(X, h, d_logits, 0)


@wrong("join", "the earlier piece gets no d_logits of its own", "own read-out")
def join(back, X, h, d_logits, s):
    later = back(X[s:], h[s:], d_logits[s:], 0)
    earlier = back(X[:s], h[: s + 1], 0 * d_logits[:s], later["h0"])
    grads = {n: earlier[n] + later[n] for n in SHARED}
    return grads | {"h0": earlier["h0"], "X": np.concatenate([earlier["X"], later["X"]])}


@wrong("join", "X is missing in the dict", "lacks X")
def join(back, X, h, d_logits, s):
    later = back(X[s:], h[s:], d_logits[s:], 0)
    earlier = back(X[:s], h[: s + 1], d_logits[:s], later["h0"])
    return {n: earlier[n] + later[n] for n in SHARED} | {"h0": earlier["h0"]}


# ---------------------------------------------------------------------------------------------
# masked(params, X, h, d_logits, mask)
# ---------------------------------------------------------------------------------------------


def masked_with(dz_of, on, start=lambda dh, mask: dh):
    """Return a masked whose loop stores dz_of(dh, h, m) and hands on on(dz, dh, m, W)."""

    def masked(params, X, h, d_logits, mask):
        dz, dh = np.empty_like(h[1:]), start(d_logits @ params["W_out"].T, mask)
        for t in range(len(X), 0, -1):
            m = mask[t - 1][:, None]
            dz[t - 1] = dz_of(dh, h[t], m)
            dh = on(dz[t - 1], dh, m, params["W_hh"])
        return from_signals(params, X, h, d_logits, dz, dh)

    return masked


def slope(dh, h, m):
    return dh * (1 - h**2)


right("masked", "products with the mask")(
    masked_with(lambda dh, h, m: m * dh * (1 - h**2), lambda dz, dh, m, W: dz @ W.T + ~m * dh)
)
right("masked", "np.where, twice")(
    masked_with(
        lambda dh, h, m: np.where(m, dh * (1 - h**2), 0),
        lambda dz, dh, m, W: np.where(m, dz @ W.T, dh),
    )
)
right("masked", "a float mask, and one minus it")(
    masked_with(
        lambda dh, h, m: dh * (1 - h**2) * m.astype(float),
        lambda dz, dh, m, W: (dz @ W.T) * m.astype(float) + dh * (1 - m.astype(float)),
    )
)


@right("masked", "by boolean indexing")
def masked(params, X, h, d_logits, mask):
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        real = mask[t - 1]
        dz[t - 1, real] = dh[real] * (1 - h[t, real] ** 2)
        dh[real] = dz[t - 1, real] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@right("masked", "sequence by sequence, without its padding, with the backward of 03")
def masked(params, X, h, d_logits, mask):
    grads = {n: np.zeros_like(w) for n, w in params.items()}
    grads |= {"h0": np.zeros_like(h[0]), "X": np.zeros_like(X)}
    for n in range(X.shape[1]):
        real, one = np.flatnonzero(mask[:, n]), slice(n, n + 1)
        states = h[np.concatenate([[0], real + 1])][:, one]
        g = backward(params, X[real][:, one], states, d_logits[one])
        for name in params:
            grads[name] += g[name]
        grads["h0"][n], grads["X"][real, n] = g["h0"][0], g["X"][:, 0]
    return grads


@right("masked", "sums in the loop")
def masked(params, X, h, d_logits, mask):
    g = {n: np.zeros_like(w) for n, w in params.items()}
    g["X"] = np.zeros(X.shape)
    g["W_out"] += h[-1].T @ d_logits
    g["b_out"] += d_logits.sum(0)
    dh = np.einsum("nc,hc->nh", d_logits, params["W_out"])
    for t in range(len(X) - 1, -1, -1):
        m = np.repeat(mask[t][:, None], dh.shape[1], axis=1)
        dz = np.where(m, dh - dh * h[t + 1] ** 2, 0.0)
        g["W_in"] += X[t].T @ dz
        g["W_hh"] += h[t].T @ dz
        g["b_h"] += dz.sum(0)
        g["X"][t] = dz @ params["W_in"].T
        dh = dz @ params["W_hh"].T + np.where(m, 0.0, dh)
    return g | {"h0": dh}


def through(dz, dh, m, W):
    return dz @ W.T


wrong("masked", "the mask is not used", "mask is not used")(masked_with(slope, through))
wrong("masked", "the error ends in the padding", "hands nothing on", "ends there")(
    masked_with(lambda dh, h, m: m * dh * (1 - h**2), through)
)
wrong("masked", "the sums have the padding", "sums have the padded steps")(
    masked_with(slope, lambda dz, dh, m, W: np.where(m, dz @ W.T, dh))
)
wrong("masked", "both ways for padding", "counts like all others, and hands")(
    masked_with(slope, lambda dz, dh, m, W: dz @ W.T + ~m * dh)
)
wrong("masked", "the error is added at every step", "every step hands the error on")(
    masked_with(lambda dh, h, m: m * dh * (1 - h**2), lambda dz, dh, m, W: dz @ W.T + dh)
)
wrong("masked", "the mask turned round", "turned round")(
    masked_with(
        lambda dh, h, m: ~m * dh * (1 - h**2), lambda dz, dh, m, W: np.where(m, dh, dz @ W.T)
    )
)
wrong("masked", "who ends in padding hears nothing", "hears nothing|error ends there")(
    masked_with(
        lambda dh, h, m: m * dh * (1 - h**2),
        lambda dz, dh, m, W: np.where(m, dz @ W.T, dh),
        lambda dh, mask: dh * mask[-1][:, None],
    )
)
wrong("masked", "padding hands on through W_hh", "through W_hh, without the tanh")(
    masked_with(
        lambda dh, h, m: m * dh * (1 - h**2),
        lambda dz, dh, m, W: np.where(m, dz, dh) @ W.T,
    )
)
wrong("masked", "padding hands on through the tanh's slope", "through the tanh")(
    lambda params, X, h, d_logits, mask: _through_the_slope(params, X, h, d_logits, mask)
)
wrong("masked", "half of the error goes each way", "half|0.5")(
    masked_with(lambda dh, h, m: m * dh * (1 - h**2), lambda dz, dh, m, W: dz @ W.T + 0.5 * ~m * dh)
)


def _through_the_slope(params, X, h, d_logits, mask):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        m, signal = mask[t - 1][:, None], dh * (1 - h[t] ** 2)
        dz[t - 1] = m * signal
        dh = dz[t - 1] @ params["W_hh"].T + ~m * signal
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("masked", "mask[t] for step t", "one step late")
def masked(params, X, h, d_logits, mask):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        m = mask[min(t, len(X) - 1)][:, None]
        dz[t - 1] = m * dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T + ~m * dh
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("masked", "mask[t], which does not exist at the last step", "index|IndexError")
def masked(params, X, h, d_logits, mask):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        m = mask[t][:, None]
        dz[t - 1] = m * dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T + ~m * dh
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("masked", "mask[t - 1] without a new axis", "shape|broadcast")
def masked(params, X, h, d_logits, mask):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        m = mask[t - 1]
        dz[t - 1] = m * dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T + ~m * dh
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("masked", "-mask of a bool array", "bool|negative")
def masked(params, X, h, d_logits, mask):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        m = mask[t - 1][:, None]
        dz[t - 1] = m * dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T + (-m) * dh
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("masked", "a step counts if any sequence has it", "if it does for one")
def masked(params, X, h, d_logits, mask):
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        if mask[t - 1].any():
            dz[t - 1] = dh * (1 - h[t] ** 2)
            dh = dz[t - 1] @ params["W_hh"].T
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("masked", "the means over the real steps", "number of steps that count", "divided by")
def masked(params, X, h, d_logits, mask):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        m = mask[t - 1][:, None]
        dz[t - 1] = m * dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T + ~m * dh
    grads = from_signals(params, X, h, d_logits, dz, dh)
    return grads | {n: grads[n] / mask.sum() for n in ("W_in", "W_hh", "b_h")}


@wrong("masked", "the mask is thought to be a prefix: lengths from sums", "in front|anywhere")
def masked(params, X, h, d_logits, mask):
    T, lengths = len(X), mask.sum(axis=0)
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        m = (t <= lengths)[:, None]
        dz[t - 1] = m * dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T + ~m * dh
    return from_signals(params, X, h, d_logits, dz, dh)


@wrong("masked", "transposed W_hh forgotten", "not transposed")
def masked(params, X, h, d_logits, mask):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        m = mask[t - 1][:, None]
        dz[t - 1] = m * dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"] + ~m * dh
    return from_signals(params, X, h, d_logits, dz, dh)
