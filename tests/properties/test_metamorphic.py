"""The metamorphic laws: what changes nothing for the server changes nothing of the disposition.

`benchmarks/variants/laws.py` is the table of laws; each is tried on every fixture that it holds for, a share of the
pairs in each run (`tests/builders/shares.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from benchmarks.variants.judged import disposition_of, page_of, verdict_of
from benchmarks.variants.known_losses import KNOWN_LOSSES
from benchmarks.variants.laws import DOTNET, LAWS, Law, laws_for
from benchmarks.variants.page_file import PageFile
from tests.builders.shares import Share
from webshellhunt.defang import Fixture, FixtureClass, load_fixture
from webshellhunt.model.settings import PageKind
from webshellhunt.model.verdict import Disposition

TOP = Path(__file__).parents[2] / "fixtures"
NAMES = tuple(sorted(path.relative_to(TOP).as_posix() for path in TOP.glob("*/*.defanged")))
FOLDERS = sorted({name.partition("/")[0] for name in NAMES})
BY_NAME = {law.name: law for law in LAWS}
UTF_7 = 65_000  # not spelled out in a directive: that alone is a signature
RECODED = tuple(name for name in BY_NAME if name.endswith("-mark") or name.startswith("file-encoding"))


@pytest.fixture(autouse=True, scope="module")
def _forget() -> Iterator[None]:
    """Let no page stay in memory after its tests."""
    yield
    _fixture.cache_clear()
    _page.cache_clear()


@lru_cache(maxsize=len(NAMES))
def _fixture(name: str) -> Fixture:
    return load_fixture(TOP / name)


@lru_cache(maxsize=len(NAMES))
def _page(name: str) -> PageFile:
    return page_of(_fixture(name))


def _laws_of(name: str) -> tuple[Law, ...]:
    """Return the laws that may hold for a fixture; what is known to be missed has nothing to lose."""
    return () if _fixture(name).fixture_class is FixtureClass.MISSED else laws_for(name.partition("/")[0])


def _variants(law: Law, names: Iterable[str] = NAMES) -> Iterator[tuple[str, PageFile]]:
    """Yield the variants of fixtures under a law, each with the name of its fixture."""
    for name in names:
        variant = law.apply(_page(name)) if law in _laws_of(name) else None
        if variant is not None:
            yield name, variant


def _is_kept(law: Law, fixture_class: FixtureClass, before: Disposition, after: Disposition) -> bool:
    """True if the disposition of a variant is what it must be."""
    if not law.hides:
        return after == before
    # A disguise is evidence, and beside another idea it may be enough.
    is_honest = fixture_class is FixtureClass.BENIGN and before <= Disposition.BENIGN
    return after >= before and (after <= Disposition.SUSPICIOUS or not is_honest)


def _wrong(name: str, share: Share) -> dict[str, str]:
    """Return what a fixture loses under the laws of the share of this run, and what it no longer loses."""
    tried = [law for law in _laws_of(name) if share.has(name, law.name, 12)]
    if not tried:
        return {}
    before, kind, lost = disposition_of(_page(name)), _fixture(name).fixture_class, {}
    for law in tried:
        for _, variant in _variants(law, [name]):
            after = verdict_of(variant)
            if not _is_kept(law, kind, before, after.disposition):
                lost[law.name] = f"{before.label} becomes {after.disposition.label}: {after.reasons}"
    known = {law.name for law in tried} & KNOWN_LOSSES.get(name[:-9], {}).keys()
    found = dict.fromkeys(known - lost.keys(), "no longer lost")
    return found | {law: lost[law] for law in lost if law not in known}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_disposition_stays_under_each_law(folder: str, share: Share) -> None:
    names = [name for name in NAMES if name.partition("/")[0] == folder]
    assert {name: wrong for name in names if (wrong := _wrong(name, share))} == {}


def test_a_known_loss_is_one_of_a_law_and_a_fixture() -> None:
    assert {f"{name}.defanged" for name in KNOWN_LOSSES} <= {*NAMES}
    assert {law for laws in KNOWN_LOSSES.values() for law in laws} <= BY_NAME.keys()


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_holds_for_some_malicious_fixture_and_its_twin(law: Law) -> None:
    missing = {FixtureClass.MALICIOUS, FixtureClass.BENIGN}
    for name, _ in _variants(law):
        missing.discard(_fixture(name).fixture_class)
        if not missing:
            break
    assert missing == set()


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_gives_the_same_variant_each_time(law: Law) -> None:
    name, variant = next(_variants(law))
    page = _page(name)
    assert law.apply(PageFile(page.path, page.data, page.settings)) == variant
    assert page == page_of(_fixture(name))


@pytest.mark.parametrize("law", RECODED)
def test_another_encoding_holds_the_same_text(law: str) -> None:
    assert [name for name, variant in _variants(BY_NAME[law]) if variant.text != _page(name).text] == []


@pytest.mark.parametrize(
    ("law", "path", "data"),
    [
        ("utf-16-le-mark", "a.asp", b"<% x %>"),
        ("file-encoding-utf-7", "a.asp", b"<% x %>"),
        ("codepage-936", "a.aspx", b"<% x %>"),
        ("codepage-936", "a.asp", b"<%@ codepage=1252 %><% x %>"),
        ("utf-8-mark", "a.asp", b"<%@ codepage=1252 %><% x %>"),
        ("names-escaped", "a.asp", b"<% x %>"),
        ("names-escaped", "a.aspx", b'<%@ Page Language="VB" %><% x %>'),
        ("names-long-escaped", "a.aspx", b'<%@ Page Language="JScript" %><% x %>'),
        ("case-of-vb", "a.aspx", b'<%@ Page Language="C#" %><% x %>'),
        ("continuations", "a.aspx", b'<%@ Page Language="C#" %><% x(1) %>'),
        ("comments", "a.asp", b"<% x(1) %>"),
        ("server-comments-in-script", "a.asp", b"<script runat=server>word(1)</script>"),
        ("server-comments-in-script", "a.aspx", b'<%@ Page Language="C#" %><% word(1) %>'),
        ("padding-between", "a.ashx", b'<%@ WebHandler Language="C#" Class="A" %> class A {}'),
        ("picture-letters", "a.ashx", b'<%@ WebHandler Language="C#" Class="A" %> class A {}'),
        ("strings-in-curly-quotes", "a.asp", b'<% x = "word" %>'),
    ],
)
def test_a_law_leaves_alone_what_it_does_not_hold_for(law: str, path: str, data: bytes) -> None:
    assert BY_NAME[law].apply(PageFile(path, data)) is None


@pytest.mark.parametrize(
    ("law", "before", "after"),
    [
        (
            "comments",
            "<% f(a.b); %>",
            "<% f/* a + b */(/* a + b */a/* a + b */./* a + b */b/* a + b */)/* a + b */; %>",
        ),
        ("comments", "<% a = b / c; %>", "<% a /**/ = /**/ b  /**/  /  /**/  c/* a + b */; %>"),
        ("comments", '<% f($"{a}"); %>', None),
        ("comments-outside-names", "<% a.b; %>", "<% a/* a + b */.b/* a + b */; %>"),
        ("names-escaped", "<% if (ab) return c; %>", "<% if (\\u0061b) return \\u0063; %>"),
        ("names-verbatim", "<% a(b); %>", "<% a(@b); %>"),
        ("strings-split", '<% f("word"); g("w\\"x"); %>', '<% f("wo"+"rd"); g("w"+"\\"x"); %>'),
        ("strings-split", '<% a = "word".Length; %>', '<% a = ("wo"+"rd").Length; %>'),
        ("strings-split", '<% switch (a) { case "word": b(); break; } %>', None),
        ("strings-escaped", '<% f("w1"); %>', '<% f("\\u00771"); %>'),
        ("other-parameters", '<% f(Request["key"], Other["key"]); %>', '<% f(Request["qyek7"], Other["key"]); %>'),
        ("variables-renamed", "<% var word = 1; f(word); %>", "<% var zq1 = 1; f(zq1); %>"),
        ("variables-renamed", '<% var word = 1; f(word); g("word"); h.word = 2; %>', None),
        ("line-comments", "<% return (a); %>", "<% return ( // so\r\n\ta); %>"),
    ],
)
def test_a_change_of_csharp(law: str, before: str, after: str | None) -> None:
    head = '<%@ Page Language="C#" %>'
    variant = BY_NAME[law].apply(PageFile("a.aspx", f"{head}{before}".encode()))
    assert (None if variant is None else variant.text.removeprefix(head)) == after


@pytest.mark.parametrize(
    ("law", "before", "after"),
    [
        ("continuations", "<% a = b(1)\nc %>", "<% a _\r\n = _\r\n b _\r\n ( _\r\n 1 _\r\n )\nc %>"),
        ("case-of-vb", '<% Dim x: x = "Word" %>', '<% dIM X: X = "Word" %>'),
        ("strings-split", '<% x = "word" %>', '<% x = "wo" & "rd" %>'),
        ("strings-split", '<% Const x = "word" %>', None),
        ("names-bracketed", "<% a.b c %>", "<% a.[b] c %>"),
        ("codepage-65001", "<% x %>", "<%@ CODEPAGE=65001 %><% x %>"),
        (
            "codepage-65000",
            '<%@ Language="VBScript" %>\n<% x %>',
            f'<%@ Language="VBScript" CODEPAGE={UTF_7} %>\n<% x %>',
        ),
    ],
)
def test_a_change_of_vbscript(law: str, before: str, after: str | None) -> None:
    variant = BY_NAME[law].apply(PageFile("a.asp", before.encode()))
    assert (None if variant is None else variant.text) == after


def test_the_table_knows_what_classic_asp_refuses() -> None:
    wide = [law for law in LAWS if law.name.startswith(("utf-16", "utf-32", "file-encoding"))]
    assert len(wide) == 10
    assert not any(PageKind.CLASSIC_ASP in law.kinds for law in wide)
    assert all(law.kinds >= DOTNET for law in wide)
