"""The generated reference is complete: every public name, command, option, rule and property has its entry."""

from __future__ import annotations

import re
from functools import lru_cache

import webshellhunt
from tools.reference import reference_pages
from tools.reference.commands import iter_commands, iter_options
from tools.reference.report_schema import iter_properties
from webshellhunt.cli.parsing.parser import build_parser
from webshellhunt.reports import schema
from webshellhunt.reports.rule_list import iter_rules

_pages = lru_cache(maxsize=1)(reference_pages)


def _headings(page: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", _pages()[page], re.MULTILINE))


def test_every_public_name_has_its_entry() -> None:
    assert set(webshellhunt.__all__) <= _headings("reference/python.md")


def test_every_command_has_its_entry_with_each_of_its_options() -> None:
    page = _pages()["reference/command-line.md"]
    sections = {section.partition("\n")[0]: section for section in page.split("\n## ")[1:]}
    commands = list(iter_commands(build_parser()))
    assert {command.prog for command in commands} == set(sections)
    for command in commands:
        for action in iter_options(command):
            names = action.option_strings or [str(action.metavar or action.dest.upper())]
            assert all(name in sections[command.prog] for name in names), (command.prog, names)
            assert action.help, (command.prog, names)


def test_every_rule_has_its_page_and_its_row() -> None:
    index = _pages()["reference/rules/index.md"]
    rules = list(iter_rules())
    assert len(rules) > 100
    for rule in rules:
        page = _pages()[f"reference/rules/{rule.id}.md"]
        assert rule.slug in page
        assert "\n## Blind spots\n" in page, rule.id
        assert f"[{rule.id}]({rule.id}.md)" in index
        for former in (name for name in rule.merged if name.startswith("WSH")):
            assert f"({rule.id}.md)" in _pages()[f"reference/rules/{former}.md"]


def test_every_property_of_the_schema_has_its_row_with_a_description() -> None:
    page, whole = _pages()["reference/report-schema.md"], schema()
    for name, definition in whole["$defs"].items():
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        for path, _, text in iter_properties(definition, whole):
            assert text, f"{name}.{path} has no description in schema.json"
            assert f"| `{path}` |" in section


def test_no_page_has_markup_that_is_text() -> None:
    for path, page in _pages().items():
        text = re.sub(r"```.*?```|``.+?``|`[^`\n]+`", "", page, flags=re.DOTALL)
        assert not re.findall(r"(?<!\\)<(?!https?://|/?code>)", text), path
