import Foundation
import NeuralData
import Probability
import Testing

@testable import Tensors

/// What the processor computes, on every graphics device that there is.
@Suite(.enabled(if: Device.usable.count > 1, "there is no graphics device"))
struct AcceleratorTests {
  static let devices = Device.usable.filter { $0.kind != .cpu }

  /// A graphics processor of a Mac has no `float64`.
  private func type(on device: Device) -> NumericType { device.kind == .mps ? .float32 : .float64 }
  private func tolerance(on device: Device) -> Double { device.kind == .mps ? 1e-4 : 1e-10 }

  @Test("value and gradients", arguments: devices, GoldenTests.cases)
  func operation(_ device: Device, _ item: GoldenTests.Case) throws {
    let inputs = try item.inputs.map { shape in
      try pattern(of: shape).converted(to: type(on: device)).moved(to: device)
    }
    let gradients = try valueWithGradients(at: inputs) { inputs throws(TensorError) in
      let output = try item.function(inputs)
      return try (output * cosines(like: output)).sum()
    }.gradients
    let value = try item.function(inputs)
    #expect(value.device == device)
    #expect(try Golden.shared.distance(item.name, value) < tolerance(on: device))
    for (index, gradient) in gradients.enumerated() {
      #expect(gradient.device == device)
      #expect(
        try Golden.shared.distance("\(item.name).gradient\(index)", gradient) < tolerance(on: device))
    }
  }

  @Test("layers with a state give what they give on the processor", arguments: devices)
  func layers(_ device: Device) throws {
    var stream = RandomStream(seed: 1, "weights")
    let type = type(on: device)
    let layers: [(name: String, layer: any Layer, input: Tensor)] = [
      ("batch", try BatchNormalisation(3, type: type), try pattern(4, 3, 2, 2)),
      ("norm", try LayerNormalisation([4], type: type), try pattern(3, 4)),
      ("group", try GroupNormalisation(groups: 2, channels: 4, type: type), try pattern(2, 4, 3)),
    ]
    for (name, layer, input) in layers {
      let pass = { Pass.training(RandomStream(seed: 1, "pass")) }
      let input = try input.converted(to: type)
      let here = try layer(input, in: pass()).converted(to: .float64).scalars(as: Double.self)
      try layer.move(to: device)
      let there = try layer(input.moved(to: device), in: pass()).converted(to: .float64)
      #expect(there.device == device, "\(name)")
      let differences = zip(here, try there.scalars(as: Double.self)).map { abs($0 - $1) }
      #expect(differences.max()! < tolerance(on: device), "\(name)")
    }
    let attention = try Attention(size: 4, heads: 2, type: type, using: &stream)
    let queries = try pattern(2, 3, 4).converted(to: type)
    let seen = try attention(queries, in: .inference())
    try attention.move(to: device)
    let attended = try attention(queries.moved(to: device), in: .inference())
    #expect(try (attended.moved(to: .cpu) - seen).magnitude().largest().item() < tolerance(on: device))
    let lstm = try Recurrent(.lstm, inputs: 3, size: 4, layers: 2, type: type, using: &stream)
    let input = try pattern(2, 5, 3).converted(to: type)
    let here = try lstm(input, in: .inference()).output
    try lstm.move(to: device)
    let there = try lstm(input.moved(to: device), in: .inference()).output
    #expect(try (there.moved(to: .cpu) - here).magnitude().largest().item() < tolerance(on: device))
  }

  @Test("a seed fixes what is drawn", arguments: devices)
  func chance(_ device: Device) throws {
    func draw(_ seed: UInt64) throws -> [Float] {
      var stream = RandomStream(seed: seed, "noise")
      return try Tensor.normal([1000], using: &stream, on: device).scalars(as: Float.self)
    }
    let numbers = try draw(1)
    #expect(try numbers == draw(1))
    #expect(try numbers != draw(2))
    #expect(abs(mean(numbers.map(Double.init))) < 0.15)
  }

  @Test("a seed fixes a training bit by bit", arguments: devices)
  func training(_ device: Device) throws {
    let losses = try trainSmallNetwork(seed: 3, steps: 30, on: device)
    #expect(try trainSmallNetwork(seed: 3, steps: 30, on: device) == losses)
    #expect(losses.suffix(5).reduce(0, +) < losses.prefix(5).reduce(0, +))
  }

  @Test func noTensorStays() async {
    await #expect(processExitsWith: .success) {
      for device in AcceleratorTests.devices {
        _ = try trainSmallNetwork(seed: 1, steps: 3, on: device)
        try device.synchronize()
      }
      precondition(LibTorch.liveTensors == 0, "\(LibTorch.liveTensors) tensors stay")
    }
  }

  @Test("mixed precision stays near and keeps float32 gradients", arguments: devices)
  func mixedPrecision(_ device: Device) throws {
    var stream = RandomStream(seed: 1, "weights")
    let layer = try Linear(64, 8, using: &stream)
    try layer.move(to: device)
    let input = try Tensor.normal([16, 64], using: &stream, on: device)
    for type in [NumericType.bfloat16, .float16] {
      let exact = try layer(input, in: .inference())
      let mixed = try withMixedPrecision(on: device, type: type) { () throws(TensorError) in
        try layer(input, in: .inference())
      }
      #expect(mixed.type == type)
      #expect(try (exact - mixed.converted(to: .float32)).magnitude().largest().item() < 0.05)
      let gradients = try withMixedPrecision(on: device, type: type) { () throws(TensorError) in
        try layer(input, in: .inference()).converted(to: .float32).sum().gradients(
          for: layer.parameters.map(\.parameter.value))
      }
      #expect(gradients.allSatisfy { $0.type == .float32 && $0.device == device })
    }
  }

  @Test("weights go to a file and come back to either device", arguments: devices)
  func files(_ device: Device) throws {
    var stream = RandomStream(seed: 1, "weights")
    let network = Sequential(try Linear(4, 3, using: &stream), try BatchNormalisation(3))
    let before = try network.state["0.weight"]!.scalars(as: Float.self)
    try network.move(to: device)
    let folder = NSTemporaryDirectory() + "tensors-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try TensorFiles.write(network.state, to: folder + "/w.safetensors")
    let read = try TensorFiles.read(folder + "/w.safetensors")
    #expect(try read["0.weight"]!.scalars(as: Float.self) == before)
    try network.load(read)
    #expect(network.parameters.allSatisfy { $0.parameter.value.device == device })
    #expect(try network.state["0.weight"]!.scalars(as: Float.self) == before)
  }

  @Test("too large for the device is an error and no end", arguments: devices)
  func memory(_ device: Device) throws {
    let error = #expect(throws: TensorError.self) { try Tensor.ones([1 << 42], on: device) }
    #expect(error?.kind == .outOfMemory)
    #expect(error?.description.contains("\n") == false)
    #expect(try Tensor.ones([3], on: device).sum().item() == 3)
  }

  @Test("an operand elsewhere is named", arguments: devices)
  func operands(_ device: Device) throws {
    let error = #expect(throws: TensorError.self) {
      try Tensor.ones([2, 2]).matrixProduct(Tensor.ones([2, 2], on: device))
    }
    #expect(error?.description.contains("float32 [2, 2] on cpu and float32 [2, 2] on \(device)") == true)
    let index = Device(device.kind, index: 64)
    #expect(throws: TensorError.self) { try Device(named: "\(device.kind.rawValue):64") }
    #expect(throws: TensorError.self) { try Tensor.ones([2], on: index) }
  }
}
