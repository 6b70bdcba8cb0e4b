"""webshellhunt: find what an intrusion left behind on an Exchange or IIS server."""

from webshellhunt.errors import WebShellHuntError
from webshellhunt.executors import open_executor
from webshellhunt.hunt import examine, hunt, iter_verdicts
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.reports import render
from webshellhunt.sources import open_source
from webshellhunt.version import __version__

__all__ = [
    "Disposition",
    "Job",
    "Limits",
    "Report",
    "Verdict",
    "WebShellHuntError",
    "__version__",
    "examine",
    "hunt",
    "iter_verdicts",
    "open_executor",
    "open_source",
    "render",
]
