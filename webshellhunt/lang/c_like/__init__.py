"""The parser of C-like code: C#, JScript and JScript.NET."""
