"""The second explorable of notebook 03: a small network, one step at a time, there and back."""

import ipywidgets as widgets
import numpy as np

from ...gradcheck import relative_error
from ...losses import cross_entropy
from ...rnn import VanillaRNN
from ..plots.style import BLACK, BLUE, VERMILION
from .controls import display_controls, number, panels

T, LAST = 3, 9  # steps of the network, and of the walk
X = np.array([0.8, -0.5, 0.4]).reshape(T, 1, 1)
H0, TARGET = np.array([[0.5, -0.4]]), np.array([[0.0, 1.0, 0.0]])
END = 2 * T + 2.35  # where the read-out stands
PALE, SOFT = "0.62", "#FFF3D6"


def walk():
    """Walk forward and back through a small network: which array goes along which arrow?

    Three steps, one sequence, one input, two units, three classes.
    """
    model = VanillaRNN(1, 2, 3, input_scale=0.7, seed=230)
    W_hh, W_out = model.params["W_hh"], model.params["W_out"]
    logits, cache = model.forward(X, H0)
    h, d_logits = cache.h, cross_entropy(logits, TARGET)[1]
    whole, dz = model.backward(cache, d_logits), np.empty_like(h[1:])
    dh = d_logits @ W_out.T
    for t in range(T, 0, -1):
        dz[t - 1] = dh * (1 - h[t] ** 2)
        dh = dz[t - 1] @ W_hh.T
    shares = np.swapaxes(h[:-1], 1, 2) @ dz

    def draw(k):
        back = k - T - 2  # how many of the error signals there are
        collected = shares[T - min(max(back, 0), T) :].sum(axis=0)
        figure, ax = panels(5.9, left=0.1, right=0.1, bottom=0.05)
        ax.axis("off")
        ax.set(xlim=(-0.95, 9.4), ylim=(-0.6, 5.75))
        for t in range(T + 1):
            if t > 0:
                box(ax, 2 * t, 4.25, f"x{low(t)}", X[t - 1], 0, k == t)
                road(ax, (2 * t, 3.95), (2 * t, 3.5), "Wᵢₙ", k - t, BLUE)
                road(ax, (2 * t - 1.37, 3.05), (2 * t - 0.63, 3.05), "Wₕₕ", k - t, BLUE)
                late = back - (T - t + 1)  # since when this step's error signal is there
                slope = f"⊙ (1 − h{low(t)}²)"
                road(ax, (2 * t + 0.2, 2.6), (2 * t + 0.2, 2.05), slope, late, VERMILION, ":")
                road(ax, (2 * t, 1.2), (2 * t, 0.55), f"h{low(t - 1)}ᵀ δ{low(t)}", late, BLACK)
                box(ax, 2 * t, 1.6, f"δ{low(t)}", dz[t - 1], late)
                box(ax, 2 * t, 0.0, f"share {t}", shares[t - 1], late)
                name = "Wₒᵤₜᵀ" if t == T else "Wₕₕᵀ"
                begin = END - 0.9 if t == T else 2 * t + 1.37
                road(ax, (begin, 1.6), (2 * t + 0.63, 1.6), name, late, VERMILION)
                ax.text(2 * t + 1, 0, "+" if t < T else "=", ha="center", va="center", fontsize=13)
            box(ax, 2 * t, 3.05, f"h{low(t)}", h[t], k - t)
        road(ax, (0.63 + 2 * T, 3.05), (END - 0.9, 3.05), "Wₒᵤₜ", k - T - 1, BLUE)
        box(ax, END, 3.05, "ŷ", logits, k - T - 1)
        road(ax, (END, 2.6), (END, 2.05), "p − Y", k - T - 2, VERMILION)
        box(ax, END, 1.6, "dŷ", d_logits, k - T - 2)
        road(ax, (1.37, 1.6), (0.63, 1.6), "Wₕₕᵀ", k - LAST, VERMILION)
        box(ax, 0, 1.6, "dh₀", dh, k - LAST)
        box(ax, END, 0.0, "dWₕₕ", collected, max(0, back), 1 <= back <= T)
        ax.text(0, 5.25, "one of each\nfor all steps", ha="center", va="center", fontsize=9)
        box(ax, 2, 5.25, "Wᵢₙ", model.params["W_in"], 0, 1 <= k <= T)
        box(ax, 4, 5.25, "Wₕₕ", W_hh, 0, 1 <= k <= T or k > T + 3)
        box(ax, 6.4, 5.25, "Wₒᵤₜ", W_out, 0, k in (T + 1, T + 3))
        if k == LAST:
            assert relative_error(collected, whole["W_hh"]) < 1e-12
            assert relative_error(dh, whole["h0"]) < 1e-12
        return figure, f"step {k} of {LAST}: {sentence(k)}", *numbers(k)

    def numbers(k):
        if k == 0:
            return [f"h_0 = {row(H0)}, shape (1, 2)"]
        if k <= T:
            return [f"h_{k} = {row(h[k])}, shape (1, 2)"]
        if k == T + 1:
            return [f"logits = {row(logits)}, shape (1, 3)"]
        if k == T + 2:
            return [f"d_logits = {row(d_logits)}, shape (1, 3)"]
        if k == LAST:
            return [f"dh_0 = {row(dh)}, shape (1, 2)", "dW_hh: the sum is the whole gradient"]
        t = LAST - k
        off = relative_error(shares[t - 1 :].sum(axis=0), whole["W_hh"])
        missing = "nothing is missing" if t == 1 else f"off by {off:.2f} (relative error)"
        return [
            f"delta_{t} = {row(dz[t - 1])}, shape (1, 2)",
            f"share {t} = {row(shares[t - 1])}, shape (2, 2)",
            f"collected in dW_hh: {T - t + 1} of {T} shares, {missing}",
        ]

    place = number("step of the walk", 0, 0, LAST)
    show_buttons(place)
    display_controls(draw, k=place)


