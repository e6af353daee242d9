import NeuralData
import Probability
import Tensors

extension Scores {
  /// `∂L/∂w` of the mean cross-entropy over batches, in a table's order.
  ///
  /// - Parameters:
  ///   - network: the network at the weights that are ranked.
  ///   - table: its weights.
  ///   - batches: images and labels.
  ///   - pass: how the network is run.
  /// - Throws: `TensorError`, also when the loss is not finite.
  public static func gradients(
    of network: any Layer, table: WeightTable, batches: [ImageBatch], in pass: Pass
  ) throws(TensorError) -> [Float] {
    let parameters = try values(of: network, table)
    var sums: [Tensor] = []
    for batch in batches {
      let loss = try Loss.crossEntropy(network(batch.images, in: pass), labels: batch.labels, reduction: .sum)
      let gradients = try loss.requireFinite("loss").gradients(for: parameters)
      sums = try added(sums, gradients)
    }
    let count = Double(max(1, batches.reduce(0) { $0 + $1.indices.count }))
    return try numbers(sums.map { sum throws(TensorError) in try sum / count }, table)
  }

  /// `w · Hg`, how pruning a weight changes the square of the gradient `g`; the lowest are pruned, so that the gradient
  /// stays large (Wang et al. 2020).
  ///
  /// - Parameters:
  ///   - network: the network at the weights that training begins with.
  ///   - table: its weights.
  ///   - batches: images and labels.
  ///   - temperature: by which the network's outputs are divided; 200 in the paper.
  ///   - pass: how the network is run.
  public static func gradientSignalPreservation(
    of network: any Layer, table: WeightTable, batches: [ImageBatch], temperature: Double = 200, in pass: Pass
  ) throws(TensorError) -> [Float] {
    let parameters = try values(of: network, table)
    func loss(_ batch: ImageBatch) throws(TensorError) -> Tensor {
      try Loss.crossEntropy(
        network(batch.images, in: pass) / temperature, labels: batch.labels, reduction: .sum
      )
      .requireFinite("loss")
    }
    var gradient: [Tensor] = []
    for batch in batches { gradient = try added(gradient, loss(batch).gradients(for: parameters)) }
    var products: [Tensor] = []
    for batch in batches {
      let own = try loss(batch).gradients(for: parameters, differentiable: true)
      var product = try (own[0] * gradient[0].detached()).sum()
      for (one, whole) in zip(own, gradient).dropFirst() {
        product = try product + (one * whole.detached()).sum()
      }
      products = try added(products, product.gradients(for: parameters))
    }
    let curved = try numbers(products, table)
    let weights = try numbers(parameters, table)
    return zip(weights, curved).map { $0 * $1 }
  }

  /// `|w · ∂R/∂w|` with `R` the sum of outputs for an input of ones when every parameter is replaced by its magnitude,
  /// in 64 bits (Tanaka et al. 2020, algorithm 1).
  ///
  /// - Parameters:
  ///   - network: the network; it is as before afterwards.
  ///   - table: its weights.
  ///   - input: shape of one input, `[channel, row, column]`.
  public static func synapticFlow(
    of network: any Layer, table: WeightTable, input: [Int]
  ) throws(TensorError) -> [Float] {
    let before = network.state
    let device = try values(of: network, table).first?.device ?? .cpu
    do throws(TensorError) {
      for (_, parameter) in network.parameters {
        try parameter.set(parameter.value.detached().converted(to: .float64).magnitude())
      }
      for (_, buffer) in network.buffers where buffer.value.type == .float32 {
        buffer.value = try buffer.value.converted(to: .float64).magnitude()
      }
      let ones = try Tensor.ones([1] + input, type: .float64, on: device)
      let parameters = try values(of: network, table)
      let flow = try network(ones, in: .inference()).sum()
      let gradients = try flow.gradients(for: parameters)
      // Flows span more than 32 bits hold; their order alone counts, so they are scaled to a largest of 1.
      let flows = try zip(parameters, gradients).map { value, gradient throws(TensorError) in
        try (value.detached() * gradient).magnitude()
      }
      var largest = 0.0
      for flow in flows where flow.count > 0 { largest = max(largest, try flow.largest().item()) }
      let scaled = try flows.map { flow throws(TensorError) in largest > 0 ? try flow / largest : flow }
      try restore(network, before)
      return try numbers(scaled, table)
    } catch {
      try restore(network, before)
      throw error
    }
  }

  private static func restore(_ network: any Layer, _ state: [String: Tensor]) throws(TensorError) {
    for (path, parameter) in network.parameters { if let value = state[path] { try parameter.set(value) } }
    for (path, buffer) in network.buffers { if let value = state[path] { buffer.value = value } }
  }

  private static func values(of network: any Layer, _ table: WeightTable) throws(TensorError) -> [Tensor] {
    let state = network.state
    return try table.parts.map { part throws(TensorError) in
      guard let value = state[part.path] else {
        throw TensorError(.mismatched, "score", "the network has no parameter '\(part.path)'")
      }
      return value
    }
  }

  private static func added(_ sums: [Tensor], _ more: [Tensor]) throws(TensorError) -> [Tensor] {
    if sums.isEmpty { return more }
    return try zip(sums, more).map { sum, one throws(TensorError) in try sum + one }
  }

  private static func numbers(_ tensors: [Tensor], _ table: WeightTable) throws(TensorError) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(table.count)
    for tensor in tensors {
      numbers += try tensor.detached().converted(to: .float32).scalars(as: Float.self)
    }
    return numbers
  }
}
