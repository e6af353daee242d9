/// Sixteen single-precision numbers that the kernels treat alike.
typealias Lane = SIMD16<Float>

/// A block of zeroed lanes, aligned to a cache line, that lives as long as its owner.
final class LaneBuffer {
  let lanes: UnsafeMutablePointer<Lane>
  /// The same memory, number by number.
  let scalars: UnsafeMutablePointer<Float>
  let laneCount: Int

  init(lanes count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 64, alignment: 64)
    lanes = raw.initializeMemory(as: Lane.self, repeating: .zero, count: max(count, 1))
    scalars = raw.assumingMemoryBound(to: Float.self)
    laneCount = count
  }

  deinit { lanes.deallocate() }

  /// The numbers, padding included.
  var contents: [Double] {
    get { UnsafeBufferPointer(start: scalars, count: laneCount * 16).map(Double.init) }
    set {
      precondition(newValue.count == laneCount * 16, "LaneBuffer: contents of another size")
      for (place, value) in newValue.enumerated() { scalars[place] = Float(value) }
    }
  }

  func copy(from other: LaneBuffer) { lanes.update(from: other.lanes, count: laneCount) }
  func clear() { lanes.update(repeating: .zero, count: laneCount) }
}

/// How many lanes hold `count` numbers.
func lanes(for count: Int) -> Int { (count + 15) / 16 }
