import Probability
import Tensors

/// Two convolutions and a way around them (He et al. 2016).
public final class BasicBlock: Layer {
  let conv1: Convolution
  let bn1: BatchNormalisation
  let relu1 = Activation.relu()
  let conv2: Convolution
  let bn2: BatchNormalisation
  let relu2 = Activation.relu()
  /// A 1 × 1 convolution where the shape changes.
  let shortcut: Sequential?

  init(
    _ inputs: Int, _ outputs: Int, stride: Int, initialisation: Initialisation,
    using stream: inout RandomStream
  ) throws(TensorError) {
    conv1 = try Convolution(
      inputs, outputs, window: [3, 3], stride: stride, padding: 1, hasBias: false,
      initialisation: initialisation, using: &stream)
    bn1 = try BatchNormalisation(outputs)
    conv2 = try Convolution(
      outputs, outputs, window: [3, 3], padding: 1, hasBias: false, initialisation: initialisation,
      using: &stream)
    bn2 = try BatchNormalisation(outputs)
    shortcut =
      stride == 1 && inputs == outputs
      ? nil
      : Sequential(
        try Convolution(
          inputs, outputs, window: [1, 1], stride: stride, hasBias: false, initialisation: initialisation,
          using: &stream),
        try BatchNormalisation(outputs))
  }

  /// `[image, inputs, row, column]` to `[image, outputs, row / stride, column / stride]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    let inner = try relu1(bn1(conv1(input, in: pass), in: pass), in: pass)
    let direct = try bn2(conv2(inner, in: pass), in: pass)
    guard let shortcut else { return try relu2(direct + input, in: pass) }
    return try relu2(direct + shortcut(input, in: pass), in: pass)
  }
}

/// Three convolutions, the middle one on fewer channels, and a way around them (He et al. 2016).
public final class BottleneckBlock: Layer {
  let conv1: Convolution
  let bn1: BatchNormalisation
  let relu1 = Activation.relu()
  let conv2: Convolution
  let bn2: BatchNormalisation
  let relu2 = Activation.relu()
  let conv3: Convolution
  let bn3: BatchNormalisation
  let relu3 = Activation.relu()
  /// A 1 × 1 convolution where the shape changes.
  let downsample: Sequential?

  init(_ inputs: Int, _ width: Int, stride: Int, using stream: inout RandomStream) throws(TensorError) {
    func convolution(
      _ inputs: Int, _ outputs: Int, window: Int, stride: Int = 1
    ) throws(TensorError) -> Convolution {
      try Convolution(
        inputs, outputs, window: [window, window], stride: stride, padding: window / 2, hasBias: false,
        initialisation: .normalByOutputs, using: &stream)
    }
    conv1 = try convolution(inputs, width, window: 1)
    bn1 = try BatchNormalisation(width)
    conv2 = try convolution(width, width, window: 3, stride: stride)
    bn2 = try BatchNormalisation(width)
    conv3 = try convolution(width, 4 * width, window: 1)
    bn3 = try BatchNormalisation(4 * width)
    downsample =
      stride == 1 && inputs == 4 * width
      ? nil
      : Sequential(
        try convolution(inputs, 4 * width, window: 1, stride: stride), try BatchNormalisation(4 * width))
  }

  /// `[image, inputs, row, column]` to `[image, 4 · width, row / stride, column / stride]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    let first = try relu1(bn1(conv1(input, in: pass), in: pass), in: pass)
    let second = try relu2(bn2(conv2(first, in: pass), in: pass), in: pass)
    let direct = try bn3(conv3(second, in: pass), in: pass)
    guard let downsample else { return try relu3(direct + input, in: pass) }
    return try relu3(direct + downsample(input, in: pass), in: pass)
  }
}
