"""webshellhunt: find what an intrusion left behind on an Exchange or IIS server."""

from importlib import import_module

TYPE_CHECKING = False  # that of typing would be imported from the current folder by "python -m"
if TYPE_CHECKING:
    from webshellhunt.comparison import compare
    from webshellhunt.errors import UnexpectedError, WebShellHuntError
    from webshellhunt.fleets import FleetTally, fleet
    from webshellhunt.keeping.archive_layout import Difference
    from webshellhunt.keeping.bag import KeptEvidence, collect
    from webshellhunt.keeping.verification import BagCheck, verify
    from webshellhunt.many import FleetHunt, hunt_many
    from webshellhunt.model.comparison import Change, Comparison, HostComparison
    from webshellhunt.model.findings import Evidence, Finding, Gap
    from webshellhunt.model.fleet import Fleet, FleetHost, OnHost, Outlier, Shared, Unopened
    from webshellhunt.model.hints import Hints
    from webshellhunt.model.limits import Job, Limits
    from webshellhunt.model.log_options import LogOptions, Period
    from webshellhunt.model.log_results import Client, Moment, Traffic
    from webshellhunt.model.patches import PatchState
    from webshellhunt.model.places import Role
    from webshellhunt.model.progress import Progress, Stage
    from webshellhunt.model.report import Assessment, Coverage, Report, Step
    from webshellhunt.model.result_cache import ResultCache
    from webshellhunt.model.rules import Confidence, Rule, Severity
    from webshellhunt.model.traffic import LogKind, Use
    from webshellhunt.model.verdict import Disposition, Subject, Verdict
    from webshellhunt.pipeline import examine, hunt, iter_verdicts
    from webshellhunt.reports import render, schema
    from webshellhunt.scan.executors import open_executor
    from webshellhunt.sources import find_hosts, open_source
    from webshellhunt.sources.source import Source
    from webshellhunt.version import __version__

__all__ = [
    "Assessment",
    "BagCheck",
    "Change",
    "Client",
    "Comparison",
    "Confidence",
    "Coverage",
    "Difference",
    "Disposition",
    "Evidence",
    "Finding",
    "Fleet",
    "FleetHost",
    "FleetHunt",
    "FleetTally",
    "Gap",
    "Hints",
    "HostComparison",
    "Job",
    "KeptEvidence",
    "Limits",
    "LogKind",
    "LogOptions",
    "Moment",
    "OnHost",
    "Outlier",
    "PatchState",
    "Period",
    "Progress",
    "Report",
    "ResultCache",
    "Role",
    "Rule",
    "Severity",
    "Shared",
    "Source",
    "Stage",
    "Step",
    "Subject",
    "Traffic",
    "UnexpectedError",
    "Unopened",
    "Use",
    "Verdict",
    "WebShellHuntError",
    "__version__",
    "collect",
    "compare",
    "examine",
    "find_hosts",
    "fleet",
    "hunt",
    "hunt_many",
    "iter_verdicts",
    "open_executor",
    "open_source",
    "render",
    "schema",
    "verify",
]

_NAMES = {
    "comparison": "compare",
    "errors": "UnexpectedError WebShellHuntError",
    "fleets": "FleetTally fleet",
    "keeping.archive_layout": "Difference",
    "keeping.bag": "KeptEvidence collect",
    "keeping.verification": "BagCheck verify",
    "many": "FleetHunt hunt_many",
    "model.comparison": "Change Comparison HostComparison",
    "model.findings": "Evidence Finding Gap",
    "model.fleet": "Fleet FleetHost OnHost Outlier Shared Unopened",
    "model.hints": "Hints",
    "model.limits": "Job Limits",
    "model.log_options": "LogOptions Period",
    "model.log_results": "Client Moment Traffic",
    "model.patches": "PatchState",
    "model.places": "Role",
    "model.progress": "Progress Stage",
    "model.report": "Assessment Coverage Report Step",
    "model.result_cache": "ResultCache",
    "model.rules": "Confidence Rule Severity",
    "model.traffic": "LogKind Use",
    "model.verdict": "Disposition Subject Verdict",
    "pipeline": "examine hunt iter_verdicts",
    "reports": "render schema",
    "scan.executors": "open_executor",
    "sources": "find_hosts open_source",
    "sources.source": "Source",
    "version": "__version__",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Import a public name on first use, so that the command line catches signals from its start."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
