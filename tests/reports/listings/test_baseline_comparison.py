"""A comparison as text: by directory, never a row a file, and changes without secrets and inert in a file."""

from __future__ import annotations

from typing import Any

from webshellhunt.baselines.compare import Comparison, Deviation
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.standing import Standing, StandingKind
from webshellhunt.reports.listings.baseline_comparison import EXAMPLES, GROUPS, comparison_lines
from webshellhunt.reports.options import Options
from webshellhunt.sources.memory import MemorySource

CLEAN = b'<%@ Page Language="C#" %>\r\n<p>text</p>\r\n'
PAGE = CLEAN + b"<% Response.Write(1); %>\r\n"


def deviation(path: str, *, page: bool = False) -> Deviation:
    standing = Standing(StandingKind.CHANGED, path, "a list", ("ab" * 16,))
    return Deviation(Artifact(path, path, Role.GIVEN, 0), standing, "cd" * 32, page)


def told(comparison: Comparison, clean: bytes | None = None, found: bytes = PAGE, **options: Any) -> str:
    source = MemorySource({"owa/x.aspx": found})
    return "".join(comparison_lines(comparison, source, lambda key: clean, Options(**options)))


def test_thousands_of_files_are_a_few_rows() -> None:
    many = [deviation(f"{number % 100}/{number}.js") for number in range(5_000)]
    text = told(Comparison("E", covered=True, changed=many))
    assert text.count("\n") == 4 + GROUPS
    assert "50 in 0: 0.js, 100.js" in text
    assert f"… and {50 - EXAMPLES} more" in text
    assert "3,500 in 70 other directories" in text
    assert told(Comparison("E", covered=True, changed=many), show_all=True).count(".js") == 5_000


def test_a_changed_page_shows_its_changes_by_block() -> None:
    text = told(Comparison("E", ("15.2.1544.4",), covered=True, changed=[deviation("owa/x.aspx", page=True)]), CLEAN)
    assert text.startswith("E (build 15.2.1544.4): 0 files as listed, 1 changed, 0 pages not listed")
    assert "1 in owa: x.aspx (page)" in text
    assert "  line 3, code (c#):\n    + <% Response.Write(1); %>\n" in text


def test_in_a_file_the_lines_are_inert() -> None:
    changed = Comparison("E", covered=True, changed=[deviation("owa/x.aspx", page=True)])
    assert "<% Response" not in told(changed, CLEAN, on_disk=True)
    assert "·Res·" in told(changed, CLEAN, on_disk=True)
    assert "<% Response" in told(changed, CLEAN, on_disk=True, raw_excerpts=True)


def test_the_secrets_of_the_victim_are_fingerprints() -> None:
    secret = "Sw0rdf1sh-and-more"
    found = CLEAN + f'<% string c = "Server=db;User ID=sa;Password={secret}"; %>'.encode()
    text = told(Comparison("E", covered=True, changed=[deviation("owa/x.aspx", page=True)]), CLEAN, found)
    assert "string c" in text
    assert secret not in text


def test_without_a_clean_copy_the_digests_are_told() -> None:
    text = told(Comparison("E", covered=True, changed=[deviation("owa/x.aspx", page=True)]))
    assert f"sha256 {'cd' * 32}; listed: {'ab' * 16}…" in text
    assert "--clean" in text


def test_what_no_list_covers_and_what_is_gone_is_said() -> None:
    assert "No list covers this build" in told(Comparison("E", builds=("15.2.792.3",)))
    assert "The build of this server is unknown" in told(Comparison("E"))
    gone = Comparison("E", covered=True, changed=[deviation("owa/gone.aspx", page=True)])
    assert "can't be read" in told(gone, CLEAN)
