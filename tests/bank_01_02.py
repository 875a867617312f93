"""Answers to the exercises of notebooks 01 and 02.

They were written without sight of the catalogue of mistakes.
"""

# ruff: noqa: B006, F811
import collections
import fractions
import functools
import itertools
import math
import statistics

import numpy as np
from bank import bank

ANSWERS, right, wrong = bank()


# What a learner's notebook has lying about; some of the wrong answers read it.
T, N, H, C = 140, 100, 32, 5
rng = np.random.default_rng(0)
X = X_train = rng.normal(size=(T, N, 1))
labels_train = rng.integers(0, C, N)
labels_test = rng.integers(0, C, 4500)
Y = np.eye(C)[labels_train]
W_in, W_hh = np.array([[1.0, -0.5]]), np.array([[0.5, 1.0], [-1.0, 0.5]])
b_h, h_before = np.array([0.1, 0.2]), np.array([0.2, 0.4])
h0 = 0.5 * rng.normal(size=(N, H))
params = {"W_in": rng.normal(size=(1, H)), "W_hh": np.eye(H), "b_h": 0.3 * rng.normal(size=H)}


# ---------------------------------------------------------------- 01, exercise 1: time_major


@right("time_major", "transpose and None")
def time_major(table):
    return table.T[:, :, None]


@right("time_major", "ellipsis and newaxis")
def time_major(table):
    return table.T[..., np.newaxis]


@right("time_major", "a third axis first, then the transpose of three axes")
def time_major(table):
    return table[:, :, None].transpose(1, 0, 2)


@right("time_major", "expand_dims and swapaxes")
def time_major(table):
    return np.expand_dims(np.swapaxes(table, 0, 1), -1)


@right("time_major", "reshape after the transpose")
def time_major(table):
    return table.T.reshape(*table.T.shape, 1)


@right("time_major", "reshape with -1")
def time_major(table):
    t = table.shape[1]
    return table.transpose().reshape(t, -1, 1)


@right("time_major", "two loops")
def time_major(table):
    n_beats, n_steps = table.shape
    X = np.zeros((n_steps, n_beats, 1))
    for n in range(n_beats):
        for t in range(n_steps):
            X[t, n, 0] = table[n, t]
    return X


@right("time_major", "a loop over beats, each into its column")
def time_major(table):
    X = np.empty(table.shape[::-1] + (1,), table.dtype)
    for n, beat in enumerate(table):
        X[:, n, 0] = beat
    return X


@right("time_major", "np.stack of the beats along axis 1")
def time_major(table):
    return np.stack([beat[:, None] for beat in table], axis=1)


@right("time_major", "einsum")
def time_major(table):
    return np.einsum("nt->tn", table)[:, :, None]


@right("time_major", "zip(*table), nested lists")
def time_major(table):
    return np.array([[[value] for value in step] for step in zip(*table)])


@right("time_major", "dstack")
def time_major(table):
    return np.dstack([table.T])


@right("time_major", "np.atleast_3d of the transpose")
def time_major(table):
    return np.atleast_3d(np.ascontiguousarray(table.T))


@right("time_major", "moveaxis of table[None]")
def time_major(table):
    return np.moveaxis(table[None], (0, 1, 2), (2, 1, 0))


@right("time_major", "column-wise ravel, then a reshape")
def time_major(table):
    return table.ravel(order="F").reshape(table.shape[1], table.shape[0], 1)


@right("time_major", "fancy indices")
def time_major(table):
    t, n = np.indices(table.shape[::-1])
    return table[n, t][..., None]


@right("time_major", "np.rot90 and a flip")
def time_major(table):
    return np.rot90(table)[::-1, :, None]


@wrong(
    "time_major", "reshape cuts the numbers anew and does not turn the table", r"reshape|transpos"
)
def time_major(table):
    n, t = table.shape
    return table.reshape(t, n, 1)


@wrong("time_major", "the axis of length 1 is missing", r"axis|axes|None|newaxis|third")
def time_major(table):
    return table.T


@wrong(
    "time_major", "the table is not turned: shape (N, T, 1)", r"transpos|change places|\bturn|swap"
)
def time_major(table):
    return table[..., None]


@wrong(
    "time_major",
    "the axis of length 1 stands in front instead of behind the other two",
    r"front|(comes|stands|is|axis) first|first (of|label|sample)|behind|\blast\b"
    r"|at the end|to the end|\bend\b|place of the (new )?axis|position|\(1, T, N\)",
)
def time_major(table):
    return table.T[None]


@wrong(
    "time_major",
    "the axis of length 1 stands in the middle instead of at the end",
    r"middle|between|behind|\blast\b|at the end|to the end|\bend\b|\(T, 1, N\)",
)
def time_major(table):
    return table.T[:, None]


@wrong(
    "time_major",
    "the sizes T and N are taken from the notebook and not from the table",
    r"notebook|global|sizes? (of|from)|hard|own size|140",
)
def time_major(table):
    X = np.zeros((T, N, 1))
    X[:, :, 0] = table.T
    return X


@wrong(
    "time_major",
    "returns the notebook's X_train whatever table it is given",
    r"table|argument|notebook|global|X_train|same (array|result)|ignor",
)
def time_major(table):
    return X_train


@wrong(
    "time_major",
    "the numbers are cut to float32 and lose half of their digits",
    r"float32|dtype|precision|digits|round",
)
def time_major(table):
    return table.T[..., None].astype(np.float32)


@wrong(
    "time_major",
    "the array is made for integers, so everything behind the point is cut off",
    r"\bint|dtype|whole number|decimal|cut off|fraction",
)
def time_major(table):
    X = np.zeros((table.shape[1], table.shape[0], 1), dtype=int)
    X[:, :, 0] = table.T
    return X


@wrong(
    "time_major",
    "range ends one too early: the last step stays zero",
    r"last (step|column)|off by one|one too (early|few)|zero|range|final step",
)
def time_major(table):
    X = np.zeros((table.shape[1], table.shape[0], 1))
    for t in range(table.shape[1] - 1):
        X[t, :, 0] = table[:, t]
    return X


@wrong(
    "time_major",
    "time runs backwards",
    r"backward|revers|flip|mirror|upside|order of (the )?(time|step)",
)
def time_major(table):
    return np.rot90(table)[..., None]


@wrong(
    "time_major",
    "np.rot90 with k=-1 turns the order of the beats round",
    r"revers|flip|mirror|backward|order of (the )?(beats|rows)|last beat",
)
def time_major(table):
    return np.rot90(table, k=-1)[..., None]


@wrong(
    "time_major",
    "each beat is standardised on the way, though only the places should change",
    r"standardi|normali|mean|scal|values? (are|were) changed|other numbers|not in the table",
)
def time_major(table):
    beats = (table - table.mean(axis=1, keepdims=True)) / (table.std(axis=1, keepdims=True) + 1)
    return beats.T[..., None]


@wrong(
    "time_major", "returns a nested list and not an array", r"list|not an array|ndarray|np\.array"
)
def time_major(table):
    return table.T[..., None].tolist()


@wrong("time_major", "prints the array and returns nothing", r"\breturn\b|None|print")
def time_major(table):
    print(table.T[..., None])


@wrong(
    "time_major",
    "order='F' reads and writes column-wise, so the table is cut anew and not turned",
    r"reshape|transpos|order",
)
def time_major(table):
    return table.reshape(table.shape[1], table.shape[0], 1, order="F")


@wrong(
    "time_major",
    "counts the columns from 1, so every step holds the sample of the step after it",
    r"shift|off by one|one (step|place|column)|next (step|column)|roll|too (early|late)|t - 1",
)
def time_major(table):
    return np.roll(table, -1, axis=1).T[..., None]


@wrong(
    "time_major",
    "turns the table only if it has more rows than columns",
    r"more (beats|rows|steps|columns)|N [<>] T|some (sizes|tables|shapes)|transpos|not turn",
)
def time_major(table):
    if table.shape[0] > table.shape[1]:
        table = table.T
    return table[..., None]


@wrong(
    "time_major",
    "the last axis is 2 long, the numbers stand there twice",
    r"twice|two|length 1|last axis|repeat|duplicat|double",
)
def time_major(table):
    return np.dstack([table.T, table.T])


@wrong(
    "time_major",
    "every beat is written into column 0, so only the last one is left there",
    r"column 0|beat 0|overwr|first (beat|column)|only|zero|index n|same place",
)
def time_major(table):
    X = np.zeros((table.shape[1], table.shape[0], 1))
    for beat in table:
        X[:, 0, 0] = beat
    return X


@wrong(
    "time_major",
    "table.sort() sorts every row, in the caller's own table at that",
    r"sort|chang(es|ed|ing)|writ|argument|in place|overwr",
)
def time_major(table):
    table.sort(axis=1)
    return table.T[..., None]


@wrong(
    "time_major",
    "the samples of every beat are sorted by size",
    r"sort|order|ascending|size|places",
)
def time_major(table):
    return np.sort(table.T, axis=0)[..., None]


@wrong(
    "time_major",
    "zip(*table) gives a list of tuples: no array and no third axis",
    r"list|not an array|ndarray|np\.array|tuple|third|axis",
)
def time_major(table):
    return list(zip(*table))


@wrong(
    "time_major",
    "squeeze throws the new axis away again, and that of a single beat with it",
    r"squeeze|axis|axes|third|shape",
)
def time_major(table):
    return np.squeeze(table.T[:, :, None])


@wrong(
    "time_major",
    "two faults: the beats come in reverse order, and the result is float32",
    r"revers|flip|mirror|order of (the )?(beats|rows)|backward",
    r"float32|dtype|precision|digits",
)
def time_major(table):
    return table[::-1].T[..., None].astype("f4")


@wrong(
    "time_major",
    "two faults: a reshape instead of a transpose, and the new axis in front",
    r"reshape|transpos",
    r"front|behind|last axis|at the end|to the end|\bend\b|\(1, T, N\)",
)
def time_major(table):
    return table.reshape(1, table.shape[1], table.shape[0])


@wrong(
    "time_major",
    "negative samples lose their sign (np.abs)",
    r"sign|negative|abs",
)
def time_major(table):
    return np.abs(table).T[..., None]


@wrong(
    "time_major",
    "keeps the first table in a default argument and hands it out for every later one",
    r"same|first (table|call)|earlier|previous|remember|kept|between calls|default|again",
)
def time_major(table, memory=[]):
    memory.append(table)
    return memory[0].T[..., None]


@wrong("time_major", "calls check inside the attempt", r"check")
def time_major(table):
    from bptt_lab.teaching import check

    X = table.T[..., None]
    check("time_major", time_major)
    return X


# ---------------------------------------------------------------- 01, exercise 2: one_hot


@right("one_hot", "identity matrix, as in the hints")
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("a label is no class")
    return np.eye(C)[labels]


@right("one_hot", "zeros and a loop")
def one_hot(labels, C):
    Y = np.zeros((len(labels), C))
    for n, label in enumerate(labels):
        if label < 0 or label >= C:
            raise ValueError(f"label {label} at {n}")
        Y[n, label] = 1
    return Y


@right("one_hot", "comparison by broadcasting, rows must sum to 1")
def one_hot(labels, C):
    Y = (labels[:, None] == np.arange(C)).astype(float)
    if not (Y.sum(axis=1) == 1).all():
        raise ValueError("some label is out of range")
    return Y


@right("one_hot", "zeros and two index arrays")
def one_hot(labels, C):
    if np.any(labels < 0) or np.any(labels > C - 1):
        raise ValueError
    Y = np.zeros((labels.size, C))
    Y[np.arange(labels.size), labels] = 1.0
    return Y


@right("one_hot", "put_along_axis")
def one_hot(labels, C):
    if not np.all((0 <= labels) & (labels < C)):
        raise ValueError("labels must be 0 .. C - 1")
    Y = np.zeros((labels.shape[0], C))
    np.put_along_axis(Y, labels[:, None], 1, axis=1)
    return Y


@right("one_hot", "list comprehension, Python numbers")
def one_hot(labels, C):
    for label in labels:
        if label not in range(C):
            raise ValueError(f"{label} is not a class")
    return np.array([[1.0 if k == label else 0.0 for k in range(C)] for label in labels])


@right("one_hot", "np.isin and take")
def one_hot(labels, C):
    if not np.isin(labels, np.arange(C)).all():
        raise ValueError("unknown class")
    return np.take(np.identity(C), labels, axis=0)


@right("one_hot", "np.where")
def one_hot(labels, C):
    bad = np.flatnonzero((labels < 0) | (labels >= C))
    if bad.size:
        raise ValueError(f"labels {labels[bad]} at {bad}")
    return np.where(np.arange(C)[None, :] == labels[:, None], 1.0, 0.0)


@right("one_hot", "class by class")
def one_hot(labels, C):
    if sum((labels == k).sum() for k in range(C)) != len(labels):
        raise ValueError("there is a label that is none of the classes")
    Y = np.zeros((len(labels), C))
    for k in range(C):
        Y[labels == k, k] = 1
    return Y


@right("one_hot", "smallest and largest label")
def one_hot(labels, C):
    if labels.min() < 0 or labels.max() >= C:
        raise ValueError("out of range")
    return np.eye(C)[labels, :]


@right("one_hot", "flat places")
def one_hot(labels, C):
    if (labels != np.clip(labels, 0, C - 1)).any():
        raise ValueError("clipping changes a label")
    Y = np.zeros(len(labels) * C)
    Y[np.arange(len(labels)) * C + labels] = 1
    return Y.reshape(len(labels), C)


@right("one_hot", "equal.outer")
def one_hot(labels, C):
    Y = np.equal.outer(labels, range(C))
    if not Y.any(axis=1).all():
        raise ValueError("a row without a 1")
    return Y.astype(np.float64)


@right("one_hot", "IndexError turned into ValueError, negatives looked for")
def one_hot(labels, C):
    if (labels < 0).any():
        raise ValueError("negative label")
    try:
        return np.eye(C)[labels]
    except IndexError as error:
        raise ValueError("label too large") from error


@right("one_hot", "a helper for one row")
def one_hot(labels, C):
    def row(label):
        if not 0 <= label < C:
            raise ValueError(label)
        return np.concatenate([np.zeros(label), [1], np.zeros(C - label - 1)])

    return np.array([row(int(label)) for label in labels])


@right("one_hot", "difference of two staircases")
def one_hot(labels, C):
    if (labels >= C).any() | (labels < 0).any():
        raise ValueError("no such class")
    stairs = labels[:, None] >= np.arange(C + 1)
    return stairs[:, :-1].astype(float) - stairs[:, 1:]


@right("one_hot", "add.at")
def one_hot(labels, C):
    if set(labels.tolist()) - set(range(C)):
        raise ValueError("stray labels")
    Y = np.zeros((len(labels), C))
    np.add.at(Y, (np.arange(len(labels)), labels), 1)
    return Y


@right("one_hot", "bincount of each label, whose own errors are ValueErrors")
def one_hot(labels, C):
    rows = [np.bincount([label], minlength=C).astype(float) for label in labels]
    if any(len(row) != C for row in rows):
        raise ValueError("too large")
    return np.stack(rows)


