"""Small baselines for tests, and where they are laid."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from webshellhunt.baselines.path_keys import spell
from webshellhunt.baselines.store import BaselineHead
from webshellhunt.baselines.store_writer import Row, write_baseline


def sha256(content: bytes) -> str:
    """Return the digest of a content."""
    return hashlib.sha256(content).hexdigest()


def lay_baseline(
    path: Path, files: Mapping[str, bytes], *, builds: tuple[str, ...] = (), with_text: bool = False
) -> str:
    """Write a baseline of some files, shipped in all of its builds, and return where it is."""
    first, last = (builds[0], builds[-1]) if builds else (None, None)
    rows = [Row(spell(name).key, sha256(content), first, last) for name, content in files.items()]
    with path.open("wb") as stream:
        texts = {sha256(content): content for content in files.values()} if with_text else None
        write_baseline(stream, BaselineHead("a small list", builds, "a test", "none"), rows, texts)
    return str(path)
