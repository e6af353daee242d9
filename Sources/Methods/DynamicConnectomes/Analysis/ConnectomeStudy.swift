import Laboratory
import Parallel

/// An analysis of one set of recordings with its checks, part by part, so that it can be stopped and gone on with.
public struct ConnectomeStudy: Sendable {
  /// The recordings.
  public let traces: TraceSet
  /// The affinities; with an alignment, of the stimuli laid end to end.
  public let tensor: AffinityTensor
  /// The stimuli on the tensor's own time.
  public let schedule: StimulusSchedule?
  private let plan: ConnectomePlan
  private let align: @Sendable (AffinityTensor) throws(ConnectomeError) -> AffinityTensor
  private let threads: Int

  /// What was found.
  public struct Outcome: Sendable {
    /// The motifs.
    public let analysis: ConnectomeAnalysis
    /// The decomposition.
    public let fit: NonnegativeCP
    /// The stimuli on the tensor's own time.
    public let schedule: StimulusSchedule?
    /// The comparison with shifted traces, when asked for.
    public let surrogates: SurrogateTest?
    /// What stays without each animal, when asked for.
    public let stability: AnimalStability?
  }

  /// Computes the affinities.
  ///
  /// - Parameters:
  ///   - traces: at least two animals.
  ///   - schedule: valid for the traces.
  ///   - plan: how all is made.
  ///   - alignment: seconds before and after each stimulus's beginning that are kept, when events are aligned.
  ///   - threads: most threads to use; no result depends on it.
  public init(
    _ traces: TraceSet, schedule: StimulusSchedule?, plan: ConnectomePlan,
    alignment: (before: Double, after: Double)? = nil, threads: Int = availableThreads
  ) throws(ConnectomeError) {
    try plan.validate()
    self.traces = traces
    self.plan = plan
    self.threads = threads
    let whole = try Self.affinities(of: traces, plan, threads)
    if let alignment, let schedule {
      align = { tensor throws(ConnectomeError) in
        try tensor.aligned(to: schedule, before: alignment.before, after: alignment.after).tensor
      }
      let aligned = try whole.aligned(to: schedule, before: alignment.before, after: alignment.after)
      tensor = aligned.tensor
      self.schedule = StimulusSchedule(
        aligned.windows.map { window in
          StimulusSchedule.Window(
            stimulus: window.stimulus, on: Double(window.samples.lowerBound) / whole.samplingRate,
            off: Double(window.samples.upperBound) / whole.samplingRate)
        })
    } else {
      align = { $0 }
      tensor = whole
      self.schedule = schedule
    }
    try plan.factorization.validate(
      times: tensor.tensor.times, animals: tensor.animals.count, pairs: tensor.pairs.count)
  }

  private static func affinities(
    of traces: TraceSet, _ plan: ConnectomePlan, _ threads: Int
  ) throws(ConnectomeError) -> AffinityTensor {
    try AffinityTensor(traces, affinity: plan.affinity, threads: threads, memoryLimit: plan.memoryLimit)
  }

  /// The affinities of other traces with the same stimuli, their events aligned if those of the study are.
  private func affinities(of traces: TraceSet) throws(ConnectomeError) -> AffinityTensor {
    try align(Self.affinities(of: traces, plan, threads))
  }

  /// Decomposes the affinities, finds communities, and checks both.
  ///
  /// - Parameters:
  ///   - ledger: keeps finished parts.
  ///   - surrogates: sets of shifted traces, 0 for no test.
  ///   - stability: whether each animal is left out in turn; needs three.
  ///   - seed: of the shifts.
  ///   - progress: called with what was done, and with nothing in between; may throw to stop.
  public func run(
    ledger: Ledger = Ledger(), surrogates: Int = 0, stability: Bool = false, seed: UInt64 = 1,
    progress: @Sendable (String) throws -> Void = { _ in }
  ) throws -> Outcome {
    if stability, traces.animals.count < 3 {
      throw ConnectomeError.tooFew(
        what: "animals, of which one is left out in turn", have: traces.animals.count, need: 3)
    }
    let ensemble = try CPEnsemble(
      tensor.tensor, fit: plan.factorization, restarts: plan.restarts, threads: threads, ledger: ledger,
      finished: { try progress("start \($0 + 1)") }, report: { _, _, _ in try progress("") })
    let fit = ensemble.best
    let hierarchies = try ledger.measure("connectome/communities") {
      try plan.hierarchies(of: fit, neurons: tensor.neurons, threads: threads, check: { try progress("") }) {
        try? progress("communities of motif \($0 + 1)")
      }
    }
    let analysis = ConnectomeAnalysis(
      tensor, ensemble, schedule: schedule, hierarchies: hierarchies, plan: plan)
    let draws = try (0..<surrogates).map { index in
      let draw = try ledger.measure("connectome/surrogate \(index)") {
        try SurrogateTest.draw(
          affinities(of: SurrogateTest.shifted(traces, index: index, seed: seed)), plan: plan,
          threads: threads, check: { try progress("") })
      }
      try progress("surrogate \(index + 1)")
      return draw
    }
    var parts: [[Double]] = []
    if stability {
      parts = try traces.animals.indices.map { animal in
        let part = try ledger.measure("connectome/without animal \(animal)") {
          let rest = traces.selecting(animals: traces.animals.indices.filter { $0 != animal })
          return try AnimalStability.part(
            affinities(of: rest), fit: fit, neurons: tensor.neurons, plan: plan, threads: threads,
            check: { try progress("") })
        }
        try progress("without '\(traces.animals[animal])'")
        return part
      }
    }
    return Outcome(
      analysis: analysis, fit: fit, schedule: schedule,
      surrogates: draws.isEmpty ? nil : SurrogateTest(analysis, fit, draws: draws),
      stability: stability ? AnimalStability(fit, parts: parts, animals: traces.animals) : nil)
  }
}
