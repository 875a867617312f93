"""Optimisers against closed forms, and the behaviour of the training loop."""

import copy

import numpy as np
import pytest

from bptt_lab import (
    SGD,
    Adam,
    History,
    VanillaRNN,
    clip_by_global_norm,
    cross_entropy,
    global_norm,
    load_ecg5000,
    minibatches,
    mse,
    one_hot,
    train,
    training,
)


def descend(optimizer, curvature, w, steps):
    """Return the positions of a descent on curvature/2 · w²."""
    params, path = {"w": np.array([w])}, [w]
    for _ in range(steps):
        optimizer.step(params, {"w": curvature * params["w"]})
        path.append(params["w"][0])
    return np.array(path)


def test_sgd_on_a_quadratic():
    np.testing.assert_allclose(descend(SGD(0.1), 3.0, 2.0, 20), 2.0 * (1 - 0.3) ** np.arange(21))


def test_momentum_on_a_quadratic():
    # w_{k+1} = (1 + m - lr·c) w_k - m w_{k-1}: a combination of the powers of the two roots.
    lr, m, c = 0.05, 0.9, 2.0
    roots = np.roots([1, -(1 + m - lr * c), m])
    assert np.iscomplex(roots).all()
    coefficients = np.linalg.solve(np.vander(roots, 2, increasing=True).T, [1.0, 1 - lr * c])
    expected = [(coefficients * roots**k).sum().real for k in range(60)]
    np.testing.assert_allclose(descend(SGD(lr, momentum=m), c, 1.0, 59), expected, atol=1e-12)


def test_weight_decay_of_sgd_is_the_gradient_of_the_penalty():
    np.testing.assert_allclose(
        descend(SGD(0.1, weight_decay=0.5), 3.0, 2.0, 9), descend(SGD(0.1), 3.5, 2.0, 9)
    )


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_scale():
    for scale in (1e-4, 1.0, 1e4):
        params = {"w": np.array([1.0, 1.0, 1.0])}
        Adam(0.01).step(params, {"w": scale * np.array([2.0, -3.0, 0.5])})
        np.testing.assert_allclose(params["w"], [0.99, 1.01, 0.99], rtol=1e-5)


def test_adam_by_hand_for_two_steps_and_with_decoupled_decay():
    params, adam = (
        {"w": np.array([1.0])},
        Adam(0.1, beta1=0.5, beta2=0.75, eps=1e-12, weight_decay=0.2),
    )
    adam.step(params, {"w": np.array([2.0])})
    assert params["w"][0] == pytest.approx(1 - 0.1 * (1 + 0.2 * 1))
    adam.step(params, {"w": np.array([-1.0])})
    m_hat, s_hat = (0.5 * 1.0 + 0.5 * -1) / 0.75, (0.75 * 1.0 + 0.25 * 1) / (1 - 0.75**2)
    assert params["w"][0] == pytest.approx(0.88 - 0.1 * (m_hat / np.sqrt(s_hat) + 0.2 * 0.88))


@pytest.mark.parametrize(
    "optimizer", (SGD(0.1, momentum=0.9, weight_decay=0.1), Adam(0.1, weight_decay=0.1))
)
@pytest.mark.parametrize("dtype", (np.float32, np.float64))
def test_a_step_replaces_arrays_and_writes_to_none(optimizer, dtype):
    optimizer = copy.deepcopy(optimizer)
    w, g = np.ones(3, dtype), np.ones(3, dtype)
    w.flags.writeable = g.flags.writeable = False
    params = {"w": w}
    for _ in range(3):
        optimizer.step(params, {"w": g, "X": None})
    assert (
        params["w"].dtype == dtype
        and set(params) == {"w"}
        and (w == 1).all()
        and (params["w"] < 1).all()
    )


def test_clipping():
    grads = {"a": np.array([3.0, 0.0]), "b": np.array([[4.0]])}
    assert global_norm(grads) == 5
    clipped = clip_by_global_norm(grads, 1.0)
    np.testing.assert_allclose(np.r_[clipped["a"], clipped["b"][0]], [0.6, 0, 0.8])
    same = clip_by_global_norm(grads, 5.0)
    assert all((same[name] == grads[name]).all() for name in grads) and grads["a"][0] == 3
    tiny, zero = (
        clip_by_global_norm({"a": np.array([1e-9])}, 0.8),
        clip_by_global_norm({"a": np.zeros(2)}, 0.8),
    )
    assert tiny["a"][0] == 1e-9 and not zero["a"].any()
    huge = clip_by_global_norm({"a": np.array([3e160]), "b": np.array([4e160])}, 1.0)
    assert huge["a"][0] == pytest.approx(0.6) and huge["b"][0] == pytest.approx(0.8)
    assert np.isnan(global_norm({"a": np.array([1.0]), "b": np.array([np.nan])}))
    assert np.isnan(global_norm({"a": np.array([np.nan]), "b": np.array([1.0])}))


