import Testing

import ArgumentParsing
