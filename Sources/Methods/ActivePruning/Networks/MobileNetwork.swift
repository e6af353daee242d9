import Probability
import Tensors

extension Networks {
  /// MobileNetV2 for images of 32 × 32 pixels: 2,296,922 parameters for ten classes of colour images.
  ///
  /// It differs from Sandler et al. (2018) as is usual for small images: fewer strides, rectifiers that do not stop at 6,
  /// and a convolution on the way around where only the number of channels changes.
  public static func mobileNetV2(
    channels: Int = 3, classes: Int = 10, using stream: inout RandomStream
  ) throws(TensorError) -> Sequential {
    var layers: [any Layer] = [
      try Convolution.square(channels, 32, window: 3, using: &stream),
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
          try ResidualBlock.inverted(
            inputs, outputs, expansion: expansion, stride: block == 0 ? stride : 1, using: &stream))
        inputs = outputs
      }
    }
    layers += [
      try Convolution.square(320, 1280, window: 1, using: &stream),
      try BatchNormalisation(1280), Activation.relu(), Pooling.global(),
      try Linear(1280, classes, using: &stream),
    ]
    return Sequential(layers)
  }
}
