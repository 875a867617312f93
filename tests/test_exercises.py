"""What `check` says: right answers of any style pass, wrong ones are named.

Nothing that a learner can give breaks it.
"""

import copy
import functools
import inspect
import threading
import time

import bank_07
import bank_08
import bank_09
import bank_10
import bank_11
import numpy as np
import pytest

from bptt_lab.teaching import attempts, check, checking, examine, mistakes, solution
from bptt_lab.teaching.exercises import EXERCISES
from bptt_lab.teaching.mistakes import BACKWARD, CATALOGUE, from_parts, losses

# Right answers, at least three of different styles for each exercise


def refusing(labels, C):
    if min(labels) < 0 or max(labels) >= C:
        raise ValueError("a label is out of range")


def one_hot_by_loop(labels, C):
    refusing(labels, C)
    Y = np.zeros((len(labels), C))
    for n, label in enumerate(labels):
        Y[n, label] = 1
    return Y


def one_hot_by_comparison(labels, C):
    refusing(labels, C)
    return (np.asarray(labels)[:, None] == np.arange(C)).astype(int)


def one_hot_by_put(labels, C):
    refusing(labels, C)
    Y = np.zeros((len(labels), C), np.float32)
    np.put_along_axis(Y, labels[:, None], 1, axis=1)
    return Y


def balanced_by_counts(predicted, labels, C):
    counts = np.zeros((C, C))
    for i, j in zip(labels, predicted):
        counts[i, j] += 1
    members = counts.sum(axis=1)
    return (np.diag(counts)[members > 0] / members[members > 0]).sum() / (members > 0).sum()


def balanced_by_weights(predicted, labels, C):
    weights = 1 / np.bincount(labels, minlength=C)[labels]
    return np.average(predicted == labels, weights=weights)


def pre_activation(params, x, h):
    return x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]


def step_by_einsum(params, x, h):
    z = np.einsum("...i,ih->...h", x, params["W_in"]) + np.einsum(
        "...j,jh->...h", h, params["W_hh"]
    )
    return np.tanh(z + params["b_h"])


def step_stacked(params, x, h):
    W = np.concatenate([params["W_in"], params["W_hh"], params["b_h"][None]])
    return np.tanh(np.concatenate([x, h, np.ones((*x.shape[:-1], 1))], axis=-1) @ W)


def step_by_loops(params, x, h):
    shape, x, h = h.shape, np.atleast_2d(x), np.atleast_2d(h)
    rows = [
        [
            sum(x[n, i] * params["W_in"][i, k] for i in range(x.shape[1]))
            + sum(h[n, j] * params["W_hh"][j, k] for j in range(h.shape[1]))
            + params["b_h"][k]
            for k in range(h.shape[1])
        ]
        for n in range(len(x))
    ]
    z = np.array(rows).reshape(shape)
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def states_by_list(params, X, h0):
    h = [h0]
    for x in X:
        h.append(np.tanh(pre_activation(params, x, h[-1])))
    return np.stack(h)


def states_projected(params, X, h0):
    h = np.empty((len(X) + 1, *h0.shape))
    h[0], h[1:] = h0, X @ params["W_in"] + params["b_h"]
    for t in range(1, len(h)):
        h[t] += h[t - 1] @ params["W_hh"]
        np.tanh(h[t], out=h[t])
    return h


def states_by_recursion(params, X, h0):
    if not len(X):
        return h0[None]
    before = states_by_recursion(params, X[:-1], h0)
    return np.concatenate([before, np.tanh(pre_activation(params, X[-1], before[-1]))[None]])


def mse_by_loop(logits, Y):
    loss, d = 0.0, np.zeros(logits.shape)
    for n in range(len(Y)):
        loss += ((logits[n] - Y[n]) ** 2).sum() / 2 / len(Y)
        d[n] = (logits[n] - Y[n]) / len(Y)
    return loss, d


def cross_entropy_by_loop(logits, Y):
    loss, d = 0.0, []
    for row, y in zip(logits, Y):
        row = row - row.max()
        log_p = row - np.log(np.exp(row).sum())
        loss -= (y * log_p).sum() / len(Y)
        d.append((np.exp(log_p) - y) / len(Y))
    return loss, np.array(d)


def cross_entropy_by_index(logits, Y):
    right = Y.argmax(axis=1)
    log_sum = np.logaddexp.reduce(logits, axis=1)
    d = np.exp(logits - log_sum[:, None])
    d[np.arange(len(Y)), right] -= 1
    return np.mean(log_sum - logits[np.arange(len(Y)), right]), d / len(Y)


def cross_entropy_by_logaddexp(logits, Y):
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


def signals_backwards(params, h, d_logits):
    dz, dh = [], d_logits @ params["W_out"].T
    for state in h[:0:-1]:
        dz.append(dh * (1 - state**2))
        dh = dz[-1] @ params["W_hh"].T
    return np.array(dz[::-1])


def signals_by_einsum(params, h, d_logits):
    dz = np.zeros_like(h[1:])
    dz[-1] = np.einsum("nc,hc,nh->nh", d_logits, params["W_out"], 1 - h[-1] ** 2)
    for t in range(len(dz) - 2, -1, -1):
        dz[t] = np.einsum("nk,jk,nj->nj", dz[t + 1], params["W_hh"], 1 - h[t + 1] ** 2)
    return dz


