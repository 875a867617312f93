"""Answers to the exercises of notebook 09, as learners write them: right ones, and wrong ones."""
# ruff: noqa: B023, C408, E501, E731, F811, F841, UP034

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


@wrong("lstm_step", "in place on the learner's argument", r"writes into its arguments? c")
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


@wrong("lstm_step_back", "dc changed in place", r"writes into its arguments? dc")
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


# ---------------------------------------------------------------------------------------------
# More of each, among them the step back of the GRU, which is answered once and without a cause
# ---------------------------------------------------------------------------------------------


@right("lstm_step", "both in one array, which unpacks into two")
def lstm_step(params, x, h, c):
    i, f, g, o = gates(params, x, h)
    c = f * c + i * g
    return np.array([o * np.tanh(c), c])


@wrong("lstm_step_back", "a name too many", r"has h besides")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return right_back(i, f, g, o, c_before, c, dh, dc) | {"h": dh}


@wrong("lstm_step_back", "an empty dict", r"it has none")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return {}


@wrong("lstm_step_back", "1 - f alone at the forget gate", r"slope of f is 1 - f, without")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc_all = dc + dh * o * (1 - np.tanh(c) ** 2)
    return right_back(i, f, g, o, c_before, c, dh, dc) | {"z_f": dc_all * c_before * (1 - f)}


@wrong("lstm_step_back", "1 + i at the input gate", r"slope of i is i \(1 \+ i\)")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc_all = dc + dh * o * (1 - np.tanh(c) ** 2)
    return right_back(i, f, g, o, c_before, c, dh, dc) | {"z_i": dc_all * g * i * (1 + i)}


@wrong("lstm_step_back", "no dc in what g hears", r"dc is left out of what g hears")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    return right_back(i, f, g, o, c_before, c, dh, dc) | {"z_g": i * (1 - g * g)}


@wrong("lstm_step_back", "two of the three with the dc that arrived", r"z_i: i gets .*z_f: f gets")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    grads = right_back(i, f, g, o, c_before, c, dh, dc)
    return grads | {"z_i": dc * g * i * (1 - i), "z_f": dc * c_before * f * (1 - f)}


@wrong("lstm_step_back", "(1 - g)²", r"slope of g is \(1 - g\)²")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    grads = right_back(i, f, g, o, c_before, c, dh, dc)
    return grads | {"z_g": grads["c_before"] / f * i * (1 - g) ** 2}


@right("lstm_step", "split")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    i, f, o, g = (sigmoid(z_i), sigmoid(z_f), sigmoid(z_o), np.tanh(z_g))
    c = f * c + i * g
    return (o * np.tanh(c), c)


@right("lstm_step", "einsum with views")
def lstm_step(params, x, h, c):
    H = h.shape[-1]
    W = params["W_in"].reshape(-1, 4, H)
    U = params["W_hh"].reshape(-1, 4, H)
    b = params["b_h"].reshape(4, H)
    z = np.einsum("...i,ikh->...kh", x, W) + np.einsum("...j,jkh->...kh", h, U) + b
    s = 1 / (1 + np.exp(-z))
    i, f, o = (s[..., 0, :], s[..., 1, :], s[..., 3, :])
    g = 2 / (1 + np.exp(-2 * z[..., 2, :])) - 1
    new_c = i * g + f * c
    return (np.tanh(new_c) * o, new_c)


@right("lstm_step", "loops over rows and units")
def lstm_step(params, x, h, c):
    import math

    x2, h2, c2 = (np.atleast_2d(x), np.atleast_2d(h), np.atleast_2d(c))
    N, H = h2.shape
    hn, cn = (np.zeros((N, H)), np.zeros((N, H)))
    for n in range(N):
        for j in range(H):
            zs = []
            for k in range(4):
                col = k * H + j
                a = params["b_h"][col]
                for q in range(x2.shape[1]):
                    a += x2[n, q] * params["W_in"][q, col]
                for q in range(H):
                    a += h2[n, q] * params["W_hh"][q, col]
                zs.append(a)
            i, f, o = (1 / (1 + math.exp(-zs[k])) for k in (0, 1, 3))
            cn[n, j] = f * c2[n, j] + i * math.tanh(zs[2])
            hn[n, j] = o * math.tanh(cn[n, j])
    return (hn.reshape(h.shape), cn.reshape(c.shape))


@right("lstm_step", "concatenated weights")
def lstm_step(params, x, h, c):
    W = np.concatenate([params["W_in"], params["W_hh"], params["b_h"][None]])
    one = np.ones(x.shape[:-1] + (1,))
    z = np.concatenate([x, h, one], axis=-1) @ W
    H = c.shape[-1]
    gates = sigmoid(z)
    i, f, o = (gates[..., :H], gates[..., H : 2 * H], gates[..., 3 * H :])
    g = np.tanh(z[..., 2 * H : 3 * H])
    c_t = np.add(np.multiply(f, c), np.multiply(i, g))
    return (np.multiply(o, np.tanh(c_t)), c_t)


@right("lstm_step", "in place on own arrays")
def lstm_step(params, x, h, c):
    H = len(params["W_hh"])
    z = np.array(x @ params["W_in"])
    z += h @ params["W_hh"]
    z += params["b_h"]
    g = z[..., 2 * H : 3 * H].copy()
    z *= 0.5
    np.tanh(z, out=z)
    z += 1
    z *= 0.5
    np.tanh(g, out=g)
    c = c.copy()
    c *= z[..., H : 2 * H]
    g *= z[..., :H]
    c += g
    h = np.tanh(c)
    h *= z[..., 3 * H :]
    return (h, c)


@right("lstm_step", "four products, list returned? tuple of dict blocks")
def lstm_step(p, inp, prev_h, prev_c):
    H = prev_h.shape[-1]
    blk = {k: slice(n * H, (n + 1) * H) for n, k in enumerate("ifgo")}
    z = {k: inp @ p["W_in"][:, s] + prev_h @ p["W_hh"][:, s] + p["b_h"][s] for k, s in blk.items()}
    i, f, g, o = [1 / (1 + np.exp(-z[k])) if k != "g" else np.tanh(z[k]) for k in "ifgo"]
    new_c = prev_c - (1 - f) * prev_c + i * g
    return [
        o * np.sinh(new_c) / np.cosh(new_c) if abs(new_c).max() < 300 else o * np.tanh(new_c),
        new_c,
    ]


@right("lstm_step", "sigmoid by where")
def lstm_step(params, x, h, c):

    def sig(z):
        return np.where(
            z > 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z)))
        )

    z = (params["W_in"].T @ np.asarray(x).T).T + (params["W_hh"].T @ h.T).T + params["b_h"]
    zi, zf, zg, zo = (z[..., k * h.shape[-1] : (k + 1) * h.shape[-1]] for k in range(4))
    c_new = sig(zf) * c + sig(zi) * np.tanh(zg)
    h_new = sig(zo) * np.tanh(c_new)
    return (h_new, c_new)


