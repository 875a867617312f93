"""Answers to the exercises of notebook 09, as learners write them: right ones, and wrong ones."""
# ruff: noqa: F811

import numpy as np
from bank import bank

ANSWERS, right, wrong = bank()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ---------------------------------------------------------------------------------------------
# lstm_step(params, x, h, c)
# ---------------------------------------------------------------------------------------------


@right("lstm_step", "split along the last axis")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@right("lstm_step", "one product of a stacked row, slices")
def lstm_step(params, x, h, c):
    W = np.vstack([params["W_in"], params["W_hh"], params["b_h"]])
    row = np.concatenate([x, h, np.ones((*x.shape[:-1], 1))], axis=-1)
    z, H = row @ W, h.shape[-1]
    i, f, o = (sigmoid(z[..., k * H : (k + 1) * H]) for k in (0, 1, 3))
    c_new = f * c + i * np.tanh(z[..., 2 * H : 3 * H])
    return o * np.tanh(c_new), c_new


@right("lstm_step", "a gate at a time, as a list")
def lstm_step(params, x, h, c):
    H = c.shape[-1]
    z = []
    for k in range(4):
        columns = slice(k * H, (k + 1) * H)
        z.append(
            x @ params["W_in"][:, columns] + h @ params["W_hh"][:, columns] + params["b_h"][columns]
        )
    c = c / (1 + np.exp(-z[1])) + np.tanh(z[2]) / (1 + np.exp(-z[0]))
    return [np.tanh(c) / (1 + np.exp(-z[3])), c]


@right("lstm_step", "einsum, and a tanh for the sigmoid")
def lstm_step(params, x, h, c):
    z = np.einsum("...i,ik->...k", x, params["W_in"]) + params["b_h"]
    z += np.einsum("...j,jk->...k", h, params["W_hh"])
    z = z.reshape(*z.shape[:-1], 4, -1)
    gate = 0.5 + 0.5 * np.tanh(0.5 * z)
    c = gate[..., 1, :] * c + gate[..., 0, :] * np.tanh(z[..., 2, :])
    return gate[..., 3, :] * np.tanh(c), c


def gates(params, x, h):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


@wrong("lstm_step", "Keras's habit: i, f, o, g", r"i, f, o, g")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, o, g = np.split(z, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@wrong("lstm_step", "f and i exchanged in the sum", r"exchanged")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = i * c + f * g
    return o * np.tanh(c), c


@wrong("lstm_step", "sigmoid for all four", r"g goes through the sigmoid")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = (sigmoid(a) for a in np.split(z, 4, axis=-1))
    c = f * c + i * g
    return o * np.tanh(c), c


@wrong("lstm_step", "no tanh on the way out", r"without the tanh")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = f * c + i * g
    return o * c, c


@wrong("lstm_step", "the cell of 1997", r"forget gate is left out")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = c + i * g
    return o * np.tanh(c), c


@wrong("lstm_step", "h from the old cell", r"made from the old cell")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    return o * np.tanh(c), f * c + i * g


@wrong("lstm_step", "c first", r"c is returned first")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = f * c + i * g
    return c, o * np.tanh(c)


@wrong("lstm_step", "forgot the bias", r"bias is left out")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params | {"b_h": 0}, x, h)
    c = f * c + i * g
    return o * np.tanh(c), c


@wrong("lstm_step", "only h is returned", r"expected two things, h and c")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = f * c + i * g
    return o * np.tanh(c)


@wrong("lstm_step", "one array, side by side", r"expected two things, h and c")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = f * c + i * g
    return np.concatenate([o * np.tanh(c), c], axis=-1)


@wrong("lstm_step", "split along axis 1", r"single row|axis", r"stops with")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@wrong("lstm_step", "in place on the learner's argument", r"writes into its argument c")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c *= f
    c += i * g
    return o * np.tanh(c), c


@wrong("lstm_step", "a sigmoid with the wrong sign", r"1 / \(1 \+ exp\(z\)\)")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    i, f, o = (1 / (1 + np.exp(a)) for a in (i, f, o))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


@wrong("lstm_step", "one minus the forget gate", r"1 - f stands for the input gate")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = f * c + (1 - f) * g
    return o * np.tanh(c), c


@wrong("lstm_step", "the tanh of c is kept", r"returned after its tanh")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = np.tanh(f * c + i * g)
    return o * c, c


@wrong("lstm_step", "g without its tanh", r"h and c are|tanh")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * g
    return sigmoid(o) * np.tanh(c), c


# ---------------------------------------------------------------------------------------------
# lstm_step_back(i, f, g, o, c_before, c, dh, dc)
# ---------------------------------------------------------------------------------------------


@right("lstm_step_back", "as in the text")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * np.tanh(c) * o * (1 - o),
        "c_before": dc * f,
    }


