import Testing

import Laboratory
