from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.host.iis.handler_mappings import MAX_MAPPINGS, AppliedBlock, added_mappings
from webshellhunt.host.iis.sections import COMPILATION, HANDLERS, read_settings
from webshellhunt.host.iis.xml_tree import parse_xml
from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings

# In pieces, so that no file of the repository holds a mapping that a server would take.
ASP = "modules='Isapi" + "Module' scriptProcessor='%windir%\\system32\\inetsrv\\a" + "sp.dll'"
ISAPI = "modules='Isapi" + "Module' scriptProcessor='C:\\Windows\\aspnet_" + "isapi.dll'"
PAGE = "type='System.Web.UI." + "PageHandlerFactory'"
SIMPLE = "type='System.Web.UI." + "SimpleHandlerFactory'"
PAGE_PROVIDER = "type='System.Web.Compilation." + "PageBuildProvider'"
SERVICE = "type='System.ServiceModel.Activation.HttpHandler, System.ServiceModel.Activation'"
SERVICE_PROVIDER = "type='System.ServiceModel.Activation.ServiceBuildProvider'"
HANDLER_PROVIDER = "type='System.Web.Compilation." + "WebHandlerBuildProvider'"


def block(handlers: str = "", providers: str = "", http: str = "", **given: Any) -> AppliedBlock:
    body = (
        f"<configuration><system.webServer><handlers>{handlers}</handlers></system.webServer>"
        f"<system.web><httpHandlers>{http}</httpHandlers>"
        f"<compilation><buildProviders>{providers}</buildProviders></compilation></system.web></configuration>"
    )
    (only,) = read_settings(parse_xml(body.encode(), "web.config"), "web.config").blocks
    return AppliedBlock(only, given.pop("depth", 0), **given)


def mapped(*blocks: AppliedBlock, directory: tuple[str, ...] = ()) -> list[tuple[str, PageKind, str, bool]]:
    return [(m.pattern, m.kind, m.mapped_by, m.locked) for m in added_mappings(blocks, directory)]


def test_asp_dll_needs_the_handler_only() -> None:
    assert mapped(block(f"<add name='a' path='*.PIX' {ASP}/>")) == [("*.pix", PageKind.CLASSIC_ASP, "handler", False)]
    assert mapped(block(f"<add name='a' path='*' {ASP}/>")) == [("*", PageKind.CLASSIC_ASP, "handler", False)]
    assert mapped(block(f"<add name='a' path='*.' {ASP}/>")) == [("*.", PageKind.CLASSIC_ASP, "handler", False)]


def test_handler_and_build_provider_each_map_and_together_map_once() -> None:
    handler = f"<add name='a' path='*.pix' {PAGE}/>"
    provider = f"<add extension='.pix' {PAGE_PROVIDER}/>"
    assert mapped(block(handler)) == [("*.pix", PageKind.WEB_FORM, "handler", False)]
    assert mapped(block("", provider)) == [("*.pix", PageKind.WEB_FORM, "build-provider", False)]
    assert mapped(block(handler, provider)) == [("*.pix", PageKind.WEB_FORM, "handler", False)]
    assert mapped(block(http=f"<add verb='*' path='*.pix' {PAGE}/>")) == [
        ("*.pix", PageKind.WEB_FORM, "http-handler", False)
    ]


def test_a_handler_that_activates_services_compiles_nothing_by_itself() -> None:
    handler, provider = f"<add name='a' path='*.pix' {SERVICE}/>", f"<add extension='.pix' {SERVICE_PROVIDER}/>"
    assert mapped(block(handler)) == []
    assert mapped(block(http=f"<add verb='*' path='*.pix' {SERVICE}/>")) == []
    assert mapped(block("", provider)) == [("*.pix", PageKind.WEB_HANDLER, "build-provider", False)]
    assert mapped(block(handler, provider)) == [("*.pix", PageKind.WEB_HANDLER, "handler", False)]
    assert mapped(block(f"<add name='a' path='*.ashx' {SERVICE}/>")) == []


