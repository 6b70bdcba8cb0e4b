"""The examples for Elastic and Splunk name only fields and values that the formats ecs and ocsf write."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import webshellhunt as wsh
from webshellhunt.model.findings import Gap
from webshellhunt.selftest.demo import demo_source

HOME = Path(__file__).parents[3] / "integrations" / "siem"
OPTIONAL = {"device.hostname"}
"""Fields that a server has and the demo lacks."""


@pytest.fixture(scope="module")
def report() -> wsh.Report:
    with demo_source() as source:
        made = wsh.hunt(source)
    return replace(made, gaps=(*made.gaps, Gap("unreadable", "walk", "C:\\x", "permission denied", matters=True)))


def written(report: wsh.Report, form: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in wsh.render(report, form, show_all=True).splitlines()]


@pytest.fixture(scope="module")
def documents(report: wsh.Report) -> list[dict[str, Any]]:
    return written(report, "ecs")


@pytest.fixture(scope="module")
def events(report: wsh.Report) -> list[dict[str, Any]]:
    return written(report, "ocsf")


def leaves(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Yield each value by the name of its field, ``{}`` after the name of a list, as Splunk writes it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, f"{name}{{}}")
    else:
        yield name, value


def fields(documents: list[dict[str, Any]]) -> dict[str, set[object]]:
    """Return the values of each field."""
    found: defaultdict[str, set[object]] = defaultdict(set)
    for document in documents:
        for name, value in leaves(document):
            found[name].add(value)
    return found


def mapped(properties: dict[str, Any], name: str = "") -> Iterator[tuple[str, str]]:
    for key, each in properties.items():
        if "properties" in each:
            yield from mapped(each["properties"], f"{name}{key}.")
        else:
            yield f"{name}{key}", each["type"]


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value) or date.fromisoformat(value))
    except ValueError:
        return False


FITS = {
    "keyword": lambda value: isinstance(value, str),
    "match_only_text": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "long": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "date": _is_date,
}


def test_the_mapping_has_every_field_of_ours_with_its_type(documents: list[dict[str, Any]]) -> None:
    template = json.loads((HOME / "elastic" / "index-template.json").read_text("utf-8"))
    own = template["template"]["mappings"]["properties"]["webshellhunt"]
    assert own["dynamic"] is False
    types = dict(mapped(own["properties"]))
    for name, values in fields(documents).items():
        if name.startswith("webshellhunt.") and not name.startswith("webshellhunt.findings"):
            plain = name.removeprefix("webshellhunt.").replace("{}", "")
            assert plain in types, f"index-template.json lacks {name}"
            assert all(FITS[types[plain]](value) for value in values if value is not None), (name, types[plain])
    assert types["findings"] == "flattened"


def test_the_pattern_of_indices_has_the_one_that_filebeat_writes(documents: list[dict[str, Any]]) -> None:
    yaml = pytest.importorskip("yaml", reason="needs PyYAML")
    (pattern,) = json.loads((HOME / "elastic" / "index-template.json").read_text("utf-8"))["index_patterns"]
    settings = yaml.safe_load((HOME / "elastic" / "filebeat.yml").read_text("utf-8"))
    assert settings["output.elasticsearch"]["index"].startswith(pattern.removesuffix("*"))
    longest = max(len(json.dumps(document)) for document in documents)
    assert settings["filebeat.inputs"][0]["message_max_bytes"] > 100 * longest


QUERIES = [json.loads(line) for line in (HOME / "elastic" / "saved-queries.ndjson").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("saved", [pytest.param(each, id=each["id"]) for each in QUERIES])
def test_a_saved_query_of_kibana_finds_what_it_says(saved: dict[str, Any], documents: list[dict[str, Any]]) -> None:
    assert (saved["type"], saved["references"]) == ("query", [])
    assert saved["attributes"]["query"]["language"] == "kuery"
    assert [each for each in documents if matches(saved["attributes"]["query"]["query"], each)], "it finds nothing"


def matches(query: str, document: dict[str, Any]) -> bool:
    """Return True if a document matches; of the language of Kibana, only what our queries use."""
    values: defaultdict[str, set[object]] = defaultdict(set)
    for name, value in leaves(document):
        values[name.replace("{}", "")].add(json.dumps(value))
    for term in re.split(r" and (?![^(]*\))", query):
        found = re.fullmatch(r"([\w.@]+) (:|>) (.+)", term)
        assert found, term
        name, sign, wanted = found.groups()
        if sign == ">":
            if not any(float(each) > float(wanted) for each in map(str, values[name]) if each != "null"):
                return False
        elif not values[name] & set(wanted.strip("()").split(" or ")):
            return False
    return True


def test_a_document_that_does_not_match_is_seen() -> None:
    document = {"a": {"b": "x", "n": 1, "t": True}}
    assert matches('a.b : ("x" or "y") and a.n > 0 and a.t : true', document)
    assert not matches('a.b : "y"', document)
    assert not matches("a.n > 1", document)
    assert not matches("a.c : true", document)


def conf(name: str) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=True, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    text = (HOME / "splunk" / name).read_text("utf-8").replace("\\\n", " ")
    parser.read_string(text)
    return parser


NAMES = re.compile(r"(?:unmapped|device|metadata|finding_info|evidences{}|remediation)\.[\w.{}]+")


@pytest.mark.parametrize("name", ["props.conf", "savedsearches.conf"])
def test_splunk_names_only_fields_that_are_written(name: str, events: list[dict[str, Any]]) -> None:
    for section in conf(name).values():
        for value in section.values():
            searched = re.sub(r'"[^"]*"', "", value)
            unknown = set(NAMES.findall(searched)) - fields(events).keys() - OPTIONAL
            assert not unknown, (section.name, unknown)


def test_splunk_finds_what_it_says(events: list[dict[str, Any]]) -> None:
    searches = conf("savedsearches.conf")
    assert len(searches.sections()) == 6
    for section in searches.sections():
        search = searches[section]["search"].rpartition('sourcetype="webshellhunt:ocsf"')[2].partition("|")[0]
        assert [event for event in events if finds(search, event)], section


def finds(search: str, event: dict[str, Any]) -> bool:
    """Return True if an event has the values of the first part of a search."""
    values = fields([event])
    terms = re.findall(r'([\w.]+)(=|>)"?([^"\s]+)"?', search)
    assert " ".join(
        f'{name}{sign}"{value}"' if sign == "=" else f"{name}{sign}{value}" for name, sign, value in terms
    ) == (search.strip())
    return all(
        any(json.dumps(each).strip('"') == value for each in values.get(name, ()))
        if sign == "="
        else any(isinstance(each, int) and each > int(value) for each in values.get(name, ()))
        for name, sign, value in terms
    )


def test_an_event_that_splunk_does_not_find_is_seen() -> None:
    event = {"is_alert": True, "unmapped": {"use": {"answered": 0}}}
    assert finds('is_alert="true"', event)
    assert not finds('is_alert="false"', event)
    assert not finds('is_alert="true" unmapped.use.answered>0', event)


def test_the_time_of_splunk_is_that_of_the_event_in_milliseconds(events: list[dict[str, Any]]) -> None:
    stanza = conf("props.conf")["webshellhunt:ocsf"]
    assert stanza["TIME_FORMAT"] == "%s%3N"
    assert all(datetime.fromtimestamp(event[stanza["TIMESTAMP_FIELDS"]] / 1000, UTC).year >= 2026 for event in events)


def test_the_source_type_is_that_of_the_page() -> None:
    page = (HOME.parents[1] / "docs" / "how-to" / "send-to-a-siem.md").read_text("utf-8")
    stanza = conf("props.conf")["webshellhunt:ocsf"]
    told = page.partition("[webshellhunt:ocsf]\n")[2].partition("```")[0].strip().splitlines()
    assert len(told) > 5
    assert all(stanza[line.partition(" = ")[0]] == line.partition(" = ")[2] for line in told)
