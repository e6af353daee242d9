import Biclustering
import Foundation
import NeuralData
import Testing

@Suite struct SpikeCountsTests {
  @Test(arguments: [
    (
      "1,2,3\n0,-1,2\n",
      "f, row 2, bin 2 holds -1; counts must be whole numbers >= 0; leave a missing bin empty"
    ),
    (
      "1,2,3\n0,1.5,2\n",
      "f, row 2, bin 2 holds 1.5; counts must be whole numbers >= 0; leave a missing bin empty"
    ),
    (
      "1,2,3\n0,x,2\n",
      "f, row 2, bin 2 holds 'x'; counts must be whole numbers >= 0; leave a missing bin empty"
    ),
    ("1,2,3\n0,1\n", "f: row 2 has 2 bins; expected 3 as in row 1"),
    ("1,2,3\n", "there are 1 neurons, but at least 2 are needed"),
    ("1,2\n1,2\n", "there are 2 bins, but at least 3 are needed"),
    ("", "f: the file holds no counts; expected a row a neuron"),
    (
      "1,2,3\n0,1e12,2\n",
      "f, row 2, bin 2 holds 1000000000000; counts must be whole numbers >= 0; leave a missing bin empty"
    ),
  ])
  func refusals(text: String, message: String) {
    let error = #expect(throws: (any Error).self) { try SpikeCounts.decode(Array(text.utf8), path: "f") }
    #expect("\(error!)" == message)
  }

  @Test func missingBinsAreRead() throws {
    let counts = try SpikeCounts.decode(Array("1,,3\nNaN,0,2\r\n".utf8), path: "f")
    #expect(counts.values == [1, -1, 3, -1, 0, 2])
    #expect(counts[0, 1] == nil)
    #expect(try SpikeCounts.decode(Array(counts.encoded().utf8), path: "f") == counts)
    #expect(counts.hiding([0]).observed == [2, 4, 5])
  }

  @Test func binsAreSummed() throws {
    let counts = try SpikeCounts([1, 2, 3, 4, 5, 6, 7, 0, -1, 1, 1, 1, 1, 9], neurons: 2)
    #expect(try counts.coarsened(by: 2).values == [3, 7, 11, -1, 2, 2])
    #expect(throws: BiclusteringError.self) { try counts.coarsened(by: 3) }
  }

  @Test func whatAUserShouldKnow() throws {
    let silent = try SpikeCounts([0, 0, 0, 0, 1, 2, 0, 3], neurons: 2).warnings(factors: 1)
    #expect(silent.count == 1 && silent[0].hasPrefix("neuron 1 never fired"))
    let constant = try SpikeCounts([2, 2, 2, 1, 0, 3], neurons: 2).warnings(factors: 1)
    #expect(
      constant == [
        "1 neuron has the same count in every bin, first neuron 1: they say nothing about trajectories"
      ])
    let sparse = [Int32](repeating: 0, count: 399) + [1]
    #expect(try SpikeCounts(sparse, neurons: 2).warnings(factors: 1).contains { $0.contains("wider bins") })
    #expect(
      try SpikeCounts([1, 2, 3, 1, 2, 4], neurons: 2).warnings(factors: 2) == [
        "with 2 neurons and 2 factors the loadings are not identified"
      ])
  }

  @Test func damagedTextNeverCrashes() {
    for length in 0..<60 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: ($0 * 97 + length * 31) ^ ($0 << 3)) }
      _ = try? SpikeCounts.decode(bytes, path: "f")
    }
  }
}
