/// Grey images of one size with their classes.
public struct LabelledImages: Sendable, Hashable {
  /// Number of images.
  public let count: Int
  /// Pixels from top to bottom.
  public let rows: Int
  /// Pixels from left to right.
  public let columns: Int
  /// `[image, row, column]`
  public let pixels: [UInt8]
  /// Class of each image, `[image]`.
  public let labels: [UInt8]
  /// The brightest value a pixel can have: 255, or 16 for scikit-learn's digits.
  public let maximum: UInt8
  /// Number of classes; labels lie below it.
  public let classes: Int

  /// Images and labels that are known to fit together.
  ///
  /// - Throws: ``FileError`` of kind `mismatched` when they do not; `source` names the file.
  public init(
    pixels: [UInt8], rows: Int, columns: Int, labels: [UInt8], maximum: UInt8 = 255, classes: Int? = nil,
    source: String
  ) throws(FileError) {
    let size = rows * columns
    guard size > 0, !labels.isEmpty else { throw FileError(.mismatched, source, "there are no images") }
    guard pixels.count == labels.count * size else {
      throw FileError(
        .mismatched, source, "there are \(pixels.count / size) images but \(labels.count) labels",
        expected: "as many labels as images")
    }
    if let place = pixels.firstIndex(where: { $0 > maximum }) {
      throw FileError(
        .mismatched, source, at: "image \(place / size)", "a pixel is \(pixels[place])",
        expected: "at most \(maximum)")
    }
    let known = classes ?? Int(labels.max()!) + 1
    if let place = labels.firstIndex(where: { Int($0) >= known }) {
      throw FileError(
        .mismatched, source, at: "image \(place)", "the label is \(labels[place])",
        expected: "0 to \(known - 1)")
    }
    count = labels.count
    (self.rows, self.columns, self.pixels, self.labels) = (rows, columns, pixels, labels)
    self.maximum = maximum
    self.classes = known
  }

  /// The images at `indices`, in that order; the number of classes stays.
  public func subset(_ indices: some Collection<Int>) -> LabelledImages {
    let size = rows * columns
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * size)
    for index in indices { chosen += pixels[(index * size)..<((index + 1) * size)] }
    return try! LabelledImages(
      pixels: chosen, rows: rows, columns: columns, labels: indices.map { labels[$0] }, maximum: maximum,
      classes: classes,
      source: "subset")
  }

  /// Splits off every `stride`-th image for validation; the others stay in the order of the file.
  public func split(every stride: Int) -> ImageClassificationData {
    precondition(stride >= 2, "split: the stride must be at least 2")
    let held = (0..<count).filter { $0 % stride == stride - 1 }
    let kept = (0..<count).filter { $0 % stride != stride - 1 }
    return ImageClassificationData(training: subset(kept), validation: held.isEmpty ? nil : subset(held))
  }
}

/// Images to learn from and images to judge by.
public struct ImageClassificationData: Sendable {
  /// To learn from.
  public var training: LabelledImages
  /// To judge by.
  public var validation: LabelledImages?

  /// Both sets.
  public init(training: LabelledImages, validation: LabelledImages?) {
    self.training = training
    self.validation = validation
  }

  /// Where the Debian package `dataset-fashion-mnist` puts its files.
  public static let installedFashionMNIST = "/usr/share/datasets/fashion-mnist"
}
