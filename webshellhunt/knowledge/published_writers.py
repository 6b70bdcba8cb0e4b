"""Published code: widely installed pages and classes whose weaknesses are known, by their names.

Unless the page that uses one has an allow-list, that is a weakness of the site, and no trace of an intruder. It is
recognised by names of its own functions: all must be there, several be declared, and one of them have the sink, since
anybody can name a variable so.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Function

_FEWEST = 5
"""The fewest of the names that are functions."""


class PublishedWriter(NamedTuple):
    """A page of a product: what it is called in messages, and names in its code, in lower case.

    ``sink`` is the kind of the sinks at which it is weak, and ``does`` says how, in words.
    """

    product: str
    names: frozenset[str]
    sink: str = "write-path"
    does: str = "which lets any visitor write files"


PUBLISHED_WRITERS = (
    # Source: the server-side export handlers in the distribution of FusionCharts XT, in C# and VB.
    PublishedWriter(
        "the export handler of FusionCharts",
        frozenset(
            {
                "fcexporter", "parseexportrequeststream", "convertrawimagedatatofile", "outputexportobject",
                "setupserver", "buildresponse", "flushstatus", "raise_error", "fcjspdfgenerator",
            }
        ),
    ),
    # Source: the upload class in the distribution of the editor, with the misspelt name of its first method.
    PublishedWriter(
        "the asset manager of InnovaStudio's editor",
        frozenset(
            {
                "recieve", "getfieldname", "getlocal", "getfiletype", "isallowed", "requestvalue", "requestfilecontent",
                "requestfilestatus", "requestfiletype", "savefile",
            }
        ),
    ),
    # Source: the classes as their authors published them, by the names of their methods.
    PublishedWriter(
        "the upload class FreeASPUpload",
        frozenset(
            {"save", "saveone", "savebinrequest", "dumpdata", "skiptoken", "findtoken", "extractfield", "string2byte"}
        ),
    ),
    PublishedWriter(
        "the upload class clsUpload",
        frozenset({"parserequest", "bstr2ustr", "ustr2bstr", "urldecode", "clscollection", "clsfile", "blob", "save"}),
    ),
    PublishedWriter(
        "the upload class FileUploader",
        frozenset({"upload", "cbytestring", "cwidestring", "savetodisk", "savetodatabase", "filesize", "filedata"}),
    ),
    PublishedWriter(
        "the upload class AnUpLoad",
        frozenset({"checkexe", "getdata", "bytes2str", "checkentrytype", "savetofile", "getbytes", "getfilepath"}),
    ),
    PublishedWriter(
        "the upload class of Fonshen",
        frozenset({"uploadclass", "getferr", "gettimestr", "save", "open", "autosave", "savepath", "maxsize"}),
    ),
    PublishedWriter(
        "the upload class upload_5xsoft",
        frozenset(
            {
                "upload_5xsoft", "fileinfo", "saveas", "getfilepath", "getfilename", "filestart", "formname",
                "class_initialize", "class_terminate",
            }
        ),
    ),
    # Source: rs.asp of the Microsoft Scripting Library 1.0a.
    PublishedWriter(
        "the remote scripting of Visual InterDev",
        frozenset(
            {"rsdispatch", "getserverproxy", "uneval", "unevaldecl", "unevalinst", "unevalclear", "inituneval"}
        ),
        "evaluate",
        "which evaluates a call of a public function with the quoted parameters of a visitor, unescaped",
    ),
    PublishedWriter(
        "the uploader of UEditor",
        frozenset({"upfile", "upscrawl", "getotherinfo", "checktype", "checksize", "getfileext", "getuploadinfo"}),
    ),
)  # fmt: skip


def find_published_at(index: SyntaxIndex, names: Set[str], place: int, sink: str) -> PublishedWriter | None:
    """Return the published page or class in whose function a sink stands; ``names`` are all names of the code."""
    around = {each.name.lower() for each in index.ancestors(index.node_at(place)) if isinstance(each, Function)}
    return find_published_writer(names, index.functions.keys(), around, sink)


def find_published_writer(
    names: Set[str], functions: Set[str], around: Set[str], sink: str = "write-path"
) -> PublishedWriter | None:
    """Return the published page with these names, all in lower case, or ``None``.

    Args:
        names: All names of the code.
        functions: Those of its functions.
        around: Those of its functions in which the sink stands.
        sink: The kind of the sink.
    """
    known = (
        writer
        for writer in PUBLISHED_WRITERS
        if writer.sink == sink and writer.names <= names and writer.names & around
    )
    return next((writer for writer in known if len(writer.names & functions) >= _FEWEST), None)
