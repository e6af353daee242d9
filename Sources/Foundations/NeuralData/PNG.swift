import CPNG

/// Pictures as PNG files, through libpng.
public enum PNG {
  /// The bytes of a grey picture, `[row, column]`, a byte a pixel.
  ///
  /// - Throws: ``FileError`` of kind `cannotWrite` when libpng refuses the size.
  public static func encode(grey pixels: [UInt8], width: Int, height: Int) throws(FileError) -> [UInt8] {
    try encode(pixels, width: width, height: height, channels: 1, format: UInt32(PNG_FORMAT_GRAY))
  }

  /// The bytes of a colour picture, `[row, column, channel]`: red, green and blue, a byte each.
  public static func encode(rgb pixels: [UInt8], width: Int, height: Int) throws(FileError) -> [UInt8] {
    try encode(pixels, width: width, height: height, channels: 3, format: UInt32(PNG_FORMAT_FLAG_COLOR))
  }

  private static func encode(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int, format: UInt32
  ) throws(FileError) -> [UInt8] {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * channels,
      "PNG: the pixels must fill the picture")
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = format
    defer { png_image_free(&image) }
    var size = 0
    guard png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0 else {
      throw FileError(.cannotWrite, "PNG", "libpng refuses a picture of \(width) × \(height)")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil) != 0 else {
      throw FileError(.cannotWrite, "PNG", "libpng cannot write a picture of \(width) × \(height)")
    }
    return Array(bytes.prefix(size))
  }
}