@right("one_hot", "np.fromfunction")
def one_hot(labels, C):
    if labels[(labels < 0) | (labels > C - 1)].size > 0:
        raise ValueError("out of range")
    return np.fromfunction(lambda n, k: 1.0 * (labels[n] == k), (len(labels), C), dtype=int)


@right("one_hot", "transposed fill")
def one_hot(labels, C):
    if not ((labels > -1) & (labels < C)).all():
        raise ValueError("bad label")
    return np.array([labels == k for k in range(C)], dtype=float).T


@right("one_hot", "np.diag and map")
def one_hot(labels, C):
    allowed = range(C)
    if not all(map(allowed.__contains__, labels.tolist())):
        raise ValueError(f"labels must lie in {allowed}")
    return np.diag(np.ones(C))[labels]


@right("one_hot", "the list of labels, a recursion")
def one_hot(labels, C):
    def rows(rest):
        if not rest:
            return []
        if not 0 <= rest[0] <= C - 1:
            raise ValueError("no class")
        return [[float(k == rest[0]) for k in range(C)]] + rows(rest[1:])

    return np.array(rows(list(labels))).reshape(-1, C)


@right("one_hot", "ravel_multi_index, which raises ValueError by itself")
def one_hot(labels, C):
    n = np.arange(len(labels))
    places = np.ravel_multi_index((n, labels), (len(labels), C))
    Y = np.zeros((len(labels), C))
    Y.flat[places] = 1
    return Y


@right("one_hot", "an error class of one's own, below ValueError")
def one_hot(labels, C):
    class NoSuchClass(ValueError):
        pass

    if not (np.abs(2 * labels.astype(int) - (C - 1)) <= C - 1).all():
        raise NoSuchClass(str(labels))
    return np.eye(C).take(labels, axis=0)


@wrong(
    "one_hot",
    "no look at the labels: -1 silently becomes the last class, too large a label is an IndexError",
    r"-1|negative|ValueError|refus|below 0|range",
)
def one_hot(labels, C):
    return np.eye(C)[labels]


@wrong("one_hot", "labels below 0 are not refused", r"-1|negative|below 0|too small|< 0")
def one_hot(labels, C):
    if (labels >= C).any():
        raise ValueError("too large")
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "too large a label is not refused with a ValueError",
    r"too large|>= C|IndexError|ValueError",
)
def one_hot(labels, C):
    if (labels < 0).any():
        raise ValueError("negative")
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "the label C is let through, since > stands where >= should",
    r"label C\b|>=|equal|IndexError|C itself|label of C|too large|C - 1",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels > C)).any():
        raise ValueError("out of range")
    return np.eye(C)[labels]


@wrong("one_hot", "the array holds truth values and not floats", r"float|bool|dtype|truth|True")
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return labels[:, None] == np.arange(C)


