"""An examined host: what is known of it before its logs and other witnesses are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import Examination
from webshellhunt.sources import Source


class ExaminedHost(NamedTuple):
    """A host whose files are examined; ``examinations`` include the traces that are known so far."""

    source: Source
    surveyed: Survey
    examinations: Sequence[Examination]
    job: Job
