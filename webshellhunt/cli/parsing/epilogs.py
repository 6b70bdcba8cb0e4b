"""Epilogs: the texts below the options in the help of each command, with examples and exit statuses.

A line has at most 80 characters. A line below ``examples:`` that starts with ``webshellhunt`` is an example, which a
test runs; the line before it explains it.
"""

from __future__ import annotations

from typing import Final

_OF_HUNT: Final = """\
exit status:
  0    nothing at or above --fail-on, and no gap that matters
  1    something at or above --fail-on
  2    wrong use, a location that can't be opened, or a report that can't be
       written (the others are still finished)
  3    nothing, but a gap that matters: something important was not examined
  70   an unexpected error of webshellhunt itself (WEBSHELLHUNT_DEBUG=1 shows
       the details)
  130  interrupted (143 by SIGTERM, 129 by SIGHUP); the report so far is written

Of several locations the gravest decides. A file that only differs from those
of other hosts does not change the status.
"""

_HUNT: Final = r"""examples:
  # this server (Windows)
  webshellhunt hunt C:\
  # a report for people, and one for later and for tools
  webshellhunt hunt C:\ --output E:\case\1.html --output E:\case\EXCH01.json
  # a mounted image whose Exchange is on another drive
  webshellhunt hunt /mnt/image --drive D=/mnt/image-d
  # the collection of a triage tool, as it is
  webshellhunt hunt EXCH01.zip --password WORD
  # a disk image, with its earlier states
  webshellhunt hunt EXCH01.raw --shadow-copies
  # accept known false alarms (docs/how-to)
  webshellhunt hunt C:\ --accept ours.toml
  # keep results, so that the next hunt examines only changed files
  webshellhunt hunt /mnt/image --cache E:\case\EXCH01.cache
  # many servers: a report of each, and a comparison of all
  webshellhunt hunt --from-list hosts.txt --output E:\case\all.json
  # the same, with each report on the disk as soon as it is there
  webshellhunt hunt --from-list hosts.txt --reports E:\case\reports
  # keep the accused files before you remove them
  webshellhunt hunt C:\ --collect E:\case\EXCH01.zip
"""

_ALL: Final = r"""examples:
  # the report of a compromised server, in memory
  webshellhunt demo
  # this server (Windows)
  webshellhunt hunt C:\
  # its logs alone, without the pages
  webshellhunt logs C:\
  # one file, in detail
  webshellhunt examine suspicious.aspx
  # the page as IIS reads it, layer by layer
  webshellhunt decode suspicious.aspx
  # a saved report in another format
  webshellhunt render EXCH01.json --output case/EXCH01.html
  # after the clean-up: is it gone?
  webshellhunt compare EXCH01.json EXCH01-after.json
  # YARA, Sigma, CSV and STIX of the convicted findings
  webshellhunt pivot EXCH01.json
  # check the kept files later
  webshellhunt verify kept.zip
  # the build of Exchange and its vulnerabilities
  webshellhunt server /mnt/image
  # the page of a rule, with its blind spots
  webshellhunt explain WSH1001

'webshellhunt COMMAND --help' has more.
"""

