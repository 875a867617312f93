"""More mistakes of notebook 09 in a step of the LSTM or the GRU, for their exercises alone.

They are made from the lines of `lstm` and `gru`, whose lists the notebook counts and prints; what
is here, it does not.
"""

import numpy as np

from ..answers import sigmoid
from . import gru, lstm
from .lstm import BACK, BOTH, IFG
from .mistake import Mistake


def same(z):
    return z


# The LSTM, forward


def interleaved(a, blocks):
    """Return columns in blocks, from columns that were taken in turns."""
    turned = a.reshape(*a.shape[:-1], -1, blocks)
    return np.concatenate([turned[..., k] for k in range(blocks)], axis=-1)


def deaf(gate):
    """Return what goes into the gates if one of them does not see the old state."""

    def z(p, x, h, c):
        z, H, k = lstm.z_of(p, x, h), h.shape[-1], "ifgo".index(gate)
        columns = slice(k * H, (k + 1) * H)
        z[..., columns] = lstm.z_of(p, x, 0 * h)[..., columns]
        return z

    return z


def blocks_turned(W):
    """Return W_hh with each of its blocks transposed."""
    return np.concatenate([W[:, k : k + len(W)].T for k in range(0, W.shape[1], len(W))], axis=1)


GATE = {"i": "input gate", "f": "forget gate", "o": "output gate"}
WHERE = {"i": BOTH, "f": BOTH, "g": BOTH, "o": "only h is wrong"}
SHARE = "a share between 0 and 1, from the sigmoid"
STEPS = [
    ("minus", "what is new is subtracted", {"c": lambda s: s.f * s.c_before - s.i * s.g}, BOTH,
     "the sign in the new cell: f times the old one, plus i times g"),
    ("one-minus-f-for-f", "1 - f stands for the forget gate",
     {"c": lambda s: (1 - s.f) * s.c_before + s.i * s.g}, BOTH,
     "the new cell: f is the share of the old one that stays"),
    ("i-for-f", "the input gate stands for the forget gate, too",
     {"c": lambda s: s.i * (s.c_before + s.g)}, BOTH, "the new cell: the old one counts f times"),
    ("f-for-i", "the forget gate stands for the input gate, too",
     {"c": lambda s: s.f * (s.c_before + s.g)}, BOTH, "the new cell: what is new counts i times"),
    ("i-for-o", "the input gate stands where the output gate belongs",
     {"h": lambda s: s.i * np.tanh(s.c)}, "only h is wrong", "the way from c to h: its gate is o"),
    ("f-for-o", "the forget gate stands where the output gate belongs",
     {"h": lambda s: s.f * np.tanh(s.c)}, "only h is wrong", "the way from c to h: its gate is o"),
    ("g-for-o", "g stands where the output gate belongs",
     {"h": lambda s: s.g * np.tanh(s.c)}, "only h is wrong", "the way from c to h: its gate is o"),
    ("sigmoid-of-c", "h is made with a sigmoid of c, where a tanh belongs",
     {"h": lambda s: s.o * sigmoid(s.c)}, "only h is wrong", "the way from c to h: through a tanh"),
    ("old-cell-returned", "the old cell is returned, as it was",
     {"result": lambda s: (s.h, s.c_before)}, "only c is wrong",
     "the second result: the new cell (has it another name?)"),
    ("g-without-tanh", "g goes without its tanh", {"slopes": {"g": same}}, BOTH,
     "g, what is new: it goes through a tanh"),
    ("no-sigmoid", "the three gates go without their sigmoid",
     {"slopes": dict.fromkeys("ifo", same)}, BOTH, f"the three gates: {SHARE}"),
    ("sigmoid-twice", "the gates go through the sigmoid twice",
     {"slopes": dict.fromkeys("ifo", lambda z: sigmoid(sigmoid(z)))}, BOTH,
     "the three gates: one sigmoid each"),
    ("sigmoid-without-brackets", "the sigmoid is 1 / 1 + exp(-z), without brackets",
     {"slopes": dict.fromkeys("ifo", lambda z: 1 + np.exp(-z))}, BOTH,
     "the sigmoid: 1 / (1 + exp(-z))"),
    ("columns-in-turns", "the columns are taken in turns, every fourth one for a gate",
     {"z": lambda p, x, h, c: interleaved(lstm.z_of(p, x, h), 4)}, BOTH,
     "the columns: all H of i, then all H of f, of g, of o (with H = 1 it is the same)"),
    ("blocks-turned", "each block of W_hh is transposed",
     {"z": lambda p, x, h, c: lstm.z_of(p | {"W_hh": blocks_turned(p["W_hh"])}, x, h)}, BOTH,
     "h W_hh: the blocks as they are, forward"),
    *((f"no-sigmoid-{k}", f"the {gate} goes without its sigmoid", {"slopes": {k: same}}, WHERE[k],
       f"the {gate}: {SHARE}") for k, gate in GATE.items()),
    *((f"tanh-{k}", f"the {gate} goes through a tanh", {"slopes": {k: np.tanh}}, WHERE[k],
       f"the {gate}: {SHARE}") for k, gate in GATE.items()),
    *((f"deaf-{k}", f"{k} does not see the old state", {"z": deaf(k)}, WHERE[k],
       f"what goes into {k}: x W_in, h W_hh and b_h, like the others") for k in "ifgo"),
]  # fmt: skip


