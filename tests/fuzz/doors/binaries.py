"""Programs: PE images, .NET metadata and IL, signatures of publishers, shortcuts and tasks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial

from tests.builders.assemblies import CSHARP, page_assembly
from tests.builders.images import image
from tests.builders.shortcuts import shortcut
from tests.builders.signed import identity, signed_image
from tests.builders.tasks import job_file, task_file
from tests.fuzz.door import Door
from tests.fuzz.doors.pages import examined
from webshellhunt.binaries.authenticode import read_signature
from webshellhunt.binaries.dotnet import read_assembly
from webshellhunt.binaries.il import code_range, handlers_in, iter_instructions, iter_references
from webshellhunt.binaries.origin import fraud_words, iter_kinship, read_origin
from webshellhunt.binaries.pe import file_version, read_image
from webshellhunt.errors import BinaryError
from webshellhunt.host.machine.scheduled_tasks import read_task, why_unread
from webshellhunt.host.machine.shortcuts import read_shortcut

_BODY = """
string Key { get { return Req·uest["k"]; } }
protected void Page_Load(object sender, EventArgs e) {
    try { foreach (string each in Req·uest.Form) { System.Diagn·ostics.Pro·cess.Start(Key + each); } }
    catch (Exception x) { Response.Write(x.Message); } finally { Items["a"] = new object[] { 1, 2L, 3.0, "four" }; }
    switch (Key.Length) { case 1: Response.Write("one"); break; case 2: Response.Write("two"); break; case 3: break; }
}
"""


def _images() -> Iterator[bytes]:
    yield image("RegisterModule", "Second", imports={"kernel32.dll": ["WinExec", "CreateProcessA"]}, texts=["a.aspx"])
    yield image(company="Microsoft Corporation", is_library=False)
    yield from _assemblies()


def _assemblies() -> Iterator[bytes]:
    if shutil.which(CSHARP) is not None:
        yield page_assembly(_BODY)
    else:
        yield image("x")


def _pe(data: bytes) -> object:
    return read_image(data), file_version(data), read_origin(data), list(iter_kinship(data)), fraud_words(data)


def _dotnet(data: bytes) -> object:
    found = read_assembly(data)
    steps = [(each.owner, each.name, each.body.steps, each.body.literals) for each in found.methods]
    return steps, found.literals, [found.token(table << 24 | 1) for table in range(0, 256, 3)]


def _il(data: bytes) -> object:
    place = code_range(data)
    code = data if place is None else data[place[0] : place[1]]
    return list(iter_instructions(code)), list(iter_references(code)), handlers_in(data)


def _code() -> Iterator[bytes]:
    yield bytes.fromhex("133003004400000001000011") + bytes.fromhex(
        "0002280100000a6f0200000a0a066f0300000a2d0c45020000000100"
    )
    yield bytes((0x16, 0x2A)) + bytes(8)


def _signed() -> Iterator[bytes]:
    yield signed_image(image("x"), identity("A", "B"))


def _signature(data: bytes) -> object:
    return read_signature(data, ())


def _tasks() -> Iterator[bytes]:
    yield task_file("cmd.exe", "/c whoami")
    yield task_file(class_id="{00000000-0000-0000-0000-000000000001}", account="bob")
    yield job_file("a.exe", "b")


def _task(data: bytes) -> object:
    path = "C:\\Windows\\System32\\Tasks\\x"
    return read_task(data, "x"), why_unread(data, path), read_task(data, "x.job"), why_unread(data, path + ".job")


def _shortcuts() -> Iterator[bytes]:
    yield shortcut("C:\\Windows\\x.exe", "-a b")
    yield shortcut("%windir%\\x.exe", variables=True, name="n")


DOORS = (
    Door("pe", _images, _pe, ("binaries.pe", "binaries.origin"), errors=(BinaryError,), steps=4_000, most_bytes=8_192),
    Door(
        "dotnet",
        _assemblies,
        _dotnet,
        ("binaries.dotnet", "binaries.signatures"),
        errors=(BinaryError,),
        most_bytes=8_192,
    ),
    Door("il", _code, _il, ("binaries.il",), [bytes((each,)) for each in (0x28, 0x2B, 0x38, 0x45, 0x72, 0xFE)]),
    Door(
        "compiled",
        _assemblies,
        partial(examined, "C:\\inetpub\\wwwroot\\bin\\x.dll"),
        ("analysis", "lower.il", "lower.assemblies"),
        steps=60_000,
        first_steps=60_000_000,
        shown=4_000,
        first_shown=400_000,
        most_bytes=8_192,
    ),
    Door(
        "signature",
        _signed,
        _signature,
        ("binaries.authenticode", "binaries.signed_data", "binaries.der"),
        errors=(BinaryError,),
        steps=20_000,
        first_steps=4_000_000,
        most_bytes=8_192,
    ),
    Door("task", _tasks, _task, ("host.machine.scheduled_tasks",), [b"<Exec>", b"</Exec>", b"<Command>", b"\xff\xfe"]),
    Door("shortcut", _shortcuts, read_shortcut, ("host.machine.shortcuts",)),
)
