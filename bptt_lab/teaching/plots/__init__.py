"""The figures of the notebooks, in one style: a file for each notebook.

Every `plot_` function draws a new figure and returns it; `plt.show()` is left to the caller.
"""

from .bptt import plot_error_flow, plot_factors, plot_norms, plot_saliency
from .bug_hunt import plot_detector, plot_patients, plot_repairs, plot_two_bits
from .data import (
    plot_batches,
    plot_class_counts,
    plot_classes,
    plot_cuts,
    plot_reshaped,
    plot_waves,
)
from .forward_pass import plot_memory, plot_saturation, plot_state_sizes, plot_states, plot_unrolled
from .gates import plot_biases, plot_replaced, plot_roads, plot_tasks
from .generate import plot_dreams, plot_drift, plot_joined, plot_likeness, plot_orbit
from .gradient_check import plot_findings, plot_line_up, plot_small_gradients, plot_step_errors
from .memory import (
    plot_attention,
    plot_cliff,
    plot_distances,
    plot_methods,
    plot_path,
    plot_scales,
    plot_slopes,
    plot_streams,
)
from .speed import plot_rounds, plot_rungs, plot_subnormals
from .style import mark_source, use_style
from .training import plot_confusion, plot_history, plot_ladder, plot_seeds
from .truncation import plot_balance, plot_bias, plot_lots, plot_pieces, plot_staircase

__all__ = [
    "mark_source",
    "plot_attention",
    "plot_balance",
    "plot_batches",
    "plot_bias",
    "plot_biases",
    "plot_class_counts",
    "plot_classes",
    "plot_cliff",
    "plot_confusion",
    "plot_cuts",
    "plot_detector",
    "plot_distances",
    "plot_dreams",
    "plot_drift",
    "plot_error_flow",
    "plot_factors",
    "plot_findings",
    "plot_history",
    "plot_joined",
    "plot_ladder",
    "plot_likeness",
    "plot_line_up",
    "plot_lots",
    "plot_memory",
    "plot_methods",
    "plot_norms",
    "plot_orbit",
    "plot_path",
    "plot_patients",
    "plot_pieces",
    "plot_repairs",
    "plot_replaced",
    "plot_reshaped",
    "plot_roads",
    "plot_rounds",
    "plot_rungs",
    "plot_saliency",
    "plot_saturation",
    "plot_scales",
    "plot_seeds",
    "plot_slopes",
    "plot_small_gradients",
    "plot_staircase",
    "plot_state_sizes",
    "plot_states",
    "plot_step_errors",
    "plot_streams",
    "plot_subnormals",
    "plot_tasks",
    "plot_two_bits",
    "plot_unrolled",
    "plot_waves",
    "use_style",
]
