"""Answers to the exercises of notebook 11, as learners write them: right ones, and wrong ones."""
# ruff: noqa: B006, F811

import numpy as np
from bank import bank

ANSWERS, right, wrong = bank()

# ---------------------------------------------------------------------------------------------
# multiplications(T, N, I, H, C)
# ---------------------------------------------------------------------------------------------


@right("multiplications", "a formula, and twice of it")
def multiplications(T, N, I, H, C):
    forward = T * N * H * (I + H) + N * H * C
    return {"forward": forward, "backward": 2 * forward}


@right("multiplications", "product by product, in a loop over time")
def multiplications(T, N, I, H, C):
    forward, backward = 0, 0
    for _ in range(T):
        forward += N * I * H + N * H * H
        backward += N * H * H + N * I * H  # dh, dx
        backward += I * N * H + H * N * H  # dW_in, dW_hh
    forward += N * H * C
    backward += N * C * H + H * N * C
    return {"forward": forward, "backward": backward}


@right("multiplications", "a helper for one product, floats")
def multiplications(T, N, I, H, C):
    def product(n, k, m):
        return float(n * k * m)

    steps = product(T * N, I, H) + product(T * N, H, H)
    back = product(I, T * N, H) + product(H, T * N, H) + product(T * N, H, I) + product(T * N, H, H)
    read = product(N, H, C)
    return {"backward": back + product(H, N, C) + product(N, C, H), "forward": steps + read}


@wrong(
    "multiplications",
    "as many backwards as forwards",
    r"each of the forward pass, where there are two",
)
def multiplications(T, N, I, H, C):
    forward = T * N * H * (I + H) + N * H * C
    return {"forward": forward, "backward": forward}


@wrong("multiplications", "multiplications and additions", r"additions are counted")
def multiplications(T, N, I, H, C):
    forward = 2 * (T * N * H * (I + H) + N * H * C)
    return {"forward": forward, "backward": 2 * forward}


@wrong("multiplications", "read-out forgotten", r"read-out is not counted")
def multiplications(T, N, I, H, C):
    forward = T * (N * I * H + N * H * H)
    return {"forward": forward, "backward": 2 * forward}


@wrong("multiplications", "every step read out", r"at every step")
def multiplications(T, N, I, H, C):
    forward = T * N * (I * H + H * H + H * C)
    return {"forward": forward, "backward": forward * 2}


@wrong("multiplications", "only the weights backwards", r"counted once, not twice")
def multiplications(T, N, I, H, C):
    forward = T * N * H * (I + H) + N * H * C
    backward = I * N * T * H + H * N * T * H + H * N * C + N * C * H
    return {"forward": forward, "backward": backward}


@wrong("multiplications", "dX forgotten", r"those of dX, or those of dW_in")
def multiplications(T, N, I, H, C):
    forward = T * N * H * (I + H) + N * H * C
    backward = T * (N * H * H + I * N * H + H * N * H) + 2 * N * H * C
    return {"forward": forward, "backward": backward}


@wrong("multiplications", "the recurrence is one of vectors", r"T N H too many, T N H H too few")
def multiplications(T, N, I, H, C):
    forward = T * N * I * H + T * N * H + N * H * C
    return {"forward": forward, "backward": 2 * forward}


@wrong("multiplications", "the batch forgotten", r"one sequence is counted")
def multiplications(T, N, I, H, C):
    forward = T * (I + H) * H + H * C
    return {"forward": forward, "backward": 2 * forward}


@wrong("multiplications", "the time forgotten", r"one step is counted")
def multiplications(T, N, I, H, C):
    forward = N * (I + H) * H + N * H * C
    return {"forward": forward, "backward": 2 * forward}


@wrong("multiplications", "a sum for a dict", r"expected a dict")
def multiplications(T, N, I, H, C):
    return 3 * (T * N * (I + H) * H + N * H * C)


@wrong("multiplications", "the bias as a product", r"additions of both biases are counted")
def multiplications(T, N, I, H, C):
    forward = T * N * (H + I + 1) * H + N * (H + 1) * C
    return {"forward": forward, "backward": 2 * forward}


@wrong(
    "multiplications", "all together under backward", r"forward and backward together are taken for"
)
def multiplications(T, N, I, H, C):
    forward = T * N * (H + I) * H + N * H * C
    return {"forward": forward, "backward": forward + 2 * forward}


@wrong("multiplications", "what comes out is counted", r"numbers that come out")
def multiplications(T, N, I, H, C):
    forward = T * N * H + N * C
    return {"forward": forward, "backward": 2 * forward}


