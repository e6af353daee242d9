import ExpressiveNeurons
import Foundation
import NeuralData
import Probability
import Testing

@Suite struct SpikingDigitTests {
  private func digit(_ times: [Double], _ units: [Int]? = nil, label: Int = 0) throws -> SpikingDigit {
    try SpikingDigit(times: times, units: units ?? times.map { _ in 3 }, label: label)
  }

  /// Lengths and places as NumPy's `arange` and `digitize` give them: bin of 0, 0.0019, 0.5, 0.9999, 1.0 and 1.2 s.
  @Test(
    "Acceptance case 11: lengths and places of time bins",
    arguments: [
      (1, 1000, [0, 1, 500, 999, nil, nil]), (2, 500, [0, 0, 250, 499, nil, nil]),
      (4, 250, [0, 0, 125, 249, nil, nil]), (5, 200, [0, 0, 100, 199, nil, nil]),
      (6, 167, [0, 0, 83, 166, 166, nil]), (8, 125, [0, 0, 62, 124, nil, nil]),
      (10, 100, [0, 0, 50, 99, nil, nil]), (20, 50, [0, 0, 25, 49, nil, nil]),
      (50, 20, [0, 0, 10, 19, nil, nil]), (100, 10, [0, 0, 5, 9, nil, nil]),
    ] as [(Int, Int, [Int?])])
  func binsArePublished(_ milliseconds: Int, _ count: Int, _ places: [Int?]) throws {
    let binning = try SpikeBinning(milliseconds: milliseconds)
    #expect(binning.count == count)
    #expect([0, 0.0019, 0.5, 0.9999, 1, 1.2].map(binning.bin(of:)) == places)
    let sequence = binning.sequence(try digit([0, 0.5, 0.5, 1.2]))
    #expect(sequence.steps == count && sequence.channels == 700 && sequence.count == 3)
    #expect(sequence.dense[places[2]! * 700 + 3] == 2)
  }

