"""View state: the state of a page that a browser sends back, read as a structure and never deserialised."""

from typing import Final

OBJECT_MARK: Final = b"wEy"
"""The characters, after the first, with which the base64 of a view state that is one object begins."""
