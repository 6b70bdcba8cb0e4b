from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.sections import (
    MAX_LOCATION,
    Action,
    Change,
    ReadExternal,
    Settings,
    SettingsBlock,
    normalize_location,
    read_settings,
    split_location,
)
from webshellhunt.host.iis.xml_tree import parse_xml


def read(body: str, path: str = "C:\\site\\web.config", external: ReadExternal | None = None) -> Settings:
    return read_settings(parse_xml(f"<configuration>{body}</configuration>".encode(), path), path, external)


def only(body: str) -> SettingsBlock:
    (block,) = read(body).blocks
    return block


def test_a_file_that_decides_nothing_has_no_block() -> None:
    assert read("<appSettings><add key='handlers' value='1'/></appSettings><location path='x'/>").blocks == ()


def test_values_of_the_sections_are_read_as_given() -> None:
    block = only(
        "<system.web><globalization fileEncoding='UTF-7'/><compilation defaultLanguage='C#'/></system.web>"
        "<system.webServer><asp scriptLanguage='JScript' codePage='65001'/></system.webServer>"
    )
    assert (block.file_encoding, block.default_language, block.asp_language) == ("UTF-7", "C#", "JScript")
    assert block.asp_code_page == 65001
    assert block.sections == {
        "system.web/globalization", "system.web/compilation", "system.webserver/asp",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "x", "-1", "1" * 30, "٣"])
def test_a_code_page_that_is_no_number_is_left_out(text: str) -> None:
    assert only(f"<system.webServer><asp codePage='{text}'/></system.webServer>").asp_code_page is None


def test_a_repeated_section_adds_to_the_one_before() -> None:
    block = only(
        "<system.web><globalization fileEncoding='gb2312'/></system.web>"
        "<system.web><globalization culture='de'/><globalization fileEncoding=''/></system.web>"
    )
    assert block.file_encoding == "gb2312"


def test_handlers_keep_their_order_and_their_targets() -> None:
    block = only(
        "<system.webServer><handlers>\n<clear/><add name='One' path='*.PIX, *.gfx' modules='IsapiModule' "
        "scriptProcessor='\"%windir%\\system32\\inetsrv\\ASP.dll\" | x'/><remove name='Two'/>"
        "<add name='T' path='a' type=' X.Y , Z, Version=1'/></handlers></system.webServer>"
    )
    where = "C:\\site\\web.config"
    assert block.handlers == (
        Change(Action.CLEAR, "", (), "", 2, where),
        Change(Action.ADD, "one", ("*.pix", "*.gfx"), "asp.dll", 2, where),
        Change(Action.REMOVE, "two", (), "", 2, where),
        Change(Action.ADD, "t", ("a",), "x.y", 2, where),
    )


@pytest.mark.parametrize(
    ("attributes", "target"),
    [
        ("type='A.B'", "a.b"),
        ("type='A.B' scriptProcessor='c:\\x.dll'", "a.b"),
        ("type='A.B' scriptProcessor='c:\\x.dll' modules='StaticFileModule,IsapiModule'", "x.dll"),
        ("type='A.B' modules='IsapiModule'", "a.b"),
        ("type='' scriptProcessor='c:/dir/x.dll'", "x.dll"),
        ("", ""),
    ],
)
def test_the_module_decides_between_type_and_script_processor(attributes: str, target: str) -> None:
    (change,) = only(f"<system.webServer><handlers><add {attributes}/></handlers></system.webServer>").handlers
    assert change.target == target


def test_http_handlers_go_by_verb_and_path_and_providers_by_extension() -> None:
    block = only(
        "<system.web><httpHandlers><remove verb='*' path='*.A'/></httpHandlers><compilation><buildProviders>"
        "<add extension='.PIX' type='N.P, Asm'/></buildProviders></compilation></system.web>"
    )
    assert block.http_handlers[0].key == "* *.a"
    (provider,) = block.build_providers
    assert (provider.key, provider.paths, provider.target) == (".pix", (".pix",), "n.p")


def test_compilers_of_both_sections_are_pairs_of_alias_and_type() -> None:
    block = only(
        "<system.codedom><compilers><compiler language='C#; cs;' type='A.CSharpCodeProvider, S'/></compilers>"
        "</system.codedom><system.web><compilation><compilers><compiler language='zz' type='B.VBCodeProvider'/>"
        "</compilers></compilation></system.web>"
    )
    assert block.compilers == (
        ("c#", "a.csharpcodeprovider"),
        ("cs", "a.csharpcodeprovider"),
        ("zz", "b.vbcodeprovider"),
    )


