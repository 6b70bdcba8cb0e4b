"""What is told of a mapping: its line, what it runs as, and that it is there."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read

HANDLER = "static_type_mapped/handler"
TYPE = "System.Web.UI.PageHandlerFactory"


def test_the_mapping_is_told_with_its_line() -> None:
    fixture = read(HANDLER)
    found = finding(fixture, "WSH4002")
    (evidence,) = found.evidence
    line = next(n for n, text in enumerate(fixture.data.splitlines(), 1) if b"<add" in text)
    assert found.facts == {"mapping": "*.png", "runs_as": "web_form", "mapped_by": "handler"}
    assert evidence.line == line
    assert fixture.data[evidence.span.start : evidence.span.end].strip().startswith(b'<add name="pictures"')
    assert evidence.excerpt.startswith('<add name="pictures"')


def test_what_a_key_leaves_on_the_line_of_the_mapping_is_known_as_its_own() -> None:
    key, line = "0123456789ABCDEF" * 4, next(t for t in read(HANDLER).data.decode().splitlines() if "<add" in t)
    before, after = f'<x validationKey="{key[:32]}\n  {key[32:]}"/>', f'<y validationKey="{key[::-1]}"/>'
    fixture = changed(HANDLER, (line, f'{before}<add name="p" path="*.png" verb="*" type="{TYPE}"/>{after}'))
    (evidence,) = finding(fixture, "WSH4002").evidence
    assert evidence.excerpt.startswith('<add name="p"')
    assert evidence.secrets is not None
    assert [(evidence.excerpt[s.start : s.end], s.value) for s in evidence.secrets] == [(key[::-1], key[::-1])]


@pytest.mark.parametrize("pattern", ["*.jpg", "*.TXT", "*.config", "old/*.js", "logo.png"])
def test_any_name_that_is_sent_as_it_is_counts(pattern: str) -> None:
    assert findings(changed(HANDLER, ("*.png", pattern)), "WSH4002")


@pytest.mark.parametrize("pattern", ["*.aspx", "*.page", "page.ashx"])
def test_a_name_for_pages_does_not(pattern: str) -> None:
    assert findings(changed(HANDLER, ("*.png", pattern)), "WSH4002") == []


def test_a_mapping_that_stands_twice_is_told_once_a_place() -> None:
    line = next(text for text in read(HANDLER).data.decode().splitlines() if "<add" in text)
    removed = f'      <remove name="pictures" />\n{line}'
    assert len(findings(changed(HANDLER, (line, f"{line}\n{removed}")), "WSH4002")) == 1


def test_a_broken_file_is_read_as_far_as_it_goes() -> None:
    fixture = changed(HANDLER, ("</configuration>", "<broken"))
    assert [f.facts["mapping"] for f in findings(fixture, "WSH4002")] == ["*.png"]


@pytest.mark.parametrize("path", ["images/web.xml", "images/page.aspx"])
def test_only_a_configuration_file_maps(path: str) -> None:
    assert findings(changed(HANDLER, path=path), "WSH4002") == []


def test_all_elements_of_a_mapping_are_told_in_one_finding_and_other_types_are_not() -> None:
    fixture = read(HANDLER)
    line = next(text for text in fixture.data.decode().splitlines() if "<add" in text)
    page = 'type="System.Web.Compilation.PageBuildProvider"'
    resources = 'type="System.Web.Compilation.ResXBuildProvider"'
    built = [f'<add extension=".png" {page} />', f'<add extension=".gif" {resources} />']
    more = ["<system.web><compilation><buildProviders>", *built, "</buildProviders></compilation></system.web>"]
    (found,) = findings(changed(HANDLER, ("</configuration>", "\n".join([*more, "</configuration>"]))), "WSH4002")
    shown = [each.excerpt for each in found.evidence]
    assert shown[0] == line.strip()
    assert [text.split(" type")[0] for text in shown[1:]] == ['<add extension=".png"']
