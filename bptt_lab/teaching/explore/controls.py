"""What the explorables share: controls that the keyboard alone can reach and move."""

import ipywidgets as widgets


def slider(label, value, low, high):
    return widgets.IntSlider(value, low, high, description=label)


def choice(label, options, value=None):
    """Return a slider over options; a drop-down list would lose its arrow keys to JupyterLab."""
    options = list(options)
    first = options[0][1] if isinstance(options[0], tuple) else options[0]
    return widgets.SelectionSlider(
        options=options, value=first if value is None else value, description=label
    )


def arrange(control):
    control.style.description_width, control.layout.width = "11em", "34em"
    if isinstance(control, widgets.Checkbox):
        control.indent, control.layout.margin = False, "2px 2px 2px 11.5em"
    if hasattr(control, "continuous_update"):
        control.continuous_update = False  # one figure for each move, not a queue of them


def display_controls(draw, **controls):
    """Show the controls, and what draw(**values) draws and prints, anew after each change."""
    for control in controls.values():
        arrange(control)
    widgets.interact(draw, **controls)
