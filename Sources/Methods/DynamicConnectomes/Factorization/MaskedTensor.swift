import LinearAlgebra
import Parallel

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

/// How the numbers of a tensor are kept.
public enum TensorLayout: String, Sendable, Hashable, Codable, CaseIterable {
  /// Sparse where fewer entries than ``MaskedTensor/sparseDensity`` are not zero.
  case automatic
  /// All numbers, in row order.
  case dense
  /// Only the numbers that are not zero, each with its pair.
  case sparse
}

/// A non-negative tensor `[time, animal, pair]` of which parts are unknown.
public struct MaskedTensor<Scalar: LinearScalar>: Sendable {
  enum Storage: Sendable {
    /// In row order.
    case dense([Scalar])
    /// By blocks of pairs.
    case sparse([SparseBlock<Scalar>])
  }

  /// Samples.
  public let times: Int
  /// Animals.
  public let animals: Int
  /// Pairs of neurons, or any third mode.
  public let pairs: Int
  /// What is unknown; runs of one animal and pair do not overlap.
  public let missing: [MissingRun]
  /// Sum of the squares of what is known.
  public let squaredNorm: Double
  /// The numbers, 0 where unknown.
  let storage: Storage

  /// The share of entries other than 0 below which products with the sparse layout take less time.
  public static var sparseDensity: Double { 0.4 }

