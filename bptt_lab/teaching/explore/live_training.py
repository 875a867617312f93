"""The explorable of notebook 05: choose a recipe and train."""

import threading
import traceback

import ipywidgets as widgets
import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from ...data import windows
from ...losses import cross_entropy, mse
from ...optimizers import SGD
from ...rnn import VanillaRNN
from ...training import History, train
from ..plots.style import mark_source
from ..plots.training import draw_history
from .controls import arrange, choice, in_words, panels, picture, printed

RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
DISCARDS = (
    "Another number of samples, or another start, begins a new network: "
    "what was learnt is discarded, and its curves stay in grey."
)


class Training:
    """Choose a recipe and train: live curves, and a Stop button that keeps what was learnt.

    Parameters
    ----------
    data : ECG5000
        With ``X_train`` of shape (140, N, 1) and ``X_test``.
    epochs : int
        The most that one press of Train adds.
    cell : class
        Of the network, with the arguments of `VanillaRNN`.
    """

    last = None  # the explorable made last: a new one stops it

    def __init__(self, data, epochs=40, cell=VanillaRNN):
        if Training.last is not None:
            Training.last.stop()
        Training.last = self
        self.data, self.epochs, self.cell = data, epochs, cell
        self.thread, self.stopping = None, False
        pick = np.random.default_rng(0).permutation(len(data.Y_test))[:500]
        self.test = data.X_test[:, pick].astype(np.float32), data.Y_test[pick]
        inits = ("orthogonal", "identity", "normal", "uniform", "uniform01")
        never = ("never", 0.0)  # None would mean that nothing is chosen
        self.controls = {
            "samples": choice("samples per step", (20, 1)),
            "init": choice("start of W_hh", inits),
            "loss": choice("loss", [("cross-entropy", cross_entropy), ("squared error", mse)]),
            "lr": choice("learning rate", [(f"{rate:g}", rate) for rate in RATES], 0.1),
            "momentum": choice("momentum", (0.9, 0.0, 0.5, 0.99)),
            "clip": choice("clip the norm at", [("1", 1.0), ("0.1", 0.1), ("10", 10.0), never]),
            "batch": choice("batch size", (32, 8, 128, 500)),
        }
        for control in self.controls.values():
            arrange(control)
        self.train_button = button("Train", "train with these settings, or go on")
        self.stop_button = button("Stop", "stop after this epoch and keep what was learnt")
        self.new_button = button("New network", "forget everything and start again")
        self.stop_button.disabled = True
        self.bar = widgets.IntProgress(0, 0, epochs, description="epochs")
        self.output = widgets.Output()
        self.train_button.on_click(lambda _: self.start())
        self.stop_button.on_click(lambda _: self.stop(wait=False))
        self.new_button.on_click(lambda _: self.reset())
        for name in ("samples", "init"):
            self.controls[name].observe(lambda _: self.reset(), "value")
        buttons = widgets.HBox([self.train_button, self.stop_button, self.new_button, self.bar])
        samples, init, *others = self.controls.values()
        self.box = widgets.VBox([samples, init, widgets.HTML(DISCARDS), *others, buttons])
        self.before = None  # the history of the network before this one
        self._new_model()

    def _new_model(self):
        w, init = self.controls["samples"].value, self.controls["init"].value
        scale, C = 0.3 / np.sqrt(w) if w > 1 else 0.1, self.data.Y_train.shape[1]
        kind = {"init": init, "input_scale": scale, "seed": 0, "dtype": np.float32}
        self.model = self.cell(w, 32, C, **kind)
        self.rng, self.optimizer = np.random.default_rng(0), SGD(self.controls["lr"].value)
        self.history, self.said, self.words = History(), "not trained yet", self._in_words()
        X = self.data.X_train.astype(np.float32)
        self.training_set = windows(X, w), self.data.Y_train
        self.test_set = windows(self.test[0], w), self.test[1]

    def _values(self):
        return {name: control.value for name, control in self.controls.items()}

    def _in_words(self):
        return in_words(self.controls, self._values())

    def _epoch(self):
        """Train for one epoch with the settings of this moment."""
        value, self.words = self._values(), self._in_words()
        self.optimizer.lr, self.optimizer.momentum = value["lr"], value["momentum"]
        new = train(
            self.model,
            *self.training_set,
            loss=value["loss"],
            optimizer=self.optimizer,
            epochs=1,
            batch_size=value["batch"],
            clip_norm=value["clip"] or None,
            validation=self.test_set,
            rng=self.rng,
            progress=False,
        )
        for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
            curve = getattr(self.history, name)
            curve.extend(getattr(new, name)[bool(curve) :])
        self.said = (
            f"after {len(self.history.loss) - 1} epochs: training accuracy "
            f"{self.history.accuracy[-1]:.2f}, test accuracy {self.history.val_accuracy[-1]:.2f}"
        )

    def figure(self):
        """Return the curves so far as a figure that pyplot does not know of.

        It is drawn in a thread: pyplot's figures and `rc_context` are those of all threads.
        """
        figure, (left, right) = panels(3.3, 1, 2, top=0.55)
        for ax, measure in ((left, "loss"), (right, "accuracy")):
            for prefix, line in (("", "-"), ("val_", "--")):
                curve = getattr(self.before, prefix + measure, [])
                ax.plot(curve, color="0.8", linestyle=line)
        names = ("training", "test")
        draw_history(left, right, self.history, names, marker="o", markersize=3)
        left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        left.yaxis.set_major_formatter("{x:g}")
        left.yaxis.set_minor_locator(NullLocator())
        right.legend(frameon=False, loc="lower right", title="grey: before" if self.before else "")
        mark_source(figure, self.data.source)
        return figure

    def picture(self):
        """Return the curves so far, and the settings of the last epoch, as media types."""
        return picture(self.figure(), self.words)

    def show(self):
        """Replace what is below the controls by the curves and the last words."""
        self.output.outputs = (
            {"output_type": "display_data", "metadata": {}, "data": self.picture()},
            {"output_type": "stream", "name": "stdout", "text": self.said + "\n"},
        )

    def start(self):
        """Train in the background, from where it stands, until all epochs are done or Stop."""
        if self._running():
            return
        self.stopping = False
        self.train_button.disabled, self.stop_button.disabled = True, False
        self.thread = threading.Thread(target=self._work, daemon=True)
        try:
            self.thread.start()
        except RuntimeError:  # in the browser, Python has no threads: train at once
            self._work()

    def _running(self):
        return self.thread is not None and self.thread.is_alive()

    def _work(self):
        try:
            for epoch in range(self.epochs):
                if self.stopping or self.box.comm is None:  # stopped, or the widget was closed
                    raise KeyboardInterrupt
                self._epoch()
                self.bar.value = epoch + 1
                self.show()
        except KeyboardInterrupt:  # the kernel's own where there are no threads
            self.said = f"stopped {self.said}\nTrain goes on from here"
        except FloatingPointError as error:
            self.said = printed([f"{error}. New network starts again."])
        except Exception:
            self.said = traceback.format_exc()
        finally:
            self.show()
            self.train_button.disabled, self.stop_button.disabled = False, True

    def stop(self, wait=True):
        """Stop after the present epoch; the model keeps what it learnt."""
        self.stopping = True
        if wait and self._running() and self.thread is not threading.current_thread():
            self.thread.join()

    def reset(self):
        """Stop, and start again with a new network; what was learnt stays in grey."""
        self.stop()
        self.bar.value = 0
        if self.history.loss:
            self.before = self.history
        self._new_model()
        self.show()


def button(text, tooltip):
    return widgets.Button(description=text, tooltip=tooltip)


def training(data, first=10, cell=VanillaRNN):
    """Choose initialisation, loss and steps, and train: what makes the curves fall?

    Parameters
    ----------
    data : ECG5000
    first : int
        The epochs that are trained at once, with the first settings.
    cell : class
        Of the network, with the arguments of `VanillaRNN`.

    Returns
    -------
    Training
        With ``.model`` and ``.history``, whatever was learnt so far.
    """
    from IPython.display import display

    explorable = Training(data, cell=cell)
    for _ in range(first):
        explorable._epoch()
    display(explorable.box, explorable.output)
    with explorable.output:
        display(explorable.picture(), raw=True)
        print(explorable.said)
    return explorable
