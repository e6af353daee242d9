import Foundation
import Probability

/// Recordings with known motifs: groups of neurons that change together in one stretch of time, in some animals more than in
/// others.
///
/// Each motif drives its neurons with a smooth random signal during its stretch, the same within an animal, new in each animal;
/// some neurons follow with the opposite sign. A neuron's activity is its drive and slow noise of its own, its calcium follows
/// activity with first-order decay, and its trace is calcium with measurement noise.
public struct CalciumSimulation: Sendable, Hashable, Codable {
  /// Number of animals.
  public var animals = 6
  /// Number of motifs; each has a third, a fourth … of the recording.
  public var motifs = 3
  /// Neurons of a motif.
  public var neuronsPerMotif = 4
  /// Neurons of no motif.
  public var backgroundNeurons = 2
  /// Length of the recording in seconds.
  public var duration = 90.0
  /// Samples a second, in Hz.
  public var samplingRate = 4.0
  /// Decay time of calcium in seconds.
  public var calciumDecay = 0.8
  /// Standard deviation of the measurement noise; the drive's is 1.
  public var noise = 0.02
  /// Standard deviation of each neuron's own slow activity.
  public var ownActivity = 0.15
  /// Share of a motif's neurons that follow with the opposite sign.
  public var oppositeShare = 0.25
  /// Chance that a neuron is not found in an animal.
  public var missingShare = 0.1
  /// Strength of a motif in the animals that have it weakly; the others have 1.
  public var weakStrength = 0.5

  /// Small recordings.
  public init() {}

  /// One motif as it was planted.
  public struct Motif: Sendable, Hashable, Codable {
    /// Its neurons' names.
    public var neurons: [String]
    /// Those that follow with the opposite sign.
    public var opposite: [String]
    /// When it begins, in seconds.
    public var on: Double
    /// When it ends.
    public var off: Double
    /// Its strength in each animal.
    public var strengths: [Double]
  }

  /// Recordings and what was planted.
  public struct Outcome: Sendable {
    /// The recordings.
    public let traces: TraceSet
    /// The stretches of the motifs as stimuli.
    public let schedule: StimulusSchedule
    /// The motifs.
    public let motifs: [Motif]
  }

  /// - Throws: ``ConnectomeError`` for a setting out of range.
  public func validate() throws(ConnectomeError) {
    func require(_ isFine: Bool, _ name: String, _ value: String, _ allowed: String) throws(ConnectomeError) {
      if !isFine { throw .outOfRange(name: name, value: value, allowed: allowed) }
    }
    try require((2...1000).contains(animals), "animals", "\(animals)", "2 to 1000")
    try require((1...50).contains(motifs), "motifs", "\(motifs)", "1 to 50")
    try require((2...1000).contains(neuronsPerMotif), "neurons per motif", "\(neuronsPerMotif)", "2 to 1000")
    try require(
      (0...1000).contains(backgroundNeurons), "background neurons", "\(backgroundNeurons)", "0 to 1000")
    try require(
      motifs * neuronsPerMotif + backgroundNeurons >= 3, "neurons",
      "\(motifs * neuronsPerMotif + backgroundNeurons)", "at least 3")
    try require(
      samplingRate > 0 && samplingRate <= 1000, "sampling rate", "\(samplingRate) Hz", "up to 1000 Hz")
    try require(
      duration * samplingRate >= Double(20 * motifs) && duration * samplingRate <= 1e6, "duration",
      "\(duration) s", "20 to a million samples, 20 for each motif")
    try require(calciumDecay > 0, "calcium decay", "\(calciumDecay) s", "above 0")
    try require(noise >= 0 && noise <= 100, "noise", "\(noise)", "0 to 100")
    try require(ownActivity >= 0 && ownActivity <= 100, "own activity", "\(ownActivity)", "0 to 100")
    for (name, value) in [
      ("opposite share", oppositeShare), ("missing share", missingShare), ("weak strength", weakStrength),
    ] {
      try require(value >= 0 && value <= 1, name, "\(value)", "0 to 1")
    }
  }

