import Laboratory
import Parallel
import Probability
import Spiking

/// How often recalls of random memories are right under a condition.
public struct StudyResult: Sendable, Hashable, Codable {
  /// The condition in words, such as `spacing 7`.
  public var condition: String
  /// Its number: the spacing, the memories stored, the chance of a fault.
  public var value: Double
  /// Recalls by cue that were right.
  public var byCue: Score
  /// Recalls by content that were right.
  public var byContent: Score

  /// Right answers of all, with their share and its 95 % interval (Clopper and Pearson).
  public struct Score: Sendable, Hashable, Codable {
    /// Right answers.
    public var correct: Int
    /// All answers.
    public var total: Int
    /// Their share; `nil` without answers.
    public var share: Double?
    /// Lower end of the interval.
    public var low: Double
    /// Upper end.
    public var high: Double

    init(correct: Int, total: Int) {
      (self.correct, self.total) = (correct, total)
      share = total == 0 ? nil : Double(correct) / Double(total)
      let interval = total == 0 ? 0...1 : Proportion(successes: correct, trials: total).clopperPearson()
      (low, high) = (interval.lowerBound, interval.upperBound)
    }
  }
}

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
    cues: Int, contents: Int, density: Double = 0.4, overwrites: Bool = false, seeds: Int = 10,
    seed: UInt64 = 1, threads: Int = 1, configuration: MemoryConfiguration = .init(),
    options: MemoryOptions = .init()
  ) throws(MemoryError) {
    guard density > 0, density <= 1 else {
      throw .outOfRange("the density", "\(density)", allowed: "above 0, at most 1")
    }
    guard (1...10_000).contains(seeds) else {
      throw .outOfRange("the number of seeds", "\(seeds)", allowed: "1 to 10000")
    }
    self.cues = cues
    self.contents = contents
    self.density = density
    self.overwrites = overwrites
    self.seeds = seeds
    self.seed = seed
    self.threads = threads
    self.configuration = configuration
    self.options = options
  }

  /// What goes wrong while a memory works.
  public struct Disturbance: Sendable, Hashable {
    /// The chance that a spike of any internal population is lost.
    public var loss = 0.0
    /// The chance that an input spike comes one step early or late.
    public var jitter = 0.0
    /// The share of internal neurons that are dead.
    public var dead = 0.0

    /// A disturbance; none unless given.
    public init(loss: Double = 0, jitter: Double = 0, dead: Double = 0) {
      (self.loss, self.jitter, self.dead) = (loss, jitter, dead)
    }
  }

  /// Right answers at several distances between operations.
  public func spacing(_ spacings: [Int], progress: Progress? = nil) throws -> [StudyResult] {
    try conditions(spacings.map { ("spacing \($0)", Double($0)) }, progress) { condition, seed in
      let spacing = spacings[condition]
      return try trial(seed: seed, spacing: spacing, stored: cues, .init())
    }
  }

  /// Right answers after several numbers of memories are stored, at a safe spacing.
  public func capacity(_ counts: [Int], spacing: Int = 40, progress: Progress? = nil) throws -> [StudyResult]
  {
    for count in counts where !(1...cues).contains(count) {
      throw MemoryError.outOfRange("the number of memories", "\(count)", allowed: "1 to \(cues), the cues")
    }
    return try conditions(counts.map { ("\($0) memories", Double($0)) }, progress) { condition, seed in
      try trial(seed: seed, spacing: spacing, stored: counts[condition], .init())
    }
  }

  /// Right answers under disturbances, at a safe spacing.
  public func disturbances(
    _ disturbances: [Disturbance], spacing: Int = 40, progress: Progress? = nil
  ) throws -> [StudyResult] {
    let names = disturbances.map { one -> (String, Double) in
      one.jitter > 0
        ? ("jitter \(one.jitter)", one.jitter)
        : one.dead > 0 ? ("dead \(one.dead)", one.dead) : ("loss \(one.loss)", one.loss)
    }
    return try conditions(names, progress) { condition, seed in
      try trial(seed: seed, spacing: spacing, stored: cues, disturbances[condition])
    }
  }

  private typealias Counts = (cueRight: Int, cues: Int, contentRight: Int, contents: Int)

  private func conditions(
    _ names: [(String, Double)], _ progress: Progress?,
    _ trial: @Sendable (_ condition: Int, _ seed: Int) throws -> (Int, Int, Int, Int)
  ) throws -> [StudyResult] {
    progress?.begin("study", total: Double(names.count * seeds))
    defer { progress?.finish() }
    let seeds = seeds
    let parts = try parallelMap(count: names.count * seeds, threads: threads) { index in
      try Interruption.check()
      defer { progress?.advance(by: 1) }
      return try trial(index / seeds, index % seeds)
    }
    return names.enumerated().map { condition, name in
      let sum = parts[condition * seeds..<(condition + 1) * seeds].reduce((0, 0, 0, 0)) {
        ($0.0 + $1.0, $0.1 + $1.1, $0.2 + $1.2, $0.3 + $1.3)
      }
      return StudyResult(
        condition: name.0, value: name.1, byCue: .init(correct: sum.0, total: sum.1),
        byContent: .init(correct: sum.2, total: sum.3))
    }
  }

  /// One random set of memories, learned and asked.
  private func trial(seed index: Int, spacing: Int, stored: Int, _ disturbance: Disturbance) throws -> (
    Int, Int, Int, Int
  ) {
    guard spacing >= 4 else {
      throw MemoryError.outOfRange("the spacing", "\(spacing)", allowed: "at least 4 steps")
    }
    var stream = RandomStream(seed: seed, "memories", index)
    func content() -> [Int] {
      let bits = (0..<contents).filter { _ in stream.bernoulli(density) }
      return bits.isEmpty ? [stream.integer(below: contents)] : bits
    }
    var operations: [Operation] = []
    func add(_ action: Operation.Action) {
      operations.append(Operation(time: spacing * operations.count, action))
    }
    for _ in 0..<(overwrites ? 2 : 1) {
      for cue in 0..<stored { add(.learn(cue: cue, content: content())) }
    }
    for cue in 0..<stored { add(.recallCue(cue)) }
    if configuration.circuit.recallsByContent { for bit in 0..<contents { add(.recallContent([bit])) } }
    var memory = try CueContentMemory(
      cues: cues, contents: contents, configuration: configuration, options: options)
    try memory.disturb(disturbance, seed: seed, index: index)
    let answers = try memory.run(Schedule(operations))
    let (cueAnswers, contentAnswers) = (answers.filter { !$0.isByContent }, answers.filter(\.isByContent))
    return (
      cueAnswers.count(where: \.correct), cueAnswers.count, contentAnswers.count(where: \.correct),
      contentAnswers.count
    )
  }
}

