import ArgumentParsing
import DynamicConnectomes
import Figures
import Foundation
import HierarchicalData
import Laboratory
import LinearAlgebra
import NeuralData
import Parallel
import Tensors

/// Says what is installed.
struct DoctorCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "doctor", abstract: "Says what is installed and what is missing.",
      examples: [.init("neuropil doctor", "A line for each part.")])
  }
  @OptionGroup var common: CommonOptions

  func run() throws {
    let host = Host.current
    let lines = [
      ("neuropil", neuropilVersion), ("system", "\(host.system), \(host.architecture)"),
      ("processor", "\(host.processor), \(availableThreads) threads"),
      ("features", Host.vectorFeatures.isEmpty ? "unknown" : Host.vectorFeatures.joined(separator: ", ")),
      ("BLAS", blas), ("zlib", LinkedLibraries.zlib), ("libpng", LinkedLibraries.png),
      ("libmatio", MATLABFile.libraryVersion), ("igraph", Modularity.libraryVersion),
      ("SQLite", RunRecord.libraryVersion), ("Plotly", plotly), ("LibTorch", libTorch),
      (
        "Fashion-MNIST",
        FileManager.default.fileExists(atPath: ImageClassificationData.installedFashionMNIST)
          ? ImageClassificationData.installedFashionMNIST
          : "missing: install the Debian package dataset-fashion-mnist, or use --data"
      ),
      ("digits", ImageClassificationData.installedDigits ?? "missing: run 'make deps', or use --data"),
      ("run record", record),
    ]
    show(Dictionary(uniqueKeysWithValues: lines), json: common.json, lines)
  }

  private var blas: String {
    let asked = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
    return "OpenBLAS \(BLAS.version), kernels for \(BLAS.core)"
      + (asked.map { " (OPENBLAS_CORETYPE asks for \($0))" } ?? "")
  }

  private var libTorch: String {
    guard let version = LibTorch.version else {
      return LibTorch.problem.map { "missing: \($0.reason); \($0.remedy ?? "")" } ?? "missing"
    }
    return "\(version), for \(Device.usable.map(\.description).joined(separator: ", "))"
  }

  private var plotly: String {
    guard let script = try? PlotlyScript.find() else { return "missing: run 'make deps' to write reports" }
    // The script's first comment: "plotly.js v3.0.1".
    let version = script.prefix(200).split(separator: "plotly.js v").dropFirst().first?.prefix {
      $0.isNumber || $0 == "."
    }
    return version.map { "plotly.js \($0)" } ?? "found"
  }

  private var record: String {
    guard let record = RunRecord.standard else { return "off: NEUROPIL_RUNS is empty" }
    do throws(RunRecord.Problem) {
      let count = try record.probe()
      return "\(record.path), writable, \(count) run\(count == 1 ? "" : "s")"
    } catch {
      return "not usable: \(error)"
    }
  }
}
