"""Mistakes of notebook 11: multiplications counted, subnormal numbers found, a product taken back.

Those in writing into a given array stand in `in_place`, which judges that exercise.
"""

import numpy as np

from .mistake import Mistake

# Counting multiplications


def counted(forward, backward=None):
    """Return a `multiplications` by formulas of the sizes; backwards twice, if none is given."""

    def multiplications(T, N, I, H, C):
        there = forward(T, N, I, H, C)
        back = 2 * there if backward is None else backward(T, N, I, H, C)
        return {"forward": there, "backward": back}

    return {"multiplications": multiplications}


def forwards(T, N, I, H, C):
    return T * N * (I + H) * H + N * H * C


def recurrent(T, N, I, H, C):
    return T * N * (I + H) * H


def read_out(T, N, I, H, C):
    return N * H * C


BACKWARDS, FORWARDS = "only backward is wrong", "forward and backward are wrong"
COUNTED = [
    Mistake(
        "count-backward-once",
        "backwards as many as forwards: one product for each of them",
        counted(forwards, forwards),
        BACKWARDS + ", half of the right one",
        "the two gradients of each product: one for what came in, and one for its weights",
    ),
    Mistake(
        "count-weights-only",
        "backwards, only the gradients of the weights are counted with the recurrence",
        counted(forwards, lambda *n: recurrent(*n) + 2 * read_out(*n)),
        BACKWARDS,
        "what else is made from each δ: the error of the step before, and that of the inputs",
    ),
    Mistake(
        "count-dX-forgotten",
        "the gradient of the inputs, dX, is not counted",
        counted(forwards, lambda T, N, I, H, C: 2 * forwards(T, N, I, H, C) - T * N * I * H),
        BACKWARDS,
        "the seven gradients of notebook 03: which of them takes a product with W_in?",
    ),
    Mistake(
        "count-without-read-out",
        "the read-out is not counted",
        counted(recurrent),
        FORWARDS,
        "the products with W_out: there is one forwards, at the last step",
    ),
    Mistake(
        "count-read-out-every-step",
        "the read-out is counted at every step",
        counted(lambda T, N, I, H, C: recurrent(T, N, I, H, C) + T * N * H * C),
        FORWARDS,
        "how often W_out is used: only the last step is read out",
    ),
    Mistake(
        "count-without-inputs",
        "the products with W_in are not counted",
        counted(lambda T, N, I, H, C: T * N * H * H + N * H * C),
        FORWARDS,
        "the terms of z_t: there are two products in each",
    ),
    Mistake(
        "count-without-recurrence",
        "the products with W_hh are not counted",
        counted(lambda T, N, I, H, C: T * N * I * H + N * H * C),
        FORWARDS,
        "the terms of z_t: there are two products in each",
    ),
    Mistake(
        "count-one-step",
        "one step is counted, not T",
        counted(lambda T, N, I, H, C: N * (I + H) * H + N * H * C),
        FORWARDS + ", unless T = 1",
        "how often the loop runs",
    ),
    Mistake(
        "count-one-sequence",
        "one sequence is counted, not N",
        counted(lambda T, N, I, H, C: T * (I + H) * H + H * C),
        FORWARDS,
        "the rows of a batch: each of them is multiplied with all weights",
    ),
    Mistake(
        "count-additions-too",
        "additions are counted as well: twice as many",
        counted(lambda *n: 2 * forwards(*n)),
        FORWARDS + ", twice the right ones",
        "what is asked for: multiplications alone; libraries quote both together, as flops",
    ),
    Mistake(
        "count-outputs",
        "the numbers that come out are counted, not the multiplications behind each",
        counted(lambda T, N, I, H, C: T * N * H + N * C),
        FORWARDS,
        "one number of a product (N, K) times (K, H): how many multiplications has its sum?",
    ),
    Mistake(
        "count-both-together",
        "backward holds forward and backward together",
        counted(forwards, lambda *n: 3 * forwards(*n)),
        BACKWARDS,
        "what backward stands for: the way back alone",
    ),
    Mistake(
        "count-bias-too",
        "the bias is counted as a product with 1",
        counted(lambda T, N, I, H, C: T * N * (I + H + 1) * H + N * (H + 1) * C),
        FORWARDS,
        "the bias: it is added, and nothing is multiplied with it",
    ),
]


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


def first_axis_alone(a, b, g):
    """Add up over new axes in front, and forget those of length 1."""

    def fit(d, like):
        return d.sum(axis=tuple(range(d.ndim - np.ndim(like))))

    return {"a": fit(g * b, a), "b": fit(g * a, b)}


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
        "the two results are exchanged",
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
        {"product_back": first_axis_alone},
        "wrong shapes where an axis of length 1 was stretched",
        "the axes that a has with length 1: they are stretched, too",
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
