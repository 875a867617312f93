"""The right answers where the package has none with the learner's arguments."""

import numpy as np

import bptt_lab


def time_major(table):
    """Return the rows of a table (N, T) as sequences with one input per step, (T, N, 1)."""
    return table.T[:, :, None]


def balanced_accuracy(predicted, labels, C):
    """Return the mean, over the classes that occur in `labels`, of the share that is right."""
    return bptt_lab.balanced_accuracy(np.eye(C)[predicted], np.eye(C)[labels])


def step(params, x, h):
    """Return the state (N, H) that follows the state h (N, H) when the input is x (N, I)."""
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


def states(params, X, h0):
    """Return h0 (N, H) and the states that follow it, (T + 1, N, H), for X (T, N, I)."""
    h = [h0]
    for x in X:
        h.append(step(params, x, h[-1]))
    return np.stack(h)


def tanh_slope(h):
    """Return the slope of the tanh where its value is h."""
    return 1 - h**2


def numerical_gradient(f, x, eps=1e-5):
    """Return the gradient of f at x by central differences."""
    return bptt_lab.numerical_gradient(f, x, eps=eps)


def complex_step_gradient(f, x, eps=1e-30):
    """Return the gradient of f at x by the complex step."""
    return bptt_lab.numerical_gradient(f, x, "complex", eps)


def clip(grads, max_norm):
    """Return the gradients, scaled so that their common norm is at most max_norm."""
    return bptt_lab.clip_by_global_norm(grads, max_norm)


def momentum_step(params, grads, v, lr, momentum, weight_decay):
    """Replace the arrays in v, then those in params, by their next values."""
    optimizer = bptt_lab.SGD(lr, momentum, weight_decay)
    optimizer.v = v
    optimizer.step(params, grads)
    v.update(optimizer.v)


def backward_of_piece(params, X, h, d_logits, d_state):
    """Return the gradients of a piece that is read out at every step, with d_logits (T, N, C).

    d_state, (N, H) or 0, is what arrives at its last state from the piece after it.
    """
    dz, dh0 = signals_of_piece(params, h, d_logits, d_state)
    read_out = {
        "W_out": np.einsum("tnh,tnc->hc", h[1:], d_logits),
        "b_out": d_logits.sum(axis=(0, 1)),
    }
    return gradients(params, X, h, d_logits[-1], dz, dh0) | read_out


def signals_of_piece(params, h, d_logits, d_state):
    """Return every δ_t, (T, N, H), of such a piece, and what arrives at h_0."""
    dz, dh = np.empty_like(h[1:]), np.zeros_like(h[0]) + d_state
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"].T  # from the step after, and its own logits
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz, dh


def backward_every_step(params, X, h, d_logits):
    """Return the gradients for a loss that reads every step, with d_logits (T, N, C)."""
    return backward_of_piece(params, X, h, d_logits, 0)


def gradients(params, X, h, d_logits, dz, dh0):
    """Return the seven gradients, from every δ_t, (T, N, H), and what arrives at h_0."""
    return {
        "W_in": np.einsum("tni,tnh->ih", X, dz),
        "W_hh": np.einsum("tnj,tnh->jh", h[:-1], dz),
        "b_h": dz.sum(axis=(0, 1)),
        "W_out": h[-1].T @ d_logits,
        "b_out": d_logits.sum(axis=0),
        "h0": dh0,
        "X": dz @ params["W_in"].T,
    }


def backward_truncated(params, X, h, d_logits, k):
    """Return the gradients of notebook 03, with the error sent back through k steps only."""
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        dh = dh * (t != len(X) - k)  # here the state is a number that nothing made
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return gradients(params, X, h, d_logits, dz, dh)


def join(back, X, h, d_logits, s):
    """Return the gradients of the whole, from `back` of steps s + 1 to T and of steps 1 to s."""
    second = back(X[s:], h[s:], d_logits[s:], 0)
    first = back(X[:s], h[: s + 1], d_logits[:s], second["h0"])
    sums = {k: first[k] + second[k] for k in ("W_in", "W_hh", "b_h", "W_out", "b_out")}
    return sums | {"h0": first["h0"], "X": np.concatenate([first["X"], second["X"]])}


def masked(params, X, h, d_logits, mask):
    """Return the gradients where a state stays as it was at each step whose mask is False."""
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        real = mask[t - 1][:, None]
        dz[t - 1] = real * dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T + (1 - real) * dh
    return gradients(params, X, h, d_logits, dz, dh)


