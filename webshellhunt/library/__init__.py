"""The library: what members of VBScript, JScript, ActiveX and ASP do, as rows of data."""
