import Testing

import Probability
