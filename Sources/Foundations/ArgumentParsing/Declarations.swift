/// What may be typed as a value, for shell completion.
public enum ValueCompletion: Sendable, Hashable {
  /// Anything.
  case none
  /// A file's path.
  case file
  /// A folder's path.
  case folder
}

/// One option, flag or positional value of a command, as the parser and the help see it.
struct Declaration {
  enum Kind { case option, flag, positional }
  var kind: Kind
  var name: String
  var help: String
  var valueName: String
  var expectation: String
  var allowedWords: [String]
  var completion: ValueCompletion
  /// The default as typed; `nil` when there is none to show.
  var defaultText: String?
  /// The present value as it would be typed; `nil` when there is none.
  var valueText: () -> String?
  var isRequired: Bool
  var isRepeatable: Bool
  /// The group's heading; `nil` for the command's own.
  var group: String?
  /// Takes one typed word; false when it is not a value of the type.
  var accept: (String) -> Bool
  /// Says that values follow which replace the default.
  var begin: () -> Void

  /// The name as typed: `--cells`, or `<file>`.
  var typedName: String { kind == .positional ? "<\(name)>" : "--\(name)" }
}

/// A property wrapper that declares something typed on the command line.
protocol Declaring {
  func declaration(label: String) -> Declaration
}

/// A property wrapper that holds a group of declarations.
protocol DeclaringGroup {
  var groupTitle: String { get }
  var groupValue: Any { get }
}

/// Every declaration among the properties of a command or group, in order.
func declarations(of value: Any, group: String? = nil) -> [Declaration] {
  Mirror(reflecting: value).children.flatMap { child -> [Declaration] in
    if let declaring = child.value as? any Declaring {
      var declaration = declaring.declaration(label: String((child.label ?? "").drop { $0 == "_" }))
      declaration.group = group
      return [declaration]
    }
    if let nested = child.value as? any DeclaringGroup {
      return declarations(of: nested.groupValue, group: nested.groupTitle)
    }
    return []
  }
}

/// The value of every option, flag and argument by name, as it would be typed; defaults included, absent ones left out.
public func settings(of command: any Command) -> [String: String] {
  declarations(of: command).reduce(into: [:]) { settings, declaration in
    settings[declaration.name] = declaration.valueText()
  }
}

/// `learningRate` as typed: `learning-rate`.
func typedName(of label: String) -> String {
  var name = ""
  for character in label {
    if character.isUppercase { name.append("-") }
    name.append(contentsOf: character.lowercased())
  }
  return name
}
