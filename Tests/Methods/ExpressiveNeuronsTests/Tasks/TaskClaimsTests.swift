import ExpressiveNeurons
import Laboratory
import Testing

@Suite struct TaskClaimsTests {
  @Test func claimsAreMeasuredAndHonest() throws {
    let results = try TaskClaims.measure(seed: 1, threads: 2)
    let verdicts = Dictionary(uniqueKeysWithValues: results.map { ($0.claim.id, $0.verdict) })
    #expect(verdicts["elm.input"] == .agrees && verdicts["elm.bins"] == .agrees)
    #expect(verdicts["elm.listops-length"] == .agrees)
    // A constant answer does better than one in 19.
    #expect(verdicts["elm.adding-chance"] == .differs)
    #expect(results == (try TaskClaims.measure(seed: 1, threads: 1)))
  }
}
