"""Claims about acts of compiled code: the message, the evidence and the facts that all rules about them share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from webshellhunt.analysis.compiled.acts import CompiledAct, EntryPoint, compiled_code
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.contract import claim
from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.views.sample import Sample

MOST_CLAIMS: Final = 3
_SHOWN_TEXTS, _LONGEST_SHOWN = 3, 80


def acts_of(assembly: Assembly, sample: Sample, *kinds: str) -> Iterator[CompiledAct]:
    """Yield the acts of some kinds, unless a publisher's verified signature is on the assembly."""
    found = [act for act in compiled_code(assembly).acts if act.kind in kinds]
    if found and sample.signer is None:
        yield from found


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
    """Return a finding about an act; the message says when it happens, and ``does`` what it is."""
    named: dict[str, FactValue] = {
        "entry": act.entry.full_name,
        "when": act.entry.when,
        "method": f"{act.method.owner}.{act.method.name}",
        "member": act.member,
        **(facts or {}),
    }
    evidence = entry_evidence(act.entry, sample, act)
    message = f"{act.entry.words} ({act.entry.full_name[:120]}), {does}"
    return claim(rule, message, evidence, severity=severity, confidence=confidence, facts=named)


def entry_evidence(entry: EntryPoint, sample: Sample, act: CompiledAct) -> Evidence:
    """Return the method's first text as the place, and the way to the member as the excerpt."""
    shown = " ".join(text[:_LONGEST_SHOWN] for text in act.texts[:_SHOWN_TEXTS])
    excerpt = f"{entry.full_name} … {act.member} {shown}".strip()
    layer = f"assembly, {act.method.owner}.{act.method.name}"[:200]
    return Evidence(sample.artifact.path, layer, act.span, 1, 1, excerpt[: sample.excerpt_chars])


def each_entry(found: Iterator[tuple[CompiledAct, Finding]]) -> Iterator[Finding]:
    """Yield the first findings, one for each entry point."""
    told: set[str] = set()
    for act, finding in found:
        if act.entry.full_name not in told and len(told) < MOST_CLAIMS:
            told.add(act.entry.full_name)
            yield finding
