import Foundation

/// Time constants in milliseconds and the factors they give.
public enum MemoryTimeConstants {
  /// Time constants shorter than this count as this.
  static let least = 1e-6

  /// `count` time constants spaced evenly in their logarithm, both ends included; one alone is the shortest.
  public static func grid(_ span: ELMConfiguration.Span, count: Int) -> [Double] {
    let low = log(max(span.shortest, least))
    let high = log(span.longest)
    return (0..<count).map { exp(count == 1 ? low : low + (high - low) * Double($0) / Double(count - 1)) }
  }

  /// `exp(−step / τ)`
  public static func decay(_ timeConstant: Double, step: Double) -> Double {
    exp(-step / max(timeConstant, least))
  }

  /// How strongly a proposal enters a memory unit.
  public static func gain(_ kind: MemoryGain, timeConstant: Double, lambda: Double, step: Double) -> Double {
    let tau = max(timeConstant, least)
    // 1 − exp(x) would lose its digits for long time constants.
    return switch kind {
    case .scaledLeak: lambda * -expm1(-step / tau)
    case .fastInput: -expm1(-step * lambda / tau)
    }
  }

  /// The derivative of ``gain(_:timeConstant:lambda:step:)`` by the logarithm of the time constant.
  static func gainSlope(_ kind: MemoryGain, timeConstant: Double, lambda: Double, step: Double) -> Double {
    let tau = max(timeConstant, least)
    return switch kind {
    case .scaledLeak: -lambda * step / tau * exp(-step / tau)
    case .fastInput: -step * lambda / tau * exp(-step * lambda / tau)
    }
  }

  /// The derivative of ``decay(_:step:)`` by the logarithm of the time constant.
  static func decaySlope(_ timeConstant: Double, step: Double) -> Double {
    let tau = max(timeConstant, least)
    return step / tau * exp(-step / tau)
  }
}
