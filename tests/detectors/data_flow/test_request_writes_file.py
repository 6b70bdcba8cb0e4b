"""The severity of written request data depends on the name of the file."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.defang import Fixture
from webshellhunt.model.findings import Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.pipeline import examine

HANDLER = "request_writes_file/csharp-handler"
NAMED = "request_writes_file/csharp-named-page"


def test_the_message_has_both_data_flows() -> None:
    fixture = read(HANDLER)
    found = finding(fixture, "WSH1004")
    start = fixture.data.index(b"WriteAllText")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert {evidence.span for evidence in found.evidence} == {Span(start, start + len("WriteAllText"))}
    assert "'path'" in found.message
    assert "'text'" in found.message
    assert found.facts["request_key"] == "path"


def test_one_data_flow_to_both_is_in_the_message_once() -> None:
    page = live('<·% Req·uest.Files[0].Sa·veAs(Server.MapPath(Req·uest["n"])); %·>')
    found = finding(read(HANDLER)._replace(data=page.encode(), path="site/up.aspx"), "WSH1004")
    assert found.message.count("Request('n')") == 1
    assert found.facts == {"request_key": "n"}


@pytest.mark.parametrize("written", ['"fixed"', "DateTime.Now.ToString()", 'context.Request["text"].Length.ToString()'])
def test_a_name_from_the_request_alone_is_no_finding(written: str) -> None:
    assert findings(changed(HANDLER, ('context.Request["text"]', written)), "WSH1004") == []


@pytest.mark.parametrize("name", ["n.aspx", "n.ASHX", "n.asp", "n.cer", "web.config", "n.cshtml"])
def test_an_executable_name_is_enough(name: str) -> None:
    assert finding(changed(NAMED, ("notes.aspx", name)), "WSH1004").severity >= Severity.HIGH


@pytest.mark.parametrize("name", ["n.txt", "n.aspx.txt", "aspx", "n.jpg"])
def test_a_static_name_is_no_finding(name: str) -> None:
    assert findings(changed(NAMED, ("notes.aspx", name)), "WSH1004") == []


def test_an_executable_name_in_the_content_is_not_the_name_of_the_file() -> None:
    swapped = ('Server.MapPath("notes.aspx"), Request.Form["text"]', 'Server.MapPath("n.txt"), "x.aspx" + Request["k"]')
    assert findings(changed(NAMED, swapped), "WSH1004") == []


def saved(name: str, before: str = "", folder: str = "~/files/") -> Fixture:
    call = 'System.IO.File.WriteAllText(context.Request["path"], context.Request["text"]);'
    kept = f'file.SaveAs(context.Server.MapPath("{folder}") + {name});'
    return changed(HANDLER, (call, f"var file = context.Request.Files[0]; {before}{kept}"))


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("file.FileName", Severity.HIGH),
        ("Path.GetFileName(file.FileName)", Severity.HIGH),
        ("Guid.NewGuid() + Path.GetExtension(file.FileName)", Severity.MEDIUM),
        ('context.Request["name"]', Severity.MEDIUM),
    ],
)
def test_an_upload_that_keeps_its_name_is_more_than_one_that_keeps_its_extension(name: str, severity: Severity) -> None:
    found = finding(saved(name), "WSH1004")
    assert (found.severity, found.confidence) == (severity, Confidence.MEDIUM)


def test_an_upload_in_a_folder_that_is_not_served_is_no_finding() -> None:
    assert findings(saved("file.FileName", folder="~/App_Data/files/"), "WSH1004") == []


@pytest.mark.parametrize(
    ("before", "severity"),
    [
        ('if (!".gif,.png".Contains(Path.GetExtension(file.FileName))) return; ', None),
        ("if (!AllowedKinds.Contains(Path.GetExtension(file.FileName))) return; ", None),
        ("if (!IsImageFile(file.FileName)) return; ", None),
        ('if (file.ContentType != "image/png") return; ', Severity.HIGH),
        ('if (file.FileName.IndexOf(".png") < 0) return; ', Severity.HIGH),
        ('if (Path.GetExtension(file.FileName) == ".aspx") return; ', Severity.MEDIUM),
        ('if (Path.GetExtension(file.FileName) == ".png") { } ', Severity.HIGH),
        ('var day = now.Substring(0, 10); if (day == "first") return; ', Severity.HIGH),
        ('if (context.Request["a"] == ".png") return; ', Severity.HIGH),
        ("if (file.ContentLength == 0) return; ", Severity.HIGH),
        ("if (File.Exists(folder + file.FileName)) return; ", Severity.HIGH),
    ],
)
def test_a_check_counts_on_the_road_of_the_name_only(before: str, severity: Severity | None) -> None:
    found = findings(saved("file.FileName", before), "WSH1004")
    assert [each.severity for each in found] == ([] if severity is None else [severity])


PASSWORD = 'if (context.Request["pass"] != "0123") return; '


@pytest.mark.parametrize(
    ("name", "before", "severity"),
    [
        ("file.FileName", PASSWORD, Severity.CRITICAL),
        ("Guid.NewGuid() + Path.GetExtension(file.FileName)", PASSWORD, Severity.CRITICAL),
        ('context.Request["name"]', PASSWORD, Severity.CRITICAL),
        ("file.FileName", 'if (context.Request["page"] != "first") return; ', Severity.HIGH),
        ('context.Request["name"] + ".png"', PASSWORD, None),
    ],
)
def test_a_password_of_the_page_convicts_where_the_visitor_ends_the_name(
    name: str, before: str, severity: Severity | None
) -> None:
    found = findings(saved(name, before), "WSH1004")
    assert [each.severity for each in found] == ([] if severity is None else [severity])
    assert all(each.confidence is Confidence.HIGH for each in found if each.severity is Severity.CRITICAL)


def test_a_flag_hides_nothing_unless_somebody_asks_for_it() -> None:
    flag = 'if (Path.GetExtension(file.FileName) == ".png") { fits = true; } '
    assert findings(saved("file.FileName", flag + "if (!Fits(file.FileName)) return; "), "WSH1004") == []
    assert finding(saved("file.FileName", flag), "WSH1004").severity is Severity.HIGH
    assert finding(saved("file.FileName", flag + PASSWORD), "WSH1004").severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ('context.Request["path"]', 'context.Request["text"]', Severity.CRITICAL),
        ('context.Server.MapPath(context.Request["path"])', 'context.Request["text"]', Severity.CRITICAL),
        ('"C:/a/" + context.Request["path"]', 'context.Request["text"]', Severity.HIGH),
        ('"C:/a/" + context.Request["path"] + ".aspx"', 'context.Request["text"]', Severity.CRITICAL),
        ('context.Request["path"]', '"<b>" + context.Request["text"]', Severity.CRITICAL),
        ('"C:/a/" + context.Request["path"]', '"<b>" + context.Request["text"]', Severity.HIGH),
        ('"C:/a/" + context.Request["path"]', '"<b>" + context.Request["text"].Replace("<", "")', None),
        ('"C:/a/" + context.Request["path"]', '"<b>" + context.Server.HtmlEncode(context.Request["text"])', None),
        ('"C:/a.aspx"', '"<b>" + context.Request["text"]', Severity.CRITICAL),
        ('"C:/a.aspx"', '"<b>" + context.Request["text"].Replace("[", "<")', Severity.CRITICAL),
        ('"C:/a.aspx"', 'context.Request["text"].Replace("<", "&lt;").Replace("[b]", "<b>")', None),
        ('"C:/a.aspx"', 'context.Request["text"].Replace("<", "&lt;").Replace("[", "<")', Severity.CRITICAL),
        ('"C:/a.aspx"', '"<\x25 int port = " + context.Request["text"]', Severity.INFO),
        ('"C:/a.aspx"', '"<p><\x25= Shown(page == \\"" + context.Request["text"] + "\\") \x25>"', Severity.INFO),
        ('"C:/a.aspx"', '"<\x25 " + context.Request["text"]', Severity.CRITICAL),
        ('"C:/a/" + context.Request["path"] + ".xls"', 'context.Request["text"]', None),
        ('context.Request["path"] + ".txt"', 'context.Request["text"]', None),
        ('context.Request["path"] + ".asp;.jpg"', 'context.Request["text"]', Severity.CRITICAL),
    ],
)
def test_the_severity_depends_on_the_parts_that_are_request_data_alone(
    path: str, text: str, severity: Severity | None
) -> None:
    call = ('WriteAllText(context.Request["path"], context.Request["text"])', f"WriteAllText({path}, {text})")
    assert [found.severity for found in findings(changed(HANDLER, call), "WSH1004")] == (
        [] if severity is None else [severity]
    )


@pytest.mark.parametrize(
    ("check", "severity"),
    [
        ('if (!Path.GetFileName(name).Contains(".css")) return; ', Severity.HIGH),
        ('if (!name.Contains(".css")) return; ', Severity.HIGH),
        ('if (name.IndexOf(".css") < 0) return; ', Severity.HIGH),
        ('if (!Path.GetExtension(name).Contains(".css")) return; ', Severity.MEDIUM),
    ],
)
def test_an_extension_anywhere_in_a_name_is_no_check(check: str, severity: Severity) -> None:
    call = 'System.IO.File.WriteAllText(context.Request["path"], context.Request["text"]);'
    written = 'System.IO.File.WriteAllText("C:/a/" + name, context.Request["text"]);'
    page = changed(HANDLER, (call, f'string name = context.Request["path"]; {check}{written}'))
    assert finding(page, "WSH1004").severity is severity


@pytest.mark.parametrize(
    ("refused", "severity"),
    [("!fits", Severity.CRITICAL), ("fits == false", Severity.CRITICAL), ("fits", Severity.MEDIUM)],
)
def test_a_list_of_pages_may_demand_one_by_a_variable(refused: str, severity: Severity) -> None:
    search = 'bool fits = false; foreach (string x in new[] { ".aspx", ".ashx", ".config" }) '
    search += f"if (x == Path.GetExtension(file.FileName)) {{ fits = true; break; }} if ({refused}) return; "
    assert finding(saved("file.FileName", search), "WSH1004").severity is severity


def test_an_upload_whose_extension_is_checked_is_no_finding() -> None:
    beside = "request_writes_file/csharp-upload-beside"
    assert finding(beside, "WSH1004").severity is Severity.HIGH
    checked = ("sent.SaveAs(", 'if (Path.GetExtension(sent.FileName) == ".jpg") sent.SaveAs(')
    assert findings(changed(beside, checked), "WSH1004") == []


def test_the_message_has_the_name_of_the_written_file() -> None:
    call = 'System.IO.File.WriteAllText(context.Request["path"], context.Request["text"]);'
    more = (
        f'System.IO.File.Copy("a", context.Request["copied"]); {call} if (a) {{ File.Create(context.Request["far"]); }}'
    )
    message = finding(changed(HANDLER, (call, more)), "WSH1004").message
    assert "'path'" in message
    assert "'copied'" not in message
    assert "'far'" not in message


def test_a_name_far_from_the_content_is_used_if_there_is_no_other() -> None:
    call = 'System.IO.File.WriteAllText(context.Request["path"], context.Request["text"]);'
    apart = 'System.IO.File.WriteAllText("a.txt", context.Request["text"]);' + "f(1);" * 100
    apart += 'System.IO.File.Create(context.Request["far"]);'
    assert "'far'" in finding(changed(HANDLER, (call, apart)), "WSH1004").message


@pytest.mark.parametrize(
    ("kept", "severity"),
    [("jpg,gif,png", Severity.HIGH), ("jpg,gif,aspx", Severity.CRITICAL), ("jpg,gif", Severity.HIGH)],
)
def test_an_allow_list_of_harmless_types_lowers_the_severity(kept: str, severity: Severity) -> None:
    call = "System.IO.File.WriteAllText("
    ending = 'System.IO.Path.GetExtension(context.Request["path"])'
    asked = f'if ("{kept}".IndexOf({ending}) >= 0) {call}'
    assert finding(changed(HANDLER, (call, asked)), "WSH1004").severity is severity


def test_a_page_of_a_product_is_known_by_its_names() -> None:
    known = finding("request_writes_file/export-handler-twin", "WSH1004")
    assert known.severity is Severity.MEDIUM
    assert "the export handler of FusionCharts" in known.message
    assert finding("request_writes_file/export-handler", "WSH1004").severity is Severity.HIGH


OWN = 'if (context.Request["pass"] != "k0") return; '


@pytest.mark.parametrize(
    ("before", "confidence"),
    [
        ("", Confidence.HIGH),
        ('string l = "jpg,gif,png"; l.Contains("x"); ', Confidence.HIGH),
        ('string l = "jpg,gif,png"; l.Contains(context.Request["k"]); ', Confidence.HIGH),
        ('if (file.FileName.EndsWith(".png")) return; ', Confidence.HIGH),
        ("int fcexporter, parseexportrequeststream, convertrawimagedatatofile, outputexportobject, setupserver, "
         "buildresponse, flushstatus, raise_error, fcjspdfgenerator; ", Confidence.HIGH),
    ],
)  # fmt: skip
def test_nothing_unenforced_excuses_an_own_password(before: str, confidence: Confidence) -> None:
    found = finding(saved("file.FileName", before + OWN), "WSH1004")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, confidence)


def test_a_list_that_no_check_of_the_name_uses_excuses_nothing() -> None:
    searched = 'string l = "jpg,gif,png"; l.Contains(Kind()); '
    found = finding(saved("file.FileName", searched), "WSH1004")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    asked = finding(saved("file.FileName", searched + "if (file.FileName.Has(l)) return; "), "WSH1004")
    assert (asked.severity, asked.confidence) == (Severity.MEDIUM, Confidence.LOW)
    assert "allow-list" in asked.message


@pytest.mark.parametrize(("folder", "severity"), [("C:\\files\\", Severity.MEDIUM), ("", Severity.HIGH)])
def test_a_file_in_the_body_is_of_high_severity_beside_the_page(folder: str, severity: Severity) -> None:
    page = """<·%
