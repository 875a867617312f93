"""Answers to the exercises of notebook 10, as learners write them: right ones, and wrong ones."""
# ruff: noqa: B006, F811

import math

import numpy as np
from bank import bank

ANSWERS, right, wrong = bank()

# ---------------------------------------------------------------------------------------------
# gaussian_nll(outputs, Y)
# ---------------------------------------------------------------------------------------------


@right("gaussian_nll", "as in the text")
def gaussian_nll(outputs, Y):
    mean, s = outputs[..., :1], outputs[..., 1:]
    N, error = mean.size, mean - Y
    loss = (s + error**2 * np.exp(-s) + np.log(2 * np.pi)).sum() / (2 * N)
    d_mean = error * np.exp(-s) / N
    d_s = (1 - error**2 * np.exp(-s)) / (2 * N)
    return loss, np.concatenate([d_mean, d_s], axis=-1)


@right("gaussian_nll", "flat columns, stacked at the end")
def gaussian_nll(outputs, Y):
    mean, s, y = outputs[..., 0], outputs[..., 1], Y[..., 0]
    variance = np.exp(s)
    nll = 0.5 * (np.log(2 * np.pi * variance) + (y - mean) ** 2 / variance)
    d = np.stack([(mean - y) / variance, 0.5 - 0.5 * (y - mean) ** 2 / variance], axis=-1)
    return nll.mean(), d / nll.size


@right("gaussian_nll", "np.split, and the deviation")
def gaussian_nll(outputs, Y):
    mean, s = np.split(outputs, 2, axis=-1)
    sigma = np.exp(s / 2)
    z = (Y - mean) / sigma
    loss = np.mean(0.5 * z * z + np.log(sigma) + 0.5 * math.log(2 * math.pi))
    return loss, np.concatenate((-z / sigma, 0.5 * (1 - z * z)), -1) / Y.size


@right("gaussian_nll", "writes into zeros")
def gaussian_nll(outputs, Y):
    d = np.zeros_like(outputs)
    precision = np.exp(-outputs[..., 1])
    e = outputs[..., 0] - np.squeeze(Y, -1)
    d[..., 0] = precision * e
    d[..., 1] = 0.5 * (1.0 - precision * e * e)
    loss = 0.5 * (outputs[..., 1] + e * e * precision).mean() + 0.5 * np.log(2 * np.pi)
    return loss, d / e.size


@right("gaussian_nll", "row by row")
def gaussian_nll(outputs, Y):
    flat, y = outputs.reshape(-1, 2), Y.reshape(-1)
    total, d = 0.0, []
    for (m, s), target in zip(flat, y):
        total += 0.5 * (s + (target - m) ** 2 / np.exp(s) + np.log(2 * np.pi))
        d.append([(m - target) / np.exp(s), 0.5 * (1 - (target - m) ** 2 / np.exp(s))])
    return total / len(y), np.array(d).reshape(outputs.shape) / len(y)


@right("gaussian_nll", "a gradient of real zeros")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    z2, d = np.square(Y - m) / np.exp(s), np.zeros(outputs.shape)
    if not np.iscomplexobj(outputs):
        d[..., :1], d[..., 1:] = (m - Y) / np.exp(s) / Y.size, (1 - z2) / (2 * Y.size)
    return (s / 2 + z2 / 2 + np.log(np.sqrt(2 * np.pi))).mean(), d


def gaussian_of(loss, d_mean, d_s):
    """Return a gaussian_nll with these terms of e = μ - y and s."""

    def gaussian_nll(outputs, Y):
        m, s = outputs[..., 0], outputs[..., 1]
        e = m - Y[..., 0]
        d = np.stack([d_mean(e, s) + 0 * e, d_s(e, s) + 0 * e], axis=-1)
        return loss(e, s).mean(), d / e.size

    return gaussian_nll


def nll(e, s):
    return 0.5 * (s + e**2 * np.exp(-s) + np.log(2 * np.pi))


def by_mean(e, s):
    return e * np.exp(-s)


def by_s(e, s):
    return 0.5 * (1 - e**2 * np.exp(-s))


