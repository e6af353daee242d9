import CTurboJPEG

/// Pictures from JPEG files, through libjpeg-turbo.
public enum JPEG {
  /// Reads the bytes of a file, grey as grey and everything else as red, green and blue.
  ///
  /// A picture that ends early or has damaged parts is refused, not filled up. Orientation marks are not applied.
  ///
  /// - Throws: ``FileError``.
  public static func decode(
    _ bytes: [UInt8], path: String, mostPixels: Int = RasterImage.mostPixels
  ) throws(FileError) -> RasterImage {
    guard let decoder = tjInitDecompress() else {
      throw FileError(.unreadable, path, "libjpeg-turbo cannot be started")
    }
    defer { tjDestroy(decoder) }
    func damaged() -> FileError {
      FileError(
        .damaged, path, "the JPEG picture cannot be read: \(String(cString: tjGetErrorStr2(decoder)))",
        expected: "a whole JPEG file", remedy: "fetch or copy it again")
    }
    var (width, height, sampling, colours) = (Int32(0), Int32(0), Int32(0), Int32(0))
    guard
      tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &sampling, &colours) == 0
    else { throw damaged() }
    try RasterImage.check(Int(width), Int(height), mostPixels: mostPixels, path: path)
    guard colours != TJCS_CMYK.rawValue, colours != TJCS_YCCK.rawValue else {
      throw FileError(
        .unsupported, path, "the picture has the four colours of a printer",
        expected: "grey or red, green and blue",
        remedy: "convert it to RGB")
    }
    let isGrey = colours == TJCS_GRAY.rawValue
    let channels = isGrey ? 1 : 3
    var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels)
    // The accurate transform is what other programs use unless told otherwise; a limit on scans stops small
    // files that would take minutes.
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
    guard
      tjDecompress2(
        decoder, bytes, UInt(bytes.count), &pixels, width, 0, height,
        Int32((isGrey ? TJPF_GRAY : TJPF_RGB).rawValue), flags) == 0
    else { throw damaged() }
    return RasterImage(width: Int(width), height: Int(height), channels: channels, pixels: pixels)
  }
}
