import Probability
import Tensors

/// A network by its name, as users and files give it: `resnet20`, or `mlp-300-100` with the sizes of its hidden layers.
public enum NetworkChoice: Sendable, Hashable {
  /// Fully connected layers with rectifiers between; sizes of the hidden ones.
  case multilayerPerceptron(hidden: [Int])
  /// LeNet-5.
  case leNet5
  /// ResNet for small images, with this many layers: 20, 32 or 56.
  case residual(layers: Int)
  /// VGG-19 with batch normalisation.
  case vgg19
  /// DenseNet-40 with a growth of 12.
  case dense40
  /// MobileNetV2 for small images.
  case mobileNetV2
  /// ResNet-50.
  case resNet50
  /// ViT-B/16.
  case visionTransformer

  private static let named: [(String, NetworkChoice)] = [
    ("lenet5", .leNet5), ("resnet20", .residual(layers: 20)), ("resnet32", .residual(layers: 32)),
    ("resnet56", .residual(layers: 56)), ("vgg19", .vgg19), ("densenet40", .dense40),
    ("mobilenetv2", .mobileNetV2), ("resnet50", .resNet50), ("vit-b16", .visionTransformer),
  ]

  /// The hidden layers of `mlp` without sizes (Frankle and Carbin 2019).
  public static let usualHiddenSizes = [300, 100]

  /// Every name; sizes may follow `mlp`.
  public static let names = ["mlp"] + named.map(\.0)

  /// What a name may be, for messages.
  public static let expectation =
    "one of \(names.joined(separator: ", ")), or mlp with the sizes of its hidden layers such as mlp-300-100"

  /// The network of a name; `nil` when there is none, or a size is not from 1 to 1,000,000.
  public init?(_ name: String) {
    if let (_, choice) = Self.named.first(where: { $0.0 == name }) {
      self = choice
      return
    }
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    guard words[0] == "mlp", words.count <= 33 else { return nil }
    let sizes = words.dropFirst().compactMap { Int($0) }.filter { (1...1_000_000).contains($0) }
    guard sizes.count == words.count - 1 else { return nil }
    self = .multilayerPerceptron(hidden: sizes.isEmpty ? Self.usualHiddenSizes : sizes)
  }

  /// The name.
  public var name: String {
    if case .multilayerPerceptron(let hidden) = self {
      return (["mlp"] + hidden.map(String.init)).joined(separator: "-")
    }
    return Self.named.first { $0.1 == self }?.0 ?? "resnet"
  }

  /// Rows and columns that images need, which smaller ones are padded to; `nil` when any do.
  ///
  /// - Throws: ``ImageShape/Unfit`` when the images are larger than the network takes.
  public func side(for shape: ImageShape) throws(ImageShape.Unfit) -> Int? {
    let largest = max(shape.rows, shape.columns)
    let allowed: [Int]
    switch self {
    case .multilayerPerceptron, .resNet50: return nil
    case .residual, .dense40, .mobileNetV2: return largest < 32 ? 32 : nil
    case .leNet5: allowed = [28, 32]
    case .vgg19: allowed = [32]
    case .visionTransformer: allowed = [224]
    }
    guard let side = allowed.first(where: { largest <= $0 }) else {
      throw ImageShape.Unfit(network: name, shape: shape, side: allowed[allowed.count - 1])
    }
    return side
  }

  /// A network with weights drawn from a seed.
  ///
  /// - Parameters:
  ///   - shape: of the images, padded to ``side(for:)``.
  ///   - seed: of the weights.
  ///   - initialisation: of fully connected layers; the other networks have the literature's.
  /// - Throws: `TensorError`, also when LibTorch is missing; ``ImageShape/Unfit``.
  public func network(
    for shape: ImageShape, seed: UInt64, initialisation: Initialisation = .uniformByInputs
  ) throws -> any Layer {
    if let side = try side(for: shape), shape.rows != side || shape.columns != side {
      throw ImageShape.Unfit(network: name, shape: shape, side: side)
    }
    var stream = RandomStream(seed: seed, "weights")
    let (channels, classes) = (shape.channels, shape.classes)
    switch self {
    case .multilayerPerceptron(let hidden):
      let sizes = [shape.numbers] + hidden + [classes]
      let weights = zip(sizes, sizes.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      guard weights <= 0x1p30 else {
        throw TensorError(
          .operation, "multilayer perceptron", "layers of \(sizes) have more than 2³⁰ weights",
          remedy: "choose smaller hidden layers")
      }
      return try Networks.multilayerPerceptron(sizes, initialisation: initialisation, using: &stream)
    case .leNet5:
      return try Networks.leNet5(channels: channels, side: shape.rows, classes: classes, using: &stream)
    case .residual(let layers):
      return try Networks.residual(
        blocks: (layers - 2) / 6, channels: channels, classes: classes, using: &stream)
    case .vgg19: return try Networks.vgg19(channels: channels, classes: classes, using: &stream)
    case .dense40: return try Networks.dense(channels: channels, classes: classes, using: &stream)
    case .mobileNetV2: return try Networks.mobileNetV2(channels: channels, classes: classes, using: &stream)
    case .resNet50: return try Networks.resNet50(channels: channels, classes: classes, using: &stream)
    case .visionTransformer:
      return try VisionTransformer(
        side: shape.rows, channels: channels, classes: classes, using: &stream)
    }
  }
}
