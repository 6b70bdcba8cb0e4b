r"""A stock entry runs other code, or leads to another folder, than setup configured.

What it finds:
    A handler, module or build provider with the name of one that IIS, ASP.NET or Exchange registers at this place, and
    with another type, script processor or native module: in ``applicationHost.config``, in the framework's
    configuration and in the directories of Exchange. A virtual directory of Exchange that leads to another folder than
    its own; and, as a question, one under the back-end site that setup does not create.

Why it matters:
    In a list of handlers, reviewers skip the names that every server has. A module in place of a stock one sees each
    request, and no new entry appears.

Looks like:
    ``<add name="PageHandlerFactory-ISAPI-4.0_64bit" path="*.aspx"
    scriptProcessor="C:\Windows\System32\aspnet_isapi.dll" />``, which is not the framework's folder.

Benign look-alikes:
    Later builds of Exchange with another type of Microsoft's under an old name: a question only. A product that
    replaces a module of ASP.NET in its own site: sites other than Exchange's are not checked.

Blind spots:
    The stock program or assembly itself, replaced under its own name and place; a type with a name of Exchange's in an
    assembly with a name of Exchange's that is not part of the product; an assembly that ``codeBase`` locates in a
    folder that WSH4008 does not report; an entry with a name of its own, which other rules check; a removed entry.
    Exchange 2010, which has other folders.

References:
    https://learn.microsoft.com/en-us/iis/configuration/system.webserver/handlers/
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.stock_configuration import (
    BUILD_PROVIDER,
    HANDLER,
    MODULE,
    SERVER,
    StockEntry,
    StockPlaces,
    bound_type,
    normal_program,
    served_places,
    stock_entries,
    stock_folders,
    stock_place,
)
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.type_names import read_type
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4021", "high", "medium", "T1505.004", "T1036.005")
_SECTIONS = {
    "system.webserver/handlers": (HANDLER, "name"),
    "system.webserver/modules": (MODULE, "name"),
    "system.web/httpmodules": (MODULE, "name"),
    "system.web/compilation/buildproviders": (BUILD_PROVIDER, "extension"),
}
_FRAMEWORK = lazy_pattern(r"(?<=\\)framework(?:64)?\\v\d{1,2}\.\d{1,2}\.\d{1,6}(?=\\)")
_WIDTH = lazy_pattern(r"(?<=^%windir%\\)syswow64(?=\\)")
_ON_DRIVE = lazy_pattern(r"(?i)([a-z]:)\\windows\\")
_BACK_END = "exchange back end"
_WATCHED = EXCHANGE_ROLES | {Role.IIS_CONFIG}


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each entry with a stock name that is not the stock entry."""
    places = StockPlaces(config, sample.artifact.path)
    own = _ON_DRIVE.match(sample.artifact.path)
    is_server = sample.artifact.name.lower() == "applicationhost.config"
    everywhere = is_server or sample.artifact.role in _WATCHED
    if not everywhere and places.of("") is None:
        return
    for section in iter_sections(config, *_SECTIONS):
        kind, named_by = _SECTIONS[section.name]
        place = places.of(section.location)
        for element in section.element.children:
            name = element.get(named_by)
            known: tuple[StockEntry, ...] = ()
            if element.tag.lower() == "add" and name:
                known = () if place is None else stock_entries(kind, place, name)
                known = known or (stock_entries(kind, SERVER, name) if everywhere else ())
            other = _ON_DRIVE.match(element.get("scriptProcessor").lstrip(" \"'"))
            misled = own is not None and other is not None and own[1].lower() != other[1].lower()
            if known and (misled or not any(_is_same(kind, entry, element) for entry in known)):
                yield _changed(kind, name, known[0], element, sample, locked=_is_locked(section.name, sample))
    yield from _misled(config, sample)


def _is_same(kind: str, entry: StockEntry, element: Element) -> bool:
    """Return True if an element runs the code of a stock entry; versions and assemblies of Microsoft may differ."""
    named = bound_type(element.get("type"))
    if entry.bound.name:
        has_engine = bool(element.get("scriptProcessor")) and bool(element.get("modules"))
        own = not named.assembly or read_type(element.get("type")).is_microsoft
        return named.name == entry.bound.name and own and not has_engine
    if kind != HANDLER:
        return not named.name
    modules = {word.strip().lower() for word in element.get("modules").split(",")} - {""}
    return modules <= entry.modules and _alike(entry.program) == _alike(element.get("scriptProcessor"))


def _alike(program: str) -> str:
    """Return a program without the framework's version and bitness, which differ among installations."""
    return _WIDTH.sub("system32", _FRAMEWORK.sub("framework", normal_program(program)))


def _is_locked(section: str, sample: Sample) -> bool:
    return section in sample.artifact.settings.locked_sections


def _changed(kind: str, name: str, entry: StockEntry, element: Element, sample: Sample, *, locked: bool) -> Finding:
    runs = element.get("type") or element.get("scriptProcessor") or element.get("modules") or "nothing"
    stock = entry.target or ", ".join(sorted(entry.modules))
    message = f"the {kind.replace('-', ' ')} {name} runs {runs}; the stock entry runs {stock}"
    severity = RULE.severity
    if locked:
        severity, message = Severity.LOW, f"{message}; a parent configuration locks this section, so this has no effect"
    elif read_type(element.get("type")).is_microsoft and entry.bound.name and not element.get("scriptProcessor"):
        severity, message = Severity.LOW, f"{message}; both have names of Microsoft's"
    facts = {"name": name, "runs": runs, "stock": stock}
    return claim(RULE, message, element_evidence(element, sample), severity=severity, facts=facts)


def _misled(config: Element, sample: Sample) -> Findings:
    """Report each virtual directory of Exchange with a foreign folder, if any leads to Exchange at all."""
    served = served_places(config) if config.named("virtualdirectory") else []
    if not any((place or "").startswith("frontend/") for *_, place in served):
        return
    for site, address, directory, place in served:
        folders, path = stock_folders(site, address), directory.get("physicalPath")
        evidence, facts = element_evidence(directory, sample), {"address": address, "site": site, "leads_to": path}
        if folders and not {place, _folder(path)} & set(folders):
            message = f"{address} of {site} leads to {path}; the stock folder is {_shown(folders[0])}"
            yield claim(RULE, message, evidence, facts=facts)
        elif not folders and site.lower() == _BACK_END:
            message = f"{address} of {site} leads to {path}; setup creates no such virtual directory there"
            yield claim(RULE, message, evidence, severity=Severity.LOW, facts=facts)


def _folder(path: str) -> str:
    """Return a folder of Windows or of the default site as stock entries write it."""
    lowered = normal_program(path).replace("\\", "/").rstrip("/")
    return "%systemdrive%/inetpub/wwwroot" if stock_place(path) == "wwwroot" else lowered


def _shown(folder: str) -> str:
    """Return a stock folder as a message shows it."""
    return folder.replace("/", "\\") if folder.startswith("%") else "Exchange's " + folder.replace("/", "\\")
