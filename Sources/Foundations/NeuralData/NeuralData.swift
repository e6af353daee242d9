// The sources of NeuralData follow.
