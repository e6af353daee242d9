import NeuralData

extension NWB {
  /// Activity of regions of interest over time, such as calcium traces.
  public struct Responses: Sendable, Hashable {
    /// Samples a second, in Hz.
    public var rate: Double
    /// A name for every region.
    public var names: [String]
    /// The samples of every region, NaN where missing.
    public var traces: [[Double]]
  }

  /// Reads a series of responses.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - series: the group of the series; the first `RoiResponseSeries` below `/processing` or `/acquisition` unless given.
  /// - Throws: `FileError` when there is no such series, it is damaged, or its samples are not equally spaced.
  public static func readResponses(_ path: String, series: String? = nil) throws(FileError) -> Responses {
    let file = try HDF5File(path)
    let group: String
    if let series {
      group = series
    } else {
      var found: String?
      for root in ["/processing", "/acquisition"] where found == nil && file.kind(of: root) == .group {
        found = try findSeries(in: root, of: file, depth: 5)
      }
      guard let found else {
        throw FileError(
          .mismatched, path, "there are no responses of regions of interest",
          expected: "a RoiResponseSeries below '/processing' or '/acquisition'")
      }
      group = found
    }
    let data = "\(group)/data"
    guard file.kind(of: data) == .dataset else {
      throw FileError(.mismatched, path, at: "'\(group)'", "has no dataset 'data'")
    }
    let shape = try file.shape(of: data)
    guard shape.count == 1 || shape.count == 2, !shape.contains(0) else {
      throw FileError(
        .mismatched, path, at: "'\(data)'", "its shape is \(shape)", expected: "[time] or [time, region]")
    }
    let values = try doubles(file, data)
    let (samples, regions) = (shape[0], shape.count == 2 ? shape[1] : 1)
    let traces = (0..<regions).map { region in
      (0..<samples).map { values[$0 * regions + region].isFinite ? values[$0 * regions + region] : .nan }
    }
    return Responses(
      rate: try rate(of: group, in: file), names: try names(of: group, count: regions, in: file),
      traces: traces)
  }

  private static func doubles(_ file: HDF5File, _ dataset: String) throws(FileError) -> [Double] {
    let array = try file.numbers(dataset)
    do { return try array.values(as: Double.self) } catch {
      throw FileError(.damaged, file.path, at: "'\(dataset)'", error.description)
    }
  }

  private static func findSeries(in group: String, of file: HDF5File, depth: Int) throws(FileError) -> String?
  {
    if file.hasAttribute("neurodata_type", of: group),
      (try? file.attributeTexts("neurodata_type", of: group)) == ["RoiResponseSeries"]
    {
      return group
    }
    if depth == 0 { return nil }
    for name in try file.names(in: group).sorted() where file.kind(of: "\(group)/\(name)") == .group {
      if let found = try findSeries(in: "\(group)/\(name)", of: file, depth: depth - 1) { return found }
    }
    return nil
  }

  private static func rate(of group: String, in file: HDF5File) throws(FileError) -> Double {
    let start = "\(group)/starting_time"
    if file.kind(of: start) == .dataset, file.hasAttribute("rate", of: start) {
      let array = try file.attributeNumbers("rate", of: start)
      if let rate = (try? array.values(as: Double.self))?.first, rate.isFinite, rate > 0 { return rate }
      throw FileError(.damaged, file.path, at: "'\(start)'", "its rate is no positive number")
    }
    let stamps = "\(group)/timestamps"
    guard file.kind(of: stamps) == .dataset else {
      throw FileError(
        .damaged, file.path, at: "'\(group)'", "has neither a rate nor timestamps",
        expected: "'starting_time' with the attribute 'rate', or 'timestamps'")
    }
    let times = try doubles(file, stamps)
    guard times.count >= 2, let first = times.first, let last = times.last, last > first else {
      throw FileError(.damaged, file.path, at: "'\(stamps)'", "the times do not rise")
    }
    let step = (last - first) / Double(times.count - 1)
    // Frames of a microscope jitter; more than half a frame is a gap.
    for (index, time) in times.enumerated() where abs(time - first - Double(index) * step) > 0.5 * step {
      throw FileError(
        .mismatched, file.path, at: "'\(stamps)', number \(index)", "the samples are not equally spaced",
        expected: "steps of \(step) s")
    }
    return 1 / step
  }

  private static func names(of group: String, count: Int, in file: HDF5File) throws(FileError) -> [String] {
    let plain = (0..<count).map { "\($0)" }
    let rois = "\(group)/rois"
    guard file.kind(of: rois) == .dataset, file.hasAttribute("table", of: rois),
      let table = try file.attributeReferences("table", of: rois).first
    else { return plain }
    let array = try file.numbers(rois)
    guard let rows = try? array.values(as: Int.self), rows.count == count else {
      throw FileError(
        .damaged, file.path, at: "'\(rois)'", "it does not name a row for each of \(count) regions")
    }
    for column in ["neuron", "neuron_name", "ID_labels", "label", "labels", "name", "cell_name"] {
      let object = "\(table)/\(column)"
      guard file.kind(of: object) == .dataset, let names = try? file.texts(object) else { continue }
      guard rows.allSatisfy(names.indices.contains) else {
        throw FileError(.damaged, file.path, at: "'\(rois)'", "a row lies outside '\(table)'")
      }
      // Regions without a name stay apart from one another.
      return rows.map { names[$0].isEmpty ? "region \($0)" : names[$0] }
    }
    return rows.map { "\($0)" }
  }
}
