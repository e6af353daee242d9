/// Any JSON, for results whose form only the command that wrote them knows.
public enum JSONValue: Sendable, Hashable, Codable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number.
  case number(Double)
  /// Text.
  case text(String)
  /// Values in order.
  case array([JSONValue])
  /// Values by name.
  case object([String: JSONValue])

  /// Reads any JSON.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Writes the JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }

  /// The same without lists of more than `limit` values and lists of lists or objects.
  func summary(limit: Int = 100) -> JSONValue {
    switch self {
    case .object(let members):
      .object(members.mapValues { $0.summary(limit: limit) }.filter { $0.value != .null })
    case .array(let values):
      values.count <= limit && values.allSatisfy(\.isScalar) ? self : .null
    default: self
    }
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  /// Names and values of all members, those of inner objects as `outer.inner`, by name.
  public var flattened: [(name: String, value: JSONValue)] {
    guard case .object(let members) = self else { return [("", self)] }
    return members.sorted { $0.key < $1.key }.flatMap { key, value in
      value.flattened.map { ($0.name.isEmpty ? key : "\(key).\($0.name)", $0.value) }
    }
  }
}
