from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import PLAIN, SAMPLES, disk, gpt_disk, volume
from tests.builders.tables import each_row
from webshellhunt.containers.container import find_container, refusal_reason
from webshellhunt.containers.formats import ContainerFormat, advice
from webshellhunt.containers.recognition import HEAD_BYTES, disk_format, is_tar_header, may_be_container, recognise
from webshellhunt.containers.window import Window, window_of


@each_row("name", SAMPLES)
def test_each_format_is_recognised_by_its_content(name: str) -> None:
    form, data = SAMPLES[name]
    found = find_container(window_of(data), name)
    assert found is not None
    assert found.form is form
    assert may_be_container(data[:HEAD_BYTES], len(data))


@each_row("name", [name for name in SAMPLES if name != "x.raw.002"])
def test_the_name_does_not_count(name: str) -> None:
    form, data = SAMPLES[name]
    found = find_container(window_of(data), "photo.jpg")
    assert found is not None
    assert found.form is form


@each_row("name", PLAIN)
def test_other_files_are_none(name: str) -> None:
    assert recognise(window_of(PLAIN[name]), name) is None


def test_every_format_has_a_sample_and_advice() -> None:
    assert {form for form, _ in SAMPLES.values()} == set(ContainerFormat)
    for form in ContainerFormat:
        assert form.label.split()[0] in ("a", "an", "the")
        assert "hunt the folder" in advice(form)


@each_row("name", SAMPLES)
def test_a_location_is_refused_unless_a_server_runs_it(name: str) -> None:
    _, data = SAMPLES[name]
    reason = refusal_reason(window_of(data), name) or ""
    assert "this version does not open" in reason or "read it with 'webshellhunt logs'" in reason
    assert refusal_reason(window_of(data), "x.aspx") is None
    assert refusal_reason(window_of(data), "WEB.CONFIG") is None


class Counted:
    """A file that counts how much of it is read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.read_bytes = 0
        self.reads = 0

    def __call__(self, offset: int, count: int) -> bytes:
        part = self.data[offset : offset + count]
        self.read_bytes += len(part)
        self.reads += 1
        return part


_HEADS = st.sampled_from([data[:600] for _, data in SAMPLES.values()] + [data[:600] for data in PLAIN.values()])


@given(_HEADS | st.binary(max_size=80), st.binary(max_size=1500), st.integers(0, 2**41), st.text(max_size=8))
def test_any_bytes_do_and_the_work_is_bounded(head: bytes, rest: bytes, size: int, name: str) -> None:
    file = Counted(head + rest)
    find_container(Window(file, size), name)
    assert file.reads <= 70_000
    assert file.read_bytes <= 33 * 1024 * 1024


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_a_damaged_container_harms_nothing(name: str, data: st.DataObject) -> None:
    whole = SAMPLES[name][1][:20_000]
    at = data.draw(st.integers(0, max(0, len(whole) - 1)))
    find_container(window_of(whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + 4 :]), name)
    find_container(window_of(whole[:at]), name)


@given(st.binary(min_size=512, max_size=512))
def test_random_blocks_are_no_tar_headers(block: bytes) -> None:
    assert not is_tar_header(block) or block[148:156].strip(b" \0").isdigit()


@each_row(
    ("data", "form"),
    [
        (disk(), ContainerFormat.RAW_DISK),
        (gpt_disk(), ContainerFormat.RAW_DISK),
        (volume(), ContainerFormat.RAW_VOLUME),
        (volume(b"-FVE-FS-"), ContainerFormat.BITLOCKER),
        (disk(32 * 1024), None),
        (bytes(1024 * 1024), None),
    ],
)
def test_the_first_sectors_tell_the_format(data: bytes, form: ContainerFormat | None) -> None:
    assert disk_format(window_of(data)) is form