wrong("gaussian_nll", "s as log of the deviation", "logarithm of the deviation")(
    gaussian_of(
        lambda e, s: s + 0.5 * (e / np.exp(s)) ** 2 + 0.5 * np.log(2 * np.pi),
        lambda e, s: e / np.exp(s) ** 2,
        lambda e, s: 1 - (e / np.exp(s)) ** 2,
    )
)
wrong("gaussian_nll", "s as the variance", "variance itself")(
    gaussian_of(
        lambda e, s: 0.5 * (np.log(np.abs(s)) + e**2 / s + np.log(2 * np.pi)),
        lambda e, s: e / s,
        lambda e, s: 0.5 * (1 / s - e**2 / s**2),
    )
)
wrong("gaussian_nll", "exp(s) in place of exp(-s)", "multiplied by the variance")(
    gaussian_of(
        lambda e, s: 0.5 * (s + e**2 * np.exp(s) + np.log(2 * np.pi)),
        lambda e, s: e * np.exp(s),
        lambda e, s: 0.5 * (1 + e**2 * np.exp(s)),
    )
)
wrong("gaussian_nll", "exp(s) in the gradient alone", "in the gradient.* multiplied")(
    gaussian_of(nll, lambda e, s: e * np.exp(s), lambda e, s: 0.5 * (1 - e**2 * np.exp(s)))
)
wrong("gaussian_nll", "no log variance at all", "s is missing: doubt costs nothing")(
    gaussian_of(
        lambda e, s: 0.5 * (e**2 * np.exp(-s) + np.log(2 * np.pi)),
        by_mean,
        lambda e, s: -0.5 * e**2 * np.exp(-s),
    )
)
wrong("gaussian_nll", "no 1 in the gradient by s", "the 1 is missing")(
    gaussian_of(nll, by_mean, lambda e, s: -0.5 * e**2 * np.exp(-s))
)
wrong("gaussian_nll", "only the 1 in the gradient by s", "squared error is missing")(
    gaussian_of(nll, by_mean, lambda e, s: 0.5)
)
wrong("gaussian_nll", "sign of the gradient by s", "by s has the wrong sign", "times -1")(
    gaussian_of(nll, by_mean, lambda e, s: 0.5 * (e**2 * np.exp(-s) - 1))
)
wrong("gaussian_nll", "plus in the gradient by s", "added, not subtracted")(
    gaussian_of(nll, by_mean, lambda e, s: 0.5 * (1 + e**2 * np.exp(-s)))
)
wrong("gaussian_nll", "y - mean in the gradient", "by the mean has the wrong sign")(
    gaussian_of(nll, lambda e, s: -e * np.exp(-s), by_s)
)
wrong("gaussian_nll", "the gradient of mse", "not divided by the variance")(
    gaussian_of(nll, lambda e, s: e, by_s)
)
wrong("gaussian_nll", "divided by sigma once", "divided by the deviation")(
    gaussian_of(nll, lambda e, s: e / np.exp(s / 2), by_s)
)
wrong("gaussian_nll", "half by the mean", "a half is left over")(
    gaussian_of(nll, lambda e, s: 0.5 * e * np.exp(-s), by_s)
)
wrong("gaussian_nll", "2 by the mean", "by the mean, the half is missing")(
    gaussian_of(nll, lambda e, s: 2 * e * np.exp(-s), by_s)
)
wrong("gaussian_nll", "no half by s", "by s, the half is missing")(
    gaussian_of(nll, by_mean, lambda e, s: 1 - e**2 * np.exp(-s))
)
wrong("gaussian_nll", "e by s, not e²", "not squared")(
    gaussian_of(nll, by_mean, lambda e, s: 0.5 * (1 - e * np.exp(-s)))
)
wrong("gaussian_nll", "no half anywhere", "the half is missing")(
    gaussian_of(
        lambda e, s: 2 * nll(e, s), lambda e, s: 2 * by_mean(e, s), lambda e, s: 2 * by_s(e, s)
    )
)
wrong("gaussian_nll", "no half in the loss", "half is missing in the loss")(
    gaussian_of(lambda e, s: 2 * nll(e, s), by_mean, by_s)
)
wrong("gaussian_nll", "no constant", "log 2π is missing")(
    gaussian_of(lambda e, s: nll(e, s) - 0.5 * np.log(2 * np.pi), by_mean, by_s)
)
wrong("gaussian_nll", "the constant in full", "in full, not half")(
    gaussian_of(lambda e, s: nll(e, s) + 0.5 * np.log(2 * np.pi), by_mean, by_s)
)
wrong("gaussian_nll", "log density", "not its negative")(
    gaussian_of(lambda e, s: -nll(e, s), lambda e, s: -by_mean(e, s), lambda e, s: -by_s(e, s))
)
wrong("gaussian_nll", "columns of the gradient exchanged", "columns of the gradient change")(
    gaussian_of(nll, by_s, by_mean)
)


LOG = np.log(2 * np.pi)