@wrong("lstm_step", "order i f o g", r"the columns are taken in the order i, f, o, g")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_o, z_g = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "order f i g o", r"input gate and forget gate are exchanged")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_f, z_i, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "returns c, h", r"c is returned first, then h")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (c, sigmoid(z_o) * np.tanh(c))


@wrong("lstm_step", "old c in h", r"h is made from the old cell")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c_new = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c_new)


@wrong("lstm_step", "returns old c", r"the old cell is returned, as it was")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c_new = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c_new), c)


@wrong("lstm_step", "no tanh c", r"h is o times c, without the tanh")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * c, c)


@wrong("lstm_step", "no gate o", r"the output gate is left out")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (np.tanh(c), c)


@wrong("lstm_step", "no bias", r"the bias is left out")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "all sigmoid", r"g goes through the sigmoid")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(sigmoid(z), 4, axis=-1)
    c = f * c + i * g
    return (o * np.tanh(c), c)


@wrong("lstm_step", "all tanh", r"the gates go through the tanh")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(np.tanh(z), 4, axis=-1)
    c = f * c + i * g
    return (o * np.tanh(c), c)


@wrong("lstm_step", "g without tanh", r"g goes without its tanh")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * g
    return (sigmoid(o) * np.tanh(c), c)


@wrong("lstm_step", "1-f", r"1 - f stands for the forget gate")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    f = sigmoid(f)
    c = (1 - f) * c + sigmoid(i) * np.tanh(g)
    return (sigmoid(o) * np.tanh(c), c)


@wrong("lstm_step", "coupled gates", r"1 - f stands for the input gate")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    f = sigmoid(f)
    c = f * c + (1 - f) * np.tanh(g)
    return (sigmoid(o) * np.tanh(c), c)


@wrong("lstm_step", "split axis 0 (no axis)", r"could not be broadcast")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "split axis 1, single row fails", r"axis=-1")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "strided split", r"the columns are taken in turns, every fourth one for a gate")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = (z[..., k::4] for k in range(4))
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "reshape (H,4)", r"the columns are taken in turns, every fourth one for a gate")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z = z.reshape(*h.shape, 4)
    z_i, z_f, z_g, z_o = (z[..., k] for k in range(4))
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "writes into c", r"writes into its arguments? c")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c *= sigmoid(z_f)
    c += sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "writes into bias", r"writes into its arguments? params")
def lstm_step(params, x, h, c):
    z = params["b_h"]
    z = x @ params["W_in"] + h @ params["W_hh"] + z
    params["b_h"] = z
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "W_hh transposed one block each", r"each block of W_hh is transposed")
def lstm_step(params, x, h, c):
    z = [
        x @ a + h @ b.T + d
        for a, b, d in zip(
            np.split(params["W_in"], 4, 1),
            np.split(params["W_hh"], 4, 1),
            np.split(params["b_h"], 4),
        )
    ]
    z_i, z_f, z_g, z_o = z
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "h @ W_hh missing", r"the old state h is left out")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "c in place of h in gates", r"the gates look at c where they should look at h")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + c @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "o before tanh (tanh(o*c))", r"h is the tanh of o times c")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (np.tanh(sigmoid(z_o) * c), c)


@wrong(
    "lstm_step", "f on the new instead: f*(c + i g)", r"the forget gate multiplies what is new, too"
)
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * (c + sigmoid(z_i) * np.tanh(z_g))
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "no f (carousel of 1997)", r"the forget gate is left out")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "returns only h", r"expected two things")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return sigmoid(z_o) * np.tanh(c)


@wrong("lstm_step", "returns concatenated", r"expected two things")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return np.concatenate([sigmoid(z_o) * np.tanh(c), c], axis=-1)


@wrong("lstm_step", "sigmoid with wrong sign", r"the sigmoid falls: 1 / \(1 \+ exp\(z\)\)")
def lstm_step(params, x, h, c):
    s = lambda z: 1 / (1 + np.exp(z))
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = s(z_f) * c + s(z_i) * np.tanh(z_g)
    return (s(z_o) * np.tanh(c), c)


@wrong(
    "lstm_step",
    "sigmoid as (1+tanh z)/2 without halving",
    r"the sigmoid is \(1 \+ tanh z\) / 2, without halving z",
)
def lstm_step(params, x, h, c):
    s = lambda z: (1 + np.tanh(z)) / 2
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = s(z_f) * c + s(z_i) * np.tanh(z_g)
    return (s(z_o) * np.tanh(c), c)


@wrong("lstm_step", "sigmoid twice on all gates", r"the gates go through the sigmoid twice")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    i, f, o = (sigmoid(i), sigmoid(f), sigmoid(o))
    g = np.tanh(g)
    c = sigmoid(f) * c + sigmoid(i) * g
    return (sigmoid(o) * np.tanh(c), c)


@wrong(
    "lstm_step", "i from forget, swapped usage", r"the input gate stands for the forget gate, too"
)
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_i) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "i instead of o", r"the input gate stands where the output gate belongs")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_i) * np.tanh(c), c)


@wrong("lstm_step", "matmul of gates", r"stops with ValueError")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) @ c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "input gate missing", r"the input gate is left out")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "float32 result", r"float32")
def lstm_step(params, x, h, c):
    z = (x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]).astype(np.float32)
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "h is c aliasing in place tanh", r"one and the same array")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    h = c
    np.tanh(h, out=h)
    h *= sigmoid(z_o)
    return (h, c)


@wrong("lstm_step", "tanh(c) returned as c", r"c is returned after its tanh")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = np.tanh(sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g))
    return (sigmoid(z_o) * c, c)


@wrong("lstm_step", "bias only once per block slip b_h[:H]")
def lstm_step(params, x, h, c):
    H = h.shape[-1]
    z = x @ params["W_in"] + h @ params["W_hh"] + np.tile(params["b_h"][:H], 4)
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "bias added twice (PyTorch's two)", r"the bias is added twice")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + params["b_h"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "sigmoid with rounding clip")
def lstm_step(params, x, h, c):
    z = np.clip(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"], -1, 1)
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "clip c", r"only when c is as large as 30")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = np.clip(sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g), -10, 10)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "slice overlap off by one")
def lstm_step(params, x, h, c):
    H = h.shape[-1]
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = (
        z[..., :H],
        z[..., H : 2 * H],
        z[..., 2 * H : 3 * H],
        z[..., 2 * H : 3 * H],
    )
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "off by one row slice shift")
def lstm_step(params, x, h, c):
    H = h.shape[-1]
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = (
        z[..., 0:H],
        z[..., H - 1 : 2 * H - 1],
        z[..., 2 * H - 1 : 3 * H - 1],
        z[..., 3 * H - 1 : 4 * H - 1],
    )
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "h used is new h? gates from h after", r"right when the old state is 0,")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    h = h + sigmoid(z_o) * np.tanh(c)
    return (h, c)


