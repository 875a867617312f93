"""Mistakes of notebook 11: subnormal numbers found, a product taken back.

Those in counting multiplications stand in `counting`; those in writing into a given array in
`in_place`, which judges that exercise.
"""

import numpy as np

from .counting import COUNTED
from .mistake import Mistake

# Finding subnormal numbers


def tiny(a):
    return np.finfo(a.dtype).tiny


def found(count):
    return {"subnormals": count}


def rightly_found(a):
    return np.count_nonzero((a != 0) & (np.abs(a) < tiny(a)))


SUBNORMALS = [
    Mistake(
        "subnormals-zeros-too",
        "zeros are counted as well",
        found(lambda a: np.count_nonzero(np.abs(a) < tiny(a))),
        "too many, where there are zeros",
        "zero: it is smaller than the smallest normal number, and costs nothing",
    ),
    Mistake(
        "subnormals-sign-forgotten",
        "every negative number is counted",
        found(lambda a: np.count_nonzero((a != 0) & (a < tiny(a)))),
        "too many, where there are negative numbers",
        "which of them is compared: the number, or its size?",
    ),
    Mistake(
        "subnormals-sign-and-zeros",
        "every negative number is counted, and zeros as well",
        found(lambda a: np.count_nonzero(a < tiny(a))),
        "too many",
        "the comparison: of the size of a number; and zero is no subnormal number",
    ),
    Mistake(
        "subnormals-positive-only",
        "only the positive ones are counted",
        found(lambda a: np.count_nonzero((a > 0) & (a < tiny(a)))),
        "too few, where there are negative ones",
        "the sign: a negative number can be as small",
    ),
    Mistake(
        "subnormals-eps",
        "eps is taken for the smallest normal number",
        found(lambda a: np.count_nonzero((a != 0) & (np.abs(a) < np.finfo(a.dtype).eps))),
        "too many, where numbers are small and normal",
        "the bound: eps is the step behind 1, not the smallest number",
    ),
    Mistake(
        "subnormals-float64-always",
        "the bound is that of float64 for every array",
        found(lambda a: np.count_nonzero((a != 0) & (np.abs(a) < np.finfo(np.float64).tiny))),
        "none is found in float32",
        "the bound: it belongs to the type of the array, a.dtype",
    ),
    Mistake(
        "subnormals-float32-always",
        "the bound is that of float32 for every array",
        found(lambda a: np.count_nonzero((a != 0) & (np.abs(a) < np.finfo(np.float32).tiny))),
        "wrong only for float64",
        "the bound: it belongs to the type of the array, a.dtype",
    ),
    Mistake(
        "subnormals-edge",
        "the smallest normal number itself is counted",
        found(lambda a: np.count_nonzero((a != 0) & (np.abs(a) <= tiny(a)))),
        "wrong only at the smallest normal number",
        "the comparison: < or <=",
    ),
    Mistake(
        "subnormals-smallest",
        "the smallest of all numbers is left out, which is subnormal as well",
        found(
            lambda a: np.count_nonzero(
                (np.abs(a) > np.finfo(a.dtype).smallest_subnormal) & (np.abs(a) < tiny(a))
            )
        ),
        "too few, where it is among them",
        "the lower end: only zero is left out",
    ),
    Mistake(
        "subnormals-size",
        "all entries are counted, whatever they are",
        found(lambda a: a.size),
        "as many as there are entries",
        "what counts: a mask has as many entries as a, and np.count_nonzero counts the True ones",
    ),
    Mistake(
        "subnormals-len",
        "the length of a is returned",
        found(len),
        "as many as a has entries, or rows",
        "what counts: len of a mask is that of a, and np.count_nonzero counts the True ones",
    ),
    Mistake(
        "subnormals-share",
        "the share is returned, not the number",
        found(lambda a: np.mean((a != 0) & (np.abs(a) < tiny(a)))),
        "between 0 and 1",
        "what is asked for: how many they are",
    ),
    Mistake(
        "subnormals-percent",
        "the share is returned, in percent, not the number",
        found(lambda a: 100 * np.mean((a != 0) & (np.abs(a) < tiny(a)))),
        "between 0 and 100, and seldom whole",
        "what is asked for: how many they are",
    ),
    Mistake(
        "subnormals-added-up",
        "the numbers are added up, not counted",
        found(lambda a: a[(a != 0) & (np.abs(a) < tiny(a))].sum()),
        "nearly 0",
        "what is summed: the conditions, which count as 1 and 0, or the numbers",
    ),
    Mistake(
        "subnormals-in-float32",
        "the array is turned into float32 first",
        found(lambda a: rightly_found(np.float32(a))),
        "wrong only for float64",
        "the type: numbers of float64 that are smaller become 0, or subnormal, on the way",
    ),
    Mistake(
        "subnormals-zeros-alone",
        "the zeros are counted",
        found(lambda a: np.count_nonzero(a == 0)),
        "the number of zeros",
        "what is compared with what: a subnormal number is not zero",
    ),
    Mistake(
        "subnormals-normal-ones",
        "the others are counted",
        found(lambda a: a.size - np.count_nonzero((a != 0) & (np.abs(a) < tiny(a)))),
        "the rest",
        "the direction of the comparison",
    ),
]


