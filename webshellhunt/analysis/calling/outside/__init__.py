"""Outside: members, items and calls of things that the page does not declare: the request, libraries, objects."""
