import DynamicConnectomes
import Figures
import Foundation
import Laboratory
import Testing

@Suite struct PipelineTests {
  /// B9: recorded traces of six animals from beginning to end.
  @Test func endToEnd() throws {
    let expected = try #require(try Fixture.json("endtoend_result.json") as? [String: Any])
    let checks = try #require(expected["affinity_checks"] as? [String: Double])
    let traces = try TraceSet.read(Fixture.path("endtoend_traces.csv"))
    let tensor = try AffinityTensor(traces)
    #expect(abs(tensor.summary.mean - checks["mean"]!) < 1e-6)
    #expect(abs(tensor.summary.largest - checks["max"]!) < 1e-6)
    #expect(abs(tensor.summary.zeros - checks["zeros"]!) < 1e-9)
    #expect(abs(Double(tensor.tensor.value(time: 50, animal: 0, pair: 0)!) - checks["t50_w0_pair01"]!) < 1e-6)
    #expect(
      abs(Double(tensor.tensor.value(time: 50, animal: 0, pair: 2)!) - checks["t50_w0_pair_0_3"]!) < 1e-6)
    var plan = ConnectomePlan()
    plan.factorization = CPFit(rank: 3, sweeps: 150, tolerance: 1e-7)
    let study = try ConnectomeStudy(traces, schedule: nil, plan: plan)
    let ensemble = try CPEnsemble(study.tensor.tensor, fit: plan.factorization, restarts: 6)
    for fit in ensemble.fits { #expect(abs(fit.relativeError - 0.633077) < 1e-4) }
    let outcome = try study.run()
    var groups = Set<Int>()
    for motif in outcome.analysis.motifs {
      let time = outcome.fit.timeCourse(of: motif.component)
      let epochs = (0..<3).map { epoch in time[(100 * epoch)..<(100 * epoch + 100)].reduce(0) { $0 + $1 * $1 }
      }
      let epoch = epochs.firstIndex(of: epochs.max()!)!
      #expect(epochs[epoch] >= 0.98)
      let strongest = Set(motif.pairs.prefix(6).map { $0.neurons.map { Int($0)! }.sorted() })
      let group = 4 * epoch
      groups.insert(group)
      #expect(
        strongest == Set((group..<(group + 4)).flatMap { i in ((i + 1)..<(group + 4)).map { [i, $0] } }))
      if group == 8 {
        for worm in 0..<6 {
          let loading = motif.animals["\(worm)"]!
          #expect(worm < 3 ? (0.205...0.295).contains(loading) : (0.415...0.575).contains(loading))
        }
      }
    }
    #expect(groups == [0, 4, 8])
  }

  /// The whole pipeline finds what a simulation planted, better than the baselines; the surrogates say so too.
  @Test func plantedMotifsAreFound() throws {
    let simulated = try CalciumSimulation().run(seed: 3)
    var plan = ConnectomePlan()
    plan.restarts = 3
    plan.factorization = CPFit(rank: 3, sweeps: 150)
    let study = try ConnectomeStudy(simulated.traces, schedule: simulated.schedule, plan: plan)
    let outcome = try study.run(surrogates: 9, stability: true)
    let score = ConnectomeScore(outcome.analysis, outcome.fit, truth: simulated.motifs)
    #expect(score.matches.allSatisfy { $0.timeShare > 0.9 && $0.pairArea > 0.9 })
    #expect(Set(outcome.analysis.motifs.compactMap(\.peakEpoch)) == [0, 1, 2])
    let surrogates = try #require(outcome.surrogates)
    #expect(surrogates.largestComponents.count == 9)
    #expect(surrogates.componentP == [0.1, 0.1, 0.1])
    let stability = try #require(outcome.stability)
    #expect(stability.least.allSatisfy { $0 > 0.8 })
    let report = ConnectomeReport.report(
      outcome.analysis, outcome.fit, traces: simulated.traces, schedule: simulated.schedule,
      surrogates: surrogates, stability: stability, edgeThreshold: plan.edgeThreshold)
    let html = report.html(script: "")
    for text in [
      "Temporal factors", "Animal factors", "Communities of communities", "Back to the recordings",
    ] {
      #expect(html.contains(text))
    }
    let baselines = try BaselineScore(simulated.traces, truth: simulated.motifs)
    #expect((0...1).contains(baselines.leidenF1) && (0...1).contains(baselines.nonnegativeFactorsF1))
  }

  /// Shifted traces without any relation give no small chances as a rule.
  @Test func surrogatesOfNoiseAreNotExceeded() throws {
    var simulation = CalciumSimulation()
    simulation.neuronsPerMotif = 2
    simulation.backgroundNeurons = 6
    simulation.ownActivity = 1
    simulation.weakStrength = 0
    let simulated = try simulation.run(seed: 5)
    let unrelated = try simulated.traces.selecting(neurons: (6..<12).map { String(format: "N%02d", $0) })
    var plan = ConnectomePlan()
    plan.restarts = 1
    plan.factorization = CPFit(rank: 2, sweeps: 40)
    let outcome = try ConnectomeStudy(unrelated, schedule: nil, plan: plan).run(surrogates: 19)
    #expect(try #require(outcome.surrogates).componentP.contains { $0 > 0.05 })
  }

  /// Anatomy that joins a planted group is alike to one component, anatomy of other neurons is refused.
  @Test func anatomyIsCompared() throws {
    let simulated = try CalciumSimulation().run(seed: 3)
    var plan = ConnectomePlan()
    plan.restarts = 2
    let outcome = try ConnectomeStudy(simulated.traces, schedule: nil, plan: plan).run()
    let names = simulated.traces.neurons
    var edges: [WeightedGraph.Edge] = []
    let group = simulated.motifs[0].neurons
    for a in group {
      for b in group where a < b {
        edges.append(.init(names.firstIndex(of: a)!, names.firstIndex(of: b)!, weight: 1))
      }
    }
    let graph = try WeightedGraph(nodes: names.count, edges: edges, names: names)
    let comparison = try AnatomicalComparison(outcome.analysis, outcome.fit, anatomy: graph)
    #expect(comparison.shared == names.count && comparison.joined == 6)
    #expect((comparison.areas.max() ?? 0) > 0.9)
    let other = try WeightedGraph(nodes: 2, edges: [.init(0, 1, weight: 1)], names: ["X", "Y"])
    #expect(throws: ConnectomeError.self) {
      try AnatomicalComparison(outcome.analysis, outcome.fit, anatomy: other)
    }
  }

  @Test func simulationsAreFixedByTheirSeed() throws {
    let first = try CalciumSimulation().run(seed: 1)
    #expect(try CalciumSimulation().run(seed: 1).traces == first.traces)
    #expect(try CalciumSimulation().run(seed: 2).traces != first.traces)
    var bad = CalciumSimulation()
    bad.missingShare = 2
    #expect(throws: ConnectomeError.self) { try bad.run(seed: 1) }
  }
}
