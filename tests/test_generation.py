"""A loss that admits doubt, against values by hand and another's density; a dream, by hand."""

import math

import numpy as np
import pytest

from bptt_lab import (
    GRU,
    LSTM,
    Adam,
    VanillaRNN,
    check_gradients,
    gaussian_nll,
    generate,
    numerical_gradient,
    relative_error,
    train,
)

# The loss


def test_by_hand():
    loss, d = gaussian_nll([[2.0, 0.0], [1.0, math.log(4)]], [[1.0], [5.0]])
    first = 0.5 * (1 + math.log(2 * math.pi))
    second = 0.5 * (math.log(4) + 16 / 4 + math.log(2 * math.pi))
    assert loss == pytest.approx((first + second) / 2)
    np.testing.assert_allclose(d, [[1 / 2, 0], [-4 / 4 / 2, (1 - 16 / 4) / 4]])


@pytest.mark.parametrize("shape", ((5,), (4, 5)))
def test_it_is_the_mean_of_minus_the_log_of_a_density_that_integrates_to_one(shape):
    rng = np.random.default_rng(0)
    outputs, Y = rng.normal(size=(*shape, 2)), rng.normal(size=(*shape, 1))
    densities = []
    for (mean, s), y in zip(outputs.reshape(-1, 2), Y.ravel()):
        grid = np.linspace(mean - 12 * np.exp(s / 2), mean + 12 * np.exp(s / 2), 4001)
        bell = np.exp(-((grid - mean) ** 2) / (2 * np.exp(s)))
        densities.append(
            np.exp(-((y - mean) ** 2) / (2 * np.exp(s))) / (bell.sum() * (grid[1] - grid[0]))
        )
    assert gaussian_nll(outputs, Y)[0] == pytest.approx(-np.log(densities).mean(), rel=1e-9)


@pytest.mark.parametrize("shape", ((5,), (4, 5)))
def test_its_gradient_is_that_of_the_complex_step(shape):
    rng = np.random.default_rng(1)
    outputs, Y = rng.normal(size=(*shape, 2)), 3 * rng.normal(size=(*shape, 1))
    d = gaussian_nll(outputs, Y)[1]
    right = numerical_gradient(lambda x: gaussian_nll(x, Y)[0], outputs, "complex")
    assert d.shape == outputs.shape and relative_error(d, right) < 1e-14


def test_the_best_log_variance_is_that_of_the_errors():
    errors = np.random.default_rng(2).normal(size=(50, 1))
    best = np.log((errors**2).mean())
    outputs = np.concatenate([np.zeros_like(errors), np.full_like(errors, best)], axis=1)
    d = gaussian_nll(outputs, errors)[1]
    assert abs(d[:, 1].sum()) < 1e-14


def test_with_a_variance_of_one_it_is_half_the_squared_error_and_a_constant():
    rng = np.random.default_rng(3)
    mean, Y = rng.normal(size=(2, 7, 1))
    outputs = np.concatenate([mean, np.zeros_like(mean)], axis=1)
    loss, d = gaussian_nll(outputs, Y)
    assert loss == pytest.approx(((mean - Y) ** 2).mean() / 2 + math.log(2 * math.pi) / 2)
    np.testing.assert_allclose(d[:, :1], (mean - Y) / 7)


def test_types_and_arguments_that_cannot_be_written_to():
    outputs, Y = np.ones((3, 2), np.float32), np.zeros((3, 1), np.float32)
    for array in (outputs, Y):
        array.flags.writeable = False
    loss, d = gaussian_nll(outputs, Y)
    assert loss.dtype == d.dtype == np.float32
    assert not np.shares_memory(d, outputs)
    with np.errstate(all="raise"):  # what overflows does so without a word
        assert gaussian_nll([[0.0, -1e4]], [[1.0]])[0] == np.inf


@pytest.mark.parametrize(
    ("outputs", "Y", "message"),
    (
        (
            np.zeros((4, 1)),
            np.zeros((4, 1)),
            r"outputs has shape \(4, 1\): .* did you mean a network with C = 2",
        ),
        (np.zeros((4, 3)), np.zeros((4, 1)), r"outputs has shape \(4, 3\): expected \(N, 2\)"),
        (np.zeros((0, 2)), np.zeros((0, 1)), "expected"),
        (np.zeros((5, 4, 2)), np.zeros((5, 4)), r"Y has shape \(5, 4\): .* Y\[..., None\]"),
        (np.zeros((4, 2)), np.zeros((4, 2)), r"Y has shape \(4, 2\): expected \(4, 1\)"),
        (np.zeros((4, 2)), np.zeros((4, 1), complex), "Y holds complex"),
    ),
)
def test_what_does_not_fit_gets_a_clear_error(outputs, Y, message):
    with pytest.raises((ValueError, TypeError), match=message):
        gaussian_nll(outputs, Y)


def test_whoever_obeys_the_hint_gets_the_right_thing():
    outputs, Y = np.random.default_rng(4).normal(size=(5, 4, 2)), np.zeros((5, 4))
    assert np.isfinite(gaussian_nll(outputs, Y[..., None])[0])