def signals_by_jacobians(params, h, d_logits):
    dz = np.zeros_like(h[1:])
    for n in range(h.shape[1]):
        delta = (d_logits[n] @ params["W_out"].T) @ np.diag(1 - h[-1, n] ** 2)
        for t in range(len(dz), 0, -1):
            dz[t - 1, n] = delta
            delta = delta @ params["W_hh"].T @ np.diag(1 - h[t - 1, n] ** 2)
    return dz


def backward_by_steps(params, X, h, d_logits):
    dz = signals_backwards(params, h, d_logits)
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    for t in range(len(X)):
        grads["W_in"] += X[t].T @ dz[t]
        grads["W_hh"] += h[t].T @ dz[t]
        grads["b_h"] += dz[t].sum(axis=0)
    grads["W_out"], grads["b_out"] = h[-1].T @ d_logits, d_logits.sum(axis=0)
    return grads | {
        "h0": dz[0] @ params["W_hh"].T,
        "X": np.stack([d @ params["W_in"].T for d in dz]),
    }


def backward_by_einsum(params, X, h, d_logits):
    dz = signals_by_einsum(params, h, d_logits)
    return {
        "W_in": np.einsum("tni,tnh->ih", X, dz),
        "W_hh": np.einsum("tnj,tnk->jk", h[:-1], dz),
        "b_h": np.einsum("tnh->h", dz),
        "W_out": np.einsum("nh,nc->hc", h[-1], d_logits),
        "b_out": np.einsum("nc->c", d_logits),
        "h0": np.einsum("nk,jk->nj", dz[0], params["W_hh"]),
        "X": np.einsum("tnh,ih->tni", dz, params["W_in"]),
    }


def backward_with_more(params, X, h, d_logits):
    return backward_by_steps(params, X, h, d_logits) | {"extra": 1}


def central_flat(f, x, eps=1e-5):
    steps = eps * np.eye(x.size)
    return np.array([f(x + s.reshape(x.shape)) - f(x - s.reshape(x.shape)) for s in steps]).reshape(
        x.shape
    ) / (2 * eps)


def central_by_index(f, x, eps=1e-5):
    gradient = np.zeros_like(x)
    for k in range(x.size):
        above, below = x.copy(), x.copy()
        above.flat[k] += eps
        below.flat[k] -= eps
        gradient.flat[k] = (f(above) - f(below)) / (above.flat[k] - below.flat[k])
    return gradient


def central_one_by_one(f, x, eps=1e-5):
    def slope(k):
        e = np.zeros(x.shape)
        e[k] = eps
        return (f(x + e) - f(x - e)) / 2 / eps

    return np.array([slope(k) for k in np.ndindex(x.shape)]).reshape(x.shape)


def relative_error_flat(a, b):
    a, b = np.ravel(a), np.ravel(b)
    bottom = np.sqrt(a @ a) + np.sqrt(b @ b)
    return 0.0 if bottom == 0 else np.sqrt((a - b) @ (a - b)) / bottom


def relative_error_sums(a, b):
    length = [np.sqrt(np.sum(v**2)) for v in (a - b, a, b)]
    return float(length[0]) / float(length[1] + length[2]) if length[1] + length[2] > 0 else 0


def relative_error_nan(a, b):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(
            np.linalg.norm(a - b) / np.float64(np.linalg.norm(a) + np.linalg.norm(b))
        )


def complex_flat(f, x, eps=1e-30):
    return (
        np.array([f(x + 1j * eps * e.reshape(x.shape)).imag for e in np.eye(x.size)]).reshape(
            x.shape
        )
        / eps
    )


def complex_by_index(f, x, eps=1e-30):
    gradient = np.empty(x.shape)
    for k in np.ndindex(*x.shape):
        z = x + 0j
        z[k] += 1j * eps
        gradient[k] = np.imag(f(z)) / eps
    return gradient


def complex_another_default(f, x, eps=1e-20):
    return complex_by_index(f, x, eps)


def clip_by_branch(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g * g) for g in grads.values()))
    return {k: g * max_norm / norm for k, g in grads.items()} if norm > max_norm else grads


def clip_as_one_vector(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads.values()]))
    return {k: g / max(1, norm / max_norm) for k, g in grads.items()}


def clip_in_place_on_copies(grads, max_norm):
    mine = {k: g.copy() for k, g in grads.items()}
    norm = sum(np.linalg.norm(g) ** 2 for g in mine.values()) ** 0.5
    for g in mine.values():
        g *= min(1, max_norm / norm) if norm else 1
    return mine


def clip_in_float32(grads, max_norm):
    return {k: g.astype(np.float32) for k, g in clip_by_branch(grads, max_norm).items()}


