import NeuralData
import Probability
import Testing

@testable import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Trains a small network of convolutions and returns its losses.
func trainSmallNetwork(seed: UInt64, steps: Int, on device: Device = .cpu) throws -> [Float] {
  var stream = RandomStream(seed: seed, "weights")
  let network = Sequential(
    try Convolution(1, 8, window: [3, 3], padding: 1, using: &stream), try BatchNormalisation(8),
    Activation.relu(), Dropout(0.2), Pooling(.largest, window: [2, 2]), Pooling.global(),
    try Linear(8, 4, using: &stream))
  try network.move(to: device)
  let optimiser = Adam(network.parameters, learningRate: 0.01)
  let square = CustomFunction("square") { inputs throws(TensorError) in
    let x = inputs[0]
    return CustomFunction.Pass(outputs: [try x * x]) { gradients throws(TensorError) in
      [try gradients[0]! * x * 2]
    }
  }
  var losses: [Float] = []
  for step in 0..<steps {
    var data = RandomStream(seed: seed, "data", step)
    let input = try Tensor.normal([32, 1, 12, 12], using: &data, on: device)
    let labels = try (Tensor.uniform([32], using: &data, on: device) * 4).converted(to: .int64)
    let scores = try network(input, in: .training(RandomStream(seed: seed, "pass", step)))
    let loss = try Loss.crossEntropy(scores, labels: labels) + square([scores])[0].mean() * 0.01
    losses.append(Float(try loss.item()))
    try optimiser.minimise(loss, clippingTo: 1)
  }
  return losses
}

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct LifetimeTests {
  @Test func noTensorStays() async {
    await #expect(processExitsWith: .success) {
      _ = try trainSmallNetwork(seed: 1, steps: 3)
      for _ in 0..<3 {
        // Failures must not keep their operands either.
        _ = try? Tensor.ones([2]) + Tensor.ones([3])
        let failing = CustomFunction("failing") { inputs throws(TensorError) in
          CustomFunction.Pass(outputs: [try inputs[0] * 2]) { gradients throws(TensorError) in
            [try gradients[0]! + Tensor.ones([7])]
          }
        }
        _ = try? gradient(at: Tensor.ones([3])) { x throws(TensorError) in try failing([x])[0].sum() }
        // A graph that is never walked is let go too.
        _ = try failing([Tensor.ones([3]).leaf(requiringGradient: true)])
      }
      precondition(LibTorch.liveTensors == 0, "\(LibTorch.liveTensors) tensors stay")
    }
  }

  @Test func threadsDoNotMatter() async {
    await #expect(processExitsWith: .success) {
      precondition(LibTorch.operationThreads == 1)
      let alone = try trainSmallNetwork(seed: 7, steps: 4)
      let together = try await withThrowingTaskGroup(of: [Float].self) { group in
        for _ in 0..<4 { group.addTask { try trainSmallNetwork(seed: 7, steps: 4) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      precondition(together.allSatisfy { $0 == alone })
      let other = try trainSmallNetwork(seed: 8, steps: 4)
      precondition(other != alone)
    }
  }

  #if canImport(Glibc)
    @Test func freedMemoryIsUsedAgain() async {
      await #expect(processExitsWith: .success) {
        let input = try Tensor.ones([1 << 20])
        func faults() -> Int {
          var usage = rusage()
          getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
          return usage.ru_minflt
        }
        func work() throws {
          for _ in 0..<50 { _ = try (input.relu() + input).relu() }
        }
        try work()
        let before = faults()
        try work()
        // Fresh pages for every result would be 150 times 1024.
        precondition(faults() - before < 1024, "\(faults() - before) pages")
      }
    }
  #endif

  @Test func mixedPrecision() throws {
    var stream = RandomStream(seed: 1, "w")
    let layer = try Linear(16, 4, using: &stream)
    let input = try Tensor.normal([8, 16], using: &stream)
    let (exact, mixed) = (
      try layer(input, in: .inference()),
      try withMixedPrecision(on: .cpu) { () throws(TensorError) in try layer(input, in: .inference()) }
    )
    #expect(exact.type == .float32)
    #expect(mixed.type == .bfloat16)
    #expect(try (exact - mixed).magnitude().largest().item() < 0.05)
    #expect(try layer(input, in: .inference()).type == .float32)
    let gradients = try withMixedPrecision(on: .cpu) { () throws(TensorError) in
      try layer(input, in: .inference()).sum()
    }.gradients(for: [layer.weight.value])
    #expect(gradients[0].type == .float32)
  }

  @Test func modulesAndTheirNames() throws {
    final class Block: Layer {
      let first: Linear
      let rest: [Linear]
      let shortcut: Linear?
      let scale: Parameter
      init(using stream: inout RandomStream) throws(TensorError) {
        first = try Linear(2, 2, using: &stream)
        rest = [try Linear(2, 2, hasBias: false, using: &stream), try Linear(2, 2, using: &stream)]
        shortcut = try Linear(2, 2, hasBias: false, using: &stream)
        scale = try Parameter(Tensor.ones([2]))
      }
      var storedNames: [String: String] { ["first": "conv1"] }
      func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
        try shortcut!(rest[1](rest[0](first(input, in: pass), in: pass), in: pass), in: pass) * scale.value
      }
    }
    var stream = RandomStream(seed: 1, "w")
    let network = Sequential(try Block(using: &stream), Activation.relu())
    #expect(
      network.parameters.map(\.path) == [
        "0.conv1.weight", "0.conv1.bias", "0.rest.0.weight", "0.rest.1.weight", "0.rest.1.bias",
        "0.shortcut.weight", "0.scale",
      ])
    #expect(network.modules.map(\.path) == ["", "0", "0.conv1", "0.rest.0", "0.rest.1", "0.shortcut", "1"])
    #expect(network.parameterCount == 6 + 4 + 6 + 4 + 2)
    var seen: [String] = []
    let paths = Dictionary(
      uniqueKeysWithValues: network.modules.map { (ObjectIdentifier($0.module), $0.path) })
    let pass = Pass.inference { module, _ throws(TensorError) in seen.append(paths[ObjectIdentifier(module)]!)
    }
    _ = try network(Tensor.ones([1, 2]), in: pass)
    #expect(seen == ["0.conv1", "0.rest.0", "0.rest.1", "0.shortcut", "0", "1", ""])
    // A frozen parameter is not moved and has no gradient.
    let frozen = network.parameters[0].parameter
    try frozen.setTrained(false)
    let optimiser = SGD(network.parameters, learningRate: 1)
    #expect(optimiser.parameters.map(\.path).first == "0.conv1.bias")
    let before = try frozen.value.scalars(as: Float.self)
    try optimiser.minimise(network(Tensor.ones([1, 2]), in: .inference()).sum())
    #expect(try frozen.value.scalars(as: Float.self) == before)
  }
}
