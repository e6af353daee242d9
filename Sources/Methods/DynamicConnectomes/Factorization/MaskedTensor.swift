import LinearAlgebra

/// A stretch of time in which one pair of neurons was not observed in one animal.
public struct MissingRun: Sendable, Hashable, Codable {
  /// The animal.
  public var animal: Int
  /// The pair of neurons.
  public var pair: Int
  /// The first unobserved sample.
  public var begin: Int
  /// The sample after the last.
  public var end: Int

  /// A stretch.
  public init(animal: Int, pair: Int, begin: Int, end: Int) {
    self.animal = animal
    self.pair = pair
    self.begin = begin
    self.end = end
  }
}

/// A non-negative tensor `[time, animal, pair]` of which parts are unknown.
public struct MaskedTensor<Scalar: LinearScalar>: Sendable {
  /// Samples.
  public let times: Int
  /// Animals.
  public let animals: Int
  /// Pairs of neurons, or any third mode.
  public let pairs: Int
  /// The numbers in row order, 0 where unknown.
  public private(set) var values: [Scalar]
  /// What is unknown; runs of one animal and pair do not overlap.
  public private(set) var missing: [MissingRun]
  /// Sum of the squares of what is known.
  public private(set) var squaredNorm: Double

  /// A tensor; NaN entries are unknown.
  ///
  /// - Parameters:
  ///   - values: in row order, finite and not negative, or NaN.
  ///   - times: samples, at least 1.
  ///   - animals: at least 1.
  ///   - pairs: at least 1.
  /// - Throws: ``ConnectomeError`` with the place of a negative or infinite entry.
  public init(_ values: [Scalar], times: Int, animals: Int, pairs: Int) throws(ConnectomeError) {
    precondition(
      times > 0 && animals > 0 && pairs > 0 && values.count == times * animals * pairs,
      "MaskedTensor: \(values.count) numbers do not make \(times) × \(animals) × \(pairs)")
    var known = values
    var missing: [MissingRun] = []
    for animal in 0..<animals {
      for pair in 0..<pairs {
        var begin: Int?
        for time in 0..<times {
          let place = (time * animals + animal) * pairs + pair
          let value = values[place]
          if value.isNaN {
            known[place] = 0
            begin = begin ?? time
          } else {
            guard value >= 0, value.isFinite else {
              throw .badEntry(
                place: "the tensor's entry at time \(time), animal \(animal), pair \(pair)",
                value: Double(value))
            }
            if let start = begin {
              missing.append(MissingRun(animal: animal, pair: pair, begin: start, end: time))
            }
            begin = nil
          }
        }
        if let start = begin {
          missing.append(MissingRun(animal: animal, pair: pair, begin: start, end: times))
        }
      }
    }
    self.init(known: known, times: times, animals: animals, pairs: pairs, missing: missing)
  }

  /// A tensor whose numbers are sound and 0 where unknown.
  init(known values: [Scalar], times: Int, animals: Int, pairs: Int, missing: [MissingRun]) {
    self.times = times
    self.animals = animals
    self.pairs = pairs
    self.values = values
    self.missing = missing
    squaredNorm = values.withUnsafeBufferPointer { Self.squares($0) }
  }

  /// Number of known entries.
  public var observed: Int {
    times * animals * pairs - missing.reduce(0) { $0 + $1.end - $1.begin }
  }

  /// One entry; `nil` where unknown.
  public func value(time: Int, animal: Int, pair: Int) -> Scalar? {
    let isMissing = missing.contains {
      $0.animal == animal && $0.pair == pair && time >= $0.begin && time < $0.end
    }
    return isMissing ? nil : values[(time * animals + animal) * pairs + pair]
  }

  /// Which animals and pairs are known at all times, `[animal, pair]`.
  public var completeFibres: [Bool] {
    var complete = [Bool](repeating: true, count: animals * pairs)
    for run in missing { complete[run.animal * pairs + run.pair] = false }
    return complete
  }

  /// The same tensor with further parts made unknown.
  ///
  /// - Parameter runs: stretches that are known so far.
  public func hiding(_ runs: [MissingRun]) -> MaskedTensor {
    var hidden = self
    for run in runs {
      for time in run.begin..<run.end { hidden.values[(time * animals + run.animal) * pairs + run.pair] = 0 }
    }
    hidden.missing += runs
    hidden.squaredNorm = hidden.values.withUnsafeBufferPointer { Self.squares($0) }
    return hidden
  }

  /// The same tensor with its samples in another order or number; `nil` stands for an unknown moment of that animal.
  ///
  /// - Parameter source: for each new time and animal the old time, `[new time, animal]`.
  func rearranged(_ source: [[Int?]]) throws(ConnectomeError) -> MaskedTensor {
    var isMissing = [Bool](repeating: false, count: values.count)
    for run in missing {
      for time in run.begin..<run.end { isMissing[(time * animals + run.animal) * pairs + run.pair] = true }
    }
    var moved = [Scalar](repeating: .nan, count: source.count * animals * pairs)
    for (new, row) in source.enumerated() {
      for (animal, old) in row.enumerated() {
        guard let old else { continue }
        let (from, to) = ((old * animals + animal) * pairs, (new * animals + animal) * pairs)
        for pair in 0..<pairs where !isMissing[from + pair] { moved[to + pair] = values[from + pair] }
      }
    }
    return try MaskedTensor(moved, times: source.count, animals: animals, pairs: pairs)
  }

  private static func squares(_ values: UnsafeBufferPointer<Scalar>) -> Double {
    // Blocks keep the sum exact enough in single precision and let the compiler use vectors.
    var total = 0.0
    var place = 0
    while place < values.count {
      let end = min(place + 4096, values.count)
      let block = MatrixView(
        UnsafeBufferPointer(rebasing: values[place..<end]), rows: 1, columns: end - place)
      var sum: Scalar = 0
      withUnsafeMutablePointer(to: &sum) { sum in
        BLAS.multiply(
          block, vector: UnsafeBufferPointer(rebasing: values[place..<end]),
          into: UnsafeMutableBufferPointer(start: sum, count: 1))
      }
      total += Double(sum)
      place = end
    }
    return total
  }
}