for cause, says, terms in (
    ("by the variance", "is that by the variance", {"d_s": lambda e, s: by_s(e, s) / np.exp(s)}),
    (
        "by the deviation",
        "is that by the deviation",
        {"d_s": lambda e, s: 1 / np.exp(s / 2) - e**2 / np.exp(s / 2) ** 3},
    ),
    ("no variance by s", "is not divided by the var", {"d_s": lambda e, s: 0.5 * (1 - e**2)}),
    ("exp(s) by s", "is multiplied by the", {"d_s": lambda e, s: 0.5 - e**2 * np.exp(s) / 2}),
    ("exp(s) by the mean", "mean is multiplied", {"d_mean": lambda e, s: e * np.exp(s)}),
    ("e² by the mean", "still squared", {"d_mean": lambda e, s: e**2 / np.exp(s)}),
    ("two minus by s", "both terms", {"d_s": lambda e, s: -0.5 - 0.5 * e**2 / np.exp(s)}),
    ("1 by s", "not at the 1", {"d_s": lambda e, s: 1 - e**2 / (2 * np.exp(s))}),
    ("e² by s", "at the 1 alone", {"d_s": lambda e, s: 0.5 - e**2 / np.exp(s)}),
    ("log σ = s", "s is there in full", {"loss": lambda e, s: nll(e, s) + s / 2}),
    (
        "e² in full",
        "error is there in full",
        {"loss": lambda e, s: nll(e, s) + e**2 / np.exp(s) / 2},
    ),
    (
        "e² / σ",
        "by the deviation, not",
        {"loss": lambda e, s: 0.5 * (s + e**2 / np.exp(s / 2) + LOG)},
    ),
    ("no square", "error is not squared", {"loss": lambda e, s: 0.5 * (s + e / np.exp(s) + LOG)}),
    (
        "exp(s) in the loss",
        "in the loss, the squared error is mult",
        {"loss": lambda e, s: (s + e**2 * np.exp(s) + LOG) / 2},
    ),
    ("log π", "log π, without the 2", {"loss": lambda e, s: nll(e, s) - np.log(2) / 2}),
    (
        "np.log(2) * np.pi",
        "π log 2",
        {"loss": lambda e, s: nll(e, s) + (np.log(2) * np.pi - LOG) / 2},
    ),
    ("2π", "2π itself", {"loss": lambda e, s: nll(e, s) + np.pi - LOG / 2}),
    ("log10", "base 10", {"loss": lambda e, s: nll(e, s) + (np.log10(2 * np.pi) - LOG) / 2}),
):
    terms = {"loss": nll, "d_mean": by_mean, "d_s": by_s} | terms
    wrong("gaussian_nll", cause, says)(gaussian_of(**terms))

wrong("gaussian_nll", "variance squared", "square of the variance")(
    gaussian_of(
        lambda e, s: 0.5 * (s + (e / np.exp(s)) ** 2 + LOG),
        lambda e, s: e / np.exp(s) ** 2,
        lambda e, s: 0.5 - 0.5 * (e / np.exp(s)) ** 2,
    )
)


def gaussian_divided(loss=lambda m: m.size, gradient=lambda m: m.size, once=False):
    """Return a gaussian_nll that divides by other numbers, or adds the constant once."""

    def gaussian_nll(outputs, Y):
        m, s = outputs[..., :1], outputs[..., 1:]
        terms, e = nll(m - Y, s), m - Y
        total = (terms - LOG / 2).sum() + LOG / 2 if once else terms.sum()
        d = np.concatenate([by_mean(e, s), by_s(e, s)], axis=-1)
        return total / loss(m), d / gradient(m)

    return gaussian_nll


def sequences(m):
    return m.shape[-2]


wrong("gaussian_nll", "sum divided by shape[-2]", "number of sequences alone, where")(
    gaussian_divided(sequences, sequences)
)
wrong("gaussian_nll", "loss divided by shape[-2]", "loss is divided by the number of seq")(
    gaussian_divided(loss=sequences)
)
wrong("gaussian_nll", "gradient divided by shape[-2]", "gradient is divided by the number of")(
    gaussian_divided(gradient=sequences)
)
wrong("gaussian_nll", "loss divided by len", "loss is divided by the length")(
    gaussian_divided(loss=len)
)
wrong("gaussian_nll", "gradient divided by len", "gradient is divided by the length")(
    gaussian_divided(gradient=len)
)
wrong("gaussian_nll", "loss summed", "loss is a sum")(gaussian_divided(loss=lambda m: 1))
wrong("gaussian_nll", "the constant once", "added once to the sum")(gaussian_divided(once=True))


@wrong("gaussian_nll", "float(loss)", "complex outputs.*float")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    e = m - Y
    d = np.concatenate([by_mean(e, s), by_s(e, s)], axis=-1) / e.size
    return float(nll(e, s).mean()), d


