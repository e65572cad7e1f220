"""Which differences survive another choice of documents."""

from _common import main

if __name__ == "__main__":
    main("contrast")
