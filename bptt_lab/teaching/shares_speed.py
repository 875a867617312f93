"""Fits made for the exercises of notebook 11: a count taken apart, a bound that is counted below.

Each function takes the cases of an exercise, as those in `shares`.
"""

import itertools
import math

import numpy as np

from .answers import multiplications

# Multiplications, as sums of products of sizes

TERMS = [rows + sizes for rows in ("TN", "T", "N", "") for sizes in "H C I HH IH HC IC".split()]
TERMS += ["TN", "TNIHH", "NIHH", "TNHHH", "TTNH", "TTNHH", "TTNIH"]
ENTRIES = ("TNH", "NH", "NC", "TNC", "TH", "H", "C")  # of arrays: no product has so few


def products_off(cases):
    """Return which products of sizes are counted too often, and which not often enough."""
    if words := exchanged(cases):
        return words
    numbers = [dict(zip("TNIHC", c.arguments)) for c in cases]
    table = np.array([[math.prod(n[k] for k in term) for term in TERMS] for n in numbers], float)
    said = {}
    for k in ("forward", "backward"):
        off = np.array([float(c.results[k] - c.right[k]) for c in cases])
        if off.any() and (words := terms_in_words(table, off)):
            said.setdefault(words, []).append(k)
    return " ".join(f"{' and '.join(k)}: {words}." for words, k in said.items())


def exchanged(cases):
    """Return which sizes are taken for others, if the results are right for them in that order."""
    for order in itertools.permutations(range(5)):
        if order == (0, 1, 2, 3, 4):
            continue
        made = [multiplications(*(c.arguments[k] for k in order)) for c in cases]
        if all(c.results[k] == m[k] for c, m in zip(cases, made) for k in m):
            places = [f"{'TNIHC'[k]} in the place of {letter}" for letter, k in zip("TNIHC", order)]
            moved = [words for words in places if words[0] != words[-1]]
            return (
                f"It would be right with {' and '.join(moved)}: the order of the arguments is "
                "T, N, I, H, C; is each of them where it belongs?"
            )
    return ""


def terms_in_words(table, off):
    """Return in words the sum of products that numbers are, or nothing."""
    scale = np.abs(table).max(axis=0)
    shares = np.linalg.lstsq(table / scale, off, rcond=None)[0] / scale
    shares = np.round(2 * shares) / 2
    if np.abs(table @ shares - off).max() > 1e-9 * np.abs(off).max():
        return ""
    found = {term: share for term, share in zip(TERMS, shares) if share}
    if len(found) > 5:
        return ""
    said = []
    for sign, word in ((1, "too many"), (-1, "too few")):
        some = [multiple(abs(c), term) for term, c in found.items() if c * sign > 0]
        said += [f"{' and '.join(some)} {word}"] if some else []
    more = ""
    if set(found) <= set(ENTRIES):
        more = " (what is added, or goes entry by entry, does not count)"
    return ", ".join(said) + more


def multiple(c, term):
    """Return a product of sizes, c times, as in 2 T N H."""
    return " ".join(term) if c == 1 else f"{c:g} {' '.join(term)}"


# Subnormal numbers, below a bound

# Which numbers are counted if they are below a bound: what is compared with it, of those numbers
RULES = {
    "are not zero, and smaller in size than a bound": lambda a: np.abs(a[a != 0]),
    "are smaller in size than a bound, zeros among them": np.abs,
    "are not zero, and smaller than a bound, as every negative one is": lambda a: a[a != 0],
    "are smaller than a bound, as every negative one and zero is": lambda a: a,
    "are positive, and smaller than a bound": lambda a: a[a > 0],
}


def bound_below(cases):
    """Return which numbers may have been counted, and between which numbers the bound lies."""
    pairs = [(c.arguments[0].ravel(), c.results["the result"]) for c in cases]
    if any(count.ndim or count != int(count) for _, count in pairs):
        return ""
    counts = [int(count) for _, count in pairs]
    if not any(counts):
        return (
            "Nothing is counted in ordinary arrays: is the bound below all numbers, or is nothing "
            "compared with it?"
        )
    if len(set(counts)) == 1:
        return f"It returns {counts[0]} for every ordinary array: is each of its entries looked at?"
    off = {count - int(c.right["the result"]) for count, c in zip(counts, cases)}
    if len(off) == 1:
        many = off.pop()
        return (
            f"It is {abs(many)} too {'many' if many > 0 else 'few'} for every ordinary array: is "
            f"an entry {'counted besides' if many > 0 else 'left out'}, or something "
            f"{'added to' if many > 0 else 'taken from'} the count?"
        )
    for words, compared in RULES.items():
        found = {}
        for a, count in pairs:
            low, high = found.get(a.dtype, (-np.inf, np.inf))
            less, more = around(compared(a), int(count))
            found[a.dtype] = max(low, less), min(high, more)
        if all(low < high for low, high in found.values()):
            return f"The count is that of numbers that {words}: {in_words(found)}."
    return ""


def around(values, count):
    """Return the numbers between which a bound lies that so many values are below."""
    steps = np.concatenate([[-np.inf], np.sort(values.astype(float)), [np.inf]])
    return (steps[count], steps[count + 1]) if count < len(steps) - 1 else (np.inf, -np.inf)


def in_words(found):
    """Return by type where the bound lies, and where it should."""
    said = []
    for kind, (low, high) in found.items():
        tiny = float(np.finfo(kind).tiny)
        where = f"between {low:.2g} and {high:.2g}"
        where = f"above {low:.2g}" if high == np.inf else where
        where = f"below {high:.2g}" if low <= 0 else where
        good = low < tiny <= high
        said.append(
            f"for {kind} one {where}" + (", which is right" if good else f", not {tiny:.2g}")
        )
    close = all(low < 1e-8 <= high for low, high in found.values())
    return "; ".join(said) + close * " (np.isclose takes 1e-8)"
