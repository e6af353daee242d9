import Foundation
import Probability

/// A neuron that reads two sequences, and a small network that compares what it made of them: document matching of the Long Range
/// Arena (Appendix B: two towers with the same weights and 75 latent numbers).
///
/// With u and v the neuron's last outputs on the two sequences, the classes are a layer of rectified units and a linear map of
/// `[u; v; u ∘ v; u − v]`. The paper does not print the comparing network; this is the customary one, as wide as the latent.
public struct TwoTowers: Sendable, Hashable {
  /// Reads the sequences; its outputs are the latent numbers.
  public var encoder: ELMNeuron
  /// From `[u; v; u ∘ v; u − v]` to the hidden units.
  public var comparison: LinearMap
  /// From the hidden units to the classes.
  public var readout: LinearMap

  /// Towers at their start.
  ///
  /// - Parameters:
  ///   - configuration: of the neuron; its outputs are the latent numbers, 75 in the paper.
  ///   - classes: what pairs are told apart as.
  /// - Throws: ``ExpressiveNeuronError`` when the configuration cannot be.
  public init(_ configuration: ELMConfiguration, classes: Int = 2, seed: UInt64)
    throws(ExpressiveNeuronError)
  {
    try require("the number of classes", classes, in: 1...(1 << 16))
    try require("the number of latent numbers", configuration.outputs, in: 1...(1 << 12))
    encoder = try ELMNeuron(configuration, seed: seed)
    let latent = configuration.outputs
    var stream = RandomStream(seed: seed, "two towers")
    comparison = .uniform(inputs: 4 * latent, outputs: latent, using: &stream)
    readout = .uniform(inputs: latent, outputs: classes, using: &stream)
  }

  /// Number of classes.
  public var classes: Int { readout.bias.count }
  /// Number of trained parameters.
  public var parameterCount: Int {
    encoder.configuration.parameterCount + comparison.weight.count + comparison.bias.count
      + readout.weight.count + readout.bias.count
  }

  /// A logit for each class of a pair whose sequences ended with the latent numbers `u` and `v`.
  public func compare(_ u: [Float], _ v: [Float]) -> [Float] {
    TowerHead(self).forward(u, v).logits
  }

  /// Every weight array of the comparison with its name in files.
  static var arrays: [(name: String, path: WritableKeyPath<TwoTowers, [Double]>)] {
    [
      ("comparison.weight", \.comparison.weight), ("comparison.bias", \.comparison.bias),
      ("towers.readout.weight", \.readout.weight), ("towers.readout.bias", \.readout.bias),
    ]
  }
}

/// The comparing network with its numbers in a row: comparison, its biases, read-out, its biases.
struct TowerHead {
  let latent: Int
  let classes: Int
  var numbers: [Float]

  init(_ towers: TwoTowers) {
    latent = towers.encoder.configuration.outputs
    classes = towers.classes
    numbers = TwoTowers.arrays.flatMap { towers[keyPath: $0.path].map { Float($0) } }
  }

  private var bias: Int { 4 * latent * latent }
  private var readout: Int { bias + latent }
  private var readoutBias: Int { readout + classes * latent }

  func forward(_ u: [Float], _ v: [Float]) -> (features: [Float], hidden: [Float], logits: [Float]) {
    let features = u + v + zip(u, v).map { $0 * $1 } + zip(u, v).map { $0 - $1 }
    let hidden = (0..<latent).map { row -> Float in
      var sum = numbers[bias + row]
      for (column, feature) in features.enumerated() { sum += numbers[row * 4 * latent + column] * feature }
      return max(0, sum)
    }
    let logits = (0..<classes).map { row -> Float in
      var sum = numbers[readoutBias + row]
      for (column, value) in hidden.enumerated() { sum += numbers[readout + row * latent + column] * value }
      return sum
    }
    return (features, hidden, logits)
  }

  /// Adds derivatives by the numbers to `gradient` and returns those by u and v.
  func backward(
    _ u: [Float], _ v: [Float], features: [Float], hidden: [Float], byLogits: [Float],
    into gradient: UnsafeMutablePointer<Float>
  ) -> (u: [Float], v: [Float]) {
    var byFeatures = [Float](repeating: 0, count: 4 * latent)
    var byHidden = [Float](repeating: 0, count: latent)
    for (row, slope) in byLogits.enumerated() {
      gradient[readoutBias + row] += slope
      for column in 0..<latent {
        gradient[readout + row * latent + column] += slope * hidden[column]
        byHidden[column] += slope * numbers[readout + row * latent + column]
      }
    }
    for row in 0..<latent where hidden[row] > 0 {
      let slope = byHidden[row]
      gradient[bias + row] += slope
      for column in 0..<4 * latent {
        gradient[row * 4 * latent + column] += slope * features[column]
        byFeatures[column] += slope * numbers[row * 4 * latent + column]
      }
    }
    func part(_ index: Int, _ place: Int) -> Float { byFeatures[index * latent + place] }
    return (
      (0..<latent).map { part(0, $0) + part(2, $0) * v[$0] + part(3, $0) },
      (0..<latent).map { part(1, $0) + part(2, $0) * u[$0] - part(3, $0) }
    )
  }
}
