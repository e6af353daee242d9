import Parallel
import Spiking
import Testing

@Suite struct NetworkTests {
  /// A single pulse follows the closed solution of a constant current over a step.
  @Test func subthresholdResponse() throws {
    let neuron = CurrentLIF(threshold: 0)
    var network = try Network(timeStep: 0.5)
    let source = try network.addSources("source", count: 1)
    let cell = try network.add("cell", count: 1, .currentLIF(neuron))
    try network.connect(source, to: cell, .oneToOne(weight: 2), delay: 3)
    let monitor = try network.watch(.membrane, of: cell)
    try network.fire([0], in: source, at: 4)
    network.run(steps: 60)
    let response = neuron.response(steps: 60, timeStep: 0.5)
    for step in 0..<60 {
      let expected = step > 7 ? 2 * response[step - 8] : 0
      #expect(abs(network.trace(of: monitor).values[step] + 65 - expected) < 1e-12)
    }
  }

  /// All-to-all without a matrix, dense and sparse synapses give the same spikes.
  @Test(arguments: [true, false])
  func projectionsAgree(excludesSelf: Bool) throws {
    func raster(_ connectivity: Connectivity) throws -> SpikeRaster {
      var network = try Network(timeStep: 1)
      let source = try network.addPoisson("source", rates: [Double](repeating: 40, count: 9), seed: 4)
      let cell = try network.add(
        "cell", count: 9, .currentLIF(CurrentLIF(threshold: -60, excitatoryTimeConstant: 2)))
      try network.connect(source, to: cell, .oneToOne(weight: 2))
      try network.connect(source, to: cell, connectivity, delay: 2)
      network.recordSpikes(of: cell)
      network.run(steps: 3000)
      return network.raster(of: cell)
    }
    // A power of two, so that sums and differences are exact.
    let weight = 0.25
    let weights = (0..<81).map { excludesSelf && $0 / 9 == $0 % 9 ? 0 : weight }
    let uniform = try raster(.allToAll(weight: weight, excludesSelf: excludesSelf))
    #expect(uniform.count > 100)
    #expect(try raster(.dense(weights)) == uniform)
    #expect(try raster(.delayed(weights: weights, delays: [Int](repeating: 2, count: 81))) == uniform)
    let synapses = weights.indices.map {
      Synapse(source: $0 / 9, target: $0 % 9, weight: weights[$0], delay: 2)
    }
    #expect(try raster(.sparse(synapses.shuffled())) == uniform)
  }

  /// Both forms of pair plasticity, eager and from a history, fire the same spikes over random activity.
  @Test func eagerAndLazyPlasticityAgree() throws {
    func run(_ history: PairSTDP.History) throws -> (SpikeRaster, [Double]) {
      var network = try Network(timeStep: 1)
      let source = try network.addPoisson("source", rates: [Double](repeating: 60, count: 12), seed: 8)
      let cell = try network.add(
        "cell", count: 7, .currentLIF(CurrentLIF(threshold: -62, excitatoryTimeConstant: 2)))
      let plastic = try network.connect(
        source, to: cell, .dense([Double](repeating: 1, count: 84)), delay: 2,
        plasticity: .pair(
          PairSTDP(
            potentiation: 0.3, depression: 0.25, presynapticTimeConstant: 12, postsynapticTimeConstant: 15,
            maximum: 2, history: history)))
      network.recordSpikes(of: cell)
      network.run(steps: 4000)
      network.settleWeights(of: plastic)
      return (network.raster(of: cell), network.weights(of: plastic))
    }
    let (eager, eagerWeights) = try run(.unlimited)
    let (lazy, lazyWeights) = try run(.newest(100_000))
    #expect(eager.count > 100)
    #expect(eager == lazy)
    #expect(zip(eagerWeights, lazyWeights).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(try run(.newest(1)).1 != eagerWeights)
  }

