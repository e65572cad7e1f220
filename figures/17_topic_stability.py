"""Which topics models with other numbers of topics find again."""

from _common import main

if __name__ == "__main__":
    main("topic_stability")
