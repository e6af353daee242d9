import Foundation
import NeuralData
import Spiking

extension MemoryConfiguration {
  /// The published file: three objects, keyed by population and synapse names.
  private struct File: Codable {
    var neuronParameters: [String: [String: Double]]
    var initNeuronParameters: [String: [String: Double]]
    var synParameters: [String: [String: Value]]
  }

  private enum Value: Codable {
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }
  }

  private static var neuronKeys: [(String, WritableKeyPath<CurrentLIF, Double>)] {
    [
      ("cm", \.capacitance), ("i_offset", \.offsetCurrent), ("tau_m", \.membraneTimeConstant),
      ("tau_refrac", \.refractoryPeriod), ("tau_syn_E", \.excitatoryTimeConstant),
      ("tau_syn_I", \.inhibitoryTimeConstant), ("v_reset", \.resetPotential), ("v_rest", \.restPotential),
      ("v_thresh", \.threshold),
    ]
  }
  private static var ruleKeys: [(String, WritableKeyPath<PairSTDP, Double>)] {
    [
      ("tau_plus", \.presynapticTimeConstant), ("tau_minus", \.postsynapticTimeConstant),
      ("A_plus", \.potentiation), ("A_minus", \.depression), ("w_max", \.maximum), ("w_min", \.minimum),
    ]
  }

  /// Reads a published configuration file (`network_config.json`); its population names tell the circuit.
  ///
  /// - Throws: `FileError` for a file that cannot be read or is no such JSON; ``MemoryError`` with the key's path for
  ///   unknown or missing keys and values that make no sense.
  public init(contentsOf path: String) throws {
    try self.init(json: JSONFile.read(path), path: path)
  }

  /// Reads the bytes of a published configuration file.
  public init(json bytes: [UInt8], path: String) throws {
    let file: File = try JSONFile.decode(bytes, path: path)
    guard
      let circuit = CircuitKind.allCases.first(where: { kind in
        Set(kind.populations.map(\.key)) == Set(file.neuronParameters.keys)
      })
    else {
      let known = Set(CircuitKind.allCases.flatMap { $0.populations.map(\.key) })
      if let unknown = file.neuronParameters.keys.sorted().first(where: { !known.contains($0) }) {
        throw MemoryError.badEntry(
          "\(path), neuronParameters.\(unknown)", "there is no such population",
          expected: "populations of one circuit, such as CA3cueCueRecallL")
      }
      throw MemoryError.badEntry(
        "\(path), neuronParameters",
        "the populations \(file.neuronParameters.keys.sorted().joined(separator: ", ")) are of no circuit",
        expected: CircuitKind.contentAddressable.populations.map(\.key).joined(separator: ", "))
    }
    self.init(circuit)
    try readNeurons(file, path: path)
    try readSynapses(file, path: path)
    do {
      try validate()
    } catch MemoryError.badEntry(let place, let problem, let expected) {
      throw MemoryError.badEntry("\(path), \(place)", problem, expected: expected)
    }
  }

  private mutating func readNeurons(_ file: File, path: String) throws {
    let initialKeys = circuit.populations.map(\.initialKey)
    for key in file.initNeuronParameters.keys.sorted() where !initialKeys.contains(key) {
      throw MemoryError.badEntry(
        "\(path), initNeuronParameters.\(key)", "there is no such population",
        expected: "one of \(initialKeys.joined(separator: ", "))")
    }
    for population in circuit.populations {
      var neuron = population.neuron
      let values = file.neuronParameters[population.key]!
      for key in values.keys.sorted() where !Self.neuronKeys.contains(where: { $0.0 == key }) {
        throw MemoryError.badEntry(
          "\(path), neuronParameters.\(population.key).\(key)", "there is no such parameter",
          expected: "one of \(Self.neuronKeys.map(\.0).joined(separator: ", "))")
      }
      for (key, property) in Self.neuronKeys {
        guard let value = values[key] else {
          throw MemoryError.badEntry(
            "\(path), neuronParameters.\(population.key).\(key)", "nothing is given", expected: "a number")
        }
        neuron[keyPath: property] = value
      }
      let initial = file.initNeuronParameters[population.initialKey] ?? [:]
      for key in initial.keys.sorted() where key != "vInit" {
        throw MemoryError.badEntry(
          "\(path), initNeuronParameters.\(population.initialKey).\(key)", "there is no such parameter",
          expected: "vInit")
      }
      if let potential = initial["vInit"] { neuron.initialPotential = potential }
      neurons[population.key] = neuron
    }
  }

  private mutating func readSynapses(_ file: File, path: String) throws {
    for key in file.synParameters.keys.sorted() where synapses[key] == nil {
      throw MemoryError.badEntry(
        "\(path), synParameters.\(key)", "there are no such synapses in the circuit \(circuit.rawValue)",
        expected: "one of \(circuit.synapses.map(\.key).joined(separator: ", "))")
    }
    for (key, _, _, kind) in circuit.synapses {
      let place = "\(path), synParameters.\(key)"
      guard let values = file.synParameters[key] else {
        throw MemoryError.badEntry(place, "the synapses are missing", expected: "an object")
      }
      let allowed =
        ["initWeight", "delay", "receptor_type"] + (kind == .plastic ? Self.ruleKeys.map(\.0) : [])
      for name in values.keys.sorted() where !allowed.contains(name) {
        throw MemoryError.badEntry(
          "\(place).\(name)", "there is no such parameter",
          expected: "one of \(allowed.joined(separator: ", "))")
      }
      func number(_ name: String) throws -> Double {
        guard case .number(let value)? = values[name] else {
          throw MemoryError.badEntry(
            "\(place).\(name)", values[name] == nil ? "nothing is given" : "this is text",
            expected: "a number")
        }
        return value
      }
      guard case .text(let type)? = values["receptor_type"], let read = SynapseGroup.Kind(rawValue: type)
      else {
        throw MemoryError.badEntry(
          "\(place).receptor_type", "not a type of synapse", expected: "'\(kind.rawValue)'")
      }
      var rule: PairSTDP?
      if kind == .plastic {
        var pair = synapses[key]!.rule!
        for (name, property) in Self.ruleKeys { pair[keyPath: property] = try number(name) }
        rule = pair
      }
      synapses[key] = SynapseGroup(
        weight: try number("initWeight"), delay: try number("delay"), kind: read, rule: rule)
    }
  }

  /// The configuration as a published file.
  public var json: String {
    var file = File(neuronParameters: [:], initNeuronParameters: [:], synParameters: [:])
    for population in circuit.populations {
      let neuron = neurons[population.key]!
      file.neuronParameters[population.key] = Dictionary(
        uniqueKeysWithValues: Self.neuronKeys.map { ($0.0, neuron[keyPath: $0.1]) })
      file.initNeuronParameters[population.initialKey] = ["vInit": neuron.initialPotential]
    }
    for (key, group) in synapses {
      var values: [String: Value] = [
        "initWeight": .number(group.weight), "delay": .number(group.delay),
        "receptor_type": .text(group.kind.rawValue),
      ]
      if let rule = group.rule {
        for (name, property) in Self.ruleKeys { values[name] = .number(rule[keyPath: property]) }
      }
      file.synParameters[key] = values
    }
    return JSONFile.encode(file)
  }
}