def clip_like_torch(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    return {k: g * min(1.0, max_norm / (norm + 1e-6)) for k, g in grads.items()}


def momentum_in_place(params, grads, v, lr, momentum, weight_decay):
    for k in params:
        v[k] *= momentum
        v[k] += grads[k] + weight_decay * params[k]
        params[k] -= lr * v[k]


def momentum_rebinding(params, grads, v, lr, momentum, weight_decay):
    v.update({k: momentum * v[k] + grads[k] + weight_decay * w for k, w in params.items()})
    params.update({k: w - lr * v[k] for k, w in params.items()})


def momentum_that_returns(params, grads, v, lr, momentum, weight_decay):
    for k, g in grads.items():
        v[k] = momentum * v[k] + g + weight_decay * params[k]
        params[k] = params[k] - lr * v[k]
    return params


RIGHT = {
    "time_major": (
        lambda table: np.expand_dims(table.T, 2),
        lambda table: np.einsum("nt->tn", table)[..., np.newaxis],
        lambda table: np.stack([table[:, [t]] for t in range(table.shape[1])]),
    ),
    "one_hot": (one_hot_by_loop, one_hot_by_comparison, one_hot_by_put),
    "balanced_accuracy": (
        balanced_by_counts,
        balanced_by_weights,
        lambda predicted, labels, C: np.mean(
            [np.mean(predicted[labels == k] == k) for k in np.unique(labels)]
        ),
    ),
    "step": (step_by_einsum, step_stacked, step_by_loops),
    "states": (states_by_list, states_projected, states_by_recursion),
    "tanh_slope": (
        lambda h: (1 - h) * (1 + h),
        lambda h: 1 / np.cosh(np.arctanh(h)) ** 2,
        lambda h: np.array([1 - u * u for u in h.flat]).reshape(h.shape),
    ),
    "mse": (
        mse_by_loop,
        lambda logits, Y: (np.mean(np.sum((logits - Y) ** 2, axis=1)) / 2, (logits - Y) / len(Y)),
        lambda logits, Y: (
            np.linalg.norm(logits - Y) ** 2 / (2 * len(Y)),
            np.divide(np.subtract(logits, Y), Y.shape[0]),
        ),
    ),
    "cross_entropy": (cross_entropy_by_loop, cross_entropy_by_index, cross_entropy_by_logaddexp),
    "step_back": (
        lambda dz, h, W: np.einsum("nk,jk,nj->nj", dz, W, 1 - h**2),
        lambda dz, h, W: (W @ dz.T).T * (1 - h) * (1 + h),
        lambda dz, h, W: np.stack([W @ d * (1 - s * s) for d, s in zip(dz, h)]),
    ),
    "error_signals": (signals_backwards, signals_by_einsum, signals_by_jacobians),
    "backward": (backward_by_steps, backward_by_einsum, backward_with_more),
    "numerical_gradient": (central_flat, central_by_index, central_one_by_one),
    "relative_error": (relative_error_flat, relative_error_sums, relative_error_nan),
    "complex_step_gradient": (complex_flat, complex_by_index, complex_another_default),
    "clip": (
        clip_by_branch,
        clip_as_one_vector,
        clip_in_place_on_copies,
        clip_in_float32,
        clip_like_torch,
    ),
    "momentum_step": (momentum_in_place, momentum_rebinding, momentum_that_returns),
}
for name, attempt, cause, *_ in (
    bank_07.ANSWERS + bank_08.ANSWERS + bank_09.ANSWERS + bank_10.ANSWERS + bank_11.ANSWERS
):
    if cause is None:
        RIGHT[name] = (*RIGHT.get(name, ()), attempt)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_is_right_and_can_stand_in_for_the_learners_function(name):
    report = examine(name, solution(name))
    assert report.ok, str(report)
    namespace = {}
    exec(f"def {EXERCISES[name].signature}: ...", namespace)
    assert inspect.signature(solution(name)) == inspect.signature(namespace[name])


def test_the_solution_changes_what_it_is_meant_to_change():
    params, grads, v = ({"W": np.full(2, c)} for c in (1.0, 2.0, 3.0))
    assert solution("momentum_step")(params, grads, v, 0.1, 0.5, 0.25) is None
    np.testing.assert_allclose(v["W"], 0.5 * 3 + 2 + 0.25 * 1)
    np.testing.assert_allclose(params["W"], 1 - 0.1 * 3.75)


def test_a_solution_takes_the_step_that_it_is_given():
    assert abs(solution("numerical_gradient")(lambda x: x[0] ** 3, np.zeros(1), 0.1) - 0.01) < 1e-12
    assert solution("complex_step_gradient")(lambda x: x[0] ** 3, np.zeros(1), 0.1) == -(0.1**2)


def test_there_are_three_right_answers_for_each_exercise():
    assert set(EXERCISES) <= set(RIGHT) and min(map(len, RIGHT.values())) >= 3


@pytest.mark.parametrize(
    "name, attempt", [(name, f) for name, attempts in RIGHT.items() for f in attempts]
)
def test_a_right_answer_passes_whatever_its_style(name, attempt):
    report = examine(name, attempt)
    assert report.ok, str(report)
    assert ("float32" in str(report)) == any(
        word in attempt.__name__ for word in ("float32", "put")
    )


def in_float32(attempt):
    """Return an attempt with all its arguments rounded to float32."""

    def single(value):
        if isinstance(value, dict):
            return {k: single(v) for k, v in value.items()}
        return value.astype(np.float32) if isinstance(value, np.ndarray) else value

    return lambda *arguments: attempt(*map(single, arguments))


@pytest.mark.parametrize(
    "name", ("step", "states", "tanh_slope", "mse", "cross_entropy", "step_back", "backward")
)
def test_single_precision_is_refused_where_the_next_cells_need_more(name):
    report = examine(name, in_float32(RIGHT[name][0]))
    said = "digits; the next cells need more. It returns float32"
    assert not report.ok
    # Before NumPy 2 a loop over numbers in float32 came out in float64, whatever it had lost.
    assert said in " ".join(report.lines) or np.lib.NumpyVersion(np.__version__) < "2.0.0"


def test_a_cast_on_the_way_and_a_floor_are_refused():
    for name, attempt in (
        ("tanh_slope", lambda h: np.maximum(1 - h**2, 1e-6)),
        ("tanh_slope", lambda h: 1.0 - h.astype(np.float32).astype(float) ** 2),
        ("mse", lambda logits, Y: (mse_by_loop(logits, Y)[0] + 1e-8, mse_by_loop(logits, Y)[1])),
    ):
        report = examine(name, attempt)
        assert not report.ok and "Is something computed in float32 on the way" in str(report)


# Wrong answers

PAIRS = [(name, mistake) for name in EXERCISES for mistake in CATALOGUE if name in mistake.wrong]


@functools.cache
def report_on(k):
    name, mistake = PAIRS[k]
    return examine(name, mistake.function(name))


@pytest.mark.parametrize(
    "k", range(len(PAIRS)), ids=[f"{name}: {mistake.name}" for name, mistake in PAIRS]
)
def test_every_mistake_is_named_and_no_other(k):
    (name, mistake), report = PAIRS[k], report_on(k)
    said = " ".join(line.strip() for line in report.lines)
    assert not report.ok and "It returns what this mistake returns:" in said
    seen = (
        "" if mistake in BACKWARD and name != "backward" else f" Seen from outside: {mistake.seen}."
    )
    assert f"returns: {mistake.name}.{seen} Look at {mistake.look}" in said


def said(name, attempt):
    report = examine(name, attempt)
    assert len(report.lines) <= 8 and all(len(line) <= 120 for line in report.lines)
    text = " ".join(line.strip() for line in report.lines)
    assert "cannot be read" not in text  # the last resort, which would also hide a bug of ours
    return report.ok, text


right = from_parts()["backward"]


def but(**other):
    """Return a right backward with some results replaced by functions of the right ones."""

    def backward(params, X, h, d_logits):
        grads = right(params, X, h, d_logits)
        return grads | {k: f(grads) for k, f in other.items()}

    return backward


def only_if(condition, wrong):
    """Return a backward that is wrong where condition(X, h) holds."""
    return lambda params, X, h, d_logits: (wrong if condition(X, h) else right)(
        params, X, h, d_logits
    )


UNKNOWN = {
    "two mistakes": (
        but(W_hh=lambda g: g["W_hh"].T, b_h=lambda g: g["b_h"] / len(g["h0"])),
        ["W_hh: dW_hh is transposed.", "b_h: db_h is a mean over the batch."],
    ),
    "one known, one not": (
        but(W_hh=lambda g: g["W_hh"].T, X=lambda g: 2 * g["X"]),
        ["W_hh: dW_hh is transposed.", "X is 2 times the right one"],
    ),
    "a factor": (
        but(W_in=lambda g: 3.7 * g["W_in"]),
        ["W_in is 3.7 times the right one", "Right are W_hh, b_h, W_out, b_out, h0, X."],
    ),
    "a factor N": (
        but(W_in=lambda g: len(g["h0"]) * g["W_in"], h0=lambda g: g["h0"] / len(g["X"])),
        ["W_in is N times the right one", "h0 is 1/T times the right one"],
    ),
    "a sign": (but(X=lambda g: -g["X"]), ["X has the wrong sign, and is right otherwise"]),
    "a transpose": (
        but(W_hh=lambda g: 2 * g["W_hh"].T),
        ["W_hh is 2 times the right one transposed"],
    ),
    "the first steps": (
        but(X=lambda g: np.concatenate([1.5 * g["X"][:2], g["X"][2:]])),
        ["X is wrong only for t = 1 to 2 (of 1 to"],
    ),
    "one unit": (
        but(b_h=lambda g: g["b_h"] * np.r_[1, 2, np.ones(len(g["b_h"]) - 2)]),
        ["b_h is wrong only for unit 1 (of 0 to"],
    ),
    "zeros": (but(h0=lambda g: 0 * g["h0"]), ["h0 is zero everywhere"]),
    "an offset": (
        but(b_h=lambda g: g["b_h"] + 1),
        ["b_h is off by the same number in every entry"],
    ),
    "some signs": (
        but(W_in=lambda g: np.abs(g["W_in"])),
        ["W_in has the right size everywhere, but the wrong sign"],
    ),
    "only when N = 1": (
        only_if(lambda X, h: X.shape[1] == 1, but(b_h=lambda g: 3 * g["b_h"])),
        ["This happens only when N = 1; when N > 1 all is right."],
    ),
    "only when N > 1": (
        only_if(lambda X, h: X.shape[1] > 1, but(b_h=lambda g: g["b_h"] ** 2)),
        ["It is right when N = 1, and not always when N > 1."],
    ),
    "only when T > 1": (
        only_if(lambda X, h: len(X) > 1, but(b_h=lambda g: g["b_h"] ** 2)),
        ["It is right when T = 1, and not always when T > 1."],
    ),
    "only with h0": (
        only_if(lambda X, h: h[0].any(), but(b_h=lambda g: g["b_h"] ** 2)),
        ["It is right when h0 = 0, and not always when h0 is not 0."],
    ),
    "a name is missing": (
        lambda *arguments: {k: g for k, g in right(*arguments).items() if k != "X"},
        ["The dict lacks X; it has W_in, W_hh, b_h, W_out, b_out, h0."],
    ),
    "a list": (
        lambda *arguments: list(right(*arguments).values()),
        ["It returns a list: expected a dict with the names W_in, W_hh"],
    ),
    "one NaN": (
        but(X=lambda g: np.where(g["X"] == g["X"].max(), np.nan, g["X"])),
        ["X holds NaN in 1 of 64 entries."],
    ),
    "inf": (but(b_out=lambda g: g["b_out"] / 0), ["b_out holds inf in 3 of 3 entries."]),
    "a shape": (
        but(X=lambda g: g["X"].swapaxes(0, 1)),
        ["X has the shape (4, 8, 2) = (N, T, I): expected (T, N, I) = (8, 4, 2)."],
    ),
    "a transposed shape": (
        but(W_in=lambda g: g["W_in"].T),
        ["W_in has the shape (5, 2) = (H, I): expected (I, H) = (2, 5) (transposed?)."],
    ),
    "text": (but(X=lambda g: "dX"), ["X holds a str, where numbers are expected."]),
    "None among the results": (
        but(X=lambda g: None),
        ["X holds a NoneType, where numbers are expected."],
    ),
}


@pytest.mark.parametrize("attempt, lines", UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_mistake_is_narrowed_down(attempt, lines):
    ok, text = said("backward", attempt)
    assert not ok and text.startswith("backward is not right yet.") and "exactly" not in text
    for line in lines:
        assert line in text, text


def kept_sum():
    total = []

    def tanh_slope(h):
        total.append(h)
        return 1 - h**2 + 0.1 * (len(total) > 1)

    return tanh_slope


def first_for_ever():
    kept = []

    def tanh_slope(h):
        kept.append(1 - h**2)
        return kept[0]

    return tanh_slope


def test_a_mistake_is_named_where_a_special_case_is_done_in_another_way():
    def with_a_check(labels, C):
        refusing(labels, C)
        Y = np.zeros((len(labels), C))
        Y[:, labels] = 1
        return Y

    assert (
        "On ordinary problems it returns what this mistake returns: every row has the 1 of every "
        "label." in said("one_hot", with_a_check)[1]
    )


def test_a_deterministic_attempt_is_not_called_random():
    for name, attempt in (
        ("mse", lambda logits, Y: 1.0),
        ("mse", lambda logits, Y: [1.0, logits]),
        ("one_hot", lambda labels, C: labels[:, None] == np.arange(C)),
    ):
        assert "different results" not in said(name, attempt)[1]


def test_what_is_kept_between_calls_is_named():
    assert (
        "Two calls with the same arguments give different results"
        in said("tanh_slope", kept_sum())[1]
    )
    assert "Every call returns the result of the first" in said("tanh_slope", first_for_ever())[1]
    assert (
        "different results: is something drawn at random"
        in said("tanh_slope", lambda h: 1 - h**2 + np.random.default_rng().normal(size=h.shape))[1]
    )


# Awkward attempts


def stub(labels, C):
    """Return the one-hot rows."""
    ...


def raises_not_implemented(labels, C):
    raise NotImplementedError("later")


@pytest.mark.parametrize(
    "attempt", (None, ..., stub, raises_not_implemented, lambda labels, C: None), ids=range(5)
)
def test_not_written_yet(attempt):
    ok, text = said("one_hot", attempt)
    assert not ok and text.startswith(
        "one_hot(labels, C) is not written yet. Write it in the cell above"
    )


def forgets_return(labels, C):
    np.eye(C)[labels]


def crashes(params, x, h):
    z = x @ params["W_in"] + params["W_hh"] @ h
    return np.tanh(z)


H = 32


def reads_the_notebook(params, X, h0):
    h = np.zeros((len(X) + 1, len(h0), H))
    h[0] = h0
    return h


def endless_recursion(h):
    return endless_recursion(h)


def writes_into_h(params, x, h):
    h[:] = np.tanh(pre_activation(params, x, h))
    return h


def exits(h):
    raise SystemExit(1)


def step(params, x, h): ...


def step_back(dz, h_before, W_hh):
    return dz @ W_hh * (1 - h_before**2)


def unwritten_helper(params, X, h0):
    h = np.empty((len(X) + 1, *h0.shape))
    h[0] = h0
    for t in range(1, len(h)):
        h[t] = step(params, X[t - 1], h[t - 1])
    return h


def wrong_helper(params, h, d_logits):
    dz = [d_logits @ params["W_out"].T * (1 - h[-1] ** 2)]
    for state in h[-2:0:-1]:
        dz.insert(0, step_back(dz[0], state, params["W_hh"]))
    return np.array(dz)


AWKWARD = {
    "no return": (
        "one_hot",
        forgets_return,
        "one_hot returns nothing (None): is a line with `return` still missing?",
    ),
    "an array": (
        "one_hot",
        np.eye(3),
        "one_hot: this is an array of shape (3, 3), where the function itself is expected: "
        "check('one_hot', one_hot)",
    ),
    "a number": ("mse", 3.0, "mse: this is a float, where the function itself is expected"),
    "a type": ("tanh_slope", int, "tanh_slope stops with TypeError"),
    "an exception": ("step", crashes, "This happened in line"),
    "too few arguments": (
        "step",
        lambda params, x: x,
        "takes 2 positional arguments but 3 were given",
    ),
    "globals": (
        "states",
        reads_the_notebook,
        "It reads H from the notebook. Take everything from the arguments",
    ),
    "endless recursion": (
        "tanh_slope",
        endless_recursion,
        "tanh_slope stops with RecursionError: maximum recursion depth exceeded",
    ),
    "its own error": (
        "tanh_slope",
        lambda h: 1 / 0,
        "tanh_slope stops with ZeroDivisionError: division by zero",
    ),
    "writes": ("step", writes_into_h, "the numbers are right, but it writes into its argument h."),
    "bool": (
        "one_hot",
        lambda labels, C: refusing(labels, C) or labels[:, None] == np.arange(C),
        "The result holds bool: expected numbers",
    ),
    "a mask for its sum": (
        "subnormals",
        lambda a: np.abs(a) < 1e-38,
        "The result is a mask: expected one number; np.count_nonzero counts what is True.",
    ),
    "true or false": (
        "subnormals",
        lambda a: bool((np.abs(a) < 1e-38).any()),
        "The result is True or False: expected a number.",
    ),
    "a list of lists": (
        "tanh_slope",
        lambda h: (1 - h**2).tolist(),
        "the numbers are right, but the result is a list: expected an array",
    ),
    "ragged": (
        "tanh_slope",
        lambda h: [[1, 2], [3]],
        "The result holds a list, where numbers are expected.",
    ),
    "complex": (
        "tanh_slope",
        lambda h: 1 - h**2 + 0j,
        "the numbers are right, but the result is complex",
    ),
    "one number": (
        "tanh_slope",
        lambda h: 1.0,
        "The result is a single number: expected (N, H) = (4, 5).",
    ),
    "a loss alone": (
        "mse",
        lambda logits, Y: 1.0,
        "It returns a float: expected two things, loss and d_logits.",
    ),
    "exchanged": (
        "mse",
        lambda logits, Y: mse_by_loop(logits, Y)[::-1],
        "loss has the shape (4, 3) = (N, C): expected a single number.",
    ),
    "an extra axis": (
        "mse",
        lambda logits, Y: (np.array([mse_by_loop(logits, Y)[0]]), mse_by_loop(logits, Y)[1]),
        "loss has the shape (1,)",
    ),
    "returned, not changed": (
        "momentum_step",
        lambda params, grads, v, *rest: (params, v),
        "it should change params and v and return nothing.",
    ),
    "stored nowhere": (
        "momentum_step",
        lambda params, grads, v, *rest: momentum_rebinding(dict(params), grads, dict(v), *rest),
        "params and v are as they were before the call",
    ),
    "return in one branch": (
        "clip",
        lambda grads, max_norm: (
            clip_by_branch(grads, max_norm)
            if clip_by_branch(grads, max_norm) is not grads
            else None
        ),
        "clip returns nothing (None) when the norm is below max_norm",
    ),
    "no ValueError": (
        "one_hot",
        lambda labels, C: one_hot_by_comparison(np.clip(labels, 0, C - 1), C),
        "For the label -1 it returns something: expected a ValueError.",
    ),
    "another error": (
        "one_hot",
        lambda labels, C: one_hot_by_comparison(labels if labels.min() >= 0 else 1 / 0, C),
        "For the label -1 it raises ZeroDivisionError: expected a ValueError.",
    ),
    "no global": (
        "time_major",
        lambda table: table.T,
        "The result has the shape (8, 4) = (T, N): expected (T, N, 1) = (8, 4, 1).",
    ),
    "too many results": (
        "step",
        lambda params, x, h: (h, h),
        "The result is a tuple of 2: expected one array",
    ),
    "column convention": (
        "step",
        lambda params, x, h: np.tanh(params["W_in"] @ x + params["W_hh"] @ h),
        "stand on the left.",
    ),
    "good labels refused": (
        "one_hot",
        lambda labels, C: refusing(labels - 1, C) or np.eye(C)[labels - 1],
        "It refuses good arguments",
    ),
    "the classic shift": (
        "states",
        lambda params, X, h0: np.stack([X[t] for t in range(1, len(X) + 1)]),
        "x_t sits in X[t - 1] and h_t in h[t]",
    ),
    "no upper limit": (
        "one_hot",
        lambda labels, C: (
            one_hot_by_comparison(labels, C) if labels.min() < 0 else np.eye(C)[labels]
        ),
        "For the label C it raises IndexError: expected a ValueError.",
    ),
    "five classes": (
        "balanced_accuracy",
        lambda predicted, labels, C: np.mean(
            [np.mean(predicted[labels == k] == k) for k in range(5) if (labels == k).any()]
        ),
        "The result is wrong",
    ),
    "no complex step": (
        "complex_step_gradient",
        lambda f, x, eps=1e-30: central_flat(f, x, 1e-5),
        "This happens only for a function that changes fast",
    ),
    "a step of its own": (
        "complex_step_gradient",
        lambda f, x, eps=1e-30: complex_flat(f, x, 1e-5),
        "This happens only for a function that changes fast",
    ),
    "a fixed step": (
        "numerical_gradient",
        lambda f, x, eps=1e-5: central_flat(f, x, 1e-5),
        "This happens only for a larger eps",
    ),
    "kept by a default argument": (
        "time_major",
        lambda table, kept=[]: (
            kept.append(table),
            np.concatenate([t.T for t in kept], axis=1)[:, : table.shape[0], None],
        )[1],
        "from call to call",
    ),
    "an unwritten helper": (
        "states",
        unwritten_helper,
        "it calls step, which is not right either. First run check('step', step)",
    ),
    "a wrong helper": (
        "error_signals",
        wrong_helper,
        "it calls step_back, which is not right either.",
    ),
    "a list of two": (
        "mse",
        lambda logits, Y: list(mse_by_loop(logits, Y)[:1]),
        "It returns a list: expected two things",
    ),
    "one maximum": ("cross_entropy", losses.one_maximum, "one maximum for the whole batch"),
    "a power": ("tanh_slope", lambda h: 1 - h ^ 2, "A power is written **."),
    "entry by entry": (
        "step",
        lambda params, x, h: np.tanh(x * params["W_in"] + h),
        "The matrix product is @.",
    ),
    "a wrong name": (
        "step",
        lambda params, x, h: params["b_hh"],
        "The names in params are W_in, W_hh, b_h, W_out and b_out.",
    ),
    "another notebook's function": (
        "step_back",
        lambda dz, h, W: dz @ W.T * slope_of_another_notebook(h),  # noqa: F821
        "what another one defines has to be written out here",
    ),
    "one axis too many": (
        "step",
        lambda params, x, h: np.tanh(
            np.concatenate([x, h], axis=1) @ np.concatenate([params["W_in"], params["W_hh"]])
            + params["b_h"]
        ),
        "for a single row, x (I,) and h (H,)",
    ),
    "whole numbers": (
        "states",
        lambda params, X, h0: states_by_list(params, X, h0).astype(int),
        "The result holds whole numbers only",
    ),
    "whole error signals": (
        "error_signals",
        lambda *arguments: solution("error_signals")(*arguments).astype(int),
        "The result holds whole numbers only",
    ),
    "SystemExit": ("tanh_slope", exits, "tanh_slope stops with SystemExit"),
}


@pytest.mark.parametrize("name, attempt, line", AWKWARD.values(), ids=AWKWARD)
def test_awkward_attempts_get_an_answer(name, attempt, line):
    ok, text = said(name, attempt)
    assert not ok and line in text, text


def backward_with(**changes):
    """Return the right backward pass with other results, functions of X, h, d_logits and dz."""

    def backward(params, X, h, d_logits):
        grads = dict(solution("backward")(params, X, h, d_logits))
        dz = solution("error_signals")(params, h, d_logits)
        return grads | {k: f(X, h, d_logits, dz) for k, f in changes.items()}

    return backward


def relative(zero):
    """Return a relative error that takes two arrays for zeros when it should not."""

    def relative_error(a, b):
        if zero(a, b):
            return 0
        return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))

    return relative_error