def toy(n=30, seed=0, dtype=np.float64):
    """Return sequences whose class is the sign of their sum, and their targets."""
    X = np.random.default_rng(seed).normal(size=(8, n, 1)).astype(dtype)
    return X, one_hot((X.sum(axis=(0, 2)) > 0).astype(int), 2)


OPTIONS = {"epochs": 5, "batch_size": 7, "progress": False}


def trained(**options):
    model = VanillaRNN(1, 6, 2, seed=1)
    history = train(model, *toy(), optimizer=Adam(0.02), **(OPTIONS | options))
    return model, history


def test_training_learns_and_records_every_epoch_and_the_one_before():
    X, Y = toy()
    untrained = cross_entropy(VanillaRNN(1, 6, 2, seed=1)(X), Y)[0]
    model, history = trained(validation=toy(seed=5), epochs=40)
    assert (
        len(history.loss)
        == len(history.accuracy)
        == len(history.val_loss)
        == len(history.val_accuracy)
        == 41
    )
    assert len(history.grad_norm) == 40 * 5
    assert history.loss[0] == pytest.approx(untrained)
    assert history.loss[-1] == pytest.approx(cross_entropy(model(X), Y)[0])
    assert history.val_loss[-1] == pytest.approx(
        cross_entropy(model(toy(seed=5)[0]), toy(seed=5)[1])[0]
    )
    assert history.loss[-1] < 0.3 * history.loss[0] and history.val_accuracy[-1] > 0.8
    assert trained()[1].val_loss == [None] * 6


def test_the_same_seed_gives_the_same_bits_and_touches_no_global_state():
    before = np.random.get_state()
    first, again = trained(input_noise=0.1)[0].params, trained(input_noise=0.1)[0].params
    other = trained(input_noise=0.1, rng=1)[0].params
    after = np.random.get_state()
    assert all((first[name] == again[name]).all() for name in first)
    assert not (first["W_hh"] == other["W_hh"]).all()
    assert before[0] == after[0] and (before[1] == after[1]).all() and before[2:] == after[2:]


def test_full_batch_sgd_is_plain_gradient_descent():
    X, Y = toy()
    model, by_hand = VanillaRNN(1, 6, 2, seed=1), VanillaRNN(1, 6, 2, seed=1)
    train(model, X, Y, loss=mse, optimizer=SGD(0.1), epochs=3, batch_size=None, progress=False)
    for _ in range(3):
        logits, cache = by_hand.forward(X)
        grads = by_hand.backward(cache, mse(logits, Y)[1])
        by_hand.params = {name: value - 0.1 * grads[name] for name, value in by_hand.params.items()}
    for name in model.params:
        np.testing.assert_allclose(model.params[name], by_hand.params[name], rtol=1e-11, atol=1e-14)


class Recording(SGD):
    """Keeps what it is given."""

    def step(self, params, grads, lr=None):
        self.__dict__.setdefault("seen", []).append((lr, global_norm(grads), set(grads)))
        super().step(params, grads, lr)


def test_cosine_clip_and_the_gradients_that_count():
    optimizer = Recording(0.4)
    history = train(
        VanillaRNN(1, 6, 2, seed=1),
        *toy(),
        optimizer=optimizer,
        clip_norm=0.05,
        cosine_decay=True,
        **OPTIONS,
    )
    rates, norms, names = zip(*optimizer.seen)
    np.testing.assert_allclose(rates, 0.2 * (1 + np.cos(np.pi * np.arange(25) / 25)))
    np.testing.assert_allclose(norms, np.minimum(history.grad_norm, 0.05), rtol=1e-12)
    assert max(history.grad_norm) > 0.05 and set(names[0]) == {
        "W_in",
        "W_hh",
        "b_h",
        "W_out",
        "b_out",
    }
    assert optimizer.lr == 0.4


class Stopping(VanillaRNN):
    """The stop button is pressed in the `stop_at`-th backward pass."""

    calls, stop_at = 0, 0

    def backward(self, cache, d_logits):
        Stopping.calls += 1
        if Stopping.calls == Stopping.stop_at:
            raise KeyboardInterrupt
        return super().backward(cache, d_logits)


@pytest.mark.parametrize("stop_at", (1, 2, 11, 24, 25))
def test_stop_stops_and_the_model_keeps_what_it_learnt(monkeypatch, stop_at):
    monkeypatch.setattr(Stopping, "calls", 0)
    monkeypatch.setattr(Stopping, "stop_at", stop_at)
    model, steps = Stopping(1, 6, 2, seed=1), Recording(0.02)
    with pytest.raises(KeyboardInterrupt) as stopped:
        train(model, *toy(), optimizer=steps, **OPTIONS)
    history = stopped.value.history
    assert len(history.grad_norm) == stop_at - 1 == len(getattr(steps, "seen", []))
    assert len(history.loss) == len(history.accuracy) == 1 + (stop_at - 1) // 5
    fresh = VanillaRNN(1, 6, 2, seed=1).params
    assert all(np.isfinite(w).all() for w in model.params.values())
    assert any((model.params[k] != w).any() for k, w in fresh.items()) == (stop_at > 1)
    train(model, *toy(), optimizer=Adam(0.02), epochs=1, progress=False)  # it can go on


