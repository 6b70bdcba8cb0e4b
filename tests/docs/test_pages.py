"""Pages that repeat facts of the code: the demo in README, the exit statuses, the glossary, the changelog."""

from __future__ import annotations

import re
from collections import Counter

from tests.docs.pages import TOP, iter_blocks
from webshellhunt.cli.signals import STATUSES
from webshellhunt.cli.status import FAIL_ON, Status
from webshellhunt.pipeline import hunt
from webshellhunt.reports import formats, render, schema
from webshellhunt.reports.format_registry import format_of_file
from webshellhunt.selftest.demo import demo_source


def _page(path: str) -> str:
    return (TOP / path).read_text(encoding="utf-8")


def _plain(text: str) -> str:
    """Return a text without its line ends, and without the time of the hunt."""
    return re.sub(r"Hunted: \S+", "Hunted:", " ".join(text.split()))


def test_the_readme_shows_the_demo_as_it_is() -> None:
    blocks = (block.text for block in iter_blocks("console") if block.page == "README.md")
    (shown,) = (text for text in blocks if text.startswith("$ webshellhunt demo"))
    with demo_source() as source:
        report = _plain(str(render(hunt(source), "text")))
    for piece in shown.partition("\n")[2].split("…"):
        assert _plain(piece) in report


def test_each_exit_status_and_level_is_explained() -> None:
    page = _page("docs/reference/exit-status.md")
    for status in {*map(int, Status), *map(int, STATUSES.values())}:
        assert f"| {status} |" in page
    assert all(f"`{level}`" in page for level in FAIL_ON)


def test_each_word_of_the_glossary_has_one_entry() -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", _page("docs/glossary.md"), re.MULTILINE)
    words = Counter(word.lower() for row, _ in rows for word in row.split(", "))
    assert [word for word, count in words.items() if count > 1] == []
    assert len(rows) == _page("docs/glossary.md").count("\n| **")
    nouns = "source volume root role artifact sample layer rule signature detector finding evidence span subject"
    nouns += " severity confidence indicator baseline wave disposition gap coverage"
    assert set(nouns.split()) <= set(words)


def test_the_changelog_has_one_line_for_each_change() -> None:
    changes = _page("CHANGELOG.md").partition("\n## ")[2].splitlines()[1:]
    assert all(not line or line.startswith(("- ", "### ", "## ")) for line in changes)
    groups = [line for line in changes if line.startswith("### ")]
    assert set(groups) <= {"### Added", "### Changed", "### Fixed"}


def test_each_rule_about_logs_is_explained_once() -> None:
    folder = TOP / "webshellhunt" / "detectors" / "access_log"
    rules = re.findall(r'"(WSH7\d{3})"', "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py")))
    rows = re.findall(r"^\| (WSH\d{4}) \|", _page("docs/explanation/logs.md"), re.MULTILINE)
    assert sorted(rows) == sorted(rules)


def test_each_property_of_the_logs_in_json_is_explained() -> None:
    page, parts = _page("docs/how-to/read-the-json.md"), schema()["$defs"]
    coverage, days = (parts["traffic"]["properties"][name]["items"] for name in ("coverage", "days"))
    for part in (parts["use"], parts["traffic"], parts["client"], parts["moment"], coverage, days):
        assert [name for name in part["properties"] if f"`{name}`" not in page] == []


def test_each_page_is_in_the_navigation() -> None:
    navigation = _page("mkdocs.yml")
    for path in sorted((TOP / "docs").rglob("*.md")):
        name = path.relative_to(TOP / "docs").as_posix()
        listed = _page("docs/design/index.md") if name.startswith("design/0") else navigation
        assert name.removeprefix("design/") in listed


_FORMATS = [
    "text", "html", "json", "jsonl", "markdown", "csv", "sarif", "stix", "misp", "navigator", "ocsf", "ecs",
    "timesketch", "timesketch-csv",
]  # fmt: skip


def test_each_format_has_a_heading_and_a_row() -> None:
    page = _page("docs/formats.md")
    headings = re.findall(r"^## (\S+)$", page, re.MULTILINE)
    rows = {row[0]: row[1] for row in re.findall(r"^\| `([\w-]+)` \|.*\| `(\.[\w.]+)` \|", page, re.MULTILINE)}
    assert headings == _FORMATS == list(rows)
    assert set(formats()) <= set(headings)
    for name in formats():
        assert format_of_file(f"report{rows[name]}") == name
