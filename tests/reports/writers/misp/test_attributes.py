"""Attributes and objects of MISP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import finding, report, verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.misp import (
    MOST_CHARACTERS,
    attribute,
    file_object,
    technique_tags,
)


def _shown(path: str, disposition: Disposition = Disposition.MALICIOUS, message: str = "x") -> ShownVerdict:
    return next(iter(shown_verdicts(report(verdict(path, disposition, finding(message=message))), Options())))


def test_an_attribute_has_a_stable_identifier_of_its_owner() -> None:
    assert attribute("ip-src", "203.0.113.7", "event")["uuid"] == attribute("ip-src", "203.0.113.7", "event")["uuid"]
    assert attribute("ip-src", "203.0.113.7", "event")["uuid"] != attribute("ip-src", "203.0.113.7", "other")["uuid"]
    made = attribute("ip-src", "203.0.113.7", "event", to_ids=True)
    assert (made["category"], made["to_ids"]) == ("Network activity", True)
    assert "object_relation" not in made


def test_only_what_is_particular_is_correlated() -> None:
    made = file_object(_shown("C:\\x.aspx"), "C:\\x.aspx", "0", [])
    correlated = {each["object_relation"] for each in made["Attribute"] if not each["disable_correlation"]}
    assert correlated == {"sha256", "fullpath"}
    assert "ObjectReference" not in made


def test_only_a_convicted_file_is_called_malicious() -> None:
    states = [
        [
            each["value"]
            for each in file_object(_shown("x", word), "x", "0", [])["Attribute"]
            if each["object_relation"] == "state"
        ]
        for word in (Disposition.MALICIOUS, Disposition.SUSPICIOUS)
    ]
    assert states == [["Malicious"], []]


@pytest.mark.parametrize("original", [True, False])
def test_the_times_of_a_copy_are_not_told(original: bool) -> None:
    shown = _shown("x")
    times = shown.subject.times._replace(original=original)
    shown = replace(shown, verdict=replace(shown.verdict, subject=replace(shown.subject, times=times)))
    relations = {each["object_relation"] for each in file_object(shown, "x", "0", [])["Attribute"]}
    assert ({"creation-time", "modification-time"} <= relations) == original


def test_names_are_single_lines_and_texts_are_bounded() -> None:
    made = file_object(_shown("a\n\u202e", message="y" * 9000), "a\n\u202e", "0", [])
    values = {each["object_relation"]: each["value"] for each in made["Attribute"]}
    assert values["filename"] == r"a\x0a\u202e"
    blank = file_object(_shown("x "), "C:\\y\\x.aspx ", "0", [])
    assert [each["value"] for each in blank["Attribute"][:2]] == [r"x.aspx\x20", r"C:\y\x.aspx\x20"]
    assert len(values["text"]) == MOST_CHARACTERS + 1


def test_techniques_have_the_names_of_the_galaxy() -> None:
    assert technique_tags(["T1505.003", "T1190", "T9999"]) == [
        {"name": 'misp-galaxy:mitre-attack-pattern="Web Shell - T1505.003"'},
        {"name": 'misp-galaxy:mitre-attack-pattern="Exploit Public-Facing Application - T1190"'},
    ]
