import LinearAlgebra

/// The entries of a tensor that are not zero, for some neighbouring pairs: row after row, in the order of the pairs.
///
/// A row is one animal at one time; the rows of an animal follow one another. Places of pairs take two bytes, so that an entry in
/// single precision takes six.
struct SparseBlock<Scalar: LinearScalar>: Sendable {
  /// The pairs.
  let pairs: Range<Int>
  /// Entries of each row, `[animal, time]`.
  let counts: [UInt16]
  /// Where each animal's entries begin, and where the last's end.
  let starts: [Int]
  /// The pair of each entry, counted from the block's first.
  let places: [UInt16]
  /// The entries.
  private(set) var values: [Scalar]

  /// Rows that are handed over one by one.
  ///
  /// - Parameters:
  ///   - pairs: the block's, fewer than 65536.
  ///   - times: rows of an animal.
  ///   - animals: how many there are.
  ///   - scratch: memory of earlier blocks to use again.
  ///   - fill: writes the numbers of an animal, `[time, pair of the block]`.
  init(
    pairs: Range<Int>, times: Int, animals: Int, scratch: inout Scratch,
    _ fill: (_ animal: Int, _ numbers: UnsafeMutableBufferPointer<Scalar>) -> Void
  ) {
    self.pairs = pairs
    scratch.clear(count: times * pairs.count)
    var counts: [UInt16] = []
    counts.reserveCapacity(times * animals)
    var starts = [0]
    for animal in 0..<animals {
      scratch.numbers.withUnsafeMutableBufferPointer { fill(animal, $0) }
      for time in 0..<times { counts.append(UInt16(scratch.gather(time * pairs.count, pairs.count))) }
      starts.append(scratch.values.count)
    }
    self.counts = counts
    self.starts = starts
    // Copies without the room that the scratch has to spare.
    places = scratch.places.withUnsafeBufferPointer { from in
      [UInt16](unsafeUninitializedCapacity: from.count) { $1 = $0.initialize(fromContentsOf: from) }
    }
    values = scratch.values.withUnsafeBufferPointer { from in
      [Scalar](unsafeUninitializedCapacity: from.count) { $1 = $0.initialize(fromContentsOf: from) }
    }
  }

  private init(_ other: SparseBlock, counts: [UInt16], starts: [Int], places: [UInt16], values: [Scalar]) {
    pairs = other.pairs
    (self.counts, self.starts, self.places, self.values) = (counts, starts, places, values)
  }

  /// The memory in which a block is gathered.
  struct Scratch {
    fileprivate var numbers: [Scalar] = []
    fileprivate var places: [UInt16] = []
    fileprivate var values: [Scalar] = []

    fileprivate mutating func clear(count: Int) {
      if numbers.count != count { numbers = [Scalar](repeating: 0, count: count) }
      places.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
    }

    fileprivate mutating func gather(_ start: Int, _ count: Int) -> Int {
      let before = values.count
      for place in 0..<count where numbers[start + place] != 0 {
        places.append(UInt16(place))
        values.append(numbers[start + place])
      }
      return values.count - before
    }
  }

  /// Pairs of a block: enough for some dozens of entries in a row, and few enough that their factors stay in the cache.
  static func size(density: Double) -> Int {
    var size = 256
    while size < 4096, Double(size) * density < 64 { size *= 2 }
    return size
  }

  /// The blocks of so many pairs.
  static func ranges(pairs: Int, density: Double) -> [Range<Int>] {
    let size = size(density: density)
    return stride(from: 0, to: pairs, by: size).map { $0..<min($0 + size, pairs) }
  }

  /// Bytes of a tensor of so many entries.
  static func bytes(entries: Int, rows: Int, pairs: Int, density: Double) -> Int {
    let blocks = (pairs + size(density: density) - 1) / size(density: density)
    return entries * (MemoryLayout<Scalar>.size + 2) + blocks * rows * 2
  }

  /// Where the entries of one pair in one animal lie, by time; −1 where it is zero.
  func places(animal: Int, pair: Int) -> [Int] {
    let times = counts.count / (starts.count - 1)
    let place = UInt16(pair - pairs.lowerBound)
    var start = starts[animal]
    return (0..<times).map { time in
      let end = start + Int(counts[animal * times + time])
      var (low, high) = (start, end)
      while low < high {
        let middle = (low + high) / 2
        if places[middle] < place { low = middle + 1 } else { high = middle }
      }
      start = end
      return low < end && places[low] == place ? low : -1
    }
  }

  /// Makes entries zero.
  mutating func erase(animal: Int, pair: Int, times: Range<Int>) {
    for place in places(animal: animal, pair: pair)[times] where place >= 0 { values[place] = 0 }
  }

  /// The same block with its rows in another order or number; `nil` stands for a row of zeros.
  ///
  /// - Parameter source: for each new time and animal the old time, `[new time, animal]`.
  func rearranged(_ source: [[Int?]]) -> SparseBlock {
    let times = counts.count / (starts.count - 1)
    var (newCounts, newStarts, newPlaces, newValues) = ([UInt16](), [0], [UInt16](), [Scalar]())
    for animal in 0..<(starts.count - 1) {
      var begins = [starts[animal]]
      for time in 0..<times { begins.append(begins[time] + Int(counts[animal * times + time])) }
      for row in source {
        let range = row[animal].map { begins[$0]..<begins[$0 + 1] } ?? 0..<0
        newCounts.append(UInt16(range.count))
        newPlaces += places[range]
        newValues += values[range]
      }
      newStarts.append(newValues.count)
    }
    return SparseBlock(self, counts: newCounts, starts: newStarts, places: newPlaces, values: newValues)
  }

  /// Hands over the rows with their zeros, one after the other.
  ///
  /// - Parameter body: gets the time, the animal and the numbers of the block's pairs.
  func forEachRow(_ body: (_ time: Int, _ animal: Int, _ numbers: UnsafeBufferPointer<Scalar>) -> Void) {
    let times = counts.count / (starts.count - 1)
    var numbers = [Scalar](repeating: 0, count: pairs.count)
    var start = 0
    for (row, count) in counts.enumerated() {
      for place in start..<(start + Int(count)) { numbers[Int(places[place])] = values[place] }
      numbers.withUnsafeBufferPointer { body(row % times, row / times, $0) }
      for place in start..<(start + Int(count)) { numbers[Int(places[place])] = 0 }
      start += Int(count)
    }
  }

  /// Hands over the entries of every row, one row after the other.
  @inline(__always)
  func withRows(
    _ body: (
      _ animal: Int, _ time: Int, _ places: UnsafePointer<UInt16>, _ values: UnsafePointer<Scalar>,
      _ count: Int
    ) -> Void
  ) {
    let animals = starts.count - 1
    let times = counts.count / animals
    counts.withUnsafeBufferPointer { counts in
      places.withUnsafeBufferPointer { places in
        values.withUnsafeBufferPointer { values in
          guard var place = places.baseAddress, var value = values.baseAddress else { return }
          for animal in 0..<animals {
            for time in 0..<times {
              let count = Int(counts[animal * times + time])
              if count > 0 { body(animal, time, place, value, count) }
              place += count
              value += count
            }
          }
        }
      }
    }
  }
}