extension CueContentMemory {
  /// Makes spikes get lost, input come early or late, and neurons die, by chance.
  ///
  /// - Parameter index: which of many equal memories.
  public mutating func disturb(_ disturbance: MemoryStudy.Disturbance, seed: UInt64, index: Int = 0)
    throws(MemoryError)
  {
    for (name, value) in [
      ("loss", disturbance.loss), ("jitter", disturbance.jitter), ("dead", disturbance.dead),
    ] where !(0...1).contains(value) {
      throw .outOfRange("the chance of \(name)", "\(value)", allowed: "0 to 1")
    }
    inputJitter =
      disturbance.jitter > 0 ? (disturbance.jitter, RandomStream(seed: seed, "jitter", index)) : nil
    guard disturbance.loss > 0 || disturbance.dead > 0 else { return }
    for (place, name) in populationNames.enumerated() where name != "IN" && name != "OUT" {
      var stream = RandomStream(seed: seed, "dead", index, place)
      let count = network.count(of: circuit.populations[name]!)
      let dead = Set((0..<count).filter { _ in stream.bernoulli(disturbance.dead) })
      var losses = RandomStream(seed: seed, "loss", index, place)
      try setFaults(Faults(dead: dead, lossProbability: disturbance.loss, seed: losses.next()), of: name)
    }
  }
}
