import Foundation

/// Affinity of two neurons at each moment: how alike their slopes are while both keep going one way.
///
/// The paper prints no formula; this one follows its words: slopes of smoothed traces, compared by magnitude over joint
/// monotonic stretches, silent neurons have none. Every constant is a parameter.
///
/// With u the magnitude of a neuron's slope over its largest one in that animal, and the stretch I on which neither slope
/// changes sign, the affinity is Σᵢ min(uᵢ, uⱼ) / Σᵢ max(uᵢ, uⱼ) · √(uᵢ uⱼ), between 0 and 1.
public struct DifferentialAffinity: Sendable, Hashable, Codable {
  /// What is computed from the slopes.
  public enum Kernel: String, Sendable, Hashable, Codable, CaseIterable {
    /// Overlap of the magnitudes over the joint stretch times their geometric mean.
    case overlap
    /// The product of the magnitudes.
    case product
    /// exp(−(uᵢ − uⱼ)² / 2s²) times their geometric mean.
    case gaussian
    /// Pearson's correlation of the traces themselves in a window around each moment, as a baseline.
    case pearson
    /// Spearman's rank correlation in that window, as a baseline.
    case spearman
  }

  /// Which changes count.
  public enum SignRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// Equal and opposite directions alike; correlations by their magnitude.
    case both
    /// Equal directions only.
    case same
    /// Opposite directions only.
    case opposite
  }

  /// How slopes are taken.
  public var derivative = TraceDerivative.savitzkyGolay()
  /// What is computed from them.
  public var kernel = Kernel.overlap
  /// Which changes count.
  public var signs = SignRule.both
  /// Magnitudes below this share of the neuron's largest count as silence.
  public var floor = 0.05
  /// s of the gaussian kernel.
  public var width = 0.2
  /// Samples of the correlations' window, odd.
  public var window = 41

  /// The usual constants.
  public init() {}

  /// - Throws: ``ConnectomeError`` for a constant out of range or traces too short.
  public func validate(samples: Int) throws(ConnectomeError) {
    guard floor >= 0, floor < 1 else {
      throw .outOfRange(name: "silence floor", value: "\(floor)", allowed: "from 0 to below 1")
    }
    guard width > 0 else { throw .outOfRange(name: "kernel width", value: "\(width)", allowed: "above 0") }
    guard window >= 3, window % 2 == 1 else {
      throw .outOfRange(name: "correlation window", value: "\(window)", allowed: "an odd number from 3")
    }
    if !usesCorrelation { try derivative.validate(samples: samples) }
    if usesCorrelation, samples < window {
      throw .tooFew(what: "samples in each trace", have: samples, need: window)
    }
  }

  /// Whether the kernel compares the traces themselves.
  public var usesCorrelation: Bool { kernel == .pearson || kernel == .spearman }

  /// What a neuron contributes to its affinities.
  public struct Slopes: Sendable, Hashable {
    /// Magnitude over its largest in the recording, 0 below the floor, NaN where missing.
    public var magnitude: [Double]
    /// Square roots of the magnitudes.
    public var root: [Double]
    /// −1, 0 or 1.
    public var sign: [Int8]
    /// Whether the slope is 0 everywhere.
    public var isConstant: Bool

    /// Normalises slopes.
    ///
    /// - Parameters:
    ///   - slopes: per second, NaN where missing.
    ///   - floor: magnitudes below this share of the largest count as silence.
    public init(_ slopes: [Double], floor: Double) {
      let largest = slopes.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
      isConstant = largest == 0
      magnitude = slopes.map { $0.isNaN ? .nan : largest == 0 ? 0 : abs($0) / largest }
      sign = zip(slopes, magnitude).map { slope, magnitude in
        magnitude.isNaN || magnitude < floor || slope == 0 ? 0 : slope > 0 ? 1 : -1
      }
      root = magnitude.map { $0.squareRoot() }
    }
  }

  /// The normalised slopes of a trace.
  ///
  /// - Parameters:
  ///   - trace: the samples, NaN where missing.
  ///   - rate: samples a second.
  public func slopes(of trace: [Double], rate: Double) throws(ConnectomeError) -> Slopes {
    let slopes = try derivative.differentiate(trace, rate: rate)
    let known = trace.filter { !$0.isNaN }
    // The fit leaves rounding errors of a constant trace, which must not pass for changes.
    let isConstant = known.min() == known.max()
    return Slopes(isConstant ? slopes.map { $0.isNaN ? .nan : 0 } : slopes, floor: floor)
  }

  /// The affinity of two neurons at each moment, NaN where either is missing.
  ///
  /// - Complexity: O(samples).
  public func affinity(_ first: Slopes, _ second: Slopes) -> [Double] {
    var result = [Double](repeating: 0, count: first.sign.count)
    result.withUnsafeMutableBufferPointer { affinity(first, second, into: $0) }
    return result
  }

  /// The same into memory of as many numbers.
  func affinity(_ first: Slopes, _ second: Slopes, into result: UnsafeMutableBufferPointer<Double>) {
    let count = first.sign.count
    var begin = 0
    while begin < count {
      let (signA, signB) = (first.sign[begin], second.sign[begin])
      var (least, most) = (0.0, 0.0)
      var end = begin
      while end < count, first.sign[end] == signA, second.sign[end] == signB {
        let (a, b) = (first.magnitude[end], second.magnitude[end])
        least += a < b ? a : b
        most += a > b ? a : b
        end += 1
      }
      let counts =
        signA != 0 && signB != 0
        && (signs == .both || (signs == .same) == (signA == signB))
      for place in begin..<end {
        if first.magnitude[place].isNaN || second.magnitude[place].isNaN {
          result[place] = .nan
        } else if !counts {
          result[place] = 0
        } else {
          let mean = first.root[place] * second.root[place]
          switch kernel {
          case .overlap: result[place] = least / most * mean
          case .product: result[place] = mean * mean
          default:
            let difference = first.magnitude[place] - second.magnitude[place]
            result[place] = exp(-difference * difference / (2 * width * width)) * mean
          }
        }
      }
      begin = end
    }
  }
}
