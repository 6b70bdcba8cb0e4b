"""BITS jobs: the commands of a queue, whatever else is in the file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.machine_records import bits_queue
from webshellhunt.host.machine.bits_jobs import BitsJob, read_jobs


def jobs(data: bytes) -> list[BitsJob]:
    return list(read_jobs(lambda offset, count: data[offset : offset + count], len(data)))


def test_a_job_with_a_command() -> None:
    (job,) = jobs(bits_queue("backup", "C:\\a.exe", "a.exe -k", "S-1-5-21-1-2-3-500"))
    assert (job.name, job.program, job.owner) == ("backup", "C:\\a.exe", "S-1-5-21-1-2-3-500")
    assert job.command == "a.exe -k"


def test_arguments_without_the_program() -> None:
    (job,) = jobs(bits_queue("backup", "C:\\a.exe", "-k"))
    assert job.command == "C:\\a.exe -k"


def test_a_download_has_no_command() -> None:
    assert jobs(bits_queue("Font Download")) == []


def test_two_records_of_one_job_are_one() -> None:
    assert len(jobs(bits_queue("b", "a.exe") * 2)) == 1


@given(st.binary(max_size=300), st.integers(4_000, 4_400))
def test_any_bytes_are_read(noise: bytes, at: int) -> None:
    data = bits_queue("backup", "C:\\a.exe", "-k")
    jobs(data[:at] + noise + data[at:])
    jobs(noise)
