// Java pages and ColdFusion: common shapes only.

// Shared by the rules below; private, so that it is not reported by itself.

private rule java_page
{
    strings:
        $open = "<%"
        $tag = "<jsp:" nocase
    condition:
        $open or $tag
}

rule jsp_command_console
{
    meta:
        id = "WSH9701"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059"
        description = "A page starts a program with a request value and returns the output."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-24"
        benign = "None known: pages that start programs do not name them by a parameter."
        blind = "Reflection with names in pieces."
    strings:
        $start1 = /\bgetRuntime\b/
        $start2 = /\bnew\s{1,8}(java\.lang\.)?ProcessBuilder\b/
        $start3 = "java.lang.Runtime"
        $start4 = "ProcessImpl"
        $visitor = /\brequest\s{0,8}\.\s{0,8}get(Parameter|Header|Reader|InputStream|QueryString|Cookies|Attribute)\w{0,8}\s{0,8}\(|\bparam\s{0,4}[.\[]/
        $output1 = "getInputStream"
        $output2 = /\bexec\s{0,8}\(\s{0,8}request\b/
        $output3 = "redirectErrorStream"
        $output4 = /\.\s{0,4}exec\s{0,8}\(/
    condition:
        java_page and any of ($start*) and $visitor and any of ($output*)
}

rule jsp_defines_class_from_request
{
    meta:
        id = "WSH9702"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1620"
        description = "A page defines a class from bytes of a request."
        reference = "https://attack.mitre.org/techniques/T1620/ https://github.com/rebeyond/Behinder"
        date = "2026-11-24"
        benign = "None known in a page."
        blind = "A loader that lives in a jar."
    strings:
        $define1 = "defineClass"
        $define2 = "defineAnonymousClass"
        $define3 = /\bnew\s{1,8}([\w.]{1,40}\.)?URLClassLoader\b/
        $define4 = "BCEL"
        $visitor = /\brequest\s{0,8}\.\s{0,8}get(Parameter|Header|Reader|InputStream|Cookies)\w{0,8}\s{0,8}\(/
        $open1 = /\bBase64\b|\bBASE64Decoder\b|\bparseBase64Binary\b/
        $open2 = /\bCipher\b/
        $open3 = /\bnewInstance\s{0,8}\(/
    condition:
        java_page and any of ($define*) and $visitor and any of ($open*)
}

rule jsp_socket_tunnel
{
    meta:
        id = "WSH9703"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1090 T1572"
        description = "A page keeps a socket between requests and relays request bodies and replies through it: a tunnel."
        reference = "https://github.com/L-codes/Neo-reGeorg https://attack.mitre.org/techniques/T1572/"
        date = "2026-11-24"
        benign = "None known in a page."
        blind = "Tunnels that live in a filter or listener class."
    strings:
        $socket1 = "SocketChannel"
        $socket2 = /\bnew\s{1,8}(java\.net\.)?Socket\s{0,8}\(/
        $keep = /\b(session|application|getSession\(\)|getServletContext\(\))\s{0,8}\.\s{0,8}setAttribute\s{0,8}\(/
        $in = /\brequest\s{0,8}\.\s{0,8}getInputStream\s{0,8}\(/
        $out = /\b(response\s{0,8}\.\s{0,8}getOutputStream\s{0,8}\(|out\s{0,8}\.\s{0,8}(write|print))/
        $header = /\brequest\s{0,8}\.\s{0,8}get(Header|Parameter)\s{0,8}\(/
    condition:
        java_page and any of ($socket*) and $keep and $in and $out and $header
}

rule cfm_command_console
{
    meta:
        id = "WSH9704"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059"
        description = "A ColdFusion page starts a program that a form field or URL parameter names."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-24"
        benign = "Spelling checkers run one program of their own on a temporary file; scheduled work names its own program."
        blind = "Java objects used from script."
    strings:
        $execute = /<cfexecute\b[^<>]{0,300}#\s{0,8}(\w{1,20}\(\s{0,8})?(form|url|cookie|cgi|preserve\w*)\b/ nocase
        $execute2 = /<cfexecute\b/ nocase
        $shell = /\bn[a]me\s{0,8}=\s{0,8}["'][^"'#]{0,60}(cmd(\.exe)?|\/bin\/(ba)?sh|powershell(\.exe)?)["']/ nocase
        $command = /<cfexecute\b[^<>]{0,300}\barguments\s{0,8}=\s{0,8}["']\s{0,8}([\/-]\w\s{0,8}){0,3}["']?\s{0,4}#/ nocase
        $visitor = /#\s{0,8}(\w{1,20}\(\s{0,8})?(form|url)\s{0,4}[.\[]/ nocase
    condition:
        $execute or ($execute2 and $shell and $command and $visitor)
}

rule jsp_writes_file_named_by_request
{
    meta:
        id = "WSH9705"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1105"
        description = "A page opens a file for writing that the request names: an uploader for another web shell."
        reference = "https://attack.mitre.org/techniques/T1105/"
        date = "2026-11-24"
        benign = "Upload pages take the name from the upload and keep a folder and a list of endings."
        blind = "A name that passes through a variable first."
    strings:
        $write = /\b(FileOutputStream|FileWriter|RandomAccessFile|FileHandler|PrintWriter|Paths\s{0,4}\.\s{0,4}get)\s{0,8}\([^;]{0,160}\brequest\s{0,8}\.\s{0,8}get(Parameter|Header)\s{0,8}\(/
    condition:
        java_page and $write
}

rule jsp_registers_component_at_run_time
{
    meta:
        id = "WSH9706"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1620"
        description = "A page registers a filter, servlet, listener or WebSocket endpoint in the running server: a memory shell."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-27"
        benign = "None known in a page: applications declare these in their own classes or in web.xml."
        blind = "Registration by a class that the page loads."
    strings:
        $endpoint1 = "ServerEndpointConfig"
        $endpoint2 = /\.\s{0,4}addEndpoint\s{0,4}\(/
        $filter1 = /\b(FilterDef|FilterMap|ApplicationFilterConfig|FilterRegistration)\b/
        $filter2 = /\b(addFilterDef|addFilterMapBefore|addFilterMap|addMappingForUrlPatterns|filterConfigs)\b/
        $servlet1 = /\b(createWrapper|ServletRegistration|StandardWrapper)\b/
        $servlet2 = /\b(addServletMappingDecoded|addServletMapping|addMapping)\s{0,4}\(/
        $listener = /\.\s{0,4}(addApplicationEventListener|setApplicationEventListeners)\s{0,4}\(/
        $valve = /\bgetPipeline\s{0,4}\(\s{0,4}\)\s{0,4}\.\s{0,4}addValve\s{0,4}\(/
    condition:
        java_page and (
            ($endpoint1 and $endpoint2) or ($filter1 and $filter2) or ($servlet1 and $servlet2) or $listener or $valve
        )
}

rule jsp_evaluates_request
{
    meta:
        id = "WSH9707"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.007"
        description = "A page evaluates text with a script engine, an expression language or a class loader of the platform, and reads the request."
        reference = "https://attack.mitre.org/techniques/T1059/007/"
        date = "2026-11-27"
        benign = "None known in a page: applications evaluate scripts of their own in classes."
        blind = "Engines of third parties."
    strings:
        $engine1 = /\b(ScriptEngineManager|ELProcessor|ScriptEngine|GroovyShell|GroovyClassLoader|SpelExpressionParser|OgnlContext)\b/
        $engine2 = /\.\s{0,4}(eval|evaluate|parseExpression|getValue|parseClass)\s{0,4}\(/
        $lookup1 = "JdbcRowSetImpl"
        $lookup2 = /\bsetDataSourceName\s{0,4}\(/
        $templates1 = "TemplatesImpl"
        $templates2 = /["']_bytecodes["']/
        $loader1 = "VersionHelper"
        $loader2 = /\bloadClass\s{0,4}\(/
        $jndi = /\bInitialContext\s{0,4}\(\s{0,4}\)\s{0,4}\.\s{0,4}lookup\s{0,4}\(\s{0,4}request\b/
        $visitor = /\brequest\s{0,8}\.\s{0,8}get(Parameter|Header|Reader|InputStream|QueryString|Cookies)\w{0,8}\s{0,8}\(/
    condition:
        java_page and $visitor and (
            ($engine1 and $engine2) or ($lookup1 and $lookup2) or ($templates1 and $templates2) or ($loader1 and $loader2)
            or $jndi
        )
}

rule jsp_writes_text_of_request
{
    meta:
        id = "WSH9708"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1105"
        description = "A page takes a path and a text from the request, and writes a text to a path in a variable: an uploader for another web shell."
        reference = "https://attack.mitre.org/techniques/T1105/"
        date = "2026-11-27"
        benign = "Editors of configuration write to a path of their own and say so in a constant."
        blind = "Names of variables that do not say what they are, as in obfuscated pages."
    strings:
        $path = /\b\w{0,12}([pP]ath|[uU]rl|[fF]ile|[nN]ame|[dD]ir|f)\w{0,4}\s{0,4}=\s{0,4}(new\s{1,4}String\s{0,4}\(\s{0,4})?request\s{0,4}\.\s{0,4}getParameter\s{0,4}\(/
        $text = /\b\w{0,12}([cC]onte(nt|xt)|[tT]ext|[dD]ata|[cC]ode|[bB]ody|[sS]ource|[vV]alue|cmd|str|t)\w{0,4}\s{0,4}=\s{0,4}(new\s{1,4}String\s{0,4}\(\s{0,4})?request\s{0,4}\.\s{0,4}getParameter\s{0,4}\(/
        $open1 = /\bnew\s{1,4}(java\.io\.)?(FileOutputStream|FileWriter|PrintWriter|RandomAccessFile)\s{0,4}\(\s{0,4}(new\s{1,4}(java\.io\.)?File\s{0,4}\(\s{0,4})?\w{0,12}([pP]ath|[uU]rl|[fF]ile|[nN]ame|[dD]ir|f)\w{0,4}\s{0,4}[),]/
        $write = /\.\s{0,4}(write|print|println)\s{0,4}\(\s{0,4}\w{0,12}([cC]onte(nt|xt)|[tT]ext|[dD]ata|[cC]ode|[bB]ody|[sS]ource|[vV]alue|cmd|str|t)\w{0,4}\s{0,4}[.)]/
    condition:
        java_page and $path and $text and $open1 and $write
}

rule jsp_starts_shell
{
    meta:
        id = "WSH9709"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.004"
        description = "A page starts a command interpreter and connects it to an address."
        reference = "https://attack.mitre.org/techniques/T1059/004/"
        date = "2026-11-27"
        benign = "None known in a page."
        blind = "Names in pieces."
    strings:
        $device = /\bexec\s{0,4}\([^;]{0,200}\/dev\/tcp\//
        $start = /\b(getRuntime\s{0,4}\(\s{0,4}\)|new\s{1,4}ProcessBuilder\b)/ nocase
        $socket = /\bnew\s{1,8}(java\.net\.)?Socket\s{0,8}\(/
        $shell = /["'](\/bin\/(ba)?sh|cmd(\.exe)?|sh|bash)["' ]/
        $direct = /\bgetRuntime\s{0,4}\(\s{0,4}\)\s{0,4}\.\s{0,4}exec\s{0,4}\(\s{0,4}request\s{0,4}\.\s{0,4}getParameter\b/ nocase
    condition:
        java_page and ($device or $direct or ($start and $socket and $shell))
}
