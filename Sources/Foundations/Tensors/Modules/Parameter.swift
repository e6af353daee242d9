import CTensors

private let fillOperator = Operator("masked_fill_", "Scalar")

/// A place for a tensor that a module learns.
///
/// Its ``value`` is a tensor like any other; reading it gives what is there now, and a tensor read earlier keeps
/// its numbers when the parameter is set or an optimiser moves it.
public final class Parameter: @unchecked Sendable {
  /// What the module computes with.
  public private(set) var value: Tensor
  /// Whether optimisers move it; a frozen parameter has no gradient.
  public private(set) var isTrained: Bool

  /// A parameter with its first value.
  public init(_ value: Tensor, isTrained: Bool = true) throws(TensorError) {
    self.value = try value.contiguous().leaf(requiringGradient: isTrained)
    self.isTrained = isTrained
  }

  /// Puts other numbers in the place; of any shape.
  public func set(_ value: Tensor) throws(TensorError) {
    self.value = try value.contiguous().leaf(requiringGradient: isTrained)
  }

  /// Puts a number where `places` is true, in place where nothing else shares the numbers.
  ///
  /// - Parameter places: `bool`, of the value's shape.
  public func fill(_ number: Double, where places: Tensor) throws(TensorError) {
    try makeUnique()
    try withoutGradients { () throws(TensorError) in
      try fillOperator.run(.tensor(value), .tensor(places), .number(number))
    }
  }

  /// Fixes the value (`false`) or lets optimisers move it.
  public func setTrained(_ isTrained: Bool) throws(TensorError) {
    self.isTrained = isTrained
    value = try value.leaf(requiringGradient: isTrained)
  }

  /// Makes sure that nothing else shares the numbers, so that they can be changed in place.
  func makeUnique() throws(TensorError) {
    if isKnownUniquelyReferenced(&value.handle), LibTorch.present.pointee.is_unique(value.pointer) { return }
    value = try withoutGradients { () throws(TensorError) in try value.cloned() }
      .leaf(requiringGradient: isTrained)
  }
}

/// A place for a tensor that a module keeps but does not learn, such as a running mean.
public final class Buffer: @unchecked Sendable {
  /// What is there now.
  public var value: Tensor

  /// A buffer with its first value.
  public init(_ value: Tensor) { self.value = value }

  /// Makes sure that nothing else shares the numbers, so that they can be changed in place.
  func makeUnique() throws(TensorError) {
    if isKnownUniquelyReferenced(&value.handle), LibTorch.present.pointee.is_unique(value.pointer) { return }
    value = try value.cloned()
  }
}