@right("lstm_step_back", "by way of the gates' own derivatives")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    th = np.tanh(c)
    do, dth = dh * th, dh * o
    total = dc + dth / np.cosh(c) ** 2
    di, df, dg, before = total * g, total * c_before, total * i, total * f
    return {
        "z_o": do * (o - o * o),
        "z_i": di * (i - i * i),
        "z_f": df * (f - f * f),
        "z_g": dg * (1 - g) * (1 + g),
        "c_before": before,
    }


@right("lstm_step_back", "entry by entry")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    out = {k: np.zeros(c.shape) for k in ("z_i", "z_f", "z_g", "z_o", "c_before")}
    for k in np.ndindex(c.shape):
        th = np.tanh(c[k])
        d = dc[k] + dh[k] * o[k] * (1 - th * th)
        out["z_i"][k] = d * g[k] * i[k] * (1 - i[k])
        out["z_f"][k] = d * c_before[k] * f[k] * (1 - f[k])
        out["z_g"][k] = d * i[k] * (1 - g[k] ** 2)
        out["z_o"][k] = dh[k] * th * o[k] * (1 - o[k])
        out["c_before"][k] = d * f[k]
    return out


def right_back(i, f, g, o, c_before, c, dh, dc):
    return ANSWERS[[a[0] for a in ANSWERS].index("lstm_step_back")][1](
        i, f, g, o, c_before, c, dh, dc
    )


@wrong("lstm_step_back", "the error from the next step forgotten", r"dc that arrives .* left out")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return right_back(i, f, g, o, c_before, c, dh, 0)


@wrong("lstm_step_back", "the share through h forgotten", r"what h says to the cell is left out")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * np.tanh(c) * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "1 - c² for the slope", r"slope of the tanh is 1 - c²")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc = dc + dh * o * (1 - c**2)
    return right_back(i, f, g, o, c_before, c, 0, dc) | {"z_o": dh * np.tanh(c) * o * (1 - o)}


@wrong("lstm_step_back", "o forgotten on the way to c", r"output gate is left out on the way")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc = dc + dh * (1 - np.tanh(c) ** 2)
    return right_back(i, f, g, o, c_before, c, 0, dc) | {"z_o": dh * np.tanh(c) * o * (1 - o)}


@wrong("lstm_step_back", "the new cell at the forget gate", r"forget gate gets c_t")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    grads = right_back(i, f, g, o, c_before, c, dh, dc)
    return grads | {"z_f": grads["c_before"] / f * c * f * (1 - f)}


@wrong("lstm_step_back", "c at the output gate", r"gets c where tanh c belongs")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return right_back(i, f, g, o, c_before, c, dh, dc) | {"z_o": dh * c * o * (1 - o)}


@wrong("lstm_step_back", "dc to the output gate", r"z_o")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return right_back(i, f, g, o, c_before, c, dh, dc) | {"z_o": dc * np.tanh(c) * o * (1 - o)}


@wrong("lstm_step_back", "a sigmoid's slope for g", r"slope of a sigmoid")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    grads = right_back(i, f, g, o, c_before, c, dh, dc)
    return grads | {"z_g": grads["z_g"] / (1 - g**2) * g * (1 - g)}


@wrong("lstm_step_back", "no slopes at all", r"slope")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    zs = {"z_i": dc * g, "z_f": dc * c_before, "z_g": dc * i, "z_o": dh * np.tanh(c)}
    return zs | {"c_before": dc * f}


@wrong("lstm_step_back", "tanh's slope for the gates", r"slope of a tanh|1 - f²|slope")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    return {
        "z_i": dc * g * (1 - i**2),
        "z_f": dc * c_before * (1 - f**2),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * np.tanh(c) * (1 - o**2),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "f left out of the straight road", r"without the factor f")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    grads = right_back(i, f, g, o, c_before, c, dh, dc)
    return grads | {"c_before": dc + dh * o * (1 - np.tanh(c) ** 2)}


@wrong("lstm_step_back", "the arrived dc goes on", r"gets the dc that arrived")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return right_back(i, f, g, o, c_before, c, dh, dc) | {"c_before": dc * f}


@wrong("lstm_step_back", "i and f exchanged", r"exchanged")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    grads = right_back(i, f, g, o, c_before, c, dh, dc)
    return grads | {"z_i": grads["z_f"], "z_f": grads["z_i"]}


@wrong("lstm_step_back", "a tuple", r"expected a dict with the names z_i")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return tuple(right_back(i, f, g, o, c_before, c, dh, dc).values())


@wrong("lstm_step_back", "the gates' names without z", r"lacks z_i")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    grads = right_back(i, f, g, o, c_before, c, dh, dc)
    return {k.removeprefix("z_"): g for k, g in grads.items()}


@wrong("lstm_step_back", "dc changed in place", r"writes into its argument dc")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc += dh * o * (1 - np.tanh(c) ** 2)
    return right_back(i, f, g, o, c_before, c, 0, dc) | {"z_o": dh * np.tanh(c) * o * (1 - o)}


