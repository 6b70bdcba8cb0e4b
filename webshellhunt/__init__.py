"""webshellhunt: find what an intrusion left behind on an Exchange or IIS server."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_HOMES = {
    "Disposition": "model.verdict",
    "Job": "model.limits",
    "Limits": "model.limits",
    "Report": "model.report",
    "Verdict": "model.verdict",
    "WebShellHuntError": "errors",
    "__version__": "version",
    "examine": "hunt",
    "hunt": "hunt",
    "iter_verdicts": "hunt",
    "open_executor": "executors",
    "open_source": "sources",
    "render": "reports",
}


class _Face(ModuleType):
    """The package; it imports a public name on first use, so that the command line catches signals from its start."""

    def __getattr__(self, name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        setattr(self, name, value)
        return value

    def __setattr__(self, name: str, value: object) -> None:
        # The import of the module `hunt` would replace the function of this name.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Face
