import ExpressiveNeurons
import Testing

@Suite struct StepperTests {
  @Test(arguments: EngineTests.configurations)
  func stepsAreTheWholeRun(configuration: ELMConfiguration) throws {
    let neuron = try ELMNeuron(configuration, seed: 2)
    let input = try EngineTests.inputs(1, steps: 40)[0]
    let whole = try SequenceModel.elm(neuron).outputs([input])[0]
    let stepper = try ELMStepper(neuron)
    var streamed: [Float] = []
    for step in 0..<40 {
      let events = input.events(at: step)
      streamed += try stepper.step(
        channels: events.map { Int(input.channel[$0]) }, values: Array(input.values[events]))
    }
    for (a, b) in zip(streamed, whole) { #expect(abs(a - b) < 1e-5) }
    stepper.reset()
    #expect(stepper.time == 0)
  }

  @Test func longSilenceIsManySilentSteps() throws {
    let neuron = try ELMNeuron(
      ELMConfiguration(inputs: 6, outputs: 2, memoryUnits: 5, memoryTimeConstants: .init(1, 20)), seed: 2)
    let (one, many) = (try ELMStepper(neuron), try ELMStepper(neuron))
    for stepper in [one, many] { _ = try stepper.step(channels: [0, 3]) }
    var last: [Float] = []
    for _ in 0..<5000 { last = try many.step() }
    #expect(one.silence(steps: 5000) == last)
    #expect(one.time == many.time)
    // A year of silence must not be stepped through.
    _ = one.silence(steps: 31_536_000_000)
    #expect(one.memoryUnits == many.memoryUnits)
  }

  @Test func badEventsLeaveTheState() throws {
    let stepper = try ELMStepper(smallNeuron(.fastInput))
    _ = try stepper.step(channels: [1])
    let before = stepper.memoryUnits
    #expect(throws: ExpressiveNeuronError.badData("there is no channel 3; the neuron has channels 0 to 2")) {
      try stepper.step(channels: [0, 3])
    }
    #expect(throws: ExpressiveNeuronError.self) { try stepper.step(channels: [0], values: [.nan]) }
    #expect(stepper.memoryUnits == before)
  }
}
