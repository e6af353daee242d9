/// A type whose values can be typed on a command line.
public protocol OptionValue {
  /// Reads one word; `nil` when it is not such a value.
  init?(argument: String)
  /// How the value is written in the help, such as `N`.
  static var valueName: String { get }
  /// What a wrong word should have been, such as `a whole number`.
  static var expectation: String { get }
  /// The only words allowed, for types with few values.
  static var allowedWords: [String] { get }
  /// The word that gives this value, shown as a default.
  var argumentText: String { get }
}

extension OptionValue {
  /// No fixed list.
  public static var allowedWords: [String] { [] }
  /// The value's own description.
  public var argumentText: String { "\(self)" }
}

extension Int: OptionValue {
  /// Reads a decimal whole number; `1e6` and `1_000_000` count when they are whole.
  public init?(argument: String) {
    let digits = argument.filter { $0 != "_" }
    if let value = Int(digits) {
      self = value
    } else if let value = Double(digits), let exact = Int(exactly: value), abs(value) <= 0x1p53 {
      self = exact
    } else {
      return nil
    }
  }
  /// `N`
  public static var valueName: String { "N" }
  /// A whole number.
  public static var expectation: String { "a whole number" }
}

extension UInt64: OptionValue {
  /// Reads a decimal whole number that is not negative.
  public init?(argument: String) { self.init(argument) }
  /// `N`
  public static var valueName: String { "N" }
  /// A whole number that is not negative.
  public static var expectation: String { "a whole number from 0 to 18446744073709551615" }
}

extension Double: OptionValue {
  /// Reads a finite decimal number.
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  /// `X`
  public static var valueName: String { "X" }
  /// A finite number.
  public static var expectation: String { "a finite number" }
  /// The shortest text that gives the value, without a trailing `.0`.
  public var argumentText: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension String: OptionValue {
  /// Takes any word.
  public init?(argument: String) { self = argument }
  /// `TEXT`
  public static var valueName: String { "TEXT" }
  /// A word.
  public static var expectation: String { "a word" }
}

extension OptionValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// Reads one of the cases' names.
  public init?(argument: String) { self.init(rawValue: argument) }
  /// The names, separated by bars.
  public static var valueName: String { allowedWords.joined(separator: "|") }
  /// One of the names.
  public static var expectation: String { "one of " + allowedWords.joined(separator: ", ") }
  /// The names of the cases.
  public static var allowedWords: [String] { allCases.map(\.rawValue) }
  /// The case's name.
  public var argumentText: String { rawValue }
}