@wrong("lstm_step_back", "a minus at the forget gate", r"z_f has the wrong sign")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    grads = right_back(i, f, g, o, c_before, c, dh, dc)
    return grads | {"z_f": -grads["z_f"]}


# ---------------------------------------------------------------------------------------------
# gru_step(params, x, h)
# ---------------------------------------------------------------------------------------------


@right("gru_step", "splits of both products")
def gru_step(params, x, h):
    x_r, x_u, x_n = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    h_r, h_u, h_n = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = sigmoid(x_r + h_r), sigmoid(x_u + h_u)
    n = np.tanh(x_n + r * (h_n + params["b_hn"]))
    return (1 - u) * n + u * h


@right("gru_step", "from n towards h")
def gru_step(params, x, h):
    H = h.shape[-1]
    a, b = x @ params["W_in"] + params["b_h"], h @ params["W_hh"]
    gates = 0.5 * (1 + np.tanh((a + b)[..., : 2 * H] / 2))
    r, u = gates[..., :H], gates[..., H:]
    n = np.tanh(a[..., 2 * H :] + r * b[..., 2 * H :] + r * params["b_hn"])
    return n + u * (h - n)


@right("gru_step", "block by block")
def gru_step(params, x, h):
    def block(k):
        columns = slice(k * h.shape[-1], (k + 1) * h.shape[-1])
        x_part = np.dot(x, params["W_in"][:, columns]) + params["b_h"][columns]
        return x_part, np.dot(h, params["W_hh"][:, columns])

    r, u = (1 / (1 + np.exp(-sum(block(k)))) for k in (0, 1))
    from_x, from_h = block(2)
    n = np.tanh(from_x + r * (from_h + params["b_hn"]))
    return u * h + n - u * n


def parts(params, x, h):
    H = h.shape[-1]
    a, b = x @ params["W_in"] + params["b_h"], h @ params["W_hh"]
    r, u = np.split(sigmoid((a + b)[..., : 2 * H]), 2, axis=-1)
    return r, u, a[..., 2 * H :], b[..., 2 * H :], params["b_hn"]


@wrong("gru_step", "u and 1 - u exchanged", r"u and 1 - u are exchanged")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params, x, h)
    return u * np.tanh(a + r * (b + b_hn)) + (1 - u) * h


@wrong("gru_step", "the textbook's cell", r"textbook")
def gru_step(params, x, h):
    r, u, a, _, b_hn = parts(params, x, h)
    H = h.shape[-1]
    return (1 - u) * np.tanh(a + (r * h) @ params["W_hh"][:, 2 * H :] + b_hn) + u * h


@wrong("gru_step", "b_hn outside", r"outside the bracket")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params, x, h)
    return (1 - u) * np.tanh(a + r * b + b_hn) + u * h


@wrong("gru_step", "b_hn forgotten", r"b_hn is left out")
def gru_step(params, x, h):
    r, u, a, b, _ = parts(params, x, h)
    return (1 - u) * np.tanh(a + r * b) + u * h


@wrong("gru_step", "r and u exchanged", r"exchanged")
def gru_step(params, x, h):
    u, r, a, b, b_hn = parts(params, x, h)
    return (1 - u) * np.tanh(a + r * (b + b_hn)) + u * h


@wrong("gru_step", "all at once, without r", r"reset gate is left out")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params, x, h)
    return (1 - u) * np.tanh(a + b + b_hn) + u * h


@wrong("gru_step", "r multiplies all", r"multiplies what comes from x")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params, x, h)
    return (1 - u) * np.tanh(r * (a + b + b_hn)) + u * h


@wrong("gru_step", "n counts fully", r"n counts fully")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params, x, h)
    return np.tanh(a + r * (b + b_hn)) + u * h


@wrong("gru_step", "n through a sigmoid", r"n goes through the sigmoid")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params, x, h)
    return (1 - u) * sigmoid(a + r * (b + b_hn)) + u * h


@wrong("gru_step", "without b_h", r"b_h is left out")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params | {"b_h": 0}, x, h)
    return (1 - u) * np.tanh(a + r * (b + b_hn)) + u * h


@wrong("gru_step", "no average at all", r"without the average")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params, x, h)
    return np.tanh(a + r * (b + b_hn))


@wrong("gru_step", "split along axis 1", r"single row|stops with")
def gru_step(params, x, h):
    a, b = x @ params["W_in"] + params["b_h"], h @ params["W_hh"]
    (x_r, x_u, x_n), (h_r, h_u, h_n) = np.split(a, 3, axis=1), np.split(b, 3, axis=1)
    r, u = sigmoid(x_r + h_r), sigmoid(x_u + h_u)
    return (1 - u) * np.tanh(x_n + r * (h_n + params["b_hn"])) + u * h


@wrong("gru_step", "the state with a minus", r"wrong")
def gru_step(params, x, h):
    r, u, a, b, b_hn = parts(params, x, h)
    return (1 - u) * np.tanh(a + r * (b + b_hn)) - u * h
