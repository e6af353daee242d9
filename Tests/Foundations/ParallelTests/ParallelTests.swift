import Testing

import Parallel
