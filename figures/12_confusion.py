"""What the machine finds, misses and codes too much, by side."""

from _common import main

if __name__ == "__main__":
    main("confusion")
