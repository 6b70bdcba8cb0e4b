"""What a library says of its maker, and how it resembles those of intruders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.libraries import library
from webshellhunt.binaries.origin import Origin, iter_kinship, read_origin


@pytest.mark.parametrize("magic", [0x10B, 0x20B])
def test_maker_and_path_are_read(magic: int) -> None:
    path = r"D:\build\module.pdb"
    assert read_origin(library(company="Vendor Ltd", debug_path=path, signed=True, magic=magic)) == Origin(
        versioned=True, company="Vendor Ltd", debug_path=path
    )
    assert read_origin(library(company=None, magic=magic)) == Origin()


def test_what_is_no_image_has_no_origin() -> None:
    assert read_origin(b"") is None
    assert read_origin(b"MZ text") is None


def test_a_path_is_one_of_symbols_only() -> None:
    assert read_origin(library(debug_path="D:\\notes.txt")) == read_origin(library())


def test_version_information_without_a_maker() -> None:
    origin = read_origin(library(company=""))
    assert origin is not None
    assert (origin.versioned, origin.company) == (True, None)


CRAWLERS = ("Baiduspider", "360Spider", "Googlebot", "bingbot")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (CRAWLERS, "it names the crawlers of search engines"),
        (("CLRCreateInstance",), "it loads .NET code into the worker process"),
        (("popen() failed!",), "it runs commands and reads what they print"),
    ],
)
def test_marks_of_intruders(texts: tuple[str, ...], words: str) -> None:
    assert list(iter_kinship(library(*texts))) == [words]


def test_wide_texts_count_too() -> None:
    assert list(iter_kinship("  ".join(CRAWLERS).encode("utf-16-le")))


@pytest.mark.parametrize("texts", [CRAWLERS[:3], ("CHttpModule", "RegisterModule"), ()])
def test_an_honest_library_resembles_none(texts: tuple[str, ...]) -> None:
    assert list(iter_kinship(library(*texts))) == []


@given(st.binary(max_size=400), st.integers(0, 600), st.binary(max_size=60))
def test_damaged_images_never_raise(tail: bytes, at: int, change: bytes) -> None:
    data = library("text", debug_path="x.pdb", signed=True)
    for each in (data[:at], data[:at] + change + data[at + len(change) :], data[:at] + tail):
        origin = read_origin(each)
        assert origin is None or origin.company is None or len(origin.company) <= 128
        list(iter_kinship(each))
