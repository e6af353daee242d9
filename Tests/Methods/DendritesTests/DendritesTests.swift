import Testing

import Dendrites
