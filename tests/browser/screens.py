"""What the tests in the browser share: Chromium's place, screenshots, and axe-core's findings."""

import shutil
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
CHROMIUM = next(
    (path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path),
    None,
)


def shot(target, name):
    """Save a picture of a page or of an element."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    target.screenshot(path=SCREENSHOTS / f"{name}.png")


def barriers(page, within=None):
    """Return what axe-core calls serious or critical on a page, or within a selector."""
    # Told to preload, axe-core asks for the style sheets once more, by wrong addresses.
    found = Axe().run(page, context=within, options={"preload": False}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
