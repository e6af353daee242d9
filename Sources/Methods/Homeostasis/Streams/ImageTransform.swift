import Probability

/// A change of an image that keeps its class.
public enum ImageTransform: Sendable, Hashable, Codable {
  /// `turns` quarter turns clockwise; odd numbers of them need a square image.
  case quarterTurns(Int)
  /// Bright becomes dark.
  case inversion
  /// Every pixel gets a place of its own, the same for all images.
  case permutation([Int32])
  /// Normal noise with a tenth of the range as its deviation, the same for a sample whenever it is shown.
  case noise(seed: UInt64)

  /// The changed pixels of one image.
  ///
  /// - Parameters:
  ///   - pixels: of the image, row by row.
  ///   - maximum: the brightest value a pixel can have.
  ///   - sample: number of the image, for the noise.
  package func apply(_ pixels: ArraySlice<UInt8>, maximum: UInt8, sample: Int) -> [UInt8] {
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
      let count = pixels.count
      switch ((turns % 4) + 4) % 4 {
      case 0: return Array(pixels)
      case 2: return pixels.reversed()
      case let turn:
        guard let side = Self.side(count) else {
          preconditionFailure("ImageTransform: a quarter turn needs a square image")
        }
        return (0..<count).map { place in
          let (row, column) = (place / side, place % side)
          return turn == 1
            ? pixels[base + (side - 1 - column) * side + row]
            : pixels[base + column * side + side - 1 - row]
        }
      }
    }
  }

  /// Whether the change can be made to images of `width` pixels.
  func fits(width: Int) -> Bool {
    switch self {
    case .inversion, .noise: true
    case .quarterTurns(let turns): turns % 2 == 0 || Self.side(width) != nil
    case .permutation(let order): order.sorted() == (0..<Int32(width)).map { $0 }
    }
  }

  /// The side of a square image of `count` pixels; `nil` when there is none.
  static func side(_ count: Int) -> Int? {
    let side = Int(Double(count).squareRoot().rounded())
    return side * side == count ? side : nil
  }
}
