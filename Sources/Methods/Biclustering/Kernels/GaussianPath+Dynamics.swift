extension GaussianPath {
  /// Adds N(0, I) of the first bin and every transition's
  mutating func addDynamics(_ dynamics: [LinearDynamics], states: [Int]) {
    let d = dimension
    let width = 2 * d + 1
    let forms = dynamics.map { dynamics -> [Double] in
      let g = dynamics.residualMap
      var m = [Double](repeating: 0, count: width * width)
      for k in 0..<d {
        for i in 0..<width { for j in 0..<width { m[i * width + j] += g[k * width + i] * g[k * width + j] } }
      }
      return m
    }
    for j in 0..<d { diagonal[j * d + j] += 1 }
    diagonal.withUnsafeMutableBufferPointer { diagonal in
      lower.withUnsafeMutableBufferPointer { lower in
        linear.withUnsafeMutableBufferPointer { linear in
          for (t, l) in states.enumerated() {
            forms[l].withUnsafeBufferPointer { m in
              for i in 0..<d {
                for j in 0..<d {
                  diagonal[((t + 1) * d + i) * d + j] += m[i * width + j]
                  diagonal[(t * d + i) * d + j] += m[(d + i) * width + d + j]
                  lower[(t * d + i) * d + j] = m[i * width + d + j]
                }
                linear[(t + 1) * d + i] -= m[i * width + 2 * d]
                linear[t * d + i] -= m[(d + i) * width + 2 * d]
              }
            }
          }
        }
      }
    }
  }
}
