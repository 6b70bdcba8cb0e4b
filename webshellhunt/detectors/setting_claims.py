"""Claims about settings of configuration files: each value is judged by its kind and by the place of its effect.

A setting has effect in an application of Exchange (its own files, a ``<location>`` that names it, or the site above
it), for the whole server or machine, or elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Final

from webshellhunt.detectors.contract import Find, Findings, claim, element_evidence
from webshellhunt.host.iis.native_modules import exchange_folders
from webshellhunt.host.iis.stock_configuration import StockPlaces, served_places
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.code_by_configuration import FoundSetting, iter_settings
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS
from webshellhunt.knowledge.setting_relations import RELATION_JUDGES
from webshellhunt.knowledge.setting_values import (
    VALUE_JUDGES,
    Judge,
    Judgement,
    Level,
    PlacedSetting,
    Scope,
    judge_borrowed,
)
from webshellhunt.knowledge.type_names import read_type
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.places import SETUP_ROLES, Role
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.views.sample import Sample

_JUDGES: Final = {**VALUE_JUDGES, **RELATION_JUDGES}
_SITES: Final = frozenset({"default web site", "exchange back end"})
_TOPS: Final = ("frontend/", "clientaccess")
_APPLICATIONS: Final = frozenset({"autodiscover", "ecp", "ews", "mapi", "microsoft-server-activesync", "oab", "owa"})
_SHAREPOINT = lazy_pattern(r"(?i).*\\(?:wss\\virtualdirectories|web server extensions)\\.*")
_FRONT: Final = frozenset({"owa", "ecp"})
_LONGEST: Final = 120
_WEIGHTS: Final = (
    (Severity.INFO, Confidence.HIGH),
    (Severity.LOW, Confidence.MEDIUM),
    (Severity.MEDIUM, Confidence.HIGH),
    (Severity.HIGH, Confidence.MEDIUM),
    (Severity.HIGH, Confidence.HIGH),
)
_MACHINE_FILES = lazy_pattern(
    r"(?i).*\\(?:microsoft\.net\\framework(?:64)?\\v[\d.]+(?:\\config)?|system32|syswow64|inetsrv|inetsrv\\config)\\[^\\]+"
    r"|.*\\inetpub\\history\\.*"
)
_OF_EXCHANGE = lazy_pattern(r"(?i).*\\exchange server\\v1[45]\\.*")
_EXPRESS: Final = "%iis_bin%"


def setting_finder(rule: Rule) -> Find:
    """Return the generator function of a rule whose settings the table has."""
    return _finder(
        rule, lambda placed: placed.found.setting.rule == rule.id, lambda p: _JUDGES[p.found.setting.look](p)
    )


def borrowed_type_finder(rule: Rule) -> Find:
    """Return the generator function of a rule about types with a name of Microsoft's from another assembly."""
    return _finder(rule, lambda placed: placed.found.setting.look in ("type", "preload"), judge_borrowed)


def _finder(rule: Rule, counts: Callable[[PlacedSetting], bool], judge: Judge) -> Find:
    def find(config: Element, sample: Sample) -> Findings:
        done: set[tuple[int, str]] = set()
        for placed in filter(counts, _placed(config, sample.artifact)):
            if _is_own_type(placed, sample.artifact.name):
                continue
            setting, judgement = placed.found.setting, judge(placed)
            parent = placed.found.above[-1] if placed.found.above else placed.found.element
            if judgement.level is Level.NOTHING or (setting.once and (id(parent), setting.look) in done):
                continue
            done.add((id(parent), setting.look))
            yield _claim(rule, placed, judgement, sample)

    return find


def _is_own_type(placed: PlacedSetting, name: str) -> bool:
    """Return True if the configuration of a program, ``x.exe.config``, names a type of the program itself."""
    assembly = read_type(placed.found.value).assembly if placed.found.setting.look == "type" else ""
    return bool(assembly) and name.lower() == f"{assembly.lower()}.exe.config"


