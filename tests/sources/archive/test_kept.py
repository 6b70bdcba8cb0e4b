from __future__ import annotations

import bz2
import importlib
import importlib.util
import lzma
import random
import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from webshellhunt.containers.compressed import bzip2, xz
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.archive.kept import KeptView, NewDecompressor, has_zstandard, zstandard
from webshellhunt.sources.views import BytesView

CONTENT = b"".join(b"%07d\n" % number for number in range(100_000))


@pytest.mark.parametrize(("new", "compress"), [(bzip2, bz2.compress), (xz, lzma.compress)])
def test_any_order_of_reading(new: NewDecompressor, compress: Callable[[bytes], bytes]) -> None:
    view = KeptView(BytesView(compress(CONTENT)), new)
    chance = random.Random(1)
    for _ in range(20):
        at, count = chance.randrange(len(CONTENT) + 100), chance.randrange(1, 300_000)
        assert view.read(at, count) == CONTENT[at : at + count]
    assert view.size_bytes == len(CONTENT)
    assert not view.is_cut
    assert not view.is_damaged


def test_streams_after_the_first_belong_to_the_content() -> None:
    data = bz2.compress(b"first ") + bz2.compress(b"second")
    assert KeptView(BytesView(data), bzip2).read(0, 100) == b"first second"


def test_what_is_kept_is_bounded() -> None:
    noise = random.Random(1).randbytes(3_000_000)
    view = KeptView(BytesView(bz2.compress(noise)), bzip2, limit_bytes=1_000_000)
    assert view.is_cut or view.size_bytes < len(noise)
    assert view.read(0, 1000) == noise[:1000]


def test_a_bomb_ends_early() -> None:
    view = KeptView(BytesView(bz2.compress(bytes(400_000_000))), bzip2)
    assert view.size_bytes < 80_000_000
    assert view.is_cut


def test_damage_is_told() -> None:
    view = KeptView(BytesView(lzma.compress(CONTENT)[:-200]), xz)
    with pytest.raises(UnreadableError):
        view.read(len(CONTENT), 10)
    assert view.is_damaged


@pytest.fixture
def zstd(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    names = ("compression.zstd", "backports.zstd")
    module = next((importlib.import_module(name) for name in names if _is_there(name)), None)
    if module is None:
        pytest.skip("no Zstandard on this Python")
    monkeypatch.setitem(sys.modules, "compression.zstd", module)
    return module


def test_zstandard(zstd: ModuleType) -> None:
    data = zstd.compress(CONTENT)
    assert KeptView(BytesView(data + data), zstandard).read(len(CONTENT) - 8, 16) == CONTENT[-8:] + CONTENT[:8]


def test_damage_of_zstandard_is_told(zstd: ModuleType) -> None:
    data = zstd.compress(CONTENT)
    view = KeptView(BytesView(data[:8] + b"\xff" * 20 + data[28:]), zstandard)
    with pytest.raises(UnreadableError, match="damaged"):
        view.read(len(CONTENT), 10)


def test_a_stated_size_bounds_the_content() -> None:
    view = KeptView(BytesView(bz2.compress(bytes(60_000_000))), bzip2, most_bytes=11)
    assert view.size_bytes == 11
    assert view.is_cut


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.skipif(importlib.util.find_spec("compression") is not None, reason="this Python has Zstandard")
def test_zstandard_without_a_decompressor() -> None:
    with pytest.raises(UnreadableError, match=r"Python 3\.14"):
        KeptView(BytesView(b"content"), zstandard).read(0, 1)
    assert not has_zstandard()