@wrong("lstm_step", "peephole")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f + c) * c + sigmoid(z_i + c) * np.tanh(z_g)
    return (sigmoid(z_o + c) * np.tanh(c), c)


@wrong(
    "lstm_step", "cumulative c and i*g+f*g", r"the sigmoid is 1 / 1 \+ exp\(-z\), without brackets"
)
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    i, f, g, o = np.split(z, 4, axis=-1)
    i, f, o = (1 / 1 + np.exp(-i), 1 / 1 + np.exp(-f), 1 / 1 + np.exp(-o))
    c = f * c + i * np.tanh(g)
    return (o * np.tanh(c), c)


@wrong("lstm_step", "mean over batch slip: sum keepdims", r"right when N = 1")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c[0] + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "gates aliased c->h in place", r"one and the same array")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c_new = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    h_new = c_new
    h_new[:] = sigmoid(z_o) * np.tanh(c_new)
    return (h_new, c_new)


@right("lstm_step", "chained assignment h = c =")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    h = c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), h)


@wrong("lstm_step", "sign slip f c - i g", r"what is new is subtracted")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c - sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong(
    "lstm_step", "h from c with f: f for o", r"the forget gate stands where the output gate belongs"
)
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_f) * np.tanh(c), c)


@wrong(
    "lstm_step", "returns result aliasing argument c (unchanged)", r"writes into its arguments? c"
)
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    new_c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    c[...] = new_c
    return (sigmoid(z_o) * np.tanh(c), new_c)


@wrong("lstm_step", "W_hh square per gate with wrong concatenation axis", r"right when N = 1,")
def lstm_step(params, x, h, c):
    H = h.shape[-1]
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = z.reshape(4, *h.shape)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (sigmoid(z_o) * np.tanh(c), c)


@wrong("lstm_step", "no sigmoid on o", r"the output gate goes without its sigmoid")
def lstm_step(params, x, h, c):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
    return (z_o * np.tanh(c), c)


@right("lstm_step_back", "plain")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@right("lstm_step_back", "cosh slope")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    total = dh * o / np.cosh(c) ** 2 + dc
    out = dict(c_before=f * total)
    out["z_f"] = out["c_before"] * (1 - f) * c_before
    out["z_i"] = (i - i**2) * g * total
    out["z_g"] = (1 - g) * (1 + g) * i * total
    out["z_o"] = (o - o * o) * np.tanh(c) * dh
    return out


@right("lstm_step_back", "loops")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    names = ("z_i", "z_f", "z_g", "z_o", "c_before")
    res = {k: np.zeros_like(dh) for k in names}
    N, H = dh.shape
    for n in range(N):
        for k in range(H):
            t = np.tanh(c[n, k])
            d = dc[n, k] + dh[n, k] * o[n, k] * (1 - t * t)
            res["z_i"][n, k] = d * g[n, k] * i[n, k] * (1 - i[n, k])
            res["z_f"][n, k] = d * c_before[n, k] * f[n, k] * (1 - f[n, k])
            res["z_g"][n, k] = d * i[n, k] * (1 - g[n, k] ** 2)
            res["z_o"][n, k] = dh[n, k] * t * o[n, k] * (1 - o[n, k])
            res["c_before"][n, k] = d * f[n, k]
    return res


@right("lstm_step_back", "stacked einsum")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    d = dc + np.einsum("nh,nh,nh->nh", dh, o, 1 - np.square(tc))
    gates, partner = (np.stack([i, f, o]), np.stack([g, c_before, tc]))
    errs = np.stack([d, d, dh])
    dz = np.einsum("knh,knh,knh,knh->knh", gates, 1 - gates, partner, errs)
    return {
        "z_i": dz[0],
        "z_f": dz[1],
        "z_o": dz[2],
        "z_g": d * i - d * i * g * g,
        "c_before": d * f,
    }


@right("lstm_step_back", "in place on copies")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = 1 - t**2
    d *= o
    d *= dh
    d += dc
    buf = np.empty((5,) + dh.shape)
    np.multiply(d, g, out=buf[0])
    buf[0] *= i
    buf[0] *= 1 - i
    np.multiply(d, f, out=buf[4])
    np.multiply(buf[4], c_before, out=buf[1])
    buf[1] -= f * buf[1]
    np.multiply(d, i, out=buf[2])
    buf[2] *= 1 - g * g
    np.multiply(dh, t, out=buf[3])
    buf[3] *= o
    buf[3] *= 1 - o
    return dict(zip(["z_i", "z_f", "z_g", "z_o", "c_before"], buf))


@right("lstm_step_back", "c recomputed")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(f * c_before + i * g)
    h = o * t
    D = dc + dh * (o - h * t)
    s = lambda q: q * (1 - q)
    return {
        "z_i": D * g * s(i),
        "z_f": D * c_before * s(f),
        "z_g": D * (i - i * g**2),
        "z_o": dh * t * s(o),
        "c_before": D * f,
    }


@right("lstm_step_back", "by logs/complex step (float trick)")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    e = 1e-30
    t = np.tanh(c + 1j * e).imag / e
    D = dc + dh * o * t
    return {
        "z_i": D * g * i * (1 - i),
        "z_f": D * c_before * f * (1 - f),
        "z_g": D * i * (1 - g**2),
        "z_o": dh * np.tanh(c) * o * (1 - o),
        "c_before": D * f,
    }


@wrong("lstm_step_back", "dc not completed", r"what h says to the cell is left out")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back", "dc arriving left out", r"the dc that arrives from the next step is left out"
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "slope of tanh left out", r"the slope of tanh c is left out")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "1 - c**2", r"the slope of the tanh is 1 - c²")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - c**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "1 - (o tanh c)**2", r"slope of the tanh is 1 - h²")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - (o * tc) ** 2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "o missing in dc", r"the output gate is left out on the way from h to c")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "g slope as sigmoid g(1-g)", r"g has the slope of a sigmoid")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * g * (1 - g),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "g slope 1 - tanh(g)**2", r"the slope of g is 1 - tanh² g")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - np.tanh(g) ** 2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "sigmoid slopes missing all",
    r"slope of the input gate is left out.*of the forget gate is left out.*of g is left out",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {"z_i": dc * g, "z_f": dc * c_before, "z_g": dc * i, "z_o": dh * tc, "c_before": dc * f}


@wrong("lstm_step_back", "gates slopes as tanh 1-i^2", r"the gates have the slope of a tanh")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * (1 - i**2),
        "z_f": dc * c_before * (1 - f**2),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * (1 - o**2),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "z_f with c", r"the forget gate gets c_t where c_\{t-1\} belongs")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "c_before and c swapped throughout", r"c and c_before are exchanged")
