import Probability
import Tensors

/// Blocks with ways around them in stages, each on half as many pixels as the one before (He et al. 2016).
///
/// Parameters have torchvision's names: `conv1.weight`, `layer1.0.bn2.bias`, `fc.weight`.
public final class ResidualNetwork: Layer {
  let conv1: Convolution
  let bn1: BatchNormalisation
  let relu = Activation.relu()
  let pool: Pooling?
  let stages: [Sequential]
  let mean = Pooling.global()
  let fc: Linear

  init(conv1: Convolution, width: Int, pool: Pooling?, stages: [Sequential], fc: Linear) throws(TensorError) {
    self.conv1 = conv1
    bn1 = try BatchNormalisation(width)
    self.pool = pool
    self.stages = stages
    self.fc = fc
  }

  /// Parts by torchvision's names.
  public var parts: [(name: String, part: AnyObject)] {
    [("conv1", conv1), ("bn1", bn1), ("relu", relu)] + (pool.map { [("maxpool", $0)] } ?? [])
      + stages.enumerated().map { ("layer\($0.offset + 1)", $0.element) } + [("avgpool", mean), ("fc", fc)]
  }

  /// `[image, channel, row, column]` to `[image, class]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    var value = try relu(bn1(conv1(input, in: pass), in: pass), in: pass)
    if let pool { value = try pool(value, in: pass) }
    for stage in stages { value = try stage(value, in: pass) }
    return try fc(mean(value, in: pass), in: pass)
  }
}

extension Networks {
  /// ResNet-20, 32, 56 and so on for small images: 6 · `blocks` + 2 layers in three stages of 16, 32 and 64 channels, with
  /// projections where the shape changes (He et al. 2016, section 4.2; ResNet-20 has 272,474 parameters).
  ///
  /// - Parameters:
  ///   - blocks: in a stage, at least 1; 3 for ResNet-20.
  ///   - channels: of the images.
  ///   - classes: number of classes.
  ///   - initialisation: law of the weights.
  ///   - stream: where they come from.
  public static func residual(
    blocks: Int, channels: Int = 3, classes: Int = 10, initialisation: Initialisation = .normalByBoth,
    using stream: inout RandomStream
  ) throws(TensorError) -> ResidualNetwork {
    guard blocks >= 1 else {
      throw TensorError(.operation, "residual network", "\(blocks) blocks in a stage; expected at least 1")
    }
    let conv1 = try Convolution.square(
      channels, 16, window: 3, initialisation: initialisation, using: &stream)
    var stages: [Sequential] = []
    var width = 16
    for (outputs, stride) in [(16, 1), (32, 2), (64, 2)] {
      var stage: [any Layer] = []
      for block in 0..<blocks {
        stage.append(
          try ResidualBlock.basic(
            width, outputs, stride: block == 0 ? stride : 1, initialisation: initialisation, using: &stream))
        width = outputs
      }
      stages.append(Sequential(stage))
    }
    return try ResidualNetwork(
      conv1: conv1, width: 16, pool: nil, stages: stages,
      fc: Linear(64, classes, initialisation: initialisation, using: &stream))
  }

  /// ResNet-50 for images of 224 × 224 pixels (He et al. 2016, table 1): 25,557,032 parameters for 1000 classes.
  public static func resNet50(
    channels: Int = 3, classes: Int = 1000, using stream: inout RandomStream
  ) throws(TensorError) -> ResidualNetwork {
    let conv1 = try Convolution.square(
      channels, 64, window: 7, stride: 2, initialisation: .normalByOutputs, using: &stream)
    var stages: [Sequential] = []
    var inputs = 64
    for (width, blocks, stride) in [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)] {
      var stage: [any Layer] = []
      for block in 0..<blocks {
        stage.append(
          try ResidualBlock.bottleneck(inputs, width, stride: block == 0 ? stride : 1, using: &stream))
        inputs = 4 * width
      }
      stages.append(Sequential(stage))
    }
    return try ResidualNetwork(
      conv1: conv1, width: 64, pool: Pooling(.largest, window: [3, 3], stride: 2, padding: 1), stages: stages,
      fc: Linear(inputs, classes, using: &stream))
  }
}
