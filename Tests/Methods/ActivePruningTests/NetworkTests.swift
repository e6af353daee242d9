import ActivePruning
import Probability
import Tensors
import Testing

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct NetworkTests {
  typealias Build = @Sendable (inout RandomStream) throws(TensorError) -> any Layer

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    /// The literature's number of parameters.
    var parameters: Int
    /// Channels, rows and columns of an image.
    var input: [Int]
    var classes: Int
    var build: Build
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "LeNet-300-100", parameters: 266_610, input: [1, 28, 28], classes: 10) {
      stream throws(TensorError) in try Networks.multilayerPerceptron([784, 300, 100, 10], using: &stream)
    },
    Case(name: "LeNet-5", parameters: 61_706, input: [1, 28, 28], classes: 10) { stream throws(TensorError) in
      try Networks.leNet5(using: &stream)
    },
    Case(name: "LeNet-5 on 32 × 32", parameters: 61_706, input: [1, 32, 32], classes: 10) {
      stream throws(TensorError) in try Networks.leNet5(side: 32, using: &stream)
    },
    Case(name: "ResNet-20", parameters: 272_474, input: [3, 32, 32], classes: 10) {
      stream throws(TensorError) in try Networks.residual(blocks: 3, using: &stream)
    },
    Case(name: "ResNet-32", parameters: 466_906, input: [3, 32, 32], classes: 10) {
      stream throws(TensorError) in try Networks.residual(blocks: 5, using: &stream)
    },
    Case(name: "ResNet-56", parameters: 855_770, input: [3, 32, 32], classes: 10) {
      stream throws(TensorError) in try Networks.residual(blocks: 9, using: &stream)
    },
    Case(name: "VGG-19", parameters: 20_040_522, input: [3, 32, 32], classes: 10) {
      stream throws(TensorError) in try Networks.vgg19(using: &stream)
    },
    Case(name: "DenseNet-40", parameters: 1_019_722, input: [3, 32, 32], classes: 10) {
      stream throws(TensorError) in try Networks.dense(using: &stream)
    },
    Case(name: "MobileNetV2", parameters: 2_296_922, input: [3, 32, 32], classes: 10) {
      stream throws(TensorError) in try Networks.mobileNetV2(using: &stream)
    },
    Case(name: "ResNet-50", parameters: 25_557_032, input: [3, 64, 64], classes: 1000) {
      stream throws(TensorError) in try Networks.resNet50(using: &stream)
    },
    Case(name: "ViT-B/16", parameters: 86_567_656, input: [3, 224, 224], classes: 1000) {
      stream throws(TensorError) in try VisionTransformer(using: &stream)
    },
  ]

  @Test("parameters and classes", arguments: cases)
  func shape(_ item: Case) throws {
    var stream = RandomStream(seed: 1, "weights")
    let network = try item.build(&stream)
    #expect(network.parameterCount == item.parameters)
    #expect(Set(network.parameters.map(\.path)).count == network.parameters.count)
    let images = try Tensor.normal([2] + item.input, using: &stream)
    let scores = try withoutGradients { try network(images, in: .inference()) }
    #expect(scores.shape == [2, item.classes])
    #expect(try scores.isFinite())
  }

  @Test func theSpecsWeights() throws {
    // 270,256 in convolutions, 784 scales, 640 in the last layer, 794 shifts and biases.
    var stream = RandomStream(seed: 1, "weights")
    let network = try Networks.residual(blocks: 3, using: &stream)
    func count(_ isWanted: (String, Int) -> Bool) -> Int {
      network.parameters.filter { isWanted($0.path, $0.parameter.value.rank) }.reduce(0) {
        $0 + $1.parameter.value.count
      }
    }
    #expect(count { path, rank in path.hasSuffix("weight") && rank == 4 } == 270_256)
    #expect(count { path, rank in path.hasSuffix("weight") && rank == 1 } == 784)
    #expect(count { path, _ in path == "fc.weight" } == 640)
    #expect(count { path, _ in path.hasSuffix("bias") } == 794)
    let table = WeightTable(of: network)
    #expect(table.count == 270_896)
    #expect(WeightTable(of: network, includesScales: true).count == 271_680)
    let numbers = try table.numbers(network.state)
    #expect(numbers.count == 270_896)
    #expect(try Array(numbers.suffix(640)) == network.state["fc.weight"]!.scalars(as: Float.self))
    var mask = Mask(allOf: table)
    mask.prune([0, 5])
    let first = try mask.tensors()["conv1.weight"]!
    #expect(first.shape == [16, 3, 3, 3])
    #expect(try first.sum().item() == 430)
    #expect(throws: TensorError.self) { try table.numbers([:]) }
  }

  @Test func namesOfTorchvision() throws {
    var stream = RandomStream(seed: 1, "weights")
    let residual = try Networks.residual(blocks: 3, using: &stream)
    let paths = residual.parameters.map(\.path)
    #expect(paths.prefix(4) == ["conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight"])
    #expect(paths.contains("layer2.0.shortcut.0.weight"))
    #expect(
      residual.modules.map(\.path).filter { $0.hasPrefix("layer1.0.") }
        == [
          "conv1", "bn1", "relu1", "conv2", "bn2", "relu2",
        ].map { "layer1.0.\($0)" })
    let deep = try Networks.resNet50(using: &stream).modules.map(\.path)
    #expect(
      deep.filter { $0.hasPrefix("layer1.0.") }
        == [
          "conv1", "bn1", "relu1", "conv2", "bn2", "relu2", "conv3", "bn3", "relu3", "downsample",
          "downsample.0",
          "downsample.1",
        ].map { "layer1.0.\($0)" })
    let transformer = try VisionTransformer(
      side: 32, size: 8, heads: 2, layers: 1, inner: 16, using: &stream)
    #expect(
      transformer.parameters.map(\.path).prefix(12) == [
        "class_token", "conv_proj.weight", "conv_proj.bias", "encoder.pos_embedding",
        "encoder.layers.encoder_layer_0.ln_1.weight", "encoder.layers.encoder_layer_0.ln_1.bias",
        "encoder.layers.encoder_layer_0.self_attention.in_proj_weight",
        "encoder.layers.encoder_layer_0.self_attention.in_proj_bias",
        "encoder.layers.encoder_layer_0.self_attention.out_proj.weight",
        "encoder.layers.encoder_layer_0.self_attention.out_proj.bias",
        "encoder.layers.encoder_layer_0.ln_2.weight", "encoder.layers.encoder_layer_0.ln_2.bias",
      ])
  }

  @Test func sizesThatMakeNoNetwork() throws {
    var stream = RandomStream(seed: 1, "weights")
    #expect(throws: TensorError.self) { try Networks.multilayerPerceptron([4], using: &stream) }
    #expect(throws: TensorError.self) { try Networks.leNet5(side: 20, using: &stream) }
    #expect(throws: TensorError.self) { try VisionTransformer(side: 30, using: &stream) }
    #expect(throws: TensorError.self) { try VisionTransformer(layers: -1, using: &stream) }
    #expect(throws: TensorError.self) { try Networks.residual(blocks: -1, using: &stream) }
    #expect(throws: TensorError.self) { try Networks.dense(layers: -1, using: &stream) }
  }

  @Test func aSeedFixesTheWeights() throws {
    func weights(_ seed: UInt64) throws -> [Float] {
      var stream = RandomStream(seed: seed, "weights")
      return try Networks.leNet5(using: &stream).parameters[4].parameter.value.scalars(as: Float.self)
    }
    #expect(try weights(1) == weights(1))
    #expect(try weights(1) != weights(2))
  }
}
