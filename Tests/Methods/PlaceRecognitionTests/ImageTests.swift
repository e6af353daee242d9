import Foundation
import NeuralData
import PlaceRecognition
import Testing

@Suite struct ImageTests {
  /// Acceptance of the recorded drives: their own preprocessing and pixel differences.
  @Test func pixelDifferences() throws {
    let drives = try MapTests.drives(0..<50)
    let matrix = try SumOfAbsoluteDifferences.similarity(queries: drives[2].images, references: [drives[0]])
    // The recorded distances are those of the first spring image from the first summer images.
    #expect(
      (0..<6).map { Int(-matrix.values[$0 * 50]) } == [30392, 79831, 78578, 80895, 80110, 81304])
    #expect(try PlaceEvaluation(matrix).precisionAt100Recall == 1)
    let both = try SumOfAbsoluteDifferences.similarity(
      queries: drives[2].images, references: Array(drives[0...1]))
    #expect(zip(both.values, matrix.values).allSatisfy { $0 >= $1 })
  }

  @Test func descriptors() throws {
    let reference = try Descriptors([0, 0, 3, 4, 6, 8], width: 2)
    let matrix = try Descriptors([3, 4], width: 2).similarity(to: reference)
    #expect(matrix.values == [-5, 0, -5])
    #expect(
      throws: PlaceRecognitionError.wrongShape(
        "the descriptor of image 1 has nan at number 0; expected finite numbers")
    ) { try Descriptors([0, 0, .nan, 0], width: 2) }
    #expect(
      throws: PlaceRecognitionError.mismatched(
        "the queries' descriptors have 1 numbers, but the reference's 2")
    ) { try Descriptors([1], width: 1).similarity(to: reference) }
  }

  @Test func sequencesAndProbabilities() throws {
    let matrix = try SimilarityMatrix([3, 1, 0, 0, 2, 1, 1, 0, 5], places: 3)
    #expect(try matrix.sequenceMatched(length: 2).values == [5, 2, 0, 7])
    #expect(try matrix.sequenceMatched(length: 1) == matrix)
    #expect(throws: PlaceRecognitionError.self) { try matrix.sequenceMatched(length: 4) }
    #expect(matrix.probabilities.values.prefix(3) == [0.75, 0.25, 0])
    #expect(try SimilarityMatrix.ensemble([matrix, matrix]).values == matrix.values.map { 2 * $0 })
    let silent = try SimilarityMatrix([0, 0, 0, 1, 0, 0], places: 3)
    #expect(silent.best(query: 0) == nil && silent.probabilities.values.allSatisfy { $0.isFinite })
    // A query without an answer is wrong for every N.
    #expect(try PlaceEvaluation(silent, truth: [0, 0], ranks: [1, 3]).recallAt == [1: 0.5, 3: 0.5])
    #expect(try PlaceEvaluation(matrix, truth: [1, 1, 1], tolerance: 1, ranks: [1]).recallAt[1] == 1)
    #expect(throws: PlaceRecognitionError.self) { try PlaceEvaluation(matrix, truth: [0, 1, 3]) }
    #expect(throws: PlaceRecognitionError.self) { try SimilarityMatrix([.nan], places: 1) }
  }

  @Test func routesAreFixedByTheirSeed() throws {
    let route = try SyntheticRoute(places: 3, rows: 32, columns: 40, seed: 1)
    let winter = ViewingCondition.presets.first { $0.name == "winter" }!
    #expect(route.view(1, winter) == route.view(1, winter))
    #expect(route.view(1, winter) != route.view(2, winter))
    #expect(
      route.view(1, winter) != (try SyntheticRoute(places: 3, rows: 32, columns: 40, seed: 2).view(1, winter))
    )
    let plain = ViewingCondition("plain")
    let pixels = (0..<100 * 120).map { UInt8($0 % 251) }
    let photograph = RasterImage(width: 120, height: 100, channels: 1, pixels: pixels)
    let cut = try SyntheticRoute(
      places: 4, rows: 20, columns: 20, seed: 1, scenery: .photographs([photograph]))
    #expect(cut.view(1, plain).pixels[0] == pixels[6 * 120 + 26])
    #expect(throws: PlaceRecognitionError.self) {
      try SyntheticRoute(places: 400, rows: 20, columns: 20, seed: 1, scenery: .photographs([photograph]))
    }
  }

  @Test func traversesFromFiles() throws {
    let folder = try MapTests.scratch("images")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let route = try SyntheticRoute(places: 5, rows: 40, columns: 50, seed: 3)
    let views = (0..<5).map { route.view($0, ViewingCondition("day", noise: 1)) }
    for (place, view) in views.enumerated() {
      try AtomicFile.write(
        PNG.encode(grey: view.pixels, width: 50, height: 40), to: folder + "/\(place).png")
    }
    let settings = Preprocessing()
    let expected = views.map { settings.input($0) }
    #expect(try Traverse.read(folder, preprocessing: settings).images == expected)
    try AtomicFile.write("0.png\n\n2.png\n4.png\n", to: folder + "/list.txt")
    let listed = try Traverse.read(
      folder + "/list.txt", TraverseSelection(skip: 2), preprocessing: settings)
    #expect(listed.images == [expected[0], expected[4]])
    try NPY.write(
      NumericArray(expected.flatMap(\.pixels), shape: [5, 28, 28]), to: folder + "/ready.npy")
    let ready = try Traverse.read(
      folder + "/ready.npy", TraverseSelection(first: 1, places: 2, isPreprocessed: true),
      preprocessing: settings)
    #expect(ready.images == Array(expected[1...2]))

    func message(_ path: String, _ selection: TraverseSelection = TraverseSelection()) -> String {
      do {
        _ = try Traverse.read(path, selection, preprocessing: settings)
        return "no error"
      } catch { return "\(error)" }
    }
    try AtomicFile.write("0.png\nmissing.png\n", to: folder + "/broken.txt")
    #expect(
      message(folder + "/broken.txt")
        == "\(folder)/missing.png, named in \(folder)/broken.txt, line 2: there is no such file; check the path"
    )
    #expect(message(folder, TraverseSelection(skip: 2, places: 4)).contains("expected 4"))
    #expect(message(folder + "/list.txt", TraverseSelection(skip: 0)) == "skip is 0, but must be 1 or more")
    try AtomicFile.write(PNG.encode(grey: [1, 2, 3, 4], width: 2, height: 2), to: folder + "/tiny.png")
    #expect(message(folder + "/tiny.png").contains("at least the patch's 7 each way"))
    #expect(
      message(folder + "/0.png", TraverseSelection(isPreprocessed: true)).contains("expected 28 × 28 grey"))
    try AtomicFile.write([0x89, 0x50, 0x4E, 0x47, 1, 2, 3], to: folder + "/damaged.png")
    #expect(message(folder + "/damaged.png").contains("damaged.png"))
  }
}

