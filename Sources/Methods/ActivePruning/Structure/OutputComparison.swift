import NeuralData
import Tensors

/// How far the outputs of two networks lie apart on images.
public struct OutputComparison: Sendable {
  /// Number of images.
  public let samples: Int
  /// Largest difference of a class's score on an image.
  public let largestDifference: Double
  /// Largest magnitude of a score of the first network, to judge the difference by.
  public let largestScore: Double
  /// Images of which the networks name different classes.
  public let changedClasses: Int
  /// Shares of images that each classifies rightly.
  public let accuracies: (first: Double, second: Double)

  /// Runs both networks over images, in inference.
  ///
  /// - Parameters:
  ///   - first: a network.
  ///   - second: another for the same images and classes.
  ///   - images: at least one.
  ///   - preprocessing: how pixels become their input.
  ///   - batch: images at once.
  ///   - device: where the networks are.
  ///   - progress: called after each batch with its number of images; throws to stop.
  public init(
    _ first: some Layer, _ second: some Layer, on images: ImageSet, preprocessing: Augmentation,
    batch: Int = 250, device: Device = .cpu, progress: (Int) throws -> Void = { _ in }
  ) throws {
    var (difference, score, changed) = (0.0, 0.0, 0)
    var correct = (0, 0)
    let batches = ImageBatches(images, size: batch, augmentation: preprocessing, on: device).epoch(0)
    while let part = try batches.next() {
      try withoutGradients { () throws(TensorError) in
        let a = try first(part.images, in: .inference())
        let b = try second(part.images, in: .inference())
        try a.requireFinite("scores")
        difference = max(difference, try (a - b).magnitude().largest().item())
        score = max(score, try a.magnitude().largest().item())
        let (x, y) = (try a.placeOfLargest(along: -1), try b.placeOfLargest(along: -1))
        changed += Int(try (x .!= y).sum().item())
        correct.0 += Int(try (x .== part.labels).sum().item())
        correct.1 += Int(try (y .== part.labels).sum().item())
      }
      try progress(part.indices.count)
    }
    samples = images.count
    (largestDifference, largestScore, changedClasses) = (difference, score, changed)
    accuracies = (Double(correct.0) / Double(images.count), Double(correct.1) / Double(images.count))
  }
}
