import CPNG

extension PNG {
  /// Reads the bytes of a file, grey as grey and everything else as red, green and blue, 8 bits a channel.
  ///
  /// Transparent pixels show white behind them.
  ///
  /// - Throws: ``FileError``.
  public static func decode(
    _ bytes: [UInt8], path: String, mostPixels: Int = RasterImage.mostPixels
  ) throws(FileError) -> RasterImage {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    func damaged() -> FileError {
      let reason = withUnsafeBytes(of: image.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      return FileError(
        .damaged, path, "the PNG picture cannot be read: \(reason)", expected: "a whole PNG file",
        remedy: "fetch or copy it again")
    }
    // libpng keeps the address of the bytes between the calls.
    return try bytes.withUnsafeBufferPointer { bytes throws(FileError) in
      guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
        throw damaged()
      }
      let (width, height) = (Int(image.width), Int(image.height))
      try RasterImage.check(width, height, mostPixels: mostPixels, path: path)
      let isGrey = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) == 0
      image.format = isGrey ? UInt32(PNG_FORMAT_GRAY) : UInt32(PNG_FORMAT_FLAG_COLOR)
      // Without a word about brightness, 16-bit numbers mean the same as 8-bit ones.
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      var pixels = [UInt8](repeating: 0, count: width * height * (isGrey ? 1 : 3))
      var white = png_color(red: 255, green: 255, blue: 255)
      guard png_image_finish_read(&image, &white, &pixels, 0, nil) != 0 else { throw damaged() }
      return RasterImage(width: width, height: height, channels: isGrey ? 1 : 3, pixels: pixels)
    }
  }
}