EPILOGS: Final = {
    "": f"{_ALL}\n{_OF_HUNT}",
    "hunt": f"{_HUNT}\n{_OF_HUNT}",
    "logs": rf"""examples:
  # the logs of this server (Windows)
  webshellhunt logs C:\
  # a folder of copied logs, from this day on
  webshellhunt logs logs --since 2021-02-26
  # the logs in a collection
  webshellhunt logs EXCH01.zip --password WORD

{_OF_HUNT}""",
    "examine": r"""examples:
  webshellhunt examine suspicious.aspx
  # standard input, examined under this path
  webshellhunt examine - --as 'C:\inetpub\wwwroot\x.aspx' < suspicious.aspx
  # with its report in a file, outside the folder of the evidence
  webshellhunt examine suspicious.aspx --output case/suspicious.json

The file is examined by itself, without any configuration. 'webshellhunt hunt
FOLDER' reads the web.config files around it. The exit status is that of hunt.
""",
    "decode": """examples:
  webshellhunt decode suspicious.aspx
  # only this layer
  webshellhunt decode suspicious.aspx --layer 2

The output contains the page itself: antivirus may delete a file that it is
written to.
""",
    "verify": """examples:
  webshellhunt verify kept.zip
  # compare with the case notes
  webshellhunt verify kept.zip --manifest SHA256

exit status:
  0    each copy is as it was made
  1    something differs: each member is named
  2    wrong use, a wrong password, or no evidence bag
""",
    "baseline": r"""examples:
  # list a clean server of the same build
  webshellhunt baseline make E:\clean --output E:\case\clean.base
  # treat listed files as known good
  webshellhunt hunt C:\ --baseline clean.base
  # show changed and new files
  webshellhunt baseline compare C:\ --baseline clean.base
""",
    "baseline make": r"""examples:
  webshellhunt baseline make E:\clean --output E:\case\clean.base
  # a folder of pages that the server has at this path
  webshellhunt baseline make pages --as C:\inetpub\wwwroot --output own.base

Suspicious files are listed as known, but with a warning, and the exit status
is then 1.
""",
    "baseline show": r"""examples:
  # the list that is shipped
  webshellhunt baseline show
  # the known contents of one path
  webshellhunt baseline show clean.base --path inetpub\wwwroot\iisstart.htm
""",
    "baseline compare": r"""examples:
  webshellhunt baseline compare C:\ --baseline clean.base
  # each changed line
  webshellhunt baseline compare C:\ --clean E:\clean --all

Configuration files (*.config) differ on each server. One that differs from
the list counts as a file not listed, not as changed. 'webshellhunt hunt'
reads them.

exit status:
  0    all as listed
  1    a listed file is changed, or a page is new (in listed folders; with
       --clean or --baseline in any folder)
  2    wrong use, or the location can't be opened
  3    nothing was compared, or something important could not be
""",
    "server": r"""examples:
  # this server (Windows)
  webshellhunt server C:\
  # a disk image
  webshellhunt server EXCH01.raw

exit status:
  0    the build is shown, or there is none; vulnerabilities don't count (but
       see 'hunt --fail-on vulnerable')
  2    wrong use, or the location can't be opened
  3    no build was found, and something important could not be read
""",
    "pivot": r"""examples:
  # rules of the convicted files, checked on them
  webshellhunt pivot EXCH01.json --files /mnt/image --output rules
  # one set of YARA rules for many servers
  webshellhunt pivot EXCH01.json EXCH02.json --kind yara --output yara

Only malicious subjects are used, never suspicious ones. Each output is checked
before it is written.

exit status:
  0    each kind was written
  2    wrong use, or a report can't be read
  3    nothing is convicted, or a kind could not be made
""",
    "join": r"""examples:
  # the parts of a list that several machines hunted through
  webshellhunt join EXCH01.json EXCH02.json --output case/all.html
  # a folder of reports, and the list that they should be of
  webshellhunt join reports --from-list hosts.txt --output case/all.jsonl

exit status:
  0    the reports are joined
  2    wrong use, an output that can't be written, or a file that can't be
       read completely (the others are joined)
  3    a location of the list has no report, or the reports lack the files of
       --all or the secrets of --show-secrets
""",
    "render": r"""examples:
  # on the terminal
  webshellhunt render EXCH01.json
  # in two formats at once
  webshellhunt render EXCH01.json --output case/1.txt --output case/1.jsonl
  # a report of each, and a comparison of all
  webshellhunt render EXCH01.json EXCH02.json

A saved report that is rendered again equals the report that the hunt writes
in that format.

exit status:
  0    the report is written
  2    wrong use, a file that is no report, or an output that can't be written
  3    it is written, without the files of --all or the secrets of
       --show-secrets: they need a report that was saved with the option
""",
    "compare": r"""examples:
  # is it gone?
  webshellhunt compare EXCH01.json EXCH01-after.json
  # for a script
  webshellhunt compare EXCH01.json EXCH01-after.json --output gone.json

'gone' means that the new hunt examined the place, and nothing accused is
there. Save both reports with 'hunt --all', which lists the benign files
as well.

exit status:
  0    everything that OLD accuses is gone, and nothing is new
  1    something is still there, moved or new
  2    wrong use, or a file that is no report
  3    it is uncertain: a gap, another host, or other places or rules
""",
    "explain": """examples:
  webshellhunt explain WSH1001
  # by its slug
  webshellhunt explain request-reaches-eval
""",
    "rules": """examples:
  webshellhunt rules
""",
    "selftest": """examples:
  webshellhunt selftest

exit status:
  0    each page is judged as it must be
  1    one is not: the installation is damaged
""",
    "demo": r"""examples:
  webshellhunt demo
  # as a file
  webshellhunt demo --output demo.html
""",
    "schema": """examples:
  webshellhunt schema

The schema has its version in '$id' and in 'schema_version' of each record. It
rises when a field changes its meaning or goes.
""",
    "completion": """examples:
  webshellhunt completion bash
  webshellhunt completion powershell

to use it:
  bash        source <(webshellhunt completion bash)
  zsh         webshellhunt completion zsh > FOLDER/_webshellhunt, with FOLDER
              in $fpath
  fish        webshellhunt completion fish | source
  PowerShell  webshellhunt completion powershell | Out-String |
              Invoke-Expression
""",
}
"""The epilog of each command, by its words; that of the whole command line has none."""
