"""What ASP.NET, classic ASP and Razor see in a text: pieces, and the page made of them."""
