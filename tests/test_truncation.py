"""`train` in pieces of time and with fresh batches, against graphs that are cut by hand."""

import numpy as np
import pytest
from cells import Linear, OwnGRU, TwoStates

from bptt_lab import SGD, Adam, VanillaRNN, accuracy, numerical_gradient, one_hot, train

T, N, I, H, C = 8, 4, 2, 5, 3
CELLS = (VanillaRNN, OwnGRU, TwoStates)


def sum_of_squares(logits, Y):
    """Return a loss that is no mean: the losses of pieces add up to that of the whole."""
    return ((logits - Y) ** 2).sum() / 2, logits - Y


class Noting(SGD):
    """Keeps the gradients that it is given."""

    def step(self, params, grads, lr=None):
        self.__dict__.setdefault("seen", []).append((lr, {k: grads[k] for k in params}))
        super().step(params, grads, lr)


def problem(cell, seed=0, **options):
    rng = np.random.default_rng(seed)
    model = cell(I, H, C, init="normal", input_scale=1, seed=rng, **options)
    for k in model.params:
        if k.startswith("b_"):
            model.params[k] = (0.5 * rng.normal(size=model.params[k].shape)).astype(
                options.get("dtype", float)
            )
    return model, rng.normal(size=(T, N, I)), rng.normal(size=(T, N, C))


def steps_of(model, X, Y=None, lr=0.0, **options):
    """Return the gradients of each step of one epoch; without a learning rate nothing moves."""
    defaults = {"loss": sum_of_squares, "measure": None, "epochs": 1, "batch_size": None}
    optimizer = Noting(lr)
    history = train(model, X, Y, optimizer=optimizer, progress=False, **defaults | options)
    assert len(history.grad_norm) == len(optimizer.seen)
    return [grads for _, grads in optimizer.seen]


def assert_same(grads, expected, rtol=1e-9):
    assert set(grads) == set(expected)
    assert all(np.abs(expected[k]).max() > 1e-6 for k in grads)
    for k, g in grads.items():
        np.testing.assert_allclose(g, expected[k], rtol=rtol, atol=1e-11, err_msg=k)


def cut(cell, model, X, Y, state, every_step):
    """Return the gradient by the complex step where `state` is a number that nothing made."""

    def loss(k, value):
        other = cell(I, H, C)
        other.params = model.params | {k: value}
        return sum_of_squares(other.forward(X, state, every_step)[0], Y)[0]

    return {
        k: numerical_gradient(lambda v, k=k: loss(k, v), model.params[k], "complex")
        for k in model.params
    }