@Suite struct SuccessorTests {
  /// A checkerboard of black and white, whose mean is the middle: worked out by hand with sample deviations.
  @Test func preprocessing() {
    let board = (0..<16).map { UInt8(($0 / 4 + $0) % 2 == 0 ? 0 : 255) }
    let settings = Preprocessing(rows: 4, columns: 4, patch: 3, program: .successor)
    let ours = settings.input(board, width: 4, height: 4, channels: 1).pixels
    // Inside: 4 or 5 of 9 white, ±(4/9)/√(20/72); in a corner: 2 of 4, −½/√(1/3).
    #expect(ours[5] == 19 && ours[6] == 235 && ours[0] == 17)
    #expect(
      Preprocessing(rows: 4, columns: 4, patch: 3).input(board, width: 4, height: 4, channels: 1).pixels[5]
        == 13)
    for grey in [UInt8(0), 1, 64, 255] {
      let flat = [UInt8](repeating: grey, count: 27)
      #expect(
        Preprocessing(rows: 3, columns: 3, patch: 3, program: .successor).input(
          flat, width: 3, height: 3, channels: 3
        ).pixels.allSatisfy { $0 == 127 })
    }
  }

  /// Brightness to a power changes nothing in a picture of two greys, whatever its mean.
  @Test func gammaKeepsTwoGreysApart() {
    let settings = Preprocessing(rows: 4, columns: 4, patch: 3, program: .successor)
    let dark = (0..<16).map { UInt8(($0 / 4 + $0) % 2 == 0 ? 20 : 60) }
    let bright = dark.map { $0 * 3 }
    #expect(
      settings.input(dark, width: 4, height: 4, channels: 1)
        == settings.input(bright, width: 4, height: 4, channels: 1))
  }
}

@Suite struct GradedSpikeTests {
  /// The published program recognises all of the first 25 recorded places.
  @Test func recordedPlacesAreRecognised() throws {
    let drives = try MapTests.drives(0..<25)
    let map = try GradedSpikeMap.train(on: Array(drives[0...1]))
    let evaluation = try PlaceEvaluation(map.similarity(drives[2].images))
    #expect(evaluation.precisionAt100Recall >= 0.92)
  }

  @Test func threadsDoNotMatter() throws {
    let drives = try MapTests.drives(0..<4)
    let settings = GradedSpikeMap.Settings(epochs: 1, moduleSize: 2, seed: 1)
    let one = try GradedSpikeMap.train(on: [drives[0]], settings: settings, threads: 1)
    let two = try GradedSpikeMap.train(on: [drives[0]], settings: settings, threads: 2)
    #expect(try two.similarity(drives[2].images) == one.similarity(drives[2].images))
  }

