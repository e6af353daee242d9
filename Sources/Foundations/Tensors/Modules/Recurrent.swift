import NeuralData
import Probability

private let lstmOperator = Operator("lstm", "input")
private let gruOperator = Operator("gru", "input")

/// Layers that read a sequence step by step: long short-term memory or gated recurrent units.
public final class Recurrent: Module {
  /// The kinds of cells.
  public enum Kind: Sendable, Hashable {
    /// Long short-term memory (Hochreiter and Schmidhuber 1997).
    case lstm
    /// Gated recurrent units (Cho et al. 2014).
    case gru

    var gates: Int { self == .lstm ? 4 : 3 }
  }

  /// One layer's parameters in one direction.
  struct Cell: Sendable {
    let inputWeight: Parameter
    let stateWeight: Parameter
    let inputBias: Parameter
    let stateBias: Parameter
    let suffix: String

    init(
      gates: Int, inputs: Int, size: Int, suffix: String, type: NumericType, using stream: inout RandomStream
    ) throws(TensorError) {
      let bound = 1 / Double(max(1, size)).squareRoot()
      func draw(_ shape: [Int]) throws(TensorError) -> Parameter {
        try Parameter((Tensor.uniform(shape, using: &stream, type: type) * 2 - 1) * bound)
      }
      inputWeight = try draw([gates * size, inputs])
      stateWeight = try draw([gates * size, size])
      inputBias = try draw([gates * size])
      stateBias = try draw([gates * size])
      self.suffix = suffix
    }

    /// PyTorch's names, such as `weight_ih_l0`.
    var parts: [(name: String, part: AnyObject)] {
      [
        ("weight_ih_\(suffix)", inputWeight), ("weight_hh_\(suffix)", stateWeight),
        ("bias_ih_\(suffix)", inputBias), ("bias_hh_\(suffix)", stateBias),
      ]
    }

    var values: [Tensor] { [inputWeight.value, stateWeight.value, inputBias.value, stateBias.value] }
  }

  /// What a sequence leaves behind, each `[layers · directions, batch, size]`.
  public struct State: Sendable {
    /// The cells' outputs.
    public var hidden: Tensor
    /// The cells' memories; only of long short-term memory.
    public var memory: Tensor?

    /// A state to begin with.
    public init(hidden: Tensor, memory: Tensor? = nil) {
      self.hidden = hidden
      self.memory = memory
    }
  }

  /// The kind of cells.
  public let kind: Kind
  /// Parameters of each layer and direction.
  let cells: [Cell]
  /// Number of layers.
  public let layers: Int
  /// Outputs of a cell.
  public let size: Int
  /// Whether a second set of cells reads from the end.
  public let isBidirectional: Bool

  /// Layers with drawn parameters.
  public init(
    _ kind: Kind, inputs: Int, size: Int, layers: Int = 1, isBidirectional: Bool = false,
    type: NumericType = .float32, using stream: inout RandomStream
  ) throws(TensorError) {
    let directions = isBidirectional ? 2 : 1
    var cells: [Cell] = []
    for layer in 0..<layers {
      for direction in 0..<directions {
        cells.append(
          try Cell(
            gates: kind.gates, inputs: layer == 0 ? inputs : directions * size, size: size,
            suffix: "l\(layer)" + (direction == 1 ? "_reverse" : ""), type: type, using: &stream))
      }
    }
    (self.kind, self.cells, self.layers, self.size) = (kind, cells, layers, size)
    self.isBidirectional = isBidirectional
  }

  /// The cells' parameters side by side, by PyTorch's names, such as `weight_ih_l0`.
  public var parts: [(name: String, part: AnyObject)] { cells.flatMap(\.parts) }

  /// Reads a sequence.
  ///
  /// - Parameters:
  ///   - input: `[batch, time, inputs]`
  ///   - state: to begin with; zeros unless given.
  ///   - pass: how the network is being run.
  /// - Returns: the last layer's outputs, `[batch, time, directions · size]`, and the state at the end.
  public func callAsFunction(
    _ input: Tensor, from state: State? = nil, in pass: Pass
  ) throws(TensorError) -> (output: Tensor, state: State) {
    guard input.rank == 3 else {
      throw TensorError(
        .operation, "recurrent layer", "expected [batch, time, inputs]", operands: [input.signature])
    }
    let zeros = try Tensor.zeros([cells.count, input.shape[0], size], type: input.type, on: input.device)
    let hidden = state?.hidden ?? zeros
    let parameters = cells.flatMap(\.values)
    let common: [Operator.Argument] = [
      .tensors(parameters), .truth(true), .integer(layers), .number(0), .truth(pass.isTraining),
      .truth(isBidirectional), .truth(true),
    ]
    let results: [Tensor]
    switch kind {
    case .lstm:
      results = try lstmOperator.call(
        [.tensor(input), .tensors([hidden, state?.memory ?? zeros])] + common
      ).tensors.compactMap(\.self)
    case .gru:
      results = try gruOperator.call([.tensor(input), .tensor(hidden)] + common).tensors.compactMap(\.self)
    }
    if let observer = pass.observer { try observer(self, results[0]) }
    return (results[0], State(hidden: results[1], memory: kind == .lstm ? results[2] : nil))
  }
}
