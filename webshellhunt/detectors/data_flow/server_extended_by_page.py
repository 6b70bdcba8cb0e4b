"""A page makes the running server answer requests that no file stands for.

What it finds:
    A page that registers a provider of virtual paths, a route, a global filter or a view engine in the running
    application, or opens an HTTP listener of its own.

Why it matters:
    What is registered answers every later request of the application from memory: the page is called once and then
    deleted, and no file is left to find (a memory shell).

Looks like:
    ``HostingEnvironment.RegisterVirtualPathProvider``, ``RouteTable.Routes.Insert``, ``GlobalFilters.Filters.Add`` or
    ``HttpListener.Prefixes.Add`` in a page, handler or web service.

Benign look-alikes:
    Applications register all of these when they start: in Global.asax, and in classes with ``AppInitialize`` or
    ``Application_Start``, which are left alone.

Blind spots:
    A registration that the code does which a page loads.

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
    Severity.HIGH,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1505.004"),
)
_PROVIDING = frozenset({"registervirtualpathprovider", "registervirtualpathproviderinternal"})
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
    """Report the first registration of each kind that is no part of an application's start."""
    words = code.analysis.words()
    if layer.sample.nature.kind == PageKind.APPLICATION or words & _STARTING:
        return
    told = dict[str, int]()
    if words & _PROVIDING or code.analysis.mentions("registervirtualpathprovider"):
        for token, word in enumerate(code.unit.tokens.values):
            if word.lower() in _PROVIDING:
                told.setdefault("a provider of virtual paths", token)
    if words & _REGISTERS.keys():
        for what, token in _iter_added(code):
            told.setdefault(what, token)
    for what, token in told.items():
        message = f"a page registers {what} in the running server, which answers without a file from then on"
        yield claim(RULE, message, layer.token_evidence(code, token))


def _iter_added(code: Code) -> Iterator[tuple[str, int]]:
    """Yield what is added to a register of the server, directly or by a variable that holds it."""
    lower = (word.lower() for word in code.unit.tokens.values)
    begins = {token: frozenset({word}) for token, word in enumerate(lower) if word in _REGISTERS}
    marks = Marks(code.analysis.calls, begins)
    for _, token, _ in marks.iter_calls(_ADDING):
        root = next(root for root in reversed(marks.calls.roots_in(0, token + 1)))
        for mark in marks.on(root, token):
            yield _REGISTERS[mark], token
