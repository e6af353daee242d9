import Foundation
import Homeostasis
import NeuralData
import Testing

/// Agreement with the published program, recorded number by number.
@Suite struct PublishedLearnerTests {
  @Test(arguments: Precision.allCases)
  func constantLearner(precision: Precision) throws {
    let trainer = try TinyNetwork.trainer(TinyNetwork.learner(.constant), precision: precision)
    try trainer.run(epochs: 1)
    let reference = TinyReference.shared.constant
    #expect(trainer.reports[0].hits.reduce(0, +) == reference.prequential_correct)
    #expect(trainer.reports[0].rates == reference.eta_history)
    #expect(abs(trainer.parameters.sum - reference.checksum) < (precision == .float64 ? 1e-9 : 1e-4))
  }

  @Test(arguments: Precision.allCases)
  func homeostaticLearner(precision: Precision) throws {
    let learner = TinyNetwork.learner(.homeostatic(.currentGradient, .trueClass))
    let trainer = try TinyNetwork.trainer(learner, precision: precision)
    try trainer.run(epochs: 1)
    let reference = TinyReference.shared.homeostatic
    #expect(trainer.reports[0].hits.reduce(0, +) == reference.prequential_correct)
    #expect(trainer.reports[0].rates == reference.eta_history)
    #expect(
      trainer.decisions.map { [$0.sample, $0.predicted, $0.actual, $0.hitsLeaving, $0.hitsTaking] }
        == reference.takes)
    #expect(abs(trainer.parameters.sum - reference.checksum) < (precision == .float64 ? 1e-9 : 1e-4))
  }

  /// The recorded run swaps classes 0 and 3 after sample 200; a seed whose first swap is that pair is looked for.
  @Test(arguments: Precision.allCases)
  func homeostaticLearnerUnderAShift(precision: Precision) throws {
    let schedule = ShiftSchedule(rate: .constant(1))
    let seed = try #require(
      (1...200).first { seed in
        var stream = try! ConceptStream(
          samples: 400, classes: 4, width: 4, schedule: schedule, seed: UInt64(seed))
        stream.shift(samplesSeen: 200)
        return stream.map.names == [3, 1, 2, 0]
      })
    let trainer = try TinyNetwork.trainer(
      TinyNetwork.learner(.homeostatic(.currentGradient, .trueClass)), precision: precision, shifts: 1,
      seed: UInt64(seed))
    try trainer.run(epochs: 1)
    let reference = TinyReference.shared.homeostatic_swap
    #expect(trainer.reports[0].shiftPositions == [20])
    #expect(trainer.reports[0].hits.reduce(0, +) == reference.prequential_correct)
    #expect(trainer.reports[0].rates == reference.eta_history)
    #expect(
      trainer.decisions.map { [$0.sample, $0.predicted, $0.actual, $0.hitsLeaving, $0.hitsTaking] }
        == reference.takes)
  }

  @Test func floorOfTheLearningRate() throws {
    // Every class inhibits, every object is taken at random: only falling steps.
    var learner = TinyNetwork.learner(.random)
    learner.learningRate = 0.001
    learner.step = 0.0001
    learner.effects = [-1, -1, -1, -1]
    let trainer = try TinyNetwork.trainer(learner, precision: .float64)
    try trainer.run(epochs: 2)
    var seen: [Double] = []
    for rate in trainer.reports.flatMap(\.rates) where rate != seen.last { seen.append(rate) }
    #expect(
      seen == [
        0.001, 0.0009, 0.0007999999999999999, 0.0006999999999999999, 0.0005999999999999998,
        0.0004999999999999998,
        0.0003999999999999998, 0.0002999999999999998, 0.00019999999999999982, 9.999999999999982e-05, 1e-08,
      ])
    #expect(trainer.reports[1].deadShare > 0)
  }

  @Test(arguments: Precision.allCases)
  func aStepOfZeroMakesAllLearnersEqual(precision: Precision) throws {
    let sums = try [
      Regulation.constant, .random, .homeostatic(.currentGradient, .trueClass),
      .homeostatic(.memoryGradient, .predictedClass),
    ]
    .map { regulation in
      var learner = TinyNetwork.learner(regulation)
      learner.step = 0
      let trainer = try TinyNetwork.trainer(learner, precision: precision, shifts: 3)
      try trainer.run(epochs: 2)
      return trainer.parameters.sum
    }
    #expect(Set(sums).count == 1)
  }

  @Test(arguments: [
    (10, 10, 20), (10, 5, 25), (7, 3, 11), (1, 1, 4), (16, 16, 40), (20, 50, 100),
  ])
  func enginesAgree(batch: Int, interval: Int, memory: Int) throws {
    for regulation in [
      Regulation.homeostatic(.currentGradient, .trueClass), .homeostatic(.memoryGradient, .predictedClass),
    ] {
      var learner = TinyNetwork.learner(regulation)
      (learner.batch, learner.interval, learner.memory) = (batch, interval, memory)
      learner.learningRate = 0.2
      learner.step = 0.02
      let runs = try Precision.allCases.map { precision in
        let trainer = try TinyNetwork.trainer(learner, precision: precision, shifts: 2)
        try trainer.run(epochs: 2)
        return trainer
      }
      #expect(runs[0].reports.map(\.takes) == runs[1].reports.map(\.takes))
      #expect(runs[0].reports.map(\.opportunities) == runs[1].reports.map(\.opportunities))
      #expect(runs[0].reports.flatMap(\.rates) == runs[1].reports.flatMap(\.rates))
      #expect(abs(runs[0].parameters.sum - runs[1].parameters.sum) < 1e-3)
    }
  }
}
