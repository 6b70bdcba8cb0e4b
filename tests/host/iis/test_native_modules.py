"""The table of known modules: what of real servers it knows, wherever that is installed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.tables import each_row
from webshellhunt.host.iis.native_modules import (
    KnownModule,
    exchange_folders,
    find_known_image,
    find_known_module,
    is_stock_folder,
    is_stock_program,
    load_known_modules,
    normal_place,
)

MAIL = ("mail",)
# Names and places of real servers.
REAL = [
    ("module", "UriCacheModule", r"%windir%\System32\inetsrv\cachuri.dll"),
    ("module", "RewriteModule", r"%SystemRoot%\system32\inetsrv\rewrite.dll"),
    ("module", "rewritemodule", r"C:\Windows\SysWOW64\inetsrv\REWRITE.dll"),
    ("module", "WSMan", r"C:\Windows\system32\wsmsvc.dll"),
    ("module", "PasswordExpiryModule", r"%SystemRoot%\System32\RpcProxy\RpcProxy.dll"),
    ("module", "ManagedEngine64", r"%windir%\Microsoft.NET\Framework64\v2.0.50727\webengine.dll"),
    ("module", "ManagedEngineV4.0_32bit", r"C:\Windows\Microsoft.NET\Framework\v4.0.30319\webengine4.dll"),
    ("module", "kerbauth", r"c:\Program Files\Microsoft\Exchange Server\V15\Bin\kerbauth.dll"),
    ("module", "exppw", r"F:\Mail\ClientAccess\owa\auth\exppw.dll"),
    ("module", "cafe_exppw", r"%ExchangeInstallPath%\FrontEnd\HttpProxy\bin\exppw.dll"),
    ("module", "AspNetCoreModuleV2", r"%ProgramFiles%\IIS\Asp.Net Core Module\V2\aspnetcorev2.dll"),
    ("module", "AspNetCoreModuleV2", r"%IIS_BIN%\Asp.Net Core Module\V2\aspnetcorev2.dll"),
    ("module", "StaticFileModule", r"%IIS_BIN%\static.dll"),
    ("module", "iisnode", r"%programfiles(x86)%\iisnode\iisnode.dll"),
    ("module", "SPNativeRequestModule",
     r"C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\15\isapi\spnativerequestmodule.dll"),
    ("filter", "ASP.Net_4.0_64bit", r"%windir%\Microsoft.NET\Framework64\v4.0.30319\aspnet_filter.dll"),
    ("filter", "Exchange ActiveSync ISAPI Filter", r"F:\Mail\FrontEnd\HttpProxy\bin\airfilter.dll"),
    ("filter", "SentinelWSFilter64",
     r"C:\Program Files\SentinelOne\Sentinel Agent 24.2.3.471\SentinelWSFilter64.dll"),
]  # fmt: skip


@each_row(("kind", "name", "image"), REAL)
def test_real_modules_are_known(kind: str, name: str, image: str) -> None:
    assert find_known_module(kind, name, normal_place(image, [MAIL])) is not None
    assert find_known_module(kind, name, normal_place(image, [MAIL], "D" if "%" in image else image[0])) is not None


@each_row(
    ("kind", "name", "image"),
    [
        ("module", "StaticFileModule", r"E:\Windows\System32\inetsrv\static.dll"),
        ("module", "StaticFileModule", r"C:\Windows\Sysnative\inetsrv\static.dll"),
        ("module", "StaticFileModule", r"C:\Windows \System32\inetsrv\static.dll"),
        ("module", "StaticFileModule", "C:/Windows /System32/inetsrv/static.dll"),
        ("module", "StaticFileModule", r"C:\Windows\System32 \inetsrv\static.dll"),
        ("module", "kerbauth", r"C:\Copy\Exchange Server\V15\Bin\kerbauth.dll"),
    ],
)
def test_a_place_that_only_looks_like_that_of_a_product_is_another(kind: str, name: str, image: str) -> None:
    assert find_known_module(kind, name, normal_place(image, [MAIL], "C")) is None


@each_row(
    ("kind", "name", "image"),
    [
        ("module", "UpData", r"C:\Windows\System32\system.dll"),
        ("module", "UriCacheModule", r"C:\Windows\System32\cachuri.dll"),
        ("module", "UriCacheModule", r"%windir%\System32\inetsrv\sub\cachuri.dll"),
        ("module", "UriCacheModule", r"C:\x\Windows\System32\inetsrv\cachuri.dll"),
        ("filter", "UriCacheModule", r"%windir%\System32\inetsrv\cachuri.dll"),
        ("module", "kerbauth", r"F:\Mail\Bin\kerbauth.dll"),
        ("module", "SentinelWSFilter64", r"C:\Program Files\SentinelOne\Sentinel Agent 2\x\SentinelWSFilter64.dll"),
        ("module", "UriCacheModule", "cachuri.dll"),
        ("module", "", ""),
    ],
)
def test_others_are_not(kind: str, name: str, image: str) -> None:
    assert find_known_module(kind, name, normal_place(image)) is None


def test_a_file_is_known_under_any_name() -> None:
    place = normal_place(r"%windir%\System32\inetsrv\..\inetsrv\static.dll")
    known = find_known_image(place)
    assert known is not None
    assert (known.name, known.stem, known.is_microsoft) == ("StaticFileModule", "static", True)
    assert find_known_module("module", "Other", place) is None


def test_the_folders_that_iis_serves_show_where_exchange_is() -> None:
    served = [rf"F:\Mail\FrontEnd\HttpProxy\{name}" for name in ("owa", "ecp")] + [r"F:\Mail\ClientAccess\ecp"]
    assert exchange_folders(served) == {MAIL}
    assert exchange_folders(served[:2]) == frozenset()
    assert exchange_folders([r"C:\ClientAccess"] * 9) == frozenset()


def test_each_line_is_whole_and_stands_once() -> None:
    known = load_known_modules()
    assert {each.kind for each in known} == {"module", "filter"}
    assert all(each.name and each.product and each.source for each in known)
    assert all(each.image == each.image.lower() and each.image.endswith(".dll") for each in known)
    keys = Counter((each.kind, each.name.lower(), each.image) for each in known)
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("each", load_known_modules())
def test_each_line_is_found_where_it_says(each: KnownModule) -> None:
    written = each.image.replace("?:", "D:").replace("%exchange%", r"E:\Exchange Server\V15").replace("*", "x")
    assert find_known_module(each.kind, each.name, normal_place(written)) == each


@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    for image in (text, f"C:\\{text}", f"%windir%\\{text}"):
        find_known_image(normal_place(image, [MAIL]))
    exchange_folders([text, f"C:\\{text}\\ClientAccess"])


@each_row(
    "path",
    [
        r"%windir%\System32\inetsrv\cachuri.dll",
        r"%SystemRoot%\system32\inetsrv\rewrite.dll",
        r"C:\Windows\SysWOW64\inetsrv\STATIC.dll",
        r"%windir%\Microsoft.NET\Framework64\v4.0.30319\webengine4.dll",
        r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\kerbauth.dll",
        r"%windir%\Microsoft.NET\Framework\v2.0.50727\aspnet_isapi.dll",
    ],
)
def test_programs_of_each_server(path: str) -> None:
    assert is_stock_program(path)


@each_row(
    "path",
    [
        r"%windir%\System32\inetsrv\hhealth.dll",
        r"%windir%\System32\inetsrv\sub\static.dll",
        r"%windir%\Temp\static.dll",
        r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\other.dll",
        r"C:\ProgramData\System32\inetsrv\static.dll",
        "",
    ],
)
def test_programs_of_others(path: str) -> None:
    assert not is_stock_program(path)


@each_row(
    ("path", "stock"),
    [
        (r"%SystemDrive%\inetpub\wwwroot", True),
        (r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa", True),
        (r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\..\..\x", False),
        (r"C:\inetpub\wwwroot\shop", False),
        (r"C:\ProgramData\COM1", False),
    ],
)
def test_folders(path: str, stock: bool) -> None:
    assert is_stock_folder(path) is stock
