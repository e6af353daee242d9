import NeuralData
import Probability

/// Images and labels that a network sees together.
public struct ImageBatch: Sendable {
  /// `float32`, `[image, channel, row, column]`
  public var images: Tensor
  /// `int64`, `[image]`
  public var labels: Tensor
  /// Places of the images in their set.
  public var indices: [Int]

  /// Images, their labels and their places.
  public init(images: Tensor, labels: Tensor, indices: [Int]) {
    (self.images, self.labels, self.indices) = (images, labels, indices)
  }
}

/// Cuts a set of images into batches, epoch by epoch; the next ones are made on another thread meanwhile.
///
/// ```swift
/// let loader = ImageBatches(images, size: 64, augmentation: .normalising(images), shufflingBy: 1)
/// for epoch in 0..<10 {
///   let batches = loader.epoch(epoch)
///   while let batch = try batches.next() { … }
/// }
/// ```
///
/// Order and chance depend on the seed and the epoch alone.
public struct ImageBatches: Sendable {
  /// The set.
  public let images: ImageSet
  /// Images in a batch; the last of an epoch may be smaller.
  public let size: Int
  /// What becomes of the images.
  public let augmentation: Augmentation
  /// Seed of the order and of augmentation; in the set's order and without chance when `nil`.
  public let seed: UInt64?
  /// Whether a last batch that is not full is left out.
  public let dropsPartial: Bool
  /// Where the batches go.
  public let device: Device

  /// Batches of a set.
  public init(
    _ images: ImageSet, size: Int, augmentation: Augmentation, shufflingBy seed: UInt64? = nil,
    dropsPartial: Bool = false, on device: Device = .cpu
  ) {
    precondition(size >= 1, "ImageBatches: a batch has at least 1 image")
    self.images = images
    self.size = size
    self.augmentation = seed == nil ? augmentation.withoutChance : augmentation
    self.seed = seed
    self.dropsPartial = dropsPartial
    self.device = device
  }

  /// Batches in an epoch.
  public var count: Int { dropsPartial ? images.count / size : (images.count + size - 1) / size }

  /// The batches of an epoch.
  ///
  /// - Parameters:
  ///   - epoch: its number, which chooses order and chance.
  ///   - first: the first batch to make, to go on where a run was stopped.
  public func epoch(_ epoch: Int, from first: Int = 0) -> Prefetch<ImageBatch> {
    let order = order(of: epoch)
    return Prefetch(count: max(0, count - first)) { index in
      try batch(first + index, of: epoch, order: order)
    }
  }

  private func order(of epoch: Int) -> [Int] {
    var order = Array(0..<images.count)
    if let seed {
      var stream = RandomStream(seed: seed, "order", epoch)
      stream.shuffle(&order)
    }
    return order
  }

  private func batch(_ index: Int, of epoch: Int, order: [Int]) throws(TensorError) -> ImageBatch {
    let chosen = Array(order[(index * size)..<min(order.count, (index + 1) * size)])
    var stream = RandomStream(seed: seed ?? 0, "augmentation", epoch, index)
    let numbers = try augmentation.apply(to: chosen, of: images, using: &stream)
    return ImageBatch(
      images: try Tensor(
        numbers, shape: [chosen.count, images.channels, images.rows, images.columns], on: device),
      labels: try Tensor(chosen.map { Int64(images.labels[$0]) }, on: device), indices: chosen)
  }
}
