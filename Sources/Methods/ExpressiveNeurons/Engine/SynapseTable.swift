/// Which synapses each input has and which traces they feed.
///
/// A trace is kept for every branch. Where synapses of one branch have time constants of their own, the branch has a trace for
/// each different one, and its value is their sum.
struct SynapseTable: Sendable {
  /// Where the synapses of each input begin, `[input + 1]`.
  let offsets: [Int32]
  /// The trace that each feeds, in the inputs' order.
  let trace: [Int32]
  /// Its place among the weights, `[branch, synapse]`.
  let place: [Int32]
  /// The branch of every trace.
  let branch: [Int32]
  /// Which of the neuron's trace time constants each trace has.
  let timeConstant: [Int32]
  /// Whether branches are sums of several traces.
  let sumsTraces: Bool

  init(_ neuron: ELMNeuron) {
    let c = neuron.configuration
    let each = c.routing.synapsesPerBranch
    let isPerSynapse = c.traceTimeConstants.count == c.synapses && each > 1
    sumsTraces = isPerSynapse
    var branch = isPerSynapse ? [] : (0..<Int32(c.traces)).map { $0 }
    var timeConstant = [Int32](repeating: 0, count: branch.count)
    if !isPerSynapse, c.traceTimeConstants.count > 1 { timeConstant = branch }
    var byInput = [[(trace: Int32, place: Int32)]](repeating: [], count: c.inputs)
    for (index, row) in neuron.synapseInputs.enumerated() {
      // Synapses that share a fixed time constant share a trace; learned ones go their own ways.
      var known: [Double: Int32] = [:]
      for (synapse, input) in row.enumerated() {
        guard let input else { continue }
        let place = index * each + synapse
        var trace = Int32(index)
        if isPerSynapse {
          let tau = neuron.traceTimeConstants[place]
          if !c.learnsTraceTimeConstants, let shared = known[tau] {
            trace = shared
          } else {
            trace = Int32(branch.count)
            known[tau] = trace
            branch.append(Int32(index))
            timeConstant.append(Int32(place))
          }
        }
        byInput[input].append((trace, Int32(place)))
      }
    }
    var offsets: [Int32] = [0]
    for list in byInput { offsets.append(offsets.last! + Int32(list.count)) }
    self.offsets = offsets
    trace = byInput.flatMap { $0.map(\.trace) }
    place = byInput.flatMap { $0.map(\.place) }
    self.branch = branch
    self.timeConstant = timeConstant
  }
}