# ---------------------------------------------------------------------------------------------
# subnormals(a)
# ---------------------------------------------------------------------------------------------


@right("subnormals", "count_nonzero of two conditions")
def subnormals(a):
    return np.count_nonzero((a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny))


@right("subnormals", "smallest_normal, and a sum")
def subnormals(a):
    size = np.abs(a)
    return int(((size > 0) & (size < np.finfo(a.dtype).smallest_normal)).sum())


@right("subnormals", "by a loop")
def subnormals(a):
    n, least = 0, np.finfo(a.dtype).tiny
    for v in a.ravel():
        if v != 0 and -least < v < least:
            n += 1
    return n


@right("subnormals", "small ones less zeros")
def subnormals(a):
    return np.sum(abs(a) < np.finfo(a.dtype).tiny) - np.sum(a == 0)


@right("subnormals", "by the exponent's bits")
def subnormals(a):
    _, exponent = np.frexp(a)
    return len(a[(exponent <= np.finfo(a.dtype).minexp) & (a != 0)])


@wrong("subnormals", "zeros too", r"zeros are counted as well")
def subnormals(a):
    return (np.abs(a) < np.finfo(a.dtype).tiny).sum()


@wrong("subnormals", "sign forgotten", r"every negative number")
def subnormals(a):
    return ((a < np.finfo(a.dtype).tiny) & (a != 0)).sum()


@wrong("subnormals", "only positive ones", r"only the positive ones")
def subnormals(a):
    return np.count_nonzero((0 < a) & (a < np.finfo(a.dtype).tiny))


@wrong("subnormals", "eps", r"eps is taken")
def subnormals(a):
    return np.count_nonzero((a != 0) & (np.abs(a) < np.finfo(a.dtype).eps))


@wrong("subnormals", "a number for float32", r"that of float32 for every")
def subnormals(a):
    return np.count_nonzero((a != 0) & (np.abs(a) < 2.0**-126))


@wrong("subnormals", "finfo(float)", r"that of float64 for every")
def subnormals(a):
    return np.count_nonzero((a != 0) & (np.abs(a) < np.finfo(float).tiny))


@wrong("subnormals", "<=", r"smallest normal number itself")
def subnormals(a):
    return np.count_nonzero((a != 0) & (np.abs(a) <= np.finfo(a.dtype).tiny))


@wrong("subnormals", "a share", r"share is returned")
def subnormals(a):
    return ((a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny)).mean()


@wrong("subnormals", "the mask", r"is a mask")
def subnormals(a):
    return (a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny)


@wrong("subnormals", "the rows are counted", r"for an array \(N, H\)")
def subnormals(a):
    return sum(bool(np.any((v != 0) & (np.abs(v) < np.finfo(a.dtype).tiny))) for v in a)


@wrong("subnormals", "zeros in place of subnormals", r"zeros are counted")
def subnormals(a):
    return np.count_nonzero(a == 0)


# ---------------------------------------------------------------------------------------------
# product_back(a, b, g)
# ---------------------------------------------------------------------------------------------


def fit(g, like):
    g = g.sum(axis=tuple(range(g.ndim - np.ndim(like))))
    axes = tuple(k for k, n in enumerate(np.shape(like)) if n == 1)
    return g.sum(axis=axes, keepdims=True)


@right("product_back", "with a helper")
def product_back(a, b, g):
    return {"a": fit(g * b, a), "b": fit(g * a, b)}


@right("product_back", "while loops, as in many tapes")
def product_back(a, b, g):
    def back(d, shape):
        while d.ndim > len(shape):
            d = d.sum(axis=0)
        for axis, n in enumerate(shape):
            if n == 1:
                d = d.sum(axis=axis, keepdims=True)
        return d

    return {"a": back(g * b, a.shape), "b": back(g * a, b.shape)}


@right("product_back", "padded shapes, one sum, a reshape")
def product_back(a, b, g):
    def back(d, shape):
        full = (1,) * (d.ndim - len(shape)) + tuple(shape)
        axes = tuple(i for i in range(d.ndim) if full[i] != d.shape[i])
        return d.sum(axis=axes).reshape(shape)

    return {"b": back(a * g, np.shape(b)), "a": back(b * g, np.shape(a))}


@wrong("product_back", "own factor", r"own factor")
def product_back(a, b, g):
    return {"a": fit(g * a, a), "b": fit(g * b, b)}


