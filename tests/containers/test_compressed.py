"""The content of a compressed file, read forward only."""

from __future__ import annotations

import gzip

from webshellhunt.containers.compressed import DecompressedContent
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.window import window_of


def test_the_content_is_what_was_compressed() -> None:
    text = b"0123456789" * 20_000
    window = DecompressedContent(window_of(gzip.compress(text)), ContainerFormat.GZIP).window()
    assert window.at(0, 10) == text[:10]
    assert window.at(100_000, 10) == text[100_000:100_010]


def test_damage_ends_the_content() -> None:
    window = DecompressedContent(window_of(gzip.compress(bytes(range(256)) * 400)[:60]), ContainerFormat.GZIP).window()
    assert len(window.at(0, 100_000)) < 100_000