  /// A map that was kept answers as before, one query at a time as for a whole drive, alone and in sequences.
  @Test func filesKeepTheMap() throws {
    let drives = try MapTests.drives(0..<5)
    let map = try GradedSpikeMap.train(
      on: Array(drives[0...1]), settings: GradedSpikeMap.Settings(epochs: 1, moduleSize: 2, seed: 1))
    let folder = try MapTests.scratch("graded")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let preprocessing = Preprocessing(program: .successor)
    try StoredGradedMap(map, preprocessing: preprocessing, placeNames: drives[0].imageNames).write(to: folder)
    let again = try StoredGradedMap.read(folder)
    #expect(again.preprocessing == preprocessing && again.placeNames == drives[0].imageNames)
    let matrix = try map.similarity(drives[2].images)
    #expect(try again.map.similarity(drives[2].images) == matrix)
    var alone = try GradedRecognizer(again.map)
    var together = try GradedRecognizer(again.map, sequence: 2)
    let sequences = try matrix.sequenceMatched(length: 2)
    for (query, image) in drives[2].images.enumerated() {
      let answer = try alone.recognize(image)
      #expect(answer.scores.scores == Array(matrix.values[query * 5..<(query + 1) * 5]))
      #expect(answer.synapticOperations > 0)
      let window = try together.recognize(image).scores.scores
      if query > 0 {
        let row = sequences.values[(query - 1) * sequences.places..<query * sequences.places]
        for (ours, theirs) in zip(window.suffix(sequences.places), row) { #expect(abs(ours - theirs) < 1e-9) }
      }
    }
    #expect(throws: PlaceRecognitionError.self) { try GradedRecognizer(map, sequence: 6) }
    #expect(throws: PlaceRecognitionError.self) {
      try alone.recognize(GreyImage(rows: 2, columns: 2, pixels: [0, 1, 2, 3]))
    }
    let error = #expect(throws: FileError.self) { try ModularMap.read(folder) }
    #expect(error?.description.contains("this is a map of graded spikes") == true)
  }

  /// The synapses that one pixel reaches, counted in the kept arrays.
  @Test func operationsAreCounted() throws {
    let drives = try MapTests.drives(0..<3)
    let map = try GradedSpikeMap.train(
      on: [drives[0]], settings: GradedSpikeMap.Settings(epochs: 1, moduleSize: 3, seed: 1))
    let folder = try MapTests.scratch("graded")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try StoredGradedMap(map, preprocessing: Preprocessing(), placeNames: drives[0].imageNames).write(
      to: folder)
    let weights = try SafeTensors.read(folder + "/graded.safetensors").tensors["feature.0"]!.values(
      as: Float.self)
    var pixels = [UInt8](repeating: 0, count: 784)
    pixels[300] = 200
    let reached = (0..<1568).count { weights[$0 * 784 + 300] != 0 }
    var recognizer = try GradedRecognizer(map)
    let answer = try recognizer.recognize(GreyImage(rows: 28, columns: 28, pixels: pixels))
    #expect(reached > 0 && answer.scores.activity.inputSpikes == 1)
    #expect(answer.synapticOperations == reached + reached * 3)
  }

  @Test func damagedFilesAreRefused() throws {
    let drives = try MapTests.drives(0..<3)
    let map = try GradedSpikeMap.train(
      on: [drives[0]], settings: GradedSpikeMap.Settings(epochs: 1, moduleSize: 2, seed: 1))
    let folder = try MapTests.scratch("graded")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try StoredGradedMap(map, preprocessing: Preprocessing(), placeNames: drives[0].imageNames).write(
      to: folder)
    let path = folder + "/graded.safetensors"
    let whole = try SafeTensors.read(path)
    func message(_ change: (inout SafeTensors.Contents) -> Void) throws -> String {
      var contents = whole
      change(&contents)
      try SafeTensors.write(contents, to: path)
      do {
        _ = try StoredGradedMap.read(folder)
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(try message { $0.tensors["output.1"] = nil }.contains("'output.1' is missing"))
    #expect(try message { $0.metadata["facts"] = "{}" }.contains("the map's facts are missing"))
    #expect(
      try message { $0.tensors["output.0"] = NumericArray([Float](repeating: 0, count: 6), shape: [2, 3]) }
        .contains("the layers of module 0 do not fit one another"))
    #expect(
      try message {
        $0.tensors["thresholds.0"] = NumericArray([Float](repeating: .nan, count: 1568))
      }.contains("not a number"))
    #expect(
      try message {
        $0.metadata["facts"] = $0.metadata["facts"]!.replacing("\"rows\":28", with: "\"rows\":9")
      }
      .contains("the map has 784 inputs"))
  }
}
