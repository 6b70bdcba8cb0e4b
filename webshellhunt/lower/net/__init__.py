"""Lowering of .NET: C# and VB.NET, whose tree is one, into the core."""
