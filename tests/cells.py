"""Models that the package has not: a GRU and a cell of two states on `Recurrent`, a linear one."""

import numpy as np

from bptt_lab.network import Cache, Recurrent


def sigmoid(z):
    return 0.5 * np.tanh(0.5 * z) + 0.5


class OwnGRU(Recurrent):
    """r, u = σ(x W_in + h W_hh + b);  n = tanh(x W_in + b + r (h W_hh));  h = (1 - u) n + u h."""

    SHAPES = {"W_in": "I3H", "W_hh": "H3H", "b_h": "3H"}

    def run(self, X, h0):
        W_in, W_hh, b_h = (self.params[k] for k in self.SHAPES)
        (T, N, _), H = X.shape, h0.shape[1]
        h, kept = np.empty((T + 1, N, H), h0.dtype), np.empty((T, 4, N, H), h0.dtype)
        h[0], a = h0, X @ W_in + b_h
        for t in range(T):
            p = h[t] @ W_hh
            r, u = (sigmoid((a[t] + p)[:, k * H : (k + 1) * H]) for k in (0, 1))
            n = np.tanh(a[t, :, 2 * H :] + r * p[:, 2 * H :])
            kept[t], h[t + 1] = (r, u, n, p[:, 2 * H :]), (1 - u) * n + u * h[t]
        return Cache(X, h, h, (kept,))

    def run_back(self, cache, d_read, d_state):
        W_in, W_hh, X, h, (kept,) = (
            *(self.params[k] for k in ("W_in", "W_hh")),
            *cache[:4][::2],
            cache.kept,
        )
        (T, N, _), H = X.shape, h.shape[2]
        da, dp = (np.empty((T, N, 3 * H), np.result_type(h, d_read)) for _ in range(2))
        dh = d_read[-1] + d_state
        for t in range(T - 1, -1, -1):
            r, u, n, q = kept[t]
            dn = dh * (1 - u) * (1 - n**2)
            du = dh * (h[t] - n) * u * (1 - u)
            da[t] = np.concatenate([dn * q * r * (1 - r), du, dn], axis=1)
            dp[t] = np.concatenate([da[t, :, : 2 * H], dn * r], axis=1)
            dh = dh * u + dp[t] @ W_hh.T
            if cache.every_step and t > 0:
                dh = dh + d_read[t - 1]
        over_time = "tni,tnj->ij"
        return {
            "W_in": np.einsum(over_time, X, da),
            "W_hh": np.einsum(over_time, h[:-1], dp),
            "b_h": da.sum(axis=(0, 1)),
            "h0": dh,
            "X": da @ W_in.T,
        }


class TwoStates(Recurrent):
    """c = f c + tanh(x W_in + h W_hh + b), h = tanh c, f = σ(b_f): a state [h, c] of 2H numbers."""

    SHAPES, STATE = {"W_in": "IH", "W_hh": "HH", "b_h": "H", "b_f": "H"}, 2

    def run(self, X, h0):
        W_in, W_hh, b_h, b_f = (self.params[k] for k in self.SHAPES)
        (T, N, _), H = X.shape, len(W_hh)
        states, g = np.empty((T + 1, N, 2 * H), h0.dtype), np.empty((T, N, H), h0.dtype)
        h, c, states[0] = states[..., :H], states[..., H:], h0
        for t in range(T):
            g[t] = np.tanh(X[t] @ W_in + h[t] @ W_hh + b_h)
            c[t + 1] = sigmoid(b_f) * c[t] + g[t]
            h[t + 1] = np.tanh(c[t + 1])
        return Cache(X, states, h, (g,))

    def run_back(self, cache, d_read, d_state):
        W_in, W_hh, _, b_f = (self.params[k] for k in self.SHAPES)
        (T, N, _), H, (g,) = cache.X.shape, len(W_hh), cache.kept
        h, c, f = cache.h, cache.states[..., H:], sigmoid(b_f)
        dz, df = np.empty((T, N, H), np.result_type(h, d_read)), 0
        dh, dc = d_read[-1] + d_state[:, :H], d_state[:, H:]
        for t in range(T - 1, -1, -1):
            dc = dc + dh * (1 - h[t + 1] ** 2)
            dz[t], df = dc * (1 - g[t] ** 2), df + (dc * c[t]).sum(axis=0)
            dh, dc = dz[t] @ W_hh.T, dc * f
            if cache.every_step and t > 0:
                dh = dh + d_read[t - 1]
        return {
            "W_in": np.einsum("tni,tnj->ij", cache.X, dz),
            "W_hh": np.einsum("tni,tnj->ij", h[:-1], dz),
            "b_h": dz.sum(axis=(0, 1)),
            "b_f": df * f * (1 - f),
            "h0": np.concatenate([dh, dc], axis=1),
            "X": dz @ W_in.T,
        }


class Linear:
    """The last input times a matrix: a model with `params`, `forward` and `backward`, no more."""

    def __init__(self, I, C, seed=0):
        rng = np.random.default_rng(seed)
        self.params = {"A": rng.normal(size=(I, C)), "a": rng.normal(size=C)}

    def forward(self, X):
        return X[-1] @ self.params["A"] + self.params["a"], X

    def backward(self, cache, d_logits):
        dX = np.zeros(cache.shape, d_logits.dtype)
        dX[-1] = d_logits @ self.params["A"].T
        return {"A": cache[-1].T @ d_logits, "a": d_logits.sum(axis=0), "X": dX}
