"""``README.txt`` of an evidence bag."""

from __future__ import annotations

from webshellhunt.version import __version__

CUSTOMARY_PASSWORD = "infected"  # noqa: S105 - that of archives with malicious files, not a secret
"""The password that the field uses for archives with malicious files."""

TITLE = "Evidence bag of webshellhunt"
"""The beginning of the text."""

_TEXT = """\
Evidence bag of webshellhunt {version}

WARNING: the files in the folder "files" are malicious or suspicious. Do not open,
run or serve them. Open this bag on a machine for analysis only; antivirus may
delete files that are unpacked.

{form}

  files/NNNNN.bin   byte-exact copies of the accused files; their names are in the manifest
  manifest.json     for each copy: path on the server, times, attributes, digests, verdict
  reads.jsonl       each access of the evidence while the files were copied

To check that nothing has changed since the bag was made:

  webshellhunt verify BAG

Compare the SHA-256 of manifest.json with the one in the case notes: the command
that made the bag printed it, and 'verify' prints it again. With any other tool:
the SHA-256 of each copy must be the one in manifest.json.
"""

_ARCHIVE = """\
The archive is encrypted with AES-256 (WinZip AE-2), so that nothing acts on its
content by accident. {password}
Programs that open it: 7-Zip, WinZip, and others that know AES."""

_CUSTOMARY = f"The customary password for malicious files is: {CUSTOMARY_PASSWORD}"
_OWN = "Its password was chosen by the person who made it."

_FOLDER = "This folder is not encrypted: antivirus may act on its content."


def readme(password: str | None) -> bytes:
    """Return the text; the password is ``None`` for a folder, and only the customary one is in the text."""
    archive = _ARCHIVE.format(password=_CUSTOMARY if password == CUSTOMARY_PASSWORD else _OWN)
    text = _TEXT.format(version=__version__, form=_FOLDER if password is None else archive)
    return text.replace("\n", "\r\n").encode("ascii")
