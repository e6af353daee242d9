/// Sums over the transitions of one state in one block of trajectory rows: the Gram matrix of v = (x_{t+1}, x_t, 1).
package struct TransitionSums {
  let dimension: Int
  /// Number of transitions, or their weight.
  var count = 0.0
  /// `[2D + 1, 2D + 1]`, upper triangle.
  var gram: [Double]

  init(dimension: Int) {
    self.dimension = dimension
    gram = [Double](repeating: 0, count: (2 * dimension + 1) * (2 * dimension + 1))
  }

  /// The expected sums of `steps` steps of independent stationary walks x_{t+1} = persistence · xₜ + noise about 0.
  init(walk dimension: Int, steps: Double, variance: Double, persistence: Double) {
    self.init(dimension: dimension)
    count = steps
    let width = 2 * dimension + 1
    for j in 0..<dimension {
      gram[j * width + j] = steps * variance
      gram[j * width + dimension + j] = steps * variance * persistence
      gram[(dimension + j) * width + dimension + j] = steps * variance
    }
    gram[width * width - 1] = steps
  }

  /// The sums of every state.
  ///
  /// - Parameters:
  ///   - rows: where the block's first row starts; rows are `stride` apart.
  ///   - states: of every transition.
  package static func collect(
    rows: UnsafePointer<Double>, stride: Int, dimension d: Int, states: [Int], limit: Int
  ) -> [TransitionSums] {
    var sums = [TransitionSums](repeating: TransitionSums(dimension: d), count: limit)
    for (t, state) in states.enumerated() { sums[state].add(rows: rows, stride: stride, transition: t) }
    return sums
  }

  /// Adds other sums.
  mutating func add(_ other: TransitionSums, weight: Double) {
    count += weight * other.count
    for place in gram.indices { gram[place] += weight * other.gram[place] }
  }

  /// Adds the step from bin `t` to the next.
  mutating func add(rows: UnsafePointer<Double>, stride: Int, transition t: Int) {
    let (d, width) = (dimension, 2 * dimension + 1)
    count += 1
    withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { v in
      for j in 0..<d {
        v[j] = rows[j * stride + t + 1]
        v[d + j] = rows[j * stride + t]
      }
      v[2 * d] = 1
      gram.withUnsafeMutableBufferPointer { g in
        for i in 0..<width { for j in i..<width { g[i * width + j] += v[i] * v[j] } }
      }
    }
  }
}
