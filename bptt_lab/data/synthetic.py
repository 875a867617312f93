"""Synthetic heartbeats in the shape of ECG5000, for a lab that needs no network.

A beat is a sum of Gaussian waves placed along the cardiac cycle, after McSharry et al. 2003 (IEEE
TBME 50:289, doi 10.1109/TBME.2003.808805). No recorded sample is in here: the waves were set by
hand, in round numbers, beside plots of the class means and spreads of the real training set. Not
for medical use.
"""

import functools
from typing import NamedTuple

import numpy as np

from ..arguments import as_positive_integer, require_one_of
from .files import CLASS_COUNTS, SAMPLES

SEED = 2


class Wave(NamedTuple):
    """One Gaussian wave: centre, width, both in samples, height in any unit, and two spreads."""

    centre: float
    amplitude: float
    width: float  # standard deviation of the Gaussian
    centre_sd: float  # from beat to beat
    # From beat to beat; negative: smaller in beats that are larger on the whole.
    amplitude_sd: float


# A beat begins at one R peak and ends in the next QRS complex, about 135 samples later.
FORMS = {
    "sinus": {  # the regular beat, all waves present
        "R": Wave(-0.6, 1.8, 1.3, 0.2, 1.1),
        "S": Wave(3.5, -4.6, 2.2, 0.2, 0.3),
        "S end": Wave(8, -0.9, 2, 0.3, 0.1),
        "ST": Wave(22, -0.4, 12, 1, -0.40),
        "T": Wave(37, -0.55, 5, 1.5, 0.10),
        "U": Wave(77, 0.6, 16, 2, 0.08),
        "P": Wave(104, 1.75, 4.2, 1, 0.15),
        "PR": Wave(120, -0.35, 7, 1, 0.42),
        "next Q": Wave(131.5, 1.2, 2.5, 0.4, 0.4),
        "next R": Wave(137, 1.0, 2.5, 0.5, 0.7),
        "next S": Wave(142.5, -3, 2, 0.6, 0.9),
    },
    "R on T": {  # no P wave; the next QRS is wide, deep and early
        "R": Wave(-0.6, 1.1, 1.5, 0.2, 0.7),
        "S": Wave(5.2, -2.9, 3.5, 0.5, 0.3),
        "ST": Wave(28, 0.15, 16, 2, 0.30),
        "T": Wave(58, -0.1, 16, 4, 0.15),
        "U": Wave(106, 0.65, 24, 3, 0.06),
        "PR": Wave(123, 0.15, 7, 2, 0.40),
        "next QRS": Wave(135.6, -4.5, 3.1, 0.7, 0.4),
    },
    "R on P": {  # the next QRS falls on a P wave
        "R": Wave(-0.6, 1.1, 1.5, 0.2, 0.7),
        "S": Wave(5.2, -2.9, 3.5, 0.5, 0.3),
        "ST": Wave(28, 0.10, 16, 2, 0.25),
        "U": Wave(106, 0.55, 24, 4, 0.10),
        "P": Wave(124, 2.6, 5, 1, 0.3),
        "next QRS": Wave(138, -3.6, 3.4, 0.7, 0.4),
    },
    "ventricular": {  # premature, from the ventricle: the deepest next QRS
        "R": Wave(-0.6, 1.1, 1.5, 0.2, 0.7),
        "S": Wave(3.7, -1.8, 2.2, 0.4, 0.3),
        "ST": Wave(22, 0.10, 12, 2, 0.20),
        "U": Wave(85, 0.4, 20, 4, 0.08),
        "P": Wave(112, 0.4, 4, 1.5, 0.2),
        "P late": Wave(125, 0.6, 4, 1.5, 0.3),
        "next QRS": Wave(138.3, -5.4, 3.3, 0.7, 0.4),
    },
    "supraventricular": {  # premature, from above the ventricles
        "R": Wave(-0.6, 1.1, 1.5, 0.2, 0.7),
        "S": Wave(4.8, -3.4, 3.1, 0.3, 0.3),
        "ST": Wave(25, 0.12, 14, 2, 0.25),
        "T": Wave(56, -0.30, 16, 4, 0.18),
        "U": Wave(105, 0.65, 22, 3, 0.08),
        "PR": Wave(123, 0.1, 7, 2, 0.35),
        "next QRS": Wave(135.3, -4.4, 2.9, 0.8, 0.5),
    },
    "supraventricular, P": {  # the same with a visible P wave
        "R": Wave(-0.6, 1.1, 1.5, 0.2, 0.7),
        "S": Wave(4.8, -3.4, 3.0, 0.3, 0.3),
        "ST": Wave(20, -0.1, 12, 2, 0.20),
        "T": Wave(58, -0.6, 14, 4, 0.20),
        "U": Wave(92, 0.5, 6, 3, 0.4),
        "P": Wave(126, 1.0, 4, 1.5, 0.4),
        "next Q": Wave(135, 2.2, 3.5, 1, 0.4),
    },
    "early": {  # the whole next beat comes early and irregularly
        "R": Wave(-0.6, 1.5, 1.3, 0.2, 0.7),
        "S": Wave(3.6, -4.0, 2.2, 0.2, 0.3),
        "ST": Wave(22, -0.35, 12, 2, -0.30),
        "U": Wave(72, 0.6, 12, 3, 0.10),
        "P": Wave(88, 1.6, 4.5, 1, 0.3),
        "next Q": Wave(112, 1.4, 2, 1, 0.2),
        "next QRS": Wave(121, -3.6, 2.6, 1, 0.3),
    },
}
# Which forms each class is made of. The classes overlap, as they do in the recording.
CLASSES = (
    {"sinus": 0.993, "R on T": 0.004, "supraventricular, P": 0.003},
    {"R on T": 0.89, "R on P": 0.06, "supraventricular": 0.05},
    {"ventricular": 0.8, "R on T": 0.2},
    {"supraventricular": 0.53, "R on T": 0.25, "supraventricular, P": 0.22},
    {"early": 0.6, "sinus": 0.2, "R on T": 0.2},
)


