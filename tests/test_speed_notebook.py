"""What notebook 11 brings along: its rungs, its tape, its scans, and the judge of one exercise."""

import ast
import math
import tracemalloc

import bank_11
import bench_ladder
import nbformat
import numpy as np
import pytest
import test_bank
from execute import NOTEBOOKS

from bptt_lab import GRU, VanillaRNN, cross_entropy, load_ecg5000, numerical_gradient
from bptt_lab.teaching import attempts, examine, in_place, solution
from bptt_lab.teaching.at_once import newton_rounds, scanned
from bptt_lab.teaching.explore.speed import PROCESSORS, loop_time, scan_time
from bptt_lab.teaching.predictions import answer
from bptt_lab.teaching.shares_speed import TERMS

(PATH,) = (path for path in NOTEBOOKS if path.stem == "11_speed")
CELLS = nbformat.read(PATH, as_version=4).cells
DATA = load_ecg5000("synthetic")
RUNGS = ("lists", "vectors", "batches", "one_product", "columns")


def own():
    """Return what the cells define that develop something, in a fresh namespace."""
    names = {"np": np, "math": math, "cross_entropy": cross_entropy}
    for cell in CELLS:
        if "developed" in cell.metadata.get("tags", []):
            tree = ast.parse(cell.source)
            kinds = (ast.FunctionDef, ast.ClassDef, ast.Assign)
            tree.body = [part for part in tree.body if isinstance(part, kinds)]
            tree.body = [
                part
                for part in tree.body
                if not isinstance(part, ast.Assign)
                or ast.unparse(part.targets[0]) in ("tape", "RECURRENT")
            ]
            exec(compile(tree, PATH.name, "exec"), names)
    return names


def problem(cell=VanillaRNN, T=7, N=4, I=2, H=5, seed=0):
    rng, net = np.random.default_rng(seed), cell(I, H, 3, seed=seed)
    for k, w in net.params.items():
        if w.ndim == 1:
            net.params[k] = rng.normal(size=w.shape) / 2
    X, h0, dh = rng.normal(size=(T, N, I)), rng.normal(size=(N, H)), rng.normal(size=(N, H))
    return net, X, h0, dh


@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize("sizes", ({}, {"T": 1}, {"N": 1, "I": 1}, {"T": 17, "I": 3, "H": 1}))
def test_every_rung_is_the_packages_gradient(rung, sizes):
    names, (net, X, h0, dh) = own(), problem(**sizes)
    forward, backward = (names[f"{way}_{rung}"] for way in ("forward", "backward"))
    before = [a.copy() for a in (X, h0, dh)]
    states = forward(net.params, X, h0)
    cache = net.run(X, h0)
    np.testing.assert_allclose(states[:, :, : h0.shape[1]], cache.h, rtol=1e-12, atol=1e-14)
    grads, right = backward(net.params, X, states, dh), net.run_back(cache, dh[None], 0)
    assert set(grads) == set(right)
    for k, value in right.items():
        np.testing.assert_allclose(grads[k], value, rtol=1e-11, atol=1e-13, err_msg=k)
    for a, b in zip(before, (X, h0, dh)):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("rung", RUNGS[1:])
def test_rungs_keep_the_type_but_for_the_lists(rung):
    names, (net, *arrays) = own(), problem()
    params = {k: w.astype(np.float32) for k, w in net.params.items()}
    X, h0, dh = (a.astype(np.float32) for a in arrays)
    states = names[f"forward_{rung}"](params, X, h0)
    grads = names[f"backward_{rung}"](params, X, states, dh)
    assert {g.dtype for g in grads.values()} == {np.dtype(np.float32)}


def test_the_guard_changes_nothing_that_matters():
    names, (net, X, h0, dh) = own(), problem(T=40)
    s = names["forward_columns"](net.params, X, h0)
    with_it, without = (
        names["backward_columns"](net.params, X, s, dh, guard) for guard in (True, False)
    )
    for k, value in without.items():
        np.testing.assert_array_equal(with_it[k], value)


# The exercises


