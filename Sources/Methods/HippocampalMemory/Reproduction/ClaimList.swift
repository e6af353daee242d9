import Laboratory
import Spiking

/// The memory's claims in the making.
struct ClaimList {
  private(set) var results: [ClaimResult] = []

  mutating func add(
    _ id: String, _ source: String, _ statement: String, published: String, method: String,
    _ measurement: Laboratory.Measurement
  ) {
    results.append(
      ClaimResult(
        Claim(
          id: "memory.\(id)", source: source, statement: statement, published: published, method: method),
        measurement))
  }
}
