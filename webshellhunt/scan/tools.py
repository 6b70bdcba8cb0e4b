"""The compiled tools of a job: each worker compiles them once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from webshellhunt.detectors import detectors_on, outsiders
from webshellhunt.detectors.contract import DetectorSelection
from webshellhunt.model.limits import Job
from webshellhunt.signatures.catalog import Catalog, load_catalog


class Selections(dict[type, DetectorSelection]):
    """The detectors by view; those of a view are imported when a file first has it."""

    def __init__(self, *, detectors: bool) -> None:
        super().__init__()
        self._detectors = detectors

    def __missing__(self, view: type) -> DetectorSelection:
        selection = self[view] = DetectorSelection(detectors_on(view) if self._detectors else ())
        return selection


class Tools(NamedTuple):
    """The compiled tools of a job: the signatures, and the detectors by view."""

    job: Job
    catalog: Catalog
    selections: Selections

    def load(self) -> None:
        """Load all at once, so that processes that are forked afterwards have it."""
        from webshellhunt.views.sample import Code, Layer, Sample

        self.catalog.compile()
        for view in (Sample, Layer, Code):
            self.selections[view]


def tools_for(job: Job) -> Tools:
    """Return the tools of a job, compiled once in each worker; another limit needs no other ones."""
    return Tools(job, *compiled(job.signature_paths, job.own_signatures, job.engine, job.detectors))


@lru_cache(maxsize=2)
def compiled(
    signature_paths: tuple[str, ...], own_signatures: bool, engine: str, detectors: bool
) -> tuple[Catalog, Selections]:
    """Compile the signatures of a job; a broken plug-in is an error at once, before any file is examined."""
    catalog = load_catalog(signature_paths, own=own_signatures, engine=engine)
    if detectors:
        outsiders()
    return catalog, Selections(detectors=detectors)
