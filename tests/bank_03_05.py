"""Answers to the exercises of notebooks 03 to 05, written without sight of the catalogue of
mistakes."""
# ruff: noqa: B006, B007, C408, F811, NPY002

import itertools
import math
from functools import reduce

import numpy as np
from bank import bank

ANSWERS, right, wrong = bank()


# What the cells of the notebooks have left behind when a learner comes to the exercises.
T, N, H, C = 6, 4, 5, 3
rng = np.random.default_rng(5)
W_in, W_hh, W_out = rng.normal(size=(2, H)), rng.normal(size=(H, H)), rng.normal(size=(H, C))
b_h, b_out = 0.3 * rng.normal(size=H), 0.3 * rng.normal(size=C)
X, h0, Y = rng.normal(size=(T, N, 2)), rng.normal(size=(N, H)), np.eye(C)[[0, 2, 1, 1]]
h = np.tanh(rng.normal(size=(T + 1, N, H)))
logits = h[T] @ W_out + b_out
p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
d_logits = (p - Y) / N
recipe = {"lr": 0.01, "momentum": 0.9, "weight_decay": 1e-4, "clip_norm": 0.8}


# Helpers of the learners' own.
def plain_softmax(a):
    return np.exp(a) / np.exp(a).sum(axis=-1, keepdims=True)


def safe_log_softmax(a):
    a = a - a.max(axis=1, keepdims=True)
    return a - np.log(np.exp(a).sum(axis=1, keepdims=True))


def one_row_loss(row, target):
    top = max(row)
    log_sum = top + math.log(math.fsum(math.exp(a - top) for a in row))
    return math.fsum(y * (log_sum - a) for a, y in zip(row, target)), log_sum


def slope_of(state):
    return 1 - state**2


def my_step(dz, state, W):
    return (dz @ W.T) * (1 - state**2)


def my_signals(params, h, d_logits):
    signals = [(d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)]
    for state in h[-2:0:-1]:
        signals.append((signals[-1] @ params["W_hh"].T) * (1 - state**2))
    return np.array(signals[::-1])


def my_gradients(params, X, h, d_logits, dz):
    """Return the seven gradients for given error signals."""
    return {
        "W_in": np.einsum("tni,tnh->ih", X, dz),
        "W_hh": np.einsum("tnj,tnk->jk", h[:-1], dz),
        "b_h": dz.sum(axis=(0, 1)),
        "W_out": h[-1].T @ d_logits,
        "b_out": d_logits.sum(axis=0),
        "h0": dz[0] @ params["W_hh"].T,
        "X": dz @ params["W_in"].T,
    }


def long_vector(arrays):
    return np.concatenate([np.ravel(a) for a in arrays.values()])


def root_of_squares(a):
    return np.sqrt(np.sum(np.square(a)))


# ---------------------------------------------------------------------------------------------
# 03, exercise 1: cross_entropy(logits, Y)
# ---------------------------------------------------------------------------------------------


@right("cross_entropy", "the three lines of the hint")
def cross_entropy(logits, Y):
    s = logits - logits.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@right("cross_entropy", "logaddexp.reduce in place of the maximum")
def cross_entropy(logits, Y):
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    N = logits.shape[0]
    return -np.sum(Y * log_p) / N, (np.exp(log_p) - Y) / N


@right("cross_entropy", "a loop over the rows")
def cross_entropy(logits, Y):
    N, loss, d = len(logits), 0.0, np.zeros(logits.shape)
    for n in range(N):
        s = logits[n] - np.max(logits[n])
        log_p = s - np.log(np.sum(np.exp(s)))
        loss -= np.dot(Y[n], log_p) / N
        d[n] = (np.exp(log_p) - Y[n]) / N
    return loss, d


@right("cross_entropy", "class numbers from the one-hot rows, and fancy indexing")
def cross_entropy(logits, Y):
    N, labels = len(Y), Y.argmax(axis=1)
    log_p = safe_log_softmax(logits)
    d = np.exp(log_p)
    d[np.arange(N), labels] -= 1
    return -log_p[np.arange(N), labels].mean(), d / N


@right("cross_entropy", "a mask of the target entries")
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -log_p[Y == 1].mean(), (np.exp(log_p) - Y) / Y.shape[0]


@right("cross_entropy", "einsum, and the number of sequences as the sum of Y")
def cross_entropy(logits, Y):
    s = logits - np.max(logits, axis=-1)[:, np.newaxis]
    e = np.exp(s)
    Z = np.einsum("nc->n", e)
    log_p = s - np.log(Z)[:, np.newaxis]
    return -np.einsum("nc,nc->", Y, log_p) / Y.sum(), (e / Z[:, np.newaxis] - Y) / Y.sum()


@right("cross_entropy", "the classes in front, by transposes")
def cross_entropy(logits, Y):
    s = logits.T - logits.T.max(axis=0)
    log_p = (s - np.log(np.exp(s).sum(axis=0))).T
    return -np.trace(Y @ log_p.T) / len(Y), (np.exp(log_p) - Y) / len(Y)


@right("cross_entropy", "out= on arrays of its own")
def cross_entropy(logits, Y):
    s = np.subtract(logits, logits.max(axis=1, keepdims=True), dtype=float)
    e = np.exp(s)
    np.subtract(s, np.log(e.sum(axis=1, keepdims=True)), out=s)
    np.exp(s, out=e)
    np.subtract(e, Y, out=e)
    np.divide(e, len(e), out=e)
    return -np.vdot(Y, s) / len(s), e


@right("cross_entropy", "apply_along_axis")
def cross_entropy(logits, Y):
    def log_softmax(row):
        row = row - row.max()
        return row - np.log(np.exp(row).sum())

    log_p = np.apply_along_axis(log_softmax, 1, logits)
    return -(Y * log_p).sum(axis=1).mean(), (np.exp(log_p) - Y) / logits.shape[0]


@right("cross_entropy", "plain Python and the math module")
def cross_entropy(logits, Y):
    loss, rows = 0, []
    for row, target in zip(logits.tolist(), Y.tolist()):
        one, log_sum = one_row_loss(row, target)
        loss += one
        rows.append([(math.exp(a - log_sum) - y) / len(Y) for a, y in zip(row, target)])
    return loss / len(Y), np.array(rows)


@right("cross_entropy", "log of the sum class by class, with logaddexp")
def cross_entropy(logits, Y):
    log_sum = reduce(np.logaddexp, logits.T)
    loss = np.mean(log_sum - (logits * Y).sum(axis=1))
    return loss, (np.exp(logits - log_sum[:, None]) - Y) / len(Y)


@right("cross_entropy", "max, exp and sum with an identity matrix for the slopes of log p")
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    slopes = np.eye(logits.shape[1]) - np.exp(log_p)[:, None, :]
    return float(-(Y * log_p).sum() / len(Y)), -np.einsum("nc,nca->na", Y, slopes) / len(Y)


@wrong(
    "cross_entropy",
    "The largest logit is not subtracted before the exponential, so a logit of 1000 overflows.",
    r"overflow|largest|maximum|\bmax\b|1000|nan",
)
def cross_entropy(logits, Y):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -(Y * np.log(p)).sum() / len(Y), (p - Y) / len(Y)


@wrong(
    "cross_entropy",
    "One maximum of the whole array is subtracted instead of each row's own, so p underflows.",
    r"(own|each|every|per)\b.{0,40}(row|max|largest)|whole (array|batch)|all rows|axis|underflow",
)
def cross_entropy(logits, Y):
    s = logits - logits.max()
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "A small constant is added to p inside the logarithm, which is wrong where p is tiny.",
    r"log(arithm)? of p|tiny|constant|1e-1|small|floor|add",
)
def cross_entropy(logits, Y):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -(Y * np.log(p + 1e-12)).sum() / len(Y), (p - Y) / len(Y)


@wrong(
    "cross_entropy",
    "p is cut to at least 1e-7 before the logarithm, so that large losses are capped.",
    r"log(arithm)? of p|tiny|clip|cut|cap|floor|bound|limit|small|large",
)
def cross_entropy(logits, Y):
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = np.clip(e / np.sum(e, axis=1, keepdims=True), 1e-7, 1 - 1e-7)
    return -np.mean(np.sum(Y * np.log(p), axis=1)), (p - Y) / Y.shape[0]


