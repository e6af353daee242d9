import Foundation
import LinearAlgebra

/// How the slope of a noisy trace is taken.
public enum TraceDerivative: Sendable, Hashable, Codable {
  /// The slope of a polynomial fitted to a window around each sample (Savitzky and Golay 1964); near the ends the polynomial
  /// of the outermost window. `window` is an odd number of samples above `order`.
  case savitzkyGolay(order: Int = 2, window: Int = 9)
  /// Central differences of the trace after smoothing with a normal kernel of that standard deviation in samples.
  case gaussian(deviation: Double)

  /// - Throws: ``ConnectomeError`` for a window that does not hold the polynomial.
  func validate(samples: Int) throws(ConnectomeError) {
    switch self {
    case .savitzkyGolay(let order, let window):
      guard (1...6).contains(order) else {
        throw .outOfRange(name: "polynomial order", value: "\(order)", allowed: "1 to 6")
      }
      guard window % 2 == 1, window > order, window <= 1001 else {
        throw .outOfRange(
          name: "smoothing window", value: "\(window) samples",
          allowed: "an odd number above the polynomial order \(order), at most 1001")
      }
      guard samples >= window else {
        throw .tooFew(what: "samples in each trace", have: samples, need: window)
      }
    case .gaussian(let deviation):
      guard deviation > 0, deviation <= 1000 else {
        throw .outOfRange(
          name: "smoothing deviation", value: "\(deviation)", allowed: "above 0, at most 1000")
      }
      guard samples >= 2 else { throw .tooFew(what: "samples in each trace", have: samples, need: 2) }
    }
  }

  /// The slopes of a trace, per second; NaN where samples are missing or a run between gaps is too short.
  ///
  /// - Parameters:
  ///   - trace: the samples, NaN where missing.
  ///   - rate: samples a second.
  public func differentiate(_ trace: [Double], rate: Double) throws(ConnectomeError) -> [Double] {
    try validate(samples: trace.count)
    var slopes = [Double](repeating: .nan, count: trace.count)
    var start = 0
    while let begin = trace[start...].firstIndex(where: { !$0.isNaN }) {
      let end = trace[begin...].firstIndex(where: \.isNaN) ?? trace.count
      switch self {
      case .savitzkyGolay(let order, let window):
        if end - begin >= window { fit(trace, begin..<end, order, window, rate, into: &slopes) }
      case .gaussian(let deviation):
        if end - begin >= 2 { smooth(trace, begin..<end, deviation, rate, into: &slopes) }
      }
      start = end
    }
    return slopes
  }

  private func fit(
    _ trace: [Double], _ run: Range<Int>, _ order: Int, _ window: Int, _ rate: Double,
    into slopes: inout [Double]
  ) {
    let weights = Self.weights(order: order, window: window)
    let half = window / 2
    for place in run {
      let centre = min(max(place, run.lowerBound + half), run.upperBound - 1 - half)
      let row = (place - centre + half) * window
      var sum = 0.0
      for offset in 0..<window { sum += weights[row + offset] * trace[centre - half + offset] }
      slopes[place] = sum * rate
    }
  }

  /// Row o holds the weights whose sum with a window's samples is the polynomial's slope per sample at place o of the
  /// window, `[window, window]`.
  static func weights(order: Int, window: Int) -> [Double] {
    let half = Double(window / 2)
    // Places scaled to [-1, 1] keep the powers of one size.
    let powers = Matrix(rows: window, columns: order + 1) { pow((Double($0) - half) / half, Double($1)) }
    let slopes = Matrix(rows: window, columns: order + 1) { place, power in
      power == 0 ? 0 : Double(power) * pow((Double(place) - half) / half, Double(power - 1)) / half
    }
    guard let gram = try? Cholesky(powers.multiplied(by: powers, transposingSelf: true)) else {
      preconditionFailure("TraceDerivative: different places make the Gram matrix positive definite")
    }
    return (slopes * gram.solve(powers.transposed())).values
  }

  private func smooth(
    _ trace: [Double], _ run: Range<Int>, _ deviation: Double, _ rate: Double, into slopes: inout [Double]
  ) {
    let reach = max(1, Int((4 * deviation).rounded(.up)))
    let kernel = (-reach...reach).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
    let smoothed = run.map { place in
      var (sum, weight) = (0.0, 0.0)
      for other in max(run.lowerBound, place - reach)...min(run.upperBound - 1, place + reach) {
        sum += kernel[other - place + reach] * trace[other]
        weight += kernel[other - place + reach]
      }
      return sum / weight
    }
    for index in smoothed.indices {
      let (low, high) = (max(0, index - 1), min(smoothed.count - 1, index + 1))
      slopes[run.lowerBound + index] = (smoothed[high] - smoothed[low]) / Double(high - low) * rate
    }
  }
}
