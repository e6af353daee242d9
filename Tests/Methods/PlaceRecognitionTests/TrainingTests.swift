import Foundation
import Parallel
import PlaceRecognition
import Probability
import Testing

/// The recorded places: three traverses of fifty, already preprocessed.
enum SyntheticPlaces {
  static func traverses(_ places: Range<Int>) throws -> [Traverse] {
    let bytes = [UInt8](try Reference.data("synthetic_places_3x50x28x28_u8.bin"))
    return ["spring", "fall", "summer"].enumerated().map { traverse, name in
      Traverse(
        name: name, imageNames: places.map { "\(name) \($0)" },
        images: places.map { place in
          let start = (traverse * 50 + place) * 784
          return GreyImage(rows: 28, columns: 28, pixels: Array(bytes[start..<start + 784]))
        })
    }
  }
}

/// What one map of the recorded places did.
private struct TrainedMap {
  /// Mean spikes of an image and module, by epoch.
  var training: [Double]
  /// The same for queries.
  var test: Double
  var recall: Double

  init(places: Int, module: Int, neurons: Int, epochs: Int, seed: Int, precision: Precision, threads: Int)
    throws
  {
    let drives = try SyntheticPlaces.traverses(0..<places)
    var parameters = ModuleParameters()
    parameters.neurons = neurons
    let settings = MapSettings(
      parameters: parameters, training: TrainingSettings(epochs: epochs, precision: precision),
      moduleSize: module, seed: UInt64(seed))
    let map = try ModularMap.build(
      reference: Array(drives[0...1]), settings: settings, threads: threads)
    let modules = map.regions.map { map.modules[$0.id]![0] }
    training = (0..<epochs).map { epoch in mean(modules.map { $0.spikesPerImage[epoch] }) }
    let responses = try QueryResponses(map, drives[2].images, threads: threads)
    test = Double(responses.activity.excitatorySpikes) / Double(places * modules.count)
    recall = try PlaceEvaluation(responses.similarity()).precisionAt100Recall
  }
}

@Suite struct TrainingTests {
  /// Acceptance case A8: one module on 25 places, two epochs, against the official runs' ranges (24 and 25 of 25
  /// right); both kernels. Of the seeds 0 to 19 one, seed 2, has fewer than 23 right, so one of five may.
  @Test(arguments: [(Precision.float32, 5), (.float64, 1)])
  func oneModuleOnTwentyFivePlaces(precision: Precision, seeds: Int) throws {
    let runs = try parallelMap(count: seeds) { seed in
      try TrainedMap(
        places: 25, module: 25, neurons: 400, epochs: 2, seed: seed, precision: precision, threads: 1)
    }
    #expect(runs.count { $0.recall < 0.92 } <= seeds / 5)
    #expect(mean(runs.map(\.recall)) >= 0.96)
    for run in runs {
      #expect((222...242).contains(run.training[0]))
      #expect((196...220).contains(run.training[1]))
      #expect((183...204).contains(run.test))
    }
  }

  /// The official modular run: four modules of eight places, 100 neurons, four epochs. Its own modules differ by up
  /// to 3 % from their mean; 6 % is twice that.
  @Test(arguments: [(Precision.float32, 1), (.float32, 2), (.float64, 1)])
  func fourModulesSpikeAsTheOfficialOnes(precision: Precision, seed: Int) throws {
    let run = try TrainedMap(
      places: 32, module: 8, neurons: 100, epochs: 4, seed: seed, precision: precision, threads: 2)
    let official = (training: [177.15, 160.7, 145.15, 129.35], test: 138.67)
    for (ours, theirs) in zip(run.training, official.training) { #expect(abs(ours / theirs - 1) < 0.06) }
    #expect(abs(run.test / official.test - 1) < 0.06)
    #expect(run.recall >= 0.8)
  }

  /// The two kernels on the same images, weights, delays and input spikes: rounding makes single spikes part ways,
  /// means stay. Eight paired seeds; a mean difference beyond four standard errors would be one in a thousand.
  @Test func theTwoKernelsAgreeInTheMean() throws {
    let pairs = try parallelMap(count: 8) { seed in
      try [Precision.float32, .float64].map { precision in
        try TrainedMap(
          places: 10, module: 10, neurons: 50, epochs: 3, seed: seed, precision: precision, threads: 1)
      }
    }
    func agrees(_ value: (TrainedMap) -> Double) {
      let differences = pairs.map { value($0[0]) - value($0[1]) }
      let level = mean(pairs.map { value($0[1]) })
      let error = standardDeviation(differences) / 8.0.squareRoot()
      #expect(abs(mean(differences)) <= 4 * error + 1e-9 && error < 0.05 * level)
    }
    for epoch in 0..<3 { agrees { $0.training[epoch] } }
    agrees(\.test)
  }

  /// A longer training passes through the shorter one: the lengths that are compared are those of separate maps.
  @Test func lengthsOfTrainingAreCompared() throws {
    let drives = try SyntheticPlaces.traverses(0..<6)
    let reference = Array(drives[0...1])
    let settings = MapTests.settings()
    let trainings = [3, 1, 3].map { TrainingSettings(epochs: $0) }
    let tuned = try TrainingCalibration(
      reference: reference, queries: Array(drives[2].images.prefix(3)), settings: settings, regions: 1,
      trainings: trainings, thresholds: [0, 2, 4, 6])
    #expect(tuned.trials.map(\.epochs) == [1, 3])
    for trial in tuned.trials {
      var settings = settings
      settings.training = TrainingSettings(epochs: trial.epochs)
      let map = try ModularMap.build(reference: reference, settings: settings)
      let first = [map.regions[0]]
      let responses = try QueryResponses(map, Array(drives[2].images.prefix(3)), regions: first)
      let calibration = try Calibration(responses, map: map, truth: [0, 1, 2], thresholds: [0, 2, 4, 6])
      #expect(trial.thresholds == calibration)
    }
    let best = tuned.trials.map(\.recallAt1).max()
    #expect(tuned.chosen == tuned.trials.first { $0.recallAt1 == best }?.epochs)
    #expect(throws: PlaceRecognitionError.self) {
      try TrainingCalibration(
        reference: reference, queries: drives[2].images, settings: settings, regions: 3, trainings: trainings)
    }
  }
}
