import ActivePruning
import NeuralData
import Probability
import Tensors
import Testing

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct ActivityMeasurementTests {
  private func images(_ count: Int) throws -> ImageSet {
    var stream = RandomStream(seed: 4, "images")
    return try ImageSet(
      pixels: (0..<(count * 16)).map { _ in UInt8(stream.integer(below: 256)) }, channels: 1, rows: 4,
      columns: 4, labels: (0..<count).map { $0 % 2 }, classes: 2, source: "test")
  }

  /// Two channels of which the second is dead where the image is dark, and scores that are brightness.
  private func network() throws -> Sequential {
    var stream = RandomStream(seed: 1, "weights")
    let convolution = try Convolution(1, 2, window: [1, 1], using: &stream)
    try convolution.weight.set(Tensor([1, 1] as [Float], shape: [2, 1, 1, 1]))
    try convolution.bias!.set(Tensor([0.5, -0.5] as [Float]))
    let linear = try Linear(32, 2, using: &stream)
    try linear.weight.set(Tensor([Float](repeating: 0, count: 64), shape: [2, 32]))
    try linear.bias!.set(Tensor([1, 0] as [Float]))
    return Sequential(convolution, Activation.relu(), Activation.flatten(), linear)
  }

  @Test("rates are those counted by hand, for any batches", arguments: [1, 4, 10, 100])
  func rates(_ batch: Int) throws {
    let (set, network) = (try images(10), try network())
    let measured = try ActivityMeasurement(of: network, on: set, preprocessing: Augmentation(), batch: batch)
    let dark = set.pixels.map { $0 <= 127 }
    let dead = dark.count { $0 }
    let always = (0..<16).count { place in (0..<10).allSatisfy { dark[$0 * 16 + place] } }
    let elements = measured.elements.network
    #expect(elements.units == 32 && elements.dead == dead && elements.alwaysDead == always)
    #expect(
      elements.total == Double(dead) / 320 && elements.dynamicRate == elements.total - elements.staticRate)
    let channels = measured.channels.network
    let darkImages = (0..<10).count { image in (0..<16).allSatisfy { dark[image * 16 + $0] } }
    #expect(channels.units == 2 && channels.dead == darkImages)
    #expect(measured.accuracy == 0.5 && measured.samples == 10)
  }

  @Test("of one image alone static is total")
  func oneImage() throws {
    let network = try network()
    let rates = try ActivityMeasurement(of: network, on: images(1), preprocessing: Augmentation())
      .elements.network
    #expect(rates.total == rates.staticRate && rates.dynamicRate == 0 && rates.total > 0)
  }

  @Test("a network of GELUs has no dead units")
  func noRectifier() throws {
    var stream = RandomStream(seed: 1, "weights")
    let network = Sequential(Activation.flatten(), try Linear(16, 2, using: &stream), Activation.gelu())
    #expect(throws: PruningError.noRectifier) {
      try ActivityMeasurement(of: network, on: images(2), preprocessing: Augmentation())
    }
  }

  @Test("scores that are not numbers are an error, not a rate")
  func notFinite() throws {
    let network = try network()
    try network.parameters.first { $0.path == "3.bias" }!.parameter.set(Tensor([.nan, 0] as [Float]))
    #expect(throws: TensorError.self) {
      try ActivityMeasurement(of: network, on: images(2), preprocessing: Augmentation())
    }
  }
}
