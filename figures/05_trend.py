"""What each side came to say more, or less."""

from _common import main

if __name__ == "__main__":
    main("trend")
