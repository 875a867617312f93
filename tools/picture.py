"""Draw the moving picture of the README, the walk of notebook 03: `python tools/picture.py`."""

import base64
import io
from pathlib import Path
from unittest.mock import patch

import matplotlib
from PIL import Image

from bptt_lab.teaching.explore import there_and_back
from bptt_lab.teaching.explore.controls import picture

FILE = Path(__file__).resolve().parent.parent / "notebooks" / "walk.gif"


def frames():
    """Return a picture for each step of the walk, as its explorable draws it."""
    drawn = []

    def every_step(draw, k):
        for step in range(there_and_back.LAST + 1):
            figure = draw(step)[0]
            shown = picture(figure, there_and_back.sentence(step))
            png = io.BytesIO(base64.b64decode(shown["image/png"]))
            drawn.append(Image.open(png).convert("RGB"))

    with patch.multiple(there_and_back, display_controls=every_step, show_buttons=lambda _: None):
        there_and_back.walk()
    return drawn


def main():
    first, *rest = (frame.quantize(64, dither=Image.Dither.NONE) for frame in frames())
    # Once, and not for ever: what moves without end keeps a reader from the text beside it.
    options = {"append_images": rest, "duration": 1400, "comment": matplotlib.__version__}
    first.save(FILE, save_all=True, optimize=True, **options)
    print(f"{FILE} is written, {FILE.stat().st_size / 1000:.0f} kB.")


if __name__ == "__main__":
    main()
