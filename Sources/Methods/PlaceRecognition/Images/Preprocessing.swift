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
  /// Whose steps they are.
  public var program: Program

  /// A program whose preprocessing can be had.
  public enum Program: String, Sendable, Hashable, Codable, CaseIterable {
    /// That of the spiking modules (2023).
    case modules
    /// That of the successor with graded spikes (2024): brightness is first raised to the power that brings its mean
    /// to the middle, and the patch's deviation is that of a sample; in floating point up to the last step.
    case successor
  }

  /// The published settings unless given: 28 × 28 pixels, patches of 7 × 7.
  public init(rows: Int = 28, columns: Int = 28, patch: Int = 7, program: Program = .modules) {
    (self.rows, self.columns, self.patch) = (rows, columns, patch)
    self.program = program
  }

  /// From a map's file; the program is that of the modules where none is named.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    rows = try values.decode(Int.self, forKey: .rows)
    columns = try values.decode(Int.self, forKey: .columns)
    patch = try values.decode(Int.self, forKey: .patch)
    program = try values.decodeIfPresent(Program.self, forKey: .program) ?? .modules
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
    if program == .successor {
      return successorInput(pixels, width: width, height: height, channels: channels)
    }
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
