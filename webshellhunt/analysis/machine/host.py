"""Host: the surroundings of code that a run asks about names which the code does not declare.

The methods here know nothing, so that the vocabulary of a server decides. The host of scripts in a browser overrides
them.
"""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.values import ABSENT, Closure, Value


class Host:
    """The host of a run; each method returns `ABSENT` or ``False`` where the host says nothing of its own."""

    def host_member(self, subject: Value, name: str, token: int) -> Value:
        """Return a member of a value that the code does not declare."""
        return ABSENT

    def host_call(self, names: tuple[str, ...], subject: Value, arguments: Sequence[Value], token: int) -> Value:
        """Return the result of a call by dotted names in lower case; ``subject`` is the object of a method."""
        return ABSENT

    def host_object(self, name: str, arguments: Sequence[Value], token: int) -> Value:
        """Return a new object of a type; the name is in lower case."""
        return ABSENT

    def host_assign(self, subject: Value, name: str, value: Value, token: int) -> bool:
        """Assign to a member of a value that the code does not declare; return True if nothing else is to do."""
        return False

    def note_function(self, function: Closure) -> None:
        """Note a function that a script made, which may be called later."""
