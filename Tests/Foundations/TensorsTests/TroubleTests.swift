import Foundation
import NeuralData
import Probability
import Testing

@testable import Tensors

/// What happens when something does not fit: an error with the operation's name and the operands' shapes.
@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct TroubleTests {
  func trouble(_ body: () throws -> Any) -> TensorError? {
    do {
      _ = try body()
      return nil
    } catch { return error as? TensorError }
  }

  @Test func shapesThatDoNotFit() throws {
    let a = try Tensor.ones([2, 3])
    let b = try Tensor.ones([4])
    let error = try #require(trouble { try a + b })
    #expect(error.kind == .operation)
    #expect(
      error.description.hasPrefix(
        "add of float32 [2, 3] on cpu and float32 [4] on cpu: The size of tensor a (3)"))
    #expect(!error.description.contains("\n"))
    let product = try #require(trouble { try a.matrixProduct(b) })
    #expect(product.description.hasPrefix("matmul of float32 [2, 3] on cpu and float32 [4] on cpu: "))
    var stream = RandomStream(seed: 1, "w")
    let layer = try Convolution(3, 4, window: [3, 3], using: &stream)
    let convolution = try #require(trouble { try layer(Tensor.ones([1, 2, 8, 8]), in: .inference()) })
    #expect(
      convolution.description.hasPrefix(
        "convolution of float32 [1, 2, 8, 8] on cpu and float32 [4, 3, 3, 3] on cpu and float32 [4] on cpu: ")
    )
  }

  @Test func wrongUse() throws {
    let x = try Tensor.ones([2])
    #expect(
      trouble { try Tensor([1, 2] as [Float], shape: [3]) }?.reason == "2 numbers do not fill the shape [3]")
    #expect(trouble { try Tensor([1] as [Float], shape: [-1]) } != nil)
    #expect(trouble { try x.scalars(as: Double.self) }?.reason == "the numbers are float32, not float64")
    #expect(trouble { try x.item() }?.reason == "there is not exactly one number")
    #expect(trouble { try x[5] }?.operation == "select")
    #expect(trouble { try Operator("no_such_thing")(.tensor(x)) }?.operation == "no_such_thing")
    #expect(trouble { try Operator("tril")(.tensor(x), .text("wrong")) } != nil)
    #expect(trouble { try Operator("tril")(.tensor(x), .integer(0), .integer(0)) } != nil)
    #expect(trouble { try Operator("tril")() }?.reason == "needs the argument 'self'")
    #expect(trouble { try x.dropout(1, using: &noise) } != nil)
    #expect(trouble { try x.detached().sum().gradients(for: [x]) }?.operation == "gradient")
    #expect(trouble { try (Tensor([1] as [Int64]).leaf(requiringGradient: true)) } != nil)
  }

  @Test func notEnoughMemory() throws {
    let error = try #require(trouble { try Tensor.ones([1 << 44]) })
    #expect(error.kind == .outOfMemory)
    #expect(error.description.hasSuffix("use smaller batches or a smaller network"))
    #expect(trouble { try Tensor.ones([1 << 40, 1 << 40]) } != nil)
  }

  @Test func devices() throws {
    #expect(try Device(named: "cpu") == .cpu)
    #expect(Device.usable.first == .cpu)
    let unknown = try #require(trouble { try Device(named: "tpu") })
    #expect(unknown.reason == "'tpu' names no kind of device; expected cpu, cuda, cuda:1 or mps")
    #expect(unknown.blame == .missing)
    for absent in Device.Kind.allCases where absent.count == 0 {
      #expect(
        trouble { try Device(named: absent.rawValue) }?.reason == "there is no device '\(absent.rawValue)'")
      // A tensor sent there anyway gives an error, not a crash.
      #expect(trouble { try Tensor.ones([2]).moved(to: Device(absent)) } != nil)
      #expect(trouble { try Tensor.ones([2], on: Device(absent)) } != nil)
    }
  }

  @Test(.enabled(if: Device.usable.count > 1, "there is one device alone"))
  func mixedDevices() throws {
    let other = Device.usable[1]
    let error = try #require(trouble { try Tensor.ones([2]) + Tensor.ones([2], on: other) })
    #expect(error.description.contains("on cpu") && error.description.contains("on \(other)"))
    var stream = RandomStream(seed: 1, "w")
    let layer = try Linear(2, 2, using: &stream)
    let here = try layer(Tensor.ones([1, 2]), in: .inference()).scalars(as: Float.self)
    try layer.move(to: other)
    let there = try layer(Tensor.ones([1, 2], on: other), in: .inference()).scalars(as: Float.self)
    #expect(zip(here, there).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func notANumber() throws {
    let parameter = try Parameter(Tensor([1] as [Float]))
    let optimiser = SGD([("p", parameter)], learningRate: 1)
    let error = try #require(trouble { try optimiser.minimise((parameter.value - 2).log().sum()) })
    #expect(error.kind == .notFinite)
    #expect(error.description.hasPrefix("loss of float32 [] on cpu: it is nan; lower the learning rate"))
    #expect(try parameter.value.item() == 1)
    var scale = LossScale(factor: 8, patience: 2)
    #expect(try scale.unscale([Tensor([Float.infinity])]) == nil)
    #expect(scale.factor == 4)
    #expect(try scale.unscale([Tensor([8] as [Float])])?[0].item() == 2)
    _ = try scale.unscale([Tensor([8] as [Float])])
    #expect(scale.factor == 8)
  }

  @Test func weightsThatDoNotFit() throws {
    var stream = RandomStream(seed: 1, "w")
    let network = Sequential(try Linear(2, 3, using: &stream))
    let before = try network.state["0.weight"]!.scalars(as: Float.self)
    var state = network.state
    state["0.weight"] = nil
    #expect(trouble { try network.load(state) }?.reason == "there is nothing for '0.weight'")
    state["0.weight"] = try Tensor.ones([3, 3])
    #expect(
      trouble { try network.load(state) }?.reason == "'0.weight' has the shape [3, 3]; expected [3, 2]")
    state["0.weight"] = try Tensor.ones([3, 2])
    state["1.weight"] = try Tensor.ones([1])
    #expect(trouble { try network.load(state) }?.reason == "the network has no place for '1.weight'")
    #expect(try network.state["0.weight"]!.scalars(as: Float.self) == before)
    try network.load(state, isPartial: true)
    #expect(try network.state["0.weight"]!.scalars(as: Float.self) == [1, 1, 1, 1, 1, 1])
  }

  @Test func aBackwardPassThatFails() throws {
    let failing = CustomFunction("failing") { inputs throws(TensorError) in
      CustomFunction.Pass(outputs: [try inputs[0] * 2]) { gradients throws(TensorError) in
        [try gradients[0]! + Tensor.ones([7])]
      }
    }
    let error = try #require(
      trouble { try gradient(at: Tensor.ones([3])) { x throws(TensorError) in try failing([x])[0].sum() } })
    #expect(error.reason.contains("add of float32 [3] on cpu and float32 [7] on cpu"))
    let short = CustomFunction("short") { inputs throws(TensorError) in
      CustomFunction.Pass(outputs: [try inputs[0] * 2]) { _ throws(TensorError) in [] }
    }
    #expect(
      trouble { try gradient(at: Tensor.ones([3])) { x throws(TensorError) in try short([x])[0].sum() } }?
        .reason
        .contains("gave 0 gradients for 1 inputs") == true)
  }
}

nonisolated(unsafe) private var noise = RandomStream(seed: 1, "noise")
