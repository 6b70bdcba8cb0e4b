"""Locations of SARIF: paths of the server as URIs, and regions of files.

Source: SARIF 2.1.0, sections 3.4 (artifactLocation), 3.10 (URIs), 3.30 (region); RFC 8089 (file URIs).
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence
from webshellhunt.reports.content.subjects import ShownVerdict
from webshellhunt.reports.printable import decodable

BASE: Final = "%SRCROOT%"
"""The base of relative paths: the location of the hunt; code scanning takes it for the top of the repository."""

_DRIVE = lazy_pattern(r"[A-Za-z]:[\\/]")
_SHARE = lazy_pattern(r"[\\/]{2}([A-Za-z0-9.-]+)[\\/](.*)")
_OWN_TEXT = lazy_pattern(r"raw|log|text(?: as [\w.-]+)?")
_SAFE: Final = "-._~"
_UNNAMED: Final = "unnamed"

Object = dict[str, Any]


def artifact_location(path: str) -> Object:
    r"""Return the location of a file: ``file:///C:/x.aspx`` on a drive, else a path below the location of the hunt."""
    path = decodable(path)
    if _DRIVE.match(path):
        return {"uri": f"file:///{path[:2]}/{_encoded(path[2:], windows=True)}"}
    share = _SHARE.fullmatch(path)
    if share is not None:
        return {"uri": f"file://{share[1]}/{_encoded(share[2], windows=True)}"}
    if path.startswith("/"):
        return {"uri": f"file:///{_encoded(path)}"}
    return {"uri": _encoded(path) or _UNNAMED, "uriBaseId": BASE}


def region(evidence: Evidence, excerpt: str) -> Object:
    """Return the region of a piece of evidence, with its bytes in the file and its line.

    The line of a decoded text is no line of the file: the region then starts at line 1, and the property bag has the
    layer and its line. Columns count characters.
    """
    is_own = _OWN_TEXT.fullmatch(evidence.layer) is not None
    made: Object = {"startLine": max(evidence.line, 1) if is_own else 1}
    if is_own:
        made["startColumn"] = max(evidence.column, 1)
    if evidence.span.end > evidence.span.start >= 0:
        made |= {"byteOffset": evidence.span.start, "byteLength": evidence.span.end - evidence.span.start}
    if excerpt:
        made["snippet"] = {"text": excerpt}
    if not is_own:
        place = {"layer": decodable(evidence.layer), "line": evidence.line, "column": evidence.column}
        made["properties"] = {"inLayer": place}
    return made


def physical_location(evidence: Evidence, excerpt: str) -> Object:
    """Return the place of a piece of evidence."""
    return {"artifactLocation": artifact_location(evidence.path), "region": region(evidence, excerpt)}


def logical_location(shown: ShownVerdict) -> Object:
    """Return the place of a subject by its name and kind: of an element of configuration, or of a trace."""
    return {"fullyQualifiedName": shown.path, "kind": shown.subject.kind.value}


def _encoded(path: str, *, windows: bool = False) -> str:
    """Return the names of a path as a URI without empty and dotted ones, which would lead out of the base."""
    names = path.replace("\\", "/").split("/") if windows else path.split("/")
    return "/".join(_UNNAMED if name in (".", "..") else quote(name, safe=_SAFE) for name in names if name)
