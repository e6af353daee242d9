import Foundation
import Probability

/// Spoken digits made up, with the shape of the Spiking Heidelberg Digits: twenty classes, 700 channels, a second.
///
/// A class is a word of a few formants, each a polyline over time of centre channel, width and loudness between knots, drawn
/// from the vocabulary's seed. A token of the word is spoken by a voice of its own: time is stretched and delayed, the
/// formants move along the channels and vary in loudness, and spikes are a Poisson process of the resulting rate, with
/// some noise over all channels. It is not speech; it asks for the same: to integrate spikes over a second in spite of
/// variation.
public struct SpikeWords: Sendable, Hashable, Codable {
  /// Fixes the words of the vocabulary.
  public var vocabulary: UInt64
  /// Fixes the tokens.
  public var seed: UInt64
  /// Mean number of spikes of a token; about 8,000 in the Heidelberg digits.
  public var spikes: Double
  /// How much tokens of a word vary; 0 for none, 1 for voices stretched by up to a fifth and moved by up to 30 channels.
  public var variation: Double
  /// Share of the spikes that is noise.
  public var noise: Double

  /// Words.
  public init(
    vocabulary: UInt64 = 1, seed: UInt64, spikes: Double = 1500, variation: Double = 1, noise: Double = 0.1
  ) {
    (self.vocabulary, self.seed, self.spikes) = (vocabulary, seed, spikes)
    (self.variation, self.noise) = (variation, noise)
  }

  static let formants = 4
  static let knots = 5

  /// One formant at one knot.
  struct Knot {
    var centre: Double
    var width: Double
    var loudness: Double
  }

  /// Throws unless tokens can be made.
  public func validate() throws(ExpressiveNeuronError) {
    try requirePositive("the mean number of spikes", spikes)
    try require("the mean number of spikes", spikes, in: 1...1e6)
    try require("the variation", variation, in: 0...1)
    try require("the share of noise", noise, in: 0...1)
  }

  /// The token of an index; its class is drawn uniformly.
  public func digit(_ index: Int) throws(ExpressiveNeuronError) -> SpikingDigit {
    try validate()
    var stream = RandomStream(seed: seed, "spike word", index)
    let label = stream.integer(below: SpikingDigit.classes)
    let word = word(label)
    func around(_ centre: Double, _ spread: Double) -> Double {
      centre + variation * spread * (2 * stream.uniform() - 1)
    }
    let stretch = around(1, 0.2)
    let delay = max(0, around(0.05, 0.05))
    let shift = around(0, 30)
    let gains = (0..<Self.formants).map { _ in around(1, 0.5) }
    let duration = 0.7 * stretch
    let count = stream.poisson(mean: spikes * (1 - noise))
    // Spikes of formant f at a time come in proportion to its loudness there: a time is drawn uniformly and kept with the
    // ratio to the most there can be.
    let most = word.enumerated().map { gains[$0] * $1.map(\.loudness).max()! }.reduce(0, +)
    var times: [Double] = []
    var units: [Int] = []
    while times.count < count {
      let place = stream.uniform() * Double(Self.knots - 1)
      let (knot, part) = (Int(place), place - place.rounded(.down))
      var level = stream.uniform() * most
      for (formant, knots) in word.enumerated() {
        let (a, b) = (knots[knot], knots[knot + 1])
        level -= gains[formant] * (a.loudness + part * (b.loudness - a.loudness))
        guard level < 0 else { continue }
        let channel =
          a.centre + part * (b.centre - a.centre) + shift
          + (a.width + part * (b.width - a.width)) * stream.normal()
        times.append(delay + duration * place / Double(Self.knots - 1))
        units.append(min(SpikingDigit.channels - 1, max(0, Int(channel.rounded()))))
        break
      }
    }
    for _ in 0..<stream.poisson(mean: spikes * noise) {
      times.append(stream.uniform())
      units.append(stream.integer(below: SpikingDigit.channels))
    }
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    return try SpikingDigit(times: order.map { times[$0] }, units: order.map { units[$0] }, label: label)
  }

  /// Formants of a class, `[formant][knot]`.
  func word(_ label: Int) -> [[Knot]] {
    var stream = RandomStream(seed: vocabulary, "spike vocabulary", label)
    return (0..<Self.formants).map { _ in
      (0..<Self.knots).map { _ in
        Knot(
          centre: 60 + 580 * stream.uniform(), width: 8 + 20 * stream.uniform(),
          loudness: 0.1 + 0.9 * stream.uniform())
      }
    }
  }
}
