"""Mistakes of notebook 09 with the LSTM: a step forward, a step back, the whole backward pass.

All are made from lines that can be replaced one by one: those of `FORWARD`, and those of `BACK`.
What makes a step back wrong makes the whole backward pass wrong; `LSTM_BACKWARD` has these, and
the mistakes that only a loop can make. They are for `found_by` and `FaultyRNN` with ``cell=LSTM``.
"""

from types import SimpleNamespace

import numpy as np

from ..answers import sigmoid
from .mistake import Mistake

# A step forward

FORWARD = {
    "z": lambda p, x, h, c: x @ p["W_in"] + h @ p["W_hh"] + p["b_h"],
    "order": "ifgo",
    "slopes": {"i": sigmoid, "f": sigmoid, "g": np.tanh, "o": sigmoid},
    "c": lambda s: s.f * s.c_before + s.i * s.g,
    "h": lambda s: s.o * np.tanh(s.c),
    "result": lambda s: (s.h, s.c),
}


def step_by(**other):
    """Return a wrong lstm_step, made with other lines."""
    lines = FORWARD | other
    lines["slopes"] = FORWARD["slopes"] | other.get("slopes", {})

    def lstm_step(params, x, h, c):
        blocks = np.split(lines["z"](params, x, h, c), 4, axis=-1)
        gates = {k: lines["slopes"][k](z) for k, z in zip(lines["order"], blocks)}
        s = SimpleNamespace(c_before=c, **gates)
        s.c = lines["c"](s)
        s.h = lines["h"](s)
        return lines["result"](s)

    return {"lstm_step": lstm_step}


def z_of(p, x, h, bias=1.0):
    return x @ p["W_in"] + h @ p["W_hh"] + bias * p["b_h"]


def with_one_on_f(p, x, h, c):
    z, H = z_of(p, x, h), h.shape[-1]
    z[..., H : 2 * H] += 1
    return z


GATES = dict.fromkeys("ifo", np.tanh)
BOTH = "both h and c are wrong"
STEPS = [
    ("i-f-o-g", "the columns are taken in the order i, f, o, g", {"order": "ifog"}, BOTH,
     "the four blocks of columns: i, f, g, o"),
    ("i-g-f-o", "the columns are taken in the order i, g, f, o", {"order": "igfo"}, BOTH,
     "the four blocks of columns: i, f, g, o"),
    ("i-and-f-exchanged", "input gate and forget gate are exchanged", {"order": "figo"}, BOTH,
     "which gate multiplies what: f the old cell, i what is new; the columns are i, f, g, o"),
    ("g-with-sigmoid", "g goes through the sigmoid", {"slopes": {"g": sigmoid}}, BOTH,
     "g, the one that is no gate: a tanh, which can also subtract"),
    ("gates-with-tanh", "the gates go through the tanh", {"slopes": GATES}, BOTH,
     "the three gates: a share between 0 and 1, from the sigmoid"),
    ("sigmoid-turned", "the sigmoid falls: 1 / (1 + exp(z))",
     {"slopes": {k: lambda z: sigmoid(-z) for k in "ifo"}}, BOTH,
     "the sign in the sigmoid: 1 / (1 + exp(-z))"),
    ("sigmoid-too-steep", "the sigmoid is (1 + tanh z) / 2, without halving z",
     {"slopes": {k: lambda z: (1 + np.tanh(z)) / 2 for k in "ifo"}}, BOTH,
     "the sigmoid written with a tanh: (1 + tanh(z / 2)) / 2"),
    ("no-forget-gate", "the forget gate is left out", {"c": lambda s: s.c_before + s.i * s.g}, BOTH,
     "the new cell: the old one counts f times"),
    ("no-input-gate", "the input gate is left out", {"c": lambda s: s.f * s.c_before + s.g}, BOTH,
     "the new cell: what is new counts i times"),
    ("forget-gate-of-all", "the forget gate multiplies what is new, too",
     {"c": lambda s: s.f * (s.c_before + s.i * s.g)}, BOTH,
     "the brackets of the new cell: f times the old one, plus i times g"),
    ("one-minus-f-for-i", "1 - f stands for the input gate",
     {"c": lambda s: s.f * s.c_before + (1 - s.f) * s.g}, BOTH,
     "the new cell: an input gate of its own (the GRU has one gate for both)"),
    ("no-old-cell", "the old cell is left out", {"c": lambda s: s.i * s.g}, BOTH,
     "the new cell: f times the old one is still to be added"),
    ("no-tanh-of-c", "h is o times c, without the tanh", {"h": lambda s: s.o * s.c},
     "only h is wrong", "the way from c to h: through a tanh"),
    ("no-output-gate", "the output gate is left out", {"h": lambda s: np.tanh(s.c)},
     "only h is wrong", "the way from c to h: o times its tanh"),
    ("tanh-of-all", "h is the tanh of o times c", {"h": lambda s: np.tanh(s.o * s.c)},
     "only h is wrong", "the way from c to h: first the tanh, then the gate"),
    ("h-of-the-old-cell", "h is made from the old cell",
     {"h": lambda s: s.o * np.tanh(s.c_before)}, "only h is wrong",
     "the way to h: from the new cell"),
    ("tanh-c-returned", "c is returned after its tanh",
     {"result": lambda s: (s.h, np.tanh(s.c))}, "only c is wrong",
     "what is returned for c: the cell itself, not its tanh"),
    ("h-and-c-exchanged", "c is returned first, then h", {"result": lambda s: (s.c, s.h)}, BOTH,
     "the order of the two results: h, c"),
    ("no-bias", "the bias is left out", {"z": lambda p, x, h, c: z_of(p, x, h, 0)}, BOTH,
     "what goes into the gates: x W_in, h W_hh and b_h"),
    ("bias-twice", "the bias is added twice", {"z": lambda p, x, h, c: z_of(p, x, h, 2)}, BOTH,
     "the bias: once (PyTorch has two of them, which come to one)"),
    ("no-old-state", "the old state h is left out",
     {"z": lambda p, x, h, c: z_of(p, x, 0 * h)}, BOTH,
     "what goes into the gates: h W_hh as well"),
    ("no-input", "the input x is left out", {"z": lambda p, x, h, c: z_of(p, 0 * x, h)}, BOTH,
     "what goes into the gates: x W_in as well"),
    ("gates-from-c", "the gates look at c where they should look at h",
     {"z": lambda p, x, h, c: z_of(p, x, c)}, BOTH, "what W_hh multiplies: the old h"),
    ("one-added-to-f", "1 is added to what goes into the forget gate", {"z": with_one_on_f}, BOTH,
     "the forget gate: its bias is in b_h already"),
]  # fmt: skip


