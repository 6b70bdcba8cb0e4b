from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.includes import DependencyResolver, JoinedText, join_includes
from webshellhunt.pages.includes.resolver import MAX_DEPTH, MAX_FILES, ResolutionCode
from webshellhunt.pages.parser import parse
from webshellhunt.sources import MemorySource


def joined(files: dict[str, str], page: str = "page.asp", kind: PageKind = PageKind.CLASSIC_ASP) -> JoinedText:
    source = MemorySource({path: text.encode() for path, text in files.items()})
    settings = PageSettings()
    text = files[page]
    pulling = DependencyResolver(source, Artifact(page, page, Role.GIVEN, len(text)))
    return join_includes(text, parse(text, kind, settings), page, pulling, settings)


def include(path: str, form: str = "file") -> str:
    return f'<!-- #include {form}="{path}" -->'


def test_an_include_is_put_where_it_is_named() -> None:
    found = joined({"page.asp": f"one {include('inc/a.txt')} two", "inc/a.txt": "A", "A": ""})
    assert found.text == "one A two"
    assert [file.pulled.path for file in found.files] == ["inc/a.txt"]
    assert found.refused == []


def test_each_character_leads_back_to_its_own_file() -> None:
    page = f"one {include('a.txt')} two {include('b.txt')} three"
    files = {"page.asp": page, "a.txt": f"[{include('b.txt')}]", "b.txt": "bb"}
    found = joined(files)
    assert found.text == "one [bb] two bb three"
    texts = [page, *(file.decoded.text for file in found.files)]
    for at, char in enumerate(found.text):
        file, start, end = found.place(at, at + 1)
        assert texts[file][start:end] == char
    at = found.text.index("bb]")
    assert found.place(at, at + 2) == (2, 0, 2)
    assert page[slice(*found.outer(at, at + 2))] == include("a.txt")
    assert found.outer(0, 3) == (0, 3)


def test_an_include_inside_another_is_named_relative_to_that_one() -> None:
    files = {"page.asp": include("inc/a.txt"), "inc/a.txt": include("b.txt"), "inc/b.txt": "deep", "b.txt": "wrong"}
    assert joined(files).text == "deep"


def test_a_circle_ends_where_it_closes() -> None:
    found = joined({"page.asp": include("a.txt"), "a.txt": f"a{include('page.asp')}{include('A.TXT')}"})
    assert found.text == f"a{include('page.asp')}{include('A.TXT')}"
    assert {each.code for each in found.refused} == {ResolutionCode.CYCLE}


def test_includes_are_followed_to_a_depth() -> None:
    files = {"page.asp": include("1.txt")} | {f"{n}.txt": f"{n}{include(f'{n + 1}.txt')}" for n in range(1, 20)}
    found = joined(files)
    assert len(found.files) == MAX_DEPTH
    assert [each.code for each in found.refused] == [ResolutionCode.LIMIT]


def test_a_ring_of_a_thousand_ends_soon() -> None:
    files = {f"{n}.asp": f"{n}{include(f'{(n + 1) % 1000}.asp')}" for n in range(1000)}
    with at_most(500_000):
        found = joined(files, "0.asp")
        assert len(found.files) == MAX_DEPTH


def test_a_tree_of_includes_is_cut_at_a_number_of_files() -> None:
    files = {"page.asp": include("0.txt") * 4} | {f"{n}.txt": include(f"{n + 1}.txt") * 4 for n in range(9)}
    found = joined({**files, "9.txt": "leaf"})
    assert len(found.files) <= MAX_FILES
    assert ResolutionCode.LIMIT in {each.code for each in found.refused}


def test_what_is_missing_stays_and_is_told() -> None:
    found = joined({"page.asp": f"a{include('none.txt')}b"})
    assert found.text == f"a{include('none.txt')}b"
    assert [each.code for each in found.refused] == [ResolutionCode.MISSING]


@pytest.mark.parametrize("kind", [PageKind.WEB_FORM, PageKind.CLASSIC_ASP])
def test_a_script_from_elsewhere_takes_the_place_of_its_tag(kind: PageKind) -> None:
    tag = '<script language="JScript" runat="server" src="code.txt"></script>'
    found = joined({"page.asp": f"a{tag}b", "code.txt": "var x;"}, kind=kind)
    assert found.text == 'a<script runat="server" language="JScript">var x;</script>b'
    (block,) = parse(found.text, kind, PageSettings()).blocks
    assert found.text[block.start : block.end] == "var x;"
    assert found.place(block.start, block.end) == (1, 0, 6)
    assert found.outer(block.start, block.end) == (1, 1 + len(tag))


def test_the_body_of_a_script_from_elsewhere_is_ignored_by_asp_net_and_kept_in_classic_asp() -> None:
    files = {"page.asp": '<script runat="server" src="code.txt">body()</script>', "code.txt": "outer()"}
    assert "body" not in joined(files, kind=PageKind.WEB_FORM).text
    classic = joined(files).text
    assert "body()" in classic
    assert "outer()" in classic


def test_an_include_is_read_in_its_own_encoding() -> None:
    page = f"é{include('a.txt')}"
    source = MemorySource({"page.asp": page.encode(), "a.txt": "\ufeffü".encode("utf-16-le")})
    pulling = DependencyResolver(source, Artifact("page.asp", "page.asp", Role.GIVEN, 0))
    parsed = parse(page, PageKind.WEB_FORM, PageSettings())
    assert join_includes(page, parsed, "page.asp", pulling, PageSettings()).text == "éü"


PARTS = st.lists(
    st.sampled_from([include("a.txt"), include("b.txt"), include("none"), "x", "<%", "%>", "<!--", "-->", "é"])
    | st.just('<script runat=server src="b.txt">y</script>'),
    max_size=8,
).map("".join)


@given(PARTS, PARTS, PARTS, st.sampled_from([PageKind.WEB_FORM, PageKind.CLASSIC_ASP]))
def test_every_place_lies_in_its_file_and_says_what_the_text_says(page: str, a: str, b: str, kind: PageKind) -> None:
    found = joined({"page.asp": page, "a.txt": a, "b.txt": b}, kind=kind)
    texts = [page, *(file.decoded.text for file in found.files)]
    for at, char in enumerate(found.text):
        file, start, end = found.place(at, at + 1)
        assert 0 <= start <= end <= len(texts[file])
        assert texts[file][start:end] == char or end - start > 1
        outer = found.outer(at, at + 1)
        assert 0 <= outer[0] <= outer[1] <= len(page)
