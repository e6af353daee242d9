import Probability

/// What goes wrong in a population: neurons that never fire and spikes that are lost.
public struct Faults: Sendable, Hashable {
  /// Neurons that never fire.
  public var dead: Set<Int>
  /// The chance that a spike is lost, before it is recorded or sent.
  public var lossProbability: Double
  /// Of the losses.
  public var seed: UInt64

  /// Faults; none unless given.
  public init(dead: Set<Int> = [], lossProbability: Double = 0, seed: UInt64 = 0) {
    precondition((0...1).contains(lossProbability), "Faults: the chance of a loss must lie in 0 ... 1")
    (self.dead, self.lossProbability, self.seed) = (dead, lossProbability, seed)
  }

  func apply(to spikes: inout [Int32], population: String, step: Int) {
    if !dead.isEmpty { spikes.removeAll { dead.contains(Int($0)) } }
    guard lossProbability > 0, !spikes.isEmpty else { return }
    var stream = RandomStream(seed: seed, population, step)
    spikes.removeAll { _ in stream.uniform() < lossProbability }
  }
}

extension Network {
  /// Lets a population's neurons die and its spikes be lost; `nil` for sound ones.
  public mutating func setFaults(_ faults: Faults?, of population: PopulationID) {
    populations[population.index].faults = faults
  }
}
