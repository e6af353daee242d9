import Dendrites
import Foundation
import Testing

/// Rows of a fixture: names to numbers or texts.
struct Row: Decodable {
  private var values: [String: Value]

  private enum Value: Decodable {
    case number(Double)
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .other
      }
    }
  }

  init(from decoder: any Decoder) throws {
    values = try decoder.singleValueContainer().decode([String: Value].self)
  }

  subscript(_ name: String) -> Double {
    switch values[name] {
    case .number(let number): number
    case .text(let text): Double(text)!
    default: .nan
    }
  }

  func int(_ name: String) -> Int { Int(self[name]) }
}

private let sectionKey = CodingUserInfoKey(rawValue: "section")!

private struct Section: Decodable {
  let rows: [Row]

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let name = decoder.userInfo[sectionKey] as! String
    rows = try decoder.container(keyedBy: Key.self).decode([Row].self, forKey: Key(stringValue: name))
  }
}

/// The rows of `section` of a fixture.
func rows(_ file: String, _ section: String) throws -> [Row] {
  let url = try #require(Bundle.module.url(forResource: "Fixtures/\(file)", withExtension: "json"))
  let decoder = JSONDecoder()
  decoder.userInfo[sectionKey] = section
  return try decoder.decode(Section.self, from: Data(contentsOf: url)).rows
}

/// Whether two numbers agree to a relative tolerance.
func agree(_ ours: Double, _ expected: Double, relative: Double = 1e-12) -> Bool {
  abs(ours - expected) <= relative * abs(expected)
}
