import ExpressiveNeurons
import Testing

@Suite struct ModelTests {
  @Test("Acceptance case 1: the grid of time constants and their decays") func timeConstantGrid() {
    let grid = MemoryTimeConstants.grid(.init(1, 150), count: 5)
    for (ours, wanted) in zip(grid, [1, 3.4996355, 12.2474487, 42.8616064, 150]) {
      #expect(close(ours, wanted, 1e-5))
    }
    let decays = [0.36787944, 0.75145493, 0.92159477, 0.97693916, 0.99335551]
    for (tau, wanted) in zip(grid, decays) {
      #expect(close(MemoryTimeConstants.decay(tau, step: 1), wanted, 1e-6))
    }
    #expect(close(MemoryTimeConstants.grid(.init(1, 150), count: 1)[0], 1, 1e-12))
  }

  @Test("Acceptance case 6: interlocking, windows and the routing of NeuronIO") func interlockingAndWindows()
    throws
  {
    #expect(try SynapseRouting.interlocked(inputs: 10) == [0, 5, 1, 6, 2, 7, 3, 8, 4, 9])
    let windows = try SynapseRouting.windows(positions: 10, windows: 4, length: 5)
    #expect(
      windows.map { $0.compactMap(\.self) } == [[0, 1, 2, 3, 4], [3, 4, 5, 6, 7], [6, 7, 8, 9], [9]])
    let table = try SynapseRouting.interlockedWindows(branches: 45, synapsesPerBranch: 100).inputs(of: 1278)
    let read = table.joined().compactMap(\.self)
    #expect(read.count == 4282)
    #expect(Array(read.prefix(4)) == [0, 639, 1, 640])
    var uses = [Int](repeating: 0, count: 1278)
    for input in read { uses[input] += 1 }
    #expect((1...4).map { k in uses.count { $0 == k } } == [29, 29, 685, 535])
  }

  @Test("Acceptance case 7: parameters of all fourteen published sizes") func parameterCounts() {
    let published = [
      1: 4601, 2: 4708, 3: 4823, 5: 5077, 7: 5363, 10: 5852, 15: 6827, 20: 8002, 25: 9377, 30: 10952,
      40: 14702,
      50: 19252, 75: 34127, 100: 54002,
    ]
    for (units, count) in published {
      #expect(ELMConfiguration.neuronIO(memoryUnits: units).parameterCount == count)
    }
  }

  @Test func memoryStaysInItsBounds() throws {
    let neuron = try ELMNeuron(.neuronIO(), seed: 1)
    for bound in neuron.memoryBounds { #expect(close(bound, 1.7159 * 5, 1e-9)) }
  }

  @Test(arguments: [
    (
      ELMConfiguration(inputs: 0, outputs: 1, memoryUnits: 1),
      "the number of inputs is 0, but must be 1 to 16777216"
    ),
    (
      .init(inputs: 2, outputs: 1, memoryUnits: 1, timeStepMilliseconds: -1),
      "the time step is -1.0, but must be finite and greater than 0"
    ),
    (
      .init(inputs: 2, outputs: 1, memoryUnits: 1, lambda: .nan),
      "lambda is nan, but must be finite and greater than 0"
    ),
    (
      .init(inputs: 2, outputs: 1, memoryUnits: 1, memoryTimeConstants: .init(5, 5)),
      "the span of memory time constants is 5.0 to 5.0 ms, but must be from 0 or more to something longer"
    ),
    (
      .init(inputs: 7, outputs: 1, memoryUnits: 1, routing: .consecutive(branches: 2, synapsesPerBranch: 3)),
      "2 branches of 3 synapses take 6 inputs, but there are 7; without routing the numbers must be equal"
    ),
    (
      .init(
        inputs: 10, outputs: 1, memoryUnits: 1,
        routing: .interlockedWindows(branches: 2, synapsesPerBranch: 4)),
      "2 windows of 4 synapses leave 2 of 10 inputs uncovered (positions 4, 9); use at least 5 synapses a branch"
    ),
    (
      .init(
        inputs: 7, outputs: 1, memoryUnits: 1, routing: .interlockedWindows(branches: 2, synapsesPerBranch: 4)
      ),
      "interlocking needs as many excitatory as inhibitory inputs, but there are 7 in all; use another routing"
    ),
    (
      .init(inputs: 2, outputs: 1, memoryUnits: 1, routing: .table([[0, 2]])),
      "synapse 1 of branch 0 reads input 2, but there are inputs 0 to 1"
    ),
    (
      .init(inputs: 2, outputs: 1, memoryUnits: 1, traceTimeConstants: [1, 2, 3]),
      "there are 3 trace time constants, but 2 traces of 2 synapses; give one for all or one for each"
    ),
    (
      .init(
        inputs: 2, outputs: 1, memoryUnits: 1, traceTimeConstants: [0.01], learnsTraceTimeConstants: true),
      "a trace time constant begins at 0.01 ms, outside its bounds of 0.1 to 1000.0 ms"
    ),
    (
      .init(inputs: 2, outputs: 1, memoryUnits: 1, traceTimeConstants: [-5]),
      "a trace time constant is -5.0 ms, but must be finite and 0 or more"
    ),
    (
      .init(inputs: 2, outputs: 1, memoryUnits: 1, memoryTimeConstants: .init(1, .infinity)),
      "the span of memory time constants is 1.0 to inf ms, but must be from 0 or more to something longer"
    ),
  ])
  func refusals(configuration: ELMConfiguration, text: String) {
    #expect { try ELMNeuron(configuration, seed: 0) } throws: { "\($0)" == text }
  }
}