def lstm_step_back(i, f, g, o, c, c_before, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "z_i with i instead of g",
    r"the factor g is left out of what the input gate hears",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "z_g with g", r"g gets itself where the input gate belongs")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * g * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "z_o with dc", r"the output gate hears dc in place of dh")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dc * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "z_o with c not tanh c", r"the output gate gets c where tanh c belongs")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * c * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "c_before without f", r"dc goes to the old cell without the factor f")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc,
    }


@wrong(
    "lstm_step_back",
    "c_before from the arrived dc",
    r"the old cell gets the dc that arrived, times f",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    d = dc + dh * o * (1 - tc**2)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "+= in place writes dc", r"writes into its arguments? dc")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc += dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "c overwritten with tanh c in place", r"writes into its arguments? c")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    np.tanh(c, out=c)
    dc = dc + dh * o * (1 - c**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * c * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "c_before named wrongly", r"lacks c_before")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c": dc * f,
    }


@wrong("lstm_step_back", "tuple returned", r"expected a dict")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return (
        dc * g * i * (1 - i),
        dc * c_before * f * (1 - f),
        dc * i * (1 - g**2),
        dh * tc * o * (1 - o),
        dc * f,
    )


@wrong("lstm_step_back", "i and f keys exchanged", r"what i hears and what f hears are exchanged")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_f": dc * g * i * (1 - i),
        "z_i": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "one buffer aliased", r"one and the same array")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    b = np.empty_like(dc)
    out = {}
    for k, v in (
        ("z_i", dc * g * i * (1 - i)),
        ("z_f", dc * c_before * f * (1 - f)),
        ("z_g", dc * i * (1 - g**2)),
        ("z_o", dh * tc * o * (1 - o)),
        ("c_before", dc * f),
    ):
        b[:] = v
        out[k] = b
    return out


@wrong(
    "lstm_step_back",
    "assumes gates are z: applies sigmoid again",
    r"the slope of o is σ\(o\) \(1 - σ\(o\)\), one sigmoid too many",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    i, f, o, g = (sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "slopes as sigmoid(i)*(1-sigmoid(i))",
    r"slope of i is σ\(i\).*slope of f is σ\(f\).*the slope of g is 1 - tanh² g",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    s = lambda z: sigmoid(z) * (1 - sigmoid(z))
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * s(i),
        "z_f": dc * c_before * s(f),
        "z_g": dc * i * (1 - np.tanh(g) ** 2),
        "z_o": dh * tc * s(o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "only the slope of o wrong: o missing",
    r"the slope of o is 1 - o, without the factor o",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "sign of slope i (i-1)", r"has the wrong sign")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (i - 1),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "precedence 1 - tc**2 without parentheses", r"Right are")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * 1 - tc**2
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back", "dh as h factor: dh - instead of +", r"what h says to the cell is subtracted"
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc - dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "(dc + dh) * o * slope", r"goes through o and the tanh")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = (dc + dh) * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "tanh of c_before instead of c in dc",
    r"the slope of the tanh is taken at the old cell",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    dc = dc + dh * o * (1 - np.tanh(c_before) ** 2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * np.tanh(c) * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "z_f without c_before, z_i without g",
    r"factor g is left out of what the input.*the old cell is left out of what the forget",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * i * (1 - i),
        "z_f": dc * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "incomplete dc in the gates alone, c_before right",
    r"i, f and g get the dc that arrived",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    full = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": full * f,
    }


@wrong("lstm_step_back", "c_before with i", r"dc goes to the old cell with i in place of f")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * i,
    }


@wrong("lstm_step_back", "c_before sums f*dc and dc", r"dc that arrived once more")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    d = dc + dh * o * (1 - tc**2)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc + d * f,
    }


@wrong(
    "lstm_step_back",
    "slope 1 - tanh_c (no square)",
    r"the slope of the tanh is 1 - tanh c, without the square",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "divides by f for slope 1/f trick: nan where gate 0",
    r"only when entries of the gates are exactly 0 or 1",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = c - 0 and np.tanh(c) if False else np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    zi = np.log(i / (1 - i))
    s = np.exp(-zi) / (1 + np.exp(-zi)) ** 2
    return {
        "z_i": dc * g * s,
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong(
    "lstm_step_back",
    "two mistakes: c not tanh in z_o and slope left out g",
    r"the slope of g is left out.*the output gate gets c where tanh c belongs",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i,
        "z_o": dh * c * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "clipping dc", r"only for a dh and a dc as large as 100")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = np.clip(dc + dh * o * (1 - tc**2), -10, 10)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "z_o": dh * tc * o * (1 - o),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "missing key z_o", r"lacks z_o")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g**2),
        "c_before": dc * f,
    }


@wrong("lstm_step_back", "keys dz_i", r"lacks z_i")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    tc = np.tanh(c)
    dc = dc + dh * o * (1 - tc**2)
    return {
        "dz_i": dc * g * i * (1 - i),
        "dz_f": dc * c_before * f * (1 - f),
        "dz_g": dc * i * (1 - g**2),
        "dz_o": dh * tc * o * (1 - o),
        "dc_before": dc * f,
    }


@wrong("lstm_step_back", "t = sigmoid(c)", r"a sigmoid of c stands where tanh c belongs")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = sigmoid(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * i * (1 - g * g),
        "z_o": dh * t * o * (1 - o),
        "c_before": d * f,
    }


@wrong(
    "lstm_step_back",
    "only z_g with arrived",
    r"g gets the dc that arrived, without what h adds to it",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g * g),
        "z_o": dh * t * o * (1 - o),
        "c_before": d * f,
    }


@wrong(
    "lstm_step_back",
    "only z_f with arrived",
    r"f gets the dc that arrived, without what h adds to it",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": d * i * (1 - g * g),
        "z_o": dh * t * o * (1 - o),
        "c_before": d * f,
    }


@wrong(
    "lstm_step_back",
    "only z_i with arrived",
    r"i gets the dc that arrived, without what h adds to it",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * i * (1 - g * g),
        "z_o": dh * t * o * (1 - o),
        "c_before": d * f,
    }


@wrong(
    "lstm_step_back", "tanh c left out of z_o", r"tanh c is left out of what the output gate hears"
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * i * (1 - g * g),
        "z_o": dh * o * (1 - o),
        "c_before": d * f,
    }


@wrong("lstm_step_back", "i missing in z_g", r"the factor i is left out of what g hears")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * (1 - g * g),
        "z_o": dh * t * o * (1 - o),
        "c_before": d * f,
    }


