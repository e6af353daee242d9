import Foundation

/// A learning rate that changes from step to step.
public indirect enum Schedule: Sendable, Hashable, Codable {
  /// Always the same.
  case constant(Double)
  /// Multiplied by `factor` at each of the `steps`.
  case steps(rate: Double, at: [Int], factor: Double)
  /// Multiplied by `factor` after every step.
  case exponential(rate: Double, factor: Double)
  /// Half a wave from `rate` to `last` over `length` steps, then `last` (Loshchilov and Hutter 2017).
  case cosine(rate: Double, last: Double, length: Int)
  /// Rises in a line from 0, which the step before the first has, over `length` steps, then follows another schedule
  /// as if nothing had been before.
  case warmUp(length: Int, then: Schedule)

  /// The rate of a step, from 0.
  public func rate(at step: Int) -> Double {
    switch self {
    case .constant(let rate): return rate
    case .steps(let rate, let places, let factor):
      return rate * pow(factor, Double(places.filter { $0 <= step }.count))
    case .exponential(let rate, let factor): return rate * pow(factor, Double(step))
    case .cosine(let rate, let last, let length):
      let share = length <= 0 ? 1 : min(1, Double(max(0, step)) / Double(length))
      return last + (rate - last) * (1 + cos(.pi * share)) / 2
    case .warmUp(let length, let then):
      if step < length { return then.rate(at: 0) * Double(step + 1) / Double(length) }
      return then.rate(at: step - length)
    }
  }
}
