import Foundation
import Homeostasis
import NeuralData
import Probability

func measureHomeostasis(_ bench: inout Bench) throws {
  var stream = RandomStream(seed: 1, "benchmark")
  let numpy = try bench.peer("homeostasis.py")
  if let data = try? ImageClassificationData.read(ImageClassificationData.installedFashionMNIST) {
    let training = SampleSet(data.training)
    func epoch(_ learner: LearnerConfiguration) throws -> Double {
      let concepts = try ConceptStream(
        samples: training.count, classes: 10, width: 784, schedule: ShiftSchedule(rate: .constant(0)), seed: 1
      )
      return try least(3) {
        let trainer = try Trainer(learner, training: training, stream: concepts, seed: 1)
        try trainer.run(epochs: 1)
        bench.sink += trainer.reports[0].prequentialAccuracy
      }
    }
    let constant = try epoch(.constant())
    let homeostatic = try epoch(.homeostatic())
    let floors = ("17 GFLOP", "22 GFLOP")
    bench.add(
      "homeostatic learner, 60000 samples", "NumPy, as published", homeostatic,
      numpy["homeostatic learner, 60000 samples (NumPy)"], floor: floors.1)
    bench.add(
      "constant learner, 60000 samples", "NumPy, as published", constant,
      numpy["constant learner, 60000 samples (NumPy)"], floor: floors.0)
    bench.add(
      "constant learner, 60000 samples", "PyTorch", constant,
      numpy["constant learner, 60000 samples (PyTorch)"], floor: floors.0)
    print(String(format: "homeostatic over constant: %.2f", homeostatic / constant))
  }
  for (name, kind) in [("ADWIN", DetectorKind.adwin), ("DDM", .ddm), ("Page-Hinkley", .pageHinkley)] {
    let values = (0..<1_000_000).map { _ in stream.bernoulli(0.2) ? 1.0 : 0 }
    let each =
      least(3) {
        var detector = kind.makeDetector()
        for value in values { bench.sink += detector.update(value) == .drift ? 1 : 0 }
      } / 1e6
    bench.add("\(name), one value", "river", each, numpy["\(name), one value"], floor: "a few operations")
  }
}