@wrong(
    "cross_entropy",
    "The loss is the sum over the sequences, not their mean: the 1/N is missing in it.",
    r"N times|1/N|mean|divid",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -(Y * log_p).sum(), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The gradient lacks the factor 1/N that the mean in the loss brings.",
    r"N times|1/N|mean|divid|shared",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -np.mean(np.sum(Y * log_p, axis=1)), np.exp(log_p) - Y


@wrong(
    "cross_entropy",
    "Loss and gradient both lack the 1/N: a sum over the batch instead of a mean.",
    r"N times|1/N|mean|divid",
)
def cross_entropy(logits, Y):
    m = logits.max(axis=1, keepdims=True)
    log_p = logits - m - np.log(np.exp(logits - m).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum(), np.exp(log_p) - Y


@wrong(
    "cross_entropy",
    "np.mean over all entries divides the loss by N times C instead of by N.",
    r"N ?[·*×] ?C|C times|number of classes|1/C|mean over all|all entries|too small",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -np.mean(Y * log_p), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "keepdims is missing, so the maxima and sums of the rows are spread over the columns.",
    r"keepdims|broadcast|column|\(N, 1\)|shape",
)
def cross_entropy(logits, Y):
    s = logits - logits.max(axis=1)
    log_p = s - np.log(np.exp(s).sum(axis=1))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The softmax runs over the sequences (axis 0) instead of over the classes.",
    r"axis|over the (sequences|batch|classes)|rows?\b",
)
def cross_entropy(logits, Y):
    s = logits - logits.max(axis=0, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=0, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The gradient has the wrong sign: Y - p instead of p - Y.",
    r"sign|Y - p|minus|p - Y",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -(Y * log_p).sum() / len(Y), (Y - np.exp(log_p)) / len(Y)


@wrong("cross_entropy", "The minus sign in front of the loss is missing.", r"sign|minus|negative")
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return (Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The gradient is multiplied by p(1 - p), which is in p - Y already.",
    r"p ?[·*]? ?\(1 ?- ?p\)|1 - p|slope of the softmax|softmax.{0,40}(twice|again)|factor",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    p = np.exp(log_p)
    return -(Y * log_p).sum() / len(Y), (p - Y) * p * (1 - p) / len(Y)


@wrong(
    "cross_entropy",
    "The gradient is the one by p, -Y/p, and does not go on through the softmax to the logits.",
    r"by p\b|-Y ?/ ?p|through the softmax|gradient (at|of|by) p|dL/dp|divided by p|Y / p",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -(Y * log_p).sum() / len(Y), -Y / np.exp(log_p) / len(Y)


@wrong(
    "cross_entropy",
    "The maximum is subtracted in place, so the caller's logits are changed.",
    r"argument|in place|chang|writ|-=",
)
def cross_entropy(logits, Y):
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The difference p - Y is written into Y, so the caller's targets are destroyed.",
    r"argument|in place|chang|writ|\bY\b.{0,30}(is|was|were) ",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    loss = -(Y * log_p).sum() / len(Y)
    np.subtract(np.exp(log_p), Y, out=Y)
    return loss, Y / len(Y)


@wrong(
    "cross_entropy",
    "The loss is in bits: log2 instead of the natural logarithm.",
    r"log2|natural|bits|logarithm|base|1\.44|ln 2",
)
def cross_entropy(logits, Y):
    s = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    log_p = s / np.log(2) - np.log2(np.exp(s).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (p - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The gradient is divided by the number of classes as well as by N.",
    r"C times|1/C|number of classes|N ?[·*×] ?C|logits\.size|too small",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / logits.size


@wrong(
    "cross_entropy",
    "The two results come in the wrong order: the gradient first, then the loss.",
    r"order|first|swap|exchang|two (results|things)",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return (np.exp(log_p) - Y) / len(Y), -(Y * log_p).sum() / len(Y)


@wrong(
    "cross_entropy",
    "The loss is the binary cross-entropy of every class, with the (1 - Y) log(1 - p) terms.",
    r"1 ?- ?Y|binary|1 ?- ?p|other classes|not the target|sigmoid",
)
def cross_entropy(logits, Y):
    p = np.exp(safe_log_softmax(logits))
    losses = Y * safe_log_softmax(logits) + (1 - Y) * np.log(1 - p + 1e-300)
    return -losses.sum() / len(Y), (p - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The class is taken from the largest logit and not from Y, so every answer counts as right.",
    r"\bY\b|target|argmax|largest logit|label",
)
def cross_entropy(logits, Y):
    log_p, labels = safe_log_softmax(logits), logits.argmax(axis=1)
    d = np.exp(log_p)
    d[range(len(d)), labels] -= 1
    return -log_p[range(len(d)), labels].mean(), d / len(d)


@wrong(
    "cross_entropy",
    "The logits are cast to float32, so only seven digits are right.",
    r"float32|precision|digits|dtype|float64",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits.astype(np.float32))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "It divides by the N of the notebook (4) and not by the number of rows it was given.",
    r"\bN\b.{0,60}(notebook|global|4|fixed)|number of (rows|sequences)|1/N|N times|divid",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -(Y * log_p).sum() / N, (np.exp(log_p) - Y) / N


@wrong("cross_entropy", "The loss is rounded to four digits.", r"round|digits|decimal|precision")
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return round(float(-(Y * log_p).sum() / len(Y)), 4), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The logits are cut to 500 to avoid the overflow, which makes logits beyond 500 equal.",
    r"clip|cut|500|limit|large logits|1000|beyond|bound",
)
def cross_entropy(logits, Y):
    a = np.clip(logits, -500, 500)
    log_p = a - np.log(np.exp(a).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The loss is an array with one number for each sequence, not one number.",
    r"one number|scalar|shape|\(N,\)|each (row|sequence)|sum",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -(Y * log_p).sum(axis=1) / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "NaN and infinity of the overflow are replaced by numbers, which hides it and is wrong.",
    r"overflow|nan|largest|\bmax\b|maximum|1000",
)
def cross_entropy(logits, Y):
    p = np.nan_to_num(plain_softmax(logits))
    return -np.nan_to_num(Y * np.log(p)).sum() / len(Y), (p - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The gradient is kept at the target class only; the other classes have slope p/N, not 0.",
    r"other class|target class|only|zero where|where Y is 0|every class|not the target|masked",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -(Y * log_p).sum() / len(Y), Y * (np.exp(log_p) - 1) / len(Y)


@wrong(
    "cross_entropy",
    "The targets are smoothed, a tenth of their weight spread over all classes.",
    r"smooth|target|\bY\b|0\.1|0\.9|tenth",
)
def cross_entropy(logits, Y):
    soft = 0.9 * Y + 0.1 / Y.shape[1]
    log_p = safe_log_softmax(logits)
    return -(soft * log_p).sum() / len(Y), (np.exp(log_p) - soft) / len(Y)


@wrong(
    "cross_entropy",
    "The largest absolute value is subtracted, so a row of very negative logits underflows to 0.",
    r"abs|negative|largest|\bmax|underflow|log(arithm)? of (0|zero)|inf|nan",
)
def cross_entropy(logits, Y):
    s = logits - np.abs(logits).max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The mean of a row is subtracted instead of its maximum, so exp still overflows.",
    r"mean|largest|max|overflow|1000|nan",
)
def cross_entropy(logits, Y):
    s = logits - logits.mean(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "The sum in the softmax runs over the whole array, so a row of p does not add up to 1.",
    r"axis|whole (array|batch)|each row|own sum|add up|sums? (up )?to 1|sum over",
)
def cross_entropy(logits, Y):
    s = logits - logits.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum())
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


@wrong(
    "cross_entropy",
    "d[:, labels] takes 1 from these columns in every row, not from each row's own target.",
    r"every row|each row|column|own target|index|labels|arange|\bY\b",
)
def cross_entropy(logits, Y):
    log_p, labels = safe_log_softmax(logits), Y.argmax(axis=1)
    d = np.exp(log_p)
    d[:, labels] -= 1
    return -(Y * log_p).sum() / len(Y), d / len(Y)


@wrong(
    "cross_entropy",
    "Two faults: the gradient has the wrong sign, and the loss lacks the 1/N.",
    r"sign|minus|Y - p",
    r"1/N|N times|mean",
)
def cross_entropy(logits, Y):
    log_p = safe_log_softmax(logits)
    return -(Y * log_p).sum(), (Y - np.exp(log_p)) / len(Y)


@wrong(
    "cross_entropy",
    "Two faults: log of p (minus infinity for a tiny p), and a gradient without the 1/N.",
    r"log(arithm)? of p|tiny|inf|nan|underflow|1000",
    r"1/N|N times|mean",
)
def cross_entropy(logits, Y):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[Y == 1]).mean(), p - Y


@wrong(
    "cross_entropy",
    "The loss is the squared distance of p and Y, not the cross-entropy.",
    r"squar|log|mse|distance",
)
def cross_entropy(logits, Y):
    p = np.exp(safe_log_softmax(logits))
    return ((p - Y) ** 2).sum() / 2 / len(Y), (p - Y) / len(Y)


@wrong(
    "cross_entropy",
    "Only the gradient is returned; the loss is missing.",
    r"two|loss|both|tuple|unpack",
)
def cross_entropy(logits, Y):
    return (np.exp(safe_log_softmax(logits)) - Y) / len(Y)


# ---------------------------------------------------------------------------------------------
# 03, exercise 2: step_back(dz, h_before, W_hh)
# ---------------------------------------------------------------------------------------------


@right("step_back", "the formula")
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (1 - h_before**2)


@right("step_back", "one einsum for all")
def step_back(dz, h_before, W_hh):
    return np.einsum("nk,jk,nj->nj", dz, W_hh, 1 - h_before * h_before)


@right("step_back", "np.dot, np.transpose, np.multiply")
def step_back(dz, h_before, W_hh):
    return np.multiply(np.dot(dz, np.transpose(W_hh)), np.subtract(1, np.square(h_before)))


@right("step_back", "columns: W times the transposed signal")
def step_back(dz, h_before, W_hh):
    return (W_hh @ dz.T).T * (1 + h_before) * (1 - h_before)


@right("step_back", "a loop over sequences with a diagonal matrix for each")
def step_back(dz, h_before, W_hh):
    out = np.zeros_like(dz)
    for n, (d, state) in enumerate(zip(dz, h_before)):
        out[n] = np.diag(1 - state**2) @ W_hh @ d
    return out


@right("step_back", "three nested loops")
def step_back(dz, h_before, W_hh):
    N, H = dz.shape
    out = np.zeros((N, H))
    for n, j in itertools.product(range(N), range(H)):
        for k in range(H):
            out[n, j] += dz[n, k] * W_hh[j, k]
        out[n, j] *= 1 - h_before[n, j] ** 2
    return out


@right("step_back", "tensordot over the last axes")
def step_back(dz, h_before, W_hh):
    return np.tensordot(dz, W_hh, axes=(1, 1)) * slope_of(h_before)


@right("step_back", "np.inner, which sums over the last axes")
def step_back(dz, h_before, W_hh):
    dh = np.inner(dz, W_hh)
    return dh - dh * h_before**2


@right("step_back", "in place, on an array of its own")
def step_back(dz, h_before, W_hh):
    dh = dz @ W_hh.T
    dh *= 1 - h_before**2
    return dh


@right("step_back", "broadcasting and a sum over the last axis")
def step_back(dz, h_before, W_hh):
    dh = (dz[:, None, :] * W_hh[None, :, :]).sum(axis=-1)
    return (1 - h_before**2) * dh


@right("step_back", "the whole Jacobian of one sequence at a time, stacked")
def step_back(dz, h_before, W_hh):
    jacobians = (1 - h_before**2)[:, None, :] * W_hh.T[None]
    return np.squeeze(dz[:, None, :] @ jacobians, axis=1)


@wrong("step_back", "W_hh is not transposed on the way back.", r"transpos|W_hh\.T|\.T\b")
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh) * (1 - h_before**2)


@wrong(
    "step_back",
    "The two rules come in the wrong order: the slope of h_{t-1} is applied before W_hh.",
    r"order|before|first|after",
)
def step_back(dz, h_before, W_hh):
    return (dz * (1 - h_before**2)) @ W_hh.T


@wrong(
    "step_back",
    "The slope is made from dz and not from the state.",
    r"dz|signal|h_before|state|slope",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (1 - dz**2)


@wrong(
    "step_back",
    "The slope is that of the logistic function, h(1 - h), and not that of the tanh.",
    r"sigmoid|logistic|h ?[·*]? ?\(1 ?- ?h\)|slope|1 - h\*?\*?2",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * h_before * (1 - h_before)


@wrong(
    "step_back", "The square is missing: the slope is 1 - h², not 1 - h.", r"squar|1 ?- ?h|slope|h²"
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (1 - h_before)


@wrong("step_back", "The slope has the wrong sign: h² - 1.", r"sign|minus|h² - 1|negative")
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (h_before**2 - 1)


@wrong(
    "step_back",
    "The tanh is taken once more of a state that is a tanh already.",
    r"tanh.{0,60}(twice|again|already|once more|second)|already|twice|slope",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (1 - np.tanh(h_before) ** 2)


@wrong(
    "step_back",
    "The slope of the tanh is missing: the result is dh and not the error signal.",
    r"slope|1 ?- ?h|tanh|dh\b",
)
def step_back(dz, h_before, W_hh):
    return dz @ W_hh.T


@wrong(
    "step_back",
    "The slope is added where it should multiply.",
    r"multipl|add|times|plus|product|slope",
)
def step_back(dz, h_before, W_hh):
    return dz @ W_hh.T + (1 - h_before**2)


@wrong(
    "step_back",
    "The product with W_hh is entry by entry (*) and not a matrix product (@).",
    r"@|matrix product|entry by entry|elementwise|broadcast",
)
def step_back(dz, h_before, W_hh):
    return dz * W_hh.T * (1 - h_before**2)


@wrong(
    "step_back",
    "The einsum sums over the rows of W_hh, which is the product without the transpose.",
    r"transpos|W_hh\.T|\.T\b|rows|index",
)
def step_back(dz, h_before, W_hh):
    return np.einsum("nk,kj,nj->nj", dz, W_hh, 1 - h_before**2)


@wrong("step_back", "The signal is clipped to ±1 inside.", r"clip|cut|limit|bound|±1|large|linear")
def step_back(dz, h_before, W_hh):
    return np.clip((dz @ W_hh.T) * (1 - h_before**2), -1, 1)


@wrong(
    "step_back",
    "The result is divided by N, which sits in d_logits already.",
    r"1/N|\bN\b|divid|batch",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (1 - h_before**2) / len(dz)


@wrong(
    "step_back",
    "The result is written into dz, the caller's array.",
    r"argument|in place|chang|writ|dz",
)
def step_back(dz, h_before, W_hh):
    dz[:] = (dz @ W_hh.T) * (1 - h_before**2)
    return dz


@wrong(
    "step_back",
    "W_hh is inverted: going back through a weight is the transpose and not the inverse.",
    r"inver|transpos",
)
def step_back(dz, h_before, W_hh):
    return (dz @ np.linalg.pinv(W_hh)) * (1 - h_before**2)


@wrong(
    "step_back",
    "It divides by the slope instead of multiplying by it.",
    r"divid|multipl|slope|reciproc|inverse",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) / (1 - h_before**2)


@wrong(
    "step_back",
    "The slope is kept away from 0 by a floor of 1e-6, but at h = ±1 it is 0.",
    r"floor|1e-6|saturat|±1|h = 1|-1|zero|slope",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * np.maximum(1 - h_before**2, 1e-6)


@wrong(
    "step_back",
    "The slope is that of the ReLU, 1 where h is positive.",
    r"relu|positive|slope|1 ?- ?h|sign of h",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (h_before > 0)


@wrong(
    "step_back",
    "W_hh is made symmetric, half transposed and half not.",
    r"symmetr|transpos|half|W_hh",
)
def step_back(dz, h_before, W_hh):
    return dz @ ((W_hh + W_hh.T) / 2) * (1 - h_before**2)


@wrong(
    "step_back",
    "The slopes of the first sequence are used for all of them.",
    r"first sequence|each sequence|own|every sequence|h_before\[0\]|sequences|row",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (1 - h_before[0] ** 2)


@wrong(
    "step_back",
    "Where h is exactly 0 the slope is set to 0, but it is 1 there.",
    r"h (is|=) (exactly )?0|zero|slope|h_0",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * np.where(h_before, 1 - h_before**2, 0)


@wrong(
    "step_back",
    "Both are returned, dh and the signal, where the signal alone was asked for.",
    r"tuple|one array|two|both|shape|result",
)
def step_back(dz, h_before, W_hh):
    dh = dz @ W_hh.T
    return dh, dh * (1 - h_before**2)


@wrong(
    "step_back",
    "The slope was differentiated once too often: -2h is the derivative of 1 - h².",
    r"-2 ?h|2 ?h|second deriv|slope|1 ?- ?h",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh.T) * (-2 * h_before)


@wrong(
    "step_back",
    "The batch is averaged: every sequence gets the mean signal of all.",
    r"mean|averag|own|sequence|batch|mix",
)
def step_back(dz, h_before, W_hh):
    dh = (dz @ W_hh.T).mean(axis=0, keepdims=True)
    return dh * (1 - h_before**2)


@wrong(
    "step_back",
    "The loop over the sequences starts at 1, so the first one gets no signal.",
    r"first sequence|sequence|row|zero|range|index",
)
def step_back(dz, h_before, W_hh):
    out = np.zeros_like(dz)
    for n in range(1, len(dz)):
        out[n] = (W_hh @ dz[n]) * (1 - h_before[n] ** 2)
    return out


@wrong(
    "step_back",
    "Two faults: W_hh is not transposed, and the slope is applied before it.",
    r"transpos|\.T\b",
    r"order|before|first",
)
def step_back(dz, h_before, W_hh):
    return dz * (1 - h_before**2) @ W_hh


@wrong(
    "step_back",
    "Two faults: W_hh is not transposed, and the square in the slope is missing.",
    r"transpos|\.T\b",
    r"squar|1 ?- ?h|slope",
)
def step_back(dz, h_before, W_hh):
    return (dz @ W_hh) * (1 - np.abs(h_before))


@wrong(
    "step_back", "It returns in float16, three digits only.", r"float16|dtype|precision|digits|half"
)
def step_back(dz, h_before, W_hh):
    return ((dz @ W_hh.T) * (1 - h_before**2)).astype(np.float16)


@wrong(
    "step_back",
    "dz is not multiplied by W_hh but by the identity plus W_hh, as in a residual network.",
    r"W_hh|dz|identity|residual|skip|added|plus",
)
def step_back(dz, h_before, W_hh):
    return (dz + dz @ W_hh.T) * (1 - h_before**2)


# ---------------------------------------------------------------------------------------------
# 03, exercise 3: error_signals(params, h, d_logits)
# ---------------------------------------------------------------------------------------------


@right("error_signals", "the way of the hints")
def error_signals(params, h, d_logits):
    dz = np.empty_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(h) - 1, 1, -1):
        dz[t - 2] = my_step(dz[t - 1], h[t - 1], params["W_hh"])
    return dz


@right("error_signals", "dh runs along, one slope a step")
def error_signals(params, h, d_logits):
    T = len(h) - 1
    dz = np.zeros((T, *h.shape[1:]))
    dh = d_logits @ params["W_out"].T
    for t in reversed(range(T)):
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"].T
    return dz


@right("error_signals", "a list, turned round")
def error_signals(params, h, d_logits):
    signals = [d_logits @ params["W_out"].T * slope_of(h[-1])]
    for t in range(h.shape[0] - 2, 0, -1):
        signals.append(signals[-1] @ params["W_hh"].T * slope_of(h[t]))
    return np.stack(signals[::-1])


@right("error_signals", "insert at the front of a list")
def error_signals(params, h, d_logits):
    dh, signals = np.dot(d_logits, params["W_out"].T), []
    for state in h[:0:-1]:
        signals.insert(0, dh * (1 - state * state))
        dh = np.dot(signals[0], params["W_hh"].T)
    return np.asarray(signals)


@right("error_signals", "recursion")
def error_signals(params, h, d_logits):
    def before(dh, states):
        dz = dh * (1 - states[-1] ** 2)
        if len(states) == 1:
            return [dz]
        return before(dz @ params["W_hh"].T, states[:-1]) + [dz]

    return np.array(before(d_logits @ params["W_out"].T, h[1:]))


@right("error_signals", "itertools.accumulate")
def error_signals(params, h, d_logits):
    slopes = 1 - h[1:] ** 2
    start = (d_logits @ params["W_out"].T) * slopes[-1]
    run = itertools.accumulate(
        slopes[-2::-1] if len(slopes) > 1 else [],
        lambda dz, slope: (dz @ params["W_hh"].T) * slope,
        initial=start,
    )
    return np.array(list(run))[::-1]


@right("error_signals", "all slopes at once, then a while loop")
def error_signals(params, h, d_logits):
    dz = 1 - h[1:] ** 2
    t = len(dz) - 1
    dz[t] *= d_logits @ params["W_out"].T
    while t > 0:
        t -= 1
        dz[t] *= dz[t + 1] @ params["W_hh"].T
    return dz


@right("error_signals", "one sequence after the other")
def error_signals(params, h, d_logits):
    T, N, H = h.shape[0] - 1, h.shape[1], h.shape[2]
    dz = np.zeros((T, N, H))
    for n in range(N):
        dh = params["W_out"] @ d_logits[n]
        for t in range(T, 0, -1):
            dz[t - 1, n] = dh * (1 - h[t, n] ** 2)
            dh = params["W_hh"] @ dz[t - 1, n]
    return dz


@right("error_signals", "einsum with out=")
def error_signals(params, h, d_logits):
    dz = np.zeros_like(h)[1:]
    np.einsum("nc,hc,nh->nh", d_logits, params["W_out"], 1 - h[-1] ** 2, out=dz[-1])
    for t in range(len(dz) - 2, -1, -1):
        np.einsum("nk,jk,nj->nj", dz[t + 1], params["W_hh"], 1 - h[t + 1] ** 2, out=dz[t])
    return dz


@right("error_signals", "a dict of the signals by t")
def error_signals(params, h, d_logits):
    T = len(h) - 1
    delta = {T: d_logits @ params["W_out"].T * (1 - h[T] ** 2)}
    for t in range(T, 1, -1):
        delta[t - 1] = my_step(delta[t], h[t - 1], params["W_hh"])
    return np.array([delta[t] for t in range(1, T + 1)])


@right("error_signals", "functools.reduce on a tuple")
def error_signals(params, h, d_logits):
    back, out = params["W_hh"].T, params["W_out"].T
    start = ((d_logits @ out) * (1 - h[-1] ** 2),)
    return np.array(reduce(lambda s, a: (my_step(s[0], a, back.T), *s), h[-2:0:-1], start))


@right("error_signals", "negative indices")
def error_signals(params, h, d_logits):
    dz = np.full_like(h[1:], np.nan)
    dz[-1] = np.inner(d_logits, params["W_out"]) * (1 - h[-1] ** 2)
    for k in range(2, len(h)):
        dz[-k] = np.inner(dz[-k + 1], params["W_hh"]) * (1 - h[-k] ** 2)
    return dz


@wrong("error_signals", "W_hh is not transposed on the way back.", r"transpos|W_hh\.T|\.T\b")
def error_signals(params, h, d_logits):
    dz = np.empty_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(h) - 1, 1, -1):
        dz[t - 2] = (dz[t - 1] @ params["W_hh"]) * (1 - h[t - 1] ** 2)
    return dz


@wrong(
    "error_signals",
    "The start lacks the slope of the last state: the last signal is dh_T, not delta_T.",
    r"start|last (signal|state|step)|dz\[-1\]|dz\[T|slope|delta_T",
)
def error_signals(params, h, d_logits):
    dz = np.empty_like(h[1:])
    dz[-1] = d_logits @ params["W_out"].T
    for t in range(len(h) - 1, 1, -1):
        dz[t - 2] = my_step(dz[t - 1], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "The start uses the slope of h_{T-1} instead of that of h_T.",
    r"start|last (signal|state|step)|h\[-2\]|h\[T|index|h_T|one step",
)
def error_signals(params, h, d_logits):
    dz = np.empty_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-2] ** 2)
    for t in range(len(h) - 1, 1, -1):
        dz[t - 2] = my_step(dz[t - 1], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "Each step back uses the slope of h_t, from which it comes, and not of h_{t-1}.",
    r"h\[t|slope|h_t|h_\{t|arrive|index|one (step )?(too )?late|later",
)
def error_signals(params, h, d_logits):
    dz = np.empty_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(h) - 1, 1, -1):
        dz[t - 2] = my_step(dz[t - 1], h[t], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "Every slope is taken one state too early, h[t] where dz[t] belongs to h[t + 1].",
    r"h\[t|slope|h_\{?t|index|one (step|state)|early|h_0",
)
def error_signals(params, h, d_logits):
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(dz) - 1, -1, -1):
        dz[t] = dh * (1 - h[t] ** 2)
        dh = dz[t] @ params["W_hh"].T
    return dz


@wrong(
    "error_signals",
    "The loop ends one step too early, so the first signal stays zero.",
    r"first (signal|step)|dz\[0\]|early|range|delta_1|t = 1|zero|last round",
)
def error_signals(params, h, d_logits):
    dz = np.zeros_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(h) - 1, 2, -1):
        dz[t - 2] = my_step(dz[t - 1], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "The loop goes one step too far, and its last round writes into dz[-1].",
    r"dz\[-1\]|too far|range|last (signal|round)|overwrit|-1|delta_T",
)
def error_signals(params, h, d_logits):
    dz = np.zeros_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(h) - 1, 0, -1):
        dz[t - 2] = my_step(dz[t - 1], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "T is taken as len(h), which counts h_0 too, so there is one signal too many.",
    r"T ?\+ ?1|len\(h\)|h_0|shape|too many|one more",
)
def error_signals(params, h, d_logits):
    dz = np.zeros_like(h)
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(h) - 1, 0, -1):
        dz[t - 1] = my_step(dz[t], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "The list is not turned round: delta_T comes first.",
    r"revers|order|turned|first|backward|flip",
)
def error_signals(params, h, d_logits):
    signals = [(d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)]
    for t in range(len(h) - 2, 0, -1):
        signals.append(my_step(signals[-1], h[t], params["W_hh"]))
    return np.array(signals)


@wrong(
    "error_signals",
    "W_out is not transposed, so the shapes do not fit.",
    r"W_out|transpos|shape|\.T\b",
)
def error_signals(params, h, d_logits):
    dz = np.empty_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"]) * (1 - h[-1] ** 2)
    for t in range(len(h) - 1, 1, -1):
        dz[t - 2] = my_step(dz[t - 1], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "The signals are computed but only the last is stored: the others are left zero.",
    r"store|zero|put|assign|only the last|place|earlier",
)
def error_signals(params, h, d_logits):
    dz = np.zeros_like(h[1:])
    d = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    dz[-1] = d
    for t in range(len(h) - 1, 1, -1):
        d = my_step(d, h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "Every signal is made from the last one, dz[-1], and not from the one after it.",
    r"dz\[-1\]|dz\[t|one step|chain|last signal|made from|next|W_hh.{0,30}once",
)
def error_signals(params, h, d_logits):
    dz = np.zeros_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(h) - 1, 1, -1):
        dz[t - 2] = my_step(dz[-1], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "The gradient of the read-out is added at every step, but only h_T is read out.",
    r"every step|each step|read.?out|only (the last|h_T)|d_logits|once",
)
def error_signals(params, h, d_logits):
    dz, from_above = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    dh = from_above
    for t in range(len(dz) - 1, -1, -1):
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"].T + from_above
    return dz


@wrong(
    "error_signals",
    "The recursion is cut off after ten steps; earlier signals stay zero.",
    r"truncat|cut|ten|10|zero|early|earlier|long|steps",
)
def error_signals(params, h, d_logits):
    T = len(h) - 1
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(T, max(0, T - 10), -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@wrong(
    "error_signals",
    "Each signal is clipped to ±1 on its way.",
    r"clip|cut|limit|bound|±1|large|linear",
)
def error_signals(params, h, d_logits):
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(dz) - 1, -1, -1):
        dz[t] = np.clip(dh * (1 - h[t + 1] ** 2), -1, 1)
        dh = dz[t] @ params["W_hh"].T
    return dz


@wrong("error_signals", "The signals are divided by N once more.", r"1/N|\bN\b|divid|batch")
def error_signals(params, h, d_logits):
    return my_signals(params, h, d_logits) / h.shape[1]


@wrong(
    "error_signals",
    "The array for the signals holds integers, so every signal is cut to a whole number.",
    r"int|whole number|dtype|zero|decimal|cut",
)
def error_signals(params, h, d_logits):
    dz, dh = np.zeros(h[1:].shape, dtype=int), d_logits @ params["W_out"].T
    for t in range(len(dz) - 1, -1, -1):
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"].T
    return dz


@wrong(
    "error_signals",
    "T is the T of the notebook and not taken from h.",
    r"\bT\b|length|len\(h\)|global|notebook|shape|index",
)
def error_signals(params, h, d_logits):
    dz = np.zeros((T, h.shape[1], h.shape[2]))
    dz[T - 1] = (d_logits @ params["W_out"].T) * (1 - h[T] ** 2)
    for t in range(T, 1, -1):
        dz[t - 2] = my_step(dz[t - 1], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "It uses the W_hh of the notebook and not that of params.",
    r"params|global|notebook|W_hh",
)
def error_signals(params, h, d_logits):
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(dz) - 1, -1, -1):
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ W_hh.T
    return dz


@wrong(
    "error_signals",
    "dz = h[1:] is a view, so the signals are written into the caller's states.",
    r"view|argument|in place|chang|writ|copy|\bh\b",
)
def error_signals(params, h, d_logits):
    dz = h[1:]
    dh = d_logits @ params["W_out"].T
    for t in range(len(dz) - 1, -1, -1):
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"].T
    return dz


@wrong(
    "error_signals",
    "[d] * T holds one array T times, so all signals are the first one at the end.",
    r"same|alias|one array|all (steps|signals)|equal|copy|identical",
)
def error_signals(params, h, d_logits):
    d = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    dz = [d] * (len(h) - 1)
    for t in range(len(h) - 2, 0, -1):
        d[:] = my_step(d, h[t], params["W_hh"])
        dz[t - 1] = d
    return np.array(dz)


@wrong(
    "error_signals",
    "The loop stops when the signal has become small, so small signals are zero.",
    r"small|tiny|stop|break|zero|1e-|early|vanish",
)
def error_signals(params, h, d_logits):
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(dz) - 1, -1, -1):
        if np.linalg.norm(dh) < 1e-3:
            break
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"].T
    return dz


