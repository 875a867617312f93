"""Mistakes of notebook 10 where two errors meet, and in a dream; those of its loss: `gaussian`."""

import numpy as np

from .bptt import BACKWARD
from .gaussian import GAUSSIAN
from .mistake import Mistake
from .parts import PARTS
from .truncation import goes_through

# Two sources


def reading_loop(
    arrives=lambda dh, read, t: dh + read[t - 1],
    first=lambda read: 0 * read[-1],
    after=lambda dz, read, h, t: dz,
    on=lambda dh, read, t: dh,
):
    """Return a walk that hears a read-out at every step.

    `first` is what arrives at h_T before the loop, `arrives` what goes through the tanh, `after`
    what becomes of it, `on` of what goes to the step before.
    """

    def walk(params, h, read, parts):
        dz, dh = np.empty_like(h[1:]), first(read)
        for t in range(len(dz), 0, -1):
            dz[t - 1] = after(parts["through_tanh"](arrives(dh, read, t), h, t), read, h, t)
            dh = on(parts["back"](dz[t - 1], params["W_hh"]), read, t)
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


# A dream


def dream_by(
    draw=lambda mean, s, T, noise: mean + T * np.exp(s / 2) * noise,
    heard=lambda new, mean, x, first: new,
    state=lambda new, old, first: new,
    noise=lambda noise, k: noise[k],
    kept=lambda new, x: new,
):
    """Return a dream with other parts: what is drawn, heard next, kept, and what goes on."""

    def dream(step, x, first_state, given, temperature):
        first, now, samples = x, first_state, []
        for k in range(len(given)):
            outputs, after = step(x, now)
            mean, s = outputs[:, :1], outputs[:, 1:]
            new = draw(mean, s, temperature, noise(given, k))
            samples.append(kept(new, x))
            x, now = heard(new, mean, x, first), state(after, now, first_state)
        return np.array(samples)

    return {"dream": dream}


ONE_LATER = "the first sample is right, the others are not"

DREAMS = [
    Mistake(
        "dream-mean-fed-back",
        "the mean is fed back, not the sample that was drawn",
        dream_by(heard=lambda new, mean, x, first: mean),
        ONE_LATER,
        "what the next step hears: what was drawn, since that is what has come",
    ),
    Mistake(
        "dream-nothing-fed-back",
        "every step hears the first x again",
        dream_by(heard=lambda new, mean, x, first: first),
        ONE_LATER,
        "what the next step hears: is x replaced in the loop?",
    ),
    Mistake(
        "dream-state-not-handed-on",
        "every step starts from the first state again",
        dream_by(state=lambda new, old, first: first),
        ONE_LATER,
        "the state: is it replaced in the loop by what step returns?",
    ),
    Mistake(
        "dream-state-reset",
        "the state is set to zero after each step",
        dream_by(state=lambda new, old, first: 0 * first),
        ONE_LATER,
        "the state: what step returns goes on to the next step",
    ),
    Mistake(
        "dream-variance-for-deviation",
        "the noise is multiplied by the variance, not by the deviation",
        dream_by(lambda mean, s, T, noise: mean + T * np.exp(s) * noise),
        "right only at temperature 0",
        "what the noise is multiplied by: σ = exp(s / 2)",
    ),
    Mistake(
        "dream-twice-the-log",
        "the noise is multiplied by exp(2 s)",
        dream_by(lambda mean, s, T, noise: mean + T * np.exp(2 * s) * noise),
        "right only at temperature 0",
        "what the noise is multiplied by: σ = exp(s / 2)",
    ),
    Mistake(
        "dream-s-for-deviation",
        "the noise is multiplied by s itself, not by the deviation",
        dream_by(lambda mean, s, T, noise: mean + T * s * noise),
        "right only at temperature 0",
        "what the noise is multiplied by: σ = exp(s / 2)",
    ),
    Mistake(
        "dream-sharper-with-doubt",
        "the noise is divided by the deviation",
        dream_by(lambda mean, s, T, noise: mean + T * np.exp(-s / 2) * noise),
        "right only at temperature 0",
        "the sign of the exponent: σ = exp(s / 2)",
    ),
    Mistake(
        "dream-without-deviation",
        "the noise is not multiplied by the deviation",
        dream_by(lambda mean, s, T, noise: mean + T * noise),
        "right only at temperature 0",
        "what the noise is multiplied by: the doubt of this forecast, σ = exp(s / 2)",
    ),
    Mistake(
        "dream-without-temperature",
        "the temperature is not used",
        dream_by(lambda mean, s, T, noise: mean + np.exp(s / 2) * noise),
        "right only at temperature 1",
        "what the noise is multiplied by: the temperature is a factor, too",
    ),
    Mistake(
        "dream-without-noise",
        "nothing is drawn: the mean is taken",
        dream_by(lambda mean, s, T, noise: mean),
        "right only at temperature 0",
        "what is drawn: mean + temperature · σ · noise",
    ),
    Mistake(
        "dream-temperature-of-mean",
        "the mean is multiplied by the temperature as well",
        dream_by(lambda mean, s, T, noise: T * (mean + np.exp(s / 2) * noise)),
        "right only at temperature 1",
        "the brackets: the temperature is a factor of the noise alone",
    ),
    Mistake(
        "dream-temperature-of-variance",
        "the variance is multiplied by the temperature, not the deviation",
        dream_by(lambda mean, s, T, noise: mean + np.sqrt(T) * np.exp(s / 2) * noise),
        "right only at temperatures 0 and 1",
        "the temperature: a factor of σ, outside of every root",
    ),
    Mistake(
        "dream-temperature-squared",
        "the noise is multiplied by the temperature twice",
        dream_by(lambda mean, s, T, noise: mean + T**2 * np.exp(s / 2) * noise),
        "right only at temperatures 0 and 1",
        "the temperature: a factor of σ, once",
    ),
    Mistake(
        "dream-temperature-in-exponent",
        "the temperature stands in the exponent",
        dream_by(lambda mean, s, T, noise: mean + np.exp(T * s / 2) * noise),
        "right only at temperature 1",
        "the temperature: a factor of σ, not of its logarithm",
    ),
    Mistake(
        "dream-noise-subtracted",
        "the noise is subtracted",
        dream_by(lambda mean, s, T, noise: mean - T * np.exp(s / 2) * noise),
        "right only at temperature 0",
        "the sign of the noise: as good a dream, but not the one of this noise",
    ),
    Mistake(
        "dream-same-noise",
        "every step takes the noise of the first",
        dream_by(noise=lambda noise, k: noise[0]),
        ONE_LATER,
        "the index of noise: each step has its own",
    ),
    Mistake(
        "dream-noise-in-reverse",
        "the noise is used in the wrong order",
        dream_by(noise=lambda noise, k: noise[-1 - k]),
        "every sample is wrong",
        "the index of noise: the first step takes noise[0]",
    ),
    Mistake(
        "dream-begins-with-x",
        "the result begins with the given x, and lacks the last sample",
        dream_by(kept=lambda new, x: x),
        "each sample stands one place too late",
        "what is stored in each round: the sample drawn there, not the one heard",
    ),
]

GENERATE = GAUSSIAN + SIGNALS + of_notebook_03() + DREAMS
