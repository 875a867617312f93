"""The small random problems that an attempt is tried on.

A function `for_…` draws the arguments of one problem, a function `…_problems` all problems of an
exercise: some ordinary ones, and one for each clause of the exercise's text. All sizes differ,
T + 1 as well, so that a wrong axis shows; no number has to do with another, so that a wrong one
shows.
"""

from typing import NamedTuple

import numpy as np

import bptt_lab


class Problem(NamedTuple):
    """Arguments for an attempt, their sizes by letter, and the circumstance that they test."""

    arguments: tuple
    sizes: dict
    when: str = ""  # as in "wrong only when N > 1": what is special about this problem
    usual: str = ""  # and what is not, if every other problem has it
    raises: tuple = ()  # the errors of which one must be raised
    calls: int = 1  # how often the function is called, on one and the same set of arguments


SIZES = {"T": 8, "N": 4, "I": 2, "H": 5, "C": 3}
OTHER = {"T": 7, "N": 9, "I": 3, "H": 4, "C": 5}

# Circumstances: sizes and other keywords of a function `for_…` that they change, when, usual
N1 = ({"N": 1}, "when N = 1", "when N > 1")
T1 = ({"T": 1, "I": 6}, "when T = 1", "when T > 1")
I1 = ({"I": 1}, "when I = 1", "when I > 1")
LONG = ({"T": 13, "loud": 0.3}, "when T is as large as 13", "when T is 8 or less")
H0 = ({"h0": 0}, "when h0 = 0", "when h0 is not 0")
ALIKE = (
    {"alike": True},
    "when W_hh = 0 and all inputs are alike",  # the states are, too, and nothing may stop
    "when they are not",
)
FLAT = (
    {"flat": True, "T": 6},
    "when entries of h are exactly 1 or -1",
    "when all h are between -1 and 1",
)
LOUD = (
    {"size": 90.0},
    "for a gradient d_logits as large as 100",
    "for a gradient d_logits below 1",
)

SECOND_CALL = {
    "when": "at the second call with the same arguments",
    "usual": "at the first call",
}


def variants(make, *circumstances):
    """Return a function of rng that makes the usual problems, and one for each circumstance.

    The first problem comes twice, to see whether something is kept between calls.
    """

    def special(rng, changed, when, usual):
        sizes = {k: changed.get(k, size) for k, size in SIZES.items()}
        return Problem(make(rng, **SIZES | changed), sizes, when, usual)

    def problems(rng):
        first = Problem(make(rng, **SIZES), SIZES)
        return [
            first,
            first._replace(**SECOND_CALL),
            Problem(make(rng, **SIZES), SIZES),
            Problem(make(rng, **OTHER), OTHER),
            *(special(rng, *circumstance) for circumstance in circumstances),
        ]

    return problems


# Networks


def params_for(rng, I, H, C):
    """Return the parameters of a network, the biases not zero."""
    return {
        "W_in": rng.normal(size=(I, H)),
        "W_hh": rng.normal(size=(H, H)) / np.sqrt(H),
        "b_h": 0.5 * rng.normal(size=H),
        "W_out": rng.normal(size=(H, C)),
        "b_out": 0.5 * rng.normal(size=C),
    }


def for_states(rng, T, N, I, H, C, h0=0.5, loud=1.0, single=False, alike=False):
    params, X = params_for(rng, I, H, C), loud * rng.normal(size=(T, N, I))
    params["b_h"] *= loud  # small sums leave the tanh steep, and the error alive
    if alike:
        params["W_hh"][:], X[:] = 0, X[0]
    h0 = h0 * rng.normal(size=(N, H))
    return (params, X[:, 0], h0[0]) if single else (params, X, h0)


def for_step(rng, T, N, I, H, C, single=False):
    params, X, h = for_states(rng, T, N, I, H, C, single=single)
    return params, X[0], h


