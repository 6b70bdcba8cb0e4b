"""Files that support pages, and make the server run code."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine

RULE = "WSH2011"
SITE = r"C:\inetpub\wwwroot"
RESOURCES = rf"{SITE}\App_GlobalResources\a.resx"
BINARY = 'mimetype="application/x-microsoft.net.object.binary.base64"'


def judged(name: str, text: str | bytes) -> Verdict:
    path = name if ":" in name else rf"{SITE}\{name}"
    return examine(text if isinstance(text, bytes) else text.encode(), path=path)


def messages(name: str, text: str | bytes) -> list[str]:
    return [each.message for each in judged(name, text).findings if each.rule.id == RULE]


def adapter(name: str, control: str = "System.Web.UI.Page") -> str:
    return (
        f'<browsers><browser refID="Default"><controlAdapters><adapter controlType="{control}" adapterType="{name}" />'
    )


def stream(name: str) -> bytes:
    """Return the beginning of a serialised object of a class in a library."""
    header = b"\0\1\0\0\0\xff\xff\xff\xff\1" + bytes(7)
    return header + b"\x0c\2\0\0\0\6System\5\1\0\0\0" + bytes([len(name)]) + name.encode() + b"\1\0\0\0\4Data"


def resources(raw: bytes, attributes: str = BINARY) -> str:
    return f'<root><data name="a" {attributes}><value>\n  {base64.b64encode(raw).decode()}\n</value></data></root>'


def test_an_adapter_of_each_page_is_named() -> None:
    (message,) = messages("App_Browsers\\a.browser", adapter("Site.Trace, Site") + "<broken")
    assert message.startswith("the adapter Site.Trace, Site sees each page")


def test_an_adapter_that_keeps_view_states_is_below_suspicion_in_a_site() -> None:
    text = adapter("SessionPageStateAdapter")
    assert judged("App_Browsers\\a.browser", text).disposition is Disposition.UNEXPLAINED
    owa = r"C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess\owa\App_Browsers\a.browser"
    assert judged(owa, text).disposition >= Disposition.SUSPICIOUS


@pytest.mark.parametrize(
    "text",
    [
        adapter("Site.MenuAdapter", "System.Web.UI.WebControls.Menu"),
        adapter("Telerik.Web.UI.RadHiddenFieldPageStateCompression"),
        adapter("System.Web.UI.Adapters.PageAdapter"),
        "",
    ],
)
def test_other_adapters_are_no_finding(text: str) -> None:
    assert messages("App_Browsers\\a.browser", text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xamlx", '<InvokeMethod TargetType="{x:Type d:Process}" MethodName="Start" />'),
        ("a.xamlx", "<ObjectDataProvider />"),
        ("a.stm", '<!--#exec cgi="C:\\Windows\\Temp\\a.exe" -->'),
        (".user.ini", "\nauto_prepend_file = /images/logo.png"),
        (".user.ini", "auto_append_file=C:\\Windows\\Temp\\a.php"),
        (RESOURCES, resources(stream("System.Collections.Generic.SortedSet`1"))),
        (RESOURCES, resources(stream("System.Drawing.Bitmap") + b"ObjectDataProvider")),
        (RESOURCES, resources(b"", 'mimetype="application/x-microsoft.net.object.soap.base64"')),
        (RESOURCES, resources(stream("x")[:17])),
        (RESOURCES.replace(".resx", ".resources"), b"\xce\xca\xef\xbe" + stream("System.Data.DataSet")),
    ],
)
def test_other_files_that_run_code_are_suspicious(name: str, text: str | bytes) -> None:
    assert messages(name, text)
    assert judged(name, text).disposition >= Disposition.SUSPICIOUS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xamlx", '<p:Sequence xmlns:r="clr-namespace:Shop.HiringProcess" DisplayName="Start the process" />'),
        ("a.shtml", '<!--#include virtual="/head.htm" --><!--#echo var="DATE_LOCAL" -->'),
        (".user.ini", "auto_prepend_file = 'C:\\inetpub\\wwwroot\\wordfence-waf.php'\nauto_append_file=none"),
        ("site.ini", "auto_prepend_file = logo.png"),
        (RESOURCES, resources(stream("System.Windows.Forms.ImageListStreamer"))),
        (RESOURCES, resources(b"\x89PNG", 'mimetype="application/x-microsoft.net.object.bytearray.base64"')),
        (rf"{SITE}\Forms\a.resx", resources(stream("Shop.Settings"))),
    ],
)
def test_honest_twins_are_quiet(name: str, text: str) -> None:
    assert messages(name, text) == []


def test_a_counter_of_visitors_is_below_suspicion() -> None:
    assert judged("a.shtml", '<!--#exec cgi="/cgi-bin/counter.exe" -->').disposition is Disposition.UNEXPLAINED


@given(st.binary(max_size=200), st.sampled_from(["App_GlobalResources\\a.resources", "a.browser", ".user.ini"]))
def test_any_bytes_are_read(data: bytes, name: str) -> None:
    judged(name, data)
    judged(name, stream("System.Data.DataSet")[: len(data)] + data)
