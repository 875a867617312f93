"""Let a network that forecasts go on by itself, as in notebook 10."""

import numpy as np

from .arguments import (
    as_generator,
    as_number,
    as_positive_integer,
    require_attributes,
    shaped,
    silence,
)


@silence
def generate(model, start, steps, temperature=1.0, rng=0):
    """Draw what comes next from a network's forecast, feed it back, and so on.

    The network was trained with `gaussian_nll`: from each sample it forecasts mean and log variance
    of the next one.

    Parameters
    ----------
    model : Recurrent, with I = 1 and C = 2
    start : array of shape (T, N, 1), the samples that the network hears first
    steps : int, samples to draw
    temperature : float
        What the standard deviation is multiplied by: 1 draws from the forecast itself, 0 takes its
        mean.
    rng : numpy.random.Generator or int

    Returns
    -------
    array of shape (steps, N, 1), in the type of the parameters
        What was drawn, without `start`.

    Raises
    ------
    ValueError
        If the sizes of the network are others, or an argument does not fit.
    """
    require_attributes("model", model, "sizes", "forward", "params")
    sizes, steps = model.sizes(), as_positive_integer("steps", steps)
    if (sizes["I"], sizes["C"]) != (1, 2):
        raise ValueError(
            f"model has I = {sizes['I']} and C = {sizes['C']}: expected I = 1 and C = 2, the mean "
            "and the log variance of the next sample; was it trained with gaussian_nll?"
        )
    heard = shaped("start", start, "TNI", sizes, real=True)
    temperature, rng = as_number("temperature", temperature), as_generator("rng", rng)
    noise, state = temperature * rng.normal(size=(steps, sizes["N"], 1)), None
    samples = np.empty_like(noise, dtype=np.result_type(*model.params.values()))
    for t in range(steps):
        outputs, cache = model.forward(heard, state)
        samples[t] = outputs[:, :1] + np.exp(outputs[:, 1:] / 2) * noise[t]
        heard, state = samples[t : t + 1], cache.states[-1]
    return samples