def make_stream(beats, marked, w):
    """Return streams of m beats in windows of w samples, and a mark, (m · S / w, N, w + 1)."""
    m, N, S = beats.shape
    X = beats.reshape(m, N, S // w, w).swapaxes(1, 2).reshape(-1, N, w)
    mark = np.repeat(np.arange(m)[:, None] == marked, S // w, axis=0)
    return np.concatenate([X, mark[:, :, None]], axis=2)


def read_out_alone(params, h, d_logits):
    """Return the gradients of the read-out, and zeros for what is to stay as it was drawn."""
    zeros = {name: np.zeros_like(params[name]) for name in ("W_in", "W_hh", "b_h")}
    return zeros | {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}


def saliency(params, h, k):
    """Return the gradient of each sequence's logit of class k by its inputs, (T, N, I)."""
    dh, dX = params["W_out"].T[k], []
    for state in h[:0:-1]:
        dz = dh * (1 - state**2)
        dX.append(dz @ params["W_in"].T)
        dh = dz @ params["W_hh"].T
    return np.array(dX[::-1])


def sigmoid(z):
    """Return the share between 0 and 1 that a gate is."""
    return (1 + np.tanh(z / 2)) / 2


def lstm_step(params, x, h, c):
    """Return the state h and the cell c, (N, H) each, that follow h and c if the input is x."""
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return sigmoid(z_o) * np.tanh(c), c


def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    """Return what arrives at z_i, z_f, z_g, z_o and at the cell before, from dh and dc."""
    tanh_c = np.tanh(c)
    dc = dc + dh * o * (1 - tanh_c**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tanh_c * o * (1 - o),
        "c_before": dc * f,
    }


def gru_step(params, x, h):
    """Return the state (N, H) that follows h (N, H) if the input is x (N, I)."""
    H, W = h.shape[-1], params["W_hh"]
    z = x @ params["W_in"] + params["b_h"]
    r, u = np.split(sigmoid(z[..., : 2 * H] + h @ W[:, : 2 * H]), 2, axis=-1)
    n = np.tanh(z[..., 2 * H :] + r * (h @ W[:, 2 * H :] + params["b_hn"]))
    return (1 - u) * n + u * h


def gru_step_back(params, x, h, dh):
    """Return what one step contributes to every gradient, from dh (N, H) at its result."""
    H, W_in, W_hh = h.shape[1], params["W_in"], params["W_hh"]
    z = x @ W_in + params["b_h"]
    r, u = np.split(sigmoid(z[:, : 2 * H] + h @ W_hh[:, : 2 * H]), 2, axis=1)
    m = h @ W_hh[:, 2 * H :] + params["b_hn"]
    n = np.tanh(z[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    gates = [dn * m * r * (1 - r), dh * (h - n) * u * (1 - u)]
    to_x, to_h = (np.concatenate([*gates, last], axis=1) for last in (dn, dn * r))
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": to_h[:, 2 * H :].sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


def multiplications(T, N, I, H, C):
    """Return how many multiplications the matrix products make, forwards and backwards."""
    forward = T * N * (I + H) * H + N * H * C
    return {"forward": forward, "backward": 2 * forward}


def slope_into(h, dh, out):
    """Write dh (1 - h²) into out, with no other array."""
    np.multiply(h, h, out=out)
    np.subtract(1, out, out=out)
    np.multiply(dh, out, out=out)


def subnormals(a):
    """Return how many numbers of an array are not zero and smaller than the smallest normal one."""
    return np.count_nonzero((a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny))


def product_back(a, b, g):
    """Return what g, the gradient of a * b, says to a and to b, in their shapes."""
    return {"a": summed_to(g * b, np.shape(a)), "b": summed_to(g * a, np.shape(b))}


def summed_to(g, shape):
    """Return g, added up over the axes along which an array of that shape was stretched."""
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    stretched = tuple(k for k, n in enumerate(shape) if n == 1)
    return np.sum(g, axis=stretched, keepdims=True)


def signals_every_step(params, h, d_logits):
    """Return every δ_t, (T, N, H), for a loss that reads every step, with d_logits (T, N, C)."""
    return signals_of_piece(params, h, d_logits, 0)[0]


def dream(step, x, state, noise, temperature):
    """Return the samples (T, N, 1) that are drawn, and fed back, after x (N, 1) was heard."""
    samples = []
    for drawn in noise:
        outputs, state = step(x, state)
        x = outputs[:, :1] + temperature * np.exp(outputs[:, 1:] / 2) * drawn
        samples.append(x)
    return np.array(samples)
