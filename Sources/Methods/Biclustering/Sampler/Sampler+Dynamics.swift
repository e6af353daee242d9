import Foundation
import Probability

extension Sampler {
  /// Draws ([A b], Q) of every state and block given the trajectories and states; a state without transitions draws
  /// from the prior.
  mutating func updateDynamics(using stream: inout RandomStream) {
    dynamics = blocks.map { block in transitionSums(block).map { posterior($0).draw(using: &stream) } }
  }

  /// Sums over the transitions of every state in a block.
  func transitionSums(_ block: (first: Int, dimension: Int)) -> [TransitionSums] {
    state.paths.withUnsafeBufferPointer { paths in
      TransitionSums.collect(
        rows: paths.baseAddress! + block.first * stride, stride: stride, dimension: block.dimension,
        states: state.states, limit: model.stateLimit)
    }
  }

  /// Shifts each cluster's trajectory by a constant s and its neurons' δ by −c̃ᵢ·s and the dynamics' b by (I − A)s,
  /// which changes no log-rate; s is drawn from its exact conditional law along these shifts (Liu and Sabatti 2000).
  mutating func updateLevels(using stream: inout RandomStream) {
    for cluster in 0..<state.clusters {
      let q = state.rows(of: cluster)
      let (blockIndex, offset) = model.coupling == .full ? (0, cluster * q) : (cluster, 0)
      let d = dynamics[blockIndex][0].dimension
      var precision = [Double](repeating: 0, count: q * q)
      var linear = [Double](repeating: 0, count: q)
      for j in 0..<q {
        precision[j * q + j] += 1
        linear[j] -= state.paths[(cluster * rows + j) * stride]
      }
      for i in state.members(cluster) {
        let delta = state.loadings[i * rows]
        for j in 0..<q {
          let cj = j == 0 ? 1 : state.loadings[i * rows + j]
          linear[j] += delta * cj
          for k in 0..<q { precision[j * q + k] += cj * (k == 0 ? 1 : state.loadings[i * rows + k]) }
        }
      }
      for law in dynamics[blockIndex] {
        // U(b + (I − A)E s) ~ N(0, I) under the prior of b given Q.
        for i in 0..<d {
          var constant = 0.0
          var slope = [Double](repeating: 0, count: q)
          for k in 0..<d {
            let u = law.whitener[i * d + k]
            constant += u * law.coefficients[k * (d + 1) + d]
            for j in 0..<q {
              slope[j] += u * ((k == offset + j ? 1 : 0) - law.coefficients[k * (d + 1) + offset + j])
            }
          }
          for j in 0..<q {
            linear[j] -= constant * slope[j]
            for k in 0..<q { precision[j * q + k] += slope[j] * slope[k] }
          }
        }
      }
      guard let factor = SmallMatrix.cholesky(precision, q) else { continue }
      factor.withUnsafeBufferPointer { l in
        linear.withUnsafeMutableBufferPointer { s in
          SmallMatrix.solveLower(l.baseAddress!, s.baseAddress!, q)
          for j in 0..<q { s[j] += stream.normal() }
          SmallMatrix.solveUpper(l.baseAddress!, s.baseAddress!, q)
        }
      }
      let shift = linear
      for j in 0..<q {
        for t in 0..<table.bins { state.paths[(cluster * rows + j) * stride + t] += shift[j] }
      }
      for i in state.members(cluster) {
        for j in 0..<q { state.loadings[i * rows] -= shift[j] * (j == 0 ? 1 : state.loadings[i * rows + j]) }
      }
      for l in dynamics[blockIndex].indices {
        for k in 0..<d {
          var change = 0.0
          for j in 0..<q {
            change +=
              shift[j]
              * ((k == offset + j ? 1 : 0) - dynamics[blockIndex][l].coefficients[k * (d + 1) + offset + j])
          }
          dynamics[blockIndex][l].coefficients[k * (d + 1) + d] += change
        }
      }
    }
  }
}
