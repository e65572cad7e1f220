"""Which topics came and went, on every side."""

from _common import main

if __name__ == "__main__":
    main("topic_prevalence")
