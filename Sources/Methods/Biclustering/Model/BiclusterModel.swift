/// The generative model: what is assumed of the counts, the clusters, the states and their priors.
///
/// Neurons of a cluster share a latent trajectory x̃ₜ = (μₜ, xₜ) of 1 + p rows; a neuron's log-rate is
/// δᵢ + μₜ + cᵢ·xₜ. In each discrete state the trajectories follow one linear dynamical law.
public struct BiclusterModel: Sendable, Hashable, Codable {
  /// The law of a count given its rate.
  public enum Observation: String, Sendable, Hashable, Codable, CaseIterable {
    /// Variance m + m²/r with a dispersion r for each neuron.
    case negativeBinomial = "negative-binomial"
    /// Variance m.
    case poisson
  }

  /// Which clusters drive one another.
  public enum Coupling: String, Sendable, Hashable, Codable, CaseIterable {
    /// A state's dynamics act in each cluster alone.
    case blockDiagonal = "block-diagonal"
    /// A state's dynamics span all clusters.
    case full
  }

  /// The prior of the neurons' partition.
  public enum PartitionPrior: Sendable, Hashable, Codable {
    /// A finite mixture with a geometric number of components, P(M = m) = ρ(1 − ρ)^(m−1), and Dirichlet(γ) weights
    /// (Miller and Harrison 2018).
    case finiteMixture(concentration: Double, rate: Double)
    /// A Dirichlet process.
    case dirichletProcess(concentration: Double)
  }

  /// Latent factors of a cluster beside its common log-intensity, p; the most of them where they are inferred.
  public var factors = 2
  /// The law of a count.
  public var observation = Observation.negativeBinomial
  /// Which clusters drive one another.
  public var coupling = Coupling.blockDiagonal
  /// The prior of the neurons' partition.
  public var partition = PartitionPrior.finiteMixture(concentration: 1, rate: 0.2)
  /// Whether the neurons keep the labels they begin with.
  public var fixesLabels = false
  /// Most states, L (weak limit).
  public var stateLimit = 10
  /// α of the rows of the transition matrix.
  public var transitionConcentration = 5.0
  /// κ, the extra weight of staying.
  public var stickiness = 10.0
  /// γ of the states' base measure.
  public var baseConcentration = 5.0
  /// Whether the three above, and the concentration of a Dirichlet process, are unknown with the settings as their means.
  public var infersConcentrations = false
  /// S₀ = this · I in the prior of the innovations' covariance.
  public var innovationScale = 0.01
  /// Degrees of freedom of that prior beyond its dimension; 2 in the paper.
  public var innovationDegrees = 2.0
  /// Shape of the dispersions' gamma prior.
  public var dispersionShape = 1.0
  /// Rate of the dispersions' gamma prior.
  public var dispersionRate = 1.0

  /// Whether each cluster has a number of factors of its own, unknown and as likely 0 as any number up to ``factors``.
  public var infersFactors: Bool {
    get { factorInference ?? false }
    set { factorInference = newValue ? true : nil }
  }
  /// Missing in records of fits with a given number of factors.
  private var factorInference: Bool?

  /// The paper's settings.
  public init() {}

  /// Rows of a cluster's trajectory, p + 1.
  public var rows: Int { factors + 1 }

  /// Checks every setting.
  public func validate(counts: SpikeCounts? = nil) throws(BiclusteringError) {
    func check(_ name: String, _ value: Double, _ isAllowed: Bool, _ allowed: String)
      throws(BiclusteringError)
    {
      if !isAllowed { throw .outOfRange(name: name, value: "\(value)", allowed: allowed) }
    }
    guard (1...8).contains(factors) else {
      throw .outOfRange(name: "the number of factors", value: "\(factors)", allowed: "1 to 8")
    }
    if infersFactors {
      let condition = "where the number of factors is inferred"
      guard coupling == .blockDiagonal else {
        throw .outOfRange(
          name: "the coupling", value: coupling.rawValue,
          allowed: "\(Coupling.blockDiagonal.rawValue) \(condition)")
      }
      guard observation == .negativeBinomial else {
        throw .outOfRange(
          name: "the law of a count", value: observation.rawValue,
          allowed: "\(Observation.negativeBinomial.rawValue) \(condition)")
      }
    }
    guard (1...64).contains(stateLimit) else {
      throw .outOfRange(name: "the state limit", value: "\(stateLimit)", allowed: "1 to 64")
    }
    for (name, value) in [
      ("the transition concentration", transitionConcentration),
      ("the base concentration", baseConcentration),
      ("the innovation scale", innovationScale), ("the innovation degrees", innovationDegrees),
      ("the dispersion shape", dispersionShape), ("the dispersion rate", dispersionRate),
    ] {
      try check(name, value, value > 0 && value.isFinite, "greater than 0")
    }
    try check("the stickiness", stickiness, stickiness >= 0 && stickiness.isFinite, "0 or greater")
    switch partition {
    case .finiteMixture(let concentration, let rate):
      try check("the mixture's concentration", concentration, concentration > 0, "greater than 0")
      try check("the mixture's rate", rate, rate > 0 && rate < 1, "between 0 and 1")
    case .dirichletProcess(let concentration):
      try check("the process's concentration", concentration, concentration > 0, "greater than 0")
    }
    if let counts, counts.bins < 3 * factors {
      throw .tooFew(what: "bins for \(factors) factors", have: counts.bins, need: 3 * factors)
    }
  }
}
