"""The small random problems of notebook 11: sizes, arrays with tiny numbers, a product's two sides.

Drawn as those in `problems`, from the same sizes.
"""

import numpy as np

from .problems import OTHER, SECOND_CALL, SIZES, Problem

# Sizes alone

MANY = 40  # of them, so that a wrong number can be taken apart into products of sizes


def sizes_problems(rng):
    """Return the problems of who counts multiplications: the sizes are the arguments."""

    def problem(when="", usual="", **changed):
        sizes = {**SIZES, **changed}
        return Problem(tuple(sizes[k] for k in "TNIHC"), sizes, when, usual)

    drawn = (rng.choice(np.arange(2, 60), 5, replace=False).tolist() for _ in range(MANY))
    return [
        problem(),
        problem()._replace(**SECOND_CALL),
        problem(**OTHER),
        *(problem(**dict(zip("TNIHC", sizes))) for sizes in drawn),
        problem("when T = 1", "when T > 1", T=1),
        problem("when I = 1", "when I > 1", I=1),
        problem("when there are many units", "when there are few", H=1000),
    ]


# Numbers near the smallest

# Of each type: subnormal numbers, relative to the smallest normal one, and normal ones, so close
# that a wrong bound counts others, and shows between which of them it lies; the last of BELOW is
# the smallest number of all
BELOW = {"float32": (0.97, 0.8, 0.4, 0.1, 1e-2, 1e-3, 1e-5, 2e-7, 2.0**-23)}
BELOW["float64"] = (0.95, 0.45, 0.1, 1e-2, 1e-4, 1e-8, 1e-12, 1e-15, 2.0**-52)
ABOVE = {"float32": (1.3e-38, 2.2e-38, 5e-38, 2e-37, 1e-36, 1e-34, 4e-31, 3e-30, 1e-25, 1e-20)}
ABOVE["float32"] += (1e-16, 1e-12, 5e-9, 2e-8, 4e-8, 9e-8, 2e-7, 8e-7, 2e-6, 1e-4, 0.3, 2.0)
ABOVE["float64"] = (2.4e-308, 6e-308, 3e-307, 1e-301, 1e-299, 1e-200, 1e-100, 5e-46, 1e-41)
ABOVE["float64"] += (9e-39, 1.1e-38, 1.3e-38, 1e-31, 1e-29, 1e-20, 9e-17, 2e-16, 3e-16, 8e-16)
ABOVE["float64"] += (2e-15, 5e-9, 2e-8, 2e-7, 2e-6, 0.3)


ALL = slice(None)


def for_subnormals(rng, dtype, below=ALL, above=ALL, zeros=3, copies=1, more=(), rows=0, many=0):
    """Draw an array in which some numbers are subnormal, of either sign, and some zero.

    The first and the last number are subnormal, so that it shows if one of them is left out.
    """
    values = np.append(BELOW[dtype][below], rng.uniform(0.01, 0.99, many))
    values = np.multiply(values, np.finfo(dtype).tiny)
    values = np.concatenate([values, ABOVE[dtype][above]])
    values = np.concatenate([values * rng.choice([-1, 1], len(values)), np.zeros(zeros), more])
    values = rng.permutation(np.tile(values, copies).astype(dtype))
    places = np.flatnonzero((values != 0) & (np.abs(values) < np.finfo(dtype).tiny))
    if len(places):
        for end, place in ((0, places[0]), (-1, places[-1])):
            values[[end, place]] = values[[place, end]]
    return (values.reshape(rows, -1) if rows else values,)


def subnormals_problems(rng):
    """Return the problems of who counts subnormal numbers.

    The ordinary ones have each another number of them, and others of BELOW and ABOVE: no fixed
    bound makes of all of them what one does that moves with the numbers, or a count that is one
    too large. Each circumstance is met in either type, from seed to seed: a wrong bound is right
    in one of the two.
    """

    def usual(dtype, **options):
        return Problem(for_subnormals(rng, dtype, **options), {})

    def problem(when, usual, **options):
        dtype = str(rng.choice(list(BELOW)))
        return Problem(for_subnormals(rng, dtype, **options), {}, when, usual)

    least = np.finfo(np.float32).tiny
    edge = np.array([least, -least, 1.5 * least, 0.5 * least], np.float32)
    first = usual("float32")
    return [
        first,
        first._replace(**SECOND_CALL),
        usual("float32", below=slice(4, 9), above=slice(12), zeros=2),
        usual("float32", below=slice(7), above=slice(3, None), zeros=7),
        usual("float64", below=slice(1, None), zeros=4),
        usual("float64", below=slice(6), above=slice(2, 12), zeros=1),
        problem("for an array (N, H)", "for an array with one axis", zeros=3, copies=3, rows=3),
        problem("when no number is subnormal", "when some are", below=slice(0)),
        problem("when no number is zero", "when some are", zeros=0),
        problem("when some 300 numbers are subnormal", "for few of them", many=300),
        Problem((edge,), {}, "exactly at the smallest normal number", "elsewhere"),
        problem("when the same number comes twice", "when all are different", copies=2),
        problem("when there are infinities", "for finite numbers", more=(np.inf, -np.inf)),
    ]


# One operation of a tape


def for_product(rng, a, b):
    """Draw two arrays of these shapes, and a gradient of the shape of their product."""
    shape = np.broadcast_shapes(a, b)
    return rng.normal(size=a), rng.normal(size=b), rng.normal(size=shape)


def product_problems(rng):
    def problem(a, b, when="", usual=""):
        return Problem(for_product(rng, a, b), {}, when, usual)

    alike, few = "when a and b have one shape", "for fewer axes"
    three = "when one has three axes, and the other is a number"
    four = "when one has four axes, and the other is a row (H,)"
    middle = "when an axis of length 1 lies in the middle"
    single = "when one has the shape (1,), and the other two axes"
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
        problem((2, 3, 4), (), three, few),
        problem((), (2, 3, 4), three, few),
        problem((2, 3, 4, 5), (5,), four, few),
        problem((5,), (2, 3, 4, 5), four, few),
        problem((2, 3, 4), (2, 1, 4), middle, alike),
        problem((2, 1, 4), (2, 3, 4), middle, alike),
        problem((3, 4), (1,), single, alike),
        problem((1,), (3, 4), single, alike),
    ]
