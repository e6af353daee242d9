/// What the classes of a file are called at the moment: a permutation of the class numbers.
public struct LabelMap: Sendable, Hashable, Codable {
  /// The present name of each class.
  public private(set) var names: [UInt8]

  /// Every class under its own number.
  public init(classes: Int) {
    precondition((2...256).contains(classes), "LabelMap: there must be 2 to 256 classes")
    names = (0..<classes).map { UInt8($0) }
  }

  /// The present name of class `base`.
  public subscript(base: UInt8) -> UInt8 { names[Int(base)] }

  /// Exchanges two names; doing it twice changes nothing.
  public mutating func swap(_ first: UInt8, _ second: UInt8) {
    for place in names.indices {
      if names[place] == first {
        names[place] = second
      } else if names[place] == second {
        names[place] = first
      }
    }
  }

  mutating func assign(_ names: [UInt8]) { self.names = names }

  /// Passes the names round: each of `cycle` becomes the next, the last the first.
  public mutating func rotate(_ cycle: [UInt8]) {
    var next = Array(names.indices).map { UInt8($0) }
    for (place, name) in cycle.enumerated() { next[Int(name)] = cycle[(place + 1) % cycle.count] }
    names = names.map { next[Int($0)] }
  }
}
