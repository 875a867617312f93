"""Mistakes of notebook 01."""

import numpy as np

from .mistake import Mistake


def ones_of_all(labels, C):
    Y = np.zeros((len(labels), C))
    Y[:, labels] = 1
    return Y


def recalls(predicted, labels, C):
    return np.array(
        [(predicted[labels == k] == k).mean() if (labels == k).any() else np.nan for k in range(C)]
    )


def precisions(predicted, labels, C):
    return np.array(
        [(labels[predicted == k] == k).mean() for k in range(C) if (predicted == k).any()]
    )


DATA = [
    Mistake(
        "time_major-reshaped",
        "reshape where a transpose belongs",
        {"time_major": lambda table: table.reshape(*table.T.shape, 1)},
        "the shape is right; the numbers of one beat are spread over several",
        "what reshape does: it keeps the order of the numbers in memory, and cuts that line at "
        "other places",
    ),
    Mistake(
        "one_hot-width-from-labels",
        "the width is read off the labels",
        {"one_hot": lambda labels, C: np.eye(labels.max() + 1)[labels]},
        "too few columns wherever the last class is absent",
        "where C comes from: it is given",
    ),
    Mistake(
        "one_hot-renumbered",
        "the classes that are present are numbered anew",
        {
            "one_hot": lambda labels, C: np.eye(len(np.unique(labels)))[
                np.unique(labels, return_inverse=True)[1]
            ]
        },
        "as soon as a class is absent, later classes move to the left",
        "np.unique: a column belongs to a class, present or not",
    ),
    Mistake(
        "one_hot-counted-from-1",
        "the classes are counted from 1",
        {"one_hot": lambda labels, C: np.eye(C)[labels - 1]},
        "every 1 stands one column too far to the left, that of class 0 in the last",
        "labels - 1: these labels begin at 0",
    ),
    Mistake(
        "one_hot-all-ones-in-each-row",
        "every row has the 1 of every label",
        {"one_hot": ones_of_all},
        "many ones in a row, and all rows alike",
        "the index of the rows: row n and its own label belong together",
    ),
    Mistake(
        "one_hot-accepts-minus-1",
        "the label -1 is accepted",
        {"one_hot": lambda labels, C: np.eye(C)[labels]},
        "right for good labels, but -1 silently becomes the last class",
        "what an index below 0 means to NumPy, and when it is found out",
    ),
    Mistake(
        "balanced_accuracy-is-accuracy",
        "this is the plain accuracy",
        {"balanced_accuracy": lambda predicted, labels, C: np.mean(predicted == labels)},
        "frequent classes count more than rare ones",
        "the formula: first one recall for each class, then their mean",
    ),
    Mistake(
        "balanced_accuracy-of-precisions",
        "the precision where the recall belongs",
        {"balanced_accuracy": lambda predicted, labels, C: precisions(predicted, labels, C).mean()},
        "a share of those *named* k, not of the members of k",
        "which of the two arrays selects: labels == k",
    ),
    Mistake(
        "balanced_accuracy-of-all-beats",
        "shares of all beats, not of the class",
        {
            "balanced_accuracy": lambda predicted, labels, C: np.nanmean(
                [((predicted == k) & (labels == k)).mean() for k in range(C)]
            )
        },
        "C times too small, more or less",
        "the denominator of a recall: the members of that class",
    ),
    Mistake(
        "balanced_accuracy-of-counts",
        "counts where shares belong",
        {
            "balanced_accuracy": lambda predicted, labels, C: np.mean(
                [(predicted == k)[labels == k].sum() for k in range(C)]
            )
        },
        "above 1",
        "the denominator of a recall: the members of that class",
    ),
    Mistake(
        "balanced_accuracy-against-the-rest",
        "every class against the rest",
        {
            "balanced_accuracy": lambda predicted, labels, C: np.mean(
                [((predicted == k) == (labels == k)).mean() for k in range(C)]
            )
        },
        "too high: to be right that a beat is *not* of class k counts as well",
        "the beats over which the mean is taken: the members of class k",
    ),
    Mistake(
        "balanced_accuracy-of-last-class",
        "only the last class counts",
        {"balanced_accuracy": lambda predicted, labels, C: recalls(predicted, labels, C)[-1] / C},
        "a share of one class",
        "what is kept from one round of the loop to the next",
    ),
    Mistake(
        "balanced_accuracy-absent-class-as-0",
        "a class without members counts as 0",
        {
            "balanced_accuracy": lambda predicted, labels, C: np.nan_to_num(
                recalls(predicted, labels, C)
            ).mean()
        },
        "right while every class has members, too small otherwise",
        "classes without a member: they do not count, not even as 0",
    ),
    Mistake(
        "balanced_accuracy-absent-class-as-NaN",
        "a class without members makes it NaN",
        {"balanced_accuracy": lambda predicted, labels, C: recalls(predicted, labels, C).mean()},
        "right while every class has members, NaN otherwise",
        "classes without a member: the mean of nothing is NaN; leave them out",
    ),
]