/// JSON files with errors that say where.
enum JSONFile {
  /// The bytes of a file, or of standard input for `-`.
  static func read(_ path: String) throws(FileError) -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(.missing, path, "there is no such file", remedy: "check the path")
    }
    if isFolder.boolValue { throw FileError(.unreadable, path, "is a folder", expected: "a file") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError(.unreadable, path, "cannot be read", remedy: "check its permissions")
    }
    return [UInt8](data)
  }

  static func decode<Value: Decodable>(_ bytes: [UInt8], path: String) throws(FileError) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch let error as DecodingError {
      let (context, problem): (DecodingError.Context, String) =
        switch error {
        case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
        case .typeMismatch(let type, let context): (context, "this must be \(name(of: type))")
        case .valueNotFound(_, let context): (context, "nothing is given")
        case .dataCorrupted(let context): (context, String(context.debugDescription[...].trimmingSuffix(".")))
        @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "\(error)")
        }
      let place = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
        .joined()
      throw FileError(
        .damaged, path, at: place.isEmpty ? nil : String(place.drop { $0 == "." }), problem,
        expected: place.isEmpty ? "JSON" : nil)
    } catch {
      throw FileError(.damaged, path, "\(error)", expected: "JSON")
    }
  }

  private static func name(of type: Any.Type) -> String {
    switch type {
    case is [Any].Type: "a list"
    case is [String: Any].Type: "an object"
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    default: "a number"
    }
  }

  static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: (try? encoder.encode(value)) ?? Data(), as: UTF8.self)
  }
}

extension Substring {
  /// The text without a last full stop.
  fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
    hasSuffix(suffix) ? dropLast(suffix.count) : self
  }
}
