"""The small random problems that an attempt is tried on.

A function `for_…` draws the arguments of one problem, a function `…_problems` all problems of an
exercise. All sizes differ, so that a wrong axis shows.
"""

from typing import NamedTuple

import numpy as np

import bptt_lab


class Problem(NamedTuple):
    """Arguments for an attempt, their sizes by letter, and the circumstance that they test."""

    arguments: tuple
    sizes: dict
    when: str = ""  # as in "wrong only when N > 1": what is special about this problem
    usual: str = ""  # and what is not, if every other problem has it
    raises: tuple = ()  # the errors of which one must be raised


SIZES = {"T": 8, "N": 4, "I": 2, "H": 5, "C": 3}
OTHER = {"T": 7, "N": 6, "I": 3, "H": 4, "C": 5}

# Circumstances: sizes and other keywords of a function `for_…` that they change, when, usual
N1 = ({"N": 1}, "when N = 1", "when N > 1")
T1 = ({"T": 1}, "when T = 1", "when T > 1")
H0 = ({"h0": 0}, "when h0 = 0", "when h0 is not 0")

SECOND_CALL = {
    "when": "at the second call with the same arguments",
    "usual": "at the first call",
}


def variants(make, *circumstances):
    """Return a function of rng that makes the usual problems, and one for each circumstance.

    The first problem comes twice, to see whether something is kept between calls.
    """

    def special(rng, changed, when, usual):
        sizes = {k: changed.get(k, size) for k, size in SIZES.items()}
        return Problem(make(rng, **SIZES | changed), sizes, when, usual)

    def problems(rng):
        first = Problem(make(rng, **SIZES), SIZES)
        return [
            first,
            first._replace(**SECOND_CALL),
            Problem(make(rng, **SIZES), SIZES),
            Problem(make(rng, **OTHER), OTHER),
            *(special(rng, *circumstance) for circumstance in circumstances),
        ]

    return problems


# Networks


def params_for(rng, I, H, C):
    """Return the parameters of a network, the biases not zero."""
    return {
        "W_in": rng.normal(size=(I, H)),
        "W_hh": rng.normal(size=(H, H)) / np.sqrt(H),
        "b_h": 0.5 * rng.normal(size=H),
        "W_out": rng.normal(size=(H, C)),
        "b_out": 0.5 * rng.normal(size=C),
    }


def for_states(rng, T, N, I, H, C, h0=0.5, single=False):
    params, X = params_for(rng, I, H, C), rng.normal(size=(T, N, I))
    h0 = h0 * rng.normal(size=(N, H))
    return (params, X[:, 0], h0[0]) if single else (params, X, h0)


def for_step(rng, T, N, I, H, C, single=False):
    params, X, h = for_states(rng, T, N, I, H, C, single=single)
    return params, X[0], h


def for_backward(rng, T, N, I, H, C, h0=0.5):
    params, X, h0 = for_states(rng, T, N, I, H, C, h0)
    model = bptt_lab.VanillaRNN(I, H, C)
    model.params = params
    logits, cache = model.forward(X, h0)
    Y = np.eye(C)[rng.integers(0, C, N)]
    return params, X, cache.h.copy(), bptt_lab.cross_entropy(logits, Y)[1]


def for_error_signals(rng, **sizes):
    params, _, h, d_logits = for_backward(rng, **sizes)
    return params, h, d_logits


def for_step_back(rng, N, H, **_):
    dz, h_before = rng.normal(size=(N, H)), np.tanh(rng.normal(size=(N, H)))
    return dz, h_before, rng.normal(size=(H, H))


def for_logits(rng, N, C, size=1.0, **_):
    return size * rng.normal(size=(N, C)), np.eye(C)[rng.integers(0, C, N)]


# Labels