@pytest.mark.parametrize("cell", (VanillaRNN, GRU, LSTM))
def test_all_gradients_of_a_network_with_this_loss(cell):
    rng = np.random.default_rng(5)
    model = cell(1, 5, 2, init="normal", input_scale=1, seed=rng)
    X, Y = rng.normal(size=(2, 6, 4, 1))
    report = check_gradients(model, X, Y, loss=gaussian_nll, every_step=True)
    assert report.ok, str(report)


def test_training_finds_mean_and_variance():
    """Noise whose size depends on the input: who admits no doubt cannot forecast it."""

    def draw(rng):
        X = np.sign(rng.normal(size=(10, 50, 1)))
        return X, 0.5 * X + np.where(X > 0, 1.0, 0.1) * rng.normal(size=X.shape)

    model = VanillaRNN(1, 8, 2)
    options = {"epochs": 1, "batches": 300, "cosine_decay": True, "progress": False}
    train(model, draw, loss=gaussian_nll, measure=None, optimizer=Adam(0.02), **options)
    (low_mean, low), (high_mean, high) = model(np.array([[[-1.0], [1.0]]]))
    assert abs(low_mean + 0.5) < 0.05 and abs(high_mean - 0.5) < 0.1
    assert np.exp(low / 2) == pytest.approx(0.1, rel=0.2)
    assert np.exp(high / 2) == pytest.approx(1, rel=0.2)


# The dream


def network(cell=VanillaRNN, dtype=np.float64):
    rng = np.random.default_rng(6)
    model = cell(1, 5, 2, init="normal", input_scale=1, seed=rng, dtype=dtype)
    model.params["b_out"] = np.array([0.1, -1.0], dtype)
    return model, rng.normal(size=(7, 3, 1))


def test_by_hand_with_the_lines_of_notebook_02():
    model, start = network()
    p, h = model.params, np.zeros((3, 5))

    def read(x, h):
        h = np.tanh(x @ p["W_in"] + h @ p["W_hh"] + p["b_h"])
        return h, *np.split(h @ p["W_out"] + p["b_out"], 2, axis=1)

    for x in start:
        h, mean, s = read(x, h)
    noise, expected = np.random.default_rng(7).normal(size=(4, 3, 1)), []
    for drawn in noise:
        expected.append(mean + 0.6 * np.sqrt(np.exp(s)) * drawn)
        h, mean, s = read(expected[-1], h)
    samples = generate(model, start, 4, 0.6, 7)
    np.testing.assert_allclose(samples, expected, rtol=1e-12)


@pytest.mark.parametrize("cell", (VanillaRNN, GRU, LSTM))
def test_the_dream_is_what_the_network_forecasts_of_the_dream(cell):
    """At temperature 0 each sample is the mean that the network forecasts if it hears them all."""
    model, start = network(cell)
    samples = generate(model, start, 20, 0, 0)
    heard = np.concatenate([start, samples])[:-1]
    forecast = model(heard, every_step=True)[len(start) - 1 :, :, :1]
    np.testing.assert_allclose(samples, forecast, rtol=1e-10)


def test_the_noise_has_the_size_that_the_network_says():
    model, start = network()
    mean, s = model(start)[0]
    many = np.repeat(start[:, :1], 20_000, axis=1)
    for temperature in (1, 0.5):
        drawn = generate(model, many, 1, temperature, 1)[0]
        assert drawn.mean() == pytest.approx(mean, abs=0.02)
        assert drawn.std() == pytest.approx(temperature * np.exp(s / 2), rel=0.02)


def test_seeds_generators_and_types():
    model, start = network(dtype=np.float32)
    first, again = (generate(model, start, 5, 1, 3) for _ in range(2))
    assert first.dtype == np.float32 and first.shape == (5, 3, 1)
    assert (first == again).all()
    rng = np.random.default_rng(3)
    assert (generate(model, start, 5, 1, rng) == first).all()
    assert (generate(model, start, 5, 1, rng) != first).any()
    first[0] = 0  # it is the caller's own
    start[0] = 0


@pytest.mark.parametrize(
    ("change", "message"),
    (
        (
            {"model": VanillaRNN(2, 4, 2)},
            "I = 2 and C = 2: expected I = 1 and C = 2.*trained with gaussian_nll",
        ),
        ({"model": VanillaRNN(1, 4, 1)}, "I = 1 and C = 1: expected"),
        ({"start": np.zeros((7, 3))}, r"start has shape \(7, 3\): expected \(T, N, I\)"),
        ({"start": np.zeros((0, 3, 1))}, "start has shape"),
        ({"steps": 0}, "steps is 0: expected a positive integer"),
        ({"temperature": -0.5}, "temperature is -0.5: expected a number of at least 0"),
        ({"rng": None}, "rng is None: expected a numpy.random.Generator"),
    ),
)
def test_a_dream_that_cannot_be_dreamt_gets_a_clear_error(change, message):
    model, start = network()
    given = {"model": model, "start": start, "steps": 3, "temperature": 1, "rng": 0}
    with pytest.raises(ValueError, match=message):
        generate(**given | change)
