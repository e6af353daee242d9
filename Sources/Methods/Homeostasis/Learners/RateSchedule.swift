import Foundation

/// A learning rate that changes with the number of samples alone, whatever happens: the usual baselines.
public enum RateSchedule: Sendable, Hashable, Codable {
  /// η0 / (1 + t/τ) (Robbins and Monro 1951).
  case inverseTime(samples: Double)
  /// η0 / √(1 + t/τ)
  case inverseSquareRoot(samples: Double)
  /// η0 · e^(−t/τ)
  case exponential(samples: Double)
  /// A factor every so many samples.
  case steps(samples: Double, factor: Double)
  /// Half a cosine from η0 to `lowest` · η0, again and again (Loshchilov and Hutter 2017).
  case cosineRestarts(samples: Double, lowest: Double)

  /// The rate after `samples` samples over the first rate.
  public func factor(after samples: Int) -> Double {
    let t = Double(samples)
    switch self {
    case .inverseTime(let tau): return 1 / (1 + t / tau)
    case .inverseSquareRoot(let tau): return 1 / (1 + t / tau).squareRoot()
    case .exponential(let tau): return exp(-t / tau)
    case .steps(let length, let factor): return pow(factor, (t / length).rounded(.down))
    case .cosineRestarts(let length, let lowest):
      let phase = t.truncatingRemainder(dividingBy: length) / length
      return lowest + (1 - lowest) * (1 + cos(.pi * phase)) / 2
    }
  }

  /// Whether its numbers make a schedule.
  var isSound: Bool {
    switch self {
    case .inverseTime(let tau), .inverseSquareRoot(let tau), .exponential(let tau): tau > 0 && tau.isFinite
    case .steps(let length, let factor): length > 0 && length.isFinite && factor > 0 && factor.isFinite
    case .cosineRestarts(let length, let lowest): length > 0 && length.isFinite && (0...1).contains(lowest)
    }
  }
}
