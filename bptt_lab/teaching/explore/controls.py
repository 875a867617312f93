"""What the explorables share: controls, and the figure that follows them.

The controls are the browser's own, number fields and lists, tied to their labels: they speak their
names and values, and JupyterLab leaves their keys alone. (A slider of ipywidgets has no name, and
speaks the index of what it chooses.)
"""

import base64
import contextlib
import functools
import gc
import html
import io
import os
import textwrap

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

WIDTH, LINE = 7.5, 72  # of a figure, in inches; of what is printed, in characters


def number(label, value, low, high, step=1):
    kind = widgets.BoundedIntText if isinstance(step, int) else widgets.BoundedFloatText
    return kind(value=value, min=low, max=high, step=step, description=label)


def choice(label, options, value=None):
    """Return a list to choose from: Space opens it, and the arrow keys and Enter choose."""
    options = list(options)
    first = options[0][1] if isinstance(options[0], tuple) else options[0]
    return widgets.Dropdown(
        options=options, value=first if value is None else value, description=label
    )


def arrange(control):
    control.style.description_width, control.layout.width = "11em", "24em"
    if isinstance(control, widgets.Checkbox):
        control.indent, control.layout.margin = False, "2px 2px 2px 11.5em"


def in_words(controls, values):
    """Return what the controls say when they have these values."""
    words = []
    for name, value in values.items():
        control = controls[name]
        if isinstance(control, widgets.Checkbox):
            words.append(f"{control.description}: {'yes' if value else 'no'}")
        elif isinstance(control, widgets.Dropdown):
            labels = dict(zip(control._options_values, control._options_labels))
            words.append(f"{control.description}: {labels[value]}")
        else:
            words.append(f"{control.description}: {value:g}")
    return ", ".join(words)


def panels(
    height,
    rows=1,
    columns=1,
    *,
    left=0.8,
    right=0.15,
    top=0.42,
    bottom=0.75,
    gaps=(0.15, 0.3),
    **of,
):
    """Return a figure with room for a line of words above it, and its axes.

    Margins are in inches. They are set by hand, because matplotlib's layouts draw everything twice;
    and pyplot, which keeps figures for all threads, does not know of the figure.
    """
    figure = Figure(figsize=(WIDTH, height), dpi=100, layout="none")
    figure.subplots_adjust(
        left=left / WIDTH,
        right=1 - right / WIDTH,
        top=1 - top / height,
        bottom=bottom / height,
        hspace=gaps[0],
        wspace=gaps[1],
    )
    axes = figure.subplots(rows, columns, **of)
    for ax in figure.axes:
        name(ax, "")
        ax.locator_params(nbins=5)  # each tick takes a millisecond or two
    return figure, axes


def name(ax, title):
    ax.set_title(title, y=1.02)  # where it stands is not to be searched for


def log_scale(*axes_):
    """Make axes logarithmic, with plain labels at powers of ten: more is slow to draw."""
    for axis in axes_:
        axis.axes.set(**{f"{axis.axis_name}scale": "log"})
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(lambda x, _: "10" + raised(np.log10(x)))


def raised(exponent):
    return f"{exponent:.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def picture(figure, words):
    """Return what the notebook shows for a figure, as a dict of media types.

    The words stand above the figure, and in its place for those who cannot see it. Stored outputs
    are compared as text, so that they keep the PNG alone.
    """
    lines = textwrap.fill(words, 105)
    figure.suptitle(lines, x=0.012, y=1 - 0.06 / figure.get_figheight(), ha="left", fontsize=9)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    png = base64.b64encode(buffer.getvalue()).decode()
    shown = {"image/png": png, "text/plain": words}
    if os.environ.get("BPTT_LAB_PROGRESS") != "off":
        alt = html.escape(f"Figure for {words}")
        shown["text/html"] = f'<img alt="{alt}" src="data:image/png;base64,{png}">'
    return shown


@contextlib.contextmanager
def searching_no_garbage():
    """Leave Python's search for garbage until the figure is there: it can take as long."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def printed(lines):
    return "\n".join(textwrap.fill(line, LINE, subsequent_indent="  ") for line in lines)


def display_controls(draw, **controls):
    """Show the controls, and what draw(**values) returns, anew after each change.

    That is a figure, then lines to be printed below it; a dict of media types is displayed.
    """
    from IPython.display import display

    for control in controls.values():
        arrange(control)

    @functools.lru_cache(maxsize=1)  # where one control moves another, all is asked for twice
    def drawn(**values):
        figure, *rest = draw(**values)
        return picture(figure, in_words(controls, values)), rest

    def show(**values):
        with searching_no_garbage():
            shown, rest = drawn(**values)
        tables = [item for item in rest if isinstance(item, dict)]
        for media in (shown, *tables):
            display(media, raw=True)
        print(printed(item for item in rest if isinstance(item, str)))

    widgets.interact(show, **controls)
