"""How far apart the sides are, and what lies between them."""

from _common import main

if __name__ == "__main__":
    main("divergence")
