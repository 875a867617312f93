"""Checks of a gradient against differences of the function itself, as developed in notebook 04."""

import warnings
from dataclasses import dataclass

import numpy as np

from . import arguments
from .arguments import silence
from .losses import cross_entropy

SEVERITY = ("PASS", "VACUOUS", "UNDECIDED", "FAIL")
# Of the largest gradient; where a state is 1, its slope 1 - h² is nothing but rounding.
ROUNDING = 1e-12
FORWARDS = "two forward passes agree"
UNTOUCHED = "arguments and cache untouched"
LINEAR = "backward is linear in d_logits"


def numerical_gradient(f, x, method="central", eps=None, name="x"):
    """Return the gradient of `f` at `x`, one entry at a time.

    central:  ∂f/∂x_k ≈ (f(x + εe_k) - f(x - εe_k)) / 2ε,  error O(ε²) + rounding/ε
    complex:  ∂f/∂x_k ≈ Im f(x + iεe_k) / ε,  error O(ε²): no difference, no rounding/ε
    (Squire and Trapp 1998, doi 10.1137/S003614459631241X)

    Parameters
    ----------
    f : callable
        Takes an array like `x`, returns one number; does not keep its argument. For ``"complex"``
        it must be analytic (no abs, conjugate or comparison) and return a complex number.
    x : array of any shape, real, not changed; `name` is its name in messages
    method : {"central", "complex"}
    eps : float, optional
        Step ε. By default the cube root of the machine epsilon of `x` (6e-6 in float64), which
        balances the two errors; for ``"complex"`` 1e-30.

    Returns
    -------
    array of the shape of `x`
    """
    x, f = arguments.as_numbers(name, x, real=True), arguments.require_callable("f", f)
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    is_complex = arguments.require_one_of("method", method, ("central", "complex")) == "complex"
    if eps is None:
        eps = 1e-30 if is_complex else np.finfo(x.dtype).eps ** (1 / 3)
    eps = arguments.as_number("eps", eps, zero=False)

    def value_at(k, step):
        point[k] = x[k] + step
        if point[k] == x[k]:
            raise ValueError(
                f"{name} holds {x[k]}, which a step of eps = {eps:.1g} does not change: expected "
                "smaller numbers, or a larger eps"
            )
        value = arguments.as_numbers("f(x)", f(point))
        if value.size != 1 or np.iscomplexobj(value) != is_complex:
            raise (ValueError if value.size != 1 else TypeError)(
                f"f returned {value.dtype} of shape {value.shape}: expected one number, "
                f"{'complex' if is_complex else 'real'}, the loss without its gradient"
            )
        return point[k], value.item()

    gradient, point = np.empty_like(x), x.astype(np.complex128) if is_complex else x.copy()
    for k in np.ndindex(x.shape):
        if is_complex:
            gradient[k] = value_at(k, 1j * eps)[1].imag / eps
        else:
            (right, f_right), (left, f_left) = value_at(k, eps), value_at(k, -eps)
            gradient[k] = (f_right - f_left) / (right - left)  # the step as rounded
        point[k] = x[k]
    return gradient


def relative_error(a, b):
    """Return ‖a - b‖ / (‖a‖ + ‖b‖), from 0 (equal) to 1, for two arrays of the same shape.

    One number for the whole array, so that entries near zero, where a difference is all rounding,
    raise no false alarm. Two arrays of zeros give 0: see that the norms are not 0. NaN if an entry
    is not finite. ValueError if the shapes differ: broadcasting would compare the wrong entries.
    """
    a, b = arguments.as_numbers("a", a), arguments.as_numbers("b", b)
    a, b = (x.astype(np.result_type(x, 1.0)) for x in (a, b))  # |-128| is no number of int8
    if a.shape != b.shape:
        raise ValueError(f"a and b have shapes {a.shape} and {b.shape}: expected the same")
    largest = np.max([np.abs(a).max(initial=0), np.abs(b).max(initial=0)])
    if largest == 0 or not np.isfinite(largest):
        return 0.0 if largest == 0 else float("nan")
    a, b = a / largest, b / largest  # the squares of 1e-200 would vanish
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


