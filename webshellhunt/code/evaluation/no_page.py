"""What an evaluated text sees of the page: nothing."""

from __future__ import annotations

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget


class NoPage:
    """A page without functions; a text that is evaluated costs what its page may spend."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget

    def has(self, _: str) -> bool:
        """Tell that there is no such function."""
        return False

    def invoke(self, *_: object) -> Value:
        """Refuse to call one."""
        raise UnknownError

    def change(self, *_: object) -> list[Value]:
        """Refuse to call one."""
        raise UnknownError

    def deepen(self, _: int) -> None:
        """Refuse a function that is a value."""
        raise UnknownError

    def evaluate(self, _: Value) -> Value:
        """Refuse to evaluate a text in a text."""
        raise UnknownError
