import CTensors

/// Computes without recording for gradients; quicker, and keeps less in memory.
///
/// Holds for operations on the calling thread until `body` returns.
public func withoutGradients<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  // Where the library is missing, the body says so with its first tensor.
  guard let functions = LibTorch.loaded.functions else { return try body() }
  let before = functions.pointee.set_recording(false)
  defer { _ = functions.pointee.set_recording(before) }
  return try body()
}

/// The value of a function of tensors and its gradients.
///
/// ```swift
/// let x = try Tensor([3] as [Float])
/// let (value, gradients) = try valueWithGradients(at: [x]) { try ($0[0] * $0[0]).sum() }
/// // value 9, gradients[0] 6
/// ```
///
/// - Parameters:
///   - inputs: tensors of fractions.
///   - function: must return a tensor of one number.
/// - Returns: the value, and for each input a gradient of its shape; zeros where the value does not depend on it.
public func valueWithGradients(
  at inputs: [Tensor], of function: ([Tensor]) throws(TensorError) -> Tensor
) throws(TensorError) -> (value: Tensor, gradients: [Tensor]) {
  let leaves = try inputs.map { input throws(TensorError) in try input.leaf(requiringGradient: true) }
  let value = try recording { () throws(TensorError) in try function(leaves) }
  return (try value.detached(), try value.gradients(for: leaves))
}

/// The gradient of a function of one tensor.
///
/// ```swift
/// let slope = try gradient(at: x) { try $0.sin().sum() }  // cos x
/// ```
public func gradient(
  at input: Tensor, of function: (Tensor) throws(TensorError) -> Tensor
) throws(TensorError) -> Tensor {
  try valueWithGradients(at: [input]) { inputs throws(TensorError) in try function(inputs[0]) }.gradients[0]
}

/// Computes with recording, whatever surrounds the call.
func recording<Result>(_ body: () throws(TensorError) -> Result) throws(TensorError) -> Result {
  let functions = try LibTorch.functions()
  let before = functions.pointee.set_recording(true)
  defer { _ = functions.pointee.set_recording(before) }
  return try body()
}

extension Tensor {
  /// The same numbers without their history.
  public func detached() throws(TensorError) -> Tensor { try leaf(requiringGradient: false) }

  /// The same numbers, as something that gradients can be taken for.
  public func leaf(requiringGradient: Bool) throws(TensorError) -> Tensor {
    guard let pointer = LibTorch.present.pointee.leaf(pointer, requiringGradient) else {
      throw LibTorch.failure("gradient", [self])
    }
    return Tensor(taking: pointer)
  }

  /// Gradients of this tensor with respect to tensors it was computed from.
  ///
  /// - Parameters:
  ///   - inputs: leaves (``leaf(requiringGradient:)``), parameters' values, or results on the way.
  ///   - weights: what each element counts, of this tensor's shape; may be left out for a single number.
  ///   - keepingGraph: whether gradients will be taken again.
  ///   - differentiable: whether the gradients can be differentiated in their turn.
  /// - Returns: a gradient of each input's shape; zeros where this tensor does not depend on it.
  public func gradients(
    for inputs: [Tensor], weightedBy weights: Tensor? = nil, keepingGraph: Bool = false,
    differentiable: Bool = false
  ) throws(TensorError) -> [Tensor] {
    if inputs.isEmpty { return [] }
    let functions = LibTorch.present
    let given = inputs.map { Optional($0.pointer) }
    var found = [OpaquePointer?](repeating: nil, count: inputs.count)
    let outputs = [Optional(pointer)]
    let isDone: Bool
    if let weights {
      isDone = functions.pointee.gradients(
        outputs, [Optional(weights.pointer)], 1, given, Int64(given.count), keepingGraph || differentiable,
        differentiable, &found)
    } else {
      isDone = functions.pointee.gradients(
        outputs, nil, 1, given, Int64(given.count), keepingGraph || differentiable, differentiable, &found)
    }
    withExtendedLifetime((inputs, weights)) {}
    guard isDone else { throw LibTorch.failure("gradient", [self] + inputs.prefix(1)) }
    var gradients: [Tensor] = []
    gradients.reserveCapacity(inputs.count)
    let results = found.map { $0.map { Tensor(taking: $0) } }
    for (input, result) in zip(inputs, results) {
      if let result { gradients.append(result) } else { gradients.append(try input.detached().filledLike(0)) }
    }
    return gradients
  }
}
