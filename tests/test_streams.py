"""Streams of beats: what they are made of, what is asked, and how good a guess is."""

import numpy as np
import pytest

from bptt_lab import load_ecg5000, one_hot, streams

S, n, w, m, N = 12, 30, 4, 5, 400
LABELS = np.arange(n) % 3  # a third of the beats is normal
# Sample s of beat i is i + s / 100: each value tells where it comes from
BEATS = np.arange(n)[None, :, None] + np.arange(S)[:, None, None] / 100
KINDS = ("marked", "count", "first", "any")


def drawn(kind, rng=0, **options):
    return streams(BEATS, one_hot(LABELS, 3), m, kind, rng, **{"N": N, "w": w} | options)


def beats_of(X):
    """Return of which beat each of the m beats of each stream is, after a look at every sample."""
    samples = X[:, :, :w].swapaxes(1, 2).reshape(m, S, -1)
    which = samples[:, 0].round().astype(int)
    np.testing.assert_allclose(samples, which[:, None] + np.arange(S)[:, None] / 100)
    return which


def answers(X, Y, kind):
    """Return the answers that the streams themselves give to a question."""
    odd = LABELS[beats_of(X)] > 0
    if kind == "marked":
        mark = X[:, :, w].reshape(m, S // w, -1)
        assert (mark == mark[:, :1]).all() and set(np.unique(mark)) == {0, 1}
        assert (mark[:, 0].sum(axis=0) == 1).all()  # one beat, and all of it
        return (odd * mark[:, 0]).sum(axis=0)
    return {"count": odd.sum(axis=0), "first": odd[0], "any": odd.any(axis=0)}[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_answers_are_those_that_the_streams_give(kind):
    X, Y = drawn(kind)
    assert X.shape == (m * S // w, N, w + (kind == "marked"))
    assert Y.shape == (N, m + 1 if kind == "count" else 2)
    np.testing.assert_array_equal(answers(X, Y, kind), Y.argmax(axis=1))


@pytest.mark.parametrize("kind", KINDS)
def test_chance_is_as_stated_and_each_beat_is_used(kind):
    X, Y = drawn(kind, N=6000)
    chance = 1 / Y.shape[1]
    np.testing.assert_allclose(Y.mean(axis=0), chance, atol=4 * np.sqrt(chance / 6000))
    which = beats_of(X)
    assert len(np.unique(which)) == n
    if kind == "any":
        assert ((LABELS[which] > 0).sum(axis=0) <= 1).all()
    else:
        share = (LABELS[which] > 0).mean(axis=1)  # at each place alike
        np.testing.assert_allclose(share, 0.5, atol=0.04)


@pytest.mark.parametrize("a", (1, 3, m, None))
def test_the_mark_is_on_each_of_the_first_a_beats_and_on_no_other(a):
    X, _ = drawn("marked", a=a)
    where = X[:: S // w, :, w].argmax(axis=0)
    assert set(where) == set(range(a or m))


def test_the_label_of_the_marked_beat_is_not_told_by_the_others():
    X, Y = drawn("marked", N=6000)
    odd, mark = LABELS[beats_of(X)] > 0, X[:: S // w, :, w] == 1
    agree = (odd == Y.argmax(axis=1))[~mark].mean()
    assert agree == pytest.approx(0.5, abs=0.02)


def test_a_number_gives_the_same_streams_and_a_generator_goes_on():
    again, other = drawn("marked"), drawn("marked", 1)
    assert all(map(np.array_equal, drawn("marked"), again))
    assert not np.array_equal(other[0], again[0])
    rng = np.random.default_rng(0)
    first, second = drawn("marked", rng), drawn("marked", rng)
    assert np.array_equal(first[0], again[0]) and not np.array_equal(second[0], again[0])


@pytest.mark.parametrize("kind", KINDS)
def test_labels_may_be_integers_and_the_type_of_the_beats_is_kept(kind):
    single = BEATS.astype(np.float32)
    X, Y = streams(single, LABELS, m, kind, 0, N=N, w=w)
    expected = drawn(kind)
    assert X.dtype == np.float32
    np.testing.assert_allclose(X, expected[0], rtol=1e-6)
    np.testing.assert_array_equal(Y, expected[1])


def test_the_beats_of_the_lab():
    data = load_ecg5000("synthetic")
    X, Y = streams(data.X_train, data.Y_train, 3, "marked", 0, a=2)
    assert X.shape == (21, 32, 21) and Y.shape == (32, 2)
    first = X[:7, 0, :20].ravel()
    assert (np.abs(data.X_train[:, :, 0].T - first).max(axis=1) == 0).any()


@pytest.mark.parametrize(
    ("changed", "said"),
    (
        ({"kind": "last"}, "kind is 'last': expected one of marked, count, first, any"),
        ({"m": 0}, "m is 0"),
        ({"N": 0}, "N is 0"),
        ({"a": 0}, "a is 0"),
        ({"a": m + 1}, f"a is {m + 1}: expected at most m = {m}"),
        ({"kind": "count", "a": 2}, "a is 2: expected none"),
        ({"w": 5}, "w is 5: expected a divisor of T = 12"),
        ({"rng": None}, "rng is None"),
        ({"beats": BEATS[:, :, 0]}, r"beats has shape \(12, 30\)"),
        ({"beats": BEATS[:, :-1]}, r"labels has shape \(30,\): expected \(n,\) with n = 29"),
        ({"labels": 0 * LABELS}, "labels has no abnormal beat"),
        ({"labels": LABELS + 1}, r"no normal beat.*did you mean labels - 1\?"),
        ({"labels": LABELS / 2}, "labels holds 0.5"),
        ({"labels": np.ones((n, 3))}, "not one-hot"),
    ),
)
def test_what_does_not_fit_is_said(changed, said):
    good = {"beats": BEATS, "labels": LABELS, "m": m, "kind": "marked", "rng": 0, "N": N, "w": w}
    with pytest.raises(ValueError, match=said):
        streams(**good | changed)
