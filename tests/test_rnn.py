"""The network and its gradients, against several independent witnesses."""

import copy

import numpy as np
import pytest
from problems import random_problem

from bptt_lab import (
    VanillaRNN,
    cross_entropy,
    load_ecg5000,
    mse,
    numerical_gradient,
    one_hot,
    relative_error,
)
from bptt_lab.network import INITS
from bptt_lab.teaching.mistakes import from_parts

LOSSES = (mse, cross_entropy)


def evaluate(model, X, Y, h0, loss, every_step, changed):
    """Return the loss with some of the parameters, h0 or X changed."""
    other = copy.copy(model)
    other.params = {name: changed.get(name, value) for name, value in model.params.items()}
    return loss(other.forward(changed.get("X", X), changed.get("h0", h0), every_step)[0], Y)[0]


def gradients(model, X, Y, h0, loss, every_step):
    logits, cache = model.forward(X, h0, every_step)
    return model.backward(cache, loss(logits, Y)[1])


def sensitivities(model, X, h0, d_logits, every_step):
    """Return the gradients by real-time recurrent learning (Williams and Zipser 1989).

    A second formulation that shares nothing with back-propagation: the derivatives of the state by
    every entry of W_in, W_hh, b_h and h0 are carried *forward*, one sequence at a time.
    """
    p = model.params
    T, N, I = X.shape
    H = len(p["W_hh"])
    sizes = {"W_in": I * H, "W_hh": H * H, "b_h": H, "h0": H}
    total = {name: np.zeros_like(value) for name, value in p.items()} | {"h0": np.zeros((N, H))}
    for n in range(N):
        h = h0[n]
        S = {name: np.zeros((size, H)) for name, size in sizes.items()}  # dh / d(entry)
        S["h0"] = np.eye(H)
        for t in range(T):
            h_new = np.tanh(X[t, n] @ p["W_in"] + h @ p["W_hh"] + p["b_h"])
            direct = {
                "W_in": np.kron(X[t, n][:, None], np.eye(H)),
                "W_hh": np.kron(h[:, None], np.eye(H)),
                "b_h": np.eye(H),
                "h0": np.zeros((H, H)),
            }
            for name in S:
                S[name] = (direct[name] + S[name] @ p["W_hh"]) * (1 - h_new**2)
            h = h_new
            if every_step or t == T - 1:
                d = d_logits[t, n] if every_step else d_logits[n]
                total["W_out"] += np.outer(h, d)
                total["b_out"] += d
                for name in ("W_in", "W_hh", "b_h"):
                    total[name] += (S[name] @ (p["W_out"] @ d)).reshape(total[name].shape)
                total["h0"][n] += S["h0"] @ (p["W_out"] @ d)
    return total


@pytest.mark.parametrize("every_step", (False, True))
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(4))
def test_gradients_agree_with_differences_and_with_forward_mode(seed, loss, every_step):
    model, X, Y, h0 = random_problem(seed, every_step)
    for _ in range(2):  # other parameters the second time: nothing may be left from the first
        logits, _ = model.forward(X, h0, every_step)
        grads = gradients(model, X, Y, h0, loss, every_step)
        assert set(grads) == set(model.params) | {"h0", "X"}
        for name, value in {**model.params, "h0": h0, "X": X}.items():

            def f(v, name=name):
                return evaluate(model, X, Y, h0, loss, every_step, {name: v})

            assert grads[name].shape == value.shape
            assert np.linalg.norm(grads[name]) > 1e-6
            assert relative_error(grads[name], numerical_gradient(f, value)) < 1e-7
            assert relative_error(grads[name], numerical_gradient(f, value, "complex")) < 1e-12
        for name, value in sensitivities(model, X, h0, loss(logits, Y)[1], every_step).items():
            assert relative_error(grads[name], value) < 1e-13, name
        rng = np.random.default_rng(seed)
        model.params = {
            name: value + 0.3 * rng.normal(size=value.shape) for name, value in model.params.items()
        }


