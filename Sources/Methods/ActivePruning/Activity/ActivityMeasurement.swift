import NeuralData
import Tensors

/// What a network does with images: how many it classifies rightly, and which of its units are dead.
public struct ActivityMeasurement: Sendable {
  /// Share of images whose class has the highest score.
  public let accuracy: Double
  /// Number of images.
  public let samples: Int
  /// Rates with every place of a convolution's output a neuron.
  public let elements: DeadNeuronRates
  /// Rates with every channel a neuron.
  public let channels: DeadNeuronRates

  /// Runs a network once over images, in inference.
  ///
  /// - Parameters:
  ///   - network: with rectifiers.
  ///   - images: at least one.
  ///   - preprocessing: how pixels become its input; chance is left out.
  ///   - batch: images at once.
  ///   - device: where the network is.
  ///   - progress: called after each batch with its number of images; throws to stop.
  /// - Throws: ``PruningError/noRectifier``, `TensorError`, or what `progress` throws.
  public init(
    of network: some Layer, on images: ImageSet, preprocessing: Augmentation, batch: Int = 250,
    device: Device = .cpu, progress: (Int) throws -> Void = { _ in }
  ) throws {
    let elements = try DeadNeuronMeter(of: network, unit: .element)
    let channels = try DeadNeuronMeter(of: network, unit: .channel)
    var correct = 0
    let batches = ImageBatches(images, size: batch, augmentation: preprocessing, on: device).epoch(0)
    while let part = try batches.next() {
      correct += try withoutGradients { () throws(TensorError) in
        let pass = Pass.inference { module, output throws(TensorError) in
          try elements.observe(module, output)
          try channels.observe(module, output)
        }
        let scores = try network(part.images, in: pass).requireFinite("scores")
        let isRight = try scores.placeOfLargest(along: -1) .== part.labels
        return Int(try isRight.sum().item())
      }
      try progress(part.indices.count)
    }
    samples = images.count
    accuracy = Double(correct) / Double(images.count)
    self.elements = try elements.rates()
    self.channels = try channels.rates()
  }
}
