import NeuralData
import Probability

/// What becomes of images before a network sees them: cropped and flipped by chance, then normalised.
public struct Augmentation: Sendable, Hashable, Codable {
  /// Black pixels put on every side before a window of the image's own size is cut out at a place of chance; 0 for none.
  public var cropPadding: Int
  /// Whether every second image, by chance, is mirrored left to right.
  public var flips: Bool
  /// Taken from each channel on a scale from 0 to 1; none when empty.
  public var means: [Double]
  /// By which each channel is then divided; none when empty.
  public var deviations: [Double]

  /// Any combination; by default pixels become numbers from 0 to 1.
  public init(cropPadding: Int = 0, flips: Bool = false, means: [Double] = [], deviations: [Double] = []) {
    self.cropPadding = cropPadding
    self.flips = flips
    self.means = means
    self.deviations = deviations
  }

  /// Normalises by the statistics of a set, without chance.
  public static func normalising(_ images: ImageSet) -> Augmentation {
    let statistics = images.channelStatistics()
    return Augmentation(means: statistics.means, deviations: statistics.deviations.map { $0 > 0 ? $0 : 1 })
  }

  /// The same without chance, for images to judge by.
  public var withoutChance: Augmentation { Augmentation(means: means, deviations: deviations) }

  /// Images as numbers, `[image, channel, row, column]`.
  ///
  /// - Parameters:
  ///   - indices: which images of the set.
  ///   - images: the set.
  ///   - stream: where chance comes from.
  /// - Throws: ``TensorError`` when the means are not as many as the channels.
  public func apply(
    to indices: some Collection<Int>, of images: ImageSet, using stream: inout RandomStream
  ) throws(TensorError) -> [Float] {
    let (channels, rows, columns) = (images.channels, images.rows, images.columns)
    for list in [means, deviations] where !list.isEmpty && list.count != channels {
      throw TensorError(
        .mismatched, "augmentation", "\(list.count) numbers for \(channels) channels of the images")
    }
    let tables = (0..<channels).map { channel in
      (0..<256).map { level in
        let value = Double(level) / Double(images.maximum) - (means.isEmpty ? 0 : means[channel])
        return Float(deviations.isEmpty ? value : value / deviations[channel])
      }
    }
    var result = [Float](repeating: 0, count: indices.count * channels * rows * columns)
    let plane = rows * columns
    images.pixels.withUnsafeBufferPointer { pixels in
      result.withUnsafeMutableBufferPointer { result in
        for (place, index) in indices.enumerated() {
          let down = cropPadding == 0 ? 0 : stream.integer(below: 2 * cropPadding + 1) - cropPadding
          let right = cropPadding == 0 ? 0 : stream.integer(below: 2 * cropPadding + 1) - cropPadding
          let isFlipped = flips && stream.integer(below: 2) == 1
          for channel in 0..<channels {
            let from = (index * channels + channel) * plane
            let to = (place * channels + channel) * plane
            tables[channel].withUnsafeBufferPointer { table in
              for row in 0..<rows {
                let source = row + down
                let isInside = source >= 0 && source < rows
                for column in 0..<columns {
                  let wanted = (isFlipped ? columns - 1 - column : column) + right
                  let level =
                    isInside && wanted >= 0 && wanted < columns ? pixels[from + source * columns + wanted] : 0
                  result[to + row * columns + column] = table[Int(level)]
                }
              }
            }
          }
        }
      }
    }
    return result
  }
}
