from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.xml_tree import MAX_DEPTH, MAX_ELEMENTS, Element, parse_xml, salvage_xml

SMALL = b"""<?xml version="1.0"?>
<configuration>
  <System.Web>
    <globalization fileEncoding=" utf-8 "/>
</System.Web></configuration>"""

names = st.sampled_from(["configuration", "system.web", "handlers", "add", "a:b", "location"])
pieces = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"<configuration>", b"</configuration>", b"<add ", b"path='*'", b"/>", b">", b"<!-- ", b" -->",
                b"<![CDATA[", b"]]>", b"<?xml version='1.0'?>", b"<!DOCTYPE a [", b"<!ENTITY a 'b'>", b"&a;", b"&#0;",
                b"&amp;", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"<?xml version='1.0' encoding='gb2312'?>",
                b"<?xml version='1.0' encoding='utf-7'?>", b"<?xml version='1.0' encoding='punycode'?>", b"\0", b"]>",
                b"\xd8\x00", b"\x00\xd8",
            ]
        ),
        st.binary(max_size=8),
    ),
    max_size=24,
).map(b"".join)  # fmt: skip


def trees(depth: int = 3) -> st.SearchStrategy[str]:
    attributes = st.dictionaries(
        st.sampled_from(["name", "path", "type"]), st.text("abcé中 *.\\", max_size=6), max_size=3
    ).map(lambda d: "".join(f' {key}="{value}"' for key, value in d.items()))
    leaf = st.builds(lambda name, attr: f"<{name}{attr}/>", names, attributes)
    return st.recursive(
        leaf,
        lambda inner: st.builds(
            lambda name, attr, kids, gap: f"<{name}{attr}>{gap}{gap.join(kids)}</{name}>",
            names, attributes, st.lists(inner, max_size=depth), st.sampled_from(["", "\n", "\r\n  ", "é "]),
        ),
        max_leaves=12,
    )  # fmt: skip


@given(st.one_of(st.binary(max_size=200), pieces))
@example(codecs.BOM_UTF16_LE + "<a b='".encode("utf-16-le") + b"\x00\xd8" + "'/>".encode("utf-16-le"))
@example(b"<?xml version='1.0' encoding='hex'?><a/>")
@example(b"<?xml version='1.0' encoding='undefined'?><a/>")
def test_nothing_but_config_error_comes_out_of_any_bytes(data: bytes) -> None:
    strict: ConfigError | None = None
    try:
        parse_xml(data, "x.config")
    except ConfigError as error:
        strict = error
    assert strict is None or str(strict).startswith("x.config")
    assert (salvage_xml(data, "x.config")[1] is None) is (strict is None)


@given(trees(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030"]))
def test_every_element_knows_its_byte_and_line_in_every_encoding(text: str, encoding: str) -> None:
    head = '<?xml version="1.0" encoding="gb18030"?>\n' if encoding == "gb18030" else "\n"
    data = (head + text).encode(encoding)
    if encoding == "utf-16-be":
        data = codecs.BOM_UTF16_BE + data
    plain = encoding.removesuffix("-sig")
    codec = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(plain, plain)
    for element in parse_xml(data, "x.config").iter():
        rest = data[element.offset :].decode(codec)
        assert rest.startswith("<")
        assert rest[1:].partition(":")[2].startswith(element.tag) or rest[1:].startswith(element.tag)
        before = data[: element.offset].decode(codec)
        assert element.line == before.count("\n") + 1


def test_names_are_found_whatever_their_case() -> None:
    root = parse_xml(SMALL, "web.config")
    found = root.find("system.web/Globalization")
    assert found is not None
    assert (found.get("FILEENCODING"), found.get("absent", "x"), found.line) == ("utf-8", "x", 4)
    assert root.find("system.web/absent/globalization") is None


def test_elements_of_a_name_come_in_document_order_whatever_their_case() -> None:
    root = parse_xml(b"<A><b n='1'><a n='2'/></b><B n='3'/></A>", "x.config")
    assert [each.get("n") for each in root.named("a")] == ["", "2"]
    assert [each.get("n") for each in root.named("b")] == ["1", "3"]
    assert root.named("c") == []


def test_find_all_looks_into_every_repeated_section_in_order() -> None:
    root = parse_xml(b"<c><s><add n='1'/></s><t/><S><Add n='2'/><add n='3'/></S></c>", "x")
    assert [element.get("n") for element in root.find_all("s/add")] == ["1", "2", "3"]
    assert [element.tag for element in root.iter()] == ["c", "s", "add", "t", "S", "Add", "add"]


def test_prefixes_go_and_text_stays() -> None:
    root = parse_xml(
        b'<c xmlns:x="urn:x"><x:value x:Transform="Replace" Transform="y"> a<!-- no --> b\n</x:value></c>',
        "x",
    )
    value = root.children[0]
    assert (value.tag, value.text) == ("value", "a b")
    assert value.get("Transform") == "y"
    assert value.get("x:transform") == "Replace"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no element"),
        (b"<a>", "unclosed|no element"),
        (b"<a></b>", "mismatched"),
        (b"<a/><b/>", "junk"),
        (b"\xff<a/>", "not well-formed XML: (invalid token)"),
        (b"<a>&nbsp;</a>", "undefined entity"),
        (b'<!DOCTYPE a><a/>', "document type"),
        (b'<?xml version="1.0" encoding="x-never-was"?><a/>', "unknown encoding"),
        (b'<?xml version="1.0" encoding="punycode"?><a/>', "unknown encoding"),
        (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "nested"),
        (b"<r>" + b"<a/>" * MAX_ELEMENTS + b"</r>", "elements"),
    ],
)  # fmt: skip
def test_what_cannot_be_trusted_is_refused_with_a_reason(data: bytes, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_xml(data, "dir/web.config")
    assert any(word in caught.value.message for word in words.split("|"))
    assert caught.value.line is not None


def test_a_depth_at_the_bound_is_read() -> None:
    assert sum(1 for _ in parse_xml(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH, "x").iter()) == MAX_DEPTH


def test_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ConfigError, match="limit of 10"):
        parse_xml(b"<aaaaaaaaaa/>", "x", limit_bytes=10)
    assert parse_xml(b"<aaaaaa/>", "x", limit_bytes=9).tag == "aaaaaa"


