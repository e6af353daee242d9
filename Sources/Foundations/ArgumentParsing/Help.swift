/// The help of the command at the end of `path`.
func helpText(for path: [any Command.Type], columns: Int) -> String {
  let configuration = path.last!.configuration
  let declared = declarations(of: path.last!.init())
  var sections = [configuration.abstract.wrapped(to: columns)]

  let name = path.map { $0.configuration.name }.joined(separator: " ")
  sections.append(
    "USAGE\n" + usage(name: name, declared, configuration).wrapped(to: columns, indent: 2, hanging: 6))
  if !configuration.discussion.isEmpty {
    sections.append(
      configuration.discussion.paragraphs.map { $0.wrapped(to: columns) }.joined(separator: "\n\n"))
  }
  if !configuration.subcommands.isEmpty {
    let rows = configuration.subcommands.map { ($0.configuration.name, $0.configuration.abstract) }
    sections.append("COMMANDS\n" + table(rows, columns: columns))
  }
  let positionals = declared.filter { $0.kind == .positional }
  if !positionals.isEmpty {
    sections.append("ARGUMENTS\n" + table(positionals.map(row), columns: columns))
  }
  let options = declared.filter { $0.kind != .positional }
  for group in [nil] + options.compactMap(\.group).uniqued {
    let members = options.filter { $0.group == group }
    if members.isEmpty { continue }
    sections.append((group ?? "OPTIONS") + "\n" + table(members.map(row), columns: columns))
  }
  if !configuration.examples.isEmpty {
    let lines = configuration.examples.map { example in
      "  \(example.command)\n" + example.note.wrapped(to: columns, indent: 6, hanging: 6)
    }
    sections.append("EXAMPLES\n" + lines.joined(separator: "\n"))
  }
  if !configuration.subcommands.isEmpty {
    sections.append("'\(name) <command> --help' explains a command.")
  }
  return sections.joined(separator: "\n\n")
}

private func usage(name: String, _ declared: [Declaration], _ configuration: CommandConfiguration) -> String {
  if !configuration.subcommands.isEmpty { return "\(name) <command> [options]" }
  var words = [name]
  words += declared.filter { $0.kind == .option && $0.isRequired }.map { "--\($0.name) \($0.valueName)" }
  words += declared.filter { $0.kind == .positional }.map {
    $0.isRequired ? $0.typedName : "[\($0.typedName)\($0.isRepeatable ? " …" : "")]"
  }
  if declared.contains(where: { $0.kind != .positional && !$0.isRequired }) { words.append("[options]") }
  return words.joined(separator: " ")
}

private func row(_ declaration: Declaration) -> (String, String) {
  let left =
    switch declaration.kind {
    case .positional: declaration.typedName
    case .flag: declaration.typedName
    case .option: "\(declaration.typedName) \(declaration.valueName)"
    }
  var help = declaration.help
  if declaration.isRequired { help += " Required." }
  if let text = declaration.defaultText { help += " Default: \(text)." }
  return (left, help)
}

private func table(_ rows: [(String, String)], columns: Int) -> String {
  let widest = rows.map { $0.0.count }.max() ?? 0
  let indent = min(widest, 26) + 4
  return rows.map { left, right in
    let text = right.wrapped(to: columns, indent: indent, hanging: indent)
    if left.count > 26 { return "  \(left)\n\(text)" }
    return "  " + left + text.dropFirst(left.count + 2)
  }.joined(separator: "\n")
}

extension String {
  fileprivate var paragraphs: [String] {
    split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty)
      .map { $0.joined(separator: " ") }
  }

  fileprivate func wrapped(to columns: Int, indent: Int = 0, hanging: Int = 0) -> String {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var isEmpty = true
    for word in split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > columns {
        lines.append(line)
        line = String(repeating: " ", count: hanging)
        isEmpty = true
      }
      line += isEmpty ? word : " " + word
      isEmpty = false
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension Array where Element == String {
  fileprivate var uniqued: [String] {
    var seen = Set<String>()
    return filter { seen.insert($0).inserted }
  }
}
