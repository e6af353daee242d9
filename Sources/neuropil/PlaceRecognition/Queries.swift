import ArgumentParsing
import Laboratory
import NeuralData
import PlaceRecognition

/// Query images of the places of `regions`, and the places they show, ascending.
func queries(
  _ path: String, _ selection: TraverseSelection, of regions: [Region], map: ModularMap, threads: Int,
  common: CommonOptions
) throws -> (images: [GreyImage], truth: [Int]) {
  let drive = try Traverse.read(path, selection, preprocessing: map.settings.preprocessing, threads: threads)
  let truth = map.places(of: regions)
  let (shown, last) = (drive.images.count, truth.last ?? 0)
  guard last < shown else {
    throw FileError(
      .mismatched, path, "the drive shows \(shown) places, but place \(last) is asked for",
      expected: "an image of each place from 0 to \(last)")
  }
  let end = (map.places(of: map.regions).last ?? 0) + 1
  if shown > end {
    Terminal.warn(
      "\(path) shows \(shown) places, but the map ends with place \(end - 1); the others are left out",
      quiet: common.quiet)
  }
  return (truth.map { drive.images[$0] }, truth)
}

/// A digest of preprocessed images, by which stopped work knows its own.
func digest(_ traverses: [Traverse]) -> String { digest(traverses.flatMap(\.images)) }

/// A digest of preprocessed images.
func digest(_ images: [GreyImage]) -> String {
  var digest = SHA256()
  for image in images { digest.update(image.pixels) }
  return digest.hexadecimal
}

/// Says that pictures show nothing.
func warnOfFlatPictures(_ traverses: [Traverse], quiet: Bool) {
  let flat = traverses.flatMap { traverse in
    zip(traverse.imageNames, traverse.images).filter { $1.isFlat }.map(\.0)
  }
  guard let first = flat.first else { return }
  Terminal.warn(
    "\(flat.count) reference picture\(flat.count == 1 ? " has" : "s have") no contrast, such as \(first); what is learned from such a picture is noise",
    quiet: quiet)
}
