/// The sizes of a fully connected network with two hidden layers (published: 784-80-60-10).
public struct NetworkShape: Sendable, Hashable, Codable {
  /// Numbers in one sample.
  public var inputs: Int
  /// Units of the first hidden layer.
  public var hidden1: Int
  /// Units of the second hidden layer.
  public var hidden2: Int
  /// Classes.
  public var classes: Int

  /// A shape; the published hidden layers by default.
  public init(inputs: Int, hidden1: Int = 80, hidden2: Int = 60, classes: Int) {
    self.inputs = inputs
    self.hidden1 = hidden1
    self.hidden2 = hidden2
    self.classes = classes
  }

  /// The widths from input to output.
  public var widths: [Int] { [inputs, hidden1, hidden2, classes] }

  /// Weights and biases together; 68,270 for the published shape.
  public var parameterCount: Int { zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 } }

  func validate() throws(HomeostasisError) {
    for (name, width) in zip(["inputs", "hidden1", "hidden2", "classes"], widths) {
      guard (1...1_000_000).contains(width) else {
        throw .outOfRange(name: name, value: "\(width)", allowed: "1 to 1000000")
      }
    }
    guard classes >= 2, classes <= 256 else {
      throw .outOfRange(name: "classes", value: "\(classes)", allowed: "2 to 256")
    }
  }
}
