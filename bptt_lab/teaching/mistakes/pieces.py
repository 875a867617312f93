"""Mistakes of notebook 08 where a sequence is worked through in two pieces, to be joined."""

import numpy as np

from .mistake import Mistake


def joined_by(
    to_first=lambda first, second, h, s: second["h0"],
    to_second=lambda first, h, s: 0,
    h0=lambda first, second: first["h0"],
    X=lambda first, second: np.concatenate([first["X"], second["X"]]),
    both=lambda k, first, second: first[k] + second[k],
    heard=1.0,
    overlap=0,
):
    """Return a join with other parts: what is handed on, what becomes of the two dicts."""

    def join(back, X_all, h, d_logits, s):
        alone = back(X_all[:s], h[: s + 1], heard * d_logits[:s], 0)
        low = s - overlap
        second = back(X_all[low:], h[low:], d_logits[low:], to_second(alone, h, s))
        first = back(X_all[:s], h[: s + 1], heard * d_logits[:s], to_first(alone, second, h, s))
        sums = {k: both(k, first, second) for k in ("W_in", "W_hh", "b_h", "W_out", "b_out")}
        return sums | {"h0": h0(first, second), "X": X(first, second)}

    return {"join": join}


ON_ITS_WAY = "what the earlier piece is given as d_state"
ALL_BUT_READ_OUT = "W_in, W_hh, b_h, h0 and the X of the first piece are wrong"

PIECES = [
    Mistake(
        "join-nothing-handed-on",
        "nothing is handed on: each piece is differentiated by itself",
        joined_by(to_first=lambda first, second, h, s: 0),
        ALL_BUT_READ_OUT + ", W_out and b_out are right",
        ON_ITS_WAY + ": the error that leaves the later one at its start",
    ),
    Mistake(
        "join-wrong-way",
        "the error is handed on in the direction of time",
        joined_by(
            to_first=lambda first, second, h, s: 0, to_second=lambda first, h, s: first["h0"]
        ),
        "all is wrong but W_out and b_out",
        "the order of the two calls: the state runs forwards, the error runs back",
    ),
    Mistake(
        "join-state-for-error",
        "the state is handed back, where the error should be",
        joined_by(to_first=lambda first, second, h, s: h[s]),
        ALL_BUT_READ_OUT,
        ON_ITS_WAY + ": a gradient, and not h_s",
    ),
    Mistake(
        "join-handed-on-twice",
        "what is handed on counts twice",
        joined_by(to_first=lambda first, second, h, s: 2 * second["h0"]),
        ALL_BUT_READ_OUT,
        ON_ITS_WAY + ": once is enough",
    ),
    Mistake(
        "join-handed-on-with-its-own",
        "the earlier piece is given its own h0 as well",
        joined_by(to_first=lambda first, second, h, s: first["h0"] + second["h0"]),
        ALL_BUT_READ_OUT,
        ON_ITS_WAY + ": that of the later piece alone",
    ),
    Mistake(
        "join-through-the-tanh",
        "what is handed on goes through the tanh of h_s once more",
        joined_by(to_first=lambda first, second, h, s: second["h0"] * (1 - h[s] ** 2)),
        ALL_BUT_READ_OUT,
        ON_ITS_WAY + ": back takes it through the tanh itself",
    ),
    Mistake(
        "join-sign",
        "what is handed on has the wrong sign",
        joined_by(to_first=lambda first, second, h, s: -second["h0"]),
        ALL_BUT_READ_OUT,
        ON_ITS_WAY,
    ),
    Mistake(
        "join-h0-of-second",
        "h0 is that of the later piece",
        joined_by(h0=lambda first, second: second["h0"]),
        "only h0 is wrong",
        "whose h0 is returned: h_0 stands before the earlier piece",
    ),
    Mistake(
        "join-h0-added",
        "the two h0 are added",
        joined_by(h0=lambda first, second: first["h0"] + second["h0"]),
        "only h0 is wrong",
        "which results are sums: h_0 is used once, and so is h_s, which is no h_0",
    ),
    Mistake(
        "join-X-of-first-after",
        "the two pieces of X change places",
        joined_by(X=lambda first, second: np.concatenate([second["X"], first["X"]])),
        "only X is wrong",
        "the order in which the gradients at X are joined: that of time",
    ),
    Mistake(
        "join-sums-of-second",
        "the weights have the gradients of the later piece alone",
        joined_by(both=lambda k, first, second: second[k]),
        "the gradients of all parameters are wrong, h0 and X are right",
        "what becomes of the two dicts: one weight in both pieces, so a sum",
    ),
    Mistake(
        "join-sums-of-first",
        "the weights have the gradients of the earlier piece alone",
        joined_by(both=lambda k, first, second: first[k]),
        "the gradients of all parameters are wrong, h0 and X are right",
        "what becomes of the two dicts: one weight in both pieces, so a sum",
    ),
    Mistake(
        "join-mean",
        "the gradients of the two pieces are averaged",
        joined_by(both=lambda k, first, second: (first[k] + second[k]) / 2),
        "the gradients of all parameters are half as large as they should be",
        "what becomes of the two dicts: a sum, no mean",
    ),
    Mistake(
        "join-read-out-of-second",
        "W_out and b_out are those of the later piece alone",
        joined_by(
            both=lambda k, first, second: second[k] + first[k] * (k not in ("W_out", "b_out"))
        ),
        "only W_out and b_out are wrong",
        "the read-out: in the earlier piece every step is read out, too",
    ),
    Mistake(
        "join-first-not-read-out",
        "the earlier piece hears nothing of its own read-out",
        joined_by(heard=0.0),
        "the first steps of X are wrong, and all else",
        "the d_logits of the earlier piece: those of its own steps, not zeros",
    ),
    Mistake(
        "join-overlap",
        "step s is in both pieces",
        joined_by(
            overlap=1,
            X=lambda first, second: np.concatenate([first["X"], second["X"][1:]]),
        ),
        "nearly everything is wrong",
        "where the later piece begins: X[s:] has step s + 1 first",
    ),
]