@wrong(
    "lstm_step_back",
    "slope of o, i left: 1-i only",
    r"slope of i is i, without.*slope of the forget gate is f, without.*of o is o, without",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i,
        "z_f": d * c_before * f,
        "z_g": d * i * (1 - g * g),
        "z_o": dh * t * o,
        "c_before": d * f,
    }


@wrong("lstm_step_back", "dh not from h: dh = dc*o*..", r"right when dc = 0,")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * i * (1 - g * g),
        "z_o": dh * t * o * (1 - o) + dc * o * (1 - o),
        "c_before": d * f,
    }


@wrong(
    "lstm_step_back",
    "d added twice (c_before = dc + ...)",
    r"what h says to the cell is added twice",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    d = d + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * i * (1 - g * g),
        "z_o": dh * t * o * (1 - o),
        "c_before": d * f,
    }


@right("lstm_step_back", "views of inputs aliased: c_before returned is dc*f written into dc copy?")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    out = {"z_i": d, "z_f": d, "z_g": d, "c_before": d}
    for k in out:
        out[k] = out[k] * 1
    out["z_i"] *= g * i * (1 - i)
    out["z_f"] *= c_before * f * (1 - f)
    out["z_g"] *= i * (1 - g * g)
    out["z_o"] = dh * t * o * (1 - o)
    out["c_before"] *= f
    return out


@wrong("lstm_step_back", "in-place chain same d", r"one and the same array")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    z_i, z_f, z_g, cb = (d, d, d, d)
    z_i *= g * i * (1 - i)
    z_f *= c_before * f * (1 - f)
    z_g *= i * (1 - g * g)
    cb *= f
    return {"z_i": z_i, "z_f": z_f, "z_g": z_g, "z_o": dh * t * o * (1 - o), "c_before": cb}


@wrong(
    "lstm_step_back",
    "order of results as list in dict wrong: zip with i f o g",
    r"what g hears and what o hears are exchanged",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return dict(
        zip(
            ("z_i", "z_f", "z_o", "z_g", "c_before"),
            (
                d * g * i * (1 - i),
                d * c_before * f * (1 - f),
                d * i * (1 - g * g),
                dh * t * o * (1 - o),
                d * f,
            ),
        )
    )


@wrong("lstm_step_back", "summed over batch", r"summed over an axis")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": (d * g * i * (1 - i)).sum(axis=0),
        "z_f": (d * c_before * f * (1 - f)).sum(axis=0),
        "z_g": (d * i * (1 - g * g)).sum(axis=0),
        "z_o": (dh * t * o * (1 - o)).sum(axis=0),
        "c_before": d * f,
    }


@wrong(
    "lstm_step_back",
    "h-c_before road includes second road? dh_before returned",
    r"the old cell hears dc f, times itself",
)
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    d = dc + dh * o * (1 - t * t)
    return {
        "z_i": d * g * i * (1 - i),
        "z_f": d * c_before * f * (1 - f),
        "z_g": d * i * (1 - g * g),
        "z_o": dh * t * o * (1 - o),
        "c_before": d * f * c_before,
    }


@right("lstm_step_back", "dc.copy and then all right (R)")
def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
    t = np.tanh(c)
    dc = dc.copy()
    dc += dh * o * (1 - t * t)
    return {
        "z_i": dc * g * i * (1 - i),
        "z_f": dc * c_before * f * (1 - f),
        "z_g": dc * i * (1 - g * g),
        "z_o": dh * t * o * (1 - o),
        "c_before": dc * f,
    }


@right("gru_step", "plain")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@right("gru_step", "n + u (h - n)")
def gru_step(params, x, h):
    H = h.shape[-1]
    W, U, b = (params["W_in"], params["W_hh"], params["b_h"])
    z = x @ W[:, : 2 * H] + h @ U[:, : 2 * H] + b[: 2 * H]
    ru = 1 / (1 + np.exp(-z))
    r, u = (ru[..., :H], ru[..., H:])
    n = np.tanh(x @ W[:, 2 * H :] + b[2 * H :] + r * (h @ U[:, 2 * H :] + params["b_hn"]))
    return n + u * (h - n)


@right("gru_step", "einsum blocks")
def gru_step(params, x, h):
    H = h.shape[-1]
    W = params["W_in"].reshape(-1, 3, H)
    U = params["W_hh"].reshape(H, 3, H)
    b = params["b_h"].reshape(3, H)
    ax = np.einsum("...i,iko->k...o", x, W)
    ah = np.einsum("...j,jko->k...o", h, U)
    r = sigmoid(ax[0] + ah[0] + b[0])
    u = sigmoid(ax[1] + ah[1] + b[1])
    n = np.tanh(ax[2] + b[2] + r * ah[2] + r * params["b_hn"])
    return u * h + n - u * n


@right("gru_step", "concatenated for r,u with ones")
def gru_step(params, x, h):
    H = h.shape[-1]
    xh = np.concatenate([x, h], axis=-1)
    W = np.vstack([params["W_in"], params["W_hh"]])
    g = sigmoid(xh @ W[:, : 2 * H] + params["b_h"][: 2 * H])
    r, u = np.split(g, 2, axis=-1)
    W_n, W_hn = (params["W_in"][:, -H:], params["W_hh"][:, -H:])
    n = np.tanh(x @ W_n + params["b_h"][-H:] + r * (h @ W_hn + params["b_hn"]))
    return np.where(True, (1 - u) * n + u * h, 0)


@right("gru_step", "in place on own")
def gru_step(params, x, h):
    H = len(params["b_hn"])
    a = h @ params["W_hh"]
    a[..., 2 * H :] += params["b_hn"]
    s = x @ params["W_in"]
    s += params["b_h"]
    a[..., : 2 * H] += s[..., : 2 * H]
    a[..., : 2 * H] = sigmoid(a[..., : 2 * H])
    r, u, m = (a[..., :H], a[..., H : 2 * H], a[..., 2 * H :])
    m *= r
    m += s[..., 2 * H :]
    np.tanh(m, out=m)
    out = h - m
    out *= u
    out += m
    return out


@right("gru_step", "loops")
def gru_step(params, x, h):
    import math

    X, Hh = (np.atleast_2d(x), np.atleast_2d(h))
    N, H = Hh.shape
    out = np.zeros((N, H))
    for n in range(N):
        a = [
            sum((X[n, q] * params["W_in"][q, k] for q in range(X.shape[1]))) + params["b_h"][k]
            for k in range(3 * H)
        ]
        b = [sum((Hh[n, q] * params["W_hh"][q, k] for q in range(H))) for k in range(3 * H)]
        for j in range(H):
            r = 1 / (1 + math.exp(-a[j] - b[j]))
            u = 1 / (1 + math.exp(-a[H + j] - b[H + j]))
            nn = math.tanh(a[2 * H + j] + r * (b[2 * H + j] + params["b_hn"][j]))
            out[n, j] = (1 - u) * nn + u * Hh[n, j]
    return out.reshape(h.shape)