def with_its_own_eps(f, x, eps=1e-5):
    return solution("numerical_gradient")(f, x)


def returned_error(labels, C):
    good = labels.min() >= 0 and labels.max() < C
    return solution("one_hot")(labels, C) if good else ValueError("a label is out of range")


def new_dicts(params, grads, v, lr, momentum, weight_decay):
    v = {k: momentum * v[k] + grads[k] + weight_decay * params[k] for k in v}
    return {k: params[k] - lr * v[k] for k in v}, v


def divided_by_k(params, X, h, d_logits, k):
    grads = dict(solution("backward_truncated")(params, X, h, d_logits, k))
    return grads | {"b_h": grads["b_h"] / k}


def last_steps_only(params, X, h, d_logits, k):
    grads = dict(solution("backward_truncated")(params, X, h, d_logits, k))
    return grads | {"X": grads["X"][-k:]}


FROM_A_LEARNER = [
    ("backward_truncated", divided_by_k, "the sums over time are divided by k"),
    ("backward_truncated", last_steps_only, "X has the shape (6, 4, 2): expected (T, N, I)"),
    ("relative_error", relative(lambda a, b: a.all() == b.all() == 0), "single entries of both"),
    ("relative_error", relative(lambda a, b: not (a.all() or b.all())), "single entries of both"),
    ("relative_error", relative(lambda a, b: a.sum() + b.sum() == 0), "each add up to zero"),
    ("backward", backward_with(W_in=lambda X, h, d, dz: X[-1].T @ dz[-1]), "the last step alone"),
    ("backward", backward_with(W_hh=lambda X, h, d, dz: h[-2].T @ dz[-1]), "the last step alone"),
    ("backward", backward_with(b_h=lambda X, h, d, dz: dz[0].sum(0)), "the first step alone"),
    ("numerical_gradient", with_its_own_eps, "is the given one used"),
    ("one_hot", returned_error, "`raise` would raise it"),
]


