"""A compiled page executes input of a request.

What it finds:
    A .NET assembly in which a method reads a value of the request and then evaluates text, loads code or starts a
    program, directly or in a method that it calls. ASP.NET keeps such an assembly for each page that was requested.
    From the methods that the server calls (handlers, modules, inspectors), the value itself is followed, through
    variables, fields, closures and asynchronous methods; elsewhere the order of calls decides.

Why it matters:
    The page may be deleted; its assembly stays for months and shows what the page did. In a ``bin`` folder an assembly
    can answer requests without a page.

Looks like:
    In one method: ``HttpRequest.get_Item``, then ``Eval.JScriptEvaluate``; or ``Assembly.Load``, or ``Process.Start``.

Benign look-alikes:
    Pages that start a fixed program and also read the request: by the order of calls alone, confidence is high only for
    the evaluation of text, which legitimate pages hardly ever compile to. Libraries that load others by a name of the
    request, which does not count. Two methods of widely used libraries deserialise a value of the request (the cookie
    provider of Microsoft.Web.Mvc, the module of Idunno.AntiCSRF): by the names of library, class and member, severity
    is medium; a verified signature of a known publisher settles it.

Blind spots:
    Calls by reflection, native code, assemblies that decrypt another one, and file writers, whose calls are the same as
    those of an upload. Assemblies larger than 2 MiB are read only if they have the name of a page's assembly.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.analysis.compiled.acts import CompiledAct, reads_request
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.binaries.dotnet import Assembly, Member, Method
from webshellhunt.detectors.compiled_claims import TAKES_TEXT, acts_of, claim_act, each_entry, known_signer
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule("WSH5001", "compiled-shell", Severity.CRITICAL, Confidence.MEDIUM, page=__doc__)
_WORDS = {"evaluate": "evaluated as code", "load": "loaded as code", "process": "run as a command"}
_LOAD = "System.Reflection.Assembly.Load"
_DEEP = 3
_OF_LIBRARIES = frozenset(
    {
        ("Microsoft.Web.Mvc", "Microsoft.Web.Mvc.CookieTempDataProvider", "Deserialize"),
        ("Idunno.AntiCSRF", "Idunno.AntiCsrf.AntiCsrfModule", "Deserialize"),
    }
)
"""Library, class and member of honest calls, which lower the severity and acquit nobody."""
_PROVEN = ("process", "load", "evaluate")


class _Traits(NamedTuple):
    """The steps at which a method reads the request, and those at which it calls a sink, with kind and member."""

    reads: tuple[int, ...]
    sinks: tuple[tuple[int, str, str], ...]


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Iterator[Finding]:
    """Report each method in which a value of the request reaches a sink, or that reads one and then calls a sink."""
    proven = [act for act in acts_of(assembly, sample, *_PROVEN) if "request" in act.labels and not _is_by_name(act)]
    yield from each_entry((act, _proven(act, sample)) for act in proven)
    traits = [_traits(method, assembly) for method in assembly.methods]
    if proven or not any(t.reads for t in traits) or not any(t.sinks for t in traits):
        return
    if known_signer(assembly, sample.data) is not None:
        return
    reported = False
    for index, method in enumerate(assembly.methods):
        read_at = _first_read(index, assembly, traits)
        done = None if read_at is None else _sink_after(index, read_at, assembly, traits)
        if done is not None:
            reported = True
            yield _finding(sample, assembly, method, done, traits[index].reads)
    if not reported and assembly.is_page:
        yield from _apart(sample, assembly, traits)


def _proven(act: CompiledAct, sample: Sample) -> Finding:
    words = f"takes a value of the request, which is {_WORDS[act.kind]}"
    return claim_act(RULE, act, sample, words, confidence=Confidence.HIGH, facts={"request_key": act.request_key})


def _is_by_name(act: CompiledAct) -> bool:
    return act.member == _LOAD and act.takes.startswith(TAKES_TEXT)


def _traits(method: Method, assembly: Assembly) -> _Traits:
    vocab = vocabulary()
    reads: list[int] = []
    sinks: list[tuple[int, str, str]] = []
    for at, step in enumerate(method.steps):
        names, is_property = _names(step)
        if reads_request(step):
            reads.append(at)
        if step == _LOAD and _loads_by_name(assembly):
            continue
        kinds = (sink.kind for sink in vocab.sink(names, is_property=is_property))
        sinks += ((at, kind, step) for kind in kinds if kind in _WORDS)
    return _Traits(tuple(reads), tuple(sinks))


@lru_cache(maxsize=1)
def _loads_by_name(assembly: Assembly) -> bool:
    """Return True if an assembly loads others by their names only, never from bytes."""
    loads = [each for each in assembly.tokens.values() if isinstance(each, Member) and each.name == _LOAD]
    return all(each.takes.startswith(TAKES_TEXT) for each in loads)


def _names(step: str) -> tuple[tuple[str, ...], bool]:
    """Return the class and member of a step as the vocabulary spells them, and True if it sets a property."""
    above, _, member = step.rpartition(".")
    if step.endswith("..ctor"):
        return (step.removesuffix("..ctor").rpartition(".")[2].lower(),), False
    owner = above.rpartition(".")[2].lower()
    if member.startswith("set_"):
        return (owner, member[4:].lower()), True
    return (owner, member.removeprefix("get_").lower()), False


def _first_read(index: int, assembly: Assembly, traits: list[_Traits]) -> int | None:
    """Return the first step at which a method, or a method that it calls, reads the request."""
    reads = list(traits[index].reads)
    reads += [at for inner, at in assembly.methods[index].inner if _reaches(inner, assembly, traits, "reads")]
    return min(reads, default=None)


def _sink_after(index: int, read_at: int, assembly: Assembly, traits: list[_Traits]) -> tuple[str, str, bool] | None:
    """Return the sink that is called after a step: its kind, its member, and True for a call by the method itself."""
    own = [(kind, step, True) for at, kind, step in traits[index].sinks if at >= read_at]
    if own:
        return min(own, key=lambda each: list(_WORDS).index(each[0]))
    for inner, at in assembly.methods[index].inner:
        reached = _reaches(inner, assembly, traits, "sinks") if at >= read_at else None
        if reached is not None:
            _, kind, step = traits[reached].sinks[0]
            return kind, step, False
    return None


def _reaches(index: int, assembly: Assembly, traits: list[_Traits], trait: str) -> int | None:
    """Return the nearest method with a trait among a method and those that it calls, a few calls deep."""
    level, seen = [index], {index}
    for _ in range(_DEEP):
        below: list[int] = []
        for each in level:
            if not 0 <= each < len(traits):
                continue
            if getattr(traits[each], trait):
                return each
            below += [inner for inner, _ in assembly.methods[each].inner if inner not in seen]
            seen.update(below)
        level = below
    return None


def _finding(
    sample: Sample,
    assembly: Assembly,
    method: Method,
    done: tuple[str, str, bool],
    reads: tuple[int, ...],
) -> Finding:
    kind, step, itself = done
    sure = kind == "evaluate" and itself
    is_stock = (assembly.name, method.owner, step.rpartition(".")[2]) in _OF_LIBRARIES
    facts = {"request_key": _key(method, reads), "method": f"{method.owner}.{method.name}", "member": step}
    return claim(
        RULE,
        f"a compiled method reads a value of the request, which is then {_WORDS[kind]}"
        + ("" if sure else " (inferred from the order of its calls)"),
        _evidence(sample, method, step),
        severity=Severity.MEDIUM if is_stock else None,
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        facts=facts,
    )


def _apart(sample: Sample, assembly: Assembly, traits: list[_Traits]) -> Iterator[Finding]:
    """Report a page that contains both, without a call that leads from one to the other."""
    for method, trait in zip(assembly.methods, traits, strict=True):
        for _, kind, step in trait.sinks[:1]:
            yield claim(
                RULE,
                f"the assembly of a page reads values of the request, and text is {_WORDS[kind]} in another method",
                _evidence(sample, method, step),
                severity=Severity.HIGH,
                confidence=Confidence.MEDIUM if kind == "evaluate" else Confidence.LOW,
                facts={"method": f"{method.owner}.{method.name}", "member": step},
            )
            return


def _key(method: Method, reads: tuple[int, ...]) -> str | None:
    """Return the literal that was loaded for the first read of the request: the name of the field."""
    wanted = {at for ask in reads[:1] for at in (ask, ask + 1)}
    return next((literal.text for literal, at in method.literals if at in wanted), None)


def _evidence(sample: Sample, method: Method, step: str) -> Evidence:
    """Return the method's first literal with its calls as the excerpt, since the bytes of code are unreadable."""
    span = method.literals[0][0].span if method.literals else Span(0, 0)
    read = next(filter(reads_request, method.steps), "")
    chain = " … ".join(each for each in (read, step) if each)
    layer = f"assembly, {method.owner}.{method.name}"[:200]
    return Evidence(sample.artifact.path, layer, span, 1, 1, chain[: sample.excerpt_chars])
