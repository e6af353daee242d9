import ArgumentParsing
import Biclustering

extension BiclusterModel.Observation: OptionValue {}
extension BiclusterModel.Coupling: OptionValue {}

/// The prior of the neurons' partition by name.
enum PartitionPriorName: String, CaseIterable, OptionValue {
  case finiteMixture = "finite-mixture"
  case dirichletProcess = "dirichlet-process"
}

/// Options of the model.
struct BiclusterModelOptions: ArgumentGroup {
  static var title: String { "MODEL" }
  init() {}
  @Option("Latent factors of a cluster beside its level; the most of them with --infer-factors.")
  var factors = 2
  @Flag("Infers each cluster's number of factors, 0 to --factors.") var inferFactors
  @Option("The law of a count.") var observation = BiclusterModel.Observation.negativeBinomial
  @Option("Which clusters drive one another.") var coupling = BiclusterModel.Coupling.blockDiagonal
  @Option("The prior of the neurons' partition.") var partitionPrior = PartitionPriorName.finiteMixture
  @Option("Concentration of that prior.") var concentration = 1.0
  @Option("Rate of the geometric number of clusters.") var clusterRate = 0.2
  @Flag("Infers the concentrations, with the settings as their prior means.") var inferConcentrations
  @Option("Most states.") var stateLimit = 10
  @Option("α of the transition matrix.") var transitionConcentration = 5.0
  @Option("κ, the extra weight of staying in a state.") var stickiness = 10.0
  @Option("γ of the states' base measure.") var baseConcentration = 5.0

  /// The model.
  var model: BiclusterModel {
    var model = BiclusterModel()
    model.factors = factors
    model.infersFactors = inferFactors
    model.observation = observation
    model.coupling = coupling
    model.partition =
      switch partitionPrior {
      case .finiteMixture: .finiteMixture(concentration: concentration, rate: clusterRate)
      case .dirichletProcess: .dirichletProcess(concentration: concentration)
      }
    model.infersConcentrations = inferConcentrations
    model.stateLimit = stateLimit
    model.transitionConcentration = transitionConcentration
    model.stickiness = stickiness
    model.baseConcentration = baseConcentration
    return model
  }
}