@pytest.mark.parametrize("name, attempt, line", FROM_A_LEARNER)
def test_what_a_learner_was_told_wrongly(name, attempt, line):
    ok, text = said(name, attempt)
    assert not ok and line in text, text
    assert "counts as 0" not in text and "two faults" not in text, text


def test_nothing_false_is_said_besides():
    text = said("backward", backward_with(b_out=lambda X, h, d, dz: d.sum()))[1]
    assert "b_out is a single number" in text and "d_logits" not in text
    assert "lr" not in said("momentum_step", new_dicts)[1]


class Refuses:
    """Refuses to be copied, read, compared or shown."""

    def refuse(self, *arguments, **keywords):
        raise KeyError("no")

    __array__ = __deepcopy__ = __eq__ = __len__ = __iter__ = __bool__ = __str__ = refuse
    __repr__ = __hash__ = __reduce_ex__ = refuse


async def coroutine():
    return 1.0


def later():
    waiting = coroutine()
    waiting.close()  # or Python warns that nobody has waited for it
    return waiting


UNCOPYABLE = {
    "generator": lambda: (k for k in range(3)),
    "map": lambda: map(np.tanh, range(3)),
    "lock": threading.Lock,
    "module": lambda: np,
    "coroutine": later,
    "Refuses": Refuses,
}


