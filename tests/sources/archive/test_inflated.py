from __future__ import annotations

import gzip
import random
import zlib

import pytest

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.archive.inflated import DEFLATE, GZIP, InflatedView
from webshellhunt.sources.views import BytesView


@pytest.fixture(scope="module")
def content() -> bytes:
    return b"".join(b"%07d\n" % number for number in range(200_000))


def test_any_order_of_reading(content: bytes) -> None:
    engine = zlib.compressobj(1, zlib.DEFLATED, -15)
    view = InflatedView(BytesView(engine.compress(content) + engine.flush()), DEFLATE, len(content))
    chance = random.Random(1)
    for _ in range(40):
        at, count = chance.randrange(len(content) + 100), chance.randrange(1, 300_000)
        assert view.read(at, count) == content[at : at + count]


def test_members_of_gzip_are_one_content() -> None:
    data = gzip.compress(b"first ") + gzip.compress(b"second") + bytes(512)
    assert InflatedView(BytesView(data), GZIP, 12).read(0, 100) == b"first second"
    assert InflatedView(BytesView(data), GZIP, 12).read(8, 3) == b"con"


def test_content_before_damage_is_read(content: bytes) -> None:
    view = InflatedView(BytesView(gzip.compress(content)[:-1000]), GZIP, len(content))
    assert view.read(0, 1000) == content[:1000]
    with pytest.raises(UnreadableError, match="damaged or cut off"):
        view.read(0, len(content))
    assert view.read(5000, 1000) == content[5000:6000]