def test_a_run_that_is_stopped_before_it_begins_has_an_empty_history():
    class Never(VanillaRNN):
        def __call__(self, *args, **kwargs):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        train(Never(1, 6, 2), *toy(), optimizer=SGD(0.1), **OPTIONS)
    assert stopped.value.history == History()


def test_a_diverging_run_says_where_and_gives_back_finite_parameters():
    model = VanillaRNN(1, 6, 2, seed=1)
    with pytest.raises(
        FloatingPointError, match=r"(loss|gradient) is (nan|inf) in epoch 1, batch \d of 5"
    ) as caught:
        with np.errstate(all="raise"):
            train(model, *toy(), loss=mse, optimizer=SGD(1e200), **OPTIONS)
    assert len(caught.value.history.loss) == 1
    assert all(np.isfinite(value).all() for value in model.params.values())
    assert np.isfinite(mse(model(toy()[0]), toy()[1])[0])


def test_after_a_step_that_goes_wrong_the_optimizer_is_as_before_it_too():
    """Adam's second moment would be inf for ever, and no step would move anything again."""
    model, adam, (X, Y) = VanillaRNN(1, 6, 2, seed=1), Adam(0.02), toy()
    train(model, X, Y, optimizer=adam, epochs=2, batch_size=None, progress=False)
    params, kept = dict(model.params), (adam.k, dict(adam.m), dict(adam.s))

    def exploding(logits, Y):
        return mse(logits, Y)[0], 1e200 * mse(logits, Y)[1]

    with pytest.raises(FloatingPointError, match="as before the bad step"):
        with np.errstate(all="ignore"):
            train(model, X, Y, loss=exploding, optimizer=adam, **OPTIONS | {"batch_size": None})
    assert adam.k == kept[0] and all((adam.m[k] == m).all() for k, m in kept[1].items())
    assert all((adam.s[k] == s).all() for k, s in kept[2].items())
    assert all((model.params[k] == w).all() for k, w in params.items())
    before = mse(model(X), Y)[0]
    train(model, X, Y, loss=mse, optimizer=adam, **OPTIONS)
    assert mse(model(X), Y)[0] < before


def test_train_does_what_the_losses_can():
    """Targets of any kind, every step read out, and any measure or none."""
    X, rng = toy()[0], np.random.default_rng(3)
    running = np.cumsum(X, axis=0) / 3  # (T, N, 1): the sum so far
    model = VanillaRNN(1, 8, 1, seed=1)
    history = train(
        model, X, running, loss=mse, optimizer=Adam(0.02), measure=None, **OPTIONS | {"epochs": 60}
    )
    assert history.loss[-1] < 0.2 * history.loss[0] and history.accuracy == [None] * 61
    assert history.loss[-1] == pytest.approx(mse(model(X, every_step=True), running)[0])
    soft = rng.dirichlet(np.ones(2), size=30)  # distributions, not one-hot
    history = train(
        VanillaRNN(1, 6, 2), X, soft, optimizer=Adam(0.02), measure=lambda a, b: 7, **OPTIONS
    )
    assert history.accuracy == [7.0] * 6 and history.loss[-1] < history.loss[0]
    signs = np.eye(2)[(running[:, :, 0] > 0).astype(int)]
    options = OPTIONS | {"epochs": 60}
    model = VanillaRNN(1, 8, 2, seed=1)
    history = train(model, X, signs, optimizer=Adam(0.02), validation=(X, signs), **options)
    assert history.accuracy[-1] > 0.9 and history.val_accuracy == history.accuracy
    with pytest.raises(ValueError, match="measure=None"):
        train(VanillaRNN(1, 6, 2), X, soft, optimizer=Adam(0.02), **OPTIONS)


def test_a_loss_that_is_not_finite_after_k_steps_gives_back_the_parameters_of_step_k_minus_1():
    steps = []

    class Poisoned(SGD):
        def step(self, params, grads, lr=None):
            steps.append(dict(params))
            super().step(params, grads, lr)
            if len(steps) == 8:
                params["b_out"] = params["b_out"] * np.nan

    model = VanillaRNN(1, 6, 2, seed=1)
    with pytest.raises(FloatingPointError, match="in epoch 2, batch 4 of 5"):
        train(model, *toy(), optimizer=Poisoned(0.1), **OPTIONS)
    for name in model.params:
        np.testing.assert_array_equal(model.params[name], steps[7][name])


