import Probability

/// What a concept shift changes.
public enum ShiftKind: Sendable, Hashable, Codable {
  /// Two classes exchange their labels (published).
  case swap
  /// `classes` random classes pass their labels round.
  case cycle(classes: Int)
  /// All labels are dealt out anew.
  case relabel
  /// Swaps that are undone in turn: `concepts` concepts come round again and again.
  case recurring(concepts: Int)
  /// A swap that comes in slowly: after the shift, a sample carries its new label with probability
  /// 1/(1 + exp(−4 t/width)), t samples from the middle, which lies `width` samples after the shift.
  case gradual(width: Int)
  /// The images change, the labels stay: one of ``ImageTransform``'s in turn.
  case covariate
}

/// A change of an image that keeps its class.
public enum ImageTransform: Sendable, Hashable, Codable {
  /// `turns` quarter turns of a square image.
  case quarterTurns(Int)
  /// Bright becomes dark.
  case inversion
  /// Every pixel gets a place of its own, the same for all images.
  case permutation([Int32])
  /// Normal noise of a tenth of the range, the same for a sample whenever it is shown.
  case noise(seed: UInt64)

  /// The changed pixels.
  func apply(_ pixels: ArraySlice<UInt8>, maximum: UInt8, sample: Int) -> [UInt8] {
    let base = pixels.startIndex
    switch self {
    case .inversion: return pixels.map { maximum - min($0, maximum) }
    case .permutation(let order): return order.map { pixels[base + Int($0)] }
    case .noise(let seed):
      var stream = RandomStream(seed: seed, "covariate noise", sample)
      return pixels.map { pixel in
        let value = Double(pixel) + Double(maximum) / 10 * stream.normal()
        return UInt8(min(Double(maximum), max(0, value.rounded())))
      }
    case .quarterTurns(let turns):
      let side = Int(Double(pixels.count).squareRoot())
      var image = Array(pixels)
      for _ in 0..<(((turns % 4) + 4) % 4) {
        let before = image
        for row in 0..<side {
          for column in 0..<side { image[column * side + side - 1 - row] = before[row * side + column] }
        }
      }
      return image
    }
  }
}
