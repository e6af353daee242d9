/// What the classes of a file are called at the moment: a permutation of the class numbers.
///
/// The labels of the file stay as they are; a concept shift changes this map, not seventy thousand labels.
public struct LabelMap: Sendable, Hashable {
  /// The present name of each class, `[class]`.
  public private(set) var names: [UInt8]
  /// The class that carries each name, `[name]`: the inverse of `names`.
  private var bases: [UInt8]

  /// Every class under its own number.
  public init(classes: Int) {
    precondition((2...256).contains(classes), "LabelMap: there must be 2 to 256 classes")
    names = (0..<classes).map { UInt8($0) }
    bases = names
  }

  /// The map with these names; `nil` unless they are 2 to 256 numbers from 0, each once.
  public init?(names: [UInt8]) {
    guard (2...256).contains(names.count) else { return nil }
    var bases = [UInt8?](repeating: nil, count: names.count)
    for (base, name) in names.enumerated() {
      guard Int(name) < names.count, bases[Int(name)] == nil else { return nil }
      bases[Int(name)] = UInt8(base)
    }
    self.names = names
    self.bases = bases.compactMap { $0 }
  }

  /// The present name of class `base`.
  public subscript(base: UInt8) -> UInt8 { names[Int(base)] }

  /// The class whose present name is `name`.
  public func base(named name: UInt8) -> UInt8 { bases[Int(name)] }

  /// Whether every class has its own number.
  public var isIdentity: Bool { names.indices.allSatisfy { names[$0] == UInt8($0) } }

  /// The map that leads back: it names by its class what this one names by its name.
  public var inverse: LabelMap {
    var map = self
    Swift.swap(&map.names, &map.bases)
    return map
  }

  /// First `earlier`, then this map: the name of a class is this map's name of `earlier`'s name of it.
  public func following(_ earlier: LabelMap) -> LabelMap {
    precondition(names.count == earlier.names.count, "LabelMap: both maps must have one number of classes")
    var map = earlier
    for (base, name) in earlier.names.enumerated() {
      map.names[base] = names[Int(name)]
      map.bases[Int(names[Int(name)])] = UInt8(base)
    }
    return map
  }

  /// Exchanges two different names; doing it twice changes nothing.
  ///
  /// - Complexity: O(1)
  public mutating func swap(_ first: UInt8, _ second: UInt8) {
    precondition(first != second, "LabelMap: a swap needs two different classes")
    names.swapAt(Int(bases[Int(first)]), Int(bases[Int(second)]))
    bases.swapAt(Int(first), Int(second))
  }

  /// Passes the names round: each of `cycle` becomes the next, the last the first.
  ///
  /// - Complexity: O(`cycle`)
  public mutating func rotate(_ cycle: [UInt8]) {
    precondition(Set(cycle).count == cycle.count, "LabelMap: a cycle holds each class once")
    let holders = cycle.map { bases[Int($0)] }
    for (place, holder) in holders.enumerated() {
      let next = cycle[(place + 1) % cycle.count]
      names[Int(holder)] = next
      bases[Int(next)] = holder
    }
  }
}

extension LabelMap: Codable {
  private enum CodingKeys: CodingKey { case names }

  /// Reads the names.
  ///
  /// - Throws: `DecodingError` when they are not a permutation.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let names = try container.decode([UInt8].self, forKey: .names)
    guard let map = LabelMap(names: names) else {
      throw DecodingError.dataCorruptedError(
        forKey: .names, in: container, debugDescription: "the class names \(names) are not a permutation")
    }
    self = map
  }

  /// Writes the names.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(names, forKey: .names)
  }
}