@wrong("gaussian_nll", "np.abs(e)**2", "complex outputs.*abs")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    e = m - Y
    d = np.concatenate([by_mean(e, s), by_s(e, s)], axis=-1) / e.size
    return nll(np.abs(e), s).mean(), d


@wrong("gaussian_nll", "1e-6 for safety", "small number for safety")
def gaussian_nll(outputs, Y):
    m, v = outputs[..., :1], np.exp(outputs[..., 1:]) + 1e-6
    e = m - Y
    loss = 0.5 * (np.log(2 * np.pi * v) + e**2 / v).mean()
    return loss, np.concatenate([e / v, 0.5 * (1 - e**2 / v)], axis=-1) / e.size


@wrong("gaussian_nll", "summed", "a sum over the batch", "N times")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    e = m - Y
    return nll(e, s).sum(), np.concatenate([by_mean(e, s), by_s(e, s)], axis=-1)


@wrong("gaussian_nll", "no 1/N in the gradient", "1/N is missing in the gradient")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    e = m - Y
    return nll(e, s).mean(), np.concatenate([by_mean(e, s), by_s(e, s)], axis=-1)


@wrong("gaussian_nll", "the gradient divided by outputs.size", "gradient is divided by 2 N")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    e = m - Y
    return nll(e, s).mean(), np.concatenate([by_mean(e, s), by_s(e, s)], axis=-1) / outputs.size


@wrong("gaussian_nll", "len(outputs) for the number of forecasts", "length of the first axis")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    e, N = m - Y, len(outputs)
    return nll(e, s).sum() / N, np.concatenate([by_mean(e, s), by_s(e, s)], axis=-1) / N


@wrong("gaussian_nll", "(N,) minus (N, 1)", "every mean is compared", "shape")
def gaussian_nll(outputs, Y):
    m, s = outputs[:, 0], outputs[:, 1]
    e = m - Y
    return nll(e, s).mean(), np.stack([by_mean(e, s), by_s(e, s)], axis=-1) / len(Y)


@wrong("gaussian_nll", "the columns of the outputs exchanged", "mean and log variance change")
def gaussian_nll(outputs, Y):
    s, m = outputs[..., :1], outputs[..., 1:]
    e = m - Y
    return nll(e, s).mean(), np.concatenate([by_s(e, s), by_mean(e, s)], axis=-1) / e.size


@wrong("gaussian_nll", "written for (N, 2) alone", "outputs of shape", "axes")
def gaussian_nll(outputs, Y):
    m, s = outputs[:, :1], outputs[:, 1:]
    e = m - Y
    return nll(e, s).mean(), np.concatenate([by_mean(e, s), by_s(e, s)], axis=1) / len(Y)


@wrong("gaussian_nll", "the variance is kept above 0.1", "when the variance is small")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    v, e = np.maximum(np.exp(s), 0.01), m - Y
    loss = 0.5 * (np.log(2 * np.pi * v) + e**2 / v).mean()
    return loss, np.concatenate([e / v, 0.5 * (1 - e**2 / v)], axis=-1) / e.size


@wrong("gaussian_nll", "only the loss", "two things")
def gaussian_nll(outputs, Y):
    m, s = outputs[..., :1], outputs[..., 1:]
    return nll(m - Y, s).mean()


# ---------------------------------------------------------------------------------------------
# signals_every_step(params, h, d_logits)
# ---------------------------------------------------------------------------------------------


@right("signals_every_step", "add at the top of the loop")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), np.zeros_like(h[0])
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"].T
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@right("signals_every_step", "all read-outs first, the last one starts")
def signals_every_step(params, h, d_logits):
    read = d_logits @ params["W_out"].T
    dz, dh = np.empty_like(read), read[-1]
    for t in range(len(dz) - 1, -1, -1):
        dz[t] = dh * (1 - h[t + 1] * h[t + 1])
        if t:
            dh = dz[t] @ params["W_hh"].T + read[t - 1]
    return dz


@right("signals_every_step", "a list, reversed")
def signals_every_step(params, h, d_logits):
    signals, back = [], 0
    for state, d in zip(h[:0:-1], d_logits[::-1]):
        signals.append((d @ params["W_out"].T + back) * (1 - state**2))
        back = signals[-1] @ params["W_hh"].T
    return np.array(signals[::-1])


@right("signals_every_step", "in place, on the read-outs")
def signals_every_step(params, h, d_logits):
    dz = np.einsum("tnc,hc->tnh", d_logits, params["W_out"])
    for t in reversed(range(len(dz))):
        if t + 1 < len(dz):
            dz[t] += dz[t + 1] @ params["W_hh"].T
        dz[t] *= 1 - h[t + 1] ** 2
    return dz