def for_backward(rng, T, N, I, H, C, h0=0.5, loud=1.0, flat=False, size=None):
    """Draw a backward pass; d_logits is that of a cross-entropy, or drawn if it has a `size`."""
    params, X, h0 = for_states(rng, T, N, I, H, C, h0, loud)
    if flat:  # the biases saturate two units, so that h still belongs to params and X
        params["b_h"][[2, -1]] = 40, -40
    model = bptt_lab.VanillaRNN(I, H, C)
    model.params = params
    logits, cache = model.forward(X, h0)
    Y = np.eye(C)[rng.integers(0, C, N)]
    d_logits = size * rng.normal(size=(N, C)) if size else bptt_lab.cross_entropy(logits, Y)[1]
    return params, X, cache.h.copy(), d_logits


def for_error_signals(rng, **sizes):
    params, _, h, d_logits = for_backward(rng, **sizes)
    return params, h, d_logits


def for_step_back(rng, N, H, flat=False, size=1.0, **_):
    dz, W_hh = size * rng.normal(size=(N, H)), rng.normal(size=(H, H))
    return dz, for_tanh_slope(rng, (N, H), flat)[0], W_hh


def for_tanh_slope(rng, shape, flat=False):
    h = np.tanh(rng.normal(size=shape))
    if flat:
        h.flat[:3] = 1, -1, 0
    return (h,)


def for_logits(rng, N, C, size=1.0, shift=0.0, **_):
    return shift + size * rng.normal(size=(N, C)), np.eye(C)[rng.integers(0, C, N)]


def slope_problems(rng):
    usual = variants(lambda rng, N, H, **_: for_tanh_slope(rng, (N, H)), N1)
    return [
        *usual(rng),
        Problem(for_tanh_slope(rng, (4, 5), True), SIZES, FLAT[1], FLAT[2]),
        Problem(for_tanh_slope(rng, 5), SIZES, "for h of shape (H,)", "for h of shape (N, H)"),
        Problem(
            for_tanh_slope(rng, (8, 4, 5)), SIZES, "for h with three axes", "for h with two axes"
        ),
    ]


# Labels


def labels_problems(rng):
    first, other = (
        Problem((np.r_[:C, rng.integers(0, C, N)], C), {"N": C + N, "C": C})
        for C, N in ((5, 6), (4, 9))
    )

    def special(labels, C, when, usual, raises=()):
        return Problem((np.array(labels), C), {"N": len(labels), "C": C}, when, usual, raises)

    good, bad, all_there = "for good labels", (ValueError,), "when every class is present"
    return [
        first,
        first._replace(**SECOND_CALL),
        other,
        special([3, 0, 2, 2, 3, 0, 2], 5, "when the last class is absent", all_there),
        special([3, 1, 4, 4, 1, 2, 3], 5, "when class 0 is absent", all_there),
        special([0, 3, 5, 3, 0, 5, 5, 3, 0], 6, "when classes in the middle are absent", all_there),
        special([2], 3, "for a single label", "for several labels"),
        special([1, -1, 0], 4, "for the label -1", good, bad),
        special([1, 3, -3, 0, 2], 4, "for a label below -1", good, bad),
        special([1, 4, 0], 4, "for the label C", good, bad),
        special([1, 0, 3, 2, 17], 4, "for a label far above C", good, bad),
    ]


def for_predicted(rng, N, C, classes):
    """Return some sixty per cent right predictions for labels in which every class has members."""
    frequency = np.linspace(2, 1, len(classes))
    drawn = rng.choice(classes, N, p=frequency / frequency.sum())
    labels = rng.permutation(np.r_[classes, classes, drawn])
    right = rng.random(len(labels)) < 0.6
    return np.where(right, labels, rng.integers(0, C, len(labels))), labels, C


def predicted_problems(rng):
    usual = variants(lambda rng, N, C, **_: for_predicted(rng, 9 * N, C + 2, np.arange(C + 2)))

    def special(classes, C, when):
        arguments = for_predicted(rng, 30, C, np.array(classes))
        sizes = {"N": len(arguments[1]), "C": C}
        return Problem(arguments, sizes, when, "when every class has members")

    def given(predicted, labels, when):
        predicted, labels = (np.array(list(digits), int) for digits in (predicted, labels))
        usual = "when every class has several members, and some of them are found"
        C = labels.max() + 1
        return Problem((predicted, labels, C), {"N": len(labels), "C": C}, when, usual)

    return [
        *usual(rng),
        special([0, 1, 4], 5, "when classes in the middle have no members"),
        special([1, 2, 3], 4, "when class 0 has no members"),
        special([0, 1, 2, 3], 6, "when the last classes have no members"),
        given("201100102", "201001101", "when a class has one member"),
        given("010202120", "000112220", "when no member of a class is found"),
        given("02020202", "00011222", "when a class with members is never predicted"),
        given("010212010", "000112233", "when the last class is never predicted, but has members"),
    ]


