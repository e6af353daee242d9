import NeuralData
import Tensors

/// Labelled images to train a network and to judge it by.
public struct PruningData: Sendable {
  /// To learn from.
  public var training: ImageSet
  /// To judge by; of the same shape.
  public var test: ImageSet
  /// Where they come from.
  public let source: String

  /// Sets that fit together.
  ///
  /// - Throws: `FileError` when images or classes differ.
  public init(training: ImageSet, test: ImageSet, source: String) throws(FileError) {
    guard test.channels == training.channels, test.rows == training.rows, test.columns == training.columns
    else {
      throw FileError(
        .mismatched, source,
        "the test images have \(test.columns) × \(test.rows) pixels of \(test.channels) numbers",
        expected:
          "\(training.columns) × \(training.rows) pixels of \(training.channels) as the training images")
    }
    guard test.classes == training.classes else {
      throw FileError(
        .mismatched, source, "the test images have \(test.classes) classes",
        expected: "\(training.classes) as the training images")
    }
    (self.training, self.test, self.source) = (training, test, source)
  }

  /// What a network for these images has to take and to give.
  public var shape: ImageShape { ImageShape(of: training) }

  /// Pixels on a scale from 0 to 1, so that no input is negative and the first layer's units are activated too; or each
  /// channel of mean 0 and deviation 1, as is usual for convolutional networks.
  public func preprocessing(isStandardised: Bool) -> Augmentation {
    isStandardised ? .normalising(training) : Augmentation()
  }

  /// The first images of each set.
  ///
  /// - Throws: ``TooFew`` when there are not as many.
  public func prefix(training most: Int?, test mostTest: Int?) throws(TooFew) -> PruningData {
    var result = self
    if let most {
      guard most >= 1, most <= training.count else {
        throw TooFew(wanted: most, found: training.count, name: "training")
      }
      result.training = training.subset(0..<most)
    }
    if let mostTest {
      guard mostTest >= 1, mostTest <= test.count else {
        throw TooFew(wanted: mostTest, found: test.count, name: "test")
      }
      result.test = test.subset(0..<mostTest)
    }
    return result
  }

  /// Images with black borders where a network needs larger ones.
  ///
  /// - Throws: ``ImageShape/Unfit`` when they are too large.
  public func fitting(_ choice: NetworkChoice) throws(ImageShape.Unfit) -> PruningData {
    guard let side = try choice.side(for: shape) else { return self }
    var result = self
    if training.rows != side || training.columns != side {
      result.training = training.padded(rows: side, columns: side)
      result.test = test.padded(rows: side, columns: side)
    }
    return result
  }

  /// Fewer images than are wanted.
  public struct TooFew: ReportableError, Hashable {
    var wanted: Int
    var found: Int
    var name: String

    /// The number that was asked for.
    public var blame: Blame { .request }
    /// One line.
    public var description: String {
      "\(wanted) \(name) images are wanted; expected 1 to \(found), which are there"
    }
  }
}
