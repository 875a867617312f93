"""The explorables of notebook 06."""

import ipywidgets as widgets
import numpy as np

from ...gradcheck import relative_error
from ...losses import cross_entropy
from ...rnn import VanillaRNN
from ..mistakes import BACKWARD, SETTINGS, found_by
from ..plots.style import BLUE, VERMILION
from .controls import choice, display_controls, number, panels

PATIENTS = {
    "F": "slope-of-tanh-h",
    "G": "one-state-stored",
    "H": "dW_hh-of-state-after",
    "I": "slope-averaged",
    "J": "divided-by-N",
    "K": "dh0-before-W_hh",
    "L": "recurrence-negated",
    "M": "db_h-of-last-step",
}


def patients():
    """Pick a network with a wrong backward pass and look at its symptoms: where is the fault?"""
    mistakes = {mistake.id: mistake for mistake in BACKWARD}
    ill = [mistakes[id] for id in PATIENTS.values()]
    found = {setting: found_by(ill, **sizes) for setting, sizes in SETTINGS.items()}

    def draw(letter, call, diagnosis):
        mistake = mistakes[PATIENTS[letter]]
        right, grads = symptoms(mistake, call)
        errors = {k: relative_error(grads[k], right[k]) for k in right}
        wrong = [k for k, error in errors.items() if error > 1e-6]
        steps = [
            "o" if relative_error(a, b) < 1e-6 else "x" for a, b in zip(grads["X"], right["X"])
        ]
        hidden = [setting for setting in SETTINGS if not found[setting][mistake.id]]
        lines = [
            f"patient {letter}, call {call}: wrong are {', '.join(wrong) or 'none'}",
            f"dX at steps 1 to {len(steps)}: {' '.join(steps)}",
            f"hides at: {', '.join(hidden) or 'none of the settings'}",
        ]
        if diagnosis:
            lines.append(f"diagnosis: {mistake.name}")
            lines.append(f"seen from outside: {mistake.seen}")
            lines.append(f"look at {mistake.look}")
        return draw_errors(errors, {k: how(grads[k], right[k]) for k in wrong}), *lines

    display_controls(
        draw,
        letter=choice("patient", PATIENTS),
        call=number("call of backward", 1, 1, 2),
        diagnosis=widgets.Checkbox(False, description="show the diagnosis"),
    )


def symptoms(mistake, call):
    """Return the right gradients and the wrong ones in a call, each with other parameters."""
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(6, 4, 2)), np.eye(3)[rng.integers(0, 3, 4)]
    h0 = 0.5 * rng.normal(size=(4, 5))
    rng, backward = np.random.default_rng(7), mistake.function()
    for _ in range(call):  # those before count: a mistake may remember them
        model = VanillaRNN(2, 5, 3, init="normal", input_scale=1, seed=rng)
        model.params["b_h"] = 0.5 * rng.normal(size=5)
        model.params["b_out"] = 0.5 * rng.normal(size=3)
        logits, cache = model.forward(X, h0)
        d_logits = cross_entropy(logits, Y)[1]
        grads = backward(model.params, X, cache.h, d_logits)
    return model.backward(cache, d_logits), grads


def how(wrong, right):
    """Return how a tensor is wrong: by which factor, or with how many turned signs."""
    c = (wrong * right).sum() / (right**2).sum()
    if relative_error(wrong, c * right) < 1e-6:
        return f"× {c:.2f}"
    return f"{(wrong * right < 0).sum()}/{wrong.size} ±"


def draw_errors(errors, said):
    """Return a figure with a bar for each tensor that has something said of it."""
    figure, ax = panels(3.1, bottom=0.4)
    for k, (name, e) in enumerate(errors.items()):
        if name in said:
            ax.bar(k, e, color=VERMILION, hatch="////", edgecolor="white", linewidth=0)
            text = f"{e:.2f}\n{said[name]}"
            ax.text(k, e + 0.02, text, ha="center", va="bottom", fontsize=9)
        else:
            ax.text(k, 0.02, "right", ha="center", color=BLUE)
    ax.set_xticks(range(len(errors)), errors)
    ax.set(ylabel="relative error")
    ax.set(xlim=(-0.6, len(errors) - 0.4), ylim=(0, 1.25))
    ax.grid(axis="x", visible=False)
    return figure
