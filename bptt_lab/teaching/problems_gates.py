"""The small random problems of notebook 09: a step of the LSTM, and of the GRU.

Drawn as those in `problems`, from the same sizes.
"""

import numpy as np

from .answers import sigmoid
from .problems import FLAT, I1, N1, T1, variants


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