def beats(form, n, rng):
    """Return `n` beats of one form, before normalisation.

    Parameters
    ----------
    form : str
        A key of `FORMS`.
    n : int
    rng : numpy.random.RandomState

    Returns
    -------
    array of shape (n, 140)
    """
    t, n = np.arange(float(SAMPLES)), as_positive_integer("n", n)
    require_one_of("form", form, FORMS)
    if not isinstance(rng, np.random.RandomState):
        raise TypeError(f"rng is {rng!r}: expected a numpy.random.RandomState")
    # A few beats vary far more than the others.
    wild = np.where(rng.uniform(size=(n, 1)) < 0.06, 2.5, 1.0)
    shift, rate, gain = rng.normal(size=(3, n, 1)) * wild  # shared by the waves of a beat
    rate = rate * (0.06 if form == "early" else 0.012)  # relative change of the RR interval
    x = np.zeros((n, SAMPLES))
    for wave in FORMS[form].values():
        own = rng.normal(size=(3, n, 1)) * wild  # of this wave alone
        centre = wave.centre * (1 + rate) + 0.7 * shift + wave.centre_sd * own[0]
        width = wave.width * (1 + 0.1 * np.clip(own[1], -3, 3))
        amplitude = wave.amplitude + 0.7 * wave.amplitude_sd * (gain + own[2])
        x += amplitude * np.exp(-0.5 * ((t - centre) / width) ** 2)
    phase = 2 * np.pi * (t / SAMPLES + rng.uniform(size=(2, n, 1)))
    x += 0.1 * wild * (np.sin(phase[0]) + 0.5 * np.sin(3 * phase[1]))  # the baseline wanders
    noise = rng.normal(size=(n, SAMPLES + 2))
    return x + 0.024 * np.sqrt(wild) * (noise[:, :-2] + noise[:, 1:-1] + noise[:, 2:])


def make_ecg(seed=SEED):
    """Return synthetic beats with the shapes and class counts of ECG5000.

    Each beat has mean 0 and standard deviation 1 (ddof=1, as in the UCR files). Values are rounded
    to 5 decimals, because the last bits of exp and sin differ between machines, and the beats are
    drawn from `RandomState`, whose streams NumPy keeps frozen: every machine gets the same bytes.

    Parameters
    ----------
    seed : int, from 0 to 2³² - 1

    Returns
    -------
    dict
        For "TRAIN" and "TEST" a pair: samples of shape (500, 140) and (4500, 140), and labels,
        1 to 5, of shape (500,) and (4500,), in random order. The arrays are read-only.
    """
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed!r}: expected an int from 0 to 2**32 - 1")
    return dict(_make_ecg(int(seed)))


@functools.lru_cache(maxsize=1)  # the lab asks for one seed again and again
def _make_ecg(seed):
    rng, splits = np.random.RandomState(seed), {}
    for split, counts in CLASS_COUNTS.items():
        samples, labels = [], np.repeat(np.arange(1, 6), counts)
        for n, forms in zip(counts, CLASSES):
            shares = {form: int(share * n) for form, share in forms.items()}
            shares[next(iter(forms))] += n - sum(shares.values())
            samples += [beats(form, k, rng) for form, k in shares.items() if k]
        samples = np.concatenate(samples)
        samples -= samples.mean(axis=1, keepdims=True)
        samples /= samples.std(axis=1, ddof=1, keepdims=True)
        order = np.argsort(rng.uniform(size=len(labels)), kind="stable")
        splits[split] = np.round(samples[order], 5) + 0.0, labels[order]  # + 0.0 makes -0.0 to 0.0
        for array in splits[split]:
            array.flags.writeable = False
    return splits
