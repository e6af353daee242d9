import ActivePruning
import NeuralData
import Probability
import Tensors
import Testing

/// Pruning on every graphics device that there is.
@Suite(.enabled(if: Device.usable.count > 1, "there is no graphics device"))
struct AcceleratorTests {
  static let devices = Device.usable.filter { $0.kind != .cpu }

  private func images(_ count: Int, side: Int = 32) throws -> ImageSet {
    var stream = RandomStream(seed: 4, "images")
    return try ImageSet(
      pixels: (0..<(count * 3 * side * side)).map { _ in UInt8(stream.integer(below: 256)) }, channels: 3,
      rows: side, columns: side, labels: (0..<count).map { $0 % 2 }, classes: 2, source: "test")
  }

  @Test(
    "every method prunes by the counts and holds pruned weights at 0", arguments: devices, BaseMethod.allCases
  )
  func everyMethod(_ device: Device, _ method: BaseMethod) throws {
    let settings = try IterativeTests.settings(method)
    let run = try IterativePruning(
      settings, training: IterativeTests.images(200, seed: 1), test: IterativeTests.images(80, seed: 2),
      on: device
    ) { seed in
      var stream = RandomStream(seed: seed, "weights")
      return try Networks.multilayerPerceptron([16, 24, 4], using: &stream)
    }
    try run.run(cycles: 3)
    for (before, cycle) in zip(run.cycles, run.cycles.dropFirst()) {
      #expect(cycle.alive == before.alive - cycle.basePruned - cycle.activationPruned)
      #expect(cycle.basePruned + cycle.baseShortfall == settings.step.counts(alive: before.alive).base)
    }
    let numbers = try run.mask.table.numbers(run.network.state)
    #expect(zip(numbers, run.mask.isAlive).allSatisfy { $1 == 1 || $0.bitPattern == 0 })
    #expect(run.cycles[0].accuracy > 0.5)
  }

  @Test("the same seed gives the same cycles", arguments: devices)
  func repeats(_ device: Device) throws {
    func cycles() throws -> [PruningCycle] {
      let plan = TrainingPlan(
        epochs: 1, batch: 16, schedule: .constant(0.02),
        augmentation: Augmentation(cropPadding: 4, flips: true))
      let run = try IterativePruning(
        PruningSettings(rate: 30, share: 5, plan: plan, seed: 5), training: images(64), test: images(32),
        on: device
      ) { seed in
        var stream = RandomStream(seed: seed, "weights")
        return try Networks.residual(blocks: 3, classes: 2, using: &stream)
      }
      try run.run(cycles: 2)
      return run.cycles
    }
    let first = try cycles()
    #expect(first.count == 3)
    #expect(try cycles() == first)
  }

  @Test("dead units are those that the processor counts", arguments: devices)
  func activity(_ device: Device) throws {
    var stream = RandomStream(seed: 2, "weights")
    let network = try Networks.residual(blocks: 1, classes: 2, using: &stream)
    let set = try images(40)
    let here = try ActivityMeasurement(of: network, on: set, preprocessing: Augmentation(), batch: 16)
    try network.move(to: device)
    let there = try ActivityMeasurement(
      of: network, on: set, preprocessing: Augmentation(), batch: 16, device: device)
    for (one, other) in [(here.elements, there.elements), (here.channels, there.channels)] {
      #expect(one.layers.map(\.path) == other.layers.map(\.path))
      for (layer, same) in zip(one.layers, other.layers) {
        // Sums in another order put few outputs on the other side of 0.
        #expect(abs(layer.rate.total - same.rate.total) < 2e-3, "\(layer.path)")
      }
    }
  }
}