# A product, taken back


def added(g, shape, how=np.sum):
    """Return g, brought to a shape from which it was stretched, as a rule by sums."""
    g = np.asarray(g)
    if g.ndim > len(shape):
        g = how(g, axis=tuple(range(g.ndim - len(shape))))
    axes = tuple(k for k, n in enumerate(shape) if n == 1)
    return how(g, axis=axes, keepdims=True) if axes else g


def taken_back(to_a, to_b=None, how=np.sum):
    """Return a `product_back` by what g says before it is added up; b like a, if not given."""

    def product_back(a, b, g):
        for_a = to_a(a, b, g)
        for_b = to_a(b, a, g) if to_b is None else to_b(a, b, g)
        return {"a": added(for_a, np.shape(a), how), "b": added(for_b, np.shape(b), how)}

    return {"product_back": product_back}


def brought(fit):
    """Return a `product_back` that is right but for how g * b, or g * a, is brought to a shape."""

    def product_back(a, b, g):
        return {"a": fit(g * b, np.shape(a)), "b": fit(g * a, np.shape(b))}

    return {"product_back": product_back}


def where_stretched(fit):
    """Return a `product_back` that does something wherever the shapes differ."""
    return brought(lambda d, shape: d if np.shape(d) == shape else fit(d, shape))


def new_axes(d, shape):
    """Return the axes that stand in front of those of a shape."""
    return tuple(range(np.ndim(d) - len(shape)))


def picked(a, b, g):
    """Take the first of what was stretched, in place of the sum."""

    def first(d, axis=(), keepdims=False):
        for k in sorted(axis, reverse=True):
            d = np.take(d, [0], k) if keepdims else np.take(d, 0, k)
        return d

    return taken_back(lambda a, b, g: g * b, how=first)["product_back"](a, b, g)


