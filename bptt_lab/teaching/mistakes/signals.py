"""Mistakes of notebook 10 in an error signal that has two sources at every step."""

import numpy as np

from .bptt import BACKWARD
from .mistake import Mistake
from .parts import PARTS
from .truncation import goes_through


def reading_loop(
    arrives=lambda dh, read, t: dh + read[t - 1],
    first=lambda read: 0 * read[-1],
    after=lambda dz, read, h, t: dz,
    on=lambda dh, read, t: dh,
    back=lambda dz, dh, W_hh, parts: parts["back"](dz, W_hh),
    rounds=lambda T: range(T, 0, -1),
):
    """Return a walk that hears a read-out at every step.

    `first` is what arrives at h_T before the loop, `arrives` what goes through the tanh, `after`
    what becomes of it, `back` how it goes to the step before, and `on` what arrives there.
    `rounds` are the steps of the loop.
    """

    def walk(params, h, read, parts):
        dz, dh = np.zeros_like(h[1:]), first(read)
        for t in rounds(len(dz)):
            dh = arrives(dh, read, t)
            dz[t - 1] = after(parts["through_tanh"](dh, h, t), read, h, t)
            dh = on(back(dz[t - 1], dh, params["W_hh"], parts), read, t)
        return dz, dh

    return walk


def signals_by(loop=None, d=lambda d_logits: d_logits, **other):
    """Return a signals_every_step with another loop, or with other parts of notebook 03."""
    parts, right = PARTS | other, reading_loop()

    def signals_every_step(params, h, d_logits):
        def inner(params, h, read, parts):
            return (loop or right)(params, h, read, parts)

        read = d(d_logits) @ params["W_out"].T
        return other.get("walk", inner)(params, h, read, parts | {"inner": inner})[0]

    return {"signals_every_step": signals_every_step}


def at_the_end_alone(d_logits):
    """Return the same for a loss that reads the last step alone."""
    return np.concatenate([np.zeros_like(d_logits[:-1]), d_logits[-1:]])


def all_at_the_end(d_logits):
    return np.concatenate([np.zeros_like(d_logits[:-1]), d_logits.sum(axis=0)[None]])


def slope(h, t):
    return 1 - h[t] ** 2


def dh_stored(params, h, read, parts):
    dh_all, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(read), 0, -1):
        dh_all[t - 1] = dh + read[t - 1]
        dh = parts["back"](parts["through_tanh"](dh_all[t - 1], h, t), params["W_hh"])
    return dh_all, dh


def slope_of_the_read_out_alone(params, h, read, parts):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dz[t - 1] = dh + read[t - 1] * slope(h, t)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz, dh


JOIN = "where the two meet"
ALL_BUT_LAST = "the last δ is right, the others are not"

