import LinearAlgebra
import Parallel

/// The affinities of all pairs of neurons in all animals at all times.
public struct AffinityTensor: Sendable {
  /// The animals' names.
  public let animals: [String]
  /// The neurons that have a pair observed in some animal.
  public let neurons: [String]
  /// Samples a second, in Hz.
  public let samplingRate: Double
  /// The affinities `[time, animal, pair]`, pairs in the order of ``NeuronPairs``.
  public let tensor: MaskedTensor<Float>
  /// Pairs that no animal has, as two names each; nothing can be said about them.
  public let unobservedPairs: [[String]]
  /// Neurons whose trace is constant in an animal, as `animal/neuron`; they have no affinity there.
  public let constantTraces: [String]

  /// The pairs of the third mode.
  public var pairs: NeuronPairs { NeuronPairs(neurons: neurons.count) }

  /// Bytes of a tensor of so many samples, animals and neurons; `nil` when they cannot be counted.
  public static func bytes(samples: Int, animals: Int, neurons: Int) -> Int? {
    guard neurons < 1 << 31 else { return nil }
    let (rows, first) = samples.multipliedReportingOverflow(by: animals)
    let (count, second) = rows.multipliedReportingOverflow(by: NeuronPairs(neurons: neurons).count)
    let (bytes, third) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.size)
    return first || second || third ? nil : bytes
  }

  /// Computes the affinities.
  ///
  /// Neurons found in no animal are left out. A pair is unknown in an animal in which one of the two was not found, and at
  /// times at which one of the two has no slope.
  ///
  /// - Parameters:
  ///   - traces: at least two animals and three neurons that share an animal.
  ///   - affinity: what is computed.
  ///   - threads: most threads to use.
  ///   - memoryLimit: most bytes of the tensor.
  /// - Throws: ``ConnectomeError`` for too few animals or neurons, or a tensor above the limit.
  public init(
    _ traces: TraceSet, affinity: DifferentialAffinity = DifferentialAffinity(),
    threads: Int = availableThreads, memoryLimit: Int = 8 << 30
  ) throws(ConnectomeError) {
    try affinity.validate(samples: traces.samples)
    guard traces.animals.count >= 2 else {
      throw .tooFew(what: "animals", have: traces.animals.count, need: 2)
    }
    let present = traces.neurons.indices.filter { n in
      traces.animals.indices.contains { traces[$0, n] != nil }
    }
    let shared = present.count { n in traces.animals.indices.count { traces[$0, n] != nil } >= 2 }
    guard shared >= 3 else {
      throw .tooFew(what: "neurons found in two or more animals", have: shared, need: 3)
    }
    let (animals, samples) = (traces.animals.count, traces.samples)
    let pairs = NeuronPairs(neurons: present.count)
    guard let bytes = Self.bytes(samples: samples, animals: animals, neurons: present.count),
      bytes <= memoryLimit
    else {
      throw .tooLarge(
        what: "the tensor of \(samples) samples, \(animals) animals and \(pairs.count) pairs",
        bytes: Self.bytes(samples: samples, animals: animals, neurons: present.count) ?? .max,
        limit: memoryLimit)
    }
    var values = [Float](repeating: 0, count: samples * animals * pairs.count)
    struct Part: Sendable {
      var missing: [MissingRun]
      var constant: [String]
      var problem: ConnectomeError?
    }
    let parts: [Part] = values.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let values = buffer  // each animal writes rows of its own
      return parallelMap(count: animals, threads: threads) { animal in
        var part = Part(missing: [], constant: [], problem: nil)
        do throws(ConnectomeError) {
          let rows = try AnimalAffinities(traces, animal: animal, neurons: present, affinity: affinity)
          part.constant = rows.constant
          part.missing = rows.fill(values, animals: animals)
        } catch {
          part.problem = error
        }
        return part
      }
    }
    if let problem = parts.compactMap(\.problem).first { throw problem }
    self.animals = traces.animals
    neurons = present.map { traces.neurons[$0] }
    samplingRate = traces.samplingRate
    constantTraces = parts.flatMap(\.constant)
    var observed = [Bool](repeating: false, count: pairs.count)
    for animal in traces.animals.indices {
      let found = present.map { traces[animal, $0] != nil }
      for (place, pair) in pairs.all.enumerated() where found[pair.0] && found[pair.1] {
        observed[place] = true
      }
    }
    let names = neurons
    unobservedPairs = zip(pairs.all, observed).filter { !$1 }.map { [names[$0.0.0], names[$0.0.1]] }
    tensor = MaskedTensor(
      known: values, times: samples, animals: animals, pairs: pairs.count, missing: parts.flatMap(\.missing))
  }

  /// A tensor with the same labels.
  private init(_ other: AffinityTensor, tensor: MaskedTensor<Float>) {
    (animals, neurons, samplingRate) = (other.animals, other.neurons, other.samplingRate)
    (unobservedPairs, constantTraces) = (other.unobservedPairs, other.constantTraces)
    self.tensor = tensor
  }

  /// The same affinities with each animal's stimuli in one order, so that a component's times mean stimuli, not moments.
  ///
  /// - Parameters:
  ///   - schedule: must give every animal every stimulus once.
  ///   - before: seconds kept before each stimulus.
  ///   - after: seconds kept after it began.
  /// - Returns: the rearranged tensor and, for each stimulus in the schedule's order, its samples.
  /// - Throws: ``ConnectomeError`` when an animal lacks a stimulus.
  public func aligned(to schedule: StimulusSchedule, before: Double, after: Double) throws(ConnectomeError)
    -> (tensor: AffinityTensor, windows: [(stimulus: String, samples: Range<Int>)])
  {
    guard before >= 0, after > 0, before + after <= Double(tensor.times) / samplingRate else {
      throw .outOfRange(
        name: "event window", value: "\(before) s before to \(after) s after",
        allowed: "positive and no longer than the recording")
    }
    let (lead, length) = (
      Int((before * samplingRate).rounded()), max(1, Int(((before + after) * samplingRate).rounded()))
    )
    var source: [[Int?]] = []
    var windows: [(stimulus: String, samples: Range<Int>)] = []
    for stimulus in schedule.stimuli {
      var starts: [Int] = []
      for animal in animals {
        let own = schedule.windows(of: animal).filter { $0.stimulus == stimulus }
        guard own.count == 1 else {
          throw .badStimulus(
            name: stimulus, animal: "animal '\(animal)'",
            problem: "it was shown \(own.count) times; to align events every animal needs it once")
        }
        starts.append(Int((own[0].on * samplingRate).rounded()) - lead)
      }
      windows.append((stimulus, source.count..<(source.count + length)))
      for offset in 0..<length {
        source.append(starts.map { (0..<tensor.times).contains($0 + offset) ? $0 + offset : nil })
      }
    }
    return (AffinityTensor(self, tensor: try tensor.rearranged(source)), windows)
  }
}

