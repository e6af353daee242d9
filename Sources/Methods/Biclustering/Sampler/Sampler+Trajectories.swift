import Foundation
import Probability

extension Sampler {
  /// The dispersion with which Poisson counts are proposed from.
  static let poissonProposalDispersion = 100.0

  /// Draws ω and, given ω, states and trajectories of every block; Poisson counts correct each cluster's draw by an acceptance
  /// step.
  mutating func updateTrajectories(using stream: inout RandomStream) {
    let isPoisson = model.observation == .poisson
    let dispersions =
      isPoisson
      ? [Double](repeating: Self.poissonProposalDispersion, count: table.neurons) : state.dispersions
    drawAugmentation(dispersions: dispersions, using: &stream)
    let observations = observations(dispersions: dispersions)
    // Poisson counts have no such ω of their own.
    if !isPoisson {
      let windows = drawWindows(using: &stream)
      updateMarginalStates(observations, width: windows.width, offset: windows.offset, using: &stream)
      afterStep?(.marginalStates, &self, &stream)
    }
    guard isPoisson else { return drawPaths(observations, using: &stream) }
    for (index, block) in blocks.enumerated() {
      var law = observations[index]
      law.addDynamics(dynamics[index], states: state.states)
      for offset in Swift.stride(from: 0, to: block.dimension, by: rows) {
        proposePoissonPath(law, firstRow: block.first, offset: offset, using: &stream)
      }
    }
  }

  /// The pseudo-observations that ω makes of every block's counts.
  func observations(dispersions: [Double]) -> [GaussianPath] {
    blocks.map { block in
      var law = GaussianPath(dimension: block.dimension, length: table.bins)
      for offset in Swift.stride(from: 0, to: block.dimension, by: rows) {
        addObservations(
          &law, cluster: (block.first + offset) / rows, offset: offset, dispersions: dispersions)
      }
      return law
    }
  }

  /// Draws every block's trajectory given pseudo-observations, dynamics and states.
  mutating func drawPaths(_ observations: [GaussianPath], using stream: inout RandomStream) {
    let isDrawn = drawTamePaths(observations, using: &stream)
    precondition(isDrawn, "a trajectory's precision is not positive definite")
  }

  /// The same; false when dynamics are too wild for arithmetic, as they may be on the way of a proposal.
  mutating func drawTamePaths(_ observations: [GaussianPath], using stream: inout RandomStream) -> Bool {
    for (index, block) in blocks.enumerated() {
      var law = observations[index]
      law.addDynamics(dynamics[index], states: state.states)
      guard law.factorize() else { return false }
      writePath(law.draw(using: &stream), first: block.first, dimension: block.dimension)
    }
    return true
  }

  /// Draws ω of every count given the log-rates; 0 where a count is missing or has no weight.
  mutating func drawAugmentation(dispersions: [Double], using stream: inout RandomStream) {
    let length = stride
    var eta = [Double](repeating: 0, count: length)
    for i in 0..<table.neurons {
      let r = dispersions[i]
      let shift = log(r)
      eta.withUnsafeMutableBufferPointer { eta in
        state.paths.withUnsafeBufferPointer { paths in
          state.loadings.withUnsafeBufferPointer { loadings in
            LoadingLaplace.logRates(
              loadings.baseAddress! + i * rows, path: paths.baseAddress! + state.labels[i] * rows * length,
              rows: state.rows(of: state.labels[i]), length: length, into: eta.baseAddress!)
          }
        }
      }
      for t in 0..<table.bins {
        let weight = table.mask[i * length + t]
        omega[i * length + t] =
          weight > 0
          ? stream.polyaGamma(shape: table.count[i * length + t] + weight * r, tilt: eta[t] - shift) : 0
      }
    }
  }

