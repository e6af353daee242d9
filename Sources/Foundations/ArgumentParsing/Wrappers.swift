/// The value behind a wrapper; shared by the copies that reflection makes, so that the parser can set it.
final class Slot<Value> {
  var value: Value?
  init(_ value: Value?) { self.value = value }
}

/// A named value: `--cells 2000` or `--cells=2000`.
///
/// A property without a default must be typed; an optional property may be left out; an array takes values
/// separated by commas, and may be typed several times.
@propertyWrapper
public struct Option<Value>: Declaring {
  let slot: Slot<Value>
  let make: (String, Slot<Value>) -> Declaration

  /// The typed value, or the default.
  public var wrappedValue: Value {
    get {
      guard let value = slot.value else {
        preconditionFailure("An option was read before the command line was parsed.")
      }
      return value
    }
    nonmutating set { slot.value = newValue }
  }

  func declaration(label: String) -> Declaration { make(typedName(of: label), slot) }

  init(_ slot: Slot<Value>, _ make: @escaping (String, Slot<Value>) -> Declaration) {
    self.slot = slot
    self.make = make
  }

  /// An option that must be typed.
  public init(_ help: String, valueName: String? = nil, completion: ValueCompletion = .none)
  where Value: OptionValue {
    self.init(Slot(nil)) { name, slot in
      single(.option, name, help, valueName, completion, slot, required: true) { slot.value = $0 }
    }
  }

  /// An option with a default.
  public init(
    wrappedValue: Value, _ help: String, valueName: String? = nil, completion: ValueCompletion = .none
  ) where Value: OptionValue {
    self.init(Slot(wrappedValue)) { name, slot in
      single(.option, name, help, valueName, completion, slot, required: false) { slot.value = $0 }
    }
  }

  /// An option that may be left out.
  public init<Wrapped: OptionValue>(
    _ help: String, valueName: String? = nil, completion: ValueCompletion = .none
  ) where Value == Wrapped? {
    self.init(Slot(.some(nil))) { name, slot in
      single(
        .option, name, help, valueName, completion, Slot<Wrapped>(slot.value ?? nil), required: false
      ) {
        slot.value = .some($0)
      }
    }
  }

  /// An option with several values, separated by commas.
  public init<Element: OptionValue>(
    wrappedValue: [Element], _ help: String, valueName: String? = nil, completion: ValueCompletion = .none
  ) where Value == [Element] {
    self.init(Slot(wrappedValue)) { name, slot in
      list(.option, name, help, valueName ?? "\(Element.valueName),…", completion, slot)
    }
  }
}

/// A switch: `--json`.
@propertyWrapper
public struct Flag: Declaring {
  let slot: Slot<Bool>
  let help: String

  /// Whether it was typed.
  public var wrappedValue: Bool {
    get { slot.value ?? false }
    nonmutating set { slot.value = newValue }
  }

  /// A switch that is off unless typed.
  public init(wrappedValue: Bool = false, _ help: String) {
    slot = Slot(wrappedValue)
    self.help = help
  }

  func declaration(label: String) -> Declaration {
    let slot = slot
    return Declaration(
      kind: .flag, name: typedName(of: label), help: help, valueName: "", expectation: "", allowedWords: [],
      completion: .none, defaultText: nil, valueText: { slot.value == true ? "true" : nil },
      isRequired: false, isRepeatable: false,
      accept: { _ in
        slot.value = true
        return true
      }, begin: {})
  }
}

/// A value without a name, told by its place: `neuropil runs show 12`.
@propertyWrapper
public struct Argument<Value>: Declaring {
  let slot: Slot<Value>
  let make: (String, Slot<Value>) -> Declaration

  /// The typed value, or the default.
  public var wrappedValue: Value {
    get {
      guard let value = slot.value else {
        preconditionFailure("An argument was read before the command line was parsed.")
      }
      return value
    }
    nonmutating set { slot.value = newValue }
  }

  func declaration(label: String) -> Declaration { make(typedName(of: label), slot) }

  /// A value that must be typed.
  public init(_ help: String, completion: ValueCompletion = .none) where Value: OptionValue {
    slot = Slot(nil)
    make = { name, slot in
      single(.positional, name, help, nil, completion, slot, required: true) { slot.value = $0 }
    }
  }

  /// All further values.
  public init<Element: OptionValue>(
    wrappedValue: [Element], _ help: String, completion: ValueCompletion = .none
  ) where Value == [Element] {
    slot = Slot(wrappedValue)
    make = { name, slot in list(.positional, name, help, nil, completion, slot) }
  }
}

/// The options of an ``ArgumentGroup`` among a command's own.
@propertyWrapper
public struct OptionGroup<Group: ArgumentGroup>: DeclaringGroup {
  /// The group with its typed values.
  public var wrappedValue: Group

  /// Includes a group.
  public init() { wrappedValue = Group() }

  var groupTitle: String { Group.title }
  var groupValue: Any { wrappedValue }
}

private func single<Value: OptionValue>(
  _ kind: Declaration.Kind, _ name: String, _ help: String, _ valueName: String?,
  _ completion: ValueCompletion, _ slot: Slot<Value>, required: Bool, set: @escaping (Value) -> Void
) -> Declaration {
  Declaration(
    kind: kind, name: name, help: help, valueName: valueName ?? Value.valueName,
    expectation: Value.expectation, allowedWords: Value.allowedWords, completion: completion,
    defaultText: slot.value?.argumentText, valueText: { slot.value?.argumentText }, isRequired: required,
    isRepeatable: false,
    accept: { word in
      guard let value = Value(argument: word) else { return false }
      set(value)
      return true
    }, begin: {})
}

private func list<Element: OptionValue>(
  _ kind: Declaration.Kind, _ name: String, _ help: String, _ valueName: String?,
  _ completion: ValueCompletion, _ slot: Slot<[Element]>
) -> Declaration {
  let defaults = slot.value ?? []
  return Declaration(
    kind: kind, name: name, help: help, valueName: valueName ?? Element.valueName,
    expectation: Element.expectation, allowedWords: Element.allowedWords, completion: completion,
    defaultText: defaults.isEmpty ? nil : defaults.map(\.argumentText).joined(separator: ","),
    valueText: {
      slot.value.flatMap { $0.isEmpty ? nil : $0.map(\.argumentText).joined(separator: ",") }
    },
    isRequired: false, isRepeatable: true,
    accept: { word in
      // An option's words are lists; a positional word is one value, which may hold a comma.
      let words = kind == .positional ? [word] : word.split(separator: ",").map(String.init)
      let values = words.compactMap { Element(argument: $0) }
      guard values.count == words.count, !values.isEmpty else { return false }
      slot.value = (slot.value ?? []) + values
      return true
    }, begin: { slot.value = [] })
}
