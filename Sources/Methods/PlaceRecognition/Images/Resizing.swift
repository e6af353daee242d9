/// Brightness of red, green and blue bytes in 15-bit fixed point.
func luma(_ rgb: [UInt8]) -> [UInt8] {
  (0..<rgb.count / 3).map { pixel in
    let red = 9798 * Int(rgb[3 * pixel])
    let green = 19_235 * Int(rgb[3 * pixel + 1])
    let blue = 3735 * Int(rgb[3 * pixel + 2])
    return UInt8((red + green + blue + 1 << 14) >> 15)
  }
}

/// Bilinear resizing with half-pixel centres in 11-bit fixed point.
func resize(
  _ pixels: [UInt8], width: Int, height: Int, channels: Int, toWidth: Int, toHeight: Int
) -> [UInt8] {
  let across = Interpolation.places(from: width, to: toWidth)
  let down = Interpolation.places(from: height, to: toHeight)
  func blended(_ row: Int, _ place: Interpolation, _ channel: Int) -> Int {
    let start = row * width * channels + channel
    return Int(pixels[start + place.first * channels]) * place.firstWeight
      + Int(pixels[start + place.second * channels]) * place.secondWeight
  }
  var result = [UInt8]()
  result.reserveCapacity(toWidth * toHeight * channels)
  for y in down {
    for x in across {
      for channel in 0..<channels {
        let above = (y.firstWeight * (blended(y.first, x, channel) >> 4)) >> 16
        let below = (y.secondWeight * (blended(y.second, x, channel) >> 4)) >> 16
        result.append(UInt8((above + below + 2) >> 2))
      }
    }
  }
  return result
}

/// Two neighbouring pixels and their shares of 2048.
private struct Interpolation {
  var first: Int
  var second: Int
  var firstWeight: Int
  var secondWeight: Int

  static func places(from source: Int, to target: Int) -> [Interpolation] {
    let scale = Double(source) / Double(target)
    return (0..<target).map { index in
      let centre = Float((Double(index) + 0.5) * scale - 0.5)
      var first = Int(centre.rounded(.down))
      var share = centre - Float(first)
      if first < 0 { (first, share) = (0, 0) }
      if first >= source - 1 { (first, share) = (source - 1, 0) }
      return Interpolation(
        first: first, second: min(first + 1, source - 1),
        firstWeight: Int(((1 - share) * 2048).rounded(.toNearestOrEven)),
        secondWeight: Int((share * 2048).rounded(.toNearestOrEven)))
    }
  }
}
