// The sources of ArgumentParsing follow.
