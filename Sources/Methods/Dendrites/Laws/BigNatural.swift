import Foundation

/// A whole number of any size that is not negative.
public struct BigNatural: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// 64-bit digits, least significant first, without leading zeros.
  private var digits: [UInt64]

  /// A number that fits a word.
  public init(_ value: UInt64) { digits = value == 0 ? [] : [value] }

  /// A literal.
  public init(integerLiteral value: UInt64) { self.init(value) }

  /// Whether the number is 0.
  public var isZero: Bool { digits.isEmpty }

  /// The number of binary digits; 0 for zero.
  public var bitWidth: Int { digits.count * 64 - (digits.last?.leadingZeroBitCount ?? 0) }

  /// The sum.
  public static func + (a: BigNatural, b: BigNatural) -> BigNatural {
    var (result, other) = a.digits.count >= b.digits.count ? (a, b) : (b, a)
    other.digits += Array(repeating: 0, count: result.digits.count - other.digits.count)
    var carry: UInt64 = 0
    for place in result.digits.indices {
      let first = result.digits[place].addingReportingOverflow(other.digits[place])
      let second = first.partialValue.addingReportingOverflow(carry)
      result.digits[place] = second.partialValue
      carry = (first.overflow ? 1 : 0) + (second.overflow ? 1 : 0)
    }
    if carry > 0 { result.digits.append(carry) }
    return result
  }

  /// The product, digit by digit.
  ///
  /// - Complexity: O(mn) in the numbers of digits.
  public static func * (a: BigNatural, b: BigNatural) -> BigNatural {
    var result: BigNatural = 0
    result.digits = Array(repeating: 0, count: a.digits.count + b.digits.count)
    for (i, x) in a.digits.enumerated() {
      var carry: UInt64 = 0
      for (j, y) in b.digits.enumerated() {
        var product = x.multipliedFullWidth(by: y)
        add(result.digits[i + j], to: &product)
        add(carry, to: &product)
        result.digits[i + j] = product.low
        carry = product.high
      }
      result.digits[i + b.digits.count] = carry
    }
    result.trim()
    return result
  }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for place in digits.indices {
      var product = digits[place].multipliedFullWidth(by: factor)
      add(carry, to: &product)
      digits[place] = product.low
      carry = product.high
    }
    if carry > 0 { digits.append(carry) }
    trim()
  }

  /// Divides by one word and returns the remainder.
  mutating func divide(by divisor: UInt64) -> UInt64 {
    var remainder: UInt64 = 0
    for place in digits.indices.reversed() {
      (digits[place], remainder) = divisor.dividingFullWidth((remainder, digits[place]))
    }
    trim()
    return remainder
  }

  private mutating func trim() {
    while digits.last == 0 { digits.removeLast() }
  }

  /// The binomial coefficient C(n, k), exactly; 0 when k lies outside 0 ... n.
  ///
  /// - Throws: ``DendritesError/tooLarge(what:limit:)`` when it has more than a million binary digits.
  public static func binomial(_ n: Int, _ k: Int) throws(DendritesError) -> BigNatural {
    guard n >= 0, k >= 0, k <= n else { return 0 }
    let k = min(k, n - k)
    var result: BigNatural = 1
    for i in 0..<k {
      result.multiply(by: UInt64(n - i))
      _ = result.divide(by: UInt64(i + 1))
      if result.bitWidth > 1_000_000 {
        throw .tooLarge(what: "C(\(n), \(k))", limit: "exact counts are given up to a million binary digits")
      }
    }
    return result
  }

  /// The number in decimal.
  public var description: String {
    if isZero { return "0" }
    var rest = self
    var groups: [String] = []
    while !rest.isZero { groups.append(String(rest.divide(by: 1_000_000_000_000_000_000))) }
    let padded = groups.dropLast().map { String(repeating: "0", count: 18 - $0.count) + $0 }
    return groups.last! + padded.reversed().joined()
  }

  /// The number rounded to double precision, in any range.
  public var approximation: TailProbability {
    let top = digits.suffix(3)
    let value = top.reversed().reduce(0.0) { $0 * 0x1p64 + Double($1) }
    return TailProbability(scaled: value, 64 * (digits.count - top.count))
  }
}

extension BigNatural: Comparable {
  /// Compares the values.
  public static func < (a: BigNatural, b: BigNatural) -> Bool {
    if a.digits.count != b.digits.count { return a.digits.count < b.digits.count }
    return a.digits.reversed().lexicographicallyPrecedes(b.digits.reversed())
  }
}

private func add(_ value: UInt64, to product: inout (high: UInt64, low: UInt64)) {
  let sum = product.low.addingReportingOverflow(value)
  product.low = sum.partialValue
  if sum.overflow { product.high += 1 }
}
