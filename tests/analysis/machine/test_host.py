"""A host that knows nothing."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import ABSENT, UNKNOWN, Closure
from webshellhunt.analysis.machine.host import Host
from webshellhunt.lang.tree import Block, Function


def test_a_server_says_nothing_of_its_own() -> None:
    host = Host()
    assert host.host_member(UNKNOWN, "a", 0) is ABSENT
    assert host.host_call(("a",), None, (), 0) is ABSENT
    assert host.host_object("a", (), 0) is ABSENT
    assert host.host_assign(UNKNOWN, "a", 1, 0) is False
    host.note_function(Closure(Function(0, 0, "", [], Block(0, 0)), None))