  @Test func normalisationKeepsRatios() {
    var weights = [1.0, 0, 3, 0, 4, 0]
    WeightNormalisation.scaleColumns(&weights, targets: 2, toSum: 16)
    #expect(weights == [2, 0, 6, 0, 8, 0])
  }

  /// Every kind of weights can be normalised in its network; each neuron's sum is then the given one.
  @Test func networksNormalise() throws {
    var network = try Network(timeStep: 1)
    let source = try network.addSources("source", count: 3)
    let cells = try network.add("cells", count: 2, .currentLIF(CurrentLIF()))
    let weights = [1.0, 0, 3, 0, 4, 0]
    let dense = try network.connect(source, to: cells, .dense(weights))
    let list = try network.connect(
      source, to: cells, .delayed(weights: weights, delays: [3, 1, 2, 1, 1, 1]))
    let uniform = try network.connect(source, to: cells, .allToAll(weight: 1, excludesSelf: false))
    for projection in [dense, list] {
      try network.normaliseWeights(of: projection, toSum: 16)
      #expect(network.weights(of: projection) == [2, 0, 6, 0, 8, 0])
    }
    #expect(throws: SpikingError.self) { try network.normaliseWeights(of: uniform, toSum: 1) }
    #expect(throws: SpikingError.self) { try network.normaliseWeights(of: dense, toSum: -1) }
  }

  @Test func faultsAreSeeded() throws {
    func raster(_ faults: Faults?) throws -> SpikeRaster {
      var network = try Network(timeStep: 1)
      let source = try network.addPoisson("source", rates: [Double](repeating: 200, count: 5), seed: 1)
      network.setFaults(faults, of: source)
      network.recordSpikes(of: source)
      network.run(steps: 2000)
      return network.raster(of: source)
    }
    let sound = try raster(nil)
    let lossy = try raster(Faults(dead: [3], lossProbability: 0.5, seed: 2))
    #expect(lossy.counts()[3] == 0)
    #expect(try raster(Faults(dead: [3], lossProbability: 0.5, seed: 2)) == lossy)
    let share = Double(lossy.count) / Double(sound.count - sound.counts()[3])
    #expect(abs(share - 0.5) < 0.06)
  }

  /// Networks that run at once on several threads do what they do alone.
  @Test func threadsChangeNothing() throws {
    @Sendable func raster(_ index: Int) throws -> SpikeRaster {
      var network = try Network(timeStep: 1)
      let source = try network.addPoisson(
        "source", rates: [Double](repeating: 80, count: 20), seed: UInt64(index))
      let cells = try network.add("cells", count: 10, .currentLIF(CurrentLIF(threshold: -62)))
      try network.connect(
        source, to: cells, .dense([Double](repeating: 0.6, count: 200)),
        plasticity: .pair(
          PairSTDP(
            potentiation: 0.1, depression: 0.12, presynapticTimeConstant: 20, postsynapticTimeConstant: 20,
            maximum: 1)))
      try network.connect(cells, to: cells, .allToAll(weight: 0.2, excludesSelf: true), isInhibitory: true)
      network.recordSpikes(of: cells)
      network.run(steps: 600)
      return network.raster(of: cells)
    }
    let alone = try parallelMap(count: 8, threads: 1) { try raster($0) }
    #expect(try parallelMap(count: 8, threads: 4) { try raster($0) } == alone)
    #expect(alone[0].count > 50 && alone[0] != alone[1])
  }

  /// Rates that change take effect at once, and the spikes depend on the seed alone.
  @Test func ratesChange() throws {
    func counts(seed: UInt64) throws -> [Int] {
      var network = try Network(timeStep: 1)
      let source = try network.addPoisson("source", rates: [100, 0], seed: seed)
      network.recordSpikes(of: source)
      network.run(steps: 1500)
      try network.setRates([0, 100], of: source)
      network.run(steps: 1500)
      let raster = network.raster(of: source)
      #expect(raster.counts(in: 0..<1500)[1] == 0)
      #expect(raster.counts(in: 1500..<3000)[0] == 0)
      return raster.counts()
    }
    #expect(try counts(seed: 5) == counts(seed: 5))
    #expect(try counts(seed: 5) != counts(seed: 6))
  }

