"""The explorables of notebook 04."""

import copy
import functools
import html

import ipywidgets as widgets
import numpy as np

from ...gradcheck import relative_error
from ...rnn import VanillaRNN
from ..mistakes import BACKWARD, found_by
from ..plots.style import BLACK, BLUE, COLOURS, VERMILION
from .controls import choice, display_controls, log_scale, name, number, panels

METHODS = ("one-sided", "central", "central, float32", "complex step")
MARKERS = dict(zip(METHODS, zip(COLOURS, "os^D")))
NEAR = np.linspace(-1.6, 1.6, 321)  # around a point, in steps


def step_error():
    """Choose the step of a numerical derivative: why does its error grow on both sides?"""
    eps = 10.0 ** -np.arange(1, 15)
    model, X, Y, h0 = example()
    errors = measured_errors(eps, losses(model, X, Y, h0), h0[:, 0])
    one = [np.repeat(a, len(NEAR), axis=-2) for a in (X[:, :1], Y[:1], h0[:1])]
    near = losses(model, *one)
    x, exact = h0[0, 0], losses(model, X, Y, h0)(h0[:, 0] + 1e-30j)[0].imag / 1e-30
    tried = {}  # by method, the steps that were looked at before

    def draw(method, k):
        e = eps[k - 1]
        figure, (left, right) = panels(4.0, 1, 2, top=0.65, bottom=0.55, gaps=(0, 0.32))
        rise = around(near, x, e, method)
        left.plot(NEAR, rise, color=BLUE, linestyle="-", linewidth=1.2)
        left.plot(NEAR, exact * NEAR, color="0.45", linestyle=":")
        ends = (
            np.array([0.0, 1.0]) if method in ("one-sided", "complex step") else np.array([-1, 1])
        )
        heights = rise[np.abs(NEAR[:, None] - ends).argmin(axis=0)]
        left.plot(ends, heights, "o--", color=VERMILION)
        left.set_xlabel("distance from x, in steps ε" + " i" * (method == "complex step"))
        left.set_ylabel(
            ("imaginary part" if method == "complex step" else "rise") + " of L, over ε"
        )
        name(left, "solid: L; dashed: secant; dotted: slope")
        for other, before in (tried | {method: tried.get(method, []) + [k]}).items():
            colour, marker = MARKERS[other]
            at = np.array(before) - 1
            style = {"color": colour, "linestyle": "none", "markersize": 5, "alpha": 0.7}
            right.plot(eps[at], np.array(errors[other])[at], marker, label=other, **style)
        ring = {"markersize": 12, "markerfacecolor": "none", "markeredgewidth": 2}
        right.plot(e, errors[method][k - 1], "o", color=BLACK, **ring)
        log_scale(right.xaxis, right.yaxis)
        right.set(xlabel=r"step $\varepsilon$", ylabel="relative error")
        right.set(xlim=(1e-15, 1), ylim=(3e-16, 30))
        name(right, "what you tried")
        right.legend(frameon=False, loc="upper center", ncols=2, fontsize=8, handletextpad=0.2)
        tried.setdefault(method, []).append(k)
        error = errors[method][k - 1]
        about = f"about {10.0 ** np.round(np.log10(error)):.0e}"
        said = about if error > 1e-14 else "in the last digits only"
        return figure, f"{method}, step {e:.0e}: error {said}"

    display_controls(
        draw,
        method=choice("method", METHODS, "central"),
        k=number("step: 10 to the minus", 5, 1, 14),
    )


def example():
    """Return a network, and inputs, targets and initial states of 2000 sequences."""
    rng, N = np.random.default_rng(7), 2000
    model = VanillaRNN(2, 5, 3, init="normal", input_scale=1.0, seed=rng)
    X, Y = rng.normal(size=(4, N, 2)), np.eye(3)[rng.integers(0, 3, N)]
    return model, X, Y, 0.5 * rng.normal(size=(N, 5))


