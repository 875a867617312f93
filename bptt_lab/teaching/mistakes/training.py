"""Mistakes of notebook 05."""

import numpy as np
from numpy.linalg import norm

from .mistake import Mistake


def total(grads):
    return np.sqrt(sum((g**2).sum() for g in grads.values()))


def momentum_but(
    velocity=lambda v, g, w, lr, mu, decay: mu * v + g + decay * w,
    move=lambda w, v, g, lr, mu, decay: w - lr * v,
    keep=True,
):
    """Return a momentum step with another velocity or move; keep=False forgets the velocity."""

    def momentum_step(params, grads, v, lr, momentum, weight_decay):
        for k in params:
            new = velocity(v[k], grads[k], params[k], lr, momentum, weight_decay)
            params[k] = move(params[k], new, grads[k], lr, momentum, weight_decay)
            if keep:
                v[k] = new

    return momentum_step


def moves_first(params, grads, v, lr, momentum, weight_decay):
    for k in params:
        w = params[k]
        params[k] = w - lr * v[k]
        v[k] = momentum * v[k] + grads[k] + weight_decay * w


TRAINING = [
    Mistake(
        "clip-always-normalises",
        "it always normalises",
        {
            "clip": lambda grads, max_norm: {
                k: g * max_norm / np.float64(total(grads)) for k, g in grads.items()
            }
        },
        "a short gradient becomes long, and zero becomes NaN",
        "a norm below the limit: such a gradient stays as it is",
    ),
    Mistake(
        "clip-each-array",
        "one norm for each array",
        {
            "clip": lambda grads, max_norm: {
                k: g * min(1, max_norm / norm(g)) if norm(g) else g for k, g in grads.items()
            }
        },
        "the arrays are scaled by different factors, and the direction is lost",
        "the norm: one for all arrays together",
    ),
    Mistake(
        "clip-norms-added",
        "the norms are added",
        {
            "clip": lambda grads, max_norm: {
                k: g * max_norm / max(sum(norm(a) for a in grads.values()), max_norm)
                for k, g in grads.items()
            }
        },
        "long gradients become too short",
        "the norm of all arrays together: squares are added, not norms",
    ),
    Mistake(
        "clip-to-1",
        "the limit is missing above the line",
        {
            "clip": lambda grads, max_norm: {
                k: g / max(total(grads), max_norm) for k, g in grads.items()
            }
        },
        "the norm never exceeds 1, whatever the limit",
        "the factor: how long is g divided by its norm?",
    ),
    Mistake(
        "clip-factor-inverted",
        "the factor is turned over",
        {
            "clip": lambda grads, max_norm: {
                k: g * max(total(grads), max_norm) / max_norm for k, g in grads.items()
            }
        },
        "long gradients become longer",
        "the factor: it should be below 1",
    ),
    Mistake(
        "clip-each-entry",
        "each entry is clipped",
        {
            "clip": lambda grads, max_norm: {
                k: np.clip(g, -max_norm, max_norm) for k, g in grads.items()
            }
        },
        "no entry is larger than the limit, but the norm is",
        "one factor for everything keeps the direction",
    ),
    Mistake(
        "clip-norm-without-root",
        "the root of the norm is missing",
        {
            "clip": lambda grads, max_norm: {
                k: g * max_norm / max(total(grads) ** 2, max_norm) for k, g in grads.items()
            }
        },
        "long gradients become too short, by a factor that depends on their length",
        "the norm: the square root of the sum of squares",
    ),
    Mistake(
        "momentum-velocity-forgotten",
        "the velocity is forgotten",
        {"momentum_step": momentum_but(keep=False)},
        "the first step is right, v and later steps are not",
        "v[name]: is the new velocity stored in it?",
    ),
    Mistake(
        "momentum-missing",
        "the momentum is missing",
        {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: g + decay * w)},
        "right only while v is zero",
        "the share mu of the last velocity",
    ),
    Mistake(
        "momentum-uphill",
        "uphill: the sign of the step",
        {"momentum_step": momentum_but(move=lambda w, v, g, lr, mu, decay: w + lr * v)},
        "v is right, the parameters move the wrong way",
        "w minus lr times v",
    ),
    Mistake(
        "momentum-without-weight-decay",
        "the weight decay is missing",
        {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * v + g)},
        "right only where weight_decay is 0",
        "the place of the weight decay: the gradient of weight_decay/2 · Σw² is added to g",
    ),
    Mistake(
        "momentum-weight-decay-scalar",
        "the weight decay is a scalar",
        {
            "momentum_step": momentum_but(
                lambda v, g, w, lr, mu, decay: mu * v + g + decay * (w**2).sum()
            )
        },
        "the same number is subtracted from every entry",
        "the gradient of Σw²/2: is it an array or a number?",
    ),
    Mistake(
        "momentum-running-mean",
        "the gradient is weighted with 1 - momentum",
        {
            "momentum_step": momentum_but(
                lambda v, g, w, lr, mu, decay: mu * v + (1 - mu) * g + decay * w
            )
        },
        "steps too short, by a factor of up to 1 - mu",
        "the share of g: a running mean, as in Adam, takes a part of it, this update takes all",
    ),
    Mistake(
        "momentum-lr-in-velocity",
        "the learning rate is in the velocity as well",
        {
            "momentum_step": momentum_but(
                lambda v, g, w, lr, mu, decay: mu * v + lr * (g + decay * w)
            )
        },
        "steps too short, by about a factor lr",
        "lr: once, where the parameters move",
    ),
    Mistake(
        "momentum-lr-and-sign-in-velocity",
        "the learning rate and the sign are in the velocity",
        {
            "momentum_step": momentum_but(
                lambda v, g, w, lr, mu, decay: mu * v - lr * (g + decay * w),
                lambda w, v, g, lr, mu, decay: w + v,
            )
        },
        "it trains as well, with a velocity that means another thing",
        "the formula: here v is a sum of gradients, and lr enters where the parameters move",
    ),
    Mistake(
        "momentum-multiplies-all",
        "the momentum multiplies everything",
        {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * (v + g + decay * w))},
        "steps too short, by a factor mu",
        "the brackets: only the old velocity is multiplied by the momentum",
    ),
    Mistake(
        "momentum-weight-decay-negated",
        "the weight decay has the wrong sign",
        {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * v + g - decay * w)},
        "right only where weight_decay is 0; otherwise the weights grow",
        "the sign of the weight decay: v is subtracted in the end",
    ),
    Mistake(
        "momentum-old-velocity",
        "the parameters move with the old velocity",
        {"momentum_step": moves_first},
        "v is right, the parameters are one step behind",
        "the order: first the new velocity, then the move",
    ),
    Mistake(
        "momentum-nesterov",
        "Nesterov's step",
        {
            "momentum_step": momentum_but(
                move=lambda w, v, g, lr, mu, decay: w - lr * (mu * v + g + decay * w)
            )
        },
        "v is right, the parameters look one step ahead",
        "the move: w - lr v. (Nesterov's variant is a good one, but another one.)",
    ),
]
