import Probability
import Tensors

/// Convolutions one after another and a way around them (He et al. 2016, Sandler et al. 2018).
///
/// Each convolution is normalised, and rectified unless it is the last; they are called `conv1`, `bn1`, `relu1`, `conv2` and
/// so on.
public final class ResidualBlock: Layer {
  let path: [(name: String, layer: any Layer)]
  /// What the input passes on its way around where its shape changes.
  let shortcut: (name: String, layer: Sequential)?
  let goesAround: Bool
  /// Of the sum.
  let last: Activation?

  /// A block.
  ///
  /// - Parameters:
  ///   - convolutions: without biases.
  ///   - shortcut: the way around and its name; as it came unless given.
  ///   - goesAround: whether there is a way around.
  ///   - rectifiesSum: whether the sum is rectified.
  init(
    _ convolutions: [Convolution], shortcut: (name: String, convolution: Convolution)?,
    goesAround: Bool = true,
    rectifiesSum: Bool = true
  ) throws(TensorError) {
    func normalisation(of convolution: Convolution) throws(TensorError) -> BatchNormalisation {
      try BatchNormalisation(convolution.weight.value.shape[0])
    }
    var path: [(String, any Layer)] = []
    for (index, convolution) in convolutions.enumerated() {
      path.append(("conv\(index + 1)", convolution))
      path.append(("bn\(index + 1)", try normalisation(of: convolution)))
      if index < convolutions.count - 1 { path.append(("relu\(index + 1)", Activation.relu())) }
    }
    self.path = path
    if let (name, convolution) = shortcut {
      self.shortcut = (name, Sequential(convolution, try normalisation(of: convolution)))
    } else {
      self.shortcut = nil
    }
    self.goesAround = goesAround
    last = rectifiesSum ? .relu() : nil
  }

  /// The layers by their names.
  public var parts: [(name: String, part: AnyObject)] {
    path.map { ($0.name, $0.layer) } + (last.map { [("relu\(path.count / 3 + 1)", $0)] } ?? [])
      + (shortcut.map { [($0.name, $0.layer)] } ?? [])
  }

  /// `[image, inputs, row, column]` to `[image, outputs, row / stride, column / stride]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    var value = input
    for (_, layer) in path { value = try layer(value, in: pass) }
    if let shortcut {
      value = try value + shortcut.layer(input, in: pass)
    } else if goesAround {
      value = try value + input
    }
    if let last { value = try last(value, in: pass) }
    return value
  }

  /// Two convolutions of 3 × 3.
  static func basic(
    _ inputs: Int, _ outputs: Int, stride: Int, initialisation: Initialisation,
    using stream: inout RandomStream
  ) throws(TensorError) -> ResidualBlock {
    func convolution(_ inputs: Int, window: Int, stride: Int) throws(TensorError) -> Convolution {
      try .square(
        inputs, outputs, window: window, stride: stride, initialisation: initialisation, using: &stream)
    }
    let convolutions = [
      try convolution(inputs, window: 3, stride: stride), try convolution(outputs, window: 3, stride: 1),
    ]
    return try ResidualBlock(
      convolutions,
      shortcut: stride == 1 && inputs == outputs
        ? nil : ("shortcut", convolution(inputs, window: 1, stride: stride)))
  }

  /// Three convolutions, the middle one of 3 × 3 on `width` channels, the last to 4 · `width`.
  static func bottleneck(
    _ inputs: Int, _ width: Int, stride: Int, using stream: inout RandomStream
  ) throws(TensorError) -> ResidualBlock {
    let law = Initialisation.normalByOutputs
    let convolutions = [
      try Convolution.square(inputs, width, window: 1, initialisation: law, using: &stream),
      try Convolution.square(width, width, window: 3, stride: stride, initialisation: law, using: &stream),
      try Convolution.square(width, 4 * width, window: 1, initialisation: law, using: &stream),
    ]
    return try ResidualBlock(
      convolutions,
      shortcut: stride == 1 && inputs == 4 * width
        ? nil
        : (
          "downsample",
          .square(inputs, 4 * width, window: 1, stride: stride, initialisation: law, using: &stream)
        ))
  }

  /// A convolution of each channel by itself between two of 1 × 1, of which the first multiplies the channels; the way
  /// around has a convolution where only the number of channels changes.
  static func inverted(
    _ inputs: Int, _ outputs: Int, expansion: Int, stride: Int, using stream: inout RandomStream
  ) throws(TensorError) -> ResidualBlock {
    let width = expansion * inputs
    let convolutions = [
      try Convolution.square(inputs, width, window: 1, using: &stream),
      try Convolution.square(width, width, window: 3, stride: stride, groups: width, using: &stream),
      try Convolution.square(width, outputs, window: 1, using: &stream),
    ]
    return try ResidualBlock(
      convolutions,
      shortcut: stride == 1 && inputs != outputs
        ? ("shortcut", .square(inputs, outputs, window: 1, using: &stream)) : nil,
      goesAround: stride == 1, rectifiesSum: false)
  }
}

extension Convolution {
  /// Without biases, on a square with as many zeros around as keep an image's size at a stride of 1.
  static func square(
    _ inputs: Int, _ outputs: Int, window: Int, stride: Int = 1, groups: Int = 1,
    initialisation: Initialisation = .uniformByInputs, using stream: inout RandomStream
  ) throws(TensorError) -> Convolution {
    try Convolution(
      inputs, outputs, window: [window, window], stride: stride, padding: window / 2, groups: groups,
      hasBias: false, initialisation: initialisation, using: &stream)
  }
}
