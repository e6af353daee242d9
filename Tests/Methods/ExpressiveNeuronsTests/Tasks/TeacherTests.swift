import ExpressiveNeurons
import Foundation
import Testing

/// Teachers against plain solutions of their equations with very small steps, written apart from them.
@Suite struct TeacherTests {
  private let input = SynapticInput(basalSegments: 60, apicalSegments: 40)

  @Test(arguments: [nil, LeakyIntegrateAndFire.Adaptation(timeConstant: 50, increment: 3)])
  func integrateAndFireAgreesWithSmallSteps(_ adaptation: LeakyIntegrateAndFire.Adaptation?) throws {
    let steps = 400
    let events = try input.events(steps: steps, seed: 1, simulation: 3)
    var neuron = LeakyIntegrateAndFire(channels: 200, adaptation: adaptation)
    neuron.weight = 1.5
    let response = try neuron.respond(to: events)

    let parts = 10_000
    let dt = 1 / Double(parts)
    var (x, u, a) = (0.0, 0.0, 0.0)
    var quiet = 0
    var spikes: [Double] = []
    var voltage: [Double] = []
    for step in 0..<steps {
      for event in events.events(at: step) {
        u += 1.5 * (1 + 0.5 * sin(Double(events.channel[event]))) * Double(events.values[event])
      }
      for part in 0..<parts {
        if quiet > 0 {
          quiet -= 1
        } else {
          // Heun's method; u is exact to the same order.
          let later = u - dt * u / 5 + dt * dt * u / 50
          let first = (u - x) / 20
          x += dt / 2 * (first + (later - x - dt * first) / 20)
        }
        u += -dt * u / 5 + dt * dt * u / 50
        if let adaptation { a -= dt * a / adaptation.timeConstant }
        if quiet == 0, x >= 15 + a {
          spikes.append(Double(step) + Double(part + 1) * dt)
          x = 0
          a += adaptation?.increment ?? 0
          quiet = 2 * parts
        }
      }
      voltage.append(x - 70)
    }
    #expect(spikes.count >= 3)
    try #require(spikes.count == response.spikeTimes.count)
    for (a, b) in zip(spikes, response.spikeTimes) { #expect(abs(a - b) < 5e-3) }
    for (a, b) in zip(voltage, response.voltage) { #expect(abs(a - b) < 5e-3) }
  }

  @Test func pyramidalCellAgreesWithSmallSteps() throws {
    let steps = 300
    let events = try input.events(steps: steps, seed: 1, simulation: 5)
    var cell = PyramidalCell(basalSegments: 60, apicalSegments: 40)
    cell.threshold = -58
    let (response, dendrite) = try cell.simulate(events)

    let parts = 2000
    let dt = 1 / Double(parts)
    func scale(_ rise: Double, _ decay: Double, _ peak: Double) -> Double {
      // The peak found by search, not by its formula.
      let highest = (1..<400_000).map { 1e-4 * Double($0) }.map { exp(-$0 / decay) - exp(-$0 / rise) }.max()!
      return peak / highest
    }
    let receptors = [(0.3, 3.0, 0.15), (2.0, 70.0, 0.15), (0.2, 8.0, 0.4)]
    let scales = receptors.map { scale($0.0, $0.1, $0.2) }
    // [receptor][compartment]
    var rising = [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    var decaying = rising
    var v = [-76.0, -76.0]
    var quiet = 0
    var spikes: [Double] = []
    var soma: [Double] = []
    var other: [Double] = []
    func slope(_ v: [Double], _ rising: [[Double]], _ decaying: [[Double]]) -> [Double] {
      (0..<2).map { k in
        let g = (0..<3).map { scales[$0] * (decaying[$0][k] - rising[$0][k]) }
        let open = 1 / (1 + exp(-0.062 * v[k]) / 3.57)
        let current =
          10 * (-76 - v[k]) + 15 * (v[1 - k] - v[k]) - g[0] * v[k] - g[1] * open * v[k]
          + g[2] * (-80 - v[k])
        return current / 200
      }
    }
    for step in 0..<steps {
      for event in events.events(at: step) {
        let channel = Int(events.channel[event])
        let compartment = channel % 100 >= 60 ? 1 : 0
        for receptor in channel >= 100 ? [2] : [0, 1] {
          rising[receptor][compartment] += 1
          decaying[receptor][compartment] += 1
        }
      }
      for part in 0..<parts {
        var nextRising = rising
        var nextDecaying = decaying
        for receptor in 0..<3 {
          for k in 0..<2 {
            nextRising[receptor][k] *=
              1 - dt / receptors[receptor].0 + 0.5 * pow(dt / receptors[receptor].0, 2)
            nextDecaying[receptor][k] *=
              1 - dt / receptors[receptor].1 + 0.5 * pow(dt / receptors[receptor].1, 2)
          }
        }
        let first = slope(v, rising, decaying)
        let guess = [v[0] + dt * first[0], v[1] + dt * first[1]]
        let second = slope(guess, nextRising, nextDecaying)
        if quiet == 0 { v[0] += dt / 2 * (first[0] + second[0]) } else { quiet -= 1 }
        v[1] += dt / 2 * (first[1] + second[1])
        (rising, decaying) = (nextRising, nextDecaying)
        if quiet == 0, v[0] >= -58 {
          spikes.append(Double(step) + Double(part + 1) * dt)
          v[0] = -65
          quiet = 2 * parts
        }
      }
      soma.append(v[0])
      other.append(v[1])
    }
    #expect(spikes.count >= 3)
    try #require(spikes.count == response.spikeTimes.count)
    for (a, b) in zip(spikes, response.spikeTimes) { #expect(abs(a - b) < 0.02) }
    for (a, b) in zip(soma, response.voltage) { #expect(abs(a - b) < 0.02) }
    for (a, b) in zip(other, dendrite) { #expect(abs(a - b) < 0.02) }
  }

  @Test func oneEventHasItsClosedForm() throws {
    let events = try EventSequence(time: [0], channel: [0], steps: 60, channels: 1)
    let response = try LeakyIntegrateAndFire(channels: 1).respond(to: events)
    for step in 0..<60 {
      let t = Double(step + 1)
      #expect(abs(response.voltage[step] + 70 - 0.25 * (exp(-t / 20) - exp(-t / 5))) < 1e-12)
    }
  }

  @Test func dendriticExcitationIsSupralinear() throws {
    // n apical synapses at once: with NMDA receptors twice the input gives more than twice the depolarisation, without
    // them (conductances saturate) less.
    func depolarisation(_ n: Int, magnesium: Double, nmda: Double) throws -> Double {
      var cell = PyramidalCell(basalSegments: 1, apicalSegments: 400)
      cell.magnesium = magnesium
      cell.nmdaConductance = nmda
      cell.threshold = 1e3
      let events = try EventSequence(
        time: .init(repeating: 0, count: n), channel: (0..<n).map { 1 + $0 }, steps: 40, channels: 802)
      return try cell.simulate(events).dendrite.last! + 76
    }
    let supralinear =
      try depolarisation(200, magnesium: 1, nmda: 0.3) / depolarisation(100, magnesium: 1, nmda: 0.3)
    let saturating =
      try depolarisation(200, magnesium: 0, nmda: 0.3) / depolarisation(100, magnesium: 0, nmda: 0.3)
    #expect(supralinear > 2.2)
    #expect(saturating < 2)
  }

  @Test func dataDoNotDependOnThreads() throws {
    for kind in TeacherKind.allCases {
      let task = TeacherTask(
        teacher: kind, input: input, steps: 200, sizes: .init(training: 3, validation: 1, test: 2), seed: 9)
      let one = try task.data(threads: 1)
      #expect(try task.data(threads: 3) == one)
      #expect(one.training.count == 3 && one.validation.count == 1 && one.test?.count == 2)
      #expect(one.training.channels == 200 && one.training.outputs == 2)
      #expect(one.training.inputs[0] != one.training.inputs[1])
    }
  }

  @Test func targetsAreSpikesAndCutVoltage() {
    let response = TeacherResponse(spikeTimes: [0.5, 3], voltage: [-67.7, -40, -57.7])
    #expect(response.spikes == [true, false, true])
    let targets = response.targets()
    #expect(targets[0] == 1 && targets[1] == 0 && targets[2] == 0 && targets[4] == 1)
    #expect(abs(targets[3] - 1.27) < 1e-6 && abs(targets[5] - 1) < 1e-6)
  }

  @Test func refusals() throws {
    let events = try EventSequence(time: [0], channel: [0], values: [-1], steps: 5, channels: 4)
    #expect(
      throws: ExpressiveNeuronError.badData("the input has 4 channels, but the neuron has 3 synapses")
    ) { try LeakyIntegrateAndFire(channels: 3).respond(to: events) }
    #expect(
      throws: ExpressiveNeuronError.badData("step 0: channel 0 excites, but its event has value -1.0")
    ) { try PyramidalCell(basalSegments: 1, apicalSegments: 1).respond(to: events) }
    var neuron = LeakyIntegrateAndFire(channels: 4)
    neuron.synapticTimeConstant = 20
    #expect(throws: ExpressiveNeuronError.self) { try neuron.respond(to: events) }
    neuron.synapticTimeConstant = .nan
    #expect(throws: ExpressiveNeuronError.self) { try neuron.respond(to: events) }
    var cell = PyramidalCell(basalSegments: 1, apicalSegments: 1)
    cell.resetVoltage = -50
    #expect(throws: ExpressiveNeuronError.self) { try cell.validate() }
    #expect(throws: ExpressiveNeuronError.self) {
      try TeacherTask(teacher: .lif, input: input, sizes: .init(training: 0, validation: 1, test: 1), seed: 1)
        .data(threads: 1)
    }
  }

  @Test(arguments: TeacherKind.allCases)
  func teachersFireAtAFewHertz(_ kind: TeacherKind) throws {
    // Under the published input, as NeuronIO's cell does; also a guard of the default parameters.
    let data = try TeacherTask(
      teacher: kind, steps: 3000, sizes: .init(training: 16, validation: 1, test: 1), seed: 1
    ).data(threads: 2).training
    guard case .traces(let traces, _) = data.targets else { return }
    let spikes = traces.reduce(0) { sum, trace in
      sum + stride(from: 0, to: trace.count, by: 2).reduce(0) { $0 + Int(trace[$1]) }
    }
    #expect((0.5...5).contains(Double(spikes) / (16 * 3)))
    let input = Double(data.inputs.reduce(0) { $0 + $1.count }) / (16 * 3000)
    #expect((10...16).contains(input))
  }

  @Test(arguments: TeacherKind.allCases)
  func teachersWithFewSynapsesFireToo(_ kind: TeacherKind) throws {
    let data = try TeacherTask(
      teacher: kind, input: SynapticInput(basalSegments: 20, apicalSegments: 20, mostSpikes: 60),
      steps: 3000, sizes: .init(training: 16, validation: 1, test: 1), seed: 1
    ).data(threads: 2).training
    guard case .traces(let traces, _) = data.targets else { return }
    let spikes = traces.reduce(0) { sum, trace in
      sum + stride(from: 0, to: trace.count, by: 2).reduce(0) { $0 + Int(trace[$1]) }
    }
    #expect((0.5...30).contains(Double(spikes) / (16 * 3)))
  }
}
