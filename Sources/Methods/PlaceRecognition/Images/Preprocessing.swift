/// How a picture becomes the input of a module: resized, grey, patch-normalised.
///
/// The result equals, bit for bit, that of the published program on OpenCV: bilinear resizing without antialiasing
/// in 11-bit fixed point, the luma weights 0.299, 0.587, 0.114 in 15-bit fixed point, and each pixel's distance from
/// the mean of its patch in the patch's own standard deviations, clipped at ±1 and scaled to a byte.
public struct Preprocessing: Sendable, Hashable, Codable {
  /// Height of the result in pixels.
  public var rows: Int
  /// Width of the result in pixels.
  public var columns: Int
  /// Side of the square patch in pixels; odd.
  public var patch: Int

  /// The published settings unless given: 28 × 28 pixels, patches of 7 × 7.
  public init(rows: Int = 28, columns: Int = 28, patch: Int = 7) {
    (self.rows, self.columns, self.patch) = (rows, columns, patch)
  }

  /// Checks that the sizes make sense.
  ///
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)``.
  public func validate() throws(PlaceRecognitionError) {
    for (name, value) in [("rows", rows), ("columns", columns)] where !(1...1024).contains(value) {
      throw .outOfRange(name: name, value: "\(value)", allowed: "1 to 1024")
    }
    guard patch >= 1, patch % 2 == 1 else {
      throw .outOfRange(
        name: "patch", value: "\(patch)", allowed: "an odd number: an even patch has no pixel at its centre")
    }
    guard patch <= min(rows, columns) else {
      throw .outOfRange(
        name: "patch", value: "\(patch)", allowed: "at most the image's shorter side, \(min(rows, columns))")
    }
  }

  /// A module's input.
  ///
  /// - Parameters:
  ///   - pixels: `[row, column, channel]`, a byte each: grey (1 channel), or red, green and blue (3).
  ///   - width: in pixels.
  ///   - height: in pixels.
  ///   - channels: 1 or 3.
  public func input(_ pixels: [UInt8], width: Int, height: Int, channels: Int) -> GreyImage {
    precondition(
      width > 0 && height > 0 && (channels == 1 || channels == 3)
        && pixels.count == width * height * channels,
      "Preprocessing: the pixels must fill the picture")
    let resized = resize(
      pixels, width: width, height: height, channels: channels, toWidth: columns, toHeight: rows)
    let grey = channels == 1 ? resized : luma(resized)
    return normalised(GreyImage(rows: rows, columns: columns, pixels: grey))
  }

  /// A module's input from a grey picture of any size.
  public func input(_ image: GreyImage) -> GreyImage {
    input(image.pixels, width: image.columns, height: image.rows, channels: 1)
  }

  /// Each pixel against its patch, as a byte: 127 for a flat patch, 0 and 255 one standard deviation away.
  public func normalised(_ image: GreyImage) -> GreyImage {
    // The published program truncates here.
    let bytes = deviations(image).map { UInt8(255 * (1 + $0) / 2) }
    return GreyImage(rows: image.rows, columns: image.columns, pixels: bytes)
  }

  /// Each pixel's distance from its patch's mean in the patch's population standard deviations, clipped at ±1;
  /// 0 where the patch is flat. Patches are cut off at the border.
  public func deviations(_ image: GreyImage) -> [Double] {
    let reach = patch / 2
    var result = [Double](repeating: 0, count: image.pixels.count)
    for row in 0..<image.rows {
      let rows = max(0, row - reach)..<min(image.rows, row + reach + 1)
      for column in 0..<image.columns {
        let columns = max(0, column - reach)..<min(image.columns, column + reach + 1)
        var sum = 0
        var squares = 0
        for y in rows {
          for x in columns {
            let value = Int(image.pixels[y * image.columns + x])
            sum += value
            squares += value * value
          }
        }
        // n (p − μ) / (n σ) in whole numbers up to the root: no rounding before the last step.
        let count = rows.count * columns.count
        let variance = count * squares - sum * sum
        if variance > 0 {
          let place = row * image.columns + column
          let distance = Double(count * Int(image.pixels[place]) - sum) / Double(variance).squareRoot()
          result[place] = min(max(distance, -1), 1)
        }
      }
    }
    return result
  }
}

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
