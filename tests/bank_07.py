"""Answers to the exercises of notebook 07, right ones and wrong ones."""
# ruff: noqa: F811

import numpy as np
from bank import bank

from bptt_lab import VanillaRNN, cross_entropy

ANSWERS, right, wrong = bank()


# What the cells of the notebook have left behind when a learner comes to the exercises.
w, SCALE = 20, 0.4


# ---------------------------------------------------------------------------------------------
# Exercise 1: make_stream(beats, marked, w)
# ---------------------------------------------------------------------------------------------


def windows_of(beat, w):
    return [beat[s : s + w] for s in range(0, len(beat), w)]


@right("make_stream", "three loops")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = np.zeros((m * S // w, N, w + 1))
    for n in range(N):
        t = 0
        for j in range(m):
            for window in windows_of(beats[j, n], w):
                X[t, n, :w] = window
                X[t, n, w] = j == marked[n]
                t += 1
    return X


@right("make_stream", "concatenate the beats first, then cut")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    long = np.concatenate(list(beats), axis=1)  # (N, m S)
    X = np.transpose(long.reshape(N, m * S // w, w), (1, 0, 2))
    mark = np.zeros((m * S // w, N, 1))
    k = S // w
    for n, j in enumerate(marked):
        mark[j * k : (j + 1) * k, n] = 1
    return np.concatenate((X, mark), axis=-1)


@right("make_stream", "a mark for each sample, and every w-th of it")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    samples = beats.transpose(0, 2, 1).reshape(m * S, N)
    mark = np.repeat(np.eye(m)[marked].T, S, axis=0)
    parts = [samples[i::w] for i in range(w)] + [mark[::w]]
    return np.stack(parts, axis=-1)


@right("make_stream", "integer division of the step")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    T, k = m * S // w, S // w
    steps = []
    for t in range(T):
        j, i = divmod(t, k)
        window = beats[j][:, i * w : (i + 1) * w]
        steps.append(np.hstack([window, (marked == j)[:, None]]))
    return np.stack(steps)


@right("make_stream", "einops in NumPy, and an index")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = np.moveaxis(beats.reshape(m, N, -1, w), 2, 1)
    mark = np.zeros((*X.shape[:3], 1), dtype=int)
    mark[marked, :, np.arange(N)] = 1
    X = np.append(X, mark, axis=3)
    return X.reshape(-1, N, w + 1)


@wrong("make_stream", "reshaped without an exchange of axes", r"reshape", r"order of the axes")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    mark = np.repeat(np.arange(m)[:, None] == marked, S // w, axis=0)
    return np.concatenate([beats.reshape(-1, N, w), mark[:, :, None]], axis=2)


@wrong("make_stream", "the streams first", r"transposed|axes in another order|\(N, T, I\)")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.transpose(1, 0, 2).reshape(N, -1, w)
    mark = np.repeat(marked[:, None] == np.arange(m), S // w, axis=1)
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong("make_stream", "without the mark", r"w \+ 1|shape")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    return beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)


@wrong("make_stream", "the mark only where the beat begins", r"first window")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.zeros((len(X), N, 1))
    mark[marked * (S // w), np.arange(N)] = 1
    return np.concatenate([X, mark], axis=2)


@wrong(
    "make_stream", "the beat's number taken for a step", r"taken for a step", r"step beat number"
)
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.zeros((len(X), N, 1))
    for n in range(N):
        mark[marked[n] : marked[n] + S // w, n] = 1
    return np.concatenate([X, mark], axis=2)


@wrong("make_stream", "a single step, the number of the beat", r"steps? \d+.*beat fills")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.zeros((len(X), N, 1))
    mark[marked, np.arange(N)] = 1
    return np.concatenate([X, mark], axis=2)


@wrong("make_stream", "the end of the mark one too early", r"ends one window early")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    k = S // w
    X = beats.reshape(m, N, k, w).swapaxes(1, 2).reshape(-1, N, w)
    t = np.arange(m * k)[:, None]
    mark = (t >= marked * k) & (t < marked * k + k - 1)
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong("make_stream", "the mark as a factor of the samples", r"hold|several|no beat|samples")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    mark = (np.arange(m)[:, None] == marked)[:, :, None]
    X = (beats * mark).reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    marks = np.repeat(mark, S // w, axis=0)
    return np.concatenate([X, marks], axis=2)


@wrong("make_stream", "the mark added to the samples", r"in no beat")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    mark = (np.arange(m)[:, None] == marked)[:, :, None] * 1.0
    X = (beats + mark).reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    return np.concatenate([X, np.repeat(mark, S // w, axis=0)], axis=2)


@wrong("make_stream", "w and S / w exchanged", r"dealt out|k-th sample")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, w, S // w).transpose(0, 3, 1, 2).reshape(-1, N, w)
    mark = np.repeat(np.arange(m)[:, None] == marked, S // w, axis=0)
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong("make_stream", "the window of 20 written in", r"ValueError|broadcast|reshape|IndexError")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // 20, 20).swapaxes(1, 2).reshape(-1, N, 20)
    mark = np.repeat(np.arange(m)[:, None] == marked, S // 20, axis=0)
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong("make_stream", "seven steps a beat written in", r"reshape|ValueError|dimension|shape")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, -1, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.repeat(np.arange(m)[:, None] == marked, 7, axis=0)
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong("make_stream", "np.tile for np.repeat", r"np\.tile")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.tile(np.arange(m)[:, None] == marked, (S // w, 1))
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong("make_stream", "beats counted from 1", r"one beat early")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.repeat(np.arange(1, m + 1)[:, None] == marked, S // w, axis=0)
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong("make_stream", "two windows late", r"steps? .*beat fills steps")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.repeat(np.arange(m)[:, None] == marked, S // w, axis=0)
    return np.concatenate([X, np.roll(mark, 2, axis=0)[:, :, None]], axis=2)


@wrong("make_stream", "a mark of 2", r"holds 2|values are 2")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = 2.0 * np.repeat(np.arange(m)[:, None] == marked, S // w, axis=0)
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong(
    "make_stream",
    "the windows of the first stream for all",
    r"beat \d of stream|everywhere|of the first",
)
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    beats = np.repeat(beats[:, :1], N, axis=1)
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.repeat(np.arange(m)[:, None] == marked, S // w, axis=0)
    return np.concatenate([X, mark[:, :, None]], axis=2)


@wrong("make_stream", "overlapping windows", r"holds the samples? .*expected|samples")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    k = S // w
    X = np.zeros((m * k, N, w + 1))
    for t in range(m * k):
        j, i = t // k, t % k
        start = min(i * (w // 2 + 1), S - w)
        X[t, :, :w] = beats[j, :, start : start + w]
        X[t, :, w] = marked == j
    return X


@wrong("make_stream", "in whole numbers", r"whole numbers")
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = np.zeros((m * S // w, N, w + 1), dtype=int)
    X[..., :w] = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    X[..., w] = np.repeat(np.arange(m)[:, None] == marked, S // w, axis=0)
    return X


@wrong(
    "make_stream", "each window of the stream backwards", r"samples of each window run backwards"
)
def make_stream(beats, marked, w):
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)[:, :, ::-1]
    mark = np.repeat(np.arange(m)[:, None] == marked, S // w, axis=0)
    return np.concatenate([X, mark[:, :, None]], axis=2)


# ---------------------------------------------------------------------------------------------
# Exercise 2: read_out_alone(params, h, d_logits)
# ---------------------------------------------------------------------------------------------

HELD = ("W_in", "W_hh", "b_h")


@right("read_out_alone", "a dict of five lines")
def read_out_alone(params, h, d_logits):
    return {
        "W_in": np.zeros(params["W_in"].shape),
        "W_hh": 0 * params["W_hh"],
        "b_h": np.zeros(len(params["b_h"])),
        "W_out": np.dot(h[-1].T, d_logits),
        "b_out": np.ones(len(d_logits)) @ d_logits,
    }


@right("read_out_alone", "zeros for all, then two of them")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for state, d in zip(h[-1], d_logits):
        grads["W_out"] += np.outer(state, d)
        grads["b_out"] += d
    return grads


@right("read_out_alone", "einsum, and the last state by number")
def read_out_alone(params, h, d_logits):
    T = len(h) - 1
    grads = dict.fromkeys(HELD)
    for name in grads:
        grads[name] = np.full(params[name].shape, 0.0)
    grads["W_out"] = np.einsum("nj,nc->jc", h[T], d_logits)
    grads["b_out"] = np.einsum("nc->c", d_logits)
    return grads


@right("read_out_alone", "the state with a 1 behind it")
def read_out_alone(params, h, d_logits):
    both = np.column_stack([h[-1], np.ones(len(d_logits))]).T @ d_logits
    held = {k: np.zeros_like(params[k]) for k in HELD}
    return {**held, "W_out": both[:-1], "b_out": both[-1]}


@wrong("read_out_alone", "only two gradients", r"lacks W_in, W_hh, b_h")
def read_out_alone(params, h, d_logits):
    return {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}


@wrong("read_out_alone", "None for what is held", r"NoneType|holds a")
def read_out_alone(params, h, d_logits):
    grads = dict.fromkeys(HELD)
    return grads | {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}


@wrong("read_out_alone", "the number 0 for what is held", r"single number")
def read_out_alone(params, h, d_logits):
    grads = dict.fromkeys(HELD, 0.0)
    return grads | {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}


@wrong("read_out_alone", "a product the other way round", r"W_out.*transposed")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    return grads | {"W_out": d_logits.T @ h[-1], "b_out": d_logits.sum(axis=0)}


@wrong("read_out_alone", "h_0", r"first state")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    return grads | {"W_out": h[0].T @ d_logits, "b_out": d_logits.sum(axis=0)}


@wrong("read_out_alone", "the state before", r"h_\{T-1\}")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    return grads | {"W_out": h[len(h) - 2].T @ d_logits, "b_out": d_logits.sum(axis=0)}


@wrong("read_out_alone", "the bias as a row", r"b_out has the shape \(1, ")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    return grads | {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0, keepdims=True)}


@wrong("read_out_alone", "summed over the classes", r"b_out has the shape")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    return grads | {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=1)}


@wrong("read_out_alone", "means over the batch", r"mean over the batch", r"divided by N|1/N")
def read_out_alone(params, h, d_logits):
    N = len(d_logits)
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    return grads | {"W_out": h[-1].T @ d_logits / N, "b_out": d_logits.sum(axis=0) / N}


@wrong("read_out_alone", "the bias forgotten", r"b_out is zero|bias of the read-out is held")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    grads["W_out"] = h[-1].T @ d_logits
    return grads


@wrong("read_out_alone", "h of all steps", r"all steps")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    W_out = sum(state.T @ d_logits for state in h)
    return grads | {"W_out": W_out, "b_out": d_logits.sum(axis=0)}


@wrong("read_out_alone", "the bias for every step", r"b_out is .*T|b_out.*times the right")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    return grads | {"W_out": h[-1].T @ d_logits, "b_out": (len(h) - 1) * d_logits.sum(axis=0)}


@wrong("read_out_alone", "the loss as well", r"tuple")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    grads |= {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}
    return d_logits.sum(), grads


@wrong("read_out_alone", "the product entry by entry", r"stops with ValueError")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    return grads | {"W_out": (h[-1] * d_logits).sum(axis=0), "b_out": d_logits.sum(axis=0)}


@wrong("read_out_alone", "the error goes on into the state", r"whole gradient", r"goes back into")
def read_out_alone(params, h, d_logits):
    model = VanillaRNN(len(params["W_in"]), h.shape[2], d_logits.shape[1])
    model.params, dh = params, d_logits @ params["W_out"].T
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    for t in range(len(h) - 1, 0, -1):
        dz = dh * (1 - h[t] ** 2)
        grads["W_hh"] += h[t - 1].T @ dz
        grads["b_h"] += dz.sum(axis=0)
        dh = dz @ params["W_hh"].T
    return grads | {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}


@wrong(
    "read_out_alone", "new parameters, not gradients", r"W_in.*parameters themselves", r"parameters"
)
def read_out_alone(params, h, d_logits):
    new = dict(params)
    new["W_out"] = params["W_out"] - 0.003 * h[-1].T @ d_logits
    new["b_out"] = params["b_out"] - 0.003 * d_logits.sum(axis=0)
    return new


@wrong("read_out_alone", "a gradient of the squared error", r"W_out|b_out")
def read_out_alone(params, h, d_logits):
    grads = {name: np.zeros_like(params[name]) for name in HELD}
    d = h[-1] @ params["W_out"] + params["b_out"] - d_logits
    return grads | {"W_out": h[-1].T @ d, "b_out": d.sum(axis=0)}


# ---------------------------------------------------------------------------------------------
# Exercise 3: saliency(params, h, k)
# ---------------------------------------------------------------------------------------------


def signals(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(dz), 0, -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


def chosen(params, k):
    return np.eye(params["W_out"].shape[1])[k]


@right("saliency", "the error signals of notebook 03, from a one-hot start")
def saliency(params, h, k):
    return signals(params, h, chosen(params, k)) @ params["W_in"].T


@right("saliency", "the package's backward pass")
def saliency(params, h, k):
    (I, H), C = params["W_in"].shape, params["W_out"].shape[1]
    model = VanillaRNN(I, H, C)
    model.params = params
    X = np.zeros((len(h) - 1, h.shape[1], I))
    cache = model.forward(X, h[0])[1]._replace(X=X, states=h, h=h)
    return model.backward(cache, chosen(params, k))["X"]


@right("saliency", "one sequence at a time")
def saliency(params, h, k):
    T, N = len(h) - 1, h.shape[1]
    dX = np.zeros((T, N, len(params["W_in"])))
    for n in range(N):
        dh = params["W_out"][:, k[n]]
        for t in range(T, 0, -1):
            dz = dh * (1 - h[t, n] ** 2)
            dX[t - 1, n] = params["W_in"] @ dz
            dh = params["W_hh"] @ dz
    return dX


@right("saliency", "a product of Jacobians")
def saliency(params, h, k):
    J, dX = params["W_out"].T[k], []
    for t in range(len(h) - 1, 0, -1):
        D = np.einsum("nh,hj->nhj", 1 - h[t] ** 2, np.eye(h.shape[2]))
        J = np.einsum("nh,nhj->nj", J, D)
        dX.append(np.einsum("nj,ij->ni", J, params["W_in"]))
        J = np.einsum("nj,kj->nk", J, params["W_hh"])
    return np.stack(dX[::-1], axis=0)


@right("saliency", "np.take and an array that is filled")
def saliency(params, h, k):
    T, N, H = h[1:].shape
    dX = np.empty((T, N, params["W_in"].shape[0]))
    dh = np.take(params["W_out"], k, axis=1).T
    for t in reversed(range(T)):
        dz = dh - dh * h[t + 1] * h[t + 1]
        np.matmul(dz, params["W_in"].T, out=dX[t])
        dh = dz @ params["W_hh"].T
    return dX


@wrong("saliency", "the mean of a loss", r"divided by N|mean over the batch")
def saliency(params, h, k):
    return signals(params, h, chosen(params, k) / len(k)) @ params["W_in"].T


@wrong("saliency", "of the loss", r"of the (mean )?loss")
def saliency(params, h, k):
    logits = h[-1] @ params["W_out"] + params["b_out"]
    return signals(params, h, cross_entropy(logits, chosen(params, k))[1]) @ params["W_in"].T


@wrong("saliency", "of the probability", r"probability")
def saliency(params, h, k):
    logits = h[-1] @ params["W_out"] + params["b_out"]
    p, Y = np.exp(logits), chosen(params, k)
    p = p / p.sum(axis=1, keepdims=True)
    p_k = (p * Y).sum(axis=1, keepdims=True)
    return signals(params, h, p_k * (Y - p)) @ params["W_in"].T


@wrong("saliency", "the absolute value", r"absolute value")
def saliency(params, h, k):
    return np.abs(signals(params, h, chosen(params, k)) @ params["W_in"].T)


@wrong("saliency", "the gradient at the states", r"has the shape|expected \(T, N, I\)")
def saliency(params, h, k):
    return signals(params, h, chosen(params, k))


@wrong("saliency", "summed over the inputs", r"summed over an axis|shape")
def saliency(params, h, k):
    return (signals(params, h, chosen(params, k)) @ params["W_in"].T).sum(axis=2)


@wrong("saliency", "the order of the loop kept", r"wrong order", r"backwards")
def saliency(params, h, k):
    dh, dX = params["W_out"].T[k], []
    for state in h[:0:-1]:
        dz = dh * (1 - state**2)
        dX.append(dz @ params["W_in"].T)
        dh = dz @ params["W_hh"].T
    return np.array(dX)


@wrong("saliency", "a list", r"is a list")
def saliency(params, h, k):
    dh, dX = params["W_out"].T[k], []
    for state in h[:0:-1]:
        dz = dh * (1 - state**2)
        dX.append(dz @ params["W_in"].T)
        dh = dz @ params["W_hh"].T
    return dX[::-1]


@wrong("saliency", "one state too many", r"has the shape")
def saliency(params, h, k):
    dh, dX = params["W_out"].T[k], []
    for state in h[::-1]:
        dz = dh * (1 - state**2)
        dX.append(dz @ params["W_in"].T)
        dh = dz @ params["W_hh"].T
    return np.array(dX[::-1])


@wrong("saliency", "W_hh not transposed", r"W_hh is not transposed")
def saliency(params, h, k):
    dh, dX = params["W_out"].T[k], []
    for state in h[:0:-1]:
        dz = dh * (1 - state**2)
        dX.append(dz @ params["W_in"].T)
        dh = dz @ params["W_hh"]
    return np.array(dX[::-1])


@wrong("saliency", "W_in not transposed", r"stops with ValueError.*@|inner sizes")
def saliency(params, h, k):
    return signals(params, h, chosen(params, k)) @ params["W_in"]


@wrong("saliency", "without the slope of the tanh", r"slope|tanh")
def saliency(params, h, k):
    dh, dX = params["W_out"].T[k], []
    for _ in h[:0:-1]:
        dX.append(dh @ params["W_in"].T)
        dh = dh @ params["W_hh"].T
    return np.array(dX[::-1])


@wrong("saliency", "the slope of the state before", r"slope|state before")
def saliency(params, h, k):
    dh, dX = params["W_out"].T[k], []
    for t in range(len(h) - 1, 0, -1):
        dz = dh * (1 - h[t - 1] ** 2)
        dX.append(dz @ params["W_in"].T)
        dh = dz @ params["W_hh"].T
    return np.array(dX[::-1])


@wrong("saliency", "nothing goes back", r"only the last step|all steps but the last|t = 1 to")
def saliency(params, h, k):
    dX = np.zeros((len(h) - 1, h.shape[1], len(params["W_in"])))
    dX[-1] = (params["W_out"].T[k] * (1 - h[-1] ** 2)) @ params["W_in"].T
    return dX


@wrong("saliency", "the same start in every step", r"t = 1 to|steps|is used in the next")
def saliency(params, h, k):
    dh = params["W_out"].T[k]
    return np.array([(dh * (1 - state**2)) @ params["W_in"].T for state in h[1:]])


@wrong("saliency", "the class that is named, not k", r"not k", r"class that the network names")
def saliency(params, h, k):
    logits = h[-1] @ params["W_out"] + params["b_out"]
    return signals(params, h, chosen(params, logits.argmax(axis=1))) @ params["W_in"].T


@wrong("saliency", "class 1 for all", r"logit 1|k: is it used")
def saliency(params, h, k):
    return signals(params, h, chosen(params, np.ones_like(k))) @ params["W_in"].T


@wrong("saliency", "k against the mean of the others", r"something else.*logit")
def saliency(params, h, k):
    C = params["W_out"].shape[1]
    Y = chosen(params, k)
    return signals(params, h, Y - (1 - Y) / (C - 1)) @ params["W_in"].T


@wrong("saliency", "of the logit squared", r"something else.*logit|factor")
def saliency(params, h, k):
    logits = h[-1] @ params["W_out"] + params["b_out"]
    return signals(params, h, 2 * logits * chosen(params, k)) @ params["W_in"].T


@wrong("saliency", "the rows of W_out", r"stops with (ValueError|IndexError)")
def saliency(params, h, k):
    dh, dX = params["W_out"][k], []
    for state in h[:0:-1]:
        dz = dh * (1 - state**2)
        dX.append(dz @ params["W_in"].T)
        dh = dz @ params["W_hh"].T
    return np.array(dX[::-1])


@wrong("saliency", "the right gradient times the state's norm", r"multiple|N|entries|wrong")
def saliency(params, h, k):
    dX = signals(params, h, chosen(params, k)) @ params["W_in"].T
    return dX * np.linalg.norm(h[-1], axis=1)[:, None]


@wrong("saliency", "clipped", r"cut to between|clip")
def saliency(params, h, k):
    return np.clip(signals(params, h, chosen(params, k)) @ params["W_in"].T, -0.5, 0.5)
