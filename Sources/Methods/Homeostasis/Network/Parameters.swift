import Foundation
import Probability

/// Weights and biases of a network in double precision.
public struct Parameters: Sendable, Hashable, Codable {
  /// Sizes.
  public let shape: NetworkShape
  /// One matrix for each layer, `[output, input]` row by row.
  public var weights: [[Double]]
  /// One vector for each layer, `[output]`.
  public var biases: [[Double]]

  /// Given weights.
  ///
  /// - Throws: ``HomeostasisError/wrongShape(_:)`` when a count does not fit the shape.
  public init(shape: NetworkShape, weights: [[Double]], biases: [[Double]]) throws(HomeostasisError) {
    let widths = shape.widths
    for layer in 0..<3 {
      guard weights.count == 3, biases.count == 3, weights[layer].count == widths[layer] * widths[layer + 1],
        biases[layer].count == widths[layer + 1]
      else {
        throw .wrongShape(
          "layer \(layer + 1) needs \(widths[layer + 1]) × \(widths[layer]) weights and as many biases as rows"
        )
      }
    }
    (self.shape, self.weights, self.biases) = (shape, weights, biases)
  }

  /// Random weights N(0, 1)·√(2/fan-in) and biases N(0, 1), as the published program draws them.
  ///
  /// - Parameters:
  ///   - shape: sizes.
  ///   - seed: the run's seed.
  ///   - generation: 0 at the beginning; one more for each reset.
  public init(shape: NetworkShape, seed: UInt64, generation: Int = 0) {
    self.shape = shape
    let widths = shape.widths
    weights = (0..<3).map { layer in
      var stream = RandomStream(seed: seed, "weights", layer, generation)
      let scale = (2 / Double(widths[layer])).squareRoot()
      return (0..<(widths[layer] * widths[layer + 1])).map { _ in stream.normal() * scale }
    }
    biases = (0..<3).map { layer in
      var stream = RandomStream(seed: seed, "biases", layer, generation)
      return (0..<widths[layer + 1]).map { _ in stream.normal() }
    }
  }

  /// The sum of all numbers, layer by layer: weights, then biases.
  public var sum: Double { (weights + biases).reduce(0) { $0 + $1.reduce(0, +) } }
}
