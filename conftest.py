"""What all tests and kernels inherit: synthetic data, no progress bars, inline figures, one thread.

And two things more for nbval: the figures of a cell are compared, too, and its limits are those of
the other tools.
"""

import os

# Where it cannot write, matplotlib takes a temporary folder, and tells its children and stderr so;
# the first to need fonts makes a cache and says that as well: here, not in a compared cell.
import matplotlib.font_manager  # noqa: F401
import pytest
from execute import SECONDS
from figures import assert_same
from nbval.plugin import IPyNbCell

os.environ.update(BPTT_LAB_DATA="synthetic", BPTT_LAB_PROGRESS="off")
# Small products gain nothing from more threads, and on a busy machine they crawl.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.pop("MPLBACKEND", None)


def pytest_configure(config):
    """Give a cell, and a kernel that starts, the same time as where notebooks are executed."""
    config.option.nbval_cell_timeout = config.option.nbval_kernel_startup_timeout = SECONDS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Compare the figures of a cell, after nbval has run it and compared its text."""
    yield
    if isinstance(item, IPyNbCell):
        varies = "varies" in item.cell.metadata.get("tags", [])
        assert_same(item.cell.outputs, item.test_outputs, varies)
