"""Say whether two results, or what two functions did on a problem, are the same."""

import numpy as np


def numbers_of(value):
    """Return a result as an array of numbers, or None if it holds anything else."""
    try:
        array = np.asarray(value)
    except Exception:  # rows of different lengths; or an object that refuses, in its own words
        return None
    return array if array.dtype.kind in "iufc" else None


def tolerance(*arrays):
    """Return the relative difference that is mere rounding."""
    return 1e-4 if any(a.dtype in (np.float32, np.float16, np.complex64) for a in arrays) else 2e-6


def equal(a, b):
    """Say whether two results agree within the rounding of their type."""
    a, b = numbers_of(a), numbers_of(b)
    if a is None or b is None or a.shape != b.shape:
        return False
    if a.dtype.kind in "iu" and b.dtype.kind in "iu":
        return np.array_equal(a, b)  # counts, or labels
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return False
    scale = max(np.abs(a[finite]).max(initial=0), np.abs(b[finite]).max(initial=0))
    return bool(np.abs(a[finite] - b[finite]).max(initial=0) <= tolerance(a, b) * scale)


def same(a, b):
    """Say whether two arguments are equal to the last bit."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a is b or callable(a) or np.array_equal(a, b)


def agrees(outcome, right, problem, names=None):
    """Say whether an attempt was right on a problem, in the results named (all, if none are)."""
    if problem.raises or right.error is not None:
        return isinstance(outcome.error, problem.raises or type(right.error))
    return outcome.results is not None and all(
        k in outcome.results and equal(outcome.results[k], right.results[k])
        for k in names or right.results
    )


def like(outcome, other, names=None):
    """Say whether two functions, one of them wrong, did the same on a problem.

    Two that stop did, if with an error of one kind: what it says depends on how a line is written.
    """
    if other.error is not None or outcome.error is not None:
        return type(outcome.error) is type(other.error)
    if outcome.results is None or other.results is None:
        return False
    return all(
        k in outcome.results and k in other.results and equal(outcome.results[k], other.results[k])
        for k in names or other.results
    )


def how_far(pairs):
    """Return the largest difference of pairs of arrays, relative to the largest entry of each."""
    scales = [(a, b, max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))) for a, b in pairs]
    return max((np.abs(a - b).max(initial=0) / c for a, b, c in scales if c), default=0.0)


def digits_of(outcomes, rights, precision):
    """Return to how many digits results are right, 0 if to all that are needed; if float32."""
    off, single = 0.0, False
    for outcome, expected in zip(outcomes, rights):
        for k, value in (expected.results or {}).items():
            value, given = numbers_of(value), numbers_of(outcome.results[k])
            if value is None or given is None or value.shape != given.shape:
                continue
            single = single or given.dtype.itemsize < 8 and given.dtype.kind in "fc"
            finite = np.isfinite(value)
            scale = np.abs(value[finite]).max(initial=0)
            if scale:
                off = max(off, np.abs(given - value)[finite].max(initial=0) / scale)
    return (-np.log10(off) if off > precision else 0), single


def factor(a, b):
    """Return the number c for which a = c b, or None."""
    a, b = np.asarray(a, float).ravel(), np.asarray(b, float).ravel()
    if not b.any():
        return None
    c = (a @ b) / (b @ b)
    return c if np.abs(a - c * b).max() <= 1e-6 * max(np.abs(a).max(), np.abs(b).max()) else None
