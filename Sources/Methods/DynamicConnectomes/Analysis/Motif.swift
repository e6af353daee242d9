/// One component of the decomposition in words: when, in which animals, which neurons together.
public struct Motif: Sendable, Hashable, Codable {
  /// A pair of neurons.
  public struct Pair: Sendable, Hashable, Codable {
    /// Their names.
    public let neurons: [String]
    /// Loading, the component's pairs having length 1.
    public let loading: Double
  }

  /// A stretch of time and how much of the component lies in it.
  public struct Epoch: Sendable, Hashable, Codable {
    /// Beginning in seconds.
    public let on: Double
    /// End in seconds.
    public let off: Double
    /// What was shown then, all stimuli that any animal got; empty without a schedule.
    public let stimuli: [String]
    /// Share of the squared temporal factor.
    public let energy: Double
  }

  /// Place of the component, from 0.
  public let component: Int
  /// Its norm.
  public let weight: Double
  /// Its norm over the norm of the tensor.
  public let share: Double
  /// When it is strongest, in seconds.
  public let peak: Double
  /// The stimuli's epochs, by the time at which they begin.
  public let epochs: [Epoch]
  /// The epoch in which the component is strongest, as a place in `epochs`; `nil` when the peak lies in none.
  public let peakEpoch: Int?
  /// Loading of each animal by name, of length 1 together.
  public let animals: [String: Double]
  /// The strongest pairs.
  public let pairs: [Pair]
  /// The communities of neurons; `nil` when the component has no edges.
  public let communities: CommunityHierarchy?
  /// The neurons of each community of the finest level, largest first.
  public let members: [[String]]
  /// Number of pairs above the threshold.
  public let edges: Int

  /// Describes a component.
  init(
    _ fit: NonnegativeCP, component r: Int, tensor: AffinityTensor, schedule: StimulusSchedule?,
    communities: CommunityHierarchy?, plan: ConnectomePlan
  ) {
    component = r
    weight = fit.weights[r]
    share = fit.weights[r] / tensor.tensor.squaredNorm.squareRoot()
    let time = fit.timeCourse(of: r)
    let rate = tensor.samplingRate
    let place = time.indices.max { (time[$0], $1) < (time[$1], $0) } ?? 0
    let peak = Double(place) / rate
    self.peak = peak
    let total = time.reduce(0) { $0 + $1 * $1 }
    let epochs = (schedule?.epochs ?? []).map { range in
      let samples = Self.samples(range, rate: rate, count: time.count)
      return Epoch(
        on: range.lowerBound, off: range.upperBound,
        stimuli: (schedule?.windows ?? []).reduce(into: [String]()) { names, window in
          if window.on == range.lowerBound, window.off == range.upperBound, !names.contains(window.stimulus) {
            names.append(window.stimulus)
          }
        }, energy: total > 0 ? samples.reduce(0) { $0 + time[$1] * time[$1] } / total : 0)
    }
    self.epochs = epochs
    peakEpoch = epochs.firstIndex { peak >= $0.on && peak < $0.off }
    animals = Dictionary(uniqueKeysWithValues: zip(tensor.animals, fit.animalLoadings(of: r)))
    let loadings = fit.pairLoadings(of: r)
    let neurons = tensor.neurons
    let all = tensor.pairs.all
    pairs = loadings.indices.sorted { (loadings[$1], $0) < (loadings[$0], $1) }.prefix(plan.listedPairs)
      .filter { loadings[$0] > 0 }.map {
        Pair(neurons: [neurons[all[$0].0], neurons[all[$0].1]], loading: loadings[$0])
      }
    self.communities = communities
    let least = (loadings.max() ?? 0) * plan.edgeThreshold
    edges = loadings.count { $0 > least && $0 > 0 }
    var members: [[String]] = []
    if let labels = communities?.levels.first {
      members = (0...(labels.max() ?? 0)).map { group in
        neurons.indices.filter { labels[$0] == group }.map { neurons[$0] }
      }.sorted { ($1.count, $0.first ?? "") < ($0.count, $1.first ?? "") }
    }
    self.members = members
  }

  /// The samples of a stretch of time.
  static func samples(_ range: ClosedRange<Double>, rate: Double, count: Int) -> Range<Int> {
    let begin = min(count, max(0, Int((range.lowerBound * rate).rounded())))
    return begin..<max(begin, min(count, Int((range.upperBound * rate).rounded())))
  }
}
