"""The table of places in the registry, and the reader of its values."""

from __future__ import annotations

import pytest

from tests.builders.hive import Typed, build_hive
from tests.persistence.rows_registry import tree_of
from webshellhunt.detectors import iter_rules
from webshellhunt.host.machine.autostart_places import find_keys, iter_items, load_places, plain_item
from webshellhunt.host.machine.registry_hive import Hive


def hive(paths: dict[str, dict[str, object]]) -> Hive:
    data = build_hive(tree_of(paths))
    return Hive(lambda offset, size: data[offset : offset + size], "hive")


def test_each_place_names_a_rule_a_form_and_a_source() -> None:
    slugs = {rule.slug for rule in iter_rules()}
    for place in load_places():
        assert place.rule in slugs, place.id
        assert place.form in ("command", "library", "number", "text", "key", "exclusion"), place.id
        assert place.weight in ("accuse", "odd", "question", "plain", "fact"), place.id
        assert all((place.source, place.effect)), place.id
        assert bool(place.odd) == (place.form == "number"), place.id
        assert {each for each, _ in place.keys} <= {"SYSTEM", "SOFTWARE", "USER", "CLASSES"}, place.id
    assert len({place.id for place in load_places()}) == len(load_places())


def test_keys_are_found_by_a_star_in_any_part() -> None:
    found = hive({"A\\B1\\C": {"x": "1"}, "A\\B2\\C": {"x": "1"}, "A\\D\\C": {"x": "1"}, "A\\B3": {"x": "1"}})
    assert [key.path for key in find_keys(found, "A\\B*\\C")] == ["A\\B1\\C", "A\\B2\\C"]
    assert [key.path for key in find_keys(found, "A\\*")] == ["A\\B1", "A\\B2", "A\\B3", "A\\D"]
    assert [key.path for key in find_keys(found, "a\\b3")] == ["A\\B3"]
    assert list(find_keys(found, "A\\Z\\*")) == []


@pytest.mark.parametrize(
    ("data", "items"),
    [
        ("explorer.exe, a.exe", ["explorer.exe", "a.exe"]),
        (("one", "two"), ["one", "two"]),
        (Typed(2, "%windir%\\x.exe"), ["%windir%\\x.exe"]),
        ("", []),
        (5, []),
    ],
)
def test_the_items_of_a_value(data: object, items: list[str]) -> None:
    found = hive({"Microsoft\\Windows NT\\CurrentVersion\\Winlogon": {"Shell": data}})
    assert [each.item for each in iter_items(found, "SOFTWARE") if each.value == "Shell"] == items


def test_the_folder_of_windows_has_one_form() -> None:
    assert plain_item(r'"C:\Windows\System32\a.exe" C:\WINDOWS\b') == r'"%windir%\system32\a.exe" %windir%\b'
    assert plain_item(r"\??\C:\Windows\x") == r"\??\%windir%\x"
    assert plain_item(r"D:\x\C:\Windows") == r"d:\x\c:\windows"
