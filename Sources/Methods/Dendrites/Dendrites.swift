// The sources of Dendrites follow.
