"""The terms that set each side apart from the others."""

from _common import main

if __name__ == "__main__":
    main("keyness")
