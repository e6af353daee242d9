import Foundation
import Laboratory
import NeuralData

/// A folder with a fit: `fit.json` with its settings, `counts.csv`, and a file for each chain.
public struct FitFolder: Sendable {
  /// The folder.
  public let path: String
  /// The settings.
  public let fit: BiclusterFit
  /// The counts.
  public let counts: SpikeCounts

  /// What `fit.json` holds.
  private struct Record: Codable {
    var format = 1
    var fit: BiclusterFit
  }

  /// Begins a folder, or finds one that was begun with the same settings and counts.
  ///
  /// - Throws: `FileError` when the folder holds another fit and `resuming` is asked for.
  public init(_ path: String, fit: BiclusterFit, counts: SpikeCounts, resuming: Bool) throws {
    (self.path, self.fit, self.counts) = (path, fit, counts)
    if resuming, FileManager.default.fileExists(atPath: file("fit.json")) {
      let begun = try FitFolder(reading: path)
      guard begun.fit == fit, begun.counts == counts else {
        throw FileError(
          .mismatched, path, "the folder holds a fit with other options or counts",
          expected: "the same options as before",
          remedy: "repeat the earlier command line, or start anew without --resume")
      }
      return
    }
    try AtomicFile.write(JSONText.encode(Record(fit: fit), pretty: true) + "\n", to: file("fit.json"))
    try AtomicFile.write(counts.encoded(), to: file("counts.csv"))
    if !resuming { for index in 0..<fit.chains { checkpoint(index).remove() } }
  }

  /// Reads a folder.
  ///
  /// - Throws: `FileError` when it is not there or damaged.
  public init(reading path: String) throws {
    self.path = path
    let name = (path as NSString).appendingPathComponent("fit.json")
    guard let data = FileManager.default.contents(atPath: name) else {
      throw FileError(
        .missing, name, "there is no fit in this folder",
        remedy: "make one with 'neuropil bicluster fit --out'")
    }
    guard let record = try? JSONText.decode(Record.self, from: String(decoding: data, as: UTF8.self)) else {
      throw FileError(.damaged, name, "the settings of the fit cannot be read")
    }
    fit = record.fit
    counts = try SpikeCounts.read((path as NSString).appendingPathComponent("counts.csv"))
    do { try fit.validate(counts: counts) } catch {
      throw FileError(.damaged, name, "the settings of the fit are not sound: \(error)")
    }
  }

  private func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  /// The checkpoint of a chain, which also keeps its draws.
  public func checkpoint(_ chain: Int) -> Checkpoint {
    Checkpoint(path: file("chain-\(chain + 1).safetensors"), configuration: fit)
  }

  /// The draws of all chains, in order.
  ///
  /// - Throws: `FileError` when a chain is missing, unfinished or damaged.
  public func chains() throws -> [ChainDraws] { try finished().map(\.draws) }

  /// The draws of all chains, in order, and how their proposals fared.
  ///
  /// - Throws: `FileError` when a chain is missing, unfinished or damaged.
  public func finished() throws -> [(draws: ChainDraws, moves: Sampler.MoveCounts)] {
    try (0..<fit.chains).map { index in
      let name = file("chain-\(index + 1).safetensors")
      guard let saved = try checkpoint(index).load(Chain.Position.self) else {
        throw FileError(
          .missing, name, "the chain was not run", remedy: "go on with 'neuropil bicluster fit … --resume'")
      }
      guard saved.state.sweep == fit.sweeps else {
        throw FileError(
          .mismatched, name, "the chain has done \(saved.state.sweep) of \(fit.sweeps) sweeps",
          remedy: "go on with 'neuropil bicluster fit … --resume'")
      }
      var draws = try ChainDraws(arrays: saved.arrays, path: name)
      draws.swaps = saved.state.swaps
      try check(draws, name)
      return (draws, saved.state.moves)
    }
  }

  private func check(_ draws: ChainDraws, _ name: String) throws {
    let count = Int(draws.count)
    let (n, bins, q) = (counts.neurons, counts.bins, fit.model.rows)
    let entries = stride(from: 0, to: draws.pathDraws.count - 1, by: 2)
    let isSound =
      count >= 1 && draws.labels.count == count * n && draws.states.count == count * (bins - 1)
      && draws.rateSum.count == n * bins && draws.rateSquares.count == n * bins
      && draws.clusters.count == fit.sweeps && draws.occupied.count == fit.sweeps
      && draws.logDensity.count == fit.sweeps / fit.thinning
      && draws.levelNorm.count == draws.logDensity.count
      && draws.logDispersion.count == draws.logDensity.count
      && draws.hidden.count == fit.hiddenPlaces(of: counts).count
      && draws.labels.allSatisfy { (0..<Int32(n)).contains($0) }
      && draws.meanFactors.count == (fit.model.infersFactors ? fit.sweeps : 0)
      && draws.factors.count == (fit.model.infersFactors ? count * n : 0)
      && draws.factors.allSatisfy { Int($0) <= fit.model.factors }
      && draws.pathDraws.count % 2 == 0
      && entries.allSatisfy {
        (0..<draws.count).contains(draws.pathDraws[$0]) && (1...Int32(n)).contains(draws.pathDraws[$0 + 1])
      }
      && entries.reduce(0) { $0 + Int(draws.pathDraws[$1 + 1]) } * q * bins == draws.paths.count
    if !isSound { throw FileError(.damaged, name, "the draws do not fit the settings of the fit") }
  }
}
