import ArgumentParsing
import Homeostasis
import NeuralData

/// Which images a learner meets, and how they shift.
struct StreamOptions: ArgumentGroup {
  enum Kind: String, CaseIterable, OptionValue { case swap, cycle, relabel, recurring, gradual, covariate }

  static var title: String { "DATA AND SHIFTS" }
  init() {}
  @Option(
    "A folder of IDX files, an IDX images file, a CSV table, an npz archive, or 'digits'. The installed Fashion-MNIST unless given.",
    valueName: "PATH", completion: .file)
  var data: String?
  @Option(
    "Labels of an IDX images file, when they are not beside it.", valueName: "FILE", completion: .file)
  var labels: String?
  @Option("Only the first N training samples.") var samples: Int?
  @Option("What a shift changes.") var shift = Kind.swap
  @Option("Samples over which a gradual shift comes in.") var shiftWidth = 1000
  @Option("Classes of a cycle, or concepts that recur.") var shiftCount = 3
  @Option("When shifts happen: exactly as many as asked, or by the published rule.") var timing = ShiftTiming
    .exact
  @Flag("Shuffles the first epoch too; the published program takes the file's order.") var shuffleFirst

  var kind: ShiftKind {
    switch shift {
    case .swap: .swap
    case .cycle: .cycle(classes: shiftCount)
    case .relabel: .relabel
    case .recurring: .recurring(concepts: shiftCount)
    case .gradual: .gradual(width: shiftWidth)
    case .covariate: .covariate
    }
  }

  /// The path to read, `digits` and the default resolved.
  var path: String {
    guard let data else { return ImageClassificationData.installedFashionMNIST }
    return data == "digits" ? ImageClassificationData.installedDigits ?? data : data
  }

  func read() throws -> (training: SampleSet, validation: SampleSet?) {
    let read = try ImageClassificationData.read(path, labels: labels)
    var training = SampleSet(read.training)
    if let samples {
      guard samples >= 1, samples <= training.count else {
        throw UsageError("--samples is \(samples), but there are \(training.count) training samples")
      }
      training = training.prefix(samples)
    }
    return (training, read.validation.map { SampleSet($0) })
  }

  func stream(_ training: SampleSet, rate: ShiftRate, batch: Int, seed: UInt64) throws -> ConceptStream {
    try ConceptStream(
      samples: training.count, classes: training.classes, width: training.width, batch: batch,
      schedule: ShiftSchedule(rate: rate, timing: timing),
      kind: kind, seed: seed, shufflesFirstEpoch: shuffleFirst)
  }
}
