"""Checks of a gradient against differences of the function itself, as developed in notebook 04."""

from dataclasses import dataclass

import numpy as np

from . import arguments
from .arguments import silence
from .losses import cross_entropy

SMALLEST = 1e-6  # a gradient with a smaller norm proves nothing, right or wrong


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

    For each gradient, by name: `shapes`, `errors` (the relative errors of the two calls) and
    `norms` (the larger of the two norms, in each call). Errors below `threshold` pass.
    """

    shapes: dict
    errors: dict
    norms: dict
    threshold: float

    def verdict(self, name):
        """Return "PASS", "FAIL", or "VACUOUS" where the gradient is too small to prove anything."""
        for error, norm in zip(self.errors[name], self.norms[name]):
            if not error < self.threshold and not norm < SMALLEST:  # NaN fails
                return "FAIL"
        return "VACUOUS" if min(self.norms[name]) < SMALLEST else "PASS"

    @property
    def ok(self):
        """Whether every gradient passed."""
        return all(self.verdict(name) == "PASS" for name in self.errors)

    def __str__(self):
        rows = [f"{'gradient':<10}{'shape':<14}{'1st call':<14}{'2nd call':<14}"]
        for name, errors in self.errors.items():
            # An error that passes is rounding, different on every machine: show its bound.
            bound = f"below {self.threshold:.0e}"
            first, second = (bound if e < self.threshold else f"{e:.2g}" for e in errors)
            row = f"{name:<10}{str(self.shapes[name]):<14}{first:<14}{second:<14}"
            rows.append(row + self.verdict(name))
        if any(self.verdict(name) == "VACUOUS" for name in self.errors):
            why = "to compare zeros proves nothing"
            rows.append(f"VACUOUS: a norm is below {SMALLEST:.0e}, and {why}")
        return "\n".join(rows)

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
    method="central",
    eps=None,
    threshold=1e-6,
    seed=0,
):
    """Compare every gradient of `model.backward` with the numerical one, twice.

    The second call uses other parameters: a `backward` that keeps something from the first call is
    right only once. Afterwards the model has its own parameters again.

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
    every_step, method, eps
        As in `Recurrent.forward` and `numerical_gradient`.
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

    cell, others = hasattr(model, "STATE"), {}
    if h0 is not None:
        others = {"h0": arguments.as_numbers("h0", h0, real=True)}
    elif cell:
        others = {"h0": 0.5 * rng.normal(size=(*X.shape[1:2], model.STATE * model.sizes()["H"]))}
    else:  # does it have a state at all?
        _, d_logits, cache = run(own | {"X": X})
        if "h0" in (grads := model.backward(cache, d_logits)):
            others = {"h0": 0.5 * rng.normal(size=grads["h0"].shape)}

    dtype, shapes, errors, norms = np.result_type(*own.values()), {}, {}, {}
    try:
        for drift in (0, 0.2):
            values = {k: w + drift * rng.normal(size=w.shape) for k, w in own.items()}
            values = {k: v.astype(dtype) for k, v in (values | others | {"X": X}).items()}
            _, d_logits, cache = run(values)
            grads = model.backward(cache, d_logits)
            checked = {k: v for k, v in values.items() if cell or k in own or k in grads}
            grads = arguments.match_gradients(checked, grads)
            for k, value in checked.items():

                def f(v, k=k, values=values):
                    return run(values | {k: v})[0]

                numerical = numerical_gradient(f, value, method, eps, k)
                shapes[k] = value.shape
                errors[k] = (*errors.get(k, ()), relative_error(grads[k], numerical))
                norm = np.max([np.linalg.norm(g) for g in (numerical, grads[k])])
                norms[k] = (*norms.get(k, ()), float(norm))
    finally:
        model.params.update(own)
    return GradientReport(shapes, errors, norms, threshold)