@right("gru_step", "log-odds trick")
def gru_step(params, x, h):
    H = h.shape[-1]
    ax, ah = (x @ params["W_in"] + params["b_h"], h @ params["W_hh"])
    zr, zu = ((ax + ah)[..., :H], (ax + ah)[..., H : 2 * H])
    n = np.tanh(ax[..., 2 * H :] + (ah[..., 2 * H :] + params["b_hn"]) / (1 + np.exp(-zr)))
    return (n + np.exp(zu) * h) / (1 + np.exp(zu))


@wrong(
    "gru_step",
    "textbook r before matrix",
    r"r multiplies h before the matrix, as in the textbook's GRU",
)
def gru_step(params, x, h):
    H = h.shape[-1]
    z = x @ params["W_in"] + params["b_h"]
    U = params["W_hh"]
    r, u = np.split(sigmoid(z[..., : 2 * H] + h @ U[:, : 2 * H]), 2, axis=-1)
    n = np.tanh(z[..., 2 * H :] + r * h @ U[:, 2 * H :] + params["b_hn"])
    return (1 - u) * n + u * h


@wrong(
    "gru_step",
    "textbook with b_hn inside r",
    r"r multiplies h before the matrix, and b_hn behind it",
)
def gru_step(params, x, h):
    H = h.shape[-1]
    z = x @ params["W_in"] + params["b_h"]
    U = params["W_hh"]
    r, u = np.split(sigmoid(z[..., : 2 * H] + h @ U[:, : 2 * H]), 2, axis=-1)
    n = np.tanh(z[..., 2 * H :] + r * h @ U[:, 2 * H :] + r * params["b_hn"])
    return (1 - u) * n + u * h


@wrong("gru_step", "u and 1-u swapped", r"u and 1 - u are exchanged")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return u * n + (1 - u) * h


@wrong("gru_step", "order u r n", r"reset gate and update gate are exchanged")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    u, r = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "b_hn outside r", r"b_hn stands outside the bracket that r multiplies")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * b[2] + params["b_hn"])
    return (1 - u) * n + u * h


@wrong("gru_step", "b_hn left out", r"b_hn is left out")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * b[2])
    return (1 - u) * n + u * h


@wrong("gru_step", "b_h in r bracket too", r"b_h stands inside the bracket that r multiplies")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"], 3, axis=-1)
    b = np.split(h @ params["W_hh"] + params["b_h"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "r multiplies all", r"the reset gate multiplies what comes from x, too")
def gru_step(params, x, h):
    z = np.split(x @ params["W_in"] + params["b_h"] + h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(z[0]), sigmoid(z[1]))
    n = np.tanh(r * (z[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "r left out", r"the reset gate is left out")
def gru_step(params, x, h):
    z = np.split(x @ params["W_in"] + params["b_h"] + h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(z[0]), sigmoid(z[1]))
    n = np.tanh(z[2] + params["b_hn"])
    return (1 - u) * n + u * h


@wrong("gru_step", "r multiplies result of tanh", r"r multiplies the tanh, not what goes into it")
def gru_step(params, x, h):
    z = np.split(x @ params["W_in"] + params["b_h"] + h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(z[0]), sigmoid(z[1]))
    n = r * np.tanh(z[2] + params["b_hn"])
    return (1 - u) * n + u * h


@wrong("gru_step", "n sigmoid", r"n goes through the sigmoid")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = sigmoid(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "n without tanh", r"n goes without its tanh")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = a[2] + r * (b[2] + params["b_hn"])
    return (1 - u) * n + u * h


@wrong("gru_step", "adds, no 1-u (n + u h)", r"n counts fully, and u times the old state is added")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return n + u * h


@wrong("gru_step", "no u on h", r"the old state counts fully")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + h


@wrong("gru_step", "u n + u h", r"n counts u times, too")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return u * n + u * h


@wrong("gru_step", "only u without h part", r"the gates do not see the old state")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0]), sigmoid(a[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "r without b_h", r"b_h is left out")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "in-place h", r"writes into its arguments? h")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    h *= u
    h += (1 - u) * n
    return h


@wrong("gru_step", "r used for final", r"r stands for u in the average")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - r) * n + r * h


@wrong("gru_step", "u in n", r"u stands where the reset gate belongs")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + u * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "returns tuple", r"expected one array")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return ((1 - u) * n + u * h, n)


@wrong("gru_step", "returns n", r"n is returned, without the average")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    return np.tanh(a[2] + r * (b[2] + params["b_hn"]))


@wrong("gru_step", "strided", r"the columns are taken in turns, every third one for a block")
def gru_step(params, x, h):
    a = x @ params["W_in"] + params["b_h"]
    b = h @ params["W_hh"]
    r, u = (sigmoid(a[..., 0::3] + b[..., 0::3]), sigmoid(a[..., 1::3] + b[..., 1::3]))
    n = np.tanh(a[..., 2::3] + r * (b[..., 2::3] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "split axis 1", r"axis=-1")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=1)
    b = np.split(h @ params["W_hh"], 3, axis=1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "hint3 with b_hn forgotten bracket: r * b[2] * b_hn")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * b[2] * params["b_hn"])
    return (1 - u) * n + u * h


@wrong("gru_step", "W_hn transposed", r"right when the old state is 0,")
def gru_step(params, x, h):
    H = h.shape[-1]
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (h @ params["W_hh"][:, 2 * H :].T + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "tanh whole", r"the average goes through a tanh")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return np.tanh((1 - u) * n + u * h)


@wrong("gru_step", "u of the gated h", r"right when the old state is 0,")
def gru_step(params, x, h):
    H = h.shape[-1]
    z = x @ params["W_in"] + params["b_h"]
    U = params["W_hh"]
    r = sigmoid(z[..., :H] + h @ U[:, :H])
    u = sigmoid(z[..., H : 2 * H] + r * h @ U[:, H : 2 * H])
    n = np.tanh(z[..., 2 * H :] + r * (h @ U[:, 2 * H :] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "r h in average", r"right when the old state is 0,")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * r * h


@wrong("gru_step", "r,u through tanh", r"the gates go through the tanh")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (np.tanh(a[0] + b[0]), np.tanh(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "missing x in n", r"sees neither the input nor b_h")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "blocks n r u order", r"order n, r, u")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[1] + b[1]), sigmoid(a[2] + b[2]))
    n = np.tanh(a[0] + r * (b[0] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "b_hn also to r and u")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = [q + params["b_hn"] for q in np.split(h @ params["W_hh"], 3, axis=-1)]
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * b[2])
    return (1 - u) * n + u * h


