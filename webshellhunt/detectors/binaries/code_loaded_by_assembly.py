r"""A library of the server loads hidden code by itself.

What it finds:
    A .NET assembly that, from a method which the server calls, loads an assembly of bytes that were decrypted, fetched
    from the network or the registry, or decoded from a constant; or one from a file in an odd folder or on a share; or
    compiles a constant source.

Why it matters:
    The library itself looks harmless, and the code that it loads lies in no file. IceApple and GhostContainer work this
    way.

Looks like:
    ``Init`` of a module that calls ``Assembly.Load`` with bytes that it decrypts, or ``Assembly.LoadFrom`` with
    ``C:\Windows\Temp\a.dll``.

Benign look-alikes:
    Libraries that embed others and load them when they are missed (``AssemblyResolve``), even compressed; loaders of
    plug-ins from folders of the application. Neither counts.

Blind spots:
    Bytes of an ordinary file of the site; code loaded more than two calls below the entry point.

References:
    https://attack.mitre.org/software/S1022/
"""

from collections.abc import Iterator

from webshellhunt.analysis.compiled import EVENT, CompiledAct
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import OF_VISITOR, TAKES_TEXT, acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.findings import Finding
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5007", "high", "medium", "T1505.004", "T1620")
_ORIGINS = {
    "network": "from the network",
    "registry": "from the registry",
    "decrypted": "that it decrypts",
    "decoded": "that it decodes from a text",
}


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point that loads code of an odd origin."""
    yield from each_entry(_found(assembly, sample))


def _found(assembly: Assembly, sample: Sample) -> Iterator[tuple[CompiledAct, Finding]]:
    for act in acts_of(assembly, sample, "load", "evaluate"):
        odd = None if OF_VISITOR & act.labels else _odd(act)
        if odd is not None:
            yield act, claim_act(RULE, act, sample, odd)


def _odd(act: CompiledAct) -> str | None:
    """Return what is odd about loaded code, as the end of a sentence."""
    if act.member.startswith("native:"):
        return f"runs code that it puts into memory itself ({act.member.removeprefix('native:')})"
    for text in act.texts:
        place = odd_place(text) if "\\" in text else None
        if place is not None:
            return f"loads code from {text[:200]} ({place.words})"
    if "CompileAssemblyFrom" in act.member and act.texts and act.entry.when != EVENT:
        return "compiles a source that it has as a text" if _has_source(act) else None
    is_by_name = act.takes.startswith(TAKES_TEXT) and act.kind == "load"
    origin = next((words for label, words in _ORIGINS.items() if label in act.labels), None)
    return None if origin is None or is_by_name else f"loads code {origin}"


def _has_source(act: CompiledAct) -> bool:
    return any("class " in text and "{" in text for text in act.texts)
