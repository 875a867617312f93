"""Explorables: figures with controls, each for one question of a notebook.

Call one as the last line of a cell. Every control has a label and can be reached and moved with the keyboard alone.
Where no kernel runs (on a static page) the figure and the numbers for the first values stay in the notebook.
"""

import base64
import io
import threading
import traceback

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ._common import drawing, positive_integer
from .data import windows
from .gradcheck import relative_error
from .losses import cross_entropy, mse
from .mistakes import BACKWARD, SETTINGS, bptt, found_by
from .plots import BLACK, BLUE, COLOURS, LINES, SKY, STYLE, VERMILION, mark_source
from .rnn import VanillaRNN
from .training import SGD, History, train


def _slider(label, value, low, high):
    return widgets.IntSlider(value, low, high, description=label)


def _choice(label, options, value=None):
    """Return a slider over the options; a drop-down list would lose its arrow keys to JupyterLab."""
    options = list(options)
    first = options[0][1] if isinstance(options[0], tuple) else options[0]
    return widgets.SelectionSlider(options=options, value=first if value is None else value, description=label)


def _arrange(control):
    control.style.description_width, control.layout.width = "11em", "34em"
    if isinstance(control, widgets.Checkbox):
        control.indent, control.layout.margin = False, "2px 2px 2px 11.5em"
    if hasattr(control, "continuous_update"):
        control.continuous_update = False       # one figure for each move, not a queue of them


def _display(draw, **controls):
    """Show the controls, and below them what draw(**values) draws and prints, anew after each change."""
    for control in controls.values():
        _arrange(control)
    widgets.interact(draw, **controls)


@drawing
def beats(data):
    """Show any training beat over the mean of its class: how well does it stand for its class?

    Parameters
    ----------
    data : ECG5000, with ``X_train`` of shape (T, N, 1)
    """
    labels, C = data.Y_train.argmax(axis=1), data.Y_train.shape[1]
    members = [np.flatnonzero(labels == k) for k in range(C)]
    means = np.stack([data.X_train[:, m, 0].mean(axis=1) for m in members])                  # (C, T)
    which, number = _choice("class", [(str(k + 1), k) for k in range(C)]), _slider("beat of this class", 1, 1, len(members[0]))

    def fit_range(change):
        number.value, number.max = 1, len(members[change["new"]])
    which.observe(fit_range, "value")

    def draw(k, n):
        x = data.X_train[:, members[k][min(n, len(members[k])) - 1], 0]
        distances = np.linalg.norm(means - x, axis=1)
        nearest = distances.argmin()
        figure, ax = plt.subplots()
        steps, spread = np.arange(1, len(x) + 1), data.X_train[:, members[k], 0].std(axis=1)
        ax.fill_between(steps, means[k] - spread, means[k] + spread, color=SKY, alpha=0.35, linewidth=0)
        ax.plot(steps, means[k], color=BLUE, linestyle="--")
        ax.plot(steps, x, color=BLACK, linestyle="-")
        ax.annotate(f"mean of class {k + 1} and spread (dashed, band)\nthis beat (solid)", (0.5, 0.04), xycoords="axes fraction", ha="center")
        ax.set(xlabel="time t (samples)", ylabel="signal (standard deviations)", xlim=(0, len(x) + 1), ylim=(-5.5, 3.5))
        mark_source(figure, data.source)
        plt.show()
        print(f"class {k + 1}, beat {n} of {len(members[k])}: distance to the mean of its class {distances[k]:.1f}; "
              f"the nearest mean is that of class {nearest + 1}, at {distances[nearest]:.1f}")

    _display(draw, k=which, n=number)


