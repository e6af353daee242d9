import Foundation

/// The fixtures of this target.
enum Fixture {
  static func path(_ name: String) -> String {
    Bundle.module.resourcePath! + "/Fixtures/" + name
  }

  static func json(_ name: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path(name))))
  }
}
