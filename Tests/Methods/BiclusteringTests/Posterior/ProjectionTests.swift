import Biclustering
import Foundation
import Testing

@Suite struct ProjectionTests {
  private let path = [0.3, 0.1, -0.4, 0.6, 0.2, 1.0, 2.0, 0.0, -1.0, 0.5, 0.2, -0.3, 0.4, 0.1, 0.9]
  private let loadings = [0.5, 0.7, -0.2, -0.1, 0.1, 0.4]

  private func logRates(_ path: [Double], _ loadings: [Double]) -> [Double] {
    var rates: [Double] = []
    for i in 0..<2 {
      for t in 0..<5 {
        var eta = loadings[3 * i] + path[t]
        for j in 1...2 { eta += loadings[3 * i + j] * path[5 * j + t] }
        rates.append(eta)
      }
    }
    return rates
  }

  /// A6.
  @Test func logRatesDoNotChangeAndFactorsAreOrthogonal() {
    let projection = Projection(path: path, loadings: loadings, rows: 3, bins: 5)
    for (old, new) in zip(logRates(path, loadings), logRates(projection.path, projection.loadings)) {
      #expect(abs(old - new) < 1e-12)
    }
    let (first, second) = (Array(projection.path[5..<10]), Array(projection.path[10..<15]))
    #expect(abs(zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-12)
    func norm(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    #expect(abs(norm(first) - 2.2611679126) < 1e-9)
    #expect(abs(norm(second) - 0.8118618546) < 1e-9)
    #expect(abs(projection.loadings[0] - 0.958) < 1e-12)
    #expect(abs(projection.loadings[3] - 0.214) < 1e-12)
    let expected = [0.5031751562, 1.5700218354, -0.5159112334, -1.4553971405, -0.1018886176]
    for (a, b) in zip(first, expected) { #expect(abs(a - b) < 1e-9) }
  }

  @Test func alignmentUndoesSignsAndOrder() {
    let reference = Projection(path: path, loadings: loadings, rows: 3, bins: 5)
    let turned = reference.path[..<5] + reference.path[10...] + reference.path[5..<10].map { -$0 }
    var again = Projection(path: Array(turned), loadings: [], rows: 3, bins: 5)
    again.align(to: reference.path)
    for (a, b) in zip(again.path, reference.path) { #expect(abs(a - b) < 1e-12) }
  }
}