@drawing
def steps(data):
    """Walk through a beat step by step beside the states of a network: when do they saturate?

    Parameters
    ----------
    data : ECG5000, with ``X_train`` of shape (T, N, 1)
    """
    X = data.X_train[:, np.flatnonzero(data.Y_train[:, 0])[:1]]
    T, H = len(X), 32
    start = VanillaRNN(1, H, 5, init="normal", input_scale=1.0, seed=3)

    def draw(t, width):
        model = VanillaRNN(1, H, 5)
        model.params = start.params | {"W_in": width * start.params["W_in"], "W_hh": width * start.params["W_hh"]}
        h = model.forward(X)[1].h[1:, 0]                                                     # (T, H)
        figure, (above, middle) = plt.subplots(2, 1, figsize=(7.5, 4.4), sharex=True, height_ratios=(1, 1.4))
        above.plot(np.arange(1, T + 1), X[:, 0, 0], color="0.7", linestyle="-")
        above.plot(np.arange(1, t + 1), X[:t, 0, 0], color=BLACK, linestyle="-")
        above.plot(t, X[t - 1, 0, 0], "o", color=VERMILION)
        above.set(ylabel="signal $x_t$\n(standard deviations)")
        seen = np.where(np.arange(T)[:, None] < t, h, np.nan)
        picture = middle.imshow(seen.T, aspect="auto", cmap="PuOr", vmin=-1, vmax=1, extent=(0.5, T + 0.5, H + 0.5, 0.5), interpolation="nearest")
        figure.colorbar(picture, ax=middle, label="state", pad=0.01)
        middle.axvline(t + 0.5, color=VERMILION, linestyle="-")
        middle.set(xlabel="step t (samples)", ylabel="unit", xlim=(0, T + 1))
        middle.grid(visible=False)
        mark_source(figure, data.source)
        plt.show()
        print(f"after step {t}: share of |h| > 0.99 among the {H} units {(np.abs(h[t - 1]) > 0.99).mean():.2f}, "
              f"over all steps so far {(np.abs(h[:t]) > 0.99).mean():.2f}")

    _display(draw, t=_slider("step t", 70, 1, T), width=_choice("width of the weights", (0.25, 0.5, 1.0, 2.0, 4.0, 8.0), 1.0))


@drawing
def error_signal(data):
    """Follow the error signal back through time: how much of dW_hh has been collected when it reaches step t?

    Parameters
    ----------
    data : ECG5000, with ``X_train`` of shape (T, N, 1)
    """
    chosen = np.random.default_rng(0).permutation(len(data.Y_train))[:20]
    X, Y, H = data.X_train[:, chosen], data.Y_train[chosen], 32
    T, runs = len(X), {}
    for init in ("identity", "orthogonal", "uniform"):
        model = VanillaRNN(1, H, Y.shape[1], init=init, seed=0)
        logits, cache = model.forward(X)
        d_logits = cross_entropy(logits, Y)[1]
        grads, dz = model.backward(cache, d_logits), bptt()["error_signals"](model.params, cache.h, d_logits)
        shares = np.einsum("tnj,tnk->tjk", cache.h[:-1], dz)                                 # (T, H, H): one for each untied copy
        np.testing.assert_allclose(shares.sum(axis=0), grads["W_hh"], rtol=1e-9, atol=1e-15)
        runs[init] = np.linalg.norm(dz, axis=(1, 2)), shares

    def draw(t, init):
        norms, shares = runs[init]
        collected, whole = shares[t - 1:].sum(axis=0), shares.sum(axis=0)
        figure, (above, below) = plt.subplots(2, 1, figsize=(7.5, 4.4), sharex=True)
        steps = np.arange(1, T + 1)
        above.semilogy(steps, norms, color="0.75", linestyle="-")
        above.semilogy(steps[t - 1:], norms[t - 1:], color=VERMILION, linestyle="-")
        above.plot(t, norms[t - 1], "o", color=VERMILION)
        above.set(ylabel=r"norm of $\delta_t$")
        sizes = np.linalg.norm(shares, axis=(1, 2))
        below.bar(steps, sizes, color=np.where(steps < t, "0.8", BLUE), width=0.8)
        below.set(xlabel="step t (samples)", ylabel="norm of the share\n" r"$h_{t-1}^\top\delta_t$", xlim=(0, T + 1))
        figure.align_ylabels()
        mark_source(figure, data.source)
        plt.show()
        missing = relative_error(collected, whole)
        print(f"{init}: at step {t} the signal has {norms[t - 1] / norms[-1]:.1g} of its size at step {T}; "
              f"the sum of the shares from there on differs from dW_hh by {missing:.1g}")

    _display(draw, t=_slider("back to step t", 100, 1, T), init=_choice("start of W_hh", runs))


