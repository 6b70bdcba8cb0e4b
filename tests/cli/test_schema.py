"""``webshellhunt schema``."""

from __future__ import annotations

import json

import jsonschema
import pytest

from webshellhunt.cli import main
from webshellhunt.reports import SCHEMA_VERSION, schema


def test_it_is_the_schema_with_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == schema()
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed["$id"].endswith(f":{SCHEMA_VERSION}")
    assert printed["$defs"]["version"]["const"] == SCHEMA_VERSION