@dataclass(frozen=True)
class GradientReport:
    """What `check_gradients` found; print it for a table.

    For each gradient, by name: `shapes`, `errors` (the relative errors of the two calls), `norms`
    (the larger of the two norms, in each call) and `verdicts`. `further` says of each property of
    the model whether it holds, `causes` what the pattern of the errors tells.
    """

    shapes: dict
    errors: dict
    norms: dict
    verdicts: dict
    further: dict
    causes: list
    threshold: float
    witness: str

    def verdict(self, name):
        """Return "PASS", "FAIL", "VACUOUS" (zero) or "UNDECIDED" (too small to be seen)."""
        return self.verdicts[name]

    @property
    def ok(self):
        """Whether every gradient and every property passed."""
        return set(self.verdicts.values()) == {"PASS"} and all(self.further.values())

    def __str__(self):
        rows = [f"{'gradient':<10}{'shape':<14}{'1st call':<14}{'2nd call':<14}"]
        for name, errors in self.errors.items():
            # An error that passes is rounding, different on every machine: show its bound.
            bound = f"below {self.threshold:.0e}"
            first, second = (bound if e < self.threshold else f"{e:.2g}" for e in errors)
            row = f"{name:<10}{str(self.shapes[name]):<14}{first:<14}{second:<14}"
            rows.append(row + self.verdicts[name])
        rows += [f"{said:<52}{'PASS' if holds else 'FAIL'}" for said, holds in self.further.items()]
        if not self.further[FORWARDS]:
            rows.append(
                "The forward pass draws at random: fix the draw, or nothing can be compared."
            )
        rows.append(f"witness: {self.witness}")
        if "UNDECIDED" in self.verdicts.values():
            rows.append("UNDECIDED: no farther off than this witness, or float32, may be itself;")
            rows.append("the complex step, a float64 twin or larger weights would decide")
        if "VACUOUS" in self.verdicts.values():
            rows.append("VACUOUS: zero, or nothing but rounding: to compare it proves nothing")
        return "\n".join(rows + self.causes)

    __repr__ = __str__


