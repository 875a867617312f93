"""The small random problems of notebook 11: sizes, arrays with tiny numbers, a product's two sides.

Drawn as those in `problems`, from the same sizes.
"""

import numpy as np

from .problems import OTHER, SECOND_CALL, SIZES, Problem

# Sizes alone


def sizes_problems(rng):
    """Return the problems of who counts multiplications: the sizes are the arguments."""

    def problem(when="", usual="", **changed):
        sizes = {**SIZES, **changed}
        return Problem(tuple(sizes[k] for k in "TNIHC"), sizes, when, usual)

    drawn = dict(zip("TNIHC", rng.choice(np.arange(2, 60), 5, replace=False).tolist()))
    return [
        problem(),
        problem()._replace(**SECOND_CALL),
        problem(**OTHER),
        problem(**drawn),
        problem("when T = 1", "when T > 1", T=1),
        problem("when I = 1", "when I > 1", I=1),
        problem("when there are many units", "when there are few", H=1000),
    ]


# Numbers near the smallest


def for_subnormals(rng, dtype=np.float32, ordinary=9, tiny=5, zeros=3, shape=None):
    """Draw an array in which some numbers are subnormal, of either sign, and some zero."""
    least = np.finfo(dtype).tiny
    values = [
        rng.normal(size=ordinary),
        rng.choice([-1, 1], tiny) * rng.uniform(0.01, 0.99, tiny) * least,
        np.zeros(zeros),
    ]
    values = rng.permutation(np.concatenate(values).astype(dtype))
    return (values if shape is None else values.reshape(shape),)


def subnormals_problems(rng):
    def problem(when="", usual="", **options):
        return Problem(for_subnormals(rng, **options), {}, when, usual)

    least, double = np.finfo(np.float32).tiny, np.finfo(np.float64).tiny
    edge = np.array([least, -least, 1.5 * least, 0.5 * least], np.float32)
    small, twice = (
        np.array(a, np.float32) for a in ([1e-35, -1e-32, least / 4, -1e-37], [1, least / 4] * 2)
    )
    first = problem()
    return [
        first,
        first._replace(**SECOND_CALL),
        problem(ordinary=5, tiny=8, zeros=2),
        problem(ordinary=12, tiny=2, zeros=7),
        problem("for an array (N, H)", "for an array with one axis", tiny=6, shape=(6, 3)),
        problem("for float64", "for float32", dtype=np.float64, tiny=4),
        Problem(
            (np.array([1e-39, -1e-300, 1e-31, double / 4, 0.0]),),
            {},
            "for float64 numbers that only float32 would call subnormal",
            "for others",
        ),
        problem("when no number is subnormal", "when some are", tiny=0),
        problem("when no number is zero", "when some are", zeros=0),
        Problem((edge,), {}, "at the smallest normal number itself", "elsewhere"),
        Problem((small,), {}, "among normal numbers below 1e-30", "for larger ones"),
        Problem((twice,), {}, "when the same number comes twice", "when all are different"),
        Problem(
            (np.array([np.inf, -np.inf, least / 8, 1], np.float32),),
            {},
            "when there are infinities",
            "for finite numbers",
        ),
    ]


# One operation of a tape


def for_product(rng, a, b):
    """Draw two arrays of these shapes, and a gradient of the shape of their product."""
    shape = np.broadcast_shapes(a, b)
    return rng.normal(size=a), rng.normal(size=b), rng.normal(size=shape)


def product_problems(rng):
    def problem(a, b, when="", usual=""):
        return Problem(for_product(rng, a, b), {}, when, usual)

    alike = "when a and b have one shape"
    first = problem((4, 5), (4, 5))
    return [
        first,
        first._replace(**SECOND_CALL),
        problem((3, 6), (3, 6)),
        problem((7, 2), (7, 2)),
        problem((4, 5), (5,), "when b is a row (H,)", alike),
        problem((5,), (4, 5), "when a is a row (H,)", alike),
        problem((4, 5), (4, 1), "when b is a column (N, 1)", alike),
        problem((1, 5), (4, 5), "when a has an axis of length 1", alike),
        problem((4, 5), (), "when b is a number", alike),
        problem((), (4, 5), "when a is a number", alike),
        problem((4, 1), (5,), "when both are stretched", alike),
        problem((6, 4, 5), (5,), "when a has three axes", "when it has two"),
        problem((3, 4, 5), (4, 1), "when b is stretched along two axes of a", alike),
        problem((4, 5), (1, 1), "when b has the shape (1, 1)", alike),
        problem((5, 5), (5,), "when b is a row and a is square", alike),
    ]
