"""Set what all tests and notebook kernels inherit: synthetic data, no progress bars, figures in the notebook."""

import os

os.environ.update(BPTT_LAB_DATA="synthetic", BPTT_LAB_PROGRESS="off")
os.environ.pop("MPLBACKEND", None)
