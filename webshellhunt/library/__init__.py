"""The library: the members of VBScript, JScript, ActiveX and ASP, as rows of data."""
