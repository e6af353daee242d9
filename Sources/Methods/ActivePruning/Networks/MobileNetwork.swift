import Probability
import Tensors

/// A convolution of each channel by itself between two of 1 × 1 (Sandler et al. 2018).
public final class InvertedResidual: Layer {
  let conv1: Convolution
  let bn1: BatchNormalisation
  let relu1 = Activation.relu()
  let conv2: Convolution
  let bn2: BatchNormalisation
  let relu2 = Activation.relu()
  let conv3: Convolution
  let bn3: BatchNormalisation
  /// A 1 × 1 convolution where only the number of channels changes.
  let shortcut: Sequential?
  let goesAround: Bool

  init(
    _ inputs: Int, _ outputs: Int, expansion: Int, stride: Int, using stream: inout RandomStream
  ) throws(TensorError) {
    let width = expansion * inputs
    conv1 = try Convolution(inputs, width, window: [1, 1], hasBias: false, using: &stream)
    bn1 = try BatchNormalisation(width)
    conv2 = try Convolution(
      width, width, window: [3, 3], stride: stride, padding: 1, groups: width, hasBias: false, using: &stream)
    bn2 = try BatchNormalisation(width)
    conv3 = try Convolution(width, outputs, window: [1, 1], hasBias: false, using: &stream)
    bn3 = try BatchNormalisation(outputs)
    goesAround = stride == 1
    shortcut =
      stride == 1 && inputs != outputs
      ? Sequential(
        try Convolution(inputs, outputs, window: [1, 1], hasBias: false, using: &stream),
        try BatchNormalisation(outputs)) : nil
  }

  /// `[image, inputs, row, column]` to `[image, outputs, row / stride, column / stride]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    let wide = try relu1(bn1(conv1(input, in: pass), in: pass), in: pass)
    let filtered = try relu2(bn2(conv2(wide, in: pass), in: pass), in: pass)
    let direct = try bn3(conv3(filtered, in: pass), in: pass)
    guard goesAround else { return direct }
    guard let shortcut else { return try direct + input }
    return try direct + shortcut(input, in: pass)
  }
}

extension Networks {
  /// MobileNetV2 for images of 32 × 32 pixels (Sandler et al. 2018, with fewer strides): 2,296,922 parameters for ten
  /// classes of colour images.
  public static func mobileNetV2(
    channels: Int = 3, classes: Int = 10, using stream: inout RandomStream
  ) throws(TensorError) -> Sequential {
    var layers: [any Layer] = [
      try Convolution(channels, 32, window: [3, 3], padding: 1, hasBias: false, using: &stream),
      try BatchNormalisation(32), Activation.relu(),
    ]
    var inputs = 32
    let stages = [
      (1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
      (6, 320, 1, 1),
    ]
    for (expansion, outputs, count, stride) in stages {
      for block in 0..<count {
        layers.append(
          try InvertedResidual(
            inputs, outputs, expansion: expansion, stride: block == 0 ? stride : 1, using: &stream))
        inputs = outputs
      }
    }
    layers += [
      try Convolution(320, 1280, window: [1, 1], hasBias: false, using: &stream),
      try BatchNormalisation(1280), Activation.relu(), Pooling.global(),
      try Linear(1280, classes, using: &stream),
    ]
    return Sequential(layers)
  }
}