body = Req·uest.BinaryRead(Req·uest.TotalBytes)
name = MidB(body, 40, 12)
Set stream = CreateObject("ADODB.Str·eam")
stream.Write body
stream.Sa·veToFile Server.MapPath(".") & "\\" & name
%·>"""
    fixed = page.replace('Server.MapPath(".") & "\\"', f'"{folder}"') if folder else page
    data = live(fixed).encode()
    assert finding(read(HANDLER)._replace(data=data, path="site/up.asp"), "WSH1004").severity is severity


def test_lines_of_a_file_that_the_visitor_names_are_not_his_text() -> None:
    page = """<·%
Set files = CreateObject("Scripting.FileSys·temObject")
Set source = files.OpenTextFile("c:\\in\\" & Req·uest("name"))
Set copy = files.Create·TextFile("c:\\out\\" & Req·uest("name"))
copy.WriteLine source.ReadLine
%·>"""
    found = findings(read(HANDLER)._replace(data=live(page).encode(), path="site/up.asp"), "WSH1004")
    assert [each.severity for each in found] == [Severity.MEDIUM]


@pytest.mark.parametrize(("path", "severity"), [("Server.MapPath(name)", Severity.MEDIUM), ("name", Severity.CRITICAL)])
def test_a_file_and_its_folder_in_one_body_are_of_medium_severity_below_the_site(path: str, severity: Severity) -> None:
    page = f"""<·%
