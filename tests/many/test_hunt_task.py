"""The work of one worker: a location as a whole, in parts, and its errors, all as bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.containers import zipped
from tests.builders.many_servers import make_servers, timeless
from tests.reports.cases import SHELL
from webshellhunt.errors import SeveralHostsError, SignatureError, SourceError, SourceNotFoundError, UsageError
from webshellhunt.many.hunt_task import (
    Parts,
    Task,
    examine_part,
    hunt_location,
    join_parts,
    require_inputs,
    unpacked,
)
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import Report
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.pipeline import hunt

FILES = 150


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    for number in range(FILES):
        place = folder / f"d{number % 7}"
        place.mkdir(exist_ok=True)
        (place / f"{number:03}.aspx").write_text(SHELL if number % 50 == 0 else f"<%= {number} %>")
    return folder


def task(location: Path | str, most_files: int | None = None, job: Job | None = None) -> Task:
    return Task(str(location), SourceOptions(logs=True), job or Job(), most_files)


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    ((_, location),) = make_servers(tmp_path, 1)
    made: Report = unpacked(hunt_location(task(location, most_files=1_000)))
    assert timeless([made]) == timeless([hunt(location)])
    assert made.accused


def test_a_source_with_too_many_files_comes_back_as_its_number(large: Path) -> None:
    assert unpacked(hunt_location(task(large, most_files=FILES - 1))) == Parts(FILES, FILES - 1)
    assert isinstance(unpacked(hunt_location(task(large, most_files=FILES))), Report)


@pytest.mark.parametrize(
    ("files", "most", "number"),
    [(None, 50_000, 16), (50_001, 50_000, 4), (100_000, 50_000, 8), (10**9, 50_000, 64), (1, 50_000, 2), (9, 1, 36)],
)
def test_the_number_of_parts_follows_from_that_of_the_files(files: int | None, most: int, number: int) -> None:
    assert Parts(files, most).number == number


@pytest.mark.parametrize("parts", [2, 3])
def test_parts_are_disjoint_and_make_the_same_report(parts: int, large: Path) -> None:
    examined = [examine_part(task(large), part, parts) for part in range(parts)]
    batches = [set(unpacked(each)) for each in examined]
    assert sum(map(len, batches)) == len(set.union(*batches))
    assert sum(batch[2] for batch in set.union(*batches)) == FILES
    assert timeless([unpacked(join_parts(task(large), examined))]) == timeless([hunt(large)])


def test_a_part_that_is_missing_is_examined_again(large: Path) -> None:
    assert timeless([unpacked(join_parts(task(large), [examine_part(task(large), 0, 2)]))]) == timeless([hunt(large)])


@pytest.mark.parametrize(("location", "kind"), [("absent", SourceNotFoundError), ("a\0b", SourceError)])
def test_a_location_that_cannot_be_opened_comes_back_as_its_error(location: str, kind: type[SourceError]) -> None:
    error = unpacked(hunt_location(task(location)))
    assert isinstance(error, kind)
    assert str(error).startswith(f"{location}: ")


def test_several_servers_come_back_with_their_locations(tmp_path: Path) -> None:
    for name in ("EXCH01", "EXCH02"):
        (tmp_path / f"{name}.zip").write_bytes(zipped({f"C/Windows/{name}.txt": b"x", "C/inetpub/wwwroot/a.aspx": b""}))
    error = unpacked(hunt_location(task(tmp_path)))
    assert isinstance(error, SeveralHostsError)
    assert [Path(each).name for each in error.locations] == ["EXCH01.zip", "EXCH02.zip"]


def test_a_file_that_is_no_log_has_no_logs(tmp_path: Path) -> None:
    (tmp_path / "a.aspx").write_text("<p>")
    error = unpacked(hunt_location(task(tmp_path / "a.aspx", job=Job(logs=LogOptions(alone=True)))))
    assert isinstance(error, SourceError)


def test_a_worker_of_another_version_says_so() -> None:
    error = unpacked(hunt_location(task("x")._replace(version="0.0.1")))
    assert isinstance(error, SourceError)
    assert "0.0.1: install the same version on all workers" in str(error)


def test_wrong_inputs_of_a_job_are_said_before_the_first_hunt(tmp_path: Path) -> None:
    (tmp_path / "wrong.yar").write_text("rule {")
    with pytest.raises(SignatureError):
        require_inputs(Job(signature_paths=(str(tmp_path / "wrong.yar"),)))
    for wrong in (Job(baseline_paths=("absent",)), Job(accepted_paths=("absent",))):
        with pytest.raises(UsageError):
            require_inputs(wrong)
    with pytest.raises(UsageError):
        require_inputs(Job(logs=LogOptions(pattern_paths=("absent",))))