def test_a_stock_mapping_never_stands_for_another_at_the_same_name() -> None:
    path = "C:\\E\\ClientAccess\\Autodiscover\\web.config"
    token = "Version=4.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
    stock = f"System.ServiceModel.Activation.ServiceBuildProvider, System.ServiceModel.Activation, {token}"
    body = (
        "<configuration><system.web><compilation><buildProviders>"
        f"<add extension='.xml' type='{stock}'/></buildProviders></compilation></system.web>"
        f"<system.webServer><handlers><add name='a' path='*.xml' {SIMPLE}/></handlers></system.webServer>"
        "</configuration>"
    )
    (only,) = read_settings(parse_xml(body.encode(), path), path).blocks
    found = added_mappings([AppliedBlock(only, 0)], ())
    assert [(m.mapped_by, m.stock) for m in found] == [("handler", False), ("build-provider", True)]
    settings = PageSettings(mappings=(*reversed(found),))
    assert settings.mapping_for("x.xml") == found[0]


def test_the_build_provider_decides_how_the_source_is_read() -> None:
    handler = f"<add name='a' path='*.pix' {PAGE}/>"
    assert mapped(block(handler, f"<add extension='.PIX' {HANDLER_PROVIDER}/>"))[0][1] is PageKind.WEB_HANDLER
    isapi = f"<add name='a' path='*.pix' {ISAPI}/>"
    assert mapped(block(isapi, f"<add extension='.pix' {HANDLER_PROVIDER}/>"))[0][1] is PageKind.WEB_HANDLER
    assert mapped(block(isapi))[0][1] is PageKind.WEB_FORM
    # asp.dll asks no build provider
    assert mapped(block(f"<add name='a' path='*.pix' {ASP}/>", f"<add extension='.pix' {HANDLER_PROVIDER}/>"))[0][
        1
    ] is (PageKind.CLASSIC_ASP)


@pytest.mark.parametrize(
    "handler",
    [
        f"<add name='a' path='*.aspx' {PAGE}/>",
        f"<add name='a' path='default.aspx' {PAGE}/>",
        f"<add name='a' path='*.ashx' {PAGE}/>",  # an .ashx stays one, whoever asks for it
        f"<add name='a' path='*.asp,*.cer' {ASP}/>",
        f"<add name='a' path='*' {ISAPI}/>",
        f"<add name='a' path='*' {PAGE}/>",  # the build provider of each extension still decides
        f"<add name='a' path='*.' {PAGE}/>",
        "<add name='a' path='*' verb='*' modules='StaticFileModule,DefaultDocumentModule'/>",
        "<add name='a' path='*.pix' type='System.Web.HttpForbiddenHandler'/>",
        "<add name='a' path='*' verb='TRACE' modules='ProtocolSupportModule'/>",
        "<add name='a' path='*.rss' type='Contoso.Feed, Contoso'/>",
        f"<add name='a' {ASP}/>",
        f"<add name='a' path='{'x' * 300}*' {ASP}/>",
    ],
)
def test_what_adds_nothing_is_no_mapping(handler: str) -> None:
    assert mapped(block(handler)) == []


@pytest.mark.parametrize(
    "provider",
    [
        f"<add extension='.aspx' {PAGE_PROVIDER}/>",
        "<add type='System.Web.Compilation.ForceCopyBuildProvider' extension='.js'/>",
        f"<add extension='.asp' {PAGE_PROVIDER}/>",  # asp.dll still has it
        f"<add extension='png' {PAGE_PROVIDER}/>",
    ],
)
def test_providers_that_add_nothing(provider: str) -> None:
    assert mapped(block("", provider)) == []


def test_pages_that_are_never_requested_are_news_with_a_handler() -> None:
    assert mapped(block(f"<add name='a' path='*.ascx' {PAGE}/>")) == [("*.ascx", PageKind.WEB_FORM, "handler", False)]