@pytest.mark.parametrize("init", ("identity", "uniform"))
def test_directional_derivative_over_a_whole_beat(init):
    data, rng = load_ecg5000("synthetic"), np.random.default_rng(1)
    X, Y = data.X_train[:, :16], data.Y_train[:16]
    model = VanillaRNN(1, 20, 5, init=init, seed=3)
    h0 = 0.3 * rng.normal(size=(16, 20))
    grads = gradients(model, X, Y, h0, cross_entropy, False)
    point = {**model.params, "h0": h0, "X": X}
    direction = {name: rng.normal(size=value.shape) for name, value in point.items()}

    def along(step):
        moved = {name: value + step * direction[name] for name, value in point.items()}
        return evaluate(model, X, Y, h0, cross_entropy, False, moved)

    slope = sum((grads[name] * direction[name]).sum() for name in point)
    assert along(1e-30j).imag / 1e-30 == pytest.approx(slope, rel=1e-11)
    assert (along(1e-6) - along(-1e-6)) / 2e-6 == pytest.approx(slope, rel=1e-5)
    assert abs(slope) > 1e-3


def test_the_gradient_of_early_samples_is_right_even_where_it_has_all_but_vanished():
    data = load_ecg5000("synthetic")
    X, Y = data.X_train[:, :2], data.Y_train[:2]
    model = VanillaRNN(1, 16, 5, init="uniform", seed=0)
    h0 = np.full((2, 16), 0.1)
    exact = gradients(model, X, Y, h0, cross_entropy, False)["X"][0]
    complex_step = numerical_gradient(
        lambda x: evaluate(
            model, X, Y, h0, cross_entropy, False, {"X": np.concatenate([x, X[1:]])}
        ),
        X[:1],
        "complex",
    )[0]
    assert 0 < np.abs(exact).max() < 1e-15
    np.testing.assert_allclose(exact, complex_step, rtol=1e-8)


def test_untied_copies_of_the_weights_sum_to_the_gradient():
    model, X, Y, h0 = random_problem(7)
    logits, cache = model.forward(X, h0)
    d_logits = cross_entropy(logits, Y)[1]
    p, T = model.params, len(X)

    def loss_untied(copies):  # (T, H, H), one W_hh for every step
        state = h0
        for t in range(T):
            state = np.tanh(X[t] @ p["W_in"] + state @ copies[t] + p["b_h"])
        return cross_entropy(state @ p["W_out"] + p["b_out"], Y)[0]

    contributions = numerical_gradient(
        loss_untied, np.repeat(p["W_hh"][None], T, axis=0), "complex"
    )
    np.testing.assert_allclose(
        contributions.sum(axis=0), model.backward(cache, d_logits)["W_hh"], atol=1e-15
    )
    assert np.linalg.norm(contributions, axis=(1, 2)).min() > 1e-6


