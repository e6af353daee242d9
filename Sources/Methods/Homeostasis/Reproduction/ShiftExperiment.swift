import Laboratory
import Parallel
import Probability

/// Learners on streams, each pair with the same seeds: the runs that the claims are read from.
struct ShiftExperiment {
  /// A stream by name.
  struct Stream: Sendable {
    var name: String
    var rate: ShiftRate
    var kind: ShiftKind = .swap
    var epochs: Int
  }

  /// A learner by name.
  struct Entry: Sendable {
    var name: String
    var configuration: LearnerConfiguration

    static func constant(_ rate: Double) -> Entry {
      Entry(name: "constant \(rate)", configuration: .constant(learningRate: rate))
    }
  }

  /// What one run left, small enough to note in a ledger.
  struct Outcome: Sendable, Codable {
    /// Prequential accuracy of each epoch; `nil` when the run diverged.
    var accuracies: [Double]?
    /// Decisions whose simulations differed, objects taken, and all decisions.
    var differing = 0
    var takes = 0
    var opportunities = 0
    /// Share of batches at the floor.
    var deadShare = 0.0
    /// The learning rate over the run, thinned.
    var rates: [Double] = []
    /// Batches from one of `rates` to the next.
    var rateStride = 1
  }

  private struct Cell: Sendable {
    var entry: Entry
    var stream: Stream
    var seed: UInt64
    var key: String { "homeostasis/\(entry.name)/\(stream.name)/\(seed)" }
  }

  let seeds: [UInt64]
  private var outcomes: [String: Outcome] = [:]

  /// Runs every learner on every stream with every seed, in parallel; finished runs are noted in the ledger.
  init(
    _ plan: [(stream: Stream, learners: [Entry])], training: SampleSet, seeds: [UInt64],
    _ context: ReproductionContext
  ) throws {
    self.seeds = seeds
    let cells = plan.flatMap { part in
      part.learners.flatMap { entry in seeds.map { Cell(entry: entry, stream: part.stream, seed: $0) } }
    }
    context.progress.begin(
      "homeostasis: \(cells.count) learners", total: Double(cells.reduce(0) { $0 + $1.stream.epochs }))
    let found = try parallelMap(count: cells.count, threads: context.threads) { index in
      let cell = cells[index]
      return try context.ledger.measure(cell.key) {
        try Self.run(cell.entry, cell.stream, training: training, seed: cell.seed) {
          try Interruption.check()
          context.progress.advance(by: Double($0), status: "\(cell.entry.name), \(cell.stream.name)")
        }
      }
    }
    context.progress.finish()
    for (cell, outcome) in zip(cells, found) { outcomes[cell.key] = outcome }
  }

  private static func run(
    _ entry: Entry, _ stream: Stream, training: SampleSet, seed: UInt64, onEpochs: (Int) throws -> Void
  ) throws -> Outcome {
    let concepts = try ConceptStream(
      samples: training.count, classes: training.classes, width: training.width,
      schedule: ShiftSchedule(rate: stream.rate), kind: stream.kind, seed: seed)
    let trainer = try Trainer(entry.configuration, training: training, stream: concepts, seed: seed)
    var done = 0
    do {
      try trainer.run(epochs: stream.epochs) { _ in
        try onEpochs(trainer.reports.count - done)
        done = trainer.reports.count
      }
    } catch HomeostasisError.diverged {
      try onEpochs(stream.epochs - done)
      return Outcome(accuracies: nil)
    }
    let reports = trainer.reports
    let rates = reports.flatMap(\.rates)
    let thinning = max(1, rates.count / 1000)
    return Outcome(
      accuracies: reports.map(\.prequentialAccuracy), differing: reports.reduce(0) { $0 + $1.differing },
      takes: reports.reduce(0) { $0 + $1.takes }, opportunities: reports.reduce(0) { $0 + $1.opportunities },
      deadShare: mean(reports.map(\.deadShare)),
      rates: stride(from: 0, to: rates.count, by: thinning).map { rates[$0] }, rateStride: thinning)
  }

  /// The run of a learner on a stream with a seed.
  func outcome(_ learner: String, _ stream: String, seed: UInt64) -> Outcome? {
    outcomes["homeostasis/\(learner)/\(stream)/\(seed)"]
  }

  /// Accuracy of each seed: of the last epoch, or over all epochs but the first where the rate of shift changes.
  func accuracies(_ learner: String, _ stream: Stream) -> [Double?] {
    seeds.map { seed in
      guard let all = outcome(learner, stream.name, seed: seed)?.accuracies else { return nil }
      if case .constant = stream.rate { return all.last }
      return mean(Array(all.dropFirst()))
    }
  }

  /// One learner's accuracy against another's; `nil` when a run of either diverged.
  func comparison(_ learner: String, with other: String, _ stream: Stream) throws -> PairedComparison? {
    let (ours, theirs) = (accuracies(learner, stream), accuracies(other, stream))
    guard !ours.contains(nil), !theirs.contains(nil) else { return nil }
    return try .ofLearners(ours.compactMap { $0 }, against: theirs.compactMap { $0 })
  }

  /// A learner against the constant rate that is best on the other seeds.
  func comparison(_ learner: String, withBestOf rates: [Double], _ stream: Stream) throws -> (
    comparison: PairedComparison, rate: Double
  )? {
    let ours = accuracies(learner, stream)
    let oracle = try ConstantOracle(
      rates: rates, scores: rates.map { accuracies(Entry.constant($0).name, stream) })
    guard !ours.contains(nil), let theirs = oracle.heldOut, theirs.count == ours.count else { return nil }
    return (try .ofLearners(ours.compactMap { $0 }, against: theirs), oracle.rate)
  }
}

extension PairedComparison {
  /// `+0.012 [+0.004, +0.020]`
  var text: String {
    func number(_ value: Double) -> String {
      let thousandths = Int((value * 1000).rounded())
      let digits = String(abs(thousandths) % 1000)
      return
        "\(thousandths < 0 ? "−" : "+")\(abs(thousandths) / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
    return "\(number(difference)) [\(number(low)), \(number(high))]"
  }
}