PRODUCT = [
    Mistake(
        "product-own-factor",
        "each gets its own factor, not the other one's",
        taken_back(lambda a, b, g: g * a),
        "a and b are wrong",
        "the derivative of a b by a: which of the two is left?",
    ),
    Mistake(
        "product-exchanged",
        "the other one's result stands here: are the two exchanged?",
        {
            "product_back": lambda a, b, g: {
                "a": added(g * a, np.shape(b)),
                "b": added(g * b, np.shape(a)),
            }
        },
        "a and b are wrong",
        "which result belongs to which name",
    ),
    Mistake(
        "product-without-factor",
        "g goes on as in a sum, without a factor",
        taken_back(lambda a, b, g: g + 0 * b),
        "a and b are wrong",
        "the rule: this is that of a sum; a product has the other factor",
    ),
    Mistake(
        "product-g-forgotten",
        "the g that arrives is left out",
        taken_back(lambda a, b, g: b + 0 * g),
        "a and b are wrong",
        "the chain rule: what arrives times the derivative of this one operation",
    ),
    Mistake(
        "product-not-added-up",
        "what was stretched is not added up",
        {"product_back": lambda a, b, g: {"a": g * b, "b": g * a}},
        "wrong shapes where one of the two was stretched",
        "the shapes: a row that served all N sequences hears from each of them",
    ),
    Mistake(
        "product-a-not-added-up",
        "where a was stretched, its gradient is not added up",
        {"product_back": lambda a, b, g: {"a": g * b, "b": added(g * a, np.shape(b))}},
        "a wrong shape, where a was stretched",
        "the shape of a: it, too, may have fewer axes, or one of length 1",
    ),
    Mistake(
        "product-b-not-added-up",
        "where b was stretched, its gradient is not added up",
        {"product_back": lambda a, b, g: {"a": added(g * b, np.shape(a)), "b": g * a}},
        "a wrong shape, where b was stretched",
        "the shape of b: it, too, may have fewer axes, or one of length 1",
    ),
    Mistake(
        "product-mean",
        "what was stretched is averaged, where it should be added up",
        taken_back(lambda a, b, g: g * b, how=np.mean),
        "wrong only where one of the two was stretched",
        "the copies: a number that was used N times gets the sum of N gradients (03)",
    ),
    Mistake(
        "product-first-copy",
        "of what was stretched, the first copy alone is kept",
        {"product_back": picked},
        "wrong only where one of the two was stretched",
        "the copies: a number that was used N times gets the sum of N gradients (03)",
    ),
    Mistake(
        "product-length-1-forgotten",
        "axes of length 1 are not added up",
        brought(lambda d, shape: d.sum(axis=new_axes(d, shape))),
        "wrong shapes where an axis of length 1 was stretched",
        "the axes that a has with length 1: they are stretched, too",
    ),
    Mistake(
        "product-whole-sum",
        "everything is added up, to one number",
        brought(lambda d, shape: d.sum()),
        "right only where a, or b, is a number",
        "which axes are added up: those along which an array was stretched, and no other",
    ),
    Mistake(
        "product-whole-sum-where-stretched",
        "everything is added up, to one number, where an array was stretched",
        where_stretched(lambda d, shape: d.sum()),
        "a single number, where one of the two was stretched",
        "which axes are added up: those along which an array was stretched, and no other",
    ),
    Mistake(
        "product-whole-sum-in-every-entry",
        "the sum of everything stands in every entry, where an array was stretched",
        where_stretched(lambda d, shape: np.full(shape, d.sum())),
        "wrong only where one of the two was stretched",
        "which axes are added up: those along which an array was stretched, and no other",
    ),
    Mistake(
        "product-first-axis",
        "the first axis is added up, whichever was stretched",
        where_stretched(lambda d, shape: d.sum(axis=0)),
        "right for a row (H,) alone",
        "which axes are added up: those along which an array was stretched, be they one or more",
    ),
    Mistake(
        "product-last-axis",
        "the last axis is added up, whichever was stretched",
        where_stretched(lambda d, shape: d.sum(axis=-1)),
        "wrong shapes where one of the two was stretched",
        "which axes were stretched; NumPy lines shapes up at their ends",
    ),
    Mistake(
        "product-axis-lost",
        "axes of length 1 are added up, and lost: keepdims=True keeps them",
        brought(lambda d, shape: added(d, shape).reshape([n for n in shape if n > 1])),
        "wrong shapes where a, or b, has an axis of length 1",
        "the own shape of each: an axis of length 1 belongs to it",
    ),
    Mistake(
        "product-axis-too-many",
        "the axes in front are added up, and kept with length 1",
        brought(lambda d, shape: added(d, shape)[(None,) * (d.ndim - len(shape))]),
        "wrong shapes where a, or b, has fewer axes",
        "the own shape of each: keepdims=True belongs to the axes that it has",
    ),
    Mistake(
        "product-sign",
        "the sign is wrong",
        taken_back(lambda a, b, g: -g * b),
        "a and b are wrong",
        "the derivative of a b by a, for positive numbers: which sign has it?",
    ),
    Mistake(
        "product-both-factors",
        "both factors are multiplied with g",
        taken_back(lambda a, b, g: g * a * b),
        "a and b are wrong",
        "the derivative of a b by a: which of the two is left?",
    ),
    Mistake(
        "product-a-own-factor",
        "a gets its own factor, not b",
        taken_back(lambda a, b, g: g * a, lambda a, b, g: g * a),
        "a is wrong",
        "the derivative of a b by a: which of the two is left?",
    ),
    Mistake(
        "product-b-own-factor",
        "b gets its own factor, not a",
        taken_back(lambda a, b, g: g * b, lambda a, b, g: g * b),
        "b is wrong",
        "the derivative of a b by b: which of the two is left?",
    ),
    Mistake(
        "product-matrix-rule",
        "the rule of the matrix product, with a transpose",
        {"product_back": lambda a, b, g: {"a": g @ b.T, "b": a.T @ g}},
        "other shapes, or an error",
        "which product it is: * goes entry by entry, @ is the matrix product",
    ),
    Mistake(
        "product-divided",
        "divided by the factor, not multiplied",
        taken_back(lambda a, b, g: g / b),
        "a and b are wrong",
        "the derivative of a b by a",
    ),
]

SPEED = COUNTED + SUBNORMALS + PRODUCT
