import Foundation
import NeuralData

/// Anatomical connections by the neurons' names.
public enum AnatomicalConnectome {
  /// Reads a table `pre,post,weight`, or the tables of an installed Python package.
  ///
  /// - Parameter source: a file, `wormneuroatlas` or `cect`.
  /// - Throws: `FileError` when there is no such file or package, or ``ConnectomeError`` for a table without connections.
  public static func read(_ source: String) throws -> WeightedGraph {
    guard let inside = packages[source] else { return try table(source) }
    guard let folder = packageFolder(source) else {
      throw FileError(
        .missing, source, "the Python package is not installed",
        expected: "a folder of it that python3 knows",
        remedy: "install it with 'python3 -m pip install \(source)', or give a table 'pre,post,weight'")
    }
    return try table((folder as NSString).appendingPathComponent(inside))
  }

  /// Packages and the table of each: White and others (1986), and Cook and others (2019).
  private static let packages = [
    "wormneuroatlas": "data/aconnectome_white_1986_whole.csv", "cect": "data/herm_full_edgelist.csv",
  ]

  /// Tables with the columns of pre- and postsynaptic neuron and a number, under their usual names.
  private static func table(_ path: String) throws -> WeightedGraph {
    let bytes = try FileBytes.contents(of: path)
    // Some of the packages' tables are separated by tabs.
    let first = bytes.prefix { $0 != 0x0A }
    let usesTabs = first.contains(0x09) && !first.contains(0x2C)
    let table = try TextTable.decode(usesTabs ? bytes.map { $0 == 0x09 ? 0x2C : $0 } : bytes, path: path)
    guard let header = table.rows.first?.fields.map({ $0.lowercased() }) else {
      throw ConnectomeError.badGraph(problem: "\(path): the table holds no connections")
    }
    func column(_ names: [String]) -> Int? { header.firstIndex { names.contains($0) } }
    let pre = column(["pre", "source", "from", "i"])
    let post = column(["post", "target", "to", "j"])
    guard let pre, let post else { return try WeightedGraph.decode(table, path: path) }
    let weight = column(["weight", "synapses", "count"])
    var edges: [(String, String, weight: Double)] = []
    for row in table.rows.dropFirst() {
      guard row.fields.count == header.count else {
        throw FileError(
          .damaged, path, at: "line \(row.line)", "the row has \(row.fields.count) fields",
          expected: "\(header.count)")
      }
      var value = 1.0
      if let weight {
        guard let number = Double(row.fields[weight]), number.isFinite else {
          throw FileError(
            .damaged, path, at: "line \(row.line)", "'\(row.fields[weight].prefix(40))' is not a weight",
            expected: "a number")
        }
        value = number
      }
      if row.fields[pre].isEmpty || row.fields[post].isEmpty { continue }
      edges.append((row.fields[pre], row.fields[post], weight: value))
    }
    guard !edges.isEmpty else {
      throw ConnectomeError.badGraph(problem: "\(path): the table holds no connections")
    }
    return try WeightedGraph(named: edges)
  }

  /// Where Python finds a package's files, without importing it.
  private static func packageFolder(_ name: String) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import importlib.util as u; s = u.find_spec('\(name)'); print(list(s.submodule_search_locations)[0] if s else '')",
    ]
    process.standardOutput = output
    process.standardError = Pipe()
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let path = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return path.isEmpty ? nil : path
  }
}
