"""Read by the kernel of each notebook of the site: a figure says in words what it draws.

The words are the plain-text form of the output, and become the alternative text of the picture.
"""


def _set_up():
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    def describe(figure):
        """Say what is written in a figure: titles, axes, their categories, names of colours."""
        said = [figure.get_suptitle()]
        for ax in figure.axes:
            if not ax.axison or not ax.get_visible():
                continue
            title = " ".join(filter(None, (ax.get_title(where) for where in ("left", "center"))))
            said.append(title)
            for name, axis in (("Across", ax.xaxis), ("Up", ax.yaxis)):
                ticks = [tick.get_text().strip() for tick in axis.get_ticklabels()]
                ticks = [tick for tick in ticks if any(letter.isalpha() for letter in tick)]
                label = axis.get_label_text()
                if label or ticks:
                    said.append(f"{name}: " + ": ".join(filter(None, (label, ", ".join(ticks)))))
            legend = ax.get_legend()
            if legend:
                said.append("Marks: " + ", ".join(one.get_text() for one in legend.get_texts()))
        said = dict.fromkeys(" ".join(one.split()) for one in said if one)
        return "Figure. " + ". ".join(said)

    def write(drawn, printer, _):
        """Write the words in place of the usual name of a figure, or of axes in one."""
        printer.text(describe(drawn.get_figure()))

    Figure._repr_pretty_ = Axes._repr_pretty_ = write


_set_up()
del _set_up  # a lesson finds no names but its own
