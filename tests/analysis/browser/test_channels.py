"""The ways out of a page, and channels as words of a sentence."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.browser.channels import Channel, ways


def test_channels_follow_by() -> None:
    assert all(channel.value.startswith(("a ", "the ")) for channel in Channel)


@pytest.mark.parametrize(
    ("names", "count", "channel"),
    [
        (("fetch",), 1, Channel.REQUEST),
        (("a", "fetch"), 1, None),
        (("a", "send"), 1, Channel.REQUEST),
        (("send",), 1, None),
        (("websocket", "send"), 1, Channel.SOCKET),
        (("$", "post"), 2, Channel.REQUEST),
        (("a", "post"), 2, None),
        (("a", "open"), 2, Channel.REQUEST),
        (("a", "open"), 1, None),
        (("open",), 1, Channel.NAVIGATION),
        (("document", "location", "replace"), 1, Channel.NAVIGATION),
        (("a", "replace"), 2, None),
        (("localstorage", "setitem"), 2, Channel.STORAGE),
        (("fetch",), 0, None),
    ],
)
def test_calls(names: tuple[str, ...], count: int, channel: Channel | None) -> None:
    way = ways().of_call(names, count)
    assert (None if way is None else way.channel) is channel


@pytest.mark.parametrize(
    ("names", "channel"),
    [
        (("document", "cookie"), Channel.COOKIE),
        (("a", "cookie"), None),
        (("location",), Channel.NAVIGATION),
        (("location", "href"), Channel.NAVIGATION),
        (("a", "href"), Channel.NAME_LOOKUP),
        (("a", "src"), Channel.BEACON),
        (("src",), None),
        (("a", "action"), Channel.FORM),
        (("sessionstorage", "anything"), Channel.STORAGE),
    ],
)
def test_assignments(names: tuple[str, ...], channel: Channel | None) -> None:
    assert ways().of_assignment(names) is channel