@pytest.mark.parametrize("k", (1, 3, 5))
def test_untied_weights_only_the_copies_of_the_last_steps_count(k):
    model, X, Y = problem(VanillaRNN)
    p, copies = model.params, {n: np.stack([model.params[n]] * T) for n in ("W_in", "W_hh", "b_h")}

    def loss(**changed):
        own, h = copies | changed, np.zeros((N, H))
        for t in range(T):
            h = np.tanh(X[t] @ own["W_in"][t] + h @ own["W_hh"][t] + own["b_h"][t])
        return sum_of_squares(h @ p["W_out"] + p["b_out"], Y[-1])[0]

    (grads,) = steps_of(model, X, Y[-1], truncate=k)
    for n, copy in copies.items():
        shares = numerical_gradient(lambda v, n=n: loss(**{n: v}), copy, "complex")
        np.testing.assert_allclose(grads[n], shares[T - k :].sum(axis=0), rtol=1e-9, atol=1e-12)
        assert not np.allclose(grads[n], shares.sum(axis=0), rtol=1e-3)
    logits, cache = model.forward(X)
    exact = model.backward(cache, logits - Y[-1])
    for n in ("W_out", "b_out"):  # the read-out has no past
        np.testing.assert_allclose(grads[n], exact[n], rtol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("k", (1, 4))
def test_with_the_last_step_read_out_the_state_goes_through_and_the_error_does_not(cell, k):
    model, X, Y = problem(cell)
    state = model.forward(X)[1].states[T - k]
    (grads,) = steps_of(model, X, Y[-1], truncate=k)
    assert_same(grads, cut(cell, model, X[T - k :], Y[-1], state, False))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("carry", (False, True))
def test_every_step_read_out_each_piece_is_a_cut_graph_and_has_a_step_of_its_own(cell, carry):
    """With a learning rate: each piece is worked through with the weights of that moment."""
    model, X, Y = problem(cell)
    by_hand, *_ = problem(cell)
    grads, state = steps_of(model, X, Y, lr=0.01, truncate=3, carry=carry), None
    assert len(grads) == 3  # of three, three and two steps
    for t, given in zip((0, 3, 6), grads):
        piece = slice(t, t + 3)
        assert_same(given, cut(cell, by_hand, X[piece], Y[piece], state, True))
        if carry:
            state = by_hand.forward(X[piece], state, True)[1].states[-1].copy()
        by_hand.params = {n: w - 0.01 * given[n] for n, w in by_hand.params.items()}
    for n, w in by_hand.params.items():
        np.testing.assert_allclose(model.params[n], w, rtol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_two_pieces_joined_give_the_whole_gradient_and_what_carry_leaves_out_is_the_rest(cell):
    model, X, Y = problem(cell)
    first, second = steps_of(model, X, Y, truncate=4, carry=True)
    (whole,) = steps_of(model, X, Y)
    before = model.forward(X[:4], every_step=True)[1]
    logits, after = model.forward(X[4:], before.states[-1], every_step=True)
    handed_back = model.backward(after, logits - Y[4:])["h0"]
    across = model.backward(before, np.zeros((4, N, C)), handed_back)
    joined = {n: first[n] + second[n] + across[n] for n in model.params}
    assert_same(joined, whole)
    assert not np.allclose(first["W_hh"] + second["W_hh"], whole["W_hh"], rtol=1e-2)


@pytest.mark.parametrize("every_step", (False, True))
def test_as_many_steps_as_there_are_is_the_whole(every_step):
    weights = {}
    for truncate in (None, T):
        model, X, Y = problem(VanillaRNN)
        Y = Y if every_step else Y[-1]
        train(
            model,
            X,
            Y,
            loss=sum_of_squares,
            measure=None,
            optimizer=Adam(0.01),
            epochs=3,
            batch_size=3,
            truncate=truncate,
            progress=False,
        )
        weights[truncate] = model.params
    assert all((weights[T][n] == w).all() for n, w in weights[None].items())


def test_the_types_and_the_learning_rate():
    model, X, Y = problem(TwoStates, dtype=np.float32)
    optimizer = Noting(1e-3)
    train(
        model,
        X,
        Y,
        loss=sum_of_squares,
        measure=None,
        optimizer=optimizer,
        epochs=2,
        batch_size=2,
        truncate=2,
        carry=True,
        cosine_decay=True,
        progress=False,
    )
    rates = [lr for lr, _ in optimizer.seen]
    assert len(rates) == 2 * 2 * 4  # epochs, batches, pieces
    np.testing.assert_allclose(rates, 5e-4 * (1 + np.cos(np.pi * np.arange(16) / 16)))
    assert all(w.dtype == np.float32 for w in model.params.values())


def toy(rng, n=20):
    X = rng.normal(size=(T, n, I))
    return X, one_hot((X[-2:].sum(axis=(0, 2)) > 0).astype(int), 2)


def test_a_function_is_asked_for_each_batch_and_once_before_the_first():
    drawn = []

    def draw(rng):
        drawn.append(toy(rng))
        return drawn[-1]

    model, test = VanillaRNN(I, 8, 2, seed=0), toy(np.random.default_rng(9), 500)
    history = train(
        model,
        draw,
        optimizer=Adam(0.02),
        epochs=4,
        batches=50,
        validation=test,
        rng=3,
        progress=False,
    )
    assert len(drawn) == 1 + 4 * 50 == 1 + len(history.grad_norm) and len(history.loss) == 5
    assert not any((X == drawn[0][0]).all() for X, _ in drawn[1:])
    assert history.accuracy[-1] == accuracy(model(drawn[0][0]), drawn[0][1])
    assert history.val_accuracy[-1] == accuracy(model(test[0]), test[1]) > 0.9
    again = VanillaRNN(I, 8, 2, seed=0)
    options = {"optimizer": Adam(0.02), "batches": 50, "rng": 3, "progress": False}
    train(again, toy, epochs=4, **options)
    assert all((again.params[n] == w).all() for n, w in model.params.items())


def test_a_function_that_draws_the_same_batch_is_the_batch_in_pieces_or_whole():
    for options in ({}, {"truncate": 2}, {"truncate": 3, "carry": True}):
        model, X, Y = problem(VanillaRNN)
        other, *_ = problem(VanillaRNN)
        if not options.get("carry"):
            Y = Y[-1]
        fixed = steps_of(model, X, Y, lr=0.01, epochs=3, **options)
        drawn = steps_of(other, lambda rng, pair=(X, Y): pair, lr=0.01, epochs=3, **options)
        for a, b in zip(fixed, drawn, strict=True):
            for n in a:  # a shuffled batch is added up in another order
                np.testing.assert_allclose(a[n], b[n], rtol=1e-9, atol=1e-12)


def fit(X, Y=None, model=None, **options):
    model = model or VanillaRNN(I, H, 2)
    return train(model, X, Y, optimizer=SGD(0.1), epochs=1, progress=False, **options)


ONE = toy(np.random.default_rng(0))
EVERY = ONE[0], np.stack([ONE[1]] * T)
WRONG = {
    "k beyond T": (lambda: fit(*ONE, truncate=9), r"truncate is 9: expected at most 8 of 8 steps"),
    "k of zero": (lambda: fit(*ONE, truncate=0), "truncate is 0: expected a positive integer"),
    "k as a share": (lambda: fit(*ONE, truncate=0.5), "truncate is 0.5: expected a positive"),
    "carry alone": (lambda: fit(*EVERY, carry=True), "carry .* expected truncate=k"),
    "carry, last step": (
        lambda: fit(*ONE, truncate=3, carry=True),
        r"carry .* expected Y of shape \(T, N, C\), every step read out",
    ),
    "carry, shuffled windows": (
        lambda: fit(*EVERY, truncate=8, carry=True),
        "truncate is 8: expected at most 7 of 8 .* cut one long X into windows.* shuffled",
    ),
    "no state": (
        lambda: fit(*ONE, model=Linear(I, 2), truncate=3),
        "model is a Linear: expected a Recurrent",
    ),
    "two sources": (lambda: fit(toy, ONE[1]), "Y is given beside a function for X: expected None"),
    "no targets": (lambda: fit(ONE[0]), "Y holds object"),
    "no pair": (lambda: fit(lambda rng: ONE[0]), r"X\(rng\) returned ndarray: expected a pair"),
    "time last": (
        lambda: fit(lambda rng: (ONE[0].transpose(1, 2, 0), ONE[1])),
        "expected",
    ),
    "no batches": (lambda: fit(toy, batches=0), "batches is 0: expected a positive integer"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_get_a_clear_error(name):
    do, message = WRONG[name]
    with pytest.raises((ValueError, TypeError), match=message):
        do()


def test_a_draw_of_another_length_is_refused_rather_than_cut():
    lengths = iter((T, T, T + 3))

    def draw(rng):
        X, Y = ONE
        return np.resize(X, (next(lengths), *X.shape[1:])), Y

    with pytest.raises(ValueError, match=r"X\(rng\) has shape .* with T = 8"):
        fit(draw, batches=5, truncate=2)


def test_a_loss_that_is_not_finite_in_a_piece_gives_back_the_model_before_the_last_step():
    model, X, Y = problem(VanillaRNN)
    X[5] = np.nan
    given, batches = [], iter((np.zeros_like(X), X))  # the first is evaluated

    class Keeping(SGD):
        def step(self, params, grads, lr=None):
            super().step(params, grads, lr)
            given.append(dict(params))

    def draw(rng):
        return next(batches), Y

    with pytest.raises(FloatingPointError, match="epoch 1, batch 1 of 1") as caught:
        train(
            model,
            draw,
            loss=sum_of_squares,
            measure=None,
            optimizer=Keeping(0.01),
            epochs=1,
            truncate=2,
            carry=True,
            progress=False,
        )
    assert len(given) == 2 == len(caught.value.history.grad_norm)
    assert all((model.params[n] == w).all() for n, w in given[0].items())
