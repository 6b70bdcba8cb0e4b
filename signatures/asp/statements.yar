// Classic ASP: single statements and tags.

rule asp_shell_object_by_class_id
{
    meta:
        id = "WSH9302"
        severity = "high"
        confidence = "high"
        technique = "T1505.003 T1027"
        description = "A page creates the shell object by its class id on the server, which hides the name that scanners look for."
        reference = "https://learn.microsoft.com/en-us/previous-versions/iis/6.0-sdk/ms525304(v=vs.90)"
        date = "2026-11-24"
        benign = "Object tags with class ids are common for controls in the browser; page probes declare the object and only check that it exists."
        blind = "Copies of the shell object registered under another id."
    strings:
        $tag = /<object\b[^<>]{1,200}(72C24DD5-D70A-438B-8A42-98424B88AFB8|F935DC22-1CF0-11D0-ADB9-00C04FD58A0B|13709620-C279-11CE-A49E-444553540000)/ nocase
        $server = /<object\b[^<>]{1,200}\brunat\b/ nocase
        $new = /["'{:]\s{0,4}new:\s{0,4}\{?(72C24DD5-D70A-438B-8A42-98424B88AFB8|F935DC22-1CF0-11D0-ADB9-00C04FD58A0B|13709620-C279-11CE-A49E-444553540000)/ nocase
        $use = /[^"']\.\s{0,4}(run|exec|shellexecute|namespace|reg(read|write|delete))\b|\w\s{0,4}\[[^\[\]\r\n]{1,80}\]\s{0,4}\(/ nocase
    condition:
        ($tag and $server and $use) or $new
}

rule asp_evaluates_request
{
    meta:
        id = "WSH9306"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.005"
        description = "Script text of a request is executed: a classic ASP one-liner."
        reference = "https://attack.mitre.org/software/S0020/"
        date = "2026-11-28"
        benign = "None known."
        blind = "A request value that passes through a variable or a decoder first: the detectors follow those."
        settled_by = "WSH1001"
    strings:
        $direct = /(^|[^.\w])(execute(global)?|eval)\s{0,8}[( ]\s{0,8}Request\s{0,8}(\.\s{0,8}(Form|QueryString|Item|Cookies|ServerVariables)\s{0,8})?[(\[]/ nocase
    condition:
        $direct
}

rule asp_script_encoder_blob
{
    meta:
        id = "WSH9307"
        severity = "info"
        confidence = "low"
        technique = "T1027.013"
        description = "A page contains code encoded with Script Encoder: a hint only, since some vendors ship their code this way."
        reference = "https://learn.microsoft.com/en-us/previous-versions/tn-archive/ee176795(v=technet.10)"
        date = "2026-11-24"
        benign = "Vendor code from the years around 2000."
        blind = "None: the marks are part of the format."
    strings:
        $blob = /#@~\^[A-Za-z0-9+\/]{6}==[^\x00]{16}/
        $end = /[A-Za-z0-9+\/]{6}==\^#~@/
        $server1 = /<%@?[^%<]{0,200}\b(VBScript|JScript)\.Encode\b/ nocase
        $server2 = /<s[c]ript[^<>]{0,200}\b(VBScript|JScript)\.Encode\b[^<>]{0,200}\brunat\b/ nocase
        $server3 = /<s[c]ript[^<>]{0,200}\brunat\b[^<>]{0,200}\b(VBScript|JScript)\.Encode\b/ nocase
        $server4 = /<%\s{0,20}#@~\^/
    condition:
        $blob and $end and any of ($server*)
}

rule asp_executes_session_value
{
    meta:
        id = "WSH9310"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.005"
        description = "A value of the session or application state, stored by an earlier request, is executed as script."
        reference = "https://attack.mitre.org/techniques/T1059/005/"
        date = "2026-11-28"
        benign = "None known."
        blind = "State that passes through a variable first."
        settled_by = "WSH1001"
    strings:
        $execute = /(^|[^.\w])(execute(global)?|eval)\s{0,8}[( ]\s{0,8}(Session|Application)\s{0,8}(\.\s{0,8}Contents\s{0,8})?[(\[]/ nocase
    condition:
        $execute
}
