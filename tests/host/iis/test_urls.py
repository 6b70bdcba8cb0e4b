"""At which addresses the server answers for a file: by configuration, by the usual directories, and never unsafe."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.host.iis import urls
from webshellhunt.host.iis.application_host import Binding
from webshellhunt.host.iis.urls import MOST_URLS, UrlFinder
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role, Url
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.memory import MemorySource

HOST_CONFIG = "C/Windows/System32/inetsrv/config/applicationHost.config"
FRONT = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy"
BACK = r"C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess"
FURTHER = ("Calendar", "Integrated", "oma")
EVERYWHERE = (("https", "*:443:"),)
SAFE = re.compile(r"(?:https?://[A-Za-z0-9.*:\[\]%_~-]+)?(?:/[A-Za-z0-9._~%-]*)+")


def site(name: str, *directories: tuple[str, str, str], bindings: tuple[tuple[str, str], ...] = EVERYWHERE) -> str:
    """Return a site; each directory is an application, a path in it and a folder."""
    applications = "".join(
        f'<application path="{application}"><virtualDirectory path="{path}" physicalPath="{folder}"/></application>'
        for application, path, folder in directories
    )
    bound = "".join(f'<binding protocol="{p}" bindingInformation="{i}"/>' for p, i in bindings)
    return f'<site name="{name}">{applications}<bindings>{bound}</bindings></site>'


def finder(*sites: str, location: str = "evidence") -> UrlFinder:
    section = f"<system.applicationHost><sites>{''.join(sites)}</sites></system.applicationHost>"
    text = f"<configuration>{section}</configuration>"
    files = {HOST_CONFIG: text.encode("utf-8", "surrogatepass")} if sites else {"x.aspx": b""}
    return UrlFinder(survey(MemorySource(files, location=location), Limits()))


def addresses(found: tuple[Url, ...]) -> list[str]:
    return [url.address for url in found]


@pytest.fixture(scope="module")
def exchange(clean_host: DescribedHost) -> UrlFinder:
    return UrlFinder(survey(clean_host.source(), Limits()))


def test_the_front_end_of_exchange_answers_by_both_schemes(exchange: UrlFinder) -> None:
    urls = exchange.of(FRONT + r"\owa\auth\x.aspx", Role.OWA_AUTH)
    assert urls[:2] == (
        Url("https://*/owa/auth/x.aspx", "Default Web Site"),
        Url("http://*/owa/auth/x.aspx", "Default Web Site"),
    )
    # As on a real server, three further addresses of the site lead to the same folder.
    further = {f"{scheme}://*/owa/{name}/auth/x.aspx" for name in FURTHER for scheme in ("https", "http")}
    assert set(addresses(urls[2:])) == further


def test_the_back_end_of_exchange_answers_by_its_own_port(exchange: UrlFinder) -> None:
    assert exchange.of(BACK + r"\exchweb\EWS\x.asmx", Role.CLIENT_ACCESS) == (
        Url("https://*:444/EWS/x.asmx", "Exchange Back End"),
        Url("http://*:81/EWS/x.asmx", "Exchange Back End"),
    )


def test_what_two_sites_serve_has_an_address_of_each() -> None:
    root = ("/", "/", r"C:\inetpub\wwwroot")
    front = site("Default Web Site", root, bindings=(("http", "*:80:"), ("https", "*:443:")))
    back = site("Back", root, bindings=(("http", "*:81:"), ("https", "*:444:")))
    urls = finder(front, back).of(r"C:\inetpub\wwwroot\aspnet_client\x.aspx", Role.ASPNET_CLIENT)
    assert addresses(urls)[::2] == ["https://*/aspnet_client/x.aspx", "https://*:444/aspnet_client/x.aspx"]
    assert [url.site for url in urls] == ["Default Web Site"] * 2 + ["Back"] * 2


def test_case_is_that_of_the_file_and_of_the_configuration(exchange: UrlFinder) -> None:
    urls = exchange.of((FRONT + r"\OWA\Auth\X.aspx").replace("Program", "PROGRAM"), Role.OWA_AUTH)
    assert addresses(urls)[0] == "https://*/owa/Auth/X.aspx"


def test_a_directory_that_another_one_hides_has_no_address(exchange: UrlFinder) -> None:
    assert exchange.of(r"C:\inetpub\wwwroot\owa\x.aspx", Role.OWA) == ()


def test_what_no_site_serves_has_no_address(exchange: UrlFinder) -> None:
    assert exchange.of(r"C:\ProgramData\x.aspx", Role.DROP) == ()
    assert exchange.of(r"D:\inetpub\wwwroot\x.aspx", Role.GIVEN) == ()


def test_a_file_that_is_not_executed_has_one_too(exchange: UrlFinder) -> None:
    assert addresses(exchange.of(r"C:\inetpub\wwwroot\banner.png", Role.WWWROOT))[0] == "https://*/banner.png"


@pytest.mark.parametrize("name", [r"bin\x.dll", r"App_Data\x.aspx", r"a\APP_CODE\x.cs", "global.asax", "x.ascx"])
def test_what_request_filtering_refuses_is_said(name: str, exchange: UrlFinder) -> None:
    urls = exchange.of(rf"C:\inetpub\wwwroot\{name}", Role.WWWROOT)
    assert urls
    assert all(url.refused for url in urls)


@pytest.mark.parametrize("name", ["web.config", "x.aspx:stream.aspx"])
def test_configuration_and_streams_are_not_called(name: str, exchange: UrlFinder) -> None:
    assert exchange.of(rf"C:\inetpub\wwwroot\{name}", Role.WWWROOT) == ()


def test_the_folder_of_an_address_outside_of_the_site(exchange: UrlFinder) -> None:
    mapped = finder(site("Web", ("/", "/", r"C:\w"), ("/a", "/b", r"%ProgramData%\s")))
    assert addresses(mapped.of(r"C:\ProgramData\s\t\x.aspx", Role.SITE)) == ["https://*/a/b/t/x.aspx"]


def test_the_address_that_is_called_like_the_folder_comes_first() -> None:
    owa = [(f"/{name}", "/", r"C:\ca\owa") for name in ("exchange", "public", "owa", "owa/Calendar")]
    found = addresses(finder(site("Back", *owa)).of(r"C:\ca\owa\x.aspx", Role.OWA))
    assert found[0] == "https://*/owa/x.aspx"
    assert found[-1] == "https://*/owa/Calendar/x.aspx"


def test_each_site_comes_before_the_second_address_of_any() -> None:
    both = [site(name, ("/a", "/", r"C:\w"), ("/b", "/", r"C:\w")) for name in ("one", "two")]
    assert [url.site for url in finder(*both).of(r"C:\w\x.aspx", Role.SITE)] == ["one", "two", "one", "two"]


@pytest.mark.parametrize(
    ("bindings", "expected"),
    [
        ([("http", "*:80:"), ("https", "*:443:")], ["https://*", "http://*"]),
        ([("https", ":443:")], ["https://*"]),
        ([("https", "*:8443:Mail.example.org")], ["https://Mail.example.org:8443"]),
        ([("https", "10.0.0.5:443:")], ["https://10.0.0.5"]),
        ([("https", "[FE80::1]:444:")], ["https://[fe80::1]:444"]),
        ([("https", "*:443:"), ("https", "127.0.0.1:443:")], ["https://*"]),
        ([("https", "127.0.0.1:443:")], ["https://127.0.0.1"]),
        ([("net.pipe", "*"), ("net.tcp", "808:*"), ("https", "*:443:")], ["https://*"]),
        ([("https", "*:443:b\u00fccher.example")], ["https://b%C3%BCcher.example"]),
        ([("https", "*:port:"), ("https", "nonsense")], [""]),
        ([("https", "a b/c:443:")], ["https://*"]),
        ([("http", f"*:{n}:") for n in range(81, 99)], [f"http://*:{n}" for n in range(81, 85)]),
        ([], [""]),
    ],
)
def test_scheme_host_and_port_are_those_of_the_bindings(bindings: list[tuple[str, str]], expected: list[str]) -> None:
    mapped = finder(site("Web", ("/", "/", r"C:\w"), bindings=tuple(bindings)))
    assert addresses(mapped.of(r"C:\w\x.aspx", Role.SITE)) == [f"{top}/x.aspx" for top in expected]


def test_the_bindings_of_a_site_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mapped = finder(site("Web", ("/", "/", r"C:\w"), bindings=tuple(("http", f"*:80:h{n}") for n in range(50))))
    read: list[Binding] = []
    known = urls._read

    def counted(binding: Binding) -> tuple[str, str, str] | None:
        read.append(binding)
        return known(binding)

    monkeypatch.setattr(urls, "_read", counted)
    for n in range(20):
        assert len(mapped.of(rf"C:\w\{n}.aspx", Role.SITE)) == 4
    assert len(read) == 50


def test_a_bounded_number_is_named() -> None:
    many = [site(f"s{n}", ("/", "/", r"C:\w")) for n in range(50)]
    assert len(finder(*many).of(r"C:\w\x.aspx", Role.SITE)) == MOST_URLS


@pytest.mark.parametrize(
    ("path", "role", "expected"),
    [
        (FRONT + r"\owa\auth\x.aspx", Role.OWA_AUTH, "/owa/auth/x.aspx"),
        (FRONT + r"\sync\x.aspx", Role.HTTP_PROXY, "/Microsoft-Server-ActiveSync/x.aspx"),
        (BACK + r"\exchweb\ews\x.asmx", Role.CLIENT_ACCESS, "/EWS/x.asmx"),
        (r"C:\inetpub\wwwroot\a\x.aspx", Role.WWWROOT, "/a/x.aspx"),
        (r"C:\inetpub\wwwroot\aspnet_client\x.aspx", Role.ASPNET_CLIENT, "/aspnet_client/x.aspx"),
        (r"C:\Web Server Extensions\16\TEMPLATE\LAYOUTS\x.aspx", Role.LAYOUTS, "/_layouts/15/x.aspx"),
        ("owa/auth/x.aspx", Role.OWA_AUTH, "/owa/auth/x.aspx"),
        ("copy/ecp/auth/x.aspx", Role.ECP_AUTH, "/ecp/auth/x.aspx"),
    ],
)
def test_without_a_configuration_the_usual_address_is_assumed(path: str, role: Role, expected: str) -> None:
    assert finder().of(path, role) == (Url(expected, assumed=True),)


def test_a_copied_folder_is_understood_by_the_name_of_the_location() -> None:
    assert addresses(finder(location="/case/owa/auth").of("x.aspx", Role.OWA_AUTH)) == ["/owa/auth/x.aspx"]
    assert addresses(finder(location="E:\\wwwroot\\aspnet_client").of("x.aspx", Role.ASPNET_CLIENT)) == [
        "/aspnet_client/x.aspx"
    ]


@pytest.mark.parametrize("role", [Role.GIVEN, Role.DROP, Role.BIN, Role.TEMP_ASPNET, Role.SITE, Role.IIS_CONFIG])
def test_of_other_places_nothing_is_assumed(role: Role) -> None:
    assert finder().of(r"C:\x\owa\wwwroot\y.aspx", role) == ()


def test_a_trace_that_is_known_by_its_address_alone_keeps_it(exchange: UrlFinder) -> None:
    assert exchange.of("/owa/auth/x y.aspx", Role.GIVEN) == (Url("/owa/auth/x%20y.aspx"),)


def test_a_page_without_a_file_answers_at_its_own_address(exchange: UrlFinder) -> None:
    place = FRONT + r"\owa\bin\load.aspx.cdcab7d2.compiled"
    assert exchange.of_compiled_page(place, Role.BIN, "/owa/load.aspx") == (
        Url("https://*/owa/load.aspx", "Default Web Site"),
        Url("http://*/owa/load.aspx", "Default Web Site"),
    )
    assert exchange.of_compiled_page(r"D:\bin\x.compiled", Role.BIN, "/owa/load.aspx") == ()
    assert exchange.of_compiled_page(place, Role.BIN, "/") == ()


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("x y.aspx", "x%20y.aspx"),
        ("100%.aspx", "100%25.aspx"),
        ("a#b?c.aspx", "a%23b%3Fc.aspx"),
        ("\u00fc.aspx", "%C3%BC.aspx"),
        ("a\x1b[2J\n.aspx", "a%1B%5B2J%0A.aspx"),
        ("caf\udce9.aspx", "caf%E9.aspx"),
        ("half\ud800.aspx", "half%ED%A0%80.aspx"),
        ("\u202ex.aspx", "%E2%80%AEx.aspx"),
        ("$(x)';&.aspx", "%24%28x%29%27%3B%26.aspx"),
    ],
)
def test_names_are_percent_encoded(name: str, encoded: str, exchange: UrlFinder) -> None:
    assert addresses(exchange.of(rf"C:\inetpub\wwwroot\{name}", Role.WWWROOT))[0] == f"https://*/{encoded}"


@given(st.text(st.characters(exclude_categories=()), max_size=40), st.sampled_from(Role))
def test_no_path_makes_an_unsafe_address(path: str, role: Role) -> None:
    for made in (_PLAIN, _MAPPED):
        for shown in (path, f"/{path}", rf"C:\w\{path}", f"owa/auth/{path}"):
            for url in made.of(shown, role):
                assert SAFE.fullmatch(url.address), url.address


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=20))
def test_no_configuration_makes_an_unsafe_address(path: str, binding: str, name: str) -> None:
    words = [re.sub(r"[<>&\"\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", word) for word in (path, binding, name)]
    mapped = finder(site(words[2], (f"/{words[0]}", "/", r"C:\w"), bindings=(("https", f"*:443:{words[1]}"),)))
    for url in mapped.of(r"C:\w\x.aspx", Role.SITE):
        assert SAFE.fullmatch(url.address), url.address


_PLAIN = finder()
_MAPPED = finder(site("Web", ("/", "/", r"C:\w"), ("/v", "/", r"C:\w\v")))
