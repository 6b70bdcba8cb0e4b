"""Exact evaluation: loops and functions of a page whose values are all known, such as decoders, at a small cost."""