def step_error():
    """Choose the step of a numerical derivative: where is the error smallest, and why does it grow on both sides?"""
    rng = np.random.default_rng(7)
    methods = ("one-sided", "central", "central, float32", "complex step")
    labels = {"one-sided": (2e-7, 4e-6), "central": (2e-11, 1e-7), "central, float32": (2e-4, 1e-1), "complex step": (1e-13, 4e-15)}
    eps = 10.0 ** -np.arange(1, 15)
    errors = {name: [] for name in methods}
    model = VanillaRNN(2, 5, 3, init="normal", input_scale=1.0, seed=rng)
    X, Y, h0 = rng.normal(size=(4, 2000, 2)), np.eye(3)[rng.integers(0, 3, 2000)], 0.5 * rng.normal(size=(2000, 5))

    def losses(u, dtype):
        net = VanillaRNN(2, 5, 3, dtype=dtype)
        net.params = {k: w.astype(dtype) for k, w in model.params.items()}
        logits = net.forward(X.astype(dtype), np.column_stack([u, h0[:, 1:].astype(dtype)]))[0]
        return np.log(np.exp(logits).sum(axis=1)) - (logits * Y).sum(axis=1)

    u, single = h0[:, 0], h0[:, 0].astype(np.float32)
    exact = losses(u + 1e-30j, np.float64).imag / 1e-30
    for e in eps:
        e32 = np.float32(e)
        values = ((losses(u + e, np.float64) - losses(u, np.float64)) / e, (losses(u + e, np.float64) - losses(u - e, np.float64)) / (2 * e),
                  (losses(single + e32, np.float32) - losses(single - e32, np.float32)) / (2 * e32), losses(u + 1j * e, np.float64).imag / e)
        for name, value in zip(methods, values):
            errors[name].append(max(relative_error(value, exact), 1e-15))      # what is smaller is drawn at the edge

    def draw(method, k):
        figure, ax = plt.subplots(figsize=(7.5, 3.6))
        for (name, curve), colour, line, marker in zip(errors.items(), COLOURS, LINES, "os^D"):
            strong = name == method
            ax.loglog(eps, curve, color=colour, linestyle=line, marker=marker, markersize=4, alpha=1 if strong else 0.35, linewidth=2 if strong else 1)
            if strong:
                ax.plot(eps[k - 1], curve[k - 1], "o", color=BLACK, markersize=11, markerfacecolor="none", markeredgewidth=2)
            ax.annotate(name, labels[name], color=colour, alpha=1 if strong else 0.5, ha="center")
        ax.set(xlabel=r"step $\varepsilon$", ylabel="relative error", ylim=(3e-16, 3), title=method)
        plt.show()
        error = errors[method][k - 1]
        print(f"{method}, step {eps[k - 1]:.0e}: error " + (f"about {10.0 ** np.round(np.log10(error)):.0e}" if error > 1e-14 else "in the last digits only"))

    _display(draw, method=_choice("method", methods, "central"), k=_slider("step: 10 to the minus", 5, 1, 14))


