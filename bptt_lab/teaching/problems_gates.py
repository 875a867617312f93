"""The small random problems of notebook 09: a step of the LSTM, and of the GRU.

Drawn as those in `problems`, from the same sizes. The right answers stand here as well, and the
exercises, which `exercises` and `trials` take in.
"""

import numpy as np

from .problems import FLAT, I1, N1, T1, variants

# The right answers


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


# The problems


def gated(rng, I, H, blocks):
    """Return the weights of a gated cell, without zeros."""
    return {
        "W_in": rng.normal(size=(I, blocks * H)),
        "W_hh": rng.normal(size=(H, blocks * H)) / np.sqrt(H),
        "b_h": 0.5 * rng.normal(size=blocks * H),
    }


def for_lstm_step(rng, N, I, H, single=False, large=False, h0=0.5, **_):
    params, x = gated(rng, I, H, 4), rng.normal(size=(N, I))
    h, c = np.tanh(rng.normal(size=(N, H))), 2 * h0 * rng.normal(size=(N, H))
    if not h0:
        h = 0 * h
    if large:
        c = 30 * c
    return (params, x[0], h[0], c[0]) if single else (params, x, h, c)


def for_gru_step(rng, N, I, H, single=False, h0=0.5, **_):
    params = gated(rng, I, H, 3) | {"b_hn": 0.5 * rng.normal(size=H)}
    x, h = rng.normal(size=(N, I)), np.tanh(2 * h0 * rng.normal(size=(N, H)))
    return (params, x[0], h[0]) if single else (params, x, h)


def for_lstm_step_back(rng, N, H, flat=False, still=False, size=1.0, **_):
    i, f, o = (sigmoid(rng.normal(size=(N, H))) for _ in range(3))
    g, c_before = np.tanh(rng.normal(size=(N, H))), rng.normal(size=(N, H))
    if flat:
        i.flat[:2], f.flat[2:4], o.flat[4:6], g.flat[6:8] = (1, 0), (0, 1), (1, 0), (1, -1)
    c = f * c_before + i * g
    dh, dc = (size * rng.normal(size=(N, H)) for _ in range(2))
    return i, f, g, o, c_before, c, dh, 0 * dc if still else dc


def for_gru_step_back(rng, **sizes):
    params, x, h = for_gru_step(rng, **sizes)
    return params, x, h, rng.normal(size=h.shape)


SINGLE = {"single": True}
ZERO = ({"h0": 0}, "when the old state is 0", "when it is not 0")
lstm_step_problems = variants(
    for_lstm_step,
    N1,
    I1,
    ZERO,
    ({"large": True}, "when c is as large as 30", "when c is of ordinary size"),
    (SINGLE, "for a single row, x (I,), h and c (H,)", "for a batch"),
)
lstm_step_back_problems = variants(
    for_lstm_step_back,
    N1,
    ({"still": True}, "when dc = 0, as at the last step", "when dc is not 0"),
    (FLAT[0], "when entries of the gates are exactly 0 or 1", "when all lie between"),
    ({"size": 90.0}, "for a dh and a dc as large as 100", "for a dh and a dc of ordinary size"),
)
gru_step_problems = variants(
    for_gru_step, N1, I1, ZERO, (SINGLE, "for a single row, x (I,) and h (H,)", "for a batch")
)
gru_step_back_problems = variants(for_gru_step_back, N1, I1, T1, ZERO)


# The exercises, as arguments of `Exercise`

NH = dict.fromkeys(("i", "f", "g", "o", "c_before", "c", "dh", "dc"), "NH")
GATED = {
    "lstm_step": (
        "lstm_step(params, x, h, c)",
        lstm_step,
        lstm_step_problems,
        {"h": "NH", "c": "NH"},
        "x (N, I), h (N, H) and c (N, H)",
        {"x": "NI", "h": "NH", "c": "NH"},
    ),
    "lstm_step_back": (
        "lstm_step_back(i, f, g, o, c_before, c, dh, dc)",
        lstm_step_back,
        lstm_step_back_problems,
        dict.fromkeys(("z_i", "z_f", "z_g", "z_o", "c_before"), "NH"),
        "eight arrays (N, H)",
        NH,
    ),
    "gru_step": (
        "gru_step(params, x, h)",
        gru_step,
        gru_step_problems,
        {"the result": "NH"},
        "x (N, I) and h (N, H)",
        {"x": "NI", "h": "NH"},
    ),
}
GATED_ALONE = (
    "gru_step_back(params, x, h, dh)",
    gru_step_back,
    gru_step_back_problems,
    dict.fromkeys(("W_in", "W_hh", "b_h", "b_hn", "h", "x"), "x"),
    "x (N, I), h (N, H) and dh (N, H)",
)
