/// Sixteen single-precision numbers that the kernels treat alike.
typealias Lane = SIMD16<Float>

/// A block of zeroed lanes, aligned to a cache line, that lives as long as its owner.
final class LaneBuffer: @unchecked Sendable {
  let lanes: UnsafeMutablePointer<Lane>
  /// The same memory, number by number.
  let scalars: UnsafeMutablePointer<Float>
  let count: Int

  init(_ count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 64, alignment: 64)
    lanes = raw.initializeMemory(as: Lane.self, repeating: .zero, count: max(count, 1))
    scalars = raw.assumingMemoryBound(to: Float.self)
    self.count = count
  }

  deinit { lanes.deallocate() }

  func clear() { lanes.update(repeating: .zero, count: count) }

  /// The numbers, padding included.
  var contents: [Float] {
    get { Array(UnsafeBufferPointer(start: scalars, count: count * 16)) }
    set {
      precondition(newValue.count == count * 16, "LaneBuffer: contents of another size")
      newValue.withUnsafeBufferPointer { scalars.update(from: $0.baseAddress!, count: $0.count) }
    }
  }

  /// `self += other`
  func add(_ other: LaneBuffer) {
    for place in 0..<count { lanes[place] += other.lanes[place] }
  }
}

/// How many lanes hold `count` numbers.
func lanes(for count: Int) -> Int { (count + 15) / 16 }

/// The sum of the sixteen numbers, by halves.
@inline(__always)
func total(_ v: Lane) -> Float {
  let a = v.lowHalf + v.highHalf
  let b = a.lowHalf + a.highHalf
  let c = b.lowHalf + b.highHalf
  return c.x + c.y
}

/// exp of each number, relative error below 3·10⁻⁷; inputs are taken into [−87, 88].
@inline(__always)
func exponential(_ value: Lane) -> Lane {
  var x = value
  x.replace(with: -87, where: x .< -87)
  x.replace(with: 88, where: x .> 88)
  // Adding 1.5·2²³ leaves the nearest whole number in the low bits.
  let shifted = x * Lane(repeating: 1.442695) + Lane(repeating: 12_582_912)
  let whole = shifted - Lane(repeating: 12_582_912)
  let r = (x - whole * Lane(repeating: 0.693359375)) + whole * Lane(repeating: 2.1219444e-4)
  var p = Lane(repeating: 1.9875691500e-4)
  p = p * r + Lane(repeating: 1.3981999507e-3)
  p = p * r + Lane(repeating: 8.3334519073e-3)
  p = p * r + Lane(repeating: 4.1665795894e-2)
  p = p * r + Lane(repeating: 1.6666665459e-1)
  p = p * r + Lane(repeating: 5.0000001201e-1)
  let mantissa = p * (r * r) + r + Lane(repeating: 1)
  let power = (unsafeBitCast(shifted, to: SIMD16<Int32>.self) &+ 127) &<< 23
  return mantissa * unsafeBitCast(power, to: Lane.self)
}

/// `1.7159 tanh(2z/3)`, LeCun's scaled tanh.
@inline(__always)
func scaledTanh(_ z: Lane) -> Lane {
  Lane(repeating: 1.7159) - Lane(repeating: 2 * 1.7159) / (exponential(z * Lane(repeating: 4.0 / 3)) + 1)
}

/// The derivative of ``scaledTanh(_:)`` where its value is `d`.
@inline(__always)
func scaledTanhSlope(_ d: Lane) -> Lane {
  Lane(repeating: 1.7159 * 2 / 3) - d * d * Lane(repeating: 2 / (3 * 1.7159))
}

/// `1 / (1 + exp(−z))`
@inline(__always)
func sigmoid(_ z: Lane) -> Lane { 1 / (exponential(-z) + 1) }