@pytest.mark.parametrize("kind, make", UNCOPYABLE.items(), ids=UNCOPYABLE)
def test_what_cannot_be_copied_is_named(kind, make, capfd):
    holds = f"holds a {kind}, where numbers are expected."
    for name, attempt, expected in (
        ("tanh_slope", lambda h: make(), f"The result {holds}"),
        ("step", lambda params, x, h: [make()], "holds a list, where numbers are expected."),
        ("mse", lambda logits, Y: (1.0, make()), f"d_logits {holds}"),
        ("mse", lambda logits, Y: make(), f"It returns a {kind}: expected two things"),
        ("backward", but(X=lambda g: make()), f"X {holds}"),
        ("backward", lambda *arguments: make(), f"It returns a {kind}: expected a dict"),
        (
            "momentum_step",
            lambda params, *rest: params.update({next(iter(params)): make()}),
            f"params['b'] {holds}",
        ),
        ("momentum_step", lambda *arguments: make(), f"It returns a {kind}; it should change"),
    ):
        ok, text = said(name, attempt)
        assert not ok and expected in text, text
    assert capfd.readouterr().err == ""  # no traceback of a thread


class OddDict(dict):
    def __contains__(self, key):
        raise KeyError("no")


class OddArray(np.ndarray):
    def __array_ufunc__(self, *arguments, **keywords):
        raise KeyError("no")