def test_forward_is_the_recurrence():
    model, X, _, h0 = random_problem(3)
    p, h = model.params, h0
    logits, cache = model.forward(X, h0)
    every, _ = model.forward(X, h0, every_step=True)
    np.testing.assert_array_equal(cache.h[0], h0)
    for t in range(1, len(X) + 1):
        h = np.tanh(X[t - 1] @ p["W_in"] + h @ p["W_hh"] + p["b_h"])
        np.testing.assert_allclose(cache.h[t], h, rtol=1e-13)
        np.testing.assert_allclose(
            every[t - 1], h @ p["W_out"] + p["b_out"], rtol=1e-12, atol=1e-14
        )
    np.testing.assert_allclose(logits, every[-1], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(model(X), model.forward(X, np.zeros_like(h0))[0], rtol=1e-13)


@pytest.mark.parametrize("every_step", (False, True))
def test_the_gradient_at_the_last_read_out_alone_is_that_of_the_last_state(every_step):
    model, X, Y, h0 = random_problem(5)
    logits, cache = model.forward(X, h0)
    d_logits = mse(logits, Y)[1]
    every, cache_every = model.forward(X, h0, every_step=True)
    d_every = np.zeros_like(every)
    d_every[-1] = d_logits
    a, b = model.backward(cache, d_logits), model.backward(cache_every, d_every)
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("every_step", (False, True))
def test_neither_forward_nor_backward_writes_to_anything_or_keeps_anything(every_step):
    model, X, Y, h0 = random_problem(2, every_step)
    logits, cache = model.forward(X, h0, every_step)
    d_logits = mse(logits, Y)[1]
    arrays = [X, h0, d_logits, cache.X, cache.h, *model.params.values()]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    first, attributes = model.backward(cache, d_logits), set(vars(model))
    second = model.backward(cache, d_logits)
    again, _ = model.forward(X, h0, every_step)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
        assert not any(np.shares_memory(first[name], array) for array in arrays)
    np.testing.assert_array_equal(again, logits)
    assert set(vars(model)) == attributes == {"params"}
    for array, copied in zip(arrays, before):
        np.testing.assert_array_equal(array, copied)


@pytest.mark.parametrize("dtype", (np.float32, np.float64, np.complex128))
@pytest.mark.parametrize("every_step", (False, True))
def test_the_type_of_the_parameters_is_the_type_of_the_computation(dtype, every_step):
    model, X, Y, h0 = random_problem(0, every_step, dtype)
    logits, cache = model.forward(X, h0, every_step)
    for loss in LOSSES:
        value, d_logits = loss(logits, Y)
        assert logits.dtype == cache.h.dtype == d_logits.dtype == np.asarray(value).dtype == dtype
        assert {grad.dtype for grad in model.backward(cache, d_logits).values()} == {
            np.dtype(dtype)
        }
    assert model.forward(X.real.astype(np.float64).tolist(), None)[0].dtype == dtype


def test_float32_agrees_with_float64():
    model, X, Y, h0 = random_problem(4)
    small = copy.copy(model)
    small.params = {name: value.astype(np.float32) for name, value in model.params.items()}
    a, b = (gradients(m, X, Y, h0, cross_entropy, False) for m in (model, small))
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("every_step", (False, True))
def test_a_vanished_error_signal_is_zero_in_float32_and_whole_in_float64(every_step):
    rng, T, N = np.random.default_rng(0), 140, 8
    small, wide = (
        VanillaRNN(1, 32, 5, init="uniform", seed=0, dtype=dtype)
        for dtype in (np.float32, np.float64)
    )
    small.params["W_hh"] *= np.float32(0.7)
    wide.params = {name: value.astype(np.float64) for name, value in small.params.items()}
    X, h0 = (
        rng.normal(size=(T, N, 1)).astype(np.float32),
        (0.1 * rng.normal(size=(N, 32))).astype(np.float32),
    )
    d_logits = rng.normal(size=(N, 5)).astype(np.float32)
    if every_step:  # only the last step says something, so that the signal vanishes
        d_logits = np.concatenate([np.zeros((T - 1, N, 5), np.float32), d_logits[None]])
    a, b = (
        model.backward(model.forward(X, h0, every_step)[1], d_logits) for model in (small, wide)
    )
    for name in small.params:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-4, atol=1e-5 * np.abs(b[name]).max())
    for name, grad in a.items():
        assert not ((grad != 0) & (np.abs(grad) < np.finfo(np.float32).tiny)).any(), (
            f"subnormal numbers in {name}"
        )
    assert not a["h0"].any() and np.abs(b["h0"]).max() < 1e-31 and b["h0"].all()
    h = wide.forward(X, h0)[1].h
    right = from_parts()["backward"](
        wide.params,
        X.astype(np.float64),
        h,
        d_logits[-1].astype(np.float64) if every_step else d_logits.astype(np.float64),
    )
    for name in right:
        np.testing.assert_allclose(
            b[name], right[name], rtol=1e-9, atol=1e-12 * np.abs(right[name]).max()
        )
    np.testing.assert_allclose(
        b["h0"], right["h0"], rtol=1e-6, atol=1e-9 * np.abs(right["h0"]).max()
    )


def test_a_complex_d_logits_makes_the_gradient_complex():
    model, X, _, h0 = random_problem(3)
    (logits, cache), rng = model.forward(X, h0), np.random.default_rng(0)
    u, v = rng.normal(size=(2, *logits.shape))
    both, of_u, of_v = (model.backward(cache, d) for d in (u + 1j * v, u, v))
    for name in both:
        np.testing.assert_allclose(both[name], of_u[name] + 1j * of_v[name], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("layout", (np.asfortranarray, lambda a: np.repeat(a, 2, axis=1)[:, ::2]))
def test_the_memory_layout_of_the_arguments_does_not_matter(layout):
    model, X, Y, h0 = random_problem(6)
    a, b = (
        gradients(model, X, Y, h0, mse, False),
        gradients(model, layout(X), layout(Y), layout(h0), mse, False),
    )
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-12, atol=1e-15)


def test_sizes_of_one():
    model = VanillaRNN(1, 1, 1, seed=0)
    logits, cache = model.forward(np.ones((1, 1, 1)))
    assert logits.shape == (1, 1) and cache.h.shape == (2, 1, 1)
    assert all(np.isfinite(g).all() for g in model.backward(cache, np.ones((1, 1))).values())


