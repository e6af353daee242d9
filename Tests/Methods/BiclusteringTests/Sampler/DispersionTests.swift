import Biclustering
import Foundation
import Probability
import Testing

@Suite struct DispersionTests {
  /// A4: the rate of the dispersion's gamma law given table counts.
  @Test func rateOfTheGammaLaw() throws {
    let counts = try SpikeCounts([2, 0, 5, 1, 1, 1, 1, 1], neurons: 2)
    var model = BiclusterModel()
    model.factors = 1
    var stream = RandomStream(seed: 1, "dispersion")
    let state = BiclusterState(priorOf: model, neurons: 2, bins: 4, using: &stream)
    let sampler = try Sampler(model, counts: counts, state: state)
    let logRates = [1.5, 0.4, 3, 2].map { log($0) } + [Double](repeating: 9, count: 4)
    #expect(abs(model.dispersionRate + sampler.logOdds(0, logRates, 10) - 1.6236684767898857) < 1e-12)
  }
}
