import NeuralData
import Tensors

/// Which weights of a table are alive.
public struct Mask: Sendable, Hashable {
  /// The weights.
  public let table: WeightTable
  /// 1 where a weight is alive, 0 where it is pruned, in the table's order.
  public private(set) var isAlive: [UInt8]
  /// Number of weights that are alive.
  public private(set) var aliveCount: Int

  /// Every weight alive.
  public init(allOf table: WeightTable) {
    self.table = table
    isAlive = [UInt8](repeating: 1, count: table.count)
    aliveCount = table.count
  }

  /// Share of weights that are alive.
  public var remaining: Double { table.count == 0 ? 1 : Double(aliveCount) / Double(table.count) }

  /// Prunes weights; those that are pruned already stay so.
  public mutating func prune(_ places: some Sequence<Int>) {
    for place in places where isAlive[place] == 1 {
      isAlive[place] = 0
      aliveCount -= 1
    }
  }

  /// Number of weights alive in each of the table's parameters.
  public var aliveByPart: [Int] {
    table.parts.map { part in isAlive[part.places].reduce(0) { $0 + Int($1) } }
  }

  /// Numbers where weights are alive and zeros, never negative ones, elsewhere.
  public func applied(to numbers: [Float]) -> [Float] {
    precondition(numbers.count == table.count, "Mask: there must be a number for each weight")
    return zip(numbers, isAlive).map { $1 == 1 ? $0 : 0 }
  }

  /// Ones and zeros of each of the table's parameters, as `float32` tensors of its shape, by path.
  public func tensors(on device: Device = .cpu) throws(TensorError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for part in table.parts {
      tensors[part.path] = try Tensor(isAlive[part.places].map(Float.init), shape: part.shape, on: device)
    }
    return tensors
  }
}