@wrong(
    "error_signals",
    "Two faults: W_hh is not transposed, and the start lacks the slope of h_T.",
    r"transpos|\.T\b",
    r"start|slope|last signal|dz\[-1\]|delta_T",
)
def error_signals(params, h, d_logits):
    dz = np.empty_like(h[1:])
    dz[-1] = d_logits @ params["W_out"].T
    for t in range(len(h) - 1, 1, -1):
        dz[t - 2] = dz[t - 1] @ params["W_hh"] * (1 - h[t - 1] ** 2)
    return dz


@wrong(
    "error_signals",
    "Two faults: the signals come in reversed order, and W_hh is not transposed.",
    r"revers|order|turned|flip",
    r"transpos|\.T\b",
)
def error_signals(params, h, d_logits):
    signals = [(d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)]
    for state in h[-2:0:-1]:
        signals.append(signals[-1] @ params["W_hh"] * (1 - state**2))
    return np.array(signals)


@wrong(
    "error_signals",
    "The slope is that of the logistic function, h(1 - h).",
    r"sigmoid|logistic|slope|1 ?- ?h",
)
def error_signals(params, h, d_logits):
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(dz) - 1, -1, -1):
        dz[t] = dh * h[t + 1] * (1 - h[t + 1])
        dh = dz[t] @ params["W_hh"].T
    return dz


@wrong(
    "error_signals",
    "Powers of W_hh lead back at once, and the slopes of the steps between are left out.",
    r"slope|power|each step|every step|between|tanh|1 ?- ?h",
)
def error_signals(params, h, d_logits):
    T, dh = len(h) - 1, d_logits @ params["W_out"].T
    back = [dh @ np.linalg.matrix_power(params["W_hh"].T, T - t) for t in range(1, T + 1)]
    return np.array(back) * (1 - h[1:] ** 2)


def _appending_default():
    def error_signals(params, h, d_logits, signals=[]):
        signals.insert(0, (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2))
        for t in range(len(h) - 2, 0, -1):
            signals.insert(0, my_step(signals[0], h[t], params["W_hh"]))
        return np.array([s for s in signals if s.shape == h[0].shape])

    return error_signals


wrong(
    "error_signals",
    "The list is a default argument and keeps the signals of earlier calls.",
    r"earlier call|default|second (call|time)|twice|keep|state|shape|first call",
)(_appending_default())


@wrong(
    "error_signals",
    "It returns dh_t, what the loss says to the states, before the slope of the tanh.",
    r"dh|slope|before the tanh|1 ?- ?h|state",
)
def error_signals(params, h, d_logits):
    dhs = [d_logits @ params["W_out"].T]
    for state in h[:1:-1]:
        dhs.insert(0, (dhs[0] * (1 - state**2)) @ params["W_hh"].T)
    return np.array(dhs)


@wrong(
    "error_signals",
    "The recursion runs forwards, from the first state to the last.",
    r"forward|backward|from the last|direction|revers|order|first|start",
)
def error_signals(params, h, d_logits):
    dz, dh = np.zeros_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(dz)):
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"].T
    return dz


@wrong(
    "error_signals",
    "The batch axis comes first: the result is (N, T, H), not (T, N, H).",
    r"shape|\(N, T|axis|axes|swap|transpos|order",
)
def error_signals(params, h, d_logits):
    return my_signals(params, h, d_logits).swapaxes(0, 1)


@wrong(
    "error_signals",
    "It returns a list of arrays and not one array.",
    r"list|one array|np\.array|stack",
)
def error_signals(params, h, d_logits):
    return list(my_signals(params, h, d_logits))


@wrong(
    "error_signals",
    "t is never counted down, so the loop does not end.",
    r"end|loop|second|long|time|stop|infinite",
)
def error_signals(params, h, d_logits):
    t, dz = len(h) - 1, np.zeros_like(h[1:])
    dz[t - 1] = (d_logits @ params["W_out"].T) * (1 - h[t] ** 2)
    while t > 1:
        dz[t - 2] = my_step(dz[t - 1], h[t - 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "With T = 1 the slope is forgotten, because the special case returns too early.",
    r"T = 1|one step|single step|slope|special|delta_T|start",
)
def error_signals(params, h, d_logits):
    dh = d_logits @ params["W_out"].T
    if len(h) == 2:
        return dh[None]
    return my_signals(params, h, d_logits)


@wrong(
    "error_signals",
    "d is a view of the stored signal, and the slope is multiplied into it a second time.",
    r"view|twice|second time|in place|again|squar|slope|overwrit|stored|1 ?- ?h",
)
def error_signals(params, h, d_logits):
    dz = np.zeros_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(dz) - 1, 0, -1):
        d = dz[t]
        dz[t - 1] = (d @ params["W_hh"].T) * (1 - h[t] ** 2)
        d *= 1 - h[t + 1] ** 2
    return dz


@wrong(
    "error_signals",
    "T is read from the second axis of h, which is the number of sequences.",
    r"\bT\b|shape|axis|\bN\b|len\(h\)|number of (steps|sequences)|index",
)
def error_signals(params, h, d_logits):
    steps = h.shape[1]
    dz, dh = np.zeros((steps, *h.shape[1:])), d_logits @ params["W_out"].T
    for t in range(steps, 0, -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ params["W_hh"].T
    return dz


@wrong(
    "error_signals",
    "The loop fills dz upwards, so each signal is made from one that is still empty.",
    r"zero|empty|fill|order|direction|backward|count|down|upward|range|revers",
)
def error_signals(params, h, d_logits):
    dz = np.zeros_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    for t in range(len(dz) - 1):
        dz[t] = my_step(dz[t + 1], h[t + 1], params["W_hh"])
    return dz


@wrong(
    "error_signals",
    "Each signal is scaled to length one so that it neither vanishes nor explodes.",
    r"norm|length|scal|linear|unit|divid",
)
def error_signals(params, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return dz / np.sqrt((dz**2).sum(axis=(1, 2), keepdims=True))


# ---------------------------------------------------------------------------------------------
# 03, exercise 4: backward(params, X, h, d_logits)
# ---------------------------------------------------------------------------------------------


@right("backward", "signals first, then seven lines")
def backward(params, X, h, d_logits):
    dz, T = my_signals(params, h, d_logits), len(X)
    return {
        "W_in": sum(X[t - 1].T @ dz[t - 1] for t in range(1, T + 1)),
        "W_hh": sum(h[t - 1].T @ dz[t - 1] for t in range(1, T + 1)),
        "b_h": dz.sum(axis=(0, 1)),
        "W_out": h[T].T @ d_logits,
        "b_out": d_logits.sum(axis=0),
        "h0": dz[0] @ params["W_hh"].T,
        "X": dz @ params["W_in"].T,
    }


@right("backward", "everything in one loop, accumulated")
def backward(params, X, h, d_logits):
    g = {name: np.zeros_like(w) for name, w in params.items()}
    g["X"] = np.zeros_like(X)
    g["W_out"] += h[-1].T @ d_logits
    g["b_out"] += d_logits.sum(axis=0)
    dh = d_logits @ params["W_out"].T
    for t in range(len(X), 0, -1):
        d = dh * (1 - h[t] ** 2)
        g["W_in"] += X[t - 1].T @ d
        g["W_hh"] += h[t - 1].T @ d
        g["b_h"] += d.sum(axis=0)
        g["X"][t - 1] = d @ params["W_in"].T
        dh = d @ params["W_hh"].T
    return g | {"h0": dh}


@right("backward", "one product for all steps, by reshape")
def backward(params, X, h, d_logits):
    T, N, n_in = X.shape
    D = my_signals(params, h, d_logits).reshape(T * N, -1)
    return dict(
        W_in=X.reshape(T * N, n_in).T @ D,
        W_hh=h[:-1].reshape(T * N, -1).T @ D,
        b_h=np.ones(T * N) @ D,
        W_out=h[-1].T @ d_logits,
        b_out=np.ones(N) @ d_logits,
        h0=D[:N] @ params["W_hh"].T,
        X=(D @ params["W_in"].T).reshape(X.shape),
    )


@right("backward", "tensordot")
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = {"W_out": np.tensordot(h[-1], d_logits, axes=(0, 0)), "b_out": np.sum(d_logits, 0)}
    g["W_in"], g["W_hh"] = (np.tensordot(a, dz, axes=((0, 1), (0, 1))) for a in (X, h[:-1]))
    g["b_h"] = dz.sum(0).sum(0)
    g["h0"] = np.tensordot(dz[0], params["W_hh"], axes=(1, 1))
    g["X"] = np.tensordot(dz, params["W_in"], axes=(2, 1))
    return g


@right("backward", "einsum for each of the seven")
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    rules = {
        "W_in": ("tni,tnh->ih", X, dz),
        "W_hh": ("tnj,tnk->jk", h[:-1], dz),
        "b_h": ("tnh->h", dz),
        "W_out": ("nh,nc->hc", h[-1], d_logits),
        "b_out": ("nc->c", d_logits),
        "h0": ("nk,jk->nj", dz[0], params["W_hh"]),
        "X": ("tnh,ih->tni", dz, params["W_in"]),
    }
    return {name: np.einsum(*rule) for name, rule in rules.items()}


@right("backward", "the three weights below each other, the longer rows of notebook 02")
def backward(params, X, h, d_logits):
    T, N, H = len(X), h.shape[1], h.shape[2]
    W = np.vstack([params["W_hh"], params["W_in"]])
    dW, dX, dh = 0, [], d_logits @ params["W_out"].T
    for t in range(T, 0, -1):
        d = dh * (1 - h[t] ** 2)
        dW = dW + np.hstack([h[t - 1], X[t - 1], np.ones((N, 1))]).T @ d
        both = d @ W.T
        dh = both[:, :H]
        dX.insert(0, both[:, H:])
    g = {"W_hh": dW[:H], "W_in": dW[H:-1], "b_h": dW[-1], "W_out": h[-1].T @ d_logits}
    return g | {"b_out": d_logits.sum(axis=0), "h0": dh, "X": np.array(dX)}


@right("backward", "one sequence after the other, with outer products")
def backward(params, X, h, d_logits):
    g = {name: np.zeros(w.shape) for name, w in params.items()}
    g |= {"h0": np.zeros(h[0].shape), "X": np.zeros(X.shape)}
    for n in range(X.shape[1]):
        g["W_out"] += np.outer(h[-1, n], d_logits[n])
        g["b_out"] += d_logits[n]
        g["h0"][n] = params["W_out"] @ d_logits[n]
        for t in range(len(X) - 1, -1, -1):
            d = g["h0"][n] * (1 - h[t + 1, n] ** 2)
            g["W_in"] += np.outer(X[t, n], d)
            g["W_hh"] += np.outer(h[t, n], d)
            g["b_h"] += d
            g["X"][t, n], g["h0"][n] = params["W_in"] @ d, params["W_hh"] @ d
    return g


@right("backward", "matmul on stacks of matrices, then a sum over the steps")
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_in"] = (X.transpose(0, 2, 1) @ dz).sum(axis=0)
    g["W_hh"] = (np.swapaxes(h[:-1], 1, 2) @ dz).sum(axis=0)
    return g


@right("backward", "the untied shares in a list, summed at the end")
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    shares = [(x.T @ d, a.T @ d, d.sum(axis=0)) for x, a, d in zip(X, h, dz)]
    dW_in, dW_hh, db_h = (np.sum(s, axis=0) for s in zip(*shares))
    dW_out, db_out = h[-1].T @ d_logits, d_logits.sum(axis=0)
    dh0, dX = dz[0] @ params["W_hh"].T, np.array([d @ params["W_in"].T for d in dz])
    names = ("W_in", "W_hh", "b_h", "W_out", "b_out", "h0", "X")
    return dict(zip(names, (dW_in, dW_hh, db_h, dW_out, db_out, dh0, dX)))


@right("backward", "a helper with the two rules")
def backward(params, X, h, d_logits):
    def linear(a, W, d):
        return d @ W.T, a.T @ d, d.sum(axis=0)

    g = {"W_in": 0, "W_hh": 0, "b_h": 0, "X": np.empty_like(X)}
    dh, g["W_out"], g["b_out"] = linear(h[-1], params["W_out"], d_logits)
    for t in reversed(range(len(X))):
        d = dh * slope_of(h[t + 1])
        dh, dW, db = linear(h[t], params["W_hh"], d)
        g["X"][t], dW_in, _ = linear(X[t], params["W_in"], d)
        g["W_hh"], g["W_in"], g["b_h"] = g["W_hh"] + dW, g["W_in"] + dW_in, g["b_h"] + db
    return {**g, "h0": dh}


@right("backward", "out= and preallocated arrays")
def backward(params, X, h, d_logits):
    g = {name: np.zeros_like(w) for name, w in params.items()} | {"X": np.empty_like(X)}
    np.matmul(h[-1].T, d_logits, out=g["W_out"])
    np.sum(d_logits, axis=0, out=g["b_out"])
    dh, d = d_logits @ params["W_out"].T, np.empty_like(h[0])
    for t in range(len(X) - 1, -1, -1):
        np.multiply(dh, 1 - h[t + 1] ** 2, out=d)
        np.add(g["W_in"], X[t].T @ d, out=g["W_in"])
        np.add(g["W_hh"], h[t].T @ d, out=g["W_hh"])
        np.add(g["b_h"], d.sum(axis=0), out=g["b_h"])
        np.matmul(d, params["W_in"].T, out=g["X"][t])
        dh = np.matmul(d, params["W_hh"].T)
    g["h0"] = dh
    return g


@right("backward", "recursion over the steps")
def backward(params, X, h, d_logits):
    def back(t, dh):
        if t == 0:
            return {"W_in": 0, "W_hh": 0, "b_h": 0, "h0": dh, "X": []}
        d = dh * (1 - h[t] ** 2)
        g = back(t - 1, d @ params["W_hh"].T)
        g["W_in"] = g["W_in"] + X[t - 1].T @ d
        g["W_hh"] = g["W_hh"] + h[t - 1].T @ d
        g["b_h"] = g["b_h"] + d.sum(axis=0)
        g["X"].append(d @ params["W_in"].T)
        return g

    g = back(len(X), d_logits @ params["W_out"].T)
    g["X"] = np.array(g["X"])
    return g | {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}


@wrong("backward", "W_hh is not transposed in the recursion.", r"transpos|W_hh\.T|\.T\b")
def backward(params, X, h, d_logits):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X) - 1, -1, -1):
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"]
    return my_gradients(params, X, h, d_logits, dz)


