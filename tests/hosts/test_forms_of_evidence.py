"""One host in six forms of evidence: the same verdicts and reasons, compared as data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import disk_images, triage
from tests.builders.ntfs import copy_server, make_image, mounted, require_ntfs
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.sources import open_source
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.source import Source


def told(report: Report) -> set[object]:
    """Return what is said of each accused or unexplained subject; Windows does not distinguish the case of a path."""
    return {
        (
            verdict.subject.path.upper(),
            verdict.disposition,
            verdict.reasons,
            (planting.when_utc, planting.waves, planting.before_fix) if (planting := verdict.planting) else None,
            tuple(sorted((finding.rule.id, finding.message) for finding in verdict.findings)),
        )
        for verdict in report.verdicts
        if verdict.disposition > Disposition.BENIGN
    }


def on_ntfs(host: Source, folder: Path) -> Path:
    require_ntfs()
    image = folder / "c.raw"
    make_image(image)
    with mounted(image, folder / "mounted") as drive:
        copy_server(host, "C", drive)
    return image


FORMS: dict[str, Callable[[Source, Path], Path]] = {
    "a Velociraptor collection in a ZIP archive": lambda host, at: triage.velociraptor(host).write_zip(at / "v.zip"),
    "a KAPE collection in a ZIP archive": lambda host, at: triage.kape(host).write_zip(at / "k.zip"),
    "an acquire collection in a tar archive": lambda host, at: triage.acquire(host).write_tar(at / "a.tar"),
    "a raw image of a volume with 1 NTFS volume": on_ntfs,
    "a virtual disk (VHDX) with 1 NTFS volume": lambda host, at: disk_images.convert(on_ntfs(host, at), "vhdx"),
}


@pytest.fixture(scope="module")
def from_the_description(compromised_host: DescribedHost) -> Report:
    return hunt(compromised_host.source())


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_evidence_gives_the_same_verdicts(
    form: str, compromised_host: DescribedHost, from_the_description: Report, tmp_path: Path
) -> None:
    with open_source(FORMS[form](compromised_host.source(), tmp_path)) as source:
        report = hunt(source)
    assert report.form == form
    assert told(report) == told(from_the_description)
    assert report.assessment.sentence == from_the_description.assessment.sentence
