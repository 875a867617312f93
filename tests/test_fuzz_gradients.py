"""Random trials of the gradients: networks of all sizes, types and layouts of memory."""

import copy

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import TRIALS

from bptt_lab import VanillaRNN, cross_entropy, mse, relative_error

trials = settings(max_examples=TRIALS // 3, deadline=None, derandomize=True, database=None)


def every_second(a):
    spread = np.full([2 * n for n in a.shape], np.nan, a.dtype)
    view = spread[tuple(slice(None, None, 2) for _ in a.shape)]
    view[...] = a
    return view


def backwards(a):
    turned = tuple(slice(None, None, -1) for _ in a.shape)
    return a[turned].copy()[turned]


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


def swapped(a):
    """An array whose first and last axes were exchanged, as data with the batch first have them."""
    return np.ascontiguousarray(a.swapaxes(0, -1)).swapaxes(0, -1)


def odd_address(a):
    """An array that does not begin at a multiple of its item size."""
    view = np.frombuffer(bytearray(a.nbytes + 1), np.uint8)[1:].view(a.dtype).reshape(a.shape)
    view[...] = a
    return view


LAYOUTS = (
    np.ascontiguousarray,
    np.asfortranarray,
    every_second,
    backwards,
    read_only,
    swapped,
    odd_address,
)


class Problem:
    """A random network with a batch, all of it in one type, each array in a layout of its own."""

    def __init__(self, sizes, dtype, every_step, loss, layouts, seed):
        T, N, I, H, C = sizes
        rng = np.random.default_rng(seed)
        self.rng, self.loss, self.every_step = rng, loss, every_step
        layout = iter(layouts)
        self.model = VanillaRNN(I, H, C, seed=rng, dtype=dtype)
        self.model.params = {
            name: next(layout)((value + 0.4 * rng.normal(size=value.shape)).astype(dtype))
            for name, value in self.model.params.items()
        }
        self.X, self.h0 = (
            next(layout)(rng.normal(size=(T, N, I)).astype(dtype)),
            next(layout)(0.5 * rng.normal(size=(N, H)).astype(dtype)),
        )
        Y = (
            rng.dirichlet(np.ones(C), size=(T, N) if every_step else N)
            if loss is cross_entropy
            else rng.normal(size=(T, N, C) if every_step else (N, C))
        )
        self.Y, self.layout = next(layout)(Y), next(layout)

    @property
    def point(self):
        return {**self.model.params, "h0": self.h0, "X": self.X}

    def at(self, point):
        """Return the loss at a point, in which all arrays may be other ones."""
        other = copy.copy(self.model)
        other.params = {name: point[name] for name in self.model.params}
        return self.loss(other.forward(point["X"], point["h0"], self.every_step)[0], self.Y)[0]

    def gradient(self):
        logits, cache = self.model.forward(self.X, self.h0, self.every_step)
        return self.model.backward(cache, self.layout(self.loss(logits, self.Y)[1]))

    def cotangent(self, shape):
        return self.layout(self.rng.normal(size=shape).astype(self.X.dtype))


def problems(dtypes=(np.float32, np.float64)):
    size = st.integers(1, 6)
    return st.builds(
        Problem,
        st.tuples(size, size, size, size, size),
        st.sampled_from(dtypes),
        st.booleans(),
        st.sampled_from((mse, cross_entropy)),
        st.lists(st.sampled_from(LAYOUTS), min_size=9, max_size=9),
        st.integers(0, 2**32 - 1),
    )


def near(a, b, dtype):
    """Assert that two sets of gradients agree, each as a whole, up to the rounding of the type."""
    assert set(a) == set(b)
    scale = max(np.abs(value).max() for value in b.values())
    for name in a:
        assert a[name].shape == b[name].shape and a[name].dtype == b[name].dtype == dtype
        np.testing.assert_allclose(
            a[name],
            b[name],
            rtol=200 * np.finfo(dtype).eps,
            atol=200 * np.finfo(dtype).eps * scale,
            err_msg=name,
        )


@trials
@given(problems())
def test_the_derivative_in_a_random_direction_is_that_of_the_gradient(problem):
    dtype, before = problem.X.dtype, {name: value.copy() for name, value in problem.point.items()}
    grads = problem.gradient()
    for name, value in problem.point.items():
        np.testing.assert_array_equal(value, before[name])
        assert grads[name].shape == value.shape and grads[name].dtype == dtype
    point = {name: value.astype(np.float64) for name, value in problem.point.items()}
    for names in (list(point), *([name] for name in point)):  # all at once, and one by one
        direction = {
            name: problem.rng.normal(size=point[name].shape) * (name in names) for name in point
        }

        def along(step, direction=direction):
            return problem.at(
                {name: value + step * direction[name] for name, value in point.items()}
            )

        products = np.concatenate(
            [(grads[name].astype(np.float64) * direction[name]).ravel() for name in names]
        )
        scale = np.linalg.norm(products)
        rounding = (1e-12 if dtype == np.float64 else 2e-4) * scale + (
            1e-14 if dtype == np.float64 else 1e-6
        )
        assert abs(along(1e-30j).imag / 1e-30 - products.sum()) <= rounding
        if dtype == np.float64:
            assert abs((along(1e-5) - along(-1e-5)) / 2e-5 - products.sum()) <= 1e-6 * (scale + 1)


@trials
@given(problems(), st.floats(-3, 3, width=32), st.floats(-3, 3, width=32))
def test_backward_is_linear_in_d_logits(problem, a, b):
    dtype = problem.X.dtype.type
    logits, cache = problem.model.forward(problem.X, problem.h0, problem.every_step)
    u, v = problem.cotangent(logits.shape), problem.cotangent(logits.shape)
    of_u, of_v = problem.model.backward(cache, u), problem.model.backward(cache, v)
    sums = {name: dtype(a) * of_u[name] + dtype(b) * of_v[name] for name in of_u}
    both = problem.model.backward(cache, problem.layout(dtype(a) * u + dtype(b) * v))
    scale = 1 + max(np.abs(value).max() for g in (of_u, of_v) for value in g.values())
    for name in both:
        np.testing.assert_allclose(
            both[name], sums[name], rtol=0, atol=1000 * np.finfo(dtype).eps * scale, err_msg=name
        )
    assert not any(
        value.any() for value in problem.model.backward(cache, np.zeros_like(u)).values()
    )


@trials
@given(problems())
def test_a_batch_is_the_sum_of_its_sequences(problem):
    logits, cache = problem.model.forward(problem.X, problem.h0, problem.every_step)
    d_logits = problem.cotangent(logits.shape)
    whole, parts = problem.model.backward(cache, d_logits), []
    for n in range(problem.X.shape[1]):
        one, own = problem.model.forward(
            problem.X[:, n : n + 1], problem.h0[n : n + 1], problem.every_step
        )
        np.testing.assert_allclose(
            one[..., 0, :],
            logits[..., n, :],
            rtol=0,
            atol=100 * np.finfo(one.dtype).eps * (1 + np.abs(logits).max()),
        )
        parts.append(problem.model.backward(own, d_logits[..., n : n + 1, :]))
    summed = {name: sum(part[name] for part in parts) for name in problem.model.params}
    summed |= {
        "h0": np.concatenate([part["h0"] for part in parts]),
        "X": np.concatenate([part["X"] for part in parts], axis=1),
    }
    near(whole, summed, problem.X.dtype)


@trials
@given(problems(), st.randoms(use_true_random=False))
def test_another_order_of_the_sequences_is_another_order_of_their_gradients(problem, rng):
    order = list(range(problem.X.shape[1]))
    rng.shuffle(order)
    first = problem.gradient()
    problem.X, problem.h0, problem.Y = (
        problem.X[:, order],
        problem.h0[order],
        problem.Y[..., order, :],
    )
    first["X"], first["h0"] = first["X"][:, order], first["h0"][order]
    near(problem.gradient(), first, problem.X.dtype)


@trials
@given(problems((np.float64,)), st.sampled_from(LAYOUTS))
def test_the_layout_changes_nothing_but_rounding(problem, layout):
    grads = problem.gradient()
    plain = copy.copy(problem)
    plain.model = copy.copy(problem.model)
    plain.model.params = {name: layout(value) for name, value in problem.model.params.items()}
    plain.X, plain.h0, plain.Y, plain.layout = (
        layout(problem.X),
        layout(problem.h0),
        layout(problem.Y),
        layout,
    )
    near(plain.gradient(), grads, np.float64)
    assert relative_error(plain.at(plain.point), problem.at(problem.point)) < 1e-13
