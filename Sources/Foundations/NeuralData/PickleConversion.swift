/// Makes a value of a machine's nodes; what nodes share, the value shares.
struct PickleConversion {
  /// Why nodes make no value.
  struct Problem: Error {
    var text: String
  }

  /// The deepest nesting of collections; deeper values could exhaust the stack of whoever walks them.
  static let deepest = 200

  private let nodes: [PickleMachine.Node]
  private let limit: Int
  /// Each node's value and how many values it holds when spelt out.
  private var made: [(value: Pickle.Value, count: Int)?]
  private var isOpen: [Bool]

  /// - Parameter limit: the most values the whole may hold when spelt out.
  init(nodes: [PickleMachine.Node], limit: Int) {
    self.nodes = nodes
    self.limit = limit
    made = Array(repeating: nil, count: nodes.count)
    isOpen = Array(repeating: false, count: nodes.count)
  }

  mutating func value(of place: Int) throws(Problem) -> Pickle.Value { try convert(place, depth: 0).value }

  private mutating func convert(_ place: Int, depth: Int) throws(Problem) -> (value: Pickle.Value, count: Int)
  {
    if let done = made[place] { return done }
    guard depth <= Self.deepest else {
      throw Problem(text: "collections are nested more than \(Self.deepest) deep")
    }
    guard !isOpen[place] else { throw Problem(text: "a collection contains itself") }
    isOpen[place] = true
    defer { isOpen[place] = false }
    let result: (Pickle.Value, Int)
    switch nodes[place] {
    case .value(let value): result = (value, 1)
    case .string(let bytes):
      result = (String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes), 1)
    case .list(let items):
      let (values, count) = try convert(items, depth: depth)
      result = (.list(values), count)
    case .tuple(let items):
      let (values, count) = try convert(items, depth: depth)
      result = (.tuple(values), count)
    case .set(let items):
      let (values, count) = try convert(items, depth: depth)
      result = (.set(values), count)
    case .dictionary(let items):
      let (values, count) = try convert(items, depth: depth)
      result = (.dictionary(try entries(values)), count)
    case .constructor(let constructor):
      throw Problem(text: "a class ('\(constructor.rawValue)') stands where a value is expected")
    case .numericType: throw Problem(text: "a type of numbers stands where a value is expected")
    case .emptyArray: throw Problem(text: "an array has no contents")
    case .storage: throw Problem(text: "a storage stands where a tensor is expected")
    }
    made[place] = result
    return result
  }

  private mutating func convert(_ items: [Int], depth: Int) throws(Problem) -> ([Pickle.Value], Int) {
    var values: [Pickle.Value] = []
    values.reserveCapacity(items.count)
    var total = 1
    for item in items {
      let (value, count) = try convert(item, depth: depth + 1)
      total += count
      guard total <= limit else {
        throw Problem(text: "the pickle repeats its contents too often to be read safely")
      }
      values.append(value)
    }
    return (values, total)
  }

  /// Keys and values in turn; a key given again keeps its place and takes the new value.
  private func entries(_ items: [Pickle.Value]) throws(Problem) -> [Pickle.Entry] {
    var entries: [Pickle.Entry] = []
    var places: [Pickle.Value: Int] = [:]
    for index in stride(from: 0, to: items.count, by: 2) {
      let key = items[index]
      guard Self.isKey(key) else { throw Problem(text: "the key of a dictionary is no plain value") }
      if let place = places[key] {
        entries[place].value = items[index + 1]
      } else {
        places[key] = entries.count
        entries.append(Pickle.Entry(key: key, value: items[index + 1]))
      }
    }
    return entries
  }

  private static func isKey(_ value: Pickle.Value) -> Bool {
    switch value {
    case .none, .truth, .integer, .number, .text, .bytes: true
    case .tuple(let items):
      items.count <= 16 && items.allSatisfy { if case .tuple = $0 { false } else { isKey($0) } }
    default: false
    }
  }
}
