import NeuralData
import Probability
import Spiking
import Testing

@Suite struct SourceTests {
  /// Counts of Poisson sources follow the binomial law of their steps.
  @Test func countsFollowTheLaw() throws {
    let sources = try PoissonSources(rates: [0, 5, 63.75, 400], timeStep: 0.1)
    let steps = 200_000
    let counts = sources.raster(steps: steps, seed: 3, "test", 0).counts()
    #expect(counts[0] == 0)
    for (source, probability) in sources.probabilities.enumerated() where source > 0 {
      let mean = probability * Double(steps)
      let deviation = (mean * (1 - probability)).squareRoot()
      #expect(abs(Double(counts[source]) - mean) < 4 * deviation, "source \(source)")
    }
  }

  /// A gap of k silent steps has the chance p (1 - p)^k, also for a source that fires in most steps.
  @Test(arguments: [0.02, 0.5, 0.9])
  func gapsAreGeometric(probability: Double) throws {
    let sources = try PoissonSources(rates: [probability * 1000], timeStep: 1)
    let train = sources.raster(steps: 400_000, seed: 9, "gaps", 1).trains[0]
    let gaps = zip(train.dropFirst(), train).map { $0 - $1 - 1 }
    for gap in 0..<4 {
      let expected = probability * (0..<gap).reduce(1.0) { product, _ in product * (1 - probability) }
      let share = Double(gaps.count { $0 == gap }) / Double(gaps.count)
      let error = (expected * (1 - expected) / Double(gaps.count)).squareRoot()
      #expect(abs(share - expected) < 4 * error + 1e-9)
    }
  }

  @Test func certainSourcesFireInEveryStep() throws {
    let raster = try PoissonSources(rates: [1000], timeStep: 1).raster(steps: 50, seed: 1, "all", 0)
    #expect(raster.trains[0] == Array(0..<50))
  }

  @Test func streamsAreNamed() throws {
    let sources = try PoissonSources(rates: [50, 50], timeStep: 1)
    let raster = sources.raster(steps: 500, seed: 1, "a", 0)
    #expect(raster == sources.raster(steps: 500, seed: 1, "a", 0))
    #expect(raster != sources.raster(steps: 500, seed: 1, "a", 1))
    #expect(raster.trains[0] != raster.trains[1])
    // A shorter window holds the beginning of a longer one.
    #expect(
      raster.neurons.prefix(raster.offsets[100])[...]
        == sources.raster(steps: 100, seed: 1, "a", 0).neurons[...])
  }

  @Test func impossibleRatesAreRefused() {
    #expect(
      throws: SpikingError.outOfRange(
        "the rate of source 1", "-1.0 Hz", allowed: "0 to 1000.0 Hz, one spike a step")
    ) {
      try PoissonSources(rates: [1, -1], timeStep: 1)
    }
    #expect(throws: SpikingError.self) { try PoissonSources(rates: [1001], timeStep: 1) }
    #expect(throws: SpikingError.self) { try PoissonSources(rates: [.nan], timeStep: 1) }
    #expect(throws: SpikingError.self) { try PoissonSources(rates: [1], timeStep: 0) }
  }
}
