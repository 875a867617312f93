"""Formulas of one number, of which a wrong answer may use one for another.

Here what an attempt returned is compared with every combination of a few pieces: numerator and
denominator, a measure of each class and a kind of mean, a norm and what is done with it.
"""

import numpy as np
from numpy.linalg import norm

from .comparing import equal

# Relative error

TOPS = {
    "the norm of the difference": lambda a, b: norm(a - b),
    "the squared norm of the difference": lambda a, b: norm(a - b) ** 2,
    "the difference of the norms": lambda a, b: abs(norm(a) - norm(b)),
    "the norm of the sum": lambda a, b: norm(a + b),
    "the sum of the absolute differences": lambda a, b: np.abs(a - b).sum(),
    "the largest absolute difference": lambda a, b: np.abs(a - b).max(),
    "the mean absolute difference": lambda a, b: np.abs(a - b).mean(),
    "the mean squared difference": lambda a, b: ((a - b) ** 2).mean(),
    "the root of the mean squared difference": lambda a, b: np.sqrt(((a - b) ** 2).mean()),
    "the absolute value of the summed differences": lambda a, b: abs((a - b).sum()),
    "the norm of the differences of absolute values": lambda a, b: norm(np.abs(a) - np.abs(b)),
    "the root of the norm of the difference": lambda a, b: np.sqrt(norm(a - b)),
    "the sum of both norms": lambda a, b: norm(a) + norm(b),
    "1": lambda a, b: 1.0,
}
BOTTOMS = {
    "the sum of both norms": lambda a, b: norm(a) + norm(b),
    "the norm of a": lambda a, b: norm(a),
    "the norm of b": lambda a, b: norm(b),
    "the larger norm": lambda a, b: max(norm(a), norm(b)),
    "the smaller norm": lambda a, b: min(norm(a), norm(b)),
    "the norm of the sum": lambda a, b: norm(a + b),
    "the norm of the difference": lambda a, b: norm(a - b),
    "the mean of both norms": lambda a, b: (norm(a) + norm(b)) / 2,
    "the product of both norms": lambda a, b: norm(a) * norm(b),
    "the root of the product of both norms": lambda a, b: np.sqrt(norm(a) * norm(b)),
    "the sum of both squared norms": lambda a, b: norm(a) ** 2 + norm(b) ** 2,
    "the root of the sum of both squared norms": lambda a, b: np.hypot(norm(a), norm(b)),
    "the norm of both added as absolute values": lambda a, b: norm(np.abs(a) + np.abs(b)),
    "the sum of all absolute values": lambda a, b: np.abs(a).sum() + np.abs(b).sum(),
    "the sum of both largest absolute values": lambda a, b: np.abs(a).max() + np.abs(b).max(),
    "the largest of all absolute values": lambda a, b: max(np.abs(a).max(), np.abs(b).max()),
    "the sum of both mean absolute values": lambda a, b: np.abs(a).mean() + np.abs(b).mean(),
    "the squared norm of a": lambda a, b: norm(a) ** 2,
    "the squared norm of b": lambda a, b: norm(b) ** 2,
    "the square of the sum of both norms": lambda a, b: (norm(a) + norm(b)) ** 2,
    "1": lambda a, b: 1.0,
    "the number of entries": lambda a, b: a.size,
    "1 plus the sum of both norms": lambda a, b: 1 + norm(a) + norm(b),
    "the larger of 1 and the sum of both norms": lambda a, b: max(1, norm(a) + norm(b)),
}
ENTRIES = {
    "the mean": np.mean,
    "the sum": np.sum,
    "the largest": np.max,
    "the median": np.median,
    "the norm": norm,
}


def error_formula(cases):
    """Return which other formula a wrong relative error follows."""
    pairs = [c.arguments for c in cases]
    values = [np.asarray(c.results["the result"], float) for c in cases]
    if any(v.ndim for v in values) or len(values) < 3:
        return ""
    if same := always_the_same(values):
        return same
    for top, f in TOPS.items():
        for bottom, g in BOTTOMS.items():
            for times in (1, 2, 0.5, -1):
                if follows(values, [times * f(a, b) / g(a, b) for a, b in pairs]):
                    factor = "" if times == 1 else f"{times:g} times "
                    return f"It comes to {factor}{top}, divided by {bottom}."
    for words, mean in ENTRIES.items():
        for bottom, g in (
            ("the sum of both absolute values", lambda a, b: np.abs(a) + np.abs(b)),
            ("that of a", lambda a, b: np.abs(a)),
            ("that of b", lambda a, b: np.abs(b)),
            ("the larger absolute value", lambda a, b: np.maximum(np.abs(a), np.abs(b))),
        ):
            if follows(values, [mean(np.abs(a - b) / g(a, b)) for a, b in pairs]):
                return (
                    f"It comes to {words} of what is a relative error entry by entry, by {bottom}."
                )
    return ""


