"""Readings: the names and roles under which one content is examined, and the assumptions in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from webshellhunt.errors import UsageError
from webshellhunt.host.iis.handler_targets import STOCK_KINDS, kind_of_handler, kind_of_provider
from webshellhunt.host.walk.roles import role_at
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.hints import Hints
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pages.content_kinds import ContentKind, kinds_of
from webshellhunt.pages.openings import is_text

DEFAULT_NAME: Final = "page.aspx"

_MEANINGLESS: Final = frozenset(
    {"bin", "blob", "dat", "data", "dump", "file", "infected", "mal", "malware", "none", "quarantine", "sample", "temp"}
    | {"tmp", "unknown", "upload", "vir", "virus"}
)
"""Extensions that platforms write in place of the real one."""
_DIGEST = lazy_pattern(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(?:_\w+)?")
_UUID = lazy_pattern(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ON_DRIVE = re.compile(r"[A-Za-z]:/")
_KIND_NAMES: Final = {
    PageKind.WEB_FORM: "page.aspx",
    PageKind.WEB_HANDLER: "page.ashx",
    PageKind.APPLICATION: "global.asax",
    PageKind.CLASSIC_ASP: "page.asp",
    PageKind.RAZOR: "page.cshtml",
}
_OF_EXTENSIONS: Final = {
    ".config": ("web.config", None),
    ".dll": ("library.dll", Role.BIN),
    ".cs": ("App_Code.0.cs", Role.TEMP_ASPNET),
    ".vb": ("App_Code.0.vb", Role.TEMP_ASPNET),
    ".compiled": ("page.aspx.cdcab7d2.compiled", Role.TEMP_ASPNET),
}


class Reading(NamedTuple):
    """One way in which a server may have read a content.

    ``path`` is the path under which it is examined; ``assumed`` are the assumptions, in sentences. ``doubtful`` is true
    if the server probably refuses the content.
    """

    path: str
    role: Role
    settings: PageSettings
    assumed: tuple[str, ...] = ()
    doubtful: bool = False


def readings_of(data: bytes, path: str | None, hints: Hints | None = None) -> tuple[Reading, ...]:
    """Return the ways in which a server may have read a content, the likeliest first.

    ``path``: its path on the server, or its name; ``None`` if it is unknown. ``hints``: knowledge of the caller; it has
    priority over the path.

    Raises:
        UsageError: The handler in the hints is unknown.
    """
    hints = hints or Hints()
    folders, name = _parted(path or "")
    named, settings = role_at(re.split(r"[\\/]", folders)), _settings(hints)
    words = [] if hints.role is None else [f"role {hints.role}, as the caller says"]
    words += [] if hints.language is None else [f"code that names no language is {hints.language}, as the caller says"]
    if hints.mapping is not None:
        mapped, of_kind = _mapped(hints.mapping, name if path is not None and not is_lost(path) else "")
        role = hints.role or (of_kind if named is Role.GIVEN and of_kind is not None else named)
        told = f"read as {mapped.rpartition('.')[2]} (mapping {hints.mapping}, as the caller says)"
        return (Reading(f"{folders}{mapped}", role, settings, (told, *words)),)
    if path is not None and not is_lost(path):
        return (Reading(path, hints.role or named, settings, tuple(words)),)
    kinds = kinds_of(data) or (_plain(data),)
    roles = [hints.role or (kind.role if kind.role is not None and named is Role.GIVEN else named) for kind in kinds]
    return tuple(
        Reading(
            f"{kind.name}{name or 'task'}" if kind.name.endswith("/") else f"{folders}{kind.name}",
            role,
            settings,
            (*_guessed(kinds, at), *_unknown_role(role, hints), *words),
            kind.doubtful,
        )
        for at, (kind, role) in enumerate(zip(kinds, roles, strict=True))
    )


def worst_reading(results: Sequence[tuple[Reading, Sequence[Verdict]]]) -> int:
    """Return the number of the reading whose result counts: the first of the worst.

    A doubtful one counts only if it has a rule that no other reading has: if the rules are the same, only their
    certainty differs, and this depends on the kind of page.
    """
    certain = [verdicts for reading, verdicts in results if not reading.doubtful]
    known = {finding.rule.id for verdicts in certain for verdict in verdicts for finding in verdict.findings}

    def badness(at: int) -> Disposition:
        reading, verdicts = results[at]
        counted = [each for each in verdicts if not reading.doubtful or _rules_of(each) - known]
        return max((each.disposition for each in counted), default=Disposition.KNOWN_GOOD)

    return max(range(len(results)), key=badness)


def _rules_of(verdict: Verdict) -> set[str]:
    return {finding.rule.id for finding in verdict.findings}


def is_lost(path: str) -> bool:
    r"""Return True if a path does not have the name of the file on the server.

    A digest, a UUID, and a name without an extension or with a meaningless one (``.bin``) are names of platforms. Below
    a drive (``C:\\``) or a directory of a server (``owa``), where names are real, only a digest or a UUID is.
    """
    plain = path.replace("\\", "/")
    name = plain.rpartition("/")[2].lower()
    stem, dot, extension = name.rpartition(".")
    is_meaningless = not dot or extension in _MEANINGLESS
    if is_meaningless and (_DIGEST.fullmatch(stem or name) or _UUID.fullmatch(stem or name)):
        return True
    return is_meaningless and _ON_DRIVE.match(plain) is None and role_at(plain.split("/")[:-1]) is Role.GIVEN


def _settings(hints: Hints) -> PageSettings:
    """Return the default settings, with the language of the hints."""
    if hints.language is None:
        return PageSettings()
    if hints.language == "vbscript":
        return PageSettings(asp_language="vbscript")
    asp = "jscript" if hints.language == "jscript" else PageSettings().asp_language
    return PageSettings(default_language=hints.language, asp_language=asp)


def _mapped(mapping: str, name: str) -> tuple[str, Role | None]:
    """Return a name that a server reads by a mapping, and the role in which it reads it as code, if only in one.

    Raises:
        UsageError: The handler is unknown.
    """
    if mapping.startswith("."):
        fixed, role = _OF_EXTENSIONS.get(mapping, ("", None))
        return (fixed or (name.rpartition(".")[0] or name or "page") + mapping), role
    kind = kind_of_handler(mapping) or kind_of_provider(mapping)
    if kind is None or kind not in _KIND_NAMES:
        known = ", ".join(sorted(STOCK_KINDS))
        raise UsageError(f"examine: the handler {mapping!r} is unknown; pass the extension that it reads like: {known}")
    return _KIND_NAMES[kind], None


def _plain(data: bytes) -> ContentKind:
    """Return the reading of a content without code."""
    if is_text(data):
        return ContentKind(DEFAULT_NAME, "it has no start of code, and a page is the worst that it can be")
    return ContentKind("file.bin", "it has no start of code")


def _guessed(kinds: Sequence[ContentKind], at: int) -> Iterator[str]:
    """Yield the assumptions about the name for one of several readings."""
    yield f"its name is unknown: read as {kinds[at].name}, because {kinds[at].reason}"
    others = [f"{kind.name} ({kind.reason})" for kind in kinds if kind is not kinds[at]]
    if others:
        unless = ", a doubtful one only for rules that the others lack" if any(k.doubtful for k in kinds) else ""
        yield f"also read as {', '.join(others)}; the worst result counts{unless}"


def _unknown_role(role: Role, hints: Hints) -> Iterator[str]:
    if hints.role is None and role is Role.GIVEN:
        yield "its folder is unknown, so that no rule about places applies"
    elif hints.role is None:
        yield f"its role is {role}"


def _parted(path: str) -> tuple[str, str]:
    """Return the folders of a path with their last separator, and the name."""
    start = max(path.rfind("/"), path.rfind("\\")) + 1
    return path[:start], path[start:]
