"""Claims about settings of configuration files: each value is judged by its kind and by the place of its effect.

A setting has effect in an application of Exchange (its own files, a ``<location>`` that names it, or the site above
it), for the whole server or machine, or elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple
from urllib.parse import unquote

from webshellhunt.detectors.contract import Find, claim, element_evidence
from webshellhunt.host.iis.native_modules import (
    Folder,
    exchange_folders,
    find_known_image,
    is_stock_program,
    normal_place,
)
from webshellhunt.host.iis.stock_configuration import SERVER, StockPlaces, served_places
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.code_by_configuration import FoundSetting, iter_settings
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS
from webshellhunt.knowledge.odd_folders import OddPlace, odd_place
from webshellhunt.knowledge.programs import Oddity, judge_command, program_of
from webshellhunt.knowledge.type_names import MICROSOFT_TOKENS, read_type
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.views.sample import Sample

_SITES: Final = frozenset({"default web site", "exchange back end"})
_TOPS: Final = ("frontend/", "clientaccess")
_LONGEST: Final = 120
_WEIGHTS: Final = (
    (Severity.INFO, Confidence.HIGH),
    (Severity.LOW, Confidence.MEDIUM),
    (Severity.MEDIUM, Confidence.HIGH),
    (Severity.HIGH, Confidence.MEDIUM),
    (Severity.HIGH, Confidence.HIGH),
)
_MACHINE_FILES = lazy_pattern(
    r".*\\(?:microsoft\.net\\framework(?:64)?\\v[\d.]+(?:\\config)?|system32|syswow64|inetsrv|inetsrv\\config)\\[^\\]+"
    r"|.*\\inetpub\\history\\.*",
    re.IGNORECASE,
)
_OF_EXCHANGE = lazy_pattern(r".*\\exchange server\\v1[45]\\.*", re.IGNORECASE)
_CLSID = lazy_pattern(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
_FULL_PATH = lazy_pattern(r"(?:[a-z]:|%[\w()]+%)?[\\/]", re.IGNORECASE)
_FILE_URL = lazy_pattern(r"\s*file:(?:///|//(?=[a-z]:)|(?=//))", re.IGNORECASE)
_WEB_URL = lazy_pattern(r"\s*(?:https?|ftp)://", re.IGNORECASE)
_BY_PLACE: Final = frozenset({"scriptProcessor", "fullPath", "dll"})
_MOST_FOLDERS: Final = 50
_VENDOR = lazy_pattern(r"%(?:common)?programfiles%\\.+")


class Level(IntEnum):
    """The weight of a claim."""

    NOTHING = 0
    QUESTION = 1
    SUSPICIOUS = 2
    GRAVE = 3
    SURE = 4


_LEVELS: Final = {"-": Level.NOTHING, "q": Level.QUESTION, "s": Level.SUSPICIOUS}


class Scope(IntEnum):
    """Where a setting has effect; the value is the position of its level in the table."""

    EXCHANGE = 0
    SERVER = 1
    ELSEWHERE = 2


class Judgement(NamedTuple):
    """The weight of a value, the reason that ends the sentence, and facts."""

    level: Level
    reason: str = ""
    facts: Mapping[str, FactValue] = {}


class PlacedSetting(NamedTuple):
    """A setting with the scope in which it has effect, and the base of its weight there.

    ``exchange`` are the folders in which Exchange is installed, by the virtual directories of the same file.
    """

    found: FoundSetting
    scope: Scope
    exchange: frozenset[Folder] = frozenset()

    @property
    def base(self) -> Level:
        """The weight that the table has for the scope."""
        return _LEVELS[self.found.setting.levels[self.scope]]


Judge = Callable[[PlacedSetting], Judgement]


def setting_finder(rule: Rule) -> Find:
    """Return the generator function of a rule whose settings the table has."""
    return _finder(
        rule, lambda placed: placed.found.setting.rule == rule.id, lambda p: _JUDGES[p.found.setting.look](p)
    )


def borrowed_type_finder(rule: Rule) -> Find:
    """Return the generator function of a rule about types with a name of Microsoft's from another assembly."""
    return _finder(rule, lambda placed: placed.found.setting.look == "type", _judge_borrowed)


def _finder(rule: Rule, counts: Callable[[PlacedSetting], bool], judge: Judge) -> Find:
    def find(config: Element, sample: Sample) -> Iterator[Finding]:
        done: set[tuple[int, str]] = set()
        for placed in filter(counts, _placed(config, sample.artifact.path, sample.artifact.role)):
            setting, judgement = placed.found.setting, judge(placed)
            parent = placed.found.above[-1] if placed.found.above else placed.found.element
            if judgement.level is Level.NOTHING or (setting.once and (id(parent), setting.look) in done):
                continue
            done.add((id(parent), setting.look))
            yield _claim(rule, placed, judgement, sample)

    return find


