/// The shells for which completion scripts can be written.
public enum Shell: String, CaseIterable, Sendable, OptionValue {
  /// GNU Bash 3.2 or newer.
  case bash
  /// Z shell 5 or newer.
  case zsh
}

/// A script that completes commands, options and their values for the program `root`.
///
/// Source it (`source <(program completions bash)`), or put it where the shell looks for completions.
public func completionScript(for root: any Command.Type, shell: Shell) -> String {
  let program = root.configuration.name
  let nodes = completionNodes(root, path: [])
  let cases = nodes.map { node in
    let values = node.values.map { "      --\($0.name)) \($0.action) ;;" }
    let valueCase =
      values.isEmpty
      ? "" : "    case \"$previous\" in\n\(values.joined(separator: "\n"))\n    esac\n"
    return """
        '\(node.path)')
      \(valueCase)    choices='\(node.words.joined(separator: " "))' ;;
      """
  }.joined(separator: "\n")
  let paths = nodes.map { "'\($0.path)'" }.joined(separator: "|")
  switch shell {
  case .bash:
    return """
      # Completion of \(program) for bash.
      _\(program)() {
        local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" path='' word choices='' values=''
        for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
          case "${path:+$path }$word" in \(paths)) path="${path:+$path }$word" ;; *) break ;; esac
        done
        case "$path" in
      \(cases)
        esac
        case "$values" in
          @files) COMPREPLY=($(compgen -f -- "$current")) ;;
          @folders) COMPREPLY=($(compgen -d -- "$current")) ;;
          '') COMPREPLY=($(compgen -W "$choices" -- "$current")) ;;
          *) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
        esac
      }
      complete -o filenames -F _\(program) \(program)
      """
  case .zsh:
    return """
      #compdef \(program)
      # Completion of \(program) for zsh.
      _\(program)() {
        local current="${words[CURRENT]}" previous="${words[CURRENT-1]}" path_='' word choices='' values=''
        for word in "${(@)words[2,CURRENT-1]}"; do
          case "${path_:+$path_ }$word" in (\(paths)) path_="${path_:+$path_ }$word" ;; (*) break ;; esac
        done
        case "$path_" in
      \(cases)
        esac
        case "$values" in
          (@files) _files ;;
          (@folders) _files -/ ;;
          ('') compadd -- ${=choices} ;;
          (*) compadd -- ${=values} ;;
        esac
      }
      compdef _\(program) \(program)
      """
  }
}

private struct CompletionNode {
  var path: String
  var words: [String]
  var values: [(name: String, action: String)]
}

private func completionNodes(_ command: any Command.Type, path: [String]) -> [CompletionNode] {
  let configuration = command.configuration
  let options = declarations(of: command.init()).filter { $0.kind != .positional }
  let values = options.compactMap { option -> (name: String, action: String)? in
    if !option.allowedWords.isEmpty {
      return (option.name, "values='\(option.allowedWords.joined(separator: " "))'")
    }
    switch option.completion {
    case .file: return (option.name, "values=@files")
    case .folder: return (option.name, "values=@folders")
    case .none: return nil
    }
  }
  var words = configuration.subcommands.map { $0.configuration.name }
  words += declarations(of: command.init()).filter { $0.kind == .positional }.flatMap(\.allowedWords)
  words += options.map(\.typedName) + ["--help"]
  return [CompletionNode(path: path.joined(separator: " "), words: words, values: values)]
    + configuration.subcommands.flatMap { completionNodes($0, path: path + [$0.configuration.name]) }
}
