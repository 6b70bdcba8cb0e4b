r"""A configuration file maps static file types to code.

What it finds:
    A handler or build provider in a ``web.config`` or ``applicationHost.config`` with which IIS would execute pictures,
    texts, styles or configuration files as pages, or would pass them to a script engine such as PHP; also in a file of
    its own, ``<handlers>``, that a ``configSource`` names. Sections that a
    parent configuration locks are handled by the rule for the mapped file itself (WSH4001).

Why it matters:
    The mapping outlives the file: after a clean-up an attacker can use any name that it covers for a new web shell.

Looks like:
    ``path="*.png"`` with the page handler, a build provider for the same extension, and perhaps request filtering
    switched off for it.

Benign look-alikes:
    Generators of pictures (``chart.png``) have handlers of their own type, which are not page handlers; neither are the
    handlers that activate a WCF service. Exchange's setup maps ``*.xml`` in the two directories of Autodiscover: such
    an element is stock if place, path, verbs and type or program are all setup's own, and a finding anywhere else.

Blind spots:
    Managed handlers that compile their input. A page called ``.xml`` in Exchange's own ``Autodiscover`` needs no new
    mapping; it is read as a page there, and other rules check it. A directory tree outside of all web roots with the
    names of Exchange's (``D:\x\ClientAccess\Autodiscover``).
"""

from collections.abc import Mapping, Sequence
from itertools import islice

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.handler_targets import ASP_DLL, ASPNET_ISAPI, kind_of_handler, kind_of_provider
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.sections import HANDLERS, Action, Settings, read_settings
from webshellhunt.host.iis.web_config import ChainLink, DirectoryConfig, effective_settings
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.model.findings import Finding
from webshellhunt.model.settings import HandlerMapping, PageKind
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4002", "high", "medium", "T1505.003", "T1505.004", slug="static-type-mapped-to-code")
# fmt: off
_STATIC = frozenset({
    "bmp", "config", "css", "csv", "dat", "eot", "gif", "htm", "html", "ico", "jpeg", "jpg", "js", "json", "log", "map",
    "pdf", "png", "svg", "ttf", "txt", "webp", "woff", "woff2", "xml", "zip",
})
# fmt: on
_OFTEN_SCRIPTED = frozenset({"htm", "html", "json", "map"})
"""Types that sites commonly generate with PHP and similar engines."""

_ENGINES = frozenset({"fastcgimodule", "cgimodule", "isapimodule"})
_RUNS = frozenset({PageKind.WEB_FORM, PageKind.WEB_HANDLER, PageKind.CLASSIC_ASP, PageKind.RAZOR})

_MAPPING = ("handlers", "httphandlers", "buildproviders")
"""The parents of all mappings; few files have one."""

_MOST_PLACES = 1_000


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each static file type that the file maps to code."""
    if config.tag.lower() != "configuration" or not any(config.named(name) for name in _MAPPING):
        return
    parsed = DirectoryConfig(sample.artifact.path, read_settings(config, sample.artifact.path))
    mapping_blocks = (b for b in parsed.settings.blocks if b.handlers or b.http_handlers or b.build_providers)
    places = dict.fromkeys(["", *("/".join(block.parts) for block in islice(mapping_blocks, _MOST_PLACES))])
    found = (m for below in places for m in effective_settings(None, None, (ChainLink(parsed, below),)).mappings)
    static = [m for m in dict.fromkeys(found) if m.pattern.rpartition(".")[2] in _STATIC]
    accused = [m for m in static if m.kind in _RUNS and not m.stock]
    elements = _elements_by_name(config, parsed.settings) if accused else {}
    for mapping in accused:
        yield _claim(mapping, elements, sample)
    yield from _scripted(config, sample)


def _scripted(config: Element, sample: Sample) -> Findings:
    """Report each static file type that a handler passes to a script engine other than ASP's."""
    for section in iter_sections(config, HANDLERS):
        for element in section.element.children:
            program = element.get("scriptProcessor").partition("|")[0].strip(" \"'")
            name = program.replace("\\", "/").rpartition("/")[2].lower()
            engines = {word.strip().lower() for word in element.get("modules").split(",")}
            if element.tag.lower() != "add" or name in ("", ASP_DLL, ASPNET_ISAPI) or not engines & _ENGINES:
                continue
            patterns = [each.strip().lower() for each in element.get("path").split(",")]
            static = [each for each in patterns if each.rpartition(".")[2] in _STATIC - _OFTEN_SCRIPTED]
            if static:
                message = f"it makes the server pass {static[0]} to {program}"
                facts = {"mapping": static[0], "runs_as": name, "mapped_by": "handler"}
                yield claim(RULE, message, element_evidence(element, sample), facts=facts)


def _elements_by_name(config: Element, settings: Settings) -> dict[str, list[Element]]:
    """Return the elements that run files, by the pattern or the extension that they map; a line may have several."""
    added: dict[tuple[int, tuple[str, ...]], list[Element]] = {}
    for element in config.named("add"):
        names = (element.get("path") or element.get("extension")).lower().split(",")
        added.setdefault((element.line, tuple(filter(None, map(str.strip, names)))), []).append(element)
    found: dict[str, list[Element]] = {}
    for block in settings.blocks:
        for change in (*block.handlers, *block.http_handlers, *block.build_providers):
            runs = (kind_of_handler(change.target) or kind_of_provider(change.target)) in _RUNS
            if change.action is Action.ADD and runs and not change.stock:
                for path in change.paths:
                    found.setdefault(path.rpartition("/")[2], []).extend(added.get((change.line, change.paths), ()))
    return found


def _claim(mapping: HandlerMapping, elements: Mapping[str, Sequence[Element]], sample: Sample) -> Finding:
    """Return the finding of a mapping, with all elements that map its names: each one has to be undone."""
    facts = {"mapping": mapping.pattern, "runs_as": str(mapping.kind), "mapped_by": mapping.mapped_by}
    extension = mapping.pattern.rpartition(".")[2]
    names = (mapping.pattern, f".{extension}", f"*.{extension}")
    same = [each for name in dict.fromkeys(names) for each in elements.get(name, ())]
    same = same or [each for some in elements.values() for each in some if each.line == mapping.line]
    same.sort(key=lambda each: (each.line != mapping.line, each.offset))
    evidence = [element_evidence(each, sample) for each in dict.fromkeys(same)]
    return claim(RULE, f"it makes the server execute {mapping.pattern} as a page", *evidence, facts=facts)