WRONG = [answer for answer in bank_11.ANSWERS if answer[2] is not None]


@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: f"{answer[0]}: {answer[2]}")
def test_the_cause_of_every_wrong_answer_is_named(answer):
    exercise, function, _, _, says = answer
    ok, said = test_bank.message(exercise, function)
    assert not ok and test_bank.kind_of(said, says) == "named", said


def tiny_of(a):
    return np.finfo(a.dtype).tiny


@pytest.mark.parametrize(
    "attempt",
    (
        lambda a: np.count_nonzero((a != 0) & (np.abs(a) < tiny_of(a))) + 1,
        lambda a: np.count_nonzero((a != 0) & (np.abs(a) < tiny_of(a))) - 1,
        lambda a: np.count_nonzero((a[:1] != 0) & (np.abs(a[:1]) < tiny_of(a))),
        lambda a: np.count_nonzero((a != 0) & (np.abs(a) < tiny_of(a) * np.abs(a).max())),
        lambda a: np.count_nonzero((a != 0) & (np.abs(a) < tiny_of(a) * np.abs(a).mean())),
    ),
)
def test_a_bound_is_named_only_where_there_is_one(attempt):
    report = examine("subnormals", attempt)
    assert not report.ok and "smaller" not in str(report), str(report)


def test_no_circumstance_is_named_that_is_one_of_a_single_type():
    report = examine("subnormals", lambda a: np.count_nonzero(np.abs(a) < 2.0**-126))
    assert not report.ok and "It is right when" not in str(report), str(report)


