"""Mistakes of notebook 11 in counting multiplications.

One number can come about in several ways: what is named then is each of them, or what they share.
"""

from .mistake import Mistake


def counted(forward, backward=None):
    """Return a `multiplications` by formulas of the sizes; backwards twice, if none is given."""

    def multiplications(T, N, I, H, C):
        there = forward(T, N, I, H, C)
        back = 2 * there if backward is None else backward(T, N, I, H, C)
        return {"forward": there, "backward": back}

    return {"multiplications": multiplications}


def forwards(T, N, I, H, C):
    return T * N * (I + H) * H + N * H * C


def recurrent(T, N, I, H, C):
    return T * N * (I + H) * H


def read_out(T, N, I, H, C):
    return N * H * C


BACKWARDS, FORWARDS = "only backward is wrong", "forward and backward are wrong"
COUNTED = [
    Mistake(
        "count-backward-once",
        "one product is counted for each of the forward pass, where there are two",
        counted(forwards, forwards),
        BACKWARDS + ", half of the right one",
        "the two gradients of each product: one for what came in, and one for its weights",
    ),
    Mistake(
        "count-weights-only",
        "the products of the recurrence are counted once, not twice",
        counted(forwards, lambda *n: recurrent(*n) + 2 * read_out(*n)),
        BACKWARDS,
        "what is made from each δ: shares of both weights, the error of the step before, and dX",
    ),
    Mistake(
        "count-dX-forgotten",
        "T N I H multiplications are missing: those of dX, or those of dW_in",
        counted(forwards, lambda T, N, I, H, C: 2 * forwards(T, N, I, H, C) - T * N * I * H),
        BACKWARDS,
        "the seven gradients of notebook 03: which two of them have to do with x and W_in?",
    ),
    Mistake(
        "count-without-read-out",
        "the read-out is not counted",
        counted(recurrent),
        FORWARDS,
        "the products with W_out: there is one forwards, at the last step",
    ),
    Mistake(
        "count-read-out-every-step",
        "the read-out is counted at every step",
        counted(lambda T, N, I, H, C: recurrent(T, N, I, H, C) + T * N * H * C),
        FORWARDS,
        "how often W_out is used: only the last step is read out",
    ),
    Mistake(
        "count-without-inputs",
        "the products with W_in are not counted",
        counted(lambda T, N, I, H, C: T * N * H * H + N * H * C),
        FORWARDS,
        "the terms of z_t: there are two products in each",
    ),
    Mistake(
        "count-without-recurrence",
        "the products with W_hh are not counted",
        counted(lambda T, N, I, H, C: T * N * I * H + N * H * C),
        FORWARDS,
        "the terms of z_t: there are two products in each",
    ),
    Mistake(
        "count-one-step",
        "one step is counted, not T",
        counted(lambda T, N, I, H, C: N * (I + H) * H + N * H * C),
        FORWARDS + ", unless T = 1",
        "how often the loop runs",
    ),
    Mistake(
        "count-one-sequence",
        "one sequence is counted, not N",
        counted(lambda T, N, I, H, C: T * (I + H) * H + H * C),
        FORWARDS,
        "the rows of a batch: each of them is multiplied with all weights",
    ),
    Mistake(
        "count-additions-too",
        "additions are counted as well: twice as many",
        counted(lambda *n: 2 * forwards(*n)),
        FORWARDS + ", twice the right ones",
        "what is asked for: multiplications alone; libraries quote both together, as flops",
    ),
    Mistake(
        "count-outputs",
        "the numbers that come out are counted, not the multiplications behind each",
        counted(lambda T, N, I, H, C: T * N * H + N * C),
        FORWARDS,
        "one number of a product (N, K) times (K, H): how many multiplications has its sum?",
    ),
    Mistake(
        "count-both-together",
        "forward and backward together are taken for the way back",
        counted(forwards, lambda *n: 3 * forwards(*n)),
        BACKWARDS,
        "what backward stands for: the way back alone",
    ),
    Mistake(
        "count-bias-too",
        "the additions of both biases are counted",
        counted(lambda T, N, I, H, C: T * N * (I + H + 1) * H + N * (H + 1) * C),
        FORWARDS,
        "the biases: they are added, and nothing is multiplied with them",
    ),
    Mistake(
        "count-bias-of-states",
        "T N H more: the additions of the bias are counted, or the tanh, which goes entry by entry",
        counted(lambda T, N, I, H, C: forwards(T, N, I, H, C) + T * N * H),
        FORWARDS,
        "what is in a product of matrices, and what comes after it",
    ),
    Mistake(
        "count-slopes-once",
        "T N H more: of the slopes, entry by entry, or the additions for db_h",
        counted(forwards, lambda T, N, I, H, C: 2 * forwards(T, N, I, H, C) + T * N * H),
        BACKWARDS,
        "what is in a product of matrices, and what goes entry by entry",
    ),
    Mistake(
        "count-slopes",
        "two more for each of the T N H errors, as the slopes have: h², and times dh",
        counted(forwards, lambda T, N, I, H, C: 2 * forwards(T, N, I, H, C) + 2 * T * N * H),
        BACKWARDS,
        "what is in a product of matrices, and what goes entry by entry",
    ),
    Mistake(
        "count-read-out-back-once",
        "one product of the read-out is missing: that for dW_out, or that for dh_T",
        counted(forwards, lambda *n: 2 * recurrent(*n) + read_out(*n)),
        BACKWARDS,
        "the read-out, backwards: it has weights, and a state that went in",
    ),
    Mistake(
        "count-read-out-back-not",
        "the read-out is not counted on the way back",
        counted(forwards, lambda *n: 2 * recurrent(*n)),
        BACKWARDS,
        "the read-out, backwards: it has weights, and a state that went in",
    ),
    Mistake(
        "count-read-out-forward-not",
        "the read-out is not counted at the end of the forward pass",
        counted(recurrent, lambda *n: 2 * forwards(*n)),
        "only forward is wrong",
        "the products with W_out: there is one forwards, at the last step",
    ),
    Mistake(
        "count-exchanged",
        "forward and backward are exchanged",
        counted(lambda *n: 2 * forwards(*n), forwards),
        FORWARDS,
        "which number belongs to which name",
    ),
    Mistake(
        "count-halved",
        "half of the right number",
        counted(lambda *n: forwards(*n) / 2),
        FORWARDS,
        "each product (N, K) times (K, H): it has N K H multiplications",
    ),
]
