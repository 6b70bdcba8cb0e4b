"""The library of .NET: texts, numbers, collections and queries over them."""
