"""The explorable of notebook 05: choose a recipe and train."""

import base64
import io
import threading
import traceback

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ..._common import positive_integer
from ...data import windows
from ...losses import cross_entropy, mse
from ...rnn import VanillaRNN
from ...training import SGD, History, train
from ..plots.style import COLOURS, LINES, STYLE, mark_source
from .controls import arrange, choice

_training = None  # the explorable that trains, if one does: a new one stops it


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
            "samples": choice("samples per step", (20, 1)),
            "init": choice(
                "start of W_hh", ("orthogonal", "identity", "normal", "uniform", "uniform01")
            ),
            "loss": choice("loss", [("cross-entropy", cross_entropy), ("squared error", mse)]),
            "lr": widgets.FloatLogSlider(
                0.1, min=-4, max=1, step=0.25, description="learning rate", readout_format=".4f"
            ),
            "momentum": choice("momentum", (0.9, 0.0, 0.5, 0.99)),
            "clip": choice(
                "clip the norm at", [("1", 1.0), ("0.1", 0.1), ("10", 10.0), ("never", 0.0)]
            ),
            "batch": choice("batch size", (32, 8, 128, 500)),
        }
        for control in self.controls.values():
            arrange(control)
        self.train_button = widgets.Button(
            description="Train", tooltip="train with these settings, or go on"
        )
        self.stop_button = widgets.Button(
            description="Stop",
            tooltip="stop after this epoch and keep what was learnt",
            disabled=True,
        )
        self.new_button = widgets.Button(
            description="New network", tooltip="forget everything and start again"
        )
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
        self.model = VanillaRNN(
            w,
            32,
            self.data.Y_train.shape[1],
            init=self.controls["init"].value,
            seed=0,
            dtype=np.float32,
            input_scale=0.3 / np.sqrt(w) if w > 1 else 0.1,
        )
        self.rng, self.optimizer, self.history, self.said = (
            np.random.default_rng(0),
            None,
            History(),
            "not trained yet",
        )
        self.sets = (
            (windows(self.data.X_train.astype(np.float32), w), self.data.Y_train),
            (windows(self.test[0], w), self.test[1]),
        )

    def _epoch(self):
        """Train for one epoch with the settings of this moment."""
        value = {name: control.value for name, control in self.controls.items()}
        if self.optimizer is None:
            self.optimizer = SGD(value["lr"], value["momentum"])
        self.optimizer.lr, self.optimizer.momentum = value["lr"], value["momentum"]
        new = train(
            self.model,
            *self.sets[0],
            loss=value["loss"],
            optimizer=self.optimizer,
            epochs=1,
            batch_size=value["batch"],
            clip_norm=value["clip"] or None,
            validation=self.sets[1],
            rng=self.rng,
            progress=False,
        )
        for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
            curve = getattr(self.history, name)
            curve.extend(getattr(new, name)[bool(curve) :])
        self.said = f"after {len(self.history.loss) - 1} epochs: training accuracy {self.history.accuracy[-1]:.2f}, test accuracy {self.history.val_accuracy[-1]:.2f}"

    def figure(self):
        """Return the curves so far as a figure that pyplot does not know of, so that a thread may draw it."""
        with plt.rc_context(STYLE):
            figure = Figure(figsize=(7.5, 2.9), dpi=100, layout="constrained")
            left, right = figure.subplots(1, 2)
            for ax, name in ((left, "loss"), (right, "accuracy")):
                for k, (label, curve) in enumerate(
                    (
                        ("training", getattr(self.history, name)),
                        ("test", getattr(self.history, "val_" + name)),
                    )
                ):
                    ax.plot(
                        curve,
                        color=COLOURS[k],
                        linestyle=LINES[k],
                        marker="o",
                        markersize=3,
                        label=label,
                    )
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
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"image/png": picture, "text/plain": "the curves"},
            },
            {"output_type": "stream", "name": "stdout", "text": self.said + "\n"},
        )

    def start(self):
        """Train in the background, from where it stands, until the epochs are over or Stop is pressed."""
        if self.thread is None or not self.thread.is_alive():
            self.stopping, self.train_button.disabled, self.stop_button.disabled = (
                False,
                True,
                False,
            )
            self.thread = threading.Thread(target=self._work, daemon=True)
            try:
                self.thread.start()
            except RuntimeError:  # in the browser, Python has no threads: train at once
                self._work()

    def _work(self):
        try:
            for epoch in range(self.epochs):
                if self.stopping or self.box.comm is None:  # stopped, or the widget was closed
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
        if (
            wait
            and self.thread is not None
            and self.thread.is_alive()
            and self.thread is not threading.current_thread()
        ):
            self.thread.join()

    def reset(self):
        """Stop, and start again with a new network."""
        self.stop()
        self.bar.value = 0
        self._new_model()
        self.show()


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
