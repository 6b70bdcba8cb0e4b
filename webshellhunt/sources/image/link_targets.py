"""Targets of links in an image, as paths inside its source."""

from __future__ import annotations

from collections.abc import Mapping

from webshellhunt.sources.image.image import VolumePlace


def path_of_target(target: str, folder: str, by_top: Mapping[str, VolumePlace]) -> str | None:
    r"""Return the path inside the source of the target of a link, or ``None`` if it is outside.

    Args:
        target: The target as the volume has it: ``\??\C:\x``, ``\x``, or a path from the directory of the link on.
        folder: The path inside the source of that directory.
        by_top: The volumes by their tops.
    """
    own = folder.partition("/")[0]
    text = target.removeprefix("\\??\\").replace("\\", "/").rstrip("/")
    if text[1:2] == ":":
        place = by_top.get(text[:2].upper())
        return None if place is None else "/".join(_walked([place.top], text[2:]))
    if text.startswith("/"):
        return "/".join(_walked([own], text))
    walked = _walked(folder.split("/"), text)
    return "/".join(walked) if walked and walked[0] == own else None


def _walked(start: list[str], path: str) -> list[str]:
    """Return the components of a path from a directory on, without ``.`` and ``..``."""
    found = list(start)
    for name in path.split("/"):
        if name == "..":
            del found[-1:]
        elif name not in ("", "."):
            found.append(name)
    return found
