"""Fits made for the exercises of notebook 11: a bound, read off what is counted below it.

Each function takes the cases of an exercise, as those in `shares`.
"""

import numpy as np

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
    if not any(count for _, count in pairs):
        return "Nothing is counted: is the bound below all numbers, or is nothing compared with it?"
    if all(count == a.size for a, count in pairs):
        return "All entries are counted: do the conditions hold for each, or is a mask's len taken?"
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
