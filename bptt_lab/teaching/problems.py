"""The small random problems that an attempt is tried on; all sizes differ, so that a wrong axis shows."""

from typing import NamedTuple

import numpy as np

from .. import losses
from ..rnn import VanillaRNN


class Problem(NamedTuple):
    """Arguments for an attempt, their sizes by letter, and the circumstance that they test."""

    arguments: tuple
    sizes: dict
    when: str = ""  # as in "wrong only when N > 1": what is special about this problem
    usual: str = ""  # and what is not, if every other problem has it
    raises: tuple = ()  # the errors of which one must be raised


def params_for(rng, I, H, C):
    return {
        "W_in": rng.normal(size=(I, H)),
        "W_hh": rng.normal(size=(H, H)) / np.sqrt(H),
        "b_h": 0.5 * rng.normal(size=H),
        "W_out": rng.normal(size=(H, C)),
        "b_out": 0.5 * rng.normal(size=C),
    }


def model_with(params):
    model = VanillaRNN(*params["W_in"].shape, params["W_out"].shape[1])
    model.params = params
    return model


SIZES = {"T": 8, "N": 4, "I": 2, "H": 5, "C": 3}

OTHER = {"T": 7, "N": 6, "I": 3, "H": 4, "C": 5}


def variants(make, *special):
    """Return a function of rng that makes the usual problems, and a problem for each (changed sizes, when, usual).

    The first problem comes twice, to see whether something is kept between calls.
    """

    def problems(rng):
        first = make(rng, **SIZES)
        return [
            Problem(first, SIZES),
            Problem(
                first, SIZES, "at the second call with the same arguments", "at the first call"
            ),
            Problem(make(rng, **SIZES), SIZES),
            Problem(make(rng, **OTHER), OTHER),
            *(
                Problem(
                    make(rng, **SIZES | changed),
                    {**SIZES, **{k: v for k, v in changed.items() if k in SIZES}},
                    when,
                    usual,
                )
                for changed, when, usual in special
            ),
        ]

    return problems


N1 = ({"N": 1}, "when N = 1", "when N > 1")

T1 = ({"T": 1}, "when T = 1", "when T > 1")

H0 = ({"h0": 0}, "when h0 = 0", "when h0 is not 0")


def run_of_a_network(rng, T, N, I, H, C, h0=0.5):
    """Return params, X, h, d_logits of a random network."""
    params, X = params_for(rng, I, H, C), rng.normal(size=(T, N, I))
    logits, cache = model_with(params).forward(X, h0 * rng.normal(size=(N, H)))
    return (
        params,
        X,
        cache.h.copy(),
        losses.cross_entropy(logits, np.eye(C)[rng.integers(0, C, N)])[1],
    )


def for_states(rng, T, N, I, H, C, h0=0.5, single=False):
    params, X, h0 = (
        params_for(rng, I, H, C),
        rng.normal(size=(T, N, I)),
        h0 * rng.normal(size=(N, H)),
    )
    return (params, X[:, 0], h0[0]) if single else (params, X, h0)


def for_step(rng, T, N, I, H, C, single=False):
    params, X, h = for_states(rng, T, N, I, H, C, single=single)
    return params, X[0], h


def for_logits(rng, N, C, size=1.0, **_):
    return size * rng.normal(size=(N, C)), np.eye(C)[rng.integers(0, C, N)]


def labels_problems(rng):
    usual = [
        Problem((np.r_[:C, rng.integers(0, C, N)], C), {"N": C + N, "C": C})
        for C, N in ((5, 6), (4, 9))
    ]
    return [
        usual[0],
        usual[0]._replace(
            when="at the second call with the same arguments", usual="at the first call"
        ),
        usual[1],
        Problem(
            (np.array([3, 0, 2, 2, 3, 0, 2]), 5),
            {"N": 7, "C": 5},
            "when some classes are absent",
            "when every class is present",
        ),
        Problem(
            (np.array([1, -1, 0]), 4),
            {"N": 3, "C": 4},
            "for the label -1",
            "for good labels",
            (ValueError,),
        ),
        Problem(
            (np.array([1, 4, 0]), 4),
            {"N": 3, "C": 4},
            "for a label that is C or larger",
            "for good labels",
            (ValueError,),
        ),
    ]


def predicted_problems(rng):
    def pair(N, C, classes):
        labels = rng.permutation(
            np.r_[
                classes,
                classes,
                rng.choice(
                    classes,
                    N,
                    p=np.linspace(2, 1, len(classes)) / np.linspace(2, 1, len(classes)).sum(),
                ),
            ]
        )
        return (
            np.where(rng.random(len(labels)) < 0.6, labels, rng.integers(0, C, len(labels))),
            labels,
            C,
        )

    return [
        *variants(lambda rng, N, C, **_: pair(9 * N, C + 2, np.arange(C + 2)))(rng),
        Problem(
            pair(30, 5, np.array([0, 1, 4])),
            {"N": 36, "C": 5},
            "when a class has no members",
            "when every class has members",
        ),
    ]


def gradient_problems(rng):
    A = rng.normal(size=(3, 4))

    def polynomial(x):
        return (A * x**3).sum() + (x[0] * x[1] * x[2]).sum() + 2.0

    def wave(x):
        return np.sin(x).sum() * np.cos(2 * x[..., -1]).sum() + 1.0

    first = (polynomial, rng.normal(size=(3, 4)))
    return [
        Problem(first, {}),
        Problem(first, {}, "at the second call with the same arguments", "at the first call"),
        Problem((polynomial, rng.normal(size=(3, 4))), {}),
        Problem((wave, rng.normal(size=(2, 5))), {}),
        Problem((wave, rng.normal(size=4)), {}, "for a vector x", "for a matrix x"),
    ]


def central_problems(rng):
    problems = [p._replace(arguments=(*p.arguments, 1e-4)) for p in gradient_problems(rng)]
    return [
        *problems,
        problems[0]._replace(
            arguments=(*problems[0].arguments[:2], 1e-2),
            when="for another eps",
            usual="for eps = 1e-4",
        ),
    ]


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
    return [
        Problem((a, b), {}),
        Problem((a, b), {}, "at the second call with the same arguments", "at the first call"),
        Problem((far, far + 0.1 * rng.normal(size=5)), {}),
        Problem((a, -3 * a), {}),
        Problem((2 * b, a), {}),
        Problem(
            (np.zeros((2, 3)), rng.normal(size=(2, 3))),
            {},
            "when one array is zero",
            "for arrays that are not zero",
        ),
        Problem(
            (1e-15 * a, 1e-15 * b), {}, "when both arrays are tiny", "for arrays of ordinary size"
        ),
        Problem((a, a.copy()), {}, "for equal arrays", "for arrays that differ"),
        Problem(
            (np.zeros((2, 3)), np.zeros((2, 3))),
            {},
            "for two arrays of zeros",
            "for arrays that are not zero",
        ),
    ]


def for_clip(rng, size=3.0, max_norm=0.8, **_):
    return {"a": size * rng.normal(size=(3, 2)), "b": size * rng.normal(size=4)}, max_norm


def for_momentum(rng, v=1.0, momentum=0.7, weight_decay=0.2, **_):
    params, grads, velocities = (
        {"a": s * rng.normal(size=(3, 2)), "b": s * rng.normal(size=4)} for s in (1, 1, v)
    )
    return params, grads, velocities, 0.3, momentum, weight_decay
