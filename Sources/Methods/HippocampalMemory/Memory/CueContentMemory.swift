import Probability
import Spiking

/// A spiking memory of cues and contents: learns, recalls either from the other, and forgets.
///
/// ```swift
/// var memory = try CueContentMemory(cues: 5, contents: 10)
/// try memory.learn(cue: 0, content: [0, 1, 8, 9])
/// try memory.recall(cue: 0).content      // [0, 1, 8, 9]
/// try memory.recall(content: [8]).cues   // [0]
/// ```
///
/// Every operation is a few input spikes into a simulated circuit, and its answer is read from the output's spikes.
/// Operations called one by one are kept ``restSteps`` apart; ``run(_:until:report:)`` takes a schedule with times
/// of its own.
public struct CueContentMemory: Sendable {
  /// The circuit in the network.
  public let circuit: HippocampalCircuit
  /// The network: the circuit, its input `IN` and its output `OUT`.
  public internal(set) var network: Network
  /// What should be stored.
  public internal(set) var ideal = IdealMemory()
  let input: Network.PopulationID
  let output: Network.PopulationID
  /// Steps from one operation to the next when they are called one by one. What two operations leave on each other's
  /// synapses falls as e^(−steps/3): at 40 it takes some half a million of them to change an answer.
  public var restSteps = 40
  /// The chance that an input spike comes a step early or late, and its source.
  var inputJitter: (chance: Double, stream: RandomStream)?
  private var weightMonitors: [Network.MonitorID] = []
  /// Firing thresholds of one spike, nA: of a content neuron, of a cue neuron.
  private let thresholds: (content: Double, cue: Double)

  /// An empty memory, or one with initial weights.
  ///
  /// - Parameters:
  ///   - cues: number of cues, C.
  ///   - contents: number of content bits, N.
  ///   - initialCueToContent: first weights, `[cue, content]`, nA.
  ///   - initialContentToCue: first weights, `[content, cue]`, nA.
  /// - Throws: ``MemoryError`` or `SpikingError`.
  public init(
    cues: Int, contents: Int, configuration: MemoryConfiguration = .init(), options: MemoryOptions = .init(),
    initialCueToContent: [Double]? = nil, initialContentToCue: [Double]? = nil
  ) throws {
    var network = try Network(timeStep: 1)
    let circuit = try HippocampalCircuit(
      addingTo: &network, cues: cues, contents: contents, configuration: configuration, options: options,
      initialCueToContent: initialCueToContent, initialContentToCue: initialContentToCue)
    input = try network.addSources("IN", count: circuit.cueLines + contents)
    output = try network.add("OUT", count: circuit.cueLines + contents, .currentLIF(configuration.output))
    try circuit.connectInput(cue: input, content: input, contentOffset: circuit.cueLines, in: &network)
    try circuit.connectOutput(cue: output, content: output, contentOffset: circuit.cueLines, in: &network)
    self.circuit = circuit
    self.network = network
    let isAddressable = configuration.circuit == .contentAddressable
    thresholds = (
      configuration.neurons[isAddressable ? "CA3contCueRecallL" : "CA3contL"]!.firingThreshold(timeStep: 1),
      isAddressable ? configuration.neurons["CA3cueContRecallL"]!.firingThreshold(timeStep: 1) : .infinity
    )
  }

  /// The names of all populations, input and output among them.
  public var populationNames: [String] {
    ["IN"] + circuit.configuration.circuit.populations.map(\.name) + ["OUT"]
  }

  func population(_ name: String) -> Network.PopulationID? {
    switch name {
    case "IN": input
    case "OUT": output
    default: circuit.populations[name]
    }
  }

  /// Records the spikes of every population from the coming step on.
  public mutating func recordAll() {
    for name in populationNames { network.recordSpikes(of: population(name)!) }
  }

  /// The recorded spikes of a population; `nil` for a name that is none of ``populationNames``.
  public func raster(of name: String) -> SpikeRaster? { population(name).map { network.raster(of: $0) } }

  /// Records both matrices of weights at the end of every `interval`-th step; see ``weightTraces``.
  public mutating func recordWeights(every interval: Int) throws {
    weightMonitors = try [circuit.cueToContent, circuit.contentToCue].compactMap { $0 }.map {
      try network.watchWeights(of: $0, every: interval)
    }
  }

  /// The recorded weights: from cues to content, and from content to cues where the circuit has them.
  public var weightTraces: [WeightTrace] { weightMonitors.map { network.weightTrace(of: $0) } }

  /// Lets neurons of a population die or its spikes be lost.
  ///
  /// - Throws: ``MemoryError`` for a name that is none of ``populationNames``.
  public mutating func setFaults(_ faults: Faults?, of name: String) throws(MemoryError) {
    guard let population = population(name) else {
      throw .outOfRange(
        "the population", "'\(name)'", allowed: "one of \(populationNames.joined(separator: ", "))")
    }
    network.setFaults(faults, of: population)
  }

