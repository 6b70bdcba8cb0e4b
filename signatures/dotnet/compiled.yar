// Assemblies that ASP.NET compiled from pages that may be deleted, and modules that load into the server.

rule compiled_page_evaluates_script
{
    meta:
        id = "WSH9501"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003"
        description = "A compiled page evaluates script text and reads the request: the remains of a JScript.NET one-liner."
        reference = "https://attack.mitre.org/software/S0020/"
        date = "2026-11-24"
        benign = "JScript.NET pages without evaluation compile without this call; libraries that evaluate are no pages."
        blind = "Assemblies that were renamed and stripped."
    strings:
        $evaluate = "JScriptEvaluate" fullword
        $engine = "Microsoft.JScript"
        $request1 = "get_Request" fullword
        $request2 = "Request" fullword wide
        $request3 = "HttpRequest" fullword
        $page1 = { 00 41 53 50 00 }
        $page2 = "App_Web_"
    condition:
        uint16(0) == 0x5A4D and $evaluate and $engine and any of ($request*) and any of ($page*)
}

rule compiled_page_loads_or_compiles_code
{
    meta:
        id = "WSH9502"
        severity = "high"
        confidence = "high"
        technique = "T1505.003 T1620"
        description = "A compiled page decodes a request value and loads or compiles it as code."
        reference = "https://attack.mitre.org/techniques/T1620/"
        date = "2026-11-24"
        benign = "Libraries have these names too, but are no compiled pages."
        blind = "Pages compiled together with many harmless ones keep their names: the verdict is on the assembly."
    strings:
        $page1 = "FastObjectFactory_app_web_"
        $page2 = "App_Web_"
        $page3 = "__BuildControlTree" fullword
        $request1 = "BinaryRead" fullword
        $request2 = "get_InputStream" fullword
        $request3 = "get_Request" fullword
        $decode1 = "CreateDecryptor" fullword
        $decode2 = "FromBase64String" fullword
        $load1 = "Load" fullword
        $load2 = "CompileAssemblyFromSource" fullword
        $assembly = "Assembly" fullword
        $run1 = "CreateInstance" fullword
        $run2 = "GetMethod" fullword
        $library = "mscorlib" fullword
    condition:
        uint16(0) == 0x5A4D and $library and any of ($page*) and any of ($request*) and any of ($decode*)
        and any of ($load*) and $assembly and any of ($run*)
}

rule compiled_page_starts_programs
{
    meta:
        id = "WSH9503"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1059.003"
        description = "A compiled page names a command interpreter, starts it and reads its output."
        reference = "https://attack.mitre.org/techniques/T1059/003/"
        date = "2026-11-24"
        benign = "Pages that run one fixed program name no command interpreter."
        blind = "Interpreter names joined at run time."
    strings:
        $page1 = "FastObjectFactory_app_web_"
        $page2 = "App_Web_"
        $page3 = "__BuildControlTree" fullword
        $start1 = "ProcessStartInfo" fullword
        $start2 = "set_RedirectStandardOutput" fullword
        $read = "get_StandardOutput" fullword
        $request1 = "get_Request" fullword
        $request2 = "get_Text" fullword
        $shell = /\bc\x00m\x00d\x00(\.\x00e\x00x\x00e\x00)?|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00/ nocase
    condition:
        uint16(0) == 0x5A4D and any of ($page*) and any of ($start*) and $read and any of ($request*) and $shell
}
