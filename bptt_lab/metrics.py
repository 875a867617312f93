"""Measures of a classifier; all take its logits and the one-hot targets, both of shape (N, C).

With every step read out, (T, N, C), they count T·N predictions, as the losses do.
"""

import numpy as np

from .arguments import match_targets


def confusion_matrix(logits, Y):
    """Count how often which class was taken for which.

    Parameters
    ----------
    logits : array of shape (N, C)
        The largest entry of a row is the predicted class.
    Y : array of shape (N, C), one-hot

    Returns
    -------
    int array of shape (C, C)
        Entry (i, j) counts the members of class i that were predicted to be j.

    Raises
    ------
    ValueError
        If `Y` is not one-hot, or a logit is NaN: argmax would take that row for class 0.
    """
    logits, Y = (a.reshape(-1, a.shape[-1]) for a in match_targets(logits, Y))
    if not (np.isin(Y, (0, 1)).all() and (Y.sum(axis=1) == 1).all()):
        raise ValueError(
            "Y has rows that are not one-hot: expected one 1 in each, and zeros; "
            "did you mean one_hot(labels, C)?"
        )
    if rows := np.isnan(logits).any(axis=1).sum():
        raise ValueError(f"logits has NaN in {rows} of {len(logits)} rows: expected numbers")
    counts = np.zeros((Y.shape[1], Y.shape[1]), int)
    np.add.at(counts, (Y.argmax(axis=1), logits.argmax(axis=1)), 1)
    return counts


def accuracy(logits, Y):
    """Return the share of rows of the arrays (N, C) whose largest logit is the right class's."""
    counts = confusion_matrix(logits, Y)
    return float(np.diag(counts).sum() / counts.sum())


def balanced_accuracy(logits, Y):
    """Return the mean over the classes of the share of their members that were found (the recall).

    Arrays of shape (N, C); classes without a member in `Y` do not count. Always naming one class
    scores 1/C here, however frequent it is (Brodersen et al. 2010, doi 10.1109/ICPR.2010.764).
    """
    counts = confusion_matrix(logits, Y)
    members = counts.sum(axis=1)
    return float((np.diag(counts)[members > 0] / members[members > 0]).mean())