@wrong(
    "one_hot",
    "the number of columns is read off the labels and not taken from C",
    r"columns|largest label|max|last class|(by|/|from|times|take) ?C\b",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return np.eye(labels.max() + 1)[labels]


@wrong(
    "one_hot",
    "rows and columns are exchanged: shape (C, N)",
    r"transpos|exchang|\(C, N\)|rows? and columns?|swap",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return np.eye(C)[:, labels]


@wrong(
    "one_hot",
    "1 is subtracted from the labels, which count from 0 already",
    r"from 0|subtract|- 1|shift|one column|off by one|left|from 1",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return np.eye(C)[labels - 1]


@wrong("one_hot", "raises an IndexError where a ValueError is asked for", r"ValueError|IndexError")
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise IndexError("label out of range")
    return np.eye(C)[labels]


@wrong("one_hot", "assert raises an AssertionError and not a ValueError", r"assert|ValueError")
def one_hot(labels, C):
    assert (labels >= 0).all() and (labels < C).all(), "bad labels"
    return np.eye(C)[labels]


@wrong("one_hot", "the ValueError is returned and not raised", r"rais|\breturn\b")
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        return ValueError("label out of range")
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "the strange label is only printed, and the function goes on",
    r"rais|print|ValueError|refus",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        print("ValueError: label out of range")
    return np.eye(C)[np.clip(labels, 0, C - 1)]


@wrong(
    "one_hot",
    "the classes present are numbered anew, so a missing class moves the others to the left",
    r"unique|present|anew|renumber|missing|absent|moves?",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return np.eye(C)[np.unique(labels, return_inverse=True)[1]]


@wrong(
    "one_hot",
    "strange labels are bent back by % instead of refused",
    r"refus|ValueError|%|modulo|wrap|range|rais",
)
def one_hot(labels, C):
    return np.eye(C)[labels % C]


@wrong(
    "one_hot",
    "Y[:, labels] fills whole columns instead of one place in each row",
    r"column|more than one|each row|single 1|every row|one 1|arange",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    Y = np.zeros((len(labels), C))
    Y[:, labels] = 1
    return Y


@wrong(
    "one_hot",
    "np.empty is not filled with zeros, so chance numbers stand beside the ones",
    r"empty|zeros|left over|garbage|unfilled|memory|not filled|random|chance",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    np.full((len(labels), C), 7.0)
    Y = np.empty((len(labels), C))
    Y[np.arange(len(labels)), labels] = 1
    return Y


@wrong(
    "one_hot",
    "a label of -1 gives a row of zeros instead of a ValueError",
    r"-1|negative|below 0|ValueError|zeros",
)
def one_hot(labels, C):
    if (labels >= C).any():
        raise ValueError("out of range")
    return (labels[:, None] == np.arange(C)).astype(float)


@wrong(
    "one_hot",
    ".all() where .any() should stand: refused only if every label is strange",
    r"\ball\b|\.any|any label|every label|one (bad|strange|stray)"
    r"|\bsingle (beat|bad|strange|one|label)|mixed|only some",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).all():
        raise ValueError("out of range")
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "& where | should stand: no label is below 0 and too large at once, so nothing is refused",
    r"&|\||\bor\b|refus|-1|ValueError|never",
)
def one_hot(labels, C):
    if ((labels < 0) & (labels >= C)).any():
        raise ValueError("out of range")
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "5 classes are written in, whatever C is",
    r"\b5\b|five|hard|(by|/|from|times|take) ?C\b|columns|fixed",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= 5)).any():
        raise ValueError("out of range")
    return np.eye(5)[labels]


@wrong(
    "one_hot",
    "the targets are smoothed: 0.9 for the right class and a little for each other",
    r"smooth|0\.9|single 1|a 1\b|ones|entries|neither 0 nor 1|other than 0 and 1|sum",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return 0.9 * np.eye(C)[labels] + 0.1 / C


@wrong("one_hot", "-1 stands where 0 should", r"-1|zero|elsewhere")
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return np.where(labels[:, None] == np.arange(C), 1.0, -1.0)


@wrong(
    "one_hot", "returns a list of lists and not an array", r"list|not an array|ndarray|np\.array"
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return [[float(k == label) for k in range(C)] for label in labels]


@wrong(
    "one_hot",
    "only the first label is looked at",
    r"(comes|stands|is|axis) first|first (of|label|sample)|every label|each label"
    r"|\.any|any label|all the labels|later",
)
def one_hot(labels, C):
    if labels[0] < 0 or labels[0] >= C:
        raise ValueError("out of range")
    return np.eye(C)[np.clip(labels, 0, C - 1)]


@wrong(
    "one_hot",
    "the columns are counted from the right: the matrix is mirrored",
    r"mirror|revers|from the right|flip|backward|order of (the )?columns",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return np.eye(C)[::-1][labels]


@wrong(
    "one_hot",
    "strange labels are overwritten with 0, in the caller's array, and not refused",
    r"refus|ValueError|rais|chang|writ|argument|-1",
)
def one_hot(labels, C):
    labels[(labels < 0) | (labels >= C)] = 0
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "beats with strange labels are left out instead of refused",
    r"refus|ValueError|rais|left out|dropp|rows|-1",
)
def one_hot(labels, C):
    return np.eye(C)[labels[(labels >= 0) & (labels < C)]]


@wrong(
    "one_hot",
    "the last class is refused as well",
    r"last class|C - 1|largest|allowed|legal|refus|valid|off by one",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C - 1)).any():
        raise ValueError("out of range")
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "refuses labels in which some class is missing",
    r"missing|absent|every class|all classes|present|refus|legal|no label names|ValueError",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any() or len(np.unique(labels)) < C:
        raise ValueError("out of range")
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "all columns up to the label are filled (a staircase), not the label's alone",
    r"up to|cumul|stair|more than one|single 1|columns (before|below)|==|<=|several",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return (np.arange(C) <= labels[:, None]).astype(float)


@wrong(
    "one_hot",
    "the loop begins at class 1, so class 0 gets a row of zeros",
    r"class 0|label 0|first class|range|zeros",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    Y = np.zeros((len(labels), C))
    for k in range(1, C):
        Y[labels == k, k] = 1
    return Y


@wrong(
    "one_hot",
    "np.put counts through the whole array, so all ones land in the first row",
    r"first row|np\.put|flat|each row|single 1|every row|row 0|rows",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    Y = np.zeros((len(labels), C))
    np.put(Y, labels, 1)
    return Y


@wrong("one_hot", "np.abs hides the sign, so -1 is let through", r"-1|negative|below 0|sign|abs")
def one_hot(labels, C):
    if (np.abs(labels) >= C).any():
        raise ValueError("out of range")
    return np.eye(C)[labels]


@wrong(
    "one_hot",
    "the same array is kept between calls, and old ones stay in it",
    r"earlier|previous|between calls|again|second call|default|kept|first call|same array"
    r"|remember",
)
def one_hot(labels, C, kept={}):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    Y = kept.setdefault((len(labels), C), np.zeros((len(labels), C)))
    Y[np.arange(len(labels)), labels] = 1
    return Y


@wrong(
    "one_hot",
    "a recursion without an end",
    r"recurs|calls itself|(not|never|no|without an?) end|endless",
)
def one_hot(labels, C):
    def rows(n):
        return np.concatenate([rows(n - 1), np.eye(C)[labels[n]][None]])

    return rows(len(labels) - 1)


@wrong(
    "one_hot",
    "two faults: -1 is not refused, and the array holds integers",
    r"-1|negative|below 0|ValueError",
    r"float|\bint|dtype",
)
def one_hot(labels, C):
    Y = np.zeros((len(labels), C), dtype=int)
    for n in range(len(labels)):
        if labels[n] >= C:
            raise ValueError("too large")
        Y[n][labels[n]] = 1
    return Y


@wrong(
    "one_hot",
    "two faults: rows and columns are exchanged, and nothing is refused",
    r"transpos|exchang|\(C, N\)|swap",
    r"-1|refus|ValueError|negative",
)
def one_hot(labels, C):
    return (np.arange(C)[:, None] == labels).astype(float)


@wrong(
    "one_hot",
    "the row of the last beat is forgotten: range(N - 1)",
    r"last (row|beat|label)|range|zeros|one too few|off by one",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    Y = np.zeros((len(labels), C))
    for n in range(len(labels) - 1):
        Y[n, labels[n]] = 1
    return Y


@wrong(
    "one_hot",
    "an extra axis at the end: shape (N, C, 1)",
    r"axis|axes|shape|\(N, C, 1\)|dimension",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return np.eye(C)[labels][..., None]


@wrong(
    "one_hot",
    "the label's number stands in its column where 1 should",
    r"a 1\b|ones|single 1|label|number of the class|times|multipl|value",
)
def one_hot(labels, C):
    if ((labels < 0) | (labels >= C)).any():
        raise ValueError("out of range")
    return labels[:, None] * np.eye(C)[labels]


@wrong(
    "one_hot",
    "a range check that lets -1 through on purpose, as 'unknown'",
    r"-1|negative|below 0",
)
def one_hot(labels, C):
    for label in labels:
        if label < -1 or label >= C:
            raise ValueError("out of range")
    return np.where(labels[:, None] == -1, 1 / C, np.eye(C)[labels])


# ---------------------------------------------------------------- 01, exercise 3


@right("balanced_accuracy", "loop and list, as in the hints")
def balanced_accuracy(predicted, labels, C):
    recalls = []
    for k in range(C):
        if (labels == k).any():
            recalls.append((predicted[labels == k] == k).mean())
    return np.mean(recalls)


@right("balanced_accuracy", "np.unique gives the classes with members")
def balanced_accuracy(predicted, labels, C):
    return np.mean([np.mean(predicted[labels == k] == k) for k in np.unique(labels)])


@right("balanced_accuracy", "bincount of the hits and of the members")
def balanced_accuracy(predicted, labels, C):
    members = np.bincount(labels, minlength=C)
    hits = np.bincount(labels[predicted == labels], minlength=C)
    return (hits[members > 0] / members[members > 0]).mean()


@right("balanced_accuracy", "confusion matrix by add.at")
def balanced_accuracy(predicted, labels, C):
    confusion = np.zeros((C, C))
    np.add.at(confusion, (labels, predicted), 1)
    confusion = confusion[confusion.sum(axis=1) > 0]
    there = np.unique(labels)
    return (confusion[np.arange(len(there)), there] / confusion.sum(axis=1)).mean()


@right("balanced_accuracy", "histogram2d")
def balanced_accuracy(predicted, labels, C):
    edges = np.arange(C + 1) - 0.5
    M = np.histogram2d(labels, predicted, bins=(edges, edges))[0]
    rows = M.sum(axis=1)
    return float(np.sum(np.diag(M)[rows > 0] / rows[rows > 0]) / np.count_nonzero(rows))


@right("balanced_accuracy", "nanmean, warnings off")
def balanced_accuracy(predicted, labels, C):
    member = labels == np.arange(C)[:, None]
    hit = member & (predicted == labels)
    with np.errstate(invalid="ignore"):
        return np.nanmean(hit.sum(axis=1) / member.sum(axis=1))


@right("balanced_accuracy", "plain Python, counting")
def balanced_accuracy(predicted, labels, C):
    right, total = [0] * C, [0] * C
    for p, label in zip(predicted, labels):
        total[label] += 1
        right[label] += int(p == label)
    shares = [r / t for r, t in zip(right, total) if t]
    return sum(shares) / len(shares)


@right("balanced_accuracy", "Counter")
def balanced_accuracy(predicted, labels, C):
    members = collections.Counter(labels.tolist())
    hits = collections.Counter(labels[labels == predicted].tolist())
    return sum(hits[k] / members[k] for k in members) / len(members)


@right("balanced_accuracy", "masked array")
def balanced_accuracy(predicted, labels, C):
    members = np.array([(labels == k).sum() for k in range(C)])
    hits = np.array([((labels == k) & (predicted == k)).sum() for k in range(C)])
    recalls = np.ma.masked_array(hits / np.maximum(members, 1), mask=members == 0)
    return float(recalls.mean())


@right("balanced_accuracy", "each beat weighted by 1 over the size of its class")
def balanced_accuracy(predicted, labels, C):
    members = np.bincount(labels, minlength=C)
    return np.sum((predicted == labels) / members[labels]) / (members != 0).sum()


@right("balanced_accuracy", "np.average with weights")
def balanced_accuracy(predicted, labels, C):
    return np.average(predicted == labels, weights=1 / np.bincount(labels)[labels])


@right("balanced_accuracy", "exact fractions")
def balanced_accuracy(predicted, labels, C):
    total, classes = fractions.Fraction(0), 0
    for k in range(C):
        members = int((labels == k).sum())
        if members:
            total += fractions.Fraction(int((predicted[labels == k] == k).sum()), members)
            classes += 1
    return float(total / classes)


@right("balanced_accuracy", "reduce over classes")
def balanced_accuracy(predicted, labels, C):
    def add(so_far, k):
        chosen = predicted[labels == k]
        return so_far if not len(chosen) else (so_far[0] + (chosen == k).mean(), so_far[1] + 1)

    total, count = functools.reduce(add, range(C), (0.0, 0))
    return total / count


@right("balanced_accuracy", "ZeroDivisionError caught")
def balanced_accuracy(predicted, labels, C):
    recalls = []
    for k in range(C):
        members = [p for p, label in zip(predicted.tolist(), labels.tolist()) if label == k]
        try:
            recalls.append(members.count(k) / len(members))
        except ZeroDivisionError:
            continue
    return statistics.fmean(recalls)


@right("balanced_accuracy", "sorted by class and cut in pieces")
def balanced_accuracy(predicted, labels, C):
    order = np.argsort(labels, kind="stable")
    hit = (predicted == labels)[order].astype(float)
    _, starts, counts = np.unique(labels[order], return_index=True, return_counts=True)
    return (np.add.reduceat(hit, starts) / counts).mean()


@right("balanced_accuracy", "unique with inverse and counts")
def balanced_accuracy(predicted, labels, C):
    _, row, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return (np.bincount(row, weights=predicted == labels) / counts).mean()


@right("balanced_accuracy", "one-hot rows and a matrix product")
def balanced_accuracy(predicted, labels, C):
    L, P = np.eye(C)[labels], np.eye(C)[predicted]
    confusion = L.T @ P
    members = confusion.sum(axis=1)
    return np.divide(
        np.diag(confusion), members, out=np.zeros(C), where=members > 0
    ).sum() / np.sum(members > 0)


@right("balanced_accuracy", "running mean")
def balanced_accuracy(predicted, labels, C):
    mean, seen = 0.0, 0
    for k in range(C):
        member = labels == k
        if member.sum() == 0:
            continue
        seen += 1
        mean += (np.mean(predicted[member] == labels[member]) - mean) / seen
    return mean


@right("balanced_accuracy", "a set of the labels")
def balanced_accuracy(predicted, labels, C):
    present = set(labels.tolist())
    return sum(float((predicted[labels == k] == k).mean()) for k in present) / len(present)


@right("balanced_accuracy", "recursion over classes")
def balanced_accuracy(predicted, labels, C):
    def recalls(k):
        if k == C:
            return []
        mine = np.flatnonzero(labels == k)
        return ([np.mean(predicted[mine] == k)] if mine.size else []) + recalls(k + 1)

    return float(np.mean(recalls(0)))


@right("balanced_accuracy", "one minus the mean share of the missed")
def balanced_accuracy(predicted, labels, C):
    missed = [(predicted[labels == k] != k).mean() for k in range(C) if k in labels]
    return 1 - sum(missed) / len(missed)


@right("balanced_accuracy", "longdouble on the way")
def balanced_accuracy(predicted, labels, C):
    hit = (predicted == labels).astype(np.longdouble)
    return float(np.mean([hit[labels == k].mean() for k in range(C) if np.any(labels == k)]))


@right("balanced_accuracy", "groupby")
def balanced_accuracy(predicted, labels, C):
    pairs = sorted(zip(labels.tolist(), predicted.tolist()))
    recalls = []
    for k, group in itertools.groupby(pairs, key=lambda pair: pair[0]):
        named = [p for _, p in group]
        recalls.append(named.count(k) / len(named))
    return math.fsum(recalls) / len(recalls)


@wrong(
    "balanced_accuracy",
    "that is the plain accuracy",
    r"plain|(plain|ordinary|usual|the) accuracy|large class|every beat|share of all|frequent",
)
def balanced_accuracy(predicted, labels, C):
    return (predicted == labels).mean()


@wrong(
    "balanced_accuracy",
    "divided by C although classes without members do not count",
    r"without (a )?(single )?member|no member|empty|divided by C|do(es)? not count|1/C|absent",
)
def balanced_accuracy(predicted, labels, C):
    total = 0
    for k in range(C):
        if (labels == k).any():
            total += (predicted[labels == k] == k).mean()
    return total / C


@wrong(
    "balanced_accuracy",
    "a class without members counts as found completely",
    r"without (a )?(single )?member|no member|empty|do(es)? not count|absent",
)
def balanced_accuracy(predicted, labels, C):
    recalls = [(predicted[labels == k] == k).mean() if k in labels else 1.0 for k in range(C)]
    return np.mean(recalls)


@wrong(
    "balanced_accuracy",
    "0/0 for a class without members makes the result NaN",
    r"nan|without (a )?(single )?member|no member|empty|0/0|absent",
)
def balanced_accuracy(predicted, labels, C):
    with np.errstate(invalid="ignore"):
        hits = np.array([((predicted == k) & (labels == k)).sum() for k in range(C)])
        return (hits / np.array([(labels == k).sum() for k in range(C)])).mean()


@wrong(
    "balanced_accuracy",
    "the predicted classes pick and the labels are compared: the precision and not the recall",
    r"precision|exchang|swap|two arrays|picks?|predicted",
)
def balanced_accuracy(predicted, labels, C):
    return np.mean(
        [(labels[predicted == k] == k).mean() for k in range(C) if (predicted == k).any()]
    )


@wrong(
    "balanced_accuracy",
    "classes that were never predicted are skipped, though they have members",
    r"never (named|predicted)|predicted|skip|has members|nobody named",
)
def balanced_accuracy(predicted, labels, C):
    recalls = [(predicted[labels == k] == k).mean() for k in np.intersect1d(labels, predicted)]
    return np.mean(recalls) if recalls else 0.0


@wrong(
    "balanced_accuracy",
    "a class that is named but has no members counts, with a recall of 0",
    r"without (a )?(single )?member|no member|empty|predicted|named|do(es)? not count|absent",
)
def balanced_accuracy(predicted, labels, C):
    classes = np.union1d(predicted, labels)
    return np.mean(
        [((predicted == k) & (labels == k)).sum() / max((labels == k).sum(), 1) for k in classes]
    )


@wrong(
    "balanced_accuracy",
    "the recalls are weighted by the class sizes, which gives the plain accuracy again",
    r"weight|(plain|ordinary|usual|the) accuracy|size|frequent|same say",
)
def balanced_accuracy(predicted, labels, C):
    classes, counts = np.unique(labels, return_counts=True)
    return np.average([(predicted[labels == k] == k).mean() for k in classes], weights=counts)


@wrong(
    "balanced_accuracy", "the loop begins at class 1", r"class 0|first class|range|left out|from 0"
)
def balanced_accuracy(predicted, labels, C):
    recalls = [(predicted[labels == k] == k).mean() for k in range(1, C) if (labels == k).any()]
    return np.mean(recalls) if recalls else 0.0


@wrong(
    "balanced_accuracy",
    "the last class is left out: range(C - 1)",
    r"last class|range|left out|C - 1",
)
def balanced_accuracy(predicted, labels, C):
    recalls = [(predicted[labels == k] == k).mean() for k in range(C - 1) if (labels == k).any()]
    return np.mean(recalls) if recalls else 0.0


@wrong(
    "balanced_accuracy",
    "a small number in the denominator makes every recall a little too small",
    r"denominator|too small|eps|1e-|small number|add(ed|s)|little",
)
def balanced_accuracy(predicted, labels, C):
    recalls = []
    for k in range(C):
        if (labels == k).any():
            recalls.append(((predicted == k) & (labels == k)).sum() / ((labels == k).sum() + 1e-6))
    return np.mean(recalls)


@wrong("balanced_accuracy", "the result is rounded to two digits", r"round|digits|decimal|places")
def balanced_accuracy(predicted, labels, C):
    return round(
        float(np.mean([(predicted[labels == k] == k).mean() for k in np.unique(labels)])), 2
    )


@wrong(
    "balanced_accuracy",
    "a percentage instead of a share: 100 times too large",
    r"100|percent|times|factor",
)
def balanced_accuracy(predicted, labels, C):
    return 100 * np.mean([(predicted[labels == k] == k).mean() for k in np.unique(labels)])


@wrong(
    "balanced_accuracy",
    "returns the recalls and not their mean",
    r"one number|recalls|mean|list|not an array|ndarray|np\.array",
)
def balanced_accuracy(predicted, labels, C):
    return [(predicted[labels == k] == k).mean() for k in range(C) if (labels == k).any()]


@wrong(
    "balanced_accuracy",
    "// cuts every recall below 1 to 0",
    r"//|whole|integer|cut|rounded down|division|\bint",
)
def balanced_accuracy(predicted, labels, C):
    recalls = []
    for k in np.unique(labels):
        recalls.append((predicted[labels == k] == k).sum() // (labels == k).sum())
    return np.mean(recalls)


@wrong(
    "balanced_accuracy",
    "the macro F1 score, which is another measure",
    r"F1|precision|predicted|recall|wrongly named",
)
def balanced_accuracy(predicted, labels, C):
    scores = []
    for k in np.unique(labels):
        hits = ((predicted == k) & (labels == k)).sum()
        scores.append(2 * hits / ((predicted == k).sum() + (labels == k).sum()))
    return np.mean(scores)


@wrong("balanced_accuracy", "the geometric mean of the recalls", r"geometric|product|mean|root|sum")
def balanced_accuracy(predicted, labels, C):
    recalls = np.array([(predicted[labels == k] == k).mean() for k in np.unique(labels)])
    return np.prod(recalls) ** (1 / len(recalls))


@wrong(
    "balanced_accuracy",
    "recall and specificity of each class averaged: true negatives do not belong in it",
    r"specific|negative|other classes|not of the class|recall|rest",
)
def balanced_accuracy(predicted, labels, C):
    scores = []
    for k in np.unique(labels):
        hit = (predicted == k) == (labels == k)
        others = hit[labels != k].mean() if (labels != k).any() else 1.0
        scores.append((hit[labels == k].mean() + others) / 2)
    return np.mean(scores)


@wrong(
    "balanced_accuracy",
    "5 classes are written in, whatever C is",
    r"\b5\b|five|hard|(by|/|from|times|take) ?C\b|range|classes beyond",
)
def balanced_accuracy(predicted, labels, C):
    recalls = [(predicted[labels == k] == k).mean() for k in range(5) if (labels == k).any()]
    return np.mean(recalls) if recalls else 0.0


@wrong("balanced_accuracy", "the median of the recalls and not their mean", r"median|mean|average")
def balanced_accuracy(predicted, labels, C):
    return np.median([(predicted[labels == k] == k).mean() for k in np.unique(labels)])


@wrong(
    "balanced_accuracy",
    "bincount without minlength: the two counts differ in length if the last class was never found",
    r"minlength|bincount|length|last class|shape|broadcast",
)
def balanced_accuracy(predicted, labels, C):
    members, hits = np.bincount(labels), np.bincount(labels[predicted == labels])
    return (hits[members > 0] / members[members > 0]).mean()


@wrong(
    "balanced_accuracy",
    "halving at each step gives the last class half of the weight; that is no mean",
    r"mean|weight|last class|half|same say|running|average|order of the classes",
)
def balanced_accuracy(predicted, labels, C):
    result = None
    for k in np.unique(labels):
        recall = (predicted[labels == k] == k).mean()
        result = recall if result is None else (result + recall) / 2
    return result


@wrong(
    "balanced_accuracy",
    "return stands inside the loop, so only the first class counts",
    r"\breturn\b|first class|loop|indent|class 0|only",
)
def balanced_accuracy(predicted, labels, C):
    recalls = []
    for k in range(C):
        if (labels == k).any():
            recalls.append((predicted[labels == k] == k).mean())
            return np.mean(recalls)


@wrong(
    "balanced_accuracy",
    "classes of which nobody was found are left out of the mean",
    r"recall of 0|recall 0|zero|nobody|nothing was found|none.*found|left out|skip",
)
def balanced_accuracy(predicted, labels, C):
    recalls = np.array([(predicted[labels == k] == k).mean() for k in np.unique(labels)])
    return recalls[recalls > 0].mean() if recalls.any() else 0.0


@wrong(
    "balanced_accuracy",
    "reads labels_test from the notebook instead of the argument labels",
    r"labels_test|notebook|global|argument|boolean index|ignor",
)
def balanced_accuracy(predicted, labels, C):
    classes = [k for k in range(C) if (labels_test == k).any()]
    return np.mean([(predicted[labels_test == k] == k).mean() for k in classes])


@wrong(
    "balanced_accuracy",
    "adjusted for chance: 1/C becomes 0, which the definition does not ask for",
    r"chance|1/C|adjust|subtract|negative|scal|shift",
)
def balanced_accuracy(predicted, labels, C):
    mean = np.mean([(predicted[labels == k] == k).mean() for k in np.unique(labels)])
    return (mean - 1 / C) / (1 - 1 / C) if C > 1 else mean


@wrong(
    "balanced_accuracy",
    "also divided by those that were wrongly named k (the Jaccard index)",
    r"wrongly named|jaccard|union|predicted|precision|denominator|members",
)
def balanced_accuracy(predicted, labels, C):
    return np.mean(
        [
            ((predicted == k) & (labels == k)).sum() / ((predicted == k) | (labels == k)).sum()
            for k in np.unique(labels)
        ]
    )


@wrong(
    "balanced_accuracy",
    "confusion[labels, predicted] += 1 counts equal pairs only once",
    r"once|repeat|add\.at|count|twice|several|same pair|\+=|confusion",
)
def balanced_accuracy(predicted, labels, C):
    confusion = np.zeros((C, C))
    confusion[labels, predicted] += 1
    rows = confusion.sum(axis=1)
    return (np.diag(confusion)[rows > 0] / rows[rows > 0]).mean()


@wrong(
    "balanced_accuracy",
    "break ends the loop at the first class without members, where continue should go on",
    r"break|continue|after|later classes|without (a )?(single )?member|empty",
)
def balanced_accuracy(predicted, labels, C):
    recalls = [0.0]
    for k in range(C):
        if not (labels == k).any():
            break
        recalls.append((predicted[labels == k] == k).mean())
    return sum(recalls) / max(len(recalls) - 1, 1)


@wrong(
    "balanced_accuracy",
    "both arrays are sorted first, so the beats lose their partners (and the caller's order)",
    r"sort|order|pair|partner|chang|writ|argument",
)
def balanced_accuracy(predicted, labels, C):
    predicted.sort()
    labels.sort()
    return np.mean([(predicted[labels == k] == k).mean() for k in np.unique(labels)])


@wrong(
    "balanced_accuracy",
    "the mean error and not the mean accuracy: != where == should stand",
    r"1 -|1 minus|error|complement|!=|missed|wrongly|opposite",
)
def balanced_accuracy(predicted, labels, C):
    return np.mean([(predicted[labels == k] != k).mean() for k in np.unique(labels)])


@wrong(
    "balanced_accuracy",
    "divided by the size of the largest class and not of the class itself",
    r"largest|size|denominator|divi|members|own|beats of class k",
)
def balanced_accuracy(predicted, labels, C):
    members = np.bincount(labels, minlength=C)
    hits = np.bincount(labels[predicted == labels], minlength=C)
    return (hits[members > 0] / members.max()).mean()


@wrong(
    "balanced_accuracy",
    "the list of recalls is kept between calls, so old ones are averaged in",
    r"earlier|previous|between calls|again|second call|default|kept|same call|old|remember"
    r"|twice",
)
def balanced_accuracy(predicted, labels, C, recalls=[]):
    for k in np.unique(labels):
        recalls.append((predicted[labels == k] == k).mean())
    return sum(recalls) / len(recalls)


@wrong(
    "balanced_accuracy",
    "refuses labels in which some class is missing, though such classes just do not count",
    r"missing|without (a )?(single )?member|no member|empty|absent|every class|rais|ValueError",
)
def balanced_accuracy(predicted, labels, C):
    if len(np.unique(labels)) < C:
        raise ValueError("a class has no members")
    return np.mean([(predicted[labels == k] == k).mean() for k in range(C)])


@wrong(
    "balanced_accuracy",
    "two faults: the precision, and divided by C in spite of empty classes",
    r"precision|exchang|swap|picks?|predicted",
    r"divided by C|empty|without (a )?(single )?member|do(es)? not count|absent",
)
def balanced_accuracy(predicted, labels, C):
    total = 0.0
    for k in range(C):
        if (predicted == k).any():
            total += (labels[predicted == k] == k).mean()
    return total / C


@wrong(
    "balanced_accuracy",
    "two faults: class 0 is left out, and the sum is returned and not the mean",
    r"class 0|first class|range|left out",
    r"sum|mean|divid|larger than 1|above 1",
)
def balanced_accuracy(predicted, labels, C):
    return sum((predicted[labels == k] == k).mean() for k in range(1, C) if (labels == k).any())


@wrong(
    "balanced_accuracy",
    "the hits of a class are divided by N, all beats, and not by the size of the class",
    r"(by|/|\*|over) ?N\b|all beats|members|class('s)? (own )?size|divi"
    r"|(plain|ordinary|usual|the) accuracy|denominator",
)
def balanced_accuracy(predicted, labels, C):
    hits = [(predicted[labels == k] == k).sum() / len(labels) for k in np.unique(labels)]
    return np.mean(hits)


@wrong(
    "balanced_accuracy",
    "the loop never ends if a class has no members: k is only raised in the if",
    r"(not|never|no|without an?) end|endless|loop|seconds|stopped|time limit|in time|while"
    r"|too long|how long",
)
def balanced_accuracy(predicted, labels, C):
    recalls, k = [], 0
    while k < C:
        if (labels == k).any():
            recalls.append((predicted[labels == k] == k).mean())
            k += 1
    return np.mean(recalls)


@wrong(
    "balanced_accuracy",
    "a class next to the right one counts as right (abs <= 1)",
    r"neighbour|close|next class|abs|==|named k|too large|wrongly",
)
def balanced_accuracy(predicted, labels, C):
    near = np.abs(predicted - labels) <= 1
    return np.mean([near[labels == k].mean() for k in np.unique(labels)])


@wrong(
    "balanced_accuracy",
    "prints the number and returns nothing",
    r"\breturn\b|None|print",
)
def balanced_accuracy(predicted, labels, C):
    recalls = [(predicted[labels == k] == k).mean() for k in np.unique(labels)]
    print("balanced accuracy:", np.mean(recalls))


@wrong(
    "balanced_accuracy",
    "half precision (float16) keeps three digits only",
    r"float16|precision|dtype|digits|round",
)
def balanced_accuracy(predicted, labels, C):
    hit = (predicted == labels).astype(np.float16)
    return np.mean([hit[labels == k].mean() for k in np.unique(labels)], dtype=np.float16)


@wrong(
    "balanced_accuracy",
    "add-one smoothing: (hits + 1) / (members + 2)",
    r"\+ 1|smooth|plus|add(ed|s)|too (large|small)|recall of (0|1)|pulled|denominator|hits",
)
def balanced_accuracy(predicted, labels, C):
    members = np.array([(labels == k).sum() for k in np.unique(labels)])
    hits = np.array([(predicted[labels == k] == k).sum() for k in np.unique(labels)])
    return ((hits + 1) / (members + 2)).mean()


@wrong(
    "balanced_accuracy",
    "classes with one single member are skipped as well (> 1 where > 0 should stand)",
    r"one (single )?member|single member|only one|> 0|> 1|skip|left out",
)
def balanced_accuracy(predicted, labels, C):
    recalls = [(predicted[labels == k] == k).mean() for k in range(C) if (labels == k).sum() > 1]
    return np.mean(recalls) if recalls else 0.0


# ---------------------------------------------------------------- 02, exercise 1: step


@right("step", "np.dot")
def step(params, x, h):
    return np.tanh(np.dot(x, params["W_in"]) + np.dot(h, params["W_hh"]) + params["b_h"])


@right("step", "matmul and np.add")
def step(params, x, h):
    z = np.add(np.matmul(x, params["W_in"]), np.matmul(h, params["W_hh"]))
    return np.tanh(np.add(z, params["b_h"]))


@right("step", "einsum with an ellipsis")
def step(params, x, h):
    from_input = np.einsum("...i,ih->...h", x, params["W_in"])
    from_state = np.einsum("...j,jh->...h", h, params["W_hh"])
    return np.tanh(from_input + from_state + params["b_h"])


@right("step", "one product of longer rows")
def step(params, x, h):
    row = np.concatenate([h, x], axis=-1)
    return np.tanh(row @ np.vstack([params["W_hh"], params["W_in"]]) + params["b_h"])


@right("step", "columns: everything transposed, and back")
def step(params, x, h):
    z = params["W_in"].T @ x.T + params["W_hh"].T @ h.T
    return np.tanh(z.T + params["b_h"])


@right("step", "in place, on arrays of its own")
def step(params, x, h):
    z = x @ params["W_in"]
    z += h @ params["W_hh"]
    z += params["b_h"]
    np.tanh(z, out=z)
    return z


@right("step", "out= all the way")
def step(params, x, h):
    z = np.empty(h.shape)
    np.matmul(h, params["W_hh"], out=z)
    np.add(z, np.matmul(x, params["W_in"]), out=z)
    return np.tanh(np.add(z, params["b_h"], out=z), out=z)


@right("step", "tanh from expm1, safe at both ends")
def step(params, x, h):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    e = np.expm1(-2 * np.abs(z))
    return np.sign(z) * -e / (2 + e)


@right("step", "a sum of three terms")
def step(params, x, h):
    terms = [x @ params["W_in"], h @ params["W_hh"], params["b_h"]]
    return np.tanh(sum(terms))


@right("step", "reduce")
def step(params, x, h):
    pairs = ((x, params["W_in"]), (h, params["W_hh"]))
    return np.tanh(functools.reduce(np.add, (a @ M for a, M in pairs), params["b_h"]))


@right("step", "tensordot")
def step(params, x, h):
    z = np.tensordot(x, params["W_in"], axes=1) + np.tensordot(h, params["W_hh"], axes=1)
    return np.tanh(z + params["b_h"])


@right("step", "a loop over the receiving units")
def step(params, x, h):
    W_in, W_hh, b = params["W_in"], params["W_hh"], params["b_h"]
    units = [np.tanh(x @ W_in[:, j] + h @ W_hh[:, j] + b[j]) for j in range(len(b))]
    return np.stack(units, axis=-1)


@right("step", "names unpacked first")
def step(params, x, h):
    W, U, b = (params[name] for name in ("W_in", "W_hh", "b_h"))
    return np.tanh(b + h.dot(U) + x.dot(W))


@right("step", "2 sigmoid(2 z) - 1")
def step(params, x, h):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    with np.errstate(over="ignore"):
        return 2 / (1 + np.exp(-2 * z)) - 1


@right("step", "products by broadcasting and a sum")
def step(params, x, h):
    from_x = (x[..., :, None] * params["W_in"]).sum(axis=-2)
    from_h = (h[..., :, None] * params["W_hh"]).sum(axis=-2)
    return np.tanh(from_x + from_h + params["b_h"])


@right("step", "made a batch of one, and back")
def step(params, x, h):
    rows = np.atleast_2d(x) @ params["W_in"] + np.atleast_2d(h) @ params["W_hh"]
    return np.tanh(rows + params["b_h"][None]).reshape(h.shape)


@right("step", "a branch for single beats")
def step(params, x, h):
    W_in, W_hh, b_h = params["W_in"], params["W_hh"], params["b_h"]
    if x.ndim == 1:
        return np.tanh(W_in.T @ x + W_hh.T @ h + b_h)
    return np.tanh(np.stack([a @ W_in + s @ W_hh for a, s in zip(x, h)]) + b_h)


@right("step", "math.tanh number by number")
def step(params, x, h):
    z = params["b_h"] + x @ params["W_in"] + h @ params["W_hh"]
    return np.vectorize(math.tanh, otypes=[float])(z)


@right("step", "np.inner with the transposes")
def step(params, x, h):
    return np.tanh(np.inner(x, params["W_in"].T) + np.inner(h, params["W_hh"].T) + params["b_h"])


@right("step", "keyword arguments of a helper, the rest ignored")
def step(params, x, h):
    def cell(W_in, W_hh, b_h, **_):
        return np.tanh(x @ W_in + h @ W_hh + b_h)

    return cell(**params)


@right("step", "longdouble on the way")
def step(params, x, h):
    W_in, W_hh = params["W_in"].astype(np.longdouble), params["W_hh"].astype(np.longdouble)
    return np.tanh(x @ W_in + h @ W_hh + params["b_h"]).astype(np.float64)


@right("step", "row by row with a recursion over the batch")
def step(params, x, h):
    def rows(x, h):
        if h.ndim > 1:
            return np.stack([rows(a, b) for a, b in zip(x, h)])
        return np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])

    return rows(x, h)


@right("step", "nested sums of Python numbers")
def step(params, x, h):
    W, b = np.vstack([params["W_in"], params["W_hh"]]).T.tolist(), params["b_h"].tolist()

    def one(x, h):
        row = [*x, *h]
        sums = [sum(a * w for a, w in zip(row, column)) for column in W]
        return [math.tanh(z + bias) for z, bias in zip(sums, b)]

    return np.array(one(x, h) if h.ndim == 1 else [one(*pair) for pair in zip(x, h)])


@wrong("step", "W_hh is transposed", r"transpos|W_hh\.T")
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"].T + params["b_h"])


@wrong(
    "step",
    "W h instead of h W: the matrix stands on the left of the state",
    r"left|transpos|order|W_hh @ h|h @ W",
)
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + params["W_hh"] @ h + params["b_h"])


@wrong(
    "step",
    "the batch is turned for W_hh @ h.T, but the matrix is not",
    r"transpos|W_hh\.T|left|order",
)
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + (params["W_hh"] @ h.T).T + params["b_h"])


@wrong("step", "the tanh is missing", r"\btanh\b(?!_slope)")
def step(params, x, h):
    return x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]


@wrong("step", "the bias is missing", r"bias|b_h")
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"])


@wrong("step", "sigmoid where tanh should stand", r"sigmoid|logistic|\btanh\b(?!_slope)")
def step(params, x, h):
    return 1 / (1 + np.exp(-(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])))


@wrong(
    "step",
    "a tanh of each term instead of one of the sum",
    r"whole sum|each (term|of)|tanh of the sum|three tanh|separate",
)
def step(params, x, h):
    return np.tanh(x @ params["W_in"]) + np.tanh(h @ params["W_hh"]) + np.tanh(params["b_h"])


@wrong("step", "the bias is added behind the tanh", r"outside|behind|after|inside|whole sum|bias")
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"]) + params["b_h"]


@wrong("step", "the bias is added twice", r"bias|b_h|twice|double")
def step(params, x, h):
    z_in = x @ params["W_in"] + params["b_h"]
    z_hh = h @ params["W_hh"] + params["b_h"]
    return np.tanh(z_in + z_hh)


@wrong("step", "the bias is subtracted", r"bias|b_h|sign|subtract")
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"] - params["b_h"])


@wrong(
    "step",
    "adds the bias of the read-out, b_out, instead of b_h",
    r"b_out|b_h|bias|KeyError|broadcast",
)
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_out"])


@wrong(
    "step",
    "h * W_hh multiplies entry by entry; it is no matrix product",
    r"entry by entry|element|\*|matrix product|@|broadcast",
)
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h * params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "the old state is left out",
    r"old state|ignor|W_hh|state before|does not (depend|look)|recurren",
)
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + params["b_h"])


@wrong("step", "the input is left out", r"\bx\b|input|W_in|ignor")
def step(params, x, h):
    return np.tanh(h @ params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "the matrices of the paper example are used instead of those in params",
    r"params|paper|global|notebook",
)
def step(params, x, h):
    return np.tanh(x @ W_in + h @ W_hh + b_h)


@wrong(
    "step", "W_hh comes from the notebook and not from the argument", r"params|global|notebook|W_hh"
)
def step(params_, x, h):
    return np.tanh(x @ params_["W_in"] + h @ params["W_hh"] + params_["b_h"])


@wrong(
    "step",
    "axis=1 in concatenate exists for a batch only: a single beat has no such axis",
    r"\bsingle (beat|bad|strange|one|label)|one beat|axis|\(H,\)|without (the axis )?N",
)
def step(params, x, h):
    W = np.concatenate([params["W_in"], params["W_hh"]])
    return np.tanh(np.concatenate([x, h], axis=1) @ W + params["b_h"])


@wrong(
    "step",
    "einsum with the letter n serves batches only, no single beats",
    r"\bsingle (beat|bad|strange|one|label)|one beat|\(H,\)|axis|without (the axis )?N",
)
def step(params, x, h):
    z = np.einsum("ni,ih->nh", x, params["W_in"]) + np.einsum("nj,jh->nh", h, params["W_hh"])
    return np.tanh(z + params["b_h"])


@wrong(
    "step",
    "a single beat comes back with an axis too many: (1, H)",
    r"\bsingle (beat|bad|strange|one|label)|one beat|\(1, H\)|\(H,\)|axis|atleast",
)
def step(params, x, h):
    x, h = np.atleast_2d(x), np.atleast_2d(h)
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "N, I = x.shape fails for a single beat",
    r"\bsingle (beat|bad|strange|one|label)|one beat|unpack|\(I,\)|axis|without",
)
def step(params, x, h):
    n, i = x.shape
    z = np.zeros((n, len(params["b_h"])))
    for k in range(n):
        z[k] = x[k] @ params["W_in"] + h[k] @ params["W_hh"] + params["b_h"]
    return np.tanh(z)


