import Foundation

/// What the channels of a layer's output can be, on any image: a constant, or numbers between two bounds.
///
/// Bounds are widened by what rounding in `float32` may add, so that they hold for the network as it is computed.
struct ChannelBounds {
  /// Lowest and highest value of each channel.
  var low: [Double]
  var high: [Double]
  /// The channel's only value, at every place of every image; `nil` when it may vary.
  var constant: [Double?]

  var count: Int { low.count }

  /// Channels of any values.
  init(unknown count: Int) {
    low = [Double](repeating: -.infinity, count: count)
    high = [Double](repeating: .infinity, count: count)
    constant = [Double?](repeating: nil, count: count)
  }

  /// Channels between bounds.
  init(low: [Double], high: [Double]) {
    (self.low, self.high) = (low, high)
    constant = [Double?](repeating: nil, count: low.count)
  }

  /// Each channel as several neighbouring ones, as flattening makes them.
  func spread(_ times: Int) -> ChannelBounds {
    var result = self
    result.low = low.flatMap { [Double](repeating: $0, count: times) }
    result.high = high.flatMap { [Double](repeating: $0, count: times) }
    result.constant = constant.flatMap { [Double?](repeating: $0, count: times) }
    return result
  }

  /// With zeros beside the places, as padding puts them there.
  func withZeros() -> ChannelBounds {
    var result = self
    for channel in 0..<count {
      result.low[channel] = min(0, low[channel])
      result.high[channel] = max(0, high[channel])
      if constant[channel] != 0 { result.constant[channel] = nil }
    }
    return result
  }

  /// After the rectifier, which may stop at a ceiling.
  func rectified(ceiling: Double = .infinity) -> ChannelBounds {
    func clamp(_ value: Double) -> Double { min(ceiling, max(0, value)) }
    var result = self
    result.low = low.map(clamp)
    result.high = high.map(clamp)
    result.constant = zip(constant, result.high).map { known, high in high == 0 ? 0 : known.map(clamp) }
    return result
  }

  /// Channels of two outputs added.
  static func + (a: ChannelBounds, b: ChannelBounds) -> ChannelBounds {
    var result = a
    for channel in 0..<a.count {
      let slack = Self.slack(terms: 2, a.reach(channel) + b.reach(channel))
      result.low[channel] = a.low[channel] + b.low[channel] - slack
      result.high[channel] = a.high[channel] + b.high[channel] + slack
      result.constant[channel] =
        if let x = a.constant[channel], let y = b.constant[channel] { x + y } else { nil }
    }
    return result
  }

  /// Channels of two outputs side by side.
  func joined(with other: ChannelBounds) -> ChannelBounds {
    var result = self
    result.low += other.low
    result.high += other.high
    result.constant += other.constant
    return result
  }

  /// Largest magnitude that a channel can have.
  func reach(_ channel: Int) -> Double { max(abs(low[channel]), abs(high[channel])) }

  /// Channels of which each is a scaled and shifted one, as normalisation computes them.
  func scaled(by scale: [Double], shifted shift: [Double]) -> ChannelBounds {
    var result = self
    for channel in 0..<count {
      if scale[channel] == 0 {
        (result.low[channel], result.high[channel]) = (shift[channel], shift[channel])
        result.constant[channel] = shift[channel]
        continue
      }
      let ends = [
        low[channel] * scale[channel] + shift[channel], high[channel] * scale[channel] + shift[channel],
      ]
      let slack = Self.slack(terms: 2, reach(channel) * abs(scale[channel]) + abs(shift[channel]))
      result.low[channel] = ends.min()! - slack
      result.high[channel] = ends.max()! + slack
      result.constant[channel] = constant[channel].map { $0 * scale[channel] + shift[channel] }
    }
    return result
  }

  /// Channels of which each is a weighted sum of these.
  ///
  /// - Parameters:
  ///   - weights: `[output, input of its group, window]`
  ///   - outputs: number of outputs.
  ///   - groups: of channels that do not mix.
  ///   - bias: of each output.
  func weighted(by weights: [Float], outputs: Int, groups: Int, bias: [Float]?) -> ChannelBounds {
    var result = ChannelBounds(unknown: outputs)
    let inputs = count / groups
    let window = outputs * inputs == 0 ? 1 : weights.count / (outputs * inputs)
    for output in 0..<outputs {
      let first = output / (outputs / groups) * inputs
      let bias = Double(bias?[output] ?? 0)
      var (low, high, reach, terms) = (bias, bias, abs(bias), 1)
      var constant: Double? = bias
      var (canRise, canFall) = (bias > 0, bias < 0)
      for input in 0..<inputs {
        let channel = first + input
        for place in 0..<window {
          let weight = Double(weights[(output * inputs + input) * window + place])
          if weight == 0 { continue }
          if let value = self.constant[channel] {
            if value == 0 { continue }
            constant = constant.map { $0 + weight * value }
          } else {
            constant = nil
          }
          let ends = (weight * self.low[channel], weight * self.high[channel])
          low += min(ends.0, ends.1)
          high += max(ends.0, ends.1)
          reach += abs(weight) * self.reach(channel)
          terms += 1
          if max(ends.0, ends.1) > 0 { canRise = true }
          if min(ends.0, ends.1) < 0 { canFall = true }
        }
      }
      // A sum of numbers that are all at most 0 is at most 0 however it is rounded.
      let slack = Self.slack(terms: terms, reach)
      result.low[output] = canFall ? low - slack : max(0, low - slack)
      result.high[output] = canRise ? high + slack : min(0, high + slack)
      result.constant[output] = constant
      if let constant { (result.low[output], result.high[output]) = (constant, constant) }
    }
    return result
  }

  /// More than rounding can move a sum of `terms` numbers whose magnitudes add up to `reach`.
  private static func slack(terms: Int, _ reach: Double) -> Double { Double(terms + 4) * 0x1p-22 * reach }
}