@right("signals_every_step", "by linearity: one backward pass for each step, summed")
def signals_every_step(params, h, d_logits):
    total = np.zeros_like(h[1:])
    for last in range(1, len(h)):
        dh = d_logits[last - 1] @ params["W_out"].T
        for t in range(last, 0, -1):
            dz = dh * (1 - h[t] ** 2)
            total[t - 1] += dz
            dh = dz @ params["W_hh"].T
    return total


def signals_with(start, arrives, after=lambda dz, read, t: dz, on=lambda dh, read, t: dh):
    """Return a signals_every_step with other parts of the loop."""

    def signals_every_step(params, h, d_logits):
        read = d_logits @ params["W_out"].T
        dz, dh = np.empty_like(read), start(read)
        for t in range(len(read), 0, -1):
            dz[t - 1] = after(arrives(dh, read, t) * (1 - h[t] ** 2), read, t)
            dh = on(dz[t - 1] @ params["W_hh"].T, read, t)
        return dz

    return signals_every_step


def nothing(read):
    return np.zeros_like(read[0])


def alone(dh, read, t):
    return dh


wrong(
    "signals_every_step", "the read-outs before the last forgotten", "second source is forgotten"
)(signals_with(lambda read: read[-1], alone))
wrong("signals_every_step", "= in place of +=", "overwritten")(
    signals_with(nothing, lambda dh, read, t: read[t - 1])
)
wrong("signals_every_step", "added after the slope", "after the slope")(
    signals_with(nothing, alone, lambda dz, read, t: dz + read[t - 1])
)
wrong("signals_every_step", "added after the slope, the last rightly", "but the last.* after the")(
    signals_with(
        lambda read: read[-1], alone, lambda dz, read, t: dz + read[t - 1] * (t < len(read))
    )
)
wrong("signals_every_step", "the last twice", "hears its read-out twice")(
    signals_with(lambda read: read[-1], lambda dh, read, t: dh + read[t - 1])
)
wrong("signals_every_step", "read[t - 1] added for step t - 1", "one too late")(
    signals_with(lambda read: read[-1], alone, on=lambda dh, read, t: dh + read[t - 1])
)
wrong("signals_every_step", "the read-out of the step before", "of the step before it")(
    signals_with(nothing, lambda dh, read, t: dh + (read[t - 2] if t > 1 else 0))
)
wrong("signals_every_step", "read[t - 2], which wraps around at t = 1", "T = 1|moved|for t = 1")(
    signals_with(nothing, lambda dh, read, t: dh + read[t - 2])
)
wrong("signals_every_step", "subtracted", "subtracted")(
    signals_with(nothing, lambda dh, read, t: dh - read[t - 1])
)
wrong("signals_every_step", "averaged", "averaged")(
    signals_with(nothing, lambda dh, read, t: (dh + read[t - 1]) / 2)
)
wrong("signals_every_step", "sum of all read-outs at the end", "all steps arrive at the last")(
    signals_with(lambda read: read.sum(axis=0), alone)
)
wrong("signals_every_step", "the read-outs in reverse", "wrong order")(
    signals_with(nothing, lambda dh, read, t: dh + read[len(read) - t])
)
wrong("signals_every_step", "divided by T", "divided by T")(
    signals_with(nothing, lambda dh, read, t: dh + read[t - 1] / len(read))
)


@wrong("signals_every_step", "brackets missing", "read-out alone")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dz[t - 1] = dh + d_logits[t - 1] @ params["W_out"].T * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@wrong("signals_every_step", "the read-out goes through W_hh", "through W_hh as well")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"].T @ params["W_hh"].T
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@wrong("signals_every_step", "W_hh not transposed", "not transposed")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"].T
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"]
    return dz


