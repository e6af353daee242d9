import NeuralData
import Tensors

/// Which of a group's units go, and what that does to the arrays of its layers.
struct Decision {
  let group: UnitGroup
  private var reasons: [Shrinking.Reason?]
  private var constants: [Double]
  private var constantKept = 0

  /// What is known of the units themselves.
  init(_ group: UnitGroup, weights: [String: NumericArray], silent: [Bool]?) throws(TensorError) {
    self.group = group
    reasons = []
    constants = [Double](repeating: 0, count: group.count)
    let incoming = try Self.numbers(weights, "\(group.producer).weight")
    let width = incoming.count / max(1, group.count)
    for unit in 0..<group.count {
      let isConnected = incoming[(unit * width)..<((unit + 1) * width)].contains { $0 != 0 }
      switch group.bounds.constant[unit] {
      case 0?: reasons.append(isConnected ? .bounded : .unconnected)
      case let value? where group.takesConstants:
        constants[unit] = value
        reasons.append(.constant)
      default:
        if group.isConstant[unit] { constantKept += 1 }
        reasons.append(silent?[unit] == true ? .silent : nil)
      }
    }
    keepOne()
  }

  /// A layer keeps at least one unit.
  private mutating func keepOne() {
    if let first = reasons.indices.first, reasons.allSatisfy({ $0 != nil }) {
      reasons[first] = nil
      constants[first] = 0
    }
  }

  /// Places of the units that stay.
  var kept: [Int] { reasons.indices.filter { reasons[$0] == nil } }

  var report: Shrinking.LayerReport {
    Shrinking.LayerReport(
      layer: group.producer, units: group.count, kept: kept,
      removed: Dictionary(reasons.compactMap { $0.map { ($0, 1) } }, uniquingKeysWith: +),
      constantKept: constantKept)
  }

  /// Adds units that no output which stays reads.
  mutating func addUnread(
    _ weights: [String: NumericArray], keptOutputs: [Int]?
  ) throws(TensorError) {
    let reading = try Self.numbers(weights, "\(group.consumer).weight")
    let outputs = weights["\(group.consumer).weight"]!.shape[0]
    let width = reading.count / outputs
    let block = width / group.count
    var isRead = [Bool](repeating: false, count: group.count)
    for output in keptOutputs ?? Array(0..<outputs) {
      for place in 0..<width where reading[output * width + place] != 0 { isRead[place / block] = true }
    }
    for unit in 0..<group.count where reasons[unit] == nil && !isRead[unit] { reasons[unit] = .unread }
    keepOne()
  }

  /// Adds what constant units gave the consumer to its bias, or takes it from the mean of its normalisation.
  func foldConstants(into weights: inout [String: NumericArray]) throws(TensorError) {
    guard constants.contains(where: { $0 != 0 }) else { return }
    let reading = try Self.numbers(weights, "\(group.consumer).weight")
    let outputs = weights["\(group.consumer).weight"]!.shape[0]
    let width = reading.count / outputs
    let block = width / group.count
    let name =
      group.consumerHasBias ? "\(group.consumer).bias" : "\(group.consumerNormalisation!).running_mean"
    let sign: Double = group.consumerHasBias ? 1 : -1
    var values = try Self.numbers(weights, name)
    for output in 0..<outputs {
      var sum = 0.0
      for unit in 0..<group.count where constants[unit] != 0 {
        for place in (unit * block)..<((unit + 1) * block) {
          sum += Double(reading[output * width + place]) * constants[unit]
        }
      }
      values[output] = Float(Double(values[output]) + sign * sum)
    }
    weights[name] = NumericArray(values)
  }

  /// Cuts the units out of their layer, its normalisation and the consumer, and out of the masks.
  func removeUnits(from state: inout NetworkCheckpoint) throws(TensorError) {
    let kept = kept
    guard kept.count < group.count else { return }
    var names = ["\(group.producer).weight", "\(group.producer).bias"]
    if let normalisation = group.normalisation {
      names += ["weight", "bias", "running_mean", "running_var"].map { "\(normalisation).\($0)" }
    }
    for name in names {
      state.weights[name] = state.weights[name]?.choosing(kept, along: 0)
      state.masks[name] = state.masks[name]?.choosing(kept, along: 0)
    }
    let inputs = kept.flatMap { unit in (0..<group.spread).map { unit * group.spread + $0 } }
    let consumer = "\(group.consumer).weight"
    state.weights[consumer] = state.weights[consumer]?.choosing(inputs, along: 1)
    state.masks[consumer] = state.masks[consumer]?.choosing(inputs, along: 1)
  }

  private static func numbers(
    _ weights: [String: NumericArray], _ name: String
  ) throws(TensorError) -> [Float] {
    guard let values = try? weights[name]?.values(as: Float.self) else {
      throw TensorError(.mismatched, "structure", "the network has no '\(name)' of float32")
    }
    return values
  }
}

extension NumericArray {
  /// The parts at `places` along one of the first two dimensions.
  func choosing(_ places: [Int], along dimension: Int) -> NumericArray {
    let size = shape[(dimension + 1)...].reduce(type.size, *)
    let outer = shape[..<dimension].reduce(1, *)
    var chosen: [UInt8] = []
    chosen.reserveCapacity(outer * places.count * size)
    for row in 0..<outer {
      for place in places {
        let start = (row * shape[dimension] + place) * size
        chosen += bytes[start..<(start + size)]
      }
    }
    var shape = shape
    shape[dimension] = places.count
    return NumericArray(bytes: chosen, type: type, shape: shape)!
  }
}
