// The server side of file-manager clients, and the shortest back doors.

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

rule aspx_client_operated_endpoint
{
    meta:
        id = "WSH9131"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003"
        description = "A page replies between fixed marks to the file, database and command requests of a client program: a full China Chopper endpoint."
        reference = "https://attack.mitre.org/software/S0020/"
        date = "2026-11-24"
        benign = "None known: the marks belong to the client's protocol."
        blind = "Clients set to marks of their own."
    strings:
        $open = "->|"
        $close = "|<-"
        $work1 = "ProcessStartInfo" nocase
        $work2 = "WScript.Shell" nocase
        $work3 = "GetLogicalDrives" nocase
        $work4 = "Scripting.FileSystemObject" nocase
        $work5 = "ADODB." nocase
        $work6 = /\bDirectoryInfo\b/ nocase
        $work7 = /\bSql(Connection|Command)\b|\bOleDb/ nocase
        $work8 = /\beval\s{0,4}\(/ nocase
        $work9 = /\bexecute(global)?\b/ nocase
    condition:
        server_page and $open and $close and reads_request and any of ($work*)
}

rule aspx_evaluates_request
{
    meta:
        id = "WSH9132"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.007"
        description = "Script text of a request is evaluated with full trust: a JScript.NET one-liner."
        reference = "https://attack.mitre.org/software/S0020/"
        date = "2026-11-24"
        benign = "None known: the unsafe switch exists for trusted text only."
        blind = "A request value that passes through a variable or a decoder first: the detectors follow those."
    strings:
        $direct = /(^|[^.\w])eval\s{0,20}\(\s{0,20}([\w.]{1,80}\(\s{0,8}){0,3}([\w.]{1,40}\.)?Request\s{0,20}[\[(.][^;]{1,120},\s{0,20}["'][unsafe"'+ \\]{4,20}/ nocase
    condition:
        $direct
}

rule aspx_writes_file_named_by_request
{
    meta:
        id = "WSH9133"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1105"
        description = "One statement takes the name and the content of a file from the request: an uploader for another web shell."
        reference = "https://attack.mitre.org/techniques/T1105/"
        date = "2026-11-24"
        benign = "Upload pages take the name from the upload and keep a folder and a list of endings."
        blind = "Name and content that pass through variables first."
        is_tool = true
    strings:
        $write = /\b(WriteAll(Text|Bytes|Lines)|AppendAllText|StreamWriter|CreateText|OpenWrite|FileStream)\s{0,8}\([^;]{0,60}\bRequest\s{0,8}([\[(]|\.\s{0,8}(Form|QueryString|Params|Item|Cookies|Headers)\s{0,8}[\[(])[^;]{1,120}\bRequest\s{0,8}([\[(]|\.\s{0,8}(Form|QueryString|Params|Item|Cookies|Headers|BinaryRead)\s{0,8}[\[(])/ nocase
        $save = /\bFiles\s{0,8}[\[(][^;]{1,40}[\])]\s{0,8}\.\s{0,8}SaveAs\s{0,8}\([^;]{0,80}\bRequest\s{0,8}([\[(]|\.\s{0,8}(Form|QueryString|Params|Item|Cookies|Headers)\s{0,8}[\[(])/ nocase
    condition:
        server_page and any of ($write, $save)
}

rule aspx_plants_another_page
{
    meta:
        id = "WSH9134"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003"
        description = "A page writes another server page with a name from its own code."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-24"
        benign = "Installers and site generators write pages too, from templates."
        blind = "Names joined at run time."
    strings:
        $page = /<%@\s{0,20}(P[a]ge|WebHandler|WebService|ServiceHost|Application)\b/ nocase
        $write1 = /\b(CreateText|WriteAll(Text|Bytes|Lines)|StreamWriter|AppendAllText|OpenWrite|FileStream)\s{0,8}\([^;\r\n]{0,120}\.(aspx|ashx|asmx|asp|asax|svc|cshtml|cer|asa)["']/ nocase
        $body = /<%|<script|<!--\s{0,4}#include|\bRequest\s{0,8}[.\[(]/ nocase
        $tag = /["'][^"'\r\n]{0,80}(<\s{0,4}%|%\s{0,4}>|<script|#include)/ nocase
    condition:
        $page and $write1 and $body and $tag
}