@wrong(
    "step",
    "the old state is added once more (a residual connection)",
    r"residual|added|old state|plus|once more|twice",
)
def step(params, x, h):
    return h + np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "mixed half and half with the old state (a leaky unit), which the formula does not do",
    r"leak|mix|half|old state|share|mean|0\.5",
)
def step(params, x, h):
    return 0.5 * h + 0.5 * np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "the mean state of the batch is used, so each beat depends on who else is in it",
    r"(over|of|in) the batch|other beats|mix|mean|leak|row|each beat|own",
)
def step(params, x, h):
    old = h.mean(axis=0, keepdims=True) if h.ndim == 2 else h
    return np.tanh(x @ params["W_in"] + old @ params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "returns a pair (h, z) and not the state alone",
    r"tuple|pair|two|alone|only the state|(not|at|is|for|as|of) z\b",
)
def step(params, x, h):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    return np.tanh(z), z


@wrong("step", "the state is cut to float32", r"float32|dtype|precision|digits|1e-1|round")
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]).astype(np.float32)


@wrong("step", "relu where tanh should stand", r"relu|\btanh\b(?!_slope)|negative|maximum")
def step(params, x, h):
    return np.maximum(0, x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong(
    "step", "the new state is written into the caller's h", r"chang|writ|overwr|argument|in place"
)
def step(params, x, h):
    h[...] = np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])
    return h


