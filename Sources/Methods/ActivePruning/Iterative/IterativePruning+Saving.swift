import NeuralData
import Tensors

extension IterativePruning {
  /// What is remembered between cycles besides arrays.
  public struct Saved: Sendable, Codable {
    /// The cycles so far.
    public var cycles: [PruningCycle]
    var loss: Double
    var steps: Int
  }

  /// The state after the last whole cycle: arrays by name and the rest.
  ///
  /// - Throws: `TensorError` when a tensor cannot be read.
  public func saved() throws(TensorError) -> (arrays: [String: NumericArray], state: Saved) {
    var arrays: [String: NumericArray] = [:]
    for (prefix, state) in [("network", network.state), ("start", start), ("origin", origin ?? [:])] {
      for (path, tensor) in state { arrays["\(prefix).\(path)"] = try tensor.detached().numericArray() }
    }
    arrays["mask"] = NumericArray(mask.isAlive)
    if let numbers = last.beforeLastEpoch { arrays["before-last-epoch"] = NumericArray(numbers) }
    if let numbers = last.accumulated { arrays["accumulated"] = NumericArray(numbers) }
    return (arrays, Saved(cycles: cycles, loss: last.loss, steps: steps))
  }

  /// Goes on from what ``saved()`` gave, to the same results as a run that was not stopped.
  ///
  /// - Throws: ``PruningError/resumed(_:)`` or `TensorError` when it belongs to another network.
  public func restore(arrays: [String: NumericArray], state: Saved) throws {
    func tensors(_ prefix: String) throws -> [String: Tensor] {
      var found: [String: Tensor] = [:]
      for (name, array) in arrays where name.hasPrefix(prefix + ".") {
        found[String(name.dropFirst(prefix.count + 1))] = try Tensor(array, on: device)
      }
      return found
    }
    guard let isAlive = try? arrays["mask"]?.values(as: UInt8.self), isAlive.count == mask.table.count else {
      throw PruningError.resumed("its mask has not the network's \(mask.table.count) weights")
    }
    for (name, numbers) in [
      ("before-last-epoch", arrays["before-last-epoch"]), ("accumulated", arrays["accumulated"]),
    ] {
      if let numbers, numbers.count != mask.table.count {
        throw PruningError.resumed("'\(name)' has not the network's \(mask.table.count) weights")
      }
    }
    var pruned = Mask(allOf: mask.table)
    pruned.prune(isAlive.indices.filter { isAlive[$0] == 0 })
    let (began, kept) = (try tensors("start"), try tensors("origin"))
    guard Set(began.keys) == Set(start.keys), kept.isEmpty || Set(kept.keys) == Set(start.keys) else {
      throw PruningError.resumed("its weights are those of another network")
    }
    try network.load(tensors("network"))
    mask = pruned
    start = began
    origin = kept.isEmpty ? nil : kept
    last = Trainer.Outcome(
      loss: state.loss, beforeLastEpoch: try arrays["before-last-epoch"]?.values(as: Float.self),
      accumulated: try arrays["accumulated"]?.values(as: Float.self))
    steps = state.steps
    cycles = state.cycles
  }
}
