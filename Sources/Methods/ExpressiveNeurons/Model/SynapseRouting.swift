import NeuralData
import Probability

/// How inputs reach the synapses of branches.
public enum SynapseRouting: Sendable, Hashable, Codable {
  /// Every input has one synapse, and every synapse a trace of its own: the neuron without branches.
  case direct
  /// Inputs in order, `synapsesPerBranch` to a branch; the branches take every input once.
  case consecutive(branches: Int, synapsesPerBranch: Int)
  /// Overlapping windows over the interlocked inputs, excitatory and inhibitory in turn (NeuronIO).
  case interlockedWindows(branches: Int, synapsesPerBranch: Int)
  /// Every synapse reads an input drawn uniformly, with replacement.
  case random(branches: Int, synapsesPerBranch: Int, seed: UInt64)
  /// The input of every synapse, `[branch, synapse]`; `nil` where a synapse reads nothing. Branches are equally long.
  case table([[Int?]])

  /// Number of branches, for `inputs` inputs.
  public func branches(inputs: Int) -> Int {
    switch self {
    case .direct: inputs
    case .consecutive(let branches, _), .interlockedWindows(let branches, _), .random(let branches, _, _):
      branches
    case .table(let rows): rows.count
    }
  }

  /// Number of synapses of each branch.
  public var synapsesPerBranch: Int {
    switch self {
    case .direct: 1
    case .consecutive(_, let count), .interlockedWindows(_, let count), .random(_, let count, _): count
    case .table(let rows): rows.first?.count ?? 0
    }
  }

  /// The order in which the first and second half of the inputs take turns: 0, n/2, 1, n/2 + 1, …
  ///
  /// - Throws: ``ExpressiveNeuronError`` for an odd number of inputs, whose halves do not match.
  public static func interlocked(inputs: Int) throws(ExpressiveNeuronError) -> [Int] {
    guard inputs % 2 == 0 else {
      throw .inconsistent(
        "interlocking needs as many excitatory as inhibitory inputs, but there are \(inputs) in all; use another routing"
      )
    }
    return (0..<inputs).map { $0 % 2 * (inputs / 2) + $0 / 2 }
  }

  /// Positions that overlapping windows read, `[window, position]`: window `i` begins at `i · ⌈n / windows⌉`; `nil` behind
  /// the last position.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the windows leave positions uncovered.
  public static func windows(positions: Int, windows: Int, length: Int) throws(ExpressiveNeuronError)
    -> [[Int?]]
  {
    let stride = (positions + windows - 1) / windows
    guard stride <= length else {
      let uncovered = (0..<positions).filter { $0 % stride >= length }
      let shown = uncovered.prefix(8).map(String.init).joined(separator: ", ")
      throw .inconsistent(
        "\(windows) windows of \(length) synapses leave \(uncovered.count) of \(positions) inputs uncovered (positions \(shown)\(uncovered.count > 8 ? ", …" : "")); use at least \(stride) synapses a branch"
      )
    }
    return (0..<windows).map { window in
      (0..<length).map { window * stride + $0 < positions ? window * stride + $0 : nil }
    }
  }

  /// The input of every synapse, `[branch, synapse]`.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the routing does not fit the inputs.
  public func inputs(of inputs: Int) throws(ExpressiveNeuronError) -> [[Int?]] {
    let (branches, each) = (branches(inputs: inputs), synapsesPerBranch)
    guard branches >= 1, each >= 1, branches <= 1 << 24, each <= 1 << 24, branches * each <= 1 << 26 else {
      throw .inconsistent("\(branches) branches of \(each) synapses cannot be; both must be 1 or more")
    }
    switch self {
    case .direct: return (0..<inputs).map { [$0] }
    case .consecutive:
      guard branches * each == inputs else {
        throw .inconsistent(
          "\(branches) branches of \(each) synapses take \(branches * each) inputs, but there are \(inputs); without routing the numbers must be equal"
        )
      }
      return (0..<branches).map { branch in (0..<each).map { branch * each + $0 } }
    case .interlockedWindows:
      let order = try Self.interlocked(inputs: inputs)
      return try Self.windows(positions: inputs, windows: branches, length: each).map {
        $0.map { $0.map { order[$0] } }
      }
    case .random(_, _, let seed):
      var stream = RandomStream(seed: seed, "synapse routing")
      return (0..<branches).map { _ in (0..<each).map { _ in stream.integer(below: inputs) } }
    case .table(let rows):
      for (branch, row) in rows.enumerated() {
        guard row.count == each else {
          throw .inconsistent(
            "branch \(branch) of the table has \(row.count) synapses, but branch 0 has \(each)")
        }
        if let place = row.firstIndex(where: { $0.map { $0 < 0 || $0 >= inputs } ?? false }) {
          throw .inconsistent(
            "synapse \(place) of branch \(branch) reads input \(row[place]!), but there are inputs 0 to \(inputs - 1)"
          )
        }
      }
      return rows
    }
  }
}

extension SynapseRouting {
  /// NeuronIO's windows for another number of inputs: a branch has as many synapses as its share of the inputs has in the paper,
  /// 100 for 29, unless given.
  public static func interlockedWindows(inputs: Int, branches: Int, synapsesPerBranch: Int?) -> SynapseRouting
  {
    let stride = (inputs + max(1, branches) - 1) / max(1, branches)
    return .interlockedWindows(
      branches: branches,
      synapsesPerBranch: synapsesPerBranch ?? max(stride, Int((Double(stride) * 100 / 29).rounded())))
  }

  /// A table from a CSV file: the input of every synapse from 0, a branch a row, -1 where a synapse reads nothing.
  ///
  /// - Throws: `FileError` when rows differ in length or a number is not whole.
  public init(file path: String) throws(FileError) {
    let table = try CSVTable.read(path)
    var rows: [[Int?]] = []
    for row in 0..<table.rows {
      rows.append([])
      for column in 0..<table.columns {
        let value = table.values[row * table.columns + column]
        guard let input = Int(exactly: value), input >= -1 else {
          throw FileError(
            .mismatched, path, at: "row \(row + 1), column \(column + 1)", "the number is \(value)",
            expected: "an input's number from 0, or -1 for none")
        }
        rows[row].append(input < 0 ? nil : input)
      }
    }
    guard !rows.isEmpty else { throw FileError(.mismatched, path, "there are no rows") }
    self = .table(rows)
  }
}
