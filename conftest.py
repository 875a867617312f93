"""Set what all tests and notebook kernels inherit: synthetic data, no progress bars, figures in the notebook, one thread."""

import os

os.environ.update(BPTT_LAB_DATA="synthetic", BPTT_LAB_PROGRESS="off")
os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # small products gain nothing from more, and on a busy machine they crawl
os.environ.pop("MPLBACKEND", None)