def test_a_stock_extension_read_another_way_is_a_mapping() -> None:
    assert mapped(block(f"<add name='a' path='*.aspx' {ASP}/>"))[0][1] is PageKind.CLASSIC_ASP
    assert mapped(block(f"<add name='a' path='*.asp' {PAGE}/>", f"<add extension='.asp' {PAGE_PROVIDER}/>"))[0][1] is (
        PageKind.WEB_FORM
    )
    assert mapped(block("", f"<add extension='.ashx' {PAGE_PROVIDER}/>"))[0][1] is PageKind.WEB_FORM


def test_remove_and_clear_take_away_what_stands_before_them_only() -> None:
    add = f"<add name='A' path='*.pix' {ASP}/>"
    gif = f"<add name='b' path='*.gfx' {ASP}/>"
    assert mapped(block(add + gif + "<remove name='a'/>"))[0][0] == "*.gfx"
    assert mapped(block(f"<remove name='a'/>{add}"))[0][0] == "*.pix"
    assert mapped(block(add), block("<clear/>" + gif)) == [("*.gfx", PageKind.CLASSIC_ASP, "handler", False)]
    assert mapped(block(add + "<clear/>")) == []
    http = f"<add verb='*' path='*.pix' {PAGE}/>"
    assert mapped(block(http=http), block(http="<remove verb='*' path='*.PIX'/>")) == []
    assert len(mapped(block(http=http), block(http="<remove verb='GET' path='*.pix'/>"))) == 1
    provider = f"<add extension='.pix' {PAGE_PROVIDER}/>"
    assert mapped(block("", provider), block("", "<remove extension='.PIX'/>")) == []


def test_a_lock_makes_an_attempt_and_takes_nothing_away() -> None:
    add = f"<add name='a' path='*.pix' {ASP}/>"
    locked = frozenset({HANDLERS, COMPILATION})
    assert mapped(block(add, locked=locked)) == [("*.pix", PageKind.CLASSIC_ASP, "handler", True)]
    assert mapped(block(add), block("<clear/>", locked=locked)) == [("*.pix", PageKind.CLASSIC_ASP, "handler", False)]
    assert mapped(block(add, locked=locked), block("<clear/>")) == [("*.pix", PageKind.CLASSIC_ASP, "handler", True)]
    handler = f"<add name='a' path='*.pix' {PAGE}/>"
    provider = f"<add extension='.pix' {HANDLER_PROVIDER}/>"
    assert mapped(block(handler), block("", provider, locked=locked))[0] == (
        "*.pix",
        PageKind.WEB_FORM,
        "handler",
        False,
    )


def test_the_innermost_configuration_is_asked_first() -> None:
    outer = block(f"<add name='a' path='*.pix' {PAGE}/>")
    inner = block(f"<add name='b' path='*.pix' {ASP}/>")
    found = added_mappings([outer, inner], ())
    assert [m.kind for m in found] == [PageKind.CLASSIC_ASP, PageKind.WEB_FORM]
    mapping = PageSettings(mappings=found).mapping_for("LOGO.PIX")
    assert mapping is not None
    assert mapping.kind is PageKind.CLASSIC_ASP


def test_net_does_not_read_its_own_sections_from_the_server_configuration() -> None:
    server = block(f"<add name='a' path='*.pix' {ASP}/>", f"<add extension='.gfx' {PAGE_PROVIDER}/>", server=True)
    assert [name for name, *_ in mapped(server)] == ["*.pix"]


def test_a_location_for_one_file_maps_that_file() -> None:
    for path, expected in (("*", ["logo.pix"]), ("*.pix", ["logo.pix"]), ("*.gfx", [])):
        found = mapped(block(f"<add name='a' path='{path}' {ASP}/>", file_name="logo.pix"))
        assert [name for name, *_ in found] == expected
    provider = block("", f"<add extension='.pix' {PAGE_PROVIDER}/>", file_name="logo.pix")
    assert [name for name, *_ in mapped(provider)] == ["logo.pix"]
    first = block(f"<add name='a' path='*.pix' {ASP}/>")
    assert len(mapped(first, block("<clear/>", file_name="logo.pix"))) == 1