def test_sizes():
    """Choose the sizes of a gradient check: which mistakes does it find, and which escape?"""

    def draw(T, N, H, h0, W_hh):
        found = found_by(T=T, N=N, H=H, h0=0.5 * h0, W_hh=W_hh)
        missed = [name for name, wrong in found.items() if not wrong]
        rows = -(-len(found) // 2)
        figure, ax = plt.subplots(figsize=(7.5, 0.5 + 0.16 * rows))
        for k, (name, wrong) in enumerate(found.items()):
            column, row = divmod(k, rows)
            ax.plot(column, row, marker="o" if wrong else "X", markersize=8, color=BLUE if wrong else VERMILION, linestyle="none")
            ax.text(column + 0.03, row, name, va="center", fontsize=7.5, color="0.35" if wrong else VERMILION, fontweight="normal" if wrong else "bold")
        ax.set(xlim=(-0.03, 2), ylim=(rows - 0.4, -0.8), title="circles: found; crosses: missed")
        ax.axis("off")
        plt.show()
        print(f"T = {T}, N = {N}, H = {H}: {len(found) - len(missed)} of {len(found)} mistakes found")

    _display(draw, T=_slider("steps T", 6, 1, 8), N=_slider("sequences N", 4, 1, 6), H=_slider("units H", 5, 1, 6),
             h0=widgets.Checkbox(True, description="h0 is not zero"), W_hh=_choice("W_hh", ("random", "symmetric", "identity")))


test_sizes.__test__ = False     # no test for pytest, whatever its name

PATIENTS = dict(zip("FGHIJKLM", (
    "the slope is 1 - tanh(h)²: the tanh is taken twice", "all stored states are the last one", "h_t where h_{t-1} belongs in dW_hh",
    "the slope is averaged over the batch", "everything is divided by N once more", "dh0 is δ_1, not yet through W_hh^T",
    "the recurrent part has the wrong sign", "db_h is taken from the last step only")))


def patients():
    """Pick a network with a wrong backward pass and look at its symptoms: where is the fault?"""
    catalogue = {mistake.name: mistake for mistake in BACKWARD}
    rng = np.random.default_rng(3)
    X, Y, h0 = rng.normal(size=(6, 4, 2)), np.eye(3)[rng.integers(0, 3, 4)], 0.5 * rng.normal(size=(4, 5))
    hidden = {name: [setting for setting, sizes in SETTINGS.items() if not any(found_by([catalogue[name]], **sizes).values())]
              for name in PATIENTS.values()}

    def symptoms(mistake, call):
        """Return the right gradients and those of the mistake in a call, each call with other parameters."""
        rng, wrong = np.random.default_rng(7), mistake.function()
        for _ in range(call):
            model = VanillaRNN(2, 5, 3, init="normal", input_scale=1.0, seed=rng)
            model.params["b_h"], model.params["b_out"] = 0.5 * rng.normal(size=5), 0.5 * rng.normal(size=3)
            logits, cache = model.forward(X, h0)
            d_logits = cross_entropy(logits, Y)[1]
            right, grads = model.backward(cache, d_logits), wrong(model.params, X, cache.h, d_logits)
        return right, grads

    def how(wrong, right):
        """Return in a few characters how a tensor is wrong: by which factor, or with how many turned signs."""
        c = (wrong * right).sum() / (right**2).sum()
        return f"× {c:.2f}" if relative_error(wrong, c * right) < 1e-6 else f"{(wrong * right < 0).sum()}/{wrong.size} ±"

    def draw(letter, call, diagnosis):
        mistake = catalogue[PATIENTS[letter]]
        right, grads = symptoms(mistake, call)
        error = np.array([relative_error(grads[name], right[name]) for name in right])
        figure, ax = plt.subplots(figsize=(7.5, 2.9))
        for k, (name, e) in enumerate(zip(right, error)):
            if e > 1e-6:
                ax.bar(k, e, color=VERMILION, hatch="////", edgecolor="white", linewidth=0)
                ax.text(k, e + 0.02, f"{e:.2f}\n{how(grads[name], right[name])}", ha="center", va="bottom", fontsize=9)
            else:
                ax.text(k, 0.02, "right", ha="center", color=BLUE)
        ax.set_xticks(range(len(right)), right)
        ax.set(ylabel="relative error", xlim=(-0.6, len(right) - 0.4), ylim=(0, 1.25), title=f"patient {letter}, call {call}")
        ax.grid(axis="x", visible=False)
        plt.show()
        steps = ["o" if relative_error(a, b) < 1e-6 else "x" for a, b in zip(grads["X"], right["X"])]
        print(f"patient {letter}, call {call}: wrong are {', '.join(np.array(list(right))[error > 1e-6]) or 'none'}")
        print(f"dX at steps 1 to {len(steps)}: {' '.join(steps)}     hides at: {', '.join(hidden[mistake.name]) or 'none of the settings'}")
        if diagnosis:
            print(f"diagnosis: {mistake.name}\nseen from outside: {mistake.seen}\nlook at {mistake.look}")

    _display(draw, letter=_choice("patient", PATIENTS), call=_slider("call of backward", 1, 1, 2),
             diagnosis=widgets.Checkbox(False, description="show the diagnosis"))


_training = None        # the explorable that trains, if one does: a new one stops it


class Training:
    """Choose a recipe and train: controls, live curves, and a Stop button that keeps what was learnt.

    Parameters
    ----------
    data : ECG5000, with ``X_train`` of shape (140, N, 1) and ``X_test``
    epochs : int, the most that one press of Train adds
    """

    def __init__(self, data, epochs=40):
        global _training
        if _training is not None:
            _training.stop()
        _training = self
        self.data, self.epochs, self.thread, self.stopping = data, epochs, None, False
        pick = np.random.default_rng(0).permutation(len(data.Y_test))[:500]
        self.test = data.X_test[:, pick].astype(np.float32), data.Y_test[pick]
        self.controls = {
            "samples": _choice("samples per step", (20, 1)), "init": _choice("start of W_hh", ("orthogonal", "identity", "normal", "uniform", "uniform01")),
            "loss": _choice("loss", [("cross-entropy", cross_entropy), ("squared error", mse)]),
            "lr": widgets.FloatLogSlider(0.1, min=-4, max=1, step=0.25, description="learning rate", readout_format=".4f"),
            "momentum": _choice("momentum", (0.9, 0.0, 0.5, 0.99)), "clip": _choice("clip the norm at", [("1", 1.0), ("0.1", 0.1), ("10", 10.0), ("never", 0.0)]),
            "batch": _choice("batch size", (32, 8, 128, 500))}
        for control in self.controls.values():
            _arrange(control)
        self.train_button = widgets.Button(description="Train", tooltip="train with these settings, or go on")
        self.stop_button = widgets.Button(description="Stop", tooltip="stop after this epoch and keep what was learnt", disabled=True)
        self.new_button = widgets.Button(description="New network", tooltip="forget everything and start again")
        self.bar = widgets.IntProgress(0, 0, epochs, description="epochs")
        self.output = widgets.Output()
        self.train_button.on_click(lambda _: self.start())
        self.stop_button.on_click(lambda _: self.stop(wait=False))
        self.new_button.on_click(lambda _: self.reset())
        for name in ("samples", "init"):
            self.controls[name].observe(lambda _: self.reset(), "value")
        buttons = widgets.HBox([self.train_button, self.stop_button, self.new_button, self.bar])
        self.box = widgets.VBox([*self.controls.values(), buttons])
        self._new_model()

    def _new_model(self):
        w = self.controls["samples"].value
        self.model = VanillaRNN(w, 32, self.data.Y_train.shape[1], init=self.controls["init"].value, seed=0, dtype=np.float32,
                                input_scale=0.3 / np.sqrt(w) if w > 1 else 0.1)
        self.rng, self.optimizer, self.history, self.said = np.random.default_rng(0), None, History(), "not trained yet"
        self.sets = (windows(self.data.X_train.astype(np.float32), w), self.data.Y_train), (windows(self.test[0], w), self.test[1])

    def _epoch(self):
        """Train for one epoch with the settings of this moment."""
        value = {name: control.value for name, control in self.controls.items()}
        if self.optimizer is None:
            self.optimizer = SGD(value["lr"], value["momentum"])
        self.optimizer.lr, self.optimizer.momentum = value["lr"], value["momentum"]
        new = train(self.model, *self.sets[0], loss=value["loss"], optimizer=self.optimizer, epochs=1, batch_size=value["batch"],
                    clip_norm=value["clip"] or None, validation=self.sets[1], rng=self.rng, progress=False)
        for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
            curve = getattr(self.history, name)
            curve.extend(getattr(new, name)[bool(curve):])
        self.said = f"after {len(self.history.loss) - 1} epochs: training accuracy {self.history.accuracy[-1]:.2f}, test accuracy {self.history.val_accuracy[-1]:.2f}"

    def figure(self):
        """Return the curves so far as a figure that pyplot does not know of, so that a thread may draw it."""
        with plt.rc_context(STYLE):
            figure = Figure(figsize=(7.5, 2.9), dpi=100, layout="constrained")
            left, right = figure.subplots(1, 2)
            for ax, name in ((left, "loss"), (right, "accuracy")):
                for k, (label, curve) in enumerate((("training", getattr(self.history, name)), ("test", getattr(self.history, "val_" + name)))):
                    ax.plot(curve, color=COLOURS[k], linestyle=LINES[k], marker="o", markersize=3, label=label)
                ax.set(xlabel="epoch", ylabel=name)
                ax.xaxis.get_major_locator().set_params(integer=True)
            left.set_yscale("log")
            right.set_ylim(0, 1.02)
            right.legend(frameon=False, loc="lower right")
            mark_source(figure, self.data.source)
        return figure

    def png(self):
        """Return the curves so far as the bytes of a PNG."""
        buffer = io.BytesIO()
        self.figure().savefig(buffer, format="png")
        return buffer.getvalue()

    def show(self):
        """Replace what is below the controls by the curves and the last words."""
        picture = base64.b64encode(self.png()).decode()
        self.output.outputs = (
            {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture, "text/plain": "the curves"}},
            {"output_type": "stream", "name": "stdout", "text": self.said + "\n"})

    def start(self):
        """Train in the background, from where it stands, until the epochs are over or Stop is pressed."""
        if self.thread is None or not self.thread.is_alive():
            self.stopping, self.train_button.disabled, self.stop_button.disabled = False, True, False
            self.thread = threading.Thread(target=self._work, daemon=True)
            try:
                self.thread.start()
            except RuntimeError:        # in the browser, Python has no threads: train at once
                self._work()

    def _work(self):
        try:
            for epoch in range(self.epochs):
                if self.stopping or self.box.comm is None:      # stopped, or the widget was closed
                    self.said = f"stopped {self.said}; Train goes on from here"
                    break
                self._epoch()
                self.bar.value = epoch + 1
                self.show()
        except FloatingPointError as error:
            self.said = f"{error}. New network starts again."
        except Exception:
            self.said = traceback.format_exc()
        finally:
            self.show()
            self.train_button.disabled, self.stop_button.disabled = False, True

    def stop(self, wait=True):
        """Stop after the present epoch; the model keeps what it learnt."""
        self.stopping = True
        if wait and self.thread is not None and self.thread.is_alive() and self.thread is not threading.current_thread():
            self.thread.join()

    def reset(self):
        """Stop, and start again with a new network."""
        self.stop()
        self.bar.value = 0
        self._new_model()
        self.show()


@drawing
def training(data, first=10):
    """Choose initialisation, loss, learning rate, momentum, clip and batch size, and train: what makes the curves fall?

    Parameters
    ----------
    data : ECG5000
    first : int, the epochs that are trained at once, with the first settings

    Returns
    -------
    Training
        With ``.model`` and ``.history``, whatever was learnt so far.
    """
    from IPython.display import display
    explorable = Training(data)
    for _ in range(positive_integer("first", first)):
        explorable._epoch()
    display(explorable.box, explorable.output)
    with explorable.output:
        display({"image/png": explorable.png(), "text/plain": "the curves"}, raw=True)
        print(explorable.said)
    return explorable