def always_the_same(values):
    """Return a sentence if the arguments make no difference."""
    if any(v != values[0] for v in values):
        return ""
    return f"It comes to {values[0]:.4g} in each problem, whatever the arguments are."


def follows(values, numbers):
    return all(equal(v, np.asarray(n, float)) for v, n in zip(values, numbers))


# Balanced accuracy

MEASURES = {
    "the recalls": lambda right, members, named, n: right / members,
    "the precisions": lambda right, members, named, n: right / named,
    "the F1 scores": lambda right, members, named, n: 2 * right / (members + named),
    "intersection over union": lambda right, members, named, n: right / (members + named - right),
    "the shares of all beats": lambda right, members, named, n: right / n,
    "the numbers of right ones": lambda right, members, named, n: right + 0.0,
    "the reciprocals of the recalls": lambda right, members, named, n: members / right,
    "how often others are named so": lambda right, members, named, n: (
        (named - right) / (n - members)
    ),
    "1 minus the recalls": lambda right, members, named, n: 1 - right / members,
    "how often the rest is kept apart": lambda right, members, named, n: (
        (n - members - named + right) / (n - members)
    ),
    "the accuracies against the rest": lambda right, members, named, n: (
        (n - members - named + 2 * right) / n
    ),
    "the shares of members": lambda right, members, named, n: members / n,
    "the ratios of named to members": lambda right, members, named, n: named / members,
}
MEANS = {
    "mean": lambda x, w: np.mean(x),
    "mean without the undefined ones": lambda x, w: np.nanmean(x),
    "mean weighted with the members": lambda x, w: np.nansum(x * w) / w.sum(),
    "mean of those above 0": lambda x, w: x[x > 0].mean(),
    "sum": lambda x, w: np.nansum(x),
    "median": lambda x, w: np.nanmedian(x),
    "smallest": lambda x, w: np.nanmin(x),
    "largest": lambda x, w: np.nanmax(x),
    "product": lambda x, w: np.nanprod(x),
    "geometric mean": lambda x, w: np.nanprod(x) ** (1 / np.isfinite(x).sum()),
    "harmonic mean": lambda x, w: 1 / np.nanmean(1 / x),
    "first": lambda x, w: x[0],
    "last": lambda x, w: x[-1],
    "mean without the first": lambda x, w: np.nanmean(x[1:]),
    "mean without the last": lambda x, w: np.nanmean(x[:-1]),
    "sum, divided by one class more": lambda x, w: np.nansum(x) / (len(x) + 1),
    "sum, divided by one class less": lambda x, w: np.nansum(x) / (len(x) - 1),
    "root of the mean square": lambda x, w: np.sqrt(np.nanmean(x**2)),
    "mean, corrected for guessing": lambda x, w: (np.nanmean(x) - 1 / len(x)) / (1 - 1 / len(x)),
}


def mean_formula(cases):
    """Return which mean of which measure a wrong balanced accuracy is."""
    values = [np.asarray(c.results["the result"], float) for c in cases]
    if any(v.ndim for v in values) or len(values) < 3:
        return ""
    if same := always_the_same(values):
        return same
    tables = []
    for c in cases:
        predicted, labels, C = c.arguments
        k = np.arange(C)[:, None]
        tables.append(
            (
                ((predicted == k) & (labels == k)).sum(axis=1),
                (labels == k).sum(axis=1),
                (predicted == k).sum(axis=1),
                len(labels),
            )
        )
    for measure, f in MEASURES.items():
        for mean, g in MEANS.items():
            for percent in (1, 100):
                if follows(values, [percent * g(f(*t), t[1]) for t in tables]):
                    more = ", in percent" if percent == 100 else ""
                    return f"It comes to the {mean} of one number per class: {measure}{more}."
    return ""


# Losses

