"""A file of accepted false alarms gives entries, or one sentence that says what is wrong with it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import UsageError
from webshellhunt.knowledge import acceptance_file
from webshellhunt.knowledge.acceptance_file import load_acceptances, parse_acceptances
from webshellhunt.model.acceptance import Acceptance

TODAY = date(2026, 11, 27)
FULL = r"""
[[accept]]
sha256 = "AB%s"
path = 'C:\inetpub\WWWROOT\app/upload.aspx'
rule = "WSH1004"
reason = "our own upload page, reviewed"
by = "J. Doe"
until = 2027-03-31
""" % ("0" * 62)
LEAST = '[[accept]]\nrule = "request-writes-file"\nreason = "r"\nby = "b"\nuntil = "2026-11-26"\n'


def test_an_entry_is_read_with_all_that_it_says() -> None:
    full, least = parse_acceptances((FULL + LEAST).encode(), TODAY, file="ours.toml")
    assert full == Acceptance(
        "our own upload page, reviewed",
        "J. Doe",
        date(2027, 3, 31),
        sha256="ab" + "0" * 62,
        path=r"c:\inetpub\wwwroot\app\upload.aspx",
        rule="wsh1004",
        file="ours.toml",
    )
    assert (least.rule, least.number, least.expired) == ("request-writes-file", 2, True)


@pytest.mark.parametrize("day", ["2026-11-27", "2026-11-27T12:00:00Z", '"2026-11-27"'])
def test_an_entry_holds_until_the_end_of_its_last_day(day: str) -> None:
    text = LEAST.replace('"2026-11-26"', day)
    assert [each.expired for each in parse_acceptances(text.encode(), TODAY)] == [False]
    assert [each.expired for each in parse_acceptances(text.encode(), date(2026, 11, 28))] == [True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_editors_of_windows_write_is_read(encoding: str) -> None:
    (entry,) = parse_acceptances(LEAST.replace('"r"', '"geprüft"').encode(encoding), TODAY)
    assert entry.reason == "geprüft"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no entry"),
        ("accept = 3", "no entry"),
        ("accept = [3]", r"entry 1: write entries as \[\[accept\]\]"),
        ("[[accept", "not TOML: Expected"),
        ("[[except]]\na = 1", "'except' is not known"),
        (LEAST + "hash = 1\n", "entry 1: 'hash' is not known"),
        (LEAST + LEAST.replace("rule", "path").replace("request-writes-file", "*"), "entry 2: .*every file"),
        (LEAST.replace('rule = "request-writes-file"\n', ""), "entry 1: .*sha256, path or rule"),
        (LEAST.replace('by = "b"\n', ""), "name of the person"),
        (LEAST.replace('reason = "r"', "reason = 3"), "reason must be a text in quotes"),
        (LEAST.replace('until = "2026-11-26"', ""), "until is missing"),
        (LEAST.replace('"2026-11-26"', '"next year"'), "until must be a day"),
        (LEAST.replace('"2026-11-26"', "2026"), "until must be a day"),
        (LEAST.replace('"2026-11-26"', "2026-02-30"), "not TOML"),
        (LEAST + 'sha256 = "abc"', "64 hexadecimal digits"),
        (LEAST.replace('"r"', f'"{"r" * 1_001}"'), "more than 1,000 characters"),
        ("a = " + "[" * 100_000, "not TOML"),
        ("a = " + "9" * 100_000, "not TOML|not known"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as told:
        parse_acceptances(text.encode(), TODAY, file="ours.toml")
    assert told.value.path == "ours.toml"
    assert "\n" not in str(told.value)


def test_bytes_that_are_no_text_are_said_so() -> None:
    for content in (b"\xff\xfe\x00", b"\x80", b"\xff\xfe\x00\xd8"):
        with pytest.raises(UsageError, match="not TOML"):
            parse_acceptances(content, TODAY)


def test_files_are_read_once_each_and_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tmp_path / "ours.toml"
    ours.write_text(LEAST * 3, encoding="utf-8")
    assert [each.number for each in load_acceptances((str(ours), str(ours)), TODAY)] == [1, 2, 3]
    assert load_acceptances((), TODAY) == ()
    monkeypatch.setattr(acceptance_file, "MOST_ENTRIES", 2)
    with pytest.raises(UsageError, match="3 entries are too many"):
        load_acceptances((str(ours),), TODAY)
    monkeypatch.setattr(acceptance_file, "MOST_BYTES", 10)
    with pytest.raises(UsageError, match="larger than"):
        load_acceptances((str(ours),), TODAY)
    for missing in (str(tmp_path), str(tmp_path / "none"), "a\0b"):
        with pytest.raises(UsageError, match="can't be read"):
            load_acceptances((missing,), TODAY)


VALUES = st.recursive(
    st.one_of(
        st.integers().map(str),
        st.text(max_size=20).map(lambda text: "'" + text.replace("'", "").replace("\n", "") + "'"),
        st.sampled_from(
            ["true", "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "nan", "9999-12-31", '"2027-03-31"']
        ),
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
    max_leaves=4,
)
NAMES = st.sampled_from(["sha256", "path", "rule", "reason", "by", "until", "x"])
ENTRIES = st.lists(st.dictionaries(NAMES, VALUES, max_size=7), max_size=3).map(
    lambda entries: "".join(
        "[[accept]]\n" + "".join(f"{name} = {value}\n" for name, value in entry.items()) for entry in entries
    )
)


@given(st.one_of(ENTRIES.map(str.encode), st.text(max_size=60).map(str.encode), st.binary(max_size=60)))
def test_any_file_gives_entries_or_a_sentence(content: bytes) -> None:
    with suppress(UsageError):
        entries = parse_acceptances(content, TODAY, file="x")
        assert entries
        assert all(entry.reason and entry.by and entry.until for entry in entries)
