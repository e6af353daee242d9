import Foundation
import Probability

/// Compares the newest values of a window with a random sample of the older ones by the Kolmogorov-Smirnov test
/// (Raab, Heusinger and Schleif 2020).
///
/// The window stays sorted from value to value, and the significance is turned into a critical distance once, so
/// that a value costs a walk over the window. The samples are drawn from a seeded stream: the same seed fires at the
/// same values, and in law where river does.
public struct KSWIN: DriftDetector {
  /// Significance of the test.
  public let alpha: Double
  /// Values in the window.
  public let window: Int
  /// Values in each of the two samples.
  public let part: Int
  /// The least difference of counts at which the test fires; more than `part` when no difference is enough.
  package let criticalDistance: Int

  private let seed: UInt64
  private var stream: RandomStream
  /// The window's values, ascending.
  private var sorted: [Double] = []
  /// Where in the ring each sorted value lies.
  private var slots: [Int32] = []
  /// 1 for a drawn older value, −1 for a newest one, 0 for others, by place in the ring.
  private var weights: [Int8]
  /// The older values by age, in the order of the last draw.
  private var ages: [Int32]
  /// The place in the ring that the next value takes; once the window is full, the oldest value's.
  private var next = 0

  /// A fresh detector.
  ///
  /// - Parameters:
  ///   - alpha: significance, in (0, 1).
  ///   - window: values in the window, at least twice `part`.
  ///   - part: values in each sample.
  ///   - seed: of the random samples.
  public init(alpha: Double = 0.005, window: Int = 100, part: Int = 30, seed: UInt64 = 1) {
    precondition(alpha > 0 && alpha < 1, "KSWIN: alpha must lie in (0, 1)")
    precondition(part >= 1 && window >= 2 * part, "KSWIN: the window must hold two samples")
    (self.alpha, self.window, self.part, self.seed) = (alpha, window, part, seed)
    // River also asks for a distance above 0.1.
    criticalDistance =
      (1...part).first { 10 * $0 > part && Self.tail($0, part) <= alpha } ?? part + 1
    stream = RandomStream(seed: seed, "kswin")
    weights = [Int8](repeating: 0, count: window)
    ages = (0..<Int32(window - part)).map { $0 }
    sorted.reserveCapacity(window)
    slots.reserveCapacity(window)
  }

  /// Takes any number but NaN.
  public mutating func update(_ value: Double) -> DriftSignal {
    precondition(!value.isNaN, "KSWIN: a value is NaN")
    replace(with: value)
    guard sorted.count == window else { return .stable }
    drawOlder()
    let distance = largestDistance()
    for index in 0..<part { weights[slot(age: Int(ages[index]))] = 0 }
    guard distance >= criticalDistance else { return .stable }
    reset()
    return .drift
  }

  /// Puts the value in the oldest one's place.
  private mutating func replace(with value: Double) {
    if sorted.count == window, let place = slots.firstIndex(of: Int32(next)) {
      sorted.remove(at: place)
      slots.remove(at: place)
    }
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    sorted.insert(value, at: low)
    slots.insert(Int32(next), at: low)
    weights[next] = -1
    weights[next >= part ? next - part : next - part + window] = 0
    next = next + 1 == window ? 0 : next + 1
  }

  private func slot(age: Int) -> Int { next + age >= window ? next + age - window : next + age }

  /// Marks `part` of the older values, every subset equally likely: the beginning of a shuffle.
  private mutating func drawOlder() {
    var words = Halves(stream: stream)
    let older = UInt32(window - part)
    ages.withUnsafeMutableBufferPointer { ages in
      weights.withUnsafeMutableBufferPointer { weights in
        for index in 0..<part {
          let other = index + words.integer(below: older - UInt32(index))
          let age = ages[other]
          ages[other] = ages[index]
          ages[index] = age
          let place = next + Int(age)
          weights[place >= window ? place - window : place] = 1
        }
      }
    }
    stream = words.stream
  }

  /// Two draws from each 64 random bits; a half that is left over after the last draw is dropped.
  private struct Halves {
    var stream: RandomStream
    private var spare: UInt32?

    init(stream: RandomStream) { self.stream = stream }

    /// Uniform on 0 ..< `bound`, without bias (Lemire 2019).
    mutating func integer(below bound: UInt32) -> Int {
      var product = UInt64(half()) * UInt64(bound)
      if UInt32(truncatingIfNeeded: product) < bound {
        let threshold = (0 &- bound) % bound
        while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(half()) * UInt64(bound) }
      }
      return Int(product >> 32)
    }

    private mutating func half() -> UInt32 {
      if let left = spare {
        spare = nil
        return left
      }
      let word = stream.next()
      spare = UInt32(truncatingIfNeeded: word >> 32)
      return UInt32(truncatingIfNeeded: word)
    }
  }

  /// The largest difference between the two samples' counts of values up to a number.
  private func largestDistance() -> Int {
    sorted.withUnsafeBufferPointer { sorted in
      slots.withUnsafeBufferPointer { slots in
        weights.withUnsafeBufferPointer { weights in
          var difference = 0
          var largest = 0
          for index in 0..<(window - 1) {
            difference += Int(weights[Int(slots[index])])
            // Among equal values only the last has counted them all.
            largest = max(largest, sorted[index] == sorted[index + 1] ? 0 : abs(difference))
          }
          return largest
        }
      }
    }
  }

  private mutating func reset() {
    sorted.removeAll(keepingCapacity: true)
    slots.removeAll(keepingCapacity: true)
    for place in weights.indices { weights[place] = 0 }
    for age in ages.indices { ages[age] = Int32(age) }
    next = 0
    stream = RandomStream(seed: seed, "kswin")
  }

  /// The exact chance of a distance of at least `distance` between two samples of `count` from one law (Gnedenko
  /// and Korolyuk 1951): 2 Σ (−1)^(k+1) C(2n, n − k·h) / C(2n, n).
  private static func tail(_ distance: Int, _ count: Int) -> Double {
    let n = Double(count)
    let all = logBinomialCoefficient(2 * n, n)
    var sum = 0.0
    var sign = 1.0
    for shift in stride(from: distance, through: count, by: distance) {
      sum += sign * exp(logBinomialCoefficient(2 * n, n - Double(shift)) - all)
      sign = -sign
    }
    return min(1, 2 * sum)
  }
}