@wrong("product_back", "not added up", r"not added up")
def product_back(a, b, g):
    return {"a": g * b, "b": g * a}


@wrong("product_back", "averaged", r"averaged")
def product_back(a, b, g):
    def back(d, shape):
        while d.ndim > len(shape):
            d = d.mean(axis=0)
        for axis, n in enumerate(shape):
            if n == 1:
                d = d.mean(axis=axis, keepdims=True)
        return d

    return {"a": back(g * b, a.shape), "b": back(g * a, b.shape)}


@wrong("product_back", "axes of length 1 forgotten", r"length 1 are not added up")
def product_back(a, b, g):
    def back(d, shape):
        while d.ndim > len(shape):
            d = d.sum(axis=0)
        return d

    return {"a": back(g * b, a.shape), "b": back(g * a, b.shape)}


@wrong("product_back", "of a sum", r"as in a sum")
def product_back(a, b, g):
    return {"a": fit(g, a), "b": fit(g, b)}


@wrong("product_back", "g forgotten", r"g that arrives is left out")
def product_back(a, b, g):
    return {"a": fit(b + 0 * g, a), "b": fit(a + 0 * g, b)}


@wrong("product_back", "the matrix rule", r"matrix product|shape")
def product_back(a, b, g):
    return {"a": g @ b.T, "b": a.T @ g}


@wrong("product_back", "exchanged", r"are the two exchanged")
def product_back(a, b, g):
    return {"b": fit(g * b, a), "a": fit(g * a, b)}


@wrong("product_back", "a tuple", r"expected a dict")
def product_back(a, b, g):
    return fit(g * b, a), fit(g * a, b)


@wrong("product_back", "keepdims left out", r"added up, and lost: keepdims=True keeps")
def product_back(a, b, g):
    def back(d, shape):
        while d.ndim > len(shape):
            d = d.sum(axis=0)
        for axis, n in reversed(list(enumerate(shape))):
            if n == 1:
                d = d.sum(axis=axis)
        return d

    return {"a": back(g * b, a.shape), "b": back(g * a, b.shape)}


@wrong("product_back", "divided", r"divided by the factor")
def product_back(a, b, g):
    return {"a": fit(g / b, a), "b": fit(g / a, b)}


# ---------------------------------------------------------------------------------------------
# What a learner wrote, and what had been called right
# ---------------------------------------------------------------------------------------------


@wrong("product_back", "either leading axes or axes of length 1", r"stretched along two axes")
def product_back(a, b, g):
    def back(d, shape):
        if d.ndim > len(shape):
            return d.sum(axis=tuple(range(d.ndim - len(shape))))
        return d.sum(axis=tuple(k for k, n in enumerate(shape) if n == 1), keepdims=True)

    return {"a": back(g * b, a.shape), "b": back(g * a, b.shape)}


@wrong("product_back", "the first axis of length 1 only", r"shape \(1, 1\)")
def product_back(a, b, g):
    def back(d, shape):
        d = d.sum(axis=tuple(range(d.ndim - len(shape))))
        return d.sum(axis=shape.index(1), keepdims=True) if 1 in shape else d

    return {"a": back(g * b, a.shape), "b": back(g * a, b.shape)}


@wrong("product_back", "axes told by their lengths", r"square")
def product_back(a, b, g):
    def back(d, shape):
        for n in d.shape:
            if n not in shape:
                d = d.sum(axis=d.shape.index(n))
        return d.reshape(shape)

    return {"a": back(g * b, a.shape), "b": back(g * a, b.shape)}


@wrong("subnormals", "different ones counted", r"same number comes twice")
def subnormals(a):
    return len(np.unique(a[(a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny)]))


@wrong("subnormals", "tiny divided by eps", r"between 1e-34 and 4e-31, not 1.2e-38")
def subnormals(a):
    f = np.finfo(a.dtype)
    return int(((a != 0) & (np.abs(a) < f.tiny / f.eps)).sum())


def counted(a, least):
    return np.count_nonzero((a != 0) & (np.abs(a) < least))


@wrong("subnormals", "a bound written as 1e-38", r"between 9.4e-39 and 1.1e-38, not 1.2e-38")
def subnormals(a):
    return counted(a, 1e-38)


@wrong("subnormals", "a bound far too low", r"float32 one between 1.2e-41 and 1.2e-40")
def subnormals(a):
    return counted(a, 1e-40)


@wrong(
    "subnormals", "a bound of float64 that is too high", r"float64 one between 1e-301 and 1e-299"
)
def subnormals(a):
    return counted(a, 1e-300)


