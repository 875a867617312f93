"""BPTT Lab: the finished version of what each notebook develops, in NumPy only."""

from .data import ECG5000, load_ecg5000, minibatches, one_hot, streams, windows
from .gates import GRU, LSTM
from .generation import generate
from .gradcheck import check_gradients, numerical_gradient, relative_error
from .losses import cross_entropy, gaussian_nll, mse
from .metrics import accuracy, balanced_accuracy, confusion_matrix
from .network import Recurrent
from .optimizers import SGD, Adam, clip_by_global_norm, global_norm
from .rnn import VanillaRNN
from .saving import load, save
from .sweeps import sweep
from .training import History, train

__version__ = "0.2.0"

__all__ = """
    ECG5000 load_ecg5000 minibatches one_hot streams windows
    check_gradients numerical_gradient relative_error
    cross_entropy gaussian_nll mse accuracy balanced_accuracy confusion_matrix
    Recurrent VanillaRNN GRU LSTM SGD Adam clip_by_global_norm global_norm
    History train generate load save sweep
""".split()
