"""Mistakes of notebook 04."""

import numpy as np
from numpy.linalg import norm

from .mistake import Mistake


def moved(f, x, entry, put_back=True):
    """Return an array like x of entry(f, point, k), for each index k; it may move point[k]."""
    gradient, point = np.zeros(x.shape), x.copy()
    for k in np.ndindex(x.shape):
        gradient[k] = entry(f, point, k)
        if put_back:
            point[k] = x[k]
    return gradient


def difference(f, point, k, above, below):
    here = point[k]
    point[k] = here + above
    f_above = f(point)
    point[k] = here + below
    return f_above - f(point)


def imaginary(f, point, k, step):
    point[k] += step
    return f(point)


def complex_like(x):
    return np.asarray(x).astype(complex)


GRADIENT_CHECK = [
    Mistake(
        "difference-one-sided",
        "a one-sided difference",
        {
            "numerical_gradient": lambda f, x, eps=1e-5: moved(
                f, x, lambda f, p, k: difference(f, p, k, eps, 0) / eps
            )
        },
        "an error that falls with eps, not with its square",
        "the second point: x - eps, and twice the distance",
    ),
    Mistake(
        "difference-divided-by-eps",
        "divided by eps, not by 2 eps",
        {
            "numerical_gradient": lambda f, x, eps=1e-5: moved(
                f, x, lambda f, p, k: difference(f, p, k, eps, -eps) / eps
            )
        },
        "twice the right value",
        "the distance between the two points",
    ),
    Mistake(
        "difference-second-point-is-x",
        "the second point is x itself",
        {
            "numerical_gradient": lambda f, x, eps=1e-5: moved(
                f, x, lambda f, p, k: difference(f, p, k, eps, 0) / (2 * eps)
            )
        },
        "about half the right value",
        "the second point: was the entry moved down, or only put back, or is the point the same "
        "array as x?",
    ),
    Mistake(
        "difference-times-eps",
        "/ 2 * eps multiplies by eps",
        {
            "numerical_gradient": lambda f, x, eps=1e-5: moved(
                f, x, lambda f, p, k: difference(f, p, k, eps, -eps) / 2 * eps
            )
        },
        "eps² times the right value",
        "the brackets below the line: Python reads from left to right",
    ),
    Mistake(
        "difference-negated",
        "the two points are exchanged",
        {
            "numerical_gradient": lambda f, x, eps=1e-5: moved(
                f, x, lambda f, p, k: difference(f, p, k, -eps, eps) / (2 * eps)
            )
        },
        "the right value times -1",
        "above minus below",
    ),
    Mistake(
        "entry-not-put-back",
        "an entry is not put back",
        {
            "numerical_gradient": lambda f, x, eps=1e-5: moved(
                f, x, lambda f, p, k: difference(f, p, k, eps, -eps) / (2 * eps), put_back=False
            ),
            "complex_step_gradient": lambda f, x, eps=1e-30: moved(
                f,
                complex_like(x),
                lambda f, p, k: imaginary(f, p, k, 1j * eps).imag / eps,
                put_back=False,
            ),
        },
        "the first entry is right, later ones are off, for earlier entries stayed moved",
        "what happens to the entry after the calls of f, before the next one is moved",
    ),
    Mistake(
        "all-entries-moved",
        "all entries are moved at once",
        {
            "numerical_gradient": lambda f, x, eps=1e-5: np.full(
                x.shape, (f(x + eps) - f(x - eps)) / (2 * eps)
            ),
            "complex_step_gradient": lambda f, x, eps=1e-30: np.full(
                x.shape, f(x + 1j * eps).imag / eps
            ),
        },
        "the same number everywhere, the sum of all right ones",
        "which entry is moved: one at a time",
    ),
    Mistake(
        "relative_error-by-norm-of-b",
        "divided by the norm of b alone",
        {"relative_error": lambda a, b: norm(a - b) / norm(b) if norm(b) else 0.0},
        "it changes when a and b change places",
        "the denominator: the sum of both norms",
    ),
    Mistake(
        "relative_error-by-norm-of-a",
        "divided by the norm of a alone",
        {"relative_error": lambda a, b: norm(a - b) / norm(a) if norm(a) else 0.0},
        "it changes when a and b change places",
        "the denominator: the sum of both norms",
    ),
    Mistake(
        "relative_error-by-larger-norm",
        "divided by the larger norm",
        {
            "relative_error": lambda a, b: (
                norm(a - b) / max(norm(a), norm(b)) if norm(a) or norm(b) else 0.0
            )
        },
        "up to 2, for opposite arrays",
        "the denominator: the sum of both norms",
    ),
    Mistake(
        "relative_error-of-norms",
        "the difference of the norms",
        {
            "relative_error": lambda a, b: (
                abs(norm(a) - norm(b)) / (norm(a) + norm(b)) if norm(a) or norm(b) else 0.0
            )
        },
        "0 for two arrays of equal length, whatever their direction",
        "the order: first the difference, then the norm",
    ),
    Mistake(
        "relative_error-norm-of-sum",
        "the sum inside the norm",
        {"relative_error": lambda a, b: norm(a - b) / norm(a + b) if norm(a) or norm(b) else 0.0},
        "it grows without limit where a and b nearly cancel",
        "the denominator: two norms, added",
    ),
    Mistake(
        "relative_error-without-root",
        "the squares have no root",
        {
            "relative_error": lambda a, b: (
                norm(a - b) ** 2 / (norm(a) ** 2 + norm(b) ** 2) if norm(a) or norm(b) else 0.0
            )
        },
        "small errors become far too small",
        "the norm: the root of the sum of squares",
    ),
    Mistake(
        "relative_error-absolute",
        "sums of absolute values",
        {
            "relative_error": lambda a, b: (
                np.abs(a - b).sum() / (np.abs(a).sum() + np.abs(b).sum())
                if norm(a) or norm(b)
                else 0.0
            )
        },
        "nearly right",
        "the norm: the root of the sum of squares",
    ),
    Mistake(
        "relative_error-largest-entry",
        "entry by entry, the largest",
        {
            "relative_error": lambda a, b: np.max(
                np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-300)
            )
        },
        "one entry near zero decides it all",
        "one norm for the whole array",
    ),
    Mistake(
        "relative_error-of-zeros",
        "0/0 is NaN",
        {"relative_error": lambda a, b: norm(a - b) / np.float64(norm(a) + norm(b))},
        "right, but NaN for two arrays of zeros",
        "the case of two arrays of zeros, which are equal",
    ),
    Mistake(
        "complex_step-real-part",
        "the real part where the imaginary part belongs",
        {
            "complex_step_gradient": lambda f, x, eps=1e-30: (
                moved(f, complex_like(x), lambda f, p, k: 0).real
                + moved(f, complex_like(x), lambda f, p, k: imaginary(f, p, k, 1j * eps).real / eps)
            )
        },
        "gigantic numbers: the value of f divided by eps",
        "the part that is taken: the value of f sits in the real one, its derivative in the other",
    ),
    Mistake(
        "complex_step-divided-by-2-eps",
        "divided by 2 eps",
        {
            "complex_step_gradient": lambda f, x, eps=1e-30: moved(
                f, complex_like(x), lambda f, p, k: imaginary(f, p, k, 1j * eps).imag / (2 * eps)
            )
        },
        "half the right value",
        "the distance: there is one point only, eps away",
    ),
    Mistake(
        "complex_step-doubled",
        "two points, and one distance",
        {
            "complex_step_gradient": lambda f, x, eps=1e-30: moved(
                f, complex_like(x), lambda f, p, k: 2 * imaginary(f, p, k, 1j * eps).imag / eps
            )
        },
        "twice the right value",
        "the number of points: one is enough here",
    ),
    Mistake(
        "complex_step-not-divided",
        "the division by eps is missing",
        {
            "complex_step_gradient": lambda f, x, eps=1e-30: moved(
                f, complex_like(x), lambda f, p, k: imaginary(f, p, k, 1j * eps).imag
            )
        },
        "eps times the right value, which looks like zero",
        "what the imaginary part holds: the derivative times the step",
    ),
    Mistake(
        "complex_step-real-step",
        "the step is real",
        {"complex_step_gradient": lambda f, x, eps=1e-30: np.zeros(x.shape)},
        "zeros everywhere",
        "the step: 1j * eps, into an array that can hold complex numbers",
    ),
]
