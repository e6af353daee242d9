import Foundation
import NeuralData
import Probability
import Tensors

/// What make_golden.py wrote: numbers that PyTorch computed.
struct Golden: Decodable {
  struct Value: Decodable {
    var shape: [Int]
    var values: [Double]
  }
  var cases: [String: Value]

  static let shared: Golden = {
    let path = Bundle.module.path(forResource: "golden", ofType: "json", inDirectory: "Fixtures")!
    return try! JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }()

  /// The largest difference to a tensor, or infinity when the shapes differ.
  func distance(_ name: String, _ tensor: Tensor) throws -> Double {
    guard let value = cases[name], value.shape == tensor.shape else { return .infinity }
    let numbers = try tensor.converted(to: .float64).scalars(as: Double.self)
    return zip(numbers, value.values).map { abs($0 - $1) }.max() ?? 0
  }
}

/// The pattern of quarters that make_golden.py uses.
func pattern(_ shape: Int..., times factor: Double = 1) throws(TensorError) -> Tensor {
  try pattern(of: shape, times: factor)
}

extension Tensor {
  /// On another tensor's device and of its type.
  func like(_ other: Tensor) throws(TensorError) -> Tensor {
    try moved(to: other.device).converted(to: other.type)
  }
}

func pattern(of shape: [Int], times factor: Double = 1) throws(TensorError) -> Tensor {
  let count = shape.reduce(1, *)
  return try Tensor((0..<count).map { Double($0 * 7 % 23 - 11) / 4 * factor }, shape: shape)
}

/// Puts the pattern, divided by 8, into every parameter.
func fill(_ module: some Module) throws {
  for (_, parameter) in module.parameters {
    try parameter.set(pattern(of: parameter.value.shape, times: 0.125).converted(to: parameter.value.type))
  }
}

/// The weights with which make_golden.py makes one number of an output.
func cosines(like tensor: Tensor) throws(TensorError) -> Tensor {
  try Tensor((0..<tensor.count).map { cos(Double($0)) }, shape: tensor.shape).like(tensor)
}

/// The largest difference between a function's gradients and central differences of its values.
func gradientError(
  at inputs: [Tensor], step: Double = 1e-5,
  of function: ([Tensor]) throws(TensorError) -> Tensor
) throws -> Double {
  func total(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let output = try function(inputs)
    return try (output * cosines(like: output)).sum()
  }
  let gradients = try valueWithGradients(at: inputs, of: total).gradients
  var worst = 0.0
  for (place, input) in inputs.enumerated() {
    let numbers = try input.scalars(as: Double.self)
    let slopes = try gradients[place].scalars(as: Double.self)
    for index in numbers.indices {
      var moved = inputs
      func value(_ change: Double) throws -> Double {
        var changed = numbers
        changed[index] += change
        moved[place] = try Tensor(changed, shape: input.shape)
        return try total(moved).item()
      }
      let slope = try (value(step) - value(-step)) / (2 * step)
      worst = max(worst, abs(slope - slopes[index]) / max(1, abs(slope)))
    }
  }
  return worst
}
