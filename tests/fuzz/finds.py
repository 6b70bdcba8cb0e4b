"""Finds as files: inputs that once made a door fail, defanged, each beside the name of its door."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from webshellhunt.defang import defang, refang

FINDS = Path(__file__).parent / "finds"
_SUFFIX = ".defanged"


def write_find(folder: Path, door: str, data: bytes) -> Path:
    """Write an input into the folder of its door, and return where it is."""
    place = folder / door / f"{hashlib.sha256(data).hexdigest()[:16]}{_SUFFIX}"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(defang(data), encoding="utf-8", newline="\n")
    return place


def iter_finds(folder: Path = FINDS) -> Iterator[tuple[str, bytes]]:
    """Yield the name of the door and the bytes of each find."""
    for place in sorted(folder.glob(f"*/*{_SUFFIX}")):
        yield place.parent.name, refang(place.read_text(encoding="utf-8"))
