"""The examples for Elastic and Splunk name only fields and values that the format ecs writes."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import webshellhunt as wsh
from webshellhunt.model.findings import Gap
from webshellhunt.selftest.demo import demo_source

HOME = Path(__file__).parents[3] / "integrations" / "siem"
OPTIONAL = {"host.name"}
"""Fields that a server has and the demo lacks."""


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    with demo_source() as source:
        report = wsh.hunt(source)
    report = replace(report, gaps=(*report.gaps, Gap("unreadable", "walk", "C:\\x", "permission denied", matters=True)))
    return [json.loads(line) for line in wsh.render(report, "ecs", show_all=True).splitlines()]


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


@pytest.fixture(scope="module")
def fields(documents: list[dict[str, Any]]) -> dict[str, set[object]]:
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


def test_the_mapping_has_every_field_of_ours_with_its_type(fields: dict[str, set[object]]) -> None:
    template = json.loads((HOME / "elastic" / "index-template.json").read_text("utf-8"))
    own = template["template"]["mappings"]["properties"]["webshellhunt"]
    assert own["dynamic"] is False
    types = dict(mapped(own["properties"]))
    for name, values in fields.items():
        if name.startswith("webshellhunt.") and not name.startswith("webshellhunt.findings"):
            plain = name.removeprefix("webshellhunt.").replace("{}", "")
            assert plain in types, f"index-template.json lacks {name}"
            assert all(FITS[types[plain]](value) for value in values if value is not None), (name, types[plain])
    assert types["findings"] == "flattened"


def test_the_pattern_of_indices_has_the_streams_that_filebeat_writes(documents: list[dict[str, Any]]) -> None:
    yaml = pytest.importorskip("yaml", reason="needs PyYAML")
    (pattern,) = json.loads((HOME / "elastic" / "index-template.json").read_text("utf-8"))["index_patterns"]
    settings = yaml.safe_load((HOME / "elastic" / "filebeat.yml").read_text("utf-8"))
    index = settings["output.elasticsearch"]["index"]
    for document in documents:
        name = index.replace("%{[event.dataset]}", document["event"]["dataset"])
        assert re.fullmatch(pattern.replace(".", r"\.").replace("*", "[a-z.]+"), name), name
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


NAMES = re.compile(r"(?:webshellhunt|event|file|source|host|rule)\.[\w.{}]+|@timestamp|message")


@pytest.mark.parametrize("name", ["props.conf", "savedsearches.conf"])
def test_splunk_names_only_fields_that_are_written(name: str, fields: dict[str, set[object]]) -> None:
    for section in conf(name).values():
        for value in section.values():
            searched = re.sub(r'"[^"]*"', "", value)
            unknown = set(NAMES.findall(searched)) - fields.keys() - OPTIONAL
            assert not unknown, (section.name, unknown)


def test_splunk_searches_for_values_that_are_written(fields: dict[str, set[object]]) -> None:
    searches = conf("savedsearches.conf")
    assert len(searches.sections()) == 5
    for section in searches.sections():
        for field, value in re.findall(r'([\w.]+)="([^"]*)"', searches[section]["search"]):
            if field != "sourcetype":
                assert value in {str(each).lower() if isinstance(each, bool) else each for each in fields[field]}, field


def test_the_time_of_splunk_is_the_time_of_the_document(documents: list[dict[str, Any]]) -> None:
    stanza = conf("props.conf")["webshellhunt:ecs"]
    for document in documents:
        assert datetime.strptime(document[stanza["TIMESTAMP_FIELDS"]], stanza["TIME_FORMAT"])
