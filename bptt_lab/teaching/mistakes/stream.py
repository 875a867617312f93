"""Mistakes of notebook 07 in a stream of beats: in its samples, or in its mark.

What is wrong with the one leaves the other right.
"""

import numpy as np

from .mistake import Mistake


def samples_of(beats, w):
    """Return the beats in windows, by beat, window, stream and sample: (m, k, N, w)."""
    m, N, S = beats.shape
    return beats.reshape(m, N, S // w, w).swapaxes(1, 2)


def on(marked, m, k):
    """Return 1 in each of k windows of the marked beat, (m, k, N)."""
    return np.repeat((np.arange(m)[:, None] == marked)[:, None], k, axis=1) * 1.0


def stream_but(samples=None, mark=None):
    """Return a make_stream with other samples(beats, w), or another mark(marked, m, k)."""

    def make_stream(beats, marked, w):
        m, N, S = beats.shape
        X = (samples or samples_of)(beats, w).reshape(-1, N, w)
        marks = (mark or on)(marked, m, S // w).reshape(-1, N, 1)
        return np.concatenate([X, marks], axis=2)

    return {"make_stream": make_stream}


def late(steps):
    """Return a mark that comes some windows late, or early."""

    def mark(marked, m, k):
        marks, moved = on(marked, m, k).reshape(m * k, -1), np.zeros((m * k, len(marked)))
        inside = slice(max(steps, 0), min(m * k + steps, m * k))
        moved[inside] = np.roll(marks, steps, axis=0)[inside]
        return moved

    return mark


def windows_of_mark(choose):
    """Return a mark in some windows of the beat only."""
    return lambda marked, m, k: on(marked, m, k) * choose(np.arange(k), k)[:, None]


def before(marked, m, k):
    return np.repeat((np.arange(m)[:, None] <= marked) * 1.0, k, axis=0)


def from_there_on(marked, m, k):
    return np.repeat((np.arange(m)[:, None] >= marked) * 1.0, k, axis=0)


def steps_from_number(marked, m, k):
    t = np.arange(m * k)[:, None]
    return ((t >= marked) & (t < marked + k)) * 1.0


def one_step_longer(marked, m, k):
    t = np.arange(m * k)[:, None]
    return ((t >= marked * k) & (t <= marked * k + k)) * 1.0


def mark_in_front(beats, marked, w):
    X = stream_but()["make_stream"](beats, marked, w)
    return np.concatenate([X[:, :, -1:], X[:, :, :-1]], axis=2)


SAMPLES, MARK = "only the mark is right", "the samples are right, the mark is not"
STREAMS = [
    Mistake(
        "stream-reshaped",
        "the axes of streams and windows are mixed by a reshape",
        stream_but(lambda beats, w: beats),
        f"{SAMPLES}: a window is followed by one of another stream",
        "the order of the axes: after a beat is cut, the windows stand behind the streams, and "
        "belong before them",
    ),
    Mistake(
        "stream-dealt-out",
        "the samples are dealt out to the windows like cards",
        stream_but(lambda beats, w: beats.reshape(*beats.shape[:2], w, -1).transpose(0, 3, 1, 2)),
        f"{SAMPLES}: a window has every k-th sample of a beat",
        "the reshape of a beat: first which window, then which sample in it",
    ),
    Mistake(
        "stream-windows-first",
        "all first windows come first, then all second ones",
        stream_but(lambda beats, w: samples_of(beats, w).swapaxes(0, 1)),
        f"{SAMPLES}: the beats are not joined, but shuffled into each other",
        "the order of the first two axes: a beat ends before the next one begins",
    ),
    Mistake(
        "stream-windows-backwards",
        "the windows of each beat run backwards",
        stream_but(lambda beats, w: samples_of(beats, w)[:, ::-1]),
        f"{SAMPLES}: within a beat, its end comes first",
        "the order of the windows of a beat",
    ),
    Mistake(
        "stream-samples-backwards",
        "the samples of each window run backwards",
        stream_but(lambda beats, w: samples_of(beats, w)[..., ::-1]),
        f"{SAMPLES}: within a window, its end comes first",
        "the order of the samples of a window",
    ),
    Mistake(
        "stream-beats-backwards",
        "the beats come in the opposite order",
        stream_but(lambda beats, w: samples_of(beats, w)[::-1]),
        f"{SAMPLES}: the last beat comes first",
        "the order of the beats: beats[0] is the first",
    ),
    Mistake(
        "stream-all-backwards",
        "the samples of the whole stream run backwards in time",
        stream_but(lambda beats, w: samples_of(beats, w)[::-1, ::-1]),
        f"{SAMPLES}: the last window comes first",
        "the order of the steps: time runs on",
    ),
    Mistake(
        "stream-one-beat-repeated",
        "the first beat stands in the place of all",
        stream_but(lambda beats, w: samples_of(np.repeat(beats[:1], len(beats), axis=0), w)),
        f"{SAMPLES}: each beat is the first",
        "the index of the beats: is it the same in each round?",
    ),
    Mistake(
        "stream-first-window-repeated",
        "the first window of a beat stands in the place of all",
        stream_but(
            lambda beats, w: np.repeat(samples_of(beats, w)[:, :1], beats.shape[2] // w, axis=1)
        ),
        f"{SAMPLES}: each window of a beat is its first",
        "the slice of a beat: does it move on with the window?",
    ),
    Mistake(
        "mark-in-front",
        "the mark is the first input, not the last",
        {"make_stream": mark_in_front},
        "samples and mark are right and stand in the wrong columns",
        "the order in which samples and mark are put together",
    ),
    Mistake(
        "mark-never",
        "the mark is 0 everywhere",
        stream_but(mark=lambda marked, m, k: 0 * on(marked, m, k)),
        MARK,
        "where the mark becomes 1: is it stored, and in the array that is returned?",
    ),
    Mistake(
        "mark-everywhere",
        "the mark is 1 everywhere",
        stream_but(mark=lambda marked, m, k: 0 * on(marked, m, k) + 1),
        MARK,
        "which beat the mark belongs to: one of each stream",
    ),
    Mistake(
        "mark-first-window",
        "the mark is only on the first window of the beat",
        stream_but(mark=windows_of_mark(lambda i, k: i == 0)),
        MARK,
        "how many windows a beat has: the mark lasts as long as the beat",
    ),
    Mistake(
        "mark-last-window",
        "the mark is only on the last window of the beat",
        stream_but(mark=windows_of_mark(lambda i, k: i == k - 1)),
        MARK,
        "how many windows a beat has: the mark lasts as long as the beat",
    ),
    Mistake(
        "mark-without-last-window",
        "the mark ends one window early",
        stream_but(mark=windows_of_mark(lambda i, k: i < k - 1)),
        MARK,
        "where the mark ends: a slice a:b ends before b",
    ),
    Mistake(
        "mark-one-step-longer",
        "the mark ends one window late, in the next beat",
        stream_but(mark=one_step_longer),
        MARK,
        "where the mark ends: it has as many windows as a beat",
    ),
    Mistake(
        "mark-counted-from-1",
        "the mark is one beat early",
        stream_but(mark=lambda marked, m, k: on(marked - 1, m, k)),
        MARK,
        "how the beats are counted: marked = 0 is the first beat",
    ),
    Mistake(
        "mark-one-beat-late",
        "the mark is one beat late",
        stream_but(mark=lambda marked, m, k: on(marked + 1, m, k)),
        MARK,
        "how the beats are counted: marked = 0 is the first beat",
    ),
    Mistake(
        "mark-one-window-late",
        "the mark is one window late",
        stream_but(mark=late(1)),
        MARK,
        "the step at which a beat begins",
    ),
    Mistake(
        "mark-one-window-early",
        "the mark is one window early",
        stream_but(mark=late(-1)),
        MARK,
        "the step at which a beat begins",
    ),
    Mistake(
        "mark-from-there-on",
        "the mark stays on after the beat",
        stream_but(mark=from_there_on),
        MARK,
        "where the mark ends: with its beat",
    ),
    Mistake(
        "mark-until-there",
        "the mark is on the beats before, too",
        stream_but(mark=before),
        MARK,
        "where the mark begins: with its beat",
    ),
    Mistake(
        "mark-inverted",
        "the mark is 0 on the beat and 1 on the others",
        stream_but(mark=lambda marked, m, k: 1 - on(marked, m, k)),
        MARK,
        "the comparison: which beat gets a 1?",
    ),
    Mistake(
        "mark-number-is-step",
        "the number of the beat is taken for a step",
        stream_but(mark=steps_from_number),
        MARK,
        "the step at which beat number j begins, if each has several windows",
    ),
    Mistake(
        "mark-tiled",
        "the mark of the beats is repeated as a whole, where each of its rows should be",
        stream_but(
            mark=lambda marked, m, k: np.tile((np.arange(m)[:, None] == marked) * 1.0, (k, 1))
        ),
        MARK,
        "how the rows are repeated: np.tile repeats the whole, np.repeat each row",
    ),
    Mistake(
        "mark-of-first-stream",
        "the mark of the first stream stands in all of them",
        stream_but(mark=lambda marked, m, k: on(np.full_like(marked, marked[0]), m, k)),
        MARK,
        "marked: it has a number for each stream",
    ),
    Mistake(
        "mark-on-any-stream",
        "a beat that is marked in one stream is marked in all",
        stream_but(
            mark=lambda marked, m, k: on(marked, m, k).max(axis=2, keepdims=True) + 0 * marked
        ),
        MARK,
        "the index of the mark: beat marked[n] of stream n alone, not marked[n] of all streams",
    ),
    Mistake(
        "mark-is-number",
        "the mark is the number of the beat, where it should be 1",
        stream_but(mark=lambda marked, m, k: on(marked, m, k) * marked),
        MARK,
        "the value of the mark",
    ),
    Mistake(
        "mark-is-number-from-1",
        "the mark is the number of the beat, counted from 1, where it should be 1",
        stream_but(mark=lambda marked, m, k: on(marked, m, k) * (marked + 1)),
        MARK,
        "the value of the mark",
    ),
]
