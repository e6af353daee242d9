import Foundation
import NeuralData

/// Activity traces of named neurons in several animals on one clock; a neuron need not be found in every animal.
public struct TraceSet: Sendable, Hashable {
  /// The animals' names, in the order in which they first appear.
  public let animals: [String]
  /// The neurons' names, in the order in which they first appear.
  public let neurons: [String]
  /// Samples a second, in Hz.
  public let samplingRate: Double
  /// Samples of every trace.
  public let samples: Int
  private let traces: [[Double]?]

  /// One trace before it is brought together with the others.
  public struct Recording: Sendable, Hashable {
    /// The animal's name.
    public var animal: String
    /// The neuron's name.
    public var neuron: String
    /// Samples a second, in Hz.
    public var rate: Double
    /// The samples, NaN where missing.
    public var samples: [Double]

    /// A trace.
    public init(animal: String, neuron: String, rate: Double, samples: [Double]) {
      self.animal = animal
      self.neuron = neuron
      self.rate = rate
      self.samples = samples
    }
  }

  /// What to do with two traces of one neuron in one animal.
  public enum DuplicateRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is an error.
    case refuse
    /// Their mean is taken.
    case mean
    /// The first is kept.
    case first
  }

  /// Brings traces together.
  ///
  /// - Parameters:
  ///   - recordings: the traces of all animals, at least one.
  ///   - duplicates: what to do with two traces of one neuron in one animal.
  ///   - rate: the rate to resample to by linear interpolation, in Hz; every trace is then cut to the shortest.
  /// - Throws: ``ConnectomeError`` that names animal and neuron of a trace that does not fit.
  public init(
    _ recordings: [Recording], duplicates: DuplicateRule = .refuse, resamplingTo rate: Double? = nil
  ) throws(ConnectomeError) {
    guard var first = recordings.first else { throw .tooFew(what: "traces", have: 0, need: 1) }
    var recordings = recordings
    if let rate {
      recordings = try Self.resampled(recordings, to: rate)
      first = recordings[0]
    }
    guard first.rate.isFinite, first.rate > 0 else {
      throw .outOfRange(name: "sampling rate", value: "\(first.rate) Hz", allowed: "greater than 0")
    }
    var animals: [String: Int] = [:]
    var neurons: [String: Int] = [:]
    for recording in recordings {
      guard abs(recording.rate - first.rate) <= 1e-6 * first.rate else {
        throw .differentRate(
          animal: recording.animal, neuron: recording.neuron, rate: recording.rate, expected: first.rate)
      }
      guard recording.samples.count == first.samples.count else {
        throw .differentLength(
          animal: recording.animal, neuron: recording.neuron, samples: recording.samples.count,
          expected: first.samples.count)
      }
      if animals[recording.animal] == nil { animals[recording.animal] = animals.count }
      if neurons[recording.neuron] == nil { neurons[recording.neuron] = neurons.count }
    }
    guard !first.samples.isEmpty else { throw .tooFew(what: "samples", have: 0, need: 1) }
    var sums = [[Double]?](repeating: nil, count: animals.count * neurons.count)
    var counts = [Double](repeating: 0, count: sums.count)
    for recording in recordings {
      let place = animals[recording.animal]! * neurons.count + neurons[recording.neuron]!
      if let earlier = sums[place] {
        switch duplicates {
        case .refuse: throw .duplicateNeuron(animal: recording.animal, neuron: recording.neuron)
        case .first: continue
        case .mean: sums[place] = zip(earlier, recording.samples).map { $0 + $1 }
        }
      } else {
        sums[place] = recording.samples
      }
      counts[place] += 1
    }
    self.animals = animals.sorted { $0.value < $1.value }.map(\.key)
    self.neurons = neurons.sorted { $0.value < $1.value }.map(\.key)
    self.samplingRate = first.rate
    self.samples = first.samples.count
    self.traces = zip(sums, counts).map { sum, count in count > 1 ? sum?.map { $0 / count } : sum }
  }

  private init(animals: [String], neurons: [String], samplingRate: Double, samples: Int, traces: [[Double]?])
  {
    self.animals = animals
    self.neurons = neurons
    self.samplingRate = samplingRate
    self.samples = samples
    self.traces = traces
  }

  /// The trace of a neuron in an animal, NaN where a sample is missing; `nil` when it was not found.
  public subscript(animal: Int, neuron: Int) -> [Double]? { traces[animal * neurons.count + neuron] }

  /// Length of the recordings in seconds.
  public var duration: Double { Double(samples) / samplingRate }

  /// All traces, animal by animal.
  public var recordings: [Recording] {
    animals.indices.flatMap { w in
      neurons.indices.compactMap { n in
        self[w, n].map {
          Recording(animal: animals[w], neuron: neurons[n], rate: samplingRate, samples: $0)
        }
      }
    }
  }

  /// The same recordings with the given neurons alone, in their order.
  ///
  /// - Throws: ``ConnectomeError`` when no animal has one of them.
  public func selecting(neurons names: [String]) throws(ConnectomeError) -> TraceSet {
    var places: [Int] = []
    for name in names {
      guard let place = neurons.firstIndex(of: name) else {
        throw .unknownNeuron(name: name, suggestion: Self.similar(to: name, among: neurons))
      }
      if !places.contains(place) { places.append(place) }
    }
    return TraceSet(
      animals: animals, neurons: places.map { neurons[$0] }, samplingRate: samplingRate, samples: samples,
      traces: animals.indices.flatMap { w in places.map { self[w, $0] } })
  }

  /// The same recordings of the given animals alone; neurons that none of them has stay, unobserved.
  public func selecting(animals places: [Int]) -> TraceSet {
    TraceSet(
      animals: places.map { animals[$0] }, neurons: neurons, samplingRate: samplingRate, samples: samples,
      traces: places.flatMap { w in neurons.indices.map { self[w, $0] } })
  }

  /// Every trace replaced by what `change` makes of it, of the same length.
  public func mapTraces(_ change: (_ animal: Int, _ neuron: Int, _ trace: [Double]) -> [Double]) -> TraceSet {
    TraceSet(
      animals: animals, neurons: neurons, samplingRate: samplingRate, samples: samples,
      traces: animals.indices.flatMap { w in
        neurons.indices.map { n in
          self[w, n].map { trace in
            let changed = change(w, n, trace)
            precondition(changed.count == samples, "TraceSet: a changed trace must keep its length")
            return changed
          }
        }
      })
  }

  /// Runs of missing samples shorter than a gap are filled by straight lines; longer ones and those at the ends stay.
  ///
  /// - Parameter gap: in seconds.
  public func fillingGaps(shorterThan gap: Double) -> TraceSet {
    mapTraces { _, _, trace in
      var filled = trace
      var start = 0
      while let begin = trace[start...].firstIndex(where: \.isNaN) {
        let end = trace[begin...].firstIndex { !$0.isNaN } ?? trace.count
        if begin > 0, end < trace.count, Double(end - begin) / samplingRate < gap {
          let (low, high) = (trace[begin - 1], trace[end])
          for place in begin..<end {
            filled[place] = low + (high - low) * Double(place - begin + 1) / Double(end - begin + 1)
          }
        }
        start = end
      }
      return filled
    }
  }

  /// Names that a user may have meant.
  static func similar(to name: String, among names: [String]) -> String? {
    let folded = name.lowercased()
    return names.first { $0.lowercased() == folded }
      ?? names.first { $0.lowercased().hasPrefix(folded) || folded.hasPrefix($0.lowercased()) }
  }

  private static func resampled(_ recordings: [Recording], to rate: Double) throws(ConnectomeError)
    -> [Recording]
  {
    guard rate.isFinite, rate > 0, rate <= 1e6 else {
      throw .outOfRange(name: "resampling rate", value: "\(rate) Hz", allowed: "greater than 0, at most 1e6")
    }
    var duration = Double.infinity
    for recording in recordings {
      guard recording.rate.isFinite, recording.rate > 0 else {
        throw .outOfRange(name: "sampling rate", value: "\(recording.rate) Hz", allowed: "greater than 0")
      }
      duration = min(duration, Double(recording.samples.count - 1) / recording.rate)
    }
    let most = recordings.map(\.samples.count).max() ?? 0
    guard duration >= 0, duration * rate <= Double(max(most, 1)) * 1000 else {
      throw .outOfRange(
        name: "resampling rate", value: "\(rate) Hz", allowed: "at most 1000 times the recorded rate")
    }
    let count = Int((duration * rate + 1e-9).rounded(.down)) + 1
    return recordings.map { recording in
      Recording(
        animal: recording.animal, neuron: recording.neuron, rate: rate,
        samples: (0..<count).map { index in
          let place = Double(index) / rate * recording.rate
          let low = min(Int(place), recording.samples.count - 1)
          let share = place - Double(low)
          if share < 1e-9 || low + 1 >= recording.samples.count { return recording.samples[low] }
          return recording.samples[low] * (1 - share) + recording.samples[low + 1] * share
        })
    }
  }
}
