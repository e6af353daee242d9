/// The tasks of the paper, with its settings (tables of appendix B).
public enum PublishedTask: String, Sendable, Hashable, Codable, CaseIterable {
  /// A cortical neuron's spikes and voltage.
  case neuronio
  /// Spoken digits.
  case shd
  /// Sums of two spoken digits.
  case shdAdding = "shd-adding"
  /// Nested list operations.
  case listops
  /// Joined ends of contours in 32 × 32 pixels.
  case pathfinder
  /// The same in 128 × 128 pixels.
  case pathfinderX = "pathfinder-x"
  /// Images pixel by pixel.
  case image
  /// Texts byte by byte.
  case text
  /// Pairs of documents byte by byte.
  case retrieval

  /// Memory units, d_m.
  public var memoryUnits: Int {
    switch self {
    case .neuronio: 20
    case .shd, .shdAdding: 100
    default: 150
    }
  }

  /// Cells of an LSTM.
  public var cells: Int { hasBins ? 250 : memoryUnits }

  /// Time constant of the traces in ms, τ_s.
  public var traceTimeConstant: Double { self == .pathfinderX ? 150 : 5 }

  /// Longest memory time constant at the beginning, in ms.
  public var longestTimeConstant: Double {
    switch self {
    case .neuronio, .shd, .shdAdding: 150
    case .image, .pathfinder: 1000
    case .pathfinderX: 20_000
    case .listops: 2000
    case .text, .retrieval: 4000
    }
  }

  /// Whether memory time constants are learned; the released NeuronIO models' are not.
  public var learnsTimeConstants: Bool { self != .neuronio }

  /// Where learned memory time constants stay, given where they begin.
  public func timeConstantBounds(_ span: ELMConfiguration.Span) -> ELMConfiguration.Span {
    switch self {
    case .shd, .shdAdding: .init(min(0, span.shortest), max(1000, span.longest))
    default: span
    }
  }

  /// Longest time of a Chrono-LSTM's gates in steps; the longest sequence unless the paper names one.
  public var longestGateTime: Double? {
    switch self {
    case .neuronio, .shd, .shdAdding: nil
    case .image, .pathfinder: 2000
    case .pathfinderX: 20_000
    case .listops: 4000
    case .text, .retrieval: 8000
    }
  }

  /// Latent numbers of two towers.
  public static let latentNumbers = 75

  /// Whether the task reads spoken digits, whose steps are time bins.
  public var hasBins: Bool { self == .shd || self == .shdAdding }

  /// How the paper trains an expressive neuron, or a baseline, on it.
  public func plan(steps: Int, for model: SequenceModel) -> TrainingPlan {
    var plan: TrainingPlan =
      switch self {
      case .neuronio: .neuronIO(steps: steps)
      case .shd, .shdAdding: .spikingDigits(steps: steps)
      case .pathfinderX: .longRange(steps: steps, batch: 768)
      default: .longRange(steps: steps)
      }
    switch model {
    case .spiking: plan.learningRate = 2e-3
    case .lstm where hasBins: plan.recurrentDropout = 0.3
    case .lstm where self != .neuronio: plan.learningRate = 1e-3
    default: break
    }
    return plan
  }
}