def labels_problems(rng):
    first, other = (
        Problem((np.r_[:C, rng.integers(0, C, N)], C), {"N": C + N, "C": C})
        for C, N in ((5, 6), (4, 9))
    )

    def special(labels, C, when, usual, raises=()):
        return Problem((np.array(labels), C), {"N": len(labels), "C": C}, when, usual, raises)

    good, bad = "for good labels", (ValueError,)
    return [
        first,
        first._replace(**SECOND_CALL),
        other,
        special(
            [3, 0, 2, 2, 3, 0, 2],
            5,
            "when some classes are absent",
            "when every class is present",
        ),
        special([1, -1, 0], 4, "for the label -1", good, bad),
        special([1, 4, 0], 4, "for a label that is C or larger", good, bad),
    ]


def for_predicted(rng, N, C, classes):
    """Return some sixty per cent right predictions for labels in which every class has members."""
    frequency = np.linspace(2, 1, len(classes))
    drawn = rng.choice(classes, N, p=frequency / frequency.sum())
    labels = rng.permutation(np.r_[classes, classes, drawn])
    right = rng.random(len(labels)) < 0.6
    return np.where(right, labels, rng.integers(0, C, len(labels))), labels, C


def predicted_problems(rng):
    usual = variants(lambda rng, N, C, **_: for_predicted(rng, 9 * N, C + 2, np.arange(C + 2)))
    return [
        *usual(rng),
        Problem(
            for_predicted(rng, 30, 5, np.array([0, 1, 4])),
            {"N": 36, "C": 5},
            "when a class has no members",
            "when every class has members",
        ),
    ]


# Numerical gradients


def gradient_problems(rng):
    A = rng.normal(size=(3, 4))

    def polynomial(x):
        return (A * x**3).sum() + (x[0] * x[1] * x[2]).sum() + 2.0

    def wave(x):
        return np.sin(x).sum() * np.cos(2 * x[..., -1]).sum() + 1.0

    first = Problem((polynomial, rng.normal(size=(3, 4))), {})
    return [
        first,
        first._replace(**SECOND_CALL),
        Problem((polynomial, rng.normal(size=(3, 4))), {}),
        Problem((wave, rng.normal(size=(2, 5))), {}),
        Problem((wave, rng.normal(size=4)), {}, "for a vector x", "for a matrix x"),
    ]


def central_problems(rng):
    usual = [p._replace(arguments=(*p.arguments, 1e-4)) for p in gradient_problems(rng)]
    f, x, _ = usual[0].arguments
    return [*usual, Problem((f, x, 1e-2), {}, "for another eps", "for eps = 1e-4")]


def complex_problems(rng):
    def fast(x):
        return np.sin(3e4 * x).sum()  # a step that is real, or not tiny, is lost in it

    return [
        *gradient_problems(rng),
        Problem(
            (fast, rng.normal(size=(2, 3))),
            {},
            "for a function that changes fast",
            "for slow functions",
        ),
    ]


def error_problems(rng):
    a, b = rng.normal(size=(2, 3, 4))
    far = 3 * rng.normal(size=5)
    near_far = far + 0.1 * rng.normal(size=5)
    zeros, any_numbers = np.zeros((2, 3)), rng.normal(size=(2, 3))
    first, not_zero = Problem((a, b), {}), "for arrays that are not zero"
    return [
        first,
        first._replace(**SECOND_CALL),
        Problem((far, near_far), {}),
        Problem((a, -3 * a), {}),
        Problem((2 * b, a), {}),
        Problem((zeros, any_numbers), {}, "when one array is zero", not_zero),
        Problem(
            (1e-15 * a, 1e-15 * b), {}, "when both arrays are tiny", "for arrays of ordinary size"
        ),
        Problem((a, a.copy()), {}, "for equal arrays", "for arrays that differ"),
        Problem((zeros, zeros.copy()), {}, "for two arrays of zeros", not_zero),
    ]


# Optimizers


def for_clip(rng, size=3.0, max_norm=0.8, **_):
    return {"a": size * rng.normal(size=(3, 2)), "b": size * rng.normal(size=4)}, max_norm


def for_momentum(rng, v=1.0, momentum=0.7, weight_decay=0.2, **_):
    params, grads, velocities = (
        {"a": s * rng.normal(size=(3, 2)), "b": s * rng.normal(size=4)} for s in (1, 1, v)
    )
    return params, grads, velocities, 0.3, momentum, weight_decay
