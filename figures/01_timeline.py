"""How many documents stand behind each side and period."""

from _common import main

if __name__ == "__main__":
    main("timeline")
