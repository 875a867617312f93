"""The explorables of notebook 06."""

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

from ...gradcheck import relative_error
from ...losses import cross_entropy
from ...rnn import VanillaRNN
from ..mistakes import BACKWARD, SETTINGS, found_by
from ..plots.style import BLUE, VERMILION
from .controls import choice, display_controls, slider

PATIENTS = dict(
    zip(
        "FGHIJKLM",
        (
            "the slope is 1 - tanh(h)²: the tanh is taken twice",
            "all stored states are the last one",
            "h_t where h_{t-1} belongs in dW_hh",
            "the slope is averaged over the batch",
            "everything is divided by N once more",
            "dh0 is δ_1, not yet through W_hh^T",
            "the recurrent part has the wrong sign",
            "db_h is taken from the last step only",
        ),
    )
)


def patients():
    """Pick a network with a wrong backward pass and look at its symptoms: where is the fault?"""
    catalogue = {mistake.name: mistake for mistake in BACKWARD}
    rng = np.random.default_rng(3)
    X, Y, h0 = (
        rng.normal(size=(6, 4, 2)),
        np.eye(3)[rng.integers(0, 3, 4)],
        0.5 * rng.normal(size=(4, 5)),
    )
    hidden = {
        name: [
            setting
            for setting, sizes in SETTINGS.items()
            if not any(found_by([catalogue[name]], **sizes).values())
        ]
        for name in PATIENTS.values()
    }

    def symptoms(mistake, call):
        """Return the right gradients and those of the mistake in a call, each call with other parameters."""
        rng, wrong = np.random.default_rng(7), mistake.function()
        for _ in range(call):
            model = VanillaRNN(2, 5, 3, init="normal", input_scale=1.0, seed=rng)
            model.params["b_h"], model.params["b_out"] = (
                0.5 * rng.normal(size=5),
                0.5 * rng.normal(size=3),
            )
            logits, cache = model.forward(X, h0)
            d_logits = cross_entropy(logits, Y)[1]
            right, grads = (
                model.backward(cache, d_logits),
                wrong(model.params, X, cache.h, d_logits),
            )
        return right, grads

    def how(wrong, right):
        """Return in a few characters how a tensor is wrong: by which factor, or with how many turned signs."""
        c = (wrong * right).sum() / (right**2).sum()
        return (
            f"× {c:.2f}"
            if relative_error(wrong, c * right) < 1e-6
            else f"{(wrong * right < 0).sum()}/{wrong.size} ±"
        )

    def draw(letter, call, diagnosis):
        mistake = catalogue[PATIENTS[letter]]
        right, grads = symptoms(mistake, call)
        error = np.array([relative_error(grads[name], right[name]) for name in right])
        figure, ax = plt.subplots(figsize=(7.5, 2.9))
        for k, (name, e) in enumerate(zip(right, error)):
            if e > 1e-6:
                ax.bar(k, e, color=VERMILION, hatch="////", edgecolor="white", linewidth=0)
                ax.text(
                    k,
                    e + 0.02,
                    f"{e:.2f}\n{how(grads[name], right[name])}",
                    ha="center",
                    va="bottom",
                    fontsize=9,
                )
            else:
                ax.text(k, 0.02, "right", ha="center", color=BLUE)
        ax.set_xticks(range(len(right)), right)
        ax.set(
            ylabel="relative error",
            xlim=(-0.6, len(right) - 0.4),
            ylim=(0, 1.25),
            title=f"patient {letter}, call {call}",
        )
        ax.grid(axis="x", visible=False)
        plt.show()
        steps = [
            "o" if relative_error(a, b) < 1e-6 else "x" for a, b in zip(grads["X"], right["X"])
        ]
        print(
            f"patient {letter}, call {call}: wrong are {', '.join(np.array(list(right))[error > 1e-6]) or 'none'}"
        )
        print(
            f"dX at steps 1 to {len(steps)}: {' '.join(steps)}     hides at: {', '.join(hidden[mistake.name]) or 'none of the settings'}"
        )
        if diagnosis:
            print(
                f"diagnosis: {mistake.name}\nseen from outside: {mistake.seen}\nlook at {mistake.look}"
            )

    display_controls(
        draw,
        letter=choice("patient", PATIENTS),
        call=slider("call of backward", 1, 1, 2),
        diagnosis=widgets.Checkbox(False, description="show the diagnosis"),
    )
