/// How a network keeps its numbers.
public enum Arithmetic: String, Sendable, Hashable, Codable, CaseIterable {
  /// In double precision.
  case double
  /// In fixed point, after the software of SpiNNaker.
  ///
  /// * Potentials, currents and the neurons' constants have 32 bits, 15 of them after the point; a product is cut
  ///   towards the smaller number. What leaves the range stops at its end.
  /// * The factors by which currents decay and pulses are scaled have 32 bits after the point.
  /// * Weights have 16 bits. How many stand after the point is settled for the excitatory and for the inhibitory input
  ///   of each population: as many as the largest input of one step leaves, at most 15. The hardware's software
  ///   estimates that input from expected rates; here it is the bound, all neurons firing at once.
  /// * The input of one step has 16 bits too, and stops at the largest number.
  /// * Traces of ``PairSTDP`` have 11 bits after the point and decay by a table; a change of a weight is cut towards
  ///   the smaller number.
  ///
  /// Goes with ``CurrentLIF`` and ``PairSTDP``.
  case fixedPoint = "fixed-point"
}

/// Numbers with a fixed point, as integers.
enum FixedPoint {
  /// 1 with 15 bits after the point.
  static let one = 32_768.0
  /// 1 with 32 bits after the point.
  static let fraction = 4_294_967_296.0
  /// 1 of a trace.
  static let traceOne = 2048.0

  /// The nearest number.
  static func raw(_ value: Double) -> Int64 {
    Int64(min(max((value * one).rounded(), Double(Int32.min)), Double(Int32.max)))
  }

  /// Stops at the ends of 32 bits.
  @inline(__always)
  static func clamped(_ raw: Int64) -> Int64 { min(max(raw, Int64(Int32.min)), Int64(Int32.max)) }

  /// A product of two numbers.
  @inline(__always)
  static func product(_ a: Int64, _ b: Int64) -> Int64 { clamped((a * b) >> 15) }

  /// A number times a factor with 32 bits after the point.
  @inline(__always)
  static func scaled(_ a: Int64, by factor: Int64) -> Int64 { (a * factor) >> 32 }
}

/// The grid on which the weights of one kind of input lie.
struct WeightGrid: Sendable, Hashable {
  /// Distance of neighbouring weights.
  let step: Double

  /// The finest grid of 16 bits that holds a bound.
  init(holding bound: Double) {
    let before = bound > 0 ? Int(bound.exponent) + 1 : 0
    step = Double(sign: .plus, exponent: -min(15, max(0, 16 - before)), significand: 1)
  }

  /// The largest number.
  var limit: Double { 65_535 * step }

  /// The nearest weight.
  func nearest(_ weight: Double) -> Double { min((weight / step).rounded() * step, limit) }

  /// The weight below, or the same.
  func below(_ weight: Double) -> Double { (weight / step).rounded(.down) * step }
}