SIGNALS = [
    Mistake(
        "signals-second-source-forgotten",
        "the second source is forgotten: no step but the last hears its own read-out",
        signals_by(d=at_the_end_alone),
        ALL_BUT_LAST,
        JOIN + ": each state is heard by the next step and by its own read-out",
    ),
    Mistake(
        "signals-overwritten",
        "what came back from the next step is overwritten by the step's own read-out",
        signals_by(reading_loop(arrives=lambda dh, read, t: read[t - 1])),
        ALL_BUT_LAST,
        JOIN + ": is it += or = ?",
    ),
    Mistake(
        "signals-after-the-slope",
        "the step's own read-out is added after the slope of the tanh",
        signals_by(
            reading_loop(
                arrives=lambda dh, read, t: dh, after=lambda dz, read, h, t: dz + read[t - 1]
            )
        ),
        "every δ is wrong",
        JOIN + ": at h_t, so before the tanh is taken back",
    ),
    Mistake(
        "signals-after-the-slope-but-the-last",
        "at each step but the last, its own read-out is added after the slope of the tanh",
        signals_by(
            reading_loop(
                arrives=lambda dh, read, t: dh,
                first=lambda read: read[-1],
                after=lambda dz, read, h, t: dz + read[t - 1] * (t < len(read)),
            )
        ),
        ALL_BUT_LAST,
        JOIN + ": at h_t, so before the tanh is taken back",
    ),
    Mistake(
        "signals-read-out-alone-through-the-tanh",
        "the slope of the tanh is applied to the read-out alone",
        signals_by(slope_of_the_read_out_alone),
        ALL_BUT_LAST,
        JOIN + ": brackets around the sum",
    ),
    Mistake(
        "signals-kept-at-hand",
        "each step adds the read-out of the step after it, one too late",
        signals_by(
            reading_loop(
                arrives=lambda dh, read, t: dh,
                first=lambda read: read[-1],
                on=lambda dh, read, t: dh + read[t - 1],
            )
        ),
        ALL_BUT_LAST,
        "the index: what goes on to h_{t-1} meets the read-out of step t - 1, d_logits[t - 2]",
    ),
    Mistake(
        "signals-one-early",
        "each step hears the read-out of the step before it",
        signals_by(
            reading_loop(
                arrives=lambda dh, read, t: dh + (read[t - 2] if t > 1 else 0 * dh),
            )
        ),
        "every δ is wrong",
        "the index: h_t was read out at step t, d_logits[t - 1]",
    ),
    Mistake(
        "signals-last-twice",
        "the last step hears its read-out twice",
        signals_by(reading_loop(first=lambda read: read[-1])),
        "every δ is wrong",
        "what dh is before the loop: if the loop adds each read-out, nothing has arrived yet",
    ),
    Mistake(
        "signals-all-at-the-end",
        "the read-outs of all steps arrive at the last state",
        signals_by(d=all_at_the_end),
        "every δ is wrong",
        "where each read-out arrives: at the state that was read",
    ),
    Mistake(
        "signals-read-in-reverse",
        "the read-outs are taken in the wrong order",
        signals_by(d=lambda d_logits: d_logits[::-1]),
        "every δ is wrong",
        "which d_logits belongs to which round: the loop meets the last step first",
    ),
    Mistake(
        "signals-subtracted",
        "the step's own read-out is subtracted",
        signals_by(reading_loop(arrives=lambda dh, read, t: dh - read[t - 1])),
        "every δ is wrong",
        JOIN + ": the two are added",
    ),
    Mistake(
        "signals-mean-of-both",
        "the two sources are averaged",
        signals_by(reading_loop(arrives=lambda dh, read, t: (dh + read[t - 1]) / 2)),
        "every δ is wrong",
        JOIN + ": a sum, no mean",
    ),
    Mistake(
        "signals-divided-by-T",
        "every read-out is divided by T",
        signals_by(d=lambda d_logits: d_logits / len(d_logits)),
        "every δ is the right one divided by T",
        "every 1/T and every mean: d_logits has it already",
    ),
    Mistake(
        "signals-through-W_hh",
        "the step's own read-out goes through W_hh as well",
        signals_by(
            lambda params, h, read, parts: reading_loop(
                arrives=lambda dh, read, t: dh + read[t - 1] @ params["W_hh"].T
            )(params, h, read, parts)
        ),
        "every δ is wrong",
        JOIN + ": a read-out stands at h_t, with no W_hh between",
    ),
    Mistake(
        "signals-through-two-tanh",
        "the step's own read-out goes through the tanh twice",
        signals_by(
            lambda params, h, read, parts: reading_loop(
                arrives=lambda dh, read, t: dh + read[t - 1] * slope(h, t)
            )(params, h, read, parts)
        ),
        "every δ is wrong",
        JOIN + ": the slope is there once, for the sum",
    ),
    Mistake(
        "signals-accumulated",
        "what goes to the step before is added to what arrived here, as with +=",
        signals_by(reading_loop(back=lambda dz, dh, W_hh, parts: dh + parts["back"](dz, W_hh))),
        ALL_BUT_LAST,
        "the last line of the loop: dh = …, since what arrived at h_t has done its work",
    ),
    Mistake(
        "signals-dh-goes-on",
        "dh goes on through W_hh, not the δ that came out of it",
        signals_by(reading_loop(back=lambda dz, dh, W_hh, parts: parts["back"](dh, W_hh))),
        ALL_BUT_LAST,
        "the last line of the loop: what goes through W_hh has been through the tanh before",
    ),
    Mistake(
        "signals-nothing-goes-back",
        "what arrived at a step is sent on as it is, through no tanh and no W_hh",
        signals_by(reading_loop(back=lambda dz, dh, W_hh, parts: dh)),
        ALL_BUT_LAST,
        "the last line of the loop: dh of the step before is δ_t times W_hh transposed",
    ),
    Mistake(
        "signals-without-W_hh",
        "δ goes to the step before without W_hh",
        signals_by(reading_loop(back=lambda dz, dh, W_hh, parts: dz)),
        ALL_BUT_LAST,
        "the last line of the loop: between two steps stands W_hh",
    ),
    Mistake(
        "signals-slope-on-the-way",
        "δ goes through the slope of the tanh once more on its way to the step before",
        signals_by(
            lambda params, h, read, parts: reading_loop(
                arrives=lambda dh, read, t: (
                    dh * (slope(h, t + 1) if t < len(read) else 1) @ params["W_hh"].T + read[t - 1]
                ),
                back=lambda dz, dh, W_hh, parts: dz,
            )(params, h, read, parts)
        ),
        ALL_BUT_LAST,
        "the last line of the loop: δ_t has the slope already",
    ),
    Mistake(
        "signals-dh-stored",
        "what is stored is dh, which has not been through the tanh",
        signals_by(dh_stored),
        "every δ is wrong",
        "what stands on the right of dz[t - 1] = …: δ_t is dh times the slope",
    ),
    Mistake(
        "signals-slope-without-square",
        "the slope is 1 - h, without the square",
        signals_by(through_tanh=lambda dh, h, t: dh * (1 - h[t])),
        "every δ is wrong",
        "the slope of the tanh: 1 - h²",
    ),
    Mistake(
        "signals-slope-with-plus",
        "the slope is 1 + h², with the wrong sign",
        signals_by(through_tanh=lambda dh, h, t: dh * (1 + h[t] ** 2)),
        "every δ is wrong",
        "the slope of the tanh: 1 - h²",
    ),
    Mistake(
        "signals-forwards",
        "the loop runs forwards, from the first step to the last",
        signals_by(reading_loop(rounds=lambda T: range(1, T + 1))),
        "every δ is wrong, unless T = 1",
        "the for: the error arrives at the last step first",
    ),
    Mistake(
        "signals-forwards-from-0",
        "the loop runs forwards, and from 0, where t - 1 is the last place",
        signals_by(reading_loop(rounds=range)),
        "every δ is wrong",
        "the for: it goes from T down to 1",
    ),
    Mistake(
        "signals-from-T-1",
        "the loop begins one step early, at T - 1: the last step is left out",
        signals_by(reading_loop(rounds=lambda T: range(T - 1, 0, -1))),
        "δ_T stays as it was made, and the others lack its share",
        "the for: range(T, 0, -1) begins at T",
    ),
    Mistake(
        "signals-down-to-0",
        "the loop goes on to t = 0, where t - 1 is the last place, and overwrites δ_T",
        signals_by(reading_loop(rounds=lambda T: range(T, -1, -1))),
        "only the last δ is wrong",
        "the for: range(T, 0, -1) ends at 1",
    ),
    Mistake(
        "signals-from-T-1-to-0",
        "the loop counts from T - 1 to 0, the indices from T to 1: all stand one step too low",
        signals_by(reading_loop(rounds=lambda T: range(T - 1, -1, -1))),
        "every δ is wrong",
        "the for, or the indices: with t from T - 1 to 0 they are d_logits[t], h[t + 1], dz[t]",
    ),
    Mistake(
        "signals-at-the-end-of-the-round",
        "each step hears the read-out of the step after it, and the last hears none",
        signals_by(
            reading_loop(
                arrives=lambda dh, read, t: dh,
                on=lambda dh, read, t: dh + read[t - 1],
            )
        ),
        "every δ is wrong",
        "the order of the lines in the loop: h_t has heard its own read-out before the tanh",
    ),
]


# They stop where every step is read out, as would any other loop that does.
STOPS = {"read-out-at-every-step", "dh-stored-for-dz"}


def of_notebook_03():
    """Return the mistakes of an error signal that can be made with two sources, too."""
    made = []
    for mistake in BACKWARD:
        parts = getattr(mistake.wrong["backward"], "parts", None)
        if not parts or not set(parts) <= {"through_tanh", "back", "walk"}:
            continue
        if mistake.seen.startswith("only h0") or mistake.id in STOPS:
            continue
        if "walk" not in parts or goes_through(parts["walk"]):
            made.append(
                mistake._replace(
                    id=f"{mistake.id}-signals",
                    wrong=signals_by(**parts),
                    seen="the error signals are wrong",
                    missed=(),
                )
            )
    return made