@pytest.mark.parametrize(
    "forward, backward",
    (
        (lambda T, N, I, H, C: T * N * (I + H) * H, lambda F, there: 2 * F - 1),
        (lambda T, N, I, H, C: T * N * (I + H) * H, lambda F, there: F),
        (lambda T, N, I, H, C: (T * N * (I + H) * H + N * H * C) // 2, lambda F, there: F),
    ),
)
def test_no_word_of_a_count_is_doubled(forward, backward):
    def attempt(T, N, I, H, C):
        there = forward(T, N, I, H, C)
        return {"forward": there, "backward": backward(T * N * (I + H) * H + N * H * C, there)}

    said = str(examine("multiplications", attempt))
    assert "forward: forward" not in said and "backward: backward" not in said
    assert "as many" not in said, said


def test_a_wrong_count_can_be_taken_apart():
    """There are so many problems that the products of sizes are told apart."""
    sizes = [p.arguments for p in attempts.problems_of("multiplications") if not p.when]
    table = [[math.prod(n["TNIHC".index(k)] for k in t) for t in TERMS] for n in sizes]
    scaled = np.array(table, float) / np.max(table, axis=0)
    assert np.linalg.matrix_rank(scaled) == len(TERMS) and np.linalg.cond(scaled) < 1e5


def test_multiplications_are_those_of_the_package():
    """Count them: matmul is told of each product."""

    class Counting(np.ndarray):
        made = 0

        def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
            plain = [np.asarray(a) for a in inputs]
            if ufunc is np.matmul:
                Counting.made += plain[0].size * plain[1].shape[-1]
            result = getattr(ufunc, method)(*plain, **options)
            return result.view(Counting) if isinstance(result, np.ndarray) else result

    T, N, I, H, C = 7, 4, 2, 5, 3
    net, X, h0, _ = problem()
    params = {k: w.view(Counting) for k, w in net.params.items()}
    h = [h0.view(Counting)]
    for x in X:
        h.append(np.tanh(x @ params["W_in"] + h[-1] @ params["W_hh"] + params["b_h"]))
    logits = h[-1] @ params["W_out"]
    counts = solution("multiplications")(T, N, I, H, C)
    assert Counting.made == counts["forward"]

    Counting.made, d = 0, np.ones((N, C)).view(Counting)
    h[-1].T @ d, logits
    dh = d @ params["W_out"].T
    for t in range(T, 0, -1):
        X[t - 1].T @ dh, h[t - 1].T @ dh, dh @ params["W_in"].T
        dh = dh @ params["W_hh"].T
    assert Counting.made == counts["backward"]


@pytest.mark.parametrize(
    "guess, line",
    (
        (1e7, "You said 10,000,000; it is {}. That is the right power of ten."),
        (3e9, "You said 3,000,000,000; it is {}. That is too large by about 2 powers of ten."),
        (0.25, "You said 0.25; it is {}. That is too small by about 8 powers of ten."),
        (1e300, "You said 1e+300; it is {}. That is too large by about 293 powers of ten."),
    ),
)
def test_a_count_is_predicted_by_its_power_of_ten_and_shown_as_counted(guess, line):
    counted = sum(solution("multiplications")(140, 32, 1, 32, 5).values())
    assert answer("multiplications", guess) == line.format(f"{counted:,}")
    assert answer("multiplications", counted).endswith(f"it is {counted:,}. Exactly.")


@pytest.mark.parametrize("shapes", (((4, 5), (5,)), ((4, 1), (1, 5)), ((), (2, 3)), ((3, 4), (4,))))
def test_product_back_is_the_complex_step(shapes):
    rng = np.random.default_rng(0)
    a, b = (np.array(rng.normal(size=s)) for s in shapes)
    g = rng.normal(size=np.broadcast_shapes(*shapes))
    for back in (solution("product_back"), own()["product_back"]):
        grads = back(a, b, g)
        for k, other in (("a", lambda v: v * b), ("b", lambda v: a * v)):
            x = {"a": a, "b": b}[k]
            right = numerical_gradient(lambda v, f=other: (g * f(v)).sum(), x, "complex")
            np.testing.assert_allclose(grads[k], right, rtol=1e-12)
            assert np.shape(grads[k]) == x.shape


def test_product_back_takes_plain_numbers():
    for back in (solution("product_back"), own()["product_back"]):
        assert back(2.0, 3.0, 1.5) == {"a": 4.5, "b": 3.0}
        row = back(np.arange(3.0), 2.0, np.ones(3))
        np.testing.assert_array_equal(row["a"], [2, 2, 2])
        assert row["b"] == 3


def by_two_lines(h, dh, out):
    np.multiply(dh, 1, out=out)
    np.multiply(h, h, out=h)


def right_1(h, dh, out):
    out[...] = h
    out *= h
    out *= -1
    out += 1
    out *= dh


def right_2(h, dh, out):
    np.square(h, out=out)
    np.subtract(1, out, out=out)
    np.multiply(out, dh, out)
    return out


def right_3(h, dh, out):
    np.multiply(h, h, out=out)
    np.multiply(out, dh, out=out)
    np.subtract(dh, out, out=out)


def right_4(h, dh, out):
    for k in np.ndindex(h.shape):
        out[k] = dh[k] * (1 - h[k] ** 2)


def right_5(h, dh, out):
    np.power(h, 2, out)
    np.subtract(np.array(1), out, out)
    np.multiply(dh, out, out)


RIGHT = (right_1, right_2, right_3, right_4, right_5, solution("slope_into"))


@pytest.mark.parametrize("attempt", RIGHT)
def test_slope_into_is_right_in_every_style(attempt):
    report = examine("slope_into", attempt)
    assert report.ok, str(report)


def assign(make):
    def attempt(h, dh, out):
        out[...] = make(h, dh, out)

    return attempt


def without_dh(h, dh, out):
    np.multiply(h, h, out=out)
    np.subtract(1, out, out=out)
    return out


def renamed(h, dh, out):
    out = without_dh(h, dh, out)
    out = out * dh


def renamed_at_once(h, dh, out):
    out = h * h
    np.subtract(1, out, out=out)
    out *= dh


def in_float32(h, dh, out):
    np.multiply(h, h, out=out, dtype=np.float32, casting="same_kind")
    np.subtract(1, out, out=out)
    out *= dh


def through_float32(h, dh, out):
    out[...] = (dh * (1 - h**2)).astype(np.float32)


def rounded(h, dh, out):
    right_2(h, dh, out)
    np.round(out, 4, out=out)


def copied(h, dh, out):
    s = h.copy()
    s *= h
    np.subtract(1, s, out=s)
    np.multiply(s, dh, out=out)


def by_lists(h, dh, out):
    numbers = zip(h.ravel().tolist(), dh.ravel().tolist())
    out[...] = np.reshape([d * (1 - x * x) for x, d in numbers], h.shape)


def into_a_list(h, dh, out):
    np.multiply(h, h, out=out.tolist())


def two_axes_alone(h, dh, out):
    for n in range(h.shape[0]):
        for k in range(h.shape[1]):
            out[n, k] = dh[n, k] * (1 - h[n, k] ** 2)


def row_by_row(h, dh, out):
    if not h.ndim:
        return right_2(h, dh, out)
    for k in range(len(h)):
        out[k] = dh[k] * (1 - h[k] ** 2)


def row_by_row_at_once(h, dh, out):
    for k in range(len(h)):
        out[k] = dh[k] * (1 - h[k] ** 2)


def colon(h, dh, out):
    out[:] = h
    out *= -h
    out += 1
    out *= dh


def flattened(h, dh, out):
    right_2(h.ravel(), dh.ravel(), out.ravel())


def reshaped(h, dh, out):
    right_2(h.reshape(-1), dh.reshape(-1), out.reshape(-1))


def flattened_late(h, dh, out):
    np.multiply(h, h, out=out)
    flat = out.ravel()
    np.subtract(1, flat, out=flat)
    flat *= dh.ravel()


def unwritten(h, dh, out):
    raise NotImplementedError


@pytest.mark.parametrize(
    "attempt, words",
    (
        (lambda h, dh, out: None, "is not written yet"),
        (unwritten, "is not written yet"),
        (in_float32, "to some 7 digits only, where all three arrays are float64"),
        (in_float32, "is something computed in float32"),
        (through_float32, "as many as float32 has"),
        (rounded, "to some 4 digits only"),
        (rounded, "Is something rounded on the way"),
        (without_dh, "without dh."),
        (renamed, "without dh. An array was made besides. If it got the name out"),
        (renamed_at_once, "only gives the name to another array"),
        (copied, "at one moment as much as out has, besides"),
        (copied, "also by .copy()"),
        (by_lists, "a list of its numbers takes more than an array"),
        (into_a_list, "stops with TypeError: return arrays must be of ArrayType This happened in"),
        (two_axes_alone, "three arrays of shape (7,), float64; any shape may come"),
        (lambda h, dh, out: dh * (1 - h**2), "out is as it was: the right numbers are returned"),
        (assign(lambda h, dh, out: dh * (1 - h**2)), "one moment 2.0 times the memory of out"),
        (assign(lambda h, dh, out: 1 - h**2), "without dh"),
        (assign(lambda h, dh, out: h**2), "holds h², so far"),
        (assign(lambda h, dh, out: dh * h**2), "the 1 from which"),
        (assign(lambda h, dh, out: dh * (h**2 - 1)), "wrong sign"),
        (assign(lambda h, dh, out: 1 - dh * h**2), "the whole bracket"),
        (assign(lambda h, dh, out: dh - h**2), "a product comes after"),
        (assign(lambda h, dh, out: dh * (1 - np.tanh(h) ** 2)), "h is a tanh already"),
        (assign(lambda h, dh, out: out + dh * (1 - h**2)), "what stood in out"),
        (assign(lambda h, dh, out: out * (1 - h**2)), "its old numbers"),
        (assign(lambda h, dh, out: 3 * dh), "For example: for h ="),
        (row_by_row, "where the first axis has length 1, as in the shape (1, 200, 400): at one"),
        (row_by_row, "the one row is all"),
        (row_by_row_at_once, "stops with TypeError: len() of unsized object"),
        (colon, "stops with IndexError"),
        (colon, "three arrays of shape (), float64; any shape may come. `out[...] = ...` writes"),
        (flattened, "out is as it was. This is so only where out is the transpose"),
        (reshaped, "`out.reshape(-1)` make a copy"),
        (flattened_late, "out holds h², so far. This is so only where out is the transpose"),
        (by_two_lines, "writes into h as well"),
        (lambda h, dh, out: h @ dh, "stops with ValueError"),
        (lambda h, dh: h, "stops with TypeError"),
    ),
)
def test_slope_into_is_told_what_is_wrong(attempt, words):
    report = examine("slope_into", attempt)
    said = " ".join(str(report).split())
    assert not report.ok and words in said, said


def test_nothing_is_said_of_an_array_where_none_was_made():
    assert "besides" not in str(examine("slope_into", without_dh))
    assert "float32" not in str(examine("slope_into", rounded))


def test_slope_into_is_judged_where_memory_is_watched_already():
    tracemalloc.start()
    try:
        np.ones(10**7)  # a peak that is none of the attempt's
        assert examine("slope_into", right_1).ok and tracemalloc.is_tracing()
        wasteful = examine("slope_into", assign(lambda h, dh, out: dh * (1 - h**2)))
        assert not wasteful.ok and tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()
    assert examine("slope_into", right_1).ok and not tracemalloc.is_tracing()


def test_the_judge_draws_no_case_in_which_two_slips_look_alike():
    for problem_ in in_place.drawn():
        h, dh, _ = problem_.arguments
        made = [f(*problem_.arguments) for f in in_place.LEFT.values()]
        made += [dh * (1 - h**2), problem_.arguments[2]]
        for k, a in enumerate(made):
            assert not any(np.allclose(a, b) for b in made[:k]), k


# The tape


def lines_of(names):
    """Return how many lines the cells have that define these names, docstrings aside."""
    count = 0
    for cell in CELLS:
        if "developed" not in cell.metadata.get("tags", []):
            continue
        for part in ast.parse(cell.source).body:
            name = getattr(part, "name", None) or ast.unparse(part).partition(" ")[0]
            if name in names:
                text = ast.get_source_segment(cell.source, part).splitlines()
                lines = [line.strip() for line in text]
                count += sum(bool(line) and not line.startswith('"""') for line in lines)
    return count


def test_the_tape_has_thirty_lines():
    assert lines_of({"tape", "Node", "tanh", "back_from", "product_back"}) == 30


def test_the_tape_yields_what_is_derived_and_more():
    names = own()
    Node, tape, tanh = names["Node"], names["tape"], names["tanh"]
    rng = np.random.default_rng(0)
    start = {"a": rng.normal(size=(3, 4)), "W": rng.normal(size=(4, 2)), "b": rng.normal(size=2)}

    def value(v):
        y = np.tanh(v["a"] @ v["W"] + v["b"])
        return (y * v["b"] + y * y).sum()

    tape.clear()
    nodes = {k: Node(v) for k, v in start.items()}
    y = tanh(nodes["a"] @ nodes["W"] + nodes["b"])
    unused = y * y
    names["back_from"](y * nodes["b"] + y * y, np.ones((3, 2)))
    assert unused.grad is None  # what the result is not made of hears nothing
    for k, v in start.items():
        right = numerical_gradient(lambda x, k=k: value(start | {k: x}), v, "complex")
        np.testing.assert_allclose(nodes[k].grad, right, rtol=1e-11)


# Scans


@pytest.mark.parametrize("T", (2, 3, 8, 13))
def test_scan_and_its_gradient(T):
    names, (a, b, d) = own(), np.random.default_rng(0).normal(size=(3, T, 2, 3))
    h = names["loop"](a, b)
    np.testing.assert_allclose(names["scan"](a, b), h, rtol=1e-10, atol=1e-12)
    grads = names["scan_back"](a, h, d)
    for k, f in (("a", lambda v: names["loop"](v, b)), ("b", lambda v: names["loop"](a, v))):
        x = {"a": a, "b": b}[k]
        right = numerical_gradient(lambda v, f=f: (d * f(v)).sum(), x, "complex")
        np.testing.assert_allclose(grads[k], right, rtol=1e-9, atol=1e-11)


def test_a_scan_of_matrices_is_the_loop():
    rng = np.random.default_rng(0)
    A, b = rng.normal(size=(9, 4, 4)) / 2, rng.normal(size=(9, 4))
    h, states = np.zeros(4), []
    for A_t, b_t in zip(A, b):
        h = h @ A_t + b_t
        states.append(h)
    for f in (scanned, own()["scan_of_matrices"]):
        np.testing.assert_allclose(f(A, b), states, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("factor, least, most", ((1, 4, 12), (1.5, 13, 59), (3, 81, 140)))
def test_rounds_of_newton_for_six_seeds(factor, least, most):
    rounds = [newton_rounds(DATA, factor, seed) for seed in range(6)]
    assert least <= min(rounds) and max(rounds) <= most, rounds


@pytest.mark.parametrize("price, pays", ((0, False), (1000, True)))
def test_one_processor_gains_from_a_scan_only_where_calls_cost(price, pays):
    assert (scan_time(4000, 4, price, 1) < loop_time(4000, 4, price, 1)) == pays
    assert scan_time(4000, 4, price, PROCESSORS[-1]) < loop_time(4000, 4, price, PROCESSORS[-1])


def test_short_and_wide_the_loop_is_ahead_at_any_price():
    for price in (0, 100, 1000):
        assert loop_time(140, 50_000, price, 1) < scan_time(140, 50_000, price, 1)


def test_the_times_of_the_model_are_those_of_what_is_counted():
    calls, numbers, reach, T, W = 0, 0, 1, 13, 6
    while reach < T:
        calls, numbers, reach = calls + 3, numbers + 3 * (T - reach) * W, 2 * reach
    assert scan_time(T, W, 10, 1) == 10 * calls + numbers
    assert loop_time(T, W, 10, 1) == T * 2 * (10 + W)
    assert loop_time(T, W, 0, 4) == T * 2 * 2  # six numbers, four at a time


# Vanishing, and parts of a batch


@pytest.mark.parametrize("seed", range(6))
def test_most_of_the_error_is_subnormal_between_100_and_200_steps_back(seed):
    chosen = np.random.default_rng(seed).permutation(500)[:32]
    X = np.concatenate([DATA.X_train[:, chosen]] * 2).astype(np.float32)
    net = VanillaRNN(1, 100, 5, init="uniform", seed=seed, dtype=np.float32)
    logits, cache = net.forward(X)
    d_logits = cross_entropy(logits, DATA.Y_train[chosen])[1].astype(np.float32)
    dh, shares = d_logits @ net.params["W_out"].T, []
    for h in cache.h[:0:-1]:
        shares.append(solution("subnormals")(dh) / dh.size)
        dh = (dh * (1 - h**2)) @ net.params["W_hh"].T
    most = np.flatnonzero(np.array(shares) > 0.5)
    assert 100 < most[0] < 200 and len(most) > 10 and not dh.any()


# The bench


def test_the_bench_times_what_the_notebook_defines():
    functions = bench_ladder.functions_of("11_speed")
    calls = bench_ladder.contestants(functions, 4, 3, None)  # compares all gradients
    assert set(calls) == {*RUNGS, "package, float64", "package, float32", "floor, float32"}
    right = functions["backward_batches"]
    functions["backward_batches"] = lambda *given: {k: 1.01 * g for k, g in right(*given).items()}
    with pytest.raises(AssertionError, match="batches and the package differ"):
        bench_ladder.contestants(functions, 4, 3, None)


def test_the_gru_of_the_tape_needs_no_derivation():
    (source,) = (cell.source for cell in CELLS if "def taped_gru(" in cell.source)
    names, (gru, X, h0, dh) = own(), problem(GRU)
    exec(source.partition("\ngru, rng")[0], names | {"GRU": GRU}, names)
    grads = names["taped_gru"](gru.params, X, h0, dh)
    right = gru.run_back(gru.run(X, h0), dh[None], 0)
    for k, value in grads.items():
        np.testing.assert_allclose(value, right[k], rtol=1e-10, atol=1e-12, err_msg=k)
    assert set(grads) == {"W_in", "W_hh", "b_h", "b_hn"}
