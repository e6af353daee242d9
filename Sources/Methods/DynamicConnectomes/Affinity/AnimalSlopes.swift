/// What one animal's neurons contribute to its affinities.
struct AnimalSlopes: Sendable {
  let affinity: DifferentialAffinity
  let samples: Int
  /// `nil` for neurons that were not found.
  let traces: [[Double]?]
  /// `nil` where the kernel compares the traces themselves.
  let slopes: [DifferentialAffinity.Slopes?]
  /// Neurons whose trace is constant, as `animal/neuron`.
  let constant: [String]

  init(_ set: TraceSet, animal: Int, neurons: [Int], affinity: DifferentialAffinity) throws(ConnectomeError) {
    self.affinity = affinity
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

  /// The most entries that are not zero, which for slopes is their number; for correlations all count.
  func entries() -> Int {
    let found = traces.count { $0 != nil }
    if affinity.usesCorrelation { return samples * found * (found - 1) / 2 }
    var total = 0
    for time in 0..<samples {
      var (rising, falling) = (0, 0)
      for own in slopes {
        guard let own else { continue }
        if own.sign[time] > 0 { rising += 1 } else if own.sign[time] < 0 { falling += 1 }
      }
      let same = (rising * (rising - 1) + falling * (falling - 1)) / 2
      switch affinity.signs {
      case .both: total += same + rising * falling
      case .same: total += same
      case .opposite: total += rising * falling
      }
    }
    return total
  }

  /// The affinity of two neurons by time, 0 where unknown.
  ///
  /// - Parameters:
  ///   - result: memory of as many numbers as samples.
  ///   - missing: gets the stretches in which it is unknown.
  func affinity(
    of i: Int, _ j: Int, into result: UnsafeMutableBufferPointer<Double>, missing: (Range<Int>) -> Void
  ) {
    guard let first = traces[i], let second = traces[j] else {
      result.update(repeating: 0)
      return missing(0..<samples)
    }
    if let a = slopes[i], let b = slopes[j] {
      affinity.affinity(a, b, into: result)
    } else {
      _ = result.update(fromContentsOf: affinity.correlation(first, second))
    }
    var begin: Int?
    for time in 0..<samples {
      if result[time].isNaN {
        result[time] = 0
        begin = begin ?? time
      } else if let from = begin {
        missing(from..<time)
        begin = nil
      }
    }
    if let from = begin { missing(from..<samples) }
  }
}