# The LSTM, back


def with_tanh(of, dc=True, o=True):
    """Return the two lines with tanh c, one or both with something else in its place."""
    lines = {
        "dc": lambda s, dh, dc: dc + dh * s.o * (1 - of(s) ** 2),
        "o": lambda s, dh, dc: dh * of(s) * s.o * (1 - s.o),
    }
    return {k: line for k, line in lines.items() if {"dc": dc, "o": o}[k]}


def half_of(s):
    return s.o * (1 - np.tanh(s.c) ** 2)


PARTNER = {"i": lambda s: s.g, "f": lambda s: s.c_before, "o": lambda s: np.tanh(s.c)}


def gate(k, slope=lambda a: a * (1 - a), dc=None):
    """Return the line of a gate with another slope, or with another error."""

    def line(s, dh, arriving):
        error = dc(s, dh, arriving) if dc else dh if k == "o" else arriving
        return error * PARTNER[k](s) * slope(getattr(s, k))

    return {k: line}


SLOPES = {
    "half": ("{k}, without 1 - {k}", same),
    "other-half": ("1 - {k}, without the factor {k}", lambda a: 1 - a),
    "plus": ("{k} (1 + {k}), with a plus", lambda a: a * (1 + a)),
    "twice": ("σ({k}) (1 - σ({k})), one sigmoid too many", lambda a: sigmoid(a) * sigmoid(-a)),
    "of-tanh": ("1 - {k}², that of a tanh", lambda a: 1 - a**2),
}
ORDER = "the names of the results: z_i, z_f, z_g, z_o"
FROM_H = "dc: what h adds to it is dh o (1 - tanh² c)"
EVERY = "z_i, z_f, z_g, z_o and c_before are wrong"
FAULTS = [
    ("subtracted", "what h says to the cell is subtracted",
     {"dc": lambda s, dh, dc: dc - dh * half_of(s)}, IFG,
     "dc: both shares add up, with a plus"),
    ("added-twice", "what h says to the cell is added twice",
     {"dc": lambda s, dh, dc: dc + 2 * dh * half_of(s)}, IFG, "dc: each share is added once"),
    ("f-too-early", "the dc that arrives is multiplied by f",
     {"dc": lambda s, dh, dc: dc * s.f + dh * half_of(s)}, IFG,
     "dc: what arrives counts as it is (f comes in on the way to the old cell)"),
    ("arrived-dc-through-the-tanh", "the dc that arrives goes through o and the tanh, like dh",
     {"dc": lambda s, dh, dc: (dc + dh) * s.o * (1 - np.tanh(s.c) ** 2)}, IFG,
     "dc: only what comes from h goes through o and the tanh"),
    ("no-dh-in-dc", "dh is left out of what h says to the cell",
     {"dc": lambda s, dh, dc: dc + half_of(s)}, IFG, FROM_H),
    ("tanh-for-its-slope", "tanh c stands where its slope belongs",
     {"dc": lambda s, dh, dc: dc + dh * s.o * np.tanh(s.c)}, IFG, FROM_H),
    ("slope-of-h", "the slope of the tanh is 1 - h², with h = o tanh c",
     {"dc": lambda s, dh, dc: dc + dh * s.o * (1 - (s.o * np.tanh(s.c)) ** 2)}, IFG,
     "the slope of tanh c: one minus the square of tanh c alone, without o"),
    ("slope-squared", "the slope of the tanh is (1 - tanh c)², the square outside the bracket",
     {"dc": lambda s, dh, dc: dc + dh * s.o * (1 - np.tanh(s.c)) ** 2}, IFG, FROM_H),
    ("slope-of-the-old-cell", "the slope of the tanh is taken at the old cell",
     with_tanh(lambda s: np.tanh(s.c_before), o=False), IFG,
     "the slope of tanh c: at the new cell"),
    ("slope-without-square", "the slope of the tanh is 1 - tanh c, without the square",
     {"dc": lambda s, dh, dc: dc + dh * s.o * (1 - np.tanh(s.c))}, IFG, FROM_H),
    ("cells-exchanged", "c and c_before are exchanged",
     with_tanh(lambda s: np.tanh(s.c_before)) | {"f": lambda s, dh, dc: dc * s.c * s.f * (1 - s.f)},
     EVERY, "the order of the arguments: c_before, then c"),
    ("tanh-of-the-old-cell", "the tanh is taken of the old cell",
     with_tanh(lambda s: np.tanh(s.c_before)), EVERY, "tanh c: of the new cell"),
    ("o-hears-the-old-cell", "the output gate gets the tanh of the old cell",
     with_tanh(lambda s: np.tanh(s.c_before), dc=False), "only z_o is wrong",
     "the output gate: it multiplied the tanh of the new cell"),
    ("sigmoid-of-c", "a sigmoid of c stands where tanh c belongs",
     with_tanh(lambda s: sigmoid(s.c)), EVERY, "the way from c to h: through a tanh"),
    ("c-for-tanh-c", "c stands where tanh c belongs", with_tanh(lambda s: s.c), EVERY,
     "the way from c to h: through a tanh"),
    ("g-squared", "the slope of g is (1 - g)², the square outside the bracket",
     {"g": lambda s, dh, dc: dc * s.i * (1 - s.g) ** 2}, "only z_g is wrong",
     "the slope of g: 1 - g²"),
    ("g-tanh-twice", "the slope of g is 1 - tanh² g",
     {"g": lambda s, dh, dc: dc * s.i * (1 - np.tanh(s.g) ** 2)}, "only z_g is wrong",
     "the slope of g: g is the tanh already"),
    ("g-plus", "the slope of g is 1 + g²", {"g": lambda s, dh, dc: dc * s.i * (1 + s.g**2)},
     "only z_g is wrong", "the slope of g: 1 - g²"),
    ("g-minus-g", "the slope of g is 1 - g, without the square",
     {"g": lambda s, dh, dc: dc * s.i * (1 - s.g)}, "only z_g is wrong", "the slope of g: 1 - g²"),
    ("g-for-i", "g gets itself where the input gate belongs",
     {"g": lambda s, dh, dc: dc * s.g * (1 - s.g**2)}, "only z_g is wrong",
     "g: the input gate multiplied it"),
    ("f-for-i-in-g", "g gets the forget gate where the input gate belongs",
     {"g": lambda s, dh, dc: dc * s.f * (1 - s.g**2)}, "only z_g is wrong",
     "g: the input gate multiplied it"),
    ("i-for-g", "the input gate gets itself where g belongs",
     {"i": lambda s, dh, dc: dc * s.i * s.i * (1 - s.i)}, "only z_i is wrong",
     "the input gate: it multiplied g"),
    ("c_before-in-i", "the input gate gets the old cell where g belongs",
     {"i": lambda s, dh, dc: dc * s.c_before * s.i * (1 - s.i)}, "only z_i is wrong",
     "the input gate: it multiplied g"),
    ("no-tanh-c", "tanh c is left out of what the output gate hears",
     {"o": lambda s, dh, dc: dh * s.o * (1 - s.o)}, "only z_o is wrong",
     "the output gate: it multiplied tanh c"),
    ("no-dh-in-o", "dh is left out of what the output gate hears",
     gate("o", dc=lambda s, dh, dc: 1), "only z_o is wrong", "the output gate: dh arrives there"),
    ("o-hears-arrived-dc", "the output gate hears the dc that arrived in place of dh",
     gate("o", dc=lambda s, dh, dc: s.arrived), "only z_o is wrong",
     "the output gate: it acts on h alone, behind the cell"),
    ("no-dc-in-c_before", "dc is left out of what the old cell hears",
     {"c_before": lambda s, dh, dc: s.f}, "only c_before is wrong", "the old cell: dc f"),
    ("arrived-dc-added", "the old cell gets the dc that arrived once more",
     {"c_before": lambda s, dh, dc: dc * s.f + s.arrived}, "only c_before is wrong",
     "the old cell: dc f alone, which has the dc that arrived in it"),
    ("old-cell-times-itself", "the old cell hears dc f, times itself",
     {"c_before": lambda s, dh, dc: dc * s.f * s.c_before}, "only c_before is wrong",
     "the old cell: its share in the new one is f"),
    ("one-minus-f-on-the-way-back", "dc goes to the old cell with 1 - f in place of f",
     {"c_before": lambda s, dh, dc: dc * (1 - s.f)}, "only c_before is wrong",
     "the old cell: its share in the new one is f"),
    *((f"arrived-dc-to-{k}", f"{k} gets the dc that arrived, without what h adds to it",
       {k: lambda s, dh, dc, k=k: BACK[k](s, dh, s.arrived)}, f"only z_{k} is wrong",
       f"z_{k}: it hears all of dc, what came through h as well") for k in "ifg"),
    *((f"no-dc-in-{k}", f"dc is left out of what {k} hears",
       {k: lambda s, dh, dc, k=k: BACK[k](s, dh, 1)}, f"only z_{k} is wrong",
       f"z_{k}: dc is what arrives there") for k in "ifg"),
    *((f"{id}-slope-of-{k}-alone", f"the slope of {k} is {words.format(k=k)}", gate(k, slope),
       f"only z_{k} is wrong", f"the slope of a sigmoid: {k} (1 - {k})")
      for k in GATE for id, (words, slope) in SLOPES.items() if (id, k) != ("half", "f")),
    *((f"{a}-and-{b}-exchanged", f"what {a} hears and what {b} hears are exchanged",
       {a: BACK[b], b: BACK[a]}, f"z_{a} and z_{b} are wrong", ORDER)
      for a, b in ("ig", "io", "fg", "fo", "go")),
]  # fmt: skip


