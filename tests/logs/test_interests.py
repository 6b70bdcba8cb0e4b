from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.questions import Asked, asked_for
from webshellhunt.logs import interests
from webshellhunt.logs.interests import MANY_WORDS, Interests, Words
from webshellhunt.model.traffic import LogKind


def test_each_address_is_asked_in_lower_case() -> None:
    found = Interests([asked_for(b"/a"), Asked({b"/a": (b"cmd=",)}), asked_for(b"/b")], LogKind.IIS)
    assert found[b"/A"] == ((0, ()), (1, (b"cmd=",)))
    assert found[b"/c"] == ()


def test_an_address_of_httperr_is_asked_without_its_query() -> None:
    assert Interests([asked_for(b"/a")], LogKind.HTTP_ERR)[b"/A?x=1"] == ((0, ()),)
    assert Interests([asked_for(b"/a")], LogKind.IIS)[b"/a?x=1"] == ()


def test_the_next_log_has_the_answers_of_the_one_before() -> None:
    questions = [asked_for(b"/a"), asked_for(b"/b")]
    found = Interests.of(questions, LogKind.IIS)
    assert found[b"/a"]
    assert Interests.of(list(questions), LogKind.IIS) is found
    assert Interests.of(questions, LogKind.FTP) is not found
    assert Interests.of(questions[:1], LogKind.IIS) is not found
    assert Interests.of([asked_for(b"/a"), asked_for(b"/b")], LogKind.IIS) is not found


def test_long_addresses_are_forgotten_earlier() -> None:
    found = Interests([asked_for(b"/a")], LogKind.IIS)
    for number in range(300):
        found[b"%d" % number + b"x" * 65_536]
    assert sum(map(len, found)) <= interests.MOST_BYTES


def test_too_many_addresses_are_forgotten() -> None:
    found = Interests([asked_for(b"/a")], LogKind.IIS)
    for number in range(interests.MOST_ADDRESSES + 10):
        found[b"/%d" % number]
    assert len(found) <= interests.MOST_ADDRESSES


@given(
    st.lists(st.text("ab.c", min_size=1, max_size=20).map(str.encode), min_size=MANY_WORDS + 1, unique=True),
    st.text("ABab.c", max_size=40).map(str.encode),
)
def test_many_words_are_found_as_few_are(words: list[bytes], data: bytes) -> None:
    assert sorted(Words([asked_for(words=frozenset(words))]).find(data)) == sorted(
        word for word in words if word in data.lower()
    )


def test_words_name_the_questions_of_each_line() -> None:
    words = Words([Asked(words=frozenset({b"powershell", b"shell"})), Asked(words=frozenset({b"x-rps"}))])
    lines = [b"GET /PowerShell?X-Rps", b"GET /", b"a shell"]
    present = words.find(b"\n".join(lines))
    assert sorted(present) == [b"powershell", b"shell", b"x-rps"]
    assert words.lines_with(present, lines) == {0: {0, 1}, 2: {0}}
    assert words.find(b"GET /") == []
    assert words.lines_with([], lines) == {}
    assert Words([asked_for(b"/a")]).find(b"powershell") == []
