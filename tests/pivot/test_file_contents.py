"""The real files are found by their digests."""

from __future__ import annotations

from dataclasses import replace

from tests.pivot.cases import fixture, judged
from webshellhunt.pivot import file_contents
from webshellhunt.pivot.file_contents import FileContents
from webshellhunt.sources import MemorySource


def test_a_file_is_found_by_its_digest_under_any_name() -> None:
    verdict, data = judged("request_reaches_eval/vbscript"), fixture("request_reaches_eval/vbscript").data
    source = MemorySource({"a/b/renamed.bin": data, "a/other": b"x" * len(data), "page.asp": b"short"})
    assert FileContents(source, [verdict]).content_of(verdict) == data
    unknown = replace(verdict, subject=replace(verdict.subject, sha256=None))
    assert FileContents(source, [unknown]).content_of(unknown) is None


def test_a_file_that_is_not_there_or_too_large_is_none(monkeypatch: object) -> None:
    verdict, data = judged("request_reaches_eval/vbscript"), fixture("request_reaches_eval/vbscript").data
    assert FileContents(MemorySource({"x": b"other"}), [verdict]).content_of(verdict) is None
    large = replace(verdict, subject=replace(verdict.subject, size_bytes=file_contents.MOST_BYTES + 1))
    assert FileContents(MemorySource({"x": data}), [large]).content_of(large) is None