def losses(model, X, Y, h0):
    """Return the losses of all sequences as a function of the first entry of each h0."""

    def of(u, dtype=np.float64):
        net = copy.copy(model)
        net.params = {k: w.astype(dtype) for k, w in model.params.items()}
        logits = net.forward(X.astype(dtype), np.column_stack([u, h0[:, 1:].astype(dtype)]))[0]
        return np.log(np.exp(logits).sum(axis=1)) - (logits * Y).sum(axis=1)

    return of


def around(near, x, e, method):
    """Return how far the loss rises at some steps' distance from x, as a computer has it."""
    if method == "complex step":
        return near(x + 1j * e * NEAR).imag / e
    dtype = np.float32 if method.endswith("float32") else np.float64
    values = near(dtype(x) + dtype(e) * NEAR.astype(dtype), dtype).astype(float)
    return (values - values[len(NEAR) // 2]) / e


def measured_errors(eps, loss, u):
    """Return for each method its errors at the steps `eps`, in the derivatives at all `u`."""
    exact, u32 = loss(u + 1e-30j).imag / 1e-30, u.astype(np.float32)

    def derivatives(e):
        e32 = np.float32(e)
        ahead, back = loss(u32 + e32, np.float32), loss(u32 - e32, np.float32)
        return {
            "one-sided": (loss(u + e) - loss(u)) / e,
            "central": (loss(u + e) - loss(u - e)) / (2 * e),
            "central, float32": (ahead - back) / (2 * e32),
            "complex step": loss(u + 1j * e).imag / e,
        }

    found = [derivatives(e) for e in eps]
    smallest = 1e-15  # what is smaller is drawn at the edge
    return {
        name: [max(relative_error(values[name], exact), smallest) for values in found]
        for name in found[0]
    }


def test_sizes():
    """Choose the sizes of a gradient check: which mistakes does it find, and which escape?"""
    find, tried = functools.cache(found_by), {}

    def draw(T, N, H, h0, W_hh):
        found = find(T=T, N=N, H=H, h0=0.5 * h0, W_hh=W_hh)
        caught = sum(map(bool, found.values()))
        here = f"T = {T}, N = {N}, H = {H}, h0 {'not ' * h0}zero, W_hh {W_hh}"
        tried.pop(here, None)
        tried[here] = caught  # the last one tried comes last
        figure, ax = panels(2.9, left=3.2, bottom=0.5)
        rows = list(tried.items())[-6:]
        for row, (setting, count) in enumerate(rows):
            colour = BLUE if setting == here else "0.75"
            ax.barh(row, count, color=colour, height=0.7)
            ax.text(count + 0.5, row, str(count), va="center", fontsize=9)
        ax.set_yticks(range(len(rows)), [setting for setting, _ in rows], fontsize=8)
        ax.set(xlim=(0, len(BACKWARD) + 4), ylim=(-0.6, 5.6))
        ax.set(xlabel=f"mistakes found, of {len(BACKWARD)}")
        ax.grid(axis="y", visible=False)
        missed = [mistake for mistake in BACKWARD if not found[mistake.id]]
        said = f"T = {T}, N = {N}, H = {H}: {caught} of {len(found)} mistakes found"
        return figure, table_of(missed, here), said

    display_controls(
        draw,
        T=number("steps T", 6, 1, 8),
        N=number("sequences N", 4, 1, 6),
        H=number("units H", 5, 1, 6),
        h0=widgets.Checkbox(True, description="h0 is not zero"),
        W_hh=choice("W_hh", ("random", "symmetric", "identity")),
    )


test_sizes.__test__ = False  # no test for pytest, whatever its name


def table_of(missed, setting):
    """Return a table of mistakes, as media types."""
    left = 'style="text-align: left"'
    rows = "".join(
        f'<tr><th scope="row" {left}>{html.escape(mistake.name)}</th>'
        f"<td {left}>{html.escape(mistake.look)}</td></tr>"
        for mistake in missed
    )
    head = f"<caption>Missed with {setting}: {len(missed) or 'none'}</caption>"
    if missed:
        head += (
            f'<tr><th scope="col" {left}>mistake</th><th scope="col" {left}>where it sits</th></tr>'
        )
    return {
        "text/html": f"<table>{head}{rows}</table>",
        "text/plain": "\n".join([f"missed: {len(missed)}", *(m.name for m in missed)]),
    }