  /// Weights from cues to content, `[cue, content]`, nA.
  public var cueToContent: [Double] { network.weights(of: circuit.cueToContent) }

  /// Weights from content to cues, `[content, cue]`, nA; empty for circuits without.
  public var contentToCue: [Double] { circuit.contentToCue.map { network.weights(of: $0) } ?? [] }

  // MARK: One operation after the other

  /// Stores content under a cue, overwriting what was there.
  ///
  /// - Throws: ``MemoryError`` for a cue or bit that is not there, and for empty content.
  public mutating func learn(cue: Int, content: [Int]) throws {
    _ = try perform(.learn(cue: cue, content: content))
  }

  /// Asks for the content of a cue.
  public mutating func recall(cue: Int) throws -> Recall { try perform(.recallCue(cue))! }

  /// Asks for the cues whose content holds at least one of the bits, all presented at once as in the paper.
  ///
  /// Asking for several bits at once also *teaches*: each of them gains 6 e^(−2/3) nA towards every cue that answers,
  /// so that a second such question can bring up cues that never had the bit. ``recall(any:)`` asks one by one and
  /// leaves the memory as it is.
  public mutating func recall(content: [Int]) throws -> Recall { try perform(.recallContent(content))! }

  /// Asks for the cues whose content holds at least one of the bits, one bit after the other.
  public mutating func recall(any content: [Int]) throws -> [Int] {
    try overlaps(with: content).map(\.cue).sorted()
  }

  /// Removes a cue's memory: its synapses of both directions go to the least weight.
  public mutating func forget(cue: Int) throws { _ = try perform(.forget(cue: cue)) }

  /// Asks for the cues whose content holds all of the bits: one recall a bit, and the cues that answer each.
  public mutating func recall(all content: [Int]) throws -> [Int] {
    let counts = try overlaps(with: content)
    return counts.filter { $0.overlap == Set(content).count }.map(\.cue)
  }

  /// Asks with each bit by itself and counts how many bits each cue answers; the best match comes first.
  public mutating func overlaps(with content: [Int]) throws -> [(cue: Int, overlap: Int)] {
    var counts: [Int: Int] = [:]
    for bit in Set(content).sorted() {
      for cue in try recall(content: [bit]).cues { counts[cue, default: 0] += 1 }
    }
    return counts.map { (cue: $0.key, overlap: $0.value) }.sorted {
      ($1.overlap, $0.cue) < ($0.overlap, $1.cue)
    }
  }

  private mutating func perform(_ action: Operation.Action) throws -> Recall? {
    let operation = Operation(time: network.step, action)
    let answers = try run(Schedule([operation]))
    network.run(steps: max(0, operation.time + restSteps - network.step))
    return answers.first
  }

  /// Makes input lines spike, each for itself a step early or late when the input jitters.
  mutating func present(_ lines: [Int], at step: Int) throws {
    guard let jitter = inputJitter else { return try network.fire(lines, in: input, at: step) }
    for line in lines {
      var shift = 0
      if inputJitter!.stream.bernoulli(jitter.chance) { shift = inputJitter!.stream.bernoulli(0.5) ? 1 : -1 }
      try network.fire([line], in: input, at: max(network.step, step + shift))
    }
  }

  // MARK: Schedules

  /// Runs a schedule whose times count from the network's first step, and decodes every recall.
  ///
  /// - Parameters:
  ///   - steps: where to stop; after the last answer unless given.
  ///   - report: called now and then with the steps done.
  /// - Returns: the answers, in the order of the recalls.
  /// - Throws: ``MemoryError`` for operations that cannot be done, begin in the past or end after `steps`.
  @discardableResult
  public mutating func run(
    _ schedule: Schedule, until steps: Int? = nil, report: ((Int) throws -> Void)? = nil
  ) throws -> [Recall] {
    let kind = circuit.configuration.circuit
    try schedule.validate(cues: circuit.cues, contents: circuit.contents, circuit: kind)
    let needed = schedule.steps(of: kind)
    let end = steps ?? max(needed, network.step)
    guard end >= needed else {
      throw MemoryError.outOfRange(
        "the duration", "\(end) steps", allowed: "at least \(needed), when the last answer has come")
    }
    if let first = schedule.operations.first, first.time < network.step {
      throw MemoryError.outOfRange(
        "the time of the \(first.name)", "\(first.time)",
        allowed: "\(network.step) or later: earlier steps are past")
    }
    var session = Session(self, schedule)
    try session.scheduleInput(&self)
    while network.step < end {
      session.beforeStep(&self)
      network.advance()
      session.afterStep(&self)
      if let report, network.step % 512 == 0 { try report(network.step) }
    }
    return session.answers(thresholds)
  }
}

