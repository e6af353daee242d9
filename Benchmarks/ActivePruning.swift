import ActivePruning
import Foundation
import NeuralData
import Probability
import Tensors

func measureActivePruning(_ bench: inout Bench) throws {
  guard LibTorch.isAvailable else { return print("prune: LibTorch is not installed") }
  let python = try bench.peer("pruning.py", threads: 2)
  for device in Device.usable { try measureMaskedTraining(&bench, python, on: device) }
  try measureDeadNeurons(&bench)
  try measurePruningStep(&bench, python)
  try measureIterativePruning(&bench, python)
}

/// Nine in ten weights pruned at random.
private func sparse(_ network: some Module) -> Mask {
  var mask = Mask(allOf: WeightTable(of: network))
  var stream = RandomStream(seed: 1, "mask")
  mask.prune((0..<mask.table.count).filter { _ in stream.integer(below: 10) > 0 })
  return mask
}

private func measureMaskedTraining(
  _ bench: inout Bench, _ python: [String: Double], on device: Device
) throws {
  var stream = RandomStream(seed: 1, "weights")
  let network = try Networks.residual(blocks: 3, using: &stream)
  try network.move(to: device)
  let held = try MaskedWeights(sparse(network), in: network)
  let optimiser = SGD(network.parameters, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
  let images = try Tensor.normal([64, 3, 32, 32], using: &stream, on: device)
  let labels = try Tensor((0..<64).map { Int64($0 % 10) }, on: device)
  let step = try least(device == .cpu ? 12 : 300) {
    let loss = try Loss.crossEntropy(
      network(images, in: .training(RandomStream(seed: 1, "pass"))), labels: labels)
    try optimiser.minimise(loss)
    try held.hold()
    bench.sink += try loss.item()
  }
  let place = device == .cpu ? "" : ", \(device)"
  bench.add(
    "ResNet-20 with masks, training step, batch 64\(place)", "PyTorch with torch.nn.utils.prune", step,
    python["masked step\(place)"], floor: String(format: "%.2g GFLOP", 64 * 41e6 * 2 * 3 / 1e9))
}

private func measureDeadNeurons(_ bench: inout Bench) throws {
  var stream = RandomStream(seed: 1, "weights")
  try measureDeadNeurons(
    &bench, "ResNet-20, forward pass with dead neurons counted, batch 64",
    of: Networks.residual(blocks: 3, using: &stream), Tensor.normal([64, 3, 32, 32], using: &stream),
    repeats: 30)
  try measureDeadNeurons(
    &bench, "MLP 784-300-100-10, forward pass with dead neurons counted, batch 250",
    of: Networks.multilayerPerceptron([784, 300, 100, 10], using: &stream),
    Tensor.normal([250, 784], using: &stream), repeats: 1_000)
}

private func measureDeadNeurons(
  _ bench: inout Bench, _ name: String, of network: some Layer, _ images: Tensor, repeats: Int
) throws {
  let meter = try DeadNeuronMeter(of: network)
  func pass(_ pass: Pass) throws {
    try withoutGradients { bench.sink += try network(images, in: pass).sum().item() }
  }
  // By turns, so that all meet the same load of the machine.
  var (alone, watched, counting) = (Double.infinity, Double.infinity, Double.infinity)
  for _ in 0..<repeats {
    alone = min(alone, try least(1) { try pass(.inference()) })
    watched = min(watched, try least(1) { try pass(.inference(observer: meter.observe)) })
    var spent = 0.0
    try pass(
      .inference { module, output throws(TensorError) in
        let start = ContinuousClock.now
        try meter.observe(module, output)
        spent += (ContinuousClock.now - start) / .seconds(1)
      })
    counting = min(counting, spent)
  }
  let outputs = try meter.rates().network.units * images.shape[0]
  bench.add(
    name, "the pass alone", watched, alone,
    floor: String(
      format: "the pass, and %.3g MB of outputs read once; counting by itself takes %.2g s, %.0f GB/s",
      Double(outputs) * 4e-6, counting, Double(outputs) * 4e-9 / counting))
}

private func measurePruningStep(_ bench: inout Bench, _ python: [String: Double]) throws {
  let count = 25_000_000
  var stream = RandomStream(seed: 1, "weights")
  let start = (0..<count).map { _ in Float(stream.uniform() - 0.5) }
  let weights = start.map { $0 + Float(stream.uniform() - 0.5) * 0.1 }
  let scores = Scores.magnitude(weights)
  let table = WeightTable([("weight", [count])])
  let step = try PruningStep(rate: 20, share: 2)
  var best = Double.infinity
  for _ in 0..<5 {
    var mask = Mask(allOf: table)
    best = min(
      best,
      try least(1) {
        let outcome = try step.apply(
          to: &mask, scores: scores, weights: weights, start: start, threads: 2, using: &stream)
        bench.sink += Double(outcome.base.count)
      })
  }
  bench.add(
    "pruning step, 25 million weights, two threads", "torch.nn.utils.prune.global_unstructured", best,
    python["global step"], floor: "three lists of 100 MB read once")
}

private func measureIterativePruning(_ bench: inout Bench, _ python: [String: Double]) throws {
  var stream = RandomStream(seed: 1, "images")
  func images(_ count: Int) throws -> ImageSet {
    let pixels = (0..<(count * 64)).map { _ in UInt8(stream.integer(below: 17)) }
    return ImageSet(
      try LabelledImages(
        pixels: pixels, rows: 8, columns: 8, labels: (0..<count).map { UInt8($0 % 10) }, maximum: 16,
        classes: 10, source: "drawn"))
  }
  let (training, test) = (try images(1_438), try images(359))
  let settings = try PruningSettings(plan: TrainingPlan(epochs: 5, batch: 64, schedule: .constant(0.05)))
  let time = try least(2) {
    let run = try IterativePruning(settings, training: training, test: test) { seed in
      var stream = RandomStream(seed: seed, "weights")
      return try Networks.multilayerPerceptron([64, 100, 50, 10], using: &stream)
    }
    try run.run(cycles: 4)
    bench.sink += run.cycles[4].loss
  }
  bench.add(
    "four cycles of an MLP on 1,438 images, 5 epochs each", "PyTorch by the published protocol", time,
    python["iterative run"], floor: "5 trainings of 115 steps; the protocol has 9")
}
