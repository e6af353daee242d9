import NeuralData

/// What a network sees and tells apart: the size of images and the number of classes.
public struct ImageShape: Sendable, Hashable, Codable {
  /// 1 for grey images, 3 for colour.
  public let channels: Int
  /// Pixels from top to bottom.
  public let rows: Int
  /// Pixels from left to right.
  public let columns: Int
  /// Number of classes.
  public let classes: Int

  /// The shape of a set's images.
  public init(of images: ImageSet) {
    (channels, rows, columns) = (images.channels, images.rows, images.columns)
    classes = images.classes
  }

  /// A shape; `nil` unless every number is at least 1 and of a size that images have.
  public init?(channels: Int, rows: Int, columns: Int, classes: Int) {
    guard (1...64).contains(channels), (1...4096).contains(rows), (1...4096).contains(columns),
      (1...100_000).contains(classes)
    else { return nil }
    (self.channels, self.rows, self.columns, self.classes) = (channels, rows, columns, classes)
  }

  /// Reads a file's four numbers, with the bounds of ``init(channels:rows:columns:classes:)``.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    guard
      let shape = ImageShape(
        channels: try values.decode(Int.self, forKey: .channels),
        rows: try values.decode(Int.self, forKey: .rows),
        columns: try values.decode(Int.self, forKey: .columns),
        classes: try values.decode(Int.self, forKey: .classes))
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "impossible shape"))
    }
    self = shape
  }

  /// Numbers of one image.
  public var numbers: Int { channels * rows * columns }

  /// Images that a network does not take.
  public struct Unfit: ReportableError, Hashable {
    /// The network's name.
    public var network: String
    /// What the images are.
    public var shape: ImageShape
    /// Rows and columns that the network takes.
    public var side: Int

    /// The choice of network or images.
    public var blame: Blame { .request }
    /// One line.
    public var description: String {
      "the network \(network) takes images of \(side) × \(side) pixels, but these have \(shape.columns) × \(shape.rows); "
        + (max(shape.rows, shape.columns) > side ? "resize them, or choose another network" : "pad them")
    }
  }
}
