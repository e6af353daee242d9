/// What a command line asks for.
public enum ParsedCommandLine {
  /// To run a command whose options are set.
  case run(any Command)
  /// To print this help.
  case help(String)
  /// To print the version.
  case version
}

/// Reads the words after the program's name.
///
/// - Parameters:
///   - words: the command line without the program's name.
///   - root: the outermost command.
///   - columns: the width of the help text.
/// - Returns: the command to run, or the help or version asked for.
/// - Throws: ``UsageError``, with a suggestion where a known name is near the typed one.
public func parse(_ words: [String], as root: any Command.Type, columns: Int = 80) throws -> ParsedCommandLine
{
  var path = [root]
  var rest = words[...]
  var wantsHelp = false
  if rest.first == "help" {
    rest = rest.dropFirst()
    wantsHelp = true
  }
  while let word = rest.first, !word.hasPrefix("-") {
    let subcommands = path.last!.configuration.subcommands
    if subcommands.isEmpty { break }
    guard let next = subcommands.first(where: { $0.configuration.name == word }) else {
      throw unknownCommand(word, in: path)
    }
    path.append(next)
    rest = rest.dropFirst()
  }
  let name = path.map { $0.configuration.name }.joined(separator: " ")
  let options = rest.prefix { $0 != "--" }
  if wantsHelp || options.contains("--help") || options.contains("-h") {
    return .help(helpText(for: path, columns: columns))
  }
  if path.count == 1, rest.first == "--version" { return .version }
  let command = path.last!.init()
  do {
    try assign(rest, to: declarations(of: command))
    try command.validate()
  } catch var error as UsageError {
    error.command = error.command ?? name
    throw error
  }
  if !path.last!.configuration.subcommands.isEmpty {
    var group = command
    do {
      try group.run()
    } catch var error as UsageError {
      error.command = name
      throw error
    }
  }
  return .run(command)
}

private func unknownCommand(_ word: String, in path: [any Command.Type]) -> UsageError {
  let names = path.last!.configuration.subcommands.map { $0.configuration.name }
  let hint =
    nearest(to: word, among: names).map { "did you mean '\($0)'?" }
    ?? "expected one of \(names.joined(separator: ", "))"
  return UsageError(
    "unknown command '\(word)'; \(hint)",
    command: path.map { $0.configuration.name }.joined(separator: " "))
}

private func assign(_ words: ArraySlice<String>, to declarations: [Declaration]) throws(UsageError) {
  let named = Dictionary(
    uniqueKeysWithValues: declarations.filter { $0.kind != .positional }.map { ($0.name, $0) })
  var positionals = declarations.filter { $0.kind == .positional }[...]
  var given = Set<String>()
  var rest = words
  var onlyPositionals = false

  func accept(_ word: String, for declaration: Declaration) throws(UsageError) {
    if given.insert(declaration.typedName).inserted {
      declaration.begin()
    } else if !declaration.isRepeatable {
      throw UsageError("\(declaration.typedName) is given twice; give it once")
    }
    guard declaration.accept(word) else {
      let hint = nearest(to: word, among: declaration.allowedWords).map { "; did you mean '\($0)'?" } ?? ""
      throw UsageError("\(declaration.typedName) is '\(word)', but must be \(declaration.expectation)\(hint)")
    }
  }

  while let word = rest.popFirst() {
    if word == "--", !onlyPositionals {
      onlyPositionals = true
    } else if word.hasPrefix("-"), word != "-", !onlyPositionals {
      let parts = word.drop { $0 == "-" }.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts.first ?? "")
      guard word.hasPrefix("--"), let declaration = named[name] else {
        let hint = nearest(to: name, among: named.keys.sorted()).map { "; did you mean --\($0)?" } ?? ""
        throw UsageError("unknown option '\(word.hasPrefix("--") ? "--\(name)" : word)'\(hint)")
      }
      if declaration.kind == .flag {
        guard parts.count == 1 else {
          throw UsageError("--\(name) is a switch and takes no value; write --\(name)")
        }
        try accept("", for: declaration)
      } else if parts.count == 2 {
        try accept(String(parts[1]), for: declaration)
      } else {
        guard let value = rest.first, !value.hasPrefix("--") else {
          throw UsageError("--\(name) needs a value, \(declaration.expectation)")
        }
        rest = rest.dropFirst()
        try accept(value, for: declaration)
      }
    } else if let declaration = positionals.first {
      try accept(word, for: declaration)
      if !declaration.isRepeatable { positionals = positionals.dropFirst() }
    } else {
      throw UsageError("'\(word)' is not expected here; options begin with --")
    }
  }
  if let missing = declarations.first(where: { $0.isRequired && !given.contains($0.typedName) }) {
    throw UsageError("\(missing.typedName) is missing (\(missing.help.sentenceStart))")
  }
}

extension String {
  /// The first sentence, without its full stop and with a small first letter.
  fileprivate var sentenceStart: String {
    let sentence = split(separator: ".", maxSplits: 1).first.map(String.init) ?? self
    let second = sentence.dropFirst().first
    return second?.isUppercase == true ? sentence : sentence.prefix(1).lowercased() + sentence.dropFirst()
  }
}