@wrong(
    "signals_every_step", "the slope of the state before", "state before|h_t-1|h\\[t - 1\\]|slope"
)
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"].T
        dz[t - 1] = dh * (1 - h[t - 1] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@wrong("signals_every_step", "stored in reverse", "wrong order|backwards")
def signals_every_step(params, h, d_logits):
    signals, back = [], 0
    for state, d in zip(h[:0:-1], d_logits[::-1]):
        signals.append((d @ params["W_out"].T + back) * (1 - state**2))
        back = signals[-1] @ params["W_hh"].T
    return np.array(signals)


def signals_in(rounds, line):
    """Return a signals_every_step with another loop, whose round returns δ_t and the new dh."""

    def signals_every_step(params, h, d_logits):
        dz, dh = np.zeros_like(h[1:]), np.zeros_like(h[0])
        for t in rounds(len(dz)):
            dh = dh + d_logits[t - 1] @ params["W_out"].T
            dz[t - 1], dh = line(dh, 1 - h[t] ** 2, params["W_hh"].T, h[t])
        return dz

    return signals_every_step


def down(T):
    return range(T, 0, -1)


def one_round(dh, slope, back, h):
    return dh * slope, dh * slope @ back


for cause, says, rounds, line in (
    ("dh += dz @ W_hh.T", r"with \+=", down, lambda dh, s, W, h: (dh * s, dh + dh * s @ W)),
    ("dh = dh @ W_hh.T", "not the δ that came", down, lambda dh, s, W, h: (dh * s, dh @ W)),
    ("dh left as it is", "sent on as it is", down, lambda dh, s, W, h: (dh * s, dh)),
    ("no W_hh", "without W_hh", down, lambda dh, s, W, h: (dh * s, dh * s)),
    (
        "the slope once more",
        "once more on its way",
        down,
        lambda dh, s, W, h: (dh * s, dh * s**2 @ W),
    ),
    ("dh stored", "stored is dh", down, lambda dh, s, W, h: (dh, dh * s @ W)),
    ("1 - h", "without the square", down, lambda dh, s, W, h: one_round(dh, 1 - h, W, h)),
    ("1 + h²", "wrong sign", down, lambda dh, s, W, h: one_round(dh, 1 + h**2, W, h)),
    ("forwards", "runs forwards, from the first", lambda T: range(1, T + 1), one_round),
    ("forwards from 0", "forwards, and from 0", range, one_round),
    ("from T - 1", "begins one step early", lambda T: range(T - 1, 0, -1), one_round),
    ("down to 2", "stops one step early", lambda T: range(T, 1, -1), one_round),
    ("down to 0", "goes on to t = 0", lambda T: range(T, -1, -1), one_round),
    ("from T - 1 to 0", "one step too low", lambda T: range(T - 1, -1, -1), one_round),
    ("from T + 1", "IndexError.*for t from T to 1", lambda T: range(T + 1, 0, -1), one_round),
    ("the whole of h", "index missing", down, lambda dh, s, W, h: (np.stack([dh, dh]), dh)),
):
    wrong("signals_every_step", cause, says)(signals_in(rounds, line))

wrong("signals_every_step", "the read-out at the end of the round", "the last hears none")(
    signals_with(nothing, alone, on=lambda dh, read, t: dh + read[t - 1])
)


def signals_through(out, back):
    """Return a signals_every_step with other matrices."""

    def signals_every_step(params, h, d_logits):
        dz, dh = np.zeros_like(h[1:]), np.zeros_like(h[0])
        for t in range(len(dz), 0, -1):
            dh = dh + d_logits[t - 1] @ params[out].T
            dz[t - 1] = dh * (1 - h[t] ** 2)
            dh = dz[t - 1] @ params[back].T
        return dz

    return signals_every_step


for cause, out, back in (
    ("W_hh for W_out", "W_hh", "W_hh"),
    ("W_in for W_out", "W_in", "W_hh"),
    ("W_out for W_hh", "W_out", "W_out"),
    ("W_in for W_hh", "W_out", "W_in"),
):
    wrong("signals_every_step", cause, "through the transpose of W_out")(signals_through(out, back))


@wrong("signals_every_step", "d_logits[-1] in each round", "the last entry along axis 0")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[-1] @ params["W_out"].T
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@wrong("signals_every_step", "dz without its index", "only the first entry along axis 0")
def signals_every_step(params, h, d_logits):
    dh = 0 * h[0]
    for t in range(len(d_logits), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"].T
        dz = dh * (1 - h[t] ** 2)
        dh = dz @ params["W_hh"].T
    return dz


@wrong("signals_every_step", "rounded", "is something rounded")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"].T
        dz[t - 1] = np.round(dh * (1 - h[t] ** 2), 4)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@wrong("signals_every_step", "W_out not transposed", "raises|stops|mismatch|matmul")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"]
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@wrong("signals_every_step", "back through W_out", "ValueError")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t - 1] @ params["W_out"].T
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_out"]
    return dz


@wrong("signals_every_step", "d_logits[t], one beyond the end", "IndexError|index")
def signals_every_step(params, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0 * h[0]
    for t in range(len(dz), 0, -1):
        dh = dh + d_logits[t] @ params["W_out"].T
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


# ---------------------------------------------------------------------------------------------
# dream(step, x, state, noise, temperature)
# ---------------------------------------------------------------------------------------------


@right("dream", "a list")
def dream(step, x, state, noise, temperature):
    samples = []
    for drawn in noise:
        outputs, state = step(x, state)
        x = outputs[:, :1] + temperature * np.exp(outputs[:, 1:] / 2) * drawn
        samples.append(x)
    return np.array(samples)


@right("dream", "into an array, by index")
def dream(step, x, state, noise, temperature):
    X = np.empty_like(noise)
    for t in range(len(noise)):
        out, state = step(x if t == 0 else X[t - 1], state)
        sigma = np.sqrt(np.exp(out[:, [1]]))
        X[t] = out[:, [0]] + sigma * temperature * noise[t]
    return X


@right("dream", "recursion")
def dream(step, x, state, noise, temperature):
    def go(x, state, t):
        if t == len(noise):
            return []
        out, state = step(x, state)
        new = out[:, :1] + temperature * np.exp(0.5 * out[:, 1:]) * noise[t]
        return [new, *go(new, state, t + 1)]

    return np.stack(go(x, state, 0))


@right("dream", "in float32, as its network")
def dream_float32(step, x, state, noise, temperature):
    samples = np.zeros(noise.shape, np.float32)
    for t, e in enumerate(noise.astype(np.float32)):
        (mean, s), state = (lambda o, h: (np.split(o, 2, axis=1), h))(*step(x, state))
        samples[t] = x = mean + temperature * e * np.exp(s / 2)
    return samples


def dream_with(
    draw=lambda m, s, T, noise: m + T * np.exp(s / 2) * noise,
    heard=lambda new, m, x: new,
    goes_on=lambda new, old: new,
    row=lambda noise, t: noise[t],
):
    """Return a dream with other parts."""

    def dream(step, x, state, noise, temperature):
        samples = []
        for t in range(len(noise)):
            out, after = step(x, state)
            m, s = out[:, :1], out[:, 1:]
            new = draw(m, s, temperature, row(noise, t))
            samples.append(new)
            x, state = heard(new, m, x), goes_on(after, state)
        return np.stack(samples)

    return dream


def dream_of(keep, feed=None, calls=1, after=0):
    """Return a dream that keeps and feeds back what these functions make of a draw."""

    def dream(step, x, state, noise, temperature):
        samples = []
        for drawn in noise:
            for _ in range(calls):
                out, new = step(x, state)
                state = new
            given = (out[:, :1], np.exp(out[:, 1:] / 2), temperature, drawn)
            samples.append(keep(*given))
            x = (feed or keep)(*given)
            for _ in range(after):
                state = step(x, state)[1]
        return np.stack(samples)

    return dream


def plain(m, sigma, T, e):
    return m + T * sigma * e


def warm(m, sigma, T, e):
    return m + sigma * e


wrong("dream", "mean and s exchanged", "mean and log variance change")(
    dream_with(lambda m, s, T, e: s + T * np.exp(m / 2) * e)
)
wrong("dream", "step called again at the end", "again at the end of")(dream_of(plain, after=1))
wrong("dream", "step called twice at first", "step is called for the state")(
    dream_of(plain, calls=2)
)
wrong("dream", "means collected", "means are collected")(dream_of(lambda m, *_: m, plain))
wrong("dream", "temperature not fed back", "only in what is stored")(dream_of(plain, warm))
wrong("dream", "temperature not stored", "only in what is fed back")(dream_of(warm, plain))
wrong("dream", "sqrt(|s|)", r"root of \|s\|")(
    dream_with(lambda m, s, T, e: m + T * np.abs(s) ** 0.5 * e)
)
wrong("dream", "softplus", r"log\(1 \+ exp")(
    dream_with(lambda m, s, T, e: m + T * np.log(1 + np.exp(s)) * e)
)


@wrong("dream", "x += mean", "as if a change")
def dream(step, x, state, noise, temperature):
    samples = []
    for drawn in noise:
        outputs, state = step(x, state)
        x = x + outputs[:, :1] + temperature * np.exp(outputs[:, 1:] / 2) * drawn
        samples.append(x)
    return np.array(samples)


@wrong("dream", "a generator of its own", "does not depend on noise")
def dream(step, x, state, noise, temperature):
    rng, samples = np.random.default_rng(0), []
    for drawn in noise:
        outputs, state = step(x, state)
        sigma = np.exp(outputs[:, 1:] / 2)
        x = outputs[:, :1] + temperature * sigma * rng.normal(size=drawn.shape)
        samples.append(x)
    return np.array(samples)


@wrong("dream", "x in front", "behind one entry too many along axis 0")
def dream(step, x, state, noise, temperature):
    samples = [x]
    for drawn in noise:
        outputs, state = step(samples[-1], state)
        sigma = np.exp(outputs[:, 1:] / 2)
        samples.append(outputs[:, :1] + temperature * sigma * drawn)
    return np.array(samples)


@wrong("dream", "noise[t][0]", "noise is filled with the first entry along axis 1")
def dream(step, x, state, noise, temperature):
    samples = []
    for drawn in noise:
        outputs, state = step(x, state)
        x = outputs[:, :1] + temperature * np.exp(outputs[:, 1:] / 2) * drawn[0]
        samples.append(x)
    return np.array(samples)


wrong("dream", "the mean fed back", "mean is fed back")(dream_with(heard=lambda new, m, x: m))
wrong("dream", "x never replaced", "hears the first x")(dream_with(heard=lambda new, m, x: x))
wrong("dream", "the state never replaced", "starts from the first state")(
    dream_with(goes_on=lambda new, old: old)
)
wrong("dream", "the state forgotten", "set to zero")(dream_with(goes_on=lambda new, old: 0 * old))
wrong("dream", "exp(s)", "by the variance, not")(
    dream_with(lambda m, s, T, noise: m + T * np.exp(s) * noise)
)
wrong("dream", "s as deviation", "by s itself")(
    dream_with(lambda m, s, T, noise: m + T * s * noise)
)
wrong("dream", "exp(-s / 2)", "divided by the deviation")(
    dream_with(lambda m, s, T, noise: m + T * np.exp(-s / 2) * noise)
)
wrong("dream", "noise as it is", "not multiplied by the deviation")(
    dream_with(lambda m, s, T, noise: m + T * noise)
)
wrong("dream", "no temperature", "temperature is not used", "temperature counts as 1")(
    dream_with(lambda m, s, T, noise: m + np.exp(s / 2) * noise)
)
wrong("dream", "no noise", "nothing is drawn", "noise counts as 0")(
    dream_with(lambda m, s, T, noise: m)
)
wrong("dream", "temperature times all", "mean is multiplied by the temperature")(
    dream_with(lambda m, s, T, noise: T * (m + np.exp(s / 2) * noise))
)
wrong("dream", "temperature in the root", "variance is multiplied by the temperature")(
    dream_with(lambda m, s, T, noise: m + np.sqrt(T * np.exp(s)) * noise)
)
wrong("dream", "temperature twice", "temperature twice")(
    dream_with(lambda m, s, T, noise: m + T * np.exp(s / 2) * T * noise)
)
wrong("dream", "temperature in the exponent", "in the exponent")(
    dream_with(lambda m, s, T, noise: m + np.exp(T * s / 2) * noise)
)
wrong("dream", "minus", "subtracted", "other sign")(
    dream_with(lambda m, s, T, noise: m - T * np.exp(s / 2) * noise)
)
wrong("dream", "noise[0] at each step", "noise of the first")(
    dream_with(row=lambda noise, t: noise[0])
)
wrong("dream", "divided by the temperature", "temperature is|when the temperature is 1|1 /")(
    dream_with(lambda m, s, T, noise: m + np.exp(s / 2) / T * noise if T else m)
)


@wrong("dream", "what was heard is stored", "begins|one place|late")
def dream(step, x, state, noise, temperature):
    samples = []
    for drawn in noise:
        samples.append(x)
        outputs, state = step(x, state)
        x = outputs[:, :1] + temperature * np.exp(outputs[:, 1:] / 2) * drawn
    return np.array(samples)


@wrong("dream", "samples without their last axis", "shape")
def dream(step, x, state, noise, temperature):
    samples = []
    for drawn in noise:
        outputs, state = step(x, state)
        x = outputs[:, :1] + temperature * np.exp(outputs[:, 1:] / 2) * drawn
        samples.append(x[:, 0])
    return np.array(samples)


@wrong("dream", "flat samples fed back", "expected \\(N, 1\\)|shape")
def dream(step, x, state, noise, temperature):
    samples = []
    for drawn in noise:
        outputs, state = step(x, state)
        x = outputs[:, 0] + temperature * np.exp(outputs[:, 1] / 2) * drawn[:, 0]
        samples.append(x)
    return np.array(samples)


@wrong("dream", "outputs and state exchanged", "shape|stops|raises")
def dream(step, x, state, noise, temperature):
    samples = []
    for drawn in noise:
        state, outputs = step(x, state)
        x = outputs[:, :1] + temperature * np.exp(outputs[:, 1:] / 2) * drawn
        samples.append(x)
    return np.array(samples)


@wrong("dream", "its own noise", "two calls|at random")
def dream(step, x, state, noise, temperature):
    samples = []
    for drawn in noise:
        outputs, state = step(x, state)
        drawn = np.random.default_rng().normal(size=drawn.shape)
        x = outputs[:, :1] + temperature * np.exp(outputs[:, 1:] / 2) * drawn
        samples.append(x)
    return np.array(samples)