def test_locations_nest_and_say_whether_they_lock_and_inherit() -> None:
    web = "<system.web><compilation/></system.web>"
    settings = read(
        f"{web}<location path='./A\\B/' allowOverride='false' inheritInChildApplications='false'>{web}"
        f"<location path='C' overrideMode='Allow' allowOverride='false'>{web}</location></location>"
        f"<location overrideMode='Inherit'>{web}</location>"
    )
    found = [(block.location, block.override, block.inherits) for block in settings.blocks]
    assert found == [("", None, True), ("A/B", False, False), ("A/B/C", True, True), ("", None, True)]


def test_blocks_are_found_for_a_directory_outermost_first_then_those_for_its_files() -> None:
    web = "<system.web><compilation/></system.web>"
    settings = read(
        "".join(
            f"<location path='{path}'>{web}</location>" for path in ("a/b", "a/logo.pix", "a", "b", "a.d/x", "logo.pix")
        )
        + web
    )

    def reached(*below: str) -> list[tuple[str, str | None]]:
        return [(block.location, name) for block, name in settings.applying_to(below)]

    assert reached() == [("", None), ("logo.pix", "logo.pix")]
    assert reached("a") == [("", None), ("a", None), ("a/logo.pix", "logo.pix")]
    assert reached("a", "b", "c") == [("", None), ("a", None), ("a/b", None)]
    assert reached("c") == [("", None)]


def test_a_section_kept_in_another_file_is_read_from_there() -> None:
    asked: list[str] = []

    def external(name: str) -> bytes | None:
        asked.append(name)
        return b"<handlers>\n\n<add name='x' path='*.q' type='T'/></handlers>"

    body = "<system.webServer><handlers configSource='conf\\h.config'/></system.webServer>" * 2
    block = read(body, external=external).blocks[0]
    assert asked == ["conf/h.config"]
    change = block.handlers[0]
    assert (change.paths, change.line, change.declared_in) == (("*.q",), 3, "C:\\site\\conf\\h.config")
    plain = read(body, "site/web.config", external).blocks[0]
    assert plain.handlers[0].declared_in == "site/conf/h.config"


@pytest.mark.parametrize("source", ["..\\h.config", "a/../../h.config", "C:\\h.config", "h.config:stream", "."])
def test_a_section_kept_outside_the_folder_is_not_followed(source: str) -> None:
    def external(name: str) -> bytes | None:
        raise AssertionError(name)

    read(f"<system.webServer><handlers configSource='{source}'/></system.webServer>", external=external)


def test_an_absent_external_file_is_an_empty_section_and_a_broken_one_an_error() -> None:
    body = "<system.webServer><handlers configSource='h.config'/></system.webServer>"
    assert read(body, external=lambda _: None).blocks[0].handlers == ()
    assert read(body).blocks[0].handlers == ()
    with pytest.raises(ConfigError) as caught:
        read(body, external=lambda _: b"<handlers>")
    assert caught.value.path == "C:\\site\\h.config"


def test_only_a_few_external_files_are_read() -> None:
    asked: list[str] = []

    def external(name: str) -> bytes:
        asked.append(name)
        return b"<handlers/>"

    body = "".join(f"<system.webServer><handlers configSource='{n}.config'/></system.webServer>" for n in range(100))
    read(body, external=external)
    assert 10 <= len(asked) < 20


def test_another_root_is_no_configuration() -> None:
    with pytest.raises(ConfigError, match="not <configuration>"):
        read_settings(parse_xml(b"<html/>", "x"), "x")


@pytest.mark.parametrize(
    "body",
    [
        "<system.webServer><handlers>" + "<add path='*.a'/>" * 5001 + "</handlers></system.webServer>",
        "<system.webServer><handlers><add path='" + "*.a," * 5001 + "'/></handlers></system.webServer>",
        "<location path='x'><system.web><compilation/></system.web></location>" * 1001,
    ],
)
def test_a_flood_is_an_error(body: str) -> None:
    with pytest.raises(ConfigError, match="more than"):
        read(body)


def test_locations_are_bounded_however_they_nest() -> None:
    web = "<system.web><compilation/></system.web>"
    path = "x" * 900
    inner = f"<location path='{path}'>" * 100 + web + "</location>" * 100
    assert len(read(inner).blocks[0].location) == MAX_LOCATION


@given(st.text("aB./\\ ", max_size=30))
def test_a_normal_location_stays_as_it_is(text: str) -> None:
    normal = normalize_location(text)
    assert normalize_location(normal) == normal
    assert split_location(text) == tuple(part for part in normal.lower().split("/") if part)