  /// Makes recordings; a seed fixes them.
  public func run(seed: UInt64) throws(ConnectomeError) -> Outcome {
    try validate()
    let samples = Int((duration * samplingRate).rounded())
    let neurons = motifs * neuronsPerMotif + backgroundNeurons
    let names = (0..<neurons).map { String(format: "N%02d", $0) }
    let stretch = duration / Double(motifs)
    var planted: [Motif] = []
    for motif in 0..<motifs {
      var stream = RandomStream(seed: seed, "motif", motif)
      let own = Array(names[(motif * neuronsPerMotif)..<((motif + 1) * neuronsPerMotif)])
      // Every other animal has the motif weakly, another half for the next motif.
      let strengths = (0..<animals).map { animal in
        ((animal + motif) % 2 == 0 ? 1 : weakStrength) * (0.9 + 0.2 * stream.uniform())
      }
      planted.append(
        Motif(
          neurons: own,
          opposite: Array(own.suffix(Int((oppositeShare * Double(neuronsPerMotif)).rounded()))),
          on: Double(motif) * stretch, off: Double(motif + 1) * stretch, strengths: strengths))
    }
    var recordings: [TraceSet.Recording] = []
    for animal in 0..<animals {
      var stream = RandomStream(seed: seed, "found neurons", animal)
      let drives = planted.indices.map { motif in
        Self.smooth(samples, rate: samplingRate, period: 2, RandomStream(seed: seed, "drive", animal, motif))
      }
      for neuron in 0..<neurons {
        // Two animals at least have every neuron.
        let isFound = stream.uniform() >= missingShare || (animal + neuron) % animals < 2
        if !isFound { continue }
        let motif = neuron / neuronsPerMotif
        var activity = Self.smooth(
          samples, rate: samplingRate, period: 4, RandomStream(seed: seed, "own", animal, neuron)
        ).map { $0 * ownActivity }
        if motif < motifs {
          let sign: Double = planted[motif].opposite.contains(names[neuron]) ? -1 : 1
          for sample in 0..<samples {
            let time = Double(sample) / samplingRate
            if time >= planted[motif].on, time < planted[motif].off {
              activity[sample] += sign * planted[motif].strengths[animal] * drives[motif][sample]
            }
          }
        }
        var noise = RandomStream(seed: seed, "noise", animal, neuron)
        var calcium = 0.0
        let keep = exp(-1 / (samplingRate * calciumDecay))
        recordings.append(
          TraceSet.Recording(
            animal: "worm\(animal + 1)", neuron: names[neuron], rate: samplingRate,
            samples: activity.map { value in
              calcium = keep * calcium + (1 - keep) * value
              return calcium + noise.normal(standardDeviation: self.noise)
            }))
      }
    }
    return Outcome(
      traces: try TraceSet(recordings).selecting(
        neurons: names.filter { name in
          recordings.contains { $0.neuron == name }
        }),
      schedule: StimulusSchedule(
        planted.enumerated().map {
          .init(stimulus: "motif\($0.offset + 1)", on: $0.element.on, off: $0.element.off)
        }),
      motifs: planted)
  }

  /// A random signal of standard deviation 1 without fast changes: white noise through two low-pass filters.
  private static func smooth(_ count: Int, rate: Double, period: Double, _ stream: RandomStream) -> [Double] {
    var stream = stream
    let keep = exp(-2 * Double.pi / (rate * period))
    var (first, second) = (0.0, 0.0)
    let warmUp = Int(10 * rate * period)
    var values: [Double] = []
    for index in 0..<(warmUp + count) {
      first = keep * first + (1 - keep) * stream.normal()
      second = keep * second + (1 - keep) * first
      if index >= warmUp { values.append(second) }
    }
    let average = values.reduce(0, +) / Double(count)
    let deviation = (values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(count)).squareRoot()
    return values.map { deviation > 0 ? ($0 - average) / deviation : 0 }
  }
}
