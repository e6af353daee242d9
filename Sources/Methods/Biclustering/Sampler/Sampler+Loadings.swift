import Foundation
import Probability

extension Sampler {
  /// Draws (δ, c) of every neuron given the trajectories' ω, which is still that of the present log-rates' law: the
  /// trajectories and the loadings are both drawn given the same ω. Poisson loadings move with the labels alone.
  mutating func updateLoadings(using stream: inout RandomStream) {
    guard model.observation == .negativeBinomial else { return }
    let length = stride
    var weighted = [Double](repeating: 0, count: length)
    for i in 0..<table.neurons {
      let q = state.rows(of: state.labels[i])
      let r = state.dispersions[i]
      let shift = log(r)
      var precision = [Double](repeating: 0, count: q * q)
      var linear = [Double](repeating: 0, count: q)
      weighted.withUnsafeMutableBufferPointer { weighted in
        state.paths.withUnsafeBufferPointer { paths in
          omega.withUnsafeBufferPointer { omega in
            table.withUnsafe { counts in
              let path = paths.baseAddress! + state.labels[i] * rows * length
              let w = omega.baseAddress! + i * length
              var (weights, level) = (Lanes.zero, Lanes.zero)
              for t in Swift.stride(from: 0, to: length, by: 8) {
                let kappa =
                  0.5
                  * (load(counts.count + i * length + t) - load(counts.mask + i * length + t) * r)
                let residual = kappa - load(w + t) * (load(path + t) - shift)
                store(residual, weighted.baseAddress! + t)
                weights += load(w + t)
                level += residual
              }
              precision[0] = weights.sum() + 1
              linear[0] = level.sum()
              for j in 1..<q {
                let x = path + j * length
                linear[j] = dot(weighted.baseAddress!, x, length)
                precision[j * q] = dot(w, x, length)
                for k in 1...j {
                  precision[j * q + k] = dot(w, x, path + k * length, length) + (j == k ? 1 : 0)
                }
              }
            }
          }
        }
      }
      precision.withUnsafeMutableBufferPointer { l in
        linear.withUnsafeMutableBufferPointer { b in
          SmallMatrix.cholesky(l.baseAddress!, q)
          SmallMatrix.solveLower(l.baseAddress!, b.baseAddress!, q)
          for j in 0..<q { b[j] += stream.normal() }
          SmallMatrix.solveUpper(l.baseAddress!, b.baseAddress!, q)
          for j in 0..<q { state.loadings[i * rows + j] = b[j] }
        }
      }
    }
  }
}
