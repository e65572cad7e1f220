"""Whose theme each frame is, among three sides."""

from _common import main

if __name__ == "__main__":
    main("ternary")
