"""Mistakes of a part, made in the exercises that contain this part.

A wrong step makes wrong states; a wrong slope of the tanh, or a wrong step back, makes wrong error
signals and gradients. So these entries are made from those of the parts. Clipping on the way is a
family of its own: it shows only where the error is large.
"""

import numpy as np

from .mistake import Mistake
from .parts import back, collect, from_parts, read_out, through_tanh
from .wrong_parts import LOOP, OUT_RIGHT, TANH, walk_with

SIGNALS_WRONG = "every δ is wrong"
ON_THE_WAY = ("error_signals", "backward")


def seen_in(exercise):
    return OUT_RIGHT if exercise == "backward" else SIGNALS_WRONG


def steps_with(step):
    """Return `states` with another step."""

    def states(params, X, h0):
        h = [h0]
        for x in X:
            h.append(step(params, x, h[-1]))
        return np.stack(h)

    return states


def in_states(mistakes):
    """Return the mistakes of a step as mistakes of the states, those that are there already not."""
    return [
        mistake._replace(
            id=f"{mistake.id}-in-states",
            name=f"in each step, {mistake.name}",
            wrong={"states": steps_with(mistake.wrong["step"])},
            seen="h_1 is wrong already",
        )
        for mistake in mistakes
        if "step" in mistake.wrong
        and "states" not in mistake.wrong
        and mistake.id != "step-without-old-state"  # as if h_t went into its own step
    ]


def on_the_way_back(mistakes):
    """Return the mistakes of a slope as mistakes of what contains it."""
    made = []
    for mistake in mistakes:
        if "tanh_slope" not in mistake.wrong or mistake.id == "tanh_slope-of-tanh-h":
            continue  # that one stands in the list of BPTT, too
        slope = mistake.wrong["tanh_slope"]
        parts = from_parts(through_tanh=lambda dh, h, t, slope=slope: dh * slope(h[t]))
        for exercise in ("step_back", *ON_THE_WAY):
            if exercise not in mistake.wrong:
                made.append(
                    mistake._replace(
                        id=f"{mistake.id}-in-{exercise}",
                        name=f"in the slope of the tanh, {mistake.name}",
                        wrong={exercise: parts[exercise]},
                        seen=mistake.seen.replace("too large", "so the result is too large")
                        if exercise == "step_back" and "too large" in mistake.seen
                        else "every entry is wrong"
                        if exercise == "step_back"
                        else seen_in(exercise),
                        look=f"{TANH}: {mistake.look}",
                    )
                )
    return made


# Those of a single step back that are no slope

OTHER_TANH = {
    "step_back-without-brackets": lambda dh, h, t: dh * 1 - h[t] ** 2,
    "step_back-slope-of-dh": lambda dh, h, t: dh * (1 - dh**2),
    "step_back-slope-added": lambda dh, h, t: dh + (1 - h[t] ** 2),
    "step_back-slope-twice": lambda dh, h, t: dh * (1 - h[t] ** 2) ** 2,
    "step_back-slope-negated": lambda dh, h, t: dh * (h[t] ** 2 - 1),
    "step_back-state-for-slope": lambda dh, h, t: dh * h[t],
    "step_back-square-for-slope": lambda dh, h, t: dh * h[t] ** 2,
    "step_back-square-doubled": lambda dh, h, t: dh * (1 - 2 * h[t]),
}
OTHER_WORDS = {
    "step_back-without-brackets": (
        "brackets are missing around the slope",
        "what is multiplied with what: Python takes * before -",
    ),
    "step_back-slope-of-dh": (
        "the slope is made of the error, not of the state",
        "which letter is squared: the slope is that of the forward pass",
    ),
    "step_back-slope-added": (
        "the slope is added, where it should be multiplied",
        "what joins the slope to what has arrived",
    ),
    "step_back-slope-twice": (
        "the slope is there twice, or squared",
        "how often the slope enters: once for each step",
    ),
    "step_back-slope-negated": (
        "the slope has the wrong sign",
        "the order of the difference: a tanh never falls, so its slope is not negative",
    ),
    "step_back-state-for-slope": (
        "the state stands where its slope belongs",
        "what is multiplied with what has arrived",
    ),
    "step_back-square-for-slope": (
        "the square of the state stands where the slope belongs",
        "what is multiplied with what has arrived: where a unit is saturated, nothing goes back",
    ),
    "step_back-square-doubled": (
        "in the slope, the state is doubled where it should be squared",
        "a star too few: a power has two",
    ),
}


def other_tanh():
    return [
        Mistake(
            f"{id}-in-{exercise}",
            OTHER_WORDS[id][0],
            {exercise: from_parts(through_tanh=through)[exercise]},
            seen_in(exercise),
            f"{TANH}: {OTHER_WORDS[id][1]}",
        )
        for id, through in OTHER_TANH.items()
        for exercise in ON_THE_WAY
    ]


# Clipping, wherever it stands and whatever the limit: a family, for it shows only where the error
# is large


def clipped(grads, limit):
    return {k: np.clip(g, -limit, limit) for k, g in grads.items()}


def clipping(limit):
    """Return the mistakes of clipping at a limit, one for each place where it can stand."""

    def clip(a):
        return np.clip(a, -limit, limit)

    right = from_parts()["backward"]
    loop = f"{LOOP}: is there a clip, a minimum or a maximum?"
    end = "the end: the gradient of a loss has no limit; clipping belongs to the optimizer"
    seen = "it shows only where the error is large"
    sides = f"to between -{limit:.4g} and {limit:.4g}"

    def signals(dh, h, t):
        return clip(through_tanh(dh, h, t))

    return [
        Mistake(
            "clipped-signals",
            f"the error is clipped at each step, {sides}",
            from_parts(through_tanh=signals),
            seen,
            loop,
        ),
        Mistake(
            "clipped-way",
            f"what goes back to the state before is clipped at each step, {sides}",
            walk_with(back=lambda dz, W_hh: clip(back(dz, W_hh))),
            seen,
            loop,
        ),
        Mistake(
            "clipped-before-tanh",
            f"what arrives at a state is clipped at each step, {sides}",
            from_parts(through_tanh=lambda dh, h, t: through_tanh(clip(dh), h, t)),
            seen,
            loop,
        ),
        Mistake(
            "clipped-parameters",
            f"the gradients of the parameters are clipped, {sides}",
            {
                "backward": from_parts(
                    collect=lambda X, h, dz: clipped(collect(X, h, dz), limit),
                    read_out=lambda h, d_logits: clipped(read_out(h, d_logits), limit),
                )["backward"]
            },
            seen,
            end,
        ),
        Mistake(
            "clipped-gradients",
            f"all gradients are clipped, {sides}",
            {"backward": lambda *arguments: clipped(right(*arguments), limit)},
            seen,
            end,
        ),
        Mistake(
            "clipped-d_logits",
            f"d_logits is clipped, {sides}",
            from_parts(given=lambda params, X, h, d: (X, h, clip(d))),
            seen,
            "the start: d_logits enters as it is",
        ),
    ]


def made_of_parts(mistakes):
    """Return the entries that are made of those of the parts."""
    return [*in_states(mistakes), *on_the_way_back(mistakes), *other_tanh()]
