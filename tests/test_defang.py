"""The codec: exact on every byte, inert by construction, and strict about what it reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from webshellhunt.defang import (
    Fixture,
    FixtureClass,
    defang,
    inert,
    load_fixture,
    read_fixture,
    refang,
    restored,
    write_fixture,
)
from webshellhunt.errors import FixtureError
from webshellhunt.signatures.catalog import load_catalog

HEADER = "webshellhunt-fixture: 1\npath: a/x.aspx\nclass: benign\nexpect:\norigin: written for this project\n"


@given(st.binary(max_size=400))
def test_round_trip_is_exact(data: bytes) -> None:
    assert refang(defang(data)) == data


@given(st.binary(max_size=400))
def test_round_trip_survives_rewritten_line_ends(data: bytes) -> None:
    assert refang(defang(data).replace("\n", "\r\n")) == data


@given(st.binary(max_size=400))
def test_round_trip_survives_stripped_line_ends(data: bytes) -> None:
    stripped = "\n".join(line.rstrip() for line in defang(data).split("\n"))
    assert refang(stripped) == data


WORDS = (
    "<", "<%", "<%@ ", "%>", "<?", "php ", "=", "<script", " runat=", "server", "eval", "(", " ", "Request", ".Form[",
    "$_", "POST", "&lt;", "%3c%25", "%28", "execute ", '"x"', "new:", "72C24DD5-", "Process.", "Start", "e", "r", "·",
    "C:\\x.aspx", "\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_an_inert_text_is_inert_for_good_and_comes_back(text: str) -> None:
    made = inert(text)
    assert inert(made) == made
    assert inert(restored(made)) == made
    assert "<%" not in made
    if "·" not in text:
        assert restored(made) == text


@given(st.text(max_size=100))
def test_only_dots_are_added(text: str) -> None:
    assert inert(text).replace("·", "") == text.replace("·", "")
    assert inert(restored(text)) == inert(text)


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ('<·%ev·al req·uest("x")%>', '<·%e·val r·equest("x")%>'),
        ("&lt;script&gt;alert", "&·lt;script&gt;alert"),
        ("cmd=%3C·%25ev·al%28Req·uest%5B", "cmd=%·3C%25e·val%28R·equest%5B"),
        ("Set x = New:72C24DD5-D70A-438B-8A42-98424B88AFB8", "Set x = N·ew:72C24DD5-D70A-438B-8A42-98424B88AFB8"),
        ("@ass·ert ($·_POST['a'])", "@a·ssert ($·_POST['a'])"),
    ],
)
def test_the_words_of_code_are_broken(code: str, broken: str) -> None:
    assert inert(live(code)) == broken
    assert restored(broken) == live(code)


@pytest.mark.parametrize(
    "sentence",
    [
        "request data is executed as code: Request.Item('key2') → eval (WSH1001 critical, line 1)",
        r"C:\Program Files (x86)\request.aspx",
        "the request (3 times) may execute it; the system (IIS) answers",
        "https://mail.example.com/owa/auth/x.aspx?cmd=whoami%20/all&t=<b>",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    ],
)
def test_a_text_without_code_stays(sentence: str) -> None:
    assert inert(sentence) is sentence


def test_no_signature_matches_an_inert_fixture() -> None:
    catalog = load_catalog()
    found = {}
    for path in sorted((Path(__file__).parents[1] / "fixtures").glob("*/*.defanged")):
        data = load_fixture(path).data
        hits = catalog.scan(inert(data.decode("latin-1")).encode(), path="report.txt")
        if hits:
            found[path.name] = [hit.rule for hit in hits]
    assert found == {}


@given(st.binary(max_size=400))
def test_no_run_of_four_characters_survives(data: bytes) -> None:
    text = defang(data)
    encoded = text.encode()
    assert all(data[i : i + 4] not in encoded for i in range(len(data) - 3) if _printable(data[i : i + 4]))
    assert all(len(re.findall(r"\\x..|.", group)) <= 4 for line in text.split("\n") for group in line.split("·"))


def _printable(piece: bytes) -> bool:
    return all(0x20 < b < 0x7F and b != 0x5C for b in piece)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\n", "·\n"),
        (b"abc", "·abc\\\n"),
        (b"abcd\r\n", "·abc·d\\x0d\n"),
        (b"a\\b\t\x00\xff\n", "·a\\x5cb·\\x09\\x00\\xff\n"),
        (b"ab \n", "·ab\\x20\n"),
        (b"\n\nx", "·\n·\n·x\\\n"),
    ],
)
def test_known_answers(data: bytes, text: str) -> None:
    assert defang(data) == text
    assert refang(text) == data


def test_a_missing_last_line_end_changes_nothing() -> None:
    assert refang("·abc") == b"abc\n"
    assert refang("·abc\\") == b"abc"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("abc\n", 1),
        ("·abc\nabc\n", 2),
        ("·abcd\n", 1),
        ("·abc\n\n·abc\n", 2),
        ("·a\\x0\n", 1),
        ("·a\\\\\n", 1),
        ("·a\tb\n", 1),
        ("·é\n", 1),
        ("·a\\\n·b\n", 2),
        ("·a\rb\n", 1),
    ],
)
def test_what_is_not_defanged_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(FixtureError) as caught:
        refang(text)
    assert caught.value.line == line


@given(
    st.builds(
        Fixture,
        path=st.from_regex(r"[a-z]{1,8}(/[a-z ]{0,3}[a-z]){0,3}\.aspx", fullmatch=True),
        fixture_class=st.sampled_from(FixtureClass),
        expect=st.lists(st.from_regex(r"WSH[0-9]{4}", fullmatch=True), max_size=3).map(tuple),
        origin=st.just("written for this project"),
        data=st.binary(max_size=60),
        about=st.sampled_from(["", "Shows a thing: with a colon."]),
        mapping=st.sampled_from(["", "*.png web_form"]),
    )
)
def test_a_fixture_is_read_as_it_was_written(fixture: Fixture) -> None:
    assert read_fixture(write_fixture(fixture)) == fixture


def test_comments_in_a_header_are_no_part_of_the_value() -> None:
    text = HEADER.replace("class: benign", "class: malicious      # malicious | benign | missed\n# a whole line")
    assert read_fixture(text).fixture_class is FixtureClass.MALICIOUS


def test_a_number_sign_inside_a_word_is_part_of_the_value() -> None:
    assert read_fixture(HEADER.replace("a/x.aspx", "C#/#x.aspx")).path == "C#/#x.aspx"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("webshellhunt-fixture: 1", "webshellhunt-fixture: 2", 1, "starts with"),
        ("path: a/x.aspx\n", "", 4, "no 'path:'"),
        ("class: benign", "class: evil", 5, "none of malicious, benign, missed"),
        ("class: benign", "klass: benign", 3, "unknown field 'klass'"),
        ("class: benign", "class benign", 3, "expected 'name: value'"),
        ("class: benign", "path: b", 3, "stands twice"),
        ("project\n", "project\n\n·abc\nraw\n", 8, "not a defanged line"),
    ],
)
def test_a_malformed_fixture_names_its_line(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(FixtureError, match=words) as caught:
        read_fixture(HEADER.replace(old, new))
    assert caught.value.line == line


@pytest.mark.parametrize("about", ["two\nlines", "a # comment", " blank"])
def test_a_header_that_would_not_be_read_back_is_not_written(about: str) -> None:
    with pytest.raises(FixtureError, match="'about' is one line"):
        write_fixture(Fixture("x", FixtureClass.BENIGN, (), "here", b"", about))


def test_a_bad_fixture_names_its_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.defanged"
    path.write_text(HEADER.replace("class: ", "clazz: "), encoding="utf-8")
    with pytest.raises(FixtureError, match=r"bad\.defanged:3: unknown field 'clazz'"):
        load_fixture(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(FixtureError, match=r"bad\.defanged: a fixture is UTF-8 text"):
        load_fixture(path)
