"""Every error that webshellhunt raises, as one tree.

::

    WebShellHuntError                  where it happened, and what to do about it
    ├── SourceError  (OSError)         evidence that can't be opened or read
    │   ├── SourceNotFoundError        (FileNotFoundError) the path isn't there (any more)
    │   └── UnreadableError            locked, denied, special, or too large
    │       └── UnopenedContainerError an archive, image or log that has to be unpacked or mounted first
    ├── UsageError  (ValueError)       a wrong argument: unknown format, rule, drive
    │   └── WrongTypeError (TypeError) an argument of a wrong type
    ├── SignatureError  (ValueError)   a YARA rule that doesn't compile, or none at all
    ├── ConfigError  (ValueError)      XML that can't be trusted or parsed
    ├── BinaryError  (ValueError)       a program or assembly that is damaged, or none
    ├── PluginError                    an extension of another package that fails; names the package
    ├── FixtureError  (ValueError)     a defanged text that doesn't decode
    ├── UnexpectedError                a defect of webshellhunt ended a hunt; has the report of what was found
    └── MissingDependencyError  (ImportError)  an optional package; names the extra to install

Each carries ``path``, ``line`` (1-based) and ``offset`` (0-based, bytes) as plain values where they are known.
"""

from __future__ import annotations


class WebShellHuntError(Exception):
    """Base of all errors; its text says what happened, where, and what to do."""

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
    """The path does not exist, or has vanished since it was listed."""


class UnreadableError(SourceError):
    """The file is locked, denied, special, or larger than the limit."""


class UnopenedContainerError(UnreadableError):
    """The location is an archive, a disk image or the like, which is not opened; the text says what to do."""


class UsageError(WebShellHuntError, ValueError):
    """An argument is wrong; the text lists what is accepted."""


class WrongTypeError(UsageError, TypeError):
    """An argument has a wrong type; the text says what to pass."""


class SignatureError(WebShellHuntError, ValueError):
    """A YARA rule file does not compile, or no rule was found at all."""


class ConfigError(WebShellHuntError, ValueError):
    """An XML configuration file is malformed, has a DTD, or is too large."""


class BinaryError(WebShellHuntError, ValueError):
    """A program, library or assembly is damaged, or larger than any page's is."""


class PluginError(WebShellHuntError):
    """A detector, source or format of another package can't be loaded or fails; the text names the package."""


class FixtureError(WebShellHuntError, ValueError):
    """A defanged text does not decode; the line says where."""


class MissingDependencyError(WebShellHuntError, ImportError):
    """An optional package is absent; the text names the extra to install."""


class UnexpectedError(WebShellHuntError):
    """A defect of webshellhunt ended a hunt; the cause is the original error.

    ``report`` is the ``Report`` of what was found until then.
    """

    def __init__(self, message: str, *, path: str | None = None, report: object = None) -> None:
        super().__init__(message, path=path)
        self.report = report
