import NeuralData

extension SpikeRaster {
  /// The raster as arrays: `steps` and `neurons` of each spike, `offsets` of each step's spikes in them, and the `size`
  /// of the population.
  public var arrays: [String: NumericArray] {
    let steps = (0..<stepCount).flatMap { step in
      [Int64](repeating: Int64(step), count: offsets[step + 1] - offsets[step])
    }
    return [
      "steps": NumericArray(steps), "neurons": NumericArray(neurons),
      "offsets": NumericArray(offsets.map { Int64($0) }), "size": NumericArray([Int64(neuronCount)]),
    ]
  }

  /// Writes several rasters into one npz archive; each population's arrays are named `name/steps` and so on.
  ///
  /// - Throws: `FileError`.
  public static func write(_ rasters: [String: SpikeRaster], to path: String) throws(FileError) {
    var arrays: [String: NumericArray] = [:]
    for (name, raster) in rasters { for (part, array) in raster.arrays { arrays["\(name)/\(part)"] = array } }
    try NPZ.write(arrays, to: path, compressed: true)
  }

  /// Reads the rasters of an npz archive that ``write(_:to:)`` made.
  ///
  /// - Throws: `FileError` for a damaged file, missing arrays, or spikes outside the raster.
  public static func read(_ path: String) throws(FileError) -> [String: SpikeRaster] {
    let arrays = try NPZ.read(path)
    var rasters: [String: SpikeRaster] = [:]
    for key in arrays.keys.sorted() where key.hasSuffix("/size") {
      let name = String(key.dropLast("/size".count))
      func integers(_ part: String) throws(FileError) -> [Int] {
        guard let array = arrays["\(name)/\(part)"] else {
          throw FileError(.damaged, path, at: "\(name)/\(part)", "the array is missing")
        }
        do {
          return try array.values(as: Int.self)
        } catch { throw FileError(.damaged, path, at: "\(name)/\(part)", error.description) }
      }
      let (size, neurons, offsets) = (try integers("size"), try integers("neurons"), try integers("offsets"))
      guard size.count == 1, (0...Int(Int32.max)).contains(size[0]), offsets.first == 0,
        offsets.last == neurons.count, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }),
        neurons.allSatisfy({ (0..<size[0]).contains($0) })
      else {
        throw FileError(.damaged, path, at: name, "the arrays do not fit one another")
      }
      rasters[name] = SpikeRaster(
        neuronCount: size[0], neurons: neurons.map { Int32($0) }, offsets: offsets)
    }
    guard !rasters.isEmpty else {
      throw FileError(
        .mismatched, path, "the archive holds no rasters",
        expected: "arrays named population/neurons, /offsets, /size")
    }
    return rasters
  }
}
