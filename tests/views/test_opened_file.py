"""The protocol between a layer and its file."""

from __future__ import annotations

from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.views.opened_file import OpenedFile
from webshellhunt.views.sample import Sample


def test_a_sample_has_each_member_of_an_opened_file() -> None:
    data = b'<%@ Page Language="C#" %>text'
    opened: OpenedFile = Sample(Artifact("x.aspx", "x.aspx", Role.GIVEN, len(data)), data)
    assert [layer.text for layer in opened.layers] == [data.decode()]
    assert (opened.nature.executable, opened.extension, opened.folded) == (True, "aspx", data.lower())
    members = {name for name in dir(OpenedFile) if not name.startswith("_")} | set(OpenedFile.__annotations__)
    assert all(hasattr(opened, name) for name in members)
