import ActivePruning
import Foundation
import NeuralData
import Probability
import Tensors
import Testing

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct ShrinkingTests {
  /// A network with some of its numbers put in by hand.
  private func checkpoint(
    _ name: String, side: Int = 4, classes: Int = 3, preprocessing: Augmentation = Augmentation(),
    _ change: (inout [String: [Float]]) -> Void
  ) throws -> NetworkCheckpoint {
    let choice = try #require(NetworkChoice(name))
    let shape = try #require(ImageShape(channels: 1, rows: side, columns: side, classes: classes))
    let network = try choice.network(for: shape, seed: 5)
    var numbers: [String: [Float]] = [:]
    for (path, tensor) in network.state where tensor.type == .float32 {
      numbers[path] = try tensor.detached().scalars(as: Float.self)
    }
    change(&numbers)
    var state = network.state
    for (path, values) in numbers { state[path] = try Tensor(values, shape: state[path]!.shape) }
    try network.load(state)
    return try NetworkCheckpoint(
      of: network, choice: choice, shape: shape, seed: 5, preprocessing: preprocessing)
  }

  private func images(side: Int, count: Int = 40, classes: Int = 3) throws -> ImageSet {
    var stream = RandomStream(seed: 9, "images")
    return try ImageSet(
      pixels: (0..<(count * side * side)).map { _ in UInt8(stream.integer(below: 256)) }, channels: 1,
      rows: side, columns: side, labels: (0..<count).map { $0 % classes }, classes: classes, source: "test")
  }

  private func difference(
    _ before: NetworkCheckpoint, _ after: NetworkCheckpoint, _ images: ImageSet
  ) throws -> OutputComparison {
    let (first, second) = (try before.network(), try after.network())
    return try OutputComparison(first, second, on: images, preprocessing: before.preprocessing)
  }

  @Test("each reason, in a perceptron")
  func reasons() throws {
    let before = try checkpoint("mlp-6-4") { numbers in
      for unit in 0..<6 {  // everything varies unless it is changed
        for input in 0..<16 { numbers["1.weight"]![unit * 16 + input] = input % 2 == 0 ? 0.3 : -0.2 }
        numbers["1.bias"]![unit] = 0.1
      }
      numbers["3.weight"] = (0..<24).map { $0 % 5 == 0 ? -0.4 : 0.5 }
      numbers["3.bias"] = [0.1, 0.1, 0.1, 0.1]
      numbers["5.weight"] = (0..<12).map { Float($0) / 10 - 0.45 }
      func row(_ unit: Int, _ value: Float) {
        numbers["1.weight"]!.replaceSubrange(
          (unit * 16)..<(unit * 16 + 16), with: Array(repeating: value, count: 16))
      }
      row(0, 0)
      numbers["1.bias"]![0] = -0.5  // unconnected
      row(1, 0)
      numbers["1.bias"]![1] = 0.7  // constant
      row(2, -0.1)
      numbers["1.bias"]![2] = -0.01  // bounded
      for output in 0..<4 { numbers["3.weight"]![output * 6 + 3] = 0 }  // unread
      // Reads the first layer's dead units alone: unconnected once they are gone, constant since its bias is above 0.
      numbers["3.weight"]!.replaceSubrange(0..<6, with: [1, 0, 2, 0, 0, 0])
      numbers["3.bias"]![0] = 0.25
    }
    let shrinking = try Shrinking(of: before)
    #expect(shrinking.layers.map(\.layer) == ["1", "3"])
    #expect(shrinking.layers[0].kept == [4, 5])
    #expect(shrinking.layers[0].removed == [.unconnected: 1, .constant: 1, .bounded: 1, .unread: 1])
    #expect(shrinking.layers[1].kept == [1, 2, 3] && shrinking.layers[1].removed == [.constant: 1])
    #expect(shrinking.checkpoint.choice == .multilayerPerceptron(hidden: [2, 3]))
    #expect(shrinking.parameters.after == 16 * 2 + 2 + 2 * 3 + 3 + 3 * 3 + 3)
    #expect(shrinking.isExact && shrinking.units == (10, 5))
    let compared = try difference(before, shrinking.checkpoint, images(side: 4))
    #expect(compared.largestDifference <= 1e-5 && compared.changedClasses == 0)
    #expect(compared.largestScore > 0.1)
  }

  @Test("inputs below 0 bound nothing that pixels from 0 to 1 do")
  func standardised() throws {
    func kept(_ preprocessing: Augmentation) throws -> [Int] {
      try Shrinking(
        of: checkpoint("mlp-2", preprocessing: preprocessing) { numbers in
          numbers["1.weight"] = [Float](repeating: -1, count: 16) + [Float](repeating: 1, count: 16)
          numbers["1.bias"] = [0, 0]
        }
      ).layers[0].kept
    }
    #expect(try kept(Augmentation()) == [1])
    #expect(try kept(Augmentation(means: [0.5], deviations: [0.2])) == [0, 1])
  }

  @Test("a layer keeps one unit")
  func keepsOne() throws {
    let before = try checkpoint("mlp-3") { numbers in
      numbers["1.weight"] = [Float](repeating: 0, count: 48)
      numbers["1.bias"] = [1, 2, -1]
    }
    let shrinking = try Shrinking(of: before)
    #expect(shrinking.layers[0].kept == [0])
    #expect(try difference(before, shrinking.checkpoint, images(side: 4)).largestDifference <= 1e-6)
  }

  @Test("channels of LeNet-5, through pooling and flattening")
  func leNet() throws {
    let before = try checkpoint("lenet5", side: 28) { numbers in
      func clear(_ name: String, _ unit: Int, _ width: Int) {
        numbers["\(name).weight"]!.replaceSubrange(
          (unit * width)..<(unit * width + width), with: [Float](repeating: 0, count: width))
      }
      clear("0", 2, 25)
      numbers["0.bias"]![2] = -0.3
      clear("0", 4, 25)
      numbers["0.bias"]![4] = 0.6  // the next convolution has no padding and takes it over
      clear("3", 7, 150)
      numbers["3.bias"]![7] = 0.4  // 25 inputs of the linear layer
      clear("7", 11, 400)
      numbers["7.bias"]![11] = -1
    }
    let shrinking = try Shrinking(of: before)
    #expect(shrinking.layers.map { $0.units - $0.kept.count } == [2, 1, 1, 0])
    #expect(shrinking.layers[0].removed == [.unconnected: 1, .constant: 1])
    #expect(shrinking.checkpoint.isShrunk && shrinking.checkpoint.weights["7.weight"]?.shape == [119, 375])
    let scratch = try Scratch()
    try shrinking.checkpoint.write(to: scratch.file("small"))
    let read = try NetworkCheckpoint.read(scratch.file("small"))
    #expect(try difference(before, read, images(side: 28)).largestDifference <= 1e-5)
    // What was shrunk can be shrunk again, and nothing is left to remove.
    let again = try Shrinking(of: read)
    #expect(again.units.before == again.units.after && again.checkpoint.isShrunk)
  }

  @Test("channels within residual blocks, whose normalisation decides")
  func residual() throws {
    let before = try checkpoint("resnet20", side: 32) { numbers in
      // Statistics as after training.
      for name in numbers.keys where name.hasSuffix("running_mean") {
        numbers[name] = numbers[name]!.indices.map { Float($0 % 3) * 0.1 - 0.1 }
      }
      for channel in [1, 3] {
        numbers["layer1.0.conv1.weight"]!.replaceSubrange(
          (channel * 144)..<(channel * 144 + 144), with: [Float](repeating: 0, count: 144))
      }
      numbers["layer1.0.bn1.bias"]![1] = -0.2
      numbers["layer1.0.bn1.bias"]![3] = 0.5
    }
    let shrinking = try Shrinking(of: before)
    let layer = try #require(shrinking.layers.first { $0.layer == "layer1.0.conv1" })
    #expect(shrinking.layers.count == 9)
    // A constant cannot be taken over by a convolution that pads with zeros.
    #expect(layer.removed == [.unconnected: 1] && layer.constantKept == 1 && layer.kept.count == 15)
    let compared = try difference(before, shrinking.checkpoint, images(side: 32, count: 6))
    #expect(compared.largestDifference <= 1e-4 * max(1, compared.largestScore))
    #expect(shrinking.parameters.before - shrinking.parameters.after == 144 + 2 + 144)
  }

  @Test(
    "networks pruned at random give the same outputs",
    arguments: ["mlp-30-20", "lenet5", "resnet20", "vgg19", "mobilenetv2", "densenet40"])
  func pruned(_ name: String) throws {
    let side = name == "lenet5" ? 28 : name.hasPrefix("mlp") ? 4 : 32
    var stream = RandomStream(seed: 3, "mask")
    let before = try checkpoint(name, side: side) { numbers in
      for path in numbers.keys.sorted() {
        if path.hasSuffix("running_mean") || path.hasSuffix("bias") {
          numbers[path] = numbers[path]!.map { _ in Float(stream.integer(below: 200)) / 1000 - 0.1 }
        } else if path.hasSuffix("weight"), numbers[path]!.count > 2000 || name.hasPrefix("mlp") {
          numbers[path] = numbers[path]!.map { stream.integer(below: 100) < 97 ? 0 : $0 * 4 }
        }
      }
    }
    let shrinking = try Shrinking(of: before)
    #expect(shrinking.isExact)
    let compared = try difference(
      before, shrinking.checkpoint, images(side: side, count: name.hasPrefix("mlp") ? 200 : 4))
    #expect(compared.largestDifference <= 1e-4 * max(1, compared.largestScore), "\(name)")
    if name.hasPrefix("mlp") { #expect(shrinking.units.after < shrinking.units.before) }
  }

  @Test("silent units are removed when asked, and said to be calibrated")
  func silent() throws {
    let set = try images(side: 4)
    let before = try checkpoint("mlp-8") { numbers in
      // No image is as bright as this unit wants, though one could be.
      numbers["1.weight"]!.replaceSubrange(0..<16, with: [Float](repeating: 1, count: 16))
      numbers["1.bias"]![0] = -15.5
    }
    #expect(try Shrinking(of: before).layers[0].kept.contains(0))
    let network = try before.network()
    let silent = try DeadNeuronMeter.silentUnits(of: network, on: set, preprocessing: Augmentation())
    #expect(silent["2"]?[0] == true)
    let shrinking = try Shrinking(of: before, silent: silent)
    #expect(!shrinking.isExact && (shrinking.layers[0].removed[.silent] ?? 0) >= 1)
    #expect(!shrinking.layers[0].kept.contains(0))
    #expect(try difference(before, shrinking.checkpoint, set).largestDifference <= 1e-5)
    // On an image that wakes the unit the outputs differ.
    let bright = try ImageSet(
      pixels: [UInt8](repeating: 255, count: 16), channels: 1, rows: 4, columns: 4, labels: [0], classes: 3,
      source: "test")
    #expect(try difference(before, shrinking.checkpoint, bright).largestDifference > 1e-3)
  }

  @Test("masks shrink with their weights")
  func masks() throws {
    let choice = NetworkChoice.multilayerPerceptron(hidden: [4])
    let shape = try #require(ImageShape(channels: 1, rows: 2, columns: 2, classes: 2))
    let network = try choice.network(for: shape, seed: 1)
    var mask = Mask(allOf: WeightTable(of: network))
    mask.prune(0..<4)  // the first unit's inputs
    mask.prune([17])
    _ = try MaskedWeights(mask, in: network)
    try network.parameters.first { $0.path == "1.bias" }!.parameter.set(Tensor([-1, 1, 1, 1] as [Float]))
    let before = try NetworkCheckpoint(
      of: network, choice: choice, shape: shape, seed: 1, preprocessing: Augmentation(),
      start: network.state, mask: mask)
    let after = try Shrinking(of: before).checkpoint
    #expect(after.masks["1.weight"]?.shape == [3, 4] && after.masks["3.weight"]?.shape == [2, 3])
    #expect(after.masks["3.weight"]?.bytes == [0, 1, 1, 1, 1, 1])
    #expect(after.start == nil)
    let narrow = try after.network()
    #expect(try after.mask(in: narrow)?.aliveCount == 12 + 5)
  }
}
