"""The terms that mark each period."""

from _common import main

if __name__ == "__main__":
    main("tf_idf")
