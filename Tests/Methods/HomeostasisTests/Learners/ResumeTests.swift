import Homeostasis
import NeuralData
import Testing

@Suite struct ResumeTests {
  private struct Stop: Error {}

  /// Stops a run in the middle, carries the checkpoint over to a fresh trainer, and compares with a whole run.
  @Test(
    arguments: [
      LearnerConfiguration.homeostatic(learningRate: 0.2), .memoryGradient(learningRate: 0.2),
      .random(learningRate: 0.2),
    ], Precision.allCases)
  func resumedRunEndsInTheSameBits(learner: LearnerConfiguration, precision: Precision) throws {
    var learner = learner
    learner.hidden = [3, 3]
    learner.batch = 2
    try compare(learner, precision)
  }

  @Test(arguments: [
    Optimiser.momentum(0.9), .adam(beta1: 0.9, beta2: 0.999), .hypergradient(rate: 1e-4), .cocob(alpha: 100),
  ])
  func resumedOptimisers(optimiser: Optimiser) throws {
    var learner = TinyNetwork.learner(.constant)
    learner.optimiser = optimiser
    learner.batch = 2
    try compare(learner, .float32)
  }

  @Test(arguments: Vital.allCases)
  func resumedVitals(vital: Vital) throws {
    var learner = TinyNetwork.learner(.homeostatic(.memoryGradient, .trueClass)).regulating(vital)
    learner.batch = 2
    try compare(learner, .float32)
  }

  @Test(arguments: [DetectorKind.ddm, .adwin, .kswin, .fhddm])
  func resumedDetectors(kind: DetectorKind) throws {
    var learner = TinyNetwork.learner(.boost(.detector(kind), factor: 3, decay: 100))
    learner.batch = 2
    try compare(learner, .float32)
  }

  private func compare(_ learner: LearnerConfiguration, _ precision: Precision) throws {
    let whole = try TinyNetwork.trainer(learner, precision: precision, shifts: 3, kind: .gradual(width: 20))
    try whole.run(epochs: 3)
    let first = try TinyNetwork.trainer(learner, precision: precision, shifts: 3, kind: .gradual(width: 20))
    #expect(throws: Stop.self) {
      try first.run(epochs: 3) { if $0.epoch == 1 && $0.samplesSeen > 500 { throw Stop() } }
    }
    let saved = first.checkpoint
    let second = try TinyNetwork.trainer(learner, precision: precision, shifts: 3, kind: .gradual(width: 20))
    try second.restore(arrays: saved.arrays, state: saved.state)
    try second.run(epochs: 3)
    #expect(second.reports == whole.reports)
    #expect(second.decisions == whole.decisions)
    #expect(second.parameters == whole.parameters)
  }

  @Test func aDamagedCheckpointIsRefused() throws {
    let trainer = try TinyNetwork.trainer(TinyNetwork.learner(.constant), precision: .float32)
    var saved = trainer.checkpoint
    saved.arrays["weights.1"] = NumericArray([1.0, 2.0])
    #expect(throws: HomeostasisError.self) { try trainer.restore(arrays: saved.arrays, state: saved.state) }
  }
}
