/// Counts how often each unit of a layer was dead, from outputs as they lie in memory.
///
/// Counting reads each output once: one comparison and one operation on a byte for it, many at a time.
struct UnitCounts {
  /// What the outputs of one sample are.
  struct Layout {
    var channels: Int
    /// Outputs of a channel.
    var places: Int
    /// Whether a neuron is a channel, dead where all its places are, and not each place of it.
    var isByChannel: Bool
    /// Whether the channel runs fastest in memory, and not the place.
    var isChannelFastest: Bool

    var units: Int { isByChannel ? channels : channels * places }
    var outputs: Int { channels * places }
  }

  private let layout: Layout
  /// `[unit]`, in the order of memory.
  private var settled: [Int]
  /// Since bytes were last settled, `[sample of a turn, unit]`: of small layers several samples go side by side.
  private var bytes: [UInt8]
  private let samplesOfTurn: Int
  private var turns = 0
  /// Which channels live, `[repetition, channel]`, where the channel runs fastest.
  private var isAlive: [UInt8] = []

  /// Bytes that are worth a turn.
  private static let width = 2_048

  init(_ layout: Layout) {
    self.layout = layout
    settled = [Int](repeating: 0, count: layout.units)
    samplesOfTurn = max(1, Self.width / max(1, layout.units))
    bytes = [UInt8](repeating: 0, count: samplesOfTurn * layout.units)
    if layout.isByChannel, layout.isChannelFastest {
      isAlive = [UInt8](
        repeating: 0,
        count: layout.channels * max(1, min(layout.places, Self.width / max(1, layout.channels))))
    }
  }

  /// Times each unit was dead, `[channel]` or `[channel, place]`.
  var dead: [Int] {
    var copy = self
    copy.settle()
    guard layout.isChannelFastest, !layout.isByChannel else { return copy.settled }
    return (0..<layout.units).map {
      copy.settled[$0 % layout.places * layout.channels + $0 / layout.places]
    }
  }

  /// Notes the outputs of whole samples; an output that is not a number is not dead.
  mutating func add(_ outputs: UnsafeBufferPointer<Float>) {
    guard let start = outputs.baseAddress, !outputs.isEmpty else { return }
    let ofTurn = samplesOfTurn * layout.outputs
    for first in stride(from: 0, to: outputs.count, by: ofTurn) {
      if turns == Int(UInt8.max) { settle() }
      turns += 1
      let samples = min(ofTurn, outputs.count - first) / layout.outputs
      bytes.withUnsafeMutableBufferPointer { bytes in
        isAlive.withUnsafeMutableBufferPointer { isAlive in
          let bytes = bytes.baseAddress!
          if !layout.isByChannel {
            countPlaces(start + first, samples * layout.outputs, into: bytes)
          } else if !layout.isChannelFastest {
            countRuns(start + first, samples * layout.channels, layout.places, into: bytes)
          } else {
            for sample in 0..<samples {
              countStrides(
                start + first + sample * layout.outputs, layout.outputs, isAlive, layout.channels,
                into: bytes + sample * layout.channels)
            }
          }
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
private func countPlaces(
  _ outputs: UnsafePointer<Float>, _ count: Int, into bytes: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count { bytes[place] &+= outputs[place] <= 0 ? 1 : 0 }
}

/// Adds 1 to the bytes of those channels whose outputs, side by side, are all at most 0.
@inline(never)
private func countRuns(
  _ outputs: UnsafePointer<Float>, _ count: Int, _ places: Int, into bytes: UnsafeMutablePointer<UInt8>
) {
  let raw = UnsafeRawPointer(outputs)
  for channel in 0..<count {
    var place = channel * places
    let end = place + places
    var isDead = SIMDMask<SIMD16<Int32>>(repeating: true)
    // Most channels live, and show it early.
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
    bytes[channel] &+= isWholeDead ? 1 : 0
  }
}

/// Adds 1 to the bytes of those channels of a sample of which every `channels`th output is at most 0.
///
/// - Parameter isAlive: room for as many outputs as are looked at together, a multiple of the channels.
@inline(never)
private func countStrides(
  _ outputs: UnsafePointer<Float>, _ count: Int, _ isAlive: UnsafeMutableBufferPointer<UInt8>,
  _ channels: Int, into bytes: UnsafeMutablePointer<UInt8>
) {
  let alive = isAlive.baseAddress!
  for place in 0..<isAlive.count { alive[place] = 0 }
  for first in stride(from: 0, to: count, by: isAlive.count) {
    let own = outputs + first
    for place in 0..<min(isAlive.count, count - first) { alive[place] |= own[place] <= 0 ? 0 : 1 }
  }
  for start in stride(from: channels, to: isAlive.count, by: channels) {
    for channel in 0..<channels { alive[channel] |= alive[start + channel] }
  }
  for channel in 0..<channels { bytes[channel] &+= 1 - alive[channel] }
}
