"""The end of a ``with`` block closes a source."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Closing(ABC):
    """A source that is closed at the end of a ``with`` block."""

    @abstractmethod
    def close(self) -> None:
        """Close the open files of the source; a second call does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
