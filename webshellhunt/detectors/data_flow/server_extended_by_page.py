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
    Applications register all of these when they start: in Global.asax, and in classes with ``AppInitialize`` or
    ``Application_Start``, and in ``_AppStart`` pages, which are excluded; in other source code outside the page it is
    suspicious at most. Of 6,157 honest pages of the corpus and 20,665 of other sites, none does it.

Blind spots:
    A registration in code that the page loads.

References:
    https://attack.mitre.org/techniques/T1505/004/
    https://learn.microsoft.com/en-us/dotnet/api/system.web.hosting.hostingenvironment.registervirtualpathprovider
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.marks import Marks
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1016",
    "server-extended-by-page",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1505.004"),
)
_PROVIDING = {
    "registervirtualpathprovider": "a virtual path provider",
    "registervirtualpathproviderinternal": "a virtual path provider",
    "registermodule": "a module",
}
_REGISTERS = {
    "routetable": "a route",
    "globalfilters": "a global filter",
    "viewengines": "a view engine",
    "httplistener": "an HTTP listener",
}
_ADDING = frozenset({"add", "insert", "maproute", "mappageroute", "maphttproute", "ignore"})
_STARTING = frozenset({"application_start", "appinitialize", "preapplicationstartmethod"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first registration of each kind, unless the code runs at the start of an application."""
    words = code.analysis.words()
    starts = layer.sample.artifact.path.replace("\\", "/").rpartition("/")[2].lower().startswith("_appstart.")
    if starts or layer.sample.nature.kind == PageKind.APPLICATION or words & _STARTING:
        return
    registered = dict[str, int]()
    if words & _PROVIDING.keys() or code.analysis.mentions("registervirtualpathprovider"):
        for token, word in enumerate(code.unit.tokens.values):
            if word.lower() in _PROVIDING and (word.lower() != "registermodule" or _is_of_application(code, token)):
                registered.setdefault(_PROVIDING[word.lower()], token)
    if words & _REGISTERS.keys():
        for kind, token in _iter_added(code):
            registered.setdefault(kind, token)
    for kind, token in registered.items():
        message = f"the page registers {kind} in the running server, which then answers requests without a file"
        severity, confidence = (Severity.HIGH, Confidence.MEDIUM) if layer.is_code_behind else (None, None)
        evidence = layer.token_evidence(code, token)
        yield claim(RULE, message, evidence, severity=severity, confidence=confidence)


def _is_of_application(code: Code, token: int) -> bool:
    """Return True if a name is a member of a class that registers modules: other libraries have modules, too."""
    return code.unit.value(token - 2).lower() in ("httpapplication", "dynamicmoduleutility")


def _iter_added(code: Code) -> Iterator[tuple[str, int]]:
    """Yield each addition to a collection of the server, directly or through a variable, with its kind."""
    lower = (word.lower() for word in code.unit.tokens.values)
    begins = {token: frozenset({word}) for token, word in enumerate(lower) if word in _REGISTERS}
    marks = Marks(code.analysis.calls, begins)
    for _, token, _ in marks.iter_calls(_ADDING):
        root = next(root for root in reversed(marks.calls.roots_in(0, token + 1)))
        for mark in marks.on(root, token):
            yield _REGISTERS[mark], token
