import Laboratory
import Parallel
import Probability

/// Studies of random memories: every cue learned, every cue and every content bit asked.
public struct MemoryStudy: Sendable {
  /// Number of cues.
  public var cues: Int
  /// Number of content bits.
  public var contents: Int
  /// Share of the bits that a content holds.
  public var density: Double
  /// Whether every memory is overwritten by another before it is asked.
  public var overwrites: Bool
  /// Random memories for each condition.
  public var seeds: Int
  /// Steps between the last learning and the first question, beyond the spacing of operations.
  public var pause: Int
  /// Of all chance.
  public var seed: UInt64
  /// Most threads.
  public var threads: Int
  /// Parameters.
  public var configuration: MemoryConfiguration
  /// Choices.
  public var options: MemoryOptions

  /// A study.
  public init(
    cues: Int, contents: Int, density: Double = 0.4, overwrites: Bool = false, pause: Int = 0,
    seeds: Int = 10, seed: UInt64 = 1, threads: Int = 1, configuration: MemoryConfiguration = .init(),
    options: MemoryOptions = .init()
  ) throws(MemoryError) {
    guard density > 0, density <= 1 else {
      throw .outOfRange("the density", "\(density)", allowed: "above 0, at most 1")
    }
    guard (1...10_000).contains(seeds) else {
      throw .outOfRange("the number of seeds", "\(seeds)", allowed: "1 to 10000")
    }
    guard (0...1_000_000).contains(pause) else {
      throw .outOfRange("the pause", "\(pause)", allowed: "0 to 1000000 steps")
    }
    self.cues = cues
    self.contents = contents
    self.density = density
    self.overwrites = overwrites
    self.pause = pause
    self.seeds = seeds
    self.seed = seed
    self.threads = threads
    self.configuration = configuration
    self.options = options
  }

  /// Right answers at several distances between operations.
  ///
  /// - Parameter ledger: keeps each finished memory, so that a stopped study goes on; so for the other studies.
  /// - Throws: ``MemoryError`` for distances that make no sense, and `Interrupted`.
  public func spacing(_ spacings: [Int], ledger: Ledger = Ledger(), progress: Progress? = nil) throws
    -> [StudyResult]
  {
    for spacing in spacings { try check(spacing: spacing) }
    return try conditions(
      spacings.map { Condition(name: "spacing \($0)", value: Double($0), spacing: $0, stored: cues) }, ledger,
      progress)
  }

  /// Right answers after several numbers of memories are stored, at a safe spacing.
  public func capacity(
    _ counts: [Int], spacing: Int = 40, ledger: Ledger = Ledger(), progress: Progress? = nil
  ) throws -> [StudyResult] {
    try check(spacing: spacing)
    for count in counts where !(1...cues).contains(count) {
      throw MemoryError.outOfRange("the number of memories", "\(count)", allowed: "1 to \(cues), the cues")
    }
    return try conditions(
      counts.map { Condition(name: "\($0) memories", value: Double($0), spacing: spacing, stored: $0) },
      ledger, progress)
  }

  /// Right answers under disturbances, at a safe spacing.
  public func disturbances(
    _ disturbances: [Disturbance], spacing: Int = 40, ledger: Ledger = Ledger(), progress: Progress? = nil
  ) throws -> [StudyResult] {
    try check(spacing: spacing)
    for disturbance in disturbances { try disturbance.validate() }
    return try conditions(
      disturbances.map {
        Condition(
          name: $0.name, value: $0.value, spacing: spacing, stored: cues, disturbance: $0)
      }, ledger, progress)
  }

  private struct Condition: Sendable {
    var name: String
    var value: Double
    var spacing: Int
    var stored: Int
    var disturbance = Disturbance()
  }

  private func check(spacing: Int) throws(MemoryError) {
    guard (4...100_000).contains(spacing) else {
      throw .outOfRange("the spacing", "\(spacing)", allowed: "4 to 100000 steps")
    }
  }

  private func conditions(_ conditions: [Condition], _ ledger: Ledger, _ progress: Progress?) throws
    -> [StudyResult]
  {
    progress?.begin("study", total: Double(conditions.count * seeds))
    let key =
      "memory/\(cues) cues, \(contents) bits, density \(density)\(overwrites ? ", replaced" : ""), pause \(pause)"
    let parts = try parallelMap(count: conditions.count * seeds, threads: threads) { index in
      try Interruption.check()
      let (condition, seed) = (conditions[index / seeds], index % seeds)
      let counts = try ledger.measure(
        "\(key), \(condition.name), spacing \(condition.spacing), memory \(seed)"
      ) {
        TrialCounts(try trial(seed: seed, condition))
      }
      progress?.advance(by: 1)
      return counts
    }
    progress?.finish()
    return conditions.enumerated().map { index, condition in
      let sum = parts[index * seeds..<(index + 1) * seeds].reduce(TrialCounts(), +)
      return StudyResult(
        condition: condition.name, value: condition.value,
        byCue: .init(correct: sum.rightCueRecalls, total: sum.cueRecalls),
        byContent: .init(correct: sum.rightContentRecalls, total: sum.contentRecalls),
        missingCues: sum.missingCues, wrongCues: sum.wrongCues)
    }
  }

  /// One random set of memories, learned and asked.
  private func trial(seed index: Int, _ condition: Condition) throws -> [Recall] {
    var stream = RandomStream(seed: seed, "memories", index)
    func content() -> [Int] {
      let bits = (0..<contents).filter { _ in stream.bernoulli(density) }
      return bits.isEmpty ? [stream.integer(below: contents)] : bits
    }
    var operations: [Operation] = []
    var time = 0
    func add(_ action: Operation.Action) {
      operations.append(Operation(time: time, action))
      time += condition.spacing
    }
    for _ in 0..<(overwrites ? 2 : 1) {
      for cue in 0..<condition.stored { add(.learn(cue: cue, content: content())) }
    }
    time += pause
    for cue in 0..<condition.stored { add(.recallCue(cue)) }
    if configuration.circuit.recallsByContent { for bit in 0..<contents { add(.recallContent([bit])) } }
    var memory = try CueContentMemory(
      cues: cues, contents: contents, configuration: configuration, options: options)
    try memory.disturb(condition.disturbance, seed: seed, index: index)
    return try memory.run(Schedule(operations))
  }
}
