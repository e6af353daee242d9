import Probability
import Tensors

/// The networks that are pruned; their parameter counts are the literature's.
public enum Networks {
  /// Fully connected layers with rectifiers between.
  ///
  /// - Parameters:
  ///   - sizes: inputs, hidden layers, classes: `[784, 300, 100, 10]` has 266,610 parameters.
  ///   - initialisation: the weights' law. Biases begin uniform beside `Initialisation.uniformByInputs`, as PyTorch has
  ///     them, and at 0 beside any other law.
  ///   - stream: where the weights come from.
  /// - Returns: a network that takes images of any shape with as many numbers as inputs.
  public static func multilayerPerceptron(
    _ sizes: [Int], initialisation: Initialisation = .uniformByInputs, using stream: inout RandomStream
  ) throws(TensorError) -> Sequential {
    guard sizes.count >= 2, sizes.allSatisfy({ $0 >= 1 }) else {
      throw TensorError(
        .operation, "multilayer perceptron", "the sizes are \(sizes); expected two or more, each at least 1")
    }
    var layers: [any Layer] = [Activation.flatten()]
    for place in 1..<sizes.count {
      let layer = try Linear(sizes[place - 1], sizes[place], initialisation: initialisation, using: &stream)
      if initialisation != .uniformByInputs { try layer.bias!.set(Tensor.zeros([sizes[place]])) }
      layers.append(layer)
      if place < sizes.count - 1 { layers.append(Activation.relu()) }
    }
    return Sequential(layers)
  }

  /// LeNet-5 (LeCun et al. 1998) with full connections, rectifiers and largest-element pooling: 61,706 parameters for
  /// grey images of 28 × 28 pixels.
  ///
  /// - Parameters:
  ///   - channels: of the images.
  ///   - side: rows and columns of the images, 28 or 32.
  ///   - classes: number of classes.
  ///   - stream: where the weights come from.
  public static func leNet5(
    channels: Int = 1, side: Int = 28, classes: Int = 10, using stream: inout RandomStream
  ) throws(TensorError) -> Sequential {
    guard side == 28 || side == 32 else {
      throw TensorError(.operation, "LeNet-5", "the images have \(side) rows; expected 28 or 32")
    }
    return Sequential(
      try Convolution(channels, 6, window: [5, 5], padding: side == 28 ? 2 : 0, using: &stream),
      Activation.relu(), Pooling(.largest, window: [2, 2]),
      try Convolution(6, 16, window: [5, 5], using: &stream),
      Activation.relu(), Pooling(.largest, window: [2, 2]),
      Activation.flatten(),
      try Linear(400, 120, using: &stream), Activation.relu(),
      try Linear(120, 84, using: &stream), Activation.relu(),
      try Linear(84, classes, using: &stream))
  }

  /// VGG-19 with batch normalisation for images of 32 × 32 pixels (Simonyan and Zisserman 2015, one linear layer):
  /// 20,040,522 parameters for ten classes of colour images.
  public static func vgg19(
    channels: Int = 3, classes: Int = 10, using stream: inout RandomStream
  ) throws(TensorError) -> Sequential {
    var layers: [any Layer] = []
    var inputs = channels
    for (width, count) in [(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)] {
      for _ in 0..<count {
        layers += [
          try Convolution(
            inputs, width, window: [3, 3], padding: 1, initialisation: .normalByInputs, using: &stream),
          try BatchNormalisation(width), Activation.relu(),
        ]
        inputs = width
      }
      layers.append(Pooling(.largest, window: [2, 2]))
    }
    return Sequential(layers + [Activation.flatten(), try Linear(512, classes, using: &stream)])
  }
}
