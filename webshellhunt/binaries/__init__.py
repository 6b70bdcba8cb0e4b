"""Static analysis of PE files and .NET assemblies; nothing is executed."""
