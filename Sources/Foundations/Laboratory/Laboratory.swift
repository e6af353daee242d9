// The sources of Laboratory follow.
