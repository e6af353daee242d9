/// A grey picture of a byte a pixel.
public struct GreyImage: Sendable, Hashable {
  /// Height in pixels.
  public let rows: Int
  /// Width in pixels.
  public let columns: Int
  /// Brightness 0 … 255, `[row, column]` row by row.
  public let pixels: [UInt8]

  /// A picture whose pixels fill its shape.
  public init(rows: Int, columns: Int, pixels: [UInt8]) {
    precondition(
      rows > 0 && columns > 0 && pixels.count == rows * columns, "GreyImage: the pixels must fill the picture"
    )
    (self.rows, self.columns, self.pixels) = (rows, columns, pixels)
  }

  /// Whether all pixels are equal: then it shows nothing.
  public var isFlat: Bool { pixels.allSatisfy { $0 == pixels[0] } }
}
