"""Mistakes of notebook 08 in sequences of several lengths, padded, with a mask."""

import numpy as np

from .mistake import Mistake
from .parts import PARTS

ERROR_WRONG = "W_in, W_hh, b_h, h0 and X are wrong, W_out and b_out are right"
SUMS_WRONG = "W_in, W_hh and b_h are wrong"


def grads_from(params, X, h, d_logits, dz, dh0, parts=PARTS):
    """Return the seven gradients, from every δ_t and what arrives at h_0."""
    return {
        **parts["collect"](X, h, dz),
        **parts["read_out"](h, d_logits),
        "h0": dh0,
        "X": dz @ params["W_in"].T,
    }


def masked_walk(store=lambda dz, real: real * dz, on=None, mask=lambda m, t: m[t - 1]):
    """Return a walk that needs a mask (T, N).

    A step hands on[…] to the one before: on(dz, dh, real, back). `mask(m, t)` is the row of step t.
    """
    on = on or (lambda dz, dh, real, back: back(real * dz) + (1 - real) * dh)

    def walk(params, h, dh, parts, m):
        stored = np.empty_like(h[1:])
        for t in range(len(stored), 0, -1):
            real = np.broadcast_to(mask(m, t), m[0].shape)[:, None].astype(float)
            dz = parts["through_tanh"](dh, h, t)
            stored[t - 1] = store(dz, real)
            dh = on(dz, dh, real, lambda d: parts["back"](d, params["W_hh"]))
        return stored, dh

    return walk


def masked_by(loop=None, d=lambda d_logits, m: d_logits, scale=lambda m: 1.0, **other):
    """Return a masked with another loop, or other parts of the backward pass."""
    parts = PARTS | other
    right = masked_walk()

    def masked(params, X, h, d_logits, mask):
        X, h, d_logits = parts["given"](params, X, h, d(d_logits, mask))

        def inner(params, h, dh, parts):
            return (loop or right)(params, h, dh, parts, mask)

        outer = other.get("walk", inner)
        dz, dh0 = outer(params, h, parts["start"](params, h, d_logits), parts | {"inner": inner})
        grads = grads_from(params, X, h, d_logits, dz, dh0, parts)
        return grads | {k: scale(mask) * grads[k] for k in ("W_in", "W_hh", "b_h")}

    return {"masked": masked}


def masked_start(params, h, dh, parts, m):
    """Walk as is right, but from an error that is masked as if the last step were read out."""
    return masked_walk()(params, h, m[-1][:, None] * dh, parts, m)


STEP = "what a padded step hands on"

MASKED = [
    Mistake(
        "masked-not-at-all",
        "the mask is not used: padded steps count like all others",
        masked_by(masked_walk(store=lambda dz, real: dz, on=lambda dz, dh, real, back: back(dz))),
        ERROR_WRONG,
        "each use of mask in the loop: there are two, one for δ_t and one for what goes on",
    ),
    Mistake(
        "masked-error-ends-in-padding",
        "a padded step hands nothing on: the error ends there",
        masked_by(masked_walk(on=lambda dz, dh, real, back: back(real * dz))),
        ERROR_WRONG,
        STEP + ": its state was copied, so the error is, too",
    ),
    Mistake(
        "masked-sums-only",
        "the mask is in the sums, not in the error that runs on",
        masked_by(masked_walk(on=lambda dz, dh, real, back: back(dz))),
        ERROR_WRONG,
        STEP + ": not through tanh and W_hh, but unchanged",
    ),
    Mistake(
        "masked-error-only",
        "the error runs rightly, but the sums have the padded steps as well",
        masked_by(masked_walk(store=lambda dz, real: dz)),
        "W_in, W_hh, b_h and X are wrong, h0 is right",
        "the δ_t of a padded step: zero, in the sums and in dX",
    ),
    Mistake(
        "masked-both-ways",
        "a padded step hands the error on twice: unchanged, and through W_hh",
        masked_by(masked_walk(on=lambda dz, dh, real, back: back(dz) + (1 - real) * dh)),
        ERROR_WRONG,
        STEP + ": one of the two terms, never both",
    ),
    Mistake(
        "masked-handed-on-besides",
        "a padded step counts like all others, and hands the error on unchanged as well",
        masked_by(
            masked_walk(
                store=lambda dz, real: dz, on=lambda dz, dh, real, back: back(dz) + (1 - real) * dh
            )
        ),
        ERROR_WRONG,
        "the δ_t of a padded step: zero before it goes through W_hh^T and into the sums",
    ),
    Mistake(
        "masked-unchanged-everywhere",
        "every step hands the error on unchanged as well, padded or not",
        masked_by(masked_walk(on=lambda dz, dh, real, back: back(real * dz) + dh)),
        ERROR_WRONG,
        "the second term of what goes on: it belongs to padded steps alone, 1 - mask",
    ),
    Mistake(
        "masked-inverted",
        "the mask is turned round",
        masked_by(masked_walk(mask=lambda m, t: ~m[t - 1])),
        ERROR_WRONG,
        "what True means: the step is no padding",
    ),
    Mistake(
        "masked-one-late",
        "the mask is one step late: mask[t] for step t",
        masked_by(masked_walk(mask=lambda m, t: m[min(t, len(m) - 1)])),
        ERROR_WRONG,
        "the index of mask: that of step t is mask[t - 1], as with X",
    ),
    Mistake(
        "masked-one-early",
        "the mask is one step early: mask[t - 2] for step t",
        masked_by(masked_walk(mask=lambda m, t: m[max(t - 2, 0)])),
        ERROR_WRONG,
        "the index of mask: that of step t is mask[t - 1], as with X",
    ),
    Mistake(
        "masked-if-any",
        "a step counts for all sequences if it does for one",
        masked_by(masked_walk(mask=lambda m, t: m[t - 1].any())),
        ERROR_WRONG,
        "the shape of the mask in the loop: (N, 1), a value for each sequence",
    ),
    Mistake(
        "masked-if-all",
        "a step counts only if it does for all sequences",
        masked_by(masked_walk(mask=lambda m, t: m[t - 1].all())),
        ERROR_WRONG,
        "the shape of the mask in the loop: (N, 1), a value for each sequence",
    ),
    Mistake(
        "masked-d_logits",
        "who ends in padding hears nothing of the loss",
        masked_by(d=lambda d_logits, m: d_logits * m[-1][:, None]),
        "every gradient is wrong, W_out and b_out too",
        "the start: the last state is read out even if it was copied",
    ),
    Mistake(
        "masked-start",
        "the error starts at zero where a sequence ends in padding",
        masked_by(masked_start),
        ERROR_WRONG,
        "the start: the last state is read out even if it was copied",
    ),
    Mistake(
        "masked-mean-over-steps",
        "the sums over time are divided by the number of steps that count",
        masked_by(scale=lambda m: 1 / m.sum()),
        SUMS_WRONG + ", h0 and X are right",
        "the sums over time: the 1/N is in d_logits, and there is no other",
    ),
    Mistake(
        "masked-padding-through-W_hh",
        "a padded step hands the error through W_hh, without the tanh",
        masked_by(masked_walk(on=lambda dz, dh, real, back: back(real * dz + (1 - real) * dh))),
        ERROR_WRONG,
        STEP + ": past W_hh, not through it",
    ),
    Mistake(
        "masked-padding-through-the-tanh",
        "a padded step hands the error through the tanh, if not through W_hh",
        masked_by(masked_walk(on=lambda dz, dh, real, back: back(real * dz) + (1 - real) * dz)),
        ERROR_WRONG,
        STEP + ": past the tanh as well",
    ),
]
