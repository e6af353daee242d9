import Foundation

/// Parallel tempering of a chain: replicas whose likelihood is raised to powers that fall from 1 (Geyer 1991; Earl and Deem,
/// *Phys. Chem. Chem. Phys.* 7, 2005).
public struct Tempering: Sendable, Hashable, Codable {
  /// Number of replicas, at least 2.
  public var replicas = 8
  /// The smallest power, between 0 and 1.
  public var hottest = 0.8

  /// Replicas down to a power.
  public init(replicas: Int = 8, hottest: Double = 0.8) {
    (self.replicas, self.hottest) = (replicas, hottest)
  }

  /// The powers, 1 first, each the same share of the one before.
  public var powers: [Double] {
    (0..<replicas).map { $0 == 0 ? 1 : pow(hottest, Double($0) / Double(replicas - 1)) }
  }

  /// Checks both settings.
  public func validate() throws(BiclusteringError) {
    guard (2...64).contains(replicas) else {
      throw .outOfRange(name: "the number of temperatures", value: "\(replicas)", allowed: "2 to 64")
    }
    // The prior itself lets trajectories run away.
    guard hottest >= 0.01, hottest < 1 else {
      throw .outOfRange(
        name: "the hottest power", value: "\(hottest)", allowed: "0.01 or more and less than 1")
    }
  }
}

/// How replicas of a chain exchanged their states.
public struct SwapRecord: Sendable, Hashable, Codable {
  /// The powers, 1 first.
  public internal(set) var powers: [Double]
  /// Exchanges proposed between each power and the next.
  public internal(set) var proposed: [Int]
  /// Those accepted.
  public internal(set) var accepted: [Int]
  /// How often each walker, a state that moves among the powers, came from power 1 to the smallest and back.
  public internal(set) var roundTrips: [Int]
  /// The walker at each power.
  var walkers: [Int]
  /// The end that each walker saw last.
  var lastEnds: [End?]

  enum End: String, Codable { case cold, hot }

  init(powers: [Double]) {
    self.powers = powers
    proposed = [Int](repeating: 0, count: powers.count - 1)
    accepted = proposed
    roundTrips = [Int](repeating: 0, count: powers.count)
    walkers = Array(powers.indices)
    lastEnds = [End?](repeating: nil, count: powers.count)
  }

  /// Notes where walkers are.
  mutating func noteEnds() {
    let (first, last) = (walkers[0], walkers[walkers.count - 1])
    if lastEnds[first] == .hot { roundTrips[first] += 1 }
    lastEnds[first] = .cold
    if lastEnds[last] == .cold { lastEnds[last] = .hot }
  }

  /// Forgets what was counted, not where walkers are.
  mutating func restart() {
    var fresh = SwapRecord(powers: powers)
    fresh.walkers = walkers
    self = fresh
  }
}