@silence
def check_gradients(
    model,
    X,
    Y,
    loss=cross_entropy,
    *,
    h0=None,
    every_step=False,
    method=None,
    eps=None,
    threshold=1e-6,
    seed=0,
):
    """Compare every gradient of `model.backward` with the numerical one, twice.

    The second call uses other parameters: a `backward` that keeps something from the first call is
    right only once. All is computed in float64, whatever the model's type; afterwards it has its
    own parameters again. Beside the gradients: two forward passes must agree, no argument and no
    part of the cache may change, and `backward` must be linear in `d_logits`: a clip is not.

    Parameters
    ----------
    model : object with ``params``, ``forward(X, h0, every_step)``, ``backward(cache, d_logits)``
        `params` is a dict of arrays of any names. A model that is not a `Recurrent` may do without
        `h0`; the gradients by ``"h0"`` and ``"X"`` are checked if `backward` returns them.
    X : array of shape (T, N, I)
    Y : array of the shape of the logits: (N, C), or (T, N, C) with `every_step`
    loss : callable, ``loss(logits, Y) -> (loss, d_logits)``
    h0 : array of shape (N, S), optional
        Drawn at random if not given: a state of zeros would hide faults.
    every_step : bool, as in `Recurrent.forward`
    method : {"central", "complex"}, optional
        By default the complex step where model and loss take complex numbers.
    eps : float, optional, as in `numerical_gradient`
    threshold : float, the relative error from which a gradient fails
    seed : int or numpy.random.Generator, the source of `h0` and of the other parameters

    Returns
    -------
    GradientReport
    """
    arguments.require_attributes("model", model, "params", "forward", "backward")
    X, rng = arguments.as_numbers("X", X, real=True), arguments.as_generator("seed", seed)
    own = arguments.as_arrays("model.params", model.params)
    threshold = arguments.as_number("threshold", threshold, zero=False)
    arguments.require_callable("loss", loss)

    def run(values):
        model.params.update({k: values[k] for k in own})
        given = (values["X"], values["h0"]) if "h0" in values else (values["X"],)
        logits, cache = model.forward(*given, **({"every_step": True} if every_step else {}))
        return *arguments.call_loss(loss, logits, Y), cache

    def loss_at(values):
        return run(values)[0]

    cell, others = hasattr(model, "STATE"), {}
    if h0 is not None:
        others = {"h0": arguments.as_numbers("h0", h0, real=True)}
    elif cell:
        others = {"h0": 0.5 * rng.normal(size=(*X.shape[1:2], model.STATE * model.sizes()["H"]))}
    else:  # does it have a state at all?
        _, d_logits, cache = run(own | {"X": X})
        if "h0" in (grads := model.backward(cache, d_logits)):
            others = {"h0": 0.5 * rng.normal(size=grads["h0"].shape)}

    shapes, errors, norms, verdicts, causes = {}, {}, {}, {}, []
    further = {FORWARDS: True, UNTOUCHED: True, LINEAR: True}
    try:
        for drift in (0, 0.2):
            values = {k: w + drift * rng.normal(size=w.shape) for k, w in own.items()}
            values = {k: np.array(v, float) for k, v in (values | others | {"X": X}).items()}
            method = method or ("complex" if _takes_complex(loss_at, values, rng) else "central")
            before = {k: v.copy() for k, v in values.items()}
            _, d_logits, cache = run(values)
            again = run(values)[1]
            further[FORWARDS] &= np.array_equal(d_logits, again, equal_nan=True)
            kept, d_copy = [a.copy() for a in _arrays(cache)], np.array(d_logits)
            grads = model.backward(cache, d_copy)
            checked = {k: v for k, v in values.items() if cell or k in own or k in grads}
            grads = {k: np.array(g) for k, g in arguments.match_gradients(checked, grads).items()}
            right, noise = {}, {}
            for k, value in checked.items():

                def f(v, k=k, values=values):
                    return loss_at(values | {k: v})

                right[k], noise[k] = _witness(f, value, method, eps, k)
                shapes[k] = value.shape
                errors[k] = (*errors.get(k, ()), relative_error(grads[k], right[k]))
                norm = np.max([np.linalg.norm(g) for g in (right[k], grads[k])])
                norms[k] = (*norms.get(k, ()), float(norm))
            floor = ROUNDING * max(np.linalg.norm(g) for g in right.values())
            for k, g in grads.items():
                said = _verdict(g, right[k], noise[k], floor, threshold)
                verdicts[k] = max(verdicts.get(k, "PASS"), said, key=SEVERITY.index)
            same = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(kept, _arrays(cache)))
            same &= np.array_equal(d_copy, d_logits, equal_nan=True)
            further[UNTOUCHED] &= same and all((values[k] == v).all() for k, v in before.items())
            further[LINEAR] &= _is_linear(run, values, model.backward, d_logits, rng)
            causes = causes or _causes(grads, right, verdicts, X, errors)
    finally:
        model.params.update(own)
    return GradientReport(shapes, errors, norms, verdicts, further, causes, threshold, method)


def _takes_complex(loss_at, values, rng):
    """Say whether the complex step sees along one direction what differences see there, too."""
    direction = {k: rng.normal(size=v.shape) for k, v in values.items()}

    def along(step):
        return loss_at({k: v + step * direction[k] for k, v in values.items()})

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            value = along(1e-30j)
            if not np.iscomplexobj(value):
                return False
            slope, eps = value.imag / 1e-30, 1e-5
            near, far = ((along(e) - along(-e)) / (2 * e) for e in (eps, 2 * eps))
    except (TypeError, ValueError, np.exceptions.ComplexWarning):
        return False
    return bool(abs(slope - near) <= 2 * abs(near - far) + 1e-6 * abs(slope) + 1e-9)


