import Foundation
import Probability

/// A long short-term memory with a linear read-out (Hochreiter and Schmidhuber 1997), with the chrono initialisation of its gates
/// on request (Tallec and Ollivier 2018).
public struct LSTM: Sendable, Hashable {
  /// Sizes.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Number of input channels.
    public var inputs: Int
    /// Number of outputs.
    public var outputs: Int
    /// Number of cells.
    public var hiddenSize: Int
    /// Longest time of the chrono initialisation, in steps; ordinary biases unless given.
    public var longestTime: Double?

    /// Sizes.
    public init(inputs: Int, outputs: Int, hiddenSize: Int, longestTime: Double? = nil) {
      self.inputs = inputs
      self.outputs = outputs
      self.hiddenSize = hiddenSize
      self.longestTime = longestTime
    }

    /// Number of trained parameters; one bias for each gate.
    public var parameterCount: Int {
      4 * hiddenSize * (inputs + hiddenSize + 1) + hiddenSize * outputs + outputs
    }
  }

  /// Sizes.
  public var configuration: Configuration
  /// `[gate, cell, input]`, gates in the order input, forget, candidate, output.
  public var inputWeights: [Float]
  /// `[gate, cell, cell before]`
  public var recurrentWeights: [Float]
  /// `[gate, cell]`
  public var biases: [Float]
  /// `[output, cell]`
  public var readoutWeights: [Float]
  /// `[output]`
  public var readoutBiases: [Float]

  /// An LSTM at its start: weights uniform on ±1/√cells.
  public init(_ configuration: Configuration, seed: UInt64) throws(ExpressiveNeuronError) {
    let c = configuration
    for (name, value, most) in [
      ("the number of inputs", c.inputs, 1 << 24), ("the number of outputs", c.outputs, 1 << 16),
      ("the number of cells", c.hiddenSize, 1 << 14),
    ] where value < 1 || value > most {
      throw .outOfRange(name: name, value: "\(value)", allowed: "1 to \(most)")
    }
    if let longest = c.longestTime, !(longest.isFinite && longest > 2) {
      throw .outOfRange(
        name: "the longest time", value: "\(longest)", allowed: "finite and greater than 2 steps")
    }
    var stream = RandomStream(seed: seed, "lstm weights")
    let reach = 1 / Double(c.hiddenSize).squareRoot()
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in Float((2 * stream.uniform() - 1) * reach) } }
    self.configuration = c
    inputWeights = draw(4 * c.hiddenSize * c.inputs)
    recurrentWeights = draw(4 * c.hiddenSize * c.hiddenSize)
    biases = draw(4 * c.hiddenSize)
    readoutWeights = draw(c.outputs * c.hiddenSize)
    readoutBiases = draw(c.outputs)
    if let longest = c.longestTime {
      for cell in 0..<c.hiddenSize {
        let forget = Float(log(1 + stream.uniform() * (longest - 2)))
        biases[cell] = -forget
        biases[c.hiddenSize + cell] = forget
      }
    }
  }
}
