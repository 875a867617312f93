"""The checks themselves: do they agree with known derivatives, and do they go red?"""

import numpy as np
import pytest
from cells import OwnGRU, TwoStates
from problems import TRIALS, random_problem

from bptt_lab import VanillaRNN, check_gradients, mse, numerical_gradient, one_hot, relative_error
from bptt_lab.network import INITS


def test_known_derivatives():
    x = np.array([[0.3, -1.2], [2.0, 0.7]])
    for f, derivative in (
        (lambda v: np.sin(v).sum(), np.cos),
        (lambda v: (v**3).sum(), lambda v: 3 * v**2),
    ):
        assert relative_error(numerical_gradient(f, x), derivative(x)) < 1e-9
        assert relative_error(numerical_gradient(f, x, "complex"), derivative(x)) < 1e-15
    assert numerical_gradient(lambda v: 3.0 * v[0], np.array([2])) == pytest.approx(
        3
    )  # integers are made floats


def test_the_error_of_the_central_difference_is_of_second_order():
    errors = [
        abs(numerical_gradient(lambda v: np.exp(v[0]), np.array([1.0]), eps=eps)[0] - np.e)
        for eps in (1e-2, 1e-3)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize("method", ("central", "complex"))
def test_x_is_left_alone_and_f_sees_one_change_at_a_time(method):
    x, seen = np.arange(6.0).reshape(2, 3), []
    x.flags.writeable = False
    numerical_gradient(lambda v: seen.append((v != x).sum()) or v.sum(), x, method)
    assert set(seen) == {1} and len(seen) == (12 if method == "central" else 6)


@pytest.mark.parametrize(
    ("f", "options", "message"),
    (
        (lambda v: v, {}, "expected one number"),
        (lambda v: (v.sum(), v), {}, r"f\(x\) has rows of different lengths"),
        (lambda v: v.sum() + 0j, {}, "expected one number, real"),
        (lambda v: abs(v.sum()), {"method": "complex"}, "expected one number, complex"),
        (
            lambda v: v.sum(),
            {"method": "forward"},
            "method is 'forward': expected one of central, complex",
        ),
        (lambda v: v.sum(), {"eps": -1e-5}, "eps is -1e-05"),
        (lambda v: v.sum(), {"eps": 0}, "eps is 0"),
        (lambda v: v.sum(), {"eps": 1e-20}, "a step of eps = 1e-20 does not change"),
        (lambda v: None, {}, "holds object"),
    ),
)
def test_wrong_functions_get_a_clear_error(f, options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        numerical_gradient(f, np.ones(3), **options)


def test_relative_error():
    a = np.array([3.0, 4.0])
    assert relative_error(a, a) == 0 == relative_error(0 * a, 0 * a)
    assert relative_error(a, -a) == 1 == relative_error(a, 0 * a)
    assert (
        relative_error(a, 3 * a)
        == pytest.approx(0.5)
        == pytest.approx(relative_error(1e-200 * a, 3e-200 * a))
    )
    assert relative_error(1e200 * a, 3e200 * a) == pytest.approx(0.5)
    assert relative_error([1.0, 1e-9], [1.0, 2e-9]) < 1e-8  # an entry near zero is no alarm
    assert np.isnan(relative_error([1.0, np.nan], [1.0, 1.0])) and np.isnan(
        relative_error([np.inf], [1.0])
    )
    with pytest.raises(ValueError, match="expected the same"):
        relative_error(np.ones((3, 1)), np.ones(3))


@pytest.mark.parametrize("every_step", (False, True))
@pytest.mark.parametrize("method", ("central", "complex"))
def test_a_right_model_passes_and_gets_its_parameters_back(method, every_step):
    model, X, Y, _ = random_problem(1, every_step)
    own = dict(model.params)
    report = check_gradients(model, X, Y, mse, every_step=every_step, method=method)
    assert report.ok and set(report.errors) == set(own) | {"h0", "X"}
    assert max(max(pair) for pair in report.errors.values()) < (
        1e-12 if method == "complex" else 1e-7
    )
    assert all(model.params[name] is own[name] for name in own)
    assert str(report).count("PASS") == 10 and "1e-06" in str(report)
    assert report.witness == method and not report.causes


class Scaled(VanillaRNN):
    """One gradient is wrong, by a factor."""

    def backward(self, cache, d_logits):
        grads = super().backward(cache, d_logits)
        grads["W_hh"] = 1.001 * grads["W_hh"]
        return grads


class Accumulating(VanillaRNN):
    """Right in the first call; later calls add to what is there."""

    def backward(self, cache, d_logits):
        grads = super().backward(cache, d_logits)
        self.sum = {
            name: grads[name] + getattr(self, "sum", grads).get(name, 0) * hasattr(self, "sum")
            for name in grads
        }
        return self.sum


class Broken(VanillaRNN):
    """Not a number."""

    def backward(self, cache, d_logits):
        return {name: grad * np.nan for name, grad in super().backward(cache, d_logits).items()}


def small(kind, seed=0, **options):
    rng = np.random.default_rng(seed)
    return (
        kind(2, 5, 3, init="normal", input_scale=0.5, seed=seed, **options),
        rng.normal(size=(6, 4, 2)),
        one_hot(rng.integers(0, 3, 4), 3),
    )


def test_a_wrong_tensor_fails_and_is_named():
    report = check_gradients(*small(Scaled))
    assert not report.ok
    assert {name for name in report.errors if report.verdict(name) == "FAIL"} == {"W_hh"}
    assert report.errors["W_hh"][0] == pytest.approx(0.0005, rel=0.01)


def test_what_is_kept_between_calls_fails_in_the_second():
    report = check_gradients(*small(Accumulating))
    first, second = zip(*report.errors.values())
    assert max(first) < 1e-7 and min(second) > 1e-2 and not report.ok


def test_nan_fails():
    report = check_gradients(*small(Broken))
    assert not report.ok and "nan" in str(report) and report.verdict("b_out") == "FAIL"


def test_a_gradient_of_exactly_zero_is_vacuous():
    model, X, Y = small(VanillaRNN)
    model.params["b_h"] = np.full(5, 60.0)
    report = check_gradients(model, X, Y)
    assert report.verdict("W_hh") == report.verdict("X") == "VACUOUS"
    assert report.verdict("W_out") == "PASS" and not report.ok and "proves nothing" in str(report)


def test_what_a_difference_cannot_see_the_complex_step_decides():
    """Gradients of 1e-10: rounding for a difference, right or wrong; clear for the complex step."""
    for kind, verdict in ((VanillaRNN, "PASS"), (Scaled, "FAIL")):
        model, X, Y = small(kind)
        model.params["b_h"] = np.full(5, 12.0)
        assert check_gradients(model, X, Y, method="central").verdict("W_hh") == "UNDECIDED"
        assert check_gradients(model, X, Y).verdict("W_hh") == verdict
    report = check_gradients(model, X, Y, method="central")
    assert "the complex step" in str(report) and not report.ok


@pytest.mark.parametrize("eps", (1e-3, 1e-5, 1e-8))
def test_no_step_of_a_difference_makes_a_right_gradient_fail(eps):
    for seed in range(5):
        model, X, Y, _ = random_problem(seed)
        report = check_gradients(model, X, Y, method="central", eps=eps, seed=seed)
        assert "FAIL" not in report.verdicts.values()


def test_a_float32_model_is_checked_in_float64():
    model, X, Y = small(VanillaRNN, dtype=np.float32)
    assert check_gradients(model, X.astype(np.float32), Y).ok
    assert model.params["W_hh"].dtype == np.float32
    assert check_gradients(*small(Scaled, dtype=np.float32)).verdict("W_hh") == "FAIL"


def test_code_that_can_do_float32_only_is_not_called_wrong():
    class Single(VanillaRNN):
        factor = 1

        def backward(self, cache, d_logits):
            grads = super().backward(cache, d_logits)
            return {k: (self.factor * g).astype(np.float32) for k, g in grads.items()}

    report = check_gradients(*small(Single), threshold=1e-9)
    assert "UNDECIDED" in report.verdicts.values() and "float64 twin" in str(report)
    assert "FAIL" not in report.verdicts.values()
    Single.factor = 2
    assert check_gradients(*small(Single)).verdict("W_hh") == "FAIL"


def test_a_loss_that_takes_no_complex_numbers_gets_differences():
    def absolute(logits, Y):
        return np.abs(logits - Y).sum(), np.sign((logits - Y).real)

    def real_part(logits, Y):
        return mse(logits.real, Y)

    def half_real(logits, Y):  # its imaginary part is there, and wrong
        return mse(logits, Y)[0] + (logits.real**2).sum(), mse(logits, Y)[1] + 2 * logits.real

    model, X, Y = small(VanillaRNN)
    for loss in (absolute, real_part, half_real):
        report = check_gradients(model, X, Y, loss)
        assert report.ok and report.witness == "central"
    with pytest.raises(TypeError, match="loss returned float64.*complex"):
        check_gradients(model, X, Y, absolute, method="complex")


@pytest.mark.parametrize("limit", (0.5, 1, 5, 10))
def test_a_clip_inside_is_seen_although_no_gradient_reaches_it(limit):
    class Clipping(VanillaRNN):
        def backward(self, cache, d_logits):
            grads = super().backward(cache, d_logits)
            return {k: np.clip(g, -limit, limit) for k, g in grads.items()}

    for seed in range(max(1, TRIALS // 400)):
        report = check_gradients(*small(Clipping, seed))
        assert not report.further["backward is linear in d_logits"] and not report.ok, seed


def test_what_backward_writes_to_is_seen():
    class Spoiling(VanillaRNN):
        def backward(self, cache, d_logits):
            grads = super().backward(cache, d_logits)
            d_logits[:] = 0
            return grads

    class Draining(VanillaRNN):
        def forward(self, *arguments, **options):
            logits, cache = super().forward(*arguments, **options)
            self.h = cache.h.copy()
            return logits, [cache, {"own": self.h}]

        def backward(self, cache, d_logits):
            cache[1]["own"] *= 0
            return super().backward(cache[0], d_logits)

    for kind in (Spoiling, Draining):
        report = check_gradients(*small(kind))
        assert set(report.verdicts.values()) == {"PASS"}
        assert not report.further["arguments and cache untouched"] and not report.ok


def test_a_forward_pass_that_draws_is_named():
    class Dropout(VanillaRNN):
        rng = np.random.default_rng(0)

        def forward(self, X, h0=None, every_step=False):
            return super().forward(X * (self.rng.random(X.shape) < 0.5), h0, every_step)

    report = check_gradients(*small(Dropout))
    assert not report.ok and "draws at random: fix the draw" in str(report)


def test_the_pattern_names_the_cause():
    class Wrong(VanillaRNN):
        def backward(self, cache, d_logits):
            return self.spoil(super().backward(cache, d_logits))

    def first_steps(grads):
        dX = grads["X"].copy()
        dX[:2] *= 0.7
        return grads | {"X": dX}

    for spoil, said in (
        (lambda g: {k: 4 * v for k, v in g.items()}, "times 4 = N, everywhere"),
        (lambda g: g | {"b_h": g["b_h"] / 6}, "b_h: the right one times 0.1667 = 1/T, everywhere"),
        (lambda g: g | {"W_hh": g["W_hh"].T}, "W_hh: the right one transposed."),
        (first_steps, "X: right from step 3 on"),
    ):
        model, X, Y = small(Wrong)
        model.spoil = spoil
        assert said in str(check_gradients(model, X, Y))
    assert "Right in the first call only" in str(check_gradients(*small(Accumulating)))


@pytest.mark.parametrize("method", (None, "central"))
def test_right_networks_of_all_kinds_never_fail(method):
    """With the complex step none is undecided either."""
    for seed in range(TRIALS // 20 if method is None else TRIALS // 60):
        rng = np.random.default_rng(seed)
        init, cell = INITS[seed % 5], (VanillaRNN, OwnGRU, TwoStates)[seed // 5 % 3]
        T = int(rng.choice((1, 2, 3, 6, 10, 12, 20)))
        N, I, H, C = (
            int(rng.integers(low, high)) for low, high in ((1, 5), (1, 4), (1, 6), (2, 5))
        )
        if seed % 25 == 24:
            T, N, I = 140, 1, 1
        dtype, scale = (np.float64, np.float32)[seed % 2], float(rng.choice((0.1, 0.3, 1, 3)))
        model = cell(I, H, C, init=init, input_scale=scale, seed=seed, dtype=dtype)
        every_step = seed % 3 == 0
        labels = rng.integers(0, C, (T, N) if every_step else N)
        X, Y = rng.normal(size=(T, N, I)), np.eye(C)[labels]
        report = check_gradients(model, X, Y, every_step=every_step, method=method, seed=seed)
        said = set(report.verdicts.values())
        assert all(report.further.values()) and "FAIL" not in said, (seed, report)
        assert method == "central" or "UNDECIDED" not in said, (seed, report)


def test_a_gradient_of_zeros_where_there_is_one_fails():
    class Silent(VanillaRNN):
        def backward(self, cache, d_logits):
            return super().backward(cache, d_logits) | {"W_hh": np.zeros_like(self.params["W_hh"])}

    assert check_gradients(*small(Silent)).verdict("W_hh") == "FAIL"


def test_a_failing_model_still_gets_its_parameters_back():
    model, X, Y = small(VanillaRNN)
    own = dict(model.params)
    with pytest.raises(ZeroDivisionError):
        check_gradients(model, X, Y, lambda logits, Y: 1 / 0)
    assert all(model.params[name] is own[name] for name in own)


def test_the_step_of_a_difference_is_the_one_that_was_made():
    """Beside 3e4 a step of 6e-6 is rounded; divided by what was asked for, 3e-7 would be lost."""
    for x in (3e4, 7e3, -5e4):
        assert numerical_gradient(lambda v: v[0], np.array([x])) == 1


def test_a_weight_that_is_remembered_from_the_first_call_fails_in_the_second():
    class Stale(VanillaRNN):
        def run_back(self, cache, d_read, d_state):
            own = self.params
            self.first = getattr(self, "first", own["W_hh"])
            self.params = own | {"W_hh": self.first}
            grads = super().run_back(cache, d_read, d_state)
            self.params = own
            return grads

    report = check_gradients(*small(Stale))
    first, second = zip(*report.errors.values())
    assert max(first) < 1e-7 and max(second) > 1e-2 and not report.ok


def test_small_integers_are_not_wrapped_around():
    assert relative_error(np.array([-128], np.int8), np.array([0], np.int8)) == 1
    assert relative_error(np.array([200], np.uint8), np.array([100], np.uint8)) == pytest.approx(
        1 / 3
    )
