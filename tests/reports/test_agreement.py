"""All formats say the same: the same subjects with the same dispositions, the same times of use, the same clients."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final

import pytest

from tests.builders.hunted import HOST_NAMES, hunted_host
from tests.builders.log_stories import STORIES
from tests.builders.tables import each_row
from tests.reports.markup import Markup
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.reports import formats, render
from webshellhunt.reports.platforms import microseconds, milliseconds, path_of_file

HOSTS: Final = HOST_NAMES
LOGS: Final = "the logs alone"
OF_TECHNIQUES: Final = "navigator"
"""A format that has the techniques of subjects, and not the subjects."""

OF_FILES: Final = "misp"
"""A format whose objects are files; a registration is its configuration file."""

Subjects = set[tuple[str, str]]
"""The paths of accused subjects, each with its disposition."""


@cache
def report_of(name: str) -> Report:
    """Return the report of a described host, or of the logs of a server without its files."""
    if name == LOGS:
        return hunt(STORIES["proxylogon"](200).source(), job=Job(logs=LogOptions(alone=True)))
    return hunted_host(name)


@cache
def shown(name: str, form: str) -> str:
    return str(render(report_of(name), form))


def _objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def _of_json(text: str) -> Subjects:
    return {(each["path"], each["disposition"]) for made in json.loads(text)["reports"] for each in made["verdicts"]}


def _of_jsonl(text: str) -> Subjects:
    return {(each["path"], each["disposition"]) for each in _objects(text) if each["kind"] == "verdict"}


def _of_csv(text: str) -> Subjects:
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    return {(row["path"], row["disposition"]) for row in rows if row["kind"] == "verdict"}


def _of_text(text: str) -> Subjects:
    found = re.findall(r"^ ?\d+\. (MALICIOUS|SUSPICIOUS)  .*\n    (.*)", text, re.MULTILINE)
    return {(path, word.lower()) for word, path in found}


def _of_markdown(text: str) -> Subjects:
    return {(path, word) for word, path in re.findall(r"^\| (\w+) \| `([^`|]+)` \|", text, re.MULTILINE)}


def _of_html(page: str) -> Subjects:
    found = re.findall(r'<details class="verdict ([a-z-]+)".*?<h3 class="path">(.*?)</h3>', page, re.DOTALL)
    return {(Markup(path).text, word) for word, path in found}


def _of_sarif(text: str) -> Subjects:
    (run,) = json.loads(text)["runs"]
    return {(each["properties"]["path"], each["properties"]["disposition"]) for each in run["results"]}


def _of_stix(text: str) -> Subjects:
    notes = [each["abstract"] for each in json.loads(text)["objects"] if each["type"] == "note"]
    return {(path, word) for word, colon, path in (each.partition(": ") for each in notes) if colon}


def _of_misp(text: str) -> Subjects:
    (made,) = json.loads(text)["response"]
    files = [each for each in made["Event"]["Object"] if each["name"] == "file"]
    named = [{part["object_relation"]: part["value"] for part in each["Attribute"]} for each in files]
    words = [each["comment"].partition(":")[0] for each in files]
    return {(part["fullpath"], word) for part, word in zip(named, words, strict=True)}


def _of_message(text: str) -> Subjects:
    """Return the subjects of alerts, whose message begins with the disposition and the path."""
    alerts = [each["message"] for each in _objects(text) if re.match(r"(malicious|suspicious): ", each["message"])]
    return {(path_of(each), each.partition(":")[0]) for each in alerts}


def path_of(message: str) -> str:
    """Return the path between the disposition and the words about the subject, both of which have a colon."""
    found = re.match(r"\w+: ((?:[A-Za-z]:)?[^:]*): ", message)
    assert found is not None, message
    return found[1]


def _of_rows(rows: Iterable[dict[str, Any]]) -> Subjects:
    kept = [each for each in rows if each["data_type"] == "webshellhunt:verdict"]
    return {(path_of(each["message"]), each["disposition"]) for each in kept}


READERS: Final[dict[str, Callable[[str], Subjects]]] = {
    "csv": _of_csv,
    "ecs": _of_message,
    "html": _of_html,
    "json": _of_json,
    "jsonl": _of_jsonl,
    "markdown": _of_markdown,
    "misp": _of_misp,
    "ocsf": _of_message,
    "sarif": _of_sarif,
    "stix": _of_stix,
    "text": _of_text,
    "timesketch": lambda text: _of_rows(_objects(text)),
    "timesketch-csv": lambda text: _of_rows(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))),
}


def accused(found: Subjects) -> Subjects:
    words = {Disposition.MALICIOUS.label, Disposition.SUSPICIOUS.label}
    return {(path, word) for path, word in found if word in words}


def notations(when: datetime) -> set[str]:
    second = f"{when:%Y-%m-%dT%H:%M:%S}"
    return {second, second.replace("T", " "), str(milliseconds(when)), str(microseconds(when))}


def test_each_format_is_compared() -> None:
    assert {*READERS, OF_TECHNIQUES} == set(formats())
    assert any(report_of(name).accused for name in HOSTS)
    assert report_of(LOGS).accused


LEFT_OUT: Final = {
    ("exchange2019-compromised", "misp"),
    ("exchange2019-compromised", "stix"),
    *(("exchange2019-changed-page", form) for form in ("misp", "stix", "timesketch", "timesketch-csv")),
}
"""Hosts and formats that leave out a time of use."""


@each_row("form", READERS)
@pytest.mark.parametrize("name", [*HOSTS, LOGS])
def test_each_format_lists_the_same_subjects(name: str, form: str) -> None:
    accused_here = report_of(name).accused
    expected = {(each.subject.path, each.disposition.label) for each in accused_here}
    if form == OF_FILES:
        named = ((path_of_file(each), each.disposition.label) for each in accused_here)
        expected = {(path, word) for path, word in named if path}
    assert accused(READERS[form](shown(name, form))) == expected


def lacks(name: str, form: str) -> Iterator[str]:
    """Yield the times and clients that a format leaves out."""
    text = shown(name, form)
    for use in (verdict.use for verdict in report_of(name).accused):
        if use is None or not use.answered:
            continue
        for when in (use.first_utc, use.last_utc):
            if when is None or not any(each in text for each in notations(when)):
                yield f"{when}"
        yield from (client for client in use.clients[:3] if client not in text)


@pytest.mark.parametrize("name", [*HOSTS, LOGS])
def test_each_format_has_the_same_times_and_clients(name: str) -> None:
    left_out = {form: [*lacks(name, form)] for form in READERS}
    assert {form: lacking for form, lacking in left_out.items() if lacking and (name, form) not in LEFT_OUT} == {}
    assert [form for host, form in LEFT_OUT if host == name and not left_out[form]] == []


@pytest.mark.parametrize("name", [*HOSTS, LOGS])
def test_the_layer_of_techniques_has_those_of_the_subjects(name: str) -> None:
    counted = [finding for verdict in report_of(name).accused for finding in verdict.counted]
    techniques = {each for finding in counted for each in finding.rule.techniques}
    (layer,) = json.loads(shown(name, OF_TECHNIQUES))
    assert techniques <= {each["techniqueID"] for each in layer["techniques"]}
