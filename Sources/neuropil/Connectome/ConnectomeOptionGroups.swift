import ArgumentParsing
import DynamicConnectomes
import NeuralData

extension DifferentialAffinity.Kernel: OptionValue {}
extension DifferentialAffinity.SignRule: OptionValue {}
extension TraceSet.DuplicateRule: OptionValue {}
extension CPFit.Algorithm: OptionValue {}
extension NestedBlockFit.DegreeCorrection: OptionValue {}
extension BlockModel.Weights: OptionValue {}

/// Options of how recordings are read.
struct TraceOptions: ArgumentGroup {
  static var title: String { "RECORDINGS" }
  init() {}
  @Option("Samples a second, in Hz, of files that do not say it.") var rate = 4.0
  @Option("Brings all traces to this rate, in Hz.") var resample: Double?
  @Option("What to do with two traces of one neuron in one animal.") var duplicates = TraceSet.DuplicateRule
    .refuse
  @Option("Fills missing samples in shorter stretches than this many seconds.") var fillGaps = 0.0
  @Option("Only these neurons, separated by commas.", valueName: "NAMES") var neurons: String?

  /// Reads the recordings.
  func read(_ path: String) throws -> TraceSet {
    var options = TraceSet.ReadingOptions()
    options.samplingRate = rate
    options.resamplingRate = resample
    options.duplicates = duplicates
    options.shortestGap = fillGaps
    let traces = try TraceSet.read(path, options: options)
    guard let neurons else { return traces }
    let names = neurons.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
    return try traces.selecting(neurons: names)
  }

  /// The stimuli of the schedule, or of a MATLAB file of recordings that has them.
  func schedule(_ path: String?, recordings: String, traces: TraceSet) throws -> StimulusSchedule? {
    var schedule = try path.map { try StimulusSchedule.read($0) }
    if schedule == nil, recordings.lowercased().hasSuffix(".mat") {
      let own = try NeuroPALRecording.read(recordings).schedule
      schedule = own.windows.isEmpty ? nil : own
    }
    try schedule?.validate(for: traces)
    return schedule
  }
}

/// How slopes are taken, by name.
enum DerivativeName: String, CaseIterable, OptionValue {
  case savitzkyGolay = "savitzky-golay"
  case gaussian
}

/// Options of the affinities.
struct AffinityOptions: ArgumentGroup {
  static var title: String { "AFFINITY" }
  init() {}
  @Option("What is computed from the slopes.") var kernel = DifferentialAffinity.Kernel.overlap
  @Option("Which directions of change count.") var signs = DifferentialAffinity.SignRule.both
  @Option("How slopes are taken.") var derivative = DerivativeName.savitzkyGolay
  @Option("Order of the fitted polynomial.") var order = 2
  @Option("Samples of its window, odd.") var window = 9
  @Option("Standard deviation of the gaussian derivative's kernel, in samples.") var deviation = 2.0
  @Option("Slopes below this share of the neuron's largest count as silence.") var floor = 0.05
  @Option("Width of the gaussian kernel.") var kernelWidth = 0.2
  @Option("Samples of the window of correlations, odd.") var correlationWindow = 41
  @Option("Most memory of the tensor, in GiB; it keeps only what is not zero where that is less.")
  var memoryLimit = 8.0

  /// The affinity.
  var affinity: DifferentialAffinity {
    var affinity = DifferentialAffinity()
    affinity.kernel = kernel
    affinity.signs = signs
    affinity.derivative =
      switch derivative {
      case .savitzkyGolay: .savitzkyGolay(order: order, window: window)
      case .gaussian: .gaussian(deviation: deviation)
      }
    affinity.floor = floor
    affinity.width = kernelWidth
    affinity.window = correlationWindow
    return affinity
  }

  /// The limit in bytes.
  func bytes() throws -> Int {
    guard memoryLimit > 0, memoryLimit <= 1e6 else {
      throw UsageError("--memory-limit is \(memoryLimit), but must be above 0 and at most 1000000 GiB")
    }
    return Int(memoryLimit * 1_073_741_824)
  }
}

/// Options of the decomposition.
struct FactorOptions: ArgumentGroup {
  static var title: String { "DECOMPOSITION" }
  init() {}
  @Option("Number of components.") var components = 3
  @Option("The algorithm.") var algorithm = CPFit.Algorithm.hals
  @Option("Random starts.") var restarts = 6
  @Option("Most sweeps of each.") var sweeps = 500
  @Option("A decrease of the relative error below this ends a fit; 0 makes all sweeps.")
  var tolerance = 1e-5

  /// How the tensor is decomposed.
  func fit(seed: UInt64) -> CPFit {
    var fit = CPFit(rank: components, algorithm: algorithm, sweeps: sweeps, tolerance: tolerance)
    fit.seed = seed
    return fit
  }
}

/// Options of the communities.
struct CommunityOptions: ArgumentGroup {
  static var title: String { "COMMUNITIES" }
  init() {}
  @Option("Whether degrees are parameters; both compete by description length.") var degreeCorrection =
    NestedBlockFit.DegreeCorrection.both
  @Option("The law of the weights.") var weights = BlockModel.Weights.exponential
  @Option("Independent searches.") var attempts = 1
  @Option("Further rounds of moves, merges and splits.") var refinements = 0

  /// How communities are found.
  func fit(seed: UInt64) -> NestedBlockFit {
    var fit = NestedBlockFit()
    fit.degreeCorrection = degreeCorrection
    fit.weights = weights
    fit.attempts = attempts
    fit.refinements = refinements
    fit.seed = seed
    return fit
  }
}