@wrong("subnormals", "a bound right for float32 alone", r"that of float32 for every array")
def subnormals(a):
    return counted(a, 1.2e-38)


@wrong("subnormals", "the smallest subnormal number as a bound", r"Nothing is counted")
def subnormals(a):
    return counted(a, np.finfo(a.dtype).smallest_subnormal)


@wrong("subnormals", "finfo's min, the most negative number", r"Nothing is counted")
def subnormals(a):
    return counted(a, np.finfo(a.dtype).min)


@wrong("subnormals", "np.isclose", r"zeros among them.*np.isclose takes 1e-8")
def subnormals(a):
    return np.count_nonzero(np.isclose(a, 0))


@wrong("subnormals", "np.isclose without zeros", r"are not zero, and.*np.isclose takes 1e-8")
def subnormals(a):
    return np.count_nonzero(np.isclose(a, 0) & (a != 0))


@wrong("subnormals", "epsneg", r"float32 one between 4e-08 and 9e-08")
def subnormals(a):
    return counted(a, np.finfo(a.dtype).epsneg)


@wrong("subnormals", "1e-38 without a sign", r"as every negative one and zero is")
def subnormals(a):
    return (a < 1e-38).sum()


@wrong("subnormals", "1e-38, positive ones", r"are positive, and smaller")
def subnormals(a):
    return ((a > 0) & (a < 1e-38)).sum()


@wrong("subnormals", "len of a mask", r"all entries are counted")
def subnormals(a):
    return len(((a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny)).ravel())


@wrong("subnormals", "in float32, whatever comes", r"turned into float32 first")
def subnormals(a):
    a = a.astype(np.float32)
    return counted(a, np.finfo(a.dtype).tiny)


@wrong("subnormals", "the sum of the numbers", r"added up, not counted")
def subnormals(a):
    return a[(a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny)].sum()


@wrong("subnormals", "in percent", r"in percent")
def subnormals(a):
    return 100 * ((a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny)).mean()


@wrong(
    "subnormals",
    "how many there are in a first example",
    r"returns 8 for every ordinary array|result of the first",
)
def subnormals(a):
    return 8


def forwards(T, N, I, H, C):
    return T * N * (I + H) * H + N * H * C


def both(forward, backward):
    return {"forward": forward, "backward": backward}


@wrong(
    "multiplications",
    "T for N in the read-out",
    r"with N in the place of T and T in the place of N",
)
def multiplications(T, N, I, H, C):
    forward = T * N * (I + H) * H + T * H * C
    return both(forward, 2 * forward)


@wrong(
    "multiplications", "arguments in another order", r"the order of the arguments is T, N, I, H, C"
)
def multiplications(N, T, H, I, C):
    forward = forwards(T, N, I, H, C)
    return both(forward, 2 * forward)


@wrong(
    "multiplications",
    "inputs and classes exchanged",
    r"C in the place of I and I in the place of C",
)
def multiplications(T, N, I, H, C):
    forward = forwards(T, N, C, H, I)
    return both(forward, 2 * forward)


@wrong("multiplications", "the names exchanged", r"forward and backward are exchanged")
def multiplications(T, N, I, H, C):
    forward = forwards(T, N, I, H, C)
    return both(2 * forward, forward)


@wrong(
    "multiplications", "the bias of the states", r"additions of the bias are counted, or the tanh"
)
def multiplications(T, N, I, H, C):
    forward = T * N * (I + H + 1) * H + N * H * C
    return both(forward, 2 * forward)


@wrong("multiplications", "the bias, forwards alone", r"T N H too many \(what is added")
def multiplications(T, N, I, H, C):
    return both(T * N * (I + H + 1) * H + N * H * C, 2 * forwards(T, N, I, H, C))


@wrong("multiplications", "the sum for db_h", r"entry by entry, or the additions for db_h")
def multiplications(T, N, I, H, C):
    return both(forwards(T, N, I, H, C), 2 * forwards(T, N, I, H, C) + T * N * H)


@wrong("multiplications", "the slopes", r"as the slopes have: h², and times dh")
def multiplications(T, N, I, H, C):
    return both(forwards(T, N, I, H, C), 2 * forwards(T, N, I, H, C) + 2 * T * N * H)


@wrong("multiplications", "the slopes, and the tanh", r"3 T N H too many")
def multiplications(T, N, I, H, C):
    return both(forwards(T, N, I, H, C), 2 * forwards(T, N, I, H, C) + 3 * T * N * H)


