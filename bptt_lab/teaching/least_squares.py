"""Shares of terms in a result, by least squares; and what they are in words."""

import numpy as np


def shares_of(value, terms):
    """Return the numbers c for which value = Σ c_j terms_j, or None if there are none."""
    A = np.stack([np.broadcast_to(t, value.shape).ravel() for t in terms], axis=1)
    b = value.ravel()
    if not np.isfinite(A).all() or not np.isfinite(b).all() or len(b) <= A.shape[1]:
        return None
    sizes = np.linalg.norm(A, axis=0)
    if not sizes.all():
        return None
    c, _, rank, _ = np.linalg.lstsq(A / sizes, b, rcond=1e-10)
    if rank < A.shape[1] or np.abs(A @ (c / sizes) - b).max() > 1e-7 * np.abs(b).max(
        initial=1e-300
    ):
        return None
    return np.round(c / sizes, 7)


def same_shares(values, terms):
    """Return the shares that are the same in all problems, or None."""
    found = [shares_of(v, t) for v, t in zip(values, terms)]
    if any(c is None for c in found) or np.ptp(found, axis=0).max() > 1e-5:
        return None
    return found[0]


def polynomial(values, points):
    """Return in words the polynomial in h that has these values, up to the fourth power."""
    for degree in (1, 2, 4):
        c = same_shares(values, [[h**k for k in range(degree + 1)] for h in points])
        if c is not None:
            return poly_in_words(c)
    return ""


def poly_in_words(c):
    powers = ["", " h", " h²", " h³", " h⁴"]
    said = ""
    for share, power in zip(c, powers):
        if abs(share) > 1e-6:
            number = f"{abs(share):.4g}" if abs(abs(share) - 1) > 1e-6 or not power else ""
            sign = " - " if share < 0 else " + "
            said += sign + (number + power).strip()
    return said.strip().removeprefix("+ ").replace("- ", "-", 1) if said[:2] == " -" else said[3:]
