// Configuration files that run as pages, or make other files run as pages.

rule web_config_is_a_page
{
    meta:
        id = "WSH9401"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1505.004"
        description = "A configuration file maps its own extension to a script engine and contains server code: it is configuration and web shell at once."
        reference = "https://soroush.me/blog/2014/07/upload-a-web-config-file-for-fun-profit/"
        date = "2026-11-24"
        benign = "None known: configuration files are never meant to be served."
        blind = "Code in another file that the mapping makes executable."
    strings:
        $config = /<configuration\b/ nocase
        $map1 = /<add\b[^<>]{0,300}\bpath\s{0,8}=\s{0,8}["'][^"']{0,80}(web|\*)\.con?f?i?g?[^"']{0,20}["']/ nocase
        $map2 = /\b(asp\.dll|aspnet_isapi\.dll|PageHandlerFactory|SimpleHandlerFactory)\b/ nocase
        $code1 = "<%"
        $code2 = /<script[^<>]{1,200}runat/ nocase
    condition:
        $config and $map1 and $map2 and ($code1 or $code2)
}

rule config_runs_static_extension
{
    meta:
        id = "WSH9402"
        severity = "high"
        confidence = "medium"
        technique = "T1505.004"
        description = "A configuration file maps an image, text or style extension to a script engine."
        reference = "https://learn.microsoft.com/en-us/iis/configuration/system.webserver/handlers/"
        date = "2026-11-27"
        settled_by = "WSH4002"
        benign = "Sites that draw images by a handler of their own map to that handler, not to a page engine. Exchange maps *.xml for Autodiscover: a text rule has no path to check, so WSH4002 decides for a configuration that can be parsed."
        blind = "Mappings to an own handler class."
    strings:
        $config = /<configuration\b/ nocase
        $map1 = /<add\b[^<>]{0,300}\bpath\s{0,8}=\s{0,8}["']\*?[^"']{0,40}\.(png|jpe?g|gif|bmp|ico|txt|css|js|log|xml|pdf|zip|dat|woff2?|config)["'][^<>]{0,300}\b(asp\.dll|aspnet_isapi\.dll|PageHandlerFactory|SimpleHandlerFactory|php-cgi\.exe)\b/ nocase
        $map2 = /<add\b[^<>]{0,300}\b(asp\.dll|PageHandlerFactory|SimpleHandlerFactory|php-cgi\.exe)\b[^<>]{0,300}\bpath\s{0,8}=\s{0,8}["']\*?[^"']{0,40}\.(png|jpe?g|gif|bmp|ico|txt|css|js|log|xml|pdf|zip|dat|woff2?|config)["']/ nocase
        $map3 = /<add\b[^<>]{0,200}\bextension\s{0,8}=\s{0,8}["']\.(png|jpe?g|gif|bmp|ico|txt|css|js|log|xml|pdf|zip|dat|config)["'][^<>]{0,200}\bSystem\.Web\.Compilation\.\w{1,40}BuildProvider\b/ nocase
    condition:
        $config and any of ($map*)
}

rule native_module_starts_programs
{
    meta:
        id = "WSH9403"
        severity = "high"
        confidence = "medium"
        technique = "T1505.004"
        description = "A native IIS module contains the name of a command interpreter and reads a program's output through a pipe."
        reference = "https://www.microsoft.com/en-us/security/blog/2022/07/26/malicious-iis-extensions-quietly-open-persistent-backdoors-into-servers/"
        date = "2026-11-24"
        benign = "Gateways to script engines start programs too, but name no command interpreter."
        blind = "Packed modules, and modules that run code in their own process."
    strings:
        $entry = "RegisterModule" fullword
        $start1 = /\bCreateProcess(AsUser|WithTokenW|WithLogonW)?[AW]\b/
        $start2 = "_popen" fullword
        $start3 = "WinExec" fullword
        $pipe1 = "CreatePipe" fullword
        $pipe2 = "PeekNamedPipe" fullword
        $pipe3 = "_popen" fullword
        $shell1 = /\bcmd(\.exe)?( \/c|\x00)/ nocase ascii wide
        $shell2 = "powershell" nocase ascii wide
    condition:
        uint16(0) == 0x5A4D and $entry and any of ($start*) and any of ($pipe*) and any of ($shell*)
}
