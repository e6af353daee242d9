import NeuralData

private let batchOperator = Operator("batch_norm")
private let layerOperator = Operator("layer_norm")
private let groupOperator = Operator("group_norm")

/// Normalises each channel over a batch, and in use by means and variances remembered from training.
public final class BatchNormalisation: Layer {
  /// Scale, `[channels]`.
  public let weight: Parameter
  /// Shift, `[channels]`.
  public let bias: Parameter
  /// `[channels]`
  public let runningMean: Buffer
  /// `[channels]`
  public let runningVariance: Buffer
  /// Number of batches seen in training, `int64`.
  public let batches: Buffer
  /// How much a batch moves the remembered statistics.
  public let momentum: Double
  /// Added to variances.
  public let epsilon: Double

  /// A layer with scale 1 and shift 0.
  public init(
    _ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, type: NumericType = .float32
  ) throws(TensorError) {
    weight = try Parameter(Tensor.ones([channels], type: type))
    bias = try Parameter(Tensor.zeros([channels], type: type))
    runningMean = Buffer(try Tensor.zeros([channels], type: type))
    runningVariance = Buffer(try Tensor.ones([channels], type: type))
    batches = Buffer(try Tensor.zeros([], type: .int64))
    self.momentum = momentum
    self.epsilon = epsilon
  }

  /// PyTorch's names.
  public var storedNames: [String: String] {
    ["runningMean": "running_mean", "runningVariance": "running_var", "batches": "num_batches_tracked"]
  }

  /// `[batch, channels, …]` to the same shape; in training it also moves the remembered statistics.
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    if pass.isTraining {
      try runningMean.makeUnique()
      try runningVariance.makeUnique()
      batches.value = try batches.value + 1
    }
    return try batchOperator(
      .tensor(input), .tensor(weight.value), .tensor(bias.value), .tensor(runningMean.value),
      .tensor(runningVariance.value), .truth(pass.isTraining), .number(momentum), .number(epsilon),
      .truth(true))
  }
}

/// Normalises over the last dimensions of each example.
public final class LayerNormalisation: Layer {
  /// Scale, of the normalised shape.
  public let weight: Parameter
  /// Shift, of the normalised shape.
  public let bias: Parameter
  /// The last dimensions.
  public let shape: [Int]
  /// Added to variances.
  public let epsilon: Double

  /// A layer with scale 1 and shift 0.
  public init(_ shape: [Int], epsilon: Double = 1e-5, type: NumericType = .float32) throws(TensorError) {
    weight = try Parameter(Tensor.ones(shape, type: type))
    bias = try Parameter(Tensor.zeros(shape, type: type))
    self.shape = shape
    self.epsilon = epsilon
  }

  /// `[…, …shape]` to the same shape.
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    try layerOperator(
      .tensor(input), .integers(shape), .tensor(weight.value), .tensor(bias.value), .number(epsilon))
  }
}

/// Normalises groups of channels of each example.
public final class GroupNormalisation: Layer {
  /// Scale, `[channels]`.
  public let weight: Parameter
  /// Shift, `[channels]`.
  public let bias: Parameter
  /// Number of groups; divides the channels.
  public let groups: Int
  /// Added to variances.
  public let epsilon: Double

  /// A layer with scale 1 and shift 0.
  public init(
    groups: Int, channels: Int, epsilon: Double = 1e-5, type: NumericType = .float32
  ) throws(TensorError) {
    weight = try Parameter(Tensor.ones([channels], type: type))
    bias = try Parameter(Tensor.zeros([channels], type: type))
    self.groups = groups
    self.epsilon = epsilon
  }

  /// `[batch, channels, …]` to the same shape.
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    try groupOperator(
      .tensor(input), .integer(groups), .tensor(weight.value), .tensor(bias.value), .number(epsilon))
  }
}
