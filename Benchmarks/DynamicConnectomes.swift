import DynamicConnectomes
import Foundation
import Probability

func measureDynamicConnectomes(_ bench: inout Bench) throws {
  let numpy = try bench.peer("connectome.py")
  let (times, animals, pairs) = (240, 21, 4950)
  var stream = RandomStream(seed: 1, "benchmark")
  // With as many zeros as affinities have; the peer gets the same numbers in law.
  let values = (0..<(times * animals * pairs)).map { _ -> Float in
    let value = Float(stream.uniform())
    return value < 0.65 ? 0 : value
  }
  for layout in [TensorLayout.dense, .sparse] {
    let tensor = try MaskedTensor(values, times: times, animals: animals, pairs: pairs, layout: layout)
    for (threads, suffix) in [(1, ""), (2, ", two threads")] {
      let sweeps = 20
      let seconds =
        try least(3) {
          let fit = CPFit(rank: 16, sweeps: sweeps, tolerance: 0)
          bench.sink += try fit.run(tensor, threads: threads).relativeError
        } / Double(sweeps)
      let peer = threads == 1 ? numpy : try bench.peer("connectome.py", threads: 2)
      bench.add(
        "HALS, 240 x 21 x 4950, 16 components, \(layout.rawValue): one sweep" + suffix,
        "NumPy, unfolding each mode", seconds, peer["one sweep"],
        floor: layout == .dense ? "1.6 GFLOP, 200 MB read" : "0.56 GFLOP, 105 MB read")
    }
  }
  let network = try CommunityBenchmark.network(kind: 3, number: 1, seed: 1)
  let path = NSTemporaryDirectory() + "neuropil-benchmark-network.csv"
  try network.graph.encoded().write(toFile: path, atomically: true, encoding: .utf8)
  let tool = graphTool(path)
  for (name, kind) in [("plain", NestedBlockFit.DegreeCorrection.off), ("degree-corrected", .on)] {
    var fit = NestedBlockFit()
    fit.degreeCorrection = kind
    let settings = fit
    let seconds = try least(3) {
      bench.sink += try settings.run(network.graph, threads: 1).best.descriptionLength
    }
    bench.add(
      "nested block model, 125 nodes, \(network.graph.edges.count) edges: \(name)", "graph-tool", seconds,
      tool?[name], floor: "some million changes of description length")
    if tool == nil { print(String(format: "%@: %.3g s", name, seconds)) }
  }
}

/// Seconds of graph-tool, by the system's Python, which Debian's package belongs to.
private func graphTool(_ path: String) -> [String: Double]? {
  let python = Process()
  let output = Pipe()
  python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
  python.arguments = ["Benchmarks/peers/connectome_blocks.py"]
  python.environment = ProcessInfo.processInfo.environment.merging(
    ["GRAPH": path, "OMP_NUM_THREADS": "1"]) { $1 }
  python.standardOutput = output
  python.standardError = Pipe()
  guard (try? python.run()) != nil else { return nil }
  let data = output.fileHandleForReading.readDataToEndOfFile()
  python.waitUntilExit()
  return try? JSONDecoder().decode([String: Double].self, from: data)
}
