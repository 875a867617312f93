"""Compare the figures of two runs of a notebook's cell; nbval compares its text."""

import base64
import io
import re
import warnings
from itertools import groupby

import numpy as np
import PIL.Image

# Mean difference of level, 0 to 1: other processors make up to 2e-3 where training is drawn,
# elsewhere 3e-4.
LIMIT = 5e-3
# Where a training is drawn that doubles every rounding again and again, each processor has its own:
# such a cell has the tag "varies", and its figures the same size and about as much ink.
INK = 0.3


def images(outputs):
    """Return the PNG images of a cell's outputs, as base64 text."""
    return [o["data"]["image/png"] for o in outputs if "image/png" in o.get("data", {})]


def opened(image):
    return PIL.Image.open(io.BytesIO(base64.b64decode(image)))


def difference(a, b):
    """Return the mean difference of level, 0 to 1, of two images; 1 if their sizes differ."""
    a, b = (np.asarray(opened(image).convert("RGB")) / 255 for image in (a, b))
    return 1.0 if a.shape != b.shape else float(np.abs(a - b).mean())


def ink(image):
    """Return how much is drawn: the mean difference of level from white."""
    return 1 - np.asarray(opened(image).convert("L")).mean() / 255


def drawn_by(image):
    """Return the version of matplotlib, major and minor, that a PNG names."""
    return re.search(r"version\s*(\d+\.\d+)", opened(image).text["Software"])[1]


def order(outputs):
    """Return what comes after what: "stdout", "display_data" or "execute_result"."""
    return [kind for kind, _ in groupby(o.get("name", o["output_type"]) for o in outputs)]


def assert_same(old, new, varies=False):
    """Assert that the outputs of a new run come in the old order and show the old figures.

    Every release of matplotlib draws a little differently: a warning then takes the place of the
    comparison of pixels.
    """
    assert order(new) == order(old), f"outputs in another order: {order(new)}, not {order(old)}"
    before, now = images(old), images(new)
    assert len(now) == len(before), f"{len(now)} figures, not {len(before)}"
    for k, (a, b) in enumerate(zip(before, now), start=1):
        if drawn_by(a) == drawn_by(b):
            if varies:
                assert opened(a).size == opened(b).size, f"figure {k} has another size"
                assert abs(ink(b) / ink(a) - 1) < INK, f"figure {k} has more in it, or less"
            else:
                assert difference(a, b) < LIMIT, f"figure {k} is not the one in the file"
        else:
            warnings.warn(
                f"figures not compared: matplotlib {drawn_by(a)} drew those in the files, here is "
                f"{drawn_by(b)}; `make notebooks` redraws them",
                stacklevel=2,
            )