OF_SQUARES = {
    "squared differences": lambda l, y: ((l - y) ** 2).sum(),
    "differences": lambda l, y: (l - y).sum(),
    "absolute differences": lambda l, y: np.abs(l - y).sum(),
    "doubled differences": lambda l, y: 2 * (l - y).sum(),
    "cubed differences": lambda l, y: ((l - y) ** 3).sum(),
    "fourth powers of the differences": lambda l, y: ((l - y) ** 4).sum(),
    "differences of squares": lambda l, y: (l**2 - y**2).sum(),
    "squared sums": lambda l, y: ((l + y) ** 2).sum(),
    "squared logits": lambda l, y: (l**2).sum(),
    "lengths of the rows of differences": lambda l, y: norm(l - y, axis=1).sum(),
    "squared differences of the right class alone": lambda l, y: ((l - y)[y == 1] ** 2).sum(),
    "largest squared differences of each row": lambda l, y: ((l - y) ** 2).max(axis=1).sum(),
    "squared differences of the first row alone": lambda l, y: ((l - y)[0] ** 2).sum(),
    "squared differences of the last row alone": lambda l, y: ((l - y)[-1] ** 2).sum(),
    "squared differences, of which only the largest counts": lambda l, y: ((l - y) ** 2).max(),
}


def log_p(l):
    return l - np.log(np.exp(l).sum(axis=-1, keepdims=True))


OF_LOGS = {
    "log p of the right classes": lambda l, y: -(y * log_p(l)).sum(),
    "log p of all classes": lambda l, y: -log_p(l).sum(),
    "log p plus the targets": lambda l, y: -(y + log_p(l)).sum(),
    "log p of the wrong classes": lambda l, y: -((1 - y) * log_p(l)).sum(),
    "p log p": lambda l, y: -(np.exp(log_p(l)) * log_p(l)).sum(),
    "p of the right classes, without a logarithm": lambda l, y: -(y * np.exp(log_p(l))).sum(),
    "1 - p of the right classes": lambda l, y: (y * (1 - np.exp(log_p(l)))).sum(),
    "log2 p of the right classes": lambda l, y: -(y * log_p(l)).sum() / np.log(2),
    "log10 p of the right classes": lambda l, y: -(y * log_p(l)).sum() / np.log(10),
    "logits of the right classes": lambda l, y: -(y * l).sum(),
    "logits times log p": lambda l, y: -(l * log_p(l)).sum(),
    "logarithms of the sums of exponentials": lambda l, y: (l - log_p(l))[:, 0].sum(),
    "two-class entropies of each entry": lambda l, y: (
        -(y * log_p(l) + (1 - y) * np.log(1 - np.exp(log_p(l)))).sum()
    ),
    "log(1 - p) of the wrong classes": lambda l, y: -((1 - y) * np.log(1 - np.exp(log_p(l)))).sum(),
    "squared differences of p and the targets": lambda l, y: ((np.exp(log_p(l)) - y) ** 2).sum(),
    "largest log p of each row": lambda l, y: -log_p(l).max(axis=1).sum(),
    "log p, from logits less the largest, not normalised": lambda l, y: (
        -(y * (l - l.max(axis=1, keepdims=True))).sum()
    ),
    "log p of the first row alone": lambda l, y: -(y * log_p(l))[0].sum(),
    "log p of the last row alone": lambda l, y: -(y * log_p(l))[-1].sum(),
}
SCALES = {
    "halved and averaged over the batch": lambda N, C: 1 / (2 * N),
    "averaged over the batch": lambda N, C: 1 / N,
    "not averaged": lambda N, C: 1,
    "halved and not averaged": lambda N, C: 1 / 2,
    "averaged over batch and classes": lambda N, C: 1 / (N * C),
    "halved and averaged over batch and classes": lambda N, C: 1 / (2 * N * C),
    "averaged over the classes": lambda N, C: 1 / C,
    "averaged over the batch twice": lambda N, C: 1 / N**2,
    "doubled and averaged over the batch": lambda N, C: 2 / N,
}


def loss_formula(kind, cases):
    """Return which other sum a wrong loss is."""
    values = [np.asarray(c.results["loss"], float) for c in cases]
    if any(v.ndim for v in values) or len(values) < 3:
        return ""
    if same := always_the_same(values):
        return same
    if follows(values, [c.right["loss"] for c in cases]):
        return ""
    for words, total in (OF_SQUARES if kind == "mse" else OF_LOGS).items():
        for scale, by in SCALES.items():
            for sign in (1, -1):
                numbers = [sign * total(*c.arguments) * by(*c.arguments[0].shape) for c in cases]
                if follows(values, numbers):
                    minus = ", with the other sign" if sign < 0 else ""
                    return f"The loss comes to a sum of {words}, {scale}{minus}."
    return ""