def _claim(rule: Rule, placed: PlacedSetting, judgement: Judgement, sample: Sample) -> Finding:
    found = placed.found
    facts: dict[str, FactValue] = {
        "setting": f"{found.section}/@{found.attribute}",
        "location": found.location or None,
        **judgement.facts,
    }
    message = _sentence(found) + (f" at {_cut(found.location)}" if found.location else "")
    if judgement.reason:
        message += f"; {judgement.reason}"
    severity, confidence = _WEIGHTS[judgement.level]
    if any(found.section == each or found.section.startswith(f"{each}/") for each in _locked(sample)):
        message += "; a parent configuration locks this section, so this has no effect"
        severity = Severity.LOW
    evidence = element_evidence(found.element, sample)
    return claim(rule, message, evidence, severity=severity, confidence=confidence, facts=facts)


def _sentence(found: FoundSetting) -> str:
    """Return the subject and the effect of a setting; the name of its element only if that is not its value."""
    setting, value = found.setting, _cut(found.value)
    if setting.look == "type":
        return f"{setting.noun} {_cut(read_type(found.value).name)} {setting.says}"
    if setting.noun == "the setting":
        return f'the setting {found.element.tag} {found.attribute}="{value}" {setting.says}'
    name = found.element.get("name")
    return f"{setting.noun} {_cut(name)}, {value}, {setting.says}" if name else f"{setting.noun} {value} {setting.says}"


def _locked(sample: Sample) -> frozenset[str]:
    return sample.artifact.settings.locked_sections


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@lru_cache(maxsize=2)
def _placed(config: Element, path: str, role: Role) -> tuple[PlacedSetting, ...]:
    """Return the settings of a configuration; the rules about settings examine one file after the other."""
    places = StockPlaces(config, path)
    served = served_places(config) if config.named("virtualdirectory") else []
    sites = frozenset(site.lower() for site, *_, place in served if place and place.startswith(_TOPS))
    exchange = exchange_folders([directory.get("physicalPath") for *_, directory, _ in served])
    return tuple(
        PlacedSetting(found, _scope(found, places, sites, path, role), exchange) for found in iter_settings(config)
    )


def _scope(found: FoundSetting, places: StockPlaces, sites: frozenset[str], path: str, role: Role) -> Scope:
    site, _, application = found.location.lower().partition("/")
    if (site in sites and not application) or (
        site in _SITES and application.partition("/")[0] in EXCHANGE_APPLICATIONS
    ):
        return Scope.EXCHANGE
    if _is_pool_of_exchange(found):
        return Scope.EXCHANGE
    if role is Role.IIS_CONFIG or _MACHINE_FILES.fullmatch(path.replace("/", "\\")):
        if not found.location:
            return Scope.SERVER
        place = places.of(found.location)
        return Scope.EXCHANGE if place not in (None, SERVER, "wwwroot") else Scope.ELSEWHERE
    if role in EXCHANGE_ROLES or _OF_EXCHANGE.fullmatch(path.replace("/", "\\")):
        return Scope.EXCHANGE
    return Scope.ELSEWHERE


def _is_pool_of_exchange(found: FoundSetting) -> bool:
    """Return True if a setting is in an application pool of Exchange."""
    elements = (*found.above, found.element)
    return any(
        above.tag.lower() == "applicationpools" and pool.get("name").lower().startswith("msexchange")
        for above, pool in pairwise(elements)
    )


def _judge_type(placed: PlacedSetting) -> Judgement:
    named = read_type(placed.found.value)
    if named.claims_microsoft or not named.name:
        return Judgement(Level.NOTHING)  # WSH4009 checks these
    level = placed.base
    reason = "it has neither a name of Microsoft's nor that of a known product"
    if named.token is not None and named.token not in MICROSOFT_TOKENS:
        level = Level(max(level - 1, 0))
    return Judgement(level, reason, {"type": named.name, "assembly": named.assembly or None})


def _judge_borrowed(placed: PlacedSetting) -> Judgement:
    """Judge a type with a name of Microsoft's by its assembly and the signature of that."""
    named = read_type(placed.found.value)
    if not named.claims_microsoft or named.is_microsoft:
        return Judgement(Level.NOTHING)
    facts = {"type": named.name, "assembly": named.assembly}
    if named.token is not None and named.token not in MICROSOFT_TOKENS:
        signed = f"its assembly {named.assembly} has a foreign signature ({named.token})"
        return Judgement(Level.GRAVE, f"its name is one of the framework, but {signed}", facts)
    return Judgement(Level.GRAVE, f"its name is one of the framework, but its assembly is {named.assembly}", facts)


