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
  ///   - layout: how its numbers are kept. Automatic is sparse where few are not zero, or where all would be above the limit.
  /// - Throws: ``ConnectomeError`` for too few animals or neurons, or a tensor above the limit.
  public init(
    _ traces: TraceSet, affinity: DifferentialAffinity = DifferentialAffinity(),
    threads: Int = availableThreads, memoryLimit: Int = 8 << 30, layout: TensorLayout = .automatic
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
    let own = parallelMap(count: traces.animals.count, threads: threads) { animal in
      Result { () throws(ConnectomeError) in
        try AnimalSlopes(traces, animal: animal, neurons: present, affinity: affinity)
      }
    }
    var slopes: [AnimalSlopes] = []
    for result in own { slopes.append(try result.get()) }
    let pairs = NeuronPairs(neurons: present.count)
    let filling = AffinityFilling(
      animals: slopes, samples: traces.samples, pairs: pairs, threads: threads)
    let filled = try Self.fill(filling, memoryLimit: memoryLimit, layout: layout)
    self.animals = traces.animals
    neurons = present.map { traces.neurons[$0] }
    samplingRate = traces.samplingRate
    constantTraces = slopes.flatMap(\.constant)
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
      filled.storage, times: traces.samples, animals: animals.count, pairs: pairs.count,
      missing: filled.missing)
  }

  /// Makes the numbers in the layout that is asked for, or the better one, if it is within the limit.
  private static func fill(_ filling: AffinityFilling, memoryLimit: Int, layout: TensorLayout)
    throws(ConnectomeError) -> AffinityFilling.Filled
  {
    let (samples, animals, pairs) = (filling.samples, filling.animals.count, filling.pairs.count)
    let all = bytes(samples: samples, animals: animals, neurons: filling.pairs.neurons) ?? .max
    let entries = filling.animals.reduce(0) { $0 + $1.entries() }
    let density = Double(entries) / (Double(samples * animals) * Double(pairs))
    let few = SparseBlock<Float>.bytes(
      entries: entries, rows: samples * animals, pairs: pairs, density: density)
    let isSparse =
      layout == .automatic
      ? density < MaskedTensor<Float>.sparseDensity || all > memoryLimit : layout == .sparse
    guard (isSparse ? few : all) <= memoryLimit else {
      throw .tooLarge(
        what: "the tensor of \(samples) samples, \(animals) animals and \(pairs) pairs",
        bytes: isSparse ? min(few, all) : all, limit: memoryLimit)
    }
    return isSparse ? filling.sparse(density: density) : filling.dense()
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
    return (AffinityTensor(self, tensor: tensor.rearranged(source)), windows)
  }
}