@pytest.mark.parametrize(
    ("path", "directory", "expected"),
    [
        ("/img/*.pix", ("site", "img"), ["*.pix"]),
        ("img/*.pix", ("site", "IMG".lower(), "deep"), ["*.pix"]),
        ("img/*.pix", ("site", "other"), []),
        ("img\\*.pix", ("site", "images"), []),
        ("img/*.pix", (), ["*.pix"]),
        ("*/x.pix", ("site",), ["x.pix"]),
        ("img/", ("site", "img"), []),
    ],
)
def test_a_path_with_folders_counts_where_they_are(path: str, directory: tuple[str, ...], expected: list[str]) -> None:
    found = mapped(block(f"<add name='a' path='{path}' {ASP}/>"), directory=directory)
    assert [name for name, *_ in found] == expected


def test_a_bracket_is_no_wildcard_and_stars_collapse() -> None:
    (mapping,) = added_mappings([block(f"<add name='a' path='[ab]***.pix' {ASP}/>")], ())
    assert mapping.covers("[AB]x.pix")
    assert not mapping.covers("ax.pix")
    assert mapping.pattern.count("*") == 1


def test_no_extension_means_just_that() -> None:
    (mapping,) = added_mappings([block(f"<add name='a' path='*.' {ASP}/>")], ())
    assert mapping.covers("logo")
    assert not mapping.covers("logo.pix")


def test_evidence_leads_to_the_element() -> None:
    (mapping,) = added_mappings([block(f"\n\n<add name='a' path='*.pix' {ASP}/>")], ())
    assert mapping == HandlerMapping("*.pix", PageKind.CLASSIC_ASP, "web.config", "handler", 3, locked=False)


def test_a_flood_of_decoys_hides_nothing_and_costs_little() -> None:
    decoys = "".join(f"<add name='{n}' path='*.x{n}' {ASP}/>" for n in range(4000))
    flood = block(decoys + f"<add name='real' path='*.pix' {ASP}/>")
    with at_most(3_500_000):
        settings = PageSettings(mappings=added_mappings([flood], ()))
        for n in range(1000):
            assert settings.mapping_for(f"{n}.pix") is not None
    assert len(settings.mappings) <= MAX_MAPPINGS + 1


def test_patterns_of_many_stars_stay_cheap() -> None:
    hostile = block(f"<add name='a' path='{'*a' * 120}b' {ASP}/>")
    with at_most(500_000):
        (mapping,) = added_mappings([hostile], ())
        assert not mapping.covers("a" * 255)


change = st.one_of(
    st.builds("<add name='{}' path='{}' {}/>".format, st.sampled_from("abc"),
              st.sampled_from(["*.pix", "*.gfx", "*", "a/*.x"]), st.sampled_from([ASP, PAGE, SIMPLE])),
    st.builds("<remove name='{}'/>".format, st.sampled_from("abc")),
    st.just("<clear/>"),
)  # fmt: skip


@given(st.lists(st.tuples(st.lists(change, max_size=5), st.booleans()), max_size=4))
def test_what_is_left_is_what_a_server_would_be_left_with(files: list[tuple[list[str], bool]]) -> None:
    blocks: list[AppliedBlock] = []
    left: list[str] = []
    for changes, locked in files:
        blocks.append(block("".join(changes), locked=frozenset({HANDLERS}) if locked else frozenset()))
        for text in changes:
            if locked:
                continue
            if text.startswith("<clear"):
                left = []
            elif text.startswith("<remove"):
                left = [each for each in left if each[11] != text[14]]
            else:
                left.append(text)
    expected = {
        each.split("path='")[1].split("'")[0].rpartition("/")[2]
        for each in left
        if "sp.dll" in each or "path='*'" not in each
    }
    assert {name for name, _, _, locked in mapped(*blocks) if not locked} == expected