  @Test(arguments: [
    ("a", "there is a population 'a' already; give each a name of its own"),
    ("b", "the size of population b is 0, but must be 1 to 536870911"),
  ])
  func populationMistakes(name: String, message: String) throws {
    var network = try Network(timeStep: 1)
    _ = try network.addSources("a", count: 2)
    do {
      _ = try network.addSources(name, count: name == "a" ? 1 : 0)
      Issue.record("accepted")
    } catch { #expect(error.description == message) }
  }

  @Test(arguments: [
    (
      CurrentLIF(refractoryPeriod: 1e300),
      "refractoryPeriod is 1e+300 ms, but must be 0 or more, at most 1000000000.0 ms"
    ),
    (
      CurrentLIF(refractoryPeriod: -1),
      "refractoryPeriod is -1.0 ms, but must be 0 or more, at most 1000000000.0 ms"
    ),
    (CurrentLIF(threshold: .nan), "threshold is nan, but must be a finite number"),
    (
      CurrentLIF(resetPotential: -50), "resetPotential is -50.0 mV, but must be below the threshold, -50.0 mV"
    ),
    (CurrentLIF(capacitance: 0), "capacitance is 0.0, but must be greater than 0"),
  ])
  func neuronMistakes(neuron: CurrentLIF, message: String) throws {
    var network = try Network(timeStep: 1)
    do {
      _ = try network.add("cells", count: 1, .currentLIF(neuron))
      Issue.record("accepted")
    } catch { #expect(error.description == message) }
  }

  @Test func connectionMistakes() throws {
    var network = try Network(timeStep: 1)
    let source = try network.addSources("in", count: 2)
    let cells = try network.add("cells", count: 3, .currentLIF(CurrentLIF()))
    func message(_ connectivity: Connectivity, delay: Int = 1, _ plasticity: Plasticity? = nil) -> String {
      do {
        try network.connect(source, to: cells, connectivity, delay: delay, plasticity: plasticity)
        return ""
      } catch { return error.description }
    }
    #expect(
      message(.oneToOne(weight: 1))
        == "one-to-one projection in to cells: the target has 3 entries, but must have 2")
    #expect(message(.dense([1])) == "the matrix of weights of in to cells has 1 entries, but must have 6")
    #expect(message(.allToAll(weight: -1, excludesSelf: false)).contains("a weight of in to cells is -1.0"))
    #expect(
      message(.allToAll(weight: 1, excludesSelf: false), delay: 0).contains(
        "0 steps, but must be 1 to 1000000"))
    #expect(message(.sparse([Synapse(source: 0, target: 3, weight: 1)])).contains("joins 0 with 3"))
    let rule = PairSTDP(
      potentiation: 1, depression: 1, presynapticTimeConstant: 1, postsynapticTimeConstant: 1, maximum: 1)
    #expect(
      message(.sparse([Synapse(source: 0, target: 0, weight: 1.5)]), .pair(rule)).contains(
        "0.0 to 1.0, the rule's range"))
    let ones = [Double](repeating: 1, count: 6)
    #expect(message(.dense(ones), .triplet(TripletSTDP())).contains("needs a list"))
    #expect(
      message(.dense([Double](repeating: 2, count: 6)), .pair(rule)).contains(
        "0.0 to 1.0, the rule's range"))
    #expect(throws: SpikingError.self) {
      try network.connect(cells, to: source, .allToAll(weight: 1, excludesSelf: false))
    }
    #expect(throws: SpikingError.self) { try network.fire([2], in: source, at: 0) }
    #expect(throws: SpikingError.self) { try network.fire([0], in: cells, at: 0) }
    network.run(steps: 2)
    #expect(throws: SpikingError.self) { try network.fire([0], in: source, at: 1) }
  }
}
