/// The images of one drive along a route, one a place, ready for modules.
public struct Traverse: Sendable, Hashable {
  /// What the traverse is called, such as the folder's name.
  public var name: String
  /// Where each image came from.
  public var imageNames: [String]
  /// Preprocessed images in the order of the route.
  public var images: [GreyImage]

  /// A traverse with a name for each image.
  public init(name: String, imageNames: [String], images: [GreyImage]) {
    precondition(imageNames.count == images.count, "Traverse: each image needs a name")
    (self.name, self.imageNames, self.images) = (name, imageNames, images)
  }

  /// Checks that traverses show the same places.
  ///
  /// - Throws: ``PlaceRecognitionError/mismatched(_:)``.
  public static func validate(_ traverses: [Traverse]) throws(PlaceRecognitionError) {
    guard let first = traverses.first, !first.images.isEmpty else {
      throw .nothingLeft("there are no reference images; give at least one traverse")
    }
    for other in traverses.dropFirst() {
      guard other.images.count == first.images.count else {
        throw .mismatched(
          "'\(first.name)' has \(first.images.count) images, but '\(other.name)' \(other.images.count); every traverse needs one image a place"
        )
      }
    }
    let shape = (first.images[0].rows, first.images[0].columns)
    for traverse in traverses {
      for (image, name) in zip(traverse.images, traverse.imageNames) {
        guard (image.rows, image.columns) == shape else {
          throw .wrongShape(
            "\(name) has \(image.rows) × \(image.columns) pixels, but others \(shape.0) × \(shape.1)")
        }
      }
    }
  }
}
