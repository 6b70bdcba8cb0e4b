// Classic ASP: combinations in one page, in VBScript and JScript.

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

rule asp_command_console
{
    meta:
        id = "WSH9301"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.003"
        description = "A page passes input of the visitor to a command interpreter and returns the output."
        reference = "https://attack.mitre.org/techniques/T1059/003/"
        date = "2026-11-24"
        benign = "Pages that call one fixed program name it themselves and do not read its output back."
        blind = "Object names in pieces: other rules and the detectors find those."
        settled_by = "WSH1002"
    strings:
        $object = /\bWScript\.Shell\b|72C24DD5-D70A-438B-8A42-98424B88AFB8|\bShell\.Application\b|13709620-C279-11CE-A49E-444553540000/ nocase
        $shell = /\bcmd(\.exe)?\s{0,4}["' \/]|%comspec%|\bcomspec\b/ nocase
        $output1 = /\bStdOut\b/ nocase
        $output2 = /\/c\b[^\r\n\/]{0,120}>/ nocase
        $answer = /\bResponse\s{0,8}\.\s{0,8}Write\b|<%\s{0,8}=/ nocase
        $run = /\.\s{0,4}(exec|run|ShellExecute)\b/ nocase
    condition:
        server_page and $object and $shell and any of ($output*) and reads_request and $answer and $run
}

rule asp_administration_toolkit
{
    meta:
        id = "WSH9303"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1083 T1012"
        description = "One page uses four or more groups of system functions that no single page of a site needs together."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-24"
        benign = "Page probes list components and variables; they neither run programs nor read the registry."
        blind = "Small web shells with one function."
        is_tool = true
    strings:
        $corner_shell = /\bcmd(\.exe)?\s{0,4}\/[ck]|\.\s{0,4}exec\s{0,8}\([^)]{0,80}\)\s{0,4}\.\s{0,4}StdOut|%comspec%/ nocase
        $corner_registry = /\bReg(Read|Write)\s{0,8}\(|\bHKEY_LOCAL_MACHINE\\|\bHKLM\\/ nocase
        $corner_accounts = /\bWinNT:\/\/|\bnet1?\s{1,4}(user|localgroup)\s{1,4}([^\s"'|,)]{1,40}\s{1,4}["'&\/]|["'&])/ nocase
        $corner_sites = /\bIIS:\/\/\w|\bMetaBase\.bin\b/ nocase
        $corner_database = /[=&>(]\s{0,4}["']?[^"|,()\r\n]{0,120}\b(exec(ute)?\s{1,4}|dbo\s?\.\s?|\.\.\s?)[^"|,()\r\n]{0,40}\b(xp_cmdshell|sp_oacreate|xp_reg(read|write)|xp_dirtree|sp_addsrvrolemember)\b/ nocase
        $corner_wmi = /\bwinmgmts:/ nocase
        $corner_download = /\b(Msxml2\.(Server)?XMLHTTP|Microsoft\.XMLHTTP|WinHttp\.WinHttpRequest[\w.]{0,8})\b/ nocase
        $corner_write = /\.\s{0,4}SaveToFile\b/ nocase
        $corner_drives = /\.\s{0,4}Drives\b|\bDriveLetter\b/ nocase
        $corner_attributes = /\.\s{0,4}Attributes\s{0,4}=\s{0,4}\d/ nocase
        $corner_delete = /\.\s{0,4}(DeleteFile|DeleteFolder|MoveFile|MoveFolder|CopyFolder)\b/ nocase
        $corner_evaluate = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}Request\b/ nocase
        $corner_namespace = /\.\s{0,4}NameSpace\s{0,8}\(/ nocase
        $strong1 = /\bcmd(\.exe)?\s{0,4}\/[ck]|%comspec%|[=&>(]\s{0,4}["']?[^"|,()\r\n]{0,120}\b(exec(ute)?\s{1,4}|dbo\s?\.\s?|\.\.\s?)[^"|,()\r\n]{0,40}\bxp_cmdshell\b/ nocase
        $strong2 = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}Request\b|\bWinNT:\/\/|\bRegRead\s{0,8}\(/ nocase
    condition:
        server_page and reads_request and any of ($strong*) and 4 of ($corner_*)
}

rule asp_object_name_in_pieces
{
    meta:
        id = "WSH9304"
        severity = "low"
        confidence = "medium"
        technique = "T1505.003 T1027"
        description = "The name of an object is joined from pieces in the call that creates it."
        reference = "https://attack.mitre.org/techniques/T1027/"
        date = "2026-11-24"
        benign = "Legitimate pages hide names of streams and requests from hosters that search for them; WSH3004 reports the name."
        blind = "Pieces that are joined elsewhere."
    strings:
        $joined = /\bCreateObject\s{0,8}\(\s{0,8}("[a-z.]{0,12}"\s{0,8}[&+]\s{0,8}(\w{0,12}\s{0,4}[&+]\s{0,8})?){1,12}"[a-z.0-9]{0,24}"/ nocase
        $reverse = /\bCreateObject\s{0,8}\(\s{0,8}StrReverse\s{0,8}\(/ nocase
        $codes = /\bCreateObject\s{0,8}\(\s{0,8}Chr[BW]?\s{0,8}\(/ nocase
    condition:
        server_page and ($joined or $reverse or $codes)
}

rule asp_executes_decoded_text
{
    meta:
        id = "WSH9305"
        severity = "high"
        confidence = "high"
        technique = "T1505.003 T1027.013"
        description = "A page executes the result of a function on a long literal: hidden code that is decoded at run time."
        reference = "https://attack.mitre.org/techniques/T1027/013/"
        date = "2026-11-24"
        benign = "Plugin engines execute the content of a named file; the name is short."
        blind = "Literals that are first put into a variable."
    strings:
        $call = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}[a-z]\w{0,40}\s{0,8}\(\s{0,8}["'][^"'\r\n]{80}/ nocase
        $query = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}[a-z]\w{0,40}\s{0,8}\(\s{0,8}["']\s{0,8}(select|insert\s{1,4}into|update|delete\s{1,4}from)\s[^"'\r\n]{80}/ nocase
        $chars = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}Chr[BW]?\s{0,8}\(\s{0,8}[^)\d\s][^)]{0,20}\)\s{0,8}[&+]/ nocase
        $known = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}(unescape|strreverse)\s{0,8}\(\s{0,8}"/ nocase
        $pieces = /(^|[^.\w])(execute(global)?|eval)\s{0,8}["(& ]{1,8}("[^"\r\n]{1,3}"\s{0,8}[&+]\s{0,8}){5}/ nocase
        $calls = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}(\w{1,20}\(\s{0,4}\d{1,6}\s{0,4}\)\s{0,8}[&+]\s{0,8}){4}/ nocase
        $spelled = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}Chr[BW]?\s{0,8}\(\s{0,8}\d{1,6}\s{0,8}\)\s{0,8}[&+]/ nocase
    condition:
        server_page and (#call > #query or any of ($chars, $known, $pieces) or #calls > #spelled)
}

rule asp_evaluates_spelled_text
{
    meta:
        id = "WSH9315"
        severity = "medium"
        confidence = "medium"
        technique = "T1505.003 T1027.013"
        description = "A page runs text that is written as character codes, which serves only to hide it."
        reference = "https://attack.mitre.org/techniques/T1027/013/"
        date = "2026-11-25"
        benign = "Commercial pages whose authors hid their licence check."
        blind = "The effect of the text; another rule reports it if it is malicious."
    strings:
        $chars = /(^|[^.\w])(execute(global)?|eval)[\s(]\s{0,8}\(?\s{0,8}Chr[BW]?\s{0,8}\(\s{0,8}\d{1,6}\s{0,8}\)\s{0,8}[&+]/ nocase
    condition:
        server_page and $chars
}

rule asp_writes_file_named_by_request
{
    meta:
        id = "WSH9308"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1105"
        description = "A page writes text of the request to a file that the request names: an uploader for another web shell."
        reference = "https://attack.mitre.org/techniques/T1105/"
        date = "2026-11-24"
        benign = "Editors of templates take a name too, but check it before they write."
        blind = "A name that passes through a variable first."
        is_tool = true
    strings:
        $name = /\b(CreateTextFile|OpenTextFile|SaveToFile)\s{0,8}[( ]\s{0,8}(Server\s{0,4}\.\s{0,4}MapPath\s{0,8}\(\s{0,8})?((trim|cstr)\s{0,4}\(\s{0,4})?Request\s{0,8}(\.\s{0,8}(Form|QueryString)\s{0,8})?[(\[]/ nocase
        $content1 = /\.\s{0,4}Write(Text|Line)?\s{0,8}\(?\s{0,8}((trim|cstr)\s{0,4}\(\s{0,4})?Request\s{0,8}(\.\s{0,8}(Form|QueryString)\s{0,8})?[(\[]/ nocase
        $content2 = /\b\w{1,30}\s{0,8}=\s{0,8}Request\s{0,8}(\.\s{0,8}(Form|QueryString)\s{0,8})?[(\[]/ nocase
    condition:
        server_page and $name and any of ($content*)
}

rule asp_script_control_runs_request
{
    meta:
        id = "WSH9309"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.005"
        description = "The script control runs a request value, or receives the request object itself."
        reference = "https://attack.mitre.org/techniques/T1059/005/"
        date = "2026-11-24"
        benign = "Pages use the control to read JSON: they pass it neither the request object nor code from it."
        blind = "A value that passes through a variable first."
    strings:
        $control = /ScriptControl\b|0E59F1D5-1FBE-11D0-8FF2-00A0D10038BC|\bTCo"&/ nocase
        $code = /\.\s{0,4}(AddCode|ExecuteStatement|Eval)\s{0,8}[( ]\s{0,8}Request\s{0,8}[.(\[]/ nocase
        $object = /\.\s{0,4}AddObject\s{0,8}\(?\s{0,8}[^,\r\n]{1,60},\s{0,8}Request\b/ nocase
        $execute = /\.\s{0,4}(AddCode|ExecuteStatement|Eval|Run)\b/ nocase
    condition:
        server_page and $control and ($code or ($object and $execute))
}

rule page_spells_out_a_program
{
    meta:
        id = "WSH9312"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1027.009"
        description = "A page builds an executable file from character codes."
        reference = "https://attack.mitre.org/techniques/T1027/009/"
        date = "2026-11-24"
        benign = "None known."
        blind = "Programs kept in another notation, and a page without any call that could use one."
    strings:
        $chars = /\bChr[BW]?\s{0,4}\(\s{0,4}77\s{0,4}\)\s{0,8}[&+]\s{0,8}Chr[BW]?\s{0,4}\(\s{0,4}90\s{0,4}\)(\s{0,8}[&+]\s{0,8}Chr[BW]?\s{0,4}\(\s{0,4}\d{1,3}\s{0,4}\)){8}/ nocase
        $bytes = /(0x4d|\b77)\s{0,4},\s{0,4}(0x5a|90)\s{0,4},\s{0,4}(0x90|144)\s{0,4},\s{0,4}(0x)?0{1,2}\s{0,4},/ nocase
        $text = /["']TV(qQAA|pQAA|oAAA|pBUl)[A-Za-z0-9+\/]{80}/
        $hex = /["'](0x)?4D5A90000300000004000000FFFF/ nocase
    condition:
        server_page and any of ($chars, $bytes, $text, $hex)
}

rule asp_file_manager
{
    meta:
        id = "WSH9313"
        severity = "high"
        confidence = "low"
        technique = "T1505.003 T1083"
        description = "A page lists the whole disk by a path of the visitor, and writes or deletes files there."
        reference = "https://attack.mitre.org/techniques/T1083/"
        date = "2026-11-24"
        benign = "File managers of hosting companies and editors do the same: check the access control."
        blind = "Pages that keep to the folder of the site."
    strings:
        $fso = /\bScripting\.FileSystemObject\b|0D43FE01-F093-11CF-8940-00A0C9054228/ nocase
        $walk = /\.\s{0,4}GetFolder\s{0,8}\(/ nocase
        $drives = /\.\s{0,4}Drives\b|\bDriveLetter\b|\bGetDrive\s{0,4}\(|["'][a-z]:\\\\?["']/ nocase
        $sub = /\.\s{0,4}SubFolders\b/ nocase
        $change1 = /\.\s{0,4}(DeleteFile|DeleteFolder|MoveFile|MoveFolder|CopyFile|CopyFolder)\b/ nocase
        $change2 = /\.\s{0,4}(CreateTextFile|SaveToFile)\b/ nocase
        $read = /\.\s{0,4}(OpenTextFile|LoadFromFile|OpenAsTextStream)\b/ nocase
    condition:
        server_page and $fso and $walk and $drives and $sub and all of ($change*) and $read and reads_request
}

rule asp_hands_evaluation_around
{
    meta:
        id = "WSH9314"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1027"
        description = "A server script in JScript assigns its evaluation function to another name, next to a request value, to evade scanners."
        reference = "https://attack.mitre.org/techniques/T1027/"
        date = "2026-11-24"
        benign = "Scripts for the browser in the same page may do so to reach the global scope."
        blind = "Names joined at run time."
    strings:
        $language = /(<%@[^%<]{0,120}\blanguage\s{0,8}=\s{0,8}["']?\s{0,4}(jscript|javascript)|<script\b[^<>]{0,120}\brunat\b[^<>]{0,120}\b(jscript|javascript)|<script\b[^<>]{0,120}\b(jscript|javascript)\b[^<>]{0,120}\brunat)/ nocase
        $alias = /([:=(]|\breturn\s)\s{0,8}eval\s{0,8}[;,})]/
        $called = /([:=(]|\breturn)\s{0,8}\w{1,20}\s{0,8}\[\s{0,4}("ev"|'ev')\s{0,4}\+\s{0,4}("al"|'al')\s{0,4}\]/
    condition:
        $language and reads_request and ($alias or $called)
}
