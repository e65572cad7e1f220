"""One contender of ``make bench``, in a process of its own; run by benchmarks/bench.py.

    python bench_one.py MODULE.FUNCTION '{"KEY": VALUE, …}'

The function loads data and libraries and warms compiled code up; then what it returns is timed.
Prints what was measured as JSON. A function that returns no work to be timed has measured itself.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

from clock import Ready, timed


def main() -> None:
    os.environ["FRAMING_CACHE"] = "off"  # what is measured is done, not found
    module, _, function = sys.argv[1].partition(".")
    found = getattr(import_module(module), function)(**json.loads(sys.argv[2]))
    print(json.dumps(timed(found) if isinstance(found, Ready) else found, default=float))


if __name__ == "__main__":
    main()
