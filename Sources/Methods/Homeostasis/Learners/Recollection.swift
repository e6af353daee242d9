import Lanes

/// The last samples of the epoch, and what a homeostatic learner computes about them.
final class Recollection {
  /// One batch: its samples as columns, and their first layer before the activation.
  final class Record {
    /// `[feature, lane]`
    let columns: LaneBuffer
    /// `[sample, lane]`
    let z1: LaneBuffer
    var position = -1
    init(_ network: FastNetwork, batch: Int) {
      columns = LaneBuffer(network.shape.inputs * lanes(for: batch))
      z1 = LaneBuffer(batch * network.rowLanes[0])
    }
  }

  private let shape: NetworkShape
  private let rowLanes: [Int]
  private let batch: Int
  private let columnLanes: Int
  private let memory: Int
  /// Whether the first layers are carried along instead of computed anew at each decision.
  private let carries: Bool
  private var ring: [Record]
  private var newest = 0

  /// The memory at a decision: which record and column each remembered sample is in.
  private var places: [(record: Record, column: Int)] = []
  /// First layer of the memory, `[sample, lane]`.
  private let base: LaneBuffer
  /// How far a step of size 1 moves it.
  private let change: LaneBuffer
  private let pass: Activity
  private let simulated: FastNetwork
  private let direction: FastNetwork
  /// Inner products `[gradient, lane]` with the samples of one record.
  private let products: LaneBuffer
  private let zeros: LaneBuffer
  private let discarded: LaneBuffer

  init(_ network: FastNetwork, _ configuration: LearnerConfiguration) {
    shape = network.shape
    rowLanes = network.rowLanes
    batch = configuration.batch
    memory = configuration.memory
    columnLanes = lanes(for: batch)
    // Carrying costs m·(M + m) inner products a batch, computing anew (m/interval)·M·h1: the smaller wins.
    // Only plain descent moves the first layer by the batch's errors alone.
    carries =
      configuration.optimiser == .gradientDescent
      && configuration.interval * (memory + batch) < memory * network.shape.hidden1
    let batch = batch
    ring = (0..<((memory + batch - 1) / batch + 1)).map { _ in Record(network, batch: batch) }
    base = LaneBuffer(memory * rowLanes[0])
    change = LaneBuffer(memory * rowLanes[0])
    pass = Activity(network, capacity: memory)
    simulated = FastNetwork(shape)
    direction = FastNetwork(shape)
    products = LaneBuffer(max(batch, memory) * columnLanes)
    zeros = LaneBuffer(max(columnLanes, rowLanes.max()!))
    discarded = LaneBuffer(rowLanes.max()!)
  }

  /// The record for the batch that begins at `position` of the epoch.
  func begin(at position: Int) -> Record {
    if position == 0 { for record in ring { record.position = -1 } }
    newest = (newest + 1) % ring.count
    ring[newest].position = position
    return ring[newest]
  }

  /// Follows an update of the first layer: `z_u += Σ e (x·x_u + 1)` for every record that stays.
  ///
  /// - Parameter errors: already multiplied by −η/m, as plain descent leaves them.
  func carry(_ inputs: Inputs, errors: LaneBuffer, samples: Int) {
    guard carries else { return }
    for age in 0..<(ring.count - 1) {
      let record = ring[(newest - age + ring.count) % ring.count]
      if record.position < 0 { continue }
      innerProducts(inputs, gradients: samples, record)
      accumulateOuterProducts(
        Inputs(base: products.scalars, sampleStride: columnLanes * 16, featureStride: 1), samples: samples,
        features: batch, errors: errors.lanes, width: rowLanes[0], weights: record.z1.lanes,
        bias: discarded.lanes)
    }
  }

  /// `products[j, u] = x_j · x_u + 1`
  private func innerProducts(_ inputs: Inputs, gradients: Int, _ record: Record, at row: Int = 0) {
    let out = products.lanes + row * columnLanes
    affine(
      inputs, samples: gradients, features: shape.inputs, weights: record.columns.lanes, bias: zeros.lanes,
      width: columnLanes, out: out)
    for place in 0..<(gradients * columnLanes) { out[place] += 1 }
  }

  /// Finds the memory of a decision at `position` and its first layer under the present weights.
  func gather(before position: Int, _ network: FastNetwork) {
    places = ((position - memory)..<position).map { wanted in
      let record = ring.first { $0.position >= 0 && ($0.position..<($0.position + batch)).contains(wanted) }!
      return (record, wanted - record.position)
    }
    if !carries {
      for record in ring where record.position >= 0 {
        affine(
          Inputs(base: record.columns.scalars, sampleStride: 1, featureStride: columnLanes * 16),
          samples: batch,
          features: shape.inputs, weights: network.weights[0].lanes, bias: network.biases[0].lanes,
          width: rowLanes[0], out: record.z1.lanes)
      }
    }
    for (sample, place) in places.enumerated() {
      (base.lanes + sample * rowLanes[0]).update(
        from: place.record.z1.lanes + place.column * rowLanes[0], count: rowLanes[0])
    }
  }

