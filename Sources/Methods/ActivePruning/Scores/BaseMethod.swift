/// What the weights of a network are ranked by, the lowest to be pruned first.
public enum BaseMethod: String, Sendable, Hashable, Codable, CaseIterable {
  /// `|w|` over the whole network.
  case magnitude
  /// `|w|`, the same share of every layer; called uniform in the literature.
  case layerMagnitude = "layer-magnitude"
  /// `|w · ∂L/∂w|` over the whole network (Blalock et al. 2020).
  case gradient
  /// How far a weight moved in the last epoch, as the authors' sister program ranks "gradients".
  case lastEpoch = "last-epoch"
  /// Layer-adaptive magnitude (Lee et al. 2021).
  case lamp
  /// Lookahead over the whole network (Park et al. 2020).
  case lookahead
  /// Lookahead, the same share of every layer.
  case layerLookahead = "layer-lookahead"
  /// Lookahead over the whole network, with the scales of batch normalisation.
  case normalisedLookahead = "normalised-lookahead"
  /// `|w · ∂L/∂w|` of the weights that training begins with (Lee et al. 2019).
  case snip
  /// `w · Hg` of the weights that training begins with, `H` the Hessian (Wang et al. 2020).
  case grasp
  /// Synaptic flow of the weights that training begins with (Tanaka et al. 2020).
  case synflow
  /// `−Σ w · ∂L/∂w` over the steps of training (Sanh et al. 2020).
  case movement
  /// At random.
  case random
  /// `|w|`, the first layer dense, the last at least 20 % dense (Gale et al. 2019).
  case uniformPlus = "uniform-plus"
  /// `|w|` with Erdős-Rényi densities (Evci et al. 2020).
  case erdosRenyi = "erk"

  /// How what is pruned is shared among the layers.
  public var scope: Scope {
    switch self {
    case .layerMagnitude, .layerLookahead: .layer
    case .uniformPlus: .uniformPlus
    case .erdosRenyi: .erdosRenyi
    default: .global
    }
  }

  /// Whether it ranks the weights that the next training begins with, not those at the end of the last.
  public var isBeforeTraining: Bool { self == .snip || self == .grasp || self == .synflow }
}
