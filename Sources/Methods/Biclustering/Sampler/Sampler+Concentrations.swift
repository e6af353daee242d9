import Foundation
import Probability

/// Concentrations that may be unknown: of the transition matrix, of the states' base measure and of a Dirichlet process.
public struct Concentrations: Sendable, Hashable, Codable {
  /// α of the transition matrix's rows.
  public package(set) var transition: Double
  /// κ, the extra weight of staying.
  public package(set) var stickiness: Double
  /// γ of the states' base measure.
  public package(set) var base: Double
  /// α of a Dirichlet process over clusters; not used by a finite mixture.
  public package(set) var process: Double

  /// Those of a model.
  public init(_ model: BiclusterModel) {
    transition = model.transitionConcentration
    stickiness = model.stickiness
    base = model.baseConcentration
    process = if case .dirichletProcess(let value) = model.partition { value } else { 1 }
  }

  /// A draw from their prior: gamma of shape 2 with the model's settings as means, and an exponential law for the process.
  init(priorOf model: BiclusterModel, using stream: inout RandomStream) {
    self.init(model)
    guard model.infersConcentrations else { return }
    func draw(_ mean: Double, _ shape: Double) -> Double {
      max(1e-6, stream.gamma(shape: shape, scale: mean / shape))
    }
    transition = draw(model.transitionConcentration, 2)
    if stickiness > 0 { stickiness = draw(model.stickiness, 2) }
    base = draw(model.baseConcentration, 2)
    if case .dirichletProcess(let mean) = model.partition { process = draw(mean, 1) }
  }
}

extension BiclusterModel {
  /// The partition's prior with a Dirichlet process' concentration replaced.
  func partition(process: Double) -> PartitionPrior {
    if case .dirichletProcess = partition { .dirichletProcess(concentration: process) } else { partition }
  }
}

extension Sampler {
  /// Moves each unknown concentration by a random walk of its logarithm, the transition matrix integrated out, which has to be
  /// drawn next (priors after Fox, Sudderth, Jordan and Willsky 2011).
  mutating func updateConcentrations(using stream: inout RandomStream) {
    guard model.infersConcentrations else { return }
    let prior = Concentrations(model)
    func logPrior(_ value: Double, _ mean: Double, _ shape: Double) -> Double {
      // with the Jacobian of the logarithm
      shape * log(value) - shape * value / mean
    }
    func walk(
      _ sampler: inout Sampler, _ stream: inout RandomStream, _ key: WritableKeyPath<Concentrations, Double>,
      shape: Double, _ target: (Sampler) -> Double
    ) {
      let old = sampler.state.concentrations
      func density() -> Double {
        target(sampler) + logPrior(sampler.state.concentrations[keyPath: key], prior[keyPath: key], shape)
      }
      let before = density()
      sampler.state.concentrations[keyPath: key] *= exp(0.7 * stream.normal())
      let value = sampler.state.concentrations[keyPath: key]
      guard value > 1e-6, value < 1e6, log(1 - stream.uniform()) < density() - before else {
        sampler.state.concentrations = old
        return
      }
    }
    let states = { (sampler: Sampler) in sampler.logStatePrior(sampler.state.states, base: sampler.state.base)
    }
    walk(&self, &stream, \.transition, shape: 2, states)
    if model.stickiness > 0 { walk(&self, &stream, \.stickiness, shape: 2, states) }
    walk(&self, &stream, \.base, shape: 2) { sampler in
      let limit = Double(sampler.model.stateLimit)
      let share = sampler.state.concentrations.base / limit
      return logGamma(share * limit) - limit * logGamma(share)
        + sampler.state.base.reduce(0) { $0 + (share - 1) * log(max($1, 1e-300)) }
    }
    if case .dirichletProcess = model.partition {
      walk(&self, &stream, \.process, shape: 1) { sampler in
        let (alpha, n) = (sampler.state.concentrations.process, Double(sampler.table.neurons))
        return Double(sampler.state.clusters) * log(alpha) + logGamma(alpha) - logGamma(alpha + n)
      }
      law = PartitionLaw(model.partition(process: state.concentrations.process), items: table.neurons)
    }
  }
}
