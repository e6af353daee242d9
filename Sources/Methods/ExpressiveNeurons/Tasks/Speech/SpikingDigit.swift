/// A spoken digit as spikes of 700 cochlear channels (Cramer et al., *The Heidelberg spiking data sets*, 2022).
public struct SpikingDigit: Sendable, Hashable {
  /// Number of cochlear channels.
  public static let channels = 700
  /// Classes: 0 to 9 in English, then 0 to 9 in German.
  public static let classes = 20

  /// When its spikes came, in seconds.
  public let times: [Double]
  /// Their channels, 0 to 699.
  public let units: [Int]
  /// Its class, 0 to 19.
  public let label: Int

  /// A digit.
  ///
  /// - Throws: ``ExpressiveNeuronError`` naming the first spike that cannot be.
  public init(times: [Double], units: [Int], label: Int) throws(ExpressiveNeuronError) {
    guard times.count == units.count else {
      throw .badData(
        "there are \(times.count) times and \(units.count) units, but each spike has one of each")
    }
    for (place, time) in times.enumerated() {
      guard time >= 0, time.isFinite else {
        throw .badData("spike \(place) is at \(time) s, but times are finite and not negative")
      }
      guard (0..<Self.channels).contains(units[place]) else {
        throw .badData("spike \(place) is on unit \(units[place]), but there are units 0 to 699")
      }
    }
    guard (0..<Self.classes).contains(label) else {
      throw .badData("the label is \(label), but there are classes 0 to 19")
    }
    (self.times, self.units, self.label) = (times, units, label)
  }
}

/// Time bins of a second of spikes.
///
/// Edges lie at 0, w, 2w, … up to the first at or beyond 1 s; a spike belongs to the bin whose lower edge it reaches, and one
/// at or beyond the last edge to none. Spikes of one channel in one bin add up.
public struct SpikeBinning: Sendable, Hashable, Codable {
  /// w in ms.
  public let milliseconds: Int

  /// Bins of 1 to 1000 ms; the paper uses 1, 2, 4, 6, 8, 10, 20, 50 and 100.
  public init(milliseconds: Int) throws(ExpressiveNeuronError) {
    try require("the width of a bin in ms", milliseconds, in: 1...1000)
    self.milliseconds = milliseconds
  }

  /// Number of bins: ⌈1000 / w⌉.
  public var count: Int { (1000 + milliseconds - 1) / milliseconds }

  /// The bin of a time in seconds; `nil` beyond the last edge.
  public func bin(of time: Double) -> Int? {
    let width = Double(milliseconds) / 1000
    guard time < Double(count) * width else { return nil }
    var bin = Int(time / width)
    // Division may miss the edges, which are multiples of the width.
    if Double(bin) * width > time { bin -= 1 }
    if Double(bin + 1) * width <= time { bin += 1 }
    return bin < count ? bin : nil
  }

  /// The spikes of digits one after the other, `[bin, channel]`.
  public func sequence(_ digits: SpikingDigit...) -> EventSequence {
    var time: [Int] = []
    var channel: [Int] = []
    for (place, digit) in digits.enumerated() {
      for (second, unit) in zip(digit.times, digit.units) {
        guard let bin = bin(of: second) else { continue }
        time.append(place * count + bin)
        channel.append(unit)
      }
    }
    return try! EventSequence(
      time: time, channel: channel, steps: digits.count * count, channels: SpikingDigit.channels)
  }
}
