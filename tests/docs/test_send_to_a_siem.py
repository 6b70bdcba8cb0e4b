"""The examples for platforms: their settings are read, and name fields that the formats have."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import iter_blocks
from tests.pivot.cases import demo_report
from webshellhunt.reports import render

_PAGE = "docs/how-to/send-to-a-siem.md"
needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")


def _block(*words: str) -> str:
    (found,) = (
        block.text
        for block in iter_blocks("bash", "text")
        if block.page == _PAGE and all(w in block.text for w in words)
    )
    return found


def _filtered(block: str, form: str, tmp_path: Path) -> list[dict[str, object]]:
    """Return what jq makes of a report by the filter of a block."""
    found = re.search(r"jq -c '(.*?)' EXCH01", block)
    assert found is not None
    path = tmp_path / "report"
    render(demo_report(), form, to=path)
    done = subprocess.run(["jq", "-c", found[1], path], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_settings_of_splunk_are_read() -> None:
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string(_block("INDEXED_EXTRACTIONS"))
    source_type = settings["webshellhunt:ocsf"]
    event = json.loads(str(render(demo_report(), "ocsf")).partition("\n")[0])
    assert isinstance(event[source_type["TIMESTAMP_FIELDS"]], int)
    assert source_type["TRUNCATE"] == "0"


@needs_jq
def test_the_events_of_the_collector_have_a_time_and_a_host(tmp_path: Path) -> None:
    sent = _filtered(_block("services/collector"), "ocsf", tmp_path)
    assert len(sent) == len(demo_report().accused) + 1
    assert all(each["time"] == 1_795_780_800 and each["host"] and each["event"] for each in sent)


def test_the_template_of_elastic_is_json() -> None:
    found = re.search(r"<<'TEMPLATE'\n(.*)TEMPLATE\n", _block("_index_template"), re.DOTALL)
    assert found is not None
    template = json.loads(found[1])
    own = template["template"]["mappings"]["properties"]["webshellhunt"]["properties"]
    document = json.loads(str(render(demo_report(), "ecs")).partition("\n")[0])
    assert own.keys() <= document["webshellhunt"].keys()


@needs_jq
def test_each_document_of_elastic_follows_its_action(tmp_path: Path) -> None:
    lines = _filtered(_block("_bulk"), "ecs", tmp_path)
    actions, documents = lines[::2], lines[1::2]
    assert [action["index"]["_id"] for action in actions] == [each["event"]["id"] for each in documents]  # type: ignore[index]
    assert len({str(action) for action in actions}) == len(actions)