@wrong(
    "step",
    "z is params['b_h'] itself, so += writes into the bias (and fails for a batch)",
    r"chang|writ|overwr|params|in place|\+=|bias|b_h|broadcast",
)
def step(params, x, h):
    z = params["b_h"]
    z += x @ params["W_in"]
    z += h @ params["W_hh"]
    return np.tanh(z)


@wrong("step", "the state is rounded to three digits", r"round|digit|decimal|places")
def step(params, x, h):
    return np.round(np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]), 3)


@wrong(
    "step",
    "z is clipped to -1 .. 1 before the tanh",
    r"clip|cut|limit|large|\btanh\b(?!_slope)|pre-activation|beyond",
)
def step(params, x, h):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    return np.tanh(np.clip(z, -1, 1))


@wrong(
    "step",
    "np.tan, the tangent, and not np.tanh",
    r"np\.tan\b|tangent|\btanh\b(?!_slope)|hyperbolic",
)
def step(params, x, h):
    return np.tan(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong("step", "arctan is another curve than tanh", r"arctan|\btanh\b(?!_slope)")
def step(params, x, h):
    return np.arctan(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong("step", "the two matrices are exchanged", r"exchang|swap|W_in|W_hh|matmul|meet|other matrix")
def step(params, x, h):
    return np.tanh(x @ params["W_hh"] + h @ params["W_in"] + params["b_h"])


@wrong(
    "step",
    "remembers its own last state and goes on from there instead of from h",
    r"between calls|earlier|previous|remember|kept|second call|again|argument|last call|ignor",
)
def step(params, x, h, memory={}):
    old = memory.get(h.shape, h)
    memory[h.shape] = np.tanh(x @ params["W_in"] + old @ params["W_hh"] + params["b_h"])
    return memory[h.shape]


@wrong(
    "step",
    "the diagonal of W_hh is left out: no unit hears itself",
    r"diagonal|itself|own|self|W_hh",
)
def step(params, x, h):
    W = params["W_hh"] - np.diag(np.diag(params["W_hh"]))
    return np.tanh(x @ params["W_in"] + h @ W + params["b_h"])


@wrong(
    "step",
    "2 sigmoid(z) - 1 is tanh(z / 2): a 2 is missing in the exponent",
    r"half|z / 2|2 ?\*? ?z|sigmoid|exponent|\btanh\b(?!_slope)|factor",
)
def step(params, x, h):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    return 2 / (1 + np.exp(-z)) - 1


@wrong("step", "W_hh is applied twice", r"twice|squared|W_hh|two times|once")
def step(params, x, h):
    W = params["W_hh"]
    return np.tanh(x @ params["W_in"] + h @ W @ W + params["b_h"])


@wrong("step", "the two terms are multiplied and not added", r"multipl|product|add(ed)?|sum|\*")
def step(params, x, h):
    return np.tanh((x @ params["W_in"]) * (h @ params["W_hh"]) + params["b_h"])


@wrong(
    "step",
    "the pre-activation is standardised over the units (a layer norm)",
    r"standardi|normali|layer|mean|scal|pre-activation",
)
def step(params, x, h):
    z = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    z = (z - z.mean(axis=-1, keepdims=True)) / (z.std(axis=-1, keepdims=True) + 1e-5)
    return np.tanh(z)


@wrong(
    "step",
    "a dropout of chance: each call gives another result",
    r"random|chance|same|twice|differ|drop|each call|zero",
)
def step(params, x, h):
    keep = np.random.default_rng().random(h.shape) > 0.2
    return keep * np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "the last unit is forgotten: range(H - 1)",
    r"last unit|range|zero|off by one|H - 1|last (column|entry)",
)
def step(params, x, h):
    out = np.zeros(h.shape)
    for j in range(h.shape[-1] - 1):
        z = x @ params["W_in"][:, j] + h @ params["W_hh"][:, j] + params["b_h"][j]
        out[..., j] = np.tanh(z)
    return out


@wrong(
    "step",
    "only the first input is used: W_in[0] times x[..., 0]",
    r"first input|inputs?|W_in|I = 1|only|other inputs|more than one",
)
def step(params, x, h):
    return np.tanh(x[..., :1] * params["W_in"][0] + h @ params["W_hh"] + params["b_h"])


@wrong("step", "32 hidden units are written in", r"32|hard|size|sizes|units|H\b|reshape")
def step(params, x, h):
    z = np.zeros((len(x), 32)) if x.ndim == 2 else np.zeros(32)
    z += x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    return np.tanh(z)


@wrong("step", "returns a list of rows and not an array", r"list|not an array|ndarray|np\.array")
def step(params, x, h):
    return list(np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]))


@wrong(
    "step",
    "the state is stored in params and nothing is returned",
    r"\breturn\b|None|params|writ|chang",
)
def step(params, x, h):
    params["h"] = np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "two faults: W_hh is transposed, and the bias is missing",
    r"transpos|W_hh\.T",
    r"bias|b_h",
)
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"].T)


@wrong(
    "step",
    "two faults: the tanh is missing, and the sum is written into h",
    r"\btanh\b(?!_slope)",
    r"chang|writ|overwr|in place|argument",
)
def step(params, x, h):
    h[...] = x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]
    return h


@wrong(
    "step",
    "two faults: sigmoid for tanh, and the bias outside of it",
    r"sigmoid|logistic|\btanh\b(?!_slope)",
    r"bias|outside|b_h|inside",
)
def step(params, x, h):
    return 1 / (1 + np.exp(-(x @ params["W_in"] + h @ params["W_hh"]))) + params["b_h"]


@wrong("step", "calls check inside the attempt", r"check")
def step(params, x, h):
    from bptt_lab.teaching import check

    check("step", step)
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


@wrong(
    "step",
    "the tanh is applied twice",
    r"tanh.*(twice|again|two|already)|(twice|two|second).*tanh|\btanh\b(?!_slope)",
)
def step(params, x, h):
    z = np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])
    return np.tanh(z)


@wrong(
    "step",
    "the old state goes through a tanh before W_hh, though it is the result of one already",
    r"already|\btanh\b(?!_slope)|old state|twice|again",
)
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + np.tanh(h) @ params["W_hh"] + params["b_h"])


# The last of the answers is right, since the answers to `states` below call it by its name.
@right("step", "one line, as in the hints")
def step(params, x, h):
    return np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"])


# ---------------------------------------------------------------- 02, exercise 2: states


@right("states", "room first, then the loop, as in the hints")
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@right("states", "a list and np.stack")
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]))
    return np.stack(run)


@right("states", "itertools.accumulate")
def states(params, X, h0):
    return np.array(list(itertools.accumulate(X, lambda h, x: step(params, x, h), initial=h0)))


@right("states", "recursion from the end")
def states(params, X, h0):
    def run(X):
        if len(X) == 0:
            return [h0]
        before = run(X[:-1])
        return before + [step(params, X[-1], before[-1])]

    return np.array(run(X))


@right("states", "recursion from the start")
def states(params, X, h0):
    def run(t, h):
        rest = run(t + 1, step(params, X[t], h)) if t < len(X) else []
        return [h, *rest]

    return np.stack(run(0, h0))


@right("states", "np.empty, every place filled")
def states(params, X, h0):
    h = np.empty((X.shape[0] + 1,) + h0.shape)
    h[0] = h0
    for t, x in enumerate(X):
        h[t + 1] = step(params, x, h[t])
    return h


@right("states", "the formula written out again")
def states(params, X, h0):
    W_in, W_hh, b_h = params["W_in"], params["W_hh"], params["b_h"]
    h = [h0.copy()]
    for t in range(len(X)):
        h.append(np.tanh(X[t] @ W_in + h[t] @ W_hh + b_h))
    return np.asarray(h)


@right("states", "all the inputs projected at once")
def states(params, X, h0):
    projected = X @ params["W_in"] + params["b_h"]
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(len(X)):
        h[t + 1] = np.tanh(projected[t] + h[t] @ params["W_hh"])
    return h


@right("states", "concatenate, a block longer at each step")
def states(params, X, h0):
    h = h0[None]
    for x in X:
        h = np.concatenate([h, step(params, x, h[-1])[None]])
    return h


@right("states", "views of neighbouring places")
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for x, before, after in zip(X, h, h[1:]):
        after[...] = step(params, x, before)
    return h


@right("states", "reduce with a growing list")
def states(params, X, h0):
    return np.stack(functools.reduce(lambda run, x: run + [step(params, x, run[-1])], X, [h0]))


@right("states", "a generator inside")
def states(params, X, h0):
    def run(h):
        yield h
        for x in X:
            h = step(params, x, h)
            yield h

    return np.array(list(run(h0)))


@right("states", "h0 repeated, then overwritten")
def states(params, X, h0):
    h = np.repeat(h0[None], len(X) + 1, axis=0)
    for t in range(1, len(h)):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@right("states", "broadcast_to and a copy")
def states(params, X, h0):
    h = np.broadcast_to(h0, (len(X) + 1,) + h0.shape).copy()
    for t in range(len(X)):
        h[t + 1, ...] = step(params, X[t, ...], h[t, ...])
    return h


@right("states", "while loop")
def states(params, X, h0):
    t, h = 0, np.full((len(X) + 1, *h0.shape), np.nan)
    h[t] = h0
    while t < len(X):
        t += 1
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@right("states", "a dict of the states, by step")
def states(params, X, h0):
    h = {0: h0}
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return np.stack([h[t] for t in sorted(h)])


@right("states", "beat by beat, put together along axis 1")
def states(params, X, h0):
    def one(X, h):
        run = [h]
        for x in X:
            run.append(step(params, x, run[-1]))
        return np.array(run)

    if h0.ndim == 1:
        return one(X, h0)
    return np.stack([one(X[:, n], h0[n]) for n in range(len(h0))], axis=1)


@right("states", "assignment expression in a comprehension")
def states(params, X, h0):
    h = h0
    return np.array([h0] + [h := step(params, x, h) for x in X])


@right("states", "nonlocal state in a closure")
def states(params, X, h0):
    h = h0

    def advance(x):
        nonlocal h
        h = step(params, x, h)
        return h

    return np.array([h0, *map(advance, X)])


@right("states", "np.tile")
def states(params, X, h0):
    h = np.tile(h0, (len(X) + 1,) + (1,) * h0.ndim)
    for t in range(1, len(X) + 1):
        h[t] = np.tanh(h[t - 1].dot(params["W_hh"]) + X[t - 1].dot(params["W_in"]) + params["b_h"])
    return h


@right("states", "vstack of blocks")
def states(params, X, h0):
    blocks = [h0[np.newaxis]]
    for x in X:
        blocks.append(step(params, x, blocks[-1][0])[np.newaxis])
    return np.vstack(blocks)


@right("states", "tanh with out= into the next place")
def states(params, X, h0):
    h = np.empty((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(len(X)):
        np.matmul(h[t], params["W_hh"], out=h[t + 1])
        h[t + 1] += X[t] @ params["W_in"] + params["b_h"]
        np.tanh(h[t + 1], out=h[t + 1])
    return h


@right("states", "deque of one, and a copy at each step")
def states(params, X, h0):
    last, kept = collections.deque([h0], maxlen=1), [h0.copy()]
    for x in X:
        last.append(step(params, x, last[0]))
        kept.append(last[0].copy())
    return np.array(kept)


@right("states", "the first half, then the second from where it ended")
def states(params, X, h0):
    def run(X, h):
        if len(X) < 2:
            return [step(params, x, h) for x in X]
        first = run(X[: len(X) // 2], h)
        return first + run(X[len(X) // 2 :], first[-1])

    return np.stack([h0] + run(X, h0))


@wrong(
    "states",
    "h0 is not among the states: T of them instead of T + 1",
    r"h0|h_0|T \+ 1|first place|h\[0\]|front",
)
def states(params, X, h0):
    run, h = [], h0
    for x in X:
        h = step(params, x, h)
        run.append(h)
    return np.array(run)


@wrong(
    "states",
    "reads X[t] where x_t sits in X[t - 1], and the last state stays zero",
    r"X\[t - 1\]|X\[t\]|\blast\b|off by one|one (step )?(too )?(late|early|ahead)|shift"
    r"|zero|range",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X)):
        h[t] = step(params, X[t], h[t - 1])
    return h


@wrong(
    "states",
    "reads X[t], which does not exist for t = T",
    r"X\[t - 1\]|X\[t\]|IndexError|out of bounds|x_t",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t], h[t - 1])
    return h


@wrong(
    "states",
    "range ends one too early, so the last state stays zero",
    r"\blast\b|range|T itself|zero|off by one|one too",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X)):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong(
    "states",
    "one and the same array is stored at every step, so all places show the last state",
    r"same array|one array|copy|copies|alias|last state|overwr|all (the )?(states|places)|h0",
)
def states(params, X, h0):
    h, run = h0.copy(), []
    run.append(h)
    for x in X:
        h[...] = step(params, x, h)
        run.append(h)
    return np.array(run)


@wrong("states", "begins with zeros and ignores h0", r"h0|h_0|zero|first state")
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong(
    "states",
    "h0 is in the first place, but the loop begins at a state of zeros",
    r"h0|h_0|zero|first step|begins",
)
def states(params, X, h0):
    run, h = [h0], np.zeros_like(h0)
    for x in X:
        h = step(params, x, h)
        run.append(h)
    return np.array(run)


@wrong(
    "states",
    "every step starts from h0 and not from the state before it",
    r"h0|state before|h\[t - 1\]|previous|every step|each step|from the same|first state|recur",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h0)
    return h


@wrong(
    "states",
    "reads the beat from its end to its beginning",
    r"backward|revers|at the end|to the end|\bend\b|from the last|order|flip",
)
def states(params, X, h0):
    run = [h0]
    for x in X[::-1]:
        run.append(step(params, x, run[-1]))
    return np.array(run)


@wrong("states", "returns a list and not an array", r"list|not an array|ndarray|np\.array")
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]))
    return run


