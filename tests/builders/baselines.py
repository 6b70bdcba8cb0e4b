"""Small baselines for tests, and where they are laid."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

from webshellhunt.baselines.path_keys import spell
from webshellhunt.baselines.store import BaselineHead
from webshellhunt.baselines.store_writer import Row, write_baseline


def sha256(content: bytes) -> str:
    """Return the digest of a content."""
    return hashlib.sha256(content).hexdigest()


BUILDS = ("15.0.516.32", "15.1.225.42", "15.2.858.5")
ONE, TWO, THREE = (sha256(word) for word in (b"one", b"two", b"three"))
ROWS = [
    Row("owa/auth/logon.aspx", TWO, BUILDS[1], BUILDS[2]),
    Row("owa/auth/logon.aspx", ONE, BUILDS[0], BUILDS[0]),
    Row("owa/auth/logon.aspx", ONE, BUILDS[1], BUILDS[1]),
    Row("ecp/handlers/uploadhandler.ashx", THREE),
    *(Row(f"ecp/{folder}/edit.aspx", THREE) for folder in "abcd"),
]


def written(rows: list[Row], builds: tuple[str, ...] = BUILDS) -> bytes:
    """Return the file of a baseline with some rows."""
    stream = io.BytesIO()
    write_baseline(stream, BaselineHead("a list", builds), rows)
    return stream.getvalue()


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
