"""BPTT Lab: the finished version of what each notebook develops, in NumPy only."""

from .data import ECG5000, load_ecg5000, minibatches, one_hot, windows
from .gradcheck import check_gradients, numerical_gradient, relative_error
from .losses import cross_entropy, mse
from .metrics import accuracy, balanced_accuracy, confusion_matrix
from .rnn import VanillaRNN
from .runs import load, save, sweep
from .training import SGD, Adam, History, clip_by_global_norm, global_norm, train

__version__ = "0.1.0"

__all__ = [
    "ECG5000",
    "load_ecg5000",
    "minibatches",
    "one_hot",
    "windows",
    "check_gradients",
    "numerical_gradient",
    "relative_error",
    "cross_entropy",
    "mse",
    "accuracy",
    "balanced_accuracy",
    "confusion_matrix",
    "VanillaRNN",
    "load",
    "save",
    "sweep",
    "SGD",
    "Adam",
    "History",
    "clip_by_global_norm",
    "global_norm",
    "train",
]
