"""References to what stands elsewhere: under its public name, or inside, where no page is."""

import re
from importlib import import_module
from operator import attrgetter

PUBLIC = ("framing", "framing.topics", "framing.simulate", "framing.plot", "framing.explorer")


def thing(name):
    """Find an object by its whole name."""
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        try:
            module = import_module(".".join(parts[:n]))
            return attrgetter(".".join(parts[n:]))(module) if n < len(parts) else module
        except (ImportError, AttributeError):
            continue
    return None


def resolve(app, env, node, shown):
    """Link an inner name to the page of the same object; leave it plain where it has none."""
    if node.get("refdomain") != "py":
        return None
    target, python = node["reftarget"], env.domains.python_domain
    inside = ".".join(filter(None, (node.get("py:module"), node.get("py:class"), target)))
    meant = thing(target) or thing(inside)
    if meant is None:
        return None
    for module in PUBLIC:
        name = f"{module}.{target.rsplit('.', 1)[-1]}"
        if name in python.objects and thing(name) is meant:
            page = node["refdoc"]
            return python.resolve_xref(env, page, app.builder, "obj", name, node, shown)
    return shown


def skip(app, kind, name, thing, skipped, options):
    """Leave out what scikit-learn adds to every estimator."""
    return True if re.fullmatch(r"[gs]et_(\w+_request|metadata_routing)", name) else None


def setup(app):
    """Have it asked where a name is not found."""
    app.connect("autodoc-skip-member", skip)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
