/// A picture of pixels, grey or in colour, a byte a channel.
public struct RasterImage: Sendable, Hashable {
  /// Pixels in a row.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// Numbers a pixel: 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// Brightness, `[row, column, channel]`, from 0 to 255.
  public let pixels: [UInt8]

  /// Whether the picture has no colour.
  public var isGrey: Bool { channels == 1 }

  /// The most pixels a reader accepts unless told otherwise: 100 million, 300 megabytes in colour.
  public static let mostPixels = 100_000_000

  /// A picture from its pixels.
  ///
  /// - Parameters:
  ///   - width: 1 or more.
  ///   - height: 1 or more.
  ///   - channels: 1 or 3.
  ///   - pixels: `[row, column, channel]`.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && (channels == 1 || channels == 3)
        && pixels.count == width * height * channels,
      "RasterImage: \(pixels.count) bytes do not make \(width) × \(height) pixels of \(channels) channels")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// Reads a PNG or JPEG file; its first bytes say which it is.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - mostPixels: width times height above which the picture is refused before memory is taken for it.
  /// - Throws: ``FileError``.
  public static func read(_ path: String, mostPixels: Int = RasterImage.mostPixels) throws(FileError)
    -> RasterImage
  {
    try decode(FileBytes.read(path), path: path, mostPixels: mostPixels)
  }

  /// Reads the bytes of a PNG or JPEG file.
  public static func decode(
    _ bytes: [UInt8], path: String, mostPixels: Int = RasterImage.mostPixels
  ) throws(FileError) -> RasterImage {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      return try JPEG.decode(bytes, path: path, mostPixels: mostPixels)
    }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      return try PNG.decode(bytes, path: path, mostPixels: mostPixels)
    }
    throw FileError(
      .unsupported, path, "this is neither a PNG nor a JPEG picture", expected: "a .png or .jpg file")
  }

  /// The picture without colour: `0.299 R + 0.587 G + 0.114 B` of each pixel (ITU-R BT.601), rounded.
  public func grey() -> RasterImage {
    if isGrey { return self }
    var result = [UInt8](repeating: 0, count: width * height)
    pixels.withUnsafeBufferPointer { pixels in
      for index in result.indices {
        let red = UInt32(pixels[3 * index])
        let green = UInt32(pixels[3 * index + 1])
        let blue = UInt32(pixels[3 * index + 2])
        // The weights in units of 2⁻¹⁴; they add up to 2¹⁴, so that white stays white.
        result[index] = UInt8((4899 * red + 9617 * green + 1868 * blue + 8192) >> 14)
      }
    }
    return RasterImage(width: width, height: height, channels: 1, pixels: result)
  }

  static func check(
    _ width: Int, _ height: Int, mostPixels: Int, path: String
  ) throws(FileError) {
    guard width > 0, height > 0 else {
      throw FileError(.damaged, path, "the picture has no pixels", expected: "at least 1 × 1")
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= mostPixels else {
      throw FileError(
        .unsupported, path, "the picture has \(width) × \(height) pixels",
        expected: "at most \(mostPixels) in all",
        remedy: "make it smaller")
    }
  }
}
