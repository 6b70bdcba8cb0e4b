"""The parser of VB.NET and VBScript."""
