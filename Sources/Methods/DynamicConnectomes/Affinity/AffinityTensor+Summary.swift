import NeuralData

extension AffinityTensor {
  /// Simple numbers of a tensor.
  public struct Summary: Sendable, Hashable, Codable {
    /// Mean of the known affinities.
    public let mean: Double
    /// The largest.
    public let largest: Double
    /// Share of the known that is exactly 0.
    public let zeros: Double
    /// Share of entries that are unknown.
    public let unknown: Double
  }

  /// Simple numbers of the affinities.
  public var summary: Summary {
    let known = max(tensor.observed, 1)
    var (sum, largest, above) = (0.0, Float(0), 0)
    tensor.forEachStored { value in
      sum += Double(value)
      largest = max(largest, value)
      if value != 0 { above += 1 }
    }
    return Summary(
      mean: sum / Double(known), largest: Double(largest),
      zeros: Double(tensor.observed - above) / Double(known),
      unknown: 1 - Double(tensor.observed) / Double(tensor.times * tensor.animals * tensor.pairs))
  }

  /// What a user should know about the data.
  public var warnings: [String] {
    func list(_ names: [String]) -> String {
      names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", and \(names.count - 8) more" : "")
    }
    var lines: [String] = []
    if !constantTraces.isEmpty {
      lines.append(
        "\(constantTraces.count) trace\(constantTraces.count == 1 ? " is" : "s are") constant and without affinities: \(list(constantTraces))"
      )
    }
    if !unobservedPairs.isEmpty {
      lines.append(
        "\(unobservedPairs.count) pair\(unobservedPairs.count == 1 ? " was" : "s were") observed in no animal and cannot be inferred: \(list(unobservedPairs.map { $0.joined(separator: "-") }))"
      )
    }
    return lines
  }

  /// The tensor `[time, animal, pair]` with NaN where unknown, and the neurons of every pair `[pair, 2]`, for npz files.
  public var arrays: [String: NumericArray] {
    var values = tensor.values
    for run in tensor.missing {
      for time in run.begin..<run.end {
        values[(time * tensor.animals + run.animal) * tensor.pairs + run.pair] = .nan
      }
    }
    return [
      "tensor": NumericArray(values, shape: [tensor.times, tensor.animals, tensor.pairs]),
      "pairs": NumericArray(pairs.all.flatMap { [Int32($0.0), Int32($0.1)] }, shape: [tensor.pairs, 2]),
    ]
  }
}

extension AffinityTensor {
  /// What is kept of a tensor too large to be written out, for npz files: `entries` `[entry, (time, animal, pair)]` and their
  /// `values`, all others being 0 or unknown; `missing` `[run, (animal, pair, begin, end)]`; and `pairs` as in ``arrays``.
  public var entryArrays: [String: NumericArray] {
    var places: [Int32] = []
    var values: [Float] = []
    tensor.forEachEntry { time, animal, pair, value in
      places += [Int32(time), Int32(animal), Int32(pair)]
      values.append(value)
    }
    let missing = tensor.missing.flatMap { [$0.animal, $0.pair, $0.begin, $0.end] }.map { Int32($0) }
    return [
      "entries": NumericArray(places, shape: [values.count, 3]), "values": NumericArray(values),
      "missing": NumericArray(missing, shape: [tensor.missing.count, 4]),
      "pairs": NumericArray(pairs.all.flatMap { [Int32($0.0), Int32($0.1)] }, shape: [tensor.pairs, 2]),
    ]
  }
}

extension NonnegativeCP {
  /// The factors `[row, component]` and the weights, for npz files.
  public var arrays: [String: NumericArray] {
    [
      "time": NumericArray(time, shape: [time.count / rank, rank]),
      "animal": NumericArray(animal, shape: [animal.count / rank, rank]),
      "pair": NumericArray(pair, shape: [pair.count / rank, rank]),
      "weights": NumericArray(weights),
    ]
  }
}
