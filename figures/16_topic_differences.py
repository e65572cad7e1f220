"""Which topics divide the sides."""

from _common import main

if __name__ == "__main__":
    main("topic_differences")
