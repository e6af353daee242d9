import NeuralData

/// Samples and their labels, as learners take them.
public struct SampleSet: Sendable {
  /// Number of samples.
  public let count: Int
  /// Numbers in one sample.
  public let width: Int
  /// Class of each sample as the file gives it, `[sample]`.
  public let labels: [UInt8]
  /// Number of classes.
  public let classes: Int
  /// For images of `rows` × `columns` pixels.
  public let rows: Int?
  private let storage: Storage

  private enum Storage: Sendable {
    /// `[sample, pixel]`; a number is pixel / maximum.
    case bytes([UInt8], maximum: UInt8)
    /// `[sample, feature]`
    case values([Double])
  }

  /// Images; pixels become numbers in [0, 1].
  public init(_ images: LabelledImages) {
    count = images.count
    width = images.rows * images.columns
    rows = images.rows
    labels = images.labels
    classes = images.classes
    storage = .bytes(images.pixels, maximum: images.maximum)
  }

  /// Any numbers, `[sample, feature]`.
  ///
  /// - Throws: ``HomeostasisError/wrongShape(_:)`` when the counts do not fit together.
  public init(values: [Double], width: Int, labels: [UInt8], classes: Int) throws(HomeostasisError) {
    guard width > 0, values.count == width * labels.count else {
      throw .wrongShape("\(values.count) numbers are not \(labels.count) samples of \(width)")
    }
    guard labels.allSatisfy({ $0 < classes }) else {
      throw .wrongShape("a label is not below the \(classes) classes")
    }
    count = labels.count
    self.width = width
    rows = nil
    self.labels = labels
    self.classes = classes
    storage = .values(values)
  }

  /// The first `count` samples.
  public func prefix(_ count: Int) -> SampleSet {
    SampleSet(count: min(count, self.count), of: self)
  }

  private init(count: Int, of other: SampleSet) {
    self.count = count
    width = other.width
    rows = other.rows
    labels = Array(other.labels.prefix(count))
    classes = other.classes
    switch other.storage {
    case .bytes(let bytes, let maximum):
      storage = .bytes(Array(bytes.prefix(count * width)), maximum: maximum)
    case .values(let values): storage = .values(Array(values.prefix(count * width)))
    }
  }

  /// One sample in double precision, after `transform`.
  func row(_ sample: Int, transform: ImageTransform?) -> [Double] {
    switch storage {
    case .values(let values): Array(values[(sample * width)..<((sample + 1) * width)])
    case .bytes(let bytes, let maximum):
      if let transform {
        transform.apply(bytes[(sample * width)..<((sample + 1) * width)], maximum: maximum, sample: sample)
          .map { Double($0) / Double(maximum) }
      } else {
        bytes[(sample * width)..<((sample + 1) * width)].map { Double($0) / Double(maximum) }
      }
    }
  }

  /// Writes samples as columns: sample `s`, feature `k` to `out[k · stride + s]`.
  func copyTransposed(
    _ samples: ArraySlice<Int32>, transform: ImageTransform?, into out: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    switch storage {
    case .values(let values):
      for (column, sample) in samples.enumerated() {
        for k in 0..<width { out[k * stride + column] = Float(values[Int(sample) * width + k]) }
      }
    case .bytes(let bytes, let maximum):
      let scale = Float(maximum)
      if let transform {
        for (column, sample) in samples.enumerated() {
          let start = Int(sample) * width
          let pixels = transform.apply(bytes[start..<(start + width)], maximum: maximum, sample: Int(sample))
          for k in 0..<width { out[k * stride + column] = Float(pixels[k]) / scale }
        }
        return
      }
      let table = (0...255).map { Float($0) / scale }
      bytes.withUnsafeBufferPointer { bytes in
        table.withUnsafeBufferPointer { table in
          for (column, sample) in samples.enumerated() {
            let row = bytes.baseAddress! + Int(sample) * width
            var target = out + column
            for k in 0..<width {
              target.pointee = table[Int(row[k])]
              target += stride
            }
          }
        }
      }
    }
  }
}