def test_minibatches_hold_every_sequence_once_and_keep_pairs():
    X = np.arange(23.0)[None, :, None] * np.ones((4, 1, 2))
    Y = np.arange(23.0)[:, None] * np.ones(3)
    batches = list(minibatches(X, Y, 5, np.random.default_rng(0)))
    assert [len(Y_b) for _, Y_b in batches] == [5, 5, 5, 5, 3]
    assert all(
        X_b.shape == (4, len(Y_b), 2) and (X_b[0, :, 0] == Y_b[:, 0]).all() for X_b, Y_b in batches
    )
    seen = np.concatenate([Y_b[:, 0] for _, Y_b in batches])
    assert sorted(seen) == list(range(23)) and list(seen) != list(range(23))
    rng = np.random.default_rng(0)
    first, second = ([Y_b[:, 0].tolist() for _, Y_b in minibatches(X, Y, 5, rng)] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("do", "message"),
    (
        (lambda: SGD(-0.1), "lr is -0.1"),
        (lambda: SGD("fast"), "lr is 'fast'"),
        (lambda: SGD(0.1, momentum=1.0), "momentum is 1.0"),
        (lambda: Adam(0.1, beta2=1), "beta2 is 1"),
        (lambda: Adam(np.nan), "lr is nan"),
        (lambda: clip_by_global_norm({"a": np.ones(2)}, 0), "max_norm is 0"),
        (lambda: trained(epochs=0), "epochs is 0"),
        (lambda: trained(batch_size=-3), "batch_size is -3"),
        (lambda: trained(batch_size=2.5), "batch_size is 2.5"),
        (lambda: trained(input_noise=-1), "input_noise is -1"),
        (
            lambda: train(
                VanillaRNN(1, 6, 2), toy()[0], toy()[1][:-1], optimizer=SGD(1), **OPTIONS
            ),
            "shape",
        ),
        (lambda: train(VanillaRNN(1, 6, 3), *toy(), optimizer=SGD(1), **OPTIONS), "shape"),
    ),
)
def test_wrong_arguments_get_a_clear_error(do, message):
    with pytest.raises((ValueError, TypeError), match=message):
        do()


def test_the_bar_shows_loss_and_accuracy_and_can_be_switched_off(monkeypatch, capsys):
    monkeypatch.delenv("BPTT_LAB_PROGRESS")
    trained(progress=True)
    shown = capsys.readouterr().err
    assert "loss=" in shown and "accuracy=" in shown and "5/5" in shown and "6/6" not in shown
    monkeypatch.setenv("BPTT_LAB_PROGRESS", "off")
    trained(progress=True)
    captured = capsys.readouterr()
    assert captured.err == captured.out == ""


def test_history_can_be_drawn():
    import matplotlib

    matplotlib.use("agg")
    from bptt_lab.teaching.plots import plot_history

    left, right = plot_history(trained(validation=toy(seed=5))[1]).axes
    assert left.get_yscale() == "log" and len(left.lines) == len(right.lines) == 2
    assert len(plot_history(trained()[1]).axes[0].lines) == 1
    matplotlib.pyplot.close("all")


def test_the_noise_of_the_inputs_is_normal_and_of_the_size_asked_for():
    seen = []

    class Listening(VanillaRNN):
        def forward(self, X, **options):
            seen.append(X)
            return super().forward(X, **options)

    X, Y = toy()
    options = OPTIONS | {"epochs": 100, "batch_size": None}
    train(Listening(1, 3, 2), 0 * X, Y, optimizer=SGD(0.0), input_noise=0.5, **options)
    noise = np.concatenate([x.ravel() for x in seen if x.any()])  # 24,000 draws
    assert noise.mean() == pytest.approx(0, abs=0.02) and noise.std() == pytest.approx(
        0.5, rel=0.02
    )
    assert np.mean(noise**4) / noise.var() ** 2 == pytest.approx(3, rel=0.1)  # 1.8 if uniform


@pytest.mark.parametrize("w", (20,))
def test_the_windows_recipe_beats_the_majority_by_far(w):
    from bptt_lab import accuracy, windows

    data = load_ecg5000("synthetic")
    X_train, X_test = (windows(X, w).astype(np.float32) for X in (data.X_train, data.X_test))
    model = VanillaRNN(w, 32, 5, input_scale=0.3 / np.sqrt(w), seed=0, dtype=np.float32)
    train(
        model,
        X_train,
        data.Y_train,
        optimizer=Adam(3e-3),
        epochs=30,
        clip_norm=1,
        cosine_decay=True,
        input_noise=0.5,
        progress=False,
    )
    assert accuracy(model(X_test), data.Y_test) > 0.92
    assert training.global_norm(model.params) < 100
