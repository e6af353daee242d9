import NeuralData
import Tensors

extension DeadNeuronMeter {
  /// Which units of a network are 0 on all of some images, by the path of their rectifier; a convolution's units are its
  /// channels.
  ///
  /// - Parameters:
  ///   - network: with rectifiers.
  ///   - images: at least one.
  ///   - preprocessing: how pixels become its input.
  ///   - batch: images at once.
  ///   - device: where the network is.
  ///   - progress: called after each batch with its number of images; throws to stop.
  /// - Throws: ``PruningError/noRectifier``, `TensorError`, or what `progress` throws.
  public static func silentUnits(
    of network: some Layer, on images: ImageSet, preprocessing: Augmentation, batch: Int = 250,
    device: Device = .cpu, progress: (Int) throws -> Void = { _ in }
  ) throws -> [String: [Bool]] {
    let meter = try DeadNeuronMeter(of: network, unit: .channel)
    let batches = ImageBatches(images, size: batch, augmentation: preprocessing, on: device).epoch(0)
    while let part = try batches.next() {
      _ = try withoutGradients { () throws(TensorError) in
        try network(part.images, in: .inference(observer: meter.observe))
      }
      try progress(part.indices.count)
    }
    return try meter.silentUnits()
  }
}
