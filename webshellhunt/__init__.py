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

_HOMES = {
    "Assessment": "model.report",
    "BagCheck": "keeping.verification",
    "Change": "model.comparison",
    "Client": "model.log_results",
    "Comparison": "model.comparison",
    "Confidence": "model.rules",
    "Coverage": "model.report",
    "Difference": "keeping.archive_layout",
    "Disposition": "model.verdict",
    "Evidence": "model.findings",
    "Finding": "model.findings",
    "Fleet": "model.fleet",
    "FleetHost": "model.fleet",
    "FleetHunt": "many",
    "FleetTally": "fleets",
    "Gap": "model.findings",
    "Hints": "model.hints",
    "HostComparison": "model.comparison",
    "Job": "model.limits",
    "KeptEvidence": "keeping.bag",
    "Limits": "model.limits",
    "LogKind": "model.traffic",
    "LogOptions": "model.log_options",
    "Moment": "model.log_results",
    "OnHost": "model.fleet",
    "Outlier": "model.fleet",
    "PatchState": "model.patches",
    "Period": "model.log_options",
    "Progress": "model.progress",
    "Report": "model.report",
    "ResultCache": "model.result_cache",
    "Role": "model.places",
    "Rule": "model.rules",
    "Severity": "model.rules",
    "Shared": "model.fleet",
    "Source": "sources.source",
    "Stage": "model.progress",
    "Step": "model.report",
    "Subject": "model.verdict",
    "Traffic": "model.log_results",
    "UnexpectedError": "errors",
    "Unopened": "model.fleet",
    "Use": "model.traffic",
    "Verdict": "model.verdict",
    "WebShellHuntError": "errors",
    "__version__": "version",
    "collect": "keeping.bag",
    "compare": "comparison",
    "examine": "pipeline",
    "find_hosts": "sources",
    "fleet": "fleets",
    "hunt": "pipeline",
    "hunt_many": "many",
    "iter_verdicts": "pipeline",
    "open_executor": "scan.executors",
    "open_source": "sources",
    "render": "reports",
    "schema": "reports",
    "verify": "keeping.verification",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use, so that the command line catches signals from its start."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