# A step back

BACK = {
    "dc": lambda s, dh, dc: dc + dh * s.o * (1 - np.tanh(s.c) ** 2),
    "i": lambda s, dh, dc: dc * s.g * s.i * (1 - s.i),
    "f": lambda s, dh, dc: dc * s.c_before * s.f * (1 - s.f),
    "g": lambda s, dh, dc: dc * s.i * (1 - s.g**2),
    "o": lambda s, dh, dc: dh * np.tanh(s.c) * s.o * (1 - s.o),
    "c_before": lambda s, dh, dc: dc * s.f,
}
ROW = ("i", "f", "g", "o", "c_before")


def lines_of(s, dh, dc, lines):
    """Return what the four columns hear, and the old cell; `s.arrived` is the dc that came."""
    s.arrived = dc
    dc = lines["dc"](s, dh, dc)
    return [lines[k](s, dh, dc) for k in ROW]


def step_back_by(**other):
    """Return an lstm_step_back made with other lines."""
    lines = BACK | other

    def lstm_step_back(i, f, g, o, c_before, c, dh, dc):
        s = SimpleNamespace(i=i, f=f, g=g, o=o, c_before=c_before, c=c)
        names = ("z_i", "z_f", "z_g", "z_o", "c_before")
        return dict(zip(names, lines_of(s, dh, dc, lines)))

    return {"lstm_step_back": lstm_step_back}


# The whole way back

LOOP = {
    "start": lambda dh: (dh, np.zeros_like(dh)),
    "h_before": lambda W_hh, dz, H: dz @ W_hh.T,
    "rows": lambda h, c: h[:-1],
    "h0": lambda dh, dc: np.concatenate([dh, dc], axis=1),
    "b_h": lambda dz: dz.sum(axis=(0, 1)),
}


def backward_by(**other):
    """Return a whole backward pass of an LSTM, made with other lines."""
    lines = BACK | LOOP | other

    def backward(params, X, states, d_logits):
        H, W_hh = states.shape[2] // 2, params["W_hh"]
        h, c = states[:, :, :H], states[:, :, H:]
        z = X @ params["W_in"] + h[:-1] @ W_hh + params["b_h"]
        i, f, g, o = np.split(z, 4, axis=2)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        dz = np.empty_like(z)
        dh, dc = lines["start"](d_logits @ params["W_out"].T)
        for t in range(len(X) - 1, -1, -1):
            s = SimpleNamespace(i=i[t], f=f[t], g=g[t], o=o[t], c_before=c[t], c=c[t + 1])
            s.f_after, s.last = f[min(t + 1, len(X) - 1)], t == len(X) - 1
            *four, dc = lines_of(s, dh, dc, lines)
            dz[t] = np.concatenate(four, axis=1)
            dh = lines["h_before"](W_hh, dz[t], H)
        return {
            "W_in": np.einsum("tni,tnk->ik", X, dz, optimize=True),
            "W_hh": np.einsum("tnj,tnk->jk", lines["rows"](h, c), dz, optimize=True),
            "b_h": lines["b_h"](dz),
            "W_out": h[-1].T @ d_logits,
            "b_out": d_logits.sum(axis=0),
            "h0": lines["h0"](dh, dc),
            "X": dz @ params["W_in"].T,
        }

    return {"backward": backward}