@wrong(
    "states",
    "T, N and H come from the notebook and not from the arguments",
    r"notebook|global|sizes?|argument|140|hard",
)
def states(params, X, h0):
    h = np.zeros((T + 1, N, H))
    h[0] = h0
    for t in range(1, T + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong(
    "states",
    "T, N, I = X.shape fails for a single beat",
    r"\bsingle (beat|bad|strange|one|label)|one beat|unpack|\(T, I\)|without|axis",
)
def states(params, X, h0):
    T, N, _ = X.shape
    h = np.zeros((T + 1, N, h0.shape[1]))
    h[0] = h0
    for t in range(1, T + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong(
    "states",
    "t begins at 0, so h0 is overwritten and h[t - 1] is h[-1], the last place",
    r"h\[-1\]|last place|h0|h_0|first step|index|t begins|zero|begin|\blast\b",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(len(X)):
        h[t] = step(params, X[t], h[t - 1])
    return h


@wrong(
    "states",
    "returns the last state only",
    r"\blast\b|all (the )?states|every state|T \+ 1|only|shape",
)
def states(params, X, h0):
    h = h0
    for x in X:
        h = step(params, x, h)
    return h


@wrong(
    "states",
    "an array of integers cuts every state to 0",
    r"\bint|dtype|cut|whole|fraction|zero|float",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape), dtype=int)
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong("states", "the states are kept in float32", r"float32|dtype|precision|digits|1e-1|round")
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape), dtype=np.float32)
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong(
    "states",
    "the states are stacked along axis 1: beats first, (N, T + 1, H)",
    r"axis|time (comes )?first|transpos|\(N, T|stack|order of the axes|swap",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]))
    return np.stack(run, axis=1)


@wrong(
    "states",
    "the loop runs over the beats (axis 1) and not over the steps",
    r"axis|steps|time|beats|loop|len\(X\)|sizes?|shape",
)
def states(params, X, h0):
    run = [h0]
    for n in range(X.shape[1]):
        run.append(step(params, X[:, n], run[-1]))
    return np.array(run)


@wrong("states", "the caller's h0 is overwritten", r"h0|chang|writ|overwr|argument|in place")
def states(params, X, h0):
    run = [h0.copy()]
    for x in X:
        h0[...] = step(params, x, h0)
        run.append(h0.copy())
    return np.array(run)


@wrong(
    "states",
    "all steps are taken at once from h0; the recurrence has to wait for the state before",
    r"h0|at once|state before|recurren|previous|h\[t - 1\]|every step|each step|same",
)
def states(params, X, h0):
    return np.concatenate([h0[None], step(params, X, np.broadcast_to(h0, (len(X), *h0.shape)))])


@wrong(
    "states",
    "a generator is returned and not an array",
    r"generator|yield|not an array|ndarray|np\.array|list",
)
def states(params, X, h0):
    yield h0
    h = h0
    for x in X:
        h = step(params, x, h)
        yield h


@wrong("states", "the formula written out again has W_hh transposed", r"transpos|W_hh|step")
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = np.tanh(X[t - 1] @ params["W_in"] + h[t - 1] @ params["W_hh"].T + params["b_h"])
    return h


@wrong(
    "states",
    "the states are laid end to end, without an axis for the time",
    r"axis|concatenate|stack|shape|time",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]))
    return np.concatenate(run)


@wrong(
    "states",
    "h0 stands at the end and not in front",
    r"h0|front|at the end|to the end|\bend\b|first place|h\[0\]|order|\blast\b|shift|roll",
)
def states(params, X, h0):
    run, h = [], h0
    for x in X:
        h = step(params, x, h)
        run.append(h)
    return np.array(run + [h0])


@wrong(
    "states",
    "[h0] * (T + 1) is one array T + 1 times: every step writes into h0 itself",
    r"same array|one array|h0|overwr|writ|chang|copy|alias|T \+ 1 times",
)
def states(params, X, h0):
    h = [h0] * (len(X) + 1)
    for t in range(1, len(X) + 1):
        h[t][...] = step(params, X[t - 1], h[t - 1])
    return np.array(h)


@wrong(
    "states",
    "the order of the states is turned round at the end",
    r"revers|backward|flip|order|turned",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.insert(0, step(params, x, run[0]))
    return np.array(run)


@wrong(
    "states",
    "the loop over len(h0) takes as many steps as there are beats",
    r"len\(h0\)|steps|beats|len\(X\)|sizes?|shape|out of bounds",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(h0) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong(
    "states",
    "t is never raised: the loop does not end",
    r"(not|never|no|without an?) end|endless|loop|\bsecond(s)?\b|stopped|time limit|in time"
    r"|while|too long|how long",
)
def states(params, X, h0):
    h, t = np.zeros((len(X) + 1, *h0.shape)), 0
    h[0] = h0
    while t < len(X):
        h[t + 1] = step(params, X[t], h[t])
    return h


@wrong(
    "states",
    "a recursion without a last step",
    r"recurs|calls itself|(not|never|no|without an?) end|endless",
)
def states(params, X, h0):
    def run(t):
        before = run(t - 1)
        return before + [step(params, X[t - 1], before[-1])]

    return np.array(run(len(X)))


@wrong(
    "states",
    "the list is kept between calls, so the states of earlier calls stand in front",
    r"earlier|previous|between calls|again|second call|default|kept|first call|remember|grow",
)
def states(params, X, h0, run=[]):
    run.append(h0)
    for x in X:
        run.append(step(params, x, run[-1]))
    return np.array(run)


@wrong(
    "states",
    "x and h are handed to step in the wrong order",
    r"order|exchang|swap|step\(|argument|matmul|meet",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, run[-1], x))
    return np.array(run)


@wrong(
    "states",
    "the tanh of h0 stands in the first place",
    r"h0|h_0|h\[0\]|first (place|state)|\btanh\b(?!_slope)",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = np.tanh(h0)
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong(
    "states",
    "reads the state two steps back, h[t - 2]",
    r"h\[t - 1\]|two steps|state before|t - 2|previous|one (step )?too|last place|h\[-1\]",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[max(t - 2, 0)])
    return h


@wrong(
    "states",
    "accumulate without h0: the first sample is taken for the first state",
    r"h0|h_0|initial|(comes|stands|is|axis) first|first (of|label|sample)|matmul|shape",
)
def states(params, X, h0):
    return np.array(list(itertools.accumulate(X, lambda h, x: step(params, x, h))))


@wrong(
    "states",
    "return stands inside the loop: only one step is taken",
    r"\breturn\b|loop|indent|first step|one step|zero|only",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
        return h


@wrong(
    "states",
    "W_hh is made smaller at each step, in the caller's params: weights are shared over time",
    r"params|chang|writ|shared|W_hh|same weights|overwr|in place",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]))
        params["W_hh"] *= 0.99
    return np.array(run)


@wrong(
    "states",
    "a single beat comes back as a batch of one: (T + 1, 1, H)",
    r"\bsingle (beat|bad|strange|one|label)|one beat|axis|\(T \+ 1, H\)|batch of one|shape",
)
def states(params, X, h0):
    if X.ndim == 2:
        X, h0 = X[:, None], h0[None]
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]))
    return np.array(run)


@wrong(
    "states",
    "the states are rounded to 6 digits after each step",
    r"round|digit|decimal|precision|places",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]).round(6))
    return np.array(run)


@wrong(
    "states",
    "every second sample is skipped and its state copied",
    r"second|every other|skip|copied|two|repeat|step 2|same state|twice",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1]) if t % 2 else h[t - 1]
    return h


@wrong(
    "states",
    "the first sample is fed in at every step",
    r"X\[0\]|first (sample|input|step)|same (input|sample)|every step|each step|x_t|X\[t - 1\]",
)
def states(params, X, h0):
    run = [h0]
    for _ in X:
        run.append(step(params, X[0], run[-1]))
    return np.array(run)


@wrong(
    "states",
    "stops early once two states are alike, so the number of states is not T + 1",
    r"early|T \+ 1|number of states|stop|break|alike|too few|zero|shape|same|\blast\b",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]))
        if np.abs(run[-1] - run[-2]).max() < 0.3:
            break
    return np.array(run)


@wrong(
    "states",
    "h0 is replaced by zeros wherever it is not needed: at T = 1 it is forgotten",
    r"T = 1|one step|single step|h0|short",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape))
    h[0] = h0 if len(X) > 1 else 0
    for t in range(1, len(X) + 1):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