@wrong("multiplications", "dW_out without dh_T", r"that for dW_out, or that for dh_T")
def multiplications(T, N, I, H, C):
    return both(forwards(T, N, I, H, C), 2 * T * N * (I + H) * H + N * H * C)


@wrong("multiplications", "no read-out backwards", r"the read-out is not counted on the way back")
def multiplications(T, N, I, H, C):
    return both(forwards(T, N, I, H, C), 2 * T * N * (I + H) * H)


@wrong("multiplications", "no read-out forwards", r"not counted at the end of the forward pass")
def multiplications(T, N, I, H, C):
    return both(T * N * (I + H) * H, 2 * forwards(T, N, I, H, C))


@wrong("multiplications", "neither dX nor dh_T", r"backward: T N I H and N H C too few")
def multiplications(T, N, I, H, C):
    return both(forwards(T, N, I, H, C), T * N * H * (I + 2 * H) + N * H * C)


@wrong("multiplications", "dW_in forgotten", r"those of dX, or those of dW_in")
def multiplications(T, N, I, H, C):
    return both(forwards(T, N, I, H, C), T * N * H * (I + 2 * H) + 2 * N * H * C)


@wrong("multiplications", "W_in taken for a square", r"forward: T N H H too many, T N I H too few")
def multiplications(T, N, I, H, C):
    forward = 2 * T * N * H * H + N * H * C
    return both(forward, 2 * forward)


@wrong("multiplications", "a first step without a product", r"forward: N H H too few")
def multiplications(T, N, I, H, C):
    forward = forwards(T, N, I, H, C) - N * H * H
    return both(forward, 2 * forward)


@wrong("multiplications", "N K H / 2", r"half of the right number")
def multiplications(T, N, I, H, C):
    return both(forwards(T, N, I, H, C) / 2, forwards(T, N, I, H, C))


@wrong("multiplications", "exact flops", r"2 T N H and N C too few")
def multiplications(T, N, I, H, C):
    forward = T * N * (2 * I - 1 + 2 * H - 1) * H + N * (2 * H - 1) * C
    return both(forward, 2 * forward)


@wrong("multiplications", "a small letter", r"Its argument is called T: small letters")
def multiplications(T, N, I, H, C):
    forward = t * N * (I + H) * H  # noqa: F821
    return both(forward, 2 * forward)


@wrong(
    "multiplications", "an inner size that is not given", r"is given is T, N, I, H, C, and nothing"
)
def multiplications(T, N, I, H, C):
    forward = T * N * K * H  # noqa: F821
    return both(forward, 2 * forward)


def product(fit):
    return lambda a, b, g: {"a": fit(g * b, np.shape(a)), "b": fit(g * a, np.shape(b))}


def unlike(fit):
    return product(lambda d, shape: d if d.shape == shape else fit(d, shape))


@right("product_back", "one loop over the axes, from the end")
def product_back(a, b, g):
    def back(d, shape):
        for axis in range(-1, -d.ndim - 1, -1):
            if -axis > len(shape) or shape[axis] == 1:
                d = d.sum(axis=axis, keepdims=True)
        return d.reshape(shape)

    return product(back)(a, b, g)


@wrong("product_back", "the sum of everything", r"everything is added up, to one number\.")
def product_back(a, b, g):
    return product(lambda d, shape: d.sum())(a, b, g)


@wrong("product_back", "the sum of everything, if needed", r"to one number, where an array was")
def product_back(a, b, g):
    return unlike(lambda d, shape: d.sum())(a, b, g)


@wrong("product_back", "the sum of everything, everywhere", r"stands in every entry")
def product_back(a, b, g):
    return unlike(lambda d, shape: np.full(shape, d.sum()))(a, b, g)


@wrong("product_back", "axis=0, if needed", r"the first axis is added up, whichever")
def product_back(a, b, g):
    return unlike(lambda d, shape: d.sum(axis=0))(a, b, g)


@wrong("product_back", "axis=-1, if needed", r"the last axis is added up, whichever")
def product_back(a, b, g):
    return unlike(lambda d, shape: d.sum(-1))(a, b, g)


@wrong("product_back", "keepdims everywhere", r"kept with length 1")
def product_back(a, b, g):
    def back(d, shape):
        full = (1,) * (d.ndim - len(shape)) + shape
        return d.sum(axis=tuple(k for k, n in enumerate(full) if n == 1), keepdims=True)

    return product(back)(a, b, g)


