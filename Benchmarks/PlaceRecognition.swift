import Foundation
import PlaceRecognition

func measurePlaces(_ bench: inout Bench) throws {
  let fixture = "Tests/Methods/PlaceRecognitionTests/Fixtures/synthetic_places_3x50x28x28_u8.bin"
  let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture)))
  let images = (0..<50).map { place in
    GreyImage(rows: 28, columns: 28, pixels: Array(bytes[place * 784..<(place + 1) * 784]))
  }
  let brian = try bench.peer("places.py", environment: "peers-brian2")
  let floor = "3.5 million synaptic additions, 4 million neuron steps"
  let training =
    try least(3) {
      let module = try PlaceModule.train(
        on: [[images[0]]], settings: TrainingSettings(epochs: 20), seed: 1)
      bench.sink += module.spikesPerImage[0]
    } / 20
  bench.add(
    "training, one presentation", "Brian2 (Cython)", training, brian["training, one presentation"],
    floor: floor)
  func map(_ places: Int, threads: Int) throws -> ModularMap {
    try ModularMap.build(
      reference: [
        Traverse(
          name: "spring", imageNames: (0..<places).map { "\($0)" }, images: Array(images.prefix(places)))
      ], settings: MapSettings(training: TrainingSettings(epochs: 1), moduleSize: 1), threads: threads)
  }
  let recognizer = try Recognizer(map(1, threads: 1), threads: 1)
  bench.sink += try recognizer.recognize(images[0]).countedSpikes
  let testing =
    try least(2) {
      for _ in 0..<10 { bench.sink += try recognizer.recognize(images[0]).countedSpikes }
    } / 10
  bench.add(
    "test, one presentation", "Brian2 (Cython)", testing, brian["test, one presentation"], floor: floor)
  let one = try least(2) { bench.sink += Double(try map(8, threads: 1).placeCount) }
  let two = try least(2) { bench.sink += Double(try map(8, threads: 2).placeCount) }
  bench.add("a map of eight modules, two threads", "the same, one thread", two, one, floor: "half")
}
