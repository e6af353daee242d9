import Foundation
import Probability

/// Orthogonal maps of the factor rows under which the model does not change; a proposed trajectory is turned by one of
/// them at random, and its density is the mean over all.
struct RotationGroup: Sendable {
  /// p × p matrices, row by row; a group.
  let maps: [[Double]]
  let factors: Int

  /// Both signs of one factor, 256 rotations with and without reflection of two, signs and orders of three or four, signs of more.
  init(factors p: Int) {
    factors = p
    switch p {
    case 1: maps = [[1], [-1]]
    case 2:
      maps = (0..<256).flatMap { step -> [[Double]] in
        let angle = 2 * Double.pi * Double(step) / 256
        let (c, s) = (cos(angle), sin(angle))
        return [[c, -s, s, c], [c, s, s, -c]]
      }
    default:
      var orders = [Array(0..<p)]
      if p <= 4 {
        orders = [[]]
        for item in 0..<p {
          orders = orders.flatMap { o in (0...o.count).map { Array(o[..<$0]) + [item] + Array(o[$0...]) } }
        }
      }
      maps = orders.flatMap { order in
        (0..<(1 << p)).map { signs in
          var map = [Double](repeating: 0, count: p * p)
          for (row, column) in order.enumerated() {
            map[row * p + column] = signs >> row & 1 == 0 ? 1 : -1
          }
          return map
        }
      }
    }
  }
}
