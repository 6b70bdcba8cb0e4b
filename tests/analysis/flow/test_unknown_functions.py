"""Results of functions that nobody knows: the visitor's text, or something that he looks up."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse


@pytest.mark.parametrize(
    ("path", "is_whole"),
    [
        ('Media.Find(Req·uest["id"]).Place', False),
        ('Media.Find(Req·uest["id"])', True),
        ('Media.Find(Req·uest["id"]).Result', True),
        ('Media.Deserialize(Req·uest["id"]).Place', True),
        ('Media.FromBase64(Req·uest["id"])', True),
        ('Path.GetFullPath(Req·uest["id"])', True),
        ('Regex.Match(Req·uest["id"], ".*").Value', True),
        ('Req·uest["id"]', True),
    ],
)
def test_a_file_that_is_looked_up_is_not_any_file(path: str, is_whole: bool) -> None:
    (flow,) = analyse(f"Response.Write·File({path});", "c#").flows
    assert flow.shape.is_whole is is_whole


def test_the_scheme_of_the_request_is_no_text_of_the_visitor() -> None:
    assert analyse("Response.Write·File(Req·uest.Url.Scheme);", "c#").flows == []
    assert analyse("Response.Write·File(Req·uest.Url.Query);", "c#").flows != []


@pytest.mark.parametrize(
    ("address", "is_whole"),
    [
        ('checked(Req·uest("a"), 32)', False),
        ('files.find(Req·uest("a"))', False),
        ('Req·uest("a")', True),
        ('Trim(Req·uest("a"))', True),
    ],
)
def test_a_function_of_an_include_checks_a_text(address: str, is_whole: bool) -> None:
    code = f'Set x = CreateObject("MSXML2.XML·HTTP")\nx.Open "GET", "http://" & {address} & "/a", False'
    flows = [each for each in analyse(code, "vbscript").flows if each.kind == "fetch"]
    assert [each.shape.is_whole for each in flows] == [is_whole]
