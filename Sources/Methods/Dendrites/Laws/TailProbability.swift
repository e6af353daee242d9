import Foundation

/// A probability that keeps its full relative accuracy far below the smallest double.
///
/// The value is `significand` · 2^`exponent`; probabilities of 10⁻⁵⁰⁰⁰ are as exact as 0.3.
public struct TailProbability: Sendable, Hashable {
  /// 0, or in [0.5, 1).
  public let significand: Double
  /// The power of two.
  public let exponent: Int

  /// An event that never happens.
  public static let zero = TailProbability(0)
  /// An event that always happens.
  public static let one = TailProbability(1)

  /// A probability, or any number that is not negative.
  public init(_ value: Double) { self.init(scaled: value, 0) }

  /// `value` · 2^`exponent`
  init(scaled value: Double, _ exponent: Int) {
    precondition(value >= 0 && value.isFinite, "TailProbability: the value must be finite and not negative")
    if value == 0 {
      significand = 0
      self.exponent = 0
    } else {
      significand = value.significand / 2
      self.exponent = exponent + Int(value.exponent) + 1
    }
  }

  /// The nearest double; 0 when the number is below 5e-324, see ``log10``.
  public var value: Double { scalbn(significand, max(-5000, min(5000, exponent))) }

  /// The logarithm to base 10; −∞ for zero.
  public var log10: Double { Foundation.log10(significand) + Double(exponent) * Foundation.log10(2) }

  /// Whether the event never happens.
  public var isZero: Bool { significand == 0 }

  /// One minus the probability.
  public var complement: TailProbability { TailProbability(max(0, 1 - value)) }

  /// The product.
  public static func * (a: TailProbability, b: TailProbability) -> TailProbability {
    TailProbability(scaled: a.significand * b.significand, a.exponent + b.exponent)
  }

  /// The quotient; the divisor must not be zero.
  public static func / (a: TailProbability, b: TailProbability) -> TailProbability {
    TailProbability(scaled: a.significand / b.significand, a.exponent - b.exponent)
  }

  /// The sum.
  public static func + (a: TailProbability, b: TailProbability) -> TailProbability {
    if a.isZero { return b }
    if b.isZero { return a }
    let (large, small) = a.exponent >= b.exponent ? (a, b) : (b, a)
    let shift = small.exponent - large.exponent
    return TailProbability(
      scaled: large.significand + (shift < -1000 ? 0 : scalbn(small.significand, shift)), large.exponent)
  }
}

extension TailProbability: Comparable {
  /// Compares the values.
  public static func < (a: TailProbability, b: TailProbability) -> Bool {
    if a.isZero || b.isZero { return !b.isZero }
    return (a.exponent, a.significand) < (b.exponent, b.significand)
  }
}

extension TailProbability: CustomStringConvertible {
  /// The number with `digits` significant digits, such as `3.2e-4811`; `0` only for zero.
  public func text(digits: Int = 6) -> String {
    if value >= 1e-300 || isZero { return String(format: "%.\(digits)g", value) }
    let whole = log10.rounded(.down)
    var decimal = String(format: "%.\(digits - 1)f", pow(10, log10 - whole))
    var power = Int(whole)
    if decimal.hasPrefix("10") {  // rounding carried
      decimal = String(format: "%.\(digits - 1)f", 1.0)
      power += 1
    }
    return "\(decimal)e\(power)"
  }

  /// Six significant digits.
  public var description: String { text() }
}
