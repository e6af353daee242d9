import Lanes

/// A network in single precision, laid out for the kernels: weights `[layer][input, lane]`.
final class FastNetwork {
  let shape: NetworkShape
  /// Lanes in a row of each layer's output.
  let rowLanes: [Int]
  let weights: [LaneBuffer]
  let biases: [LaneBuffer]

  init(_ shape: NetworkShape) {
    self.shape = shape
    let widths = shape.widths
    let rowLanes = widths.dropFirst().map(lanes(for:))
    self.rowLanes = rowLanes
    weights = (0..<3).map { LaneBuffer(widths[$0] * rowLanes[$0]) }
    biases = (0..<3).map { LaneBuffer(rowLanes[$0]) }
  }

  /// Weights and biases, in double precision.
  var parameters: Parameters {
    get {
      let widths = shape.widths
      let matrices = (0..<3).map { layer in
        let (inputs, outputs) = (widths[layer], widths[layer + 1])
        return (0..<(inputs * outputs)).map { place in
          Double(weights[layer].scalars[(place % inputs) * rowLanes[layer] * 16 + place / inputs])
        }
      }
      let vectors = (0..<3).map { layer in (0..<widths[layer + 1]).map { Double(biases[layer].scalars[$0]) } }
      return try! Parameters(shape: shape, weights: matrices, biases: vectors)
    }
    set {
      let widths = shape.widths
      for layer in 0..<3 {
        let inputs = widths[layer]
        for (place, value) in newValue.weights[layer].enumerated() {
          weights[layer].scalars[(place % inputs) * rowLanes[layer] * 16 + place / inputs] = Float(value)
        }
        for (place, value) in newValue.biases[layer].enumerated() {
          biases[layer].scalars[place] = Float(value)
        }
      }
    }
  }

  func copy(from other: FastNetwork) {
    for layer in 0..<3 {
      weights[layer].copy(from: other.weights[layer])
      biases[layer].copy(from: other.biases[layer])
    }
  }
}

/// The activity and the errors of a network for up to `capacity` samples; every matrix is `[sample, lane]`.
final class Activity {
  let shape: NetworkShape
  let rowLanes: [Int]
  let z1, a1, z2, a2, z3: LaneBuffer
  let error1, error2, error3: LaneBuffer
  private(set) var predictions: [UInt8]
  /// Factors of the hidden layers' activity, `[layer][sample, lane]`; none but for a regulated gain, dropout or noise.
  var modulation: [LaneBuffer]?

  init(_ network: FastNetwork, capacity: Int) {
    shape = network.shape
    rowLanes = network.rowLanes
    func rows(_ layer: Int) -> LaneBuffer { LaneBuffer(capacity * network.rowLanes[layer]) }
    (z1, a1, error1) = (rows(0), rows(0), rows(0))
    (z2, a2, error2) = (rows(1), rows(1), rows(1))
    (z3, error3) = (rows(2), rows(2))
    predictions = [UInt8](repeating: 0, count: capacity)
  }

  /// From `z1` on: the two hidden layers' activity, the logits and the predictions.
  func finishForward(_ network: FastNetwork, samples: Int) {
    elu(z1, into: a1, count: samples * rowLanes[0])
    if let modulation { modulate(a1, by: modulation[0], count: samples * rowLanes[0]) }
    affine(
      Inputs(base: a1.scalars, sampleStride: rowLanes[0] * 16, featureStride: 1), samples: samples,
      features: shape.hidden1, weights: network.weights[1].lanes, bias: network.biases[1].lanes,
      width: rowLanes[1],
      out: z2.lanes)
    elu(z2, into: a2, count: samples * rowLanes[1])
    if let modulation { modulate(a2, by: modulation[1], count: samples * rowLanes[1]) }
    affine(
      Inputs(base: a2.scalars, sampleStride: rowLanes[1] * 16, featureStride: 1), samples: samples,
      features: shape.hidden2, weights: network.weights[2].lanes, bias: network.biases[2].lanes,
      width: rowLanes[2],
      out: z3.lanes)
    for sample in 0..<samples {
      let logits = z3.scalars + sample * rowLanes[2] * 16
      var best = 0
      for index in 1..<shape.classes where logits[index] > logits[best] { best = index }
      predictions[sample] = UInt8(best)
    }
  }

  private func modulate(_ a: LaneBuffer, by factors: LaneBuffer, count: Int) {
    for place in 0..<count { a.lanes[place] *= factors.lanes[place] }
  }

  private func elu(_ z: LaneBuffer, into a: LaneBuffer, count: Int) {
    for place in 0..<count {
      let value = z.lanes[place]
      a.lanes[place] = (exponential(value) - 1).replacing(with: value, where: value .> 0)
    }
  }

  /// The errors of all layers for cross-entropy after softmax; false when a number is not finite.
  func computeErrors(_ network: FastNetwork, labels: [UInt8], samples: Int) -> Bool {
    let width = rowLanes[2]
    for sample in 0..<samples {
      let logits = z3.scalars + sample * width * 16
      let error = error3.scalars + sample * width * 16
      let largest = logits[Int(predictions[sample])]
      for column in 0..<width {
        error3.lanes[sample * width + column] = exponential(z3.lanes[sample * width + column] - largest)
      }
      var sum: Float = 0
      for index in 0..<shape.classes { sum += error[index] }
      guard sum.isFinite, largest.isFinite else { return false }
      for index in 0..<shape.classes { error[index] /= sum }
      for index in shape.classes..<(width * 16) { error[index] = 0 }
      error[Int(labels[sample])] -= 1
    }
    carryBack(error3, network, layer: 2, z: z2, a: a2, into: error2, samples: samples)
    carryBack(error2, network, layer: 1, z: z1, a: a1, into: error1, samples: samples)
    return true
  }

  private func carryBack(
    _ errors: LaneBuffer, _ network: FastNetwork, layer: Int, z: LaneBuffer, a: LaneBuffer,
    into out: LaneBuffer,
    samples: Int
  ) {
    backward(
      errors: errors.lanes, samples: samples, weights: network.weights[layer].lanes,
      features: shape.widths[layer],
      width: rowLanes[layer], outScalars: out.scalars, outStride: rowLanes[layer - 1] * 16)
    if let factors = modulation?[layer - 1] {
      // The activity is f·elu(z), so the slope is f·elu'(z).
      for place in 0..<(samples * rowLanes[layer - 1]) {
        let slope = exponential(z.lanes[place]).replacing(with: 1, where: z.lanes[place] .> 0)
        out.lanes[place] *= slope * factors.lanes[place]
      }
      return
    }
    for place in 0..<(samples * rowLanes[layer - 1]) {
      // elu'(z) is 1 above 0 and exp(z) = elu(z) + 1 below; padding keeps an error of 0.
      let slope = (a.lanes[place] + 1).replacing(with: 1, where: z.lanes[place] .> 0)
      out.lanes[place] *= slope
    }
  }

  /// Multiplies the errors by a factor and by a rate for each unit, `[layer][lane]`.
  func scaleErrors(by factor: Float, rates: [LaneBuffer], samples: Int) {
    for (layer, buffer) in [error1, error2, error3].enumerated() {
      let width = rowLanes[layer]
      for place in 0..<(samples * width) {
        buffer.lanes[place] *= rates[layer].lanes[place % width] * factor
      }
    }
  }

  /// Multiplies the errors of all layers.
  func scaleErrors(by factor: Float, samples: Int) {
    for (buffer, width) in zip([error1, error2, error3], rowLanes) {
      for place in 0..<(samples * width) { buffer.lanes[place] *= factor }
    }
  }
}
