import NeuralData

private let reshapeOperator = Operator("reshape")
private let transposeOperator = Operator("transpose", "int")
private let permuteOperator = Operator("permute")
private let expandOperator = Operator("expand")
private let flattenOperator = Operator("flatten", "using_ints")
private let squeezeOperator = Operator("squeeze", "dim")
private let unsqueezeOperator = Operator("unsqueeze")
private let concatenateOperator = Operator("cat")
private let stackOperator = Operator("stack")
private let splitOperator = Operator("split", "Tensor")
private let unbindOperator = Operator("unbind", "int")
private let padOperator = Operator("constant_pad_nd")
private let flipOperator = Operator("flip")
private let repeatOperator = Operator("repeat")
private let contiguousOperator = Operator("contiguous")

extension Tensor {
  /// The same numbers in another shape; one length may be -1 and follows from the others.
  public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
    try reshapeOperator(.tensor(self), .integers(shape))
  }
  /// Two dimensions exchanged.
  public func transposed(_ first: Int = -2, _ second: Int = -1) throws(TensorError) -> Tensor {
    try transposeOperator(.tensor(self), .integer(first), .integer(second))
  }
  /// The dimensions in another order.
  public func permuted(_ order: Int...) throws(TensorError) -> Tensor {
    try permuteOperator(.tensor(self), .integers(order))
  }
  /// Dimensions of length 1 repeated to the shape's lengths, without copying; -1 keeps a length.
  public func expanded(_ shape: [Int]) throws(TensorError) -> Tensor {
    try expandOperator(.tensor(self), .integers(shape))
  }
  /// The dimensions from `first` to `last` as one.
  public func flattened(from first: Int = 0, to last: Int = -1) throws(TensorError) -> Tensor {
    try flattenOperator(.tensor(self), .integer(first), .integer(last))
  }
  /// A dimension of length 1 taken away.
  public func squeezed(_ dimension: Int) throws(TensorError) -> Tensor {
    try squeezeOperator(.tensor(self), .integer(dimension))
  }
  /// A dimension of length 1 put in.
  public func unsqueezed(_ dimension: Int) throws(TensorError) -> Tensor {
    try unsqueezeOperator(.tensor(self), .integer(dimension))
  }
  /// Tensors joined along a dimension that they have.
  public static func concatenated(_ tensors: [Tensor], along dimension: Int = 0) throws(TensorError) -> Tensor
  {
    try concatenateOperator(.tensors(tensors), .integer(dimension))
  }
  /// Tensors of one shape joined along a new dimension.
  public static func stacked(_ tensors: [Tensor], along dimension: Int = 0) throws(TensorError) -> Tensor {
    try stackOperator(.tensors(tensors), .integer(dimension))
  }
  /// Pieces of `length` along a dimension; the last may be shorter.
  public func split(into length: Int, along dimension: Int = 0) throws(TensorError) -> [Tensor] {
    try splitOperator.tensors(.tensor(self), .integer(length), .integer(dimension))
  }
  /// The parts at each place of a dimension, which disappears.
  public func unstacked(along dimension: Int = 0) throws(TensorError) -> [Tensor] {
    try unbindOperator.tensors(.tensor(self), .integer(dimension))
  }
  /// Elements put before and after the last dimensions.
  ///
  /// - Parameter amounts: before and after the last dimension, then the last but one, and so on.
  public func padded(_ amounts: [Int], with value: Double = 0) throws(TensorError) -> Tensor {
    try padOperator(.tensor(self), .integers(amounts), .number(value))
  }
  /// The order along dimensions reversed.
  public func flipped(along dimensions: Int...) throws(TensorError) -> Tensor {
    try flipOperator(.tensor(self), .integers(dimensions))
  }
  /// The whole repeated along each dimension.
  public func repeated(_ times: [Int]) throws(TensorError) -> Tensor {
    try repeatOperator(.tensor(self), .integers(times))
  }
  /// The numbers in row order in memory.
  func contiguous() throws(TensorError) -> Tensor { try contiguousOperator(.tensor(self)) }

  /// Images on a processor with the channel running fastest in memory, anything else as it is.
  func withChannelsLast() throws(TensorError) -> Tensor {
    guard rank == 4, type == .float32, device == .cpu else { return self }
    let channelsLast = 2
    return try contiguousOperator(.tensor(self), .integer(channelsLast))
  }
}
