import Probability
import Spiking

extension MemoryStudy {
  /// What goes wrong while a memory works.
  public struct Disturbance: Sendable, Hashable {
    /// The chance that a spike of any internal population is lost.
    public var loss = 0.0
    /// The chance that an input spike comes one step early or late.
    public var jitter = 0.0
    /// The share of internal neurons that are dead.
    public var dead = 0.0

    /// A disturbance; none unless given.
    public init(loss: Double = 0, jitter: Double = 0, dead: Double = 0) {
      (self.loss, self.jitter, self.dead) = (loss, jitter, dead)
    }

    /// The first disturbance that there is, in words, and its chance.
    var name: String { jitter > 0 ? "jitter \(jitter)" : dead > 0 ? "dead \(dead)" : "loss \(loss)" }
    var value: Double { jitter > 0 ? jitter : dead > 0 ? dead : loss }

    func validate() throws(MemoryError) {
      for (name, value) in [("loss", loss), ("jitter", jitter), ("dead", dead)]
      where !(0...1).contains(value) {
        throw .outOfRange("the chance of \(name)", "\(value)", allowed: "0 to 1")
      }
    }
  }
}

extension CueContentMemory {
  /// Makes spikes get lost, input come early or late, and neurons die, by chance.
  ///
  /// - Parameter index: which of many equal memories.
  public mutating func disturb(_ disturbance: MemoryStudy.Disturbance, seed: UInt64, index: Int = 0)
    throws(MemoryError)
  {
    try disturbance.validate()
    inputJitter =
      disturbance.jitter > 0 ? (disturbance.jitter, RandomStream(seed: seed, "jitter", index)) : nil
    guard disturbance.loss > 0 || disturbance.dead > 0 else { return }
    for (place, name) in populationNames.enumerated() where name != "IN" && name != "OUT" {
      var stream = RandomStream(seed: seed, "dead", index, place)
      let count = network.count(of: circuit.populations[name]!)
      let dead = Set((0..<count).filter { _ in stream.bernoulli(disturbance.dead) })
      var losses = RandomStream(seed: seed, "loss", index, place)
      try setFaults(Faults(dead: dead, lossProbability: disturbance.loss, seed: losses.next()), of: name)
    }
  }
}
