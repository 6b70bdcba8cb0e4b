"""The same host as a folder and as archives: the same verdicts, compared as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.archives import iter_files, seven_zip_of, tar_of, zip_of
from tests.builders.containers import zipped
from tests.builders.host_tree import tree_on_disk
from webshellhunt import Report, hunt, open_source
from webshellhunt.sources import MemorySource
from webshellhunt.sources.described import open_described

HOSTS = Path(__file__).parents[3] / "fixtures" / "hosts"
Row = tuple[str, str, str | None, tuple[str, ...], tuple[str, ...]]


def rows(report: Report) -> list[Row]:
    """Return the verdicts without the places in the evidence, which differ by the form."""
    return sorted(
        (
            verdict.subject.path,
            verdict.disposition.label,
            verdict.subject.sha256,
            tuple(sorted(f"{finding.rule.id} {finding.message}" for finding in verdict.findings)),
            tuple(verdict.reasons),
        )
        for verdict in report.verdicts
    )


@pytest.mark.parametrize("host", ["exchange2019-compromised.host", "patched-after-planting.host"])
def test_a_host_has_the_same_verdicts_in_each_form(host: str, tmp_path: Path) -> None:
    memory = open_described(HOSTS / host).source()
    below = MemorySource(
        {entry.path.removeprefix("C/"): data for entry, data in iter_files(memory) if entry.path.startswith("C/")}
    )
    rest = {entry.path: data for entry, data in iter_files(memory) if not entry.path.startswith("C/")}
    forms = {
        "drives.zip": zipped({"C.zip": zip_of(below), **rest}),
        "folder.zip": zipped({f"2021-03-09/EXCH01/{entry.path}": data for entry, data in iter_files(memory)}),
        "deflated.zip": zip_of(memory),
        "stored.zip": zip_of(memory, 0),
        "host.tar": tar_of(memory),
        "host.tar.gz": tar_of(memory, "w:gz"),
        "host.tar.bz2": tar_of(memory, "w:bz2"),
        "host.tar.xz": tar_of(memory, "w:xz"),
        "host.7z": seven_zip_of(memory),
    }
    with tree_on_disk(memory) as folder, open_source(folder, times="copy") as source:
        expected = rows(hunt(source))
    assert any(row[1] == "malicious" for row in expected)
    for name, data in forms.items():
        (tmp_path / name).write_bytes(data)
        with open_source(tmp_path / name) as source:
            found = rows(hunt(source))
        assert found == expected, name
