import Foundation
import NeuralData
import Probability
import Testing

@testable import Tensors

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct GradientTests {
  @Test func ofAFunction() throws {
    let x = try Tensor([3] as [Float])
    let (value, gradients) = try valueWithGradients(at: [x]) { x throws(TensorError) in
      try (x[0] * x[0]).sum()
    }
    #expect(try value.item() == 9)
    #expect(try gradients[0].item() == 6)
    #expect(!value.isRecorded)
    let other = try valueWithGradients(at: [x, x]) { x throws(TensorError) in try x[0].sum() }.gradients
    #expect(try other.map { gradient throws(TensorError) in try gradient.item() } == [1, 0])
  }

  @Test func ofAGradient() throws {
    let x = try Tensor([2] as [Double]).leaf(requiringGradient: true)
    let slope = try (x * x * x).sum().gradients(for: [x], differentiable: true)[0]
    #expect(try slope.item() == 12)
    #expect(try slope.sum().gradients(for: [x])[0].item() == 12)
  }

  @Test func withoutRecording() throws {
    let x = try Tensor([2] as [Double]).leaf(requiringGradient: true)
    #expect(try (x * 2).isRecorded)
    #expect(try !withoutGradients { () throws(TensorError) in try (x * 2).isRecorded })
    // Taking gradients inside works all the same.
    let slope = try withoutGradients { () throws(TensorError) in
      try gradient(at: x) { x throws(TensorError) in try (x * x).sum() }
    }
    #expect(try slope.item() == 4)
    #expect(try (x * 2).isRecorded)
  }

  @Test func againstDifferences() throws {
    var stream = RandomStream(seed: 3, "inputs")
    func draw(_ shape: Int...) throws(TensorError) -> Tensor {
      try Tensor.normal(shape, using: &stream, type: .float64)
    }
    let norm = try BatchNormalisation(3, type: .float64)
    #expect(
      try gradientError(at: [draw(4, 3, 2, 2)]) { x throws(TensorError) in
        try norm(x[0], in: .training(RandomStream(seed: 1, "pass")))
      } < 1e-6)
    let attention = try Attention(size: 4, heads: 2, type: .float64, using: &stream)
    #expect(
      try gradientError(at: [draw(1, 3, 4)]) { x throws(TensorError) in
        try attention(x[0], isCausal: true, in: .inference())
      } < 1e-6)
    let lstm = try Recurrent(.lstm, inputs: 2, size: 3, type: .float64, using: &stream)
    #expect(
      try gradientError(at: [draw(2, 4, 2)]) { x throws(TensorError) in
        try lstm(x[0], in: .inference()).output
      } < 1e-6)
    #expect(
      try gradientError(at: [draw(1, 2, 4, 4), draw(2, 3, 3, 3), draw(3)]) { x throws(TensorError) in
        try x[0].convolved(
          with: x[1], bias: x[2], stride: [2, 2], padding: [1, 1], dilation: [1, 1], isTransposed: true)
      } < 1e-6)
    #expect(
      try gradientError(at: [draw(3, 4)]) { x throws(TensorError) in
        try x[0][1..., TensorSlice.range(step: 2)].logSoftmax().padded([1, 1])
      } < 1e-6)
  }

  @Test func functionsWrittenInSwift() throws {
    let cube = CustomFunction("cube") { inputs throws(TensorError) in
      let x = inputs[0]
      return CustomFunction.Pass(outputs: [try x * x * x, try x + inputs[1]]) {
        gradients throws(TensorError) in
        let zero = try x.filledLike(0)
        let (first, second) = (gradients[0] ?? zero, gradients[1] ?? zero)
        return [try first * x * x * 3 + second, second]
      }
    }
    var stream = RandomStream(seed: 3, "inputs")
    let inputs = [
      try Tensor.normal([5], using: &stream, type: .float64),
      try Tensor.normal([5], using: &stream, type: .float64),
    ]
    for output in 0..<2 {
      #expect(
        try gradientError(at: inputs) { x throws(TensorError) in try cube(x)[output] } < 1e-6)
    }
    #expect(
      try gradientError(at: inputs) { x throws(TensorError) in
        let both = try cube([x[0].sin(), x[1]])
        return try both[0] * both[1]
      } < 1e-6)
    // Nothing is recorded where nothing needs it.
    #expect(try !cube(inputs)[0].isRecorded)
  }
}
