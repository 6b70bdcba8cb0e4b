"""All errors of webshellhunt, as one tree.

::

    WebShellHuntError                  the base: the place, and the action to take
    ├── SourceError  (OSError)         evidence that can't be opened or read
    │   ├── SourceNotFoundError        (FileNotFoundError) the path isn't there (any more)
    │   ├── SeveralHostsError          several servers in one place; names the location of each
    │   └── UnreadableError            locked, denied, special, or too large
    │       └── UnopenedContainerError an archive, image or log that has to be unpacked or mounted first
    ├── UsageError  (ValueError)       a wrong argument: unknown format, rule, drive
    │   └── WrongTypeError (TypeError) an argument of a wrong type
    ├── SignatureError  (ValueError)   a YARA rule that does not compile, or no rule at all
    ├── ConfigError  (ValueError)      XML that can't be trusted or parsed
    ├── BinaryError  (ValueError)       a damaged program or assembly, or a file of another kind
    ├── PluginError                    an extension of another package that fails; names the package
    ├── FixtureError  (ValueError)     a defanged text that doesn't decode
    ├── UnexpectedError                a defect, or a function of the caller, ended a hunt; has the report until then
    └── MissingDependencyError  (ImportError)  an optional package; names the extra to install

Each has ``path``, ``line`` (1-based) and ``offset`` (0-based, bytes) as plain values if they are known.
"""

from __future__ import annotations


class WebShellHuntError(Exception):
    """Base of all errors; its text has the fact, the place, and the action to take."""

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, offset: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.offset = offset

    def __str__(self) -> str:
        where = self.path or ""
        if self.line is not None:
            where += f":{self.line}"
        elif self.offset is not None:
            where += f" at byte {self.offset}"
        return f"{where}: {self.message}" if where else self.message


class SourceError(WebShellHuntError, OSError):
    """Evidence could not be opened or read."""


class SourceNotFoundError(SourceError, FileNotFoundError):
    """The path does not exist, or was deleted after it was listed."""


class SeveralHostsError(SourceError):
    """The location has several servers, which are never merged into one report.

    ``locations`` are the location of each server, which can be opened; ``others`` are the paths in the location that
    are in none of them.
    """

    def __init__(
        self, message: str, *, path: str | None = None, locations: tuple[str, ...] = (), others: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, path=path)
        self.locations = locations
        self.others = others


class UnreadableError(SourceError):
    """The file is locked, denied, special, or larger than the limit."""


class UnopenedContainerError(UnreadableError):
    """The location is an archive, a disk image or another container, which is not opened."""


class UsageError(WebShellHuntError, ValueError):
    """An argument is wrong; the text lists the accepted values."""


class WrongTypeError(UsageError, TypeError):
    """An argument has a wrong type; the text names the right type."""


class SignatureError(WebShellHuntError, ValueError):
    """A YARA rule file does not compile, or no rule was found at all."""


class ConfigError(WebShellHuntError, ValueError):
    """An XML configuration file is malformed, has a DTD, or is too large."""


class BinaryError(WebShellHuntError, ValueError):
    """A program, library or assembly is damaged, or larger than the assembly of any page."""


class PluginError(WebShellHuntError):
    """A detector, source or format of another package can't be loaded or fails; the text names the package."""


class FixtureError(WebShellHuntError, ValueError):
    """A defanged text does not decode; ``line`` is the place."""


class MissingDependencyError(WebShellHuntError, ImportError):
    """An optional package is missing; the text has the name of the extra to install."""


class UnexpectedError(WebShellHuntError):
    """A defect of webshellhunt, or of a function of the caller, ended a hunt; the cause is the original error.

    ``report`` is the ``Report`` of the hunt until then; ``None`` from ``iter_verdicts``, which has none.
    """

    def __init__(self, message: str, *, path: str | None = None, report: object = None) -> None:
        super().__init__(message, path=path)
        self.report = report