  /// Adds the pseudo-observations of a cluster's neurons, whose rows begin at `offset` in the block.
  private func addObservations(_ law: inout GaussianPath, cluster: Int, offset: Int, dispersions: [Double]) {
    let (q, d, length) = (state.rows(of: cluster), law.dimension, stride)
    let products = q * (q + 1) / 2
    var sums = [Double](repeating: 0, count: (products + q) * length)
    sums.withUnsafeMutableBufferPointer { sums in
      omega.withUnsafeBufferPointer { omega in
        table.withUnsafe { counts in
          for i in state.members(cluster) {
            let r = dispersions[i]
            let level = state.loadings[i * rows] - log(r)
            let h = (0..<q).map { $0 == 0 ? 1 : state.loadings[i * rows + $0] }
            for t in Swift.stride(from: 0, to: length, by: 8) {
              let w = load(omega.baseAddress! + i * length + t)
              let kappa =
                0.5
                * (load(counts.count + i * length + t) - load(counts.mask + i * length + t) * r)
              let residual = kappa - w * level
              var place = sums.baseAddress! + t
              for a in 0..<q {
                for b in 0...a {
                  store(load(place) + w * (h[a] * h[b]), place)
                  place += length
                }
              }
              for a in 0..<q {
                store(load(place) + residual * h[a], place)
                place += length
              }
            }
          }
        }
      }
      for t in 0..<table.bins {
        var row = 0
        for a in 0..<q {
          for b in 0...a {
            let value = sums[row * length + t]
            law.diagonal[(t * d + offset + a) * d + offset + b] += value
            if a != b { law.diagonal[(t * d + offset + b) * d + offset + a] += value }
            row += 1
          }
        }
        for a in 0..<q { law.linear[t * d + offset + a] += sums[(products + a) * length + t] }
      }
    }
  }

  private mutating func writePath(_ path: [Double], first: Int, dimension d: Int) {
    for j in 0..<d { for t in 0..<table.bins { state.paths[(first + j) * stride + t] = path[t * d + j] } }
  }

  /// One cluster's path given the others in its block, drawn under the negative binomial law and accepted by the ratio
  /// of the two likelihoods.
  private mutating func proposePoissonPath(
    _ whole: GaussianPath, firstRow: Int, offset: Int, using stream: inout RandomStream
  ) {
    let (q, d, bins) = (rows, whole.dimension, table.bins)
    var law = GaussianPath(dimension: q, length: bins)
    func x(_ row: Int, _ t: Int) -> Double { state.paths[(firstRow + row) * stride + t] }
    for t in 0..<bins {
      for a in 0..<q {
        var linear = whole.linear[t * d + offset + a]
        for row in 0..<d where row < offset || row >= offset + q {
          linear -= whole.diagonal[(t * d + offset + a) * d + row] * x(row, t)
          if t > 0 { linear -= whole.lower[((t - 1) * d + offset + a) * d + row] * x(row, t - 1) }
          if t + 1 < bins { linear -= whole.lower[(t * d + row) * d + offset + a] * x(row, t + 1) }
        }
        law.linear[t * q + a] = linear
        for b in 0..<q {
          law.diagonal[(t * q + a) * q + b] = whole.diagonal[(t * d + offset + a) * d + offset + b]
          if t + 1 < bins {
            law.lower[(t * q + a) * q + b] = whole.lower[(t * d + offset + a) * d + offset + b]
          }
        }
      }
    }
    precondition(law.factorize(), "a trajectory's precision is not positive definite")
    let cluster = (firstRow + offset) / q
    let before = state
    let old = correction(cluster)
    writePath(law.draw(using: &stream), first: firstRow + offset, dimension: q)
    if log(1 - stream.uniform()) >= correction(cluster) - old { state = before }
  }

  /// Σ over a cluster's counts of log Poisson − log negative binomial of the proposal's dispersion.
  private func correction(_ cluster: Int) -> Double {
    let (q, length) = (rows, stride)
    var eta = [Double](repeating: 0, count: length)
    return table.withUnsafe { counts in
      state.members(cluster).reduce(0.0) { sum, i in
        eta.withUnsafeMutableBufferPointer { eta in
          state.paths.withUnsafeBufferPointer { paths in
            state.loadings.withUnsafeBufferPointer { loadings in
              LoadingLaplace.logRates(
                loadings.baseAddress! + i * q, path: paths.baseAddress! + cluster * q * length, rows: q,
                length: length, into: eta.baseAddress!)
            }
          }
          let start = UnsafePointer(eta.baseAddress!)
          let exact = CountLikelihood(counts, neuron: i, observation: .poisson, dispersion: 1)
          let proposed = CountLikelihood(
            counts, neuron: i, observation: .negativeBinomial, dispersion: Self.poissonProposalDispersion)
          return sum + exact.value(start) - proposed.value(start)
        }
      }
    }
  }
}
