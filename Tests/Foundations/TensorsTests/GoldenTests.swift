import Foundation
import NeuralData
import Probability
import Testing

@testable import Tensors

/// Values and gradients against those that PyTorch computed in `float64`.
@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct GoldenTests {
  static let tolerance = 1e-12

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var inputs: [[Int]]
    var function: @Sendable ([Tensor]) throws(TensorError) -> Tensor
    var testDescription: String { name }

    init(
      _ name: String, _ inputs: [Int]...,
      function: @escaping @Sendable ([Tensor]) throws(TensorError) -> Tensor
    ) {
      (self.name, self.inputs, self.function) = (name, inputs, function)
    }
  }

  private static func spread(
    _ window: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) -> @Sendable ([Tensor]) throws(TensorError) -> Tensor {
    { inputs throws(TensorError) in
      try inputs[0].convolved(
        with: inputs[1], bias: inputs[2], stride: [Int](repeating: stride, count: window),
        padding: [Int](repeating: padding, count: window), dilation: [Int](repeating: 1, count: window),
        groups: groups)
    }
  }

  static let cases: [Case] = [
    Case("add", [3, 4], [4]) { x throws(TensorError) in try x[0] + (x[1] + 0.5) },
    Case("divide", [3, 4], [4]) { x throws(TensorError) in
      let y = try x[1] + 0.5
      return try x[0] / (y * y + 1)
    },
    Case("matmul", [2, 3, 4], [4, 5]) { x throws(TensorError) in try x[0].matrixProduct(x[1]) },
    Case("softmax", [3, 4]) { x throws(TensorError) in try x[0].softmax() },
    Case("logsumexp", [3, 4]) { x throws(TensorError) in try x[0].logSumExp(along: 1) },
    Case("variance", [3, 4]) { x throws(TensorError) in try x[0].variance(along: 1) },
    Case("relu", [3, 4]) { x throws(TensorError) in try x[0].relu() },
    Case("sigmoid", [3, 4]) { x throws(TensorError) in try x[0].sigmoid() },
    Case("tanh", [3, 4]) { x throws(TensorError) in try x[0].tanh() },
    Case("silu", [3, 4]) { x throws(TensorError) in try x[0].silu() },
    Case("gelu", [3, 4]) { x throws(TensorError) in try x[0].gelu() },
    Case("elu", [3, 4]) { x throws(TensorError) in try x[0].elu() },
    Case("softplus", [3, 4]) { x throws(TensorError) in try x[0].softplus() },
    Case("leaky_relu", [3, 4]) { x throws(TensorError) in try x[0].leakyRelu() },
    Case("relu6", [3, 4]) { x throws(TensorError) in try x[0].relu6() },
    Case("conv1d", [2, 3, 7], [4, 3, 3], [4], function: spread(1, stride: 2, padding: 1)),
    Case("conv2d", [2, 4, 5, 5], [6, 2, 3, 3], [6], function: spread(2, padding: 1, groups: 2)),
    Case("conv3d", [1, 2, 4, 4, 4], [3, 2, 2, 2, 2], [3], function: spread(3)),
    Case("deconv2d", [2, 3, 4, 4], [3, 5, 3, 3], [5]) { x throws(TensorError) in
      try x[0].convolved(
        with: x[1], bias: x[2], stride: [2, 2], padding: [1, 1], dilation: [1, 1], isTransposed: true,
        outputPadding: [1, 1])
    },
    Case("max_pool", [2, 3, 6, 6]) { x throws(TensorError) in
      try Pooling(.largest, window: [2, 2])(x[0], in: .inference())
    },
    Case("avg_pool", [2, 3, 6, 6]) { x throws(TensorError) in
      try Pooling(.mean, window: [3, 3], stride: 2, padding: 1)(x[0], in: .inference())
    },
    Case("cross_entropy", [3, 4]) { x throws(TensorError) in
      try Loss.crossEntropy(x[0], labels: labels(like: x[0]))
    },
    Case("cross_entropy_smooth", [3, 4]) { x throws(TensorError) in
      try Loss.crossEntropy(x[0], labels: labels(like: x[0]), smoothing: 0.1)
    },
    Case("binary_cross_entropy", [3, 4]) { x throws(TensorError) in
      try Loss.binaryCrossEntropy(x[0], targets: targets(like: x[0]))
    },
    Case("squared_error", [3, 4]) { x throws(TensorError) in
      try Loss.squaredError(x[0], targets: targets(like: x[0]))
    },
    Case("absolute_error", [3, 4]) { x throws(TensorError) in
      try Loss.absoluteError(x[0], targets: targets(like: x[0]))
    },
    Case("huber", [3, 4]) { x throws(TensorError) in try Loss.huber(x[0], targets: targets(like: x[0])) },
    Case("poisson", [3, 4]) { x throws(TensorError) in
      try Loss.poisson(logRates: x[0], counts: (targets(like: x[0]) * 4).magnitude())
    },
    Case("divergence", [3, 4]) { x throws(TensorError) in
      try Loss.divergence(
        x[0].logSoftmax(along: 1), targets: pattern(3, 4).like(x[0]).flipped(along: 1).logSoftmax(along: 1))
    },
  ]

  private static func targets(like tensor: Tensor) throws(TensorError) -> Tensor {
    try (pattern(3, 4) / 8 + 0.4).like(tensor)
  }
  private static func labels(like tensor: Tensor) throws(TensorError) -> Tensor {
    try Tensor([0, 2, 3] as [Int64], on: tensor.device)
  }

  private func check(
    _ name: String, at inputs: [Tensor], _ function: ([Tensor]) throws(TensorError) -> Tensor
  ) throws {
    let (weighted, gradients) = try valueWithGradients(at: inputs) { inputs throws(TensorError) in
      let output = try function(inputs)
      return try (output * cosines(like: output)).sum()
    }
    _ = weighted
    #expect(try Golden.shared.distance(name, function(inputs)) < Self.tolerance)
    for (index, gradient) in gradients.enumerated() {
      #expect(try Golden.shared.distance("\(name).gradient\(index)", gradient) < Self.tolerance)
    }
  }

  @Test("value and gradients", arguments: cases)
  func operation(_ item: Case) throws {
    try check(item.name, at: item.inputs.map { try pattern(of: $0) }, item.function)
  }

  @Test func normalisation() throws {
    let layer = try LayerNormalisation([4], type: .float64)
    try layer.weight.set(pattern(4))
    try layer.bias.set(pattern(4))
    let value = try layer(pattern(3, 4), in: .inference())
    #expect(try Golden.shared.distance("layer_norm", value) < Self.tolerance)
    let groups = try GroupNormalisation(groups: 2, channels: 4, type: .float64)
    try groups.weight.set(pattern(4))
    try groups.bias.set(pattern(4))
    #expect(
      try Golden.shared.distance("group_norm", groups(pattern(2, 4, 3), in: .inference())) < Self.tolerance)
  }

  @Test func batchNormalisation() throws {
    let layer = try BatchNormalisation(3, type: .float64)
    let input = try pattern(4, 3, 2, 2)
    let value = try layer(input, in: .training(RandomStream(seed: 1, "pass")))
    #expect(try Golden.shared.distance("batch_norm", value) < Self.tolerance)
    #expect(
      try Golden.shared.distance("batch_norm.running_mean", layer.runningMean.value) < Self.tolerance)
    #expect(
      try Golden.shared.distance("batch_norm.running_var", layer.runningVariance.value) < Self.tolerance)
    #expect(try layer.batches.value.item() == 1)
    try check("batch_norm_inference", at: [input]) { x throws(TensorError) in
      try layer(x[0], in: .inference())
    }
  }

  @Test func recurrence() throws {
    var stream = RandomStream(seed: 1, "weights")
    let lstm = try Recurrent(
      .lstm, inputs: 3, size: 4, layers: 2, isBidirectional: true, type: .float64, using: &stream)
    try fill(lstm)
    #expect(lstm.parameters.map(\.path).prefix(5).last == "weight_ih_l0_reverse")
    try check("lstm", at: [pattern(2, 5, 3)]) { x throws(TensorError) in
      try lstm(x[0], in: .inference()).output
    }
    let state = try lstm(pattern(2, 5, 3), in: .inference()).state
    #expect(try Golden.shared.distance("lstm.state.0", state.hidden) < Self.tolerance)
    #expect(try Golden.shared.distance("lstm.state.1", state.memory!) < Self.tolerance)
    let gru = try Recurrent(.gru, inputs: 3, size: 4, type: .float64, using: &stream)
    try fill(gru)
    try check("gru", at: [pattern(2, 5, 3)]) { x throws(TensorError) in try gru(x[0], in: .inference()).output
    }
  }

  @Test func attentionAndEmbedding() throws {
    var stream = RandomStream(seed: 1, "weights")
    let attention = try Attention(size: 4, heads: 2, type: .float64, using: &stream)
    try fill(attention)
    try check("attention", at: [pattern(2, 3, 4)]) { x throws(TensorError) in
      try attention(x[0], in: .inference())
    }
    let embedding = try Embedding(symbols: 5, size: 3, type: .float64, using: &stream)
    try fill(embedding)
    let found = try embedding(Tensor([0, 4, 2, 2] as [Int64], shape: [2, 2]), in: .inference())
    #expect(try Golden.shared.distance("embedding", found) < Self.tolerance)
  }

  @Test("five steps of an optimiser", arguments: ["sgd", "nesterov", "adam", "adamw", "adamax"])
  func optimiser(_ name: String) throws {
    let x = try Parameter(pattern(2, 3))
    let y = try Parameter(pattern(3))
    let places = [("x", x), ("y", y)]
    let optimiser: any Optimiser =
      switch name {
      case "sgd": SGD(places, learningRate: 0.1, momentum: 0.9, weightDecay: 0.01)
      case "nesterov": SGD(places, learningRate: 0.1, momentum: 0.9, isNesterov: true)
      case "adam": Adam(places, learningRate: 0.05, weightDecay: 0.01)
      case "adamw": Adam.adamW(places, learningRate: 0.05, weightDecay: 0.1)
      default: Adamax(places, learningRate: 0.05, weightDecay: 0.01)
      }
    for step in 0..<5 {
      if step == 3 {  // what is saved is all that the next steps need
        let state = try optimiser.state()
        try optimiser.restore([:])
        try optimiser.restore(state)
      }
      try optimiser.minimise((x.value * y.value).sin().sum() + (x.value * x.value).mean())
    }
    #expect(try Golden.shared.distance("\(name).x", x.value) < Self.tolerance)
    #expect(try Golden.shared.distance("\(name).y", y.value) < Self.tolerance)
  }

  @Test func clippingAndSchedule() throws {
    let gradient = try pattern(2, 3) * 2
    let (shortened, norm) = try clipped([gradient], toNorm: 1.5)
    #expect(abs(norm - Golden.shared.cases["clip.norm"]!.values[0]) < Self.tolerance)
    #expect(try Golden.shared.distance("clip.gradient", shortened[0]) < Self.tolerance)
    #expect(
      try clipped([gradient], toNorm: 1e9).gradients[0].scalars(as: Double.self)
        == gradient.scalars(as: Double.self))
    let cosine = Schedule.cosine(rate: 0.4, last: 0.1, length: 10)
    for (step, rate) in Golden.shared.cases["cosine"]!.values.enumerated() {
      #expect(abs(cosine.rate(at: step) - rate) < 1e-6)  // the fixture went through float32
    }
    let steps = Schedule.warmUp(length: 4, then: .steps(rate: 1, at: [2], factor: 0.1))
    #expect((0..<7).map(steps.rate(at:)) == [0.25, 0.5, 0.75, 1, 1, 1, 0.1])
  }

  @Test func weightsOfPyTorch() throws {
    var stream = RandomStream(seed: 1, "weights")
    let network = Sequential(
      try Convolution(1, 2, window: [3, 3], using: &stream), try BatchNormalisation(2), Activation.flatten(),
      try Linear(8, 3, using: &stream))
    let path = Bundle.module.path(forResource: "network", ofType: "pt", inDirectory: "Fixtures")!
    try network.load(TensorFiles.read(path))
    let output = try network(pattern(4, 1, 4, 4).converted(to: .float32), in: .inference())
    #expect(try Golden.shared.distance("network", output) < 1e-5)

    let folder = NSTemporaryDirectory() + "tensors-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try TensorFiles.write(network.state, to: folder + "/w.safetensors", metadata: ["step": "3"])
    let read = try TensorFiles.read(folder + "/w.safetensors")
    #expect(read["1.num_batches_tracked"]?.type == .int64)
    #expect(Set(read.keys) == Set(network.state.keys))
    for (name, tensor) in network.state { #expect(try read[name]!.numericArray() == tensor.numericArray()) }
  }
}
