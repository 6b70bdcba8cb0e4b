"""Disk images: raw, split, EnCase and those of virtual machines, with the NTFS volumes in them."""

from __future__ import annotations

from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources.image.opening import image_format
from webshellhunt.sources.image.source import ImageSource
from webshellhunt.sources.source import Source

__all__ = ["ImageSource", "open", "opens"]


def opens(location: str) -> bool:
    """Return True if there is an image at a location, of a format that is read."""
    return image_format(location) is not None


def open(location: str, options: SourceOptions) -> Source:  # noqa: A001 - the name that openers have
    """Open an image.

    Raises:
        UnreadableError: The image is damaged, encrypted, or has no NTFS volume, or takes a package that is missing.
    """
    return ImageSource(location, options)