body = Req·uest.BinaryRead(Req·uest.TotalBytes)
name = MidB(body, 40, 12)
Set stream = CreateObject("ADODB.Str·eam")
stream.Write body
stream.Sa·veToFile {path}
%·>"""
    fixture = read(HANDLER)._replace(data=live(page).encode(), path="site/up.asp")
    assert finding(fixture, "WSH1004").severity is severity


CLASS_OF_UPLOADS = """
Class FileUploader
  Public Files
  Public Sub Upload()
    Dim data, name
    data = Req·uest.Binary·Read(Request.TotalBytes)
    name = CWideString(data): Set Files = New UploadedFile
    Files.FileName = Mid(name, InStrRev(name, "\\") + 1): Files.FileData = data
  End Sub
  Function CByteString(s): CByteString = ChrB(AscB(s)): End Function
  Function CWideString(b)
    Dim i
    For i = 1 To LenB(b): CWideString = CWideString & Chr(AscB(MidB(b, i, 1))): Next
  End Function
End Class
Class UploadedFile
  Public FileName, FileData
  Public Property Get FileSize(): FileSize = LenB(FileData): End Property
  Public Sub SaveToDisk(path)
    Dim out
    Set out = CreateObject("Scripting.FileSystemObject").CreateText·File(path & FileName)
    out.Wr·ite FileData
  End Sub
  Public Sub SaveToDatabase(field): field.AppendChunk FileData: End Sub
