import Foundation
import Probability
import Tensors

/// A residual block of He et al. (2016) for small images.
private final class Block: Layer {
  let conv1: Convolution
  let bn1: BatchNormalisation
  let conv2: Convolution
  let bn2: BatchNormalisation
  let shortcut: Sequential?

  init(_ inputs: Int, _ outputs: Int, stride: Int, using stream: inout RandomStream) throws(TensorError) {
    conv1 = try Convolution(
      inputs, outputs, window: [3, 3], stride: stride, padding: 1, hasBias: false, using: &stream)
    bn1 = try BatchNormalisation(outputs)
    conv2 = try Convolution(outputs, outputs, window: [3, 3], padding: 1, hasBias: false, using: &stream)
    bn2 = try BatchNormalisation(outputs)
    shortcut =
      stride == 1 && inputs == outputs
      ? nil
      : Sequential(
        try Convolution(inputs, outputs, window: [1, 1], stride: stride, hasBias: false, using: &stream),
        try BatchNormalisation(outputs))
  }

  func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    let inner = try bn1(conv1(input, in: pass), in: pass).relu()
    let around = try shortcut.map { layer throws(TensorError) in try layer(input, in: pass) } ?? input
    return try (bn2(conv2(inner, in: pass), in: pass) + around).relu()
  }
}

private func resNet20() throws(TensorError) -> Sequential {
  var stream = RandomStream(seed: 1, "weights")
  var layers: [any Layer] = [
    try Convolution(3, 16, window: [3, 3], padding: 1, hasBias: false, using: &stream),
    try BatchNormalisation(16), Activation.relu(),
  ]
  var inputs = 16
  for (outputs, stride) in [(16, 1), (32, 2), (64, 2)] {
    for number in 0..<3 {
      layers.append(try Block(inputs, outputs, stride: number == 0 ? stride : 1, using: &stream))
      inputs = outputs
    }
  }
  return Sequential(layers + [Pooling.global(), try Linear(64, 10, using: &stream)])
}

/// LibTorch called from C++, compiled here; `nil` where the compiler or the library is missing.
private func directCalls() -> [String: Double]? {
  let program = NSTemporaryDirectory() + "neuropil-elementwise-\(ProcessInfo.processInfo.processIdentifier)"
  defer { try? FileManager.default.removeItem(atPath: program) }
  func run(_ arguments: [String]) -> Data? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = output
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? data : nil
  }
  let home = FileManager.default.currentDirectoryPath + "/.deps/libtorch"
  guard
    run([
      "clang++", "-std=c++20", "-O2", "-DAT_PER_OPERATOR_HEADERS", "-isystem", home + "/include",
      "Benchmarks/peers/elementwise.cpp", "-L" + home + "/lib", "-ltorch_cpu", "-lc10",
      "-Wl,-rpath," + home + "/lib", "-o", program,
    ]) != nil, let data = run([program])
  else { return nil }
  return try? JSONDecoder().decode([String: Double].self, from: data)
}

func measureTensors(_ bench: inout Bench) throws {
  guard LibTorch.isAvailable else { return print("tensors: LibTorch is not installed") }
  let direct = directCalls()
  let (a, b) = (try Tensor.ones([16]), try Tensor.ones([16]))
  let count = 2000
  let add = try withoutGradients {
    try least(200) { for _ in 0..<count { _ = try a + b } } / Double(count)
  }
  bench.add(
    "sum of two tensors of 16 numbers", "LibTorch from C++", add, direct?["add"],
    floor: "16 sums; the rest is dispatch and a new tensor")
  let relu = try withoutGradients {
    try least(200) { for _ in 0..<count { _ = try a.relu() } } / Double(count)
  }
  bench.add(
    "rectifier of a tensor of 16 numbers", "LibTorch from C++", relu, direct?["relu"],
    floor: "16 comparisons; the rest is dispatch and a new tensor")

  let python = try bench.peer("tensors.py")
  for (size, repeats) in [(64, 12), (4, 40)] {
    let network = try resNet20()
    let optimiser = SGD(network.parameters, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
    var stream = RandomStream(seed: 1, "data")
    let images = try Tensor.normal([size, 3, 32, 32], using: &stream)
    let labels = try Tensor((0..<size).map { Int64($0 % 10) })
    let step = try least(repeats) {
      let loss = try Loss.crossEntropy(
        network(images, in: .training(RandomStream(seed: 1, "pass"))), labels: labels)
      try optimiser.minimise(loss)
      bench.sink += try loss.item()
    }
    // Forward and backward: three times the forward pass's 41 million products an image.
    bench.add(
      "ResNet-20, training step, batch \(size)", "PyTorch", step, python["ResNet-20, batch \(size)"],
      floor: String(format: "%.2g GFLOP", Double(size) * 41e6 * 2 * 3 / 1e9))
  }
}
