"""How far people agree on each frame."""

from _common import main

if __name__ == "__main__":
    main("agreement")
