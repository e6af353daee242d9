import Testing

import NeuralData