  @Test func everyEdgeBelongsToItsBin() throws {
    // Every edge as the file's arithmetic makes it, and the numbers next to it.
    for milliseconds in [1, 2, 3, 6, 7, 10, 50] {
      let binning = try SpikeBinning(milliseconds: milliseconds)
      for edge in 0..<binning.count {
        let time = Double(edge) * (Double(milliseconds) / 1000)
        #expect(binning.bin(of: time) == edge)
        #expect(binning.bin(of: time.nextUp) == edge)
        if edge > 0 { #expect(binning.bin(of: time.nextDown) == edge - 1) }
      }
    }
  }

  @Test func sumsOfTwoDigits() throws {
    let digits = try (0..<20).map { try digit([0.1, 0.995], [$0, 699], label: $0) }
    let task = DigitAddingTask(
      source: .heidelberg(training: "", test: ""), binning: try SpikeBinning(milliseconds: 10), seed: 5)
    let sums = try task.sums(of: digits, count: 2000, split: 0)
    guard case .labels(let labels, let classes) = sums.targets else { return }
    #expect(classes == 19)
    var counts = [Int](repeating: 0, count: 19)
    for (input, label) in zip(sums.inputs, labels) {
      #expect(input.steps == 200 && input.count == 4)
      // The digits can be read off the spikes at 0.1 s: label modulo 10, whatever the language.
      let (first, second) = (Int(input.channel[0]), Int(input.channel[2]))
      #expect(input.events(at: 10).count == 1 && input.events(at: 110).count == 1)
      #expect(label == first % 10 + second % 10)
      counts[label] += 1
    }
    // The sum of two uniform digits is triangular.
    for sum in 0..<19 {
      let chance = Double(10 - abs(sum - 9)) / 100
      #expect(abs(Double(counts[sum]) - 2000 * chance) < 5 * (2000 * chance * (1 - chance)).squareRoot())
    }
    #expect(try task.sums(of: digits, count: 5, split: 0) == sums.subset([0, 1, 2, 3, 4]))
    #expect(try task.sums(of: digits, count: 5, split: 1) != sums.subset([0, 1, 2, 3, 4]))
    #expect(try task.sums(of: digits, count: 5, split: 0, pass: 1) != sums.subset([0, 1, 2, 3, 4]))
  }

  @Test func theHeldOutDigitsAreThePublishedOnes() {
    // np.nonzero(np.random.default_rng(0).binomial(1, 0.2, size=8156)).
    let held = HeidelbergDigits.publishedValidation(count: 8156)
    let places = held.indices.filter { held[$0] }
    #expect(places.count == 1642)
    #expect(places.prefix(12) == [4, 5, 9, 10, 12, 16, 26, 27, 37, 38, 45, 49])
    #expect(places.suffix(3) == [8145, 8151, 8154])
    #expect(places.reduce(0, +) == 6_612_058)
  }

  @Test func wordsDifferMoreThanTheirTokens() throws {
    let words = SpikeWords(seed: 3)
    let binning = try SpikeBinning(milliseconds: 50)
    // Mean activity in 20 time bins of 35 channel bands for 400 tokens.
    var samples: [(label: Int, activity: [Double])] = []
    var spikes = 0
    for index in 0..<400 {
      let token = try words.digit(index)
      spikes += token.times.count
      #expect(token.times == token.times.sorted())
      var activity = [Double](repeating: 0, count: 20 * 35)
      for (time, unit) in zip(token.times, token.units) {
        if let bin = binning.bin(of: time) { activity[bin * 35 + unit / 20] += 1 }
      }
      samples.append((token.label, activity))
    }
    #expect(abs(Double(spikes) / 400 - 1500) < 5 * (1500 / 400.0).squareRoot())
    // Nearest class mean of the first 200, on the other 200: far above chance, not perfect.
    var means = [[Double]](repeating: .init(repeating: 0, count: 700), count: 20)
    for (label, activity) in samples[..<200] {
      for place in activity.indices { means[label][place] += activity[place] }
    }
    let norms = means.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() + 1e-9 }
    let right = samples[200...].count { label, activity in
      let scores = zip(means, norms).map { mean, norm in
        zip(mean, activity).reduce(0) { $0 + $1.0 * $1.1 } / norm
      }
      return scores.firstIndex(of: scores.max()!) == label
    }
    #expect(right > 100)
    #expect(Set(samples.map(\.label)).count == 20)
  }