  /// Prepares a step along the first `gradients` samples' gradients of the present batch.
  func prepare(_ inputs: Inputs, _ activity: Activity, gradients: Int, scale: Float) {
    change.clear()
    for record in ring where record.position >= 0 && places.contains(where: { $0.record === record }) {
      innerProducts(inputs, gradients: gradients, record)
      for (sample, place) in places.enumerated() where place.record === record {
        for gradient in 0..<gradients {
          let product = products.scalars[gradient * columnLanes * 16 + place.column] * scale
          for column in 0..<rowLanes[0] {
            change.lanes[sample * rowLanes[0] + column] +=
              activity.error1.lanes[gradient * rowLanes[0] + column] * product
          }
        }
      }
    }
    prepareUpperLayers(activity, samples: gradients, scale: scale)
  }

  /// Prepares a step along the mean gradient of the memory itself.
  func prepareOwnGradient(_ network: FastNetwork, labels: [UInt8], modulation: [LaneBuffer]? = nil) {
    pass.z1.copy(from: base)
    pass.modulation = modulation
    pass.finishForward(network, samples: memory)
    _ = pass.computeErrors(network, labels: labels, samples: memory)
    change.clear()
    let scale = 1 / Float(memory)
    for record in ring where places.contains(where: { $0.record === record }) {
      // Inner products of all remembered samples with this record's.
      for (sample, place) in places.enumerated()
      where sample == 0 || places[sample - 1].record !== place.record {
        let count = places[sample...].prefix { $0.record === place.record }.count
        let source = Inputs(
          base: place.record.columns.scalars + place.column, sampleStride: 1, featureStride: columnLanes * 16)
        innerProducts(source, gradients: count, record, at: sample)
      }
      let columns = places.enumerated().filter { $0.element.record === record }
      let first = columns.first!
      // `change[u] += Σ over j of (x_j·x_u + 1) e_j`, for the consecutive columns u of this record.
      accumulateOuterProducts(
        Inputs(
          base: products.scalars + first.element.column, sampleStride: columnLanes * 16, featureStride: 1),
        samples: memory, features: columns.count, errors: pass.error1.lanes, width: rowLanes[0],
        weights: change.lanes + first.offset * rowLanes[0], bias: discarded.lanes)
    }
    for place in 0..<(memory * rowLanes[0]) { change.lanes[place] *= scale }
    prepareUpperLayers(pass, samples: memory, scale: scale)
  }

  private func prepareUpperLayers(_ activity: Activity, samples: Int, scale: Float) {
    let rows = [
      Inputs(base: activity.a1.scalars, sampleStride: rowLanes[0] * 16, featureStride: 1),
      Inputs(base: activity.a2.scalars, sampleStride: rowLanes[1] * 16, featureStride: 1),
    ]
    for (place, errors) in [activity.error2, activity.error3].enumerated() {
      let layer = place + 1
      direction.weights[layer].clear()
      direction.biases[layer].clear()
      accumulateOuterProducts(
        rows[place], samples: samples, features: shape.widths[layer], errors: errors.lanes,
        width: rowLanes[layer],
        weights: direction.weights[layer].lanes, bias: direction.biases[layer].lanes)
      for lane in 0..<direction.weights[layer].count { direction.weights[layer].lanes[lane] *= scale }
      for lane in 0..<direction.biases[layer].count { direction.biases[layer].lanes[lane] *= scale }
    }
  }

  /// Memories named rightly after the prepared step at learning rate `rate`, with factors of the activity.
  func hits(_ network: FastNetwork, rate: Float, labels: [UInt8], modulation: [LaneBuffer]? = nil) -> Int {
    pass.modulation = modulation
    for place in 0..<(memory * rowLanes[0]) {
      pass.z1.lanes[place] = base.lanes[place] - change.lanes[place] * rate
    }
    for layer in 1...2 {
      for (target, source, step) in [
        (simulated.weights[layer], network.weights[layer], direction.weights[layer]),
        (simulated.biases[layer], network.biases[layer], direction.biases[layer]),
      ] {
        for lane in 0..<target.count { target.lanes[lane] = source.lanes[lane] - step.lanes[lane] * rate }
      }
    }
    return hits(labels)
  }

  /// Memories named rightly after the prepared step at a learning rate for each unit, `[layer][lane]`.
  func hits(_ network: FastNetwork, rates: [LaneBuffer], labels: [UInt8]) -> Int {
    pass.modulation = nil
    let width = rowLanes[0]
    for place in 0..<(memory * width) {
      pass.z1.lanes[place] = base.lanes[place] - change.lanes[place] * rates[0].lanes[place % width]
    }
    for layer in 1...2 {
      for (target, source, step) in [
        (simulated.weights[layer], network.weights[layer], direction.weights[layer]),
        (simulated.biases[layer], network.biases[layer], direction.biases[layer]),
      ] {
        for lane in 0..<target.count {
          target.lanes[lane] =
            source.lanes[lane] - step.lanes[lane] * rates[layer].lanes[lane % rowLanes[layer]]
        }
      }
    }
    return hits(labels)
  }

  private func hits(_ labels: [UInt8]) -> Int {
    pass.finishForward(simulated, samples: memory)
    var hits = 0
    for sample in 0..<memory where pass.predictions[sample] == labels[sample] { hits += 1 }
    return hits
  }

  var numbers: [[Double]] { ring.flatMap { [$0.columns.numbers, $0.z1.numbers] } }
  var counters: [Int] { [newest] + ring.map(\.position) }

  func restore(_ numbers: [[Double]], _ counters: [Int]) {
    for (place, record) in ring.enumerated() {
      record.columns.numbers = numbers[2 * place]
      record.z1.numbers = numbers[2 * place + 1]
      record.position = counters[place + 1]
    }
    newest = counters[0]
  }
}
