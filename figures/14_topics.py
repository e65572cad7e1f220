"""How much of the text each topic is, and the terms that mark it."""

from _common import main

if __name__ == "__main__":
    main("topics")