  @Test func syntheticTasksDoNotDependOnThreads() throws {
    let source = SpikingDigitSource.synthetic(
      SpikeWords(seed: 1, spikes: 200), sizes: .init(training: 20, validation: 5, test: 5))
    let binning = try SpikeBinning(milliseconds: 20)
    let digits = SpikingDigitTask(source: source, binning: binning)
    let one = try digits.data(threads: 1)
    #expect(try digits.data(threads: 4) == one)
    #expect(one.training.count == 20 && one.validation.count == 5 && one.test?.count == 5)
    #expect(one.training.outputs == 20 && digits.preset == "shd")
    let adding = DigitAddingTask(
      source: source, binning: binning, sizes: .init(training: 30, validation: 3, test: 4), seed: 2)
    let sums = try adding.data(threads: 1)
    #expect(try adding.data(threads: 4) == sums)
    #expect(
      sums.training.count == 30 && sums.training.inputs[0].steps == 100 && adding.preset == "shd-adding")
  }

  @Test func digitsFromThePublishedFormat() throws {
    // What make_digits.py wrote: times of half precision, units and labels of 16 bits.
    let path = Bundle.module.path(forResource: "digits", ofType: "h5", inDirectory: "Fixtures")!
    let digits = try HeidelbergDigits.read(path)
    #expect(
      digits == [
        try digit([0.25, 0.5, 1.25], [0, 350, 699], label: 3), try digit([], label: 19),
        try digit([0.0625], [42], label: 11),
      ])
    let task = SpikingDigitTask(
      source: .heidelberg(training: path, test: path), binning: try SpikeBinning(milliseconds: 10))
    // NumPy's generator of seed 0 holds out none of the first three: nothing to choose models by is refused.
    #expect(throws: ExpressiveNeuronError.self) { try task.data(threads: 1) }

    for (name, words) in [
      ("bad_unit", "digit 1: spike 0 is on unit 700, but there are units 0 to 699"),
      ("bad_time", "digit 0: spike 0 is at -0.5 s, but times are finite and not negative"),
      ("bad_label", "digit 1: the label is 20, but there are classes 0 to 19"),
      ("no_units", "spikes/units"),
    ] {
      let bad = Bundle.module.path(forResource: "digits_\(name)", ofType: "h5", inDirectory: "Fixtures")!
      let error = #expect(throws: FileError.self) { try HeidelbergDigits.read(bad) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
    #expect(throws: FileError.self) { try HeidelbergDigits.read("/tmp/none.h5") }
  }

  @Test func digitsFromAnArchive() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).npz").path
    var arrays = [
      "times": NumericArray([Float](arrayLiteral: 0.25, 0.5, 0.75)),
      "units": NumericArray([5, 699, 0] as [Int16]),
      "counts": NumericArray([2, 0, 1]), "labels": NumericArray([3, 19, 0]),
    ]
    func refusal() throws -> String {
      try NPZ.write(arrays, to: path)
      do { return "read \(try HeidelbergDigits.read(path).count)" } catch {
        return error.description.replacing(path, with: "x.npz")
      }
    }
    try NPZ.write(arrays, to: path)
    let digits = try HeidelbergDigits.read(path)
    #expect(
      digits == [
        try digit([0.25, 0.5], [5, 699], label: 3), try digit([], label: 19), try digit([0.75], [0]),
      ])
    let source = SpikingDigitSource.heidelberg(training: path, test: path)
    // Of three samples NumPy's generator holds out none.
    #expect(try source.digits(threads: 1).training == digits)

    arrays["counts"] = NumericArray([2, 0, 2])
    #expect(try refusal() == "x.npz, digit 2: it is said to have 2 spikes; expected 0 to 1, as are left")
    arrays["counts"] = NumericArray([2, 0, 0])
    #expect(try refusal() == "x.npz, array 'counts': the digits have 2 spikes; expected 3")
    arrays["counts"] = NumericArray([2, 0, 1])
    arrays["units"] = NumericArray([5, 700, 0])
    #expect(
      try refusal() == "x.npz, digit 0: spike 1 is on unit 700, but there are units 0 to 699")
    arrays["units"] = nil
    #expect(try refusal().contains("'units' is missing"))
  }

  @Test func refusals() throws {
    #expect(throws: ExpressiveNeuronError.badData("spike 1 is on unit 700, but there are units 0 to 699")) {
      try digit([0, 0], [0, 700])
    }
    #expect(
      throws: ExpressiveNeuronError.badData("spike 0 is at -0.5 s, but times are finite and not negative")
    ) { try digit([-0.5]) }
    #expect(throws: ExpressiveNeuronError.self) { try digit([.nan]) }
    #expect(throws: ExpressiveNeuronError.self) { try digit([0], [1, 2]) }
    #expect(throws: ExpressiveNeuronError.badData("the label is 20, but there are classes 0 to 19")) {
      try digit([0], label: 20)
    }
    #expect(throws: ExpressiveNeuronError.self) { try SpikeBinning(milliseconds: 0) }
    #expect(throws: ExpressiveNeuronError.self) { try SpikeWords(seed: 1, spikes: .infinity).digit(0) }
    #expect(throws: ExpressiveNeuronError.self) { try SpikeWords(seed: 1, noise: 2).digit(0) }
  }
}
