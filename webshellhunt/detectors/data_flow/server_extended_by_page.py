"""A page registers code that answers requests without a file.

What it finds:
    A page that registers a virtual path provider, a module, a route, a global filter or a view engine in the running
    application, or opens an HTTP listener.

Why it matters:
    The registered code answers every later request of the application from memory: the page is requested once and then
    deleted, and no file remains (a memory shell).

Looks like:
    ``HostingEnvironment.RegisterVirtualPathProvider``, ``RouteTable.Routes.Insert``, ``GlobalFilters.Filters.Add`` or
    ``HttpListener.Prefixes.Add`` in a page, handler or web service.

Benign look-alikes:
    Applications register all of these when they start: in Global.asax, in classes with ``AppInitialize`` or
    ``Application_Start``, in ``_AppStart`` pages, and in ``App_Code`` of a site. All but listeners are excluded there;
    in other source code outside the page it is suspicious at most. Of 6,157 honest pages of the corpus and 20,665 of
    other sites, none does it.

Blind spots:
    A registration in code that the page loads.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.hosting.hostingenvironment.registervirtualpathprovider
"""

from collections.abc import Iterator

from webshellhunt.analysis.text_features import texts_with
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1016", "critical", "high", "T1505.003", "T1505.004")
_PROVIDING = {
    "registervirtualpathprovider": "a virtual path provider",
    "registervirtualpathproviderinternal": "a virtual path provider",
    "registermodule": "a module",
}
_LISTENER = "httplistener"
"""Opens an address beside IIS, which no application needs as it starts."""
_REGISTERS = {
    "routecollection": "a route",
    "globalfiltercollection": "a global filter",
    "viewenginecollection": "a view engine",
    "httplistenerprefixes": "an HTTP listener",
}
_OWNERS = frozenset({"routetable", "globalfilters", "viewengines", _LISTENER})
_OF_MODULES = frozenset({"httpapplication", "dynamicmoduleutility"})
"""Classes that register modules of the server; other libraries have modules, too."""
_STARTING = frozenset({"application_start", "appinitialize", "preapplicationstartmethod"})


@detector(RULE, on=Code, needs=[frozenset({*_PROVIDING, *_OWNERS}) | texts_with("registervirtualpathprovider")])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first registration of each kind, unless the code runs at the start of an application."""
    words = code.analysis.words()
    artifact = layer.sample.artifact
    starts = artifact.path.replace("\\", "/").rpartition("/")[2].lower().startswith("_appstart.")
    starts |= layer.is_application_source and artifact.role not in SETUP_ROLES
    starts |= layer.sample.nature.kind == PageKind.APPLICATION or bool(words & _STARTING)
    if starts and _LISTENER not in words:
        return
    registered = dict[str, int]()
    if words & _PROVIDING.keys() or code.analysis.mentions("registervirtualpathprovider"):
        for word, place in sorted(_iter_providing(code), key=lambda each: each[1]):
            registered.setdefault(_PROVIDING[word], place)
    for added in code.analysis.asked("extension") if words & _OWNERS else ():
        registered.setdefault(_REGISTERS[added.names[-2]], added.place)
    for kind, place in registered.items():
        if starts and kind != "an HTTP listener":
            continue
        message = f"the page registers {kind} in the running server, which then answers requests without a file"
        severity, confidence = (Severity.HIGH, Confidence.MEDIUM) if layer.is_code_behind or starts else (None, None)
        evidence = layer.place_evidence(code, place)
        yield claim(RULE, message, evidence, severity=severity, confidence=confidence)


def _iter_providing(code: Code) -> Iterator[tuple[str, int]]:
    """Yield the calls that register a provider or a module, also where a text names it for reflection."""
    for dotted in code.analysis.index.find(_PROVIDING.keys()):
        for before, name, place in zip(("", *dotted.names), dotted.names, dotted.places, strict=False):
            if name in _PROVIDING and (name != "registermodule" or before in _OF_MODULES):
                yield name, place
    for place, constant in code.analysis.constants.items():
        if constant.value.lower() in _PROVIDING.keys() - {"registermodule"}:
            yield constant.value.lower(), place
