"""Shares by a machine's codes, by a hand-coded sample, and by both together."""

from _common import main

if __name__ == "__main__":
    main("correction")