# The GRU, forward


def gru_by(new):
    """Return a wrong gru_step; new(s) makes the new state from what a step computes."""

    def gru_step(params, x, h):
        s = gru.values_of(params, x, h, gru.FORWARD)
        s.b_n = params["b_h"][2 * h.shape[-1] :]
        return new(s)

    return {"gru_step": gru_step}


def average(s, n):
    return (1 - s.u) * n + s.u * s.h_before


def blocks_changed(change):
    """Return a change of the arguments: of each array in the three blocks of columns."""
    return lambda p, x, h: ({k: change(a) if k != "b_hn" else a for k, a in p.items()}, x, h)


def without_block(k):
    """Return the change of arguments with which a block of columns does not see the old state."""

    def change(p, x, h):
        W, H = p["W_hh"].copy(), h.shape[-1]
        W[:, k * H : (k + 1) * H] = 0
        return p | {"W_hh": W}, x, h

    return change


def turned(p, x, h):
    return p | {"W_hh": blocks_turned(p["W_hh"])}, x, h


AVERAGE = "the average: the shares 1 - u and u"
BRACKET = "what goes into n: x W_n + b_n + r (h W_hn + b_hn)"
GRU = [
    ("b_h-inside", "b_h stands inside the bracket that r multiplies",
     gru_by(lambda s: average(s, np.tanh(s.a_n - s.b_n + s.r * (s.m + s.b_n)))),
     f"{BRACKET}; b_h belongs to x W_in"),
    ("n-without-tanh", "n goes without its tanh", gru_by(lambda s: average(s, s.a_n + s.r * s.m)),
     "n, what is new: it goes through a tanh"),
    ("u-twice", "n counts u times, too", gru_by(lambda s: s.u * s.n + s.u * s.h_before), AVERAGE),
    ("one-minus-u-twice", "the old state counts 1 - u times, too",
     gru_by(lambda s: (1 - s.u) * (s.n + s.h_before)), AVERAGE),
    ("brackets", "1 - u n stands for (1 - u) n",
     gru_by(lambda s: 1 - s.u * s.n + s.u * s.h_before), "the brackets: (1 - u) n"),
    ("old-state-subtracted", "the old state is subtracted",
     gru_by(lambda s: (1 - s.u) * s.n - s.u * s.h_before), "the sign in the average: a plus"),
    ("difference-turned", "n + u (n - h) stands for n + u (h - n)",
     gru_by(lambda s: s.n + s.u * (s.n - s.h_before)), "the difference: from n towards h"),
    ("no-old-state", "the old state is left out of the average",
     gru_by(lambda s: (1 - s.u) * s.n), AVERAGE),
    ("r-outside-the-tanh", "r multiplies the tanh, not what goes into it",
     gru_by(lambda s: average(s, s.r * np.tanh(s.a_n + s.m))), BRACKET),
    ("one-minus-r", "1 - r stands for r",
     gru_by(lambda s: average(s, np.tanh(s.a_n + (1 - s.r) * s.m))), BRACKET),
    ("r-h-without-W", "r multiplies h itself, without W_hn",
     gru_by(lambda s: average(s, np.tanh(s.a_n + s.r * s.h_before + s.b_hn))), BRACKET),
    ("no-x-in-n", "n does not see the input",
     gru_by(lambda s: average(s, np.tanh(s.b_n + s.r * s.m))), BRACKET),
    ("nothing-from-x-in-n", "n sees neither the input nor b_h",
     gru_by(lambda s: average(s, np.tanh(s.r * s.m))), BRACKET),
    ("r-for-u", "r stands for u in the average",
     gru_by(lambda s: (1 - s.r) * s.n + s.r * s.h_before), "the average: its share is u"),
    *((f"deaf-{k}", f"{k} does not see the old state", gru.step_by(change=without_block(place)),
       f"what goes into {k}: h W_hh as well") for place, k in enumerate("ru")),
    ("no-h-W_hn", "h W_hn is left out of n", gru.step_by(change=without_block(2)), BRACKET),
    *((f"no-sigmoid-{k}", f"{k} goes without its sigmoid", gru.step_by(**{k: same}),
       f"{k}, a gate: {SHARE}") for k in "ru"),
    ("no-sigmoid", "the gates go without their sigmoid", gru.step_by(r=same, u=same),
     f"the two gates: {SHARE}"),
    *((f"tanh-{k}", f"{k} goes through a tanh", gru.step_by(**{k: np.tanh}),
       f"{k}, a gate: {SHARE}") for k in "ru"),
    ("columns-in-turns", "the columns are taken in turns, every third one for a block",
     gru.step_by(change=blocks_changed(lambda a: interleaved(a, 3))),
     "the columns: all H of r, then all H of u, of n (with H = 1 it is the same)"),
    ("n-first", "the columns are taken in the order n, r, u",
     gru.step_by(change=blocks_changed(lambda a: np.roll(a, -(a.shape[-1] // 3), axis=-1))),
     "the blocks of columns: r, u, n"),
    ("blocks-turned", "each block of W_hh is transposed", gru.step_by(change=turned),
     "h W_hh: the blocks as they are, forward"),
]  # fmt: skip

GATED_STEPS = [
    Mistake(f"lstm-step-{id}", name, lstm.step_by(**lines), seen, look)
    for id, name, lines, seen, look in STEPS
]
GATED_STEPS += [
    Mistake(f"lstm-back-{id}", name, lstm.step_back_by(**lines), seen, look)
    for id, name, lines, seen, look in FAULTS
]
GATED_STEPS += [
    Mistake(f"gru-step-{id}", name, wrong, gru.SEEN, look) for id, name, wrong, look in GRU
]