def test_entities_are_never_expanded() -> None:
    laughs = b"".join(b"<!ENTITY e%d '%s'>" % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    with at_most(500_000):
        for data in (
            b"<!DOCTYPE a [<!ENTITY e0 'ha'>" + laughs + b"]><a>&e9;</a>",
            b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        ):
            root, error = salvage_xml(data, "x")
            assert root is None
            assert error is not None
            assert "document type" in error.message


@pytest.mark.parametrize(
    ("declared", "codec", "word"),
    [
        ("gb2312", "gb2312", "中文"), ("windows-1252", "cp1252", "é"), ("Shift_JIS", "shift_jis", "日本"),
        ("big5", "big5", "中"),
        ("iso-8859-15", "iso8859-15", "€"), ("koi8-r", "koi8-r", "Ж"), ("us-ascii", "latin-1", "é"),
        ("utf-7", "utf-7", "中"),
    ],
)  # fmt: skip
def test_declared_encodings_are_decoded(declared: str, codec: str, word: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>'.encode()
    root = parse_xml(head + f'<a b="{word}"/>'.encode(codec), "x")
    assert root.get("b") == word


@pytest.mark.parametrize("declared", ["utf-16", "utf-8", "x-never-was"])
def test_a_byte_order_mark_beats_the_declaration(declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><a b="é"/>'
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert parse_xml(text.encode(encoding), "x").get("b") == "é"


def test_ascii_that_calls_itself_utf_16_is_read() -> None:
    assert parse_xml('<?xml version="1.0" encoding="utf-16"?><a b="é"/>'.encode(), "x").get("b") == "é"


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"", b"\n<% x %>"), (b"note to self:\n\n", b""), (b"", b"<!-- a -- b -->"), (b"junk\n", b"more")],
)
def test_salvage_returns_the_tree_and_what_broke_it(before: bytes, after: bytes) -> None:
    root, error = salvage_xml(before + SMALL + after, "web.config")
    assert error is not None
    assert root is not None
    found = root.find("system.web/globalization")
    assert found is not None
    assert found.line == 4 + before.count(b"\n")
    assert (before + SMALL + after)[found.offset :].startswith(b"<globalization")


def test_salvage_reads_on_past_bytes_that_are_not_utf_8() -> None:
    root, error = salvage_xml(
        b"<configuration><!-- caf\xe9 --><system.web><compilation/></system.web></configuration>", "x"
    )
    assert error is not None
    assert root is not None
    assert root.find("system.web/compilation") is not None


def test_salvage_of_a_sound_file_reports_nothing() -> None:
    root, error = salvage_xml(SMALL, "x")
    assert error is None
    assert isinstance(root, Element)


def test_an_ordinary_file_costs_little() -> None:
    adds = b"".join(b'<add key="setting%d" value="some value %d"/>\n' % (n, n) for n in range(100))
    data = b"<configuration><appSettings>" + adds + b"</appSettings></configuration>"
    parse_xml(data, "x")
    with at_most(6_000):
        parse_xml(data, "x")
