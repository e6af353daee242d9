import Testing

import Homeostasis