def sentence(k):
    """Return what is done at a step of the walk, as code."""
    if k == 0:
        return "given are the inputs, h_0 and the weights"
    if k <= T:
        return f"h_{k} = tanh(x_{k} @ W_in + h_{k - 1} @ W_hh + b_h)"
    if k == T + 1:
        return f"logits = h_{T} @ W_out + b_out"
    if k == T + 2:
        return "d_logits = p - Y, since N = 1"
    if k == LAST:
        return "dh_0 = delta_1 @ W_hh.T"
    t = LAST - k
    arrives = "(d_logits @ W_out.T)" if t == T else f"(delta_{t + 1} @ W_hh.T)"
    return f"delta_{t} = {arrives} * (1 - h_{t}**2), and its share"


def low(t):
    """Return a subscript, of characters: mathematics is set anew, and slowly, at each move."""
    return chr(ord("₀") + t)


def row(array):
    text = np.array2string(array, precision=2, floatmode="fixed", suppress_small=True)
    return text.replace("\n", "")


def show_buttons(place):
    """Show three buttons that move a number."""
    from IPython.display import display

    buttons = {}
    for text, move in (("Start", -LAST), ("Back", -1), ("Forward", 1)):
        buttons[text] = widgets.Button(description=text)
        buttons[text].on_click(
            lambda _, move=move: setattr(place, "value", min(max(place.value + move, 0), LAST))
        )
    display(widgets.HBox(list(buttons.values())))


def box(ax, x, y, name, array, since, lit=None):
    """Draw an array in a box: pale and without numbers before it is there, lit when it comes."""
    lit = since == 0 and lit is None if lit is None else lit
    there, colour = since >= 0, BLACK if since >= 0 else PALE
    shape = "×".join(map(str, array.shape))
    lines = [" ".join(f"{v:5.2f}" for v in values) for values in array] if there else []
    frame = {"boxstyle": "round,pad=0.3", "edgecolor": colour}
    frame |= {"facecolor": SOFT if lit else "white", "linewidth": 2 if lit else 1}
    text = "\n".join([f"{name}  {shape}", *lines])
    style = {"ha": "center", "va": "center", "family": "monospace", "fontsize": 8}
    ax.text(x, y, text, color=colour, bbox=frame, linespacing=1.4, zorder=3, **style)


def road(ax, start, end, name, since, colour, line="-"):
    """Draw an arrow: pale before it is walked, in colour when it is, thin and dark afterwards."""
    colour = PALE if since < 0 else colour if since == 0 else "0.35"
    width = 2.4 if since == 0 else 1
    props = {"arrowstyle": "-|>", "color": colour, "linewidth": width, "linestyle": line}
    ax.annotate("", end, start, arrowprops=props | {"shrinkA": 0, "shrinkB": 0})
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    across = start[1] == end[1]
    beside = {"ha": "center", "va": "bottom"} if across else {"ha": "left", "va": "center"}
    x, y = (x, y + 0.08) if across else (x + 0.1, y)
    ax.text(x, y, name, color=colour, fontsize=9, **beside)
