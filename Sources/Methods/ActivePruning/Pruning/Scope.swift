/// How what a step prunes is shared among the layers.
public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
  /// The lowest scores of the whole network.
  case global
  /// The same share of every layer, called uniform in the literature.
  case layer
  /// The same share of every layer but the first, which stays dense, and of the last no more than 80 % in all
  /// (Gale et al. 2019).
  case uniformPlus = "uniform-plus"
  /// Densities in proportion to the sum over the product of a layer's dimensions; where that exceeds 1 a layer stays
  /// dense (Evci et al. 2020).
  case erdosRenyi = "erdos-renyi"

  /// How many weights each of the table's parameters loses.
  ///
  /// - Parameters:
  ///   - count: how many are lost in all.
  ///   - mask: which weights are alive.
  ///   - floor: fewest weights that stay in each parameter.
  /// - Returns: whole numbers that add up to `count`, or to less when the layers cannot lose more; `nil` when the scores
  ///   decide.
  func counts(_ count: Int, of mask: Mask, floor: Int) -> [Int]? {
    let (parts, alive) = (mask.table.parts, mask.aliveByPart)
    var room = alive.map { max(0, $0 - floor) }
    switch self {
    case .global: return nil
    case .layer: return Self.shared(count, wanted: alive.map(Double.init), room: room)
    case .uniformPlus:
      var wanted = alive.map(Double.init)
      if let first = room.indices.first {
        (room[first], wanted[first]) = (0, 0)
        let last = room.count - 1
        room[last] = min(room[last], max(0, alive[last] - (parts[last].places.count + 4) / 5))
      }
      return Self.shared(count, wanted: wanted, room: room)
    case .erdosRenyi:
      let densities = Self.erdosRenyiDensities(
        shapes: parts.map(\.shape), keeping: Double(max(0, mask.aliveCount - count)))
      let wanted = zip(zip(densities, parts), alive).map { pair, alive in
        max(0, Double(alive) - pair.0 * Double(pair.1.places.count))
      }
      return Self.shared(count, wanted: wanted, room: room)
    }
  }

  /// Share of each layer that stays, so that `keeping` weights stay in all.
  static func erdosRenyiDensities(shapes: [[Int]], keeping: Double) -> [Double] {
    let sizes = shapes.map { Double($0.reduce(1, *)) }
    let raw = zip(shapes, sizes).map { shape, size in size > 0 ? Double(shape.reduce(0, +)) / size : 0 }
    var isDense = [Bool](repeating: false, count: shapes.count)
    while true {
      let open = shapes.indices.filter { !isDense[$0] }
      let dense = shapes.indices.filter { isDense[$0] }.reduce(0) { $0 + sizes[$1] }
      let weight = open.reduce(0) { $0 + raw[$1] * sizes[$1] }
      let factor = weight > 0 ? max(0, keeping - dense) / weight : 0
      let saturated = open.filter { factor * raw[$0] > 1 }
      if saturated.isEmpty { return shapes.indices.map { isDense[$0] ? 1 : factor * raw[$0] } }
      for place in saturated { isDense[place] = true }
    }
  }

  /// Whole numbers in proportion to what is wanted that add up to `count`; what finds no room goes to the others, and
  /// rounding to the largest remainders, the first among equals.
  static func shared(_ count: Int, wanted: [Double], room: [Int]) -> [Int] {
    var given = [Int](repeating: 0, count: wanted.count)
    var left = min(count, room.reduce(0, +))
    while left > 0 {
      let open = wanted.indices.filter { given[$0] < room[$0] }
      let sum = open.reduce(0) { $0 + wanted[$1] }
      let parts = open.map { place in
        (
          place: place,
          exact: Double(left) * (sum > 0 ? wanted[place] / sum : 1 / Double(open.count))
        )
      }
      let whole = parts.map { min(room[$0.place] - given[$0.place], Int($0.exact.rounded(.down))) }
      for (part, whole) in zip(parts, whole) { given[part.place] += whole }
      left -= whole.reduce(0, +)
      let hasRoundedOnly = zip(parts, whole).allSatisfy { $1 == Int($0.exact.rounded(.down)) }
      if hasRoundedOnly {
        func remainder(_ part: (place: Int, exact: Double)) -> Double {
          part.exact - part.exact.rounded(.down)
        }
        let order = parts.sorted { (-remainder($0), $0.place) < (-remainder($1), $1.place) }
        for part in order where left > 0 && given[part.place] < room[part.place] {
          given[part.place] += 1
          left -= 1
        }
      }
    }
    return given
  }
}