class OddError(Exception):
    def __str__(self):
        raise KeyError("no")


class OddCallable:
    def __call__(self, h):
        return h

    def __getattr__(self, name):
        return self


def raises_odd(h):
    raise OddError


def test_a_class_of_ones_own_gets_an_answer():
    odd = examine("backward", lambda *arguments: OddDict(right(*arguments)))
    assert str(odd).endswith("It returns a OddDict, which cannot be read (KeyError).")
    assert examine("tanh_slope", lambda h: (1 - h**2).view(OddArray)).ok
    assert said("tanh_slope", raises_odd)[1].startswith(
        "tanh_slope stops with OddError: (no message) This happened in line"
    )
    assert "The result is wrong" in said("tanh_slope", OddCallable())[1]
    assert "the new values" not in said("momentum_step", lambda params, *rest: params.clear())[1]


def test_what_cannot_be_judged_gets_a_true_line_all_the_same(monkeypatch):
    def refuse(*arguments):
        raise KeyError("no")

    monkeypatch.setattr(checking, "is_right", refuse)
    assert "tanh_slope could not be judged" in str(examine("tanh_slope", lambda h: h))


def test_an_error_shows_the_learners_line_and_no_traceback():
    text = said("step", crashes)[1]
    assert (
        'z = x @ params["W_in"] + params["W_hh"] @ h' in text
        and "Traceback" not in text
        and "site-packages" not in text
    )
    assert "x of shape (4, 2) = (N, I), h of shape (4, 5) = (N, H)" in text


