import Foundation
import Homeostasis

/// The four-input network of the acceptance cases, its samples and its learners.
enum TinyNetwork {
  static let shape = NetworkShape(inputs: 4, hidden1: 3, hidden2: 3, classes: 4)

  private static func weight(_ layer: Int, _ i: Int, _ j: Int) -> Double {
    let phase: Double = 2 + Double(layer) + 0.7 * Double(i) + 1.3 * Double(j)
    return 0.8 * sin(phase)
  }

  private static func bias(_ layer: Int, _ i: Int) -> Double {
    let phase: Double = 1.5 + Double(layer) + 0.9 * Double(i)
    return 0.3 * cos(phase)
  }

  private static func input(_ i: Int, _ j: Int) -> Double {
    let phase: Double = 0.37 * Double(i) * Double(j + 1) + Double(j)
    return 0.5 + 0.5 * sin(phase)
  }

  static var parameters: Parameters {
    let widths = shape.widths
    var weights: [[Double]] = []
    var biases: [[Double]] = []
    for layer in 0..<3 {
      let rows = 0..<widths[layer + 1]
      weights.append(rows.flatMap { i in (0..<widths[layer]).map { weight(layer, i, $0) } })
      biases.append(rows.map { bias(layer, $0) })
    }
    return try! Parameters(shape: shape, weights: weights, biases: biases)
  }

  static func samples(_ count: Int = 400) -> SampleSet {
    let values: [Double] = (0..<count).flatMap { (i: Int) -> [Double] in (0..<4).map { input(i, $0) } }
    let labels = (0..<count).map { (i: Int) -> UInt8 in UInt8((3 * i + i / 7) % 4) }
    return try! SampleSet(values: values, width: 4, labels: labels, classes: 4)
  }

  static func learner(_ regulation: Regulation) -> LearnerConfiguration {
    var learner = LearnerConfiguration(regulation, learningRate: 0.5)
    learner.hidden = [3, 3]
    return learner
  }

  static func trainer(
    _ learner: LearnerConfiguration, precision: Precision, shifts: Double = 0, kind: ShiftKind = .swap,
    seed: UInt64 = 1
  ) throws -> Trainer {
    let stream = try ConceptStream(
      samples: 400, classes: 4, width: 4, batch: learner.batch,
      schedule: ShiftSchedule(rate: .constant(shifts)),
      kind: kind, seed: seed)
    return try Trainer(
      learner, training: samples(), validation: samples(50), stream: stream, seed: seed,
      parameters: parameters,
      precision: precision)
  }
}

/// The recorded values of the published program.
struct TinyReference: Decodable {
  struct Run: Decodable {
    var prequential_correct: Int
    var eta_history: [Double]
    var takes: [[Int]]
    var checksum: Double
  }
  var constant: Run
  var homeostatic: Run
  var homeostatic_swap: Run

  static let shared: TinyReference = {
    let url = Bundle.module.url(forResource: "Fixtures/tiny_reference", withExtension: "json")!
    return try! JSONDecoder().decode(TinyReference.self, from: Data(contentsOf: url))
  }()
}