End Class
"""
USE_OF_UPLOADS = """
Set u = New FileUploader: u.Upload
CHECK u.Files.SaveToDisk Server.MapPath("files") & "\\"
"""


def of_uploads(use: str, declared: str = CLASS_OF_UPLOADS) -> list[Finding]:
    page = live(f"<\x25\n{declared}{use}\n\x25>")
    return [
        each for each in examine(page.encode(), path="inetpub/wwwroot/up.asp").findings if each.rule.id == "WSH1004"
    ]


def test_a_published_upload_class_without_a_list_is_a_named_weakness() -> None:
    (found,) = of_uploads(USE_OF_UPLOADS.replace("CHECK", ""))
    assert found.severity is Severity.MEDIUM
    assert "the upload class FileUploader" in found.message
    other = CLASS_OF_UPLOADS.replace("SaveToDatabase", "Keep")
    (unnamed,) = of_uploads(USE_OF_UPLOADS.replace("CHECK", ""), other)
    assert "FileUploader" not in unnamed.message


def test_a_published_upload_class_alone_and_one_behind_a_list_are_no_finding() -> None:
    listed = 'If InStr(".jpg.gif.png", LCase(Right(u.Files.FileName, 4))) > 0 Then'
    assert of_uploads("") == []
    assert of_uploads(USE_OF_UPLOADS.replace("CHECK", listed)) == []


def test_a_password_of_the_page_makes_a_published_upload_class_its_tool() -> None:
    asked = 'If Request("pass") <> "0123" Then Response.End\n'
    (found,) = of_uploads(asked + USE_OF_UPLOADS.replace("CHECK", ""))
    assert found.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("list_of_kinds", "severity"), [('".jpg;.png;"', []), ('".exe;.bat;"', [Severity.HIGH])], ids=["kinds", "wrong"]
)
@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("a.asp", '<·%\nn = Req·uest.QueryString("n")\ne = LCase(Right(n, 4))\n'
         'If InStr({list}, e & ";") {sign} Then Response.End\nSet s = CreateObject("ADO·DB.Stream")\n'
         's.Type = 1 : s.Open : s.Write Req·uest.BinaryRead(Req·uest.TotalBytes)\n'
         's.Save·ToFile Server.MapPath("store/" & n), 2 %·>'),
        ("a.aspx", '<·%@ Page Language="C#" %·><·% var f = Req·uest.Files[0];\n'
         "var e = System.IO.Path.GetExtension(f.FileName).ToLower();\n"
         'if ({list}.IndexOf(e + ";") {sign}) return;\n'
         'f.Save·As(Server.MapPath("~/store/" + Guid.NewGuid() + e)); %·>'),
    ],
    ids=["vbscript", "csharp"],
)  # fmt: skip
def test_a_check_that_lets_names_of_pages_pass_is_wrong(
    path: str, page: str, list_of_kinds: str, severity: list[Severity]
) -> None:
    first = 0 if path == "a.asp" else -1
    sign = f"> {first}" if "exe" in list_of_kinds else f"<= {first}"
    text = live(page.replace("{list}", list_of_kinds).replace("{sign}", sign))
    found = findings(read(HANDLER)._replace(data=text.encode(), path=path), "WSH1004")
    assert [each.severity for each in found] == severity


@pytest.mark.parametrize(
    ("before", "severity"),
    [("", Severity.HIGH), ('<!--#include file="start.inc"-->\n', Severity.INFO)],
    ids=["alone", "with an include"],
)
def test_a_setting_as_it_comes_is_code_of_anybody_in_a_page_on_its_own(before: str, severity: Severity) -> None:
    page = live(
        before + '<·%\nSet f = CreateObject("Scripting.File·SystemObject").Create·TextFile(Server.MapPath("c.asp"))\n'
        'f.WriteLine "<" & "%"\nf.WriteLine "perPage = " & Req·uest("n")\nf.WriteLine "%" & ">" %·>'
    )
    found = finding(read(HANDLER)._replace(data=page.encode(), path="a.asp"), "WSH1004")
    assert found.severity == severity