def _witness(f, x, method, eps, name):
    """Return the numerical gradient of f at x, and by what norm it may be off."""
    if method == "complex":
        try:
            return numerical_gradient(f, x, method, eps, name), 0.0
        except TypeError as error:
            raise TypeError(str(error).replace("f returned", "loss returned")) from None
    eps = eps or np.finfo(float).eps ** (1 / 3)
    near, far = (numerical_gradient(f, x, method, e, name) for e in (eps, 2 * eps))
    rounding = 4 * np.finfo(float).eps * abs(f(x)) / eps * np.sqrt(x.size)
    return near, float(np.linalg.norm(near - far) + rounding)


def _verdict(grad, right, noise, floor, threshold):
    scale, off = np.linalg.norm(grad) + np.linalg.norm(right), np.linalg.norm(grad - right)
    if 0 < scale and off <= threshold * scale:
        return "PASS"
    if off <= floor or not grad.any() and np.linalg.norm(right) <= noise:
        return "VACUOUS"
    single = grad.dtype.itemsize < 8  # its own rounding may be a tenth of it
    return "UNDECIDED" if off <= 2 * noise + 0.2 * scale * single else "FAIL"  # NaN fails


def _arrays(cache):
    """Return the arrays in a cache of whatever kind."""
    if isinstance(cache, np.ndarray):
        return [cache]
    inner = cache if isinstance(cache, list | tuple) else getattr(cache, "__dict__", cache)
    inner = inner.values() if isinstance(inner, dict) else inner
    return [a for c in inner if np.iterable(c) for a in _arrays(c)] if np.iterable(inner) else []


def _is_linear(run, values, backward, d, rng):
    """Say whether backward(c·d + r) is c·backward(d) + backward(r), for large and negative c."""
    r = rng.normal(size=d.shape) / d.size
    of_d, of_r, large, negative = (
        backward(run(values)[2], e) for e in (d.copy(), r.copy(), 2.0**20 * d + r, r - d)
    )
    return all(
        relative_error(large[k], 2.0**20 * of_d[k] + of_r[k]) < 1e-6
        and relative_error(negative[k], of_r[k] - of_d[k]) < 1e-6
        for k in of_d
    )


def _causes(grads, right, verdicts, X, errors):
    """Return in a line or two what the pattern of the errors tells."""
    failed, said = [k for k, verdict in verdicts.items() if verdict == "FAIL"], []
    if failed and all(errors[k][0] < 1e-6 for k in failed):
        return ["Right in the first call only: something is kept from one call to the next."]
    ratios = {k: (grads[k] * right[k]).sum() / (right[k] ** 2).sum() for k in failed}
    scaled = [k for k in failed if relative_error(grads[k], ratios[k] * right[k]) < 1e-6]
    if scaled and np.ptp([ratios[k] for k in scaled]) < 1e-6 * abs(c := ratios[scaled[0]]):
        words = {"-1": -1, "2": 2, "1/2": 0.5}
        for letter, n in zip("TNI" if X.ndim == 3 else "N", X.shape):
            words |= {letter: n, f"1/{letter}": 1 / n, f"{letter}²": n**2}
        word = next((f" = {w}" for w, n in words.items() if abs(c / n - 1) < 1e-6), "")
        said.append(f"{', '.join(scaled)}: the right one times {c:.4g}{word}, everywhere.")
    for k in failed:
        if grads[k].ndim == 2 and grads[k].shape == right[k].T.shape:
            if relative_error(grads[k].T, right[k]) < 1e-6:
                said.append(f"{k}: the right one transposed.")
    if "X" in failed and X.ndim == 3:
        fine = [relative_error(g, w) < 1e-6 for g, w in zip(grads["X"], right["X"])]
        if (n := fine.count(True)) and all(fine[-n:]):
            t = len(fine) - n + 1
            said.append(f"X: right from step {t} on; it goes wrong on the way from {t} to {t - 1}.")
    return said
