"""Which release of the library this is."""

from importlib.metadata import version

__version__ = version("framing")
