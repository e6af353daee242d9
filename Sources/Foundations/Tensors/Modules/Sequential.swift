/// Layers one after another; their names are their numbers.
public final class Sequential: Layer {
  /// The layers.
  public let layers: [any Layer]

  /// Layers in the order of computation.
  public init(_ layers: any Layer...) { self.layers = layers }

  /// Layers in the order of computation.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// The layers, named by their numbers.
  public var parts: [(name: String, part: AnyObject)] {
    layers.enumerated().map { (String($0.offset), $0.element) }
  }

  /// The output of the last layer.
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    var value = input
    for layer in layers { value = try layer(value, in: pass) }
    return value
  }
}

/// A function of tensors as a layer, without parameters.
public final class Activation: Layer {
  /// Its name, such as `relu`.
  public let name: String
  private let function: @Sendable (Tensor) throws(TensorError) -> Tensor

  /// A layer of any function.
  public init(_ name: String, _ function: @escaping @Sendable (Tensor) throws(TensorError) -> Tensor) {
    self.name = name
    self.function = function
  }

  /// The function's value.
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor { try function(input) }

  /// The rectifier.
  public static func relu() -> Activation {
    Activation("relu") { input throws(TensorError) in try input.relu() }
  }
  /// The rectifier that stops at 6.
  public static func relu6() -> Activation {
    Activation("relu6") { input throws(TensorError) in try input.relu6() }
  }
  /// The rectifier with a slope below 0.
  public static func leakyRelu(slope: Double = 0.01) -> Activation {
    Activation("leaky relu") { input throws(TensorError) in try input.leakyRelu(slope: slope) }
  }
  /// `x · Φ(x)`
  public static func gelu() -> Activation {
    Activation("gelu") { input throws(TensorError) in try input.gelu() }
  }
  /// `1 / (1 + exp(-x))`
  public static func sigmoid() -> Activation {
    Activation("sigmoid") { input throws(TensorError) in try input.sigmoid() }
  }
  /// The hyperbolic tangent.
  public static func tanh() -> Activation {
    Activation("tanh") { input throws(TensorError) in try input.tanh() }
  }
  /// All dimensions after the first as one.
  public static func flatten() -> Activation {
    Activation("flatten") { input throws(TensorError) in try input.flattened(from: 1) }
  }
}