@wrong("gru_step", "1-r in bracket", r"1 - r stands for r")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + (1 - r) * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong(
    "gru_step", "sigmoid sign and double: 1/(1+exp(z))", r"the sigmoid falls: 1 / \(1 \+ exp\(z\)\)"
)
def gru_step(params, x, h):
    s = lambda z: 1 / (1 + np.exp(z))
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (s(a[0] + b[0]), s(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "bracket misplacement (1 - u * n) + u h", r"1 - u n stands for \(1 - u\) n")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return 1 - u * n + u * h


@right("gru_step", "writes through view of W_hh")
def gru_step(params, x, h):
    H = h.shape[-1]
    a = x @ params["W_in"]
    a += params["b_h"]
    b = params["b_hn"]
    m = h @ params["W_hh"]
    r, u = (sigmoid(a[..., :H] + m[..., :H]), sigmoid(a[..., H : 2 * H] + m[..., H : 2 * H]))
    params["b_h"] += 0.0
    params["b_hn"] *= 1.0
    n = np.tanh(a[..., 2 * H :] + r * (m[..., 2 * H :] + b))
    return (1 - u) * n + u * h


@wrong("gru_step", "returns h unchanged (arg)")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    h_new = (1 - u) * n + u * h
    return h


@wrong("gru_step", "two mistakes: order u r and b_hn outside")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    u, r = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * b[2] + params["b_hn"])
    return (1 - u) * n + u * h


@wrong("gru_step", "forgot return", r"returns nothing")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    (1 - u) * n + u * h


@wrong("gru_step", "uses lstm signature", r"stops with TypeError")
def gru_step(params, x, h, c):
    return h


@wrong("gru_step", "uses global H from notebook", r"stops with ValueError")
def gru_step(params, x, h):
    H = 5
    a = x @ params["W_in"] + params["b_h"]
    b = h @ params["W_hh"]
    r, u = (sigmoid(a[..., :H] + b[..., :H]), sigmoid(a[..., H : 2 * H] + b[..., H : 2 * H]))
    n = np.tanh(a[..., 2 * H :] + r * (b[..., 2 * H :] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "reshape (3, N, H)", r"right when N = 1,")
def gru_step(params, x, h):
    a = (x @ params["W_in"] + params["b_h"]).reshape(3, *h.shape)
    b = (h @ params["W_hh"]).reshape(3, *h.shape)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "r in place through a view: r overwritten")
def gru_step(params, x, h):
    H = h.shape[-1]
    z = x @ params["W_in"] + params["b_h"] + h @ params["W_hh"]
    g = sigmoid(z)
    r, u = (g[..., :H], g[..., H : 2 * H])
    r *= h @ params["W_hh"][:, 2 * H :] + params["b_hn"]
    n = np.tanh(x @ params["W_in"][:, 2 * H :] + params["b_h"][2 * H :] + r)
    u *= h
    return (1 - u) * n + u


@wrong("gru_step", "b_hn added to u")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0] + params["b_hn"]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * b[2])
    return (1 - u) * n + u * h


@wrong("gru_step", "hint 3 verbatim", r"stops with TypeError")
def gru_step(params, x, h):
    from_x = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    from_h = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(from_x[0] + ...), ...)
    n = np.tanh(from_x[2] + r * ...)
    return ... * n + ... * h


@right("gru_step", "hint 3 filled")
def gru_step(params, x, h):
    from_x = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    from_h = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(from_x[0] + from_h[0]), sigmoid(from_x[1] + from_h[1]))
    n = np.tanh(from_x[2] + r * (from_h[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "new h returned for x of I == H swapped args", r"stops with ValueError")
def gru_step(params, h, x):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * h


@wrong("gru_step", "h tuple", r"n is returned, without the average")
def gru_step(params, x, h):
    a = np.split(x @ params["W_in"] + params["b_h"], 3, axis=-1)
    b = np.split(h @ params["W_hh"], 3, axis=-1)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    n = np.tanh(a[2] + r * (b[2] + params["b_hn"]))
    return (1 - u) * n + u * n


@right("gru_step_back", "plain")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "dn without 1-u", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "dn slope missing", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "dr without m", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "dr with h@W only (no b_hn)", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * from_h[:, 2 * H :] * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "dr slope", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * (1 - r**2), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "du sign", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (n - h) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "du h only", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * h * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "du without slope", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "W_hh with to_x", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_x,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "W_in with to_h", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_h,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "b_hn without r", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": dn.sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "b_hn mean", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).mean(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "b_h with to_h", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_h.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "h without direct", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "h direct without u", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "h with to_x", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_x @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "x with to_h", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_h @ W_in.T,
    }


@wrong("gru_step_back", "order u r", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([du, dr, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "W_in transposed", r"cannot be judged")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": (x.T @ to_x).T,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "W_hh blocks swapped shape ok", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": np.concatenate(np.split(to_h.T @ h, 3, axis=0), axis=1),
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "b_h keepdims", r"cannot be judged")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0, keepdims=True),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "b_hn sum axis 1", r"cannot be judged")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=1),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@right("gru_step_back", "writes dh in place")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dh *= 1.0
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "writes dh really", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dh += 0.5
    dh -= 0.5
    dh *= 2
    dh /= 2
    h += 0
    x[:] = x + 0
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "missing key", r"cannot be judged")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "key h0", r"cannot be judged")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h0": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "b_h third block with r", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": np.concatenate([dr, du, dn * r], axis=1).sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "n with textbook", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * h @ W_hh[:, 2 * H :] + params["b_hn"])
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "dh clobbered later wrong h", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * (1 - u) + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "tuple", r"cannot be judged")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    d = {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }
    return tuple(d.values())


