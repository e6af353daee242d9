/// How many spikes each neuron fired in each bin; bins may be missing.
public struct SpikeCounts: Sendable, Hashable, Codable {
  /// Number of neurons, N.
  public let neurons: Int
  /// Number of time bins, T.
  public let bins: Int
  /// Counts `[neuron, bin]`; −1 where a bin is missing.
  public private(set) var values: [Int32]

  /// The largest count that is taken as one.
  static let largest = 10_000_000

  /// Counts of at least two neurons in at least three bins.
  ///
  /// - Parameters:
  ///   - values: `[neuron, bin]`, whole numbers from 0 to 10⁷, or −1 for a missing bin.
  ///   - neurons: number of neurons.
  /// - Throws: ``BiclusteringError`` that names the first bad count.
  public init(_ values: [Int32], neurons: Int) throws(BiclusteringError) {
    guard neurons >= 2 else { throw .tooFew(what: "neurons", have: neurons, need: 2) }
    precondition(values.count % neurons == 0, "SpikeCounts: the counts must fill whole rows")
    let bins = values.count / neurons
    guard bins >= 3 else { throw .tooFew(what: "bins", have: bins, need: 3) }
    if let place = values.firstIndex(where: { $0 < -1 || $0 > Self.largest }) {
      throw .badCount(
        place: "counts", row: place / bins + 1, bin: place % bins + 1, value: "\(values[place])")
    }
    self.values = values
    self.neurons = neurons
    self.bins = bins
  }

  /// The count of a neuron in a bin; `nil` when it is missing.
  public subscript(neuron: Int, bin: Int) -> Int? {
    let value = values[neuron * bins + bin]
    return value < 0 ? nil : Int(value)
  }

  /// The same counts without those at `places`, indices into ``values``.
  public func hiding(_ places: [Int]) -> SpikeCounts {
    var copy = self
    for place in places { copy.values[place] = -1 }
    return copy
  }

  /// Places of counts that are there, ascending.
  public var observed: [Int] { values.indices.filter { values[$0] >= 0 } }

  /// Counts summed over `factor` neighbouring bins; a sum with a missing part is missing, an incomplete last one is left out.
  public func coarsened(by factor: Int) throws(BiclusteringError) -> SpikeCounts {
    guard factor >= 1, bins / factor >= 3 else {
      throw .outOfRange(
        name: "the factor of the bin size", value: "\(factor)", allowed: "1 to \(bins / 3) for \(bins) bins")
    }
    let length = bins / factor
    var sums: [Int32] = []
    for i in 0..<neurons {
      for t in 0..<length {
        let part = values[(i * bins + t * factor)..<(i * bins + (t + 1) * factor)]
        sums.append(part.contains(-1) ? -1 : part.reduce(0, +))
      }
    }
    return try SpikeCounts(sums, neurons: neurons)
  }

  /// What a user should know before a fit, a sentence each.
  public func warnings(factors: Int) -> [String] {
    var texts: [String] = []
    let silent = (0..<neurons).filter { i in
      values[(i * bins)..<((i + 1) * bins)].allSatisfy { $0 <= 0 }
    }
    if !silent.isEmpty {
      texts.append(
        "\(silent.count == 1 ? "neuron" : "neurons") \(silent.prefix(8).map { "\($0 + 1)" }.joined(separator: ", "))\(silent.count > 8 ? ", …" : "") never fired: their clusters rest on the prior; leave them out with --drop-silent"
      )
    }
    let constant = (0..<neurons).filter { i in
      let row = values[(i * bins)..<((i + 1) * bins)].filter { $0 >= 0 }
      return (row.first ?? 0) > 0 && row.allSatisfy { $0 == row[0] }
    }
    if !constant.isEmpty {
      texts.append(
        "\(constant.count) \(constant.count == 1 ? "neuron has" : "neurons have") the same count in every bin, first neuron \(constant[0] + 1): they say nothing about trajectories"
      )
    }
    let zeros = values.count { $0 == 0 }
    if Double(zeros) > 0.99 * Double(values.count) {
      texts.append("more than 99 % of the counts are 0: use wider bins")
    }
    if neurons <= factors {
      texts.append("with \(neurons) neurons and \(factors) factors the loadings are not identified")
    }
    return texts
  }

  /// The neurons that fired at least once, with their former indices.
  public func withoutSilent() throws(BiclusteringError) -> (counts: SpikeCounts, kept: [Int]) {
    let kept = (0..<neurons).filter { i in
      values[(i * bins)..<((i + 1) * bins)].contains { $0 > 0 }
    }
    return (
      try SpikeCounts(kept.flatMap { values[($0 * bins)..<(($0 + 1) * bins)] }, neurons: kept.count), kept
    )
  }
}
