import Foundation

let measurements: [(name: String, measure: (inout Bench) throws -> Void)] = [
  ("bicluster", measureBiclustering), ("connectome", measureDynamicConnectomes),
  ("dendrites", measureDendrites), ("elm", measureExpressiveNeurons),
  ("homeostasis", measureHomeostasis),
  ("memory", measureHippocampalMemory), ("places", measurePlaces), ("tensors", measureTensors),
  ("prune", measureActivePruning),
]
let wanted = CommandLine.arguments.dropFirst()
if let unknown = wanted.first(where: { name in !measurements.contains { $0.name == name } }) {
  print("there is no benchmark '\(unknown)'; expected \(measurements.map(\.name).joined(separator: ", "))")
  exit(64)
}
var bench = Bench()
for (name, measure) in measurements where wanted.isEmpty || wanted.contains(name) {
  bench.method = name
  try measure(&bench)
}

if !bench.sink.isFinite { print("a result was not finite") }

// Methods that were not asked for keep their earlier figures.
let results = URL(fileURLWithPath: "Benchmarks/results.json")
let earlier = (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: results))) ?? []
let kept = measurements.flatMap { method in
  let measured = bench.cases.filter { $0.method == method.name }
  return measured.isEmpty ? earlier.filter { $0.method == method.name } : measured
}
let encoder = JSONEncoder()
encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
try encoder.encode(kept).write(to: results)
let rows = kept.map {
  "| \($0.method) | \($0.name) | \(String(format: "%.3g", $0.seconds)) s | \($0.peer) | \(String(format: "%.3g", $0.peerSeconds)) s | **\(String(format: "%.1f", $0.ratio))** | \($0.floor) |"
}
let processors = Dictionary(grouping: kept, by: \.processor).map { processor, cases in
  let methods = measurements.map(\.name).filter { name in cases.contains { $0.method == name } }
  return methods.count == measurements.count ? processor : "\(processor) (\(methods.joined(separator: ", ")))"
}
let page = """
  # Benchmarks

  `make bench` runs every case beside what a user would otherwise run, one thread each unless a case says otherwise, in one
  process tree, and writes this page; `make bench ONLY=dendrites` measures one method again. Times are the least of several; the ratio is the peer's time over ours.
  Measured on: \(processors.sorted().joined(separator: "; ")).

  | method | case | ours | peer | peer's | ratio | what it must at least do |
  |---|---|---|---|---|---|---|
  \(rows.joined(separator: "\n"))

  """
try page.write(toFile: "Benchmarks/README.md", atomically: true, encoding: .utf8)
