/// Counts how often each unit of a layer was dead, from outputs as they lie in memory.
///
/// Counting reads each output once: one comparison and one sum of bytes for it, many at a time.
struct UnitCounts {
  /// What the outputs of one sample are.
  struct Layout {
    /// Number of neurons.
    var units: Int
    /// Outputs of each, side by side; a neuron is dead where all are.
    var places: Int
  }

  private let layout: Layout
  /// `[unit]`
  private var settled: [Int]
  /// Since bytes were last settled, `[sample of a turn, unit]`: of small layers several samples go side by side.
  private var bytes: [UInt8]
  private let samplesOfTurn: Int
  private var turns = 0

  init(_ layout: Layout) {
    self.layout = layout
    settled = [Int](repeating: 0, count: layout.units)
    samplesOfTurn = max(1, 2_048 / max(1, layout.units))
    bytes = [UInt8](repeating: 0, count: samplesOfTurn * layout.units)
  }

  /// Times each unit was dead, `[unit]`.
  var dead: [Int] {
    var copy = self
    copy.settle()
    return copy.settled
  }

  /// Notes outputs, `[sample, unit, place]`; an output that is not a number is not dead.
  mutating func add(_ outputs: UnsafeBufferPointer<Float>) {
    guard let start = outputs.baseAddress, !outputs.isEmpty else { return }
    let ofTurn = bytes.count * layout.places
    for first in stride(from: 0, to: outputs.count, by: ofTurn) {
      if turns == Int(UInt8.max) { settle() }
      turns += 1
      let units = min(ofTurn, outputs.count - first) / layout.places
      bytes.withUnsafeMutableBufferPointer { bytes in
        if layout.places == 1 {
          countElements(start + first, units, into: bytes.baseAddress!)
        } else {
          countWholes(start + first, units, layout.places, into: bytes.baseAddress!)
        }
      }
    }
  }

  private mutating func settle() {
    for sample in 0..<samplesOfTurn {
      for unit in 0..<layout.units { settled[unit] += Int(bytes[sample * layout.units + unit]) }
    }
    for place in bytes.indices { bytes[place] = 0 }
    turns = 0
  }
}

/// Adds 1 to the bytes of those outputs that are at most 0.
@inline(never)
private func countElements(
  _ outputs: UnsafePointer<Float>, _ count: Int, into bytes: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count { bytes[place] &+= outputs[place] <= 0 ? 1 : 0 }
}

/// Adds 1 to the bytes of those units whose outputs are all at most 0.
@inline(never)
private func countWholes(
  _ outputs: UnsafePointer<Float>, _ count: Int, _ places: Int, into bytes: UnsafeMutablePointer<UInt8>
) {
  let raw = UnsafeRawPointer(outputs)
  for unit in 0..<count {
    var place = unit * places
    let end = place + places
    var isDead = SIMDMask<SIMD16<Int32>>(repeating: true)
    // Most units live, and show it early.
    while place + 16 <= end, all(isDead) {
      let stop = min(place + 64, end - 15)
      while place < stop {
        isDead =
          isDead .& (raw.loadUnaligned(fromByteOffset: 4 * place, as: SIMD16<Float>.self) .<= 0)
        place += 16
      }
    }
    var isWholeDead = all(isDead)
    while place < end, isWholeDead {
      isWholeDead = outputs[place] <= 0
      place += 1
    }
    bytes[unit] &+= isWholeDead ? 1 : 0
  }
}
