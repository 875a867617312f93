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
# Where a long training is drawn that doubles every rounding again and again, as in notebook 10,
# each processor has its own: such a cell has the tag "varies".
WIDE = 0.1


def images(outputs):
    """Return the PNG images of a cell's outputs, as base64 text."""
    return [o["data"]["image/png"] for o in outputs if "image/png" in o.get("data", {})]


def opened(image):
    return PIL.Image.open(io.BytesIO(base64.b64decode(image)))


def difference(a, b):
    """Return the mean difference of level, 0 to 1, of two images; 1 if their sizes differ."""
    a, b = (np.asarray(opened(image).convert("RGB")) / 255 for image in (a, b))
    return 1.0 if a.shape != b.shape else float(np.abs(a - b).mean())


def drawn_by(image):
    """Return the version of matplotlib, major and minor, that a PNG names."""
    return re.search(r"version\s*(\d+\.\d+)", opened(image).text["Software"])[1]


def order(outputs):
    """Return what comes after what: "stdout", "display_data" or "execute_result"."""
    return [kind for kind, _ in groupby(o.get("name", o["output_type"]) for o in outputs)]


def assert_same(old, new, limit=LIMIT):
    """Assert that the outputs of a new run come in the old order and show the old figures.

    Every release of matplotlib draws a little differently: a warning then takes the place of the
    comparison of pixels.
    """
    assert order(new) == order(old), f"outputs in another order: {order(new)}, not {order(old)}"
    before, now = images(old), images(new)
    assert len(now) == len(before), f"{len(now)} figures, not {len(before)}"
    for k, (a, b) in enumerate(zip(before, now), start=1):
        if drawn_by(a) == drawn_by(b):
            assert difference(a, b) < limit, f"figure {k} is not the one in the file"
        else:
            warnings.warn(
                f"figures not compared: matplotlib {drawn_by(a)} drew those in the files, here is "
                f"{drawn_by(b)}; `make notebooks` redraws them",
                stacklevel=2,
            )
