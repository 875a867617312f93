"""Mistakes of notebook 10 in a dream, and all of them together."""

import numpy as np

from .forecasts import FORECASTS
from .gaussian import GAUSSIAN
from .mistake import Mistake
from .signals import SIGNALS, of_notebook_03


def dream_by(
    draw=lambda mean, s, T, noise: mean + T * np.exp(s / 2) * noise,
    heard=lambda new, mean, x, first: new,
    state=lambda new, old, first: new,
    noise=lambda noise, k: noise[k],
    kept=lambda new, x: new,
    twice="",
):
    """Return a dream with other parts: what is drawn, heard next, kept, and what goes on.

    Each sample is heard once, or twice, at the beginning or at the end of a round.
    """

    def dream(step, x, first_state, given, temperature):
        first, now, samples = x, first_state, []
        for k in range(len(given)):
            now = step(x, now)[1] if twice == "at the beginning" else now
            outputs, after = step(x, now)
            mean, s = outputs[:, :1], outputs[:, 1:]
            new = draw(mean, s, temperature, noise(given, k))
            samples.append(kept(new, x))
            x, now = heard(new, mean, x, first), state(after, now, first_state)
            now = step(x, now)[1] if twice == "at the end" else now
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


def fed_back_otherwise(stored, fed):
    """Return a dream that stores one thing and hears another, each a function of its draw."""

    def dream(step, x, state, noise, temperature):
        samples = []
        for drawn in noise:
            outputs, state = step(x, state)
            mean, sigma = outputs[:, :1], np.exp(outputs[:, 1:] / 2)
            samples.append(stored(mean, sigma, temperature, drawn))
            x = fed(mean, sigma, temperature, drawn)
        return np.array(samples)

    return {"dream": dream}


def sample(mean, sigma, temperature, noise):
    return mean + temperature * sigma * noise


def at_1(mean, sigma, temperature, noise):
    return mean + sigma * noise


DREAMS += [
    Mistake(
        "dream-mean-and-log-variance-exchanged",
        "mean and log variance change places",
        dream_by(lambda mean, s, T, noise: s + T * np.exp(mean / 2) * noise),
        "every sample is wrong",
        "the columns of the outputs: the mean first",
    ),
    Mistake(
        "dream-heard-twice",
        "each sample is heard twice, since step is called again at the end of the round",
        dream_by(twice="at the end"),
        ONE_LATER,
        "how often step is called in a round: once gives outputs and the new state",
    ),
    Mistake(
        "dream-heard-twice-before",
        "each sample is heard twice: step is called for the state, and again for the outputs",
        dream_by(twice="at the beginning"),
        "every sample is wrong",
        "how often step is called in a round: once gives outputs and the new state",
    ),
    Mistake(
        "dream-means-collected",
        "the means are collected, not the samples",
        fed_back_otherwise(lambda mean, sigma, T, noise: mean, sample),
        "right only at temperature 0",
        "what is stored in each round: the sample that was drawn",
    ),
    Mistake(
        "dream-temperature-not-fed-back",
        "the temperature is only in what is stored; what is fed back is drawn at temperature 1",
        fed_back_otherwise(sample, at_1),
        "the first sample is right, the others only at temperature 1",
        "what the next step hears: the very sample that was stored",
    ),
    Mistake(
        "dream-temperature-not-stored",
        "the temperature is only in what is fed back; what is stored is drawn at temperature 1",
        fed_back_otherwise(at_1, sample),
        "right only at temperature 1",
        "what is stored in each round: the very sample that the next step hears",
    ),
    Mistake(
        "dream-mean-as-a-change",
        "the mean is added to the sample before, as if a change had been forecast",
        dream_by(kept=lambda new, x: new + x, heard=lambda new, mean, x, first: new + x),
        "every sample is wrong",
        "what the first output is: the mean of the next sample itself",
    ),
    Mistake(
        "dream-root-of-s",
        "the noise is multiplied by the root of |s|, not by the deviation",
        dream_by(lambda mean, s, T, noise: mean + T * np.sqrt(np.abs(s)) * noise),
        "right only at temperature 0",
        "what the noise is multiplied by: s is a logarithm, and σ = exp(s / 2)",
    ),
    Mistake(
        "dream-softplus",
        "the noise is multiplied by log(1 + exp(s)), another way to make s positive",
        dream_by(lambda mean, s, T, noise: mean + T * np.log1p(np.exp(s)) * noise),
        "right only at temperature 0",
        "what the noise is multiplied by: here s = log σ², so σ = exp(s / 2)",
    ),
]

GENERATE = GAUSSIAN + FORECASTS + SIGNALS + of_notebook_03() + DREAMS