# Numerical gradients


def gradient_problems(rng):
    A, B = rng.normal(size=(3, 4)), rng.normal(size=(2, 3, 4))

    def polynomial(x):
        return (A * x**3).sum() + (x[0] * x[1] * x[2]).sum() + 2.0

    def wave(x):
        return np.sin(x).sum() * np.cos(2 * x[..., -1]).sum() + 1.0

    def mixed(x):
        return (B * x**2).sum() + (x[0] * x[1] ** 3).sum() - 3.0

    def uneven(x):
        return (np.array([1.0, 1e-4, -1e-4]) * np.sin(x)).sum() - 1.0

    first = Problem((polynomial, rng.normal(size=(3, 4))), {})
    return [
        first,
        first._replace(**SECOND_CALL),
        Problem((polynomial, rng.normal(size=(3, 4))), {}),
        Problem((wave, rng.normal(size=(2, 5))), {}),
        Problem((wave, rng.normal(size=4)), {}, "for a vector x", "for a matrix x"),
        Problem((mixed, rng.normal(size=(2, 3, 4))), {}, "for x with three axes", "for a matrix x"),
        Problem((uneven, rng.uniform(-1, 1, (2, 3))), {}, "for slopes of 1e-4 beside 1"),
    ]


def fast_problem(rng, speed, *arguments):
    """Draw a problem whose function changes fast: a step that is not the right one shows."""
    return (lambda x: np.sin(speed * x).sum()), rng.normal(size=(2, 3)), *arguments


def central_problems(rng):
    steps = iter((1.7e-4, 1.7e-4, 3.1e-4, 6.1e-5, 2.3e-4, 4.3e-5, 1.3e-4))
    usual = [p._replace(arguments=(*p.arguments, next(steps))) for p in gradient_problems(rng)]
    f, x, _ = usual[0].arguments
    small = "when eps is given and small"
    return [
        *usual,
        Problem((f, x, 0.013), {}, "for a larger eps", small),
        Problem(fast_problem(rng, 3e3), {}, "when eps is left out", small),
    ]


def complex_problems(rng):
    left_out = "when eps is left out"
    usual = gradient_problems(rng)
    f, x = usual[2].arguments
    return [
        *usual,
        Problem(
            fast_problem(rng, 3e4),
            {},
            "for a function that changes fast",  # a step that is real, or not tiny, is lost
            "for slow functions",
        ),
        Problem((f, x, 3e-21), {}, "when eps is given and tiny", left_out),
        Problem((f, x, 0.017), {}, "for an eps that is not tiny", left_out),
    ]


def error_problems(rng):
    a, b = rng.normal(size=(2, 3, 4))
    far = 3 * rng.normal(size=5)
    near_far = far + 0.1 * rng.normal(size=5)
    zeros, any_numbers = np.zeros((2, 3)), rng.normal(size=(2, 3))
    first, not_zero = Problem((a, b), {}), "for arrays that are not zero"
    tiny = ("when both arrays are tiny", "for arrays of ordinary size")
    holes = np.array([0.0, 1.5, -0.5]), np.array([0.0, -2.5, 3.0])
    single = ("when single entries of both are zero", "when no entry is zero")
    sums = ("when the entries of each add up to zero", "when they do not")
    return [
        first,
        first._replace(**SECOND_CALL),
        Problem((far, near_far), {}),
        Problem((a, -3 * a), {}),
        Problem((2 * b, a), {}),
        Problem((50 * b, 50 * b + a), {}),
        Problem(
            tuple(rng.normal(size=(2, 4, 3, 2))), {}, "for arrays with three axes", "for matrices"
        ),
        Problem((zeros, any_numbers), {}, "when one array is zero", not_zero),
        Problem((1e-15 * a, 1e-15 * b), {}, *tiny),
        Problem((a, a.copy()), {}, "for equal arrays", "for arrays that differ"),
        Problem((zeros, zeros.copy()), {}, "for two arrays of zeros", not_zero),
        Problem(holes, {}, *single),
        Problem((holes[0][:2], holes[1][1::-1]), {}, *single),
        Problem((a - a.mean(), b - b.mean()), {}, *sums),
        Problem((np.array([1.0, -1.0]), np.array([-3.0, 3.0])), {}, *sums),
    ]


