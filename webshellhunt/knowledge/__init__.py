"""Knowledge: shipped facts about products, vulnerabilities and past intrusions, with their sources."""
