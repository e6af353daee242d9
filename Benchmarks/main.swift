import Foundation
import Homeostasis
import NeuralData

let data = try ImageClassificationData.read(ImageClassificationData.installedFashionMNIST)
let start = Date()
let training = SampleSet(data.training)
let validation = SampleSet(data.validation!)
for (name, c) in [
  ("constant", LearnerConfiguration.constant(learningRate: 0.001)),
  ("homeo", .homeostatic(learningRate: 0.001)), ("memory", .memoryGradient(learningRate: 0.0058)),
  ("random", .random(learningRate: 0.0058)),
] {
  for rate in [0.0, 50] {
    let stream = try ConceptStream(
      samples: training.count, classes: 10, width: 784,
      schedule: ShiftSchedule(rate: .constant(rate), timing: .published), seed: 1)
    let t = Date()
    let trainer = try Trainer(c, training: training, validation: validation, stream: stream, seed: 1)
    try trainer.run(epochs: 2)
    let s = Date().timeIntervalSince(t)
    let r = trainer.reports.last!
    print(
      name, rate, "s/epoch", s / 2, r.prequentialAccuracy, r.validationAccuracy!, r.validationBeforeShift!,
      r.takes, r.opportunities, r.differing, r.learningRate, r.shifts)
  }
}