/// One animal's affinities.
private struct AnimalAffinities {
  let affinity: DifferentialAffinity
  let animal: Int
  let samples: Int
  let traces: [[Double]?]
  let slopes: [DifferentialAffinity.Slopes?]
  let constant: [String]

  init(_ set: TraceSet, animal: Int, neurons: [Int], affinity: DifferentialAffinity) throws(ConnectomeError) {
    self.affinity = affinity
    self.animal = animal
    samples = set.samples
    var slopes: [DifferentialAffinity.Slopes?] = []
    var constant: [String] = []
    for n in neurons {
      guard let trace = set[animal, n] else {
        slopes.append(nil)
        continue
      }
      if affinity.usesCorrelation {
        let known = trace.filter { !$0.isNaN }
        if known.min() == known.max() { constant.append("\(set.animals[animal])/\(set.neurons[n])") }
        slopes.append(nil)
      } else {
        let own = try affinity.slopes(of: trace, rate: set.samplingRate)
        if own.isConstant { constant.append("\(set.animals[animal])/\(set.neurons[n])") }
        slopes.append(own)
      }
    }
    self.slopes = slopes
    self.constant = constant
    traces = neurons.map { set[animal, $0] }
  }

  /// Writes the rows of this animal; returns what is missing.
  func fill(_ values: UnsafeMutableBufferPointer<Float>, animals: Int) -> [MissingRun] {
    let pairs = NeuronPairs(neurons: traces.count)
    var missing: [MissingRun] = []
    // All partners of one neuron are computed before they are written, so that writes run along memory.
    var block = [Double](repeating: 0, count: traces.count * samples)
    for i in traces.indices {
      let partners = traces.count - i - 1
      if partners == 0 { break }
      for j in (i + 1)..<traces.count {
        let start = (j - i - 1) * samples
        guard let first = traces[i], let second = traces[j] else {
          for place in start..<(start + samples) { block[place] = 0 }
          missing.append(MissingRun(animal: animal, pair: pairs.index(i, j), begin: 0, end: samples))
          continue
        }
        block.withUnsafeMutableBufferPointer { block in
          let target = UnsafeMutableBufferPointer(rebasing: block[start..<(start + samples)])
          if let a = slopes[i], let b = slopes[j] {
            affinity.affinity(a, b, into: target)
          } else {
            _ = target.update(fromContentsOf: affinity.correlation(first, second))
          }
        }
        var begin: Int?
        for time in 0..<samples {
          if block[start + time].isNaN {
            block[start + time] = 0
            begin = begin ?? time
          } else if let from = begin {
            missing.append(MissingRun(animal: animal, pair: pairs.index(i, j), begin: from, end: time))
            begin = nil
          }
        }
        if let from = begin {
          missing.append(MissingRun(animal: animal, pair: pairs.index(i, j), begin: from, end: samples))
        }
      }
      let first = pairs.index(i, i + 1)
      for time in 0..<samples {
        let row = (time * animals + animal) * pairs.count + first
        for partner in 0..<partners { values[row + partner] = Float(block[partner * samples + time]) }
      }
    }
    return missing
  }
}
