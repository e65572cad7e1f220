"""Run the commands: ``framing``, or ``python -m framing``.

Almost nothing is imported before :func:`main`, so that Ctrl-C is answered while the rest loads.
"""

import sys


def main() -> int:
    """Run a command of :mod:`framing.cli`.

    Returns
    -------
    int
        The exit code.
    """
    try:
        from framing.cli import main as run

        return run()
    except KeyboardInterrupt:
        print("framing: interrupted; nothing half written is left", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
