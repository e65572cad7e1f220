"""Whether the sides changed alike."""

from _common import main

if __name__ == "__main__":
    main("change")
