"""Assemblies, read from ones that a real compiler made."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.assemblies import dotnet_library, page_assembly
from tests.builders.mutants import mutants
from tests.builders.steps import at_most
from webshellhunt.binaries.dotnet import Assembly, Member, Method, read_assembly
from webshellhunt.binaries.il import code_range, iter_references
from webshellhunt.errors import BinaryError

BODY = """
static string Key { get { return HttpContext.Current.Request["first"]; } }
void Page_Load(object sender, EventArgs e) { string form = Request.Form["seco\\u0144d"]; Write("hello", form + Key); }
void Write(string text, string more) { Response.Write(string.Join<string>(text, new[] { more })); }
int Choose(int n) { switch (n) { case 1: return 5; case 2: return 7; case 3: return 9; } return Key.Length; }
"""
MUTANTS = 2_000


@pytest.fixture(scope="module")
def image() -> bytes:
    return page_assembly(BODY)


@pytest.fixture(scope="module")
def assembly(image: bytes) -> Assembly:
    return read_assembly(image)


def method(assembly: Assembly, name: str) -> Method:
    (found,) = [method for method in assembly.methods if method.name == name]
    return found


def test_the_name_the_types_and_what_they_derive_from(assembly: Assembly) -> None:
    assert assembly.name == "App_Web_x.aspx.f5dba9b9.q3xk0v_d"
    assert [(each.name, each.base) for each in assembly.types] == [
        ("<Module>", ""),
        ("ASP.auth_x_aspx", "System.Web.UI.Page"),
    ]
    assert assembly.is_page


def test_members_of_other_assemblies_by_their_full_names(assembly: Assembly) -> None:
    assert {"System.Web.HttpRequest.get_Item", "System.Web.HttpRequest.get_Form"} <= assembly.members


def test_what_a_method_names_in_its_order(assembly: Assembly) -> None:
    load = method(assembly, "Page_Load")
    assert load.owner == "ASP.auth_x_aspx"
    assert load.body.steps == (
        "System.Web.UI.Page.get_Request",
        "System.Web.HttpRequest.get_Form",
        "System.Collections.Specialized.NameValueCollection.get_Item",
        "System.String.Concat",
    )
    called = [(assembly.methods[index].name, steps) for index, steps in load.body.inner]
    assert called == [("get_Key", 3), ("Write", 4)]


def test_a_generic_method_is_named_as_what_it_is_an_instance_of(assembly: Assembly) -> None:
    assert "System.String.Join" in method(assembly, "Write").body.steps


def test_code_behind_a_switch_is_read_in_step(assembly: Assembly) -> None:
    choose = method(assembly, "Choose")
    assert choose.body.steps == ("System.String.get_Length",)
    assert [assembly.methods[index].name for index, _ in choose.body.inner] == ["get_Key"]


def test_literals_lead_to_their_bytes(assembly: Assembly, image: bytes) -> None:
    literals = {literal.text: literal.span for literal in assembly.literals}
    assert {"first", "seco\u0144d", "hello"} == set(literals)
    span = literals["seco\u0144d"]
    assert image[span.start : span.end] == "seco\u0144d".encode("utf-16-le")
    assert [(each.text, steps) for each, steps in method(assembly, "get_Key").body.literals] == [("first", 2)]


def test_a_library_without_pages_is_none() -> None:
    assert not read_assembly(dotnet_library("public class Plain { }", "Plain")).is_page


@pytest.mark.parametrize("data", [b"", b"MZ", b"MZ" + bytes(400), b"not one at all" * 40])
def test_what_is_no_assembly_is_an_error(data: bytes) -> None:
    with pytest.raises(BinaryError, match="metadata"):
        read_assembly(data, "x.dll")


def test_a_large_file_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(BinaryError, match="larger than 16 MiB"):
        read_assembly(bytes(17 * 1024 * 1024))


def test_damaged_assemblies_are_an_error_or_read_and_cost_little(
    image: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for data in mutants(image, MUTANTS):
        with at_most(500_000), suppress(BinaryError):
            found = read_assembly(data)
            assert all(each.body.steps is not None for each in found.methods)
            assert {type(found.token(table << 24 | 1)) for table in range(256)} <= {Member, str, bytes, type(None)}
            assert len(found.literals) < len(data)
    assert caplog.records == []


@given(st.binary(max_size=200))
def test_any_code_is_read_to_its_end(code: bytes) -> None:
    assert all(0 <= token < 1 << 32 for _, token in iter_references(code))
    found = code_range(code)
    assert found is None or min(found) >= 0


def test_headers_of_methods() -> None:
    assert code_range(bytes((0x16, 0, 0, 0))) == (1, 5)
    assert code_range(bytes.fromhex("133003004400000001000011")) == (12, 0x44)
    assert code_range(b"\x13\x30") is None
    assert code_range(b"\x00") is None
    assert code_range(b"") is None
