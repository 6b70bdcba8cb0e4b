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


@lru_cache(maxsize=2)
def tools_for(job: Job) -> Tools:
    """Compile a job, once in each worker."""
    catalog = load_catalog(job.signature_paths, own=job.own_signatures, engine=job.engine)
    detectors = load_detectors() if job.detectors else ()
    views: tuple[type, ...] = (Sample, Layer, Code, Element, Assembly)
    by_view = {view: DetectorSelection([each for each in detectors if each.on is view]) for view in views}
    return Tools(job, catalog, by_view)
