import Probability

/// One layer of graded neurons: excitatory and inhibitory weights that keep their signs.
struct GradedLayer: Sendable {
  let inputs: Int
  let neurons: Int
  /// `[neuron, input]`; 0 where there is no synapse.
  private(set) var weights: [Float]
  private(set) var thresholds: [Float]
  /// The rate each neuron is to fire at; empty in the output layer.
  let targets: [Float]

  private static let stdpRate: Float = 0.005
  private static let thresholdRate: Float = 0.15

  /// Sparse weights: a tenth of the excitatory synapses and half of the inhibitory ones.
  static func feature(inputs: Int, neurons: Int, using stream: inout RandomStream) -> GradedLayer {
    GradedLayer(
      inputs: inputs, neurons: neurons, chances: (0.1, 0.5), thresholds: 0.5,
      targets: targetRates(neurons), using: &stream)
  }

  /// Dense weights, no threshold.
  static func output(inputs: Int, neurons: Int, using stream: inout RandomStream) -> GradedLayer {
    GradedLayer(inputs: inputs, neurons: neurons, chances: (1, 1), thresholds: 0, targets: [], using: &stream)
  }

  /// A trained feature layer.
  init(featuresOf inputs: Int, weights: [Float], thresholds: [Float]) {
    (self.inputs, self.weights, self.thresholds) = (inputs, weights, thresholds)
    neurons = thresholds.count
    targets = Self.targetRates(neurons)
  }

  /// A trained output layer.
  init(placesOf inputs: Int, weights: [Float]) {
    (self.inputs, self.weights, targets) = (inputs, weights, [])
    neurons = weights.count / inputs
    thresholds = [Float](repeating: 0, count: neurons)
  }

  private static func targetRates(_ neurons: Int) -> [Float] {
    (1...neurons).map { 0.2 + 0.7 * Float($0) / Float(neurons) }
  }

  /// How many neurons each input has a synapse to.
  var reached: [Int] {
    var counts = [Int](repeating: 0, count: inputs)
    for (place, weight) in weights.enumerated() where weight != 0 { counts[place % inputs] += 1 }
    return counts
  }

  private init(
    inputs: Int, neurons: Int, chances: (excitatory: Double, inhibitory: Double), thresholds: Double,
    targets: [Float], using stream: inout RandomStream
  ) {
    (self.inputs, self.neurons, self.targets) = (inputs, neurons, targets)
    func drawn(_ sign: Double, _ chance: Double) -> [Float] {
      var values = (0..<inputs * neurons).map { _ -> Float in
        let value = max(0, stream.normal(mean: 0.5, standardDeviation: 1 / 6.0))
        return stream.uniform() < chance ? Float(sign * value) : 0
      }
      // The program divides all by the sum of the last neuron's weights.
      let sum = values.suffix(inputs).reduce(0) { $0 + abs($1) }
      if sum > 0 { for place in values.indices { values[place] /= sum } }
      return values
    }
    let excitatory = drawn(1, chances.excitatory)
    let inhibitory = drawn(-1, chances.inhibitory)
    weights = zip(excitatory, inhibitory).map { $0 + $1 }
    self.thresholds = (0..<neurons).map { _ in Float(stream.uniform() * thresholds) }
  }

  /// W x
  func drive(_ input: [Float]) -> [Float] {
    weights.withUnsafeBufferPointer { weights in
      input.withUnsafeBufferPointer { input in
        (0..<neurons).map { neuron in
          let row = weights.baseAddress! + neuron * inputs
          var sums = SIMD16<Float>.zero
          let whole = inputs / 16 * 16
          for start in stride(from: 0, to: whole, by: 16) {
            let w = UnsafeRawPointer(row + start).loadUnaligned(as: SIMD16<Float>.self)
            let x = UnsafeRawPointer(input.baseAddress! + start).loadUnaligned(as: SIMD16<Float>.self)
            sums += w * x
          }
          var sum = sums.sum()
          for place in whole..<inputs { sum += row[place] * input[place] }
          return sum
        }
      }
    }
  }

  /// Drive above threshold, from 0 to 0.9.
  func clamped(_ drive: [Float]) -> [Float] { zip(drive, thresholds).map { min(max($0 - $1, 0), 0.9) } }

  /// Where input and neuron fire together, the neuron's amplitude is drawn towards 0.5.
  mutating func learnFeatures(_ input: [Float], rate: Float) {
    let drive = drive(input)
    let amplitudes = clamped(drive)
    let step = Self.stdpRate * rate
    for neuron in 0..<neurons {
      // The program's state that should hold the amplitude stays zero: thresholds only fall.
      thresholds[neuron] = max(0, thresholds[neuron] - Self.thresholdRate * rate * targets[neuron])
      let change = amplitudes[neuron] > 0 ? step * (0.5 - amplitudes[neuron]) : 0
      update(neuron, balance: step * 50 * drive[neuron]) { weight, place in
        let moved = input[place] > 0 ? change : 0
        return weight > 0 ? moved : -moved
      }
    }
  }

  /// A delta rule towards 0.5 for the true place and 0 for the others.
  mutating func learnPlace(_ input: [Float], place: Int, targets: [Float], rate: Float) {
    let drive = drive(input)
    let amplitudes = clamped(drive)
    let step = Self.stdpRate * rate
    // Inputs that seldom fire count for more.
    let scaled = zip(input, targets).map { $0 / $1 }
    for neuron in 0..<neurons {
      let error = (neuron == place ? 0.5 : 0) - amplitudes[neuron]
      update(neuron, balance: step * 50 * drive[neuron]) { _, place in step * error * scaled[place] }
    }
  }

  /// Moves one neuron's weights, keeps their signs, and lets inhibition balance the drive.
  @inline(__always)
  private mutating func update(_ neuron: Int, balance: Float, _ change: (Float, Int) -> Float) {
    let (start, inputs) = (neuron * inputs, inputs)
    weights.withUnsafeMutableBufferPointer { weights in
      let row = weights.baseAddress! + start
      for place in 0..<inputs {
        let weight = row[place]
        let moved = weight + change(weight, place)
        let excited = min(max(moved, 1e-6), 10)
        let inhibited = max(min(moved, -1e-6), -10)
        let balanced = inhibited + balance * inhibited
        row[place] = weight > 0 ? excited : weight < 0 ? balanced : 0
      }
    }
  }
}
