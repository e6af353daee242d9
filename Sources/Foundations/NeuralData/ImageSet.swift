/// Images of one size with their classes, grey or in colour.
public struct ImageSet: Sendable, Hashable {
  /// Number of images.
  public let count: Int
  /// Numbers a pixel: 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// Pixels from top to bottom.
  public let rows: Int
  /// Pixels from left to right.
  public let columns: Int
  /// `[image, channel, row, column]`
  public let pixels: [UInt8]
  /// Class of each image, `[image]`.
  public let labels: [Int]
  /// The brightest value a pixel can have.
  public let maximum: UInt8
  /// Number of classes; labels lie below it.
  public let classes: Int
  /// The classes' names, where they are known.
  public let classNames: [String]?

  /// Images and labels that are known to fit together.
  ///
  /// - Throws: ``FileError`` of kind `mismatched` when they do not; `source` names the file.
  public init(
    pixels: [UInt8], channels: Int, rows: Int, columns: Int, labels: [Int], classes: Int,
    maximum: UInt8 = 255, classNames: [String]? = nil, source: String
  ) throws(FileError) {
    let size = channels * rows * columns
    guard size > 0, !labels.isEmpty else { throw FileError(.mismatched, source, "there are no images") }
    guard pixels.count == labels.count * size else {
      throw FileError(
        .mismatched, source, "there are \(pixels.count / size) images but \(labels.count) labels",
        expected: "as many labels as images")
    }
    if let place = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw FileError(
        .mismatched, source, at: "image \(place)", "the label is \(labels[place])",
        expected: "0 to \(classes - 1)")
    }
    if let classNames, classNames.count != classes {
      throw FileError(
        .mismatched, source, "there are \(classNames.count) names",
        expected: "one for each of \(classes) classes")
    }
    count = labels.count
    (self.channels, self.rows, self.columns, self.pixels) = (channels, rows, columns, pixels)
    (self.labels, self.classes, self.maximum, self.classNames) = (labels, classes, maximum, classNames)
  }

  /// Grey images.
  public init(_ images: LabelledImages) {
    count = images.count
    (channels, rows, columns, pixels) = (1, images.rows, images.columns, images.pixels)
    (labels, classes, maximum, classNames) = (
      images.labels.map(Int.init), images.classes, images.maximum, nil
    )
  }

  /// The images at `indices`, in that order; the classes stay.
  public func subset(_ indices: some Collection<Int>) -> ImageSet {
    let size = channels * rows * columns
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * size)
    for index in indices { chosen += pixels[(index * size)..<((index + 1) * size)] }
    return ImageSet(self, pixels: chosen, rows: rows, columns: columns, labels: indices.map { labels[$0] })
  }

  /// The images with black borders, so that they have a size; the image lies in the middle.
  ///
  /// - Parameters:
  ///   - rows: at least as many as there are.
  ///   - columns: at least as many as there are.
  public func padded(rows: Int, columns: Int) -> ImageSet {
    precondition(rows >= self.rows && columns >= self.columns, "padded: the size must not shrink")
    let (top, left) = ((rows - self.rows) / 2, (columns - self.columns) / 2)
    var result = [UInt8](repeating: 0, count: count * channels * rows * columns)
    for plane in 0..<(count * channels) {
      for row in 0..<self.rows {
        let from = (plane * self.rows + row) * self.columns
        let to = (plane * rows + top + row) * columns + left
        result.replaceSubrange(to..<(to + self.columns), with: pixels[from..<(from + self.columns)])
      }
    }
    return ImageSet(self, pixels: result, rows: rows, columns: columns, labels: labels)
  }

  private init(_ other: ImageSet, pixels: [UInt8], rows: Int, columns: Int, labels: [Int]) {
    count = labels.count
    (channels, self.rows, self.columns, self.pixels) = (other.channels, rows, columns, pixels)
    (self.labels, classes, maximum, classNames) = (labels, other.classes, other.maximum, other.classNames)
  }

  /// Mean and deviation of each channel over all pixels, on a scale from 0 to 1.
  public func channelStatistics() -> (means: [Double], deviations: [Double]) {
    let plane = rows * columns
    var means: [Double] = []
    var deviations: [Double] = []
    for channel in 0..<channels {
      var sum: UInt64 = 0
      var squares: UInt64 = 0
      pixels.withUnsafeBufferPointer { pixels in
        for image in 0..<count {
          for pixel in pixels[
            ((image * channels + channel) * plane)..<((image * channels + channel + 1) * plane)]
          {
            sum += UInt64(pixel)
            squares += UInt64(pixel) * UInt64(pixel)
          }
        }
      }
      let (number, scale) = (Double(count * plane), Double(maximum))
      let mean = Double(sum) / number
      means.append(mean / scale)
      deviations.append(max(0, Double(squares) / number - mean * mean).squareRoot() / scale)
    }
    return (means, deviations)
  }
}
