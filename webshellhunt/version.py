"""The version of the library, in the one place that the build reads it from."""

__version__ = "0.1.0"
