"""What a container is called, and what to do with it."""

from __future__ import annotations

import gzip

from tests.builders.containers import SAMPLES, disk, tarred, zipped
from webshellhunt.containers.container import find_container, refusal_reason
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.window import window_of


def test_an_archive_of_pages_may_hold_a_server() -> None:
    found = find_container(window_of(zipped({"wwwroot/a.aspx": b"x"})), "site.zip")
    assert found is not None
    assert found.form is ContainerFormat.ZIP
    assert found.may_contain_server
    assert "ZIP" in found.label


def test_an_image_of_a_disk_is_refused_with_advice() -> None:
    reason = refusal_reason(window_of(disk()), "disk.dd")
    assert reason is not None
    assert "mount" in reason
    assert refusal_reason(window_of(b"<html>"), "a.html") is None


def test_where_logs_are_read_a_compressed_file_and_an_event_log_are_accepted() -> None:
    accepted = {"u_ex210303.log.gz": gzip.compress(b"#Fields: date time"), "x.evtx": SAMPLES["x.evtx"][1]}
    for name, data in accepted.items():
        assert refusal_reason(window_of(data), name, logs=True) is None
        assert refusal_reason(window_of(data), name) is not None
    refused = {"logs.tar.gz": gzip.compress(tarred({"a.log": b"x"})), "logs.zip": zipped({"a.log": b"x"})}
    for name, data in refused.items():
        assert "unpack" in (refusal_reason(window_of(data), name, logs=True) or "")
