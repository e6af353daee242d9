/// What a neuron's forward pass keeps for its backward pass; rows are `[step, sample]`.
final class ELMWorkspace: SequenceWorkspace {
  /// Traces.
  let trace = GrowingBuffer()
  /// Values of the branches where they sum several traces.
  let branches = GrowingBuffer()
  /// Outputs of the hidden layers, or the first layer's sums where there are none.
  let hidden: [GrowingBuffer]
  /// Slopes of the hidden layers' activation where the output does not tell them.
  let slopes: [GrowingBuffer]
  /// Proposed memory.
  let proposal = GrowingBuffer()
  /// Memory, one row of samples more: the state at the start.
  let memory = GrowingBuffer()
  /// Derivatives of the loss by the hidden layers' sums.
  let hiddenErrors: [GrowingBuffer]
  /// Derivatives by the proposals' sums.
  let proposalErrors = GrowingBuffer()
  /// Derivatives by the memory.
  let memoryErrors = GrowingBuffer()
  /// Derivatives by the traces.
  let traceErrors = GrowingBuffer()
  /// A few rows.
  let scratch = GrowingBuffer()

  init(hiddenLayers: Int) {
    hidden = (0..<max(1, hiddenLayers)).map { _ in GrowingBuffer() }
    slopes = (0..<hiddenLayers).map { _ in GrowingBuffer() }
    hiddenErrors = (0..<max(1, hiddenLayers)).map { _ in GrowingBuffer() }
  }

  /// Bytes held.
  var bytes: Int {
    ([
      trace, branches, proposal, memory, proposalErrors, memoryErrors, traceErrors, scratch, output,
      outputGradient,
    ]
      + hidden
      + slopes + hiddenErrors).reduce(0) { $0 + $1.bytes }
  }
}
