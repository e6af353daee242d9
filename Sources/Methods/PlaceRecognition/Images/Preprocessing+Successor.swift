import Foundation

extension Preprocessing {
  /// The successor's input, `dataset.py` of its program: grey, gamma, bilinear resizing, patch normalisation.
  func successorInput(_ pixels: [UInt8], width: Int, height: Int, channels: Int) -> GreyImage {
    var grey: [Double] = []
    grey.reserveCapacity(width * height)
    let weights: [Double] = channels == 1 ? [1] : [0.299, 0.587, 0.114]
    for pixel in stride(from: 0, to: pixels.count, by: channels) {
      var brightness = 0.0
      for channel in 0..<channels { brightness += weights[channel] * Double(pixels[pixel + channel]) }
      grey.append(brightness)
    }
    let mean = grey.reduce(0, +) / Double(grey.count)
    // The power is not defined for a mean of 1 or less; so dark a picture stays as it is.
    if mean > 1 {
      let gamma = log(127.5) / log(mean)
      for pixel in grey.indices { grey[pixel] = min(pow(grey[pixel], gamma), 255) }
    }
    let resized = bilinear(grey, width: width, height: height, toWidth: columns, toHeight: rows)
    let bytes = sampleDeviations(resized).map { UInt8(255 * (1 + $0) / 2) }
    return GreyImage(rows: rows, columns: columns, pixels: bytes)
  }

  /// Each pixel's distance from its patch's mean in the standard deviations of a sample, clipped at ±1.
  private func sampleDeviations(_ image: [Double]) -> [Double] {
    let reach = patch / 2
    return image.indices.map { place in
      let (row, column) = (place / columns, place % columns)
      var values: [Double] = []
      for y in max(0, row - reach)..<min(rows, row + reach + 1) {
        for x in max(0, column - reach)..<min(columns, column + reach + 1) {
          values.append(image[y * columns + x])
        }
      }
      guard values.count > 1 else { return 0 }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
      // A flat patch of rounded brightness has rounding errors for contrast.
      return variance > 1e-12 * mean * mean
        ? min(max((image[place] - mean) / variance.squareRoot(), -1), 1) : 0
    }
  }
}

/// Bilinear resizing with half-pixel centres, without antialiasing, in floating point.
private func bilinear(_ image: [Double], width: Int, height: Int, toWidth: Int, toHeight: Int) -> [Double] {
  func places(_ source: Int, _ target: Int) -> [(first: Int, second: Int, share: Double)] {
    (0..<target).map { index in
      let centre = max(0, (Double(index) + 0.5) * Double(source) / Double(target) - 0.5)
      let first = min(Int(centre), source - 1)
      return (first, min(first + 1, source - 1), centre - Double(first))
    }
  }
  let across = places(width, toWidth)
  return places(height, toHeight).flatMap { y in
    across.map { x in
      func blended(_ row: Int) -> Double {
        image[row * width + x.first] * (1 - x.share) + image[row * width + x.second] * x.share
      }
      return blended(y.first) * (1 - y.share) + blended(y.second) * y.share
    }
  }
}