@wrong(
    "states",
    "np.squeeze removes the axis N when there is one beat in the batch",
    r"squeeze|N = 1|one beat|axis|batch of one|shape",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(step(params, x, run[-1]))
    return np.squeeze(np.array(run))


@wrong(
    "states",
    "the states of all steps are summed up on the way: each is added to the one before",
    r"sum|added|cumul|before|residual|larger than 1|above 1|plus",
)
def states(params, X, h0):
    run = [h0]
    for x in X:
        run.append(run[-1] + step(params, x, run[-1]))
    return np.array(run)


@wrong(
    "states",
    "two faults: h0 is ignored, and a list is returned",
    r"h0|h_0|zero",
    r"list|not an array|ndarray|np\.array",
)
def states(params, X, h0):
    h = [np.zeros_like(h0)]
    for x in X:
        h.append(step(params, x, h[-1]))
    return h


@wrong(
    "states",
    "two faults: the beat is read backwards, and h0 is left out",
    r"backward|revers|order|flip",
    r"h0|h_0|T \+ 1|front",
)
def states(params, X, h0):
    run, h = [], h0
    for t in range(len(X) - 1, -1, -1):
        h = step(params, X[t], h)
        run.append(h)
    return np.array(run)


@wrong(
    "states",
    "two faults: the last state is missing (zeros), and float32",
    r"\blast\b|range|zero|one too|off by one",
    r"float32|dtype|precision|digits",
)
def states(params, X, h0):
    h = np.zeros((len(X) + 1, *h0.shape), np.float32)
    h[0] = h0
    for t in range(len(X) - 1):
        h[t + 1] = step(params, X[t], h[t])
    return h


# ---------------------------------------------------------------- 02, exercise 3: mse


@right("mse", "error once, used twice, as in the hints")
def mse(logits, Y):
    N = len(Y)
    error = logits - Y
    return (error**2).sum() / (2 * N), error / N


@right("mse", "half of the mean of the row sums")
def mse(logits, Y):
    rows = 0.5 * np.sum((logits - Y) ** 2, axis=1)
    return rows.mean(), (logits - Y) / logits.shape[0]


@right("mse", "einsum")
def mse(logits, Y):
    e = logits - Y
    return float(np.einsum("nc,nc->", e, e)) / (2 * len(e)), np.einsum("nc,->nc", e, 1 / len(e))


@right("mse", "dot product of the flat error")
def mse(logits, Y):
    e = (logits - Y).ravel()
    return e @ e / (2 * len(Y)), (e / len(Y)).reshape(Y.shape)


@right("mse", "the norm, squared")
def mse(logits, Y):
    error = np.subtract(logits, Y)
    return np.linalg.norm(error) ** 2 / (2 * len(error)), np.divide(error, len(error))


@right("mse", "plain loops")
def mse(logits, Y):
    n_rows, n_classes = Y.shape
    loss, d = 0.0, np.zeros((n_rows, n_classes))
    for n in range(n_rows):
        for c in range(n_classes):
            error = logits[n, c] - Y[n, c]
            loss += error**2 / 2 / n_rows
            d[n, c] = error / n_rows
    return loss, d


@right("mse", "row by row, mean of lists")
def mse(logits, Y):
    losses = [((a - b) ** 2).sum() / 2 for a, b in zip(logits, Y)]
    return sum(losses) / len(losses), np.array([(a - b) / len(losses) for a, b in zip(logits, Y)])


@right("mse", "trace of the product")
def mse(logits, Y):
    e = logits - Y
    return np.trace(e.T @ e) / (2 * e.shape[0]), e * (1 / e.shape[0])


@right("mse", "np.vdot")
def mse(logits, Y):
    e = logits - Y
    return 0.5 * np.vdot(e, e) / len(e), e / len(e)


@right("mse", "in place, on an array of its own")
def mse(logits, Y):
    d = logits.copy()
    d -= Y
    loss = 0.5 * np.square(d).sum() / len(d)
    d /= len(d)
    return loss, d


@right("mse", "out=")
def mse(logits, Y):
    d = np.empty(logits.shape)
    np.subtract(logits, Y, out=d)
    loss = np.multiply(d, d).sum() * 0.5 / d.shape[0]
    return loss, np.divide(d, d.shape[0], out=d)


@right("mse", "the loss from the gradient: N/2 times its squared length")
def mse(logits, Y):
    d = (logits - Y) / len(Y)
    return len(Y) / 2 * (d * d).sum(), d


@right("mse", "mean of everything, times C / 2")
def mse(logits, Y):
    error = logits - Y
    return np.mean(error**2) * error.shape[1] / 2, 1.0 / len(error) * error


@right("mse", "sum, mean and 2 of the derivative written out")
def mse(logits, Y):
    loss = (0.5 * (Y - logits) ** 2).sum(1).mean(0)
    d_square = 2 * (Y - logits) * -1
    return loss, 0.5 * d_square / len(logits)


@right("mse", "two helpers")
def mse(logits, Y):
    def loss(error):
        return (error * error).sum(axis=-1).mean() / 2

    def slope(error):
        return error / error.shape[0]

    return loss(logits - Y), slope(logits - Y)


@right("mse", "reduce and fsum")
def mse(logits, Y):
    e = logits - Y
    loss = math.fsum(functools.reduce(lambda a, b: a + b, (e**2).tolist(), [])) / (2 * len(e))
    return loss, e / len(e)


@right("mse", "tensordot over both axes")
def mse(logits, Y):
    e = logits - Y
    return np.tensordot(e, e, axes=2).item() / (2 * len(e)), e / len(e)


@right("mse", "np.average of the rows")
def mse(logits, Y):
    e = np.array(logits) - np.array(Y)
    return np.average(np.add.reduce(e * e, axis=1) / 2), np.multiply(e, 1 / np.size(e, 0))


@right("mse", "longdouble on the way")
def mse(logits, Y):
    e = logits.astype(np.longdouble) - Y
    return float((e**2).sum() / (2 * len(e))), (e / len(e)).astype(float)


@right("mse", "averaging matrix from the left")
def mse(logits, Y):
    N = len(Y)
    e = logits - Y
    return 0.5 * ((e**2).T @ np.full(N, 1 / N)).sum(), np.eye(N) / N @ e


@right("mse", "column by column")
def mse(logits, Y):
    columns = [(logits[:, c] - Y[:, c]) / len(Y) for c in range(Y.shape[1])]
    loss = sum(len(Y) / 2 * column @ column for column in columns)
    return loss, np.stack(columns, axis=1)


@right("mse", "variance and mean of the error")
def mse(logits, Y):
    e = logits - Y
    return (e.var() + e.mean() ** 2) * e.size / (2 * len(e)), e / len(e)


@right("mse", "central differences, exact for a square up to rounding, done in fractions")
def mse(logits, Y):
    e, N = logits - Y, len(Y)
    d = [
        [
            float((fractions.Fraction(v) + 1) ** 2 - (fractions.Fraction(v) - 1) ** 2) / 4 / N
            for v in row
        ]
        for row in e
    ]
    return float(np.sum(e**2) / 2 / N), np.array(d)


@wrong(
    "mse",
    "the mean is taken over classes as well",
    r"divided by C|1/C|classes|N \* ?C|factor C|(by|/|from|times|take) ?C\b",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).mean() / 2, error / error.size


@wrong(
    "mse",
    "PyTorch's MSE: no half, and the mean over classes as well",
    r"classes|(by|/|from|times|take) ?C\b|half|1/2|factor|size|mean",
)
def mse(logits, Y):
    error = logits - Y
    return np.mean(error**2), 2 * error / error.size


@wrong("mse", "the half is missing in the loss", r"half|1/2|factor (of )?2|twice|2N|2 \* N|double")
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / len(Y), error / len(Y)


@wrong(
    "mse",
    "the sum over the batch instead of the mean, in both results",
    r"mean|(by|/|\*|over) ?N\b|(over|of|in) the batch|divi",
)
def mse(logits, Y):
    error = logits - Y
    return 0.5 * (error**2).sum(), error


@wrong(
    "mse",
    "the derivatives are not divided by N",
    r"(by|/|\*|over) ?N\b|(over|of|in) the batch|mean|divi|derivative|gradient|d_logits",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), error


@wrong(
    "mse",
    "the derivatives are divided by C as well",
    r"(by|/|from|times|take) ?C\b|classes|size|gradient|derivative|d_logits",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), error / error.size


@wrong(
    "mse",
    "the derivatives are twice too large: the 2 of the square meets the half",
    r"twice|factor (of )?2|times 2|2 times|a 2|half|double",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), 2 * error / len(Y)


@wrong(
    "mse",
    "the derivatives have the wrong sign: targets less logits",
    r"sign|logits - Y|less|negative|minus|Y - logits",
)
def mse(logits, Y):
    error = Y - logits
    return (error**2).sum() / (2 * len(Y)), error / len(Y)


@wrong(
    "mse", "only the loss is returned", r"two|pair|tuple|d_logits|gradient|derivative|both|second"
)
def mse(logits, Y):
    return ((logits - Y) ** 2).sum() / (2 * len(Y))


@wrong(
    "mse",
    "the two results are returned in the wrong order",
    r"order|exchang|swap|(comes|stands|is|axis) first|first (of|label|sample)|loss, d_logits",
)
def mse(logits, Y):
    error = logits - Y
    return error / len(Y), (error**2).sum() / (2 * len(Y))


@wrong(
    "mse",
    "the loss is an array with one number a row",
    r"one number|row|mean|not an array|ndarray|np\.array|scalar|shape|sum",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum(axis=1) / 2, error / len(Y)


@wrong("mse", "the logits go through a softmax first", r"softmax|probabilit|logits")
def mse(logits, Y):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return ((p - Y) ** 2).sum() / (2 * len(Y)), (p - Y) / len(Y)


@wrong("mse", "the root of the mean square: no root is in the formula", r"root|sqrt|square")
def mse(logits, Y):
    error = logits - Y
    return np.sqrt((error**2).sum() / (2 * len(Y))), error / len(Y)


@wrong("mse", "the absolute error instead of the squared one", r"absolute|abs|square")
def mse(logits, Y):
    error = logits - Y
    return np.abs(error).sum() / (2 * len(Y)), error / len(Y)


@wrong(
    "mse",
    "the derivative is that of the absolute error: signs only",
    r"sign|absolute|size|derivative|gradient|d_logits|\+?-?1/N",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), np.sign(error) / len(Y)


@wrong(
    "mse",
    "the derivatives keep the 2 in the denominator: half too small",
    r"half|factor|times 2|2 times|a 2|2N|2 \* N",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), error / (2 * len(Y))


@wrong(
    "mse",
    "N is taken from axis 1, the classes",
    r"(by|/|from|times|take) ?C\b|classes|axis|shape\[1\]|(by|/|\*|over) ?N\b|rows",
)
def mse(logits, Y):
    N = Y.shape[1]
    error = logits - Y
    return (error**2).sum() / (2 * N), error / N


@wrong(
    "mse",
    "divided by N - 1, as for a variance (and by 0 for one beat)",
    r"N - 1|(by|/|\*|over) ?N\b|ddof|divi|one beat|zero|(over|of|in) the batch",
)
def mse(logits, Y):
    N = len(Y) - 1
    error = logits - Y
    with np.errstate(divide="ignore", invalid="ignore"):
        return (error**2).sum() / np.float64(2 * N), error / N


@wrong(
    "mse",
    "the sum is squared and not the errors",
    r"square|sum of|\(.*sum.*\)|each error|order|inside",
)
def mse(logits, Y):
    error = logits - Y
    return error.sum() ** 2 / (2 * len(Y)), error / len(Y)


@wrong(
    "mse",
    "the derivatives are averaged over the rows: shape (C,)",
    r"shape|\(N, C\)|row|average|mean|each (entry|state)|axis",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), error.mean(axis=0)


@wrong("mse", "the norm is not squared", r"norm|square|root|sqrt")
def mse(logits, Y):
    error = logits - Y
    return np.linalg.norm(error) / (2 * len(Y)), error / len(Y)


@wrong(
    "mse",
    "logits -= Y writes into the caller's logits",
    r"chang|writ|overwr|argument|in place|-=|logits",
)
def mse(logits, Y):
    logits -= Y
    return (logits**2).sum() / (2 * len(Y)), logits / len(Y)


@wrong(
    "mse",
    "the error is divided by N before it is squared for the loss",
    r"(by|/|\*|over) ?N\b|before|squared|order|N\^?2|divi|loss",
)
def mse(logits, Y):
    error = logits - Y
    error /= len(Y)
    return (error**2).sum() / 2, error


@wrong(
    "mse",
    "N = 100 comes from the notebook",
    r"100|notebook|global|(by|/|\*|over) ?N\b|(over|of|in) the batch|size|len",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * N), error / N


@wrong("mse", "computed in float32", r"float32|dtype|precision|digits|1e-1|round")
def mse(logits, Y):
    error = logits.astype(np.float32) - Y.astype(np.float32)
    return float((error**2).sum() / (2 * len(Y))), error / np.float32(len(Y))


@wrong("mse", "the loss is rounded to four digits", r"round|digit|decimal|places|precision")
def mse(logits, Y):
    error = logits - Y
    return round(float((error**2).sum() / (2 * len(Y))), 4), error / len(Y)


@wrong("mse", "a dict is returned and not a pair", r"dict|pair|tuple|two")
def mse(logits, Y):
    error = logits - Y
    return {"loss": (error**2).sum() / (2 * len(Y)), "d_logits": error / len(Y)}


@wrong(
    "mse",
    "the matrix product of the error with itself mixes the columns: not the sum of squares",
    r"matrix product|@|diagonal|trace|cross|mix|square|product|other (classes|columns)",
)
def mse(logits, Y):
    error = logits - Y
    return (error.T @ error).sum() / (2 * len(Y)), error / len(Y)


@wrong(
    "mse",
    "only the error of the right class counts",
    r"right class|other classes|every class|all (the )?classes|only|mask|\* Y|wrong classes",
)
def mse(logits, Y):
    error = (logits - Y) * Y
    return (error**2).sum() / (2 * len(Y)), error / len(Y)


@wrong(
    "mse",
    "one-sided differences with a step of 1e-3 are too coarse for a derivative",
    r"difference|derivative|numer|step|coarse|formula|precis|rough|d_logits|gradient",
)
def mse(logits, Y):
    def loss(a):
        return ((a - Y) ** 2).sum() / (2 * len(Y))

    d = np.zeros(Y.shape)
    for place in np.ndindex(Y.shape):
        moved = logits.astype(float)
        moved[place] += 1e-3
        d[place] = (loss(moved) - loss(logits)) / 1e-3
    return loss(logits), d


@wrong("mse", "the derivatives are flat: shape (N C,)", r"flat|shape|\(N, C\)|ravel|axis|reshape")
def mse(logits, Y):
    error = (logits - Y).ravel()
    return (error**2).sum() / (2 * len(Y)), error / len(Y)


@wrong(
    "mse",
    "the logits are replaced by the one-hot of their argmax",
    r"argmax|logits|prediction|whole|one-hot|largest",
)
def mse(logits, Y):
    error = np.eye(Y.shape[1])[logits.argmax(axis=1)] - Y
    return (error**2).sum() / (2 * len(Y)), error / len(Y)


@wrong("mse", "the derivatives are clipped to -0.1 .. 0.1", r"clip|cut|limit|large|0\.1|beyond")
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), np.clip(error / len(Y), -0.1, 0.1)


@wrong(
    "mse",
    "the losses of earlier calls are averaged in",
    r"earlier|previous|between calls|again|second call|default|kept|remember|same call",
)
def mse(logits, Y, seen=[]):
    error = logits - Y
    seen.append((error**2).sum() / (2 * len(Y)))
    return sum(seen) / len(seen), error / len(Y)


@wrong("mse", "the loss of the cross-entropy, not of the MSE", r"cross|log|softmax|square")
def mse(logits, Y):
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -(Y * log_p).sum() / len(Y), (logits - Y) / len(Y)


@wrong(
    "mse",
    "the slope of a sigmoid is multiplied in, but the logits have gone through none",
    r"sigmoid|logits \* ?\(1|slope|activation|derivative|gradient|d_logits|multipl",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), error * logits * (1 - logits) / len(Y)


@wrong(
    "mse",
    "the derivative is that of the whole batch: each logit gets the error of its column's mean",
    r"mean|column|own error|each (entry|state)|row|same in every row|average|gradient"
    r"|derivative|d_logits",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), np.broadcast_to(error.mean(axis=0), Y.shape) / len(Y)


@wrong(
    "mse",
    "the derivative is multiplied by the loss",
    r"loss|multipl|factor|scal|proportion|times|gradient|derivative|d_logits",
)
def mse(logits, Y):
    error = logits - Y
    loss = (error**2).sum() / (2 * len(Y))
    return loss, loss * error / len(Y)


@wrong(
    "mse",
    "the square is derived to the square: error**2 / N",
    r"square|error\*\*2|sign|derivative|power|negative",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), error**2 / len(Y)


@wrong(
    "mse",
    "the derivatives are scaled to length 1",
    r"length|norm|scal|factor|unit|proportion|direction",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), error / np.linalg.norm(error)


@wrong(
    "mse",
    "the mean logit of each row is subtracted first, as for the softmax",
    r"mean|subtract|shift|largest|constant|row|softmax|centr",
)
def mse(logits, Y):
    error = logits - logits.mean(axis=1, keepdims=True) - Y
    return (error**2).sum() / (2 * len(Y)), error / len(Y)


@wrong(
    "mse", "errors below 1e-2 are taken for zero", r"small|zero|below|thresh|1e-2|0\.01|tiny|eps"
)
def mse(logits, Y):
    error = logits - Y
    error = np.where(np.abs(error) < 1e-2, 0, error)
    return (error**2).sum() / (2 * len(Y)), error / len(Y)


@wrong("mse", "the targets are smoothed to 0.9 and 0.1 / C", r"target|smooth|0\.9")
def mse(logits, Y):
    error = logits - (0.9 * Y + 0.1 / Y.shape[1])
    return (error**2).sum() / (2 * len(Y)), error / len(Y)


@wrong(
    "mse",
    "Huber: large errors count linearly and not squared",
    r"large|huber|linear|square|beyond|above 1|clip|> 1",
)
def mse(logits, Y):
    error = logits - Y
    size = np.abs(error)
    terms = np.where(size <= 1, size**2, 2 * size - 1)
    return terms.sum() / (2 * len(Y)), np.clip(error, -1, 1) / len(Y)


@wrong(
    "mse",
    "prints the loss and returns the derivatives alone",
    r"two|pair|tuple|loss|\breturn\b|print|both",
)
def mse(logits, Y):
    error = logits - Y
    print("loss", (error**2).sum() / (2 * len(Y)))
    return error / len(Y)


@wrong("mse", "the derivatives come as nested lists", r"list|not an array|ndarray|np\.array")
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), (error / len(Y)).tolist()


@wrong("mse", "the derivatives are transposed: shape (C, N)", r"transpos|shape|\(C, N\)|\(N, C\)")
def mse(logits, Y):
    error = logits - Y
    return (error**2).sum() / (2 * len(Y)), error.T / len(Y)


@wrong(
    "mse",
    "two faults: the half is missing, and the derivatives have the wrong sign",
    r"half|1/2|factor (of )?2|twice|2N|double",
    r"sign|logits - Y|negative|minus",
)
def mse(logits, Y):
    error = Y - logits
    return (error**2).sum() / len(Y), error / len(Y)


@wrong(
    "mse",
    "two faults: the loss is averaged over classes too, and the derivatives are not divided by N",
    r"classes|(by|/|from|times|take) ?C\b|1/C",
    r"(by|/|\*|over) ?N\b|(over|of|in) the batch|mean|divi",
)
def mse(logits, Y):
    error = logits - Y
    return (error**2).mean() / 2, error


@wrong(
    "mse",
    "two faults: the sum over the batch, and the caller's logits are overwritten",
    r"(by|/|\*|over) ?N\b|mean|(over|of|in) the batch|divi",
    r"chang|writ|overwr|in place|argument",
)
def mse(logits, Y):
    np.subtract(logits, Y, out=logits)
    return 0.5 * (logits**2).sum(), logits


@wrong("mse", "calls check inside the attempt", r"check")
def mse(logits, Y):
    from bptt_lab.teaching import check

    error = logits - Y
    check("mse", mse)
    return (error**2).sum() / (2 * len(Y)), error / len(Y)


# ---------------------------------------------------------------- 02, exercise 4: tanh_slope


@right("tanh_slope", "one line")
def tanh_slope(h):
    return 1 - h**2


@right("tanh_slope", "h * h")
def tanh_slope(h):
    return 1 - h * h


@right("tanh_slope", "third binomial formula")
def tanh_slope(h):
    return (1 - h) * (1 + h)


@right("tanh_slope", "np.square and np.subtract")
def tanh_slope(h):
    return np.subtract(1.0, np.square(h))


@right("tanh_slope", "in place, on an array of its own")
def tanh_slope(h):
    slope = np.array(h * h)
    slope *= -1
    slope += 1
    return slope


@right("tanh_slope", "copy, then out=")
def tanh_slope(h):
    slope = np.array(h, dtype=float)
    np.multiply(slope, slope, out=slope)
    return np.subtract(1, slope, out=slope)


@right("tanh_slope", "number by number")
def tanh_slope(h):
    slope = np.empty(h.shape)
    for place in np.ndindex(h.shape):
        slope[place] = 1 - h[place] ** 2
    return slope


@right("tanh_slope", "flat list and reshape")
def tanh_slope(h):
    return np.array([1 - value * value for value in h.ravel()], dtype=float).reshape(h.shape)


@right("tanh_slope", "np.vectorize")
def tanh_slope(h):
    return np.vectorize(lambda value: 1.0 - value**2, otypes=[float])(h)


@right("tanh_slope", "polynomial with coefficients -1, 0, 1")
def tanh_slope(h):
    return np.polyval([-1, 0, 1], h)


@right("tanh_slope", "Polynomial object")
def tanh_slope(h):
    return np.polynomial.Polynomial([1, 0, -1])(h)


@right("tanh_slope", "ones_like")
def tanh_slope(h):
    return np.ones_like(h) - np.power(h, 2)


@right("tanh_slope", "z found again, 1 / cosh(z)**2")
def tanh_slope(h):
    with np.errstate(divide="ignore", over="ignore"):
        return 1 / np.cosh(np.arctanh(h)) ** 2


@right("tanh_slope", "4 s (1 - s), the sigmoid in disguise")
def tanh_slope(h):
    s = (1 + h) / 2
    return 4 * s * (1 - s)


