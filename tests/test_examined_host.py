"""An examined host."""

from __future__ import annotations

import pickle

from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Job, Limits
from webshellhunt.sources import MemorySource


def test_it_names_its_parts() -> None:
    source = MemorySource({"x.aspx": b""})
    host = ExaminedHost(source, survey(source, Limits()), (), Job())
    assert host.source is source
    assert pickle.loads(pickle.dumps(host.examinations)) == ()
