"""A compiled page runs what a visitor sends.

What it finds:
    A .NET assembly in which a method asks for a value of the request and then evaluates text, loads code or starts a
    program, itself or by a method that it calls. ASP.NET keeps such an assembly of each page that was asked for.

Why it matters:
    The page may be deleted; its assembly stays for months and tells what it did. In a ``bin`` folder an assembly
    answers requests without any page.

Looks like:
    In one method: ``HttpRequest.get_Item``, then ``Eval.JScriptEvaluate``; or ``Assembly.Load``, or ``Process.Start``.

Benign look-alikes:
    Pages that start a fixed program and also look at the request. What flows where is not followed through the
    compiled code, so that only evaluation of text, which honest pages hardly compile to, is held with high confidence.

Blind spots:
    Calls by reflection, native code, assemblies that decrypt another one, and file writers, whose calls are those of
    any upload. Assemblies larger than 2 MiB are read only where they are named as those of pages.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.binaries.dotnet import Assembly, Method
from webshellhunt.code.vocabulary import Vocabulary, vocabulary
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule("WSH5001", "compiled-shell", Severity.CRITICAL, Confidence.MEDIUM, page=__doc__)
_REQUESTS = frozenset({"httprequest", "httprequestbase", "httprequestwrapper", "unvalidatedrequestvalues"})
_CONTROLS = frozenset({"textbox", "hiddenfield", "fileupload", "htmlinputtext", "htmlinputhidden", "htmltextarea"})
_WORDS = {"evaluate": "evaluated as code", "load": "loaded as code", "process": "run as a command"}
_DEEP = 3


class _Traits(NamedTuple):
    """Where a method's code asks for the request and where it does something with power, by number of steps."""

    asks: tuple[int, ...]
    does: tuple[tuple[int, str, str], ...]


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Iterator[Finding]:
    """Report each method that asks for the request and then does something with power."""
    traits = [_traits(method) for method in assembly.methods]
    if not any(t.asks for t in traits) or not any(t.does for t in traits):
        return
    told = False
    for index, method in enumerate(assembly.methods):
        asked = _first_ask(index, assembly, traits)
        done = None if asked is None else _does_after(index, asked, assembly, traits)
        if done is not None:
            told = True
            yield _finding(sample, method, done, assembly.methods, traits[index].asks)
    if not told and assembly.is_page:
        yield from _apart(sample, assembly, traits)


def _traits(method: Method) -> _Traits:
    vocab = vocabulary()
    asks: list[int] = []
    does: list[tuple[int, str, str]] = []
    for at, step in enumerate(method.steps):
        names, is_property = _names(step)
        if _asks(names, vocab):
            asks.append(at)
        kinds = (sink.kind for sink in vocab.sink(names, is_property=is_property))
        does += ((at, kind, step) for kind in kinds if kind in _WORDS)
    return _Traits(tuple(asks), tuple(does))


def _names(step: str) -> tuple[tuple[str, ...], bool]:
    """Return the class and member of a step as the vocabulary has them, and whether it sets a property."""
    above, _, member = step.rpartition(".")
    if step.endswith("..ctor"):
        return (step.removesuffix("..ctor").rpartition(".")[2].lower(),), False
    owner = above.rpartition(".")[2].lower()
    if member.startswith("set_"):
        return (owner, member[4:].lower()), True
    return (owner, member.removeprefix("get_").lower()), False


def _asks(names: tuple[str, ...], vocab: Vocabulary) -> bool:
    if len(names) < 2:
        return False
    if names[0] in _REQUESTS:
        return names[1] in vocab.request_members
    return names[0] in _CONTROLS and names[1] in vocab.control_members


def _first_ask(index: int, assembly: Assembly, traits: list[_Traits]) -> int | None:
    """Return after how many steps a method has something of the request, also from a method that it calls."""
    asks = list(traits[index].asks)
    asks += [at for inner, at in assembly.methods[index].inner if _reaches(inner, assembly, traits, "asks")]
    return min(asks, default=None)


def _does_after(index: int, asked: int, assembly: Assembly, traits: list[_Traits]) -> tuple[str, str, bool] | None:
    """Return what is done after a step: its kind, its member, and whether the method does it itself."""
    own = [(kind, step, True) for at, kind, step in traits[index].does if at >= asked]
    if own:
        return min(own, key=lambda each: list(_WORDS).index(each[0]))
    for inner, at in assembly.methods[index].inner:
        reached = _reaches(inner, assembly, traits, "does") if at >= asked else None
        if reached is not None:
            _, kind, step = traits[reached].does[0]
            return kind, step, False
    return None


def _reaches(index: int, assembly: Assembly, traits: list[_Traits], what: str) -> int | None:
    """Return the nearest method with a trait that one method leads to, itself included, a few calls deep."""
    level, seen = [index], {index}
    for _ in range(_DEEP):
        below: list[int] = []
        for each in level:
            if not 0 <= each < len(traits):
                continue
            if getattr(traits[each], what):
                return each
            below += [inner for inner, _ in assembly.methods[each].inner if inner not in seen]
            seen.update(below)
        level = below
    return None


def _finding(
    sample: Sample,
    method: Method,
    done: tuple[str, str, bool],
    methods: tuple[Method, ...],
    asks: tuple[int, ...],
) -> Finding:
    kind, step, itself = done
    sure = kind == "evaluate" and itself
    facts = {"request_key": _key(method, asks), "method": f"{method.owner}.{method.name}", "member": step}
    return claim(
        RULE,
        f"a compiled method asks for a value of the request, which is then {_WORDS[kind]}"
        + ("" if sure else ", as far as its calls tell"),
        _evidence(sample, method, step),
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        facts=facts,
    )


def _apart(sample: Sample, assembly: Assembly, traits: list[_Traits]) -> Iterator[Finding]:
    """Report a page in which both stand, though no call leads from one to the other."""
    for method, trait in zip(assembly.methods, traits, strict=True):
        for _, kind, step in trait.does[:1]:
            yield claim(
                RULE,
                f"the assembly of a page asks for values of the request, and elsewhere text is {_WORDS[kind]}",
                _evidence(sample, method, step),
                severity=Severity.HIGH,
                confidence=Confidence.MEDIUM if kind == "evaluate" else Confidence.LOW,
                facts={"method": f"{method.owner}.{method.name}", "member": step},
            )
            return


def _key(method: Method, asks: tuple[int, ...]) -> str | None:
    """Return the literal that was loaded for the first question: the name of the field."""
    wanted = {at for ask in asks[:1] for at in (ask, ask + 1)}
    return next((literal.text for literal, at in method.literals if at in wanted), None)


def _evidence(sample: Sample, method: Method, step: str) -> Evidence:
    """Return the method's first literal with what it calls; code has no bytes that say anything to a reader."""
    span = method.literals[0][0].span if method.literals else Span(0, 0)
    asked = next((each for each in method.steps if _names(each)[0][0] in _REQUESTS), "")
    chain = " … ".join(each for each in (asked, step) if each)
    layer = f"assembly, {method.owner}.{method.name}"[:200]
    return Evidence(sample.artifact.path, layer, span, 1, 1, chain[: sample.excerpt_chars])
