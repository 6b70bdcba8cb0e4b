"""Settings by which a configuration file makes a server run code, and their occurrences in a file.

The table says where each setting is, its effect on the server, and how its value is judged; the rules about settings
share one walk through a file. A file whose root is a section itself, which a ``configSource`` names, is read as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

from webshellhunt.host.iis.sections import normalize_location
from webshellhunt.host.iis.xml_tree import MAX_ELEMENTS, Element
from webshellhunt.knowledge.tables import data_file

_ROW = re.compile(r"(?P<path>[^@\s]*) ?@(?P<names>[\w|*]+)(?: \+ (?P<more>\w+))?(?: \{(?P<when>.+)\})?")
_CONDITION = re.compile(r"(?:(\w+)=)?(.*)")
_ANY: Final = "*"
_DEEPEST: Final = 4
_MOST: Final = MAX_ELEMENTS


class Setting(NamedTuple):
    """One row of the table.

    ``attribute`` has the value, and ``more`` is an attribute whose text is appended to it. ``when`` is a condition: an
    attribute (empty: the value itself) and a pattern. ``where`` is a pattern of the locations at which it counts, and
    ``stock_where`` of those at which setup has it. ``levels`` has a letter for an Exchange application, for the
    server, and for any other place; with ``in_sharepoint`` a site of SharePoint weighs as an application of Exchange.
    """

    rule: str
    path: tuple[str, ...]
    attribute: str
    more: str
    when: tuple[str, re.Pattern[str]] | None
    look: str
    levels: tuple[str, str, str]
    noun: str
    says: str
    stock: re.Pattern[str] | None
    where: re.Pattern[str] | None
    stock_where: re.Pattern[str] | None
    once: bool
    in_sharepoint: bool
    source: str


class FoundSetting(NamedTuple):
    """A setting in a file: its element with those above it, its location, its attribute and its value."""

    setting: Setting
    element: Element
    above: tuple[Element, ...]
    location: str
    attribute: str
    value: str

    @property
    def section(self) -> str:
        """The path of the element in lower case, as the names of locked sections begin it."""
        return "/".join(each.tag.lower() for each in (*self.above, self.element) if each.tag.lower() != "location")


@dataclass(eq=False)
class _Node:
    """The rows of the table by the names of the elements."""

    below: dict[str, _Node] = field(default_factory=dict)
    rows: list[Setting] = field(default_factory=list)

    def step(self, tag: str) -> tuple[_Node, ...]:
        return tuple(self.below[name] for name in (tag, _ANY) if name in self.below)


def iter_settings(config: Element) -> Iterator[FoundSetting]:
    """Yield the settings of the table in a configuration, in document order; stock values are left out."""
    tops, sections = _tree()
    tag = config.tag.lower()
    if tag == "configuration":
        waiting: list[tuple[Element, tuple[_Node, ...], str, tuple[Element, ...], int]] = [(config, tops, "", (), 0)]
    else:
        waiting = [(config, sections.get(tag, ()), "", (), 0)]
        yield from _in_element(config, waiting[0][1], "", ())
    found = 0
    while waiting and found < _MOST:
        element, nodes, location, above, depth = waiting.pop()
        later: list[tuple[Element, tuple[_Node, ...], str, tuple[Element, ...], int]] = []
        inside = above if element is config and tag == "configuration" else (*above, element)
        for child in element.children:
            name = child.tag.lower()
            if name == "location":
                if depth < _DEEPEST:
                    inner = f"{location}/{child.get('path')}" if location else child.get("path")
                    later.append((child, nodes, normalize_location(inner), inside, depth + 1))
                continue
            matched = tuple(node for each in nodes for node in each.step(name))
            if matched:
                for each in _in_element(child, matched, location, inside):
                    found += 1
                    yield each
                later.append((child, matched, location, inside, depth))
        waiting += reversed(later)


def _in_element(
    element: Element, nodes: tuple[_Node, ...], location: str, above: tuple[Element, ...]
) -> Iterator[FoundSetting]:
    for setting in (row for node in nodes for row in node.rows):
        here = location.lower()
        if (setting.where is not None and not setting.where.fullmatch(here)) or (
            setting.stock_where is not None and setting.stock_where.fullmatch(here)
        ):
            continue
        names = [*element.attributes] if setting.attribute == _ANY else [setting.attribute]
        for name in names:
            value = element.get(name)
            if not value or (setting.stock is not None and setting.stock.fullmatch(value.lower())):
                continue
            if setting.when is not None:
                tested = element.get(setting.when[0]) if setting.when[0] else value
                if setting.when[1].fullmatch(tested.lower()) is None:
                    continue
            more = element.get(setting.more) if setting.more else ""
            yield FoundSetting(setting, element, above, location, name, f"{value} {more}".rstrip())


@lru_cache(maxsize=1)
def load_settings() -> tuple[Setting, ...]:
    """Load the table."""
    import tomllib  # A hunt without a configuration never needs it.

    document = tomllib.loads(data_file("code_by_configuration.toml").read_text(encoding="utf-8"))
    return tuple(
        setting
        for group in document["group"]
        for row in group["settings"]
        for prefix in group.get("below", [""])
        for setting in _settings(group, prefix, *row)
    )


def _settings(group: Mapping[str, object], prefix: str, at: str, says: str, stock: str = "") -> Iterator[Setting]:
    """Yield a setting for each path and attribute of a row."""
    row = _ROW.fullmatch(f"{prefix} {at}" if prefix else at)
    assert row is not None, at
    condition = _CONDITION.fullmatch(row["when"] or "")
    assert condition is not None, at
    when = (condition[1] or "", re.compile(condition[2]))
    exchange, server, elsewhere = str(group["levels"]).split()
    for *path, attribute in product(*(part.split("|") for part in (*row["path"].split("/"), row["names"]))):
        yield Setting(
            rule=str(group["rule"]),
            path=tuple(part.lower() for part in path),
            attribute=attribute,
            more=row["more"] or "",
            when=when if row["when"] else None,
            look=str(group["look"]),
            levels=(exchange, server, elsewhere),
            noun=str(group["noun"]),
            says=says,
            stock=_pattern(stock),
            where=_pattern(group.get("where")),
            stock_where=_pattern(group.get("stock_where")),
            once=bool(group.get("once", False)),
            in_sharepoint=bool(group.get("in_sharepoint", False)),
            source=str(group["source"]),
        )


def _pattern(text: object) -> re.Pattern[str] | None:
    return re.compile(str(text)) if text else None


@lru_cache(maxsize=1)
def _tree() -> tuple[tuple[_Node, ...], Mapping[str, tuple[_Node, ...]]]:
    """Return the table as a tree of names, and its sections by their last names."""
    top = _Node()
    sections: dict[str, dict[int, _Node]] = {}
    for setting in load_settings():
        node = top
        for depth, name in enumerate(setting.path):
            node = node.below.setdefault(name, _Node())
            if depth > 0 or len(setting.path) <= 2:
                sections.setdefault(name, {})[id(node)] = node
        node.rows.append(setting)
    return (top,), {name: tuple(nodes.values()) for name, nodes in sections.items() if name not in (_ANY, "add")}
