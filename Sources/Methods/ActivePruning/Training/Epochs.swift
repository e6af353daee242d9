import NeuralData
import Probability
import Tensors

/// Images cut into batches epoch by epoch; kept as one tensor on the device when nothing of them is left to chance.
struct Epochs {
  private let loader: ImageBatches
  private let resident: (images: Tensor, labels: Tensor)?
  private let seed: UInt64?

  /// Bytes up to which images are kept as numbers.
  private static let limit = 1 << 29

  /// - Parameters:
  ///   - images: the set.
  ///   - seed: of order and augmentation; in the set's order and without chance when `nil`.
  init(
    _ images: ImageSet, batch: Int, augmentation: Augmentation, seed: UInt64?, on device: Device
  ) throws(TensorError) {
    loader = ImageBatches(images, size: batch, augmentation: augmentation, shufflingBy: seed, on: device)
    self.seed = seed
    let used = loader.augmentation
    guard images.pixels.count <= Self.limit / 4, used.cropPadding == 0, !used.flips else {
      resident = nil
      return
    }
    var stream = RandomStream(seed: 0, "augmentation")
    let numbers = try used.apply(to: 0..<images.count, of: images, using: &stream)
    resident = (
      try Tensor(
        numbers, shape: [images.count, images.channels, images.rows, images.columns], on: device),
      try Tensor(images.labels.map(Int64.init), on: device)
    )
  }

  /// Batches in an epoch.
  var count: Int { loader.count }
  /// Images in an epoch.
  var imageCount: Int { loader.images.count }

  /// Hands the batches of an epoch to `body`, from the `first` on.
  func each(of epoch: Int, from first: Int = 0, _ body: (Int, ImageBatch) throws -> Void) throws {
    guard let resident else {
      let batches = loader.epoch(epoch, from: first)
      var index = first
      while let batch = try batches.next() {
        try body(index, batch)
        index += 1
      }
      return
    }
    var order = Array(0..<imageCount)
    if let seed {
      var stream = RandomStream(seed: seed, "order", epoch)
      stream.shuffle(&order)
    }
    for index in first..<max(first, count) {
      let chosen = Array(order[(index * loader.size)..<min(order.count, (index + 1) * loader.size)])
      let places = try Tensor(chosen.map(Int64.init), on: resident.labels.device)
      try body(
        index,
        ImageBatch(
          images: resident.images.choosing(places), labels: resident.labels.choosing(places), indices: chosen
        ))
    }
  }
}
