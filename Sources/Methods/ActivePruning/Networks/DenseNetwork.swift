import Probability
import Tensors

/// A layer whose output stands beside its input (Huang et al. 2017).
public final class DenseLayer: Layer {
  let bn: BatchNormalisation
  let relu = Activation.relu()
  let conv: Convolution

  init(_ inputs: Int, growth: Int, using stream: inout RandomStream) throws(TensorError) {
    bn = try BatchNormalisation(inputs)
    conv = try .square(inputs, growth, window: 3, initialisation: .normalByOutputs, using: &stream)
  }

  /// `[image, inputs, row, column]` to `[image, inputs + growth, row, column]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    try Tensor.concatenated(
      [input, conv(relu(bn(input, in: pass), in: pass), in: pass)], along: 1)
  }
}

extension Networks {
  /// DenseNet of 3 · `layers` + 4 layers for images of 32 × 32 pixels, without bottlenecks (Huang et al. 2017, table 2):
  /// with 12 layers a block and a growth of 12 it is DenseNet-40, 1,019,722 parameters for ten classes.
  public static func dense(
    layers count: Int = 12, growth: Int = 12, channels: Int = 3, classes: Int = 10,
    using stream: inout RandomStream
  ) throws(TensorError) -> Sequential {
    guard count >= 1, growth >= 1 else {
      throw TensorError(
        .operation, "dense network",
        "\(count) layers that add \(growth) channels; expected at least 1 of each")
    }
    var width = 16
    var layers: [any Layer] = [
      try Convolution.square(channels, width, window: 3, initialisation: .normalByOutputs, using: &stream)
    ]
    for block in 0..<3 {
      for _ in 0..<count {
        layers.append(try DenseLayer(width, growth: growth, using: &stream))
        width += growth
      }
      layers += [try BatchNormalisation(width), Activation.relu()]
      if block < 2 {
        layers += [
          try Convolution.square(width, width, window: 1, initialisation: .normalByOutputs, using: &stream),
          Pooling(.mean, window: [2, 2]),
        ]
      }
    }
    return Sequential(layers + [Pooling.global(), try Linear(width, classes, using: &stream)])
  }
}
