// The sources of Figures follow.
