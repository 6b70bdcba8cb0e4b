"""The tools of a job: compiled once, with each detector under its view."""

from __future__ import annotations

from webshellhunt.model.limits import Job, Limits
from webshellhunt.scan.tools import tools_for
from webshellhunt.views.sample import Code, Layer, Sample


def test_a_job_is_compiled_once() -> None:
    assert tools_for(Job()).catalog is tools_for(Job(limits=Limits(seconds_per_file=3))).catalog
    assert tools_for(Job()).catalog is not tools_for(Job(engine="yara")).catalog


def test_each_view_has_detectors_and_a_job_may_leave_all_out() -> None:
    for view in (Sample, Layer, Code):
        assert tools_for(Job()).selections[view]._detectors
    assert tools_for(Job()).catalog.own
    without = tools_for(Job(detectors=False))
    assert without.job.detectors is False
    assert not any(without.selections[view]._detectors for view in (Sample, Layer, Code))
