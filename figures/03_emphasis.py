"""What each side puts forward, and which differences are clear."""

from _common import main

if __name__ == "__main__":
    main("emphasis")