# Optimizers


NAMES = ("W", "gain", "q", "U_2", "shift", "b", "kernel", "s")


def arrays_for(rng, shapes, *sizes):
    """Return a dict of arrays of the given shapes for each size, all under the same drawn names."""
    names = rng.choice(NAMES, len(shapes), replace=False).tolist()
    return [{k: np.array(c * rng.normal(size=s)) for k, s in zip(names, shapes)} for c in sizes]


def for_clip(rng, shapes, norm, max_norm):
    """Draw gradients whose common norm is the given one."""
    (grads,) = arrays_for(rng, shapes, 1.0)
    now = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return {k: np.array(g * (norm / now)) for k, g in grads.items()}, max_norm


def clip_problems(rng):
    def problem(*arguments, when="", usual="when the norm is above max_norm"):
        return Problem(for_clip(rng, *arguments), {}, when, usual if when else "")

    two = ((3, 2), (4,))
    first = problem(two, 3.7, 1.9)
    return [
        first,
        first._replace(**SECOND_CALL),
        problem(((4, 3), (2, 2, 3), (5,)), 0.53, 0.41),
        problem(((2, 3), (3,), (3, 3), (2,)), 27.0, 6.3),
        problem(((2, 5), (6,)), 1.43, 0.86),
        problem(two, 2.3, 3.1, when="when the norm is below max_norm"),
        problem(two, 0.27, 0.64, when="when the norm and max_norm are below 1, and the norm less"),
        problem(((3, 3), (2, 4), (3,)), 1.37, 1.37, when="when the norm is max_norm"),
        problem(two, 0.0, 0.83, when="when all gradients are zero"),
        problem(((4, 2),), 5.9, 2.3, when="for a dict of one array", usual="for several arrays"),
        problem(
            ((2, 2), ()), 4.1, 1.7, when="when an array has no axes", usual="when all have axes"
        ),
    ]


def momentum_problems(rng):
    def problem(shapes, lr, momentum, weight_decay, v=1.0, when="", usual="", calls=1):
        dicts = arrays_for(rng, shapes, 1.0, 1.3, v)
        return Problem((*dicts, lr, momentum, weight_decay), {}, when, usual, (), calls)

    two, three = ((3, 2), (4,)), ((3, 2),) * 3
    first = problem(two, 0.31, 0.74, 0.17)
    shuffled = problem(three, 0.53, 0.64, 0.24, when="when the dicts have different orders")
    _, grads, v, *_ = shuffled.arguments
    for dictionary, name in ((grads, min(grads)), (v, max(v))):
        dictionary[name] = dictionary.pop(name)  # it comes last
    still = problem(three, 0.33, 0.77, 0.19, when="when a gradient is zero and its v is not")
    next(iter(still.arguments[1].values()))[:] = 0
    return [
        first,
        first._replace(**SECOND_CALL),
        problem(((4, 3), (2, 2, 3), (5,)), 0.083, 0.57, 0.22),
        problem(((2, 3), (3,), (3, 3), (2,)), 1.9, 0.36, 0.043),
        problem(two, 0.23, 0.66, 0.41, 0.0, "when v is zero", "when v is not zero"),
        problem(
            two, 0.19, 0.83, 0.0, when="when weight_decay is 0", usual="when weight_decay is not 0"
        ),
        problem(two, 0.37, 0.0, 0.21, when="when momentum is 0", usual="when momentum is not 0"),
        problem(((4, 2),), 0.43, 0.62, 0.14, when="for one array", usual="for several arrays"),
        problem(
            ((2, 3), (4,), (2, 2)),
            0.27,
            0.59,
            0.11,
            when="after three updates in a row",
            usual="after one update",
            calls=3,
        ),
        shuffled,
        still,
        problem(
            ((2, 2), ()), 0.39, 0.71, 0.13, 1.0, "when an array has no axes", "when all have axes"
        ),
    ]
