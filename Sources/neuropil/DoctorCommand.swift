import ArgumentParsing
import Figures
import Foundation
import Laboratory
import LinearAlgebra
import NeuralData
import Parallel

/// Says what is installed.
struct DoctorCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "doctor", abstract: "Says what is installed and what is missing.",
      examples: [.init("neuropil doctor", "A line for each part.")])
  }
  @OptionGroup var common: CommonOptions

  func run() throws {
    let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let fields = cpu.split(separator: "\n").reduce(into: [String: String]()) { fields, line in
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, fields[parts[0]] == nil { fields[parts[0]] = parts[1] }
    }
    let flags = Set((fields["flags"] ?? "").split(separator: " ").map(String.init))
    let features = ["sse2", "avx2", "fma", "avx512f"].filter(flags.contains)
    let plotly = (try? PlotlyScript.find()) != nil
    let fashion = FileManager.default.fileExists(atPath: ImageClassificationData.installedFashionMNIST)
    let override = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
    let lines = [
      ("neuropil", neuropilVersion), ("system", ProcessInfo.processInfo.operatingSystemVersionString),
      ("processor", "\(fields["model name"] ?? "unknown"), \(availableThreads) threads"),
      ("features", features.isEmpty ? "unknown" : features.joined(separator: ", ")),
      (
        "BLAS",
        "OpenBLAS \(BLAS.version), kernels for \(BLAS.core)"
          + (override.map { " (OPENBLAS_CORETYPE asks for \($0))" } ?? "")
      ),
      ("Plotly", plotly ? "found" : "missing: run 'make deps' to write reports"),
      (
        "Fashion-MNIST",
        fashion
          ? ImageClassificationData.installedFashionMNIST
          : "missing: install the Debian package dataset-fashion-mnist, or use --data"
      ),
    ]
    show(Dictionary(uniqueKeysWithValues: lines), json: common.json, lines)
  }
}
