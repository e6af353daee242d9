import Lanes

/// `1.7159 tanh(2z/3)`, LeCun's scaled tanh.
@inline(__always)
func scaledTanh(_ z: Lane) -> Lane {
  Lane(repeating: 1.7159) - Lane(repeating: 2 * 1.7159) / (exponential(z * Lane(repeating: 4.0 / 3)) + 1)
}

/// The derivative of ``scaledTanh(_:)`` where its value is `d`.
@inline(__always)
func scaledTanhSlope(_ d: Lane) -> Lane {
  Lane(repeating: 1.7159 * 2 / 3) - d * d * Lane(repeating: 2 / (3 * 1.7159))
}

/// `1 / (1 + exp(−z))`
@inline(__always)
func sigmoid(_ z: Lane) -> Lane { 1 / (exponential(-z) + 1) }
