"""Claims about acts of compiled code: the signature, the message, the evidence and the facts that all rules share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from webshellhunt.analysis.compiled import READER, CompiledAct, EntryPoint, compiled_code
from webshellhunt.binaries.authenticode import read_signature
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.binaries.signed_data import SignatureState
from webshellhunt.binaries.strong_name import verified_publisher
from webshellhunt.detectors.contract import claim
from webshellhunt.errors import BinaryError
from webshellhunt.knowledge.products import products_signed_by
from webshellhunt.model.findings import Evidence, FactValue, Finding, Span
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.views.sample import Sample

OF_VISITOR: Final = frozenset({"request", "mail"})
TAKES_TEXT: Final = "string"
"""The type of a first parameter that is a text: an assembly is loaded by its name."""

_DEEPEST: Final = 2
"""The most calls to an act that no visitor has a part in: below lies the work of libraries."""
_MOST_CLAIMS, _SHOWN_TEXTS, _LONGEST_SHOWN = 3, 3, 80
_OF_EXCHANGE = ("\\frontend\\httpproxy\\", "\\clientaccess\\", "\\transportroles\\agents\\", "\\v15\\bin\\")


@lru_cache(maxsize=1)
def known_signer(assembly: Assembly, data: bytes) -> str | None:
    """Return the known publisher whose verified signature, strong name or Authenticode, is on an assembly."""
    publisher = verified_publisher(data, assembly.public_key)
    if publisher is not None:
        return publisher
    signed = read_signature(data)
    is_known = signed.is_microsoft or (
        signed.state is SignatureState.VALID and bool(products_signed_by(signed.publisher or ""))
    )
    return signed.publisher if is_known else None


def is_in_folder_of_exchange(path: str) -> bool:
    """Return True for a folder to which only the setup of Exchange writes libraries."""
    folder = path.replace("/", "\\").lower().rpartition("\\")[0] + "\\"
    return any(names in folder for names in _OF_EXCHANGE)


def acts_of(assembly: Assembly, sample: Sample, *kinds: str) -> list[CompiledAct]:
    """Return the acts of some kinds, none if a verified signature of a known publisher is on the assembly.

    Raises:
        BinaryError: There are none, but the entry points took more steps than those of any small library.
    """
    if verified_publisher(sample.data, assembly.public_key) is not None:
        return []
    code = compiled_code(assembly)
    if code.is_cut and not code.acts:
        raise BinaryError("its entry points were followed for some time and no further", path=sample.artifact.path)
    acts = (act for act in code.acts if act.kind in kinds)
    found = [act for act in acts if act.labels & OF_VISITOR or (act.entry.when != READER and act.depth <= _DEEPEST)]
    return found if found and known_signer(assembly, sample.data) is None else []


def claim_act(
    rule: Rule,
    act: CompiledAct,
    sample: Sample,
    does: str,
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    facts: Mapping[str, FactValue] | None = None,
) -> Finding:
    """Return a finding about an act; the message says when it happens, and ``does`` ends it."""
    named: dict[str, FactValue] = {
        "method": f"{act.method.owner}.{act.method.name}",
        "member": act.member,
        **(facts or {}),
    }
    shown = " ".join(text[:_LONGEST_SHOWN] for text in act.texts[:_SHOWN_TEXTS])
    excerpt = f"{act.entry.full_name} … {act.member} {shown}".strip()
    layer = f"assembly, {act.method.owner}.{act.method.name}"[:200]
    evidence = Evidence(sample.artifact.path, layer, act.span, 1, 1, excerpt[: sample.excerpt_chars])
    return claim_entry(rule, act.entry, does, evidence, severity=severity, confidence=confidence, facts=named)


def claim_entry(
    rule: Rule,
    entry: EntryPoint,
    does: str,
    evidence: Evidence,
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    facts: Mapping[str, FactValue] | None = None,
) -> Finding:
    """Return a finding about an entry point."""
    message = f"{entry.words} ({entry.full_name[:120]}), {does}"
    named = {"entry": entry.full_name, "when": entry.when, **(facts or {})}
    return claim(rule, message, evidence, severity=severity, confidence=confidence, facts=named)


def whole_file(sample: Sample) -> Evidence:
    """Return the evidence of a claim about a file as a whole."""
    return Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")


def each_entry(found: Iterable[tuple[CompiledAct, Finding]]) -> Iterator[Finding]:
    """Yield the first findings, one for each entry point."""
    told: set[str] = set()
    for act, finding in found:
        if act.entry.full_name not in told and len(told) < _MOST_CLAIMS:
            told.add(act.entry.full_name)
            yield finding