@wrong("gru_step_back", "argument write (really changes)", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    h0 = h.copy()
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    out = {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }
    dh *= u
    return out


@wrong("gru_step_back", "params write", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    out = {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }
    params["b_hn"][...] = out["b_hn"]
    return out


@wrong("gru_step_back", "mutates dict: new key", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    out = {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }
    params["n"] = n
    return out


@wrong("gru_step_back", "alias b_h buffer", r": not right")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    out = {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }
    out["b_hn"] = out["b_h"][-H:]
    return out


@wrong("gru_step_back", "not written", r"is not written yet")
def gru_step_back(params, x, h, dh): ...


@wrong("gru_step_back", "none", r"is not written yet")
def gru_step_back(params, x, h, dh):
    return


@wrong("gru_step_back", "error", r"stops with ValueError")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "float32", r"right to some 7 digits")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh.astype(np.float32) * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    return {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }


@wrong("gru_step_back", "numerical central eps 1e-5", r"right to some 10 digits")
def gru_step_back(params, x, h, dh):

    def fwd(p, x, h):
        H = h.shape[1]
        a, b = (x @ p["W_in"] + p["b_h"], h @ p["W_hh"])
        r, u = (sigmoid(a[:, :H] + b[:, :H]), sigmoid(a[:, H : 2 * H] + b[:, H : 2 * H]))
        n = np.tanh(a[:, 2 * H :] + r * (b[:, 2 * H :] + p["b_hn"]))
        return (1 - u) * n + u * h

    at = params | {"x": x, "h": h}
    out = {}
    for k, v in at.items():
        gr = np.zeros(v.shape)
        for idx in np.ndindex(v.shape):
            q = []
            for s in (1e-05, -1e-05):
                w = v.copy()
                w[idx] += s
                m = at | {k: w}
                q.append((dh * fwd(m, m["x"], m["h"])).sum())
            gr[idx] = (q[0] - q[1]) / 2e-05
        out[k] = gr
    return out


@right("gru_step_back", "complex step")
def gru_step_back(params, x, h, dh):

    def fwd(p, x, h):
        H = h.shape[1]
        a, b = (x @ p["W_in"] + p["b_h"], h @ p["W_hh"])
        r, u = (sigmoid(a[:, :H] + b[:, :H]), sigmoid(a[:, H : 2 * H] + b[:, H : 2 * H]))
        n = np.tanh(a[:, 2 * H :] + r * (b[:, 2 * H :] + p["b_hn"]))
        return (1 - u) * n + u * h

    from bptt_lab import numerical_gradient

    at = params | {"x": x, "h": h}
    return {
        k: numerical_gradient(
            lambda v: (lambda m: (dh * fwd(m, m["x"], m["h"])).sum())(at | {k: v}), at[k], "complex"
        )
        for k in at
    }


@right("gru_step_back", "loops over rows")
def gru_step_back(params, x, h, dh):
    N, H = h.shape
    g = {k: np.zeros_like(v) for k, v in params.items()}
    g["h"], g["x"] = (np.zeros_like(h), np.zeros_like(x))
    for k in range(N):
        a = x[k] @ params["W_in"] + params["b_h"]
        b = params["W_hh"].T @ h[k]
        r, u = (1 / (1 + np.exp(-(a + b)[:H])), 1 / (1 + np.exp(-(a + b)[H : 2 * H])))
        m = b[2 * H :] + params["b_hn"]
        n = np.tanh(a[2 * H :] + r * m)
        d = dh[k]
        dn = d * (1 - u) * (1 - n * n)
        dm = dn * r
        dr = dn * m * r * (1 - r)
        du = d * (h[k] - n) * u * (1 - u)
        ax = np.r_[dr, du, dn]
        ah = np.r_[dr, du, dm]
        g["W_in"] += np.outer(x[k], ax)
        g["W_hh"] += np.outer(h[k], ah)
        g["b_h"] += ax
        g["b_hn"] += dm
        g["h"][k] = d * u + params["W_hh"] @ ah
        g["x"][k] = params["W_in"] @ ax
    return g


@right("gru_step_back", "einsum blocks in place")
def gru_step_back(params, x, h, dh):
    N, H = h.shape
    W, U = (params["W_in"].reshape(-1, 3, H), params["W_hh"].reshape(H, 3, H))
    a = np.einsum("ni,ikh->knh", x, W) + params["b_h"].reshape(3, 1, H)
    b = np.einsum("nj,jkh->knh", h, U)
    r, u = (sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]))
    b[2] += params["b_hn"]
    n = np.tanh(a[2] + r * b[2])
    da = np.empty_like(a)
    da[2] = dh
    da[2] *= 1 - u
    da[2] *= (1 - n) * (1 + n)
    da[0] = da[2] * b[2]
    da[0] *= r - r * r
    da[1] = (h - n) * dh
    da[1] *= u
    da[1] *= 1 - u
    db = da.copy()
    db[2] *= r
    return {
        "x": np.einsum("knh,ikh->ni", da, W),
        "h": np.einsum("knh,jkh->nj", db, U) + u * dh,
        "W_in": np.einsum("ni,knh->ikh", x, da).reshape(params["W_in"].shape),
        "W_hh": np.einsum("nj,knh->jkh", h, db).reshape(params["W_hh"].shape),
        "b_h": da.sum(axis=1).ravel(),
        "b_hn": db[2].sum(axis=0),
    }


@right("gru_step_back", "own blocks hstack, extra key")
def gru_step_back(p, inp, before, err):
    H = before.shape[-1]
    Wr, Wu, Wn = (p["W_in"][:, k * H : (k + 1) * H] for k in range(3))
    Ur, Uu, Un = (p["W_hh"][:, k * H : (k + 1) * H] for k in range(3))
    br, bu, bn = p["b_h"].reshape(3, -1)
    r = sigmoid(inp @ Wr + before @ Ur + br)
    u = sigmoid(inp @ Wu + before @ Uu + bu)
    q = before @ Un + p["b_hn"]
    n = np.tanh(inp @ Wn + bn + r * q)
    d_n = err - err * u
    d_an = d_n - d_n * n**2
    d_q = r * d_an
    d_ar = d_q * q * (1 - r)
    d_au = err * before * u * (1 - u) - err * n * u * (1 - u)
    ones = np.ones(len(inp))
    return {
        "h": err * u + d_ar @ Ur.T + d_au @ Uu.T + d_q @ Un.T,
        "x": d_ar @ Wr.T + d_au @ Wu.T + d_an @ Wn.T,
        "W_in": np.hstack([inp.T @ d_ar, inp.T @ d_au, inp.T @ d_an]),
        "W_hh": np.hstack([before.T @ d_ar, before.T @ d_au, before.T @ d_q]),
        "b_h": np.hstack([ones @ d_ar, ones @ d_au, ones @ d_an]),
        "b_hn": ones @ d_q,
    }


@wrong("gru_step_back", "with an extra key", r"cannot be judged")
def gru_step_back(params, x, h, dh):
    H, W_in, W_hh = (h.shape[1], params["W_in"], params["W_hh"])
    from_x, from_h = (x @ W_in + params["b_h"], h @ W_hh)
    r, u = np.split(sigmoid((from_x + from_h)[:, : 2 * H]), 2, axis=1)
    m = from_h[:, 2 * H :] + params["b_hn"]
    n = np.tanh(from_x[:, 2 * H :] + r * m)
    dn = dh * (1 - u) * (1 - n**2)
    dr, du = (dn * m * r * (1 - r), dh * (h - n) * u * (1 - u))
    to_x = np.concatenate([dr, du, dn], axis=1)
    to_h = np.concatenate([dr, du, dn * r], axis=1)
    out = {
        "W_in": x.T @ to_x,
        "W_hh": h.T @ to_h,
        "b_h": to_x.sum(axis=0),
        "b_hn": (dn * r).sum(axis=0),
        "h": dh * u + to_h @ W_hh.T,
        "x": to_x @ W_in.T,
    }
    out["r"] = r
    return out
