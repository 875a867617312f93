"""What can be done to an argument, or to a result, by one slip: pairs of words and values.

`fits` asks whether a wrong result is the right one after one such change, or that of arguments
after one.
"""

import numpy as np

from .wording import AXES

CONSTANTS = (0, 1, 2, 5, 10, 0.5, 0.1, 0.01, 0.8, 0.9, 0.99, 0.999)
CONSTANTS += (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12, 1e-20, 1e-30)


def along(letter, axis):
    """Return an axis in words: by what its letter counts, or by its number."""
    return AXES.get(letter, "").split()[0] if AXES.get(letter) else f"axis {axis}"


def softmax(a, axis=-1):
    p = np.exp(a - a.max(axis=axis, keepdims=True))
    return p / p.sum(axis=axis, keepdims=True)


def order_changes(a, letters):
    """Yield changes that move the entries of an array and keep its shape."""
    for axis, n in enumerate(a.shape):
        where = along(letters[axis : axis + 1], axis)
        if n > 1:
            yield f"read backwards along {where}", np.flip(a, axis)
            yield f"moved on by one place along {where}", np.roll(a, 1, axis)
            yield f"moved back by one place along {where}", np.roll(a, -1, axis)
            yield (
                f"late by one place along {where}, with zeros in the first",
                shifted(a, 1, axis),
            )
            yield (
                f"early by one place along {where}, with zeros in the last",
                shifted(a, -1, axis),
            )
            yield f"averaged over {where}", np.broadcast_to(a.mean(axis, keepdims=True), a.shape)
            for word, place in (("first", 0), ("last", n - 1)):
                one = np.take(a, [place], axis)
                yield (
                    f"filled with the {word} entry along {where}",
                    np.broadcast_to(one, a.shape),
                )
    if a.ndim == 2 and a.shape[0] == a.shape[1] > 1:
        yield "transposed", a.T
    elif a.ndim == 2 and min(a.shape) > 1:
        yield "cut up in another order, as by reshape", a.T.reshape(a.shape)


def shifted(a, by, axis):
    """Return an array moved by one place, with zeros at the end that became free."""
    moved = np.roll(a, by, axis)
    index = [slice(None)] * a.ndim
    index[axis] = 0 if by > 0 else -1
    moved = moved.copy()
    moved[tuple(index)] = 0
    return moved


def argument_changes(value):
    """Yield changes of an argument: of a number, of labels, or of an array of numbers."""
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        yield from number_changes(value)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        yield from label_changes(value)
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        yield "counts as 0", np.zeros_like(value)
        yield "counts as 1", np.ones_like(value)
        yield "has the other sign", -value
        for words, changed in order_changes(value, ""):
            yield f"is {words}", changed
        for words, function in ENTRY_BY_ENTRY.items():
            with np.errstate(all="ignore"):
                yield f"is {words}", function(value)
        if value.ndim == 2 and value.shape[1] > 1:
            yield "goes through a softmax", softmax(value)


ENTRY_BY_ENTRY = {
    "doubled": lambda a: 2 * a,
    "halved": lambda a: a / 2,
    "squared": np.square,
    "replaced by its absolute values": np.abs,
    "taken through one more tanh": np.tanh,
    "taken back through the tanh": lambda a: np.arctanh(np.clip(a, -1 + 1e-16, 1 - 1e-16)),
    "replaced by 1 minus itself": lambda a: 1 - a,
    "cut to whole numbers": np.trunc,
    "without what is below 0": lambda a: np.maximum(a, 0),
    "replaced by the slope of a tanh at it": lambda a: 1 - a**2,
    "cut to between -1 and 1": lambda a: np.clip(a, -1, 1),
}


def number_changes(c):
    """Yield changes of an argument that is one number."""
    whole = isinstance(c, (int, np.integer))
    if whole:
        yield "is one larger", c + 1
        yield "is one smaller", c - 1
    if not whole:
        yield "has the other sign", -c
    yield "is doubled", 2 * c
    yield "is halved", c / 2
    yield "is squared", c * c
    if not whole and c > 0:
        yield "is replaced by its root", c**0.5
        yield "is replaced by 1 minus itself", 1 - c
        yield "is turned over", 1 / c
    if not whole:
        for number in CONSTANTS:
            yield f"is {number:g}, whatever is given", number


def label_changes(labels):
    """Yield changes of an array of labels."""
    yield "is counted from 1", labels - 1
    yield "is one too large", labels + 1
    yield "is sorted first", np.sort(labels)
    yield "is numbered anew, without the absent ones", np.unique(labels, return_inverse=True)[1]
    yield "begins at its smallest", labels - labels.min()
    yield "is replaced by its first entry", np.full_like(labels, labels[0])
    yield "counts as 0", 0 * labels
    yield "is read backwards", labels[::-1]
    yield "is moved on by one place", np.roll(labels, 1)
    yield "is moved back by one place", np.roll(labels, -1)


def result_changes(r, letters):
    """Yield changes of a result that keep its shape."""
    for words, changed in order_changes(r, letters):
        yield f"the right one {words}", changed
    for axis, n in enumerate(r.shape):
        where = along(letters[axis : axis + 1], axis)
        if n > 1:
            total = r.sum(axis, keepdims=True)
            yield f"the right one summed over {where}", np.broadcast_to(total, r.shape)
            yield f"the running sum of the right one along {where}", r.cumsum(axis)
            backwards = np.flip(np.flip(r, axis).cumsum(axis), axis)
            yield f"the running sum of the right one from the end of {where}", backwards
            yield f"the right one divided by its sum over {where}", r / total
            length = np.sqrt((r**2).sum(axis, keepdims=True))
            yield f"the right one divided by its length along {where}", r / length
            yield f"the right one less its mean over {where}", r - r.mean(axis, keepdims=True)
            yield f"the softmax of the right one over {where}", softmax(r, axis)
    if r.size > 1:
        whole = {
            "mean over all entries": r.mean(),
            "sum over all entries": r.sum(),
            "largest entry": r.max(),
        }
        for words, number in whole.items():
            yield f"everywhere the {words} of the right one", np.full(r.shape, number)
        yield "the right one sorted", np.sort(r, axis=None).reshape(r.shape)
        yield "the right one divided by its length", r / np.sqrt((r**2).sum())
        yield "the right one divided by its largest entry", r / r.max()
    yield "1, whatever is right", np.ones_like(r)
    for words, function in OF_RESULTS.items():
        yield words, function(r)


OF_RESULTS = {
    "the square of the right one": np.square,
    "the root of the right one": lambda r: np.sqrt(np.abs(r)),
    "the absolute value of the right one": np.abs,
    "the reciprocal of the right one": lambda r: 1 / r,
    "1 minus the right one": lambda r: 1 - r,
    "the tanh of the right one": np.tanh,
    "the exponential of the right one": np.exp,
    "the logarithm of the right one": lambda r: np.log(np.abs(r)),
    "the sign of the right one": np.sign,
    "the right one where it is above 0, and 0 elsewhere": lambda r: np.maximum(r, 0),
    "the right one where it is below 0, and 0 elsewhere": lambda r: np.minimum(r, 0),
    "the right one cut to whole numbers": np.trunc,
    **{
        f"the right one rounded to {k} digit{'s' * (k != 1)} behind the point": (
            lambda r, k=k: np.round(r, k)
        )
        for k in range(9)
    },
    "the right one in 32 bits": lambda r: r.astype(np.float32).astype(float),
    "the right one in 16 bits": lambda r: r.astype(np.float16).astype(float),
}
