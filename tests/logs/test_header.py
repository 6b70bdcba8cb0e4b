from __future__ import annotations

from webshellhunt.logs.rows import Header


def test_comments_name_the_columns_and_the_day() -> None:
    header = Header(b" ")
    assert header.find([b"x"]) is None
    for comment in (b"#Software: x\r\n", b"#Date: 2021-03-03 00:00:01\r\n", b"#fields:\tdate time  c-ip \r\n"):
        assert header.take(comment)
    assert header.columns is not None
    assert (header.columns.names, header.date) == (("date", "time", "c-ip"), "2021-03-03")
    columns = header.columns
    assert header.take(b"#fields:\tdate time  c-ip \n")
    assert header.columns is columns
    assert header.take(b"#Fields: date time cs-uri-stem")
    assert header.columns.names == ("date", "time", "cs-uri-stem")


def test_names_that_no_log_has_change_nothing() -> None:
    header = Header(b" ")
    header.take(b"#Fields: date time c-ip")
    columns = header.columns
    assert not header.take(b"#Fields: nothing here")
    assert header.columns is columns
    assert header.take(b"#Fields:")


def test_exchange_may_name_its_columns_in_a_row() -> None:
    header = Header(b",")
    assert header.find([b"1,2,3"]) is None
    found = header.find([b"\r", b"DateTime,UrlStem\r", b"2021-03-03T04:05:06Z,/"])
    assert found is not None
    assert found.names == ("datetime", "urlstem")
