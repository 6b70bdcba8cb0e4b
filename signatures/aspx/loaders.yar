// Pages that run request values as .NET code.

// Shared by the rules below; private, so that neither is reported by itself.

private rule server_page
{
    strings:
        $open = "<%"
        $server = /\brunat\s{0,8}=\s{0,8}["']?\s{0,4}server/ nocase
    condition:
        $open or $server
}

private rule reads_request
{
    strings:
        $request = /\bRequest\s{0,8}([\[(]|\.\s{0,8}(Form|QueryString|Params|Item|Cookies|Headers|InputStream|Files|ServerVariables)\b)/ nocase
        $body = /\b(BinaryRead|GetBufferlessInputStream)\s{0,8}\(/ nocase
    condition:
        $request or $body
}

rule aspx_loads_assembly_from_request
{
    meta:
        id = "WSH9101"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1620"
        description = "A page decodes bytes of a request, loads them as an assembly and calls its code."
        reference = "https://attack.mitre.org/techniques/T1620/"
        date = "2026-11-24"
        benign = "Plugin loaders read assemblies from disk; none decodes one from a request."
        blind = "Names built at run time by reflection or by joined strings."
    strings:
        $load1 = /\bAssembly\s{0,8}\.\s{0,8}Load\s{0,8}\(\s{0,8}[^"\xe2\s)]/ nocase // VB's curly quote is E2 80 9C
        $load2 = /\bGetMethod\s{0,8}\(\s{0,8}"Load"/
        $load3 = /\bAppDomain\s{0,8}\.\s{0,8}CurrentDomain\s{0,8}\.\s{0,8}Load\s{0,8}\(/ nocase
        $load4 = /\bInvokeMember\s{0,8}\(\s{0,8}"Load"/
        $direct = /\bAssembly\s{0,8}\.\s{0,8}Load\s{0,8}\([^;"]{0,80}\bRequest\s{0,8}[.\[(]/ nocase
        $open1 = "CreateDecryptor" nocase
        $open2 = "FromBase64String" nocase
        $open3 = "Decompress" nocase
        $open4 = /\bFrom(Base64|Hex)\w{0,20}\s{0,8}\(/ nocase
        $open5 = /\^\s{0,8}\w{1,40}\s{0,8}\[/
        $call1 = "CreateInstance" nocase
        $call2 = /\.\s{0,8}Invoke(Member)?\s{0,8}\(/ nocase
        $call3 = ".EntryPoint" nocase
    condition:
        server_page
        and ($direct or (any of ($load*) and reads_request and any of ($open*) and any of ($call*)))
}

rule aspx_service_loads_assembly_from_argument
{
    meta:
        id = "WSH9102"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1620"
        description = "A web service method decrypts its argument and loads it as an assembly."
        reference = "https://attack.mitre.org/techniques/T1620/"
        date = "2026-11-24"
        benign = "None known: a service has no reason to run code that its caller sends."
        blind = "The decryption in another file."
    strings:
        $page = /<%@\s{0,20}(WebService|ServiceHost|WebHandler)\b/ nocase
        $method1 = /\[[^\]]{0,80}\bWebMethod\b/
        $method2 = /\bIHttpHandler\b/
        $method3 = /\[[^\]]{0,80}\bOperationContract\b/
        $load1 = /\bAssembly\s{0,8}\.\s{0,8}Load\s{0,8}\(/ nocase
        $load2 = /\bGetMethod\s{0,8}\(\s{0,8}"Load"/
        $open1 = "CreateDecryptor" nocase
        $open2 = "FromBase64String" nocase
        $call1 = "CreateInstance" nocase
        $call2 = /\.\s{0,8}Invoke(Member)?\s{0,8}\(/ nocase
    condition:
        $page and any of ($method*) and any of ($load*) and any of ($open*) and any of ($call*)
}

rule aspx_compiles_source_from_request
{
    meta:
        id = "WSH9103"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1027.004"
        description = "A page compiles source text of a request in memory and runs it."
        reference = "https://attack.mitre.org/techniques/T1027/004/ https://github.com/antonioCoco/SharPyShell"
        date = "2026-11-24"
        benign = "Playgrounds that compile a visitor's text on purpose. Clients of web services that compile a tree of code from a description (WSDL) compile no source text."
        blind = "Source that is put together from files instead of the request."
    strings:
        $compiler1 = "CSharpCodeProvider" nocase
        $compiler2 = "VBCodeProvider" nocase
        $compiler3 = "JScriptCodeProvider" nocase
        $compiler4 = "CodeDomProvider" nocase
        $compiler5 = "CSharpCompilation" nocase
        $build1 = /CompileAssemblyFrom(Source|File)/ nocase
        $snippet = "CodeSnippet" nocase
        $tree = "CompileAssemblyFromDom" nocase
        $build2 = /\.\s{0,8}Emit\s{0,8}\(/
        $run1 = "CreateInstance" nocase
        $run2 = /\.\s{0,8}Invoke(Member)?\s{0,8}\(/ nocase
    condition:
        server_page and any of ($compiler*) and (any of ($build*) or ($tree and $snippet)) and reads_request and any of ($run*)
}

rule aspx_stylesheet_script_from_request
{
    meta:
        id = "WSH9104"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1220"
        description = "A page runs an XSL stylesheet of a request with embedded scripts enabled."
        reference = "https://attack.mitre.org/techniques/T1220/"
        date = "2026-11-24"
        benign = "Pages that transform XML load their stylesheet from a file and leave scripts off."
        blind = "A stylesheet that the page fetches from another server."
    strings:
        $transform1 = "XslCompiledTransform" nocase
        $transform2 = "XslTransform" nocase
        $script1 = "TrustedXslt" nocase
        $script2 = /\bXsltSettings\s{0,8}\(\s{0,8}(true|false)\s{0,8},\s{0,8}true/ nocase
        $script3 = /\bEnableScript\s{0,8}=\s{0,8}true/ nocase
        $script4 = "urn:schemas-microsoft-com:xslt" nocase
        $text1 = "LoadXml" nocase
        $text2 = "StringReader" nocase
        $text3 = "FromBase64String" nocase
        $text4 = "MemoryStream" nocase
    condition:
        server_page and any of ($transform*) and any of ($script*) and reads_request and any of ($text*)
}

rule aspx_deserialises_request
{
    meta:
        id = "WSH9105"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1203"
        description = "A page deserialises a request value with a formatter that can run code."
        reference = "https://learn.microsoft.com/en-us/dotnet/standard/serialization/binaryformatter-security-guide"
        date = "2026-11-24"
        benign = "Old applications that keep an object in a hidden field or cookie; they are open to attack all the same."
        blind = "Formatters behind a name of their own."
    strings:
        $formatter1 = /\bnew\s{1,8}([\w.]{1,80}\.)?(BinaryFormatter|LosFormatter|ObjectStateFormatter|NetDataContractSerializer|SoapFormatter)\b/ nocase
        $read = /\.\s{0,8}Deserialize\s{0,8}\(/ nocase
    condition:
        server_page and $formatter1 and $read and reads_request
}

rule aspx_jscript_service_evaluates
{
    meta:
        id = "WSH9106"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.007"
        description = "A web service or handler in JScript.NET evaluates text: its arguments run as code."
        reference = "https://attack.mitre.org/techniques/T1059/007/"
        date = "2026-11-24"
        benign = "None known: services in JScript.NET are rare, and evaluation in them rarer."
        blind = "Evaluation in a class of another file."
    strings:
        $page = /<%@\s{0,20}(WebService|ServiceHost|WebHandler)\b[^%<]{0,200}\bJScript\b/ nocase
        $evaluate = /(^|[^.\w])eval\s{0,20}\(\s{0,8}[^"'\s)]/ nocase
    condition:
        all of them
}

rule aspx_jscript_page_evaluates_unsafely
{
    meta:
        id = "WSH9107"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.007"
        description = "A JScript.NET page evaluates text with a second argument, which only serves to run the text with full trust."
        reference = "https://attack.mitre.org/techniques/T1059/007/"
        date = "2026-11-24"
        benign = "None known: the default, restricted trust is enough for sums and settings."
        blind = "A second argument that contains a semicolon."
    strings:
        $language = /\blanguage\s{0,8}=\s{0,8}["']?\s{0,8}jscript\b/ nocase
        // the comma stands outside the brackets of inner calls, which close again
        $evaluate = /(^|[^.\w])eval\s{0,20}\([^();]{0,60}(\([^();]{0,60}(\([^();]{0,60}(\([^();]{0,60}\)[^();]{0,60}){0,2}\)[^();]{0,60}){0,2}\)[^();]{0,60}){0,3},[^;,(]{1,120}\)/ nocase
    condition:
        server_page and $language and $evaluate
}