def not_transposed(W_hh, dz, H):
    return sum(dz[:, k : k + H] @ W_hh[:, k : k + H] for k in range(0, 4 * H, H))


IFG = "z_i, z_f, z_g and c_before are wrong"
RIGHT = "W_in, W_hh, b_h, h0 and X are wrong"
ARRIVED = {k: lambda s, dh, dc, k=k: BACK[k](s, dh, s.arrived) for k in "ifg"}
# id, name, lines, what is wrong of a step, where to look, and which settings miss it in the whole
FAULTS = [
    ("cell-road-forgotten", "the dc that arrives from the next step is left out",
     {"dc": lambda s, dh, dc: BACK["dc"](s, dh, 0)}, IFG,
     "dc: c is used twice, in h and in the next cell, and both shares add up", ("T = 1",)),
    ("share-of-h-forgotten", "what h says to the cell is left out",
     {"dc": lambda s, dh, dc: dc}, IFG,
     "dc: c is used twice, in h and in the next cell, and both shares add up", ()),
    ("no-f-on-the-way-back", "dc goes to the old cell without the factor f",
     {"c_before": lambda s, dh, dc: dc}, "only c_before is wrong",
     "the old cell: its share in the new one is f", ()),
    ("i-for-f-on-the-way-back", "dc goes to the old cell with i in place of f",
     {"c_before": lambda s, dh, dc: dc * s.i}, "only c_before is wrong",
     "the old cell: its share in the new one is f", ()),
    ("arrived-dc-to-the-old-cell", "the old cell gets the dc that arrived, times f",
     {"c_before": lambda s, dh, dc: s.arrived * s.f}, "only c_before is wrong",
     "the old cell: it hears all of dc, what came through h as well", ()),
    ("arrived-dc-to-the-gates", "i, f and g get the dc that arrived", ARRIVED,
     "z_i, z_f and z_g are wrong", "the gates: they hear all of dc, what came through h as well",
     ()),
    ("slope-of-c", "the slope of the tanh is 1 - c²",
     {"dc": lambda s, dh, dc: dc + dh * s.o * (1 - s.c**2)}, IFG,
     "the slope of tanh c: one minus the square of its value, tanh c", ()),
    ("no-slope-of-tanh", "the slope of tanh c is left out",
     {"dc": lambda s, dh, dc: dc + dh * s.o}, IFG, "the way from h to c: through the tanh", ()),
    ("no-output-gate-in-dc", "the output gate is left out on the way from h to c",
     {"dc": lambda s, dh, dc: dc + dh * (1 - np.tanh(s.c) ** 2)}, IFG,
     "the way from h to c: o is a factor", ()),
    ("new-cell-in-f", "the forget gate gets c_t where c_{t-1} belongs",
     {"f": lambda s, dh, dc: dc * s.c * s.f * (1 - s.f)}, "only z_f is wrong",
     "the forget gate: it multiplied the old cell", ()),
    ("g-in-f", "the forget gate gets g where the old cell belongs",
     {"f": lambda s, dh, dc: dc * s.g * s.f * (1 - s.f)}, "only z_f is wrong",
     "the forget gate: it multiplied the old cell", ()),
    ("c-in-o", "the output gate gets c where tanh c belongs",
     {"o": lambda s, dh, dc: dh * s.c * s.o * (1 - s.o)}, "only z_o is wrong",
     "the output gate: it multiplied tanh c", ()),
    ("o-hears-dc", "the output gate hears dc in place of dh",
     {"o": lambda s, dh, dc: dc * np.tanh(s.c) * s.o * (1 - s.o)}, "only z_o is wrong",
     "the output gate: it acts on h alone, behind the cell", ()),
    ("g-with-slope-of-sigmoid", "g has the slope of a sigmoid",
     {"g": lambda s, dh, dc: dc * s.i * s.g * (1 - s.g)}, "only z_g is wrong",
     "the slope of g: it went through a tanh", ()),
    ("no-slope-of-g", "the slope of g is left out", {"g": lambda s, dh, dc: dc * s.i},
     "only z_g is wrong", "the slope of g: it went through a tanh", ()),
    ("no-slope-of-i", "the slope of the input gate is left out",
     {"i": lambda s, dh, dc: dc * s.g}, "only z_i is wrong", "the slope of a sigmoid: i (1 - i)",
     ()),
    ("no-slope-of-f", "the slope of the forget gate is left out",
     {"f": lambda s, dh, dc: dc * s.c_before}, "only z_f is wrong",
     "the slope of a sigmoid: f (1 - f)", ()),
    ("no-slope-of-o", "the slope of the output gate is left out",
     {"o": lambda s, dh, dc: dh * np.tanh(s.c)}, "only z_o is wrong",
     "the slope of a sigmoid: o (1 - o)", ()),
    ("half-a-slope-of-f", "the slope of the forget gate is f, without 1 - f",
     {"f": lambda s, dh, dc: dc * s.c_before * s.f}, "only z_f is wrong",
     "the slope of a sigmoid: f (1 - f)", ()),
    ("gates-with-slope-of-tanh", "the gates have the slope of a tanh",
     {"i": lambda s, dh, dc: dc * s.g * (1 - s.i**2),
      "f": lambda s, dh, dc: dc * s.c_before * (1 - s.f**2),
      "o": lambda s, dh, dc: dh * np.tanh(s.c) * (1 - s.o**2)},
     "z_i, z_f and z_o are wrong", "the slope of a sigmoid: σ (1 - σ)", ()),
    ("i-and-f-exchanged-back", "what i hears and what f hears are exchanged",
     {"i": BACK["f"], "f": BACK["i"]}, "z_i and z_f are wrong",
     "the order of the results: i, f, g, o", ()),
    ("no-g-in-i", "the factor g is left out of what the input gate hears",
     {"i": lambda s, dh, dc: dc * s.i * (1 - s.i)}, "only z_i is wrong",
     "the input gate: it multiplied g", ()),
    ("no-i-in-g", "the factor i is left out of what g hears",
     {"g": lambda s, dh, dc: dc * (1 - s.g**2)}, "only z_g is wrong",
     "g: the input gate multiplied it", ()),
    ("no-old-cell-in-f", "the old cell is left out of what the forget gate hears",
     {"f": lambda s, dh, dc: dc * s.f * (1 - s.f)}, "only z_f is wrong",
     "the forget gate: it multiplied the old cell", ()),
]  # fmt: skip
LOOPS = [
    ("no-road-through-the-gates", "no error goes back through the gates",
     {"h_before": lambda W, dz, H: 0 * dz[:, :H]}, RIGHT,
     "the old state: it went into all four columns", ()),
    ("no-road-through-o", "the way back through the gates leaves out the output gate",
     {"h_before": lambda W, dz, H: dz[:, : 3 * H] @ W[:, : 3 * H].T}, RIGHT,
     "the old state: it went into all four columns", ()),
    ("blocks-not-transposed", "the blocks of W_hh are not transposed on the way back",
     {"h_before": not_transposed}, RIGHT, "the way back: times the transpose of W_hh",
     ("H = 1", "W_hh symmetric", "W_hh = identity")),
    ("W_hh-with-the-new-state", "dW_hh is made with h_t in place of h_{t-1}",
     {"rows": lambda h, c: h[1:]}, "only W_hh is wrong", "what W_hh multiplied: the old state", ()),
    ("W_hh-with-the-cell", "dW_hh is made with the cell c_{t-1}",
     {"rows": lambda h, c: c[:-1]}, "only W_hh is wrong", "what W_hh multiplied: the old state h",
     ()),
    ("f-of-the-step-after", "dc goes back with the f of the step after",
     {"c_before": lambda s, dh, dc: dc * s.f_after}, RIGHT,
     "the old cell: the f of the same step", ("T = 1",)),
    ("cell-from-the-end-only", "only the last step adds its share to dc",
     {"dc": lambda s, dh, dc: BACK["dc"](s, dh, dc) if s.last else dc}, RIGHT,
     "dc: at every step h adds its share", ("T = 1",)),
    ("c0-left-out", "the initial cell gets nothing",
     {"h0": lambda dh, dc: np.concatenate([dh, 0 * dc], axis=1)}, "only h0 is wrong",
     "what is left after the loop: dh for h_0, and dc for c_0", ()),
    ("mean-for-b_h", "db_h is a mean over the batch",
     {"b_h": lambda dz: dz.sum(axis=0).mean(axis=0)}, "only b_h is wrong",
     "the sum over the batch: the mean is in the loss already", ("N = 1",)),
]  # fmt: skip

LSTM_STEPS = [
    Mistake(f"lstm-step-{id}", name, step_by(**lines), seen, look)
    for id, name, lines, seen, look in STEPS
]
LSTM_STEPS += [
    Mistake(f"lstm-back-{id}", name, step_back_by(**lines), seen, look)
    for id, name, lines, seen, look, _ in FAULTS
]
LSTM_BACKWARD = [
    Mistake(f"lstm-{id}", name, backward_by(**lines), RIGHT if part else seen, look, missed)
    for part, faults in ((True, FAULTS), (False, LOOPS))
    for id, name, lines, seen, look, missed in faults
]
