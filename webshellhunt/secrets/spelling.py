"""The spellings of quotation marks and brackets in markup, in code, and in quoted markup or code."""

from __future__ import annotations

from typing import Final

MARK: Final = r"(?:\\{0,4}[\"']|&(?:amp;)*(?:quot|apos|#0*3[49]|#x0*2[27]);|\\{1,4}u002[27]|%2[27])"
"""A quotation mark, for a regular expression that ignores case."""

OPEN: Final = r"(?:<|&(?:amp;)*lt;|\\u003c)"
"""The start of a tag."""

CLOSE: Final = r"(?:>|&(?:amp;)*gt;|\\u003e)"
"""The end of a tag."""

GLUE: Final = rf"{MARK}\s*+[+&]\s*+(?:_\s*+)?[@$]*{MARK}"
"""The text between two strings that code joins."""

CONFIDENTIAL: Final = (
    r"(?:password|passwd|pwd|passphrase|secret|connection[ _-]?string"
    r"|(?:api|access|account|private|encryption|validation|decryption)[ _-]?key)"
)
"""The name of a setting that is secret, or the end of one."""