def _judge_place(placed: PlacedSetting) -> Judgement:
    """Judge a path or an address from which code is loaded, or several folders, by the oddest."""
    whole = placed.found.value.partition("|")[0]
    folders = whole.split(";") if placed.found.attribute == "value" else [whole]
    found = [(each, odd) for each in islice(folders, _MOST_FOLDERS) if (odd := _odd_code_place(each)) is not None]
    path, odd = max(found, key=lambda each: each[1].sure, default=("", None))
    if odd is None:
        return Judgement(Level.NOTHING)
    words = odd.words if path == whole else f"{path}: {odd.words}"
    return Judgement(Level.SURE if odd.sure else Level.GRAVE, words, {"program": path})


def _odd_code_place(address: str) -> OddPlace | None:
    """Return the oddity of a place, which is a path or an address; ``None`` for an ordinary one."""
    if _WEB_URL.match(address) is not None:
        return OddPlace("a web address", sure=True)
    path = _FILE_URL.sub("", address, count=1)
    return odd_place(unquote(path) if path != address else path)


def _judge_set(placed: PlacedSetting) -> Judgement:
    return Judgement(placed.base)


def _judge_program(placed: PlacedSetting) -> Judgement:
    """Judge a program: what is odd about it counts anywhere; an ordinary one is odd where no program is stock."""
    command = placed.found.value.replace("|", " ", 1)
    program = program_of(command)
    own = normal_place(placed.found.value, placed.exchange)
    if find_known_image(own) is not None or is_stock_program(placed.found.value) or is_stock_program(program):
        return Judgement(Level.NOTHING)
    facts = {"program": program}
    claimed = judge_command(command)
    if placed.found.setting.attribute in _BY_PLACE and _odd_code_place(program) is not None:
        return Judgement(Level.NOTHING)  # WSH4008 reports it
    is_own = placed.scope is Scope.ELSEWHERE and placed.found.setting.attribute in ("processPath", "fullPath")
    if claimed is not None and not (claimed.kind is Oddity.WEB_FOLDER and is_own and "inetsrv" not in claimed.path):
        weak = claimed.kind in (Oddity.SHARE, Oddity.PROFILE) and placed.scope is not Scope.EXCHANGE
        return Judgement(Level.QUESTION if weak else Level.SUSPICIOUS, claimed.words, facts)
    if normal_place(program).startswith("%windir%\\"):
        return Judgement(Level.SUSPICIOUS, "no known product has it among the files of Windows", facts)
    return Judgement(placed.base, "no known product starts it", facts)


def _judge_runtime(placed: PlacedSetting) -> Judgement:
    """Judge the configuration of .NET for a pool, which Exchange keeps in its Bin folder."""
    place = normal_place(placed.found.value, placed.exchange)
    is_own = place.startswith("%exchange%\\bin\\") and place.count("\\") == 2 and place.endswith(".config")
    return Judgement(Level.NOTHING) if is_own else _judge_library(placed)


def _judge_profiler(placed: PlacedSetting) -> Judgement:
    """Judge the class identifier or the library of a profiler."""
    value = placed.found.value
    if _CLSID.fullmatch(value):
        return Judgement(placed.base, "it is not the profiler of a known product", {"profiler": value})
    return _judge_library(placed)


def _judge_library(placed: PlacedSetting) -> Judgement:
    value = placed.found.value
    place, facts = normal_place(value), {"program": value}
    odd = odd_place(value)
    if odd is not None:
        return Judgement(Level.SURE if odd.sure else Level.SUSPICIOUS, odd.words, facts)
    if _VENDOR.fullmatch(place):
        return Judgement(Level.QUESTION, "no known product has it", facts)
    return Judgement(placed.base, "no known product has it there", facts)


def _judge_hook(placed: PlacedSetting) -> Judgement:
    """Judge paths or names of assemblies, separated by semicolons: the gravest decides."""
    values = [each.strip() for each in placed.found.value.split(";") if each.strip()]
    paths = [each for each in values if _FULL_PATH.match(each)]
    judged = [_judge_library(placed._replace(found=placed.found._replace(value=each))) for each in paths]
    names = [each for each in values if each not in paths and not read_type(each).claims_microsoft]
    judged += [Judgement(placed.base, "it is of no known product", {"assembly": each}) for each in names]
    return max(judged, key=lambda each: each.level, default=Judgement(Level.NOTHING))


_JUDGES: Final[Mapping[str, Judge]] = {
    "type": _judge_type,
    "place": _judge_place,
    "set": _judge_set,
    "runtime": _judge_runtime,
    "program": _judge_program,
    "library": _judge_library,
    "profiler": _judge_profiler,
    "hook": _judge_hook,
}