@wrong("product_back", "a minus on both", r"this mistake returns: the sign is wrong")
def product_back(a, b, g):
    return {"a": fit(-g * b, a), "b": fit(-g * a, b)}


@wrong("product_back", "both factors", r"both factors are multiplied")
def product_back(a, b, g):
    return {"a": fit(g * a * b, a), "b": fit(g * b * a, b)}


@wrong("product_back", "b with its own factor", r"b gets its own factor")
def product_back(a, b, g):
    return {"a": fit(g * b, a), "b": fit(g * b, b)}


@wrong(
    "product_back", "only b is thought of", r"where a was stretched, its gradient is not added up"
)
def product_back(a, b, g):
    return {"a": g * b, "b": fit(g * a, b)}


@wrong(
    "product_back", "at most two axes in front", r"one has three axes, and the other is a number"
)
def product_back(a, b, g):
    def back(d, shape):
        for _ in range(2):
            d = d.sum(axis=0) if d.ndim > len(shape) else d
        return d.sum(tuple(k for k, n in enumerate(shape) if n == 1), keepdims=True)

    return product(back)(a, b, g)


@wrong("product_back", "three axes in front forgotten for rows alone", r"one has four axes")
def product_back(a, b, g):
    def back(d, shape):
        if shape == ():
            return d.sum()
        for _ in range(2):
            d = d.sum(axis=0) if d.ndim > len(shape) else d
        return d.sum(tuple(k for k, n in enumerate(shape) if n == 1), keepdims=True)

    return product(back)(a, b, g)


@wrong("product_back", "the first and the last axis", r"axis of length 1 lies in the middle")
def product_back(a, b, g):
    def back(d, shape):
        while d.ndim > len(shape):
            d = d.sum(axis=0)
        for axis in {0, len(shape) - 1} if shape else ():
            d = d.sum(axis=axis, keepdims=True) if shape[axis] == 1 else d
        return d

    return product(back)(a, b, g)


@wrong("product_back", "by cases, without (1,)", r"only when one has the shape \(1,\)")
def product_back(a, b, g):
    def back(d, shape):
        if shape == ():
            return d.sum()
        if len(shape) == 1:
            return d.sum(axis=tuple(range(d.ndim - 1)))
        d = d.sum(axis=tuple(range(d.ndim - len(shape))))
        return d.sum(tuple(k for k, n in enumerate(shape) if n == 1), keepdims=True)

    return unlike(back)(a, b, g)


@wrong("product_back", "not added up, and a minus", r"b: the sign is wrong")
def product_back(a, b, g):
    return {"a": g * b, "b": -fit(g * a, b)}


@wrong("product_back", "the mirror of it", r"a: the sign is wrong")
def product_back(a, b, g):
    return {"a": -fit(g * b, a), "b": g * a}


@wrong("product_back", "b always added up", r"where a was stretched, its gradient is not added up")
def product_back(a, b, g):
    return {"a": g * b, "b": (g * a).sum(axis=0)}


def subnormal(a):
    return (a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny)


@wrong("subnormals", "more than the smallest", r"the smallest of all numbers is left out")
def subnormals(a):
    f = np.finfo(a.dtype)
    return np.count_nonzero((np.abs(a) > f.smallest_subnormal) & (np.abs(a) < f.tiny))


@wrong("subnormals", "a sum in eight bits", r"only when some 300 numbers are subnormal")
def subnormals(a):
    return subnormal(a).sum(dtype=np.int8)


@wrong("subnormals", "one more", r"1 too many for every ordinary array")
def subnormals(a):
    return subnormal(a).sum() + 1


@wrong("subnormals", "one less", r"1 too few for every ordinary array.*taken from the count")
def subnormals(a):
    return subnormal(a).sum() - 1


@wrong("subnormals", "the first left out", r"1 too few for every ordinary array.*left out")
def subnormals(a):
    return subnormal(a[1:]).sum()


@wrong("subnormals", "the last left out", r"1 too few for every ordinary array.*left out")
def subnormals(a):
    return subnormal(a[:-1]).sum()


@wrong("subnormals", "the first alone", r"returns 1 for every ordinary array")
def subnormals(a):
    return subnormal(a[:1]).sum()


@wrong("subnormals", "whether there are any", r"returns 1 for every ordinary array")
def subnormals(a):
    return int(subnormal(a).any())


@wrong("subnormals", "len of the mask as it is", r"the length of a is returned")
def subnormals(a):
    return len(subnormal(a))


@wrong("subnormals", "the size", r"all entries are counted")
def subnormals(a):
    return subnormal(a).size