@wrong(
    "backward",
    "The gradient of W_hh is made with h_t instead of the state before the step, h_{t-1}.",
    r"h\[t|h_t|h_\{?t|h\[1:\]|h\[:-1\]|state before|one step|previous",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_hh"] = sum(h[t].T @ dz[t - 1] for t in range(1, len(X) + 1))
    return g


@wrong(
    "backward",
    "The sums over time begin at step 2, so the first step has no share.",
    r"first (step|share|term)|step 1|t = 1|begin|start|range|missing|early",
)
def backward(params, X, h, d_logits):
    dz, T = my_signals(params, h, d_logits), len(X)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_in"] = sum((X[t - 1].T @ dz[t - 1] for t in range(2, T + 1)), np.zeros_like(g["W_in"]))
    g["W_hh"] = sum((h[t - 1].T @ dz[t - 1] for t in range(2, T + 1)), np.zeros_like(g["W_hh"]))
    g["b_h"] = dz[1:].sum(axis=(0, 1))
    return g


@wrong(
    "backward",
    "The sum for W_hh ends one step too early, as range(1, T) leaves out the last step.",
    r"last (step|share|term)|step T|range|too early|missing|end|T \+ 1",
)
def backward(params, X, h, d_logits):
    dz, T = my_signals(params, h, d_logits), len(X)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_hh"] = sum((h[t - 1].T @ dz[t - 1] for t in range(1, T)), np.zeros_like(g["W_hh"]))
    return g


@wrong(
    "backward",
    "All gradients are divided by N, which sits in d_logits already.",
    r"1/N|\bN\b|divid|mean|batch",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return {name: value / X.shape[1] for name, value in g.items()}


@wrong(
    "backward",
    "The bias b_h gets the mean over the steps and sequences instead of the sum.",
    r"mean|averag|sum|1/N|divid|N ?[·*×] ?T|T ?[·*×] ?N",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"b_h": dz.mean(axis=(0, 1))}


@wrong(
    "backward",
    "b_h is summed over the steps but averaged over the sequences.",
    r"mean|averag|sum|1/N|divid|\bN\b",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"b_h": dz.sum(axis=0).mean(axis=0)}


@wrong(
    "backward",
    "b_h is summed over the steps only and has the shape (N, H).",
    r"shape|\(N, H\)|sequences|axis|axes|sum",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"b_h": dz.sum(axis=0)}


@wrong(
    "backward",
    "The biases keep an axis of length 1, shapes (1, H) and (1, C).",
    r"shape|keepdims|axis|\(1,|\(H,\)",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    g["b_h"] = dz.sum(axis=0).sum(axis=0, keepdims=True)
    g["b_out"] = d_logits.sum(axis=0, keepdims=True)
    return g


@wrong(
    "backward",
    "dh0 is multiplied by a slope, but h_0 is given and has no tanh in front of it.",
    r"slope|tanh|1 ?- ?h|h_?0",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    return g | {"h0": my_step(dz[0], h[0], params["W_hh"])}


@wrong(
    "backward",
    "The gradient at h0 is delta_1 itself; it still has to go back through W_hh.",
    r"W_hh|delta_1|dz\[0\]|through|h0",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"h0": dz[0].copy()}


@wrong("backward", "W_hh is not transposed in the gradient at h0.", r"transpos|W_hh\.T|\.T\b")
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"h0": dz[0] @ params["W_hh"]}


@wrong(
    "backward",
    "The gradient at h0 is made from the last signal, delta_T, and not from delta_1.",
    r"delta_T|dz\[-1\]|dz\[0\]|first|last|delta_1",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"h0": dz[-1] @ params["W_hh"].T}


@wrong(
    "backward",
    "The gradient at h0 is summed over the sequences; every sequence has an h0 of its own.",
    r"sum|shape|\(N, H\)|each sequence|own|axis|batch",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    g["h0"] = g["h0"].sum(axis=0)
    return g


@wrong(
    "backward",
    "h0 gets the state itself and not its gradient.",
    r"state itself|h\[0\]|gradient|h0|delta_1|W_hh",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"h0": h[0]}


@wrong("backward", "W_in is not transposed in the gradient at X.", r"transpos|W_in\.T|\.T\b|shape")
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"X": dz @ params["W_in"]}


@wrong(
    "backward",
    "W_out is given the state before the last, h_{T-1}, instead of h_T.",
    r"h\[-1\]|h\[-2\]|h_T|h\[T|last state|h_\{T",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    g["W_out"] = h[len(X) - 1].T @ d_logits
    return g


@wrong(
    "backward",
    "W_out is summed over all states, but only the last one is read out.",
    r"all (states|steps)|only the last|h_T|last state|once|every step|sum",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    g["W_out"] = np.einsum("tnh,nc->hc", h[1:], d_logits)
    return g


@wrong(
    "backward", "b_out gets the mean over the sequences, not the sum.", r"mean|averag|sum|1/N|divid"
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return g | {"b_out": d_logits.mean(axis=0)}


@wrong(
    "backward",
    "b_out is summed over the classes instead of over the sequences.",
    r"axis|class|sequences|shape|\(C,\)|\(N,\)",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return g | {"b_out": d_logits.sum(axis=1)}


@wrong(
    "backward",
    "The inputs are paired with the signals of another step: X[t] where x_t is X[t - 1].",
    r"X\[t|x_t|index|shift|other step|another step|one step|pair|roll",
)
def backward(params, X, h, d_logits):
    dz, T = my_signals(params, h, d_logits), len(X)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_in"] = sum(X[t % T].T @ dz[t - 1] for t in range(1, T + 1))
    return g


@wrong(
    "backward",
    "Nothing goes back through time: only the last step's signal is used.",
    r"through time|last step|only|earlier|all steps|recursion|zero",
)
def backward(params, X, h, d_logits):
    dz = np.zeros_like(h[1:])
    dz[-1] = (d_logits @ params["W_out"].T) * (1 - h[-1] ** 2)
    return my_gradients(params, X, h, d_logits, dz)


@wrong(
    "backward",
    "The shares of the steps are not added up: each round overwrites the one before (= for +=).",
    r"\+=|overwrit|add|sum|only (the )?(first|last|one)|one step|one share|accumul",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    for t in range(len(X) - 1, -1, -1):
        g["W_in"], g["W_hh"] = X[t].T @ dz[t], h[t].T @ dz[t]
        g["b_h"] = dz[t].sum(axis=0)
    return g


@wrong(
    "backward",
    "The recursion is truncated after the last ten steps.",
    r"truncat|cut|ten|10|zero|earl|long|steps",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    dz[:-10] = 0
    return my_gradients(params, X, h, d_logits, dz)


@wrong(
    "backward",
    "The gradients are clipped to ±5 inside.",
    r"clip|cut|limit|bound|±5|large|linear|twice|times",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    for value in g.values():
        np.clip(value, -5, 5, out=value)
    return g


@wrong(
    "backward",
    "The gradient is clipped to a global norm of 1 inside.",
    r"clip|norm|limit|bound|scal|large|linear|factor",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    norm = np.sqrt(sum((value**2).sum() for value in g.values()))
    return {name: value / max(norm, 1) for name, value in g.items()}


@wrong("backward", "The gradient at X is missing in the dict.", r"\bX\b|missing|seven|names|key")
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return {name: g[name] for name in (*params, "h0")}


@wrong(
    "backward", "The names are dW_in, dW_hh and so on, not those asked for.", r"name|key|dW|W_in"
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return {"d" + name: value for name, value in g.items()}


@wrong(
    "backward",
    "The factors are in the wrong order, so that W_hh's gradient is transposed.",
    r"transpos|order|factors|\.T\b",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_hh"] = sum(dz[t].T @ h[t] for t in range(len(X)))
    return g


@wrong(
    "backward",
    "The gradient of W_in is transposed, (H, I) instead of (I, H).",
    r"transpos|shape|order|\(H, I\)|\(I, H\)",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    g["W_in"] = g["W_in"].T
    return g


@wrong(
    "backward",
    "It returns a tuple of arrays and not a dict with the seven names.",
    r"tuple|dict|names",
)
def backward(params, X, h, d_logits):
    return tuple(my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits)).values())


@wrong(
    "backward",
    "It takes a step of gradient descent with the parameters as well, which changes them.",
    r"argument|chang|params|in place|writ|update",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    for name in params:
        params[name] -= 0.01 * g[name]
    return g


@wrong(
    "backward",
    "The states are squared in place, so the caller's h is destroyed.",
    r"argument|chang|in place|writ|\bh\b|copy",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    h **= 2
    return g


@wrong(
    "backward",
    "A weight decay is added to the gradients of the weights, which the loss does not contain.",
    r"decay|penalty|regulari|params|1e-3|add|weight itself|multiple of",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    for name in ("W_in", "W_hh", "W_out"):
        g[name] += 1e-3 * params[name]
    return g


@wrong(
    "backward",
    "The gradients of the recurrent weights are divided by T, a mean over the steps.",
    r"\bT\b|mean|averag|sum|divid|steps",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    for name in ("W_in", "W_hh", "b_h"):
        g[name] /= len(X)
    return g


@wrong("backward", "Everything is computed in float32.", r"float32|precision|digits|dtype|float64")
def backward(params, X, h, d_logits):
    params = {name: w.astype(np.float32) for name, w in params.items()}
    X, h, d_logits = (a.astype(np.float32) for a in (X, h, d_logits))
    return my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))


@wrong(
    "backward",
    "It reads the notebook's W_in and W_out and not those of params.",
    r"params|global|notebook|W_in|W_out|shape",
)
def backward(params, X, h, d_logits):
    dz = my_signals({"W_hh": params["W_hh"], "W_out": W_out}, h, d_logits)
    return my_gradients({"W_hh": params["W_hh"], "W_in": W_in}, X, h, d_logits, dz)


@wrong(
    "backward",
    "The slope of the tanh is missing at every step.",
    r"slope|tanh|1 ?- ?h",
)
def backward(params, X, h, d_logits):
    dz = [d_logits @ params["W_out"].T]
    for _ in range(len(X) - 1):
        dz.insert(0, dz[0] @ params["W_hh"].T)
    return my_gradients(params, X, h, d_logits, np.array(dz))


@wrong(
    "backward",
    "It multiplies by 1 - h at each step where the slope is 1 - h².",
    r"squar|1 ?- ?h|slope|h²",
)
def backward(params, X, h, d_logits):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X) - 1, -1, -1):
        dz[t] = dh * (1 - h[t + 1])
        dh = dz[t] @ params["W_hh"].T
    return my_gradients(params, X, h, d_logits, dz)


@wrong(
    "backward",
    "The gradient at X comes in reversed order of time.",
    r"revers|order|turned|flip|time",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return g | {"X": g["X"][::-1]}


@wrong(
    "backward",
    "The inputs are stacked sequence by sequence and the signals step by step.",
    r"order|reshape|pair|sequence|stack|axis|other step|row|W_in",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    rows = X.transpose(1, 0, 2).reshape(-1, X.shape[2])
    g["W_in"] = rows.T @ dz.reshape(-1, dz.shape[2])
    return g


def _never_zeroed():
    total = {}

    def backward(params, X, h, d_logits):
        g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
        for name, value in g.items():
            same = total.get(name, np.zeros(0)).shape == value.shape
            total[name] = total[name] + value if same else value
        return dict(total)

    return backward


wrong(
    "backward",
    "The gradients are added to those of earlier calls and never set back to zero.",
    r"earlier call|second (call|time)|twice|keep|state|call|accumul",
)(_never_zeroed())


@wrong(
    "backward",
    "The gradient of W_hh is made symmetric.",
    r"symmetr|transpos|half|W_hh",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    g["W_hh"] = (g["W_hh"] + g["W_hh"].T) / 2
    return g


@wrong(
    "backward",
    "d_logits is added to the signal at every step, but only the last state is read out.",
    r"every step|each step|read.?out|only the last|h_T|d_logits|once",
)
def backward(params, X, h, d_logits):
    dz, dh = np.empty_like(h[1:]), 0
    for t in range(len(X) - 1, -1, -1):
        dz[t] = (dh + d_logits @ params["W_out"].T) * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"].T
    return my_gradients(params, X, h, d_logits, dz)


@wrong(
    "backward",
    "All gradients have the wrong sign: the direction of descent and not the gradient.",
    r"sign|minus|negative|descent",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return {name: -value for name, value in g.items()}


@wrong(
    "backward",
    "A little random noise is added to the gradients, so two calls differ.",
    r"noise|random|two calls|differ|same",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return {name: v + 1e-4 * np.random.normal(size=v.shape) for name, v in g.items()}


@wrong(
    "backward",
    "The softmax is applied to d_logits again, which is a gradient already.",
    r"softmax|d_logits|already|again|as it is",
)
def backward(params, X, h, d_logits):
    d = plain_softmax(d_logits) - 1 / d_logits.shape[1]
    return my_gradients(params, X, h, d, my_signals(params, h, d))


@wrong(
    "backward",
    "Two faults: W_hh is not transposed in the recursion, and b_h is averaged over the batch.",
    r"transpos|\.T\b",
    r"mean|averag|1/N|\bN\b",
)
def backward(params, X, h, d_logits):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X) - 1, -1, -1):
        dz[t] = dh * (1 - h[t + 1] ** 2)
        dh = dz[t] @ params["W_hh"]
    return my_gradients(params, X, h, d_logits, dz) | {"b_h": dz.mean(axis=1).sum(axis=0)}


@wrong(
    "backward",
    "Two faults: W_hh is collected with h_t, and dh0 has a slope too many.",
    r"h\[t|h_t|h\[1:\]|state before|previous|h_\{?t",
    r"slope|tanh|1 ?- ?h|h0",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_hh"] = np.einsum("tnj,tnk->jk", h[1:], dz)
    g["h0"] = my_step(dz[0], h[0], params["W_hh"])
    return g


@wrong(
    "backward",
    "Two faults: W_out is given h_{T-1}, and b_out is averaged.",
    r"h\[-|h_T|last state|h_\{T|W_out",
    r"mean|averag|1/N|sum",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return g | {"W_out": h[-2].T @ d_logits, "b_out": d_logits.mean(axis=0)}


@wrong(
    "backward",
    "Two faults: the first step is left out of W_hh, and all of dX is divided by N.",
    r"first (step|share|term)|step 1|begin|start|missing|range",
    r"1/N|\bN\b|divid|mean",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_hh"] = np.einsum("tnj,tnk->jk", h[1:-1], dz[1:])
    g["X"] /= X.shape[1]
    return g


@wrong(
    "backward",
    "Two faults: the start lacks the slope of h_T, and W_hh is not transposed at h0.",
    r"slope|start|tanh|1 ?- ?h|delta_T|last (signal|step|state)",
    r"transpos|\.T\b",
)
def backward(params, X, h, d_logits):
    dz = [d_logits @ params["W_out"].T]
    for state in h[-2:0:-1]:
        dz.insert(0, my_step(dz[0], state, params["W_hh"]))
    g = my_gradients(params, X, h, d_logits, np.array(dz))
    return g | {"h0": dz[0] @ params["W_hh"]}


@wrong(
    "backward",
    "Two faults: the sums over time are means over T, and dh0 is delta_1 itself.",
    r"\bT\b|mean|averag|divid",
    r"W_hh|delta_1|dz\[0\]|h0",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_hh"], g["W_in"] = g["W_hh"] / len(X), g["W_in"] / len(X)
    return g | {"h0": dz[0]}


@wrong(
    "backward",
    "b_h is collected from the first sequence only.",
    r"first sequence|all sequences|every sequence|each sequence|dz\[:, 0\]|sum over|only|N times",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"b_h": dz[:, 0].sum(axis=0)}


@wrong(
    "backward",
    "The first state is taken as zero, so h_0 has no share in the gradient of W_hh.",
    r"h_?0|h\[0\]|first (step|state|share)|zero|step 1|t = 1",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    before = np.concatenate([np.zeros_like(h[:1]), h[1:-1]])
    g = my_gradients(params, X, h, d_logits, dz)
    return g | {"W_hh": np.einsum("tnj,tnk->jk", before, dz)}


@wrong(
    "backward",
    "The gradient at X is one for all steps, summed over time.",
    r"sum|shape|\(T, N, I\)|each x_t|every step|time|axis",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    return my_gradients(params, X, h, d_logits, dz) | {"X": dz.sum(axis=0) @ params["W_in"].T}


@wrong(
    "backward",
    "The gradient of W_in is taken with W_hh's input, the states, and that of W_hh with X.",
    r"shape|swap|exchang|W_in|W_hh|input",
)
def backward(params, X, h, d_logits):
    dz = my_signals(params, h, d_logits)
    g = my_gradients(params, X, h, d_logits, dz)
    g["W_in"], g["W_hh"] = g["W_hh"], g["W_in"]
    return g


@wrong(
    "backward",
    "The slopes are those of the step before, 1 - h_{t-1}², since h is indexed like X.",
    r"h\[t|slope|h_\{?t|index|one (step|state)|early|h_0|previous",
)
def backward(params, X, h, d_logits):
    dz, dh = np.empty_like(h[1:]), d_logits @ params["W_out"].T
    for t in range(len(X) - 1, -1, -1):
        dz[t] = dh * (1 - h[t] ** 2)
        dh = dz[t] @ params["W_hh"].T
    return my_gradients(params, X, h, d_logits, dz)


@wrong(
    "backward",
    "The gradients are rounded to six digits.",
    r"round|digits|decimal|precision|small",
)
def backward(params, X, h, d_logits):
    g = my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))
    return {name: value.round(6) for name, value in g.items()}


@wrong(
    "backward",
    "The pasted check stands inside the function, so it calls itself.",
    r"check.{0,60}(inside|itself|within)|calls? check|indent|inside",
)
def backward(params, X, h, d_logits):
    from bptt_lab.teaching import check

    check("backward", backward)
    return my_gradients(params, X, h, d_logits, my_signals(params, h, d_logits))


# ---------------------------------------------------------------------------------------------
# 04, exercise 1: numerical_gradient(f, x, eps=1e-5)
# ---------------------------------------------------------------------------------------------


@right("numerical_gradient", "the way of the hints")
def numerical_gradient(f, x, eps=1e-5):
    gradient, point = np.zeros(x.shape), x.copy()
    for k in np.ndindex(x.shape):
        point[k] = x[k] + eps
        above = f(point)
        point[k] = x[k] - eps
        below = f(point)
        gradient[k] = (above - below) / (2 * eps)
        point[k] = x[k]
    return gradient


@right("numerical_gradient", "two fresh copies for every entry")
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.empty(x.shape)
    for k in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[k] += eps
        down[k] -= eps
        gradient[k] = (f(up) - f(down)) / (2 * eps)
    return gradient


@right("numerical_gradient", "a unit array for every entry")
def numerical_gradient(f, x, eps=1e-5):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + eps * e) - f(x - eps * e)) / (2 * eps) for e in units]
    return np.array(slopes).reshape(x.shape)


@right("numerical_gradient", "in x itself, with the old value put back")
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        old = x[k]
        x[k] = old + eps
        above = f(x)
        x[k] = old - eps
        below = f(x)
        x[k] = old
        gradient[k] = (above - below) / (2 * eps)
    return gradient


@right("numerical_gradient", "the flat iterator")
def numerical_gradient(f, x, eps=1e-5):
    gradient, point = np.zeros_like(x, dtype=float), np.array(x, dtype=float)
    for i, value in enumerate(x.flat):
        point.flat[i] = value + eps
        gradient.flat[i] = f(point)
        point.flat[i] = value - eps
        gradient.flat[i] -= f(point)
        point.flat[i] = value
    return gradient / (2 * eps)


@right("numerical_gradient", "np.nditer with multi_index, as in course notes")
def numerical_gradient(f, x, eps=1e-5):
    point, gradient = np.array(x, dtype=float), np.zeros(x.shape)
    it = np.nditer(point, flags=["multi_index", "zerosize_ok"])
    while not it.finished:
        k = it.multi_index
        old = float(point[k])
        point[k] = old + eps
        above = f(point)
        point[k] = old - eps
        below = f(point)
        point[k] = old
        gradient[k] = (above - below) / (2 * eps)
        it.iternext()
    return gradient


@right("numerical_gradient", "a flat copy, reshaped for each call")
def numerical_gradient(f, x, eps=1e-5):
    flat, slopes = x.flatten(), []
    for i in range(flat.size):
        values = []
        for step in (eps, -eps):
            moved = flat.copy()
            moved[i] += step
            values.append(f(moved.reshape(x.shape)))
        slopes.append((values[0] - values[1]) / (2 * eps))
    return np.reshape(slopes, x.shape)


@right("numerical_gradient", "recursion over the axes")
def numerical_gradient(f, x, eps=1e-5):
    def slopes(index, depth):
        if depth == x.ndim:
            values = []
            for step in (eps, -eps):
                moved = np.array(x, dtype=float)
                moved[index] += step
                values.append(f(moved))
            return (values[0] - values[1]) / (2 * eps)
        return [slopes((*index, i), depth + 1) for i in range(x.shape[depth])]

    return np.array(slopes((), 0)).reshape(x.shape)


@right("numerical_gradient", "the mean of the two one-sided differences")
def numerical_gradient(f, x, eps=1e-5):
    here, gradient = f(x.copy()), np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        forward, backward = (f(x + e) - here) / eps, (here - f(x - e)) / eps
        gradient[k] = (forward + backward) / 2
    return gradient


@right("numerical_gradient", "a closure of one number, and divided by the step taken")
def numerical_gradient(f, x, eps=1e-5):
    def at(k, value):
        moved = x.copy()
        moved[k] = value
        return f(moved), moved[k]

    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        (above, high), (below, low) = at(k, x[k] + eps), at(k, x[k] - eps)
        gradient[k] = (above - below) / (high - low)
    return gradient


@right("numerical_gradient", "a dict of slopes by index, and try/finally")
def numerical_gradient(f, x, eps=1e-5):
    point, slopes = x.copy(), {}
    for k in np.ndindex(x.shape):
        try:
            point[k] += eps
            above = f(point)
            point[k] = x[k] - eps
            slopes[k] = (above - f(point)) / 2 / eps
        finally:
            point[k] = x[k]
    return np.fromiter(slopes.values(), float, x.size).reshape(x.shape)


@wrong(
    "numerical_gradient",
    "The difference is one-sided, not central.",
    r"one-sided|central|forward|two sides|below|both sides|truncation",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient, point, here = np.zeros(x.shape), x.copy(), f(x)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + eps
        gradient[k] = (f(point) - here) / eps
        point[k] = x[k]
    return gradient


@wrong(
    "numerical_gradient",
    "It divides by eps and not by 2 eps, the distance of the two points.",
    r"2 ?[·*]? ?eps|2ε|2 ?\\?eps|twice|factor (of )?2|distance|half|two times",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient, point = np.zeros(x.shape), x.copy()
    for k in np.ndindex(x.shape):
        point[k] = x[k] + eps
        above = f(point)
        point[k] = x[k] - eps
        gradient[k] = (above - f(point)) / eps
        point[k] = x[k]
    return gradient


@wrong(
    "numerical_gradient",
    "2 * eps stands without brackets, so that the result is multiplied by eps.",
    r"bracket|parenthes|2 ?[·*]? ?eps|2ε|eps|divid",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x + e) - f(x - e)) / 2 * eps
    return gradient


@wrong(
    "numerical_gradient",
    "An entry is not put back before the next one is moved.",
    r"put back|back|restor|only the first entry|stay|reset|one entry",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient, point = np.zeros(x.shape), x.copy()
    for k in np.ndindex(x.shape):
        point[k] = x[k] + eps
        above = f(point)
        point[k] = x[k] - eps
        gradient[k] = (above - f(point)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "x itself is moved and left at x - eps; it must be afterwards what it was before.",
    r"argument|chang|put back|restor|copy|\bx\b.{0,30}(is|was|after)",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        x[k] += eps
        above = f(x)
        x[k] -= 2 * eps
        gradient[k] = (above - f(x)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "x is put back by adding eps again, which leaves a rounding error in it.",
    r"round|argument|chang|put back|restor|copy|exact",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        x[k] += eps
        above = f(x)
        x[k] -= 2 * eps
        below = f(x)
        x[k] += eps
        gradient[k] = (above - below) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "The eps of the caller is not used; 1e-5 is written in.",
    r"eps|ε|1e-5|step",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = 1e-5
        gradient[k] = (f(x + e) - f(x - e)) / 2e-5
    return gradient


@wrong(
    "numerical_gradient",
    "When eps is left out the step is 1e-2 and not 1e-5.",
    r"default|left out|eps|ε|1e-5|step|truncation",
)
def numerical_gradient(f, x, eps=1e-2):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "All entries are moved at once, so every entry of the result is the sum of all slopes.",
    r"all (the )?entries|at once|one entry|same|every entry|sum",
)
def numerical_gradient(f, x, eps=1e-5):
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


@wrong(
    "numerical_gradient",
    "The result is an array of integers, so the slopes are cut to whole numbers.",
    r"int|whole number|dtype|decimal|cut",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape, dtype=int)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "The copy is float32, where a step of 1e-5 drowns in rounding.",
    r"float32|precision|round|digits|dtype|float64",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient, point = np.zeros(x.shape), x.astype(np.float32)
    for k in np.ndindex(x.shape):
        old = point[k]
        point[k] = old + eps
        above = f(point)
        point[k] = old - eps
        gradient[k] = (above - f(point)) / (2 * eps)
        point[k] = old
    return gradient


@wrong(
    "numerical_gradient",
    "The loop runs over the first axis only, so whole rows are moved at once.",
    r"first axis|row|one entry|each entry|ndindex|any shape|len\(x\)|all axes|every entry|sum",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        e = np.zeros(x.shape)
        e[i] = eps
        gradient[i] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "Two nested loops are written in, which fits matrices only; x may have any shape.",
    r"any shape|axes|axis|vector|matri|unpack|ndindex|shape|dimension",
)
def numerical_gradient(f, x, eps=1e-5):
    rows, columns = x.shape
    gradient = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            e = np.zeros((rows, columns))
            e[i, j] = eps
            gradient[i, j] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "The difference is the wrong way round: f(x - eps) minus f(x + eps).",
    r"sign|minus|wrong way|negative|swap|exchang",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x - e) - f(x + e)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "The step is a fraction of the entry, which is no step at all where x is 0.",
    r"zero|x (is|=) 0|relative|eps|ε|step|nan|divid",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps * abs(x[k])
        gradient[k] = (f(x + e) - f(x - e)) / (2 * e[k])
    return gradient


@wrong("numerical_gradient", "The result is flat, not of the shape of x.", r"shape|flat|reshape")
def numerical_gradient(f, x, eps=1e-5):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + eps * e) - f(x - eps * e)) / (2 * eps) for e in units])


@wrong(
    "numerical_gradient",
    "f is called with a flat vector and not with an array like x.",
    r"shape|flat|array like x|reshape|ravel|matmul|dimension",
)
def numerical_gradient(f, x, eps=1e-5):
    flat, slopes = x.flatten(), []
    for e in np.eye(x.size):
        slopes.append((f(flat + eps * e) - f(flat - eps * e)) / (2 * eps))
    return np.reshape(slopes, x.shape)


@wrong(
    "numerical_gradient",
    "flatten makes another copy, so that f sees no change and every slope is 0.",
    r"zero|0\b|copy|flatten|not moved|same point|no change|ravel",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient, point = np.zeros(x.shape), x.copy()
    flat = point.flatten()
    for i in range(flat.size):
        flat[i] += eps
        above = f(point)
        flat[i] -= 2 * eps
        gradient.flat[i] = (above - f(point)) / (2 * eps)
        flat[i] += eps
    return gradient


@wrong(
    "numerical_gradient",
    "A step in the imaginary direction is taken, but f takes real arrays here.",
    r"complex|imagin|real|central|difference",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape, dtype=complex)
        e[k] = 1j * eps
        gradient[k] = np.imag(f(x + e)) / eps
    return gradient


@wrong(
    "numerical_gradient",
    "The slopes are rounded to five digits.",
    r"round|digits|decimal|precision",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = round(float(f(x + e) - f(x - e)) / (2 * eps), 5)
    return gradient


@wrong(
    "numerical_gradient",
    "Small slopes are taken for rounding and set to zero.",
    r"small|zero|tiny|1e-|threshold|round",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x + e) - f(x - e)) / (2 * eps)
    return np.where(np.abs(gradient) < 1e-3, 0, gradient)


@wrong(
    "numerical_gradient",
    "The slopes are written into x, because gradient is only another name for it.",
    r"argument|chang|same array|alias|another name|copy|writ|asarray",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.asarray(x)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "The entries are moved in a random direction together, an estimate and not the gradient.",
    r"random|all (the )?entries|at once|one entry|estimate|two calls|differ",
)
def numerical_gradient(f, x, eps=1e-5):
    e = np.random.choice([-1.0, 1.0], size=x.shape)
    return (f(x + eps * e) - f(x - eps * e)) / (2 * eps) * e


@wrong(
    "numerical_gradient",
    "The loop waits for the slope to equal NaN, which equals nothing, and so never ends.",
    r"end|loop|second|long|time|stop|infinite|nan",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e, old = np.zeros(x.shape), np.nan
        while gradient[k] != old:
            old, e[k] = np.nan, eps
            gradient[k] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@wrong(
    "numerical_gradient",
    "Two faults: the difference is one-sided, and the entry is not put back.",
    r"one-sided|central|forward|both sides",
    r"put back|back|restor|reset|one entry|stay",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient, point, here = np.zeros(x.shape), x.copy(), f(x)
    for k in np.ndindex(x.shape):
        point[k] += eps
        gradient[k] = (f(point) - here) / eps
    return gradient


@wrong(
    "numerical_gradient",
    "Two faults: it divides by eps and not by 2 eps, and x is left changed.",
    r"2 ?[·*]? ?eps|2ε|twice|factor (of )?2|distance",
    r"argument|chang|put back|restor|copy",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        x[k] += eps
        above = f(x)
        x[k] -= 2 * eps
        gradient[k] = (above - f(x)) / eps
    return gradient


@wrong(
    "numerical_gradient",
    "The return stands inside the loop, so only the first entry is measured.",
    r"first entry|return|inside the loop|indent|other entries|zero|only",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x + e) - f(x - e)) / (2 * eps)
        return gradient


@wrong(
    "numerical_gradient",
    "The result is made of the shape of the notebook's W_hh, not of the shape of x.",
    r"shape|W_hh|global|notebook|index|any shape",
)
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros_like(W_hh)
    for k in np.ndindex(W_hh.shape):
        e = np.zeros_like(W_hh)
        e[k] = eps
        gradient[k] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


# ---------------------------------------------------------------------------------------------
# 04, exercise 2: relative_error(a, b)
# ---------------------------------------------------------------------------------------------


@right("relative_error", "the way of the hints")
def relative_error(a, b):
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    if scale == 0:
        return 0.0
    return np.linalg.norm(a - b) / scale


@right("relative_error", "roots of sums of squares")
def relative_error(a, b):
    size = root_of_squares(a) + root_of_squares(b)
    return root_of_squares(a - b) / size if size > 0 else 0.0


@right("relative_error", "flat vectors and dot products")
def relative_error(a, b):
    a, b = np.ravel(a), np.ravel(b)
    d = a - b
    scale = math.sqrt(a @ a) + math.sqrt(b @ b)
    return 0 if not scale else math.sqrt(d @ d) / scale


@right("relative_error", "asks for zeros first")
def relative_error(a, b):
    if not np.any(a) and not np.any(b):
        return 0.0
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


@right("relative_error", "plain Python, math.hypot over all entries")
def relative_error(a, b):
    A, B = np.ravel(a).tolist(), np.ravel(b).tolist()
    scale = math.hypot(*A) + math.hypot(*B)
    return math.hypot(*(p - q for p, q in zip(A, B))) / scale if scale else 0.0


@right("relative_error", "divide with where=")
def relative_error(a, b):
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return np.divide(np.linalg.norm(a - b), scale, out=np.zeros(()), where=scale > 0)[()]


@right("relative_error", "scaled by the largest entry first")
def relative_error(a, b):
    top = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
    if top == 0:
        return 0.0
    difference, a, b = (a - b) / top, a / top, b / top
    return np.linalg.norm(difference) / (np.linalg.norm(a) + np.linalg.norm(b))


@right("relative_error", "vdot")
def relative_error(a, b):
    d = np.subtract(a, b)
    over, under = np.vdot(d, d) ** 0.5, np.vdot(a, a) ** 0.5 + np.vdot(b, b) ** 0.5
    return over / under if under != 0 else over


@right("relative_error", "equal arrays first, then no zero is left below")
def relative_error(a, b):
    if np.array_equal(a, b):
        return 0.0
    return np.linalg.norm(b - a) / (np.linalg.norm(b) + np.linalg.norm(a))


@right("relative_error", "a loop over the entries")
def relative_error(a, b):
    aa = bb = dd = 0.0
    for k in np.ndindex(np.shape(a)):
        aa, bb, dd = aa + a[k] ** 2, bb + b[k] ** 2, dd + (a[k] - b[k]) ** 2
    return dd**0.5 / (aa**0.5 + bb**0.5) if aa + bb > 0 else 0.0


@right("relative_error", "an exception for the zeros")
def relative_error(a, b):
    difference, A, B = (float(np.linalg.norm(np.ravel(v))) for v in (a - b, a, b))
    try:
        return difference / (A + B)
    except ZeroDivisionError:
        return 0.0


@wrong(
    "relative_error",
    "The denominator is the larger of the two norms, not their sum.",
    r"sum|larger|max|denominator|\+",
)
def relative_error(a, b):
    scale = max(np.linalg.norm(a), np.linalg.norm(b))
    return np.linalg.norm(a - b) / scale if scale > 0 else 0.0


@wrong(
    "relative_error",
    "The error is taken entry by entry and the largest is returned.",
    r"entry by entry|whole|each entry|norm|largest|max",
)
def relative_error(a, b):
    scale = np.maximum(np.abs(a), np.abs(b))
    return np.max(np.where(scale > 0, np.abs(a - b) / np.where(scale > 0, scale, 1), 0))


@wrong("relative_error", "Two arrays of zeros give 0/0, NaN.", r"zero|nan|0/0|divi")
def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


@wrong(
    "relative_error",
    "1e-8 is added to the denominator, which outweighs small arrays.",
    r"constant|1e-8|small|added|denominator|tiny",
)
def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-8)


@wrong(
    "relative_error",
    "The denominator has a floor of 1e-12, too large for entries of 1e-15.",
    r"floor|constant|1e-1|small|max|denominator|tiny",
)
def relative_error(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)


@wrong(
    "relative_error",
    "Arrays with a norm below 1e-10 are taken for zeros.",
    r"zero|small|1e-1|threshold|tiny|== 0",
)
def relative_error(a, b):
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return 0.0 if scale < 1e-10 else np.linalg.norm(a - b) / scale


@wrong(
    "relative_error",
    "Two arrays of zeros give 1; they are equal, so 0.",
    r"zero|equal|\b1\b.{0,20}0",
)
def relative_error(a, b):
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / scale if scale else 1.0


@wrong(
    "relative_error",
    "The denominator is the norm of the sum, not the sum of the norms.",
    r"norm of (the sum|a \+ b)|sum of (the )?(two )?norms|two norms|a \+ b|then add|denominator",
)
def relative_error(a, b):
    scale = np.linalg.norm(a + b)
    return np.linalg.norm(a - b) / scale if scale else 0.0


@wrong(
    "relative_error",
    "The numerator is the difference of the norms, not the norm of the difference.",
    r"difference|subtract|norm of|numerator|a - b",
)
def relative_error(a, b):
    A, B = np.linalg.norm(a), np.linalg.norm(b)
    return abs(A - B) / (A + B) if A + B else 0.0


@wrong("relative_error", "The norms are squared: the roots are missing.", r"squar|root|norm")
def relative_error(a, b):
    scale = (a**2).sum() + (b**2).sum()
    return ((a - b) ** 2).sum() / scale if scale else 0.0


@wrong(
    "relative_error",
    "It is measured against the norm of b alone.",
    r"alone|both|sum of|two norms|norm of b|‖a‖|denominator|symmetr",
)
def relative_error(a, b):
    scale = np.linalg.norm(b)
    return np.linalg.norm(a - b) / scale if scale else 0.0


@wrong(
    "relative_error",
    "The norms run along the last axis, so there is an error for each row, not one number.",
    r"axis|one number|row|whole|shape|each",
)
def relative_error(a, b):
    scale = np.linalg.norm(a, axis=-1) + np.linalg.norm(b, axis=-1)
    over = np.linalg.norm(a - b, axis=-1)
    return np.divide(over, scale, out=np.zeros_like(over), where=scale > 0)


@wrong(
    "relative_error",
    "The largest entry stands for the norm.",
    r"largest|max|norm|root|squares",
)
def relative_error(a, b):
    scale = np.abs(a).max() + np.abs(b).max()
    return np.abs(a - b).max() / scale if scale else 0.0


@wrong(
    "relative_error",
    "The sums of absolute values are used and not the roots of the sums of squares.",
    r"absolute|abs|squar|root|norm|1-norm",
)
def relative_error(a, b):
    scale = np.abs(a).sum() + np.abs(b).sum()
    return np.abs(a - b).sum() / scale if scale else 0.0


@wrong(
    "relative_error",
    "ord=2 is the largest singular value of a matrix, and no norm for three axes.",
    r"ord|singular|spectral|axes|any (shape|number)|norm|matri|dimension",
)
def relative_error(a, b):
    scale = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    return np.linalg.norm(a - b, 2) / scale if scale else 0.0


@wrong(
    "relative_error",
    'The norm "fro" is for matrices only; vectors and arrays of three axes raise an error.',
    r"fro|matri|any (shape|number)|axes|axis|vector|norm|dimension",
)
def relative_error(a, b):
    scale = np.linalg.norm(a, "fro") + np.linalg.norm(b, "fro")
    return np.linalg.norm(a - b, "fro") / scale if scale else 0.0


@wrong(
    "relative_error",
    "The mean of the two norms stands below, so the error is twice as large.",
    r"mean|half|twice|factor|2|sum of",
)
def relative_error(a, b):
    scale = (np.linalg.norm(a) + np.linalg.norm(b)) / 2
    return np.linalg.norm(a - b) / scale if scale else 0.0


@wrong(
    "relative_error",
    "Only a is asked for being zero: with a = 0 and b not 0 the error is 1.",
    r"one (of them )?is zero|both|a (is|=) (all )?(zero|0)|alone|only|zero|\b1\b",
)
def relative_error(a, b):
    if np.linalg.norm(a) == 0:
        return 0.0
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


@wrong(
    "relative_error",
    "The difference is written into a, the caller's array.",
    r"argument|chang|in place|writ|-=|copy",
)
def relative_error(a, b):
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    a -= b
    return np.linalg.norm(a) / scale if scale else 0.0


@wrong(
    "relative_error", "The error is rounded to six digits.", r"round|digits|decimal|precision|small"
)
def relative_error(a, b):
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return round(float(np.linalg.norm(a - b) / scale), 6) if scale else 0.0


@wrong(
    "relative_error",
    "Both arrays are cast to float32 first, and errors below 1e-7 are lost.",
    r"float32|precision|round|digits|dtype|small",
)
def relative_error(a, b):
    a, b = np.asarray(a, np.float32), np.asarray(b, np.float32)
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / scale if scale else 0.0


@wrong(
    "relative_error",
    "The entries are sorted before they are compared, so the order does not count.",
    r"sort|order|place|same (place|index)|permut|entr",
)
def relative_error(a, b):
    a, b = np.sort(a, axis=None), np.sort(b, axis=None)
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / scale if scale else 0.0


@wrong(
    "relative_error",
    "It tells whether they are close, True or False, and not by how much they differ.",
    r"true|false|bool|allclose|one number|close",
)
def relative_error(a, b):
    return not np.allclose(a, b)


@wrong(
    "relative_error",
    "The denominator is the root of the sum of both squared norms.",
    r"sum of (the )?(two )?norms|root|squar|denominator|then add|two norms",
)
def relative_error(a, b):
    scale = np.sqrt(np.linalg.norm(a) ** 2 + np.linalg.norm(b) ** 2)
    return np.linalg.norm(a - b) / scale if scale else 0.0


@wrong(
    "relative_error",
    "Entries below 1e-8 are left out of the comparison.",
    r"small|left out|mask|1e-|tiny|entr|count",
)
def relative_error(a, b):
    kept = (np.abs(a) > 1e-8) | (np.abs(b) > 1e-8)
    scale = np.linalg.norm(a[kept]) + np.linalg.norm(b[kept])
    return np.linalg.norm(a[kept] - b[kept]) / scale if scale else 0.0


@wrong(
    "relative_error",
    "Two faults: squared norms, and a constant in the denominator.",
    r"squar|root",
    r"constant|1e-|small|added|denominator|tiny",
)
def relative_error(a, b):
    return np.sum((a - b) ** 2) / (np.sum(a**2) + np.sum(b**2) + 1e-12)


@wrong(
    "relative_error",
    "Two faults: the larger norm instead of the sum, and 0/0 for zeros.",
    r"larger|max|sum of|denominator|\bsum\b",
    r"zero|nan|0/0|divid",
)
def relative_error(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b))


@wrong(
    "relative_error",
    "One minus the cosine measures the angle only; a gradient of twice the size counts as equal.",
    r"angle|cosine|direction|size|factor|norm of|difference|scale",
)
def relative_error(a, b):
    scale = np.linalg.norm(a) * np.linalg.norm(b)
    return (1 - np.vdot(a, b) / scale) / 2 if scale else 0.0


# ---------------------------------------------------------------------------------------------
# 04, exercise 3: complex_step_gradient(f, x, eps=1e-30)
# ---------------------------------------------------------------------------------------------


@right("complex_step_gradient", "the way of the hints")
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@right("complex_step_gradient", "a fresh complex copy for every entry")
def complex_step_gradient(f, x, eps=1e-30):
    slopes = []
    for k in np.ndindex(x.shape):
        point = np.array(x, dtype=complex)
        point[k] += complex(0, eps)
        slopes.append(np.imag(f(point)) / eps)
    return np.array(slopes).reshape(x.shape)


@right("complex_step_gradient", "the imaginary part of the copy is moved")
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.empty(x.shape), x.astype(np.complex128)
    for k in np.ndindex(x.shape):
        point.imag[k] = eps
        gradient[k] = np.imag(f(point))
        point.imag[k] = 0
    return gradient / eps


@right("complex_step_gradient", "unit arrays times i eps")
def complex_step_gradient(f, x, eps=1e-30):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([f(x + 1j * eps * e).imag for e in units]).reshape(x.shape) / eps


@right("complex_step_gradient", "flat iterator and enumerate")
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype("complex128")
    for i, value in enumerate(x.flat):
        point.flat[i] = complex(value, eps)
        gradient.flat[i] = complex(f(point)).imag / eps
        point.flat[i] = value
    return gradient


@right("complex_step_gradient", "the value at x is subtracted, which is real and does no harm")
def complex_step_gradient(f, x, eps=1e-30):
    here, gradient = f(x.astype(complex)), np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x + 1j * e) - here).imag / eps
    return gradient


@right("complex_step_gradient", "np.nditer")
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    with np.nditer(x, flags=["multi_index", "zerosize_ok"]) as it:
        for value in it:
            point[it.multi_index] = value + 1j * eps
            gradient[it.multi_index] = np.imag(f(point)) / eps
            point[it.multi_index] = value
    return gradient


@right("complex_step_gradient", "a closure of one index, and fromiter")
def complex_step_gradient(f, x, eps=1e-30):
    def slope(k):
        moved = x.astype(complex)
        moved[k] = moved[k] + eps * 1j
        return np.imag(f(moved)) / eps

    return np.fromiter(map(slope, np.ndindex(x.shape)), float, x.size).reshape(x.shape)


@right("complex_step_gradient", "recursion over the flat entries")
def complex_step_gradient(f, x, eps=1e-30):
    def slopes(i):
        if i == x.size:
            return []
        moved = x.astype(complex).reshape(-1)
        moved[i] += 1j * eps
        return [f(moved.reshape(x.shape)).imag / eps, *slopes(i + 1)]

    return np.array(slopes(0)).reshape(x.shape)


@right("complex_step_gradient", "np.vectorize over an array of numbers of the entries")
def complex_step_gradient(f, x, eps=1e-30):
    number = np.arange(x.size).reshape(x.shape)
    if x.size == 0:
        return np.zeros(x.shape)
    return np.vectorize(lambda i: np.imag(f(x + 1j * eps * (number == i))) / eps, [float])(number)


@right("complex_step_gradient", "downwards, with the sign turned: Im f(x - i eps) / -eps")
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros_like(x, dtype=float), x + np.zeros(x.shape, complex)
    point = np.asarray(point)
    for k in np.ndindex(x.shape):
        point[k] = x[k] - 1j * eps
        gradient[k] = -f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The real part is taken, which holds the value of f; the slope sits in the imaginary part.",
    r"imag|real part|\.real",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).real / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The copy is real and has no place for the imaginary part.",
    r"complex|imaginary part|real (array|number|copy)|no place|astype|dtype",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.copy()
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "An entry is not put back before the next one is moved.",
    r"put back|back|restor|only the first entry|stay|reset|one entry|sum",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] += 1j * eps
        gradient[k] = f(point).imag / eps
    return gradient


@wrong(
    "complex_step_gradient",
    "It divides by 2 eps, as for a central difference; only one step of eps is taken.",
    r"2 ?[·*]? ?eps|2ε|half|factor (of )?2|twice|one (step|call)|central",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / (2 * eps)
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The eps of the caller is not used.",
    r"eps|ε|1e-|step",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1e-20j
        gradient[k] = f(point).imag / 1e-20
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "When eps is left out the step is 1e-3, far too large: its truncation error is seen.",
    r"default|left out|eps|ε|1e-30|step|truncation",
)
def complex_step_gradient(f, x, eps=1e-3):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The absolute value of f is taken instead of its imaginary part.",
    r"abs|imag|modulus|length",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = abs(f(point)) / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The result is a complex array; a real one is asked for.",
    r"real|complex|dtype",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape, dtype=complex), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The angle of f is taken, which is the imaginary part over the real part.",
    r"angle|imag|arg|phase|real part|divided by f|value of f",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = np.angle(f(point)) / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The entry is moved along the real line, and the imaginary part is always zero.",
    r"imaginary direction|1j|real (line|direction)|imag|zero",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "A real difference is formed with a step of 1e-30, which rounding swallows.",
    r"imag|1j|difference|round|zero|complex|swallow|real",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = eps
        gradient[k] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@wrong(
    "complex_step_gradient",
    "All entries are moved at once, so each entry of the result is the sum of all slopes.",
    r"all (the )?entries|at once|one entry|same|every entry|sum",
)
def complex_step_gradient(f, x, eps=1e-30):
    return np.full(x.shape, np.imag(f(x + 1j * eps)) / eps)


@wrong(
    "complex_step_gradient",
    "The copy is complex64, so only seven digits are right, and eps may vanish in it.",
    r"complex64|precision|digits|dtype|complex128|float32|single",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(np.complex64)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong("complex_step_gradient", "The result is flat, not of the shape of x.", r"shape|flat|reshape")
def complex_step_gradient(f, x, eps=1e-30):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([f(x + 1j * eps * e).imag / eps for e in units])


@wrong(
    "complex_step_gradient",
    "The loops are made for matrices only; x may have any shape.",
    r"any shape|axes|axis|vector|matri|unpack|ndindex|shape|dimension",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            point[i, j] = x[i, j] + 1j * eps
            gradient[i, j] = f(point).imag / eps
            point[i, j] = x[i, j]
    return gradient


@wrong(
    "complex_step_gradient",
    "The complex numbers are stored in a real array, which keeps their real part, not the slope.",
    r"imag|real part|complex|discard",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = np.real(f(point) / eps)
        point[k] = x[k]
    return gradient


@wrong("complex_step_gradient", "The imaginary part is not divided by eps.", r"divid|/ ?eps|eps|ε")
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The step goes to x - i eps, so the sign is wrong.",
    r"sign|minus|negative|-1j|direction",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] - 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The point is made of zeros instead of x: the other entries are lost.",
    r"other entries|zeros|copy of x|astype|rest|lost|stay|wrong point|at x|\bx\b",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), np.zeros(x.shape, dtype=complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = 0
    return gradient


@wrong(
    "complex_step_gradient",
    "f is called with the single entry and not with the whole array.",
    r"whole|array like x|single (entry|number)|one entry|point\[k\]|shape|scalar",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        gradient[k] = np.imag(f(x[k] + 1j * eps)) / eps
    return gradient


@wrong(
    "complex_step_gradient",
    "The real part of the point is handed to f, so the step is lost.",
    r"\.real|real part|lost|zero|imag|step",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = np.imag(f(point.real)) / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The entry is multiplied by i eps instead of having it added.",
    r"multipl|added|add|plus|\+|product|times",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] * 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "float() of a complex number is not possible; the imaginary part has to be taken first.",
    r"float|imag|complex|convert|real",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = float(f(point)) / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The result is an array of integers, so the slopes are cut to whole numbers.",
    r"int|whole number|dtype|decimal|cut",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape, dtype=int), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The step is i itself, with eps left out, and so the truncation error is large.",
    r"1j|eps|ε|step|truncation|large",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j
        gradient[k] = f(point).imag
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "x is nudged by 1e-12 on the way; it must not be changed.",
    r"argument|chang|put back|restor|copy|writ",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
        x[k] += 1e-12
    return gradient


@wrong(
    "complex_step_gradient",
    "Two faults: it divides by 2 eps, and the entry is not put back.",
    r"2 ?[·*]? ?eps|2ε|half|factor (of )?2",
    r"put back|back|restor|reset|one entry",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        gradient[k] = f(point).imag / (2 * eps)
    return gradient


@wrong(
    "complex_step_gradient",
    "Two faults: the sign is wrong, and the result is complex.",
    r"sign|minus|negative|-1j",
    r"real|complex|dtype",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros_like(x, dtype=complex), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] - 1j * eps
        gradient[k] = f(point).imag / eps
        point[k] = x[k]
    return gradient


@wrong(
    "complex_step_gradient",
    "The loop visits the first axis only, with whole rows moved at once.",
    r"first axis|row|one entry|each entry|ndindex|any shape|len\(x\)|every entry|sum",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        point = x.astype(complex)
        point[i] += 1j * eps
        gradient[i] = f(point).imag / eps
    return gradient


@wrong(
    "complex_step_gradient",
    "The slope is divided by f and multiplied by |f|, so its sign is wrong where f is negative.",
    r"negative|sign|phase|angle|positive|imag|abs|modulus",
)
def complex_step_gradient(f, x, eps=1e-30):
    gradient, point = np.zeros(x.shape), x.astype(complex)
    for k in np.ndindex(x.shape):
        point[k] = x[k] + 1j * eps
        value = f(point)
        gradient[k] = value.imag / value.real * abs(value) / eps
        point[k] = x[k]
    return gradient


# ---------------------------------------------------------------------------------------------
# 05, exercise 1: clip(grads, max_norm)
# ---------------------------------------------------------------------------------------------


@right("clip", "the way of the hints")
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@right("clip", "one long vector")
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return {name: factor * g for name, g in grads.items()}


@right("clip", "the norm of the norms")
def clip(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(np.ravel(g)) for g in grads.values()])
    if norm <= max_norm:
        return {name: g.copy() for name, g in grads.items()}
    return {name: g / norm * max_norm for name, g in grads.items()}


@right("clip", "the same dict handed back when it is short")
def clip(grads, max_norm):
    norm = math.sqrt(sum(float(np.sum(np.square(g))) for g in grads.values()))
    if norm <= max_norm:
        return grads
    return {name: g * (max_norm / norm) for name, g in grads.items()}


@right("clip", "vdot, and a loop that fills a dict")
def clip(grads, max_norm):
    total = 0.0
    for g in grads.values():
        total += np.vdot(g, g)
    norm, clipped = total**0.5, {}
    for name in grads:
        clipped[name] = np.array(grads[name], dtype=float)
        if norm > max_norm:
            clipped[name] *= max_norm / norm
    return clipped


@right("clip", "hypot, which adds one array after the other")
def clip(grads, max_norm):
    norm = reduce(np.hypot, (np.sqrt(np.sum(g * g)) for g in grads.values()), 0.0)
    return {
        name: np.multiply(g, max_norm / np.maximum(norm, max_norm)) for name, g in grads.items()
    }


@right("clip", "the zero gradient apart")
def clip(grads, max_norm):
    norm = np.sqrt(np.sum([np.sum(g**2) for g in grads.values()]))
    if norm == 0:
        return {name: np.zeros_like(g) for name, g in grads.items()}
    factor = min(1, max_norm / norm)
    return dict(zip(grads, (factor * g for g in grads.values())))


@right("clip", "deep copies, changed in place")
def clip(grads, max_norm):
    mine = {name: np.array(g, copy=True) for name, g in grads.items()}
    norm = np.sqrt(sum(np.einsum("i,i->", g.ravel(), g.ravel()) for g in mine.values()))
    if norm > max_norm:
        for g in mine.values():
            np.multiply(g, max_norm / norm, out=g)
    return mine


@right("clip", "the long vector scaled and cut up again")
def clip(grads, max_norm):
    vector = long_vector(grads).astype(float)
    norm = np.linalg.norm(vector)
    if norm > max_norm:
        vector *= max_norm / norm
    ends = np.cumsum([np.size(g) for g in grads.values()])[:-1]
    pieces = np.split(vector, ends)
    return {name: piece.reshape(np.shape(grads[name])) for name, piece in zip(grads, pieces)}


@right("clip", "every entry by math.hypot")
def clip(grads, max_norm):
    norm = math.hypot(*(float(e) for g in grads.values() for e in np.ravel(g)))
    return {name: g * (1 if norm < max_norm else max_norm / norm) for name, g in grads.items()}


@right("clip", "compares squares, and takes the root only when it is needed")
def clip(grads, max_norm):
    square = sum(np.sum(np.abs(g) ** 2) for g in grads.values())
    too_long = square > max_norm**2
    factor = max_norm / np.sqrt(square) if too_long else 1.0
    return {k: grads[k] * factor for k in grads.keys()}


@wrong(
    "clip",
    "Every array has a norm and a factor of its own; the direction is lost.",
    r"all (arrays|of them)|together|own|each array|same factor|one (vector|factor)|direction",
)
def clip(grads, max_norm):
    return {
        name: g * (max_norm / max(np.linalg.norm(np.ravel(g)), max_norm))
        for name, g in grads.items()
    }


@wrong(
    "clip",
    "The entries are cut one by one to ±max_norm; the direction is lost.",
    r"entr|one by one|np\.clip|same factor|direction|value",
)
def clip(grads, max_norm):
    return {name: np.clip(g, -max_norm, max_norm) for name, g in grads.items()}


@wrong(
    "clip",
    "A short gradient is made longer: it should stay as it is.",
    r"short|longer|as it is|stay|below|always|min\(|stretch",
)
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return {name: g * (max_norm / norm if norm else 1) for name, g in grads.items()}


@wrong("clip", "A zero gradient is divided by its norm, 0, and becomes NaN.", r"zero|nan|divi|0/0")
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return {name: np.minimum(max_norm, norm) * g / norm for name, g in grads.items()}


@wrong(
    "clip",
    "The root is missing: the squared norm is compared with max_norm and divided by.",
    r"root|squar|sqrt",
)
def clip(grads, max_norm):
    norm = sum((g**2).sum() for g in grads.values())
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "The squared norm is compared with max_norm, though the factor uses the root.",
    r"root|squar|compar|sqrt|longer|condition",
)
def clip(grads, max_norm):
    square = sum((g**2).sum() for g in grads.values())
    factor = max_norm / np.sqrt(square) if square > max_norm else 1
    return {name: g * factor for name, g in grads.items()}


@wrong(
    "clip",
    "The norm is compared with 1 and not with max_norm.",
    r"max_norm|\b1\b|compar|condition|limit|\bc\b",
)
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return {name: g * (max_norm / norm if norm > 1 else 1) for name, g in grads.items()}


@wrong(
    "clip",
    "1e-3 is added to the norm, so that the clipped gradient is a little too short.",
    r"constant|1e-|added|short|denominator|small|eps",
)
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    factor = min(1, max_norm / (norm + 1e-3))
    return {name: g * factor for name, g in grads.items()}


@wrong(
    "clip",
    "The arrays that came in are scaled in place.",
    r"argument|chang|in place|writ|copy|\*=",
)
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    for g in grads.values():
        g *= max_norm / max(norm, max_norm)
    return grads


@wrong(
    "clip",
    "Nothing is returned, and the dict that came in is changed.",
    r"return|None|argument|chang",
)
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    for name in grads:
        grads[name] = grads[name] * (max_norm / max(norm, max_norm))


@wrong(
    "clip",
    "dict(grads) is a new dict with the same arrays, which are then scaled in place.",
    r"argument|chang|in place|same arrays|shallow|copy",
)
def clip(grads, max_norm):
    clipped = dict(grads)
    norm = np.sqrt(sum((g**2).sum() for g in clipped.values()))
    if norm > max_norm:
        for name in clipped:
            clipped[name] *= max_norm / norm
    return clipped


@wrong("clip", "0.8 is written in where max_norm belongs.", r"max_norm|0\.8|\bc\b|fixed|written")
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return {name: g * (0.8 / max(norm, 0.8)) for name, g in grads.items()}


@wrong(
    "clip",
    "The names of the network are written in; grads may have any names.",
    r"name|key|any|W_hh|dict",
)
def clip(grads, max_norm):
    names = ("W_in", "W_hh", "b_h", "W_out", "b_out")
    norm = np.sqrt(sum((grads[name] ** 2).sum() for name in names))
    return {name: grads[name] * (max_norm / max(norm, max_norm)) for name in names}


@wrong(
    "clip",
    "The mean of the squares is taken and not their sum, so it depends on the number of entries.",
    r"mean|sum|number of entries|root mean|rms|averag",
)
def clip(grads, max_norm):
    norm = np.sqrt(np.mean(long_vector(grads) ** 2))
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong("clip", "The largest entry stands for the norm.", r"largest|max|norm|root|squares|length")
def clip(grads, max_norm):
    norm = max(np.abs(g).max() for g in grads.values())
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "The sum of absolute values stands for the norm.",
    r"absolute|abs|squar|root|norm|length",
)
def clip(grads, max_norm):
    norm = sum(np.abs(g).sum() for g in grads.values())
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "The norms of the arrays are added; the squares should be, before the root.",
    r"squar|norms.{0,40}add|sum of (the )?norms|root|added",
)
def clip(grads, max_norm):
    norm = sum(np.linalg.norm(np.ravel(g)) for g in grads.values())
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "The norm is that of the largest array alone, not of all together.",
    r"all (arrays|of them)|together|largest|one vector|alone|each array|sum",
)
def clip(grads, max_norm):
    norm = max(np.linalg.norm(np.ravel(g)) for g in grads.values())
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "Only the arrays that are longer than max_norm by themselves are scaled.",
    r"every array|all arrays|same factor|only|own|each array|direction",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    factor = max_norm / max(norm, max_norm)
    return {n: g * factor if np.linalg.norm(g) > max_norm else g * 1 for n, g in grads.items()}


@wrong("clip", "The arrays come back flat.", r"shape|flat|ravel|reshape")
def clip(grads, max_norm):
    flat = {name: g.ravel() for name, g in grads.items()}
    norm = np.sqrt(sum(g @ g for g in flat.values()))
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in flat.items()}


@wrong(
    "clip",
    "Each round overwrites the sum, so only the last array's norm counts.",
    r"last array|overwrit|\+=|all (arrays|of them)|together|sum|only",
)
def clip(grads, max_norm):
    for g in grads.values():
        square = (g**2).sum()
    norm = np.sqrt(square)
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong("clip", "A list comes back and not a dict with the same names.", r"list|dict|names")
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return [g * (max_norm / max(norm, max_norm)) for g in grads.values()]


@wrong(
    "clip",
    "The arrays differ in shape and cannot be made into one array for np.linalg.norm.",
    r"shape|inhomogeneous|one array|ravel|each array|list",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(list(grads.values()))
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "max where min belongs: short gradients are stretched and long ones left alone.",
    r"min|max|short|long|stretch|as it is|wrong way",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    factor = max(1, max_norm / norm) if norm else 1
    return {name: g * factor for name, g in grads.items()}


@wrong(
    "clip",
    "The factor is upside down: norm / max_norm.",
    r"upside|invers|reciproc|norm / max_norm|max_norm / norm|longer|larger",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    factor = norm / max_norm if norm > max_norm else 1
    return {name: g * factor for name, g in grads.items()}


@wrong(
    "clip",
    "A zero gradient gives an empty dict: the names are missing.",
    r"zero|name|empty|missing",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    if not norm:
        return {}
    return {name: g * min(1, max_norm / norm) for name, g in grads.items()}


@wrong(
    "clip",
    "The generator is used up after the first sum, so the arrays are lost.",
    r"generator|used up|empty|name|missing|zip|twice",
)
def clip(grads, max_norm):
    values = (g for g in grads.values())
    norm = np.sqrt(sum((g**2).sum() for g in values))
    return {n: g * (max_norm / max(norm, max_norm)) for n, g in zip(grads, values)}


@wrong(
    "clip",
    "The length is bent softly by a tanh, so gradients below the limit become shorter too.",
    r"short|as it is|stay|below|tanh|soft|unchanged",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    factor = max_norm * np.tanh(norm / max_norm) / norm if norm else 1
    return {name: g * factor for name, g in grads.items()}


@wrong(
    "clip",
    "max_norm / (norm + max_norm) makes every gradient shorter, also the short ones.",
    r"short|as it is|stay|below|denominator|\+|add|unchanged|max",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    return {name: g * (max_norm / (norm + max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "The entries are added without a square, so positive and negative ones cancel.",
    r"squar|cancel|root|negative|norm|abs",
)
def clip(grads, max_norm):
    norm = np.sqrt(abs(sum(g.sum() for g in grads.values())))
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "The gradient is shortened by tenths until it fits, and so ends below max_norm.",
    r"length c|exactly|below|short|max_norm|0\.9|tenth|factor",
)
def clip(grads, max_norm):
    grads = {name: g.copy() for name, g in grads.items()}
    while np.linalg.norm(long_vector(grads)) > max_norm:
        grads = {name: 0.9 * g for name, g in grads.items()}
    return grads


@wrong(
    "clip",
    "The norm is not measured anew in the loop, which never ends.",
    r"end|loop|second|long|time|stop|infinite",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    while norm > max_norm:
        grads = {name: g * (max_norm / norm) for name, g in grads.items()}
    return grads


def _running_norm():
    seen = []

    def clip(grads, max_norm):
        seen.append(np.linalg.norm(long_vector(grads)))
        norm = np.mean(seen)
        return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}

    return clip


wrong(
    "clip",
    "The norm is averaged over earlier calls; each gradient has to be measured by itself.",
    r"earlier call|call|averag|mean|keep|state|itself|second time|twice",
)(_running_norm())


@wrong(
    "clip",
    "The dtype of the result is int, so the entries are cut to whole numbers.",
    r"int|whole number|dtype|decimal|cut",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    factor = max_norm / max(norm, max_norm)
    return {name: (g * factor).astype(int) for name, g in grads.items()}


@wrong(
    "clip",
    "np.concatenate without ravel: arrays of different shapes cannot be joined.",
    r"shape|ravel|concatenate|flat|dimension|axis",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(np.concatenate(list(grads.values())))
    return {name: g * (max_norm / max(norm, max_norm)) for name, g in grads.items()}


@wrong(
    "clip",
    "Two faults: each array is clipped by its own norm, and in place.",
    r"all (arrays|of them)|together|own|each array|same factor|one (vector|factor)",
    r"argument|chang|in place|writ|copy",
)
def clip(grads, max_norm):
    for name, g in grads.items():
        norm = np.sqrt((g**2).sum())
        if norm > max_norm:
            g *= max_norm / norm
    return grads


@wrong(
    "clip",
    "Two faults: the root is missing, and a zero gradient is divided by zero.",
    r"root|squar|sqrt",
    r"zero|nan|divi|0/0",
)
def clip(grads, max_norm):
    square = sum((g**2).sum() for g in grads.values())
    return {name: g * np.minimum(1, max_norm / square) for name, g in grads.items()}


@wrong(
    "clip",
    "Two faults: short gradients are stretched to max_norm, and the norm leaves out the biases.",
    r"short|longer|as it is|stay|stretch|below",
    r"bias|vector|all (arrays|of them)|together|left out|axes|axis",
)
def clip(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values() if g.ndim > 1))
    return {name: g * (max_norm / norm if norm else 1) for name, g in grads.items()}


@wrong(
    "clip",
    "Only gradients longer than twice the limit are clipped.",
    r"twice|longer|limit|between|max_norm|condition|compar|too long",
)
def clip(grads, max_norm):
    norm = np.linalg.norm(long_vector(grads))
    factor = max_norm / norm if norm > 2 * max_norm else 1.0
    return {name: g * factor for name, g in grads.items()}


# ---------------------------------------------------------------------------------------------
# 05, exercise 2: momentum_step(params, grads, v, lr, momentum, weight_decay)
# ---------------------------------------------------------------------------------------------


@right("momentum_step", "the way of the hints")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@right("momentum_step", "in place in the arrays")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name, w in params.items():
        v[name] *= momentum
        v[name] += grads[name] + weight_decay * w
        params[name] -= lr * v[name]


@right("momentum_step", "two passes: all velocities, then all moves")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for k in v:
        v[k] = grads[k] + weight_decay * params[k] + momentum * v[k]
    for k in v:
        params[k] = params[k] - lr * v[k]


@right("momentum_step", "update() with dict comprehensions")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    v.update({k: momentum * v[k] + (grads[k] + weight_decay * params[k]) for k in params})
    params.update({k: params[k] - lr * v[k] for k in params})


@right("momentum_step", "slices of everything, [...]")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in grads:
        w, g, u = params[name], grads[name], v[name]
        u[...] = momentum * u + g + weight_decay * w
        w[...] = w - lr * u


@right("momentum_step", "ufuncs with out=")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name, velocity in v.items():
        np.multiply(velocity, momentum, out=velocity)
        np.add(velocity, grads[name], out=velocity)
        np.add(velocity, weight_decay * params[name], out=velocity)
        np.subtract(params[name], lr * velocity, out=params[name])


@right("momentum_step", "a helper for one array")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    def one(w, g, u):
        u = momentum * u + (g + weight_decay * w)
        return w - lr * u, u

    for name in list(params):
        params[name], v[name] = one(params[name], grads[name], v[name])


@right("momentum_step", "special cases left out where the numbers are zero")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in sorted(params):
        g = grads[name].copy()
        if weight_decay:
            g += weight_decay * params[name]
        if momentum:
            g += momentum * v[name]
        v[name] = g
        params[name] = params[name] - lr * g


@right("momentum_step", "einsum over a stack of the three")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    shares = np.array([momentum, 1, weight_decay])
    for name in params:
        three = np.stack([v[name], grads[name], params[name]])
        v[name] = np.einsum("k,k...->...", shares, three)
        params[name] = params[name] - lr * v[name]


@right("momentum_step", "the difference to the old velocity")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        change = grads[name] + weight_decay * params[name] - (1 - momentum) * v[name]
        v[name] = v[name] + change
        params[name] = params[name] - lr * v[name]


@right("momentum_step", "entry by entry with ndindex")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        for k in np.ndindex(params[name].shape):
            w = params[name][k]
            v[name][k] = momentum * v[name][k] + grads[name][k] + weight_decay * w
            params[name][k] = w - lr * v[name][k]


@right("momentum_step", "matrix product of three numbers and three rows")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name, w in params.items():
        rows = np.array([np.ravel(a) for a in (v[name], grads[name], w)])
        v[name] = (np.array([momentum, 1.0, weight_decay]) @ rows).reshape(np.shape(w))
        params[name] = w + (-lr) * v[name]


@wrong(
    "momentum_step",
    "The parameters move along the velocity, not against it.",
    r"sign|against|minus|subtract|plus|uphill|along",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] + lr * v[name]


@wrong(
    "momentum_step",
    "The move uses the old velocity, from the update before.",
    r"old velocity|new velocity|order|before|late",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        old = v[name]
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * old


@wrong(
    "momentum_step",
    "The gradient is damped by 1 - momentum, as in a running average.",
    r"1 - (momentum|μ|mu)|damp|average|running|factor",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        g = grads[name] + weight_decay * params[name]
        v[name] = momentum * v[name] + (1 - momentum) * g
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The learning rate is inside the velocity, which then is another quantity.",
    r"learning rate|\blr\b|η|velocity",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + lr * (grads[name] + weight_decay * params[name])
        params[name] = params[name] - v[name]


@wrong(
    "momentum_step",
    "The velocity has the opposite sign, minus lr times the gradient.",
    r"sign|minus|negative|learning rate|\blr\b|velocity",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] - lr * (grads[name] + weight_decay * params[name])
        params[name] = params[name] + v[name]


@wrong(
    "momentum_step",
    "This is Nesterov's variant: the move looks one momentum ahead.",
    r"nesterov|ahead|momentum.{0,40}(twice|again|once more)|new velocity|\blr\b",
    r"gradient.{0,30}(twice|again)",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        g = grads[name] + weight_decay * params[name]
        v[name] = momentum * v[name] + g
        params[name] = params[name] - lr * (g + momentum * v[name])


@wrong(
    "momentum_step",
    "The weight decay goes past the velocity, straight to the parameters (decoupled).",
    r"decoupl|past the velocity|velocity|decay|before",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name]
        params[name] = params[name] - lr * v[name] - lr * weight_decay * params[name]


@wrong(
    "momentum_step",
    "The weight decay is taken from the parameters without the learning rate and the velocity.",
    r"decay|velocity|learning rate|\blr\b|decoupl",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name]
        params[name] = params[name] * (1 - weight_decay) - lr * v[name]


@wrong("momentum_step", "The weight decay has the wrong sign.", r"sign|decay|minus|plus|grow")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] - weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong("momentum_step", "The weight decay is missing.", r"decay|λ|lambda|missing")
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The penalty itself is added, half its square times the weight decay, not its gradient.",
    r"penalty|gradient of|squar|decay|half",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        penalty = weight_decay / 2 * (params[name] ** 2).sum()
        v[name] = momentum * v[name] + grads[name] + penalty
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The weight decay is twice too large: the half in the penalty cancels the 2.",
    r"twice|factor|2|half|decay",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + 2 * weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The decay takes the signs of the parameters, as for a penalty of absolute values.",
    r"sign|absolute|L1|decay|parameter itself|squar",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + weight_decay * np.sign(params[name])
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The new velocity is not put into v, so nothing is remembered.",
    r"\bv\b|velocity|stor|put|remember|unchanged|old",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        u = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * u


@wrong(
    "momentum_step",
    "The loop variable is bound to the new array, and the dict keeps the old parameter.",
    r"params|dict|stor|put|unchanged|local|old|not (been )?(moved|changed)",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name, w in params.items():
        v[name] = momentum * v[name] + grads[name] + weight_decay * w
        w = w - lr * v[name]


@wrong(
    "momentum_step",
    "New dicts are made and bound to the names of the arguments; the caller's stay as they were.",
    r"dict|caller|stor|put|unchanged|local|new|not (been )?(moved|changed)",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    v = {k: momentum * v[k] + grads[k] + weight_decay * params[k] for k in params}
    params = {k: params[k] - lr * v[k] for k in params}


@wrong(
    "momentum_step",
    "The new dicts are returned and the given ones left as they were.",
    r"return|put|unchanged|given|under their|nothing|new",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    new_v = {k: momentum * v[k] + grads[k] + weight_decay * params[k] for k in params}
    return {k: params[k] - lr * new_v[k] for k in params}, new_v


@wrong(
    "momentum_step",
    "The decay is added to the caller's gradients in place.",
    r"grads|argument|in place|chang|writ|\+=|alone",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        grads[name] += weight_decay * params[name]
        v[name] = momentum * v[name] + grads[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "Biases, arrays of one axis, get no weight decay; the penalty is on all of theta.",
    r"bias|vector|one axis|decay|all|axes|axis|every|ndim",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        decay = weight_decay if params[name].ndim > 1 else 0
        v[name] = momentum * v[name] + grads[name] + decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The names of the network are written in; the dicts may have others.",
    r"name|key|any|W_hh|dict",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in ("W_in", "W_hh", "b_h", "W_out", "b_out"):
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "A momentum of 0.9 is written in instead of the one given.",
    r"momentum|0\.9|μ|written|given|fixed",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = 0.9 * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The learning rate of the notebook's recipe is used and not lr.",
    r"\blr\b|learning rate|recipe|global|η",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - recipe["lr"] * v[name]


@wrong(
    "momentum_step",
    "The step is divided by the root of the squared gradients, as in RMSProp or Adam.",
    r"adam|rms|root|squar|divid|size of the gradient|scal",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        g = grads[name] + weight_decay * params[name]
        v[name] = momentum * v[name] + g
        params[name] = params[name] - lr * v[name] / (np.sqrt(g**2) + 1e-8)


@wrong(
    "momentum_step",
    "The step is divided by 1 - momentum, a correction that belongs to Adam.",
    r"1 - (momentum|μ|mu)|correct|adam|divid|factor|\blr\b|too (far|long)",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr / (1 - momentum + 1e-12) * v[name]


@wrong(
    "momentum_step",
    "The parameter moves first and the velocity is made afterwards: one update late.",
    r"order|old velocity|new velocity|first|late|before|after",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        params[name] = params[name] - lr * v[name]
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]


@wrong(
    "momentum_step",
    "The values of the three dicts are paired by place; their names may come in another order.",
    r"order|name|zip|pair|place|other",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for w, g, u in zip(params.values(), grads.values(), v.values()):
        u[...] = momentum * u + g + weight_decay * w
        w[...] = w - lr * u


@wrong(
    "momentum_step",
    "Without momentum the velocity is not stored, though it is the gradient then.",
    r"momentum (=|is) 0|without momentum|velocity|\bv\b|special|stor|zero",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        g = grads[name] + weight_decay * params[name]
        if momentum == 0:
            params[name] = params[name] - lr * g
        else:
            v[name] = momentum * v[name] + g
            params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "v becomes the gradient's own array, and the weight decay is then written into it.",
    r"grads|alias|same array|copy|in place|chang|writ|first update",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        if not v[name].any():
            v[name] = grads[name]
        else:
            v[name] = momentum * v[name] + grads[name]
        v[name] += weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The gradient is divided by the number of rows, as if it were a sum over a batch.",
    r"divid|rows|len|batch|mean|1/N|\bN\b|number",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        mean = grads[name] / max(1, np.shape(grads[name] * np.ones(1))[0])
        v[name] = momentum * v[name] + mean + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The gradient is clipped inside; that is the other piece.",
    r"clip|norm|limit|cut|long|large|bound|linear",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    norm = np.linalg.norm(long_vector(grads))
    for name in params:
        g = grads[name] / max(1, norm)
        v[name] = momentum * v[name] + g + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The new values are cast to float32.",
    r"float32|precision|digits|dtype|float64",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        u = momentum * v[name] + grads[name] + weight_decay * params[name]
        v[name] = np.asarray(u, np.float32)
        params[name] = np.asarray(params[name] - lr * v[name], np.float32)


@wrong(
    "momentum_step",
    "The return stands inside the loop, so only the first name is updated.",
    r"first (name|parameter|array)|return|inside the loop|indent|other|only|every",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]
        return


def _own_velocity():
    memory = {}

    def momentum_step(params, grads, v, lr, momentum, weight_decay):
        for name in params:
            old = memory.get((name, params[name].shape), np.zeros_like(params[name]))
            v[name] = momentum * old + grads[name] + weight_decay * params[name]
            memory[name, params[name].shape] = v[name].copy()
            params[name] = params[name] - lr * v[name]

    return momentum_step


wrong(
    "momentum_step",
    "The velocity is kept in a memory of its own between calls, and the v given is not read.",
    r"\bv\b|memory|keep|between calls|earlier call|given|velocity|state",
)(_own_velocity())


@wrong(
    "momentum_step",
    "The decay joins the move but not the velocity: lr times (v + decay).",
    r"decay|velocity|decoupl|before",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name, w in params.items():
        v[name] = momentum * v[name] + grads[name]
        params[name] = w - lr * (v[name] + weight_decay * w)


@wrong(
    "momentum_step",
    "The brackets are wrong: momentum multiplies the new gradient as well.",
    r"bracket|momentum|μ|gradient|multipl|too small|share",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * (v[name] + grads[name] + weight_decay * params[name])
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "momentum and weight_decay are exchanged.",
    r"exchang|swap|momentum|decay|mixed",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = weight_decay * v[name] + grads[name] + momentum * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The weight decay is multiplied by the learning rate before it enters the velocity.",
    r"learning rate|\blr\b|η|decay|twice",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + lr * weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "[:] does not fit an array without axes; the arrays may have any shape.",
    r"0-d|no axes|without axes|any shape|scalar|\[:\]|shape|index|dimension|axis",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name][:] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name][:] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The gradients are taken out of the dict, which is empty afterwards.",
    r"grads|pop|empty|argument|chang|alone|name",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in list(params):
        v[name] = momentum * v[name] + grads.pop(name) + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The update is made twice in one call.",
    r"twice|two (updates|steps)|one update|once|second",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in [*params, *params]:
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "Parameters whose gradient is zero are skipped, though velocity and decay still act.",
    r"zero|skip|velocity|decay|still|gradient (is|of) (zero|0)",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        if not np.any(grads[name]):
            continue
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "The velocity is set to zero where the gradient has turned its sign.",
    r"sign|turn|velocity|zero|opposite|reset|keeps",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        g = grads[name] + weight_decay * params[name]
        v[name] = momentum * np.where(v[name] * g < 0, 0, v[name]) + g
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "Only the sign of the velocity moves the parameters.",
    r"sign|size|length|velocity",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * np.sign(v[name])


def _fading_rate():
    calls = itertools.count()

    def momentum_step(params, grads, v, lr, momentum, weight_decay):
        rate = lr / (1 + 0.1 * next(calls))
        for name in params:
            v[name] = momentum * v[name] + grads[name] + weight_decay * params[name]
            params[name] = params[name] - rate * v[name]

    return momentum_step


wrong(
    "momentum_step",
    "The learning rate falls with each call; it should be the lr that is given.",
    r"\blr\b|learning rate|call|fall|each time|state|η|smaller",
)(_fading_rate())


@wrong(
    "momentum_step",
    "Two faults: the gradient is damped by 1 - momentum, and the weight decay is missing.",
    r"1 - (momentum|μ|mu)|damp|average",
    r"decay",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + (1 - momentum) * grads[name]
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "Two faults: the old velocity moves the parameters, and the decay has the wrong sign.",
    r"old velocity|new velocity|order|late",
    r"sign|decay",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name, w in params.items():
        params[name] = w - lr * v[name]
        v[name] = momentum * v[name] + grads[name] - weight_decay * w


@wrong(
    "momentum_step",
    "Two faults: the parameters move uphill, and the gradients are changed in place.",
    r"sign|against|minus|subtract|uphill|along",
    r"grads|in place|chang|alone",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        grads[name] += weight_decay * params[name]
        v[name] = momentum * v[name] + grads[name]
        params[name] = params[name] + lr * v[name]


@wrong(
    "momentum_step",
    "Two faults: the decay is decoupled, and the learning rate sits in the velocity.",
    r"decay|decoupl",
    r"learning rate|\blr\b|η|velocity",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + lr * grads[name]
        params[name] = params[name] - v[name] - lr * weight_decay * params[name]


@wrong(
    "momentum_step",
    "Two faults: the momentum is always 0.9, and the results are returned, not put back.",
    r"momentum|0\.9|μ",
    r"return|put|unchanged|nothing",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    new = {k: 0.9 * v[k] + grads[k] + weight_decay * params[k] for k in params}
    return {k: params[k] - lr * new[k] for k in params}, new


@wrong(
    "momentum_step",
    "Two faults: Nesterov's look ahead, and a weight decay that is twice too large.",
    r"nesterov|ahead|momentum.{0,40}(twice|again|once more)",
    r"twice|factor|decay|half",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        g = grads[name] + 2 * weight_decay * params[name]
        v[name] = momentum * v[name] + g
        params[name] = params[name] - lr * (momentum * v[name] + g)


@wrong(
    "momentum_step",
    "The velocity is scaled to a length of at most one.",
    r"length|norm|limit|scal|velocity|clip|large",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        u = momentum * v[name] + grads[name] + weight_decay * params[name]
        v[name] = u / max(1, np.linalg.norm(np.ravel(u)))
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "A dict may not get new names while it is looped over: v_name and the rest are not asked for.",
    r"name|changed size|dict|key|under their old|iteration",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v["v_" + name] = momentum * v[name] + grads[name] + weight_decay * params[name]
        params["new_" + name] = params[name] - lr * v["v_" + name]


@wrong(
    "momentum_step",
    "The decay acts on the gradient of the mean parameter, not on each entry.",
    r"mean|each entry|own|decay|entr",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = momentum * v[name] + grads[name] + weight_decay * params[name].mean()
        params[name] = params[name] - lr * v[name]


@wrong(
    "momentum_step",
    "A damping of 1 - lr is put on the velocity where the momentum belongs.",
    r"1 - (lr|η)|momentum|\blr\b|damp|share",
)
def momentum_step(params, grads, v, lr, momentum, weight_decay):
    for name in params:
        v[name] = (1 - lr) * v[name] + grads[name] + weight_decay * params[name]
        params[name] = params[name] - lr * v[name]
