"""Losses and metrics against values worked out by hand."""

import math

import numpy as np
import pytest

from bptt_lab import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    cross_entropy,
    mse,
    numerical_gradient,
    one_hot,
    relative_error,
)


def test_mse_by_hand():
    loss, d = mse([[1.0, 2.0], [0.0, -1.0]], [[1, 0], [0, 1]])
    assert loss == pytest.approx((0 + 4 + 0 + 4) / 4)  # 1/(2N) with N = 2
    np.testing.assert_allclose(d, [[0, 1], [0, -1]])


def test_cross_entropy_by_hand():
    loss, d = cross_entropy([[0.0, math.log(3)], [math.log(4), 0.0]], [[1, 0], [1, 0]])
    assert loss == pytest.approx(
        (math.log(4) + math.log(5 / 4)) / 2
    )  # p of the right class: 1/4 and 4/5
    np.testing.assert_allclose(d, [[(1 / 4 - 1) / 2, (3 / 4) / 2], [(4 / 5 - 1) / 2, (1 / 5) / 2]])


@pytest.mark.parametrize("loss", (mse, cross_entropy))
@pytest.mark.parametrize("shape", ((4, 3), (5, 4, 3)))
def test_gradients_of_the_losses(loss, shape):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=shape)
    Y = one_hot(rng.integers(0, 3, logits[..., 0].size), 3).reshape(shape)
    d = loss(logits, Y)[1]
    assert relative_error(d, numerical_gradient(lambda x: loss(x, Y)[0], logits, "complex")) < 1e-14
    if loss is cross_entropy:
        soft = rng.dirichlet(np.ones(3), size=shape[:-1])
        assert (
            relative_error(
                loss(logits, soft)[1],
                numerical_gradient(lambda x: loss(x, soft)[0], logits, "complex"),
            )
            < 1e-14
        )


@pytest.mark.parametrize("loss", (mse, cross_entropy))
def test_every_step_counts_as_one_prediction(loss):
    rng = np.random.default_rng(1)
    logits, Y = rng.normal(size=(5, 4, 3)), one_hot(rng.integers(0, 3, 20), 3).reshape(5, 4, 3)
    value, d = loss(logits, Y)
    flat, d_flat = loss(logits.reshape(20, 3), Y.reshape(20, 3))
    assert (
        value
        == pytest.approx(flat)
        == pytest.approx(np.mean([loss(a, b)[0] for a, b in zip(logits, Y)]))
    )
    np.testing.assert_allclose(d.reshape(20, 3), d_flat)


def test_cross_entropy_of_equal_logits_is_log_C_and_huge_logits_do_not_overflow():
    assert cross_entropy(np.zeros((7, 5)), np.eye(5)[[0] * 7])[0] == pytest.approx(math.log(5))
    with np.errstate(all="raise", under="ignore"):
        loss, d = cross_entropy([[1e4, -1e4], [-1e4, 1e4]], [[1, 0], [1, 0]])
    assert loss == pytest.approx(1e4) and np.isfinite(d).all()


def test_losses_leave_their_arguments_alone():
    logits, Y = np.ones((2, 3)), np.eye(3)[:2]
    for array in (logits, Y):
        array.flags.writeable = False
    for loss in (mse, cross_entropy):
        assert not np.shares_memory(loss(logits, Y)[1], logits)


# Six members: four of class 0, two of class 1, none of class 2. Predicted: 0 0 0 2 | 1 0.
LOGITS = np.array([[2, 1, 0], [5, 1, 0], [1, 0, 0], [0, 0, 1], [0, 3, 1], [1, 0, 0]], float)
TARGETS = one_hot(np.array([0, 0, 0, 0, 1, 1]), 3)


def test_metrics_by_hand():
    np.testing.assert_array_equal(
        confusion_matrix(LOGITS, TARGETS), [[3, 0, 1], [1, 1, 0], [0, 0, 0]]
    )
    assert accuracy(LOGITS, TARGETS) == pytest.approx(4 / 6)
    assert balanced_accuracy(LOGITS, TARGETS) == pytest.approx((3 / 4 + 1 / 2) / 2)


def test_always_naming_one_class_is_worth_one_over_C():
    Y = one_hot(np.repeat(np.arange(5), (60, 30, 5, 4, 1)), 5)
    logits = np.tile(np.eye(5)[0], (100, 1))
    assert accuracy(logits, Y) == 0.6 and balanced_accuracy(logits, Y) == pytest.approx(0.2)


@pytest.mark.parametrize("measure", (accuracy, balanced_accuracy, confusion_matrix))
def test_a_dead_network_has_no_accuracy(measure):
    with pytest.raises(ValueError, match="NaN in 1 of 2 rows"):
        measure(np.array([[np.nan, np.nan], [1, 0]]), np.eye(2))


@pytest.mark.parametrize(
    ("do", "message"),
    (
        (
            lambda: mse(np.zeros((4, 3)), np.zeros((3, 4))),
            r"Y has shape \(3, 4\): expected \(4, 3\)",
        ),
        (
            lambda: cross_entropy(np.zeros((4, 3)), np.zeros(4, int)),
            r"did you mean one_hot\(Y, 3\)",
        ),
        (lambda: cross_entropy(np.zeros((4, 3)), np.zeros((4, 3))), "1 as each row's sum"),
        (lambda: mse(np.zeros(3), np.zeros(3)), r"logits has shape \(3,\)"),
        (lambda: mse(np.zeros((0, 3)), np.zeros((0, 3))), "expected"),
        (lambda: mse([["a"]], [[1]]), "logits holds"),
        (lambda: accuracy(np.zeros((2, 3)), np.array([0, 1])), "one_hot"),
        (lambda: accuracy(np.zeros((2, 3)), np.full((2, 3), 1 / 3)), "not one-hot"),
        (lambda: accuracy(np.zeros((5, 2, 3)), np.zeros((5, 2, 3))), "not one-hot"),
        (lambda: cross_entropy(np.zeros((1, 3)), np.array([[2, -1, 0]])), "no entry below 0"),
    ),
)
def test_wrong_arguments_get_a_clear_error(do, message):
    with pytest.raises((ValueError, TypeError), match=message):
        do()


def test_a_class_that_is_impossible_and_not_the_right_one_costs_nothing():
    logits, Y = np.array([[0.0, 1.0, -np.inf]]), np.array([[0.0, 1.0, 0.0]])
    loss, d_logits = cross_entropy(logits, Y)
    two, d_two = cross_entropy(logits[:, :2], Y[:, :2])
    assert loss == pytest.approx(two) and d_logits[0, 2] == 0
    np.testing.assert_allclose(d_logits[:, :2], d_two)
    assert cross_entropy(logits, Y[:, ::-1].copy())[0] > 0
    assert np.isinf(cross_entropy(logits, np.array([[0.0, 0.0, 1.0]]))[0])


def test_with_every_step_read_out_the_measures_count_every_prediction():
    rng = np.random.default_rng(0)
    logits, Y = rng.normal(size=(6, 5, 3)), np.eye(3)[rng.integers(0, 3, (6, 5))]
    flat = logits.reshape(30, 3), Y.reshape(30, 3)
    assert (
        accuracy(logits, Y) == accuracy(*flat) == np.mean(logits.argmax(axis=2) == Y.argmax(axis=2))
    )
    np.testing.assert_array_equal(confusion_matrix(logits, Y), confusion_matrix(*flat))
