"""What moved between the first and the last period, against its noise floor."""

from _common import main

if __name__ == "__main__":
    main("shift")