def _claim(rule: Rule, placed: PlacedSetting, judgement: Judgement, sample: Sample) -> Finding:
    found = placed.found
    facts: dict[str, FactValue] = {
        "setting": f"{found.section}/@{found.attribute}",
        "location": found.location or None,
        **judgement.facts,
    }
    message = _sentence(found, judgement.note) + (f" at {_cut(found.location)}" if found.location else "")
    if judgement.reason:
        message += f"; {judgement.reason}"
    severity, confidence = _WEIGHTS[judgement.level]
    if any(found.section == each or found.section.startswith(f"{each}/") for each in _locked(sample)):
        message += "; a parent configuration locks this section, so this has no effect"
        severity = Severity.LOW
    evidence = element_evidence(found.element, sample)
    return claim(rule, message, evidence, severity=severity, confidence=confidence, facts=facts)


def _sentence(found: FoundSetting, note: str) -> str:
    """Return the subject and the effect of a setting; the name of its element only if that is not its value."""
    setting, shown, note = found.setting, _cut(found.value), f" ({note})" if note else ""
    if setting.look in ("type", "assembly", "preload"):
        return f"{setting.noun} {_cut(read_type(found.value).name)} {setting.says}"
    if setting.noun == "the setting":
        return f'the setting {found.element.tag} {found.attribute}="{shown}"{note} {setting.says}'
    name = found.element.get("name")
    if name:
        return f"{setting.noun} {_cut(name)}, {shown}{note}, {setting.says}"
    return f"{setting.noun} {shown}{note} {setting.says}"


def _locked(sample: Sample) -> frozenset[str]:
    return sample.artifact.settings.locked_sections


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _placed(config: Element, artifact: Artifact) -> tuple[PlacedSetting, ...]:
    """Return the settings of a configuration with the scope of each."""
    is_of_exchange = not _FRONT.isdisjoint(artifact.served_from_here)
    return _placed_in(config, artifact.path, artifact.role, is_of_exchange)


@lru_cache(maxsize=2)
def _placed_in(config: Element, path: str, role: Role, is_of_exchange: bool) -> tuple[PlacedSetting, ...]:
    """Return the settings, which are kept until the rules about settings have examined the file one after the other."""
    if any(each.get("image").lower().startswith(_EXPRESS) for each in config.named("add")):
        return ()  # of IIS Express, from which no server can load
    places = StockPlaces(config, path)
    served = served_places(config) if config.named("virtualdirectory") else []
    sites = frozenset(site.lower() for site, *_, place in served if place and place.startswith(_TOPS))
    exchange = exchange_folders([directory.get("physicalPath") for *_, directory, _ in served])
    scope_of_file = _scope_of_file(path.replace("/", "\\"), role, is_of_exchange=is_of_exchange)
    is_sharepoint = _SHAREPOINT.fullmatch(path.replace("/", "\\")) is not None
    placed = []
    for found in iter_settings(config):
        scope = _scope(found, places, sites, scope_of_file)
        if is_sharepoint and found.setting.in_sharepoint:
            scope = Scope.EXCHANGE
        is_site = (is_of_exchange and not found.location) or found.location.lower() in sites
        placed.append(PlacedSetting(found, scope, exchange, is_site))
    return tuple(placed)


def _scope_of_file(path: str, role: Role, *, is_of_exchange: bool) -> Scope:
    if role is Role.IIS_CONFIG or _MACHINE_FILES.fullmatch(path):
        return Scope.SERVER
    if is_of_exchange or role in SETUP_ROLES - {Role.LAYOUTS} or _OF_EXCHANGE.fullmatch(path):
        return Scope.EXCHANGE
    return Scope.ELSEWHERE


def _scope(found: FoundSetting, places: StockPlaces, sites: frozenset[str], scope_of_file: Scope) -> Scope:
    site, _, application = found.location.lower().partition("/")
    if (site in sites and not application) or (
        site in _SITES and application.partition("/")[0] in EXCHANGE_APPLICATIONS
    ):
        return Scope.EXCHANGE
    if _is_pool_of_exchange(found) or (scope_of_file is Scope.ELSEWHERE and site in _APPLICATIONS):
        return Scope.EXCHANGE
    if scope_of_file is Scope.SERVER and found.location:
        return Scope.EXCHANGE if (places.of(found.location) or "").startswith(_TOPS) else Scope.ELSEWHERE
    return scope_of_file


def _is_pool_of_exchange(found: FoundSetting) -> bool:
    """Return True if a setting is in an application pool of Exchange."""
    elements = (*found.above, found.element)
    return any(
        above.tag.lower() == "applicationpools" and pool.get("name").lower().startswith("msexchange")
        for above, pool in pairwise(elements)
    )
