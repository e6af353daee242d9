import Spiking

/// What happens while a schedule runs: input, explicit forgetting, and what the output says when.
struct ScheduleSession {
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
      let margin = CueContentMemory.margin(
        of: query.drive, members: query.expected, threshold: threshold)
      let answer = isByContent ? query.cues : query.content
      return Recall(
        time: query.operation.time + kind.answerDelay.answer, cues: query.cues, content: query.content,
        expected: query.expected, correct: answer == query.expected, margin: margin, isByContent: isByContent)
    }
  }
}
