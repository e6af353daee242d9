import Foundation
import Laboratory

/// One case: our time, the peer's, and what the machine must at least do.
struct Case: Codable {
  var method: String
  var name: String
  var peer: String
  var seconds: Double
  var peerSeconds: Double
  var floor: String
  /// The processor it was measured on.
  var processor: String
  var ratio: Double { peerSeconds / seconds }
}

/// The cases measured so far.
struct Bench {
  private(set) var cases: [Case] = []
  /// The method whose cases are being added.
  var method = ""
  /// Uses every result, so that no work can be left out.
  var sink = 0.0

  /// Notes a case and prints it.
  mutating func add(_ name: String, _ peerName: String, _ ours: Double, _ theirs: Double?, floor: String) {
    guard let theirs else { return print("\(name): the peer is not installed") }
    cases.append(
      Case(
        method: method, name: name, peer: peerName, seconds: ours, peerSeconds: theirs, floor: floor,
        processor: Host.current.processor))
    print(String(format: "%@: %.3g s, %@ %.3g s, ratio %.1f", name, ours, peerName, theirs, theirs / ours))
  }

  /// Seconds of each case of a Python peer.
  ///
  /// - Parameters:
  ///   - threads: of every library the peer uses, as for our cases.
  ///   - environment: the folder of `.deps` whose Python runs it.
  func peer(_ script: String, threads: Int = 1, environment: String = "peers") throws -> [String: Double] {
    let python = Process()
    let output = Pipe()
    python.executableURL = URL(fileURLWithPath: ".deps/\(environment)/bin/python")
    python.arguments = ["Benchmarks/peers/\(script)"]
    python.environment = ProcessInfo.processInfo.environment.merging(
      [
        "OPENBLAS_NUM_THREADS": "\(threads)", "OMP_NUM_THREADS": "\(threads)",
        "MKL_NUM_THREADS": "\(threads)",
      ]) { $1 }
    python.standardOutput = output
    try python.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    python.waitUntilExit()
    return try JSONDecoder().decode([String: Double].self, from: data)
  }
}

/// The least time of several, in seconds.
func least(_ repeats: Int, _ work: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<repeats {
    let start = ContinuousClock.now
    try work()
    let time = (ContinuousClock.now - start).components
    best = min(best, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
  }
  return best
}
