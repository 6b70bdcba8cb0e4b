"""The prefilter of the analysis: cheap questions that most pages leave it by, each erring on the side of a look."""
