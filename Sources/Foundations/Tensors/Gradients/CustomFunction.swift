import CTensors

/// A function with a gradient written in Swift.
///
/// Use it where LibTorch has no operator, or where a derived backward pass is quicker than a recorded one.
///
/// ```swift
/// let cube = CustomFunction("cube") { inputs throws(TensorError) in
///   let x = inputs[0]
///   return CustomFunction.Pass(outputs: [try x * x * x]) { gradients throws(TensorError) in
///     [try gradients[0]! * x * x * 3]
///   }
/// }
/// let y = try cube([x])[0]
/// ```
public struct CustomFunction: Sendable {
  /// From gradients of the outputs (`nil` for an output that nothing depends on) to gradients of the inputs (`nil`
  /// for none).
  public typealias Backward = @Sendable ([Tensor?]) throws(TensorError) -> [Tensor?]

  /// What a forward pass gives.
  public struct Pass: Sendable {
    var outputs: [Tensor]
    var backward: Backward

    /// The outputs, and how their gradients become the inputs'; the closure keeps what it captures until the
    /// graph is let go.
    public init(outputs: [Tensor], backward: @escaping Backward) {
      self.outputs = outputs
      self.backward = backward
    }
  }

  /// Its name in messages.
  public let name: String
  private let forward: @Sendable ([Tensor]) throws(TensorError) -> Pass

  /// A function of tensors.
  ///
  /// - Parameters:
  ///   - name: for messages.
  ///   - forward: computes the outputs; nothing in it is recorded.
  public init(_ name: String, forward: @escaping @Sendable ([Tensor]) throws(TensorError) -> Pass) {
    self.name = name
    self.forward = forward
  }

  private final class Context {
    let backward: Backward
    let inputs: Int
    let name: String
    init(_ backward: @escaping Backward, inputs: Int, name: String) {
      (self.backward, self.inputs, self.name) = (backward, inputs, name)
    }
  }

  /// Applies the function.
  public func callAsFunction(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] {
    let functions = try LibTorch.functions()
    let isRecording = functions.pointee.set_recording(false)
    defer { _ = functions.pointee.set_recording(isRecording) }
    let pass = try forward(inputs)
    guard isRecording, inputs.contains(where: \.isRecorded) else { return pass.outputs }
    let context = Context(pass.backward, inputs: inputs.count, name: name)
    var results = [OpaquePointer?](repeating: nil, count: pass.outputs.count)
    let isDone = functions.pointee.attach(
      name, inputs.map { Optional($0.pointer) }, Int64(inputs.count),
      pass.outputs.map { Optional($0.pointer) }, Int64(pass.outputs.count),
      Unmanaged.passRetained(context).toOpaque(), Self.callBackward,
      { Unmanaged<Context>.fromOpaque($0!).release() }, &results)
    guard isDone else { throw LibTorch.failure(name, inputs) }
    return results.map { Tensor(taking: $0!) }
  }

  private static let callBackward: ct_backward = { context, given, count, wanted in
    let functions = LibTorch.present
    let context = Unmanaged<Context>.fromOpaque(context!).takeUnretainedValue()
    let gradients = (0..<Int(count)).map { index in
      given![index].map { Tensor(taking: functions.pointee.retain($0)!) }
    }
    do throws(TensorError) {
      let results = try context.backward(gradients)
      guard results.count == context.inputs else {
        throw TensorError(
          .operation, context.name,
          "its backward pass gave \(results.count) gradients for \(context.inputs) inputs")
      }
      for (index, result) in results.enumerated() {
        wanted![index] = result.flatMap { functions.pointee.retain($0.pointer) }
      }
      return true
    } catch {
      functions.pointee.set_failure(error.description)
      return false
    }
  }
}
