"""The browser of all tests in this folder."""

import pytest
from playwright.sync_api import sync_playwright
from screens import CHROMIUM


@pytest.fixture(scope="session")
def browser():
    """Start Chromium, so that it asks nobody but the pages' own host."""
    if CHROMIUM is None:
        pytest.exit("no Chromium: on Debian and Ubuntu, `apt-get install chromium`", returncode=1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()
