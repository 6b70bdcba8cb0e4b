"""The checks of STIX bundles: the validator and the library of OASIS, and references inside the bundle."""

from __future__ import annotations

import json
from typing import Any

import pytest

from webshellhunt.model.report import Report
from webshellhunt.reports import render

stix2 = pytest.importorskip("stix2", reason="stix2 is not installed")
validator = pytest.importorskip("stix2validator", reason="stix2-validator is not installed")

# Recommendations that a report can't follow: random identifiers (these are stable), ports (no log has that of the
# client), digests of web pages that are referred to. types-strict calls each observable of STIX 2.1 unknown.
_DISABLED = ["uuid-check", "network-traffic-ports", "extref-hashes"]
_OBSERVABLES = frozenset({"directory", "file", "ipv4-addr", "ipv6-addr", "network-traffic", "url"})


def objects(reports: Report | list[Report], **options: bool) -> list[dict[str, Any]]:
    """Return the objects of a bundle after all checks."""
    text = render(reports, "stix", **options)  # type: ignore[call-overload]
    bundle = json.loads(text)
    stix2.parse(bundle, allow_custom=False)
    chosen = validator.ValidationOptions(
        version="2.1", strict=True, strict_properties=True, enforce_refs=True, disabled=_DISABLED, silent=True
    )
    result = validator.validate_string(text, chosen)
    assert [str(error)[:300] for error in result.errors or ()] == []
    assert result.is_valid
    made: list[dict[str, Any]] = bundle["objects"]
    ids = {each["id"] for each in made}
    assert len(ids) == len(made)
    for each in made:
        references = [value for name, value in each.items() if name.endswith("_ref")]
        references += [value for name, values in each.items() if name.endswith("_refs") for value in values]
        assert set(references) <= ids
        if each["type"] in _OBSERVABLES:
            _check_identifier(each)
    return made


def _check_identifier(each: dict[str, Any]) -> None:
    """Compare an identifier with the one that the library of OASIS makes for the same properties."""
    own = {name: value for name, value in each.items() if name != "id"}
    assert stix2.parse(own, allow_custom=False).id == each["id"]
