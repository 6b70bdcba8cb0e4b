"""Conversion of a YARA rule's metadata to a Rule: by contract for shipped rules, by convention for public ones."""

from __future__ import annotations

import re
from collections.abc import Mapping

from webshellhunt.errors import SignatureError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Confidence, Rule, RuleOrigin, Severity
from webshellhunt.signatures.hits import MetaValue, RuleHead, SignatureHit

REQUIRED = ("id", "severity", "confidence", "technique", "description", "reference", "date")

_ID = lazy_pattern(r"WSH9\d{3}")
_DETECTOR = lazy_pattern(r"WSH[1-8]\d{3}")
_TECHNIQUE = re.compile(r"T\d{4}(\.\d{3})?")
_DATE = lazy_pattern(r"\d{4}-\d{2}-\d{2}")


def _check_optional(meta: Mapping[str, str], head: RuleHead, path: str) -> None:
    """Raise an error if an optional field has a wrong value."""
    if meta.get("settled_by") and _DETECTOR.fullmatch(meta["settled_by"]) is None:
        raise _breach(head, path, f"has an id in settled_by that is no detector: {meta['settled_by']!r}")
    for flag in ("is_tool", "is_known_content"):
        if meta.get(flag, "True") != "True":
            raise _breach(head, path, f"has an {flag} that is not true, without quotes: {meta[flag]!r}")


def own_rule(head: RuleHead, path: str) -> Rule:
    """Return the metadata of a shipped rule; ``technique`` and ``reference`` may list several, by spaces.

    Raises:
        SignatureError: the rule breaks the metadata contract (signatures/README.md).
    """
    meta = {key: str(value).strip() for key, value in head.meta.items()}
    missing = [key for key in REQUIRED if not meta.get(key)]
    if missing:
        raise _breach(head, path, f"has no {', '.join(missing)}")
    techniques, references = tuple(meta["technique"].split()), tuple(meta["reference"].split())
    if _ID.fullmatch(meta["id"]) is None:
        raise _breach(head, path, f"needs an id of WSH9 and three digits, not {meta['id']!r}")
    if not all(_TECHNIQUE.fullmatch(technique) for technique in techniques):
        raise _breach(head, path, f"names a technique that is no ATT&CK id: {meta['technique']!r}")
    if not all(reference.startswith("https://") for reference in references):
        raise _breach(head, path, f"has a reference that is no https address: {meta['reference']!r}")
    if _DATE.fullmatch(meta["date"]) is None:
        raise _breach(head, path, f"needs a date as YYYY-MM-DD, not {meta['date']!r}")
    _check_optional(meta, head, path)
    try:
        severity, confidence = Severity[meta["severity"].upper()], Confidence[meta["confidence"].upper()]
    except KeyError as error:
        raise _breach(head, path, f"has an unknown severity or confidence: {error}") from error
    return Rule(
        id=meta["id"],
        slug=head.name.replace("_", "-"),
        title=meta["description"],
        severity=severity,
        confidence=confidence,
        techniques=techniques,
        references=references,
        origin=RuleOrigin.SIGNATURE,
        source=path,
        page=_page(meta, path),
        settled_by=meta.get("settled_by", ""),
        is_tool="is_tool" in meta,
        is_known_content="is_known_content" in meta,
    )


def public_rule(hit: SignatureHit) -> Rule:
    """Return the metadata of a public rule: its own name is the id, and its ``score`` maps to the severity.

    75 and more is high, 60 to 74 or no score at all medium, below that low. The confidence is never high: the author
    and the tests of the rule are unknown.
    """
    severity = _severity_of_score(hit.meta)
    reference = hit.meta.get("reference", "")
    references = tuple(str(reference).split()) if str(reference).startswith(("http://", "https://")) else ()
    return Rule(
        id=hit.rule,
        slug=re.sub(r"_+", "-", hit.rule.lower()).strip("-"),
        title=str(hit.meta.get("description") or hit.rule),
        severity=severity,
        confidence=Confidence.LOW if severity is Severity.LOW else Confidence.MEDIUM,
        references=references,
        origin=RuleOrigin.PUBLIC_SIGNATURE,
        source=re.split(r"[/\\]", hit.namespace)[-1],
    )


def _severity_of_score(meta: Mapping[str, MetaValue]) -> Severity:
    try:
        score = float(meta.get("score", 60))
    except ValueError:
        return Severity.MEDIUM
    if score >= 75:
        return Severity.HIGH
    return Severity.MEDIUM if score >= 60 else Severity.LOW


def _page(meta: Mapping[str, str], path: str) -> str:
    parts = [meta["description"], f"A YARA rule: {path}, {meta['date']}."]
    parts += [f"{title}: {meta[key]}" for key, title in _PAGE_PARTS if meta.get(key)]
    return "\n\n".join(parts) + "\n"


_PAGE_PARTS = (("benign", "Benign look-alikes"), ("blind", "Blind spots"), ("reference", "References"))


def _breach(head: RuleHead, path: str, words: str) -> SignatureError:
    return SignatureError(f"rule {head.name} {words}", path=path)