/// What happens while a schedule runs: input, explicit forgetting, and what the output says when.
private struct Session {
  struct Query {
    var operation: Operation
    var expected: [Int]
    var drive: [Double] = []
    var cues: [Int] = []
    var content: [Int] = []
  }

  let schedule: Schedule
  let kind: CircuitKind
  let cueLines: Int
  var queries: [Query] = []
  var forgets: [Int: Int] = [:]
  /// Queries to note something of after a step.
  var drives: [Int: [Int]] = [:]
  var cueReads: [Int: [Int]] = [:]
  var contentReads: [Int: [Int]] = [:]
  var ideal: IdealMemory

  init(_ memory: CueContentMemory, _ schedule: Schedule) {
    self.schedule = schedule
    kind = memory.circuit.configuration.circuit
    cueLines = memory.circuit.cueLines
    ideal = memory.ideal
  }

  mutating func scheduleInput(_ memory: inout CueContentMemory) throws {
    let (asked, answer) = kind.answerDelay
    // Steps from the input to the presynaptic spikes of the synapses that decide.
    let cueDrive = kind == .dgCA3CA1 ? 2 : 1
    for operation in schedule.operations {
      let time = operation.time
      func lines(_ cue: Int) -> [Int] { kind == .dgCA3CA1 ? BinaryCue.lines(of: cue) : [cue] }
      switch operation.action {
      case .learn(let cue, let content, let hold):
        let active = lines(cue) + Set(content).sorted().map { cueLines + $0 }
        for step in time..<time + hold { try memory.present(active, at: step) }
        ideal.learn(cue: cue, content: content)
      case .forget(let cue):
        forgets[time] = cue
        ideal.forget(cue: cue)
      case .recallCue(let cue):
        try memory.present(lines(cue), at: time)
        drives[time + cueDrive, default: []].append(queries.count)
        cueReads[time + asked, default: []].append(queries.count)
        contentReads[time + answer, default: []].append(queries.count)
        queries.append(Query(operation: operation, expected: ideal.content(of: cue)))
      case .recallContent(let bits):
        try memory.present(Set(bits).sorted().map { cueLines + $0 }, at: time)
        drives[time + 3, default: []].append(queries.count)
        contentReads[time + asked, default: []].append(queries.count)
        cueReads[time + answer, default: []].append(queries.count)
        queries.append(Query(operation: operation, expected: ideal.cues(matching: bits)))
      }
    }
    memory.ideal = ideal
  }

  mutating func beforeStep(_ memory: inout CueContentMemory) {
    guard let cue = forgets[memory.network.step] else { return }
    memory.network.clearWeights(of: memory.circuit.cueToContent, from: cue)
    if let synapses = memory.circuit.contentToCue { memory.network.clearWeights(of: synapses, onto: cue) }
  }

  mutating func afterStep(_ memory: inout CueContentMemory) {
    let step = memory.network.step - 1
    for query in drives[step] ?? [] {
      switch queries[query].operation.action {
      case .recallCue(let cue):
        queries[query].drive = Array(memory.network.weights(of: memory.circuit.cueToContent, from: cue))
      case .recallContent(let bits):
        var sum = [Double](repeating: 0, count: memory.circuit.cues)
        for bit in Set(bits) {
          let row = memory.network.weights(of: memory.circuit.contentToCue!, from: bit)
          for (cue, weight) in zip(sum.indices, row) { sum[cue] += weight }
        }
        queries[query].drive = sum
      default: break
      }
    }
    for query in cueReads[step] ?? [] {
      let lines = memory.network.spikes(of: memory.output).map { Int($0) }.filter { $0 < cueLines }
      queries[query].cues = kind == .dgCA3CA1 ? BinaryCue.cue(of: lines).map { [$0] } ?? [] : lines
    }
    for query in contentReads[step] ?? [] {
      queries[query].content = memory.network.spikes(of: memory.output).map { Int($0) }.filter {
        $0 >= cueLines
      }
      .map { $0 - cueLines }
    }
  }

  func answers(_ thresholds: (content: Double, cue: Double)) -> [Recall] {
    queries.map { query in
      let isByContent = if case .recallContent = query.operation.action { true } else { false }
      let threshold = isByContent ? thresholds.cue : thresholds.content
      let expected = Set(query.expected)
      let margin =
        query.drive.enumerated().map {
          expected.contains($0.offset) ? $0.element - threshold : threshold - $0.element
        }
        .min() ?? threshold
      let answer = isByContent ? query.cues : query.content
      return Recall(
        time: query.operation.time + kind.answerDelay.answer, cues: query.cues, content: query.content,
        expected: query.expected, correct: answer == query.expected, margin: margin, isByContent: isByContent)
    }
  }
}
