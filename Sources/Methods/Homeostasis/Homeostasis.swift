// The sources of Homeostasis follow.
