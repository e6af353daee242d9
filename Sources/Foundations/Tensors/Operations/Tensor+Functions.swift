import Probability

private let expOperator = Operator("exp")
private let logOperator = Operator("log")
private let log1pOperator = Operator("log1p")
private let expm1Operator = Operator("expm1")
private let sqrtOperator = Operator("sqrt")
private let rsqrtOperator = Operator("rsqrt")
private let absOperator = Operator("abs")
private let signOperator = Operator("sign")
private let sinOperator = Operator("sin")
private let cosOperator = Operator("cos")
private let erfOperator = Operator("erf")
private let floorOperator = Operator("floor")
private let ceilOperator = Operator("ceil")
private let roundOperator = Operator("round")
private let reluOperator = Operator("relu")
private let sigmoidOperator = Operator("sigmoid")
private let tanhOperator = Operator("tanh")
private let siluOperator = Operator("silu")
private let geluOperator = Operator("gelu")
private let leakyOperator = Operator("leaky_relu")
private let eluOperator = Operator("elu")
private let softplusOperator = Operator("softplus")
private let hardTanhOperator = Operator("hardtanh")
private let softmaxOperator = Operator("softmax", "int")
private let logSoftmaxOperator = Operator("log_softmax", "int")
private let isFiniteOperator = Operator("isfinite")
private let allOperator = Operator("all")
private let bernoulliOperator = Operator("bernoulli", "p")

extension Tensor {
  /// The exponential.
  public func exp() throws(TensorError) -> Tensor { try expOperator.unary(self) }
  /// The natural logarithm.
  public func log() throws(TensorError) -> Tensor { try logOperator.unary(self) }
  /// The logarithm of 1 and the element together, exact near 0.
  public func log1p() throws(TensorError) -> Tensor { try log1pOperator.unary(self) }
  /// The exponential less 1, exact near 0.
  public func expm1() throws(TensorError) -> Tensor { try expm1Operator.unary(self) }
  /// The square root.
  public func squareRoot() throws(TensorError) -> Tensor { try sqrtOperator.unary(self) }
  /// One over the square root.
  public func reciprocalSquareRoot() throws(TensorError) -> Tensor { try rsqrtOperator.unary(self) }
  /// The magnitude.
  public func magnitude() throws(TensorError) -> Tensor { try absOperator.unary(self) }
  /// -1, 0 or 1.
  public func sign() throws(TensorError) -> Tensor { try signOperator.unary(self) }
  /// The sine.
  public func sin() throws(TensorError) -> Tensor { try sinOperator.unary(self) }
  /// The cosine.
  public func cos() throws(TensorError) -> Tensor { try cosOperator.unary(self) }
  /// The error function.
  public func errorFunction() throws(TensorError) -> Tensor { try erfOperator.unary(self) }
  /// The largest whole number not above.
  public func roundedDown() throws(TensorError) -> Tensor { try floorOperator.unary(self) }
  /// The smallest whole number not below.
  public func roundedUp() throws(TensorError) -> Tensor { try ceilOperator.unary(self) }
  /// The nearest whole number, halves to the even one.
  public func rounded() throws(TensorError) -> Tensor { try roundOperator.unary(self) }

  /// The rectifier: the larger of the element and 0.
  public func relu() throws(TensorError) -> Tensor { try reluOperator.unary(self) }
  /// `1 / (1 + exp(-x))`
  public func sigmoid() throws(TensorError) -> Tensor { try sigmoidOperator.unary(self) }
  /// The hyperbolic tangent.
  public func tanh() throws(TensorError) -> Tensor { try tanhOperator.unary(self) }
  /// `x · sigmoid(x)`
  public func silu() throws(TensorError) -> Tensor { try siluOperator.unary(self) }
  /// `x · Φ(x)`; with `approximate` through a hyperbolic tangent.
  public func gelu(approximate: Bool = false) throws(TensorError) -> Tensor {
    try geluOperator(.tensor(self), .text(approximate ? "tanh" : "none"))
  }
  /// The rectifier with a slope below 0.
  public func leakyRelu(slope: Double = 0.01) throws(TensorError) -> Tensor {
    try leakyOperator(.tensor(self), .number(slope))
  }
  /// `x` above 0, `alpha · (exp(x) - 1)` below.
  public func elu(alpha: Double = 1) throws(TensorError) -> Tensor {
    try eluOperator(.tensor(self), .number(alpha))
  }
  /// `log(1 + exp(x))`
  public func softplus() throws(TensorError) -> Tensor { try softplusOperator(.tensor(self)) }
  /// The rectifier that also stops at 6.
  public func relu6() throws(TensorError) -> Tensor {
    try hardTanhOperator(.tensor(self), .number(0), .number(6))
  }
  /// Exponentials divided by their sum along a dimension.
  public func softmax(along dimension: Int = -1) throws(TensorError) -> Tensor {
    try softmaxOperator(.tensor(self), .integer(dimension))
  }
  /// The logarithm of ``softmax(along:)``.
  public func logSoftmax(along dimension: Int = -1) throws(TensorError) -> Tensor {
    try logSoftmaxOperator(.tensor(self), .integer(dimension))
  }

  /// Whether every element is finite.
  public func isFinite() throws(TensorError) -> Bool {
    try allOperator(.tensor(isFiniteOperator(.tensor(self)))).item() == 1
  }

  /// The tensor itself when every element is finite.
  ///
  /// - Parameter name: what the message calls it, such as `loss`.
  /// - Throws: ``TensorError`` of kind ``TensorError/Kind/notFinite``.
  @discardableResult
  public func requireFinite(_ name: String) throws(TensorError) -> Tensor {
    guard try isFinite() else {
      let value = count == 1 ? "it is \(try item())" : "it has elements that are infinite or not a number"
      throw TensorError(
        .notFinite, name, value, operands: [signature],
        remedy: "lower the learning rate, clip the gradients, or check the data")
    }
    return self
  }

  /// Elements set to 0 with a probability, the others divided by the probability of staying.
  public func dropout(
    _ probability: Double, using stream: inout RandomStream
  ) throws(TensorError) -> Tensor {
    guard (0..<1).contains(probability) else {
      throw TensorError(
        .operation, "dropout", "the probability is \(probability); expected 0 or more and below 1",
        operands: [signature])
    }
    if probability == 0 { return self }
    let generator = try Generator(&stream, on: device)
    let kept = try withoutGradients { () throws(TensorError) in
      try bernoulliOperator(.tensor(self), .number(1 - probability), .generator(generator))
    }
    return try self * (kept * (1 / (1 - probability)))
  }
}
