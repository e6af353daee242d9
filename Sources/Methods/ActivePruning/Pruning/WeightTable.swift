import NeuralData
import Tensors

/// The weights of a network that can be pruned, one after another, so that one pass sees them all.
public struct WeightTable: Sendable, Hashable {
  /// A parameter's part of the table.
  public struct Part: Sendable, Hashable {
    /// The parameter's path.
    public let path: String
    /// Its shape.
    public let shape: [Int]
    /// Its places in the table.
    public let places: Range<Int>
  }

  /// The parameters, in the network's order.
  public let parts: [Part]
  /// Number of weights.
  public let count: Int

  /// Parameters of a network by their paths and shapes.
  public init(_ parameters: [(path: String, shape: [Int])]) {
    var start = 0
    parts = parameters.map { path, shape in
      let end = start + shape.reduce(1, *)
      defer { start = end }
      return Part(path: path, shape: shape, places: start..<end)
    }
    count = start
  }

  /// The weights of a network: parameters of convolutions and linear layers, which have two dimensions or more.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - includesScales: whether scales of normalising layers are weights too, as in the paper's code.
  public init(of network: some Module, includesScales: Bool = false) {
    let scales = Set(
      network.modules.filter { $0.module is BatchNormalisation || $0.module is LayerNormalisation }
        .map { $0.path.isEmpty ? "weight" : "\($0.path).weight" })
    self.init(
      network.parameters.filter { path, parameter in
        scales.contains(path)
          ? includesScales
          : parameter.value.rank >= 2 && path.hasSuffix("weight")
      }.map { ($0.path, $0.parameter.value.shape) })
  }

  /// The numbers of the table's parameters, in its order.
  ///
  /// - Throws: `TensorError` when a parameter is missing or has another shape.
  public func numbers(_ state: [String: Tensor]) throws(TensorError) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(count)
    for part in parts {
      guard let tensor = state[part.path], tensor.shape == part.shape else {
        throw TensorError(
          .mismatched, "weights",
          "'\(part.path)' \(state[part.path].map { "has the shape \($0.shape)" } ?? "is missing"); expected \(part.shape)"
        )
      }
      numbers += try tensor.converted(to: .float32).scalars(as: Float.self)
    }
    return numbers
  }

  /// The table's parameter and the place within it, for messages.
  func name(of place: Int) -> String {
    guard let part = parts.first(where: { $0.places.contains(place) }) else { return "weight \(place)" }
    return "'\(part.path)', place \(place - part.places.lowerBound)"
  }
}