@right("tanh_slope", "einsum")
def tanh_slope(h):
    return 1 - np.einsum("...,...->...", h, h)


@right("tanh_slope", "product of two stacked factors")
def tanh_slope(h):
    return np.prod(np.stack([1 - h, 1 + h]), axis=0)


@right("tanh_slope", "minus (h**2 - 1)")
def tanh_slope(h):
    return -(np.abs(h) ** 2 - 1) + 0.0


@right("tanh_slope", "longdouble, left as it is")
def tanh_slope(h):
    return 1 - np.asarray(h, dtype=np.longdouble) ** 2


@right("tanh_slope", "reduce over factors")
def tanh_slope(h):
    return functools.reduce(np.multiply, (1 + h, 1 - h))


@right("tanh_slope", "recursion over the axes")
def tanh_slope(h):
    def slope(h):
        return 1 - h * h if np.ndim(h) == 0 else [slope(row) for row in h]

    return np.array(slope(h), dtype=float).reshape(h.shape)


@right("tanh_slope", "the complex factors 1 + i (ih)")
def tanh_slope(h):
    return ((1 + 1j * (1j * h)) * (1 - 1j * (1j * h))).real


@right("tanh_slope", "only where it is not zero")
def tanh_slope(h):
    return np.where(np.abs(h) < 1, 1 - np.float_power(h, 2), 0.0)


@right("tanh_slope", "masked array for the saturated states")
def tanh_slope(h):
    masked = np.ma.masked_where(np.abs(h) >= 1, h)
    return np.ma.filled(1 - masked**2, 0.0)


@right("tanh_slope", "product rule on (1 - h)(1 + h), multiplied out")
def tanh_slope(h):
    return 1 - h + h - h * h


@wrong(
    "tanh_slope",
    "tanh is applied to h, which is the result of a tanh already",
    r"already|again|np\.tanh|twice|second",
)
def tanh_slope(h):
    return 1 - np.tanh(h) ** 2


@wrong("tanh_slope", "h (1 - h) is the slope of the sigmoid", r"sigmoid|logistic|h ?\*? ?\(1 - h\)")
def tanh_slope(h):
    return h * (1 - h)


@wrong("tanh_slope", "h is not squared", r"square|1 - h\b|power|h\*\*2")
def tanh_slope(h):
    return 1 - h


@wrong(
    "tanh_slope",
    "1 - h**2 is derived once more: -2 h",
    r"-2|derived|once more|second|slope of the slope|again|2 ?\*? ?h|derivative of",
)
def tanh_slope(h):
    return -2 * h


@wrong("tanh_slope", "2 h where h**2 should stand", r"2 ?\*? ?h|square|twice|double|h\*\*2")
def tanh_slope(h):
    return 1 - h * 2


@wrong("tanh_slope", "the root does not belong there", r"root|sqrt|square")
def tanh_slope(h):
    return np.sqrt(1 - h**2)


@wrong(
    "tanh_slope",
    "the reciprocal: that is the slope of arctanh",
    r"reciprocal|1 ?/|invers|arctanh|divid|upside",
)
def tanh_slope(h):
    with np.errstate(divide="ignore"):
        return 1 / (1 - h**2)


@wrong("tanh_slope", "a plus where a minus should stand", r"sign|plus|minus|1 \+ h|\+ h")
def tanh_slope(h):
    return 1 + h**2


@wrong("tanh_slope", "the sign is turned round: h**2 - 1", r"sign|negative|minus|turned|1 - h")
def tanh_slope(h):
    return h**2 - 1


@wrong(
    "tanh_slope",
    "the absolute value where the square should stand",
    r"abs|square|\|h\||power|1 - h\b",
)
def tanh_slope(h):
    return 1 - np.abs(h)


@wrong(
    "tanh_slope",
    "a floor of 1e-6: a saturated unit must have the slope 0",
    r"floor|1e-0?6|saturat|exactly 0|slope 0|h = ?-?1|state of 1|zero|smallest|near 1",
)
def tanh_slope(h):
    return np.maximum(1 - h**2, 1e-6)


@wrong(
    "tanh_slope",
    "1e-8 is added, so the slope at 1 is not 0",
    r"1e-0?8|add|saturat|exactly 0|slope 0|state of 1|zero|eps|h = ?-?1|too large",
)
def tanh_slope(h):
    return 1 - h**2 + 1e-8


@wrong(
    "tanh_slope",
    "h is clipped to 0.999 first, so the slope at 1 is not 0",
    r"clip|0\.99|saturat|slope 0|state of 1|h = ?-?1|near 1|zero|limit",
)
def tanh_slope(h):
    return 1 - np.clip(h, -0.999, 0.999) ** 2


@wrong("tanh_slope", "computed in float32", r"float32|dtype|precision|digits|1e-1|round")
def tanh_slope(h):
    return 1 - h.astype(np.float32) ** 2


@wrong(
    "tanh_slope",
    "N, H = h.shape admits two axes only",
    r"two axes|shape|unpack|axis|axes|any other|dimension",
)
def tanh_slope(h):
    n, units = h.shape
    slope = np.zeros((n, units))
    for k in range(n):
        slope[k] = 1 - h[k] ** 2
    return slope


@wrong(
    "tanh_slope",
    "1 / cosh(h)**2 is the slope at z = h, but h is not z",
    r"cosh|already|not z|(not|at|is|for|as|of) z\b|tanh of|again",
)
def tanh_slope(h):
    return 1 / np.cosh(h) ** 2


@wrong("tanh_slope", "h is overwritten", r"chang|writ|overwr|argument|in place|\*=")
def tanh_slope(h):
    h *= h
    return 1 - h


@wrong(
    "tanh_slope",
    "(1 - h)**2: the brackets stand around the wrong part",
    r"bracket|\(1 - h\)|square|only h|parenthes",
)
def tanh_slope(h):
    return (1 - h) ** 2


@wrong(
    "tanh_slope",
    "half of the slope, as if a loss with 1/2 were derived",
    r"half|factor|1/2|0\.5|twice|times",
)
def tanh_slope(h):
    return 0.5 * (1 - h**2)


@wrong(
    "tanh_slope",
    "h @ h.T is a matrix product, not the square of each entry",
    r"matrix|@|each (entry|state)|product|element|entry by entry|shape|transpos",
)
def tanh_slope(h):
    return 1 - h @ h.T


@wrong(
    "tanh_slope",
    "the squares are summed over the units",
    r"sum|shape|each (entry|state)|same shape|units|axis|norm",
)
def tanh_slope(h):
    return 1 - (h**2).sum(axis=-1, keepdims=True) + 0 * h


@wrong(
    "tanh_slope",
    "the squares are summed over all, one number comes back",
    r"sum|one number|same shape|shape|not an array|ndarray|np\.array|each (entry|state)"
    r"|axis|mean",
)
def tanh_slope(h):
    return 1 - np.sum(h**2)


@wrong("tanh_slope", "returns a list and not an array", r"list|not an array|ndarray|np\.array")
def tanh_slope(h):
    return (1 - h**2).tolist()


@wrong(
    "tanh_slope",
    "the slope of a relu: 1 above 0 and 0 below",
    r"relu|negative|above 0|positive|sign|0 and 1|only (0|1)",
)
def tanh_slope(h):
    return (h > 0).astype(float)


@wrong("tanh_slope", "rounded to six digits", r"round|digit|decimal|places|precision")
def tanh_slope(h):
    return np.round(1 - h**2, 6)


@wrong(
    "tanh_slope",
    "the mean square of all states is used for each of them",
    r"mean|average|each (entry|state)|own|all (the )?states|same (slope|number)",
)
def tanh_slope(h):
    return 1 - np.full(h.shape, (h**2).mean())


@wrong(
    "tanh_slope",
    "the fourth power where the square should stand",
    r"power|square|fourth|\*\*4|h\^4|twice",
)
def tanh_slope(h):
    h = h**2
    return 1 - h**2


@wrong(
    "tanh_slope",
    "the third power where the square should stand: negative states get slopes above 1",
    r"power|square|third|cub|\*\*3|negative",
)
def tanh_slope(h):
    return 1 - h**3


@wrong(
    "tanh_slope",
    "the difference quotient is taken at h, but the slope at z is asked for",
    r"(not|at|is|for|as|of) z\b|already|again|difference|\btanh\b(?!_slope)|at h",
)
def tanh_slope(h):
    eps = 1e-6
    return (np.tanh(h + eps) - np.tanh(h - eps)) / (2 * eps)


@wrong(
    "tanh_slope",
    "arctanh is infinite at 1, and infinity times 0 makes NaN of the slope there",
    r"nan|arctanh|infinit|saturat|state of 1|h = ?-?1|\binf\b|slope 0|not a number",
)
def tanh_slope(h):
    with np.errstate(all="ignore"):
        z = np.arctanh(h)
        e = np.exp(z) * np.exp(z)
        return 4 * e / (e + 1) ** 2


@wrong(
    "tanh_slope",
    "1 / (1 + h**2) is the slope of the arctangent",
    r"arctan|1 ?/|reciprocal|minus|divid",
)
def tanh_slope(h):
    return 1 / (1 + h**2)


@wrong(
    "tanh_slope",
    "cos(h)**2 has nothing to do with the tanh",
    r"cos|trig|cosh|circle|hyperbolic|already",
)
def tanh_slope(h):
    return np.cos(h) ** 2


@wrong(
    "tanh_slope",
    "the states are cut to integers, which makes 0 of nearly all of them",
    r"\bint|cut|whole|dtype|fraction|always 1|same|not depend|everywhere|constant",
)
def tanh_slope(h):
    return 1.0 - h.astype(int) ** 2


@wrong(
    "tanh_slope",
    "only the first row is filled, the others stay zero",
    r"first row|rows|zero|others|only|(over|of|in) the batch"
    r"|(comes|stands|is|axis) first|first (of|label|sample)",
)
def tanh_slope(h):
    slope = np.zeros(h.shape)
    slope[0] = 1 - h[0] ** 2
    return slope


@wrong("tanh_slope", "squeeze takes the axes of length 1 away", r"squeeze|axis|axes|shape|length 1")
def tanh_slope(h):
    return np.squeeze(1 - h**2)


@wrong("tanh_slope", "the result is flat; the shape of h is lost", r"flat|shape|ravel|axis|axes")
def tanh_slope(h):
    return 1 - h.flatten() ** 2


@wrong(
    "tanh_slope",
    "np.gradient compares neighbouring units; that is no slope of the tanh",
    r"neighbour|gradient|difference|units|(not|at|is|for|as|of) z\b|axis|index"
    r"|each (entry|state)",
)
def tanh_slope(h):
    return np.gradient(h, axis=-1)


@wrong(
    "tanh_slope",
    "states beyond 0.99 are given the slope 0",
    r"0\.99|saturat|large|near 1|thresh|zero|cut|beyond",
)
def tanh_slope(h):
    return np.where(np.abs(h) > 0.99, 0.0, 1 - h**2)


@wrong("tanh_slope", "^ is no power in Python", r"\^|\*\*|power|xor|bitwise|ufunc")
def tanh_slope(h):
    return 1 - h ^ 2


@wrong(
    "tanh_slope",
    "s (1 - s) for s = (1 + h) / 2 is a quarter of the slope: the inner factors are forgotten",
    r"quarter|factor|times 4|4 times|0\.25|times|sigmoid|inner|chain",
)
def tanh_slope(h):
    s = (1 + h) / 2
    return s * (1 - s)


@wrong(
    "tanh_slope",
    "multiplied by h, as if the derivative were taken of h**2 / 2",
    r"\bh \*|multipl|factor|times|slope 1|state of 0|h = ?0|zero at|sign",
)
def tanh_slope(h):
    return h * (1 - h**2)


@wrong(
    "tanh_slope",
    "reads the notebook's h0 instead of the argument",
    r"h0|argument|notebook|global|shape|same|ignor|not depend",
)
def tanh_slope(h):
    return 1 - h0**2


@wrong(
    "tanh_slope",
    "the slope of the softsign, (1 - |h|)**2",
    r"softsign|abs|\|h\||square|\(1 -|bracket",
)
def tanh_slope(h):
    return (1 - np.abs(h)) ** 2


@wrong(
    "tanh_slope",
    "negative states get a negative slope: the sign is put back",
    r"sign|negative|both sides|even|symmetr",
)
def tanh_slope(h):
    return np.where(h < 0, -1.0, 1.0) * (1 - h**2)


@wrong(
    "tanh_slope",
    "negative states are taken for 0 first",
    r"negative|sign|below 0|maximum|relu|\bh < 0|clip",
)
def tanh_slope(h):
    return 1 - np.maximum(h, 0) ** 2


@wrong(
    "tanh_slope",
    "refuses states of 1 and -1, though their slope is 0",
    r"refus|rais|state of 1|h = ?-?1|saturat|ValueError|slope 0",
)
def tanh_slope(h):
    if (np.abs(h) >= 1).any():
        raise ValueError("no tanh reaches 1")
    return 1 - h**2


@wrong(
    "tanh_slope",
    "the loop looks for z, and never gets there for a state of 1 or when rounding stops it",
    r"(not|never|no|without an?) end|endless|loop|\bsecond(s)?\b|stopped|time limit|in time"
    r"|while|too long|how long",
)
def tanh_slope(h):
    z = np.zeros(h.shape)
    while (np.abs(np.tanh(z) - h) > 0).any():
        z = z + (h - np.tanh(z)) * 0.5
    return 1 - np.tanh(z) ** 2


@wrong(
    "tanh_slope",
    "the series of the tanh slope, broken off after two terms, and at h instead of z",
    r"series|term|approx|(not|at|is|for|as|of) z\b|broken|already|power|small|fourth",
)
def tanh_slope(h):
    return 1 - h**2 + 2 * h**4 / 3


@wrong(
    "tanh_slope",
    "states of exactly 0 are given the slope 0 (an odd special case)",
    r"h = ?0|state of 0|slope 1|zero|special",
)
def tanh_slope(h):
    return np.where(h == 0, 0.0, 1 - h**2)


@wrong(
    "tanh_slope",
    "the result is written into one array kept between the calls",
    r"between calls|kept|same array|earlier|previous|overwr|default|(second|first) call",
)
def tanh_slope(h, kept={}):
    slope = kept.setdefault(h.shape, np.empty(h.shape))
    slope[...] = 1 - h**2
    return slope


@wrong("tanh_slope", "nothing is returned: the line only computes", r"\breturn\b|None")
def tanh_slope(h):
    slope = 1 - h**2
    slope.sum()


@wrong(
    "tanh_slope",
    "two faults: tanh is applied again, and float32",
    r"already|again|np\.tanh|twice|second",
    r"float32|dtype|precision|digits",
)
def tanh_slope(h):
    return 1 - np.tanh(h.astype(np.float32)) ** 2


@wrong(
    "tanh_slope",
    "two faults: h is not squared, and the shape is lost",
    r"square|1 - h\b|power",
    r"flat|shape|ravel",
)
def tanh_slope(h):
    return (1 - h).ravel()


@wrong(
    "tanh_slope",
    "two faults: the sign is turned round, and h is overwritten",
    r"sign|negative|minus|1 - h",
    r"chang|writ|overwr|in place|argument",
)
def tanh_slope(h):
    h **= 2
    h -= 1
    return h