@pytest.mark.parametrize("init", INITS)
def test_initial_weights(init):
    H = 200
    a, b = VanillaRNN(2, H, 5, init=init, seed=1), VanillaRNN(2, H, 5, init=init, seed=1)
    W = a.params["W_hh"]
    for name in a.params:
        np.testing.assert_array_equal(a.params[name], b.params[name])
        assert (
            init == "identity"
            and name == "W_hh"
            or name.startswith("b_")
            or not np.array_equal(
                a.params[name], VanillaRNN(2, H, 5, init=init, seed=2).params[name]
            )
        )
    if init == "identity":
        np.testing.assert_array_equal(W, np.eye(H))
    elif init == "orthogonal":
        np.testing.assert_allclose(W @ W.T, np.eye(H), atol=1e-12)
    elif init == "normal":
        assert W.std() == pytest.approx(1 / np.sqrt(H), rel=0.02) and abs(W.mean()) < 1e-3
    elif init == "uniform":
        assert np.abs(W).max() <= 1 / np.sqrt(H) and W.std() == pytest.approx(
            1 / np.sqrt(3 * H), rel=0.02
        )
    else:
        for name in ("W_in", "W_hh", "W_out"):
            assert 0 <= a.params[name].min() and a.params[name].max() < 1
        assert W.mean() == pytest.approx(0.5, abs=0.01)
    assert not a.params["b_h"].any() and not a.params["b_out"].any()
    if init != "uniform01":
        np.testing.assert_array_equal(
            a.params["W_in"], VanillaRNN(2, H, 5, init="identity", seed=1).params["W_in"]
        )
        big = VanillaRNN(2, H, 5, init=init, seed=1, input_scale=0.4)
        np.testing.assert_allclose(big.params["W_in"], 4 * a.params["W_in"])


def test_one_half_of_the_orthogonal_matrices_are_reflections():
    signs = [np.linalg.det(VanillaRNN(1, 3, 2, seed=seed).params["W_hh"]) for seed in range(40)]
    assert 8 < sum(sign > 0 for sign in signs) < 32


BAD_CALLS = {
    "X without features": (
        lambda m: m.forward(np.zeros((50, 7))),
        r"X has shape \(50, 7\): expected \(T, N, I\).*X\.T",
    ),
    "X with other features": (lambda m: m.forward(np.zeros((7, 5, 2))), "with I = 1"),
    "X of strings": (lambda m: m.forward([[["a"]]]), "X holds"),
    "X empty": (lambda m: m.forward(np.zeros((0, 5, 1))), "expected"),
    "h0 of another batch": (
        lambda m: m.forward(np.zeros((7, 5, 1)), np.zeros((4, 3))),
        r"h0 has shape \(4, 3\): expected \(N, S\) with N = 5, S = 3",
    ),
    "h0 as one vector": (lambda m: m.forward(np.zeros((7, 5, 1)), np.zeros(3)), "h0 has shape"),
    "d_logits transposed": (
        lambda m: m.backward(m.forward(np.zeros((7, 5, 1)))[1], np.zeros((2, 5))),
        r"expected \(N, C\) with N = 5, C = 2",
    ),
    "d_logits of one step": (
        lambda m: m.backward(m.forward(np.zeros((7, 5, 1)), every_step=True)[1], np.zeros((5, 2))),
        r"expected \(T, N, C\) with T = 7, N = 5, C = 2",
    ),
    "H of zero": (lambda m: VanillaRNN(1, 0, 2), "H is 0"),
    "I as float": (lambda m: VanillaRNN(1.0, 3, 2), "I is 1.0"),
    "init unknown": (
        lambda m: VanillaRNN(1, 3, 2, init="xavier"),
        "init is 'xavier': expected one of",
    ),
    "input_scale negative": (lambda m: VanillaRNN(1, 3, 2, input_scale=-1), "input_scale is -1"),
    "dtype of integers": (lambda m: VanillaRNN(1, 3, 2, dtype=int), "dtype"),
}


@pytest.mark.parametrize("call", BAD_CALLS)
def test_wrong_arguments_get_a_clear_error(call):
    do, message = BAD_CALLS[call]
    with pytest.raises((ValueError, TypeError), match=message):
        do(VanillaRNN(1, 3, 2))


def test_a_shifted_label_is_not_a_shape_error_but_one_hot_sees_it():
    with pytest.raises(ValueError, match="labels - 1"):
        one_hot(np.array([1, 2, 3, 4, 5]), 5)