# Clipping

NORMS = {
    "the norm of all arrays together": lambda g: np.sqrt(sum((a**2).sum() for a in g)),
    "the squared norm of all arrays": lambda g: sum((a**2).sum() for a in g),
    "the sum of the norms": lambda g: sum(norm(a) for a in g),
    "the largest norm": lambda g: max(norm(a) for a in g),
    "the mean of the norms": lambda g: np.mean([norm(a) for a in g]),
    "the norm of the first array": lambda g: norm(g[0]),
    "the norm of the last array": lambda g: norm(g[-1]),
    "the largest entry": lambda g: max(np.abs(a).max() for a in g),
    "the sum of absolute values": lambda g: sum(np.abs(a).sum() for a in g),
    "the root of the mean square": lambda g: np.sqrt(
        sum((a**2).sum() for a in g) / sum(a.size for a in g)
    ),
    "the sum of all entries": lambda g: sum(a.sum() for a in g),
    "the fourth root of the sum of squares": lambda g: sum((a**2).sum() for a in g) ** 0.25,
}
FACTORS = {
    "the limit divided by it": lambda n, c: c / n,
    "1 divided by it": lambda n, c: 1 / n,
    "it divided by the limit": lambda n, c: n / c,
    "the limit divided by it, squared": lambda n, c: (c / n) ** 2,
    "the root of the limit divided by it": lambda n, c: np.sqrt(c / n),
    "the squared limit divided by it": lambda n, c: c**2 / n,
    "the limit divided by 1 more than it": lambda n, c: c / (n + 1),
    "the limit divided by the sum of both": lambda n, c: c / (n + c),
    "1 divided by the limit times it": lambda n, c: 1 / (n * c),
    "the limit times it": lambda n, c: n * c,
    "1 less what it is above the limit": lambda n, c: 1 - (n - c) / n,
    "it less the limit": lambda n, c: n - c,
    "half the limit divided by it": lambda n, c: c / n / 2,
}


def clip_factor(cases):
    """Return which factor a wrong clipping uses on long gradients."""
    found, given = [], []
    for c in cases:
        grads, limit = c.arguments
        ends = np.cumsum([g.size for g in grads.values()])[:-1]
        arrays = np.split(np.asarray(c.results["the result"], float), ends)
        factors = [multiple(a, g.ravel()) for a, g in zip(arrays, grads.values())]
        if None in factors:
            return ""
        found.append(factors)
        given.append((list(grads.values()), limit))
    if any(np.ptp(f) > 1e-6 * np.abs(f).max() for f in found):
        inner = [(f, [a], c) for fs, (g, c) in zip(found, given) for f, a in zip(fs, g)]
        for words, how in FACTORS.items():
            if all(np.isclose(f, how(norm(a[0]), c), rtol=1e-6) for f, a, c in inner):
                return f"Each array has a factor of its own, from its own norm: {words}."
        return "The arrays are multiplied by different factors, so that the direction is lost."
    for n, length in NORMS.items():
        for words, how in FACTORS.items():
            if all(
                np.isclose(f[0], how(length(g), c), rtol=1e-6) for f, (g, c) in zip(found, given)
            ):
                return f"Long gradients are multiplied by this, made of {n}: {words}."
    if all(np.allclose(f, c, rtol=1e-6) for f, (_, c) in zip(found, given)):
        return "The gradients are multiplied by the limit itself, not by what it is to their norm."
    lengths = [NORMS["the norm of all arrays together"](g) for g, _ in given]
    kept = [np.allclose(f, 1, rtol=1e-6) for f in found]
    fine = [np.allclose(f, c / n, rtol=1e-6) for f, n, (_, c) in zip(found, lengths, given)]
    if any(kept) and all(k or f for k, f in zip(kept, fine)):
        those = [f"{n:.3g} above {c:.3g}" for n, k, (_, c) in zip(lengths, kept, given) if k]
        return (
            "Some gradients that are longer than the limit come back as they were: norms of "
            f"{', '.join(those)}. What is compared with what?"
        )
    return ""


def multiple(a, b):
    """Return the number c for which a = c b, or None."""
    if a.shape != b.shape or not b.any():
        return None
    c = (a * b).sum() / (b * b).sum()
    return c if np.abs(a - c * b).max() <= 1e-6 * max(np.abs(a).max(), 1e-300) else None