def test_print_outs_are_kept_out_of_the_answer(capsys):
    def chatty(h):
        print("h is", h)
        return 1 - h**2

    check("tanh_slope", chatty)
    out = capsys.readouterr().out
    assert out.startswith("tanh_slope: right") and "h is" not in out and "It prints as well" in out


def test_two_wrong_functions_that_call_each_other_come_to_an_end():
    namespace = {"np": np}
    exec(
        "def step(params, x, h):\n    return states and 2 * h\n\n"
        "def states(params, X, h0):\n    return step and h0",
        namespace,
    )
    assert "it calls states, which is not right either" in said("step", namespace["step"])[1]


def test_a_slow_attempt_is_given_up(monkeypatch):
    monkeypatch.setattr(attempts, "SECONDS", 0.5)

    def slow(h):
        while True:
            pass

    started, threads = time.monotonic(), threading.active_count()
    ok, text = said("tanh_slope", slow)
    assert not ok and "still running after" in text and time.monotonic() - started < 5
    time.sleep(0.2)
    assert threading.active_count() == threads  # nothing is left running


def test_the_learners_data_and_the_global_state_stay_as_they_are():
    before = np.random.get_state()[1].copy()
    first = str(examine("backward", right))
    assert str(examine("backward", right)) == first  # the problems are the same every time
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_the_arguments_of_an_attempt_are_copies():
    def spoils(params, X, h, d_logits):
        grads = right(params, X, h, d_logits)
        X[:], h[:], params["W_in"][:] = 0, 0, 0
        return grads

    ok, text = said("backward", spoils)
    assert (
        not ok
        and "the numbers are right, but it writes into its arguments X, h and params." in text
    )
    assert examine("backward", right).ok


def test_what_is_kept_from_check_to_check_does_not_change():
    def spoils(*arguments):
        for argument in arguments:
            for array in argument.values() if isinstance(argument, dict) else [argument]:
                if isinstance(array, np.ndarray):
                    array *= 0

    def kept(name):
        theirs = [outcomes for _, outcomes in attempts.mistakes_of(name)]
        return [o.results for outcomes in (attempts.rights_of(name), *theirs) for o in outcomes]

    for name in EXERCISES:
        before = copy.deepcopy((kept(name), [p.arguments for p in attempts.problems_of(name)]))
        examine(name, spoils)
        np.testing.assert_equal(
            (kept(name), [p.arguments for p in attempts.problems_of(name)]), before
        )
    for k, (name, mistake) in enumerate(PAIRS):
        if isinstance(mistake.wrong[name], type):  # remembers its calls, but not those of a check
            assert str(examine(name, mistake.function(name))) == str(report_on(k))


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="name is 'one_hat': expected one of time_major, one_hot"):
        check("one_hat", one_hot_by_loop)
    with pytest.raises(ValueError, match="name is 'one_hat': expected one of time_major, one_hot"):
        solution("one_hat")


def test_no_answer_is_given_away():
    """No report contains the code of an answer or a number of it."""
    for k in range(len(PAIRS)):
        text = str(report_on(k))
        assert "**" not in text and "lambda" not in text and "np.tanh" not in text
        assert mistakes.__file__ not in text
