"""The compiled tools of a job: each worker compiles them once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors import load_detectors
from webshellhunt.detectors.contract import DetectorSelection
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.model.limits import Job
from webshellhunt.signatures.catalog import Catalog, load_catalog
from webshellhunt.views.sample import Code, Layer, Sample


class Tools(NamedTuple):
    """The compiled tools of a job: the signatures, and the detectors by view."""

    job: Job
    catalog: Catalog
    selections: dict[type, DetectorSelection]


def tools_for(job: Job) -> Tools:
    """Return the tools of a job, compiled once in each worker; another limit needs no other ones."""
    return Tools(job, *compiled(job.signature_paths, job.own_signatures, job.engine, job.detectors))


@lru_cache(maxsize=2)
def compiled(
    signature_paths: tuple[str, ...], own_signatures: bool, engine: str, detectors: bool
) -> tuple[Catalog, dict[type, DetectorSelection]]:
    """Compile the signatures and the detectors of a job."""
    catalog = load_catalog(signature_paths, own=own_signatures, engine=engine)
    loaded = load_detectors() if detectors else ()
    views: tuple[type, ...] = (Sample, Layer, Code, Element, Assembly)
    return catalog, {view: DetectorSelection([each for each in loaded if each.on is view]) for view in views}
