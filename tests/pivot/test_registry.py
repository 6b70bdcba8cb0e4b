"""A convicted key of the registry in the outputs for other machines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pivot.cases import case_with
from tests.reports.test_registry_subjects import FULL, RUN, of_registry
from webshellhunt.model.verdict import Disposition
from webshellhunt.pivot.case import Case
from webshellhunt.pivot.observables import ObservableKind, observables_of
from webshellhunt.pivot.stix_bundle import stix_bundle

SERVICE = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Updater"


def case() -> Case:
    found = (of_registry(), of_registry(SERVICE, SERVICE))
    return case_with(*(replace(each, disposition=Disposition.MALICIOUS) for each in found))


def test_it_is_an_observable_of_its_own_kind() -> None:
    seen = {(each.kind, each.value) for each in observables_of(case())}
    assert (ObservableKind.REGISTRY_KEY, FULL) in seen
    assert {kind for kind, _ in seen} == {ObservableKind.REGISTRY_KEY}


def test_its_pattern_is_that_of_a_key() -> None:
    text = "".join(stix_bundle(case()).files.values())
    assert "windows-registry-key:key" in text
    assert "file:name" not in text


def test_its_sigma_rule_is_about_the_writing_of_the_key() -> None:
    pytest.importorskip("sigma", reason="pySigma is not installed")
    from webshellhunt.pivot.sigma_rules import sigma_rules

    made = sigma_rules(case())
    assert made.left_out == ()
    text = "\n".join(made.files.values())
    assert "registry_set" in text
    assert "\\\\CurrentControlSet\\\\Services\\\\Updater\\\\" in text
    assert RUN.partition("\\")[2].replace("\\", "\\\\") + "\\\\Helper" in text