  /// A tensor; NaN entries are unknown.
  ///
  /// - Parameters:
  ///   - values: in row order, finite and not negative, or NaN.
  ///   - times: samples, at least 1.
  ///   - animals: at least 1.
  ///   - pairs: at least 1.
  ///   - layout: how the numbers are kept; it changes speed, memory and rounding.
  /// - Throws: ``ConnectomeError`` with the place of a negative or infinite entry.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(
    _ values: [Scalar], times: Int, animals: Int, pairs: Int, layout: TensorLayout = .automatic
  ) throws(ConnectomeError) {
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
    let density = Double(known.count { $0 != 0 }) / Double(known.count)
    let isSparse = layout == .automatic ? density < Self.sparseDensity : layout == .sparse
    self.init(
      isSparse
        ? .sparse(Self.blocks(known, times: times, animals: animals, pairs: pairs, density: density))
        : .dense(known), times: times, animals: animals, pairs: pairs, missing: missing)
  }

  /// A tensor whose numbers are sound and 0 where unknown.
  init(_ storage: Storage, times: Int, animals: Int, pairs: Int, missing: [MissingRun]) {
    self.times = times
    self.animals = animals
    self.pairs = pairs
    self.storage = storage
    self.missing = missing
    squaredNorm =
      switch storage {
      case .dense(let values): Self.squares(values)
      case .sparse(let blocks): blocks.reduce(0) { $0 + Self.squares($1.values) }
      }
  }

  /// How the numbers are kept.
  public var layout: TensorLayout {
    switch storage {
    case .dense: .dense
    case .sparse: .sparse
    }
  }

  /// The numbers in row order, 0 where unknown; a sparse tensor's are written out.
  public var values: [Scalar] {
    switch storage {
    case .dense(let values): return values
    case .sparse:
      var values = [Scalar](repeating: 0, count: times * animals * pairs)
      forEachEntry { values[($0 * animals + $1) * pairs + $2] = $3 }
      return values
    }
  }

  /// The numbers that are kept, in no order that matters; all that are left out are 0.
  func forEachStored(_ body: (Scalar) -> Void) {
    switch storage {
    case .dense(let values): values.forEach(body)
    case .sparse(let blocks): for block in blocks { block.values.forEach(body) }
    }
  }

  /// Hands over the entries other than 0 with their places.
  func forEachEntry(_ body: (_ time: Int, _ animal: Int, _ pair: Int, _ value: Scalar) -> Void) {
    switch storage {
    case .dense(let values):
      for (place, value) in values.enumerated() where value != 0 {
        body(place / pairs / animals, place / pairs % animals, place % pairs, value)
      }
    case .sparse(let blocks):
      for block in blocks {
        block.withRows { animal, time, places, values, count in
          for k in 0..<count where values[k] != 0 {
            body(time, animal, block.pairs.lowerBound + Int(places[k]), values[k])
          }
        }
      }
    }
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
    return isMissing ? nil : course(animal: animal, pair: pair)[time]
  }

  /// One animal's numbers of one pair by time, 0 where unknown.
  func course(animal: Int, pair: Int) -> [Scalar] {
    switch storage {
    case .dense(let values):
      return (0..<times).map { values[($0 * animals + animal) * pairs + pair] }
    case .sparse(let blocks):
      let block = blocks[pair / blocks[0].pairs.count]
      return block.places(animal: animal, pair: pair).map { $0 < 0 ? 0 : block.values[$0] }
    }
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
    var hidden = storage
    switch storage {
    case .dense(var values):
      for run in runs {
        for time in run.begin..<run.end { values[(time * animals + run.animal) * pairs + run.pair] = 0 }
      }
      hidden = .dense(values)
    case .sparse(var blocks):
      for run in runs {
        blocks[run.pair / blocks[0].pairs.count].erase(
          animal: run.animal, pair: run.pair, times: run.begin..<run.end)
      }
      hidden = .sparse(blocks)
    }
    return MaskedTensor(hidden, times: times, animals: animals, pairs: pairs, missing: missing + runs)
  }

  /// The same tensor with its samples in another order or number; `nil` stands for an unknown moment of that animal.
  ///
  /// - Parameter source: for each new time and animal the old time, `[new time, animal]`.
  func rearranged(_ source: [[Int?]]) -> MaskedTensor {
    let moved: Storage
    switch storage {
    case .dense(let values):
      var rows = [Scalar](repeating: 0, count: source.count * animals * pairs)
      for (new, row) in source.enumerated() {
        for (animal, old) in row.enumerated() {
          guard let old else { continue }
          let (from, to) = ((old * animals + animal) * pairs, (new * animals + animal) * pairs)
          for pair in 0..<pairs { rows[to + pair] = values[from + pair] }
        }
      }
      moved = .dense(rows)
    case .sparse(let blocks): moved = .sparse(blocks.map { $0.rearranged(source) })
    }
    return MaskedTensor(
      moved, times: source.count, animals: animals, pairs: pairs, missing: rearrangedMissing(source))
  }

  private func rearrangedMissing(_ source: [[Int?]]) -> [MissingRun] {
    var runsOf = [[MissingRun]](repeating: [], count: animals * pairs)
    for run in missing { runsOf[run.animal * pairs + run.pair].append(run) }
    var result: [MissingRun] = []
    for animal in 0..<animals {
      for pair in 0..<pairs {
        let own = runsOf[animal * pairs + pair]
        var begin: Int?
        for new in 0...source.count {
          let isMissing =
            new < source.count
            && (source[new][animal].map { old in own.contains { $0.begin <= old && old < $0.end } } ?? true)
          if isMissing {
            begin = begin ?? new
          } else if let from = begin {
            result.append(MissingRun(animal: animal, pair: pair, begin: from, end: new))
            begin = nil
          }
        }
      }
    }
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func blocks(
    _ values: [Scalar], times: Int, animals: Int, pairs: Int, density: Double
  ) -> [SparseBlock<Scalar>] {
    let ranges = SparseBlock<Scalar>.ranges(pairs: pairs, density: density)
    return parallelMap(count: ranges.count) { block in
      var scratch = SparseBlock<Scalar>.Scratch()
      return SparseBlock(pairs: ranges[block], times: times, animals: animals, scratch: &scratch) {
        animal, numbers in
        let range = ranges[block]
        for time in 0..<times {
          let row = (time * animals + animal) * pairs
          for pair in range { numbers[time * range.count + pair - range.lowerBound] = values[row + pair] }
        }
      }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func squares(_ values: [Scalar]) -> Double {
    // Blocks keep the sum exact enough in single precision and let the compiler use vectors.
    values.withUnsafeBufferPointer { values in
      stride(from: 0, to: values.count, by: 4096).reduce(0) { total, place in
        let block = UnsafeBufferPointer(rebasing: values[place..<min(place + 4096, values.count)])
        var sum: Scalar = 0
        withUnsafeMutablePointer(to: &sum) {
          BLAS.multiply(
            MatrixView(block, rows: 1, columns: block.count), vector: block,
            into: UnsafeMutableBufferPointer(start: $0, count: 1))
        }
        return total + Double(sum)
      }
    }
  }
}
