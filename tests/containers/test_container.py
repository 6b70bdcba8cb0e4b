"""What a container is called, and what to do with it."""

from __future__ import annotations

from tests.builders.containers import disk, zipped
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
