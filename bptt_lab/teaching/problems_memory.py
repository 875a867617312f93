"""The small random problems of notebook 07: streams of beats, a read-out alone, an input gradient.

Drawn as those in `problems`.
"""

import numpy as np

from .problems import (
    FLAT,
    I1,
    LONG,
    N1,
    SECOND_CALL,
    T1,
    Problem,
    for_backward,
    for_error_signals,
    variants,
)

# Streams of m beats, of k windows of w samples


def for_stream(rng, m, N, k, w, alike=False):
    """Draw m beats for each of N streams; the first stream has the last beat marked."""
    marked = rng.permutation(np.r_[np.arange(N) % m])
    return rng.normal(size=(m, N, k * w)), np.full(N, m - 1) if alike else marked, w


def stream_problems(rng):
    def problem(m, N, k, w, when="", usual="", **other):
        sizes = {"T": m * k, "N": N, "I": w + 1}
        return Problem(for_stream(rng, m, N, k, w, **other), sizes, when, usual)

    first = problem(3, 5, 4, 6)
    return [
        first,
        first._replace(**SECOND_CALL),
        problem(4, 7, 3, 2),
        problem(5, 9, 2, 3),
        problem(4, 1, 3, 5, "when N = 1", "when N > 1"),
        problem(1, 6, 4, 2, "when m = 1", "when m > 1"),
        problem(4, 7, 1, 4, "when a window is a whole beat", "when a beat has several windows"),
        problem(4, 7, 5, 1, "when w = 1", "when w > 1"),
        problem(
            3,
            5,
            4,
            6,
            "when the last beat is marked in every stream",
            "when other beats are marked in other streams",
            alike=True,
        ),
    ]


# The read-out alone


read_out_problems = variants(
    for_error_signals,
    N1,
    T1,
    I1,
    LONG,
    FLAT,
    ({"size": 90.0}, "for a gradient d_logits as large as 100", "for one below 1"),
)


# The gradient at the inputs


def for_saliency(rng, alike=False, **sizes):
    """Draw the states of a network, and a class for each sequence."""
    params, _, h, _ = for_backward(rng, **sizes)
    N, C = sizes["N"], sizes["C"]
    k = (np.arange(N) + 1 + rng.integers(C)) % C
    return params, h, np.full(N, C - 1) if alike else rng.permutation(k)


saliency_problems = variants(
    for_saliency,
    N1,
    T1,
    I1,
    LONG,
    FLAT,
    ({"alike": True}, "when k is the last class for all", "when k differs"),
)
